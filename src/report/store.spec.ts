import { describe, expect, it } from 'vitest'
import { resolvePeriod } from './model/period'
import { answerRow, fakePortal, store } from './portal.fixture'
import { deeper, depthOf, loadComments, loadNames, loadPipelines, loadReportStart, loadStructure, loadTags, within } from './store'

const NOW = new Date('2026-03-31T12:00:00Z')
const EVERYTHING = { answers: null, invitations: null }

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

describe('loadStructure', () => {
  const department = (ID: number, PARENT?: number) => ({ ID: String(ID), NAME: `Department ${ID}`, ...(PARENT === undefined ? {} : { PARENT: String(PARENT) }) })

  it('knows everybody\'s departments with all above them', async () => {
    const structure = {
      departments: [department(1), department(2, 1), department(3, 2), department(4, 5), department(5, 4)],
      people: [{ ID: '1', UF_DEPARTMENT: [3] }, { ID: '2', UF_DEPARTMENT: ['2', 1] }, { ID: '3', UF_DEPARTMENT: [] }, { ID: '4', UF_DEPARTMENT: [4] }]
    }
    const { names, ofPerson } = await loadStructure(fakePortal({ structure }))
    expect(names.get(3)).toBe('Department 3')
    expect([...ofPerson]).toEqual([[1, [3, 2, 1]], [2, [2, 1]], [3, []], [4, [4, 5]]])
  })

  it('reads all pages of a large company', async () => {
    const people = Array.from({ length: 2_625 }, (_, index) => ({ ID: String(index + 1), UF_DEPARTMENT: [1] }))
    const portal = fakePortal({ structure: { people, departments: [department(1)] } })
    expect((await loadStructure(portal)).ofPerson.size).toBe(2_625)
    expect(portal.requests.map(commands => commands.length)).toEqual([1, 1, 50, 50])
  })

  it.each(['department.get', 'user.get'])('fails when %s fails: a department without people would look empty', async method => {
    await expect(loadStructure(fakePortal({ failing: new Map([[method, 'noRight' as const]]) }))).rejects.toMatchObject({ code: 'noRight' })
  })
})

describe('loadComments', () => {
  it('reads what the disk does not keep, in one request, and leaves out what may not be seen', async () => {
    const portal = fakePortal({ rows: [answerRow({ id: 1, at: '2026-03-01T00:00:00Z', comment: 'One' }), answerRow({ id: 2, at: '2026-03-01T00:00:00Z' })] })
    expect(await loadComments(portal, store, [2, 1, 1, 9])).toEqual(new Map([[1, 'One'], [2, '']]))
    expect(portal.requests).toHaveLength(1)
    await expect(loadComments(fakePortal({ failing: new Map([['crm.item.list', 'noRight' as const]]) }), store, [1])).rejects.toMatchObject({ code: 'noRight' })
  })
})

it('loadTags gives the labels by id', async () => {
  const fields = { uf_FB_TAGS: { items: [{ ID: '71', VALUE: 'Price' }, { ID: '72', VALUE: 'Speed' }] } }
  expect(await loadTags(fakePortal({ fields }), store)).toEqual(new Map([[71, 'Price'], [72, 'Speed']]))
  expect(await loadTags(fakePortal(), store)).toEqual(new Map())
})

it('loadPipelines gives the names by id', async () => {
  expect(await loadPipelines(fakePortal())).toEqual(new Map([[0, 'Sales'], [5, 'Service']]))
})

describe('within reach', () => {
  const period = { zone: 'UTC', from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z', previous: { from: '2026-02-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' } }
  const alone = { ...period, previous: null }
  const all = { ...period, from: null, previous: null }

  it.each([
    ['everything', period, '2026-01-01T00:00:00Z', '2026-02-20T00:00:00Z', { period, comparison: true, part: false }],
    ['everything to the first record', period, null, null, { period, comparison: true, part: false }],
    ['the period without its comparison', period, '2026-02-15T00:00:00Z', '2026-02-15T00:00:00Z', { period: alone, comparison: false, part: false }],
    ['a part', period, '2026-03-10T00:00:00Z', '2026-03-12T00:00:00Z', { period: { ...alone, from: '2026-03-12T00:00:00Z' }, comparison: false, part: true }],
    ['a part, invitations further back', period, '2026-03-10T00:00:00Z', null, { period: { ...alone, from: '2026-03-10T00:00:00Z' }, comparison: false, part: true }],
    ['nothing', period, '2026-04-01T00:00:00Z', '2026-04-01T00:00:00Z', null],
    ['a part of all time', all, '2026-03-10T00:00:00Z', '2026-03-10T00:00:00Z', { period: { ...all, from: '2026-03-10T00:00:00Z' }, comparison: false, part: true }],
    ['all time', all, null, null, { period: all, comparison: true, part: false }]
  ])('is %s', (_name, asked, answers, invitations, expected) => {
    expect(within(asked, { answers, invitations })).toEqual(expected)
  })
})
