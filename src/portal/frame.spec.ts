import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FramePortal } from './frame'

const ORIGIN = 'https://acme.test'

const INIT = {
  DOMAIN: 'acme.test', PROTOCOL: '1', PATH: '/rest', LANG: 'ru', MEMBER_ID: 'm1', AUTH_ID: 'a', REFRESH_ID: 'r', AUTH_EXPIRES: '3600',
  IS_ADMIN: true, INSTALL: false, FIRST_RUN: false, PLACEMENT: 'CRM_DEAL_DETAIL_TAB', PLACEMENT_OPTIONS: { ID: 42 }, APP_OPTIONS: { base: 'https://f.test/' }
}

type Answer = (command: string, params: unknown) => unknown

/** A window around us that notes what it is told and answers what `answer` gives; undefined = silence. */
function windowAround(answer: Answer): { told: [string, unknown][] } {
  const told: [string, unknown][] = []
  const parent = {
    postMessage(message: string | { method: string, params: unknown, callback: string }) {
      const parts = typeof message === 'string' ? message.split(':') : []
      const json = parts.slice(1, -2).join(':')
      // commands of the messenger travel as objects
      const [command, key, params] = typeof message === 'string'
        ? [parts[0] ?? '', parts.at(-2) ?? '', json ? JSON.parse(json) as unknown : undefined] as const
        : [message.method, message.callback, message.params] as const
      told.push([command, params])
      const reply = answer(command, params)
      if (reply === undefined) return
      const data = `${key}:${typeof reply === 'string' ? reply : JSON.stringify(reply)}`
      queueMicrotask(() => { window.dispatchEvent(new MessageEvent('message', { data, origin: ORIGIN })) })
    }
  }
  vi.stubGlobal('parent', parent)
  return { told }
}

async function open(answer: Answer, timeout?: number): Promise<FramePortal> {
  windowAround(answer)
  const { openFrame } = await import('./frame')
  return openFrame(timeout === undefined ? {} : { timeout })
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  const caught = promise.then(() => 'fine', (error: { code: unknown }) => error.code)
  await vi.runAllTimersAsync()
  return caught
}

beforeEach(() => {
  vi.resetModules()
  vi.useFakeTimers()
  window.name = 'acme.test|1|sid1'
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  window.name = ''
})

describe('start-up', () => {
  it('reads who is looking and where from the greeting, all options as text', async () => {
    const portal = await open(command => command === 'getInitData' ? { ...INIT, PLACEMENT_OPTIONS: { ID: 42, none: null, list: [1] } } : undefined)
    expect(portal.context).toEqual({
      origin: ORIGIN, memberId: 'm1', lang: 'ru', isAdmin: true, placement: 'CRM_DEAL_DETAIL_TAB', options: { ID: '42', list: '[1]' },
      appOptions: { base: 'https://f.test/' }, isInstalled: true
    })
  })

  it('leaves it to the caller when the app is not installed', async () => {
    const portal = await open(() => ({ ...INIT, INSTALL: true, IS_ADMIN: false, PLACEMENT: '', LANG: '' }))
    expect(portal.context).toMatchObject({ isInstalled: false, isAdmin: false, placement: 'DEFAULT', lang: 'en' })
  })

  it('reads empty option lists as PHP sends them', async () => {
    const portal = await open(() => ({ ...INIT, PLACEMENT_OPTIONS: [], APP_OPTIONS: null }))
    expect(portal.context).toMatchObject({ options: {}, appOptions: {} })
  })

  it('stays on https when the greeting has no PROTOCOL; the SDK alone would fall back to http', async () => {
    const portal = await open(() => ({ ...INIT, PROTOCOL: undefined }))
    expect(portal.context.origin).toBe(ORIGIN)
  })

  it.each([
    ['no name', ''], ['a foreign name', 'something'], ['no app', 'acme.test|1|']
  ])('is not in a portal: %s', async (_case, name) => {
    window.name = name
    expect(await codeOf(open(() => INIT))).toBe('notInPortal')
  })

  it('is not in a portal when the page has no window around it', async () => {
    const { openFrame } = await import('./frame')
    expect(await codeOf(openFrame())).toBe('notInPortal')
  })

  it('gives up on a silent window after ten seconds, and tries again when asked', async () => {
    const started = Date.now()
    const answers: Answer = vi.fn<Answer>().mockReturnValueOnce(undefined).mockReturnValue(INIT)
    expect(await codeOf(open(answers))).toBe('portalSilent')
    expect(Date.now() - started).toBe(10_000)
    const { openFrame } = await import('./frame')
    expect((await openFrame()).context.memberId).toBe('m1')
  })

  it('does not hang on the first start of a person when the window confirms nothing', async () => {
    const { told } = windowAround(command => command === 'getInitData' ? { ...INIT, FIRST_RUN: true } : undefined)
    const { openFrame } = await import('./frame')
    await openFrame()
    expect(told).toEqual([['getInitData', undefined], ['setInstall', { install: true }]])
  })

  it.each([['not JSON', '{'], ['a text', '"x"'], ['a number', '7']])('cannot read an answer that is %s', async (_case, reply) => {
    expect(await codeOf(open(() => reply))).toBe('unreadable')
  })

  it('ignores answers from elsewhere', async () => {
    windowAround(() => undefined)
    const { openFrame } = await import('./frame')
    const opened = openFrame({ timeout: 50 })
    window.dispatchEvent(new MessageEvent('message', { data: `x:${JSON.stringify(INIT)}`, origin: 'https://evil.test' }))
    expect(await codeOf(opened)).toBe('portalSilent')
  })

  it('greets once per page', async () => {
    const { told } = windowAround(() => INIT)
    const { openFrame } = await import('./frame')
    const [first, second] = await Promise.all([openFrame(), openFrame()])
    expect(second).toBe(first)
    expect(told).toHaveLength(1)
  })
})

describe('commands', () => {
  async function framed(reply: Answer = () => undefined, init: object = {}) {
    const { told } = windowAround((command, params) => command === 'getInitData' ? { ...INIT, ...init } : reply(command, params))
    const { openFrame } = await import('./frame')
    const { frame } = await openFrame()
    told.length = 0
    const settled = async (promise: Promise<unknown>) => {
      promise.catch(() => undefined)
      await vi.runAllTimersAsync()
      return promise
    }
    return { frame, told, settled }
  }

  it('settle although the window stays silent', async () => {
    const { frame, told, settled } = await framed()
    await settled(Promise.all([frame.setTitle('Report: June'), frame.fitWindow(), frame.reload(), frame.reloadData()]))
    expect(told.map(([command]) => command)).toEqual(['setTitle', 'resizeWindow', 'reloadWindow', 'reloadData'])
    expect(told[0]?.[1]).toEqual({ title: 'Report: June' })
    expect(told[1]?.[1]).toMatchObject({ width: '100%' })
  })

  it.each([
    ['CRM_DEAL_DETAIL_TAB', 1], ['CRM_CONTACT_DETAIL_ACTIVITY', 1], ['CRM_DEAL_LIST_MENU', 1], ['CRM_DEAL_DETAIL_TOOLBAR', 0], ['DEFAULT', 0]
  ])('reloadData in %s is sent %i times', async (PLACEMENT, times) => {
    const { frame, told, settled } = await framed(undefined, { PLACEMENT })
    await settled(frame.reloadData())
    expect(told).toHaveLength(times)
  })

  it('opens a page of the portal and waits for its end', async () => {
    const { frame, told, settled } = await framed(() => ({ result: 'close' }))
    await settled(frame.openPath('/crm/deal/details/5/'))
    expect(String((told[0]?.[1] as { path: string }).path)).toMatch(/\/crm\/deal\/details\/5\/\?IFRAME=Y/)
  })

  it('says that the portal refuses a path', async () => {
    const { frame, settled } = await framed(() => ({ result: 'error', errorCode: 'PATH_NOT_AVAILABLE' }))
    await expect(settled(frame.openPath('/x/'))).rejects.toMatchObject({ code: 'unexpected', detail: 'PATH_NOT_AVAILABLE' })
  })

  it('opens the app with parameters and closes it', async () => {
    const { frame, told, settled } = await framed(command => command === 'openApplication' ? {} : undefined)
    await settled(frame.openApplication({ answer: 5, bx24_title: 'a:b' }))
    frame.closeApplication()
    expect(told).toEqual([['openApplication', { answer: 5, bx24_title: 'a:b' }], ['closeApplication', undefined]])
  })

  it.each([
    [{ id: '7', name: 'Anna' }, { id: 7, name: 'Anna' }], [{ id: 7 }, { id: 7, name: '' }], ['null', null], [{ name: 'x' }, null], [{ id: 'U7' }, null]
  ])('selectUser reads %j', async (reply, expected) => {
    const { frame, settled } = await framed(() => reply)
    expect(await settled(frame.selectUser())).toEqual(expected)
  })

  it.each([
    [[{ id: 'U7', name: 'Anna' }, { id: 'DR5' }], [{ id: 'U7', name: 'Anna' }, { id: 'DR5', name: '' }]],
    [{ 0: { id: 'D5', name: 'Sales' } }, [{ id: 'D5', name: 'Sales' }]], [[], []], ['null', []], [[7], []]
  ])('selectAccess reads %j', async (reply, expected) => {
    const { frame, settled } = await framed(() => reply)
    expect(await settled(frame.selectAccess())).toEqual(expected)
  })

  it.each([
    [{ contact: [{ id: 'C_7', title: 'Anna' }] }, { kind: 'contact', id: 7, title: 'Anna' }],
    [{ contact: {}, company: { 0: { id: 'CO_4', title: 'Alatau' } } }, { kind: 'company', id: 4, title: 'Alatau' }],
    [{ deal: [{ id: 'D_2', title: 'not asked for' }] }, null], [{ contact: [{ id: '7' }] }, null], [{}, null], ['null', null]
  ])('selectCrm reads %j', async (reply, expected) => {
    const { frame, told, settled } = await framed(() => reply)
    expect(await settled(frame.selectCrm(['contact', 'company']))).toEqual(expected)
    expect(told[0]).toEqual(['selectCRM', expect.objectContaining({ entityType: ['contact', 'company'], multiple: false })])
  })

  it.each([
    [{ result: true }, true], ['null', true], [{ message: 'The text field is not available', requestId: 'r' }, false], [undefined, false]
  ])('typeInChat reads %j', async (reply, expected) => {
    const { frame, told, settled } = await framed(() => reply)
    expect(await settled(frame.typeInChat('Hello'))).toBe(expected)
    // behind what the operator has typed, and nothing of it is lost
    expect(told).toEqual([['im:setImTextareaContent', { text: 'Hello', replace: false, withNewLine: true }]])
  })

  it.each([[true, 1], [false, 0]])('installFinish while installing = %s is sent %i times', async (INSTALL, times) => {
    const { frame, told, settled } = await framed(undefined, { INSTALL })
    await settled(frame.installFinish())
    expect(told.filter(([command]) => command === 'setInstallFinish')).toHaveLength(times)
  })
})
