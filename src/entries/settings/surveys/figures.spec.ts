import { describe, expect, it } from 'vitest'
import type { ReportAnswer, ReportInvitation } from '@/report/model/records'
import { answerFixture, invitationFixture } from '@/report/model/records.fixture'
import { publish } from '@/survey/model/publish'
import { draftSurvey } from '@/survey/model/new-survey'
import { afterDeal } from '@/survey/model/templates/after-deal'
import type { Metric, Survey } from '@/survey/model/survey'
import { figuresOf, listPeriod } from './figures'

const now = new Date('2026-03-15T12:00:00Z')
const period = listPeriod(now, 'UTC')
let id = 0
const answer = (survey: string, nps: number | null, more: Partial<ReportAnswer> = {}): ReportAnswer =>
  answerFixture({ id: ++id, createdAt: '2026-03-01T10:00:00Z', nps, survey, invitationId: null, ...more })
const invitation = (survey: string, more: Partial<ReportInvitation> = {}): ReportInvitation =>
  invitationFixture({ id: ++id, sentAt: '2026-03-01T09:00:00Z', survey, ...more })
const surveyOf = (id: string, type: Metric = 'nps'): Survey =>
  publish(draftSurvey(id, { ...afterDeal, questions: [{ ...afterDeal.questions[0]!, type }] }, null), '2026-01-01T00:00:00Z', 1)
const figures = (records: Parameters<typeof figuresOf>[0], surveys: Survey[]) => figuresOf(records, period, surveys, now)
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)

it('counts a year up to today and compares with nothing: older records are not read', () => {
  expect(period).toEqual({ zone: 'UTC', from: '2025-04-01T00:00:00.000Z', to: '2026-03-16T00:00:00.000Z', previous: null })
})

describe('figures of a survey', () => {
  it('are its own', () => {
    const asked = [invitation('a'), invitation('a'), invitation('b')]
    const answers = [...times(30, () => answer('a', 10)), answer('a', 0, { invitationId: asked[0]!.id }), ...times(5, () => answer('b', 0))]
    const found = figures({ answers, invitations: asked }, ['a', 'b', 'c'].map(name => surveyOf(name)))
    expect(found.get('a')).toMatchObject({ sent: 2, answered: 1, score: { measure: 'nps', value: 100 * 29 / 31, n: 31, sample: 'normal' }, outside: { late: 0, unscored: 0 } })
    expect(found.get('b')).toMatchObject({ sent: 1, answered: 0, score: { value: -100, n: 5, sample: 'few' }, outside: { late: 0, unscored: 0 } })
    expect(found.get('c')).toMatchObject({ sent: 0, answered: 0, score: { value: null, n: 0, sample: 'none' } })
    expect(found.size).toBe(3)
  })

  it('say how many count as answered and not in the score', () => {
    const asked = times(8, () => invitation('a'))
    const given = asked.map(({ id: invitationId }, index) =>
      answer('a', index === 7 ? null : 9, { invitationId, ...(index < 2 ? { flag: 'late' } : {}) }))
    expect(figures({ answers: [...given, answer('a', 9, { flag: 'repeat' })], invitations: asked }, [surveyOf('a')]).get('a'))
      .toMatchObject({ answered: 8, score: { n: 5 }, outside: { late: 2, unscored: 1 } })
  })

  it('have too small a sample with fewer than five answers', () => {
    expect(figures({ answers: times(4, () => answer('a', 9)), invitations: [] }, [surveyOf('a')]).get('a')).toMatchObject({ score: { n: 4, sample: 'list' } })
  })

  it.each<[Metric, Partial<ReportAnswer>, Partial<ReportAnswer>, number]>([
    ['csat', { csat: 4 }, { csat: 3 }, 80], ['ces', { ces: 1, effortScale: '7low' }, { ces: 4, effortScale: '7low' }, 80], ['stars', { stars: 5 }, { stars: 1 }, 4.2]
  ])('have the score of the headline question: %s', (metric, good, bad, value) => {
    const answers = [...times(4, () => answer('a', null, good)), answer('a', null, bad)]
    expect(figures({ answers, invitations: [] }, [surveyOf('a', metric)]).get('a')!.score).toMatchObject({ measure: metric, n: 5, value })
  })

  it.each<[string, ReportAnswer]>([
    ['a test', answer('a', 9, { flag: 'test' })], ['without a score', answer('a', null)], ['through a shared link', answer('a', 9, { channel: 'qr' })],
    ['older than the period', answer('a', 9, { createdAt: '2025-03-31T23:00:00Z' })], ['of a survey that is gone', answer('x', 9)]
  ])('leave out what is %s', (_, one) => {
    expect(figures({ answers: [one], invitations: [invitation('a', { test: true })] }, [surveyOf('a')]).get('a')).toMatchObject({ sent: 0, answered: 0, score: { value: null, n: 0 } })
  })
})
