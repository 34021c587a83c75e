import { COMPANY, CONTACT, DEAL, isKnownType, typeOf } from '../rest/record-fields'
import { changeRecord, createRecord, itemOf, itemsOf } from '../rest/records'
import { RestError } from '../rest/handler'
import type { DemoPortal, Item } from '../state'
import { documentFields, entityTypeOf, printable, readField, toColumns } from './document'
import type { Kind } from './kind'
import { bagOf, propertyOf, type Bag, type Node, type Run } from './run'
import { flat, isEmpty, isList, NotServed, toBool, toInt, toMoment, toNumber, toText, type Property } from './values'

/** Who stands behind what a process does when nobody is named. */
const SYSTEM_USER = 1

/** Changes a record; the portal's refusal is logged, given back, and the process goes on. */
function change(run: Run, node: Node, item: Item, fields: Bag, modifiedBy: unknown = null): string | null {
  const { portal } = run
  const columns = toColumns(portal, item.entityTypeId, fields, value => run.usersOf(value), problem => run.log('error', problem, node), false)
  try {
    if (item.entityTypeId === DEAL && (columns.CATEGORY_ID ?? item.fields.CATEGORY_ID) !== item.fields.CATEGORY_ID) {
      throw new RestError('', 'A process cannot move a deal to another pipeline')
    }
    changeRecord(portal, item, columns, run.usersOf(modifiedBy)[0] ?? SYSTEM_USER)
    return null
  } catch (error) {
    if (!(error instanceof RestError)) throw error
    run.log('error', error.description, node)
    return error.description
  }
}

function create(run: Run, node: Node, entityTypeId: number, fields: Bag): Item {
  const columns = toColumns(run.portal, entityTypeId, fields, value => run.usersOf(value), problem => run.log('error', problem, node), true)
  const given = Object.fromEntries(Object.entries(columns).filter(([, value]) => !isEmpty(value)))
  return createRecord(run.portal, entityTypeId, given, Number(given.CREATED_BY) || SYSTEM_USER)
}

const LOOK_UPS = ['=', '!=', '>', '>=', '<', '<=', 'in', '!in', 'contain', '!contain', 'empty', '!empty']

interface Filter { field: string; operator: string; value: unknown }

/** The conditions of a look-up. Only "and" is served: the portal's activities disagree on what "or" binds. */
function filtersOf(properties: Bag): { filters: Filter[]; problems: string[] } {
  const rows = Object.values(bagOf(bagOf(properties.DynamicFilterFields).items)).map(bagOf).map(row => ({ condition: bagOf(row[0]), joiner: toText(row[1]) }))
  return {
    filters: rows.map(({ condition }) => ({ field: toText(condition.field), operator: toText(condition.operator), value: condition.value })),
    problems: rows.flatMap(({ condition, joiner }) => [
      ...(joiner === 'AND' ? [] : [`A look-up is joined by "${joiner}", only AND is served`]),
      ...(LOOK_UPS.includes(toText(condition.operator)) ? [] : [`A look-up by "${toText(condition.operator)}"`])
    ])
  }
}

/** One condition as the database compares: lists by their numeric id, texts whatever their case, nothing equals only ''. */
function matches(run: Run, item: Item, { field, operator, value: raw }: Filter): boolean {
  const known = documentFields(run.portal.state, item.entityTypeId).get(field)
  if (!known) throw new NotServed(`a look-up by the unknown field ${field}`)
  const { property: { type }, column } = known
  const stored = field === 'ID' ? item.id : item.fields[column.name]
  const numeric = ['int', 'double', 'user', 'UF:crm'].includes(type) || column.user?.userTypeId === 'enumeration'
  const cast = (one: unknown): number | string => {
    if (type === 'user') return run.usersOf(one)[0] ?? 0
    if (type === 'bool') return toBool(one) ? 'y' : 'n'
    if (type === 'date' || type === 'datetime') return toMoment(one)?.time ?? 0
    return !numeric ? toText(one).toLowerCase() : isEmpty(one) && type !== 'int' ? '' : toNumber(one)
  }
  const own = flat(stored ?? null).map(one => type === 'user' ? Number(one) : isEmpty(one) && type !== 'bool' ? null : cast(one))
  const value = run.resolve(raw)
  const wanted = (isList(value) ? value : [value]).map(cast)
  const equals = (one: number | string): boolean => own.some(mine => mine === one || (mine === null && one === ''))
  const some = (test: (mine: number | string, one: number | string) => boolean): boolean =>
    own.some(mine => mine !== null && wanted.some(one => test(mine, one)))
  switch (operator) {
    case '=': return equals(wanted[0] ?? '')
    case '!=': return !equals(wanted[0] ?? '')
    case 'empty': return own.every(mine => mine === null)
    case '!empty': return !own.every(mine => mine === null)
    case 'in': return wanted.some(equals)
    case '!in': return !wanted.some(equals)
    case 'contain': return some((mine, one) => toText(mine).includes(toText(one)))
    case '!contain': return !some((mine, one) => toText(mine).includes(toText(one)))
    case '>': return some((mine, one) => mine > one)
    case '>=': return some((mine, one) => mine >= one)
    case '<': return some((mine, one) => mine < one)
    default: return some((mine, one) => mine <= one)
  }
}

/** The first record that fits; without conditions any record does. */
const find = (run: Run, entityTypeId: number, filters: Filter[]): Item | undefined =>
  itemsOf(run.portal.state, entityTypeId).sort((a, b) => a.id - b.id).find(item => filters.every(filter => matches(run, item, filter)))

const knownType = ({ DynamicTypeId }: Bag, { state }: DemoPortal): string[] =>
  isKnownType(state, toInt(DynamicTypeId)) ? [] : [`There is no type ${toText(DynamicTypeId)}`]

const typesOf = (declared: unknown): Record<string, Property> =>
  Object.fromEntries(Object.entries(bagOf(declared)).map(([name, raw]) => [name, propertyOf(raw)]))

/** Fields of a record, typed as the template declares them (undeclared: text). */
function give(run: Run, node: Node, item: Item, names: string[], declared: unknown): void {
  run.setResults(node, Object.fromEntries(names.map(name => [name, readField(run.portal.state, item, name).value])), typesOf(declared))
}

/** A value as the older CRM functions give it: people and list items by their number, people with the ending _USER as user_5. */
function rawField(run: Run, item: Item, name: string, asText: boolean): unknown {
  const { state } = run.portal
  const base = name.endsWith('_USER') ? name.slice(0, -5) : name
  const { property, value } = readField(state, item, base)
  if (base !== name) return value
  if (asText) return printable(state, property, value, property.type === 'user' ? 'friendly' : 'printable')
  const column = documentFields(state, item.entityTypeId).get(name)?.column
  const isRaw = column && (column.user ? column.user.enum.length > 0 : property.type === 'user')
  return isRaw ? item.fields[column.name] ?? null : value
}

const ENTITIES: Record<string, [number, string]> = { DEAL: [DEAL, 'D'], CONTACT: [CONTACT, 'C'], COMPANY: [COMPANY, 'CO'] }

export const crmKinds: Record<string, Kind> = {
  SetFieldActivity: {
    properties: ['FieldValue', 'ModifiedBy', 'MergeMultipleFields'], required: ['FieldValue'], results: { ErrorMessage: 'string' },
    run(run, node) {
      const { item } = run
      const fields = bagOf(run.get(node, 'FieldValue'))
      if (node.properties.MergeMultipleFields === 'Y') {
        for (const [name, value] of Object.entries(fields)) {
          const { property, value: before } = readField(run.portal.state, item, name)
          if (property.multiple) fields[name] = [...new Set([...flat(before), ...flat(value)].filter(one => !isEmpty(one)))]
        }
      }
      run.setResults(node, { ErrorMessage: change(run, node, item, fields, run.get(node, 'ModifiedBy')) })
    }
  },
  CrmGetDataEntityActivity: {
    properties: ['DocumentType', 'EntityId', 'EntityType', 'EntityFields', 'PrintableVersion'],
    check: ({ DocumentType, EntityType, EntityFields }, { state }) => [
      ...(entityTypeOf(state, DocumentType) === null ? ['The document type is wrong'] : []),
      ...(toText(EntityType) in ENTITIES ? [] : [`Records of the type "${toText(EntityType)}"`]),
      ...(isEmpty(Object.keys(bagOf(EntityFields))) ? ['No fields are chosen'] : [])
    ],
    run(run, node) {
      const [entityTypeId, letter] = ENTITIES[toText(node.properties.EntityType)] ?? [0, '']
      const ids = flat(run.get(node, 'EntityId')).map(toText)
        .flatMap(text => /^\d+$/.test(text) ? [Number(text)] : text.startsWith(`${letter}_`) ? [toInt(text.slice(letter.length + 1))] : [])
      const item = itemOf(run.portal.state, entityTypeId, ids[0] ?? 0)
      if (!item) return
      const declared = bagOf(node.properties.EntityFields)
      run.setResults(node, Object.fromEntries(Object.keys(declared).map(name => [name, rawField(run, item, name, run.get(node, 'PrintableVersion') === 'Y')])))
    }
  },
  CrmGetDynamicInfoActivity: {
    properties: ['DynamicTypeId', 'DynamicFilterFields', 'ReturnFields', 'DynamicEntityFields', 'OnlyDynamicEntities'],
    required: ['DynamicTypeId', 'ReturnFields'],
    check: (properties, portal) => [...knownType(properties, portal), ...filtersOf(properties).problems],
    run(run, node) {
      const item = find(run, toInt(node.properties.DynamicTypeId), filtersOf(node.properties).filters)
      if (item) give(run, node, item, flat(node.properties.ReturnFields).map(toText), node.properties.DynamicEntityFields)
      else run.log('error', 'No such record', node)
    }
  },
  CrmCreateDynamicActivity: {
    properties: ['DynamicTypeId', 'DynamicEntitiesFields', 'OnlyDynamicEntities'], required: ['DynamicTypeId'], results: { ItemId: 'int' },
    check: (properties, portal) => [...knownType(properties, portal), ...Object.keys(bagOf(properties.DynamicEntitiesFields))
      .filter(name => !name.startsWith(`${toText(properties.DynamicTypeId)}_`)).map(name => `${name} does not begin with the type`)],
    run(run, node) {
      const typeId = toInt(node.properties.DynamicTypeId)
      const fields = Object.entries(bagOf(run.get(node, 'DynamicEntitiesFields')))
        .map(([name, value]): [string, unknown] => [name.slice(`${typeId}_`.length), value])
      run.setResults(node, { ItemId: create(run, node, typeId, Object.fromEntries(fields)).id })
    }
  },
  // fact 90; unlike a smart process's, the fields bear their own names
  CreateCrmDealDocumentActivity: {
    properties: ['Fields'], required: ['Fields'], results: { DealId: 'int', ErrorMessage: 'string' },
    run(run, node) {
      run.setResults(node, { DealId: create(run, node, DEAL, bagOf(run.get(node, 'Fields'))).id })
    }
  },
  CrmUpdateDynamicActivity: {
    properties: ['DynamicTypeId', 'DynamicId', 'DynamicFilterFields', 'DynamicEntitiesFields'], required: ['DynamicTypeId'], dynamicOnly: true,
    check: (properties, portal) => [
      ...(typeOf(portal.state, toInt(properties.DynamicTypeId)) ? [] : [`${toText(properties.DynamicTypeId)} is no smart process`]),
      ...filtersOf(properties).problems,
      // the portal casts the unread property to a number: an expression becomes 0 and the filter alone decides
      ...(/[^\d\s]/.test(toText(properties.DynamicId)) && !filtersOf(properties).filters.some(({ field }) => field === 'ID')
        ? ['An expression in DynamicId counts as 0: a filter by ID is needed'] : [])
    ],
    run(run, node) {
      const typeId = toInt(node.properties.DynamicTypeId)
      const id = toInt(node.properties.DynamicId)
      const item = find(run, typeId, [...(id ? [{ field: 'ID', operator: '=', value: id }] : []), ...filtersOf(node.properties).filters])
      if (item) change(run, node, item, bagOf(run.get(node, 'DynamicEntitiesFields')))
      else run.log('error', 'No such record', node)
    }
  }
}
