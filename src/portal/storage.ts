import type { Command, Portal } from './client'
import { PortalError } from './errors'
import { listOf, mapOf } from './php-array'

/** The app's storages (entity.*): surveys as they are edited, and their published versions. Codes have at most 13 characters (entity-add). */
export const STORAGES = ['surveys', 'versions'] as const
export type Storage = typeof STORAGES[number]

/** Code of the one property of an item: a JSON text. */
export const JSON_PROPERTY = 'JSON'

/** What a text property certainly keeps: longer texts may be cut at 64 KB. */
export const MAX_JSON_BYTES = 60_000

/** Items on a page of entity.item.get. */
const PAGE = 50

export interface StoredItem {
  id: number
  name: string
  /** '' when the item has no text yet; whoever reads it parses it */
  json: string
  /** ISO 8601 */
  updatedAt: string
}

/**
 * Reads a page of items, oldest first; for batches. Its result goes through `itemsFromWire`.
 * @param name only items of this name
 * @param start of the page, in steps of 50
 */
export function listItemsCommand(storage: Storage, name?: string, start = 0): Command {
  return {
    method: 'entity.item.get',
    params: { ENTITY: storage, SORT: { ID: 'ASC' }, ...(name === undefined ? {} : { FILTER: { '=NAME': name } }), start }
  }
}

/** Items of a reply of entity.item.get; rows without an id are left out. Shape: PROPERTY_VALUES is a map of codes (api-reference/entity/items). */
export function itemsFromWire(result: unknown): StoredItem[] {
  return listOf(result).flatMap(row => {
    const { ID, NAME, TIMESTAMP_X, PROPERTY_VALUES } = mapOf(row)
    const json = mapOf(PROPERTY_VALUES)[JSON_PROPERTY]
    const id = Number(ID)
    return id > 0 ? [{ id, name: String(NAME ?? ''), json: typeof json === 'string' ? json : '', updatedAt: String(TIMESTAMP_X ?? '') }] : []
  })
}

/** All items of a storage, or those of one name, oldest first. @throws PortalError 'notFound' when the storage is not there */
export async function listItems(portal: Portal, storage: Storage, name?: string): Promise<StoredItem[]> {
  const items: StoredItem[] = []
  for (let start = 0; ; start += PAGE) {
    const command = listItemsCommand(storage, name, start)
    const page = await portal.call(command.method, command.params)
    items.push(...itemsFromWire(page))
    if (listOf(page).length < PAGE) return items
  }
}

/**
 * Adds an item.
 * @returns its id
 * @throws PortalError 'surveyTooLarge' before the request; 'noRight' without write access to the storage
 */
export async function addItem(portal: Portal, storage: Storage, name: string, json: string): Promise<number> {
  checkSize(json)
  return Number(await portal.call('entity.item.add', { ENTITY: storage, NAME: name, PROPERTY_VALUES: { [JSON_PROPERTY]: json } }))
}

/** Replaces the text of an item, and its name if one is given. @throws PortalError 'surveyTooLarge' before the request; 'notFound', 'noRight' */
export async function updateItem(portal: Portal, storage: Storage, id: number, json: string, name?: string): Promise<void> {
  checkSize(json)
  await portal.call('entity.item.update', {
    ENTITY: storage, ID: id, ...(name === undefined ? {} : { NAME: name }), PROPERTY_VALUES: { [JSON_PROPERTY]: json }
  })
}

/** Removes an item for good. @throws PortalError 'notFound' when it is gone already; 'noRight' */
export async function deleteItem(portal: Portal, storage: Storage, id: number): Promise<void> {
  await portal.call('entity.item.delete', { ENTITY: storage, ID: id })
}

function checkSize(json: string): void {
  const bytes = new TextEncoder().encode(json).length
  if (bytes > MAX_JSON_BYTES) throw new PortalError('surveyTooLarge', { detail: `${bytes} bytes, at most ${MAX_JSON_BYTES}` })
}
