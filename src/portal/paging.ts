import { BATCH_LIMIT, ref } from './batch-command'
import type { Command, Params, Portal } from './client'
import { listOf } from './php-array'

/** Rows on a page of crm.item.list; fixed by the portal. */
export const PAGE = 50

export interface ListQuery {
  entityTypeId: number
  /** Conditions besides the position; must not use `<id`. */
  filter?: Params
  /** Names in crm.item.*; `id` is always asked for. */
  select: readonly string[]
  /** only records with a lower id: where an earlier walk ended */
  below?: number
}

/** A row of crm.item.list; its other fields are as the portal sends them. */
export interface ListedItem extends Record<string, unknown> {
  id: number
}

/**
 * The newest records of a type first, up to 2,500 with one request: pages are chained, each begins below the last id of the page before.
 *
 * Past the end of such a chain the reference leads nowhere. Newer portals refuse the page (INVALID_ARG_VALUE), older ones begin again from the
 * newest record. So the first page with less than 50 rows is the end, whatever follows it; ids that do not fall are dropped and end the list too.
 * Total counts are switched off (`start: -1`, documentation: settings/performance/huge-data).
 *
 * @param limit most rows to give
 * @yields the rows of one request, newest first; nothing when there are none
 * @throws PortalError of the request or of the first page that failed; 'limitReached' before a request that would take more than our share
 */
export async function* listNewestFirst(portal: Portal, query: ListQuery, limit: number): AsyncGenerator<ListedItem[], void, undefined> {
  let left = limit
  let lastId = query.below
  while (left > 0) {
    const pages = Math.min(BATCH_LIMIT, Math.ceil(left / PAGE))
    const { rows, ended } = await readChain(portal, query, pages, lastId)
    const given = rows.slice(0, left)
    if (given.length > 0) yield given
    if (ended) return
    left -= given.length
    lastId = rows.at(-1)?.id
  }
}

async function readChain(portal: Portal, query: ListQuery, pages: number, below: number | undefined): Promise<{ rows: ListedItem[], ended: boolean }> {
  const outcomes = await portal.batch<Record<string, { items?: unknown }>>(chain(query, pages, below), { halt: true })
  const rows: ListedItem[] = []
  let last = below ?? Infinity
  for (let page = 0; page < pages; page++) {
    const outcome = outcomes[nameOf(page)]
    if (!outcome?.ok) {
      if (outcome) throw outcome.error
      return { rows, ended: true }
    }
    const items = listOf<Record<string, unknown>>(outcome.result?.items)
    for (const item of items) {
      const id = Number(item.id)
      if (!(id < last)) return { rows, ended: true }
      // a copy of every row would cost more than parsing the reply
      rows.push(Object.assign(item, { id }))
      last = id
    }
    if (items.length < PAGE) return { rows, ended: true }
  }
  return { rows, ended: false }
}

function chain({ entityTypeId, filter, select }: ListQuery, pages: number, below: number | undefined): Record<string, Command> {
  const asked = [...new Set(['id', ...select])]
  return Object.fromEntries(Array.from({ length: pages }, (_, page): [string, Command] => {
    const position = page > 0 ? ref(nameOf(page - 1), 'items', PAGE - 1, 'id') : below
    return [nameOf(page), {
      method: 'crm.item.list',
      params: { entityTypeId, select: asked, order: { id: 'DESC' }, filter: { ...filter, ...(position === undefined ? {} : { '<id': position }) }, start: -1 }
    }]
  }))
}

const nameOf = (page: number): string => `page${page}`
