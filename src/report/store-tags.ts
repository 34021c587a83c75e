import { ref } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { wireName } from '@/portal/items'
import { PAGE } from '@/portal/paging'
import { listOf, mapOf } from '@/portal/php-array'
import { userFieldName, type RecordStore } from '@/portal/record-store'

/*
 * Tags are the values of one list field of the answers, so that the portal's own lists and filters know them.
 * Which values there are is a setting of the field (`userfieldconfig.*`: "Allow to modify settings"); which ones an answer has is a change of the
 * answer, for those who may change it.
 */

/** Answers changed in one request: each change may start robots of the portal, and a request has to end in time. */
const TOGETHER = 20

interface TagValue {
  id: number
  value: string
  def: string
  sort: number
  xmlId: string
}

interface TagField {
  id: string
  values: TagValue[]
}

const fullName = (store: RecordStore): string => userFieldName(store, 'FB_TAGS')

/** @throws PortalError, 'storeIncomplete' when there is no such field */
async function readTagField(portal: Portal, store: RecordStore): Promise<TagField> {
  const { found, read } = await portal.batch<{ found: { fields: unknown }, read: { field: unknown } }>({
    found: { method: 'userfieldconfig.list', params: { moduleId: 'crm', select: { 0: 'id', 1: 'fieldName' }, filter: { fieldName: fullName(store) } } },
    read: { method: 'userfieldconfig.get', params: { moduleId: 'crm', id: ref('found', 'fields', 0, 'id') } }
  }, { halt: true })
  if (!found.ok) throw found.error
  if (listOf(found.result.fields).length === 0) throw new PortalError('storeIncomplete', { detail: fullName(store) })
  if (!read.ok) throw read.error
  const field = mapOf(read.result.field)
  return {
    id: String(field.id),
    values: valuesIn(field)
  }
}

const valuesIn = (field: Record<string, unknown>): TagValue[] => listOf(field.enum).map(mapOf).map(row => ({
  id: Number(row.id), value: String(row.value ?? ''), def: String(row.def ?? 'N'), sort: Number(row.sort ?? 0), xmlId: String(row.xmlId ?? '')
}))

/** All values travel along, so that nothing depends on whether the portal replaces or completes the list. */
async function writeValues(portal: Portal, { id }: TagField, values: readonly (Partial<TagValue> & { del?: 'Y' })[]): Promise<TagValue[]> {
  const reply = await portal.call('userfieldconfig.update', { moduleId: 'crm', id, field: { userTypeId: 'enumeration', enum: values } })
  return valuesIn(mapOf(mapOf(reply).field))
}

/** Two tags that read alike are one. */
const alike = (a: string, b: string): boolean => a.trim().toLocaleLowerCase() === b.trim().toLocaleLowerCase()

/**
 * Makes a tag; one that reads alike is taken instead.
 * @returns id of the list value
 * @throws PortalError 'noRight' for those who may not change the settings of fields; 'unreadable' when the portal does not say what it made
 */
export async function createTag(portal: Portal, store: RecordStore, label: string): Promise<number> {
  const field = await readTagField(portal, store)
  const known = field.values.find(({ value }) => alike(value, label))
  if (known) return known.id
  const last = Math.max(0, ...field.values.map(({ sort }) => sort))
  const written = await writeValues(portal, field, [...field.values, { value: label.trim(), def: 'N', sort: last + 10 }])
  // the reply of an update need not carry the list
  const values = written.length > 0 ? written : (await readTagField(portal, store)).values
  const made = values.find(({ value }) => alike(value, label))
  if (!made) throw new PortalError('unreadable', { method: 'userfieldconfig.update', detail: fullName(store) })
  return made.id
}

/**
 * Gives a tag another name, on all answers at once.
 * @returns false when another tag reads like that: then nothing is changed
 * @throws PortalError 'notFound' when the tag is gone
 */
export async function renameTag(portal: Portal, store: RecordStore, id: number, label: string): Promise<boolean> {
  const field = await readTagField(portal, store)
  if (!field.values.some(value => value.id === id)) throw new PortalError('notFound', { detail: `${fullName(store)} ${id}` })
  if (field.values.some(value => value.id !== id && alike(value.value, label))) return false
  await writeValues(portal, field, field.values.map(value => value.id === id ? { ...value, value: label.trim() } : value))
  return true
}

/**
 * Adds tags to an answer and takes others away. What it has is read at that moment: nobody's tag of a minute ago gets lost.
 * @returns the tags it has afterwards
 * @throws PortalError 'noRight' for those who may not change the answer
 */
export async function tagAnswer(
  portal: Portal, store: RecordStore, answer: number, { add = [], remove = [] }: { add?: readonly number[], remove?: readonly number[] }
): Promise<number[]> {
  const { item } = mapOf(await portal.call('crm.item.get', { entityTypeId: store.entityTypeId, id: answer }))
  const tags = changed(tagsIn(store, item), add, remove)
  await portal.call('crm.item.update', updateOf(store, answer, tags))
  return tags
}

const tagsIn = (store: RecordStore, item: unknown): number[] => listOf(mapOf(item)[wireName(store, 'FB_TAGS')]).map(Number).filter(id => id > 0)

const changed = (tags: readonly number[], add: readonly number[], remove: readonly number[]): number[] =>
  [...new Set([...tags.filter(id => !remove.includes(id)), ...add])]

/** An empty list field is written as [''] (see `toWire`). */
function updateOf(store: RecordStore, id: number, tags: readonly number[]): Record<string, unknown> {
  return { entityTypeId: store.entityTypeId, id, fields: { [wireName(store, 'FB_TAGS')]: tags.length > 0 ? tags : [''] } }
}

/**
 * Moves every answer from one tag to another and removes the first one, in this order: broken off, it goes on where it stood when it is called again.
 * @param onMoved told after each request which answers were moved by it
 * @throws PortalError of the first answer that could not be changed; the tag is still there then
 */
export async function mergeTags(
  portal: Portal, store: RecordStore, from: number, into: number, onMoved: (ids: readonly number[]) => void = () => undefined
): Promise<void> {
  const name = wireName(store, 'FB_TAGS')
  for (let after = 0; ;) {
    const reply = mapOf(await portal.call('crm.item.list', {
      entityTypeId: store.entityTypeId, filter: { '=categoryId': store.answerCategoryId, [`=${name}`]: from, '>id': after }, select: ['id', name],
      order: { id: 'ASC' }, start: -1
    }))
    const rows = listOf(reply.items).map(mapOf)
    // a filter that the portal does not understand finds anything
    const tagged = rows.map(row => ({ id: Number(row.id), tags: tagsIn(store, row) })).filter(({ tags }) => tags.includes(from))
    for (let at = 0; at < tagged.length; at += TOGETHER) {
      const some = tagged.slice(at, at + TOGETHER)
      const outcomes = await portal.batch<Record<string, unknown>>(Object.fromEntries(some.map(({ id, tags }): [string, Command] =>
        [`a${id}`, { method: 'crm.item.update', params: updateOf(store, id, changed(tags, [into], [from])) }])))
      onMoved(some.map(({ id }) => id).filter(id => outcomes[`a${id}`]?.ok))
      for (const outcome of Object.values(outcomes)) if (!outcome.ok) throw outcome.error
    }
    if (rows.length < PAGE) break
    after = Number(rows.at(-1)!.id)
  }
  const field = await readTagField(portal, store)
  if (field.values.some(({ id }) => id === from)) {
    await writeValues(portal, field, field.values.map(value => value.id === from ? { ...value, del: 'Y' as const } : value))
  }
}
