import { describe, expect, it } from 'vitest'
import { GROUPS } from '@/survey/model/survey'
import { TEMPLATE_IDS, TEMPLATE_LANGS, type TemplateId } from '@/survey/model/template'
import { afterDealTasks } from '@/survey/model/templates/after-deal'
import { readPlan, standardPlan, type Plan, type RuleEffect } from './plan'
import { planFromTemplate } from './template-plans'

const every = TEMPLATE_IDS.flatMap(id => TEMPLATE_LANGS.map(lang => [id, lang] as const))

const effectsFor = (plan: Plan, group: typeof GROUPS[number]): RuleEffect[] =>
  plan.rules.filter(({ when }) => !when.groups || when.groups.includes(group)).flatMap(({ effects }) => effects)
const tasksFor = (id: TemplateId, lang: string, group: typeof GROUPS[number]): Extract<RuleEffect, { kind: 'task' }>[] =>
  effectsFor(planFromTemplate(id, lang), group).filter(effect => effect.kind === 'task')
const wordsOf = (plan: Plan): string[] =>
  plan.rules.flatMap(({ effects }) => effects.flatMap(effect => effect.kind === 'task' ? [effect.title, ...effect.checklist] : []))

describe.each(every)('%s in %s', (id, lang) => {
  const plan = planFromTemplate(id, lang)

  it('is a plan that can be stored and read again', () => {
    expect(readPlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan)
  })

  it('tells the deal and the owner, whatever was answered', () => {
    expect(plan.rules[0]).toEqual({ id: 'always', when: {}, effects: [{ kind: 'comment' }, { kind: 'notify', whom: ['owner'] }] })
    expect(new Set(plan.rules.map(rule => rule.id)).size).toBe(plan.rules.length)
  })

  it('gives at most one task for an answer', () => {
    for (const group of GROUPS) expect(tasksFor(id, lang, group).length, group).toBeLessThanOrEqual(1)
  })

  it('of a dissatisfied client tells the supervisor, and somebody calls within a day', () => {
    expect(effectsFor(plan, 'low')).toContainEqual({ kind: 'notify', whom: ['supervisor'] })
    expect(tasksFor(id, lang, 'low')[0]?.deadlineHours).toBeLessThanOrEqual(24)
    for (const group of ['middle', 'high'] as const) expect(effectsFor(plan, group)).not.toContainEqual({ kind: 'notify', whom: ['supervisor'] })
  })

  it('names the client and the score in a title, nothing in a checklist', () => {
    for (const { effects } of plan.rules) {
      for (const effect of effects) {
        if (effect.kind !== 'task') continue
        expect(effect.title.match(/\{\w*\}/g)).toEqual(['{client}', '{score}'])
        expect(effect.checklist.join()).not.toContain('{')
        expect(effect.checklist.length).toBeGreaterThan(1)
        expect(new Set(effect.checklist).size).toBe(effect.checklist.length)
      }
    }
  })

  it('has words, none of them in another language', () => {
    for (const words of wordsOf(plan)) {
      const text = words.replace(/\{\w+\}/g, '')
      expect(text.trim()).not.toBe('')
      if (lang === 'ru' || lang === 'kz') expect(text).not.toMatch(/[A-Za-z]/)
      else expect(text).not.toMatch(/\p{Script=Cyrillic}/u)
      if (lang === 'id' || lang === 'la') expect(text).not.toMatch(/\b(the|what|with|and|call|read|answer|client|of|for)\b/i)
      if (lang === 'ru') expect(text).not.toMatch(/[әғқңөұүһі]/i)
    }
  })
})

it.each<[TemplateId, Record<'low' | 'middle' | 'high', number | null>]>([
  ['afterdeal', { low: 24, middle: 72, high: 72 }],
  ['support', { low: 8, middle: 48, high: null }],
  ['complaint', { low: 8, middle: 48, high: 48 }],
  ['onboarding', { low: 24, middle: 72, high: null }],
  ['relationship', { low: 24, middle: 72, high: 120 }],
  ['visit', { low: 24, middle: null, high: null }],
  ['effort', { low: 24, middle: null, high: null }],
  ['delivery', { low: 8, middle: null, high: null }],
  ['winback', { low: 24, middle: 24, high: 24 }]
])('%s: hours until the task is due', (id, hours) => {
  expect(Object.fromEntries(GROUPS.map(group => [group, tasksFor(id, 'en', group)[0]?.deadlineHours ?? null]))).toEqual(hours)
})

it.each(TEMPLATE_IDS)('%s: whose the answers are', id => {
  const isResponsibles = id === 'support' || id === 'complaint' || id === 'winback'
  expect(planFromTemplate(id, 'en').owner).toBe(isResponsibles ? 'responsible' : undefined)
})

it('says each thing in each language', () => {
  for (const id of TEMPLATE_IDS) {
    const said = TEMPLATE_LANGS.map(lang => wordsOf(planFromTemplate(id, lang)))
    said[0]!.forEach((_, index) => expect(new Set(said.map(words => words[index])).size, `${id} ${said[0]![index]}`).toBe(TEMPLATE_LANGS.length))
  }
})

it('after a deal is the standard plan of the installation', () => {
  expect(planFromTemplate('afterdeal', 'ru')).toEqual(standardPlan(afterDealTasks.ru))
})

it('is English for a language without texts', () => {
  expect(planFromTemplate('visit', 'de')).toEqual(planFromTemplate('visit', 'en'))
})
