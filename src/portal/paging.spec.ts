import { describe, expect, it } from 'vitest'
import { ResultReference } from './batch-command'
import type { Command, Outcome, Portal, PortalContext } from './client'
import { PortalError, type ErrorCode } from './errors'
import { listNewestFirst, type ListedItem } from './paging'

type Params = { filter: Record<string, unknown>, select: string[], order: unknown, start: number, entityTypeId: number }

/**
 * A portal with records 1…count. Past the end of a chain a newer one refuses the page, an older one loses the condition
 * and begins again from the newest record.
 */
function portalWith(count: number, past: 'newer' | 'older', failing?: string): { portal: Portal, batches: Record<string, Command>[] } {
  const batches: Record<string, Command>[] = []
  const page = (below: number, after: number) =>
    Array.from({ length: Math.min(50, Math.max(0, below - 1 - after)) }, (_, index) => ({ id: String(below - 1 - index), title: 'x' }))
  const batch = async (commands: Record<string, Command>) => {
    batches.push(commands)
    const outcomes: Record<string, Outcome<{ items: { id: string }[] }>> = {}
    let stopped = false
    for (const [name, { params }] of Object.entries(commands)) {
      const { filter } = params as Params
      let below: unknown = filter['<id'] ?? count + 1
      if (below instanceof ResultReference) {
        const earlier = outcomes[below.command]
        below = earlier?.ok ? earlier.result.items[Number(below.path[1])]?.id : undefined
        if (below === undefined && past === 'older') below = count + 1
      }
      const error: ErrorCode | undefined = stopped ? 'notRun' : name === failing ? 'noRight' : below === undefined ? 'badRequest' : undefined
      stopped ||= error !== undefined
      outcomes[name] = error ? { ok: false, error: new PortalError(error) } : { ok: true, result: { items: page(Number(below), Number(filter['>id'] ?? 0)) } }
    }
    return outcomes
  }
  return { portal: { context: {} as PortalContext, call: () => Promise.reject(new Error('unexpected')), batch: batch as Portal['batch'] }, batches }
}

async function collect(portal: Portal, limit: number, filter?: Record<string, unknown>): Promise<ListedItem[][]> {
  const chunks: ListedItem[][] = []
  for await (const rows of listNewestFirst(portal, { entityTypeId: 1038, select: ['title'], ...(filter ? { filter } : {}) }, limit)) chunks.push(rows)
  return chunks
}

describe.each(['newer', 'older'] as const)('a %s portal', past => {
  it.each([
    [0, 100, 0, 1], [1, 100, 1, 1], [49, 100, 49, 1], [50, 100, 50, 1], [51, 500, 51, 1], [100, 500, 100, 1],
    [120, 60, 60, 1], [2500, 2500, 2500, 1], [2501, 9999, 2501, 2], [2500, 9999, 2500, 2], [6000, 5010, 5010, 3]
  ])('%i records, at most %i: gives %i with %i requests, each once, newest first', async (count, limit, expected, requests) => {
    const { portal, batches } = portalWith(count, past)
    const ids = (await collect(portal, limit)).flat().map(({ id }) => id)
    expect(ids).toEqual(Array.from({ length: expected }, (_, index) => count - index))
    expect(batches).toHaveLength(requests)
  })

  it('reports the page that really failed', async () => {
    const { portal } = portalWith(500, past, 'page1')
    await expect(collect(portal, 500)).rejects.toMatchObject({ code: 'noRight' })
  })

  it('ignores a failure behind the end', async () => {
    const { portal } = portalWith(60, past, 'page3')
    expect((await collect(portal, 500)).flat()).toHaveLength(60)
  })
})

it('asks with falling ids, without counting, and begins below the last id of the request before', async () => {
  const { portal, batches } = portalWith(2600, 'newer')
  await collect(portal, 9999, { categoryId: 3 })
  const [first, second] = batches.map(commands => Object.values(commands).map(command => command.params as Params))
  expect(first?.[0]).toEqual({ entityTypeId: 1038, select: ['id', 'title'], order: { id: 'DESC' }, filter: { categoryId: 3 }, start: -1 })
  expect(String(first?.[1]?.filter['<id'])).toBe('$result[page0][items][49][id]')
  expect(second?.[0]?.filter).toEqual({ categoryId: 3, '<id': 101 })
  expect(first).toHaveLength(50)
})

it('asks for no more pages than the limit needs', async () => {
  const { portal, batches } = portalWith(500, 'newer')
  await collect(portal, 51)
  expect(Object.keys(batches[0] ?? {})).toEqual(['page0', 'page1'])
})

it.each([
  ['the same page again and again', () => 500], ['ids that rise', (page: number) => 100 + page * 50]
])('ends, with every record once, when a portal gives %s', async (_name, topOf) => {
  const page = (index: number) => ({ items: Array.from({ length: 50 }, (_, row) => ({ id: topOf(index) - row })) })
  const batches: number[] = []
  const batch = async (commands: Record<string, Command>) => {
    batches.push(Object.keys(commands).length)
    return Object.fromEntries(Object.keys(commands).map((name, index): [string, Outcome<unknown>] => [name, { ok: true, result: page(index) }]))
  }
  const portal = { ...portalWith(0, 'newer').portal, batch: batch as Portal['batch'] }
  const ids = (await collect(portal, 500)).flat().map(({ id }) => id)
  expect(ids).toEqual(Array.from({ length: 50 }, (_, row) => topOf(0) - row))
  expect(batches).toEqual([10])
})
