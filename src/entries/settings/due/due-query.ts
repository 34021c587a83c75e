import { loadDue, type DueView } from '@/invitation/due-list'
import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import type { RecordStore } from '@/portal/record-store'

/** What is due, and how far this computer's clock is from the portal's, in milliseconds. */
export interface DueNow extends DueView {
  offset: number
}

export async function dueNow(portal: Portal, store: RecordStore): Promise<DueNow> {
  const view = await loadDue(portal, store)
  return { ...view, offset: Date.parse(view.at) - Date.now() }
}

export const dueQuery = ({ portal, store }: { portal: Portal, store: RecordStore | null }) => ({
  key: ['due'],
  query: (): Promise<DueNow> => {
    if (!store) throw new PortalError('notInstalled')
    return dueNow(portal, store)
  },
  enabled: store !== null,
  refetchOnWindowFocus: false
})
