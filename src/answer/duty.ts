import { handleNewAnswers, type HandlingReport } from '@/answer/handling'
import type { Portal } from '@/portal/client'
import type { RecordStore } from '@/portal/record-store'

/** One browser asks for new answers at most this often: one request of one person, nothing next to the portal's two a second. */
export const DUTY_PAUSE_MS = 30_000

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
    if (!force && !isDue(browser, key)) return null
    remember(browser, key)
    return handleNewAnswers(portal, store, browser.now)
  }
  if (browser.locks === undefined) return run()
  // A background frame does not queue up.
  return browser.locks.request(key, force ? {} : { ifAvailable: true }, lock => lock === null ? null : run())
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

function isDue(browser: DutyBrowser, key: string): boolean {
  try {
    const last = Number(browser.storage?.getItem(key) ?? 0)
    const elapsed = browser.now().getTime() - last
    return elapsed < 0 || elapsed >= DUTY_PAUSE_MS
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
