import type { Portal } from '@/portal/client'
import { CONTACT } from '@/portal/fields'
import { listOf, mapOf } from '@/portal/php-array'

/**
 * First phone number of each contact. `fm` comes with all fields or not at all (crm.item.list), so this is for the few rows that are seen.
 * @param ids at most fifty
 * @returns contact id → number as it was entered; contacts without one, or that may not be seen, are missing
 * @throws PortalError
 */
export async function loadPhones(portal: Portal, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const { items } = mapOf(await portal.call('crm.item.list', { entityTypeId: CONTACT, filter: { '@id': ids }, select: ['*'], order: { id: 'ASC' }, start: -1 }))
  return new Map(listOf(items).map(mapOf).flatMap((row): [number, string][] => {
    const phone = listOf(row.fm).map(mapOf).find(({ typeId, value }) => typeId === 'PHONE' && String(value ?? '').trim() !== '')
    return phone ? [[Number(row.id), String(phone.value).trim()]] : []
  }))
}
