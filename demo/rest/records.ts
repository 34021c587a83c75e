import { isoOf } from '../clock'
import type { Category, DemoPortal, Item, State, Status } from '../state'
import { intOf, listOf, RestError } from './handler'
import { CONTACT, DEAL, typeOf } from './record-fields'

/** Hands out the next id of a collection. */
export function nextId(state: State, collection: string): number {
  return state.counters[collection] = (state.counters[collection] ?? 0) + 1
}

export const itemsOf = (state: State, entityTypeId: number): Item[] => [...state.items.get(entityTypeId)?.values() ?? []]

export const itemOf = (state: State, entityTypeId: number, id: number): Item | undefined => state.items.get(entityTypeId)?.get(id)

/** The stage directory of a pipeline: DEAL_STAGE, DEAL_STAGE_<id>, DYNAMIC_<type>_STAGE_<id> (page: api-reference/crm/status/index.md). */
export const stageDirectory = (entityTypeId: number, categoryId: number): string =>
  entityTypeId === DEAL ? (categoryId === 0 ? 'DEAL_STAGE' : `DEAL_STAGE_${categoryId}`) : `DYNAMIC_${entityTypeId}_STAGE_${categoryId}`

/** The prefix that stage codes of a pipeline carry: none for the deals' first pipeline, C<id>: or DT<type>_<id>: elsewhere. */
export const stagePrefix = (entityTypeId: number, categoryId: number): string =>
  entityTypeId === DEAL ? (categoryId === 0 ? '' : `C${categoryId}:`) : `DT${entityTypeId}_${categoryId}:`

export const stagesOf = (state: State, entityTypeId: number, categoryId: number): Status[] =>
  state.statuses.filter(status => status.entityId === stageDirectory(entityTypeId, categoryId)).sort((a, b) => a.sort - b.sort || a.id - b.id)

export const categoriesOf = (state: State, entityTypeId: number): Category[] =>
  state.categories.filter(category => category.entityTypeId === entityTypeId).sort((a, b) => a.sort - b.sort || a.id - b.id)

/** A new pipeline with the portal's five stages (page: api-reference/crm/universal/category/crm-category-add.md). */
export function addCategory(state: State, entityTypeId: number, name: string, sort: number, isDefault: boolean, id = nextId(state, 'category')): Category {
  if (isDefault) for (const other of state.categories) if (other.entityTypeId === entityTypeId) other.isDefault = false
  const category: Category = { id, entityTypeId, name, sort, isDefault }
  state.categories.push(category)
  const stages: [string, string, Status['semantics'], string][] = entityTypeId === DEAL
    ? [['NEW', 'New', '', '#39A8EF'], ['PREPARATION', 'Preparation', '', '#2FC6F6'], ['EXECUTING', 'In progress', '', '#55D0E0'],
      ['WON', 'Won', 'S', '#7BD500'], ['LOSE', 'Lost', 'F', '#FF5752']]
    : [['NEW', 'Start', '', '#22B9FF'], ['PREPARATION', 'Preparation', '', '#88B9FF'], ['CLIENT', 'Approval', '', '#10E5FC'],
      ['SUCCESS', 'Success', 'S', '#00FF00'], ['FAIL', 'Failure', 'F', '#FF0000']]
  stages.forEach(([code, label, semantics, color], index) => state.statuses.push({
    id: nextId(state, 'status'), entityId: stageDirectory(entityTypeId, id), statusId: stagePrefix(entityTypeId, id) + code, name: label,
    sort: (index + 1) * 10,
    // first, success and failure stages belong to the portal
    system: index === 0 || semantics !== '', categoryId: id === 0 ? null : id, color, semantics
  }))
  return category
}

function noteStage(portal: DemoPortal, item: Item, typeId: 1 | 2 | 3 | 5, stage: Status | undefined): void {
  const { state } = portal
  if (!stage) return
  state.stageHistory.push({
    id: nextId(state, 'stageHistory'), entityTypeId: item.entityTypeId, ownerId: item.id, typeId, createdTime: String(item.fields.MOVED_TIME),
    categoryId: intOf(item.fields.CATEGORY_ID), stageId: stage.statusId, semantic: stage.semantics || 'P'
  })
}

const hasStages = (state: State, entityTypeId: number): boolean => entityTypeId === DEAL || Boolean(typeOf(state, entityTypeId))

function stageIn(state: State, item: Item): Status | undefined {
  return stagesOf(state, item.entityTypeId, intOf(item.fields.CATEGORY_ID)).find(stage => stage.statusId === item.fields.STAGE_ID)
}

function keepClientsInStep(item: Item, changed: Record<string, unknown>): void {
  const pairs: [string, string][] = item.entityTypeId === CONTACT ? [['COMPANY_ID', 'COMPANY_IDS']] : [['CONTACT_ID', 'CONTACT_IDS']]
  for (const [one, many] of pairs) {
    if (many in changed) item.fields[one] = listOf(changed[many])[0] ?? null
    else if (one in changed) item.fields[many] = changed[one] ? [changed[one]] : []
  }
}

/** What the portal derives from a deal's stage. */
export const markDeal = (item: Item, stage: Status | undefined): void => {
  if (item.entityTypeId !== DEAL) return
  item.fields.STAGE_SEMANTIC_ID = stage?.semantics || 'P'
  item.fields.CLOSED = stage?.semantics ? 'Y' : 'N'
}

/** Creates a record with the portal's defaults: ids, pipeline, first stage, title, stage history. Values are already the stored ones. */
export function createRecord(portal: DemoPortal, entityTypeId: number, fields: Record<string, unknown>, byUserId: number, at = portal.now()): Item {
  const { state } = portal
  const type = typeOf(state, entityTypeId)
  const id = nextId(state, `item:${entityTypeId}`)
  const time = isoOf(at)
  const item: Item = { id, entityTypeId, fields: {}, fm: [] }
  Object.assign(item.fields, {
    ASSIGNED_BY_ID: byUserId, OPENED: 'Y', CREATED_BY: byUserId, UPDATED_BY: byUserId, CREATED_TIME: time, UPDATED_TIME: time,
    LAST_ACTIVITY_TIME: time, LAST_ACTIVITY_BY: byUserId
  })
  if (hasStages(state, entityTypeId)) {
    const categories = categoriesOf(state, entityTypeId)
    const wanted = fields.CATEGORY_ID ?? categories.find(other => stagesOf(state, entityTypeId,
      other.id).some(stage => stage.statusId === fields.STAGE_ID))?.id
    const category = categories.find(other => other.id === wanted) ?? categories.find(other => other.isDefault) ?? categories[0]
    item.fields.CATEGORY_ID = category?.id ?? 0
    item.fields.STAGE_ID = stagesOf(state, entityTypeId, category?.id ?? 0)[0]?.statusId ?? ''
    Object.assign(item.fields, { MOVED_TIME: time, MOVED_BY: byUserId, BEGINDATE: `${time.slice(0, 10)}T00:00:00${time.slice(19)}` })
  }
  Object.assign(item.fields, fields, hasStages(state, entityTypeId) ? { CATEGORY_ID: item.fields.CATEGORY_ID } : {})
  if (!item.fields.TITLE && entityTypeId !== CONTACT) item.fields.TITLE = entityTypeId === DEAL ? `Deal #${id}` : `${type?.title ?? 'Company'} #${id}`
  if (fields.STAGE_ID && !stageIn(state, item)) item.fields.STAGE_ID = stagesOf(state, entityTypeId, intOf(item.fields.CATEGORY_ID))[0]?.statusId ?? ''
  keepClientsInStep(item, fields)
  markDeal(item, stageIn(state, item))
  let store = state.items.get(entityTypeId)
  if (!store) state.items.set(entityTypeId, store = new Map())
  store.set(id, item)
  if (hasStages(state, entityTypeId)) noteStage(portal, item, 1, stageIn(state, item))
  portal.workflows.recordSaved(item, 'create', byUserId)
  return item
}

/**
 * Changes a record. Nothing happens, and no time is written, when nothing differs (page: crm-item-update.md).
 * @throws RestError CRM_FIELD_ERROR_VALUE_NOT_VALID for a stage of another pipeline
 */
export function changeRecord(portal: DemoPortal, item: Item, changes: Record<string, unknown>, byUserId: number, at = portal.now()): boolean {
  const { state } = portal
  const differs = ([name, value]: [string, unknown]): boolean => JSON.stringify(value ?? null) !== JSON.stringify(item.fields[name] ?? null)
  const changed = Object.fromEntries(Object.entries(changes).filter(differs))
  if (!Object.keys(changed).length) return false
  const categoryId = intOf(changed.CATEGORY_ID ?? item.fields.CATEGORY_ID)
  const stages = stagesOf(state, item.entityTypeId, categoryId)
  if (changed.CATEGORY_ID !== undefined && changed.STAGE_ID === undefined) changed.STAGE_ID = stages[0]?.statusId
  const stage = stages.find(other => other.statusId === (changed.STAGE_ID ?? item.fields.STAGE_ID))
  if (changed.STAGE_ID !== undefined && !stage) throw new RestError('CRM_FIELD_ERROR_VALUE_NOT_VALID', 'Invalid value for field "stageId"', 400, {}, 'rule')
  const moved = changed.STAGE_ID !== undefined
  const time = isoOf(at)
  if (moved) Object.assign(item.fields, { PREVIOUS_STAGE_ID: item.fields.STAGE_ID, MOVED_TIME: time, MOVED_BY: byUserId })
  Object.assign(item.fields, changed, { UPDATED_TIME: time, UPDATED_BY: byUserId })
  keepClientsInStep(item, changed)
  markDeal(item, stage)
  if (moved) noteStage(portal, item, changed.CATEGORY_ID !== undefined ? 5 : stage?.semantics ? 3 : 2, stage)
  portal.workflows.recordSaved(item, 'change', byUserId)
  return true
}

/** Deletes a record with what hangs on its timeline. */
export function removeRecord(state: State, item: Item): void {
  const { entityTypeId, id } = item
  state.items.get(entityTypeId)?.delete(id)
  state.activities = state.activities.filter(activity => activity.ownerTypeId !== entityTypeId || activity.ownerId !== id)
  state.stageHistory = state.stageHistory.filter(row => row.entityTypeId !== entityTypeId || row.ownerId !== id)
  const name = entityTypeName(entityTypeId)
  state.comments = state.comments.filter(comment => comment.entityType !== name || comment.entityId !== id)
}

/** Type name of the timeline: deal, contact, company, dynamic_<type>. */
export const entityTypeName = (entityTypeId: number): string => ({ 1: 'lead', 2: 'deal', 3: 'contact', 4: 'company' })[entityTypeId]
  ?? `dynamic_${entityTypeId}`

/** The type behind a timeline name; 0 for an unknown one. */
export function entityTypeByName(name: string): number {
  const known: Record<string, number> = { lead: 1, deal: 2, contact: 3, company: 4 }
  return known[name.toLowerCase()] ?? intOf(/^dynamic_(\d+)$/i.exec(name)?.[1])
}
