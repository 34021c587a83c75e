import { describe, expect, it } from 'vitest'
import type { DemoPortal, RestReply } from '../../state'
import { call, resultOf, specPortal } from '../spec-portal'
import { plainText } from './activity'

const mail = (portal: DemoPortal, userId: number, fields: Record<string, unknown> = {}): Promise<RestReply> => call(portal, userId, 'crm.activity.add', {
  fields: {
    OWNER_TYPE_ID: 2, OWNER_ID: 1, TYPE_ID: 4, DIRECTION: 2, COMPLETED: 'Y', SUBJECT: 'How did it go?',
    DESCRIPTION: '<p>Hello</p><a href="https://a.example/1">9</a>', DESCRIPTION_TYPE: 3,
    RESPONSIBLE_ID: userId, COMMUNICATIONS: [{ VALUE: 'olga@example.com', ENTITY_ID: 1, ENTITY_TYPE_ID: 3 }], ORIGINATOR_ID: 'feedback',
    ORIGIN_ID: 'token/1',
    SETTINGS: { MESSAGE_FROM: 'Timur <t.akhmetov@alatau.example.kz>' }, ...fields
  }
})

describe('mail of the CRM', () => {
  it('goes to the outbox with type, direction and completion together', async () => {
    const portal = specPortal()
    expect((await mail(portal, 2)).status).toBe(200)
    expect(portal.state.outbox).toMatchObject([{ to: 'olga@example.com', from: 'Timur <t.akhmetov@alatau.example.kz>', originId: 'token/1',
      text: 'Hello\n9 (https://a.example/1)' }])
    expect(portal.contractLog).toEqual([])
  })

  it.each([[{ COMPLETED: 'N' }], [{ DIRECTION: 1 }], [{ TYPE_ID: 2 }]])('is only an activity with %j', async fields => {
    const portal = specPortal()
    expect((await mail(portal, 2, fields)).status).toBe(200)
    expect([portal.state.outbox.length, portal.state.activities.length]).toEqual([0, 1])
  })

  it.each([
    ['an address that is none', 1, { COMMUNICATIONS: [{ VALUE: 'olga at example', ENTITY_ID: 1, ENTITY_TYPE_ID: 3 }] },
      'Email send error. Invalid email is specified'],
    ['no address', 1, { COMMUNICATIONS: [{ VALUE: '', ENTITY_ID: 1, ENTITY_TYPE_ID: 3 }] }, 'Email send error. "To" is not found'],
    ['a wrong sender', 1, { SETTINGS: { MESSAGE_FROM: 'nobody' } }, 'Email send error. Invalid email is specified']
  ])('%s: an error although the activity exists', async (_, userId, fields, text) => {
    const portal = specPortal()
    expect((await mail(portal, userId, fields)).body).toEqual({ error: '', error_description: text })
    expect([portal.state.outbox.length, portal.state.activities.length]).toEqual([0, 1])
  })

  it('without MESSAGE_FROM: the own mailbox, then the shared one, then an error', async () => {
    const portal = specPortal()
    await mail(portal, 3, { SETTINGS: {} })
    await mail(portal, 4, { SETTINGS: {} })
    portal.state.mailboxes = []
    expect((await mail(portal, 3, { SETTINGS: {} })).body.error_description).toBe('Email send error. "From" is not found')
    expect(portal.state.outbox.map(row => row.from)).toEqual(['Анна Соколова <a.sokolova@alatau.example.kz>', 'Alatau Care <care@alatau.example.kz>'])
  })

  it('fails by switch after the activity exists, which is found by its origin', async () => {
    const portal = specPortal({ switches: { mailFails: true } })
    expect((await mail(portal, 2)).body.error_description).toContain('Failed to add posting')
    const rows = await resultOf<Record<string, unknown>[]>(portal, 2, 'crm.activity.list',
      { filter: { ORIGINATOR_ID: 'feedback', ORIGIN_ID: 'token/1' }, select: ['ID', 'ORIGIN_ID'] })
    expect(rows).toEqual([{ ID: '1', ORIGIN_ID: 'token/1' }])
  })

  it('asks for the right to change the deal and the client', async () => {
    const portal = specPortal()
    const contact = [...portal.state.items.get(3)?.values() ?? []].find(item => item.fields.ASSIGNED_BY_ID === 3)
    expect((await mail(portal, 2, { OWNER_ID: 2 })).body.error_description).toBe('Access denied.')
    expect((await mail(portal, 2, { COMMUNICATIONS: [{ VALUE: 'a@example.com', ENTITY_ID: contact?.id,
      ENTITY_TYPE_ID: 3 }] })).body.error_description).toBe('Access denied.')
    expect([portal.state.activities.length, portal.state.outbox.length]).toEqual([0, 0])
  })

  it('is seen only by those who see the deal', async () => {
    const portal = specPortal()
    await mail(portal, 1, { OWNER_ID: 2 })
    expect(await resultOf(portal, 2, 'crm.activity.list', {})).toEqual([])
    expect(await resultOf(portal, 3, 'crm.activity.list', {})).toHaveLength(1)
  })
})

it('plainText reads well without markup', () => {
  expect(plainText('<style>p{}</style><h1>Hi&nbsp;Olga</h1><p>One &amp; two<br>three</p>')).toBe('Hi Olga\nOne & two\nthree')
})

describe('notifications', () => {
  it('a tag is unique in the app: the new one removes the old one of whoever had it', async () => {
    const portal = specPortal()
    const send = (USER_ID: number, TAG?: string): Promise<unknown> => resultOf(portal, 1, 'im.notify.personal.add',
      { USER_ID, MESSAGE: 'x', ...(TAG ? { TAG } : {}) })
    expect([await send(2, 'a'), await send(2, 'b'), await send(3, 'a'), await send(3)]).toEqual([1, 2, 3, 4])
    expect(portal.state.notifications.map(row => [row.id, row.userId, row.tag])).toEqual([[2, 2, 'b'], [3, 3, 'a'], [4, 3, null]])
    expect(await send(99)).toBe(false)
  })
})

describe('tasks, timeline and storages', () => {
  it('a task keeps its links; a smart process only when its settings allow it', async () => {
    const portal = specPortal()
    const { task } = await resultOf<{ task: Record<string, unknown> }>(portal, 1, 'tasks.task.add', {
      fields: { TITLE: 'Call', RESPONSIBLE_ID: 2, DEADLINE: '2026-08-25T12:00:00Z', UF_CRM_TASK: ['D_1', 'T406_7'], NOPE: 1 }
    })
    expect(task).toMatchObject({ id: '1', responsibleId: '2', deadline: '2026-08-25T17:00:00+05:00', status: '2' })
    expect(portal.contractLog.map(line => line.problem)).toEqual(['fields.UF_CRM_TASK: T406_7 cannot be linked, left out', 'unknown key fields.NOPE'])
    const { tasks } = await resultOf<{ tasks: unknown[] }>(portal, 1, 'tasks.task.list', { filter: { UF_CRM_TASK: 'D_1' }, select: ['ID', 'UF_CRM_TASK'] })
    expect(tasks).toEqual([{ id: '1', ufCrmTask: ['D_1'], group: [] }])
    expect((await call(portal, 1, 'task.checklistitem.add', { FIELDS: { TITLE: 'x' }, TASKID: 1 })).body).toMatchObject({ error: 'ERROR_CORE' })
    expect(await resultOf(portal, 1, 'task.checklistitem.add', { TASKID: 1, FIELDS: { TITLE: 'x' } })).toBe(1)
  })

  it.each([
    [{ ENTITY_ID: 999, ENTITY_TYPE: 'deal', COMMENT: 'x' }, 1, 'OWNER_NOT_FOUND'],
    [{ ENTITY_ID: 2, ENTITY_TYPE: 'deal', COMMENT: 'x' }, 2, 'ACCESS_DENIED'], [{ ENTITY_ID: 1, ENTITY_TYPE: 'deal', COMMENT: '' }, 1, 'INVALID_ARG_VALUE']
  ])('a comment %j by %i is refused', async (fields, userId, error) => {
    expect((await call(specPortal(), userId, 'crm.timeline.comment.add', { fields })).body).toMatchObject({ error })
  })

  it('a comment is deleted once, by its owner\'s address, by those who may change the owner', async () => {
    const portal = specPortal()
    const id = await resultOf<number>(portal, 1, 'crm.timeline.comment.add', { fields: { ENTITY_ID: 2, ENTITY_TYPE: 'deal', COMMENT: 'x' } })
    const remove = async (userId: number, ownerTypeId: number, ownerId: number): Promise<unknown> =>
      (await call(portal, userId, 'crm.timeline.comment.delete', { id, ownerTypeId, ownerId })).body.error ?? 'gone'
    expect([await remove(1, 2, 3), await remove(1, 3, 2), await remove(2, 2, 2), await remove(1, 2, 2), await remove(1, 2, 2)])
      .toEqual(['OWNER_NOT_FOUND', 'OWNER_NOT_FOUND', 'ACCESS_DENIED', 'gone', 'NOT_FOUND'])
  })

  it('a storage gives property values back, to readers too, and takes them from writers only', async () => {
    const portal = specPortal()
    await resultOf(portal, 1, 'entity.add', { ENTITY: 'surveys', NAME: 'Surveys', ACCESS: { AU: 'R' } })
    await resultOf(portal, 1, 'entity.item.property.add', { ENTITY: 'surveys', PROPERTY: 'JSON', NAME: 'JSON', TYPE: 'S' })
    await resultOf(portal, 1, 'entity.item.add', { ENTITY: 'surveys', NAME: 'a', PROPERTY_VALUES: { JSON: '{"v":1}', OTHER: 1 } })
    expect(portal.contractLog.map(line => line.problem)).toEqual(['unknown key PROPERTY_VALUES.OTHER'])
    expect(await resultOf(portal, 2, 'entity.item.get', { ENTITY: 'surveys', FILTER: { NAME: 'a' } })).toMatchObject([{ ID: '1', NAME: 'a',
      PROPERTY_VALUES: { JSON: '{"v":1}' } }])
    expect((await call(portal, 2, 'entity.item.add', { ENTITY: 'surveys', NAME: 'b' })).body).toMatchObject({ error: 'ACCESS_DENIED' })
    expect((await call(portal, 1, 'entity.add', { ENTITY: 'fourteen_signs', NAME: 'x' })).body).toMatchObject({ error: 'ERROR_ARGUMENT' })
    expect((await call(portal, 1, 'entity.add', { ENTITY: 'surveys', NAME: 'x' })).body).toMatchObject({ error: 'ERROR_ENTITY_ALREADY_EXISTS' })
  })

  it('all app options are one row of 64 KB', async () => {
    const portal = specPortal()
    await resultOf(portal, 1, 'app.option.set', { options: { a: 'x'.repeat(40_000) } })
    expect((await call(portal, 1, 'app.option.set', { options: { b: 'x'.repeat(40_000) } })).status).toBe(500)
    expect(Object.keys(portal.state.app.options)).toEqual(['a'])
    expect(await resultOf(portal, 2, 'app.option.get', { option: 'none' })).toBeNull()
  })

  it.each([
    [{ PLACEMENT: 'NOWHERE', HANDLER: 'https://a.example/' }, 'ERROR_PLACEMENT_NOT_FOUND'],
    [{ PLACEMENT: 'LEFT_MENU', HANDLER: 'a.example' }, 'ERROR_WRONG_HANDLER_URL'],
    [{ PLACEMENT: 'LEFT_MENU', HANDLER: 'https://a.example/', USER_ID: 1 }, 'ERROR_PLACEMENT_USER_MODE'],
    [{ PLACEMENT: 'PAGE_BACKGROUND_WORKER', HANDLER: 'https://a.example/' }, 'EMPTY_ERROR_HANDLER_URL']
  ])('placement.bind %j → %s', async (params, error) => {
    expect((await call(specPortal(), 1, 'placement.bind', params)).body).toMatchObject({ error })
  })

  it('a worker is bound once in general and once per person', async () => {
    const portal = specPortal()
    const bind = (USER_ID?: number): Promise<RestReply> =>
      call(portal, 1, 'placement.bind', { PLACEMENT: 'PAGE_BACKGROUND_WORKER', HANDLER: 'https://a.example/',
        OPTIONS: { errorHandlerUrl: 'https://a.example/e' }, ...(USER_ID ? { USER_ID } : {}) })
    expect([(await bind()).body.result, (await bind(5)).body.result, (await bind(5)).body.error]).toEqual([true, true, 'ERROR_PLACEMENT_MAX_COUNT'])
    expect(await resultOf(portal, 1, 'placement.unbind', { PLACEMENT: 'PAGE_BACKGROUND_WORKER', USER_ID: 5 })).toEqual({ count: 1 })
    expect(portal.state.placements).toHaveLength(1)
  })
})
