import { afterEach, describe, expect, it, vi } from 'vitest'
import type { State } from '../../demo/state'
import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { probeHandlingRights, setDutyPerson } from '@/portal/installation/duty'
import {
  inspectInstallation, runInstallation, STEPS, type InstallationChoices, type Installed, type StepReport
} from '@/portal/installation/installation'
import { ADMINISTRATOR, demoPortal, doorOf, portalOver, type Request } from '../in-process'

const APP = 'https://app.example/feedback/'
const CHOICES: InstallationChoices = { keepIn: 'smartProcess', everyone: true, duty: null, appBase: APP, linkBase: null, generation: 'first' }

const install = (portal: Portal, choices: Partial<InstallationChoices> = {}): Promise<Installed> =>
  runInstallation(portal, { ...CHOICES, ...choices }, () => {})

/** What an installation leaves, without counters and times: ids of things that were made once are the same in every order of faults. */
function installed({ types, categories, statuses, userFields, placements, storages, app }: State) {
  const known = (id: number): boolean => types.some(type => type.entityTypeId === id)
  return {
    types: types.map(({ id, entityTypeId, title, fields }) => ({ id, entityTypeId, title, fields: { ...fields, updatedBy: null } })),
    categories: categories.filter(category => known(category.entityTypeId)),
    statuses: statuses.filter(status => status.entityId.startsWith('DYNAMIC_')).map(({ statusId, entityId, name, sort, semantics, color }) =>
      ({ statusId, entityId, name, sort, semantics, color })).sort((a, b) => `${a.entityId}${a.sort}`.localeCompare(`${b.entityId}${b.sort}`)),
    userFields: userFields.filter(field => field.fieldName.includes('_FB_')).map(({ fieldName, userTypeId, multiple, settings, editFormLabel, enum: items }) =>
      ({ fieldName, userTypeId, multiple, settings, editFormLabel, items: items.map(({ value, xmlId, sort }) => ({ value, xmlId, sort })) }))
      .sort((a, b) => a.fieldName.localeCompare(b.fieldName)),
    placements: placements.map(({ placement, handler, title, langAll, options, userId }) => ({ placement, handler, title, langAll, options, userId }))
      .sort((a, b) => a.placement.localeCompare(b.placement)),
    storages: storages.map(({ entity, access, properties }) => ({ entity, access, properties: properties.map(({ property, type }) => ({ property, type })) })),
    options: app.options
  }
}

/** Requests and the writes among them. */
function counting(request: Request): { request: Request, requests: string[], writes: string[] } {
  const requests: string[] = []
  const writes: string[] = []
  return {
    requests, writes,
    request: async (method, params) => {
      requests.push(method)
      const methods = method === 'batch' ? Object.values(params.cmd as Record<string, string>).map(command => command.split('?')[0]!) : [method]
      writes.push(...methods.filter(name => /\.(add|update|delete|set|bind|unbind)$/.test(name)))
      return await request(method, params)
    }
  }
}

describe('installation', () => {
  it('makes the whole store in few requests, without one wrong call', async () => {
    const demo = demoPortal()
    const door = counting(doorOf(demo))
    const reports: StepReport[] = []
    const { store, duty, base } = await runInstallation(portalOver(door.request), CHOICES, step => reports.push(step))
    console.info(`installation of a fresh portal: ${door.requests.length} requests, ${door.writes.length} writes`)

    expect(demo.contractLog).toEqual([])
    expect(door.requests.length).toBeLessThanOrEqual(25)
    expect(reports.map(({ step, state }) => `${step} ${state}`)).toEqual(STEPS.flatMap(step => [`${step} running`, `${step} done`]))
    expect(demo.state.types).toMatchObject([{ title: 'Обратная связь', fields: { isSetOpenPermissions: 'Y' } }])
    const categories = demo.state.categories.filter(category => category.entityTypeId === store.entityTypeId)
    expect(categories).toMatchObject([
      { id: store.answerCategoryId, name: 'Ответы', isDefault: true },
      { id: store.invitationCategoryId, name: 'Приглашения', isDefault: false }
    ])
    const stages = (category: number): string[] => demo.state.statuses
      .filter(status => status.entityId === `DYNAMIC_${store.entityTypeId}_STAGE_${category}`).sort((a, b) => a.sort - b.sort)
      .map(status => `${status.statusId.split(':')[1]} ${status.semantics}`)
    expect(stages(store.answerCategoryId)).toEqual(['NEW ', 'FB_LOW ', 'FB_MIDDLE ', 'FB_HIGH ', 'FB_WORK ', 'SUCCESS S', 'FAIL F', 'FB_SET_ASIDE F'])
    expect(stages(store.invitationCategoryId)).toEqual(['NEW ', 'SUCCESS S', 'FAIL F'])
    expect(store.enums.FB_STATE).toMatchObject({ sent: expect.any(Number), cancelled: expect.any(Number) })
    expect(store.native[3].names.FB_OPT_OUT).toEqual(expect.any(String))
    expect(store.native[2].names.FB_OPT_OUT).toBeUndefined()
    expect(demo.state.app.options).toMatchObject({ installed: 'first', base: APP, duty: JSON.stringify({ person: ADMINISTRATOR, deputy: null }), store: JSON.stringify(store) })
    expect({ duty, base }).toEqual({ duty: { person: ADMINISTRATOR, deputy: null }, base: APP })
    expect(await inspectInstallation(portalOver(doorOf(demo)), APP)).toEqual([])
  })

  it('writes nothing when it is run again', async () => {
    const demo = demoPortal()
    await install(portalOver(doorOf(demo)))
    const before = installed(demo.state)
    const door = counting(doorOf(demo))
    await install(portalOver(door.request), { generation: 'second' })
    expect(door.writes).toEqual([])
    expect(installed(demo.state)).toEqual(before)
  })

  describe('broken off', () => {
    const faults = {
      'before a request': (nth: number, request: Request): Request => atRequest(nth, request, async () => ({ status: 500, body: { error: 'INTERNAL_SERVER_ERROR', error_description: 'down' } })),
      'after a request, its reply lost': (nth: number, request: Request): Request => atRequest(nth, request, async (method, params) => {
        await request(method, params)
        throw Object.assign(new Error('Network Error'), { code: 'NETWORK_ERROR', status: 0 })
      }),
      'by an overload': (nth: number, request: Request): Request => atRequest(nth, request, async () => (
        { status: 503, body: { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' } })),
      'by an expired session': (nth: number, request: Request): Request => atRequest(nth, request, async () => ({ status: 401, body: { error: 'expired_token', error_description: 'expired' } }))
    }

    afterEach(() => { vi.unstubAllGlobals() })

    it.each(Object.keys(faults) as (keyof typeof faults)[])('%s and run again, leaves the same portal', async name => {
      // The client tries a read again after a pause; here nobody has to wait for it.
      vi.stubGlobal('setTimeout', (run: () => void) => { queueMicrotask(run) })
      const whole = demoPortal()
      const door = counting(doorOf(whole))
      await install(portalOver(door.request))
      const expected = installed(whole.state)
      for (let nth = 1; nth <= door.requests.length; nth++) {
        const demo = demoPortal()
        const failed = await install(portalOver(faults[name](nth, doorOf(demo)))).then(() => null, (error: unknown) => error)
        expect(failed, `request ${nth}`).toBeInstanceOf(PortalError)
        await install(portalOver(doorOf(demo)))
        expect(withoutIds(installed(demo.state)), `request ${nth}`).toEqual(withoutIds(expected))
        expect(demo.contractLog).toEqual([])
      }
    })
  })

  it('broken off after every single command, inside batches too, and run again, leaves the same portal', async () => {
    const whole = demoPortal()
    const all = atCommand(Infinity, doorOf(whole))
    await install(portalOver(all.request))
    const expected = withoutIds(installed(whole.state))
    for (let last = 1; last < all.ran(); last++) {
      const demo = demoPortal()
      await expect(install(portalOver(atCommand(last, doorOf(demo)).request)), `command ${last}`).rejects.toBeInstanceOf(PortalError)
      await install(portalOver(doorOf(demo)))
      expect(withoutIds(installed(demo.state)), `command ${last}`).toEqual(expected)
      expect(demo.contractLog).toEqual([])
    }
    console.info(`broken off after each of ${all.ran()} commands`)
  })

  it('finds a store that people renamed, even without the stored addresses', async () => {
    const demo = demoPortal()
    const { store } = await install(portalOver(doorOf(demo)))
    Object.assign(demo.state.types[0]!, { title: 'Что говорят клиенты' })
    for (const category of demo.state.categories) category.name = `Наши ${category.id}`
    for (const status of demo.state.statuses) status.name = `Стадия ${status.id}`
    demo.state.app.options = {}
    const before = installed(demo.state)
    const again = await install(portalOver(doorOf(demo)), { generation: 'second' })
    expect(again.store).toEqual({ ...store, generation: 'second' })
    expect({ ...installed(demo.state), options: {} }).toEqual({ ...before, options: {} })
  })

  it('leaves a smart process of the same name alone', async () => {
    const demo = demoPortal()
    const door = portalOver(doorOf(demo))
    const { type } = await door.call<{ type: { id: number, entityTypeId: number } }>('crm.type.add', { fields: { title: 'Обратная связь' } })
    await door.call('crm.item.add', { entityTypeId: type.entityTypeId, fields: { title: 'A person\'s record' } })
    const { store } = await install(portalOver(doorOf(demo)))
    expect(store.typeId).not.toBe(type.id)
    expect(demo.state.userFields.filter(field => field.entityId === `CRM_${type.id}`)).toEqual([])
  })

  it('reports a field of a wrong type and touches nothing', async () => {
    const demo = demoPortal()
    const { store } = await install(portalOver(doorOf(demo)))
    demo.state.userFields.find(field => field.fieldName === `UF_CRM_${store.typeId}_FB_NPS`)!.userTypeId = 'integer'
    const door = counting(doorOf(demo))
    await expect(install(portalOver(door.request))).rejects.toMatchObject({ code: 'storeIncomplete', detail: expect.stringContaining('FB_NPS is integer and must be string') })
    expect(door.writes).toEqual([])
    expect(await inspectInstallation(portalOver(doorOf(demo)), APP)).toEqual([expect.objectContaining({ what: 'fieldWrongType' })])
  })

  it('repairs what is gone and says beforehand what that is', async () => {
    const demo = demoPortal()
    const { store } = await install(portalOver(doorOf(demo)))
    const whole = withoutIds(installed(demo.state))
    const { state } = demo
    state.userFields = state.userFields.filter(field => !field.fieldName.endsWith('_FB_CAUSE'))
    const channel = state.userFields.find(field => field.fieldName.endsWith('_FB_CHANNEL'))!
    channel.enum = channel.enum.filter(item => item.xmlId !== 'import')
    state.userFields.find(field => field.fieldName.endsWith('_FB_SUM'))!.editFormLabel = {}
    state.statuses = state.statuses.filter(status => status.statusId !== store.answerStages.work)
    state.placements = state.placements.filter(({ placement }) => placement !== 'LEFT_MENU' && placement !== 'PAGE_BACKGROUND_WORKER')
    state.placements.find(({ placement }) => placement === 'REST_APP_URI')!.handler = 'https://old.example/tab.html'
    for (const category of state.categories) if (category.entityTypeId === store.entityTypeId) category.isDefault = category.id === store.invitationCategoryId
    state.types[0]!.fields.isBizProcEnabled = 'N'
    state.storages = state.storages.filter(({ entity }) => entity !== 'versions')

    const findings = await inspectInstallation(portalOver(doorOf(demo)), APP)
    expect(findings.map(({ what }) => what).sort()).toEqual([
      'answersNotDefault', 'dutyNotBound', 'fieldMissing', 'fieldUnlabelled', 'stageMissing', 'storageMissing', 'typeSetting', 'valueMissing', 'widgetMissing', 'widgetWrong'
    ])
    await install(portalOver(doorOf(demo)))
    expect(await inspectInstallation(portalOver(doorOf(demo)), APP)).toEqual([])
    expect(withoutIds(installed(state))).toEqual(whole)
    expect(demo.contractLog).toEqual([])
  })

  it('replaces doubled and foreign handlers of ours by one', async () => {
    const demo = demoPortal()
    await install(portalOver(doorOf(demo)))
    const [first] = demo.state.placements
    demo.state.placements.push(structuredClone(first!), { ...structuredClone(first!), placement: 'CRM_LEAD_DETAIL_TAB' })
    await install(portalOver(doorOf(demo)))
    expect(await inspectInstallation(portalOver(doorOf(demo)), APP)).toEqual([])
    expect(demo.state.placements.filter(({ placement }) => placement === first!.placement)).toHaveLength(1)
    expect(demo.state.placements.some(({ placement }) => placement === 'CRM_LEAD_DETAIL_TAB')).toBe(false)
  })

  it('moves the worker with the duty, and keeps who is named', async () => {
    const demo = demoPortal()
    await install(portalOver(doorOf(demo)))
    await setDutyPerson(portalOver(doorOf(demo)), { person: 5, deputy: 4 }, APP, ['ru'])
    const { duty } = await install(portalOver(doorOf(demo)))
    expect(duty).toEqual({ person: 5, deputy: 4 })
    const workers = demo.state.placements.filter(({ placement }) => placement === 'PAGE_BACKGROUND_WORKER')
    expect(workers.map(({ userId }) => userId).sort()).toEqual([4, 5])
    expect(workers.every(({ options }) => options.errorHandlerUrl === `${APP}worker.html`)).toBe(true)
    expect(await inspectInstallation(portalOver(doorOf(demo)), APP)).toEqual([])
    expect(demo.contractLog).toEqual([])
  })

  it.each([['an administrator', ADMINISTRATOR, 'full'], ['somebody with a wide role', 3, 'unknown']])('tells what can be known of the rights of %s', async (_name, userId, rights) => {
    const demo = demoPortal()
    const { store } = await install(portalOver(doorOf(demo)))
    expect(await probeHandlingRights(portalOver(doorOf(demo, userId)), store)).toBe(rights)
    demo.state.categories = demo.state.categories.filter(({ id }) => id !== store.invitationCategoryId)
    expect(await probeHandlingRights(portalOver(doorOf(demo, userId)), store)).toBe(rights === 'full' ? 'full' : 'partial')
  })

  it('keeps an address of links that was set', async () => {
    const demo = demoPortal()
    await install(portalOver(doorOf(demo)), { linkBase: 'https://answers.example/' })
    expect((await install(portalOver(doorOf(demo)))).base).toBe('https://answers.example/')
  })

  it('makes addresses anew that cannot be read', async () => {
    const demo = demoPortal()
    const { store } = await install(portalOver(doorOf(demo)))
    demo.state.app.options.store = '{"version":1}'
    expect((await install(portalOver(doorOf(demo)), { generation: 'second' })).store).toEqual({ ...store, generation: 'second' })
  })

  it('stops early on a plan without smart processes', async () => {
    const demo = demoPortal({ smartProcesses: false })
    const reports: StepReport[] = []
    await expect(runInstallation(portalOver(doorOf(demo)), CHOICES, step => reports.push(step))).rejects.toMatchObject({ code: 'planWithoutSmartProcesses' })
    expect(reports.at(-1)).toMatchObject({ step: 'store', state: 'failed' })
    expect(demo.state.types).toEqual([])
  })

  it('tells anybody but an administrator so, before anything is made', async () => {
    const demo = demoPortal()
    await expect(install(portalOver(doorOf(demo, 3)))).rejects.toMatchObject({ code: 'notAdministrator' })
    expect(demo.state.types).toEqual([])
  })
})

/** Stops the world at the nth request: that one meets the fault, and so does everything behind it – the page is gone. */
function atRequest(nth: number, request: Request, fault: Request): Request {
  let count = 0
  return async (method, params) => {
    count += 1
    if (count < nth) return await request(method, params)
    if (count === nth) return await fault(method, params)
    return { status: 401, body: { error: 'expired_token', error_description: 'The page is gone' } }
  }
}

/** Runs so many commands, those of batches counted one by one, and loses every reply from there on: the portal or the page stopped. */
function atCommand(last: number, request: Request): { request: Request, ran: () => number } {
  let ran = 0
  const lose = (): never => { throw Object.assign(new Error('timeout'), { code: 'REQUEST_TIMEOUT', status: 408 }) }
  return {
    ran: () => ran,
    request: async (method, params) => {
      const commands = method === 'batch' ? Object.entries(params.cmd as Record<string, string>) : [[method, '']]
      const left = Math.min(commands.length, last - ran)
      ran += left
      if (left <= 0) return lose()
      if (left === commands.length && ran < last) return await request(method, params)
      await request(method, method === 'batch' ? { ...params, cmd: Object.fromEntries(commands.slice(0, left)) } : params)
      return lose()
    }
  }
}

/** Ids depend on what was made before the fault; everything else does not. */
function withoutIds(state: ReturnType<typeof installed>): unknown {
  const { store, ...options } = state.options
  const { typeId, entityTypeId, answerStages } = JSON.parse(store ?? '{}') as Record<string, unknown>
  const categories = state.categories.map(({ name, isDefault, sort }) => ({ name, isDefault, sort }))
  return JSON.parse(JSON.stringify({ ...state, categories, options: { ...options, store: { typeId, entityTypeId, answerStages } } })
    .replaceAll(/(DT|DYNAMIC_)(\d+)(_STAGE)?_\d+/g, '$1$2$3')) as unknown
}
