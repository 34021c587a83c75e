import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadAutomation, settleAutomation, troubleOf } from '@/entries/settings/automation/automation'
import { runAll, type RunResult } from '@/entries/settings/installation/run'
import { CONTROL, TEMPLATE_KEYS } from '@/plan/compile/input'
import { readControl, type InCharge } from '@/plan/control'
import { PortalError } from '@/portal/errors'
import { userFieldName, type RecordStore } from '@/portal/record-store'
import type { Portal } from '@/portal/client'
import type { DemoPortal } from '../../demo/state'
import { CHOICES, demoPortal, doorOf, noReply, portalOver, type Request } from '../in-process'

const WELL = vi.hoisted(() => ({ code: null, problems: [], unseen: [] }))
// the public form is no REST: nothing answers there without a server
vi.mock('@/survey/form', async original => ({
  ...await original<typeof import('@/survey/form')>(), verifyForm: async () => WELL, checkForm: async () => WELL
}))

/** The installation up to who does the work, on the portal's own side of the wire. */

const tools = {
  now: () => new Date('2026-03-02T09:00:00Z'), newNonce: () => ({ token: 't'.repeat(32), submission: 's'.repeat(32) }),
  formTexts: async () => ({ button: 'Отправить', success: 'Спасибо', failure: 'Не получилось', comment: 'Комментарий', answers: 'Ответы' })
}
const run = (portal: Portal, inCharge: InCharge = 'engine', generation = 'first'): Promise<RunResult> =>
  runAll(portal, { ...CHOICES, generation, inCharge }, { company: 'Ромашка', langs: ['ru'], lang: 'ru' }, tools, () => {})

function storeOf(demo: DemoPortal): RecordStore {
  return JSON.parse(demo.state.app.options.store ?? '') as RecordStore
}

const placeOf = (demo: DemoPortal) => ({ store: storeOf(demo), base: demo.state.app.options.base ?? '', dutyId: 1 })
const portalOf = (demo: DemoPortal): Portal => portalOver(doorOf(demo))

/** Control records, oldest first: whose, and who is in charge. */
function controls(demo: DemoPortal): string[] {
  const store = storeOf(demo)
  return [...demo.state.items.get(store.entityTypeId)!.values()].filter(({ fields }) => fields[userFieldName(store, 'FB_SURVEY')] === CONTROL)
    .map(({ fields }) => `${String(fields[userFieldName(store, 'FB_WHY')])} ${String(fields[userFieldName(store, 'FB_BY')])}`)
}

/** What the run leaves of the processes, without ids and times. */
const left = async (demo: DemoPortal) => ({
  templates: demo.state.workflowTemplates.map(({ name, autoExecute }) => `${name.split(' · ')[0]} ${autoExecute}`).sort(),
  controls: controls(demo),
  states: (await loadAutomation(portalOf(demo), placeOf(demo))).findings.map(({ key, state }) => `${key} ${state}`)
})

describe('an installation in a portal with processes', () => {
  it('puts them in charge; a second run writes nothing', async () => {
    const demo = demoPortal()
    await run(portalOf(demo))
    const first = await left(demo)
    expect(first).toMatchObject({ controls: ['first engine'], states: TEMPLATE_KEYS.map(key => `${key} current`) })
    const before = JSON.stringify(demo.state.workflowTemplates)
    const writes: string[] = []
    const door = doorOf(demo)
    await run(portalOver(async (method, params) => {
      if (/\.(add|update|delete)$/.test(method)) writes.push(method)
      return await door(method, params)
    }))
    expect(writes).toEqual([])
    expect(JSON.stringify(demo.state.workflowTemplates)).toBe(before)
    expect(demo.contractLog).toEqual([])
  })

  it('leaves them out when somebody chose the duty person', async () => {
    const demo = demoPortal()
    await run(portalOf(demo), 'duty')
    expect(demo.state.workflowTemplates).toEqual([])
    expect(controls(demo)).toEqual([])
  })

  it('takes the charge from those of an installation before it, whose templates nobody can remove', async () => {
    const demo = demoPortal()
    await run(portalOf(demo))
    // uninstalled: settings and storages are gone, records and templates stay; the new application is another one
    demo.state.app.options = {}
    demo.state.storages = []
    demo.state.app.id += 1
    await run(portalOf(demo), 'duty', 'second')
    expect(controls(demo)).toEqual(['first duty'])
    await run(portalOf(demo), 'engine', 'third')
    expect(controls(demo)).toEqual(['first duty', 'second engine'])
    expect(demo.state.workflowTemplates).toHaveLength(2 * TEMPLATE_KEYS.length)
  })
})

describe('broken off', () => {
  /** Fails at the nth request that the step makes, before or after the portal has executed it. */
  const failing = (demo: DemoPortal, nth: number, isExecuted: boolean): { portal: Portal, count: () => number } => {
    const door = doorOf(demo)
    let count = 0
    const request: Request = async (method, params) => {
      if (++count !== nth) return await door(method, params)
      if (isExecuted) await door(method, params)
      throw noReply()
    }
    return { portal: portalOver(request), count: () => count }
  }
  const installed = demoPortal()
  beforeAll(async () => { await run(portalOf(installed), 'duty') })
  const ready = (): DemoPortal => {
    const demo = demoPortal()
    Object.assign(demo.state, installed.snapshot())
    return demo
  }
  // The client tries a read again after a pause; here nobody has to wait for it.
  beforeEach(() => { vi.stubGlobal('setTimeout', (go: () => void) => { queueMicrotask(go) }) })
  afterEach(() => { vi.unstubAllGlobals() })

  it.each([['before', false], ['after', true]])('%s every request and run again, it leaves the same portal', async (_, isExecuted) => {
    const whole = ready()
    const { portal, count } = failing(whole, Infinity, false)
    await settleAutomation(portal, placeOf(whole), 'engine')
    const expected = await left(whole)
    for (let nth = 1; nth <= count(); nth++) {
      const demo = ready()
      // a read is tried again by the client itself
      await settleAutomation(failing(demo, nth, isExecuted).portal, placeOf(demo), 'engine').catch((error: unknown) => { expect(error).toBeInstanceOf(PortalError) })
      expect(await settleAutomation(portalOf(demo), placeOf(demo), 'engine')).toBeNull()
      expect(await left(demo), `request ${nth}`).toEqual(expected)
    }
  }, 60_000)
})

describe('where the portal refuses', () => {
  it('the duty person is in charge, and the installation is whole', async () => {
    const demo = demoPortal({ workflows: false })
    expect((await run(portalOf(demo))).state).toBe('complete')
    expect(controls(demo)).toEqual([])
    expect(await loadAutomation(portalOf(demo), placeOf(demo))).toMatchObject({ inCharge: 'duty', refusal: { code: 'planWithoutProcesses' } })
  })

  it('a plan that has lost its processes is seen, and a repair hands over', async () => {
    const demo = demoPortal()
    await run(portalOf(demo))
    demo.switches.workflows = false
    const found = await loadAutomation(portalOf(demo), placeOf(demo))
    expect(troubleOf(found)).toBe('refused')
    expect((await settleAutomation(portalOf(demo), placeOf(demo), 'engine'))?.code).toBe('planWithoutProcesses')
    expect((await readControl(portalOf(demo), storeOf(demo)))?.inCharge).toBe('duty')
  })

  it('an application without the permission is told so', async () => {
    const demo = demoPortal()
    await run(portalOf(demo), 'duty')
    const door = doorOf(demo)
    const portal = portalOver(async (method, params) => {
      const reply = await door(method, params)
      if (method !== 'batch' || !JSON.stringify(params).includes('bizproc.')) return reply
      const { result } = reply.body as { result: Record<string, Record<string, unknown>> }
      delete result.result?.first
      const refused = { error: 'insufficient_scope', error_description: 'The request requires higher privileges' }
      return { status: 200, body: { ...reply.body, result: { ...result, result_error: { first: refused } } } }
    })
    expect((await loadAutomation(portal, placeOf(demo))).refusal?.code).toBe('processesNotAllowed')
  })
})

describe('what changes for the processes is seen', () => {
  it.each<[string, (demo: DemoPortal) => Partial<ReturnType<typeof placeOf>>]>([
    ['the address of links', () => ({ base: 'https://other.example/' })],
    ['the duty person', () => ({ dutyId: 3 })],
    ['a survey on pause', demo => {
      for (const item of demo.state.storages.flatMap(({ items }) => items)) item.properties.JSON = item.properties.JSON!.replace('"status":"active"', '"status":"paused"')
      return {}
    }]
  ])('%s', async (_, change) => {
    const demo = demoPortal()
    await run(portalOf(demo))
    const place = { ...placeOf(demo), ...change(demo) }
    expect(troubleOf(await loadAutomation(portalOf(demo), place))).toBe('outdated')
    await settleAutomation(portalOf(demo), place, 'engine')
    expect(troubleOf(await loadAutomation(portalOf(demo), place))).toBeNull()
  })

  it('two administrators with different languages see the same', async () => {
    const demo = demoPortal()
    await run(portalOf(demo))
    expect(troubleOf(await loadAutomation(portalOver(doorOf(demo), { lang: 'en' }), placeOf(demo)))).toBeNull()
  })
})
