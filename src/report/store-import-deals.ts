import type { Portal } from '@/portal/client'
import { DEAL } from '@/portal/fields'
import { listNewestFirst } from '@/portal/paging'
import { listOf, mapOf } from '@/portal/php-array'
import { keepsDeals, type RecordStore } from '@/portal/record-store'
import type { ImportMapping } from './model/import/mapping'
import type { ImportTable } from './model/import/table'

/** A field of deals that could hold a score or a comment. */
export interface DealField {
  /** name in crm.item.* */
  name: string
  title: string
  /** id of a list value → its text; null for what is no list */
  items: Map<string, string> | null
}

const TYPES = new Set(['string', 'text', 'integer', 'double', 'enumeration'])

/** Fields that people have added to deals and that hold text, numbers or values of a list; not our own. Source: crm.item.fields. @throws PortalError */
export async function loadDealFields(portal: Portal, store: RecordStore): Promise<DealField[]> {
  const own = new Set<string>([...Object.values(store.native[DEAL].names), ...keepsDeals(store) ? Object.values(store.names) : []])
  const { fields } = mapOf(await portal.call('crm.item.fields', { entityTypeId: DEAL }))
  return Object.entries(mapOf(fields)).map(([name, field]) => ({ name, ...mapOf(field) } as Record<string, unknown> & { name: string }))
    .filter(field => !own.has(field.name) && field.isDynamic === true && field.isMultiple !== true && TYPES.has(String(field.type)))
    .map(({ name, title, type, items }) => ({
      name, title: String(title ?? name),
      items: type === 'enumeration' ? new Map(listOf(items).map(mapOf).map(({ ID, VALUE }) => [String(ID), String(VALUE ?? '')])) : null
    }))
}

export interface DealSource {
  pipeline: number
  score: DealField
  comment: DealField | null
  /** closedate: the day of closing; movedTime: of the last stage; createdTime */
  date: 'closedate' | 'movedTime' | 'createdTime'
}

/** Columns of the table that deals are read into. */
export const DEAL_MAPPING: ImportMapping = { id: 'id', date: 'date', score: 'score', comment: 'comment', deal: 'deal' }

/**
 * Deals of a pipeline in which a score was kept, as a table for the dry run; the line of a deal is its number.
 * @returns null when no deal that the viewer may see has one
 * @throws PortalError; the signal's reason
 */
export async function readDeals(portal: Portal, { pipeline, score, comment, date }: DealSource, signal?: AbortSignal): Promise<ImportTable | null> {
  const query = { entityTypeId: DEAL, filter: { '=categoryId': pipeline }, select: [date, score.name, ...comment ? [comment.name] : []] }
  const rows: ImportTable['rows'] = []
  for await (const batch of listNewestFirst(portal, query, Infinity)) {
    signal?.throwIfAborted()
    for (const row of batch) {
      const value = textIn(row, score)
      if (value !== '') rows.push({ line: row.id, cells: [`deal.${row.id}`, String(row[date] ?? ''), value, comment ? textIn(row, comment) : '', String(row.id)] })
    }
  }
  return rows.length === 0 ? null : { delimiter: ',', headers: ['id', 'date', 'score', 'comment', 'deal'], rows, uneven: [] }
}

function textIn(row: Record<string, unknown>, { name, items }: DealField): string {
  const raw = row[name] === null || row[name] === undefined ? '' : String(row[name])
  return (items?.get(raw) ?? (items ? '' : raw)).trim()
}
