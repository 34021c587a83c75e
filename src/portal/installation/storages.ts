import type { Command, Portal } from '@/portal/client'
import { listOf, mapOf } from '@/portal/php-array'
import { JSON_PROPERTY, STORAGES } from '@/portal/storage'
import { runAll, resultOf, runInOrder } from './commands'
import type { Finding } from './finding'

/**
 * Everybody reads; administrators write. The portal itself gives the creator full rights; group 1 is the administrators' in every
 * installation of the core (inference; where it is not, only the creator writes).
 */
const ACCESS = { AU: 'R', G1: 'X' }

/** Makes the storages and their property where they are missing. */
export async function makeStorages(portal: Portal): Promise<void> {
  const missing = await readMissing(portal)
  await runInOrder(portal, missing.flatMap(({ entity, storage }): Command[] => [
    ...storage ? [{ method: 'entity.add', params: { ENTITY: entity, NAME: `Feedback: ${entity}`, ACCESS } }] : [],
    { method: 'entity.item.property.add', params: { ENTITY: entity, PROPERTY: JSON_PROPERTY, NAME: JSON_PROPERTY, TYPE: 'S' } }
  ]))
}

/** Reads only: storages that are missing or have lost their property. */
export async function inspectStorages(portal: Portal): Promise<Finding[]> {
  return (await readMissing(portal)).map(({ entity, storage }) => ({ what: 'storageMissing', name: entity, ...(storage ? {} : { detail: JSON_PROPERTY }) }))
}

/** @returns storages to complete; `storage` when it is missing itself, not just its property */
async function readMissing(portal: Portal): Promise<{ entity: string, storage: boolean }[]> {
  const present = new Set(listOf(await portal.call('entity.get')).map(row => String(mapOf(row).ENTITY)))
  const found = STORAGES.filter(entity => present.has(entity))
  const properties = found.length === 0 ? {} : await runAll<unknown>(portal, Object.fromEntries(found.map(entity => [
    entity, { method: 'entity.item.property.get', params: { ENTITY: entity } }
  ])))
  return STORAGES.flatMap((entity): { entity: string, storage: boolean }[] => {
    if (!present.has(entity)) return [{ entity, storage: true }]
    const hasProperty = listOf(resultOf(properties[entity])).some(row => mapOf(row).PROPERTY === JSON_PROPERTY)
    return hasProperty ? [] : [{ entity, storage: false }]
  })
}
