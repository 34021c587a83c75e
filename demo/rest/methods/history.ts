import { isoOf } from '../../clock'
import { mayRecord } from '../../rights'
import type { StageHistory } from '../../state'
import { filterOf, orderOf, pageOf, type Column } from '../filter'
import { intOf, listOf, RestError, type MethodTable } from '../handler'
import { typeOf } from '../record-fields'
import { itemOf } from '../records'

const DEAL = 2

const HISTORY_COLUMNS: Record<string, Column<StageHistory>> = {
  ID: { kind: 'number', value: row => row.id },
  TYPE_ID: { kind: 'number', value: row => row.typeId },
  OWNER_ID: { kind: 'number', value: row => row.ownerId },
  CREATED_TIME: { kind: 'moment', value: row => row.createdTime },
  CATEGORY_ID: { kind: 'number', value: row => row.categoryId },
  STAGE_SEMANTIC_ID: { kind: 'text', value: row => row.semantic },
  STAGE_ID: { kind: 'text', value: row => row.stageId }
}

const historyRow = (row: StageHistory): Record<string, unknown> =>
  Object.fromEntries(Object.entries(HISTORY_COLUMNS).map(([name, { value }]) => [name, value(row)]))

export const historyMethods: MethodTable = {
  // api-reference/crm/crm-stage-history-list.md
  'crm.stagehistory.list': ({ portal: { state }, params, user }) => {
    const entityTypeId = intOf(params.entityTypeId)
    if (entityTypeId !== DEAL && !typeOf(state, entityTypeId)) throw new RestError('ENTITY_TYPE_NOT_SUPPORTED', 'Entity type is not supported')
    const mayRead = (ownerId: number): boolean => {
      const item = itemOf(state, entityTypeId, ownerId)
      return item !== undefined && mayRecord(state, user, 'read', item)
    }
    const find = (name: string): Column<StageHistory> | undefined => HISTORY_COLUMNS[name]
    const rows = state.stageHistory.filter(row => row.entityTypeId === entityTypeId).filter(filterOf(params.filter, find))
      .filter(({ ownerId }) => mayRead(ownerId)).sort(orderOf(params.order, find, row => row.id))
    const page = pageOf(rows, params.start)
    const select = listOf(params.select).map(String)
    const items = page.rows.map(historyRow).map(row => select.length === 0 ? row
      : Object.fromEntries(Object.entries(row).filter(([name]) => select.includes(name))))
    return { result: { items }, total: page.total, ...(page.next ? { next: page.next } : {}) }
  },
  // api-reference/common/system/server-time.md
  'server.time': ({ portal }) => ({ result: isoOf(portal.now()) })
}
