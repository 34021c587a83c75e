import type { HttpV2 } from '@bitrix24/b24jssdk'
import { renderCommands, plainParams } from './batch-command'
import { hearTime } from './clock'
import { PortalError, restError } from './errors'
import { OperatingBudget } from './operating-budget'
import { mapOf } from './php-array'
import { openResult } from './sealed-result'

/** Plain data only: no reactive objects, no functions. The client clones them before the SDK sees them. */
export type Params = Record<string, unknown>

export interface Command {
  method: string
  params?: Params
}

/** What became of one command of a batch. */
export type Outcome<T> =
  | { ok: true, result: T, total?: number, next?: number }
  | { ok: false, error: PortalError }

/** What the frame knows without a request. */
export interface PortalContext {
  /** e.g. https://acme.bitrix24.com */
  origin: string
  memberId: string
  /** language of the portal's interface for this person, e.g. ru */
  lang: string
  isAdmin: boolean
  /** placement code, DEFAULT for the app's own page */
  placement: string
  /** PLACEMENT_OPTIONS, all strings */
  options: Record<string, string>
  /** app.option as it travelled with the frame; as old as the page */
  appOptions: Record<string, string>
  /** false until the installer has called installFinish */
  isInstalled: boolean
}

/**
 * The only door to the portal. Everything that the SDK and the wire do differently from what one would expect
 * is closed behind it.
 */
export interface Portal {
  readonly context: PortalContext

  /**
   * Runs one method.
   * @throws PortalError always a catalogue error; `executed` says whether the portal may have done it.
   */
  call<T>(method: string, params?: Params): Promise<T>

  /**
   * Runs up to 50 named commands in one request. A command that fails is an outcome, not an exception.
   * With `halt` the commands behind the first failure come back as failed with code `notRun`.
   * @throws PortalError when the request as a whole failed; then no outcome is known.
   */
  batch<T extends Record<string, unknown>>(
    commands: { [K in keyof T]: Command },
    options?: { halt?: boolean }
  ): Promise<{ [K in keyof T]: Outcome<T[K]> }>
}

/** Methods that change nothing, by the last part of their name; only these are repeated after a lost reply. */
const READ_ONLY = /(^|\.)(get|list|fields|info|current|search|time|profile|scope|types|ownertype|contenttype)$/i

/** Repeating a read: pauses in milliseconds before the second, third and fourth attempt. */
const PAUSES = [1000, 2000, 4000]

/** No further attempt starts after so long: a person is waiting. Milliseconds. */
const PATIENCE = 15_000

/** Whether a method only reads. `event.offline.get` empties its queue and does not count. */
export function isReadOnly(method: string): boolean {
  return READ_ONLY.test(method) && method !== 'event.offline.get'
}

/**
 * The client over the SDK's HTTP part.
 *
 * - Parameters are checked and copied as plain data before the SDK sees them (`plainParams`, `renderCommands`): a fault in them is a
 *   TypeError or RangeError of the caller and nothing has been sent.
 * - A write is sent once. If its reply does not arrive the error says `executed: 'unknown'` ('replyLost', 'timeout', 'unreachable', 'offline').
 * - A read is repeated up to three times with growing pauses, for at most 15 seconds.
 * - 503 (too many requests) is repeated for writes too: the portal has not executed it. 429 (operating time) is reported at once, it lasts for minutes.
 *
 * @param http of `createSdkHttp`; what matters is that it makes one attempt per call
 */
export function createPortalClient(http: Pick<HttpV2, 'call'>, context: PortalContext): Portal {
  const budget = new OperatingBudget()

  async function request(method: string, params: Params, readOnly: boolean): Promise<unknown> {
    const started = Date.now()
    for (let attempt = 0; ; attempt++) {
      const wasOffline = isOffline()
      const failure = await attemptOnce(method, params).catch((error: unknown) => portalError(error, method, readOnly, wasOffline))
      if (!(failure instanceof PortalError)) return failure.result
      const pause = retryPause(failure, attempt, readOnly)
      if (pause === undefined || Date.now() - started + pause > PATIENCE) throw failure
      await new Promise(resolve => setTimeout(resolve, pause))
    }
  }

  async function attemptOnce(method: string, params: Params): Promise<{ result: unknown }> {
    const reply = await http.call(method, params)
    const data = reply.getData()
    if (!data) throw [...reply.getErrors()][0] ?? new PortalError('unreadable', { method, executed: 'unknown' })
    budget.record(method, data.time, Date.now())
    hearTime(portal, data.time, Date.now())
    return { result: openResult(data.result) }
  }

  const portal: Portal = {
    context,

    async call<T>(method: string, params: Params = {}): Promise<T> {
      return await request(method, plainParams(params), isReadOnly(method)) as T
    },

    async batch<T extends Record<string, unknown>>(
      commands: { [K in keyof T]: Command },
      { halt = false }: { halt?: boolean } = {}
    ): Promise<{ [K in keyof T]: Outcome<T[K]> }> {
      const rendered = renderCommands(commands)
      const methods = Object.values<Command>(commands).map(({ method }) => method)
      if (methods.length === 0) return {} as { [K in keyof T]: Outcome<T[K]> }
      budget.check(methods, Date.now())
      const readOnly = methods.every(isReadOnly)
      const reply = readBatchReply(await request('batch', { halt: halt ? 1 : 0, cmd: rendered }, readOnly), readOnly)
      const outcomes: Record<string, Outcome<unknown>> = {}
      let stopped = false
      for (const [name, { method }] of Object.entries<Command>(commands)) {
        budget.record(method, reply.time[name], Date.now())
        const outcome: Outcome<unknown> = stopped && !(name in reply.result)
          ? { ok: false, error: new PortalError('notRun', { method, retryable: true }) }
          : readOutcome(reply, name, method)
        outcomes[name] = outcome
        stopped ||= halt && !outcome.ok
      }
      return outcomes as { [K in keyof T]: Outcome<T[K]> }
    }
  }
  return portal
}

interface BatchReply {
  result: Record<string, unknown>
  error: Record<string, unknown>
  total: Record<string, unknown>
  next: Record<string, unknown>
  time: Record<string, unknown>
}

function readBatchReply(body: unknown, readOnly: boolean): BatchReply {
  const maps = mapOf(body)
  if (!('result' in maps)) throw new PortalError('unreadable', { method: 'batch', executed: readOnly ? 'no' : 'unknown' })
  return {
    result: mapOf(maps.result), error: mapOf(maps.result_error), total: mapOf(maps.result_total),
    next: mapOf(maps.result_next), time: mapOf(maps.result_time)
  }
}

function readOutcome(reply: BatchReply, name: string, method: string): Outcome<unknown> {
  const readOnly = isReadOnly(method)
  const failed = reply.error[name]
  if (failed) {
    const facts = typeof failed === 'string' ? { error: failed } : mapOf(failed)
    const description = facts.error_description
    return {
      ok: false,
      error: restError({ code: String(facts.error ?? ''), status: 200, ...(description ? { description: String(description) } : {}) }, method, readOnly)
    }
  }
  if (!(name in reply.result)) {
    return { ok: false, error: new PortalError('unreadable', { method, executed: readOnly ? 'no' : 'unknown' }) }
  }
  // Counts are read as data: the SDK's isMore() is true for every command of a batch.
  const [total, next] = [reply.total[name], reply.next[name]]
  return {
    ok: true, result: reply.result[name],
    ...(total === undefined || total === null ? {} : { total: Number(total) }),
    ...(next === undefined || next === null ? {} : { next: Number(next) })
  }
}

function retryPause(failure: PortalError, attempt: number, readOnly: boolean): number | undefined {
  if (failure.code === 'overloaded' && failure.retryable) return PAUSES[attempt]
  return readOnly && (failure.code === 'unreachable' || failure.code === 'portalFailed') ? PAUSES[attempt] : undefined
}

/** Node 20, where contract tests run, has no `navigator`. */
const isOffline = (): boolean => typeof navigator !== 'undefined' && navigator.onLine === false

/** What the SDK throws (recognised by shape, so that this file needs no code of the SDK) as an error of the catalogue. */
function portalError(error: unknown, method: string, readOnly: boolean, wasOffline: boolean): PortalError {
  if (error instanceof PortalError) return error
  const thrown = error as { code?: unknown, status?: unknown, message?: unknown, originalError?: unknown }
  const cause = thrown.originalError
  if (cause instanceof PortalError) {
    return new PortalError(cause.code, { method, executed: readOnly ? 'no' : 'unknown', retryable: readOnly, ...(cause.status ? { status: cause.status } : {}) })
  }
  const inner = (cause as { code?: unknown } | undefined)?.code
  const code = inner === 'JSSDK_FRAME_REFRESH_AUTH_TIMEOUT' ? inner : String(thrown.code ?? '')
  const status = Number(thrown.status ?? 0)
  const detail = String(thrown.message ?? error)
  const lost = { method, detail, rest: code, status, executed: readOnly ? 'no' : 'unknown', retryable: readOnly } as const

  if (code === 'NETWORK_ERROR' || code === 'ERR_CANCELED') {
    if (wasOffline) return new PortalError('offline', { ...lost, executed: 'no', retryable: true })
    if (isOffline()) return new PortalError('offline', lost)
    return new PortalError(readOnly ? 'unreachable' : 'replyLost', lost)
  }
  if (code === 'REQUEST_TIMEOUT') return new PortalError('timeout', lost)
  // A gateway answered in the portal's place: the portal may be at work behind it.
  if (status === 502 || status === 504) return new PortalError('unreachable', lost)
  if (code === 'JSSDK_UNKNOWN_ERROR') return new PortalError('unexpected', lost)
  return restError({ code, description: detail, status }, method, readOnly)
}
