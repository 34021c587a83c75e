import { ref } from '@/portal/batch-command'
import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { COMPANY, CONTACT, DEAL, nativeFieldsOf, RECORD_FIELDS, type FieldSpec, type NativeField, type NativeType, type RecordField } from '@/portal/fields'
import { listOf, mapOf } from '@/portal/php-array'
import { fieldOwner, userFieldName, type EnumIds, type RecordStore } from '@/portal/record-store'
import { runAll, resultOf, runInOrder } from './commands'
import type { Finding } from './finding'
import { FIELD_LABELS, nameByLanguage, userTypeOf, valueName } from './names'
import type { StoreType } from './store-place'

/** A field that we need, with its full name in this portal. */
interface WantedField {
  entityTypeId: number
  /** on the card of a client or deal; else on our records, which may be deals too */
  isNative: boolean
  /** owner in the user-field methods: CRM_13, CRM_DEAL … */
  entityId: string
  field: RecordField | NativeField
  fullName: string
  spec: FieldSpec
}

/** A field as `crm.item.fields` describes it. */
interface FoundField {
  /** name in crm.item.* */
  name: string
  type: string
  isMultiple: boolean
  title: string
}

/** entityTypeId → full name → field */
type FoundFields = Map<number, Map<string, FoundField>>

interface EnumRow { id: string | number, value: string, def?: string, sort?: string | number, xmlId: string | null }
interface EnumField { id: string, rows: EnumRow[] }
/** full name → its list */
type FoundEnums = Map<string, EnumField>

type Replies = Record<string, Outcome<unknown>>

const NATIVE_ENTITIES: Record<NativeType, string> = { [DEAL]: 'CRM_DEAL', [CONTACT]: 'CRM_CONTACT', [COMPANY]: 'CRM_COMPANY' }
const NATIVE_TYPES: readonly NativeType[] = [DEAL, CONTACT, COMPANY]

/** Rows of a long text. More than one makes a form offer a text area (entityfieldprovider of the core). */
const TEXT_ROWS = 5
/** Digits behind the point of scores and coefficients. */
const PRECISION = 2

/**
 * Makes the fixed fields that are not there yet, on the records and on deal, contact and company; adds list values and labels that
 * are missing. Nothing of the portal is ever removed or changed in type.
 * @param langs languages of the portal; a label that is empty in one of them would drop the field from forms
 * @throws PortalError 'storeIncomplete' when a field with our name is of another type; its `detail` names all of them
 */
export async function makeFields(portal: Portal, type: StoreType, langs: readonly string[]): Promise<void> {
  const wanted = wantedFields(type)
  const found = await readFields(portal, type)
  const wrong = wanted.filter(field => isWrongType(field, found))
  if (wrong.length > 0) {
    throw new PortalError('storeIncomplete', { detail: wrong.map(field => describeWrongType(field, found)).join('; ') })
  }
  const [present, missing] = split(wanted, field => fieldOf(found, field) !== undefined)
  const unlabelled = present.filter(field => isUnlabelled(field, found))
  const enums = await readEnums(portal, present.filter(field => field.spec.type === 'enumeration'))
  const ids = await readFieldIds(portal, unlabelled)
  const lang = langs[0] ?? 'en'
  await runInOrder(portal, [
    ...missing.map(field => additionOf(field, langs, lang)),
    ...present.flatMap(field => valueUpdate(field, enums.get(field.fullName), lang)),
    ...unlabelled.map((field): Command => ({
      method: 'userfieldconfig.update',
      params: { moduleId: 'crm', id: ids.get(field.fullName), field: { editFormLabel: nameByLanguage(FIELD_LABELS[field.field], langs) } }
    }))
  ])
}

/** Reads only: fields, list values and labels that are missing, and fields of a wrong type. */
export async function inspectFields(portal: Portal, type: StoreType): Promise<Finding[]> {
  const wanted = wantedFields(type)
  const found = await readFields(portal, type)
  const present = wanted.filter(field => fieldOf(found, field) && !isWrongType(field, found))
  const enums = await readEnums(portal, present.filter(field => field.spec.type === 'enumeration'))
  return wanted.flatMap((field): Finding[] => {
    if (!fieldOf(found, field)) return [{ what: 'fieldMissing', name: field.fullName }]
    if (isWrongType(field, found)) return [{ what: 'fieldWrongType', name: field.fullName, detail: describeWrongType(field, found) }]
    return [
      ...isUnlabelled(field, found) ? [{ what: 'fieldUnlabelled', name: field.fullName } as const] : [],
      ...missingValues(field, enums.get(field.fullName)).map(value => ({ what: 'valueMissing', name: field.fullName, detail: value }) as const)
    ]
  })
}

/**
 * Names in crm.item.* and ids of list values, as this portal gives them.
 * @throws PortalError 'storeIncomplete' when something is missing; `detail` names it
 */
export async function fieldAddresses(portal: Portal, type: StoreType): Promise<Pick<RecordStore, 'names' | 'enums' | 'native'>> {
  const wanted = wantedFields(type)
  const lists = wanted.filter(field => field.spec.type === 'enumeration')
  const replies = await runAll<unknown>(portal, { ...fieldCommands(type), ...enumCommands(lists) })
  const found = fieldsFrom(replies, type)
  const absent = wanted.filter(field => !fieldOf(found, field))
  if (absent.length > 0) throw new PortalError('storeIncomplete', { detail: `missing: ${absent.map(field => field.fullName).join(', ')}` })
  const enums = enumsFrom(replies, lists)
  const lacking = lists.flatMap(field => missingValues(field, enums.get(field.fullName)).map(value => `${field.fullName}: ${value}`))
  if (lacking.length > 0) throw new PortalError('storeIncomplete', { detail: `missing list values: ${lacking.join(', ')}` })

  const of = (isOne: (field: WantedField) => boolean): { names: Record<string, string>, enums: Record<string, EnumIds> } => ({
    names: Object.fromEntries(wanted.filter(isOne).map(field => [field.field, fieldOf(found, field)!.name])),
    enums: Object.fromEntries(lists.filter(isOne).map(field => [field.field, idsOf(enums.get(field.fullName))]))
  })
  return {
    ...of(({ isNative }) => !isNative) as Pick<RecordStore, 'names' | 'enums'>,
    native: Object.fromEntries(NATIVE_TYPES.map(native => [native, of(({ isNative, entityTypeId }) => isNative && entityTypeId === native)])) as RecordStore['native']
  }
}

/** All fixed fields with their full names; a name must start with its owner and have at most 50 characters (userfieldconfig-add). */
function wantedFields(type: StoreType): WantedField[] {
  const records = (Object.entries(RECORD_FIELDS) as [RecordField, FieldSpec][]).map(([field, spec]): WantedField => ({
    entityTypeId: type.entityTypeId, isNative: false, entityId: fieldOwner(type), field, fullName: userFieldName(type, field), spec
  }))
  const natives = NATIVE_TYPES.flatMap(native => Object.entries(nativeFieldsOf(native)).map(([field, spec]): WantedField => ({
    entityTypeId: native, isNative: true, entityId: NATIVE_ENTITIES[native], field: field as NativeField, fullName: `UF_${NATIVE_ENTITIES[native]}_${field}`, spec
  })))
  return [...records, ...natives]
}

async function readFields(portal: Portal, type: StoreType): Promise<FoundFields> {
  return fieldsFrom(await runAll(portal, fieldCommands(type)), type)
}

/** @param lists fields that exist */
async function readEnums(portal: Portal, lists: readonly WantedField[]): Promise<FoundEnums> {
  return enumsFrom(await runAll(portal, enumCommands(lists)), lists)
}

const fieldCommands = (type: StoreType): Record<string, Command> => Object.fromEntries([type.entityTypeId, ...NATIVE_TYPES].map(entityTypeId => [
  `t${entityTypeId}`, { method: 'crm.item.fields', params: { entityTypeId } }
]))

function fieldsFrom(replies: Replies, type: StoreType): FoundFields {
  return new Map([type.entityTypeId, ...NATIVE_TYPES].map(entityTypeId => [entityTypeId, new Map(
    Object.entries(mapOf(mapOf(resultOf(replies[`t${entityTypeId}`])).fields)).map(([name, value]) => {
      const field = mapOf(value)
      return [String(field.upperName), { name, type: String(field.type), isMultiple: field.isMultiple === true, title: String(field.title ?? '') }]
    })
  )]))
}

/** Only `userfieldconfig.get` tells XML_IDs; it wants the numeric id, so each list is looked up and read in one go. */
const enumCommands = (lists: readonly WantedField[]): Record<string, Command> => Object.fromEntries(lists.flatMap(({ fullName }): [string, Command][] => [
  [`id_${fullName}`, idCommand(fullName)],
  [fullName, { method: 'userfieldconfig.get', params: { moduleId: 'crm', id: ref(`id_${fullName}`, 'fields', 0, 'id') } }]
]))

function enumsFrom(replies: Replies, lists: readonly WantedField[]): FoundEnums {
  return new Map(lists.map(({ fullName }) => {
    const field = mapOf(mapOf(resultOf(replies[fullName])).field)
    return [fullName, { id: String(field.id), rows: listOf<EnumRow>(field.enum) }]
  }))
}

async function readFieldIds(portal: Portal, fields: readonly WantedField[]): Promise<Map<string, string>> {
  if (fields.length === 0) return new Map()
  const replies = await runAll<{ fields: unknown }>(portal, Object.fromEntries(fields.map(({ fullName }) => [fullName, idCommand(fullName)])))
  return new Map(fields.map(({ fullName }) => [fullName, String(mapOf(listOf(resultOf(replies[fullName]).fields)[0]).id)]))
}

const idCommand = (fullName: string): Command => ({
  method: 'userfieldconfig.list', params: { moduleId: 'crm', select: { 0: 'id', 1: 'fieldName' }, filter: { fieldName: fullName } }
})

function additionOf({ entityId, fullName, field, spec }: WantedField, langs: readonly string[], lang: string): Command {
  return {
    method: 'userfieldconfig.add',
    params: {
      moduleId: 'crm',
      field: {
        entityId, fieldName: fullName, userTypeId: userTypeOf(spec), multiple: spec.multiple ? 'Y' : 'N', mandatory: 'N',
        showFilter: spec.type === 'text' ? 'N' : 'Y', editFormLabel: nameByLanguage(FIELD_LABELS[field], langs), ...settingsOf(spec),
        ...(spec.values?.length ? { enum: spec.values.map((xmlId, index) => ({ value: valueName(xmlId, lang), def: 'N', sort: (index + 1) * 10, xmlId })) } : {})
      }
    }
  }
}

function settingsOf(spec: FieldSpec): { settings?: Record<string, unknown> } {
  switch (spec.type) {
    case 'text': return { settings: { ROWS: TEXT_ROWS } }
    case 'double': return { settings: { PRECISION } }
    case 'enumeration': return { settings: { DISPLAY: 'LIST' } }
    default: return {}
  }
}

/** Present values travel along with their ids, so that nothing depends on whether the portal replaces or completes the list. */
function valueUpdate(field: WantedField, list: EnumField | undefined, lang: string): Command[] {
  const missing = missingValues(field, list)
  if (!list || missing.length === 0) return []
  const last = Math.max(0, ...list.rows.map(row => Number(row.sort ?? 0)))
  const present = list.rows.map(({ id, value, def, sort, xmlId }) => ({ id: Number(id), value, def: def ?? 'N', sort: Number(sort ?? 0), xmlId: xmlId ?? '' }))
  const added = missing.map((xmlId, index) => ({ value: valueName(xmlId, lang), def: 'N', sort: last + (index + 1) * 10, xmlId }))
  return [{
    method: 'userfieldconfig.update',
    params: { moduleId: 'crm', id: list.id, field: { userTypeId: 'enumeration', enum: [...present, ...added] } }
  }]
}

function missingValues(field: WantedField, list: EnumField | undefined): string[] {
  const present = new Set(list?.rows.map(row => row.xmlId))
  return (field.spec.values ?? []).filter(xmlId => !present.has(xmlId))
}

/** Values that people added have no XML_ID that we know; they keep theirs. */
function idsOf(list: EnumField | undefined): EnumIds {
  return Object.fromEntries((list?.rows ?? []).filter(row => row.xmlId).map(row => [row.xmlId!, Number(row.id)]))
}

const fieldOf = (found: FoundFields, field: WantedField): FoundField | undefined => found.get(field.entityTypeId)?.get(field.fullName)

function isWrongType(field: WantedField, found: FoundFields): boolean {
  const present = fieldOf(found, field)
  return present !== undefined && (present.type !== userTypeOf(field.spec) || present.isMultiple !== (field.spec.multiple ?? false))
}

function describeWrongType(field: WantedField, found: FoundFields): string {
  const present = fieldOf(found, field)
  const words = (type: string, isMultiple: boolean): string => isMultiple ? `${type}, multiple` : type
  return `${field.fullName} is ${words(present?.type ?? '', present?.isMultiple ?? false)} and must be ${words(userTypeOf(field.spec), field.spec.multiple ?? false)}`
}

/** Without a label the portal shows the code. */
function isUnlabelled(field: WantedField, found: FoundFields): boolean {
  const title = fieldOf(found, field)?.title ?? ''
  return title === '' || title === field.fullName
}

function split<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter(item => !test(item))]
}
