import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ANSWER_FLAGS } from '@/plan/model/effects'
import { GROUPS } from '@/survey/model/survey'
import { aggregate as aggregateTables, aggregating, type Report, type ReportView } from './aggregate'
import { DIMENSIONS, tablesOf } from './answer-table'
import { drillAnswers, drillInvitations, type AnswerDrill } from './drill'
import { answerFixture as answer, invitationFixture as invitation } from './records.fixture'
import { optionDriversOf } from './drivers'
import { DEFAULT_FILTER, matches, type Departments, type ReportFilter } from './filter'
import { MEASURES } from './measure'
import { resolvePeriod, type Period, type PeriodChoice } from './period'
import { answerGroup, EFFORT_SCALES, type ReportAnswer, type ReportInvitation } from './records'
import { select } from './selection'

const ZONE = 'Europe/Moscow'
const NOW = new Date('2026-03-15T10:00:00Z')
const NOBODY: Departments = new Map()

const viewOf = (changes: Partial<ReportFilter> = {}, more: Partial<ReportView> = {}): ReportView => {
  const filter: ReportFilter = { ...DEFAULT_FILTER, period: { preset: 'thisMonth' }, ...changes }
  return { filter, period: resolvePeriod(filter.period, NOW, ZONE, filter.comparison), departments: NOBODY, now: NOW.getTime(), step: 'month', ...more }
}
const aggregate = (answers: readonly ReportAnswer[], invitations: readonly ReportInvitation[], view: ReportView = viewOf()): Report => {
  const tables = tablesOf(answers, invitations)
  return aggregateTables(tables.answers, tables.invitations, view)
}
const many = (values: number[], changes: Partial<ReportAnswer> = {}): ReportAnswer[] => values.map((nps, index) => answer({ id: index + 1, nps, ...changes }))

/** over a link that anybody can use */
const STRANGER = { contactId: null, companyId: null }

describe('headline', () => {
  it('of nothing claims nothing', () => {
    const report = aggregate([], [], viewOf())
    expect(report.headline).toEqual({ measure: 'nps', n: 0, value: null, interval: null, sample: 'none', groups: { high: 0, middle: 0, low: 0 }, mixed: false })
    expect(report.previous).toEqual(report.headline)
    expect(report.change).toBeNull()
    expect(report.response).toEqual({ answered: 0, sent: 0, rate: null, interval: null, undefinedBy: [] })
    expect(report.distribution.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    expect(report.trend).toMatchObject([{ key: '2026-03', n: 0, value: null, interval: null, sample: 'none' }])
    expect([report.rows, report.breakdown, report.drivers, report.sums]).toEqual([[], [], [], []])
    expect(report.times).toMatchObject({ answer: { median: null }, close: { median: null }, closedWithoutTime: 0 })
  })

  it('counts valid answers of the period, with interval and level', () => {
    const report = aggregate(many([10, 9, 9, 7, 3]), [], viewOf())
    expect(report.headline).toMatchObject({ groups: { high: 3, middle: 1, low: 1 }, n: 5, value: 40, sample: 'few' })
    expect(report.headline.interval!.from).toBeCloseTo(100 * (0.25 - 1.959963984540054 * Math.sqrt((5.5 / 8 - 0.0625) / 8)), 9)
    expect(report.distribution.map(({ count }) => count)).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 2, 1])
  })

  it('begins at the first instant of the period and ends before its end, in the zone', () => {
    const moments = ['2026-02-28T23:59:59.999+03:00', '2026-03-01T00:00:00+03:00', '2026-03-15T23:59:59.999+03:00', '2026-03-16T00:00:00+03:00']
    const report = aggregate(moments.map((createdAt, index) => answer({ id: index, createdAt })), [], viewOf())
    expect(report.rows.map(({ id }) => id)).toEqual([2, 1])
    expect(report.headline.n).toBe(2)
  })

  it.each<[string, Partial<ReportAnswer>, object]>([
    ['repeat', { flag: 'repeat' }, { flags: { repeat: 1 } }],
    ['late', { flag: 'late' }, { flags: { late: 1 } }],
    ['test', { flag: 'test' }, { flags: { test: 1 } }],
    ['unmatched', { flag: 'unmatched' }, { flags: { unmatched: 1 } }],
    ['import', { flag: 'import', channel: 'import' }, { flags: { import: 1 } }],
    ['invalid', { flag: 'invalid', nps: null }, { flags: { invalid: 1 } }],
    ['a shared link', { channel: 'link', ...STRANGER, flag: 'shared' }, { shared: 0, flags: { shared: 1 } }],
    ['a shared link of an earlier version', { channel: 'link', ...STRANGER }, { shared: 1 }],
    ['a QR code', { channel: 'qr', ...STRANGER }, { shared: 1 }],
    ['an embedded form', { channel: 'embed', ...STRANGER }, { shared: 1 }],
    ['a flagged answer over a shared link', { channel: 'link', flag: 'test' }, { shared: 0, flags: { test: 1 } }],
    ['no value', { nps: null }, { unscored: 1 }],
    ['a value that is none', { nps: 11 }, { unscored: 1 }]
  ])('leaves out %s and says so', (_, changes, outside) => {
    const report = aggregate([answer(changes)], [], viewOf())
    expect(report.headline.n).toBe(0)
    expect(report.outside).toMatchObject(outside)
  })

  it('counts an answer given by phone, one without a channel, and a detractor of 0', () => {
    const report = aggregate([answer({ id: 1, channel: 'phone' }), answer({ id: 2, group: null, channel: null }), answer({ id: 3, nps: 0 })], [], viewOf())
    expect(report.headline).toMatchObject({ groups: { high: 2, middle: 0, low: 1 }, n: 3 })
  })

  it('is that of one survey when one is chosen', () => {
    const report = aggregate([answer(), answer({ id: 2, survey: 's2', nps: 0 })], [invitation(), invitation({ id: 2, survey: 's2' })], viewOf({ surveys: ['s2'] }))
    expect(report.headline).toMatchObject({ n: 1, value: -100 })
    expect(report.response.sent).toBe(1)
    expect(report.rows.map(({ id }) => id)).toEqual([2])
  })
})

describe('comparison', () => {
  const february = { createdAt: '2026-02-10T12:00:00+03:00' }

  it('is with the same days of the month before', () => {
    const report = aggregate([...many(Array(30).fill(10)), ...many(Array(30).fill(2), february)], [], viewOf())
    expect(report.previous).toMatchObject({ n: 30, value: -100 })
    expect(report.change).toMatchObject({ verdict: 'up', difference: 200 })
    expect(aggregate(many([10], { createdAt: '2026-02-20T12:00:00+03:00' }), [], viewOf()).previous!.n).toBe(0)
  })

  it('needs five answers on both sides', () => {
    const five = [10, 10, 10, 10, 10]
    expect(aggregate([...many(five), ...many([0, 0, 0, 0], february)], [], viewOf()).change).toBeNull()
    expect(aggregate([...many([10, 10, 10, 10]), ...many(five, february)], [], viewOf()).change).toBeNull()
    expect(aggregate([...many(five), ...many(five, february)], [], viewOf()).change).toMatchObject({ verdict: 'cannotTell', difference: 0 })
  })

  it('with a year ago counts a day twice that both periods hold', () => {
    const period: PeriodChoice = { preset: 'custom', firstDay: '2025-01-01', lastDay: '2026-03-31' }
    const report = aggregate([answer({ id: 1, createdAt: '2025-02-01T12:00:00Z' }), answer({ id: 2, createdAt: '2024-02-01T12:00:00Z' })], [],
      viewOf({ period, comparison: 'yearAgo' }))
    expect([report.headline.n, report.previous?.n]).toEqual([1, 2])
  })

  it('of all time is none', () => {
    const report = aggregate(many([10, 9, 8]), [], viewOf({ period: { preset: 'all' } }))
    expect([report.previous, report.change]).toEqual([null, null])
    expect(report.headline.n).toBe(3)
  })

  it('counts the people who are on both sides', () => {
    const answers = [answer({ contactId: 5 }), answer({ contactId: 5 }), answer({ contactId: 6 }), answer({ contactId: null }),
      answer({ ...february, contactId: 5 }), answer({ ...february, contactId: 7 }), answer({ ...february, contactId: null }),
      answer({ ...february, contactId: 6, flag: 'test' })]
    expect(aggregate(answers, [], viewOf()).samePeople).toBe(1)
  })
})

describe('trend', () => {
  it('has every month, also the empty ones, cut at the borders of the zone', () => {
    const answers = [
      answer({ createdAt: '2025-12-31T20:59:59Z', nps: 0 }), // still December in Moscow
      answer({ createdAt: '2025-12-31T21:00:00Z', nps: 10 }), // January there
      answer({ createdAt: '2026-03-02T12:00:00Z', nps: 8 })
    ]
    const { trend } = aggregate(answers, [], viewOf({ period: { preset: 'custom', firstDay: '2025-11-15', lastDay: '2026-03-15' } }))
    expect(trend.map(({ key, n, value }) => [key, n, value])).toEqual([
      ['2025-11', 0, null], ['2025-12', 1, -100], ['2026-01', 1, 100], ['2026-02', 0, null], ['2026-03', 1, 0]
    ])
    expect(trend[0]!.interval).toBeNull()
    expect(trend[2]!.interval!.to).toBeCloseTo(98.498649, 5)
  })

  it('of all time begins with the first answer', () => {
    const all = viewOf({ period: { preset: 'all' } })
    expect(aggregate([answer({ createdAt: '2026-01-20T12:00:00Z' })], [], all).trend.map(({ key }) => key)).toEqual(['2026-01', '2026-02', '2026-03'])
    expect(aggregate([], [], all).trend).toEqual([])
  })

  it('is by week or by day when asked, over a change of the clocks', () => {
    const answers = ['2026-03-28T22:59:59Z', '2026-03-28T23:00:00Z', '2026-03-29T21:59:59Z', '2026-03-29T22:00:00Z'].map((createdAt, index) => answer({ id: index, createdAt }))
    const period = resolvePeriod({ preset: 'custom', firstDay: '2026-03-28', lastDay: '2026-03-31' }, new Date('2026-04-05T00:00:00Z'), 'Europe/Berlin')
    const by = (step: 'day' | 'week') => aggregate(answers, [], viewOf({}, { period, step })).trend.map(({ key, n }) => [key, n])
    expect(by('day')).toEqual([['2026-03-28', 1], ['2026-03-29', 2], ['2026-03-30', 1], ['2026-03-31', 0]])
    expect(by('week')).toEqual([['2026-03-23', 3], ['2026-03-30', 1]])
  })
})

describe('response rate', () => {
  const rate = (answers: ReportAnswer[], invitations: ReportInvitation[], filter: Partial<ReportFilter> = {}) =>
    aggregate(answers, invitations, viewOf(filter)).response

  it('is answered of sent invitations, with its interval', () => {
    const response = rate([answer({ invitationId: 1 })], [invitation(), invitation({ id: 2 })])
    expect(response).toMatchObject({ answered: 1, sent: 2, rate: 0.5 })
    expect(response.interval!.from).toBeCloseTo(0.0945, 4)
    expect(response.interval!.to).toBeCloseTo(0.9055, 4)
  })

  it.each<[string, Partial<ReportInvitation>]>([
    ['not sent yet', { state: 'to_send', sentAt: null }], ['being sent', { state: 'sending', sentAt: null }], ['failed', { state: 'failed' }],
    ['skipped', { state: 'skipped' }], ['cancelled', { state: 'cancelled' }], ['a test', { test: true }], ['a shared link', { channel: 'link' }],
    ['a QR code', { channel: 'qr' }], ['embedded', { channel: 'embed' }], ['an import', { channel: 'import' }], ['a call', { channel: 'phone' }], ['of another month', { sentAt: '2026-02-27T12:00:00+03:00' }],
    ['without a time of sending', { sentAt: null }]
  ])('leaves out an invitation that is %s, answered or not', (_, changes) => {
    expect(rate([answer({ invitationId: 1 })], [invitation(changes)])).toEqual({ answered: 0, sent: 0, rate: null, interval: null, undefinedBy: [] })
  })

  it('keeps expired invitations in the denominator', () => {
    expect(rate([], [invitation({ state: 'expired' })])).toMatchObject({ answered: 0, sent: 1, rate: 0 })
  })

  it.each<[ReportAnswer['flag'], number, number]>([
    [null, 1, 1], ['late', 1, 1], ['repeat', 0, 1], ['unmatched', 0, 1], ['invalid', 0, 1], ['import', 0, 1], ['test', 0, 0]
  ])('with an answer flagged %s: %i of %i', (flag, answered, sent) => {
    expect(rate([answer({ invitationId: 1, flag })], [invitation()])).toMatchObject({ answered, sent })
  })

  it('counts an invitation once, however often it is answered', () => {
    expect(rate([answer({ id: 1, invitationId: 1 }), answer({ id: 2, invitationId: 1, flag: 'repeat' }), answer({ id: 3, invitationId: 1 })], [invitation()]))
      .toMatchObject({ answered: 1, sent: 1, rate: 1 })
  })

  it('counts a score without a comment, and an answer that came after the period', () => {
    expect(rate([answer({ invitationId: 1 })], [invitation({ sentAt: '2026-02-27T12:00:00+03:00' })], { period: { preset: 'lastMonth' } })).toMatchObject({ answered: 1, sent: 1 })
  })

  it.each<[string, Partial<ReportFilter>, number]>([
    ['survey', { surveys: ['s2'] }, 1], ['channel', { channels: ['sms'] }, 1], ['language', { languages: ['en'] }, 1], ['company', { companies: [4] }, 1],
    ['no company', { companies: [null] }, 1], ['who asked', { responsible: [7] }, 1], ['department', { departments: [30] }, 1]
  ])('follows the filter by %s', (_, filter, sent) => {
    const other = invitation({ id: 2, survey: 's2', channel: 'sms', lang: 'en', companyId: 4, ownerId: 7 })
    const view = viewOf(filter, { departments: new Map([[7, [3, 30]], [8, [4]]]) })
    expect(aggregate([answer({ invitationId: 2 })], [invitation({ ownerId: 8 }), other], view).response.sent).toBe(sent)
  })

  it.each<[Partial<ReportFilter>, string]>([
    [{ groups: ['low'] }, 'groups'], [{ pipelines: [0] }, 'pipelines'], [{ comment: 'with' }, 'comment'], [{ states: ['work'] }, 'states'],
    [{ snapshots: [[], ['x'], [], [], []] }, 'snapshots'], [{ flags: ['late'] }, 'flags'], [{ tags: [1] }, 'tags']
  ])('is undefined, not 0 %%, under %j', (filter, key) => {
    expect(rate([answer({ invitationId: 1 })], [invitation()], filter)).toEqual({ answered: 0, sent: 0, rate: null, interval: null, undefinedBy: [key] })
  })
})

describe('rows', () => {
  it('are newest first, by the instant and then by id', () => {
    const answers = [
      answer({ id: 1, createdAt: '2026-03-10T12:00:00+03:00' }), answer({ id: 2, createdAt: '2026-03-10T10:00:00+00:00' }),
      answer({ id: 3, createdAt: '2026-03-10T12:00:00+03:00' }), answer({ id: 4, createdAt: '2026-03-01T12:00:00+03:00' })
    ]
    expect(aggregate(answers, [], viewOf()).rows.map(({ id }) => id)).toEqual([2, 3, 1, 4])
  })

  it('include shared and unscored answers, and flagged ones when asked', () => {
    const answers = [answer({ id: 1, channel: 'qr', ...STRANGER }), answer({ id: 2, nps: null, group: null }), answer({ id: 3, flag: 'late' })]
    expect(aggregate(answers, []).rows.map(({ id }) => id)).toEqual([2, 1])
    expect(aggregate(answers, [], viewOf({ flags: ['none', 'late'] })).rows.map(({ id }) => id)).toEqual([3, 2, 1])
    expect(aggregate(answers, [], viewOf({ flags: ['late'] })).rows.map(({ id }) => id)).toEqual([3])
  })
})

describe('filter', () => {
  it('counts flagged answers in the score when their flag is asked for, and shared ones when their channel is', () => {
    const answers = [answer({ id: 1 }), answer({ id: 2, flag: 'import', nps: 0 }), answer({ id: 3, channel: 'qr', ...STRANGER, nps: 0 })]
    expect(aggregate(answers, []).headline).toMatchObject({ n: 1, value: 100 })
    expect(aggregate(answers, [], viewOf({ flags: ['none', 'import'] }))).toMatchObject({ headline: { n: 2, value: 0 }, outside: { flags: { import: 0 }, shared: 1 } })
    expect(aggregate(answers, [], viewOf({ channels: ['qr'] }))).toMatchObject({ headline: { n: 1, value: -100 }, outside: { shared: 0 } })
  })

  it('counts what came over shared links when their flag is asked for, and a person\'s own link always', () => {
    const answers = [answer({ id: 1, channel: 'qr', contactId: 3 }), answer({ id: 2, channel: 'qr', ...STRANGER, flag: 'shared', nps: 0 })]
    expect(aggregate(answers, []).headline).toMatchObject({ n: 1, value: 100 })
    expect(aggregate(answers, [], viewOf({ flags: ['shared'] }))).toMatchObject({ headline: { n: 1, value: -100 }, outside: { shared: 0 } })
    expect(aggregate(answers, [], viewOf({ flags: ['none', 'shared'] }))).toMatchObject({ headline: { n: 2, value: 0 } })
  })

  it('leaves no score under a group: it would be −100, 0 or 100 by definition', () => {
    const answers = [...many([0, 1, 2, 3, 4, 10]), ...many([0, 0, 0, 0, 0], { createdAt: '2026-02-10T12:00:00+03:00' })]
    const report = aggregate(answers, [], viewOf({ groups: ['low'] }, { by: 'survey' }))
    expect(report.headline).toMatchObject({ n: 5, value: null, interval: null })
    expect([report.change, report.trend, report.breakdown, report.drivers]).toEqual([null, [], [], []])
    expect(report.distribution.map(({ count }) => count)).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    expect(report.rows).toHaveLength(5)
  })

  it('takes the value for the group, so that list and counts agree, and the stored group where there is none', () => {
    // group edited by hand in the portal
    const answers = [answer({ id: 1, nps: 3, group: 'high' }), answer({ id: 2, nps: null, group: 'middle' })]
    expect(answers.map(answerGroup)).toEqual(['low', 'middle'])
    expect(aggregate(answers, [], viewOf({ groups: ['low'] })).rows.map(({ id }) => id)).toEqual([1])
    expect(aggregate(answers, [], viewOf({ groups: ['middle'] })).rows.map(({ id }) => id)).toEqual([2])
  })

  it('shows the same answers whatever the measure, and scores those that carry it', () => {
    const answers = [answer({ id: 1, csat: 4 }), answer({ id: 2, nps: null, csat: 2 }), answer({ id: 3, csat: 9 })]
    const report = aggregate(answers, [], viewOf({ measure: 'csat' }))
    expect(report).toMatchObject({ headline: { measure: 'csat', n: 2, value: 50 }, outside: { unscored: 1 } })
    expect(report.distribution).toEqual([[1, 0], [2, 1], [3, 0], [4, 1], [5, 0]].map(([value, count]) => ({ value, count })))
    expect(report.rows).toHaveLength(3)
  })

  it.each([['stars', [5, 5, 4, 2, 1], 1, 5], ['coefficient', [100, 90, 12.5, 40], 0, 100]] as const)('has the interval of the mean for %s', (measure, values, low, high) => {
    const { headline } = aggregate(values.map((value, index) => answer({ id: index + 1, [measure]: value })), [], viewOf({ measure }))
    // the added answers: three quarters of one at each end, one and a half in the middle
    const weighted = [...values.map(value => [value, 1] as const), [low, 0.75] as const, [high, 0.75] as const, [(low + high) / 2, 1.5] as const]
    const n = values.length + 3
    const mean = weighted.reduce((sum, [value, weight]) => sum + value * weight, 0) / n
    const variance = weighted.reduce((sum, [value, weight]) => sum + weight * (value - mean) ** 2, 0) / n
    const margin = 1.959963984540054 * Math.sqrt(variance / n)
    expect(headline.value).toBeCloseTo(values.reduce((sum: number, value) => sum + value, 0) / values.length, 9)
    expect(headline.interval!.from).toBeCloseTo(Math.max(low, mean - margin), 9)
    expect(headline.interval!.to).toBeCloseTo(Math.min(high, mean + margin), 9)
  })

  it('reads effort in the direction of its question and never adds up two scales', () => {
    const of = (ces: number, effortScale: ReportAnswer['effortScale'], survey: string, id: number) => answer({ id, ces, effortScale, survey })
    const answers = [of(1, '7low', 's1', 1), of(7, '7low', 's1', 2), of(5, '5high', 's2', 3), of(5, null, 's3', 4)]
    expect(aggregate(answers, [], viewOf({ measure: 'ces' }))).toMatchObject({ headline: { n: 3, value: null, mixed: true }, outside: { unscored: 1 } })
    expect(aggregate(answers, [], viewOf({ measure: 'ces', surveys: ['s1'] })).headline).toMatchObject({ n: 2, value: 50, groups: { high: 1, middle: 0, low: 1 } })
  })
})

describe('breakdown', () => {
  const by = (answers: ReportAnswer[], dimension: ReportView['by'], filter: Partial<ReportFilter> = {}) =>
    aggregate(answers, [], viewOf(filter, { by: dimension })).breakdown
  const of = (ownerId: number | null, values: number[], start: number): ReportAnswer[] =>
    values.map((nps, index) => answer({ id: start + index, nps, ownerId }))
  const ten = (nps: number): number[] => Array<number>(10).fill(nps)

  it('ranks from ten answers on, equal scores alike, and compares each with all others', () => {
    const answers = [...of(1, ten(10), 100), ...of(2, ten(10), 200), ...of(3, [...ten(0), 0], 300), ...of(4, ten(0).slice(1), 400), ...of(null, [10], 500)]
    const rows = by(answers, 'responsible')
    expect(rows.map(({ value, score, rank, versusRest }) => [value, score.n, score.value, rank, versusRest?.verdict ?? null])).toEqual([
      [3, 11, -100, 3, 'down'], [1, 10, 100, 1, 'up'], [2, 10, 100, 1, 'up'], [4, 9, -100, null, 'down'], [null, 1, 100, null, null]
    ])
  })

  it('of groups has counts and no score', () => {
    expect(by(many([10, 9, 0]), 'group').map(({ value, score, rank }) => [value, score.n, score.value, rank])).toEqual([['high', 2, null, null], ['low', 1, null, null]])
  })

  it.each<[NonNullable<ReportView['by']>, Partial<ReportAnswer>, unknown]>([
    ['pipeline', { pipeline: 5 }, 5], ['channel', { channel: 'sms' }, 'sms'], ['survey', { survey: 's9' }, 's9'], ['company', { companyId: null }, null],
    ['language', { lang: 'kk' }, 'kk'], ['snapshot1', { snapshots: ['a', 'b', 'c', 'd', 'e'] }, 'a'], ['snapshot5', { snapshots: ['a', 'b', 'c', 'd', 'e'] }, 'e'],
    ['snapshot2', { snapshots: [] }, '']
  ])('knows %s', (dimension, changes, value) => {
    expect(by([answer(changes)], dimension).map(row => row.value)).toEqual([value])
  })

  it('ranks no effort scores of different scales', () => {
    const effort = (survey: string, effortScale: ReportAnswer['effortScale'], start: number) =>
      Array.from({ length: 10 }, (_, index) => answer({ id: start + index, survey, ces: 5, effortScale }))
    const rows = by([...effort('s1', '5high', 1), ...effort('s2', '7high', 20)], 'survey', { measure: 'ces' })
    expect(rows.map(({ rank, versusRest, score }) => [rank, versusRest, score.value])).toEqual([[null, null, 100], [null, null, 100]])
  })
})

describe('drivers', () => {
  it('say what a tag adds to the score, with the interval of the difference', () => {
    const tagged = (nps: number, tags: number[], count: number, start: number) =>
      Array.from({ length: count }, (_, index) => answer({ id: start + index, nps, tags }))
    const { drivers } = aggregate([...tagged(0, [1, 2], 10, 1), ...tagged(10, [2], 10, 20), ...tagged(10, [], 20, 40), ...tagged(10, [3], 1, 90)], [])
    const rounded = (points: number | null): number | null => points === null ? null : Math.round(points * 100) / 100
    expect(drivers.map(({ tag, impact, difference, with: own, without }) =>
      [tag, own.n, own.value, without.value, rounded(impact), difference?.verdict ?? null])).toEqual([
      [2, 20, 0, 100, -48.78, 'down'], [1, 10, -100, 100, -48.78, 'down'], [3, 1, 100, 50, 1.22, null]
    ])
  })

  it('of a tag that everything carries have nothing to compare with', () => {
    const { drivers } = aggregate(many([10, 9, 0, 0, 0, 7], { tags: [1] }), [])
    expect(drivers).toMatchObject([{ tag: 1, impact: null, difference: null, without: { n: 0, value: null } }])
  })
})

describe('drivers by a question', () => {
  const chose = (nps: number, options: string[] | null, count: number, start: number) =>
    Array.from({ length: count }, (_, index) => ({ id: start + index, nps, options }))
  const drivers = (given: ReturnType<typeof chose>) => {
    const { answers: table } = tablesOf(given.map(({ id, nps }) => answer({ id, nps })), [])
    const said = new Map(given.flatMap(({ id, options }): [number, string[]][] => options === null ? [] : [[id, options]]))
    return optionDriversOf(table, 'nps', select(table, viewOf()).counted, said)
  }

  it('compare who chose an option with who did not, among those who answered the question', () => {
    const found = drivers([...chose(0, ['wait', 'price'], 10, 1), ...chose(10, ['price'], 10, 20), ...chose(10, ['people'], 20, 40), ...chose(0, null, 50, 100)])
    expect(found.map(({ option, impact, difference, with: own, without }) =>
      [option, own.n, own.value, without.n, without.value, impact, difference?.verdict ?? null])).toEqual([
      ['people', 20, 100, 20, 0, 50, 'up'], ['price', 20, 0, 20, 100, -50, 'down'], ['wait', 10, -100, 30, 100, -50, 'down']
    ])
  })

  it('are those of tags, for the same answers', () => {
    const given = chose(0, ['1'], 7, 1).concat(chose(9, ['2', '1'], 6, 20), chose(7, ['2'], 9, 40))
    const tagged = aggregate(given.map(({ id, nps, options }) => answer({ id, nps, tags: options!.map(Number) })), []).drivers
    expect(drivers(given).map(({ option, ...rest }) => ({ tag: Number(option), ...rest }))).toEqual(tagged)
  })

  it('of nobody are none, and of an option that all chose have nothing to compare with', () => {
    expect(drivers(chose(9, null, 8, 1))).toEqual([])
    expect(drivers(chose(9, ['all', 'all'], 8, 1))).toMatchObject([{ option: 'all', with: { n: 8 }, without: { n: 0 }, impact: null, difference: null }])
  })
})

describe('times and sums', () => {
  it('are the median time to answer, and to close with open cases counted as not over', () => {
    const hour = (hours: number): string => new Date(Date.parse('2026-03-10T12:00:00Z') + hours * 3_600_000).toISOString()
    const low = { nps: 0, group: 'low', state: 'low', createdAt: hour(0) } as const
    const { times } = aggregate([
      answer({ id: 1, ...low, sentAt: hour(-1), state: 'closed', doneAt: hour(2) }), answer({ id: 2, ...low, sentAt: hour(-3), state: 'work' }),
      answer({ id: 3, ...low, state: 'no_contact', doneAt: hour(4) }), answer({ id: 4, ...low, state: 'closed' }),
      answer({ id: 5, createdAt: hour(0), sentAt: hour(-5), nps: 10, state: 'closed', doneAt: hour(1) }), answer({ id: 6, ...low, sentAt: hour(1) })
    ], [], viewOf({}, { now: Date.parse(hour(3)) }))
    expect(times.answer).toMatchObject({ ended: 3, running: 0, median: 3 * 3_600_000 })
    // 2 h ended of four; the case of 4 h ends when two others of 3 h are out of sight
    expect(times.close).toMatchObject({ ended: 2, running: 2, median: 4 * 3_600_000 })
    expect(times.closedWithoutTime).toBe(1)
  })

  it('add up no different currencies and count each deal once, by its newest answer', () => {
    const sum = (amount: number, currency: string) => ({ amount, currency })
    const { sums } = aggregate([
      answer({ id: 1, dealId: 1, nps: 10, sum: sum(100, 'KZT') }), answer({ id: 2, dealId: 1, nps: 0, sum: sum(150, 'KZT') }),
      answer({ id: 3, dealId: 2, nps: 0, sum: sum(0.1, 'KZT') }), answer({ id: 4, dealId: 3, nps: 0, sum: sum(7, 'USD') }),
      answer({ id: 5, dealId: null, nps: 0, sum: sum(9, 'USD') }), answer({ id: 6, dealId: 4, nps: 0, sum: null })
    ], [])
    const none = { deals: 0, amount: 0 }
    expect(sums).toEqual([
      { currency: 'KZT', groups: { high: none, middle: none, low: { deals: 2, amount: 150.1 } } },
      { currency: 'USD', groups: { high: none, middle: none, low: { deals: 1, amount: 7 } } }
    ])
  })
})

describe('aggregate over random answers', () => {
  const zones = ['Europe/Moscow', 'America/New_York', 'Asia/Almaty', 'Africa/Cairo'] as const
  const instant = fc.date({ min: new Date('2024-12-01T00:00:00Z'), max: new Date('2026-04-01T00:00:00Z'), noInvalidDate: true }).map(date => date.toISOString())
  const ids = fc.option(fc.integer({ min: 1, max: 6 }))
  const answers = fc.array(fc.record({
    createdAt: instant,
    nps: fc.option(fc.integer({ min: 0, max: 10 })),
    csat: fc.option(fc.integer({ min: 1, max: 5 })), stars: fc.option(fc.integer({ min: 1, max: 5 })),
    ces: fc.option(fc.integer({ min: 1, max: 5 })), effortScale: fc.constantFrom(...EFFORT_SCALES),
    coefficient: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
    group: fc.constantFrom('high', 'middle', 'low', null),
    flag: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, fc.constantFrom('test', 'repeat', 'unmatched', 'late', 'invalid', 'import')),
    channel: fc.constantFrom('email', 'sms', 'phone', 'link', 'qr', null),
    survey: fc.constantFrom('s1', 's2'), lang: fc.constantFrom('ru', 'en'), state: fc.constantFrom('low', 'work', 'closed'),
    contactId: ids, companyId: ids, ownerId: ids, pipeline: fc.constantFrom(0, 5, null), dealId: ids, invitationId: ids,
    snapshots: fc.constantFrom([], ['a'], ['a', 'b'], ['', '', '', '', 'z']), tags: fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
    hasComment: fc.boolean(),
    sum: fc.option(fc.record({ amount: fc.integer({ min: 0, max: 9 }), currency: fc.constantFrom('KZT', 'USD') })), sentAt: fc.option(instant), doneAt: fc.option(instant)
  }), { maxLength: 60 }).map(list => list.map((changes, index) => answer({ ...changes as Partial<ReportAnswer>, id: index + 1 })))
  const invitations = fc.uniqueArray(fc.record({
    id: fc.integer({ min: 1, max: 12 }),
    state: fc.constantFrom('to_send', 'sending', 'sent', 'failed', 'skipped', 'expired', 'cancelled'),
    sentAt: fc.option(instant),
    survey: fc.constantFrom('s1', 's2'),
    channel: fc.constantFrom('email', 'sms', 'link', 'import'),
    test: fc.boolean()
  }), { selector: ({ id }) => id }).map(list => list.map(changes => invitation(changes as Partial<ReportInvitation>)))
  const sometimes = <T>(one: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: fc.constant([] as T[]) }, fc.uniqueArray(one, { minLength: 1, maxLength: 2 }))
  const departments: Departments = new Map([[1, [10]], [2, [10, 11]], [3, [12]]])
  const views = fc.record({
    period: fc.constantFrom('last30Days', 'thisMonth', 'lastMonth', 'thisQuarter', 'last12Months', 'all', 'custom')
      .map(preset => ({ preset, ...preset === 'custom' ? { firstDay: '2025-01-01', lastDay: '2026-03-31' } : {} }) as PeriodChoice),
    comparison: fc.constantFrom('previous', 'yearAgo', 'none'), measure: fc.constantFrom(...MEASURES),
    surveys: sometimes(fc.constantFrom('s1', 's2')), channels: sometimes(fc.constantFrom('email', 'qr', null)), pipelines: sometimes(fc.constantFrom(0, 5, null)),
    responsible: sometimes(ids), departments: sometimes(fc.constantFrom(10, 11, 12, 13)), companies: sometimes(ids),
    groups: sometimes(fc.constantFrom('high', 'middle', 'low')), languages: sometimes(fc.constantFrom('ru', 'en')),
    snapshots: fc.tuple(sometimes(fc.constantFrom('a', '')), sometimes(fc.constantFrom('b', '')), fc.constant([]), fc.constant([]), sometimes(fc.constantFrom('z', ''))),
    comment: fc.constantFrom('any', 'any', 'with', 'without'), states: sometimes(fc.constantFrom('low', 'work', 'closed')),
    flags: fc.oneof(fc.constant(['none']), fc.uniqueArray(fc.constantFrom('none', 'late', 'import', 'test'), { minLength: 1 })),
    tags: sometimes(fc.constantFrom(1, 2, 3, null))
  }).chain(filter => fc.constantFrom(...zones).map(zone => {
    const asked: ReportFilter = { ...DEFAULT_FILTER, ...filter as Partial<ReportFilter> }
    return viewOf(asked, { period: resolvePeriod(asked.period, NOW, zone, asked.comparison), departments })
  }))

  /** The day and month of an instant, from Intl alone. */
  const monthIn = (at: string, zone: string): string =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit' }).format(new Date(at))

  const between = (at: string, span: Pick<Period, 'from' | 'to'>): boolean => (span.from === null || new Date(at) >= new Date(span.from)) && new Date(at) < new Date(span.to)

  /** The score of a list, by its definition. */
  function scoreIn(list: ReportAnswer[], measure: ReportFilter['measure']): number | null {
    const values = list.map(one => one[measure]!)
    const mean = (numbers: number[]): number | null => numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0) / numbers.length
    if (measure === 'nps') return mean(values.map(value => value >= 9 ? 100 : value <= 6 ? -100 : 0))
    if (measure === 'csat') return mean(values.map(value => value >= 4 ? 100 : 0))
    if (measure !== 'ces') return mean(values)
    if (new Set(list.map(one => one.effortScale)).size > 1) return null
    return mean(list.map(({ ces, effortScale }) => {
      const [points, easy] = [Number(effortScale![0]), effortScale!.slice(1)]
      const towardsEasy = easy === 'high' ? ces! : points + 1 - ces!
      return towardsEasy > (points + 1) / 2 ? 100 : 0
    }))
  }

  const sameNumber = (actual: number | null, expected: number | null): void => {
    if (expected === null) expect(actual).toBeNull()
    else expect(actual).toBeCloseTo(expected, 8)
  }

  it('equals brute force', () => {
    fc.assert(fc.property(answers, invitations, views, (all, asked, view) => {
      const { filter, period } = view
      const { measure } = filter
      const report = aggregate(all, asked, view)
      const mine = all.filter(one => matches(one, { ...filter, flags: ['none', 'test', 'repeat', 'unmatched', 'late', 'invalid', 'import'] }, departments))
      const inPeriod = mine.filter(one => between(one.createdAt, period))
      const scored = (list: ReportAnswer[]): ReportAnswer[] => list.filter(one => one[measure] !== null && filter.flags.includes(one.flag ?? 'none')
        && (filter.channels.length > 0 || !['link', 'qr'].includes(one.channel ?? '') || one.flag === 'shared' || one.contactId !== null || one.companyId !== null))
      const counted = scored(inPeriod)
      const meaningless = filter.groups.length > 0

      expect(report.headline.n).toBe(counted.length)
      sameNumber(report.headline.value, meaningless ? null : scoreIn(counted, measure))
      const values = { nps: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], csat: [1, 2, 3, 4, 5], stars: [1, 2, 3, 4, 5], ces: [1, 2, 3, 4, 5, 6, 7] }
      for (const value of measure === 'coefficient' ? [0, 10, 20, 30, 40, 50, 60, 70, 80, 90] : values[measure]) {
        const count = counted.filter(one => measure === 'coefficient' ? Math.min(9, Math.floor(one.coefficient! / 10)) * 10 === value : one[measure] === value).length
        expect(report.distribution.find(bar => bar.value === value)?.count ?? 0).toBe(count)
      }

      const { shared, unscored, flags } = report.outside
      const flagged = Object.values(flags).reduce((sum, count) => sum + count, 0)
      expect(flagged).toBe(inPeriod.filter(one => !filter.flags.includes(one.flag ?? 'none') && one.flag !== null).length)
      expect(report.rows).toHaveLength(report.headline.n + shared + unscored)
      expect(new Set(report.rows)).toEqual(new Set(inPeriod.filter(one => filter.flags.includes(one.flag ?? 'none'))))
      expect(report.rows.map(one => one.createdAt)).toEqual(report.rows.map(one => one.createdAt).sort().reverse())

      const earlier = period.previous ? scored(mine.filter(one => between(one.createdAt, period.previous!))) : []
      expect(report.previous?.n ?? 0).toBe(earlier.length)
      if (report.change) sameNumber(report.change.difference, scoreIn(counted, measure)! - scoreIn(earlier, measure)!)
      else expect(counted.length < 5 || earlier.length < 5 || meaningless || measure === 'ces').toBe(true)
      const people = counted.map(one => one.contactId).filter(id => id !== null && earlier.some(other => other.contactId === id))
      expect(report.samePeople).toBe(new Set(people).size)

      for (const { key, n, value } of report.trend) {
        const ofMonth = counted.filter(one => monthIn(one.createdAt, period.zone) === key)
        expect(n).toBe(ofMonth.length)
        sameNumber(value, scoreIn(ofMonth, measure))
      }
      if (!meaningless) expect(report.trend.reduce((sum, { n }) => sum + n, 0)).toBe(counted.length)

      for (const { tag, with: own, without, impact } of report.drivers) {
        const [yes, no] = [counted.filter(one => one.tags.includes(tag)), counted.filter(one => !one.tags.includes(tag))]
        expect([own.n, without.n]).toEqual([yes.length, no.length])
        const [all, rest] = [scoreIn(counted, measure), scoreIn(no, measure)]
        // of mixed effort scales the rest may be of one; the whole has no score then, and so there is no impact
        if (measure !== 'ces') sameNumber(impact, all === null || rest === null ? null : all - rest)
      }

      const elsewhere = [filter.responsible, filter.departments, filter.companies, filter.languages].some(list => list.length > 0)
      const reached = report.response.undefinedBy.length > 0 || elsewhere
        ? null
        : asked.filter(one => one.sentAt !== null && between(one.sentAt, period) && ['sent', 'expired'].includes(one.state) && !one.test
          && !['link', 'import'].includes(one.channel) && (filter.surveys.length === 0 || filter.surveys.includes(one.survey))
          && (filter.channels.length === 0 || filter.channels.includes(one.channel)) && !all.some(other => other.invitationId === one.id && other.flag === 'test'))
      if (reached) {
        const came = reached.filter(one => all.some(other => other.invitationId === one.id && (other.flag === null || other.flag === 'late')))
        expect(report.response).toMatchObject({ sent: reached.length, answered: came.length })
      }
    }), { numRuns: 500 })
  })

  it('every number opens exactly the records that it counts', () => {
    fc.assert(fc.property(answers, invitations, views, fc.constantFrom(...DIMENSIONS), (all, asked, view, by) => {
      const tables = tablesOf(all, asked)
      const report = aggregateTables(tables.answers, tables.invitations, { ...view, by })
      const rows = (drill: Omit<AnswerDrill, 'kind'>): ReportAnswer[] => drillAnswers(tables.answers, view, { kind: 'answers', ...drill })
      const count = (drill: Omit<AnswerDrill, 'kind'>): number => rows(drill).length
      expect(rows({ of: 'listed' })).toEqual(report.rows)
      expect([count({ of: 'counted' }), count({ of: 'before' })]).toEqual([report.headline.n, report.previous?.n ?? 0])
      for (const group of GROUPS) expect(count({ of: 'counted', group })).toBe(report.headline.groups[group])
      for (const { value, count: answered } of report.distribution) expect(count({ of: 'counted', bar: value })).toBe(answered)
      for (const { from, to, n } of report.trend) expect(count({ of: 'counted', span: { from, to } })).toBe(n)
      for (const { value, score } of report.breakdown) expect(count({ of: 'counted', by: { dimension: by, value } })).toBe(score.n)
      for (const driver of report.drivers) {
        expect([true, false].map(has => count({ of: 'counted', tag: { id: driver.tag, with: has } }))).toEqual([driver.with.n, driver.without.n])
      }
      const { shared, unscored, flags } = report.outside
      expect([count({ of: 'shared' }), count({ of: 'unscored' })]).toEqual([shared, unscored])
      for (const flag of ANSWER_FLAGS) if (!view.filter.flags.includes(flag)) expect(count({ of: 'flagged', flag })).toBe(flags[flag])
      expect(count({ of: 'flagged' })).toBe(Object.values(flags).reduce((sum, one) => sum + one, 0))
      const { answer: answered, close, closedWithoutTime } = report.times
      expect(rows({ of: 'listed', times: 'open' })).toEqual(report.openCases)
      expect((['answered', 'open', 'closed', 'closedWithoutTime'] as const).map(times => count({ of: 'listed', times })))
        .toEqual([answered.ended, close.running, close.ended, closedWithoutTime])
      for (const { currency, groups } of report.sums) {
        for (const group of GROUPS) {
          const deals = rows({ of: 'counted', currency, group })
          expect([deals.length, deals.reduce((sum, { sum: one }) => sum + one!.amount, 0)]).toEqual([groups[group].deals, groups[group].amount])
        }
      }
      const invited = (answered?: boolean): number =>
        drillInvitations(tables.invitations, view, { kind: 'invitations', ...answered === undefined ? {} : { answered } }).length
      const { sent, answered: replied } = report.response
      expect([invited(), invited(true), invited(false)]).toEqual([sent, replied, sent - replied])
    }))
  })

  it('does not depend on the order, and leaves what it got as it was', () => {
    fc.assert(fc.property(answers, invitations, views, (all, asked, view) => {
      const report = aggregate(Object.freeze(all.map(one => Object.freeze(one))), Object.freeze(asked), view)
      expect(aggregate(all.toReversed(), asked.toReversed(), view)).toEqual(report)
    }))
  })

  it('takes 100,000 answers over ten years', () => {
    const start = Date.parse('2016-04-01T00:00:00Z')
    const all = Array.from({ length: 100_000 }, (_, index) => answer({
      id: index + 1, nps: index * 7 % 11, contactId: index % 5_000, invitationId: index + 1, createdAt: new Date(start + index * 3_100_000).toISOString()
    }))
    const asked = all.map(({ id, createdAt }) => invitation({ id, sentAt: createdAt }))
    const report = aggregate(all, asked, viewOf({ period: { preset: 'all' } }))
    expect(report.headline.n).toBe(100_000)
    expect(report.response).toMatchObject({ answered: 100_000, sent: 100_000 })
    expect(report.trend).toHaveLength(120)
    expect(report.rows[0]!.id).toBe(100_000)
  })

  it('gives the page its turn while a breakdown by 10,000 companies is made', () => {
    const all = Array.from({ length: 30_000 }, (_, index) => answer({ id: index + 1, nps: index % 11, companyId: 1 + index % 10_000 }))
    const tables = tablesOf(all, [])
    const turns = (by: 'company' | undefined): number => {
      const work = aggregating(tables.answers, tables.invitations, { ...viewOf({ period: { preset: 'all' } }), ...by ? { by } : {} })
      for (let count = 0; ; count++) {
        const step = work.next()
        if (!step.done) continue
        const { breakdown } = step.value
        expect(breakdown).toHaveLength(by ? 10_000 : 0)
        const inOrder = breakdown.toSorted((a, b) => b.score.n - a.score.n || b.score.value! - a.score.value! || Number(a.value) - Number(b.value))
        expect(breakdown.map(({ value }) => value)).toEqual(inOrder.map(({ value }) => value))
        return count
      }
    }
    expect(turns('company') - turns(undefined)).toBeGreaterThanOrEqual(10)
  })
})
