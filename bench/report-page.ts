import { aggregating } from '@/report/model/aggregate'
import { DEFAULT_FILTER } from '@/report/model/filter'
import { resolvePeriod } from '@/report/model/period'
import { depthOf, loadReportStart, tablesInSlices } from '@/report/store'
import { breather } from '@/report/store-breath'
import { openMonthDisk } from '@/report/store-disk'
import { createReportLoader, type ReportRecords } from '@/report/store-loader'
import { portalAt } from './counted-portal'
import type { PortalFacts } from './portal-process'

/*
 * Runs in the browser: one visit to the report without its screen, from its start to the last figure of the default period, over the network and with
 * the browser's own storage.
 */

interface Moment { requests: number; milliseconds: number }

export interface Visit {
  /** all figures of the default period are there */
  period: Moment
  /** with the period of comparison, and compared with the portal's counts */
  complete: Moment
  /** answers and invitations of the default period, with the month before it in which invitations may have been made */
  rows: number
  /** records read from the portal */
  read: number
  /** longest time between two turns of the page, milliseconds by the clock */
  blocked: number
  /** all figures once more, milliseconds of work without the pauses: what a change of the filter costs */
  change: number
  /** '' = everything is kept for the next visit */
  diskTrouble: string
}

const ZONE = 'UTC'

async function visit(facts: PortalFacts): Promise<Visit> {
  const { store } = facts
  const now = (): Date => new Date(facts.now)
  const portal = portalAt(facts.portalUrl, facts.auth, {}, true)
  let diskTrouble = ''
  const disk = openMonthDisk({ scope: 'bench', now, onTrouble: trouble => { diskTrouble = trouble } })
  const pulse = takePulse()
  const begun = performance.now()
  const { surveys } = await loadReportStart(portal, store, ZONE)
  const period = resolvePeriod(DEFAULT_FILTER.period, now(), ZONE)
  const view = { filter: DEFAULT_FILTER, period, departments: new Map(), now: facts.now }
  const draw = async (records: ReportRecords): Promise<number> => {
    const { answers, invitations } = await tablesInSlices(records)
    // in pieces, as the page does it
    const pause = breather()
    const work = aggregating(answers, invitations, view)
    let taken = 0
    for (;;) {
      const started = performance.now()
      const step = work.next()
      taken += performance.now() - started
      if (step.done) return taken
      await pause()
    }
  }
  const loader = createReportLoader({ portal, store, surveys, disk, now })
  let drawn: Promise<Moment> | undefined
  let [rows, read] = [0, 0]
  const records = await loader.load(depthOf(period), {
    onPeriod: early => {
      rows = early.answers.length + early.invitations.length
      const { requests } = portal.traffic
      drawn = draw(early).then(() => ({ requests, milliseconds: performance.now() - begun }))
    },
    onProgress: progress => { read = progress.read }
  })
  await drawn
  const change = await draw(records)
  const complete = { requests: portal.traffic.requests, milliseconds: performance.now() - begun }
  await loader.settled()
  const blocked = pulse()
  disk.close()
  return {
    period: await drawn ?? complete, complete, rows: rows || records.answers.length + records.invitations.length, read, blocked, change, diskTrouble
  }
}

/**
 * A turn every four milliseconds, the most that a page gets from a timer; in a loop of messages it would take a processor for itself.
 * @returns stops, and gives the longest gap between two turns of the page
 */
function takePulse(): () => number {
  let longest = 0
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  })
  return () => {
    clearInterval(timer)
    return longest
  }
}

Object.assign(globalThis, { visitReport: visit })
