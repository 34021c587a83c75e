import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import { COMPANY, CONTACT, DEAL } from '@/portal/fields'
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
