import type { Answer } from '@/answer/model/answer'
import { readAnswer } from '@/answer/store'
import type { Invitation } from '@/invitation/model/invitation'
import { readInvitation } from '@/invitation/store'
import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import { COMPANY, CONTACT, DEAL, type RecordField } from '@/portal/fields'
import { wireName } from '@/portal/items'
import { listNewestFirst, PAGE, type ListedItem } from '@/portal/paging'
import { listOf, mapOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'
import { parseNps } from '@/survey/model/score/groups'
import type { Survey } from '@/survey/model/survey'
import { readable, surveysCommand, surveysFromWire } from '@/survey/store'
import type { Period } from './model/period'
import type { ReportAnswer, ReportInvitation } from './model/records'

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

/** How far back records are read, ISO instants; null = to the first one. */
export interface Depth {
  answers: string | null
  invitations: string | null
}

const DAY = 86_400_000

/** Portals read the offset of a moment in a filter differently; what is too much is left out by the period itself. */
const CLOCK_MARGIN = DAY

/** An invitation counts when it was sent, which may be some weeks after it was made. */
const SENDING_MARGIN = 31 * DAY

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

export interface Progress {
  /** records read so far */
  read: number
  /** 0 … 1 of the time to be covered; null when nobody knows how far back it goes */
  share: number | null
}

export interface ReportRecords {
  /** handled ones only: what nobody has judged yet is counted by `ReportStart.waiting` and nowhere else */
  answers: ReportAnswer[]
  invitations: ReportInvitation[]
  /** when reading began, ISO instant */
  loadedAt: string
}

export interface LoadOptions {
  /** stops before the next request */
  signal?: AbortSignal
  /** after every request: up to 2,500 records each */
  onProgress?: (progress: Progress) => void
  now: () => Date
}

const ANSWER_FIELDS = [
  'FB_NPS', 'FB_GROUP', 'FB_FLAG', 'FB_CHANNEL', 'FB_SURVEY', 'FB_VERSION', 'FB_LANG', 'FB_INVITATION', 'FB_COMMENT', 'FB_DEAL'
] as const satisfies readonly RecordField[]

const INVITATION_FIELDS = ['FB_STATE', 'FB_SENT_AT', 'FB_SURVEY', 'FB_CHANNEL', 'FB_FLAG'] as const satisfies readonly RecordField[]

/**
 * Answers and invitations, newest first, as far back as the depth says and no further.
 *
 * The creation time is no index of the portal, but it narrows a walk that goes down the ids anyway; a portal that ignored the condition
 * is caught by the date of the last record of each request. Doubles are dropped.
 * @throws PortalError of the first request that failed: a part is never given for the whole; the signal's reason when it was stopped
 */
export async function loadRecords(portal: Portal, store: RecordStore, depth: Depth, { signal, onProgress, now }: LoadOptions): Promise<ReportRecords> {
  const loadedAt = now()
  let read = 0

  async function readBack(categoryId: number, select: string[], since: number | null, part: (share: number) => number): Promise<ListedItem[]> {
    const rows = new Map<number, ListedItem>()
    const filter = { '=categoryId': categoryId, ...(since === null ? {} : { '>=createdTime': wireMoment(since) }) }
    signal?.throwIfAborted()
    for await (const batch of listNewestFirst(portal, { entityTypeId: store.entityTypeId, filter, select }, Infinity)) {
      signal?.throwIfAborted()
      for (const row of batch) rows.set(row.id, row)
      read += batch.length
      const reached = Date.parse(String(batch.at(-1)?.createdTime))
      const covered = since === null ? null : Math.min(1, (loadedAt.getTime() - reached) / (loadedAt.getTime() - since))
      onProgress?.({ read, share: covered === null ? null : part(covered) })
      if (since !== null && reached < since) break
    }
    return [...rows.values()]
  }

  const both = depth.answers !== null && depth.invitations !== null
  const answers = await readBack(
    store.answerCategoryId,
    ['createdTime', 'stageId', 'assignedById', 'contactId', 'companyId', 'parentId2', ...ANSWER_FIELDS.map(field => wireName(store, field))],
    back(depth.answers, CLOCK_MARGIN), share => both ? share / 2 : share
  )
  const invitations = await readBack(
    store.invitationCategoryId,
    ['createdTime', 'stageId', ...INVITATION_FIELDS.map(field => wireName(store, field))],
    back(depth.invitations, SENDING_MARGIN), share => both ? 0.5 + share / 2 : share
  )
  return {
    answers: answers.map(row => readAnswer(store, row)).filter(({ state }) => state !== 'new').map(reportAnswer),
    invitations: invitations.map(row => reportInvitation(readInvitation(store, row))),
    loadedAt: loadedAt.toISOString()
  }
}

const back = (since: string | null, margin: number): number | null => since === null ? null : Date.parse(since) - margin

/** Without milliseconds, which the portal's dates do not have. */
const wireMoment = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, '+00:00')

function reportAnswer(answer: Answer): ReportAnswer {
  const { id, createdAt, group, flag, channel, survey, version, lang, state, dealId, contactId, companyId, ownerId, comment } = answer
  return {
    id, createdAt, group, flag, channel, survey, version, lang, state, dealId, contactId, companyId, ownerId, comment,
    nps: parseNps(answer.posted.nps),
    // the id is as it was posted; only the handling knows whether the token fits
    invitationId: flag === 'unmatched' || !/^\d{1,12}$/.test(answer.invitationId) ? null : Number(answer.invitationId)
  }
}

function reportInvitation({ id, state, sentAt, survey, channel, test }: Invitation): ReportInvitation {
  return { id, state, sentAt, survey, channel: channel ?? '', test }
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
