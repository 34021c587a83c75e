import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import { COMPANY, CONTACT, DEAL } from '@/portal/fields'
import { readFields, wireName } from '@/portal/items'
import { PAGE } from '@/portal/paging'
import { listOf, mapOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'
import type { Survey } from '@/survey/model/survey'
import { readable, surveysCommand, surveysFromWire } from '@/survey/store'
import { buildTables, type Tables } from './model/answer-table'
import type { Period } from './model/period'
import type { ReportAnswer } from './model/records'
import { breather } from './store-breath'
import type { Depth, ReportRecords } from './store-loader'

/** What has to be known before a period can be chosen. */
export interface ReportStart {
  /** IANA name: the days of the report begin at midnight there */
  zone: string
  userId: number
  /** for links that open one answer */
  appCode: string
  surveys: Survey[]
  /** answers in the first stage; `waitingMore`: there are more than that */
  waiting: number
  waitingMore: boolean
  /** whether the viewer can see any answer, of whatever time */
  anyAnswer: boolean
}

/**
 * Everything the page needs before its records, in one batch.
 *
 * The zone is the viewer's own (`profile`, TIME_ZONE): REST names no zone of the portal, and the offset that `server.time` gives is wrong for
 * half of the year where clocks change. A person without a zone gets the one of the device, as in the portal itself.
 * @param deviceZone IANA name
 * @throws PortalError of the first part that failed
 */
export async function loadReportStart(portal: Portal, store: RecordStore, deviceZone: string): Promise<ReportStart> {
  const newest = (filter: Record<string, unknown>): Command => ({
    method: 'crm.item.list',
    params: {
      entityTypeId: store.entityTypeId, filter: { '=categoryId': store.answerCategoryId, ...filter }, select: ['id'], order: { id: 'DESC' }, start: -1
    }
  })
  const { profile, app, surveys, waiting, any } = await portal.batch<{
    profile: unknown, app: unknown, surveys: unknown, waiting: { items?: unknown }, any: { items?: unknown }
  }>({
    profile: { method: 'profile' },
    app: { method: 'app.info' },
    surveys: surveysCommand(),
    waiting: newest({ '=stageId': store.answerStages.new }),
    any: newest({})
  })
  for (const outcome of [profile, app, surveys, waiting, any]) if (!outcome.ok) throw outcome.error
  const of = <T>(outcome: { ok: true, result: T } | { ok: false }): T | null => outcome.ok ? outcome.result : null
  const me = mapOf(of(profile))
  const inFirstStage = listOf(of(waiting)?.items).length
  return {
    zone: isZone(me.TIME_ZONE) ? me.TIME_ZONE : deviceZone,
    userId: Number(me.ID),
    appCode: String(mapOf(of(app)).CODE ?? ''),
    surveys: readable(surveysFromWire(of(surveys))),
    waiting: inFirstStage,
    waitingMore: inFirstStage >= PAGE,
    anyAnswer: listOf(of(any)?.items).length > 0
  }
}

function isZone(name: unknown): name is string {
  if (typeof name !== 'string' || name === '') return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** What a period needs: answers also of the period it is compared with. */
export function depthOf({ from, previous }: Pick<Period, 'from' | 'previous'>): Depth {
  if (from === null) return { answers: null, invitations: null }
  return { answers: earlier(from, previous?.from ?? from), invitations: from }
}

/** What serves both. */
export function deeper(a: Depth, b: Depth): Depth {
  return { answers: earlier(a.answers, b.answers), invitations: earlier(a.invitations, b.invitations) }
}

/**
 * What of a period can be drawn from records that go back so far: all of it, all but the comparison, or its newest part.
 * Null when nothing of it is there.
 */
export function within(period: Period, reach: Depth): { period: Period, comparison: boolean, part: boolean } | null {
  const goesTo = (there: string | null, needed: string | null): boolean => earlier(there, needed) === there
  const reaches = (needed: Depth): boolean => goesTo(reach.answers, needed.answers) && goesTo(reach.invitations, needed.invitations)
  const alone = { ...period, previous: null }
  if (reaches(depthOf(period))) return { period, comparison: true, part: false }
  if (reaches(depthOf(alone))) return { period: alone, comparison: false, part: false }
  const since = [reach.answers, reach.invitations].reduce((a, b) => earlier(a, b) === a ? b : a)
  if (since === null || Date.parse(since) >= Date.parse(period.to)) return null
  return { period: { ...alone, from: since }, comparison: false, part: true }
}

function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return null
  return Date.parse(a) <= Date.parse(b) ? a : b
}

/** Builds the tables that figures are made of, a slice at a time. */
export async function tablesInSlices({ answers, invitations }: Pick<ReportRecords, 'answers' | 'invitations'>, pause = breather()): Promise<Tables> {
  const work = buildTables(answers, invitations)
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    await pause()
  }
}

/** id → name; what the viewer may not see is missing. */
export interface Names {
  contacts: Map<number, string>
  companies: Map<number, string>
  deals: Map<number, string>
  people: Map<number, string>
}

/** The company's structure, as far as a filter by department needs it. */
export interface Structure {
  /** id → name */
  names: Map<number, string>
  /** user id → his departments and all above these */
  ofPerson: Map<number, number[]>
}

/** Ends a structure that bites its own tail. */
const MAX_LEVELS = 20

/**
 * Departments and who is in them, dismissed employees too: their answers stay where they were given.
 * @throws PortalError of the first part that failed
 */
export async function loadStructure(portal: Portal): Promise<Structure> {
  const departments = await allPages(portal, start => ({ method: 'department.get', params: { START: start } }))
  const people = await allPages(portal, start => ({ method: 'user.get', params: { select: ['ID', 'UF_DEPARTMENT'], start } }))
  const parents = new Map(departments.map(row => [Number(row.ID), Number(row.PARENT) || null]))
  const withParents = (department: number): number[] => {
    const above: number[] = []
    for (let at: number | null = department; at !== null && above.length < MAX_LEVELS; at = parents.get(at) ?? null) above.push(at)
    return above
  }
  return {
    names: new Map(departments.map(row => [Number(row.ID), String(row.NAME ?? '')])),
    ofPerson: new Map(people.map(row => [Number(row.ID), [...new Set(listOf(row.UF_DEPARTMENT).map(Number).filter(id => id > 0).flatMap(withParents))]]))
  }
}

/** Pages of a method without a filter by id; the first alone, as most portals have no more. */
async function allPages(portal: Portal, page: (start: number) => Command): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  for (let start = 0, pages = 1; ; pages = BATCH_LIMIT) {
    const starts = Array.from({ length: pages }, (_, index) => start + index * PAGE)
    const outcomes = await portal.batch<Record<string, unknown>>(Object.fromEntries(starts.map(at => [`from${at}`, page(at)])))
    for (const at of starts) {
      const outcome = outcomes[`from${at}`]
      if (outcome && !outcome.ok) throw outcome.error
      const some = listOf(outcome?.result).map(mapOf)
      rows.push(...some)
      if (some.length < PAGE) return rows
    }
    start += pages * PAGE
  }
}

/**
 * Comments of answers that came from the disk, where comments are not kept: one batch up to 2,500.
 * @returns id → comment; what the viewer may no longer see is missing
 * @throws PortalError of the first part that failed
 */
export async function loadComments(portal: Portal, store: RecordStore, ids: readonly number[], signal?: AbortSignal): Promise<Map<number, string>> {
  const comments = new Map<number, string>()
  const select = ['id', wireName(store, 'FB_COMMENT')]
  for (const some of chunks(chunks([...new Set(ids)], PAGE), BATCH_LIMIT)) {
    signal?.throwIfAborted()
    const outcomes = await portal.batch<Record<string, { items?: unknown }>>(Object.fromEntries(some.map((page, index): [string, Command] => [`c${index}`, {
      method: 'crm.item.list', params: { entityTypeId: store.entityTypeId, filter: { '@id': page }, select, order: { id: 'ASC' }, start: -1 }
    }])))
    for (const outcome of Object.values(outcomes)) {
      if (!outcome.ok) throw outcome.error
      for (const row of listOf(outcome.result?.items).map(mapOf)) comments.set(Number(row.id), readFields(store, row, ['FB_COMMENT']).FB_COMMENT ?? '')
    }
  }
  return comments
}

/** Names of the deal pipelines that the viewer may see. Source: crm.category.list. @throws PortalError */
export async function loadPipelines(portal: Portal): Promise<Map<number, string>> {
  const { categories } = mapOf(await portal.call('crm.category.list', { entityTypeId: DEAL }))
  return new Map(listOf(categories).map(mapOf).map(({ id, name }) => [Number(id), String(name ?? '')]))
}

/** Labels of tags. @returns id of the list value → label, in the order of the list @throws PortalError */
export async function loadTags(portal: Portal, store: RecordStore): Promise<Map<number, string>> {
  const { fields } = mapOf(await portal.call('crm.item.fields', { entityTypeId: store.entityTypeId }))
  const { items } = mapOf(mapOf(fields)[wireName(store, 'FB_TAGS')])
  return new Map(listOf(items).map(mapOf).map(item => [Number(item.ID), String(item.VALUE ?? '')]))
}

type Named = Pick<ReportAnswer, 'contactId' | 'companyId' | 'dealId' | 'ownerId'>

/**
 * Names for rows of the list: one batch up to 2,500 different records.
 * @throws PortalError of the first part that failed for another reason than a missing right
 */
export async function loadNames(portal: Portal, rows: readonly Named[], signal?: AbortSignal): Promise<Names> {
  const names: Names = { contacts: new Map(), companies: new Map(), deals: new Map(), people: new Map() }
  const list = (entityTypeId: number, select: string[]) => (ids: number[]): Command => ({
    method: 'crm.item.list', params: { entityTypeId, filter: { '@id': ids }, select: ['id', ...select], order: { id: 'ASC' }, start: -1 }
  })
  const parts: { into: Map<number, string>, of: (row: Named) => number | null, command: (ids: number[]) => Command }[] = [
    { into: names.contacts, of: row => row.contactId, command: list(CONTACT, ['name', 'lastName']) },
    { into: names.companies, of: row => row.companyId, command: list(COMPANY, ['title']) },
    { into: names.deals, of: row => row.dealId, command: list(DEAL, ['title']) },
    { into: names.people, of: row => row.ownerId, command: ids => ({ method: 'user.get', params: { FILTER: { '@ID': ids }, select: ['ID', 'NAME', 'LAST_NAME'] } }) }
  ]
  const asked = parts.flatMap(({ into, of, command }) => {
    const ids = [...new Set(rows.flatMap(row => of(row) ?? []))]
    return chunks(ids, PAGE).map(some => ({ into, command: command(some) }))
  })
  for (const some of chunks(asked, BATCH_LIMIT)) {
    signal?.throwIfAborted()
    const outcomes = await portal.batch<Record<string, unknown>>(Object.fromEntries(some.map(({ command }, index) => [`names${index}`, command])))
    some.forEach(({ into }, index) => {
      const outcome = outcomes[`names${index}`]
      if (!outcome) return
      if (!outcome.ok) {
        if (outcome.error.code === 'noRight') return
        throw outcome.error
      }
      for (const row of listOf(mapOf(outcome.result).items ?? outcome.result).map(mapOf)) {
        const name = nameOf(row)
        if (name !== '') into.set(Number(row.id ?? row.ID), name)
      }
    })
  }
  return names
}

function nameOf(row: Record<string, unknown>): string {
  return [row.title, row.name, row.lastName, row.NAME, row.LAST_NAME].filter(part => typeof part === 'string' && part !== '').join(' ').trim()
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size))
}
