import { describe, expect, it } from 'vitest'
import { call, resultOf, specPortal } from './rest/spec-portal'

// 1 administrator, 2 manager "own" (sales), 3 manager "all" (service), 4 head of sales "department", 5 head of service "all"
const portal = specPortal()
const dealOf = (userId: number): number => [...portal.state.items.get(2)?.values() ?? []].find(item => item.fields.ASSIGNED_BY_ID === userId)?.id ?? 0

describe('reading deals by role', () => {
  it.each([
    [1, [1, 2, 3, 4, 5].filter(id => id !== 1)], [2, [2]], [3, [2, 3, 4, 5]], [4, [2, 4]], [5, [2, 3, 4, 5]]
  ])('employee %i sees deals of %j', async (userId, owners) => {
    const seen = new Set<number>()
    for (const start of [0, 50]) {
      const { items } = await resultOf<{ items: { assignedById: number }[] }>(portal, userId, 'crm.item.list',
        { entityTypeId: 2, select: ['assignedById'], start })
      items.forEach(item => seen.add(item.assignedById))
    }
    expect([...seen].sort()).toEqual(owners)
  })

  it.each([
    // caller, owner of the deal, read, update, delete
    [1, 3, true, true, true], [2, 2, true, true, false], [2, 3, false, false, false], [3, 2, true, true, true], [4, 2, true, true, true],
    [4, 3, false, false, false]
  ])('employee %i and a deal of %i: read %s, change %s, delete %s', async (userId, owner, read, update, remove) => {
    const fresh = specPortal()
    const id = dealOf(owner)
    const denied = { error: 'ACCESS_DENIED' }
    const answers = [
      await call(fresh, userId, 'crm.item.get', { entityTypeId: 2, id }),
      await call(fresh, userId, 'crm.item.update', { entityTypeId: 2, id, fields: { title: 'x' } }),
      await call(fresh, userId, 'crm.item.delete', { entityTypeId: 2, id })
    ]
    const allowed = [read, update, remove]
    answers.forEach((answer, index) => allowed[index] ? expect(answer.status).toBe(200) : expect(answer).toMatchObject({ status: 400, body: denied }))
    // a role's refusal is no fault of the app
    expect(fresh.contractLog.every(line => line.kind === 'refusal')).toBe(true)
    expect(fresh.contractLog).toHaveLength(allowed.filter(yes => !yes).length)
  })
})

describe('adding with role "own"', () => {
  const foreign = (): number => [...portal.state.items.get(3)?.values() ?? []].find(item => item.fields.ASSIGNED_BY_ID === 3)?.id ?? 0

  it('makes the caller responsible and leaves an unreadable client out', async () => {
    const { item } = await resultOf<{ item: Record<string, unknown> }>(specPortal(), 2, 'crm.item.add',
      { entityTypeId: 2, fields: { title: 'x', assignedById: 3, contactId: foreign() } })
    expect(item).toMatchObject({ assignedById: 2, contactId: 0 })
  })

  it('or refuses, by switch', async () => {
    const strict = specPortal({ switches: { unreadableClientRefused: true } })
    expect((await call(strict, 2, 'crm.item.add', { entityTypeId: 2,
      fields: { title: 'x', contactId: foreign() } })).body).toMatchObject({ error: 'ACCESS_DENIED' })
  })

  it('others name whom they like', async () => {
    const { item } = await resultOf<{ item: Record<string, unknown> }>(specPortal(), 3, 'crm.item.add',
      { entityTypeId: 2, fields: { title: 'x', assignedById: 4, contactId: 1 } })
    expect(item).toMatchObject({ assignedById: 4, contactId: 1, contactIds: [1] })
  })
})

describe('tasks', () => {
  const fields = { TITLE: 'Call the client', RESPONSIBLE_ID: 2 }

  it.each([
    // caller, creator named, responsible, allowed
    [1, 4, 2, true], [2, 4, 2, true], [2, 4, 3, false], [3, 3, 2, true], [4, 4, 2, true], [5, 4, 2, false]
  ])('employee %i in the name of %i for %i: %s', async (userId, creator, responsible, allowed) => {
    const fresh = specPortal()
    const reply = await call(fresh, userId, 'tasks.task.add', { fields: { ...fields, CREATED_BY: creator, RESPONSIBLE_ID: responsible } })
    if (allowed) expect(reply.body.result).toMatchObject({ task: { createdBy: String(creator), responsibleId: String(responsible) } })
    else expect(reply).toMatchObject({ status: 400, body: { error: 'ERROR_CORE' } })
    fresh.switches.foreignTaskCreatorRefused = false
    expect((await call(fresh, userId, 'tasks.task.add', { fields: { ...fields, CREATED_BY: creator } })).status).toBe(200)
  })

  it.each([[1, 2], [2, 1], [3, 1], [4, 1], [5, 1]])('employee %i sees %i of two tasks: own, and those of the staff', async (userId, count) => {
    const fresh = specPortal()
    await resultOf(fresh, 1, 'tasks.task.add', { fields: { TITLE: 'Sales', RESPONSIBLE_ID: 2, CREATED_BY: 2 } })
    await resultOf(fresh, 1, 'tasks.task.add', { fields: { TITLE: 'Service', RESPONSIBLE_ID: 3, CREATED_BY: 3 } })
    const { tasks } = await resultOf<{ tasks: unknown[] }>(fresh, userId, 'tasks.task.list', { select: ['ID', 'TITLE'] })
    expect(tasks).toHaveLength(count)
  })
})
