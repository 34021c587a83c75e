import type { Command, Portal } from '@/portal/client'
import { BATCH_LIMIT } from '@/portal/batch-command'
import { PortalError } from '@/portal/errors'
import { listNewestFirst, type ListedItem } from '@/portal/paging'
import type { RecordStore } from '@/portal/record-store'
import { itemsFromWire, listItemsCommand } from '@/portal/storage'
import { readContent } from '@/survey/model/stored'
import type { Survey } from '@/survey/model/survey'
import type { ReportAnswer, ReportInvitation } from './model/records'
import { retagged, type Retagging } from './model/retag'
import { breather } from './store-breath'
import type { Mark, MonthDisk } from './store-disk'
import {
  effortScaleIn, effortScalesIn, keepAnswer, keepInvitation, kindOf, KINDS, selectFor, snapshotsIn, unknownScales, type KeptOf, type Kind
} from './store-rows'

/** How far back records are needed, ISO instants; null = to the first one. */
export interface Depth {
  /** of answers: also those of the period of comparison */
  answers: string | null
  /** of invitations, and the beginning of the period itself */
  invitations: string | null
}

export interface Progress {
  /** records read from the portal so far */
  read: number
  /** 0 … 1 of the time to be covered; null when nobody knows how far back it goes */
  share: number | null
  /** the period itself, or what it is compared with */
  part: 'period' | 'comparison'
}

export interface ReportRecords {
  /** handled ones only: what nobody has judged yet is counted by `ReportStart.waiting` and nowhere else */
  answers: ReportAnswer[]
  invitations: ReportInvitation[]
  /** when the portal was last asked for news, ISO instant */
  loadedAt: string
  /** the comparison is there as well */
  complete: boolean
  /** the numbers of records were compared with the portal's; false: a record deleted since the last visit may still be in it */
  verified: boolean
}

/** What there is after a stop or a failure. */
export interface ReportPart extends ReportRecords {
  /** everything created from then on is there, nothing before is given; ISO instant, null = from the first record on */
  since: string | null
}

export interface LoadOptions {
  /** stops before the next request; what is read is kept, and the next load goes on there */
  signal?: AbortSignal
  /** after every request: up to 2,500 records each */
  onProgress?: (progress: Progress) => void
  /** the period is complete; the comparison, or the check for deleted records, is still to come */
  onPeriod?: (records: ReportRecords) => void
}

export interface ReportLoader {
  /**
   * Everything since `depth`. What is known is not read again; after a failure or a stop the next call goes on where this one ended.
   * A second call waits for the first.
   * @throws PortalError of the request that failed: a part is never given for the whole; the signal's reason when it was stopped
   */
  load(depth: Depth, options?: LoadOptions): Promise<ReportRecords>
  /**
   * What was read before a load failed or was stopped: newest first, so it is everything since some moment; null when there is nothing yet.
   * It may lack what changed since the last visit. Wait for the load to end.
   */
  part(): Promise<ReportPart | null>
  /** Takes over tags that this page has just written: it would learn of them with the next news only. */
  retag(tagsOf: Retagging): void
  /** The next `load` asks for what is new, changed and deleted. */
  expire(): void
  /** Waits until what was read is on disk. */
  settled(): Promise<void>
}

export interface LoaderTools {
  portal: Portal
  store: RecordStore
  surveys: readonly Survey[]
  /** null = nothing is kept between two visits */
  disk: MonthDisk | null
  now: () => Date
  /** lets the page breathe between two pieces of work */
  pause?: () => Promise<void>
}

const DAY = 86_400_000

/** Nobody promises how the offset of a moment in a filter is read: a day more is asked for on both sides, and left out here by the record's own time. */
const CLOCK_MARGIN = DAY

/** An invitation counts when it was sent, which may be some weeks after it was made. */
const SENDING_MARGIN = 31 * DAY

/** Changes of older records are not looked for: the time of a change is no index of the portal. */
const LOOK_BACK = 90 * DAY

/** The portal writes the time of a change when it begins to write, and its servers' clocks differ. */
const CHANGE_MARGIN = 5 * 60_000

/** Records that are compared in number, newest months first: counting is slow where there are millions. */
const MOST_COUNTED = 300_000

/** Rows read before asking whether it is time for a pause. */
const SLICE = 250

/** From `since` up to what is known of the kinds already. */
interface Gap {
  kinds: readonly Kind[]
  since: number
  until: number
}

interface Walk extends Gap {
  /** newest first; nobody counts them before the whole gap is there */
  found: Found
  /** when the last of them was made, milliseconds; null before the first */
  reached: number | null
  below: number | undefined
}

type Found = { [K in Kind]: KeptOf[K][] }

type Take = <K extends Kind>(kind: K, row: KeptOf[K]) => void

type Months = { [K in Kind]: Map<string, Map<number, KeptOf[K]>> }

/**
 * Reads the report's records, newest first, in chains of up to 2,500 rows a request, both pipelines in one chain.
 *
 * The creation time is no index of the portal, but it narrows a walk that goes down the ids anyway; a portal that ignored the condition
 * is caught by the dates of the rows. What is on disk is brought up to date by one walk over what changed since, of the last 90 days, and by comparing
 * the number of records of each month. Half of the portal's operating time is left to others (`OperatingBudget`).
 */
export function createReportLoader({ portal, store, surveys, disk, now, pause = breather() }: LoaderTools): ReportLoader {
  const known: Months = { answers: new Map(), invitations: new Map() }
  /** everything created since then is in memory; null = nothing */
  const since: Record<Kind, number | null> = { answers: null, invitations: null }
  const dirty = new Set<`${Kind} ${string}`>()
  const scales = effortScalesIn(surveys)
  const snapshots = snapshotsIn(surveys)
  let mark: Mark | null | undefined
  let changedUpTo: string | null = null
  let open: Walk | null = null
  let fresh = false
  let verified = false
  let loadedAt = now()
  let read = 0
  /** of the portal's own moments: written like that they mean the same, whether or not the offset of a filter is read */
  let offset = '+00:00'
  let turn: Promise<unknown> = Promise.resolve()
  let saving: Promise<void> = Promise.resolve()

  async function load(depth: Depth, options: LoadOptions): Promise<ReportRecords> {
    const start = instant(depth.invitations) - SENDING_MARGIN
    const period = { answers: start, invitations: start }
    const whole = { answers: Math.min(start, instant(depth.answers)), invitations: start }
    read = 0
    await readDisk(whole)
    if (!fresh) {
      loadedAt = now()
      verified = since.answers === null && since.invitations === null
      await readChanges(options)
      fresh = true
    }
    await readGaps(period, 'period', options)
    const comparisonMissing = gapsOf(whole).length > 0
    if (comparisonMissing || !verified) options.onPeriod?.(await result(!comparisonMissing))
    await readGaps(whole, 'comparison', options)
    if (!verified) verified = await verify(options)
    saving = saving.then(save)
    return await result(true)
  }

  // ——— from the portal

  /** What is needed and not known. Both kinds in one walk where their gaps are the same. */
  function gapsOf(needed: Record<Kind, number>): Gap[] {
    const missing = KINDS.map(kind => ({ kind, since: needed[kind], until: since[kind] ?? Infinity })).filter(gap => gap.since < gap.until)
    const [first, second] = missing
    if (first && second && first.since === second.since && first.until === second.until) return [{ kinds: KINDS, since: first.since, until: first.until }]
    return missing.map(({ kind, ...span }) => ({ kinds: [kind], ...span }))
  }

  async function readGaps(needed: Record<Kind, number>, part: Progress['part'], options: LoadOptions): Promise<void> {
    for (const gap of gapsOf(needed)) {
      const found = await walk(gap, part, options)
      for (const kind of KINDS) await putAll(kind, found[kind])
      for (const kind of gap.kinds) since[kind] = gap.since
      open = null
    }
  }

  async function walk(gap: Gap, part: Progress['part'], { signal, onProgress }: LoadOptions): Promise<Found> {
    if (!open || open.since !== gap.since || open.until !== gap.until || open.kinds.join() !== gap.kinds.join()) {
      open = { ...gap, found: { answers: [], invitations: [] }, reached: null, below: undefined }
    }
    const current = open
    const newest = Math.min(gap.until, loadedAt.getTime())
    const filter = { ...ofKinds(gap.kinds), ...createdAbout(gap.since, gap.until) }
    for await (const batch of list(filter, gap.kinds, signal, current.below)) {
      // the first rows of all were read at the very beginning: whatever changes later is newer than the newest of them
      changedUpTo ??= newestChange(batch)
      const dates = batch.map(row => Date.parse(String(row.createdTime)))
      // a reply of the portal is several times as large as what is kept of it
      await keep(batch, (_, at) => at >= gap.since && at < gap.until, (kind, row) => {
        current.found[kind].push(row)
        current.reached = row.at
      })
      current.below = batch.at(-1)!.id
      read += batch.length
      onProgress?.({ read, part, share: gap.since === -Infinity ? null : Math.min(1, Math.max(0, (newest - dates.at(-1)!) / (newest - gap.since))) })
      // a portal that ignored the dates would go on to its first record; single imported ones may have any date
      if (dates.every(at => at < gap.since - CLOCK_MARGIN)) break
    }
    return current.found
  }

  /** What is new or changed since the last visit, among the records of the last 90 days and later ids. */
  async function readChanges({ signal, onProgress }: LoadOptions): Promise<void> {
    if (changedUpTo === null) {
      // nothing was ever there: whatever there is by now is read like on a first visit
      for (const kind of KINDS) since[kind] = null
      return
    }
    const filter = { ...ofKinds(KINDS), '>=id': await lookBackId(), '>=updatedTime': wireMoment(Date.parse(changedUpTo) - CHANGE_MARGIN) }
    const rows: ListedItem[] = []
    let upTo = changedUpTo
    for await (const batch of list(filter, KINDS, signal)) {
      if (rows.length === 0) upTo = newestChange([{ updatedTime: upTo }, ...batch]) ?? upTo
      for (const row of batch) rows.push(row)
      read += batch.length
      onProgress?.({ read, share: null, part: 'period' })
    }
    // a change of a record from before what is known comes with the rest of its time
    await keep(rows, (kind, at) => at >= (since[kind] ?? Infinity))
    changedUpTo = upTo
  }

  /** The lowest id that is not older than 90 days, or the first unknown one. */
  async function lookBackId(): Promise<number> {
    const from = loadedAt.getTime() - LOOK_BACK
    let lowest = Infinity
    let highest = 0
    for (const { rows } of monthsNewestFirst()) {
      for (const [id, { at }] of rows) {
        if (id > highest) highest = id
        if (at >= from && id < lowest) lowest = id
      }
      await pause()
    }
    return Math.min(lowest, highest + 1)
  }

  /** Figures stand without it; they only cannot claim to be complete. */
  async function verify(options: LoadOptions): Promise<boolean> {
    try {
      return await compareCounts(options)
    } catch (error) {
      if (error instanceof PortalError) return false
      throw error
    }
  }

  /**
   * Compares the number of records of each month with the portal's, as far as the viewer may see them, and reads those months again that differ:
   * records were deleted, or the viewer's rights changed.
   * @returns whether everything that is known was compared
   */
  async function compareCounts({ signal }: LoadOptions): Promise<boolean> {
    const asked: { kind: Kind, month: string, count: number, command: Command }[] = []
    let counted = 0
    for (const { kind, month, rows } of monthsNewestFirst()) {
      counted += rows.size
      if (counted > MOST_COUNTED) break
      await pause()
      const ids = [...rows.keys()]
      const filter = {
        ...ofKinds([kind]), ...createdIn(kind, month),
        // the ids bound what the portal has to look at
        '>=id': ids.reduce((a, b) => Math.min(a, b), Infinity), '<=id': ids.reduce((a, b) => Math.max(a, b), 0)
      }
      if (ids.length > 0) {
        const params = { entityTypeId: store.entityTypeId, select: ['id'], order: { id: 'ASC' }, start: 0, filter }
        asked.push({ kind, month, count: ids.length, command: { method: 'crm.item.list', params } })
      }
    }
    for (let from = 0; from < asked.length; from += BATCH_LIMIT) {
      const some = asked.slice(from, from + BATCH_LIMIT)
      signal?.throwIfAborted()
      const outcomes = await portal.batch<Record<string, unknown>>(Object.fromEntries(some.map(({ command }, index) => [`n${index}`, command])))
      for (const [index, { kind, month, count }] of some.entries()) {
        const outcome = outcomes[`n${index}`]
        if (outcome && !outcome.ok) throw outcome.error
        if (outcome?.total === undefined) return false
        // a month that is as it was although its number differs: this portal counts other moments than it was asked for
        if (outcome.total !== count && !await readMonth(kind, month, signal)) return false
      }
    }
    return counted <= MOST_COUNTED
  }

  /** @returns whether other records are known now than before */
  async function readMonth(kind: Kind, month: string, signal: AbortSignal | undefined): Promise<boolean> {
    const { from, to } = boundsOf(month)
    const rows: ListedItem[] = []
    for await (const batch of list({ ...ofKinds([kind]), ...createdAbout(Math.max(from, since[kind] ?? from), to) }, [kind], signal)) {
      rows.push(...batch)
      read += batch.length
    }
    await learnScales(rows)
    const before = known[kind].get(month)
    known[kind].set(month, new Map())
    dirty.add(`${kind} ${month}`)
    await keep(rows, (_, at) => at >= (since[kind] ?? from) && at < to && at >= from)
    const after = known[kind].get(month)!
    return before?.size !== after.size || [...before.keys()].some(id => !after.has(id))
  }

  async function* list(filter: Record<string, unknown>, kinds: readonly Kind[], signal?: AbortSignal, below?: number): AsyncGenerator<ListedItem[]> {
    const query = { entityTypeId: store.entityTypeId, filter, select: selectFor(store, kinds, snapshots), ...(below === undefined ? {} : { below }) }
    signal?.throwIfAborted()
    for await (const batch of listNewestFirst(portal, query, Infinity)) {
      // parsing the reply was work enough for one turn
      await pause()
      offset = offsetOf(batch[0]?.createdTime) ?? offset
      yield batch
      await pause()
      signal?.throwIfAborted()
    }
  }

  /** Which effort scale the versions had that are no longer the published ones. */
  async function learnScales(rows: readonly ListedItem[]): Promise<void> {
    const unknown = [...unknownScales(store, rows, scales)]
    for (let from = 0; from < unknown.length; from += BATCH_LIMIT) {
      const asked = unknown.slice(from, from + BATCH_LIMIT)
      const commands = Object.fromEntries(asked.map((key, index) => [`v${index}`, listItemsCommand('versions', key)]))
      const outcomes = await portal.batch<Record<string, unknown>>(commands)
      for (const [index, key] of asked.entries()) {
        const outcome = outcomes[`v${index}`]
        if (outcome && !outcome.ok) throw outcome.error
        const [item] = itemsFromWire(outcome?.result)
        const content = item === undefined ? null : readContent(item.json)
        scales.set(key, content && effortScaleIn(content))
      }
    }
  }

  function ofKinds(kinds: readonly Kind[]): Record<string, unknown> {
    const ids = kinds.map(kind => kind === 'answers' ? store.answerCategoryId : store.invitationCategoryId)
    return ids.length === 1 ? { '=categoryId': ids[0] } : { '@categoryId': ids }
  }

  function createdIn(kind: Kind, month: string): Record<string, string> {
    const { from, to } = boundsOf(month)
    return created(Math.max(from, since[kind] ?? from), to)
  }

  const createdAbout = (from: number, to: number): Record<string, string> => created(from - CLOCK_MARGIN, to + CLOCK_MARGIN)

  function created(from: number, to: number): Record<string, string> {
    return { ...(from === -Infinity ? {} : { '>=createdTime': wireMoment(from) }), ...(to === Infinity ? {} : { '<createdTime': wireMoment(to) }) }
  }

  /** Without milliseconds, which the portal's dates do not have. */
  function wireMoment(at: number): string {
    const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset)!
    const east = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
    return `${new Date(at + east * 60_000).toISOString().slice(0, 19)}${offset}`
  }

  // ——— in memory

  /** @throws PortalError before the first row is taken */
  async function keep(rows: readonly ListedItem[], wanted: (kind: Kind, at: number) => boolean, take: Take = put): Promise<void> {
    const kept = rows.filter(row => {
      const kind = kindOf(store, row)
      return kind !== null && wanted(kind, Date.parse(String(row.createdTime)))
    })
    await learnScales(kept)
    for (const [index, row] of kept.entries()) {
      if (kindOf(store, row) === 'answers') take('answers', keepAnswer(store, row, scales, snapshots))
      else take('invitations', keepInvitation(store, row))
      if (index % SLICE === SLICE - 1) await pause()
    }
  }

  async function putAll<K extends Kind>(kind: K, rows: readonly KeptOf[K][]): Promise<void> {
    for (const [index, row] of rows.entries()) {
      put(kind, row)
      if (index % SLICE === SLICE - 1) await pause()
    }
  }

  function put<K extends Kind>(kind: K, row: KeptOf[K]): void {
    const month = monthOf(row.at)
    const rows = known[kind].get(month) ?? new Map<number, KeptOf[K]>()
    known[kind].set(month, rows)
    rows.set(row.record.id, row)
    dirty.add(`${kind} ${month}`)
  }

  async function result(complete: boolean): Promise<ReportRecords> {
    const answers: ReportAnswer[] = []
    const invitations: ReportInvitation[] = []
    for (const month of [...known.answers.keys()].sort().reverse()) {
      for (const { record } of known.answers.get(month)!.values()) if (record.state !== 'new') answers.push(record)
      await pause()
    }
    for (const rows of known.invitations.values()) {
      for (const { record } of rows.values()) invitations.push(record)
      await pause()
    }
    return { answers, invitations, loadedAt: loadedAt.toISOString(), complete, verified }
  }

  async function part(): Promise<ReportPart | null> {
    const walked = open
    const reached: Record<Kind, number | null> = { ...since }
    if (walked && walked.reached !== null) {
      // the last rows may share their moment with others that were not read
      for (const kind of walked.kinds) reached[kind] = walked.reached + 1
    }
    if (reached.answers === null || reached.invitations === null) return null
    const from = Math.max(reached.answers, reached.invitations)
    const { answers, invitations, ...about } = await result(false)
    const young = <T extends { createdAt: string }>(records: readonly T[]): T[] => records.filter(({ createdAt }) => Date.parse(createdAt) >= from)
    const found = { answers: young(answers), invitations: young(invitations) }
    await pause()
    for (const { at, record } of walked?.found.answers ?? []) if (at >= from && record.state !== 'new') found.answers.push(record)
    for (const { at, record } of walked?.found.invitations ?? []) if (at >= from) found.invitations.push(record)
    return { ...found, ...about, verified: false, since: from === -Infinity ? null : new Date(from).toISOString() }
  }

  function monthsNewestFirst(): { kind: Kind, month: string, rows: ReadonlyMap<number, { at: number }> }[] {
    return KINDS.flatMap(kind => [...known[kind]].map(([month, rows]) => ({ kind, month, rows }))).sort((a, b) => b.month.localeCompare(a.month))
  }

  // ——— on disk

  /** What is needed and on disk, and at least as much as a change may concern. */
  async function readDisk(needed: Record<Kind, number>): Promise<void> {
    if (!disk) return
    if (mark === undefined) {
      mark = await disk.mark()
      changedUpTo = mark?.changedUpTo ?? null
      offset = offsetOf(changedUpTo) ?? offset
    }
    if (!mark || changedUpTo === null) return
    for (const kind of KINDS) {
      const kept = mark.since[kind]
      const wanted = Math.min(needed[kind], now().getTime() - LOOK_BACK)
      if (kept === null || (since[kind] ?? Infinity) <= Math.max(kept, wanted)) continue
      const oldest = await readMonths(kind, Math.max(kept, wanted))
      // storage has failed: the portal is asked as if nothing had been kept
      if (oldest === null) return
      since[kind] = Math.max(kept, oldest)
    }
  }

  /** @returns the beginning of the oldest month that was read; null when not all of it could be read: then nothing of it is taken */
  async function readMonths<K extends Kind>(kind: K, wanted: number): Promise<number | null> {
    const found = new Map<string, Map<number, KeptOf[K]>>()
    const months = await disk!.months(kind)
    if (months === null) return null
    for (const month of months) {
      if (boundsOf(month).to <= wanted || known[kind].has(month)) continue
      const rows = await disk!.read(kind, month)
      if (rows === null) return null
      found.set(month, new Map(rows.map(row => [row.record.id, row])))
      await pause()
    }
    for (const [month, rows] of found) known[kind].set(month, rows)
    return wanted === -Infinity ? wanted : boundsOf(monthOf(wanted)).from
  }

  async function save(): Promise<void> {
    if (!disk) return
    const deepest = (kind: Kind): number | null => {
      const [inMemory, kept] = [since[kind], mark?.since[kind] ?? null]
      return inMemory === null || kept === null ? inMemory ?? kept : Math.min(inMemory, kept)
    }
    const next: Mark = { begunAt: mark?.begunAt ?? loadedAt.getTime(), since: { answers: deepest('answers'), invitations: deepest('invitations') }, changedUpTo }
    const changed = [...dirty]
    dirty.clear()
    for (const key of changed) {
      const [kind, month] = key.split(' ') as [Kind, string]
      await disk.write(kind, month, [...known[kind].get(month)?.values() ?? []])
      await pause()
    }
    await disk.setMark(next)
    mark = next
  }

  return {
    load(depth, options = {}) {
      const mine = turn.then(() => load(depth, options))
      // whoever asked for it hears of its failure
      turn = mine.catch(() => undefined)
      return mine
    },
    part: async () => {
      await turn
      return await part()
    },
    retag: tagsOf => {
      for (const [month, rows] of known.answers) {
        for (const [id, row] of rows) {
          const record = retagged(row.record, tagsOf)
          if (record === row.record) continue
          rows.set(id, { ...row, record })
          dirty.add(`answers ${month}`)
        }
      }
    },
    expire: () => { fresh = false },
    settled: async () => {
      await turn
      await saving
    }
  }
}

const instant = (text: string | null): number => text === null ? -Infinity : Date.parse(text)

const offsetOf = (moment: unknown): string | undefined => /[+-]\d\d:\d\d$/.exec(String(moment ?? ''))?.[0]

/** 2026-03, in UTC: the same for everybody and for ever. */
const monthOf = (at: number): string => new Date(at).toISOString().slice(0, 7)

function boundsOf(month: string): { from: number, to: number } {
  const [year, number] = month.split('-').map(Number) as [number, number]
  return { from: Date.UTC(year, number - 1), to: Date.UTC(year, number) }
}

function newestChange(rows: readonly Record<string, unknown>[]): string | null {
  const times = rows.map(({ updatedTime }) => String(updatedTime ?? '')).filter(text => !Number.isNaN(Date.parse(text)))
  return times.length === 0 ? null : times.reduce((a, b) => Date.parse(a) >= Date.parse(b) ? a : b)
}
