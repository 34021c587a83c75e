import { readControl, type InCharge } from '@/plan/control'
import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import type { RecordStore } from '@/portal/record-store'

/**
 * Who is in charge, as far as the CRM role of who is looking shows it: null also where nobody is named, and for somebody who may not see it.
 * For `useQuery`.
 */
export const controlQuery = ({ portal, store }: { portal: Portal, store: RecordStore | null }) => ({
  key: ['control', store?.entityTypeId ?? 0],
  query: async (): Promise<InCharge | null> => {
    if (!store) throw new PortalError('notInstalled')
    return (await readControl(portal, store))?.inCharge ?? null
  },
  enabled: store !== null
})
