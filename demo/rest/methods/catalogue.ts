import { isoOf } from '../../clock'
import type { Category, ItemType, Status } from '../../state'
import { filterOf, orderOf, pageOf, type Column } from '../filter'
import { flagOf, intOf, isRecord, listOf, recordOf, RestError, textOf, type Call, type MethodTable } from '../handler'
import { COMPANY, CONTACT, DEAL, typeOf } from '../record-fields'
import { addCategory, categoriesOf, itemsOf, nextId, stagePrefix } from '../records'

const FLAGS = [
  'isCategoriesEnabled', 'isStagesEnabled', 'isBeginCloseDatesEnabled', 'isClientEnabled', 'isUseInUserfieldEnabled',
  'isLinkWithProductsEnabled', 'isMycompanyEnabled',
  'isDocumentsEnabled', 'isSourceEnabled', 'isObserversEnabled', 'isRecyclebinEnabled', 'isAutomationEnabled', 'isBizProcEnabled',
  'isSetOpenPermissions', 'isPaymentsEnabled',
  'isCountersEnabled'
] as const

const LINKS = ['CALENDAR_EVENT|UF_CRM_CAL_EVENT', 'TASKS_TASK|UF_CRM_TASK', 'TASKS_TASK_TEMPLATE|UF_CRM_TASK'] as const

/** A yes/no of relations and linked user fields: here only "true" and "false" count (page: crm-type-add.md). */
function textFlag({ log }: Call, name: string, value: unknown): 'Y' | 'N' {
  if (value === 'Y' || value === 'N') log(`${name}: send "true" or "false", ${value} does not work here`)
  return value === 'true' || value === true || value === 1 || value === '1' ? 'Y' : 'N'
}

interface Relation { entityTypeId: number; isChildrenListEnabled: string; isPredefined: string }

function readRelations(call: Call, raw: unknown, withClients: boolean): { parent: Relation[]; child: Relation[] } {
  const read = (side: string): Relation[] => listOf(recordOf(raw)[side]).filter(isRecord).map(relation => ({
    entityTypeId: intOf(relation.entityTypeId), isChildrenListEnabled: textFlag(call, `relations.${side}.isChildrenListEnabled`,
      relation.isChildrenListEnabled ?? 'false'), isPredefined: 'N'
  }))
  const clients = withClients ? [CONTACT, COMPANY].map(entityTypeId => ({ entityTypeId, isChildrenListEnabled: 'Y', isPredefined: 'Y' })) : []
  return { parent: [...clients, ...read('parent').filter(relation => !clients.some(client => client.entityTypeId === relation.entityTypeId))], child: read('child') }
}

/** Takes over the given settings; relations are replaced as a whole (page: crm-type-update.md). */
function applyType(call: Call, type: ItemType, fields: Record<string, unknown>): void {
  for (const flag of FLAGS) {
    if (!(flag in fields)) continue
    if (fields[flag] === 'true' || fields[flag] === 'false') call.log(`fields.${flag}: "${String(fields[flag])}" is a text, send Y or N`)
    type.fields[flag] = flagOf(fields[flag]) ? 'Y' : 'N'
  }
  if ('relations' in fields) type.fields.relations = readRelations(call, fields.relations, type.fields.isClientEnabled === 'Y')
  if ('linkedUserFields' in fields) {
    for (const key of Object.keys(recordOf(fields.linkedUserFields))) if (!LINKS.some(link => link === key)) call.log(`unknown key fields.linkedUserFields.${key}`)
    const given = recordOf(fields.linkedUserFields)
    const usable = type.fields.isUseInUserfieldEnabled === 'Y'
    type.fields.linkedUserFields = Object.fromEntries(LINKS.map(link => [link, usable && link in given
      ? textFlag(call, `linkedUserFields.${link}`, given[link]) : 'N']))
  }
  if (textOf(fields.title)) type.title = textOf(fields.title)
  if ('code' in fields) type.fields.code = textOf(fields.code)
}

const shortType = (type: ItemType): Record<string, unknown> => ({
  id: type.id, title: type.title, code: type.fields.code ?? '', createdBy: type.createdBy, entityTypeId: type.entityTypeId, customSectionId: null,
  ...Object.fromEntries(FLAGS.map(flag => [flag, type.fields[flag] ?? 'N'])), createdTime: type.createdTime, updatedTime: type.updatedTime,
  updatedBy: type.fields.updatedBy ?? type.createdBy
})

const wholeType = (type: ItemType): Record<string, unknown> =>
  ({ ...shortType(type), relations: type.fields.relations, linkedUserFields: type.fields.linkedUserFields, customSections: [] })

const TYPE_COLUMNS: Record<string, Column<ItemType>> = {
  id: { kind: 'number', value: type => type.id },
  title: { kind: 'text', value: type => type.title },
  code: { kind: 'text', value: type => type.fields.code },
  entityTypeId: { kind: 'number', value: type => type.entityTypeId },
  createdBy: { kind: 'number', value: type => type.createdBy },
  createdTime: { kind: 'moment', value: type => type.createdTime },
  updatedTime: { kind: 'moment', value: type => type.updatedTime }
}

function freeTypeId({ portal: { state } }: Call, wanted: unknown): number {
  if (wanted === undefined || wanted === null || wanted === '' || wanted === 0) {
    for (let id = 1030; ; id += 2) if (!typeOf(state, id)) return id
  }
  const id = intOf(wanted)
  if (!((id >= 128 && id <= 192) || (id >= 1030 && id % 2 === 0)) || typeOf(state, id)) throw new RestError('INVALID_ARG_VALUE',
    'entityTypeId is out of allowed range', 400, {}, 'rule')
  return id
}

function foundType(type: ItemType | undefined): ItemType {
  if (!type) throw new RestError('0', 'SPA not found')
  return type
}

/** Pipelines exist for deals, contacts, companies and smart processes. */
function pipelined({ portal: { state }, params }: Call): number {
  const id = intOf(params.entityTypeId)
  if (id === DEAL || id === CONTACT || id === COMPANY || typeOf(state, id)) return id
  if (id === 1 || id === 7) throw new RestError('ENTITY_TYPE_NOT_SUPPORTED', `Entity type ${id === 1 ? 'LEAD' : 'QUOTE'} is not supported`)
  throw new RestError('NOT_FOUND', 'Smart process not found')
}

const categoryRow = ({ id, name, sort, entityTypeId, isDefault }: Category): Record<string, unknown> =>
  ({ id, name, sort, entityTypeId, isDefault: isDefault ? 'Y' : 'N' })

const SEMANTICS: Record<string, string> = { '': 'process', 'S': 'success', 'F': 'failure' }

const statusRow = (status: Status): Record<string, unknown> => ({
  ID: String(status.id), ENTITY_ID: status.entityId, STATUS_ID: status.statusId, NAME: status.name, NAME_INIT: status.system ? status.name
    : '', SORT: String(status.sort),
  SYSTEM: status.system ? 'Y' : 'N', CATEGORY_ID: status.categoryId === null ? null : String(status.categoryId), COLOR: status.color,
  SEMANTICS: status.semantics || null,
  EXTRA: { SEMANTICS: SEMANTICS[status.semantics], COLOR: status.color }
})

const STATUS_COLUMNS: Record<string, Column<Status>> = {
  ID: { kind: 'number', value: status => status.id },
  ENTITY_ID: { kind: 'text', value: status => status.entityId },
  STATUS_ID: { kind: 'text', value: status => status.statusId },
  NAME: { kind: 'text', value: status => status.name },
  SORT: { kind: 'number', value: status => status.sort },
  SYSTEM: { kind: 'boolean', value: status => status.system },
  CATEGORY_ID: { kind: 'number', value: status => status.categoryId },
  COLOR: { kind: 'text', value: status => status.color },
  SEMANTICS: { kind: 'text', value: status => status.semantics }
}

/** The pipeline of a stage directory; null when the directory holds no stages. */
function pipelineOf({ portal: { state } }: Call, directory: string): Category | null {
  const [, type, id] = /^(?:DEAL|DYNAMIC_(\d+))_STAGE(?:_(\d+))?$/.exec(directory) ?? []
  if (!directory.includes('_STAGE')) return null
  return state.categories.find(category => category.entityTypeId === (type ? Number(type) : DEAL) && category.id === Number(id ?? 0)) ?? null
}

function foundStatus({ portal: { state }, params }: Call): Status {
  const id = intOf(params.id)
  if (id <= 0) throw new RestError('Invalid identifier.', 'An incorrect identifier was passed.', 400, {}, 'rule')
  const status = state.statuses.find(other => other.id === id)
  if (!status) throw new RestError('Status is not found.', 'The element was not found.')
  return status
}

/** In progress < success < failure by SORT, exactly one success stage (page: crm-status-add.md). */
function checkOrder(call: Call, entityId: string, semantics: string, sort: number, self?: Status): void {
  const others = call.portal.state.statuses.filter(status => status.entityId === entityId && status !== self)
  const success = others.find(status => status.semantics === 'S')
  const fail = (text: string): never => { throw new RestError('', text, 400, {}, 'rule') }
  if (semantics === '' && success && sort > success.sort) {
    fail('Cannot create more stages after the final stage because the final successful stage already exists. Try using sort order values less than that of the final stage.')
  }
  if (semantics === 'F' && success && sort < success.sort) fail('Error on creating status.')
  if (semantics === 'S' && (others.some(status => status.semantics === '' && status.sort > sort)
    || others.some(status => status.semantics === 'F' && status.sort < sort))) fail('Error on updating status.')
  if (semantics === 'S' && success) fail('Error on creating status.')
}

export const catalogueMethods: MethodTable = {
  // api-reference/crm/universal/user-defined-object-types/*.md
  'crm.type.add': call => {
    const { portal, params, user } = call
    const fields = recordOf(params.fields)
    const entityTypeId = freeTypeId(call, fields.entityTypeId)
    if (!portal.switches.smartProcesses) throw new RestError('CREATE_DYNAMIC_TYPE_RESTRICTED', 'Maximum number of SPAs exceeded')
    const time = isoOf(portal.now())
    const type: ItemType = { id: nextId(portal.state, 'type'), entityTypeId, title: textOf(fields.title), fields: {}, createdBy: user.id,
      createdTime: time, updatedTime: time }
    applyType(call, type, { ...Object.fromEntries(FLAGS.map(flag => [flag, flag === 'isSetOpenPermissions' ? 'Y' : 'N'])), relations: {},
      linkedUserFields: {}, ...fields })
    portal.state.types.push(type)
    portal.state.items.set(entityTypeId, new Map())
    addCategory(portal.state, entityTypeId, 'Общая', 100, true)
    // the page's reply has no code
    return { result: { type: Object.fromEntries(Object.entries(wholeType(type)).filter(([key]) => key !== 'code')) } }
  },
  'crm.type.update': call => {
    const { portal, params, user } = call
    const type = foundType(portal.state.types.find(other => other.id === intOf(params.id)))
    if (!portal.switches.smartProcesses) throw new RestError('UPDATE_DYNAMIC_TYPE_RESTRICTED',
      'You cannot change the SPA settings due to your plan\'s restrictions')
    applyType(call, type, recordOf(params.fields))
    type.updatedTime = isoOf(portal.now())
    type.fields.updatedBy = user.id
    return { result: { type: wholeType(type) } }
  },
  'crm.type.get': ({ portal, params }) => ({ result: { type: wholeType(foundType(portal.state.types.find(type => type.id === intOf(params.id)))) } }),
  'crm.type.list': ({ portal, params, log }) => {
    const find = (name: string): Column<ItemType> | undefined => TYPE_COLUMNS[name]
    const rows = portal.state.types.filter(filterOf<ItemType>(params.filter, find, { log })).sort(orderOf<ItemType>(params.order, find, type => type.id))
    const page = pageOf(rows, params.start)
    return { result: { types: page.rows.map(shortType) }, total: page.total, ...(page.next ? { next: page.next } : {}) }
  },
  // api-reference/crm/universal/category/*.md
  'crm.category.list': call => {
    const rows = categoriesOf(call.portal.state, pipelined(call))
    return { result: { categories: rows.map(category => ({ ...categoryRow(category), originId: '', originatorId: '' })) }, total: rows.length }
  },
  'crm.category.add': call => {
    const entityTypeId = pipelined(call)
    const fields = recordOf(call.params.fields)
    // deals: their default pipeline is fixed (page: crm-category-add.md)
    const isDefault = flagOf(fields.isDefault) && entityTypeId !== DEAL
    const { dealPipelines } = call.portal.switches
    if (entityTypeId === DEAL && 'isDefault' in fields) call.log('fields.isDefault: not available in deals, ignored')
    if (entityTypeId === DEAL && dealPipelines !== null && categoriesOf(call.portal.state, DEAL).length >= dealPipelines) {
      throw new RestError('0', 'The number of deal pipelines is limited by your plan')
    }
    if (isDefault && (entityTypeId === CONTACT || entityTypeId === COMPANY)) throw new RestError('0',
      'Default client category does not support updating default state')
    const sort = intOf(fields.sort) || 500
    return { result: { category: categoryRow(addCategory(call.portal.state, entityTypeId, textOf(fields.name).slice(0, 255), sort, isDefault)) } }
  },
  'crm.category.update': call => {
    const rows = categoriesOf(call.portal.state, pipelined(call))
    const category = rows.find(other => other.id === intOf(call.params.id))
    if (!category) throw new RestError('NOT_FOUND', 'Element not found')
    const fields = recordOf(call.params.fields)
    if (textOf(fields.name)) category.name = textOf(fields.name).slice(0, 255)
    if ('sort' in fields) category.sort = intOf(fields.sort)
    if (flagOf(fields.isDefault) && category.entityTypeId !== DEAL) for (const other of rows) other.isDefault = other === category
    return { result: { category: categoryRow(category) } }
  },
  // api-reference/crm/status/*.md
  'crm.status.list': call => {
    const { portal, params, log } = call
    const find = (name: string): Column<Status> | undefined => {
      const column = STATUS_COLUMNS[name.toUpperCase()]
      if (!column) log(`unknown field ${name} in filter or order`)
      return column ?? { kind: 'text', value: () => '' }
    }
    const order = Object.keys(recordOf(params.order)).length ? params.order : { SORT: 'ASC' }
    const rows = portal.state.statuses.filter(filterOf<Status>(params.filter, find)).sort(orderOf<Status>(order, find, status => status.id))
    return { result: rows.map(statusRow), total: rows.length }
  },
  'crm.status.add': call => {
    const { portal: { state }, params } = call
    const fields = recordOf(params.fields)
    const entityId = textOf(fields.ENTITY_ID)
    const pipeline = pipelineOf(call, entityId)
    if (entityId.includes('_STAGE') ? !pipeline : !['SOURCE', 'CONTACT_TYPE', 'COMPANY_TYPE', 'DEAL_TYPE', 'INDUSTRY', 'HONORIFIC',
      'EMPLOYEES'].includes(entityId)) {
      throw new RestError('', 'Specified entity type is not supported.', 400, {}, 'rule')
    }
    const prefix = pipeline ? stagePrefix(pipeline.entityTypeId, pipeline.id) : ''
    const code = textOf(fields.STATUS_ID)
    const statusId = code.startsWith(prefix) ? code : prefix + code
    if (state.statuses.some(status => status.entityId === entityId && status.statusId === statusId)) throw new RestError('ERROR_CORE',
      'The specified status ID already exists.')
    const semantics = textOf(fields.SEMANTICS)
    if (semantics !== '' && semantics !== 'S' && semantics !== 'F') throw new RestError('', 'Error on creating status.', 400, {}, 'rule')
    const sort = 'SORT' in fields ? intOf(fields.SORT) : 10
    if (pipeline) checkOrder(call, entityId, semantics, sort)
    const status: Status = {
      id: nextId(state, 'status'), entityId, statusId, name: textOf(fields.NAME), sort, system: false, categoryId: pipeline
        && pipeline.id !== 0 ? pipeline.id : null,
      color: textOf(fields.COLOR), semantics
    }
    state.statuses.push(status)
    return { result: status.id }
  },
  'crm.status.update': call => {
    const status = foundStatus(call)
    const fields = recordOf(call.params.fields)
    const sort = 'SORT' in fields ? intOf(fields.SORT) : status.sort
    if (pipelineOf(call, status.entityId) && sort !== status.sort) checkOrder(call, status.entityId, status.semantics, sort, status)
    Object.assign(status, { sort, name: textOf(fields.NAME) || status.name, color: 'COLOR' in fields ? textOf(fields.COLOR) : status.color })
    return { result: true }
  },
  'crm.status.delete': call => {
    const { portal: { state }, params } = call
    const status = foundStatus(call)
    if (status.system && recordOf(params.params).FORCED !== 'Y') {
      throw new RestError('CRM System Status can be deleted only if parameter FORCED is specified and equal to "Y".',
        'A system element can only be deleted with FORCED.', 400, {}, 'rule')
    }
    const pipeline = pipelineOf(call, status.entityId)
    if (pipeline && itemsOf(state, pipeline.entityTypeId).some(item => item.fields.STAGE_ID === status.statusId)) {
      throw new RestError('There are active items in this status.', 'There are related items, deletion is not possible.')
    }
    state.statuses.splice(state.statuses.indexOf(status), 1)
    return { result: true }
  }
}

