import { shallowReactive } from 'vue'
import { PortalError } from '@/portal/errors'
import { PAGE } from '@/portal/paging'
import { usePortal } from '@/ui/portal'
import type { ReportAnswer } from '@/report/model/records'
import { loadPhones } from '@/report/store-phones'

/** Phone numbers of the clients of a few answers, each asked for once. Call it in a component's setup. */
export function usePhones() {
  const portal = usePortal()
  /** contact id → number, '' when there is none */
  const known = shallowReactive(new Map<number, string>())

  async function ask(rows: readonly ReportAnswer[]): Promise<void> {
    const unknown = [...new Set(rows.flatMap(({ contactId }) => contactId ?? []))].filter(id => !known.has(id)).slice(0, PAGE)
    for (const id of unknown) known.set(id, '')
    const found = await loadPhones(portal, unknown).catch((failure: unknown) => {
      // a number to dial is a convenience: without it the link to the contact is still there
      if (failure instanceof PortalError) return new Map<number, string>()
      throw failure
    })
    for (const [id, phone] of found) known.set(id, phone)
  }

  return { ask, phoneOf: ({ contactId }: ReportAnswer): string => known.get(contactId ?? 0) ?? '' }
}
