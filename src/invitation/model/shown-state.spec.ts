import { describe, expect, it } from 'vitest'
import { readInvitation } from '@/invitation/store'
import { invitationItem, STORE } from '../../../tests/fake-portal'
import { reasonIn, shownState, winnerIn } from './shown-state'

const at = (moment: string): Date => new Date(moment)

it.each<[string, Record<string, unknown>, string, string]>([
  ['sent', {}, '2026-03-02T00:00:00Z', 'sent'],
  ['sent, its time over', {}, '2026-03-31T10:02:00Z', 'expired'],
  ['sent for ever', { FB_EXPIRES_AT: null }, '2036-03-31T10:02:00Z', 'sent'],
  ['being sent', { FB_STATE: 'sending' }, '2026-03-01T10:02:30Z', 'sending'],
  ['a sending that broke off', { FB_STATE: 'sending' }, '2026-03-01T10:04:00Z', 'unfinished'],
  ['answered, its time over', { stageId: 'I:answered' }, '2026-04-30T10:02:00Z', 'answered'],
  ['cancelled', { FB_STATE: 'cancelled' }, '2026-04-30T10:02:00Z', 'cancelled']
])('%s', (_what, fields, now, state) => {
  expect(shownState(readInvitation(STORE, invitationItem(1, fields)), at(now))).toBe(state)
})

it.each([['duplicate of 17', 17], ['noMailbox', null], ['duplicate of me, I think', null], ['', null]])('%j names the winner %s', (why, winner) => {
  expect(winnerIn(why)).toBe(winner)
})

describe('reasonIn', () => {
  it.each([
    ['askedRecently from 2026-12-01', { code: 'askedRecently', from: '2026-12-01' }], ['optedOut', { code: 'optedOut', from: null }],
    ['not from 2026', { code: 'not from 2026', from: null }], ['', { code: '', from: null }]
  ])('%s', (why, reason) => {
    expect(reasonIn(why)).toEqual(reason)
  })
})
