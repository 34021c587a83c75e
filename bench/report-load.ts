import 'fake-indexeddb/auto'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { aggregate } from '@/report/model/aggregate'
import { DEFAULT_FILTER } from '@/report/model/filter'
import { resolvePeriod } from '@/report/model/period'
import { PAGE } from '@/portal/paging'
import type { RecordStore } from '@/portal/record-store'
import { depthOf, loadReportStart, tablesInSlices } from '@/report/store'
import { openMonthDisk } from '@/report/store-disk'
import { createReportLoader, type ReportRecords } from '@/report/store-loader'
import type { PortalFacts } from './portal-process'
import { portalAt, type CountedPortal } from './scene'

/** One visit to the report; requests and milliseconds since it was opened. */
export interface Visit {
  /** all figures of the default period are there */
  period: { requests: number; milliseconds: number }
  /** with the period of comparison, and compared with the portal's counts */
  complete: { requests: number; milliseconds: number }
  /** records read from the portal */
  read: number
  /** longest time in which the page could not have reacted, milliseconds */
  blocked: number
}

export interface ReportLoad {
  answers: number
  /** milliseconds that the portal takes for each request, besides its work */
  latency: number
  /** answers and invitations of the default period, with the month before it in which invitations may have been made */
  rows: number
  cold: Visit
  warm: Visit
  /** every record of the portal, without what is on disk */
  everything: { rows: number; requests: number; milliseconds: number }
  /** null = not measured */
  sdk: { rows: number; requests: number; milliseconds: number } | null
}

const ZONE = 'UTC'

/** @param withSdk whether the SDK's way is measured too: it takes minutes for many records */
export async function measureReportLoad(answers: number, latency: number, withSdk: boolean): Promise<ReportLoad> {
  const child = fork(fileURLToPath(new URL('portal-process.ts', import.meta.url)), [String(answers), String(latency)], { execArgv: process.execArgv })
  try {
    const [facts] = await once(child, 'message') as [PortalFacts]
    const cold = await visit(facts, answers)
    const warm = await visit(facts, answers)
    return {
      answers, latency, rows: cold.rows, cold: cold.visit, warm: warm.visit, everything: await readEverything(facts),
      sdk: withSdk ? await timed(portalOf(facts), portal => readLikeSdk(portal, facts.store)) : null
    }
  } finally {
    await end(child)
  }
}

const portalOf = ({ portalUrl, auth }: PortalFacts): CountedPortal => portalAt(portalUrl, auth)

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.disconnect()
  await once(child, 'exit')
}

/** What the page does from its start to the last figure of the default period. */
async function visit(facts: PortalFacts, answers: number): Promise<{ visit: Visit; rows: number }> {
  const { store } = facts
  const now = (): Date => new Date(facts.now)
  const portal = portalOf(facts)
  const disk = openMonthDisk({ scope: `bench.${answers}`, now })
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const begun = performance.now()
  const since = (): { requests: number; milliseconds: number } => ({ requests: portal.traffic.requests, milliseconds: performance.now() - begun })
  const { surveys } = await loadReportStart(portal, store, ZONE)
  const period = resolvePeriod(DEFAULT_FILTER.period, now(), ZONE)
  const draw = async (records: ReportRecords): Promise<void> => {
    const tables = await tablesInSlices(records)
    aggregate(tables.answers, tables.invitations, { filter: DEFAULT_FILTER, period, departments: new Map(), now: facts.now })
  }
  const loader = createReportLoader({ portal, store, surveys, disk, now })
  let drawn: Promise<Visit['period']> | undefined
  let rows = 0
  let read = 0
  const records = await loader.load(depthOf(period), {
    onPeriod: early => {
      rows = early.answers.length + early.invitations.length
      const { requests } = portal.traffic
      drawn = draw(early).then(() => ({ requests, milliseconds: performance.now() - begun }))
    },
    onProgress: progress => { read = progress.read }
  })
  await draw(records)
  const complete = since()
  delay.disable()
  await loader.settled()
  disk.close()
  return {
    rows: rows || records.answers.length + records.invitations.length,
    visit: { period: await drawn ?? complete, complete, read, blocked: delay.max / 1e6 }
  }
}

async function readEverything(facts: PortalFacts): Promise<ReportLoad['everything']> {
  return await timed(portalOf(facts), async portal => {
    const loader = createReportLoader({ portal, store: facts.store, surveys: [], disk: null, now: () => new Date(facts.now) })
    const { answers, invitations } = await loader.load({ answers: null, invitations: null })
    return answers.length + invitations.length
  })
}

async function timed(portal: CountedPortal, work: (portal: CountedPortal) => Promise<number>): Promise<ReportLoad['everything']> {
  const begun = performance.now()
  const rows = await work(portal)
  return { rows, requests: portal.traffic.requests, milliseconds: performance.now() - begun }
}

/**
 * The same records in the way of the SDK's list helper (`actions.v2.callList` and `fetchList` of @bitrix24/b24jssdk 2.2.0): pages of 50,
 * each begins behind the last id of the page before and is asked for when that one has come.
 * Without the helper's own brake, which from the fiftieth call on lets two a second pass.
 * @returns number of rows
 */
async function readLikeSdk(portal: CountedPortal, store: RecordStore): Promise<number> {
  let rows = 0
  for (const categoryId of [store.answerCategoryId, store.invitationCategoryId]) {
    for (let after = 0; ;) {
      const { items } = await portal.call<{ items: { id: number }[] }>('crm.item.list', {
        entityTypeId: store.entityTypeId, filter: { '=categoryId': categoryId, '>id': after }, select: ['id', 'createdTime', 'ufCrm*'],
        order: { id: 'ASC' }, start: -1
      })
      rows += items.length
      if (items.length < PAGE) break
      after = items.at(-1)!.id
    }
  }
  return rows
}
