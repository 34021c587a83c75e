import type { Portal } from '@/portal/client'
import { listOf, mapOf } from '@/portal/php-array'
import { DEAL_TITLE, nameIn } from '@/portal/installation/names'
import { keepsDeals, type RecordStore } from '@/portal/record-store'

/** What people call the smart process and its Answers pipeline in this portal now: they stand in the list of the form editor. */
export interface StoreNames { type: string, pipeline: string }

/** @throws PortalError when they cannot be read */
export async function readStoreNames(portal: Portal, store: Pick<RecordStore, 'typeId' | 'entityTypeId' | 'answerCategoryId'>): Promise<StoreNames> {
  const { type, categories } = await portal.batch<{ type?: unknown, categories: unknown }>({
    ...keepsDeals(store) ? {} : { type: { method: 'crm.type.get', params: { id: store.typeId } } },
    categories: { method: 'crm.category.list', params: { entityTypeId: store.entityTypeId } }
  })
  if (type?.ok === false) throw type.error
  if (!categories.ok) throw categories.error
  const answers = listOf(mapOf(categories.result).categories).map(mapOf).find(({ id }) => Number(id) === store.answerCategoryId)
  return { type: type ? String(mapOf(mapOf(type.result).type).title ?? '') : nameIn(DEAL_TITLE, portal.context.lang), pipeline: String(answers?.name ?? '') }
}
