import { describe, expect, it } from 'vitest'
import type { AnswerFlag } from '@/plan/model/effects'
import { groupOf } from '@/survey/model/scale'
import type { Answer } from './answer'
import { summariseCard } from './card-summary'
import type { Reading } from './reading'

const NOW = new Date('2026-03-02T09:00:00Z')

interface Given { id: number, at: string, value?: number | null, contact?: number | null, flag?: AnswerFlag, channel?: Answer['channel'], metric?: Reading['metric'] }

function reading({ id, at, value = 9, contact = 1, flag, channel = 'email', metric = 'nps' }: Given): Reading {
  const answer: Answer = {
    id, title: '', state: 'high', createdAt: at, token: '', invitationId: '', submission: '', survey: 's', version: 1, lang: 'ru',
    posted: { nps: '', csat: '', ces: '', stars: '' }, comment: '', answersJson: '', value, score: null, coefficient: null, group: null, flag: null,
    channel, askedBy: null, ownerId: null, sentAt: null, dealId: null, contactId: contact, companyId: null, stage: null, snapshots: [], cause: '', doneAt: null, askAgain: false, ledger: {}
  }
  return { answer, content: null, handled: true, flag: flag ?? null, group: value === null ? null : groupOf({ type: 'nps' }, value), value, metric, max: 10, entered: null }
}

describe('the latest answer', () => {
  it('is the newest valid one, in any order of the list', () => {
    const summary = summariseCard([
      reading({ id: 1, at: '2026-02-01T10:00:00Z', value: 3 }), reading({ id: 3, at: '2026-02-20T10:00:00Z', value: 10 }), reading({ id: 2, at: '2026-02-10T10:00:00Z', value: 7 })
    ], 'contact', NOW)
    expect(summary.latest?.answer.id).toBe(3)
    expect(summary).toMatchObject({ n: 3, counted: 'answers', groups: { high: 1, middle: 1, low: 1 } })
  })

  it.each<[string, Partial<Given>]>([
    ['a test', { flag: 'test' }], ['a repeat', { flag: 'repeat' }], ['a late one', { flag: 'late' }],
    ['one without a score', { value: null }], ['one that came over a shared link', { flag: 'shared' }]
  ])('is never %s', (_what, given) => {
    const summary = summariseCard([reading({ id: 1, at: '2026-02-01T10:00:00Z' }), reading({ id: 2, at: '2026-02-20T10:00:00Z', ...given })], 'deal', NOW)
    expect(summary).toMatchObject({ n: 1, latest: { answer: { id: 1 } } })
  })

  it('compares moments, not texts: portals write their own offset', () => {
    const summary = summariseCard([reading({ id: 1, at: '2026-02-01T10:00:00+05:00' }), reading({ id: 2, at: '2026-02-01T06:00:00+00:00' })], 'contact', NOW)
    expect(summary.latest?.answer.id).toBe(2)
  })

  it('is nobody\'s when there is none', () => {
    expect(summariseCard([], 'company', NOW)).toEqual({ latest: null, counted: 'people', n: 0, groups: { high: 0, middle: 0, low: 0 }, nps: null })
  })
})

describe('a company', () => {
  const people = (scores: number[]): Reading[] => scores.map((value, index) => reading({ id: index + 1, at: '2026-02-01T10:00:00Z', value, contact: index + 1 }))

  it('counts each person once, with the latest answer', () => {
    const summary = summariseCard([
      reading({ id: 1, at: '2026-01-01T10:00:00Z', value: 2, contact: 5 }), reading({ id: 2, at: '2026-02-01T10:00:00Z', value: 10, contact: 5 }),
      reading({ id: 3, at: '2026-01-15T10:00:00Z', value: 7, contact: 6 })
    ], 'company', NOW)
    expect(summary).toMatchObject({ n: 2, counted: 'people', groups: { high: 1, middle: 1, low: 0 } })
  })

  it('forgets what is older than twelve months, but still shows it as the latest', () => {
    const summary = summariseCard([reading({ id: 1, at: '2025-03-02T08:59:59Z' })], 'company', NOW)
    expect(summary).toMatchObject({ n: 0, latest: { answer: { id: 1 } } })
    expect(summariseCard([reading({ id: 1, at: '2025-03-02T09:00:01Z' })], 'company', NOW).n).toBe(1)
  })

  it.each([[[9, 9, 9, 9], null], [[9, 9, 9, 7, 3], 40]])('of %j has the score %s: fewer than five are no score', (scores, nps) => {
    const summary = summariseCard(people(scores), 'company', NOW)
    expect(summary.nps?.value ?? null).toBe(nps)
    if (nps !== null) expect(summary.nps).toMatchObject({ n: 5, sample: 'few', interval: { from: expect.any(Number), to: expect.any(Number) } })
  })

  it('makes no NPS of another scale', () => {
    expect(summariseCard(people([9, 9, 9, 9, 9]).map(one => ({ ...one, metric: 'csat' as const })), 'company', NOW).nps).toBeNull()
  })
})
