import { watch } from 'vue'
import { PortalError } from '@/portal/errors'
import type { Settings } from '@/portal/settings-store'
import { usePortal } from '@/ui/portal'

/**
 * Whoever may see everything and opens the settings fills in the snapshots that the portal's processes leave empty, once per opening and beside
 * everything else. Where they were never in charge nothing is asked for.
 */
export function useSnapshotsFilledIn(settings: () => Pick<Settings, 'store' | 'engine'> | undefined): void {
  const portal = usePortal()
  let isDone = false
  watch(settings, async now => {
    if (isDone || !now?.store || now.engine === null || !portal.context.isAdmin) return
    isDone = true
    const { fillSnapshots } = await import('@/answer/snapshots-later')
    await fillSnapshots(portal, now.store, new Date()).catch(leaveToNextLook)
  }, { immediate: true })
}

function leaveToNextLook(error: unknown): void {
  if (!(error instanceof PortalError)) throw error
}
