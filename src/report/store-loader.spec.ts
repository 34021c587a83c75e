import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { afterDeal } from '@/survey/model/templates/after-deal'
import type { Survey } from '@/survey/model/survey'
import type { ErrorCode } from '@/portal/errors'
import { CONTROL } from '@/plan/compile/input'
import { tablesOf } from './model/answer-table'
import { answerRow, fakePortal, invitationRow, store, type FakeOptions, type FakePortal, type Row } from './portal.fixture'
import { openMonthDisk, type DiskTrouble, type MonthDisk } from './store-disk'
import { createReportLoader, type Depth, type LoaderTools, type Progress, type ReportLoader, type ReportRecords } from './store-loader'

const NOW = new Date('2026-03-31T12:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const EVERYTHING: Depth = { answers: null, invitations: null }
const ago = (milliseconds: number): string => new Date(NOW.getTime() - milliseconds).toISOString()
const since = (milliseconds: number): Depth => ({ answers: ago(milliseconds), invitations: ago(milliseconds) })

/** One answer an hour, the newest has the highest id. */
const hourly = (count: number): Row[] => Array.from({ length: count }, (_, index) =>
  answerRow({ id: index + 1, at: ago((count - index) * HOUR), score: index % 11, comment: index % 2 ? 'Words' : '' }))

const loaderOf = (portal: FakePortal, tools: Partial<LoaderTools> = {}): ReportLoader =>
  createReportLoader({ portal, store, surveys: [], disk: null, now: () => NOW, ...tools })

const idsOf = ({ answers }: Pick<ReportRecords, 'answers'>): number[] => answers.map(({ id }) => id).sort((a, b) => b - a)
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => count - index)

/** How many requests read records, and how many only counted them. */
function requestsOf(portal: FakePortal): { read: number, counted: number } {
  const counting = portal.requests.filter(commands => commands.some(({ params }) => params?.start === 0)).length
  return { read: portal.requests.length - counting, counted: counting }
}

describe('loading', () => {
  it('never takes the control record of the processes for an invitation that was sent', async () => {
    const control = { ...invitationRow(3, ago(DAY), 'skipped'), uf_FB_SURVEY: CONTROL, uf_FB_SENT_AT: '', uf_FB_CHANNEL: '', stageId: store.invitationStages.stopped }
    const { answers, invitations } = await loaderOf(fakePortal({ rows: [control, invitationRow(4, ago(DAY))] })).load(EVERYTHING)
    expect(tablesOf(answers, invitations).invitations.dimensions.survey.values).toEqual(['after-deal'])
  })

  it('reads what arrives as what it is', async () => {
    const rows = [
      answerRow({
        id: 9, at: '2026-03-30T10:00:00+05:00', score: 9, comment: 'Good', invitation: 4, more: {
          uf_FB_CSAT: '5', uf_FB_STARS: '6', uf_FB_COEFFICIENT: '87.5', uf_FB_STAGE: 'C5:WON', uf_FB_SUM: '1200.5|KZT', uf_FB_TAGS: [71, '72'],
          uf_FB_SENT_AT: '2026-03-29T08:00:00+05:00', uf_FB_DONE_AT: ''
        }
      }),
      answerRow({ id: 8, at: '2026-03-29T10:00:00+05:00', score: '9 maybe', flag: 'invalid', invitation: 3 }),
      answerRow({ id: 7, at: '2026-03-28T10:00:00+05:00', score: 5, flag: 'unmatched', invitation: 2 }),
      invitationRow(4, '2026-03-29T08:00:00+05:00')
    ]
    const { answers, invitations, loadedAt, complete, verified } = await loaderOf(fakePortal({ rows })).load(EVERYTHING)
    expect(answers).toEqual([
      {
        id: 9, createdAt: '2026-03-30T10:00:00+05:00', nps: 9, csat: 5, ces: null, effortScale: null, stars: null, coefficient: 87.5, group: 'high', flag: null,
        channel: 'email', survey: 'after-deal', version: 1, lang: 'en', state: 'high', dealId: 5, contactId: 3, companyId: 4, ownerId: 7, pipeline: 5,
        snapshots: [], sum: { amount: 1200.5, currency: 'KZT' }, tags: [71, 72], invitationId: 4, sentAt: '2026-03-29T08:00:00+05:00', doneAt: null,
        hasComment: true, comment: 'Good'
      },
      expect.objectContaining({ id: 8, nps: null, flag: 'invalid', invitationId: 3, pipeline: null, sum: null, tags: [], hasComment: false, comment: '' }),
      expect.objectContaining({ id: 7, nps: 5, flag: 'unmatched', invitationId: null })
    ])
    expect(invitations).toEqual([{
      id: 4, state: 'sent', sentAt: '2026-03-29T08:00:00+05:00', createdAt: '2026-03-29T08:00:00+05:00', survey: 'after-deal', channel: 'email', lang: '',
      companyId: null, ownerId: null, test: false
    }])
    expect({ loadedAt, complete, verified }).toEqual({ loadedAt: NOW.toISOString(), complete: true, verified: true })
  })

  it('takes an imported answer for the time at which it was given, and finds it for that time by the time of its record', async () => {
    const given = '2025-06-01T10:00:00+05:00'
    const rows = [answerRow({ id: 2, at: ago(HOUR), score: 9, flag: 'import', more: { uf_FB_SENT_AT: given } }), answerRow({ id: 1, at: ago(300 * DAY), score: 5 })]
    const { answers } = await loaderOf(fakePortal({ rows })).load(since(305 * DAY))
    expect(answers.map(({ id, createdAt, sentAt }) => [id, createdAt, sentAt])).toEqual([[2, given, null], [1, ago(300 * DAY), null]])
  })

  it('reads an effort value on the scale of the version that was answered, and asks for that version once', async () => {
    const effort = (points: 5 | 7, easyIs: 'high' | 'low') => ({ ...afterDeal, questions: [{ ...afterDeal.questions[0]!, type: 'ces' as const, points, easyIs }] })
    const survey = { id: 'after-deal', draft: afterDeal, published: { version: 3, content: effort(5, 'high') } } as unknown as Survey
    const rows = [[1, 1, '7'], [2, 3, '4'], [3, 3, '7'], [4, 2, '3'], [5, 1, '2']].map(([id, version, value]) =>
      answerRow({ id: Number(id), at: ago(HOUR), more: { uf_FB_CES: value, uf_FB_VERSION: version } }))
    const portal = fakePortal({ rows, versions: new Map([['after-deal.1', effort(7, 'low')]]) })
    const { answers } = await loaderOf(portal, { surveys: [survey] }).load(EVERYTHING)
    expect(new Map(answers.map(({ id, ces, effortScale }) => [id, [ces, effortScale]]))).toEqual(new Map([
      [1, [7, '7low']], [2, [4, '5high']],
      // out of scale, and a version that nobody knows any more
      [3, [null, null]], [4, [null, null]], [5, [2, '7low']]
    ]))
    expect(portal.requests.flat().filter(({ method }) => method === 'entity.item.get')).toHaveLength(2)
  })

  it('asks for no version of answers that are not in the period', async () => {
    const effort = { uf_FB_CES: '4', uf_FB_VERSION: 1 }
    // a day more than the period is asked of the portal; before it there are 31 days of invitations
    const portal = fakePortal({ rows: [answerRow({ id: 2, at: ago(HOUR) }), answerRow({ id: 1, at: ago(32.5 * DAY), more: effort })] })
    expect(idsOf(await loaderOf(portal).load({ answers: ago(DAY), invitations: ago(DAY) }))).toEqual([2])
    expect(portal.requests).toHaveLength(1)
  })

  it('leaves out what nobody has handled', async () => {
    const rows = [answerRow({ id: 2, at: ago(HOUR), score: 0, stage: 'new' }), answerRow({ id: 1, at: ago(2 * HOUR), score: 10 })]
    expect(idsOf(await loaderOf(fakePortal({ rows })).load(EVERYTHING))).toEqual([1])
  })

  it('gives every record once, over the end of a request, both kinds in the same requests', async () => {
    const rows = hourly(2600).flatMap(row => [{ ...row, id: row.id * 2 }, { ...invitationRow(row.id * 2 - 1, row.createdTime) }])
    const portal = fakePortal({ rows })
    const { answers, invitations } = await loaderOf(portal).load(EVERYTHING)
    expect([answers.length, new Set(answers.map(({ id }) => id)).size, invitations.length]).toEqual([2600, 2600, 2600])
    expect(portal.requests).toHaveLength(3)
  })

  it('asks only for what the report needs', async () => {
    const portal = fakePortal({ rows: hourly(1) })
    await loaderOf(portal).load(EVERYTHING)
    const select = portal.requests[0]![0]!.params!.select as string[]
    for (const unused of ['*', 'uf_FB_ANSWERS', 'uf_FB_SNAP1', 'uf_FB_LEDGER', 'uf_FB_TOKEN']) expect(select).not.toContain(unused)
    expect(portal.requests[0]![0]!.params!.start).toBe(-1)
  })

  it.each([false, true])('stops when the period is complete, also where the portal ignores dates: %s', async ignoresDates => {
    const portal = fakePortal({ rows: hourly(9000), ignoresDates })
    const { answers } = await loaderOf(portal).load(since(200 * HOUR))
    expect(answers.filter(({ createdAt }) => createdAt >= ago(200 * HOUR))).toHaveLength(200)
    expect(portal.requests).toHaveLength(ignoresDates ? 2 : 1)
  })

  it('gives the period before it reads what it is compared with', async () => {
    const portal = fakePortal({ rows: [...hourly(4000), invitationRow(5000, ago(5 * DAY))] })
    const early: [ReportRecords, number][] = []
    const depth = { answers: ago(120 * DAY), invitations: ago(30 * DAY) }
    const records = await loaderOf(portal).load(depth, { onPeriod: found => early.push([found, portal.requests.length]) })
    expect(early.map(([{ answers, invitations, complete, verified }, requests]) => [answers.length, invitations.length, complete, verified, requests]))
      .toEqual([[61 * 24, 1, false, true, 1]])
    expect([records.answers.length, records.complete, portal.requests.length]).toEqual([120 * 24, true, 2])
  })

  it('tells how far it is after every request', async () => {
    const seen: Progress[] = []
    await loaderOf(fakePortal({ rows: hourly(4000) })).load(since(4000 * HOUR - 31 * DAY), { onProgress: step => seen.push(step) })
    expect(seen).toEqual([{ read: 2500, share: expect.closeTo(0.625, 2), part: 'period' }, { read: 4000, share: expect.closeTo(1, 2), part: 'period' }])
    const endless: Progress[] = []
    await loaderOf(fakePortal({ rows: hourly(10) })).load(EVERYTHING, { onProgress: step => endless.push(step) })
    expect(endless).toEqual([{ read: 10, share: null, part: 'period' }])
  })
})

describe('going on', () => {
  it('reads nothing twice for a shorter or the same period, and only the rest for a longer one', async () => {
    const portal = fakePortal({ rows: hourly(6000) })
    const loader = loaderOf(portal)
    await loader.load(since(30 * DAY))
    await loader.load(since(7 * DAY))
    await loader.load(since(30 * DAY))
    expect(portal.requests).toHaveLength(1)
    const { answers } = await loader.load(since(60 * DAY))
    expect(answers).toHaveLength(91 * 24)
    expect(portal.requests).toHaveLength(2)
    expect(idsOf(await loader.load(EVERYTHING))).toEqual(upTo(6000))
  })

  it('stops when it is told to, before the next request, and goes on there', async () => {
    const stop = new AbortController()
    const portal = fakePortal({ rows: hourly(6000), before: () => { if (portal.requests.length === 2) stop.abort() } })
    const loader = loaderOf(portal)
    await expect(loader.load(EVERYTHING, { signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' })
    expect(portal.requests).toHaveLength(2)
    expect(idsOf(await loader.load(EVERYTHING))).toEqual(upTo(6000))
    expect(portal.requests).toHaveLength(3)
  })

  it.each<[string, ErrorCode]>([['crm.item.list:22', 'limitReached'], ['crm.item.list:21', 'unreachable']])(
    'fails as a whole when %s fails, and goes on where it was when asked again', async (place, code) => {
      const failing = new Map<string, ErrorCode>()
      const portal = fakePortal({ rows: hourly(6000), failing, before: () => { if (portal.requests.length === 2) failing.set(place, code) } })
      const loader = loaderOf(portal)
      await expect(loader.load(EVERYTHING)).rejects.toMatchObject({ code })
      failing.clear()
      const { length } = portal.requests
      expect(idsOf(await loader.load(EVERYTHING))).toEqual(upTo(6000))
      expect(portal.requests.length - length).toBe(2)
    })

  it('gives what it has read so far, and since when that is everything', async () => {
    const failing = new Map<string, ErrorCode>()
    const portal = fakePortal({ rows: hourly(6000), failing, before: () => { if (portal.requests.length === 3) failing.set('crm.item.list', 'unreachable') } })
    const loader = loaderOf(portal)
    expect(await loader.part()).toBeNull()
    await expect(loader.load(EVERYTHING)).rejects.toMatchObject({ code: 'unreachable' })
    const part = (await loader.part())!
    // the last one that was read may have neighbours of the same moment
    expect(idsOf(part)).toEqual(upTo(6000).slice(0, 4999))
    expect(part).toMatchObject({ complete: false, verified: false, since: new Date(Date.parse(ago(5000 * HOUR)) + 1).toISOString() })
    failing.clear()
    expect(idsOf(await loader.load(EVERYTHING))).toEqual(upTo(6000))
    expect(await loader.part()).toMatchObject({ since: null })
  })

  it('keeps the part that was complete when more is asked for and fails', async () => {
    const failing = new Map<string, ErrorCode>()
    const loader = loaderOf(fakePortal({ rows: hourly(6000), failing }))
    await loader.load(since(10 * DAY))
    failing.set('crm.item.list', 'offline')
    await expect(loader.load(EVERYTHING)).rejects.toMatchObject({ code: 'offline' })
    const part = (await loader.part())!
    expect(Date.parse(part.since!)).toBeLessThanOrEqual(Date.parse(ago(10 * DAY)))
    expect(part.answers.filter(({ createdAt }) => createdAt >= ago(10 * DAY))).toHaveLength(240)
  })

  it('waits for the load before', async () => {
    const portal = fakePortal({ rows: hourly(100) })
    const loader = loaderOf(portal)
    const [first, second] = await Promise.all([loader.load(EVERYTHING), loader.load(EVERYTHING)])
    expect(idsOf(first)).toEqual(idsOf(second))
    expect(portal.requests).toHaveLength(1)
  })
})

describe('news', () => {
  /** A portal whose records the test changes between two loads. */
  async function loaded(rows: Row[], depth = EVERYTHING): Promise<{ portal: FakePortal, loader: ReportLoader, rows: Row[] }> {
    const portal = fakePortal({ rows })
    const loader = loaderOf(portal)
    await loader.load(depth)
    portal.requests.length = 0
    return { portal, loader, rows }
  }

  it('are new, changed and deleted records, in one request and one of counts', async () => {
    const { portal, loader, rows } = await loaded(hourly(3000))
    rows.push(answerRow({ id: 3001, at: ago(0), score: 10 }))
    Object.assign(rows[2990]!, { stageId: store.answerStages.closed, updatedTime: ago(0) })
    loader.expire()
    const { answers } = await loader.load(EVERYTHING)
    expect(idsOf({ answers })).toEqual(upTo(3001))
    expect(answers.find(({ id }) => id === 2991)!.state).toBe('closed')
    expect(requestsOf(portal)).toEqual({ read: 1, counted: 1 })
  })

  it('that are deletions make the month be read again', async () => {
    const { portal, loader, rows } = await loaded(hourly(3000))
    rows.splice(1000, 3)
    loader.expire()
    const { answers, verified } = await loader.load(EVERYTHING)
    expect(answers).toHaveLength(2997)
    expect(idsOf({ answers }).filter(id => id > 999 && id < 1005)).toEqual([1004, 1000])
    expect(verified).toBe(true)
    expect(requestsOf(portal)).toEqual({ read: 1 + 1, counted: 1 })
  })

  it('that cannot be counted leave the figures standing and claim nothing', async () => {
    const { portal, loader, rows } = await loaded(hourly(100))
    rows.splice(10, 1)
    const counts = portal.batch.bind(portal)
    portal.batch = (async (commands: Parameters<typeof counts>[0]) => {
      const outcomes = await counts(commands)
      for (const outcome of Object.values(outcomes)) if (outcome.ok) delete outcome.total
      return outcomes
    }) as typeof portal.batch
    loader.expire()
    expect(await loader.load(EVERYTHING)).toMatchObject({ verified: false, complete: true })
  })

  it('that a portal counts by other moments leave the figures standing, and one month is read again, not all', async () => {
    const { portal, loader } = await loaded(hourly(3000))
    const honest = portal.batch.bind(portal)
    portal.batch = (async (commands: Parameters<typeof honest>[0]) => {
      const outcomes = await honest(commands)
      for (const outcome of Object.values(outcomes)) if (outcome.ok && outcome.total !== undefined) outcome.total += 7
      return outcomes
    }) as typeof portal.batch
    loader.expire()
    const { answers, verified } = await loader.load(EVERYTHING)
    expect([answers.length, verified]).toEqual([3000, false])
    expect(requestsOf(portal)).toEqual({ read: 2, counted: 1 })
  })

  it('are asked for in the offset of the portal, so that it does not matter whether it reads offsets', async () => {
    const local = (at: string): string => new Date(Date.parse(at) + 5 * HOUR).toISOString().replace('.000Z', '+05:00')
    const rows = hourly(100).map(row => ({ ...row, createdTime: local(row.createdTime), updatedTime: local(String(row.updatedTime)) }))
    const { portal, loader } = await loaded(rows)
    loader.expire()
    await loader.load(EVERYTHING)
    const filter = portal.requests[0]![0]!.params!.filter as Record<string, unknown>
    expect(filter['>=updatedTime']).toBe('2026-03-31T15:55:00+05:00')
    expect(portal.requests[1]!.every(({ params }) => String((params!.filter as Record<string, unknown>)['<createdTime']).endsWith('T05:00:00+05:00'))).toBe(true)
  })

  it('of records older than 90 days are not looked for, and of older ids by import they are', async () => {
    const { portal, loader, rows } = await loaded(hourly(120 * 24))
    Object.assign(rows[5]!, { stageId: store.answerStages.closed, updatedTime: ago(0) })
    Object.assign(rows[2000]!, { stageId: store.answerStages.closed, updatedTime: ago(0) })
    rows.push(answerRow({ id: 5000, at: '2025-06-01T00:00:00Z', flag: 'import', score: 3, more: { updatedTime: ago(0) } }))
    loader.expire()
    const { answers } = await loader.load(EVERYTHING)
    const stateOf = (id: number) => answers.find(one => one.id === id)?.state
    expect([stateOf(6), stateOf(2001), stateOf(5000)]).toEqual([answers.find(({ id }) => id === 17)!.state, 'closed', 'set_aside'])
    expect(Number((portal.requests[0]![0]!.params!.filter as Record<string, unknown>)['>=id'])).toBeGreaterThan(600)
  })

  it('from before what is known are left for when their time is asked for', async () => {
    const { portal, loader, rows } = await loaded(hourly(100), since(10 * DAY))
    rows.push(answerRow({ id: 5000, at: '2025-06-01T00:00:00Z', flag: 'import', score: 3, more: { updatedTime: ago(0) } }))
    loader.expire()
    expect(idsOf(await loader.load(since(10 * DAY)))).toEqual(upTo(100))
    expect(requestsOf(portal)).toEqual({ read: 1, counted: 1 })
    expect(idsOf(await loader.load(EVERYTHING))).toEqual([5000, ...upTo(100)])
  })

  it('of a portal that was empty are everything', async () => {
    const { loader, rows } = await loaded([])
    rows.push(...hourly(10))
    loader.expire()
    expect((await loader.load(EVERYTHING)).answers).toHaveLength(10)
  })
})

describe('with a disk', () => {
  const troubles: DiskTrouble[] = []
  let visits = 0
  beforeEach(() => {
    troubles.length = 0
    visits++
  })

  const diskOf = (user = 7): MonthDisk => openMonthDisk({ scope: `visit${visits}.${user}`, now: () => NOW, onTrouble: trouble => troubles.push(trouble) })

  /** A new page: nothing in memory. */
  async function visit(options: FakeOptions, depth: Depth = EVERYTHING, user?: number) {
    const portal = fakePortal(options)
    const disk = diskOf(user)
    const loader = loaderOf(portal, { disk })
    const early: ReportRecords[] = []
    const records = await loader.load(depth, { onPeriod: found => early.push(found) })
    await loader.settled()
    disk.close()
    return { records, early, requests: requestsOf(portal), portal }
  }

  it('a second visit asks for news only and counts what it has; comments are not on it', async () => {
    const rows = [...hourly(6000), invitationRow(7000, ago(DAY))]
    const first = await visit({ rows })
    expect(first.requests).toEqual({ read: 3, counted: 0 })
    rows.push(answerRow({ id: 7001, at: ago(0), score: 1, comment: 'Fresh' }))
    const second = await visit({ rows })
    expect(second.requests).toEqual({ read: 1, counted: 1 })
    expect(idsOf(second.records)).toEqual([7001, ...upTo(6000)])
    expect(second.records.invitations).toEqual(first.records.invitations)
    expect(second.early).toMatchObject([{ complete: true, verified: false }])
    expect(second.records).toMatchObject({ complete: true, verified: true })
    // the newest of the first visit was read again: it may have changed in the five minutes that are allowed for
    const commentOf = (id: number) => second.records.answers.find(one => one.id === id)!.comment
    expect([7001, 6000, 5999, 5998].map(commentOf)).toEqual(['Fresh', 'Words', '', null])
    expect(new Set(second.records.answers.filter(({ id }) => id < 6000).map(({ comment }) => comment))).toEqual(new Set(['', null]))
    const bare = ({ answers }: ReportRecords) => new Map(answers.map(({ comment: _, ...rest }) => [rest.id, rest]))
    const known = bare(second.records)
    for (const [id, answer] of bare(first.records)) expect(known.get(id)).toEqual(answer)
    expect(troubles).toEqual([])
  })

  it('a third visit knows what the second one changed, and deletions of months ago are noticed', async () => {
    const rows = hourly(4000)
    await visit({ rows })
    Object.assign(rows[3990]!, { stageId: store.answerStages.closed, updatedTime: ago(0) })
    rows.splice(10, 2)
    const second = await visit({ rows })
    expect(second.records.answers).toHaveLength(3998)
    const third = await visit({ rows })
    expect(third.requests).toEqual({ read: 1, counted: 1 })
    expect(third.records.answers.find(({ id }) => id === 3991)!.state).toBe('closed')
    expect(third.records.answers).toHaveLength(3998)
  })

  it('a deeper visit reads only what is not on it', async () => {
    const rows = hourly(4000)
    await visit({ rows }, since(40 * DAY))
    const deeper = await visit({ rows }, since(120 * DAY))
    expect(deeper.records.answers).toHaveLength(151 * 24)
    // news, the gap of 80 days, counts
    expect(deeper.requests).toEqual({ read: 1 + 1, counted: 1 })
    const shallow = await visit({ rows }, since(7 * DAY))
    expect(shallow.requests).toEqual({ read: 1, counted: 1 })
    const again = await visit({ rows }, since(120 * DAY))
    expect(again.requests).toEqual({ read: 1, counted: 1 })
    expect(again.records.answers.filter(({ createdAt }) => createdAt >= ago(151 * DAY))).toHaveLength(151 * 24)
  })

  it('records that the viewer may no longer see are gone after the count', async () => {
    const rows = hourly(100)
    await visit({ rows })
    const { records } = await visit({ rows: rows.slice(50) })
    expect(records.answers).toHaveLength(50)
  })

  it('nothing is shared between two people of one browser', async () => {
    await visit({ rows: hourly(100) }, EVERYTHING, 7)
    const other = await visit({ rows: hourly(10) }, EVERYTHING, 8)
    expect(other.records.answers).toHaveLength(10)
    expect(other.requests).toEqual({ read: 1, counted: 0 })
  })

  it.each(['months', 'read'] as const)('storage that fails at %s is no empty portal: everything is read anew', async method => {
    const rows = [...hourly(3000), invitationRow(7000, ago(DAY))]
    await visit({ rows })
    const disk = diskOf()
    const failing = { ...disk, [method]: () => Promise.resolve(null) }
    const { answers, invitations, verified } = await loaderOf(fakePortal({ rows }), { disk: failing }).load(EVERYTHING)
    disk.close()
    expect([answers.length, invitations.length, verified]).toEqual([3000, 1, true])
  })

  it('a failed load leaves what is on it as it was', async () => {
    const rows = hourly(6000)
    await visit({ rows })
    const failing = new Map<string, ErrorCode>([['crm.item.list', 'unreachable']])
    await expect(visit({ rows, failing })).rejects.toMatchObject({ code: 'unreachable' })
    expect((await visit({ rows })).requests).toEqual({ read: 1, counted: 1 })
  })
})
