import { describe, expect, it } from 'vitest'
import { contractOf } from './contracts'
import { takeFault } from './dispatch'
import type { Params } from './handler'
import type { Fault } from '../state'
import { call, callerOf, installStore, NOW, resultOf, specPortal } from './spec-portal'

const code = (body: Record<string, unknown>): unknown => body.error

describe('the door', () => {
  it.each([
    ['an unknown method', 1, 'crm.nothing.list', {}, 404, 'ERROR_METHOD_NOT_FOUND'],
    ['an administrator\'s method', 2, 'app.option.set', { options: { a: 1 } }, 400, 'AccessException'],
    ['placements by a manager', 2, 'placement.get', {}, 403, 'ACCESS_DENIED'],
    ['types by a manager', 3, 'crm.type.list', {}, 400, 'ACCESS_DENIED'],
    ['stages by a manager', 3, 'crm.status.add', { fields: { ENTITY_ID: 'DEAL_STAGE', STATUS_ID: 'X', NAME: 'X' } }, 400, ''],
    ['user fields by a manager', 3, 'userfieldconfig.add', { moduleId: 'crm',
      field: { entityId: 'CRM_DEAL', fieldName: 'UF_CRM_DEAL_X', userTypeId: 'string' } }, 400, ''],
    ['a missing id', 1, 'crm.item.get', { entityTypeId: 2 }, 400, '100'],
    ['a wrong type', 1, 'crm.item.get', { entityTypeId: 'deal', id: 1 }, 400, '100'],
    ['no department', 1, 'im.department.managers.get', {}, 400, 'ID_EMPTY'],
    ['no user', 1, 'im.notify.personal.add', { MESSAGE: 'x' }, 400, 'USER_ID_EMPTY'],
    ['no text', 1, 'im.notify.personal.add', { USER_ID: 2 }, 400, 'MESSAGE_EMPTY'],
    ['no options', 1, 'app.option.set', { options: {} }, 400, 'ArgumentNullException'],
    ['no storage code', 1, 'entity.item.get', {}, 400, 'ERROR_ARGUMENT'],
    ['no placement', 1, 'placement.bind', { HANDLER: 'https://a.example' }, 200, 'ERROR_ARGUMENT'],
    ['no task', 1, 'tasks.task.add', {}, 400, '100'],
    ['no subject', 1, 'crm.activity.add', { fields: { OWNER_ID: 1, OWNER_TYPE_ID: 2, TYPE_ID: 4, RESPONSIBLE_ID: 1,
      COMMUNICATIONS: [{ VALUE: 'a@example.com' }] } }, 400, '']
  ] as const)('%s is answered as documented, with a line in the contract log', async (_, userId, method, params, status, error) => {
    const portal = specPortal()
    const reply = await call(portal, userId, method, params)
    expect([reply.status, code(reply.body)]).toEqual([status, error])
    expect(portal.contractLog).toHaveLength(1)
    expect(portal.contractLog[0]).toMatchObject({ method, userId })
  })

  it('checks the scope', async () => {
    const portal = specPortal()
    const reply = await portal.call(callerOf(1, 'application', ['im']), 'crm.item.list', { entityTypeId: 2 })
    expect([reply.status, code(reply.body)]).toEqual([403, 'insufficient_scope'])
  })

  it.each([['app.info', 400, 'ACCESS_DENIED'], ['app.option.get', 400, 'AccessException'], ['placement.get', 403, 'WRONG_AUTH_TYPE'],
    ['entity.get', 400, 'ACCESS_DENIED']])(
    '%s needs an application', async (method, status, error) => {
      const reply = await specPortal().call(callerOf(1, 'webhook'), method, {})
      expect([reply.status, code(reply.body)]).toEqual([status, error])
    })

  it('ignores and logs unknown keys', async () => {
    const portal = specPortal()
    const { item } = await resultOf<{ item: Record<string, unknown> }>(portal, 1, 'crm.item.update',
      { entityTypeId: 2, id: 1, fields: { title: 'New name', nonsense: 1 }, extra: 2 })
    expect(item.title).toBe('New name')
    expect(portal.contractLog.map(line => line.problem)).toEqual(['unknown parameter extra', 'fields.nonsense: unknown key, ignored'])
  })

  it('gives time with operating to every reply', async () => {
    const { body } = await call(specPortal(), 1, 'profile')
    expect(body.time).toMatchObject({ date_start: '2026-08-20T15:00:00+05:00', operating: 0.02, operating_reset_at: NOW.getTime() / 1000 + 600 })
  })

  it('refuses a dismissed employee', async () => {
    const portal = specPortal()
    const user = portal.state.users.find(other => other.id === 3)
    if (user) user.active = false
    expect((await call(portal, 3, 'profile')).status).toBe(401)
  })
})

describe('every served method, from its contract', () => {
  const methods = specPortal().methods().filter(method => method !== 'batch')
  it.each(methods)('%s: the first missing parameter is an error with a line, an unknown key is a line', async method => {
    const contract = contractOf(method)
    expect(contract).not.toBeNull()
    const required = contract?.params.filter(param => param.required && !param.name.includes('.')) ?? []
    const portal = specPortal()
    await installStore(portal)
    if (required.length) {
      const { body } = await call(portal, 1, method, {})
      expect(body).toHaveProperty('error')
      expect(portal.contractLog.at(-1)).toMatchObject({ method, kind: 'rule', problem: expect.stringContaining('missing') as string })
    }
    portal.contractLog.length = 0
    await call(portal, 1, method, { notAParameter: 1 })
    expect(portal.contractLog.map(line => line.problem)).toContain('unknown parameter notAParameter')
  })
})

describe('batch', () => {
  const run = async (cmd: Params | string[], halt: unknown = 0, userId = 1): Promise<Record<string, Record<string, unknown>>> =>
    resultOf(specPortal(), userId, 'batch', { cmd, halt })

  it('answers named commands by name and lists as lists', async () => {
    const named = await run({ me: 'user.current', deals: 'crm.item.list?entityTypeId=2&select[]=id' })
    expect(named.result).toMatchObject({ me: { ID: '1' } })
    expect(named.result_total).toEqual({ deals: 60 })
    expect(named.result_next).toEqual({ deals: 50 })
    expect(named.result_error).toEqual([])
    const listed = await run(['profile', 'profile'])
    expect(listed.result).toHaveLength(2)
    expect(listed.result_time).toHaveLength(2)
  })

  it('passes results on', async () => {
    const { result } = await run({ deal: 'crm.item.get?entityTypeId=2&id=4', contact: 'crm.item.get?entityTypeId=3&id=$result[deal][item][contactId]' })
    const { deal, contact } = result as Record<string, { item: { id: number; contactId: number } }>
    expect(contact?.item.id).toBe(deal?.item.contactId)
  })

  it('tells a reference to something that is not there from a wrong call: nobody could know', async () => {
    const portal = specPortal()
    const cmd = {
      none: 'crm.item.list?entityTypeId=2&filter[%3Did]=9999&start=-1', card: 'crm.item.get?entityTypeId=2&id=$result[none][items][0][id]', wrong: 'crm.item.get?entityTypeId=2'
    }
    const { result_error: errors } = await resultOf(portal, 1, 'batch', { cmd }) as Record<string, Record<string, unknown>>
    expect(Object.keys(errors ?? {})).toEqual(['card', 'wrong'])
    expect(portal.contractLog.map(({ kind, problem }) => `${kind} ${problem}`)).toEqual([
      'refusal $result[none][items][0][id] leads nowhere: missing id', 'rule missing id'
    ])
  })

  it('goes on after an error, or stops with halt; sparse results are an object, never a list with holes', async () => {
    const open = await run(['profile', 'crm.item.get?entityTypeId=2&id=9999', 'profile'])
    expect(open.result_error).toEqual({ 1: { error: 'NOT_FOUND', error_description: expect.any(String) as string } })
    expect(Object.keys(open.result ?? {})).toEqual(['0', '2'])
    expect(Array.isArray(open.result_time)).toBe(false)
    const halted = await run(['profile', 'crm.item.get?entityTypeId=2&id=9999', 'profile'], 1)
    expect(Object.keys(halted.result ?? {})).toEqual(['0'])
  })

  it('refuses a batch inside and everything after fifty', async () => {
    const { result_error: errors, result } = await run([...Array.from({ length: 50 }, () => 'profile'), 'profile', 'batch?cmd[0]=profile'])
    expect(Object.keys(result ?? {})).toHaveLength(50)
    expect(errors).toMatchObject({ 50: { error: 'ERROR_BATCH_LENGTH_EXCEEDED' }, 51: { error: 'ERROR_BATCH_LENGTH_EXCEEDED' } })
    expect((await run(['batch?cmd[0]=profile'])).result_error).toMatchObject([{ error: 'ERROR_BATCH_METHOD_NOT_ALLOWED' }])
  })

  it('reads "false" as a text, and says so', async () => {
    const portal = specPortal()
    await resultOf(portal, 1, 'batch', { cmd: ['scope?full=false'] })
    expect(portal.contractLog.map(line => line.problem)).toEqual(['full: "false" is a text on the wire, send Y/N or 1/0'])
  })

  it('a chain of pages repeats itself past the end, as on a real portal', async () => {
    const { result, result_error: errors } = await run({
      a: 'crm.item.list?entityTypeId=2&select[]=id&order[id]=DESC&start=-1',
      b: 'crm.item.list?entityTypeId=2&select[]=id&order[id]=DESC&start=-1&filter[<id]=$result[a][items][49][id]',
      c: 'crm.item.list?entityTypeId=2&select[]=id&order[id]=DESC&start=-1&filter[<id]=$result[b][items][49][id]'
    })
    const pages = result as Record<string, { items: { id: number }[] }>
    expect([pages.a?.items.length, pages.b?.items.length]).toEqual([50, 10])
    expect(errors).toMatchObject({ c: { error: 'INVALID_ARG_VALUE' } })
  })
})

describe('limits and tokens', () => {
  it('lets fifty requests through at once and two a second afterwards', async () => {
    const portal = specPortal({ switches: { limits: true } })
    const statuses = async (count: number): Promise<number[]> => Promise.all(Array.from({ length: count },
      async () => (await call(portal, 1, 'profile')).status))
    expect((await statuses(51)).filter(status => status === 503)).toHaveLength(1)
    portal.setNow(new Date(NOW.getTime() + 3000))
    expect((await statuses(8)).filter(status => status === 200)).toHaveLength(6)
  })

  it('blocks a method whose operating time is used up until the baskets leave', async () => {
    const portal = specPortal({ switches: { limits: true } })
    portal.chargeOperating('crm.item.list', 480)
    expect((await call(portal, 1, 'crm.item.list', { entityTypeId: 2 })).body).toMatchObject({ error: 'OPERATION_TIME_LIMIT' })
    expect((await call(portal, 1, 'crm.item.get', { entityTypeId: 2, id: 1 })).status).toBe(200)
    portal.setNow(new Date(NOW.getTime() + 601_000))
    expect((await call(portal, 1, 'crm.item.list', { entityTypeId: 2 })).status).toBe(200)
  })

  it('lets tokens expire', () => {
    const portal = specPortal({ switches: { tokenLife: 60 } })
    const { AUTH_ID } = portal.issueToken(2)
    expect(portal.callerOfToken(AUTH_ID)).toMatchObject({ userId: 2, context: 'application' })
    portal.setNow(new Date(NOW.getTime() + 60_000))
    expect(portal.callerOfToken(AUTH_ID)).toBe('expired')
    expect(portal.callerOfToken('nobody')).toBeNull()
    expect(portal.callerOfWebhook(2, 'wrong')).toBeNull()
  })

  it('plays an error of a method inside a batch, once', async () => {
    const portal = specPortal()
    portal.faults.push({ kind: 'method-error', method: 'profile', error: 'INTERNAL_SERVER_ERROR', nth: 2 })
    const { result_error: errors } = await resultOf<Record<string, unknown>>(portal, 1, 'batch', { cmd: ['profile', 'profile', 'profile'] })
    expect(errors).toEqual({ 1: { error: 'INTERNAL_SERVER_ERROR', error_description: 'Internal server error' } })
    expect(portal.faults).toEqual([])
  })

  it('a fault waits for its method and its layer, strikes from the nth request on, and as often as it was told', () => {
    const faults: Fault[] = [{ kind: 'reply-lost', method: 'batch', nth: 2, times: 2 }, { kind: 'method-error', method: 'profile' }]
    const wire = ['lost-before', 'reply-lost'] as const
    const struck = (): boolean => takeFault(faults, 'batch', wire) !== null
    expect(takeFault(faults, 'profile', wire), 'another layer plays it').toBeNull()
    expect(takeFault(faults, 'crm.item.list', wire), 'another method').toBeNull()
    expect([struck(), struck(), struck(), struck()]).toEqual([false, true, true, false])
    expect(takeFault(faults, 'profile', ['method-error'])).toMatchObject({ kind: 'method-error' })
    expect(faults, 'used up').toEqual([])
  })

  it('without the undocumented methods they do not exist, and asking breaks no rule', async () => {
    const portal = specPortal({ switches: { undocumented: false } })
    portal.register({ 'crm.form.list': () => ({ result: [] }) })
    expect((await call(portal, 1, 'crm.form.list')).status).toBe(404)
    expect(portal.contractLog).toEqual([])
    portal.switches.undocumented = true
    expect((await call(portal, 1, 'crm.form.list')).status).toBe(200)
  })
})
