import { describe, expect, it } from 'vitest'
import { fakePortal } from '../../tests/fake-portal'
import { EVERYONE, maySeeReport, readAccess, readAccessCode, type Access } from './access'
import { PortalError } from './errors'

const chosen = (users: number[], departments: Access['departments'] = []): Access => ({ report: 'chosen', users, departments })
const service = { id: 5, name: 'Service', deep: false }

it('reads what was written', () => {
  const access = chosen([3], [service])
  expect(readAccess(JSON.stringify(access))).toEqual(access)
  expect(readAccess(JSON.stringify({ ...access, own: 'hidden' }))).toEqual({ ...access, own: 'hidden' })
})

it.each([[undefined], [null], ['']])('nothing written (%j) means everyone', text => expect(readAccess(text)).toEqual(EVERYONE))

it.each([
  ['{'], ['null'], ['[]'], ['{}'], [7], [{}], ['{"report":"nobody","users":[],"departments":[]}'], ['{"report":"chosen","users":["3"],"departments":[]}'],
  ['{"report":"chosen","users":[0],"departments":[]}'], ['{"report":"chosen","users":[3]}'], ['{"report":"chosen","users":[],"departments":[{"id":1}]}']
])('garbage (%j) shows the report to everyone and is known as garbage', async text => {
  const access = readAccess(text)
  expect(access).toEqual({ report: 'unreadable', users: [], departments: [] })
  expect(await maySeeReport(fakePortal({}, { isAdmin: false }), access, 9)).toBe(true)
})

it.each([
  ['U3', { kind: 'user', id: 3 }], ['D5', { kind: 'department', id: 5, deep: false }], ['DR5', { kind: 'department', id: 5, deep: true }],
  ['SG4', null], ['AU', null], ['U0', null], ['IU3', null], ['', null]
])('the code %s', (code, expected) => expect(readAccessCode(code)).toEqual(expected))

describe('whether the report is shown', () => {
  /** 30 below 20 below 10; user 9 works in 30 */
  const parents: Record<number, number> = { 30: 20, 20: 10 }
  const replies = {
    'user.get': [{ ID: '9', UF_DEPARTMENT: [30] }],
    'department.get': ({ ID }: Record<string, unknown>) => [{ ID: String(ID), NAME: 'x', ...(parents[Number(ID)] ? { PARENT: String(parents[Number(ID)]) } : {}) }]
  }

  it.each<[string, boolean, Access, boolean, string[]]>([
    ['everybody', false, EVERYONE, true, []],
    ['an administrator who is not on the list', true, chosen([]), true, []],
    ['a person on the list', false, chosen([9]), true, []],
    ['a person who is not, without departments', false, chosen([3]), false, []],
    ['a person of a chosen department', false, chosen([3], [{ id: 30, name: '', deep: false }]), true, ['user.get']],
    ['a person of a department two levels below a chosen one', false, chosen([], [{ id: 10, name: '', deep: true }]), true, ['user.get', 'batch d30', 'batch d20']],
    ['a person below a department that was chosen alone', false, chosen([], [{ id: 10, name: '', deep: false }]), false, ['user.get']],
    ['a person of another department', false, chosen([], [{ id: 11, name: '', deep: true }]), false, ['user.get', 'batch d30', 'batch d20', 'batch d10']]
  ])('%s', async (_who, isAdmin, access, expected, requests) => {
    const portal = fakePortal(replies, { isAdmin })
    expect(await maySeeReport(portal, access, 9)).toBe(expected)
    expect(portal.requests).toEqual(requests)
  })

  it('is an error when departments cannot be read, never a yes or a no', async () => {
    const portal = fakePortal({ ...replies, 'department.get': new PortalError('timeout') }, { isAdmin: false })
    await expect(maySeeReport(portal, chosen([], [{ id: 10, name: '', deep: true }]), 9)).rejects.toMatchObject({ code: 'timeout' })
  })
})
