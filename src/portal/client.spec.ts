import { AxiosError, type InternalAxiosRequestConfig } from 'axios'
import { reactive } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ref } from './batch-command'
import { createPortalClient, isReadOnly, type Portal, type PortalContext } from './client'
import { PortalError } from './errors'
import { createSdkHttp } from './sdk-http'

interface Reply { status?: number, data?: unknown, page?: string, lost?: 'network' | 'timeout', takes?: number }
interface Sent { method: string, body: Record<string, unknown> }

const context: PortalContext = {
  origin: 'https://acme.test', memberId: 'm', lang: 'en', isAdmin: true, placement: 'DEFAULT', options: {}, appOptions: {}, isInstalled: true
}

/** A portal on the other side of the real SDK: replies in order, the last one for ever. */
function portalAnswering(...replies: Reply[]): { portal: Portal, sent: Sent[], refreshed: () => number } {
  const sent: Sent[] = []
  let refreshed = 0
  const token = { access_token: 'a', refresh_token: 'r', expires: 0, expires_in: 3600, domain: context.origin, member_id: 'm' }
  const http = createSdkHttp({
    getAuthData: () => token,
    refreshAuth: async () => { refreshed++; return token },
    getUniq: prefix => prefix,
    isAdmin: true,
    getTargetOrigin: () => context.origin,
    getTargetOriginWithPath: () => new Map([['v2', `${context.origin}/rest`]]) as never
  })
  http.ajaxClient.defaults.adapter = async (config: InternalAxiosRequestConfig) => {
    sent.push({ method: String(config.url).replace(/.*\/rest\/([^?]*).*/, '$1'), body: JSON.parse(String(config.data)) as Record<string, unknown> })
    const reply = replies[Math.min(sent.length, replies.length) - 1] ?? {}
    if (reply.takes) await new Promise(resolve => setTimeout(resolve, reply.takes))
    if (reply.lost) {
      throw new AxiosError(reply.lost, reply.lost === 'network' ? 'ERR_NETWORK' : 'ECONNABORTED', config, null)
    }
    const status = reply.status ?? 200
    // as text: the SDK's HTTP client parses it
    const response = { data: reply.page ?? JSON.stringify(reply.data), status, statusText: '', headers: {}, config }
    if (status >= 400) throw new AxiosError(`status ${status}`, status < 500 ? 'ERR_BAD_REQUEST' : 'ERR_BAD_RESPONSE', config, null, response)
    return response
  }
  return { portal: createPortalClient(http, context), sent, refreshed: () => refreshed }
}

const time = { start: 1, finish: 2, duration: 1, processing: 1, date_start: '', date_finish: '' }
const answer = (result: unknown): Reply => ({ data: { result, time } })
const batchAnswer = (result: unknown, more: Record<string, unknown> = {}): Reply =>
  answer({ result, result_error: [], result_total: [], result_next: [], result_time: [], ...more })

/** Runs to the end, through every pause, without waiting for it. */
async function failure(promise: Promise<unknown>): Promise<PortalError> {
  const caught = promise.then(() => undefined, (error: unknown) => error)
  await vi.runAllTimersAsync()
  const error = await caught
  if (error instanceof PortalError) return error
  throw new Error(`expected a PortalError, got ${String(error)}`)
}
async function success<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  await vi.runAllTimersAsync()
  return promise
}

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('one call', () => {
  it('gives the result and sends the token', async () => {
    const { portal, sent } = portalAnswering(answer({ item: { id: 7 } }))
    expect(await success(portal.call('crm.item.get', { entityTypeId: 2, id: 7 }))).toEqual({ item: { id: 7 } })
    expect(sent).toEqual([{ method: 'crm.item.get', body: { entityTypeId: 2, id: 7, auth: 'a' } }])
  })

  it('sends reactive data as plain data; the SDK alone would execute the call and report a failure', async () => {
    const { portal, sent } = portalAnswering(answer(1))
    expect(await success(portal.call('crm.item.add', { fields: reactive({ title: 'A', tags: ['x'] }) }))).toBe(1)
    expect(sent[0]?.body.fields).toEqual({ title: 'A', tags: ['x'] })
  })

  it.each([
    ['a function', { at: () => 1 }], ['a Date', { at: new Date(0) }], ['a Map', { at: new Map() }], ['NaN', { at: NaN }],
    ['a reference outside a batch', { at: ref('a', 'id') }], ['undefined in a list', { at: [undefined] }]
  ])('refuses %s before anything is sent', async (_name, params) => {
    const { portal, sent } = portalAnswering(answer(1))
    await expect(portal.call('crm.item.add', params)).rejects.toThrow(TypeError)
    expect(sent).toEqual([])
  })

  it('refuses circular data', async () => {
    const loop: Record<string, unknown> = {}
    loop.self = loop
    await expect(portalAnswering(answer(1)).portal.call('crm.item.add', loop)).rejects.toThrow('circular')
  })

  it('accepts a reply without `time`; the SDK alone would reject an executed call', async () => {
    const { portal } = portalAnswering({ data: { result: 5 } })
    expect(await success(portal.call('crm.item.add'))).toBe(5)
  })

  it('renews the token once and repeats', async () => {
    const { portal, refreshed } = portalAnswering({ status: 401, data: { error: 'expired_token', error_description: '' } }, answer(1))
    expect(await success(portal.call('crm.item.add'))).toBe(1)
    expect(refreshed()).toBe(1)
  })
})

describe('failures of one call', () => {
  const refused = (status: number, error: string, text = ''): Reply => ({ status, data: { error, error_description: text } })

  it.each([
    // a write is sent once
    ['network, write', { lost: 'network' }, 'crm.item.add', 'replyLost', 'unknown', false, 1],
    ['timeout, write', { lost: 'timeout' }, 'crm.item.add', 'timeout', 'unknown', false, 1],
    ['502 page, write', { status: 502, data: '<html>' }, 'crm.item.add', 'unreachable', 'unknown', false, 1],
    ['504 page, write', { status: 504, data: '' }, 'crm.item.update', 'unreachable', 'unknown', false, 1],
    ['500, write', refused(500, 'INTERNAL_SERVER_ERROR'), 'crm.item.add', 'portalFailed', 'unknown', false, 1],
    ['500 page, write', { status: 500, data: '<html>' }, 'crm.item.add', 'portalFailed', 'unknown', false, 1],
    ['unknown 5xx, write', refused(507, 'SOMETHING'), 'crm.item.add', 'portalFailed', 'unknown', false, 1],
    ['page with 200, write', { data: '<html>' }, 'crm.item.add', 'unreadable', 'unknown', false, 1],
    // a read is repeated
    ['network, read', { lost: 'network' }, 'crm.item.list', 'unreachable', 'no', true, 4],
    ['502, read', { status: 502, data: '<html>' }, 'crm.item.get', 'unreachable', 'no', true, 4],
    ['500, read', refused(500, 'INTERNAL_SERVER_ERROR'), 'crm.item.get', 'portalFailed', 'no', true, 4],
    ['timeout, read', { lost: 'timeout' }, 'crm.item.list', 'timeout', 'no', true, 1],
    ['page with 200, read', { data: '<html>' }, 'crm.item.get', 'unreadable', 'no', true, 1],
    // the portal has not executed it
    ['503, write', refused(503, 'QUERY_LIMIT_EXCEEDED'), 'crm.item.add', 'overloaded', 'no', true, 4],
    ['blocked by hand', refused(503, 'OVERLOAD_LIMIT'), 'crm.item.list', 'overloaded', 'no', false, 1],
    ['429', refused(429, 'OPERATION_TIME_LIMIT'), 'crm.item.list', 'limitReached', 'no', true, 1],
    ['refused', refused(403, 'ACCESS_DENIED', 'Access denied'), 'crm.item.get', 'noRight', 'no', false, 1],
    ['soft error of the SDK', refused(400, 'ERROR_ENTITY_NOT_FOUND'), 'entity.item.get', 'notFound', 'no', false, 1],
    ['200 with an error', { data: { error: 'NOT_FOUND', error_description: 'x', time } }, 'crm.item.get', 'notFound', 'no', false, 1],
    ['dead token', refused(401, 'expired_token'), 'crm.item.get', 'sessionExpired', 'no', false, 2]
  ] satisfies [string, Reply, string, string, string, boolean, number][])('%s', async (_name, reply, method, code, executed, retryable, times) => {
    const { portal, sent } = portalAnswering(reply)
    const error = await failure(portal.call(method))
    expect({ code: error.code, executed: error.executed, retryable: error.retryable, method: error.method })
      .toEqual({ code, executed, retryable, method })
    expect(sent).toHaveLength(times)
  })

  it('repeats 503 and gives the result', async () => {
    const { portal, sent } = portalAnswering({ status: 503, data: '' }, answer(9))
    expect(await success(portal.call('crm.item.add'))).toBe(9)
    expect(sent).toHaveLength(2)
  })

  it.each([
    ['quick refusals', 0, 4, 7000], ['a slow gateway', 10_000, 2, 21_000], ['a very slow gateway', 20_000, 1, 20_000]
  ])('starts no attempt after 15 seconds: %s', async (_name, takes, times, waited) => {
    const { portal, sent } = portalAnswering({ status: 502, data: '', takes })
    const started = Date.now()
    await failure(portal.call('crm.item.list'))
    expect([sent.length, Date.now() - started]).toEqual([times, waited])
  })

  it.each([
    ['offline before it was sent', [false, false], 'no'],
    ['offline since', [true, false], 'unknown']
  ] as const)('%s', async (_name, [before, after], executed) => {
    const onLine = vi.spyOn(navigator, 'onLine', 'get').mockReturnValueOnce(before).mockReturnValue(after)
    const error = await failure(portalAnswering({ lost: 'network' }).portal.call('crm.item.add'))
    expect([error.code, error.executed]).toEqual(['offline', executed])
    expect(onLine).toHaveBeenCalled()
  })
})

describe('a batch', () => {
  it('renders named commands and gives results, totals and next by name', async () => {
    const { portal, sent } = portalAnswering(batchAnswer({ deal: { item: { id: 1 } }, list: { items: [] }, none: null }, {
      result_total: { list: 120 }, result_next: { list: 50 }, result_time: { list: { operating: 1 } }
    }))
    const outcomes = await success(portal.batch<{ deal: unknown, list: unknown, none: unknown }>({
      deal: { method: 'crm.item.get', params: { entityTypeId: 2, id: 1 } },
      list: { method: 'crm.item.list', params: { filter: { '>=id': 3, '@stageId': ['A', 'B'] }, empty: [], nothing: null, absent: undefined } },
      none: { method: 'app.option.get' }
    }))
    expect(outcomes).toEqual({
      deal: { ok: true, result: { item: { id: 1 } } },
      list: { ok: true, result: { items: [] }, total: 120, next: 50 },
      none: { ok: true, result: null }
    })
    expect(sent[0]?.body.halt).toBe(0)
    const cmd = Object.fromEntries(Object.entries(sent[0]?.body.cmd as Record<string, string>).map(([name, row]) => [name, decodeURIComponent(row)]))
    expect(cmd).toEqual({
      deal: 'crm.item.get?entityTypeId=2&id=1',
      list: 'crm.item.list?filter[>=id]=3&filter[@stageId][0]=A&filter[@stageId][1]=B&nothing=',
      none: 'app.option.get?'
    })
  })

  it('keeps the failures beside the results', async () => {
    const { portal } = portalAnswering(batchAnswer({ b: 2 }, { result_error: { a: { error: 'ACCESS_DENIED', error_description: 'Access denied' } } }))
    const outcomes = await success(portal.batch<{ a: number, b: number }>({ a: { method: 'crm.item.add' }, b: { method: 'crm.item.add' } }))
    expect(outcomes.b).toEqual({ ok: true, result: 2 })
    expect(outcomes.a).toMatchObject({ ok: false, error: { code: 'noRight', method: 'crm.item.add', executed: 'no' } })
  })

  it('says what did not run after a halt', async () => {
    const { portal, sent } = portalAnswering(batchAnswer({ a: 1 }, { result_error: { b: 'ERROR_CORE' } }))
    const add = { method: 'crm.item.add' }
    const outcomes = await success(portal.batch<{ a: number, b: number, c: number }>({ a: add, b: add, c: add }, { halt: true }))
    expect([outcomes.a.ok, outcomes.b.ok]).toEqual([true, false])
    expect(outcomes.c).toMatchObject({ ok: false, error: { code: 'notRun', executed: 'no' } })
    expect(sent[0]?.body.halt).toBe(1)
  })

  it('does not claim anything about a command without a result', async () => {
    const { portal } = portalAnswering(batchAnswer([]))
    const outcomes = await success(portal.batch<{ a: number }>({ a: { method: 'crm.item.add' } }))
    expect(outcomes.a).toMatchObject({ ok: false, error: { code: 'unreadable', executed: 'unknown' } })
  })

  it('reads PHP\'s holes and lists', async () => {
    const { portal } = portalAnswering(batchAnswer({ a: 1 }, { result_error: null, result_time: [null], result_total: null }))
    expect(await success(portal.batch<{ a: number }>({ a: { method: 'x.get' } }))).toEqual({ a: { ok: true, result: 1 } })
  })

  it('is not repeated when one command writes', async () => {
    const { portal, sent } = portalAnswering({ lost: 'network' })
    const error = await failure(portal.batch({ a: { method: 'crm.item.list' }, b: { method: 'crm.item.add' } }))
    expect([error.code, error.executed, sent.length]).toEqual(['replyLost', 'unknown', 1])
  })

  it('is repeated when all commands read', async () => {
    const { portal, sent } = portalAnswering({ lost: 'network' }, batchAnswer({ a: 1 }))
    expect(await success(portal.batch<{ a: number }>({ a: { method: 'crm.item.list' } }))).toEqual({ a: { ok: true, result: 1 } })
    expect(sent).toHaveLength(2)
  })

  it('gives a long reply whole, without the SDK writing it down', async () => {
    const items = Array.from({ length: 2_000 }, (_, id) => ({ id, comment: `${id}`.repeat(40) }))
    const written = vi.spyOn(JSON, 'stringify')
    const { portal } = portalAnswering(batchAnswer({ list: { items } }, { result_total: { list: 2_000 } }))
    expect((await success(portal.batch({ list: { method: 'crm.item.list' } }))).list).toEqual({ ok: true, result: { items }, total: 2_000 })
    // the first one is the test's own
    expect(written.mock.results.filter(({ value }) => String(value).length > 10_000)).toHaveLength(1)
    written.mockRestore()
  })

  it('refuses a long page of somebody else', async () => {
    const { portal } = portalAnswering({ page: `<html>${'<p>Closed</p>'.repeat(20_000)}</html>` })
    expect(await failure(portal.batch({ list: { method: 'crm.item.list' } }))).toMatchObject({ code: 'unreadable' })
  })

  it('refuses a reply that is not a batch', async () => {
    const error = await failure(portalAnswering(answer(true)).portal.batch({ a: { method: 'crm.item.add' } }))
    expect([error.code, error.executed]).toEqual(['unreadable', 'unknown'])
  })

  it('sends nothing for no commands', async () => {
    const { portal, sent } = portalAnswering(answer(1))
    expect(await portal.batch({})).toEqual({})
    expect(sent).toEqual([])
  })
})

describe('operating time', () => {
  const spent = { operating: 250, operating_reset_at: 1600, finish: 1000 }
  const bulk = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`p${index}`, { method: 'crm.item.list' }]))

  it('stops bulk work at half of the budget and leaves single screens alone', async () => {
    const { portal, sent } = portalAnswering(batchAnswer({ p0: { items: [] } }, { result_time: { p0: spent } }))
    await success(portal.batch({ p0: { method: 'crm.item.list' } }))
    const error = await failure(portal.batch(bulk))
    expect([error.code, error.retryable, sent.length]).toEqual(['limitReached', true, 1])
    await success(portal.batch({ p0: { method: 'crm.item.list' } }))
    await success(portal.call('crm.item.list'))
    expect(sent).toHaveLength(3)
  })

  it('never makes a single call wait in silence; the SDK alone would sleep until the reset', async () => {
    const now = Date.now() / 1000
    const { portal } = portalAnswering({ data: { result: 1, time: { operating: 479, operating_reset_at: now + 600, finish: now } } })
    await success(portal.call('crm.item.list'))
    const before = Date.now()
    await success(portal.call('crm.item.list'))
    expect(Date.now()).toBe(before)
  })

  it('goes on after the reset', async () => {
    const { portal, sent } = portalAnswering(batchAnswer({ p0: 1 }, { result_time: { p0: spent } }))
    await success(portal.batch({ p0: { method: 'crm.item.list' } }))
    vi.advanceTimersByTime(600_001)
    await success(portal.batch(bulk))
    expect(sent).toHaveLength(2)
  })
})

it.each([
  ['crm.item.list', true], ['profile', true], ['user.current', true], ['im.department.managers.get', true], ['crm.enum.ownertype', true],
  ['crm.item.add', false], ['app.option.set', false], ['event.offline.get', false], ['im.notify.personal.add', false], ['batch', false], ['placement.bind', false]
])('%s only reads: %s', (method, expected) => {
  expect(isReadOnly(method)).toBe(expected)
})
