import { describe, expect, it } from 'vitest'
import { resolvePeriod } from './model/period'
import { answerRow, fakePortal, invitationRow, store, type FakePortal, type Row } from './portal.fixture'
import { deeper, depthOf, loadNames, loadRecords, loadReportStart } from './store'

const NOW = new Date('2026-03-31T12:00:00Z')
const now = () => NOW
const EVERYTHING = { answers: null, invitations: null }

/** One answer an hour, the newest has the highest id. */
const hourly = (count: number): Row[] => Array.from({ length: count }, (_, index) =>
  answerRow({ id: index + 1, at: new Date(NOW.getTime() - (count - index) * 3_600_000).toISOString(), score: index % 11 }))

/** Requests that list records of a pipeline. */
const listsOf = (portal: FakePortal, category: number): unknown[] => portal.requests.filter(commands =>
  commands.some(({ params }) => (params?.filter as Record<string, unknown> | undefined)?.['=categoryId'] === category))

describe('loadReportStart', () => {
  it('asks for everything in one request', async () => {
    const rows = [answerRow({ id: 1, at: '2026-03-01T00:00:00Z', score: 9 }), answerRow({ id: 2, at: '2026-03-02T00:00:00Z', score: 2, stage: 'new' })]
    const portal = fakePortal({ rows })
    const start = await loadReportStart(portal, store, 'Europe/Paris')
    expect(start).toMatchObject({ zone: 'Asia/Almaty', userId: 1, appCode: 'local.app', waiting: 1, waitingMore: false, anyAnswer: true })
    expect(start.surveys.map(({ id }) => id)).toEqual(['after-deal'])
    expect(portal.requests).toHaveLength(1)
  })

  it.each([['', 'Europe/Paris'], ['Mars/Base', 'Europe/Paris'], ['Europe/Berlin', 'Europe/Berlin']])('zone %j of the profile gives %s', async (zone, expected) => {
    expect((await loadReportStart(fakePortal({ zone }), store, 'Europe/Paris')).zone).toBe(expected)
  })

  it('says when there are more waiting than it counted', async () => {
    const rows = Array.from({ length: 60 }, (_, index) => answerRow({ id: index + 1, at: '2026-03-01T00:00:00Z', stage: 'new', score: 9 }))
    expect(await loadReportStart(fakePortal({ rows }), store, 'UTC')).toMatchObject({ waiting: 50, waitingMore: true })
  })

  it.each(['profile', 'app.info', 'entity.item.get', 'crm.item.list'])('fails when %s fails: nothing is taken for empty', async method => {
    await expect(loadReportStart(fakePortal({ failing: new Map([[method, 'noRight' as const]]) }), store, 'UTC')).rejects.toMatchObject({ code: 'noRight', method })
  })
})

describe('depth', () => {
  const from = (preset: 'last30Days' | 'last12Months' | 'all') => depthOf(resolvePeriod({ preset }, NOW, 'UTC'))

  it('reaches back to the period of comparison, and for invitations to the period itself', () => {
    expect(from('last30Days')).toEqual({ answers: '2026-01-31T00:00:00.000Z', invitations: '2026-03-02T00:00:00.000Z' })
  })

  it('of two periods is the deeper one; without a beginning there is no deeper one', () => {
    expect(deeper(from('last30Days'), from('last12Months'))).toEqual(from('last12Months'))
    expect(deeper(from('last12Months'), from('last30Days'))).toEqual(from('last12Months'))
    expect(deeper(from('last30Days'), from('all'))).toEqual(EVERYTHING)
  })
})

describe('loadRecords', () => {
  it('reads what arrives as what it is', async () => {
    const rows = [
      answerRow({ id: 9, at: '2026-03-30T10:00:00+05:00', score: 9, comment: 'Good', invitation: 4 }),
      answerRow({ id: 8, at: '2026-03-29T10:00:00+05:00', score: '9 maybe', flag: 'invalid', invitation: 3 }),
      answerRow({ id: 7, at: '2026-03-28T10:00:00+05:00', score: 5, flag: 'unmatched', invitation: 2 }),
      invitationRow(4, '2026-03-29T08:00:00+05:00')
    ]
    const { answers, invitations, loadedAt } = await loadRecords(fakePortal({ rows }), store, EVERYTHING, { now })
    expect(answers).toEqual([
      {
        id: 9, createdAt: '2026-03-30T10:00:00+05:00', nps: 9, group: 'high', flag: null, channel: 'email', survey: 'after-deal', version: 1, lang: 'en',
        state: 'high', dealId: 5, contactId: 3, companyId: 4, ownerId: 7, comment: 'Good', invitationId: 4
      },
      expect.objectContaining({ id: 8, nps: null, flag: 'invalid', invitationId: 3 }),
      expect.objectContaining({ id: 7, nps: 5, flag: 'unmatched', invitationId: null })
    ])
    expect(invitations).toEqual([{ id: 4, state: 'sent', sentAt: '2026-03-29T08:00:00+05:00', survey: 'after-deal', channel: 'email', test: false }])
    expect(loadedAt).toBe(NOW.toISOString())
  })

  it('leaves out what nobody has handled', async () => {
    const rows = [answerRow({ id: 2, at: '2026-03-30T10:00:00Z', score: 0, stage: 'new' }), answerRow({ id: 1, at: '2026-03-30T09:00:00Z', score: 10 })]
    expect((await loadRecords(fakePortal({ rows }), store, EVERYTHING, { now })).answers.map(({ id }) => id)).toEqual([1])
  })

  it('gives every record once, over the end of a request', async () => {
    const { answers } = await loadRecords(fakePortal({ rows: hourly(2600) }), store, EVERYTHING, { now })
    expect(answers.map(({ id }) => id)).toEqual(Array.from({ length: 2600 }, (_, index) => 2600 - index))
  })

  it('asks only for what the report needs', async () => {
    const portal = fakePortal({ rows: [answerRow({ id: 1, at: '2026-03-30T10:00:00Z', score: 9 })] })
    await loadRecords(portal, store, EVERYTHING, { now })
    const select = portal.requests[0]![0]!.params!.select as string[]
    expect(select).not.toContain('uf_FB_ANSWERS')
    expect(select).not.toContain('*')
    expect(portal.requests[0]![0]!.params!.start).toBe(-1)
  })

  it.each([false, true])('stops when the period is complete, also where the portal ignores dates: %s', async ignoresDates => {
    const portal = fakePortal({ rows: hourly(8000), ignoresDates })
    const since = new Date(NOW.getTime() - 200 * 3_600_000).toISOString()
    const { answers } = await loadRecords(portal, store, { answers: since, invitations: since }, { now })
    expect(answers.filter(({ createdAt }) => createdAt >= since)).toHaveLength(200)
    expect(listsOf(portal, 22)).toHaveLength(1)
  })

  it('tells how far it is after every request', async () => {
    const seen: unknown[] = []
    const since = new Date(NOW.getTime() - 4000 * 3_600_000).toISOString()
    await loadRecords(fakePortal({ rows: hourly(4000) }), store, { answers: since, invitations: since }, { now, onProgress: step => seen.push(step) })
    expect(seen).toEqual([{ read: 2500, share: expect.closeTo(0.3, 1) }, { read: 4000, share: expect.closeTo(0.5, 1) }])
    const endless: unknown[] = []
    await loadRecords(fakePortal({ rows: hourly(10) }), store, EVERYTHING, { now, onProgress: step => endless.push(step) })
    expect(endless).toEqual([{ read: 10, share: null }])
  })

  it('stops when it is told to, before the next request', async () => {
    const stop = new AbortController()
    const portal = fakePortal({ rows: hourly(6000), before: () => { if (portal.requests.length === 2) stop.abort() } })
    await expect(loadRecords(portal, store, EVERYTHING, { now, signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' })
    expect(portal.requests).toHaveLength(2)
  })

  it.each([['crm.item.list:22'], ['crm.item.list:21']])('fails as a whole when %s fails', async place => {
    const portal = fakePortal({ rows: hourly(10), failing: new Map([[place, 'limitReached' as const]]) })
    await expect(loadRecords(portal, store, EVERYTHING, { now })).rejects.toMatchObject({ code: 'limitReached' })
  })
})

describe('loadNames', () => {
  const row = (id: number) => ({ contactId: id, companyId: 4, dealId: 5, ownerId: 7 })

  it('resolves a page in one request and asks for each record once', async () => {
    const portal = fakePortal()
    const names = await loadNames(portal, [row(3), row(3), { contactId: null, companyId: null, dealId: null, ownerId: null }])
    expect(portal.requests.map(commands => commands.map(({ method }) => method))).toEqual([['crm.item.list', 'crm.item.list', 'crm.item.list', 'user.get']])
    expect([names.contacts.get(3), names.companies.get(4), names.deals.get(5), names.people.get(7)]).toEqual(['Anna Petrova 3', 'Acme', 'Deal 5', 'Timur Manager 7'])
    expect(portal.requests[0]![0]!.params!.filter).toEqual({ '@id': [3] })
  })

  it('asks nothing about nothing, and about thousands in several requests', async () => {
    const portal = fakePortal()
    await loadNames(portal, [])
    expect(portal.requests).toEqual([])
    const names = await loadNames(portal, Array.from({ length: 2600 }, (_, index) => row(index + 1)))
    expect(portal.requests.map(commands => commands.length)).toEqual([50, 5])
    expect(names.contacts.size).toBe(2600)
  })

  it('leaves out what may not be seen, whether it is missing or refused', async () => {
    expect((await loadNames(fakePortal({ hidden: [3] }), [row(3), row(8)])).contacts).toEqual(new Map([[8, 'Anna Petrova 8']]))
    expect((await loadNames(fakePortal({ failing: new Map([['user.get', 'noRight' as const]]) }), [row(3)])).people.size).toBe(0)
  })

  it('fails for every other reason', async () => {
    await expect(loadNames(fakePortal({ failing: new Map([['user.get', 'portalFailed' as const]]) }), [row(3)])).rejects.toMatchObject({ code: 'portalFailed' })
  })

  it('stops between requests', async () => {
    const stop = new AbortController()
    stop.abort()
    const portal = fakePortal()
    await expect(loadNames(portal, [row(3)], stop.signal)).rejects.toMatchObject({ name: 'AbortError' })
    expect(portal.requests).toEqual([])
  })
})
