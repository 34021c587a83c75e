import { describe, expect, it } from 'vitest'
import type { Command, Outcome, Params, Portal, PortalContext } from './client'
import { PortalError } from './errors'
import { createPeople } from './people'

interface Structure {
  /** user → departments */
  users: Record<number, number[]>
  /** department → [parent, ...managers] */
  departments: Record<number, [parent: number, ...managers: number[]]>
  dismissed?: number[]
  /** methods that are refused */
  refused?: string[]
}

function portalOf({ users, departments, dismissed = [], refused = [] }: Structure): { portal: Portal, calls: string[] } {
  const calls: string[] = []
  const person = (id: number) => ({ id, name: `First${id} Last${id}`, active: !dismissed.includes(id) })
  const run = (method: string, params: Params = {}): unknown => {
    if (refused.includes(method)) throw new PortalError('noRight')
    switch (method) {
      case 'user.get': {
        const ids = (params.FILTER as { '@ID': number[] })['@ID']
        return ids.filter(id => id in users).map(id => ({
          ID: String(id), NAME: ` First${id} `, LAST_NAME: `Last${id}`, ACTIVE: !dismissed.includes(id), UF_DEPARTMENT: users[id]
        }))
      }
      case 'im.department.managers.get':
        return Object.fromEntries((params.ID as number[]).flatMap(id => departments[id] ? [[id, departments[id].slice(1).map(person)]] : []))
      case 'department.get': {
        const department = departments[Number(params.ID)]
        return department ? [{ ID: String(params.ID), NAME: 'D', SORT: 500, ...(department[0] ? { PARENT: String(department[0]) } : {}) }] : []
      }
      default: throw new Error(method)
    }
  }
  const call = async (method: string, params?: Params) => {
    calls.push(method)
    return run(method, params)
  }
  const batch = async (commands: Record<string, Command>) => {
    calls.push('batch')
    return Object.fromEntries(Object.entries(commands).map(([name, { method, params }]): [string, Outcome<unknown>] => {
      try {
        return [name, { ok: true, result: run(method, params) }]
      } catch (error) {
        if (error instanceof PortalError) return [name, { ok: false, error }]
        throw error
      }
    }))
  }
  return { calls, portal: { context: {} as PortalContext, call: call as Portal['call'], batch: batch as Portal['batch'] } }
}

describe('employees', () => {
  it('come by id with full names; unknown ones are missing', async () => {
    const { portal } = portalOf({ users: { 1: [], 2: [] }, departments: {}, dismissed: [2] })
    expect([...await createPeople(portal).byIds([1, 2, 99])]).toEqual([
      [1, { id: 1, name: 'First1 Last1', active: true }], [2, { id: 2, name: 'First2 Last2', active: false }]
    ])
  })

  it('are asked for once, fifty at a time, and never for nobody', async () => {
    const { portal, calls } = portalOf({ users: Object.fromEntries(Array.from({ length: 60 }, (_, id) => [id + 1, []])), departments: {} })
    const people = createPeople(portal)
    const ids = Array.from({ length: 60 }, (_, id) => id + 1)
    expect((await people.byIds([...ids, ...ids, 0, NaN])).size).toBe(60)
    await people.byIds(ids)
    await people.byIds([])
    expect(calls).toEqual(['user.get', 'user.get'])
  })

  it('without a name are shown by number', async () => {
    const portal = { ...portalOf({ users: {}, departments: {} }).portal, call: (async () => [{ ID: 5, NAME: '', LAST_NAME: null }]) as Portal['call'] }
    expect((await createPeople(portal).byIds([5])).get(5)?.name).toBe('#5')
  })
})

describe('supervisors', () => {
  const company: Structure = {
    users: { 1: [10], 2: [20], 3: [30], 4: [30], 5: [20, 30], 6: [], 7: [40], 8: [50] },
    departments: { 10: [0, 1], 20: [10, 2], 30: [20, 3], 40: [20], 50: [20, 9] },
    dismissed: [9]
  }

  it.each([
    ['a manager of his department', 4, 3],
    ['the manager above, when he is the manager himself', 3, 2],
    ['two levels up', 2, 1],
    ['nobody above the head of the company', 1, null],
    ['a manager of any of his departments', 5, 2],
    ['nobody without a department', 6, null],
    ['the manager above a department without one', 7, 2],
    ['the manager above a dismissed one', 8, 2],
    ['nobody for an unknown user', 99, null]
  ])('%s', async (_name, id, expected) => {
    const supervisors = await createPeople(portalOf(company).portal).supervisorsOf([id])
    expect(supervisors.get(id)?.id ?? null).toBe(expected)
  })

  it('are found together, one request a level, departments asked once', async () => {
    const { portal, calls } = portalOf(company)
    const people = createPeople(portal)
    const all = await people.supervisorsOf([1, 2, 3, 4])
    expect([...all].map(([id, person]) => [id, person?.id ?? null])).toEqual([[1, null], [2, 1], [3, 2], [4, 3]])
    expect(calls).toEqual(['user.get', 'batch'])
    await people.supervisorsOf([5, 7])
    expect(calls).toEqual(['user.get', 'batch', 'user.get', 'batch'])
  })

  it('end in a structure that bites its own tail', async () => {
    const { portal } = portalOf({ users: { 1: [10] }, departments: { 10: [20, 1], 20: [10, 1] } })
    expect((await createPeople(portal).supervisorsOf([1])).get(1)).toBeNull()
  })

  it('do not climb when departments may not be read', async () => {
    const { portal } = portalOf({ ...company, refused: ['department.get'] })
    const supervisors = await createPeople(portal).supervisorsOf([3, 4])
    expect([supervisors.get(3), supervisors.get(4)?.id]).toEqual([null, 3])
  })

  it('are an error, not nobody, when managers may not be read', async () => {
    const { portal } = portalOf({ ...company, refused: ['im.department.managers.get'] })
    await expect(createPeople(portal).supervisorsOf([4])).rejects.toMatchObject({ code: 'noRight' })
  })
})
