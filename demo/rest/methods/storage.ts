import { isoOf } from '../../clock'
import type { Storage, StorageItem } from '../../state'
import { filterOf, orderOf, pageOf, type Column } from '../filter'
import { intOf, recordOf, refused, RestError, textOf, type Call, type MethodTable } from '../handler'
import { nextId } from '../records'

/** 50 characters less "APP_", the app's code and "_" (page: api-reference/entity/index.md). */
const CODE_LENGTH = 13
const LEVELS = ['R', 'W', 'X'] as const
type Level = typeof LEVELS[number]

const argument = (name: string): RestError => new RestError('ERROR_ARGUMENT', `Argument '${name}' is null or empty`, 400, { argument: name }, 'rule')

function codeOf(value: unknown): string {
  const code = textOf(value).replace(/[^A-Za-z0-9_]/g, '')
  if (!code) throw argument('ENTITY')
  if (code.length > CODE_LENGTH) throw new RestError('ERROR_ARGUMENT', `Entity code is too long. Max length is ${CODE_LENGTH} characters.`,
    400, { argument: '' }, 'rule')
  return code
}

function storageOf({ portal: { state }, params }: Call): Storage {
  const code = codeOf(params.ENTITY)
  const storage = state.storages.find(other => other.entity === code)
  if (!storage) throw new RestError('ERROR_ENTITY_NOT_FOUND', 'Entity not found')
  return storage
}

/** The caller's level: the portal's administrators everything, others the best of their own and everybody's. */
function may({ user }: Call, storage: Storage, level: Level): boolean {
  const best = Math.max(...[storage.access[`U${user.id}`], storage.access.AU].map(code => code ? LEVELS.indexOf(code) : -1))
  return user.admin || best >= LEVELS.indexOf(level)
}

function storageFor(call: Call, level: Level): Storage {
  const storage = storageOf(call)
  if (!may(call, storage, level)) throw refused('ACCESS_DENIED', 'Access denied!')
  return storage
}

/** Unknown levels are left out; whoever sets the rights keeps X. */
function accessOf({ user, log }: Call, value: unknown): Record<string, Level> {
  const entries = Object.entries(recordOf(value)).flatMap(([code, raw]): [string, Level][] => {
    const level = LEVELS.find(other => other === raw)
    if (!level) log(`ACCESS.${code}: ${textOf(raw)} is no level, left out`)
    return level ? [[code, level]] : []
  })
  return { ...Object.fromEntries(entries), [`U${user.id}`]: 'X' }
}

const storageRow = ({ id, entity, name }: Storage): Record<string,
string> => ({ ID: String(id), IBLOCK_TYPE_ID: 'rest_entity', ENTITY: entity, NAME: name })

const itemRow = (storage: Storage, item: StorageItem): Record<string, unknown> => ({
  ID: String(item.id), TIMESTAMP_X: item.modified, MODIFIED_BY: String(item.modifiedBy), DATE_CREATE: item.created,
  CREATED_BY: String(item.createdBy), ACTIVE: item.active ? 'Y' : 'N',
  DATE_ACTIVE_FROM: '', DATE_ACTIVE_TO: '', SORT: String(item.sort), NAME: item.name, PREVIEW_PICTURE: null, PREVIEW_TEXT: null,
  DETAIL_PICTURE: null, DETAIL_TEXT: null, CODE: null,
  ENTITY: storage.entity, SECTION: null,
  ...(storage.properties.length ? { PROPERTY_VALUES: Object.fromEntries(storage.properties.map(({ property }) => [property,
    item.properties[property] ?? null])) } : {})
})

const ITEM_COLUMNS: Record<string, Column<StorageItem>> = {
  ID: { kind: 'number', value: item => item.id },
  NAME: { kind: 'text', value: item => item.name },
  SORT: { kind: 'number', value: item => item.sort },
  ACTIVE: { kind: 'boolean', value: item => item.active },
  CREATED_BY: { kind: 'number', value: item => item.createdBy },
  MODIFIED_BY: { kind: 'number', value: item => item.modifiedBy },
  DATE_CREATE: { kind: 'moment', value: item => item.created },
  TIMESTAMP_X: { kind: 'moment', value: item => item.modified }
}

function columnFinder({ log }: Call, storage: Storage): (name: string) => Column<StorageItem> {
  return name => {
    const property = storage.properties.find(other => `PROPERTY_${other.property}` === name)
    if (property) return { kind: property.type === 'N' ? 'number' : 'text', value: item => item.properties[property.property] }
    if (!ITEM_COLUMNS[name]) log(`unknown field ${name} in FILTER or SORT`)
    return ITEM_COLUMNS[name] ?? { kind: 'text', value: () => '' }
  }
}

/** Only properties of the storage are kept; all values are texts. */
function writeProperties({ params, log }: Call, storage: Storage, item: StorageItem): void {
  for (const [name, value] of Object.entries(recordOf(params.PROPERTY_VALUES))) {
    if (storage.properties.some(other => other.property === name)) item.properties[name] = typeof value === 'object' ? JSON.stringify(value) : textOf(value)
    else log(`unknown key PROPERTY_VALUES.${name}`)
  }
}

function itemFor(call: Call, storage: Storage): StorageItem {
  if (intOf(call.params.ID) <= 0) throw argument('ID')
  const item = storage.items.find(other => other.id === intOf(call.params.ID))
  if (!item) throw new RestError('ERROR_ITEM_NOT_FOUND', 'Item not found')
  return item
}

export const storageMethods: MethodTable = {
  // api-reference/entity/entities/*.md
  'entity.add': call => {
    const { portal: { state }, params } = call
    const entity = codeOf(params.ENTITY)
    if (state.storages.some(other => other.entity === entity)) throw new RestError('ERROR_ENTITY_ALREADY_EXISTS', 'Entity already exists')
    state.storages.push({ id: nextId(state, 'storage'), entity, name: textOf(params.NAME), access: accessOf(call, params.ACCESS),
      properties: [], items: [] })
    return { result: true }
  },
  'entity.get': call => {
    if (call.params.ENTITY === undefined) return { result: call.portal.state.storages.map(storageRow) }
    return { result: storageRow(storageOf(call)) }
  },
  // api-reference/entity/items/entity-item-add.md
  'entity.item.add': call => {
    const { portal, params, user } = call
    const storage = storageFor(call, 'W')
    const time = isoOf(portal.now())
    const item: StorageItem = {
      id: nextId(portal.state, 'storageItem'), name: textOf(params.NAME), properties: {}, createdBy: user.id, modifiedBy: user.id,
      created: time, modified: time, sort: 500, active: true
    }
    writeProperties(call, storage, item)
    storage.items.push(item)
    return { result: item.id }
  },
  // api-reference/entity/items/entity-item-get.md: PROPERTY_VALUES is there when the storage has properties
  'entity.item.get': call => {
    const storage = storageFor(call, 'R')
    const find = columnFinder(call, storage)
    const rows = storage.items.filter(filterOf<StorageItem>(call.params.FILTER, find)).sort(orderOf<StorageItem>(call.params.SORT, find, item => item.id))
    const page = pageOf(rows, call.params.start)
    return { result: page.rows.map(item => itemRow(storage, item)), total: page.total, ...(page.next ? { next: page.next } : {}) }
  },
  // api-reference/entity/items/entity-item-update.md
  'entity.item.update': call => {
    const storage = storageFor(call, 'W')
    const item = itemFor(call, storage)
    if (call.params.NAME !== undefined) item.name = textOf(call.params.NAME)
    writeProperties(call, storage, item)
    Object.assign(item, { modified: isoOf(call.portal.now()), modifiedBy: call.user.id })
    return { result: true }
  },
  // api-reference/entity/items/entity-item-delete.md
  'entity.item.delete': call => {
    const storage = storageFor(call, 'W')
    const item = itemFor(call, storage)
    storage.items = storage.items.filter(other => other !== item)
    return { result: true }
  },
  // api-reference/entity/items/properties/*.md
  'entity.item.property.add': call => {
    const { portal: { state }, params } = call
    const storage = storageFor(call, 'X')
    const property = textOf(params.PROPERTY)
    const type = textOf(params.TYPE) || 'S'
    if (type === 'L') throw new RestError('ERROR_UNSUPPORTED_PROPERTY_TYPE', 'Invalid property type', 400, {}, 'rule')
    if (type !== 'S' && type !== 'N' && type !== 'F') throw new RestError('ERROR_ARGUMENT', 'Wrong entity item property type', 400,
      { argument: 'TYPE' }, 'rule')
    if (storage.properties.some(other => other.property === property)) throw new RestError('ERROR_PROPERTY_ALREADY_EXISTS', 'Property already exists')
    storage.properties.push({ id: nextId(state, 'storageProperty'), property, name: textOf(params.NAME), type })
    return { result: true }
  },
  'entity.item.property.get': call => {
    const storage = storageFor(call, 'R')
    const rows = storage.properties.map(({ property, name, type },
      index) => ({ PROPERTY: property, NAME: name, TYPE: type, SORT: String((index + 1) * 100) }))
    if (call.params.PROPERTY === undefined) return { result: rows }
    const row = rows.find(other => other.PROPERTY === call.params.PROPERTY)
    if (!row) throw new RestError('ERROR_PROPERTY_NOT_FOUND', 'Property not found')
    return { result: row }
  }
}
