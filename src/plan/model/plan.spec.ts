import { describe, expect, it } from 'vitest'
import { afterDealTasks } from '@/survey/model/templates/after-deal'
import { readPlan, standardPlan } from './plan'
import { fillText, planTexts } from './texts'
import en from './texts/en.json'
import ru from './texts/ru.json'

const plan = standardPlan(afterDealTasks.en)
const withEffect = (effect: unknown): unknown => ({ ...plan, rules: [{ id: 'r', when: {}, effects: [effect] }] })
const task = { kind: 'task', title: 'T', checklist: [], deadlineHours: 24 }

describe('readPlan', () => {
  it('reads what was stored', () => {
    const full = { ...plan, fallbackOwner: 5, rules: [...plan.rules, {
      id: 'all', effects: [{ kind: 'notify', whom: ['supervisor', { user: 3 }] }],
      when: { groups: ['low'], value: { from: 0, to: 3 }, channels: ['email'], pipelines: [0], sumFrom: 100 }
    }] }
    expect(readPlan(JSON.parse(JSON.stringify(full)))).toEqual(full)
  })

  it.each<[string, unknown]>([
    ['nothing', null],
    ['undefined', undefined],
    ['newer', { ...plan, v: 2 }],
    ['no rules', { ...plan, rules: undefined }],
    ['an unknown effect', withEffect({ kind: 'call' })],
    ['an unknown recipient', withEffect({ kind: 'notify', whom: ['everybody'] })],
    ['a deadline of nothing', withEffect({ ...task, deadlineHours: 0 })],
    ['a deadline beyond all calendars', withEffect({ ...task, deadlineHours: 1e12 })],
    ['an unknown group', { ...plan, rules: [{ id: 'r', when: { groups: ['best'] }, effects: [] }] }]
  ])('does not guess: %s', (_, stored) => {
    expect(readPlan(stored)).toBeNull()
  })
})

describe('texts', () => {
  it('are there in the portal’s language, else in English', () => {
    expect(planTexts('ru')).toEqual(ru)
    expect(planTexts('de')).toEqual(en)
  })

  it('say the same in both languages', () => {
    const shape = (value: object): unknown => Object.entries(value).map(([key, part]) =>
      typeof part === 'string' ? [key, [...part.matchAll(/\{\w+\}/g)].map(String).sort()] : [key, shape(part as object)])
    expect(shape(ru)).toEqual(shape(en))
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
