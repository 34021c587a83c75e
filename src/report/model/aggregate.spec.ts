import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aggregate, answerGroup, type ReportFilter } from './aggregate'
import { resolvePeriod, type Period } from './period'
import type { ReportAnswer, ReportInvitation } from './records'

const ZONE = 'Europe/Moscow'
const NOW = new Date('2026-03-15T10:00:00Z')

const answer = (changes: Partial<ReportAnswer> = {}): ReportAnswer => ({
  id: 1, createdAt: '2026-03-10T12:00:00+03:00', nps: 9, group: 'high', flag: null, channel: 'email', survey: 's1', version: 1, lang: 'ru', state: 'high',
  dealId: null, contactId: null, companyId: null, ownerId: null, invitationId: null, comment: '', ...changes
})
const invitation = (changes: Partial<ReportInvitation> = {}): ReportInvitation => ({
  id: 1, state: 'sent', sentAt: '2026-03-09T12:00:00+03:00', survey: 's1', channel: 'email', test: false, ...changes
})
const thisMonth = resolvePeriod({ preset: 'thisMonth' }, NOW, ZONE)
const filterOf = (changes: Partial<ReportFilter> = {}): ReportFilter => ({
  period: thisMonth, survey: null, group: null, withComment: false, flagged: false, ...changes
})
const many = (values: number[], changes: Partial<ReportAnswer> = {}): ReportAnswer[] => values.map((nps, index) => answer({ id: index + 1, nps, ...changes }))

describe('headline', () => {
  it('of nothing claims nothing', () => {
    const report = aggregate([], [], filterOf())
    expect(report.headline).toEqual({ promoters: 0, passives: 0, detractors: 0, n: 0, nps: null, interval: null, sample: 'none' })
    expect(report.previous).toEqual(report.headline)
    expect(report.change).toBeNull()
    expect(report.response).toEqual({ answered: 0, sent: 0, rate: null, interval: null })
    expect(report.distribution).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    expect(report.trend).toMatchObject([{ month: '2026-03', n: 0, nps: null, interval: null, sample: 'none' }])
    expect(report.rows).toEqual([])
  })

  it('counts valid answers of the period, with interval and level', () => {
    const report = aggregate(many([10, 9, 9, 7, 3]), [], filterOf())
    expect(report.headline).toMatchObject({ promoters: 3, passives: 1, detractors: 1, n: 5, nps: 40, sample: 'few' })
    expect(report.headline.interval!.from).toBeCloseTo(100 * (0.25 - 1.959963984540054 * Math.sqrt((5.5 / 8 - 0.0625) / 8)), 9)
    expect(report.distribution).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 2, 1])
  })

  it('begins at the first instant of the period and ends before its end, in the zone', () => {
    const moments = ['2026-02-28T23:59:59.999+03:00', '2026-03-01T00:00:00+03:00', '2026-03-15T23:59:59.999+03:00', '2026-03-16T00:00:00+03:00']
    const report = aggregate(moments.map((createdAt, index) => answer({ id: index, createdAt })), [], filterOf())
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
    ['a shared link', { channel: 'link' }, { shared: 1 }],
    ['a QR code', { channel: 'qr' }, { shared: 1 }],
    ['an embedded form', { channel: 'embed' }, { shared: 1 }],
    ['a flagged answer over a shared link', { channel: 'link', flag: 'test' }, { shared: 0, flags: { test: 1 } }],
    ['no value', { nps: null }, { unscored: 1 }],
    ['a value that is none', { nps: 11 }, { unscored: 1 }]
  ])('leaves out %s and says so', (_, changes, outside) => {
    const report = aggregate([answer(changes)], [], filterOf())
    expect(report.headline.n).toBe(0)
    expect(report.outside).toMatchObject(outside)
  })

  it('counts an answer given by phone, one that nobody has handled yet, and a detractor of 0', () => {
    const report = aggregate([answer({ id: 1, channel: 'phone' }), answer({ id: 2, state: 'new', group: null, channel: null }), answer({ id: 3, nps: 0 })], [], filterOf())
    expect(report.headline).toMatchObject({ promoters: 2, detractors: 1, n: 3 })
  })

  it('is that of one survey when one is chosen', () => {
    const report = aggregate([answer(), answer({ id: 2, survey: 's2', nps: 0 })], [invitation(), invitation({ id: 2, survey: 's2' })], filterOf({ survey: 's2' }))
    expect(report.headline).toMatchObject({ n: 1, nps: -100 })
    expect(report.response.sent).toBe(1)
    expect(report.rows.map(({ id }) => id)).toEqual([2])
  })
})

describe('comparison', () => {
  const february = { createdAt: '2026-02-10T12:00:00+03:00' }

  it('is with the same days of the month before', () => {
    const report = aggregate([...many(Array(30).fill(10)), ...many(Array(30).fill(2), february)], [], filterOf())
    expect(report.previous).toMatchObject({ n: 30, nps: -100 })
    expect(report.change).toMatchObject({ verdict: 'up', difference: 200 })
    expect(aggregate(many([10], { createdAt: '2026-02-20T12:00:00+03:00' }), [], filterOf()).previous!.n).toBe(0)
  })

  it('needs five answers on both sides', () => {
    const five = [10, 10, 10, 10, 10]
    expect(aggregate([...many(five), ...many([0, 0, 0, 0], february)], [], filterOf()).change).toBeNull()
    expect(aggregate([...many([10, 10, 10, 10]), ...many(five, february)], [], filterOf()).change).toBeNull()
    expect(aggregate([...many(five), ...many(five, february)], [], filterOf()).change).toMatchObject({ verdict: 'cannotTell', difference: 0 })
  })

  it('of all time is none', () => {
    const report = aggregate(many([10, 9, 8]), [], filterOf({ period: resolvePeriod({ preset: 'all' }, NOW, ZONE) }))
    expect([report.previous, report.change]).toEqual([null, null])
    expect(report.headline.n).toBe(3)
  })

  it('counts the people who are on both sides', () => {
    const answers = [answer({ contactId: 5 }), answer({ contactId: 5 }), answer({ contactId: 6 }), answer({ contactId: null }),
      answer({ ...february, contactId: 5 }), answer({ ...february, contactId: 7 }), answer({ ...february, contactId: null }),
      answer({ ...february, contactId: 6, flag: 'test' })]
    expect(aggregate(answers, [], filterOf()).samePeople).toBe(1)
  })
})

describe('trend', () => {
  it('has every month, also the empty ones, cut at the borders of the zone', () => {
    const answers = [
      answer({ createdAt: '2025-12-31T20:59:59Z', nps: 0 }), // still December in Moscow
      answer({ createdAt: '2025-12-31T21:00:00Z', nps: 10 }), // January there
      answer({ createdAt: '2026-03-02T12:00:00Z', nps: 8 })
    ]
    const period = resolvePeriod({ preset: 'custom', firstDay: '2025-11-15', lastDay: '2026-03-15' }, NOW, ZONE)
    const { trend } = aggregate(answers, [], filterOf({ period }))
    expect(trend.map(({ month, n, nps }) => [month, n, nps])).toEqual([
      ['2025-11', 0, null], ['2025-12', 1, -100], ['2026-01', 1, 100], ['2026-02', 0, null], ['2026-03', 1, 0]
    ])
    expect(trend[0]!.interval).toBeNull()
    expect(trend[2]!.interval!.to).toBeCloseTo(98.498649, 5)
  })

  it('of all time begins with the first answer', () => {
    const all = resolvePeriod({ preset: 'all' }, NOW, ZONE)
    const { trend } = aggregate([answer({ createdAt: '2026-01-20T12:00:00Z' })], [], filterOf({ period: all }))
    expect(trend.map(({ month }) => month)).toEqual(['2026-01', '2026-02', '2026-03'])
    expect(aggregate([], [], filterOf({ period: all })).trend).toEqual([])
  })
})

describe('response rate', () => {
  const rate = (answers: ReportAnswer[], invitations: ReportInvitation[], period: Period = thisMonth) =>
    aggregate(answers, invitations, filterOf({ period })).response

  it('is answered of sent invitations, with its interval', () => {
    const response = rate([answer({ invitationId: 1 })], [invitation(), invitation({ id: 2 })])
    expect(response).toMatchObject({ answered: 1, sent: 2, rate: 0.5 })
    expect(response.interval!.from).toBeCloseTo(0.0945, 4)
    expect(response.interval!.to).toBeCloseTo(0.9055, 4)
  })

  it.each<[string, Partial<ReportInvitation>]>([
    ['not sent yet', { state: 'to_send', sentAt: null }], ['being sent', { state: 'sending', sentAt: null }], ['failed', { state: 'failed' }],
    ['skipped', { state: 'skipped' }], ['cancelled', { state: 'cancelled' }], ['a test', { test: true }], ['a shared link', { channel: 'link' }],
    ['a QR code', { channel: 'qr' }], ['embedded', { channel: 'embed' }], ['an import', { channel: 'import' }], ['of another month', { sentAt: '2026-02-27T12:00:00+03:00' }],
    ['without a time of sending', { sentAt: null }]
  ])('leaves out an invitation that is %s, answered or not', (_, changes) => {
    expect(rate([answer({ invitationId: 1 })], [invitation(changes)])).toEqual({ answered: 0, sent: 0, rate: null, interval: null })
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
    const february = resolvePeriod({ preset: 'lastMonth' }, NOW, ZONE)
    expect(rate([answer({ invitationId: 1 })], [invitation({ sentAt: '2026-02-27T12:00:00+03:00' })], february)).toMatchObject({ answered: 1, sent: 1 })
  })
})

describe('rows', () => {
  it('are newest first, by the instant and then by id', () => {
    const answers = [
      answer({ id: 1, createdAt: '2026-03-10T12:00:00+03:00' }), answer({ id: 2, createdAt: '2026-03-10T10:00:00+00:00' }),
      answer({ id: 3, createdAt: '2026-03-10T12:00:00+03:00' }), answer({ id: 4, createdAt: '2026-03-01T12:00:00+03:00' })
    ]
    expect(aggregate(answers, [], filterOf()).rows.map(({ id }) => id)).toEqual([2, 3, 1, 4])
  })

  it('include shared and unscored answers, and flagged ones when asked', () => {
    const answers = [answer({ id: 1, channel: 'qr' }), answer({ id: 2, nps: null, group: null }), answer({ id: 3, flag: 'late' })]
    expect(aggregate(answers, [], filterOf()).rows.map(({ id }) => id)).toEqual([2, 1])
    expect(aggregate(answers, [], filterOf({ flagged: true })).rows.map(({ id }) => id)).toEqual([3, 2, 1])
  })

  it('are narrowed by group and comment, while the figures stay', () => {
    const answers = [
      answer({ id: 1, nps: 2, group: 'low', comment: 'slow' }), answer({ id: 2, nps: 10, comment: ' \n' }),
      // group edited by hand in the portal: the value decides, so that list and counts agree
      answer({ id: 3, nps: 3, group: 'high' })
    ]
    const low = aggregate(answers, [], filterOf({ group: 'low' }))
    expect(low.rows.map(({ id }) => id)).toEqual([3, 1])
    expect(low.headline).toEqual(aggregate(answers, [], filterOf()).headline)
    expect(aggregate(answers, [], filterOf({ withComment: true })).rows.map(({ id }) => id)).toEqual([1])
    expect(answers.map(answerGroup)).toEqual(['low', 'high', 'low'])
    expect(answerGroup({ nps: null, group: 'middle' })).toBe('middle')
  })
})

describe('aggregate over random answers', () => {
  const zones = ['Europe/Moscow', 'America/New_York', 'Asia/Almaty', 'Africa/Cairo'] as const
  const instant = fc.date({ min: new Date('2024-12-01T00:00:00Z'), max: new Date('2026-04-01T00:00:00Z'), noInvalidDate: true }).map(date => date.toISOString())
  const ids = fc.option(fc.integer({ min: 1, max: 12 }))
  const answers = fc.array(fc.record({
    createdAt: instant,
    nps: fc.option(fc.integer({ min: 0, max: 10 })),
    flag: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, fc.constantFrom('test', 'repeat', 'unmatched', 'late', 'invalid', 'import')),
    channel: fc.constantFrom('email', 'sms', 'phone', 'link', 'qr', null),
    survey: fc.constantFrom('s1', 's2'),
    contactId: ids,
    invitationId: ids,
    comment: fc.constantFrom('', ' ', 'text')
  }), { maxLength: 60 }).map(list => list.map((changes, index) => answer({ ...changes as Partial<ReportAnswer>, id: index + 1 })))
  const invitations = fc.uniqueArray(fc.record({
    id: fc.integer({ min: 1, max: 12 }),
    state: fc.constantFrom('to_send', 'sending', 'sent', 'failed', 'skipped', 'expired', 'cancelled'),
    sentAt: fc.option(instant),
    survey: fc.constantFrom('s1', 's2'),
    channel: fc.constantFrom('email', 'sms', 'link', 'import'),
    test: fc.boolean()
  }), { selector: ({ id }) => id }).map(list => list.map(changes => invitation(changes as Partial<ReportInvitation>)))
  const filters = fc.record({
    preset: fc.constantFrom('last30Days', 'thisMonth', 'lastMonth', 'thisQuarter', 'last12Months', 'all'),
    zone: fc.constantFrom(...zones),
    survey: fc.constantFrom(null, 's1', 's2'),
    group: fc.constantFrom(null, 'high', 'middle', 'low'),
    withComment: fc.boolean(),
    flagged: fc.boolean()
  }).map(({ preset, zone, ...rest }) => ({ ...rest, period: resolvePeriod({ preset } as { preset: 'all' }, NOW, zone) }) as ReportFilter)

  /** The day and month of an instant, from Intl alone. */
  const monthIn = (at: string, zone: string): string =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit' }).format(new Date(at))

  it('equals brute force', () => {
    fc.assert(fc.property(answers, invitations, filters, (all, asked, filter) => {
      const { from, to, zone, previous } = filter.period
      const report = aggregate(all, asked, filter)
      const between = (at: string, span: { from: string | null, to: string }): boolean =>
        (span.from === null || new Date(at) >= new Date(span.from)) && new Date(at) < new Date(span.to)
      const mine = all.filter(one => filter.survey === null || one.survey === filter.survey)
      const inPeriod = mine.filter(one => between(one.createdAt, { from, to }))
      const scored = (list: ReportAnswer[]): ReportAnswer[] => list.filter(one => one.nps !== null && !one.flag && one.channel !== 'link' && one.channel !== 'qr')
      const counted = scored(inPeriod)
      const nps = (list: ReportAnswer[]): number | null => list.length === 0
        ? null
        : list.reduce((sum, one) => sum + (one.nps! >= 9 ? 100 : one.nps! <= 6 ? -100 : 0), 0) / list.length

      expect(report.headline.n).toBe(counted.length)
      if (counted.length > 0) expect(report.headline.nps).toBeCloseTo(nps(counted)!, 9)
      else expect(report.headline.nps).toBeNull()
      expect(report.distribution).toEqual(Array.from({ length: 11 }, (_, value) => counted.filter(one => one.nps === value).length))

      const { shared, unscored, flags } = report.outside
      const flagged = Object.values(flags).reduce((sum, count) => sum + count, 0)
      expect(flagged).toBe(inPeriod.filter(one => one.flag).length)
      expect(report.headline.n + shared + unscored + flagged).toBe(inPeriod.length)

      const earlier = previous ? scored(mine.filter(one => between(one.createdAt, previous))) : []
      expect(report.previous?.n ?? 0).toBe(earlier.length)
      expect(report.change === null).toBe(counted.length < 5 || earlier.length < 5)
      if (report.change) expect(report.change.difference).toBeCloseTo(nps(counted)! - nps(earlier)!, 9)
      const people = new Set(counted.map(one => one.contactId).filter(id => id !== null && earlier.some(other => other.contactId === id)))
      expect(report.samePeople).toBe(people.size)

      for (const { month, n, nps: score } of report.trend) {
        const ofMonth = counted.filter(one => monthIn(one.createdAt, zone) === month)
        expect(n).toBe(ofMonth.length)
        if (n > 0) expect(score).toBeCloseTo(nps(ofMonth)!, 9)
      }
      expect(report.trend.reduce((sum, { n }) => sum + n, 0)).toBe(counted.length)

      const sent = asked.filter(one => one.sentAt !== null && between(one.sentAt, { from, to }) && ['sent', 'expired'].includes(one.state) && !one.test
        && !['link', 'import'].includes(one.channel) && (filter.survey === null || one.survey === filter.survey)
        && !all.some(other => other.invitationId === one.id && other.flag === 'test'))
      const answered = sent.filter(one => all.some(other => other.invitationId === one.id && (other.flag === null || other.flag === 'late')))
      expect(report.response).toMatchObject({ sent: sent.length, answered: answered.length })

      const listed = inPeriod.filter(one => (filter.flagged || !one.flag) && (!filter.withComment || one.comment === 'text')
        && (!filter.group || filter.group === (one.nps === null ? one.group : one.nps > 8 ? 'high' : one.nps > 6 ? 'middle' : 'low')))
      expect(new Set(report.rows)).toEqual(new Set(listed))
      expect(report.rows.map(one => one.createdAt)).toEqual(listed.map(one => one.createdAt).sort().reverse())
    }), { numRuns: 300 })
  })

  it('does not depend on the order, and leaves what it got as it was', () => {
    fc.assert(fc.property(answers, invitations, filters, (all, asked, filter) => {
      const report = aggregate(Object.freeze(all.map(one => Object.freeze(one))), Object.freeze(asked), filter)
      expect(aggregate(all.toReversed(), asked.toReversed(), filter)).toEqual(report)
    }))
  })

  it('takes 100,000 answers over ten years', () => {
    const start = Date.parse('2016-04-01T00:00:00Z')
    const all = Array.from({ length: 100_000 }, (_, index) => answer({
      id: index + 1, nps: index * 7 % 11, contactId: index % 5_000, invitationId: index + 1, createdAt: new Date(start + index * 3_100_000).toISOString()
    }))
    const asked = all.map(({ id, createdAt }) => invitation({ id, sentAt: createdAt }))
    const report = aggregate(all, asked, filterOf({ period: resolvePeriod({ preset: 'all' }, NOW, ZONE) }))
    expect(report.headline.n).toBe(100_000)
    expect(report.response).toMatchObject({ answered: 100_000, sent: 100_000 })
    expect(report.trend).toHaveLength(120)
    expect(report.rows[0]!.id).toBe(100_000)
  })
})
