import { mayRecord, type RecordAction } from '../../rights'
import type { Item, State } from '../../state'
import { fieldTitle } from '../field-titles'
import { filterOf, orderOf, PAGE, pageOf, type Column, type Kind } from '../filter'
import { intOf, isRecord, listOf, phpArray, recordOf, refused, RestError, textOf, type Call, type MethodTable } from '../handler'
import { COMPANY, CONTACT, DEAL, fieldsOf, isKnownType, itemToWire, namesOf, toStored, type RecordField } from '../record-fields'
import { categoriesOf, changeRecord, createRecord, itemOf, itemsOf, nextId, removeRecord, stageDirectory } from '../records'

interface Shape { entityTypeId: number; fields: RecordField[]; wire: Map<string, string>; column: Map<string, RecordField>; original: boolean }

function shapeOf({ portal, params, log }: Call): Shape {
  const entityTypeId = intOf(params.entityTypeId)
  if (!isKnownType(portal.state, entityTypeId)) throw new RestError('NOT_FOUND', 'Smart process not found')
  const original = params.useOriginalUfNames === 'Y' || params.useOriginalUfNames === true
  if (/^[01]$/.test(textOf(params.useOriginalUfNames)) && typeof params.useOriginalUfNames !== 'boolean') log('useOriginalUfNames: send Y or N')
  const fields = fieldsOf(portal.state, entityTypeId)
  return { entityTypeId, fields, ...namesOf(fields, original), original }
}

const NUMERIC = new Set(['integer', 'double', 'user', 'employee', 'enumeration', 'money', 'crm_entity', 'crm_category', 'crm_company',
  'crm_contact', 'crm_lead', 'crm_deal', 'crm_quote'])

function kindOf(field: RecordField): Kind {
  if (field.type === 'date' || field.type === 'datetime') return 'moment'
  if (field.type === 'boolean') return field.user ? 'flag' : 'boolean'
  return NUMERIC.has(field.type) ? 'number' : 'text'
}

const columnFinder = (shape: Shape) => (name: string): Column<Item> | undefined => {
  const field = shape.column.get(name)
  if (!field || field.disabled) return undefined
  return { kind: kindOf(field), value: item => field.name === 'ID' ? item.id : item.fields[field.name] }
}

const ALIASES: Record<string, string> = { WORK: 'Work', HOME: 'Home', MOBILE: 'Mobile', MAILING: 'Mailing', FAX: 'Fax', PAGER: 'Pager', OTHER: 'Other' }

function contactsOf(item: Item, withAliases: boolean): Record<string, unknown> {
  if (item.entityTypeId !== CONTACT && item.entityTypeId !== COMPANY) return {}
  const fm = item.fm.map(({ id, typeId, valueType, value }) => ({ id, valueType, value, typeId }))
  if (!withAliases) return { fm }
  const flat: Record<string, string> = { email: item.fm.find(row => row.typeId === 'EMAIL')?.value ?? '',
    phone: item.fm.find(row => row.typeId === 'PHONE')?.value ?? '' }
  for (const { typeId, valueType, value } of item.fm) flat[`${typeId.toLowerCase()}${ALIASES[valueType] ?? valueType}`] ??= value
  return { ...flat, fm }
}

/** Columns of a deal that the page shows and that are always empty in a single record. */
const EMPTY_IN_DEALS = [
  'dateCreateShort', 'dateModifyShort', 'productId', 'begindateShort', 'closedateShort', 'eventDate', 'eventDateShort', 'eventId',
  'eventDescription', 'orderStage',
  'isWork', 'isWon', 'isLose', 'receivedAmount', 'lostAmount', 'hasProducts'
]
const DEAL_MARKS = { isNew: 'N', isReturnCustomer: 'N', isRepeatedApproach: 'N' }

const whole = (shape: Shape, item: Item): Record<string, unknown> => ({
  ...itemToWire(item, shape.fields, shape.wire, null), ...(item.entityTypeId === DEAL
    ? { ...Object.fromEntries(EMPTY_IN_DEALS.map(name => [name, null])), searchContent: textOf(item.fields.TITLE).toUpperCase(), ...DEAL_MARKS } : {}),
  ...contactsOf(item, true), entityTypeId: item.entityTypeId
})

/** The record of a call. A foreign record is refused in the words of the method's page. */
function found(call: Call, shape: Shape, action: RecordAction): Item {
  const item = itemOf(call.portal.state, shape.entityTypeId, intOf(call.params.id))
  if (!item) throw new RestError('NOT_FOUND', shape.entityTypeId > 100 || action !== 'read' ? 'Item not found' : 'Element not found')
  if (!mayRecord(call.portal.state, call.user, action, item)) throw refused('ACCESS_DENIED', action === 'read'
    ? 'You do not have permission to view this item' : 'Access denied')
  return item
}

/** Reads `fields`: unknown and read-only keys are ignored and logged, values are cast. `fm` is returned apart. */
function readFields(call: Call, shape: Shape): { values: Record<string, unknown>; fm: unknown } {
  const values: Record<string, unknown> = {}
  let fm: unknown
  for (const [name, value] of Object.entries(recordOf(call.params.fields))) {
    if (name === 'fm' && (shape.entityTypeId === CONTACT || shape.entityTypeId === COMPANY)) {
      fm = value
      continue
    }
    const field = shape.column.get(name)
    if (!field || field.readOnly || field.disabled) call.log(`fields.${name}: ${!field ? 'unknown key' : field.readOnly ? 'read only' : 'switched off in this type'}, ignored`)
    else values[field.name] = toStored(field, value, call.log)
  }
  return { values, fm }
}

/** A client that the caller may not read is left out without a word, or refused by switch. */
function withoutUnreadableClients(call: Call, values: Record<string, unknown>): void {
  const { portal: { state, switches }, user } = call
  for (const [name, entityTypeId] of [['CONTACT_ID', CONTACT], ['CONTACT_IDS', CONTACT], ['COMPANY_ID', COMPANY], ['COMPANY_IDS', COMPANY]] as const) {
    const ids = listOf(values[name]).map(Number)
    const hidden = ids.filter(id => {
      const client = itemOf(state, entityTypeId, id)
      return client && !mayRecord(state, user, 'read', client)
    })
    if (!hidden.length) continue
    if (switches.unreadableClientRefused) throw refused('ACCESS_DENIED', 'Access denied')
    values[name] = Array.isArray(values[name]) ? ids.filter(id => !hidden.includes(id)) : null
    call.log(`${name}: no right to read the client, left out`, 'refusal')
  }
}

function writeFm(state: State, item: Item, fm: unknown): void {
  for (const row of listOf(fm).filter(isRecord)) {
    const typeId = row.typeId === 'PHONE' ? 'PHONE' : 'EMAIL'
    const known = item.fm.find(other => other.id === intOf(row.id))
    if (known && (row.delete === 'Y' || row.value === '')) item.fm.splice(item.fm.indexOf(known), 1)
    else if (known) Object.assign(known, { value: textOf(row.value), valueType: textOf(row.valueType) || known.valueType })
    else item.fm.push({ id: nextId(state, 'fm'), typeId, valueType: textOf(row.valueType) || 'WORK', value: textOf(row.value) })
  }
  item.fields.HAS_EMAIL = item.fm.some(row => row.typeId === 'EMAIL') ? 'Y' : 'N'
  item.fields.HAS_PHONE = item.fm.some(row => row.typeId === 'PHONE') ? 'Y' : 'N'
}

const PARENTS: Record<string, number> = { crm_company: COMPANY }
const MY_COMPANY = { isMyCompany: true, isEmbeddedEditorEnabled: true }

const defaultCategory = ({ portal: { state } }: Call, { entityTypeId }: Shape): number => categoriesOf(state,
  entityTypeId).find(category => category.isDefault)?.id ?? 0

/**
 * What the index on ids does for a portal (page: settings/performance/huge-data.md): a page without a count, in the order of ids, looks no further
 * than it has to. Null for any other list.
 */
function pageAlongIds(
  items: readonly Item[], { order, filter, start }: Record<string, unknown>, test: (item: Item) => boolean
): ReturnType<typeof pageOf<Item>> | null {
  const [[name, direction] = [], ...others] = Object.entries(isRecord(order) ? order : {})
  if (name !== 'id' || others.length > 0 || intOf(start) >= 0) return null
  const falling = String(direction).toUpperCase() === 'DESC'
  const edge = Number((isRecord(filter) ? filter : {})[falling ? '<id' : '>id'])
  // records are kept in the order in which they were made
  let low = 0
  for (let high = items.length; !Number.isNaN(edge) && low < high;) {
    const middle = (low + high) >> 1
    if (items[middle]!.id < edge + (falling ? 0 : 1)) low = middle + 1
    else high = middle
  }
  const rows: Item[] = []
  const step = falling ? -1 : 1
  const first = Number.isNaN(edge) ? (falling ? items.length - 1 : 0) : falling ? low - 1 : low
  for (let index = first; index >= 0 && index < items.length && rows.length < PAGE; index += step) {
    const item = items[index]!
    if (test(item)) rows.push(item)
  }
  return { rows, total: 0 }
}

export const itemMethods: MethodTable = {
  // api-reference/crm/universal/crm-item-fields.md
  'crm.item.fields': call => {
    const shape = shapeOf(call)
    return {
      result: {
        fields: Object.fromEntries(shape.fields.filter(field => !field.disabled).map(field => [shape.wire.get(field.name) ?? field.name, {
          type: field.type, isRequired: field.user?.mandatory ?? false, isReadOnly: field.readOnly, isImmutable: false,
          isMultiple: field.multiple, isDynamic: field.user !== null,
          ...(field.user?.enum.length ? { items: field.user.enum.map(({ id, value }) => ({ ID: String(id), VALUE: value })) } : {}),
          ...(field.name === 'CONTACT_ID' ? { isDeprecated: true } : {}),
          ...(field.type === 'crm_status' ? { statusType: field.statusType || stageDirectory(shape.entityTypeId, defaultCategory(call, shape)) } : {}),
          title: field.user ? (field.user.editFormLabel[call.user.lang] ?? Object.values(field.user.editFormLabel)[0] ?? field.name)
            : fieldTitle(field.name, call.user.lang) ?? field.name.toLowerCase().replaceAll('_', ' '),
          ...(field.user ? { settings: field.user.settings } : PARENTS[field.type] ? { settings: { parentEntityTypeId: PARENTS[field.type], ...(field.name === 'MYCOMPANY_ID' ? MY_COMPANY : {}) } } : {}),
          upperName: field.name
        }]))
      }
    }
  },
  // api-reference/crm/universal/crm-item-get.md
  'crm.item.get': call => {
    const shape = shapeOf(call)
    return { result: { item: whole(shape, found(call, shape, 'read')) } }
  },
  // api-reference/crm/universal/crm-item-list.md; a list holds the caller's part only
  'crm.item.list': call => {
    const shape = shapeOf(call)
    const { portal: { state }, params, user, log } = call
    const select = listOf(params.select).map(String)
    const all = !select.length || select.includes('*')
    for (const name of select) if (name !== '*' && !shape.column.has(name)) log(`select: unknown field ${name}${name === 'fm' ? ', fm comes with * only' : ''}`)
    const find = columnFinder(shape)
    const wanted = filterOf<Item>(params.filter, find, { log })
    const test = (item: Item): boolean => mayRecord(state, user, 'read', item) && wanted(item)
    const order = orderOf<Item>(params.order, find, item => item.id)
    const records = itemsOf(state, shape.entityTypeId)
    const page = pageAlongIds(records, params, test) ?? pageOf(records.filter(test).sort(order), params.start)
    const chosen = new Set(select.flatMap(name => shape.column.get(name)?.name ?? []))
    // with original names and a select, the portal forgets id and its own fields
    const lossy = shape.original && !all
    if (lossy) log('useOriginalUfNames with select loses id and system fields in lists')
    const columns = all ? null : lossy ? new Set([...chosen].filter(name => name.startsWith('UF_'))) : new Set(['ID', ...chosen])
    const items = page.rows.map(item => ({
      ...itemToWire(item, shape.fields, shape.wire, columns), ...(select.includes('*') ? contactsOf(item, false) : {}),
      ...(all ? { entityTypeId: item.entityTypeId } : {})
    }))
    return { result: { items }, total: page.total, ...(page.next ? { next: page.next } : {}) }
  },
  // api-reference/crm/universal/crm-item-add.md
  'crm.item.add': call => {
    const shape = shapeOf(call)
    const { portal, user } = call
    if (!mayRecord(portal.state, user, 'add')) throw refused('ACCESS_DENIED', 'Access denied')
    const { values, fm } = readFields(call, shape)
    // whoever may add only own records becomes the responsible without being told
    if (user.role === 'own') values.ASSIGNED_BY_ID = user.id
    withoutUnreadableClients(call, values)
    const item = createRecord(portal, shape.entityTypeId, Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)), user.id)
    if (fm !== undefined) writeFm(portal.state, item, fm)
    return { result: { item: whole(shape, item) } }
  },
  // api-reference/crm/universal/import/crm-item-batch-import.md; who has only his own records has no right to import, and no process starts
  'crm.item.batchImport': call => {
    const shape = shapeOf(call)
    const { portal, user, params } = call
    if (user.role === 'own') throw refused('ACCESS_DENIED', 'Access denied')
    const data = listOf(params.data)
    if (data.length > 20) throw new RestError('MAX_IMPORT_BATCH_SIZE_EXCEEDED', 'You cannot import more than 20 items', 400, {}, 'rule')
    const items = data.map(fields => {
      try {
        const { values, fm } = readFields({ ...call, params: { ...params, fields } }, shape)
        withoutUnreadableClients(call, values)
        const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
        const item = portal.workflows.quietly(() => createRecord(portal, shape.entityTypeId, filled, user.id))
        if (fm !== undefined) writeFm(portal.state, item, fm)
        return { item: { id: item.id } }
      } catch (error) {
        if (!(error instanceof RestError)) throw error
        return { error: error.code, error_description: error.description }
      }
    })
    return { result: { items } }
  },
  // api-reference/crm/duplicates/crm-duplicate-find-by-comm.md
  'crm.duplicate.findbycomm': ({ portal: { state }, params, user, log }) => {
    const [type, wanted] = [textOf(params.type).toUpperCase(), listOf(params.values).map(value => textOf(value).trim().toLowerCase())]
    if (typeof params.type !== 'string') throw new RestError('Communication type is not defined', 'Parameter \'type\' is required.', 400, {}, 'rule')
    if (type !== 'EMAIL' && type !== 'PHONE') {
      throw new RestError(`Communication type '${type}' is not supported in current context`, 'Unknown communication type.', 400, {}, 'rule')
    }
    if (wanted.length > 20) log('values: more than 20')
    const all: [string, number][] = [['CONTACT', CONTACT], ['COMPANY', COMPANY]]
    const kinds = all.filter(([name]) => !params.entity_type || textOf(params.entity_type) === name)
    return {
      result: phpArray(kinds.flatMap(([name, entityTypeId]): [string, number[]][] => {
        const ids = itemsOf(state, entityTypeId).filter(item => mayRecord(state, user, 'read', item)
          && item.fm.some(row => row.typeId === type && wanted.includes(row.value.toLowerCase()))).map(item => item.id)
        return ids.length > 0 ? [[name, ids]] : []
      }))
    }
  },
  // api-reference/crm/universal/crm-item-update.md
  'crm.item.update': call => {
    const shape = shapeOf(call)
    const item = found(call, shape, 'update')
    const { values, fm } = readFields(call, shape)
    withoutUnreadableClients(call, values)
    changeRecord(call.portal, item, values, call.user.id)
    if (fm !== undefined) writeFm(call.portal.state, item, fm)
    return { result: { item: whole(shape, item) } }
  },
  // api-reference/crm/universal/crm-item-delete.md
  'crm.item.delete': call => {
    const shape = shapeOf(call)
    removeRecord(call.portal.state, found(call, shape, 'delete'))
    call.portal.workflows.recordRemoved()
    return { result: [] }
  },
  // api-reference/crm/deals/contacts/crm-deal-contact-items-get.md
  'crm.deal.contact.items.get': call => contactRows(call, 2, 'Not found.'),
  // api-reference/crm/companies/contacts/crm-company-contact-items-get.md; its page names no error for an unknown id
  'crm.company.contact.items.get': call => contactRows(call, COMPANY, 'Not found.')
}

function contactRows({ portal: { state }, user, params }: Call, entityTypeId: number, missing: string): { result: unknown } {
  if (intOf(params.id) <= 0) throw new RestError('', 'The parameter ownerEntityID is invalid or not defined.', 400, {}, 'rule')
  const item = itemOf(state, entityTypeId, intOf(params.id))
  if (!item) throw new RestError('', missing)
  if (!mayRecord(state, user, 'read', item)) throw refused('ACCESS_DENIED', 'Access denied!')
  return { result: listOf(item.fields.CONTACT_IDS).map((id, index) => ({ CONTACT_ID: Number(id), SORT: (index + 1) * 10, ROLE_ID: 0,
    IS_PRIMARY: index === 0 ? 'Y' : 'N' })) }
}
