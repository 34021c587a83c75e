import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { demoPortal, doorOf, install, portalOver } from '../in-process'
import type { DemoPortal } from '../../demo/state'
import { ref } from '@/portal/batch-command'
import type { Portal } from '@/portal/client'
import type { RecordStore } from '@/portal/record-store'

/** What the wire does to a batch, and that the client keeps it away from the app. */

let demo: DemoPortal
let portal: Portal
let store: RecordStore

beforeAll(async () => {
  demo = demoPortal()
  portal = portalOver(doorOf(demo))
  store = (await install(portal)).store
})
beforeEach(() => { demo.contractLog.length = 0 })

const raw = async (cmd: Record<string, string> | string[]): Promise<Record<string, unknown>> =>
  (await doorOf(demo)('batch', { halt: 0, cmd })).body.result as Record<string, unknown>

const textOfDeal = async (comments: string): Promise<unknown> => {
  const { written } = await portal.batch<{ first: unknown, written: { item: { comments: string } } }>({
    first: { method: 'crm.item.get', params: { entityTypeId: 2, id: 1 } },
    written: { method: 'crm.item.update', params: { entityTypeId: 2, id: 2, fields: { comments } } }
  })
  return written.ok ? written.result.item.comments : written.error
}

describe('substitution', () => {
  const HOSTILE = ['$result[first][item][title]', 'a $result[first][item][id] b', '$total[first]', '$next[0]', '$error[first]', '$time[first][start]']

  it.each(HOSTILE)('the portal takes %s in a customer\'s words for a reference', async words => {
    const reply = await raw({ first: 'crm.item.get?entityTypeId=2&id=1', written: `crm.item.update?entityTypeId=2&id=2&fields[comments]=${encodeURIComponent(words)}` })
    const { written } = reply.result as { written?: { item: { comments: string } } }
    expect(written?.item.comments).not.toBe(words)
  })

  it.each(HOSTILE)('through the client %s stays a text', async words => {
    const kept = await textOfDeal(words)
    expect(String(kept).replaceAll('\u2060', '')).toBe(words)
    expect(demo.contractLog).toEqual([])
  })

  it('a reference that is meant is followed', async () => {
    const { contact } = await portal.batch<{ deal: unknown, contact: { item: { id: number } } }>({
      deal: { method: 'crm.item.get', params: { entityTypeId: 2, id: 1 } },
      contact: { method: 'crm.item.get', params: { entityTypeId: 3, id: ref('deal', 'item', 'contactId') } }
    })
    expect(contact.ok && contact.result.item.id).toBe(demo.state.items.get(2)!.get(1)!.fields.CONTACT_ID)
  })
})

describe('names of user fields', () => {
  it('with original names and a select a list loses id and the portal\'s own fields, and the log says so', async () => {
    await portal.call('crm.item.add', { entityTypeId: store.entityTypeId, fields: { title: 'A', [store.names.FB_TOKEN]: 'abc' } })
    const original = `UF_CRM_${store.typeId}_FB_TOKEN`
    const list = async (params: Record<string, unknown>): Promise<unknown> => (await portal.call<{ items: unknown[] }>('crm.item.list', { entityTypeId: store.entityTypeId, ...params })).items[0]
    expect(await list({ useOriginalUfNames: 'Y', select: ['id', 'title', original] })).toEqual({ [original]: 'abc' })
    expect(demo.contractLog.map(({ problem }) => problem)).toEqual([expect.stringContaining('useOriginalUfNames')])
    expect(await list({ select: ['title', store.names.FB_TOKEN] })).toMatchObject({ id: 1, title: 'A', [store.names.FB_TOKEN]: 'abc' })
  })

  it('the names that the installation stored are those that crm.item.fields gives', async () => {
    const { fields } = await portal.call<{ fields: Record<string, { upperName: string }> }>('crm.item.fields', { entityTypeId: store.entityTypeId })
    for (const [code, name] of Object.entries(store.names)) expect(fields[name]?.upperName, name).toBe(`UF_CRM_${store.typeId}_${code}`)
  })
})

describe('one kind of array (PHP)', () => {
  it.each([
    ['named commands', { a: 'profile', b: 'scope' }, ['a', 'b'], { result_error: [], result_next: [], result_total: [] }],
    ['a list', ['profile', 'scope'], ['0', '1'], { result_error: [] }],
    ['a list with a gap', ['profile', 'crm.item.get?entityTypeId=2&id=9999', 'scope'], ['0', '2'], { result_error: { 1: { error: 'NOT_FOUND' } } }],
    ['nothing but failures', ['crm.item.get?entityTypeId=2&id=9999'], [], { result: [], result_error: [{ error: 'NOT_FOUND' }] }]
  ])('a batch of %s', async (_, cmd, keys, rest) => {
    const reply = await raw(cmd)
    expect(Object.keys(reply.result as object)).toEqual(keys)
    expect(Array.isArray(reply.result)).toBe(keys.every((key, index) => key === String(index)))
    expect(reply).toMatchObject(rest)
  })

  it.each([['all well', 1, true], ['all failed', 9999, false]])('%s: the client gives an outcome under every name', async (_, id, ok) => {
    const outcomes = await portal.batch<{ deal: unknown, again: unknown }>({
      deal: { method: 'crm.item.get', params: { entityTypeId: 2, id } }, again: { method: 'crm.item.get', params: { entityTypeId: 2, id } }
    })
    expect([outcomes.deal.ok, outcomes.again.ok]).toEqual([ok, ok])
  })
})
