import { momentOf } from '../clock'
import { CONTACT, COMPANY, DEAL, fieldsOf, isKnownType, type RecordField } from '../rest/record-fields'
import { categoriesOf, itemOf, stagesOf } from '../rest/records'
import type { DemoPortal, Item, State } from '../state'
import type { Bag } from './run'
import { flat, isList, Moment, NotServed, TEXT, toBool, toInt, toMoment, toNumber, toText, type Property } from './values'

export type DocumentType = [string, string, string]

const NATIVE: Record<number, [string, string]> = {
  [DEAL]: ['CCrmDocumentDeal', 'DEAL'], [CONTACT]: ['CCrmDocumentContact', 'CONTACT'], [COMPANY]: ['CCrmDocumentCompany', 'COMPANY']
}
const DYNAMIC = 'Bitrix\\Crm\\Integration\\BizProc\\Document\\Dynamic'

/** What a process calls a type of records (fact 92). */
export function documentTypeOf(entityTypeId: number): DocumentType {
  const native = NATIVE[entityTypeId]
  return native ? ['crm', ...native] : ['crm', DYNAMIC, `DYNAMIC_${entityTypeId}`]
}

export const documentIdOf = ({ entityTypeId, id }: { entityTypeId: number; id: number }): string => `${documentTypeOf(entityTypeId)[2]}_${id}`

/** The type of records that a document type names; null for types that the portal does not have. */
export function entityTypeOf(state: State, documentType: unknown): number | null {
  const parts = isList(documentType) ? documentType.map(toText) : Object.values((documentType ?? {}) as Bag).map(toText)
  const found = [DEAL, CONTACT, COMPANY, ...state.types.map(type => type.entityTypeId)]
    .find(id => documentTypeOf(id).every((part, index) => part === parts[index]))
  return parts.length === 3 && found !== undefined && isKnownType(state, found) ? found : null
}

/** The record behind `['crm', …, 'DEAL_5']`; the module's own type must fit the id. */
export function itemOfDocument(state: State, documentId: unknown): Item | undefined {
  const parts = isList(documentId) ? documentId.map(toText) : Object.values((documentId ?? {}) as Bag).map(toText)
  const [, head, id] = /^(.+)_(\d+)$/.exec(parts[2] ?? '') ?? []
  const entityTypeId = entityTypeOf(state, [parts[0], parts[1], head])
  return entityTypeId === null ? undefined : itemOf(state, entityTypeId, Number(id))
}

/** `D_5`, `C_5`, `CO_5`, `T<hex type>_5`: how tasks and CRM fields name a record. */
export const crmCodeOf = ({ entityTypeId, id }: { entityTypeId: number; id: number }): string =>
  `${{ [DEAL]: 'D', [CONTACT]: 'C', [COMPANY]: 'CO' }[entityTypeId] ?? `T${entityTypeId.toString(16)}`}_${id}`

const cardOf = ({ entityTypeId, id }: Item): string => `/crm/${NATIVE[entityTypeId]?.[1].toLowerCase() ?? `type/${entityTypeId}`}/details/${id}/`

/** Names that differ between the columns of a record and its fields in a process. */
const RENAMED: Record<string, string> = { CREATED_TIME: 'DATE_CREATE', UPDATED_TIME: 'DATE_MODIFY', CREATED_BY: 'CREATED_BY_ID', UPDATED_BY: 'MODIFY_BY_ID' }

const TYPE: Record<string, string> = {
  integer: 'int', location: 'int', boolean: 'bool', enumeration: 'select', crm_status: 'select', crm_currency: 'select', crm_category: 'select',
  employee: 'user', money: 'UF:money'
}
const typeOfField = (type: string): string => TYPE[type] ?? (/^crm(_deal|_company|_contact|_entity|_lead|_quote)?$/.test(type) ? 'UF:crm' : type)

function optionsOf(state: State, entityTypeId: number, field: RecordField): Record<string, string> | undefined {
  if (field.user?.enum.length) return Object.fromEntries(field.user.enum.map(({ xmlId, value }) => [xmlId, value]))
  const categories = categoriesOf(state, entityTypeId)
  if (field.type === 'crm_category') return Object.fromEntries(categories.map(({ id, name }) => [String(id), name]))
  if (/^(PREVIOUS_)?STAGE_ID$/.test(field.name)) {
    return Object.fromEntries(categories.flatMap(category => stagesOf(state, entityTypeId, category.id)
      .map(stage => [stage.statusId, entityTypeId === DEAL ? stage.name : `${category.name}/${stage.name}`])))
  }
  if (field.type !== 'crm_status') return undefined
  return Object.fromEntries(state.statuses.filter(({ entityId }) => entityId === field.statusType).map(({ statusId, name }) => [statusId, name]))
}

interface DocumentField { property: Property; column: RecordField }

/** Fields of a type that processes read and write, under the names they use (facts 93, 94). */
export function documentFields(state: State, entityTypeId: number): Map<string, DocumentField> {
  return new Map(fieldsOf(state, entityTypeId).filter(column => !column.disabled).map(column => {
    const name = column.name === 'OBSERVERS' ? 'OBSERVER_IDS' : (NATIVE[entityTypeId] ? RENAMED[column.name] : undefined) ?? column.name
    const options = optionsOf(state, entityTypeId, column)
    return [name, { property: { type: typeOfField(column.type), multiple: column.multiple, ...(options ? { options } : {}) }, column }]
  }))
}

function readOne({ column, property: { type } }: DocumentField, value: unknown): unknown {
  const nothing = value === null || value === undefined || value === ''
  if (type === 'bool') return toBool(value) ? 'Y' : 'N'
  if (nothing) return column.user?.userTypeId === 'enumeration' ? '' : null
  switch (type) {
    case 'user': return Number(value) > 0 ? `user_${Number(value)}` : null
    case 'date': case 'datetime': return toMoment(value, type === 'datetime')
    case 'UF:crm': return Number(value) > 0 ? Number(value) : null
    case 'select': return column.user ? column.user.enum.find(item => item.id === Number(value))?.xmlId ?? '' : value
    default: return value
  }
}

const nameOfUser = (state: State, value: unknown): string => {
  const user = state.users.find(other => other.id === toInt(toText(value).replace('user_', '')))
  return user ? `${user.name} ${user.lastName}` : ''
}

/** A value as people read it (`> printable`, `> friendly`). */
export function printable(state: State, property: Property, value: unknown, format: string): string {
  return (isList(value) ? value : [value]).map(one => {
    if (property.type === 'user') {
      const [name, id] = [nameOfUser(state, one), toText(one).replace('user_', '')]
      return format === 'bbcode' ? `[USER=${id}]${name}[/USER]` : format === 'friendly' ? name : `${name} [${id}]`
    }
    if (format !== 'printable') throw new NotServed(`format ${format} of ${property.type}`)
    if (property.type === 'select') return property.options?.[toText(one)] ?? ''
    return property.type === 'bool' ? (toBool(one) ? 'Да' : 'Нет') : toText(one)
  }).join(', ')
}

const LAST: Record<string, string> = { LAST_EMAIL_DATE: 'CRM_EMAIL', LAST_FORM_DATE: 'CRM_WEBFORM' }

function lastActivity(state: State, item: Item, provider: string): string {
  const times = state.activities.filter(({ fields, bindings }) => fields.PROVIDER_ID === provider && fields.COMPLETED === 'Y'
    && bindings.some(to => to.ownerTypeId === item.entityTypeId && to.ownerId === item.id))
    .flatMap(({ fields }) => momentOf(fields.END_TIME || fields.CREATED)?.getTime() ?? [])
  return times.length ? new Moment(Math.max(...times)).toString() : ''
}

/** Fields that are made of others. undefined: there is no such field. */
function readMade(state: State, item: Item, name: string): { property: Property; value: unknown } | undefined {
  const [, client, rest] = /^(CONTACT|COMPANY)\.(.+)$/.exec(name) ?? []
  if (client && rest && item.entityTypeId === DEAL) {
    const other = itemOf(state, client === 'CONTACT' ? CONTACT : COMPANY, Number(item.fields[`${client}_ID`]))
    return other ? readField(state, other, rest) : { property: TEXT, value: null }
  }
  const [, last] = /^COMMUNICATIONS\.(\w+)$/.exec(name) ?? []
  const provider = LAST[last ?? '']
  if (provider) return { property: { type: 'datetime', multiple: false }, value: toMoment(lastActivity(state, item, provider)) ?? '' }
  const [, kind, valueType, shown] = /^(EMAIL|PHONE)(?:_(WORK|HOME|MOBILE|OTHER|MAILING))?(_PRINTABLE)?$/.exec(name) ?? []
  if (kind && (item.entityTypeId === CONTACT || item.entityTypeId === COMPANY)) {
    const values = item.fm.filter(row => row.typeId === kind && (!valueType || row.valueType === valueType)).map(row => row.value)
    return { property: { type: 'string', multiple: !shown }, value: shown ? values.join(', ') : values }
  }
  const user = state.users.find(other => other.id === Number(item.fields.ASSIGNED_BY_ID))
  const made: Record<string, string> = {
    CRM_ID: crmCodeOf(item), URL: cardOf(item), URL_BB: `[url=${cardOf(item)}]${toText(item.fields.TITLE)}[/url]`, ASSIGNED_BY_EMAIL: user?.email ?? '',
    ASSIGNED_BY_PRINTABLE: nameOfUser(state, item.fields.ASSIGNED_BY_ID), CREATED_BY_PRINTABLE: nameOfUser(state, item.fields.CREATED_BY)
  }
  if (name in made) return { property: TEXT, value: made[name] }
  const base = name.endsWith('_PRINTABLE') ? documentFields(state, item.entityTypeId).get(name.slice(0, -10)) : undefined
  if (!base) return undefined
  const { property, value } = readField(state, item, name.slice(0, -10))
  return { property: TEXT, value: printable(state, property, value, 'printable') }
}

/** Reads one field of a record as a process sees it. @throws NotServed for a name that the type does not have */
export function readField(state: State, item: Item, name: string): { property: Property; value: unknown } {
  const field = documentFields(state, item.entityTypeId).get(name)
  if (field) {
    const stored = name === 'ID' ? item.id : item.fields[field.column.name]
    const value = field.property.multiple ? flat(stored ?? []).map(one => readOne(field, one)) : readOne(field, stored)
    return { property: field.property, value }
  }
  const made = readMade(state, item, name)
  if (!made) throw new NotServed(`${documentTypeOf(item.entityTypeId)[2]} has no field ${name}`)
  return made
}

const TEXT_LIMIT = 65_535

/** Cuts at the size of the database's text column, never inside a character. */
const fit = (text: string): string => text.length * 4 <= TEXT_LIMIT ? text
  : new TextDecoder().decode(Buffer.from(text).subarray(0, TEXT_LIMIT), { stream: true })

function writeOne({ column, property: { type } }: DocumentField, value: unknown, users: (value: unknown) => number[], log: (problem: string) => void): unknown {
  if (type === 'user') return users(value)[0] ?? null
  if (type === 'bool') return toBool(value) ? 'Y' : 'N'
  const text = toText(value)
  if (text === '') return null
  switch (type) {
    case 'int': return toInt(value)
    case 'double': return toNumber(value)
    case 'UF:crm': return toInt(value) || null
    case 'date': case 'datetime': {
      const moment = toMoment(value, type === 'datetime')
      if (!moment) log(`${column.name}: "${text}" is no date`)
      return moment?.iso() ?? null
    }
    case 'select': {
      if (!column.user) return column.type === 'crm_category' ? toInt(value) : text
      const found = column.user.enum.find(item => item.xmlId === text) ?? column.user.enum.find(item => item.value === text)
      if (!found) log(`${column.name}: the list has no "${text}"`)
      return found?.id ?? null
    }
    default: return fit(text)
  }
}

/** Values of a process as the columns of a record. @throws NotServed for unknown fields and such that nobody may write */
export function toColumns(
  portal: DemoPortal, entityTypeId: number, fields: Bag, users: (value: unknown) => number[], log: (problem: string) => void, creates: boolean
): Record<string, unknown> {
  const known = documentFields(portal.state, entityTypeId)
  const columns: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    const field = known.get(name)
    if (!field) throw new NotServed(`${documentTypeOf(entityTypeId)[2]} has no field ${name}`)
    if (field.column.readOnly && !(creates && field.column.name === 'CREATED_BY')) throw new NotServed(`${name} cannot be written`)
    columns[field.column.name] = field.property.multiple
      ? field.property.type === 'user' ? users(value) : flat(value ?? []).map(one => writeOne(field, one, users, log)).filter(one => one !== null)
      : writeOne(field, isList(value) ? value[0] : value, users, log)
  }
  const stage = columns.STAGE_ID
  if (stage && columns.CATEGORY_ID === undefined && !NATIVE[entityTypeId]) {
    const category = categoriesOf(portal.state, entityTypeId)
      .find(({ id }) => stagesOf(portal.state, entityTypeId, id).some(({ statusId }) => statusId === stage))
    if (category) columns.CATEGORY_ID = category.id
  }
  return columns
}
