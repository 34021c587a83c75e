import type { Command } from './client'
import { PortalError } from './errors'
import { RECORD_FIELDS, nativeFieldsOf, type FieldSpec, type NativeField, type NativeType, type RecordField } from './fields'
import { listOf, mapOf } from './php-array'
import { enumXmlId, keepsDeals, type EnumIds, type RecordStore } from './record-store'

export interface Money {
  amount: number
  /** ISO 4217, e.g. KZT; '' when the portal names none */
  currency: string
}

/** What a field of a type holds on our side. Lists are XML_IDs, dates ISO 8601 as the portal writes them. */
export type FieldValue<S extends FieldSpec> =
  S extends { multiple: true } ? string[]
    : S['type'] extends 'integer' | 'double' | 'employee' ? number | null
      : S['type'] extends 'boolean' ? boolean
        : S['type'] extends 'money' ? Money | null
          : S extends { values: readonly (infer V)[] } ? V | null
            : string | null

export type RecordValues = { [F in RecordField]: FieldValue<typeof RECORD_FIELDS[F]> }

/** The native fields of a card. Consent fields are false and null on a deal, which has none. */
export interface NativeValues {
  FB_LAST_SCORE: number | null
  FB_LAST_GROUP: 'high' | 'middle' | 'low' | null
  FB_LAST_AT: string | null
  FB_ASK_LANG: string | null
  FB_NOT_BEFORE: string | null
  FB_OPT_OUT: boolean
}

/** A record of the store: what every item has, and our fields. */
export interface WireRecord {
  id: number
  title: string
  categoryId: number | null
  /** full STATUS_ID; compare with `store.answerStages` */
  stageId: string
  assignedById: number | null
  createdBy: number | null
  /** ISO 8601, '' when not asked for */
  createdTime: string
  updatedTime: string
  contactId: number | null
  companyId: number | null
  /** the deal that it is about */
  dealId: number | null
  values: RecordValues
}

/** Fields of every item that `fromWire` reads, for `select`. */
const SYSTEM_FIELDS = ['id', 'title', 'categoryId', 'stageId', 'assignedById', 'createdBy', 'createdTime', 'updatedTime', 'contactId', 'companyId']

const RECORD_FIELD_NAMES = Object.keys(RECORD_FIELDS) as RecordField[]

/**
 * `select` for records of the store. Names are the camelCase ones: with `useOriginalUfNames` a list loses its id (crm.item.list).
 * @param fields our fields that are needed; all by default
 */
export function selectOf(store: RecordStore, fields: readonly RecordField[] = RECORD_FIELD_NAMES): string[] {
  return [...new Set([...SYSTEM_FIELDS, ...dealFields(store), ...fields.map(field => wireName(store, field))])]
}

/** Where a record says which deal it is about. A deal has no deal above it: there our own field alone says it. */
export function dealFields(store: RecordStore): string[] {
  return [...keepsDeals(store) ? [] : ['parentId2'], wireName(store, 'FB_DEAL')]
}

/** Fields of crm.item.add and crm.item.update that say which deal a record is about. */
export function dealLink(store: RecordStore, dealId: number): Record<string, number> {
  return Object.fromEntries(dealFields(store).map(name => [name, dealId]))
}

/** Filter for the records about a deal; `dealId` may be a `ref`. */
export function aboutDeal(store: RecordStore, dealId: number): Record<string, unknown> {
  return { [`=${keepsDeals(store) ? wireName(store, 'FB_DEAL') : 'parentId2'}`]: dealId }
}

/** An id in a field of a card: the portal writes 0 for nobody. */
export const idOf = (value: unknown): number | null => Number(value) > 0 ? Number(value) : null

/** The deal that a row names; null for none. */
export function dealIdOf(store: RecordStore, row: Record<string, unknown>): number | null {
  return dealFields(store).map(name => idFrom(row[name])).find(id => id !== null) ?? null
}

/** Name of one of our fields in crm.item.*, for filters and orders. @throws PortalError 'storeIncomplete' */
export function wireName(store: RecordStore, field: RecordField): string {
  return known(store.names[field], field)
}

/** Name of a native field of a card in crm.item.*. @throws PortalError 'storeIncomplete' */
export function nativeWireName(store: RecordStore, type: NativeType, field: NativeField): string {
  return known(store.native[type].names[field], field)
}

function known(name: string | undefined, field: string): string {
  if (!name) throw new PortalError('storeIncomplete', { detail: field })
  return name
}

/**
 * Our values as `fields` of crm.item.add and crm.item.update. Null and [] clear the field.
 * @throws PortalError 'storeIncomplete' when the portal has no such field or list value
 */
export function toWire(store: RecordStore, values: Partial<RecordValues>): Record<string, unknown> {
  return Object.fromEntries((Object.entries(values) as [RecordField, unknown][]).flatMap(([field, value]) => value === undefined
    ? []
    : [[wireName(store, field), valueToWire(RECORD_FIELDS[field], store.enums[field], value, field)]]))
}

/** The same for the native fields of a deal, contact or company. @throws PortalError 'storeIncomplete' */
export function toWireNative(store: RecordStore, type: NativeType, values: Partial<NativeValues>): Record<string, unknown> {
  const specs = nativeFieldsOf(type)
  return Object.fromEntries((Object.entries(values) as [NativeField, unknown][]).flatMap(([field, value]) => {
    const spec = specs[field]
    return value === undefined || !spec ? [] : [[nativeWireName(store, type, field), valueToWire(spec, store.native[type].enums[field], value, field)]]
  }))
}

/**
 * A record as crm.item.get, .list or .add return it. What is missing, unreadable or not asked for is null ('' for texts of the system).
 * @throws PortalError 'unreadable' without an id
 */
export function fromWire(store: RecordStore, item: unknown): WireRecord {
  const row = mapOf(item)
  const id = numberFrom(row.id)
  if (id === null) throw new PortalError('unreadable', { detail: 'an item without id' })
  return {
    id,
    title: textFrom(row.title) ?? '',
    categoryId: numberFrom(row.categoryId),
    stageId: textFrom(row.stageId) ?? '',
    assignedById: idFrom(row.assignedById),
    createdBy: idFrom(row.createdBy),
    createdTime: textFrom(row.createdTime) ?? '',
    updatedTime: textFrom(row.updatedTime) ?? '',
    contactId: idFrom(row.contactId),
    companyId: idFrom(row.companyId),
    dealId: dealIdOf(store, row),
    values: Object.fromEntries(RECORD_FIELD_NAMES.map(field =>
      [field, valueFromWire(RECORD_FIELDS[field], store.enums[field], row[store.names[field]])])) as RecordValues
  }
}

/** Some of our fields of a row, as `fromWire` reads all of them: for lists of many thousands. */
export function readFields<F extends RecordField>(store: RecordStore, row: Record<string, unknown>, fields: readonly F[]): Pick<RecordValues, F> {
  const read = (field: F): unknown => valueFromWire(RECORD_FIELDS[field], store.enums[field], row[store.names[field]])
  return Object.fromEntries(fields.map(field => [field, read(field)])) as Pick<RecordValues, F>
}

/** The native fields of a card as crm.item.* returns it. */
export function fromWireNative(store: RecordStore, type: NativeType, item: unknown): NativeValues {
  const row = mapOf(item)
  const { names, enums } = store.native[type]
  const read = (field: NativeField): unknown => {
    const [spec, name] = [nativeFieldsOf(type)[field], names[field]]
    return spec && name ? valueFromWire(spec, enums[field], row[name]) : null
  }
  return {
    FB_LAST_SCORE: read('FB_LAST_SCORE') as number | null,
    FB_LAST_GROUP: read('FB_LAST_GROUP') as NativeValues['FB_LAST_GROUP'],
    FB_LAST_AT: read('FB_LAST_AT') as string | null,
    FB_ASK_LANG: read('FB_ASK_LANG') as string | null,
    FB_NOT_BEFORE: read('FB_NOT_BEFORE') as string | null,
    FB_OPT_OUT: read('FB_OPT_OUT') === true
  }
}

function valueToWire(spec: FieldSpec, ids: EnumIds | undefined, value: unknown, field: string): unknown {
  if (spec.multiple) {
    const list = listOf(value).map(xmlId => enumId(ids, xmlId, field))
    return list.length > 0 ? list : ['']
  }
  if (value === null) return ''
  if (spec.type === 'enumeration') return enumId(ids, value, field)
  if (spec.type === 'boolean') return value === true ? 'Y' : 'N'
  if (spec.type === 'money') {
    const { amount, currency } = value as Money
    return `${amount}|${currency}`
  }
  return value
}

function enumId(ids: EnumIds | undefined, xmlId: unknown, field: string): number {
  const id = ids?.[String(xmlId)]
  if (id === undefined) throw new PortalError('storeIncomplete', { detail: `${field} has no value ${String(xmlId)}` })
  return id
}

function valueFromWire(spec: FieldSpec, ids: EnumIds | undefined, value: unknown): unknown {
  if (spec.multiple) return listOf(value).flatMap(id => enumXmlId(ids, id) ?? [])
  switch (spec.type) {
    case 'enumeration': return enumXmlId(ids, value)
    case 'integer': case 'double': return numberFrom(value)
    case 'employee': return idFrom(value)
    case 'boolean': return value === true || ['Y', '1', 'true'].includes(String(value))
    case 'money': return moneyFrom(value)
    case 'date': case 'datetime': return dateFrom(value)
    default: return textFrom(value)
  }
}

/** A finite number, or null; the portal sends numbers as numbers, as text, or as '' for none. */
function numberFrom(value: unknown): number | null {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

/** The id of something, or null; the portal writes 0 for nobody. */
function idFrom(value: unknown): number | null {
  return numberFrom(value) || null
}

function textFrom(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null
}

function dateFrom(value: unknown): string | null {
  const text = textFrom(value)
  return text === null || Number.isNaN(Date.parse(text)) ? null : text
}

function moneyFrom(value: unknown): Money | null {
  const [amount, currency = ''] = (textFrom(value) ?? '').split('|')
  const number = numberFrom(amount)
  return number === null ? null : { amount: number, currency }
}

/** crm.item.get; its result is `{ item }`. */
export function getItem(entityTypeId: number, id: number): Command {
  return { method: 'crm.item.get', params: { entityTypeId, id } }
}

/** crm.item.add; its result is `{ item }`. `fields` are wire fields: `{ title, categoryId, …, ...toWire(store, values) }`. */
export function addItem(entityTypeId: number, fields: Record<string, unknown>): Command {
  return { method: 'crm.item.add', params: { entityTypeId, fields } }
}

/** crm.item.update; its result is `{ item }`. */
export function updateItem(entityTypeId: number, id: number, fields: Record<string, unknown>): Command {
  return { method: 'crm.item.update', params: { entityTypeId, id, fields } }
}
