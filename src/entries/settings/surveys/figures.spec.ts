import { describe, expect, it } from 'vitest'
import type { ReportAnswer, ReportInvitation } from '@/report/model/records'
import { figuresOf, listPeriod } from './figures'

const now = new Date('2026-03-15T12:00:00Z')
const period = listPeriod(now, 'UTC')
let id = 0
const answer = (survey: string, nps: number | null, more: Partial<ReportAnswer> = {}): ReportAnswer => ({
  id: ++id, createdAt: '2026-03-01T10:00:00Z', nps, group: null, flag: null, channel: 'email', survey, version: 1, lang: 'en', state: 'low',
  dealId: null, contactId: null, companyId: null, ownerId: null, invitationId: null, comment: '', ...more
})
const invitation = (survey: string, more: Partial<ReportInvitation> = {}): ReportInvitation =>
  ({ id: ++id, state: 'sent', sentAt: '2026-03-01T09:00:00Z', survey, channel: 'email', test: false, ...more })
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)

it('counts a year up to today and compares with nothing: older records are not read', () => {
  expect(period).toEqual({ zone: 'UTC', from: '2025-04-01T00:00:00.000Z', to: '2026-03-16T00:00:00.000Z', previous: null })
})

describe('figures of a survey', () => {
  it('are its own', () => {
    const asked = [invitation('a'), invitation('a'), invitation('b')]
    const answers = [...times(30, () => answer('a', 10)), answer('a', 0, { invitationId: asked[0]!.id }), ...times(5, () => answer('b', 0))]
    const found = figuresOf({ answers, invitations: asked }, period, ['a', 'b', 'c'])
    expect(found.get('a')).toEqual({ sent: 2, answered: 1, nps: 94, n: 31, sample: 'normal', outside: { late: 0, unscored: 0 } })
    expect(found.get('b')).toEqual({ sent: 1, answered: 0, nps: -100, n: 5, sample: 'few', outside: { late: 0, unscored: 0 } })
    expect(found.get('c')).toMatchObject({ sent: 0, answered: 0, nps: null, n: 0, sample: 'none' })
    expect(found.size).toBe(3)
  })

  it('say how many count as answered and not in the score', () => {
    const asked = times(8, () => invitation('a'))
    const given = asked.map(({ id: invitationId }, index) =>
      answer('a', index === 7 ? null : 9, { invitationId, ...(index < 2 ? { flag: 'late' } : {}) }))
    expect(figuresOf({ answers: [...given, answer('a', 9, { flag: 'repeat' })], invitations: asked }, period, ['a']).get('a'))
      .toMatchObject({ answered: 8, n: 5, outside: { late: 2, unscored: 1 } })
  })

  it('have no score from fewer than five answers', () => {
    expect(figuresOf({ answers: times(4, () => answer('a', 9)), invitations: [] }, period, ['a']).get('a')).toMatchObject({ nps: null, n: 4, sample: 'list' })
  })

  it.each<[string, ReportAnswer]>([
    ['a test', answer('a', 9, { flag: 'test' })], ['without a score', answer('a', null)], ['through a shared link', answer('a', 9, { channel: 'qr' })],
    ['older than the period', answer('a', 9, { createdAt: '2025-03-31T23:00:00Z' })], ['of a survey that is gone', answer('x', 9)]
  ])('leave out what is %s', (_, one) => {
    expect(figuresOf({ answers: [one], invitations: [invitation('a', { test: true })] }, period, ['a']).get('a')).toMatchObject({ sent: 0, answered: 0, nps: null, n: 0, sample: 'none' })
  })
})
