import { dayOf, isoOf, momentOf } from '../clock'
import type { Item, ItemType, State, UserField } from '../state'
import { flagOf, intOf, isRecord, listOf, RestError, textOf } from './handler'

export const DEAL = 2
export const CONTACT = 3
export const COMPANY = 4

/** One field of a CRM type, as crm.item.fields describes it. `name` is the UPPER_CASE column. */
export interface RecordField {
  name: string
  type: string
  multiple: boolean
  readOnly: boolean
  /** switched off in the settings of its smart process: reads as null */
  disabled: boolean
  statusType: string
  user: UserField | null
}

// name:type, `[]` multiple, `!` read only, `?flag` only when the smart process has that flag.
// Pages: api-reference/crm/universal/crm-item-fields.md and object-fields.md.
const COMMON = 'ID:integer! TITLE:string CREATED_TIME:datetime! UPDATED_TIME:datetime! CREATED_BY:user! UPDATED_BY:user! ASSIGNED_BY_ID:user OPENED:boolean '
  + 'WEBFORM_ID:integer LAST_ACTIVITY_TIME:datetime! LAST_ACTIVITY_BY:user! OBSERVERS:user[]'
const SOURCE = ' SOURCE_ID:crm_status=SOURCE SOURCE_DESCRIPTION:text'
const ORIGIN = ' ORIGINATOR_ID:string ORIGIN_ID:string UTM_SOURCE:string UTM_MEDIUM:string UTM_CAMPAIGN:string UTM_CONTENT:string UTM_TERM:string COMMENTS:text'
const MONEY = ' OPPORTUNITY:double CURRENCY_ID:crm_currency IS_MANUAL_OPPORTUNITY:boolean TAX_VALUE:double'

const SYSTEM: Record<number, string> = {
  [DEAL]: `${COMMON}${SOURCE}${ORIGIN}${MONEY} TYPE_ID:crm_status=DEAL_TYPE CATEGORY_ID:crm_category STAGE_ID:crm_status STAGE_SEMANTIC_ID:string! CLOSED:boolean! `
    + 'MOVED_TIME:datetime! MOVED_BY:user! BEGINDATE:date CLOSEDATE:date PROBABILITY:integer COMPANY_ID:crm_company CONTACT_ID:crm_contact '
    + 'CONTACT_IDS:crm_contact[] LEAD_ID:crm_lead QUOTE_ID:crm_quote ADDITIONAL_INFO:string LOCATION_ID:location IS_RECURRING:boolean',
  [CONTACT]: `${COMMON}${SOURCE}${ORIGIN} HONORIFIC:crm_status=HONORIFIC NAME:string SECOND_NAME:string LAST_NAME:string POST:string BIRTHDATE:date `
    + 'TYPE_ID:crm_status=CONTACT_TYPE COMPANY_ID:crm_company COMPANY_IDS:crm_company[] LEAD_ID:crm_lead EXPORT:boolean HAS_PHONE:boolean! HAS_EMAIL:boolean! CATEGORY_ID:crm_category',
  [COMPANY]: `${COMMON}${ORIGIN} TYPE_ID:crm_status=COMPANY_TYPE INDUSTRY:crm_status=INDUSTRY EMPLOYEES:crm_status=EMPLOYEES CURRENCY_ID:crm_currency REVENUE:double `
    + 'BANKING_DETAILS:string IS_MY_COMPANY:boolean CONTACT_IDS:crm_contact[] LEAD_ID:crm_lead HAS_PHONE:boolean! HAS_EMAIL:boolean! CATEGORY_ID:crm_category'
}

const SMART = `${COMMON} XML_ID:string CATEGORY_ID:crm_category?isCategoriesEnabled STAGE_ID:crm_status?isStagesEnabled PREVIOUS_STAGE_ID:crm_status!?isStagesEnabled `
  + 'MOVED_TIME:datetime!?isStagesEnabled MOVED_BY:user!?isStagesEnabled BEGINDATE:date?isBeginCloseDatesEnabled CLOSEDATE:date?isBeginCloseDatesEnabled '
  + 'COMPANY_ID:crm_company?isClientEnabled CONTACT_ID:crm_contact?isClientEnabled CONTACT_IDS:crm_contact[]?isClientEnabled '
  + 'SOURCE_ID:crm_status=SOURCE?isSourceEnabled SOURCE_DESCRIPTION:text?isSourceEnabled MYCOMPANY_ID:crm_company?isMycompanyEnabled '
  + 'OPPORTUNITY:double?isLinkWithProductsEnabled CURRENCY_ID:crm_currency?isLinkWithProductsEnabled IS_MANUAL_OPPORTUNITY:boolean?isLinkWithProductsEnabled '
  + 'TAX_VALUE:double?isLinkWithProductsEnabled'

export const typeOf = (state: State, entityTypeId: number): ItemType | undefined => state.types.find(type => type.entityTypeId === entityTypeId)

/** The object code of user fields: CRM_DEAL, CRM_CONTACT, CRM_COMPANY, CRM_<id of the smart process>. null for an unknown type. */
export function userFieldEntityOf(state: State, entityTypeId: number): string | null {
  const known: Record<number, string> = { [DEAL]: 'CRM_DEAL', [CONTACT]: 'CRM_CONTACT', [COMPANY]: 'CRM_COMPANY' }
  const type = typeOf(state, entityTypeId)
  return known[entityTypeId] ?? (type ? `CRM_${type.id}` : null)
}

export const isKnownType = (state: State, entityTypeId: number): boolean => userFieldEntityOf(state, entityTypeId) !== null

function parseField(spec: string, flags: Record<string, unknown>): RecordField {
  const [, name = '', type = 'string', multiple, readOnly, status = '', flag] = /^(\w+):(\w+)(\[\])?(!)?(?:=(\w+))?(?:\?(\w+))?$/.exec(spec) ?? []
  return { name, type, multiple: multiple !== undefined, readOnly: readOnly !== undefined, disabled: flag !== undefined
    && !flagOf(flags[flag]), statusType: status, user: null }
}

/** All fields of a type: the portal's own, links to parents, user fields. Empty for an unknown type. */
export function fieldsOf(state: State, entityTypeId: number): RecordField[] {
  const type = typeOf(state, entityTypeId)
  const specs = SYSTEM[entityTypeId] ?? (type ? SMART : null)
  if (!specs) return []
  const parents = isRecord(type?.fields.relations) ? listOf(type.fields.relations.parent).flatMap(parent => isRecord(parent)
    ? [intOf(parent.entityTypeId)] : []) : []
  return [
    ...specs.split(' ').map(spec => parseField(spec, type?.fields ?? {})),
    // clients are linked by contactId and companyId, not by a parent link
    ...parents.filter(id => id !== CONTACT && id !== COMPANY).map(id => ({ ...parseField(`PARENT_ID_${id}:crm_entity`, {}) })),
    ...state.userFields.filter(field => field.entityId === userFieldEntityOf(state, entityTypeId)).map(field => ({
      name: field.fieldName, type: field.userTypeId, multiple: field.multiple, readOnly: false, disabled: false, statusType: '', user: field
    }))
  ]
}

const camel = (name: string): string => name.toLowerCase().replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/**
 * crm.item names a field in camelCase (page: api-reference/crm/universal/index.md). User fields: only letters or only
 * digits after prefix and number → regular; letters and digits mixed → only the prefix changes.
 */
export function wireName(name: string): string {
  if (!name.startsWith('UF_CRM_')) return camel(name)
  const rest = name.slice('UF_CRM_'.length)
  const [, number, tail = rest] = /^(\d+)_(.+)$/.exec(rest) ?? []
  if (/^[\d_]+$/.test(tail)) return number ? `ufCrm${number}_${tail}` : `ufCrm_${rest}`
  return /^[A-Z_]+$/.test(tail) ? `ufCrm${number ?? ''}${camel(`_${tail}`)}` : `ufCrm_${rest}`
}

/** Names of a type's fields on the wire, in both directions. A name that is already taken stays UPPER_CASE. */
export function namesOf(fields: RecordField[], originalUserFields: boolean): { wire: Map<string, string>; column: Map<string, RecordField> } {
  const wire = new Map<string, string>()
  const column = new Map<string, RecordField>()
  for (const field of fields) {
    const short = wireName(field.name)
    const name = (field.user && originalUserFields) || column.has(short) ? field.name : short
    wire.set(field.name, name)
    column.set(name, field)
  }
  return { wire, column }
}

const NUMBERS = new Set(['integer', 'double', 'user', 'employee', 'enumeration', 'crm_company', 'crm_contact', 'crm_deal', 'crm_lead',
  'crm_quote', 'crm_category', 'crm_entity'])
/** Links and people of the portal's own fields are 0 when empty; everything else is null. */
const ZERO_WHEN_EMPTY = new Set(['crm_company', 'crm_contact', 'crm_category', 'double'])

/** A stored value as it goes out: ids and numbers as numbers, yes/no as Y and N, empty multiple fields as []. */
export function toWire(field: RecordField, value: unknown): unknown {
  if (field.disabled) return null
  if (field.multiple) return listOf(value).map(item => scalarToWire(field, item))
  return scalarToWire(field, value)
}

function scalarToWire(field: RecordField, value: unknown): unknown {
  const empty = value === undefined || value === null || value === ''
  if (field.type === 'boolean') return empty ? (field.user ? null : 'N') : flagOf(value) ? 'Y' : 'N'
  if (NUMBERS.has(field.type)) return empty ? (!field.user && ZERO_WHEN_EMPTY.has(field.type) ? 0 : null) : Number(value)
  return empty ? (field.type === 'datetime' || field.type === 'date' || field.user ? null : '') : String(value)
}

const notValid = (field: RecordField): RestError =>
  new RestError('CRM_FIELD_ERROR_VALUE_NOT_VALID', `Invalid value for field "${wireName(field.name)}"`, 400, { field: field.name }, 'rule')

/**
 * A value as the portal keeps it. Numbers are read as PHP reads them: garbage in an integer becomes 0, texts
 * stay as they are. Dates and list items are checked.
 * @throws RestError CRM_FIELD_ERROR_VALUE_NOT_VALID, or 100 for a scalar in a multiple field
 */
export function toStored(field: RecordField, value: unknown, log: (problem: string) => void): unknown {
  if (!field.multiple) return scalarToStored(field, Array.isArray(value) && value.length === 0 ? null : value, log)
  if (value === null || value === '') return []
  if (!Array.isArray(value) && !isRecord(value)) {
    throw new RestError('100', `Expected iterable value for multiple field, but got ${phpType(value)} instead`, 400, {}, 'rule')
  }
  return listOf(value).map(item => scalarToStored(field, item, log)).filter(item => item !== null)
}

const phpType = (value: unknown): string => typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'double') : typeof value

function scalarToStored(field: RecordField, value: unknown, log: (problem: string) => void): unknown {
  if (value === undefined || value === null || value === '') return null
  if (typeof value === 'object') {
    log(`fields.${wireName(field.name)}: an array for a single value`)
    throw notValid(field)
  }
  switch (field.type) {
    case 'date': case 'datetime': {
      const moment = momentOf(value)
      if (!moment) throw notValid(field)
      return field.type === 'date' ? dayOf(moment) : isoOf(moment)
    }
    case 'boolean':
      if (value === 'false' || value === 'true') log(`fields.${wireName(field.name)}: "${value}" is a text for the portal, send Y or N`)
      return flagOf(value) ? 'Y' : 'N'
    case 'enumeration':
      if (!field.user?.enum.some(item => item.id === Number(value))) throw notValid(field)
      return Number(value)
    case 'double': case 'money':
      return field.type === 'double' ? castNumber(field, value, Number.parseFloat(String(value)), log) : moneyOf(value)
    default:
      return NUMBERS.has(field.type) ? castNumber(field, value, intOf(value), log) : textOf(value)
  }
}

function castNumber(field: RecordField, value: unknown, cast: number, log: (problem: string) => void): number {
  if (!/^\s*-?\d+(\.\d+)?\s*$/.test(String(value))) log(`fields.${wireName(field.name)}: ${JSON.stringify(value)} is no number, kept as ${Number.isFinite(cast) ? cast : 0}`)
  return Number.isFinite(cast) ? cast : 0
}

const moneyOf = (value: unknown): string => String(value).includes('|') ? String(value) : `${Number.parseFloat(String(value)) || 0}|KZT`

/** A record as crm.item.get and crm.item.list give it, limited to the chosen columns (null = all). */
export function itemToWire(item: Item, fields: RecordField[], wire: Map<string, string>, columns: Set<string> | null): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const field of fields) {
    if (columns && !columns.has(field.name)) continue
    out[wire.get(field.name) ?? field.name] = field.name === 'ID' ? item.id : toWire(field, item.fields[field.name])
  }
  return out
}
