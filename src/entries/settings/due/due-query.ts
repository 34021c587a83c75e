import { loadDue, type DueView } from '@/invitation/due-list'
import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import type { RecordStore } from '@/portal/record-store'

export const dueQuery = ({ portal, store }: { portal: Portal, store: RecordStore | null }) => ({
  key: ['due'],
  query: (): Promise<DueView> => {
    if (!store) throw new PortalError('notInstalled')
    return loadDue(portal, store)
  },
  enabled: store !== null,
  refetchOnWindowFocus: false
})
