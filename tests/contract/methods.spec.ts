import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Params } from '../../demo/rest/handler'
import type { Caller, DemoPortal, RestReply, State } from '../../demo/state'
import { CONTRACTS, isDocumented, missingParameters, scopesOf, unknownKeys, wrongTypes } from './methods-calls'
import { EXAMPLES } from './methods-examples'
import { ADMINISTRATOR, OWN_ONLY, placeInDemo, type Place } from './methods-place'

/**
 * Calls made from the contracts: a correct one, and one for each rule that can be broken. Every one is checked for its documented
 * answer and for what the contract log says about it.
 */

let demo: DemoPortal
let place: Place
let before: State
let calls = 0

beforeAll(async () => {
  const made = await placeInDemo()
  demo = made.scene.demo
  place = made.place
  before = demo.snapshot()
})

afterAll(() => console.log(`contract: ${calls} calls over ${Object.keys(CONTRACTS).length} methods`))

const SCOPES = [...new Set(Object.values(CONTRACTS).flatMap(contract => scopesOf(contract).flat()))]

interface Person { userId?: number, context?: Caller['context'], scopes?: string[] }

/** One call of the untouched portal. */
async function run(method: string, params: Params, { userId = ADMINISTRATOR, context = 'application', scopes = SCOPES }: Person = {}): Promise<RestReply> {
  Object.assign(demo.state, structuredClone(before))
  demo.contractLog.length = 0
  calls++
  return await demo.call({ userId, context, scopes }, method, params)
}

const correct = (method: string): Params => EXAMPLES[method]!.params(place)
const lines = (): string[] => demo.contractLog.map(line => `${line.kind}: ${line.problem}`)

const EMPTY_BATCH = { result: [], result_error: [], result_total: [], result_next: [], result_time: [] }

/** Results of a batch carry the operating time, which grows with every call. */
const withoutTimes = (result: unknown): unknown => typeof result === 'object' && result !== null ? { ...result, result_time: null } : result

/** What the page gives for this call, and one line of the kind. */
function expectRefused(method: string, { body, status }: RestReply, kind: 'rule' | 'refusal', what: string): void {
  expect(body, what).toHaveProperty('error')
  expect(isDocumented(method, CONTRACTS[method]!, body), `${what}: ${status} ${JSON.stringify(body)}`).toBe(true)
  expect(demo.contractLog, `${what}: ${lines().join(' | ')}`).toMatchObject([{ kind, method }])
}

for (const [method, contract] of Object.entries(CONTRACTS)) describe(method, () => {
  it('answers a correct call without a line in the log', async () => {
    const { status, body } = await run(method, correct(method))
    expect([status, body.error, lines()]).toEqual([200, undefined, []])
  })

  it('refuses a call that lacks a required parameter', async () => {
    for (const { what, params } of missingParameters(contract, correct(method))) {
      const reply = await run(method, params)
      // the page names no answer; a batch without commands is an empty one
      if (method === 'batch') expect([reply.body.result, lines()]).toEqual([EMPTY_BATCH, ['rule: missing cmd']])
      else expectRefused(method, reply, 'rule', what)
    }
  })

  it('notes a wrong type, and refuses it where the page does', async () => {
    for (const { what, params, fatal } of wrongTypes(method, contract, correct(method))) {
      const reply = await run(method, params)
      if (fatal || 'error' in reply.body) expectRefused(method, reply, 'rule', what)
      else expect(demo.contractLog, `${what}: ${lines().join(' | ')}`).toMatchObject([{ kind: 'rule', method }])
    }
  })

  it('ignores and notes an unknown key', async () => {
    const { body: { result } } = await run(method, correct(method))
    for (const { what, params } of unknownKeys(correct(method))) {
      const reply = await run(method, params)
      expect(lines(), what).toEqual([expect.stringMatching(/^rule: .*notDocumented/)])
      expect(withoutTimes(reply.body.result), what).toEqual(withoutTimes(result))
    }
  })

  it('keeps settings and others\' records from a manager of only his own', async () => {
    const reply = await run(method, correct(method), { userId: OWN_ONLY })
    const { stranger } = EXAMPLES[method]!
    if (stranger === 'refused') return expectRefused(method, reply, contract.right === 'administrator' ? 'rule' : 'refusal', 'manager')
    expect(reply.body).not.toHaveProperty('error')
    if (stranger === 'empty') expect(JSON.stringify(reply.body.result)).toMatch(/^(\[\]|\{"\w+":\[\]\})$/)
    if (stranger !== 'alone') return
    expect(reply.body.result).toMatchObject({ item: { assignedById: OWN_ONLY, contactIds: [], companyId: 0 } })
    expect(new Set(lines().map(line => line.split(':')[0]))).toEqual(new Set(['refusal']))
  })

  if (contract.applicationContext === true) it('belongs to applications: a webhook is refused', async () => {
    expectRefused(method, await run(method, correct(method), { context: 'webhook' }), 'rule', 'webhook')
  })

  for (const needed of scopesOf(contract)) it(`needs the scope ${needed.join(' or ')}`, async () => {
    expectRefused(method, await run(method, correct(method), { scopes: SCOPES.filter(scope => !needed.includes(scope)) }), 'rule', 'scope')
  })
})

it('every documented method has an example', () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual(Object.keys(CONTRACTS).sort())
})
