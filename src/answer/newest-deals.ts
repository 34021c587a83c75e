import type { Portal } from '@/portal/client'
import { DEAL } from '@/portal/fields'
import { listOf, mapOf } from '@/portal/php-array'
import { companyDeals } from '@/portal/record-store'
import { storeOrNone } from '@/portal/settings-store'

export interface NamedDeal {
  id: number
  title: string
}

/** The company's deals that were made last, as far as the person may see them; a page at most. Source: crm.item.list. @throws PortalError */
export async function newestDeals(portal: Portal): Promise<NamedDeal[]> {
  const { items } = mapOf(await portal.call('crm.item.list', {
    entityTypeId: DEAL, filter: companyDeals(storeOrNone(portal)), select: ['id', 'title'], order: { id: 'DESC' }, start: -1
  }))
  return listOf(items).map(mapOf).map(({ id, title }) => ({ id: Number(id), title: String(title ?? '') }))
}
