import type { SendTools } from '@/invitation/sending'
import type { Portal } from '@/portal/client'
import { clockOf } from '@/portal/clock'
import { parseSettings } from '@/portal/settings-store'

/** Address of the folder of the answer page, with the slash at its end: as it was set, else where this page stands itself. */
export function linkBase(portal: Portal): string {
  return parseSettings(portal.context.appOptions).base ?? new URL('./', location.href).href
}

export const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

/** The portal's clock, chance and patience of the browser. */
export function browserTools(portal: Portal, timelineText: SendTools['timelineText']): SendTools {
  return {
    now: clockOf(portal).now,
    offset: () => clockOf(portal).offset,
    randomBytes: length => crypto.getRandomValues(new Uint8Array(length)),
    wait: pause,
    base: linkBase(portal),
    timelineText
  }
}

/**
 * Runs it unless another window of this browser is at the same deal.
 * @returns null when another window is
 */
export async function aloneAtDeal<T>(portal: Portal, dealId: number, run: () => Promise<T>): Promise<T | null> {
  // absent outside a secure context; then the portal's own order of writing decides
  const locks: LockManager | undefined = navigator.locks
  if (!locks) return run()
  return locks.request(`feedback:request:${portal.context.memberId}:${dealId}`, { ifAvailable: true }, async lock => lock === null ? null : run())
}
