import { lookAtCases } from '@/answer/case-look'
import { handleNewAnswers, type HandlingReport } from '@/answer/handling'
import { fillSnapshots } from '@/answer/snapshots-later'
import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { mapOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'
import { parseJson } from '@/survey/model/parse-json'

/** One browser asks for new answers at most this often: one request of one person, nothing next to the portal's two a second. */
export const DUTY_PAUSE_MS = 30_000

/** How often this browser looks for answers of the portal's processes whose snapshots are to be filled in: they need the figures, and nobody waits. */
const SNAPSHOTS_PAUSE_MS = 600_000

/** How often this browser looks for cases that people ended in the portal itself. */
const CASES_PAUSE_MS = 120_000
/** How far the first look goes back; where nothing can be remembered, every look. */
const CASES_BACK_MS = { first: 7 * 86_400_000, forgetful: 3_600_000 }

export interface DutyBrowser {
  locks: Pick<LockManager, 'request'> | undefined
  /** may throw: a frame's storage is partitioned and can be forbidden */
  storage: Pick<Storage, 'getItem' | 'setItem'> | undefined
  now: () => Date
}

/**
 * Handles new answers in one tab of this browser at a time.
 * @param options.force "Process now": does not wait for the pause, but for a run that is under way
 * @returns null when another tab is at it, or the pause is not over
 */
export async function onDuty(
  portal: Portal, store: RecordStore, { force = false, browser = thisBrowser() }: { force?: boolean, browser?: DutyBrowser } = {}
): Promise<HandlingReport | null> {
  const key = `feedback:duty:${portal.context.memberId}`
  const run = async (): Promise<HandlingReport | null> => {
    if (!force && !isDue(browser, key, DUTY_PAUSE_MS)) return null
    remember(browser, key)
    const report = await handleNewAnswers(portal, store, browser.now)
    await lookOnceInAWhile(portal, store, `${key}:cases`, browser)
    if (report.inCharge !== null && (force || isDue(browser, `${key}:snapshots`, SNAPSHOTS_PAUSE_MS))) {
      remember(browser, `${key}:snapshots`)
      await fillSnapshots(portal, store, browser.now()).catch(leaveToNextLook)
    }
    return report
  }
  if (browser.locks === undefined) return run()
  // A background frame does not queue up.
  return browser.locks.request(key, force ? {} : { ifAvailable: true }, lock => lock === null ? null : run())
}

function leaveToNextLook(error: unknown): void {
  if (!(error instanceof PortalError)) throw error
}

interface Look { at: number, since: string }

/** Cases wait for the next look when this one fails: answers are what the round is for. */
async function lookOnceInAWhile(portal: Portal, store: RecordStore, key: string, browser: DutyBrowser): Promise<void> {
  const now = browser.now()
  const kept = lastLook(browser, key)
  if (kept.look !== null && now.getTime() - kept.look.at >= 0 && now.getTime() - kept.look.at < CASES_PAUSE_MS) return
  const since = kept.look?.since ?? new Date(now.getTime() - CASES_BACK_MS[kept.forgets ? 'forgetful' : 'first']).toISOString()
  try {
    const next = await lookAtCases(portal, store, since, now)
    if (!kept.forgets) browser.storage?.setItem(key, JSON.stringify({ at: now.getTime(), since: next } satisfies Look))
  } catch (error) {
    if (!(error instanceof PortalError || error instanceof DOMException)) throw error
  }
}

/** What cannot be read counts as never looked. */
function lastLook({ storage }: DutyBrowser, key: string): { look: Look | null, forgets: boolean } {
  try {
    const { at, since } = mapOf(parseJson(storage?.getItem(key) ?? ''))
    const isLook = typeof at === 'number' && typeof since === 'string' && !Number.isNaN(Date.parse(since))
    return { look: isLook ? { at, since } : null, forgets: storage === undefined }
  } catch {
    return { look: null, forgets: true } // storage is forbidden here
  }
}

function thisBrowser(): DutyBrowser {
  return { locks: navigator.locks, storage: storageOrNone(), now: () => new Date() }
}

function storageOrNone(): Storage | undefined {
  try {
    return localStorage
  } catch {
    return undefined // merely naming it throws where cookies are blocked
  }
}

function isDue(browser: DutyBrowser, key: string, pause: number): boolean {
  try {
    const last = Number(browser.storage?.getItem(key) ?? 0)
    const elapsed = browser.now().getTime() - last
    return elapsed < 0 || elapsed >= pause
  } catch {
    return true // storage is forbidden here: better too often than never
  }
}

function remember(browser: DutyBrowser, key: string): void {
  try {
    browser.storage?.setItem(key, String(browser.now().getTime()))
  } catch {
    return // as above: without a memory every page load asks
  }
}
