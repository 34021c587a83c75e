import { describe, expect, it } from 'vitest'
import { TEMPLATE_LANGS } from '@/survey/model/template'
import { afterDealTasks } from '@/survey/model/templates/after-deal'
import { needsOf, readPlan, standardPlan, type Plan, type TaskRule } from './plan'
import { fillText, planTexts } from './texts'
import en from './texts/en.json'
import ru from './texts/ru.json'

const plan = standardPlan(afterDealTasks.en)
const withEffect = (effect: unknown): unknown => ({ ...plan, rules: [{ id: 'r', when: {}, effects: [effect] }] })
const task: TaskRule = { kind: 'task', title: 'T', checklist: [], deadlineHours: 24 }

describe('readPlan', () => {
  it('reads what was stored', () => {
    const full: Plan = { ...plan, outcomes: { questionsRemain: { stage: 'C2:CALL', deadlineHours: 8 } }, owner: 'responsible', fallbackOwner: 5, rules: [...plan.rules, {
      id: 'all', effects: [
        { kind: 'notify', whom: ['supervisor', { user: 3 }] },
        { ...task, onBehalfOfSupervisor: false, responsible: { user: 3 } },
        { kind: 'setField', card: 'deal', field: 'ufCrm1', value: '' },
        { kind: 'dealStage', stage: 'C2:CALL' },
        { kind: 'mail', subject: { en: 'Thanks' }, body: { en: 'Thank you, {client}' } },
        { kind: 'handOver', user: 3 }
      ],
      when: { groups: ['low'], value: { from: 0, to: 3 }, channels: ['email'], pipelines: [0], sumFrom: 100 }
    }] }
    expect(readPlan(JSON.parse(JSON.stringify(full)))).toEqual(full)
  })

  it('reads what earlier versions stored, and adds nothing to it', () => {
    const stored = {
      v: 1, fallbackOwner: null, rules: [
        { id: 'always', when: {}, effects: [{ kind: 'comment' }, { kind: 'notify', whom: ['owner'] }] },
        { id: 'critics', when: { groups: ['low'] }, effects: [{ kind: 'notify', whom: ['supervisor'] }, task] }
      ]
    }
    expect(readPlan(stored)).toEqual(stored)
    expect(JSON.stringify(readPlan(stored))).toBe(JSON.stringify(stored))
  })

  it.each<[string, unknown]>([
    ['nothing', null],
    ['undefined', undefined],
    ['newer', { ...plan, v: 2 }],
    ['no rules', { ...plan, rules: undefined }],
    ['an unknown owner', { ...plan, owner: 'boss' }],
    ['an unknown effect', withEffect({ kind: 'call' })],
    ['an unknown recipient', withEffect({ kind: 'notify', whom: ['everybody'] })],
    ['a field of no card', withEffect({ kind: 'setField', card: 'lead', field: 'x', value: '' })],
    ['a field without a name', withEffect({ kind: 'setField', card: 'deal', field: '', value: '' })],
    ['a mail without texts', withEffect({ kind: 'mail', subject: { en: 'Hi' } })],
    ['a hand-over to nobody', withEffect({ kind: 'handOver' })],
    ['a deadline of nothing', withEffect({ ...task, deadlineHours: 0 })],
    ['a deadline beyond all calendars', withEffect({ ...task, deadlineHours: 1e12 })],
    ['an outcome with a deadline of nothing', { ...plan, outcomes: { questionsRemain: { stage: null, deadlineHours: 0 } } }],
    ['an outcome with a stage of nothing', { ...plan, outcomes: { questionsRemain: { stage: '', deadlineHours: 1 } } }],
    ['an unknown group', { ...plan, rules: [{ id: 'r', when: { groups: ['best'] }, effects: [] }] }]
  ])('does not guess: %s', (_, stored) => {
    expect(readPlan(stored)).toBeNull()
  })
})

describe('needsOf', () => {
  it('asks for nothing but what the rules name', () => {
    expect(needsOf(plan)).toEqual({ users: [], cards: [], stages: false, mail: false })
    expect(needsOf({ v: 1, fallbackOwner: 9, rules: [
      { id: 'a', when: {}, effects: [{ kind: 'notify', whom: ['owner', { user: 3 }] }, { kind: 'handOver', user: 4 }, { ...task, responsible: { user: 3 } }] },
      { id: 'b', when: {}, effects: [
        { kind: 'setField', card: 'company', field: 'x', value: '' }, { kind: 'dealStage', stage: 'C2:CALL' }, { kind: 'mail', subject: {}, body: {} }
      ] }
    ] })).toEqual({ users: [3, 4], cards: ['company'], stages: true, mail: true })
  })
})

describe('texts', () => {
  it('are there in the portal’s language, else in English', () => {
    expect(planTexts('ru')).toEqual(ru)
    for (const lang of ['de', '', 'toString']) expect(planTexts(lang), lang).toEqual(en)
  })

  it.each(TEMPLATE_LANGS)('say the same in %s, in words of its own', lang => {
    const shape = (value: object): unknown => Object.entries(value).map(([key, part]) =>
      typeof part === 'string' ? [key, [...part.matchAll(/\{\w+\}/g)].map(String).sort()] : [key, shape(part as object)])
    expect(shape(planTexts(lang))).toEqual(shape(en))
    for (const other of TEMPLATE_LANGS) if (other !== lang) expect(planTexts(other).comment).not.toBe(planTexts(lang).comment)
    expect(/\p{Script=Cyrillic}/u.test(JSON.stringify(planTexts(lang)))).toBe(lang === 'ru' || lang === 'kz')
  })

  it.each<[string, Record<string, string>, string]>([
    ['{a} and {b}', { a: '1', b: '2' }, '1 and 2'],
    ['{a} {b} end', { a: '1' }, '1 end'],
    ['{a}', { a: '{b}', b: '2' }, '{b}'],
    ['{a}', { a: '$& $1' }, '$& $1'],
    ['{constructor}{toString}', {}, ''],
    ['line\n{a}', { a: 'x' }, 'line\nx']
  ])('%s', (template, values, text) => {
    expect(fillText(template, values)).toBe(text)
  })
})
