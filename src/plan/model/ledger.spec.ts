import { describe, expect, it } from 'vitest'
import { mailsIn, readLedger, refusedIn, taskIdsIn, withTodaysKeys, type Ledger } from './ledger'

describe('readLedger', () => {
  it.each<[string | null, unknown]>([
    [null, {}],
    ['', {}],
    ['{"comment":5,"fields":true,"task:main":"notFound"}', { 'comment': 5, 'fields': true, 'task:main': 'notFound' }],
    ['{"comment":null,"task:main":false,"notify:3":{"id":3},"fields":[1]}', {}],
    ['{"comment":5', {}],
    ['[1,2]', {}],
    ['null', {}],
    ['7', {}]
  ])('%s', (text, ledger) => {
    expect(readLedger(text)).toEqual(ledger)
  })
})

it.each<[string, Ledger, string[], Ledger]>([
  ['nothing', {}, ['task:a.0'], {}],
  ['today’s', { 'task:a.0': 5, comment: 1 }, ['task:a.0'], { 'task:a.0': 5, comment: 1 }],
  ['the only task of earlier versions was the first', { 'task:main': 5, comment: 1 }, ['task:a.0', 'task:b.1'], { 'task:a.0': 5, comment: 1 }],
  ['refused then, refused now', { 'task:main': 'noRight' }, ['task:a.0'], { 'task:a.0': 'noRight' }],
  ['a plan without tasks now', { 'task:main': 5 }, [], { 'task:main': 5 }],
  ['both: what was written later counts', { 'task:main': 5, 'task:a.0': 6 }, ['task:a.0'], { 'task:a.0': 6 }]
])('%s', (_, ledger, keys, read) => {
  expect(withTodaysKeys(ledger, keys)).toEqual(read)
})

it('counts the mails that the portal has accepted', () => {
  expect(mailsIn({ 'mail:a.0': 9, 'mail:a.1': true, 'mail:a.2': 'noAddress', 'comment': 7 })).toBe(2)
})

it('names tasks of old and new ledgers, and what was not done', () => {
  const ledger: Ledger = { 'task:main': 5, 'task:a.0': 6, 'task:a.1': true, 'mail:a.2': 'noAddress', 'comment': 7 }
  expect(taskIdsIn(ledger)).toEqual([5, 6])
  expect(refusedIn(ledger)).toEqual([{ key: 'mail:a.2', reason: 'noAddress' }])
})
