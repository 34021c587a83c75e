import { describe, expect, it } from 'vitest'
import type { Params, Portal, PortalContext } from './client'
import { addItem, itemsFromWire, listItems, MAX_JSON_BYTES, updateItem } from './storage'

function portalAnswering(answer: (method: string, params: Params) => unknown): { portal: Portal, sent: [string, Params][] } {
  const sent: [string, Params][] = []
  const call = async (method: string, params: Params = {}) => {
    sent.push([method, params])
    return answer(method, params)
  }
  return { sent, portal: { context: {} as PortalContext, call: call as Portal['call'], batch: () => Promise.reject(new Error('no batch here')) } }
}

const row = (id: number, json: unknown = '{}') => ({ ID: String(id), NAME: `s${id}`, TIMESTAMP_X: '2026-03-25T12:29:06+01:00', PROPERTY_VALUES: { JSON: json } })

describe('items of a reply', () => {
  it.each([
    ['as documented', [row(7, '{"a":1}')], [{ id: 7, name: 's7', json: '{"a":1}', updatedAt: '2026-03-25T12:29:06+01:00' }]],
    ['without properties', [{ ID: '7', NAME: null }], [{ id: 7, name: '', json: '', updatedAt: '' }]],
    ['with PHP\'s empty map', [{ ...row(7), PROPERTY_VALUES: [] }], [{ id: 7, name: 's7', json: '', updatedAt: '2026-03-25T12:29:06+01:00' }]],
    ['with gaps', { 3: row(7) }, [{ id: 7, name: 's7', json: '{}', updatedAt: '2026-03-25T12:29:06+01:00' }]],
    ['without an id', [{ NAME: 'x' }], []], ['empty', [], []], ['none', null, []]
  ])('%s', (_name, reply, items) => {
    expect(itemsFromWire(reply)).toEqual(items)
  })
})

it.each([[0, 1], [49, 1], [50, 2], [120, 3]])('%i items are read with %i requests', async (count, requests) => {
  const rows = Array.from({ length: count }, (_, index) => row(index + 1))
  const { portal, sent } = portalAnswering((_method, { start }) => rows.slice(Number(start), Number(start) + 50))
  expect((await listItems(portal, 'surveys')).map(({ id }) => id)).toEqual(rows.map(({ ID }) => Number(ID)))
  expect(sent).toHaveLength(requests)
})

it('finds items by name', async () => {
  const { portal, sent } = portalAnswering(() => [])
  await listItems(portal, 'versions', 's1.2')
  expect(sent).toEqual([['entity.item.get', { ENTITY: 'versions', SORT: { ID: 'ASC' }, FILTER: { '=NAME': 's1.2' }, start: 0 }]])
})

it('adds and updates', async () => {
  const { portal, sent } = portalAnswering(method => method === 'entity.item.add' ? '12' : true)
  expect(await addItem(portal, 'surveys', 's1', '{"a":1}')).toBe(12)
  await updateItem(portal, 'surveys', 12, '{}')
  await updateItem(portal, 'surveys', 12, '{}', 's2')
  expect(sent).toEqual([
    ['entity.item.add', { ENTITY: 'surveys', NAME: 's1', PROPERTY_VALUES: { JSON: '{"a":1}' } }],
    ['entity.item.update', { ENTITY: 'surveys', ID: 12, PROPERTY_VALUES: { JSON: '{}' } }],
    ['entity.item.update', { ENTITY: 'surveys', ID: 12, NAME: 's2', PROPERTY_VALUES: { JSON: '{}' } }]
  ])
})

it('counts bytes, not letters, and refuses before sending', async () => {
  const { portal, sent } = portalAnswering(() => 1)
  const tooLarge = 'я'.repeat(MAX_JSON_BYTES / 2 + 1)
  await expect(addItem(portal, 'surveys', 's', tooLarge)).rejects.toMatchObject({ code: 'surveyTooLarge' })
  await expect(updateItem(portal, 'surveys', 1, tooLarge)).rejects.toMatchObject({ code: 'surveyTooLarge' })
  expect(sent).toEqual([])
  await addItem(portal, 'surveys', 's', 'я'.repeat(MAX_JSON_BYTES / 2))
})
