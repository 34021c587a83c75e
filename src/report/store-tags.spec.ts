import { describe, expect, it } from 'vitest'
import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { fakePortal, store } from './portal.fixture'
import { createTag, mergeTags, renameTag, tagAnswer } from './store-tags'

interface Value { id: number, value: string }

/** A portal with one list field and answers that carry its values. */
function tagPortal(values: Value[], tagged: Record<number, number[]>, refused: readonly number[] = []) {
  const answers = new Map(Object.entries(tagged).map(([id, tags]) => [Number(id), tags]))
  const updates: number[] = []
  let next = 1 + Math.max(0, ...values.map(({ id }) => id))
  const field = () => ({ id: '5', enum: values.map(({ id, value }) => ({ id: String(id), value, def: 'N', sort: '10', xmlId: `x${id}` })) })
  function run({ method, params = {} }: Command): unknown {
    switch (method) {
      case 'userfieldconfig.list': return { fields: [{ id: '5', fieldName: 'UF_CRM_13_FB_TAGS' }] }
      case 'userfieldconfig.get': return { field: field() }
      case 'userfieldconfig.update': {
        const rows = (params.field as { enum: { id?: number, value: string, del?: string }[] }).enum
        // this portal replaces the list: what does not travel along is lost
        const kept = rows.filter(({ del }) => del !== 'Y').map(({ id, value }) => ({ id: id ?? next++, value }))
        values.splice(0, values.length, ...kept)
        return { field: field() }
      }
      case 'crm.item.get': return { item: { id: params.id, uf_FB_TAGS: answers.get(Number(params.id)) } }
      case 'crm.item.update': {
        const id = Number(params.id)
        if (refused.includes(id)) throw new PortalError('noRight', { method })
        updates.push(id)
        answers.set(id, ((params.fields as Record<string, unknown[]>).uf_FB_TAGS ?? []).map(Number).filter(tag => tag > 0))
        return {}
      }
      case 'crm.item.list': {
        const filter = params.filter as Record<string, number>
        const found = [...answers].filter(([id, tags]) => id > filter['>id']! && tags.includes(filter['=uf_FB_TAGS']!)).slice(0, 50)
        return { items: found.map(([id, tags]) => ({ id, uf_FB_TAGS: tags })) }
      }
      default: throw new Error(method)
    }
  }
  let largest = 0
  const portal: Portal = {
    ...fakePortal(),
    call: (async (method: string, params: Record<string, unknown>) => run({ method, params })) as Portal['call'],
    batch: (async (commands: Record<string, Command>) => {
      largest = Math.max(largest, Object.keys(commands).length)
      return Object.fromEntries(Object.entries(commands).map(([name, command]): [string, Outcome<unknown>] => {
        try {
          return [name, { ok: true, result: run(command) }]
        } catch (error) {
          return [name, { ok: false, error: error as PortalError }]
        }
      }))
    }) as Portal['batch']
  }
  return { portal, values, answers, updates, largest: () => largest }
}

const two = (): Value[] => [{ id: 71, value: 'Price' }, { id: 72, value: 'Speed' }]

describe('a new tag', () => {
  it('joins the others', async () => {
    const { portal, values } = tagPortal(two(), {})
    expect(await createTag(portal, store, ' Fitting ')).toBe(73)
    expect(values).toEqual([...two(), { id: 73, value: 'Fitting' }])
  })

  it.each(['price', ' PRICE '])('%j is there already', async label => {
    const { portal, values } = tagPortal(two(), {})
    expect(await createTag(portal, store, label)).toBe(71)
    expect(values).toEqual(two())
  })
})

describe('a new name', () => {
  it('is written, and its id stays', async () => {
    const { portal, values } = tagPortal(two(), {})
    expect(await renameTag(portal, store, 72, 'Delivery')).toBe(true)
    expect(values).toEqual([{ id: 71, value: 'Price' }, { id: 72, value: 'Delivery' }])
  })

  it('another tag has is refused, another spelling of its own is not', async () => {
    const { portal, values } = tagPortal(two(), {})
    expect(await renameTag(portal, store, 72, 'price')).toBe(false)
    expect(values).toEqual(two())
    expect(await renameTag(portal, store, 72, 'SPEED')).toBe(true)
  })

  it('of a tag that is gone is an error', async () => {
    await expect(renameTag(tagPortal(two(), {}).portal, store, 99, 'x')).rejects.toMatchObject({ code: 'notFound' })
  })
})

describe('tags of an answer', () => {
  it.each([
    [{ add: [72] }, [71, 72]], [{ remove: [71] }, []], [{ add: [71] }, [71]], [{ add: [72], remove: [71] }, [72]]
  ])('%j leaves %j', async (change, wanted) => {
    const { portal, answers } = tagPortal(two(), { 9: [71] })
    expect(await tagAnswer(portal, store, 9, change)).toEqual(wanted)
    expect(answers.get(9)).toEqual(wanted)
  })
})

describe('merging', () => {
  it('moves every answer, 20 a request, and removes the tag last', async () => {
    const tagged = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [index + 1, index % 3 === 0 ? [71] : index % 3 === 1 ? [71, 72] : [72]]))
    const { portal, answers, values, largest, updates } = tagPortal(two(), tagged)
    const moved: number[][] = []
    await mergeTags(portal, store, 71, 72, ids => moved.push([...ids]))
    expect([...answers.values()].every(tags => tags.length === 1 && tags[0] === 72)).toBe(true)
    expect(values).toEqual([{ id: 72, value: 'Speed' }])
    expect(updates).toHaveLength(80)
    expect(largest()).toBe(20)
    expect(moved.map(({ length }) => length)).toEqual([20, 20, 10, 20, 10])
    expect(new Set(moved.flat())).toEqual(new Set(updates))
  })

  it('keeps the tag when an answer may not be changed, and goes on from there', async () => {
    const refused = [2]
    const { portal, answers, values, updates } = tagPortal(two(), { 1: [71], 2: [71], 3: [72] }, refused)
    const moved: number[] = []
    await expect(mergeTags(portal, store, 71, 72, ids => moved.push(...ids))).rejects.toMatchObject({ code: 'noRight' })
    expect(moved, 'what was moved beside it').toEqual([1])
    expect(values).toEqual(two())
    expect(answers.get(1)).toEqual([72])
    refused.length = 0
    await mergeTags(portal, store, 71, 72)
    expect(updates).toEqual([1, 2])
    expect(values).toEqual([{ id: 72, value: 'Speed' }])
  })
})
