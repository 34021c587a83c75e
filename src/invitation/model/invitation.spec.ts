import { describe, expect, it } from 'vitest'
import { isOpen, isUnfinished, winnerOver, type Invitation, type InvitationState } from './invitation'

const now = new Date('2026-11-22T05:00:00Z')

describe('isOpen', () => {
  it.each<[InvitationState, boolean, string | null, boolean]>([
    ['to_send', false, null, true],
    ['sending', false, null, true],
    ['sent', false, '2026-11-22T10:00:01+05:00', true],
    ['sent', false, '2026-11-22T10:00:00+05:00', false],
    ['sent', true, null, false],
    ['failed', false, null, false],
    ['skipped', false, null, false],
    ['expired', false, null, false],
    ['cancelled', false, '2027-01-01T00:00:00Z', false]
  ])('%s, answered %s, until %s → %s', (state, answered, expiresAt, open) => {
    expect(isOpen({ state, answered, expiresAt }, now)).toBe(open)
  })
})

describe('isUnfinished', () => {
  it.each<[InvitationState, Invitation['by'], string, boolean]>([
    ['sending', 'duty', '2026-11-22T04:58:59Z', true],
    ['to_send', 'duty', '2026-11-22T04:58:59Z', true],
    ['sending', 'duty', '2026-11-22T04:59:00Z', false],
    ['to_send', 'engine', '2026-11-22T04:55:00Z', false],
    ['to_send', 'engine', '2026-11-22T04:54:59Z', true],
    ['sending', 'engine', '2026-11-22T04:54:59Z', true],
    ['sent', 'engine', '2026-11-20T05:00:00Z', false],
    ['sent', 'duty', '2026-11-20T05:00:00Z', false],
    ['failed', 'duty', '2026-11-20T05:00:00Z', false]
  ])('%s by %s since %s → %s', (state, by, createdAt, unfinished) => {
    expect(isUnfinished({ state, by, createdAt }, now)).toBe(unfinished)
  })
})

describe('winnerOver', () => {
  const other = (id: number, state: InvitationState = 'sending', more: { answered?: boolean, test?: boolean, sentAt?: string } = {}) =>
    ({ id, state, answered: false, test: false, ...more })

  it.each<[string, ReturnType<typeof other>[], number[], number | null]>([
    ['alone', [], [], null],
    ['only itself', [other(20)], [], null],
    ['a later one', [other(21)], [], null],
    ['an earlier one', [other(19)], [], 19],
    ['the lowest of several', [other(18), other(17), other(19)], [], 17],
    ['already sent', [other(19, 'sent')], [], 19],
    ['not yet begun', [other(19, 'to_send')], [], 19],
    ['cancelled itself', [other(19, 'cancelled')], [], null],
    ['failed', [other(19, 'failed'), other(18, 'skipped'), other(17, 'expired')], [], null],
    ['already answered', [other(19, 'sent', { answered: true })], [], 19],
    ['cancelled behind its mail', [other(19, 'cancelled', { sentAt: '2026-03-01T00:00:00Z' })], [], 19],
    ['expired, after a mail', [other(19, 'expired', { sentAt: '2026-03-01T00:00:00Z' })], [], 19],
    ['a test', [other(19, 'sent', { test: true })], [], null],
    ['known before the button was pressed', [other(19, 'sent')], [19], null],
    ['known, and another one', [other(18, 'sent'), other(19)], [18], 19]
  ])('%s', (_, others, known, winner) => {
    expect(winnerOver(20, others, new Set(known))).toBe(winner)
  })

  it('leaves exactly one of any number of people who press in the same second', () => {
    const all = [31, 32, 33, 34].map(id => other(id))
    expect(all.filter(({ id }) => winnerOver(id, all, new Set()) === null).map(({ id }) => id)).toEqual([31])
  })
})
