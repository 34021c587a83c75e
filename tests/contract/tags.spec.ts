import { beforeEach, describe, expect, it } from 'vitest'
import { openScene, type Scene } from './scene'
import { mapOf } from '@/portal/php-array'
import { userFieldName } from '@/portal/record-store'
import { createTag, mergeTags, renameTag, tagAnswer } from '@/report/store-tags'

/** Tags are values of a list field: made, renamed and merged in the portal's own settings, put on answers as a change of the answer. */

const MANAGER = 2

let scene: Scene
beforeEach(async () => { scene = await openScene() })

const field = () => scene.demo.state.userFields.find(({ fieldName }) => fieldName === userFieldName(scene.store, 'FB_TAGS'))!
const labels = (): string[] => field().enum.map(({ value }) => value)
const tagsOf = (id: number): unknown => scene.demo.state.items.get(scene.store.entityTypeId)!.get(id)!.fields[field().fieldName]

async function addAnswer(): Promise<number> {
  const { entityTypeId, answerCategoryId, answerStages } = scene.store
  const reply = await scene.as(1).call('crm.item.add', { entityTypeId, fields: { title: 'An answer', categoryId: answerCategoryId, stageId: answerStages.high } })
  return Number(mapOf(mapOf(reply).item).id)
}

describe('tags', () => {
  it('live through a whole life, and break no rule of the documentation', async () => {
    const { store } = scene
    const portal = scene.as(1)
    const [price, speed] = [await createTag(portal, store, 'Price'), await createTag(portal, store, 'Speed')]
    expect(await createTag(portal, store, 'PRICE')).toBe(price)
    const [first, second] = [await addAnswer(), await addAnswer()]
    expect(await tagAnswer(portal, store, first, { add: [price] })).toEqual([price])
    expect(await tagAnswer(portal, store, first, { add: [speed] })).toEqual([price, speed])
    await tagAnswer(portal, store, second, { add: [price] })
    expect(await renameTag(portal, store, speed, 'price')).toBe(false)
    expect(await renameTag(portal, store, speed, 'How fast')).toBe(true)
    expect(labels()).toEqual(['Price', 'How fast'])

    await mergeTags(portal, store, price, speed)
    expect([tagsOf(first), tagsOf(second)]).toEqual([[speed], [speed]])
    expect(labels()).toEqual(['How fast'])

    await tagAnswer(portal, store, second, { remove: [speed] })
    expect(tagsOf(second)).toEqual([])
    expect(scene.demo.contractLog.filter(({ kind }) => kind === 'rule')).toEqual([])
  })

  it('are not made by those who may not change settings', async () => {
    await expect(createTag(scene.as(MANAGER), scene.store, 'Price')).rejects.toMatchObject({ name: 'PortalError' })
    expect(labels()).toEqual([])
  })
})
