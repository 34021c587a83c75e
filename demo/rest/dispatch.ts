import { isoOf } from '../clock'
import { mayAdministerCrm } from '../rights'
import type { Caller, DemoPortal, Fault, RestReply, User } from '../state'
import { checkParams, normalise } from './check'
import { contractOf, isUndocumented, type Contract } from './contracts'
import { flagOf, isRecord, phpArray, recordOf, RestError, textOf, type Answer, type Call, type MethodTable, type Params } from './handler'
import type { Limits } from './limits'
import { parseQuery, substitute, type BatchResults } from './query'

const MAX_COMMANDS = 50

export interface Door { portal: DemoPortal; methods: MethodTable; limits: Limits }

/**
 * Takes the next fault that fits a request, counting `nth` and `times` down.
 * @param kinds which kinds the asking layer plays: the HTTP layer plays all but 'method-error'
 */
export function takeFault(faults: Fault[], method: string, kinds: readonly Fault['kind'][]): Fault | null {
  const fault = faults.find(other => other.method === method && kinds.includes(other.kind))
  if (!fault) return null
  if ((fault.nth ?? 1) > 1) {
    fault.nth = (fault.nth ?? 1) - 1
    return null
  }
  fault.times = (fault.times ?? 1) - 1
  if (fault.times <= 0) faults.splice(faults.indexOf(fault), 1)
  return fault
}

/** Runs one HTTP request, a batch or a single method. */
export function dispatch(door: Door, caller: Caller, method: string, params: Params): RestReply {
  const { portal, limits } = door
  const started = portal.now()
  const time = (): Record<string, unknown> => timeOf(door, method, started)
  try {
    if (portal.switches.limits && !limits.admit(started.getTime())) throw new RestError('QUERY_LIMIT_EXCEEDED', 'Too many requests', 503)
    const user = userOf(portal, caller)
    const answer = method === 'batch' ? { result: runBatch(door, caller, user, params) } : runMethod(door, caller, user, method, params, false)
    return { status: 200, body: { ...answer, time: time() } }
  } catch (error) {
    if (!(error instanceof RestError)) throw error
    return { status: error.status, body: errorBody(error) }
  }
}

const errorBody = (error: RestError): Record<string, unknown> => ({ error: error.code, error_description: error.description, ...error.extra })

function userOf(portal: DemoPortal, caller: Caller): User {
  const user = portal.state.users.find(other => other.id === caller.userId && other.active)
  if (!user) throw new RestError('NO_AUTH_FOUND', 'Wrong authorization data', 401)
  return user
}

function timeOf({ limits, portal }: Door, method: string, started: Date): Record<string, unknown> {
  const start = started.getTime() / 1000
  const { operating, resetAt } = limits.operating(method, started.getTime())
  const finished = portal.now()
  return {
    start, finish: finished.getTime() / 1000, duration: (finished.getTime() - started.getTime()) / 1000, processing: 0,
    date_start: isoOf(started), date_finish: isoOf(finished), operating_reset_at: resetAt, operating
  }
}

/** The whole door of one method: existence, scope, context, right, contract, operating time, faults; then the handler. */
function runMethod(
  door: Door, caller: Caller, user: User, method: string, rawParams: Params, fromBatch: boolean, astray: readonly string[] = []
): Answer {
  const { portal, methods, limits } = door
  const log: Call['log'] = (problem, kind = 'rule') => {
    // what an earlier command of the batch finds nobody knows when the batch is written
    const line = astray.length ? { kind: 'refusal' as const, problem: `${astray.join(', ')} leads nowhere: ${problem}` } : { kind, problem }
    portal.contractLog.push({ at: isoOf(portal.now()), ...line, method, userId: user.id, params: rawParams })
  }
  const handler = methods[method]
  const contract = contractOf(method)
  // without the feature the methods do not exist at all (fact 65)
  const offPlan = method.startsWith('bizproc.') && !portal.switches.workflows
  if (!handler || offPlan || (isUndocumented(method) && !portal.switches.undocumented)) {
    // an app may ask for an undocumented method, or for one that its plan lacks, and take "no" for an answer
    if (!offPlan && (!contract || !isUndocumented(method))) log('method not found')
    throw new RestError('ERROR_METHOD_NOT_FOUND', 'Method not found!', 404)
  }
  const fault = takeFault(portal.faults, method, ['method-error'])
  if (fault) throw new RestError(fault.error ?? 'INTERNAL_SERVER_ERROR', fault.description ?? 'Internal server error', 400)
  if (portal.switches.limits) {
    if (limits.operating(method, portal.now().getTime()).exceeded) throw new RestError('OPERATION_TIME_LIMIT',
      'Method is blocked due to operation time limit.', 429)
  }
  limits.charge(method, method.endsWith('.list') ? 0.05 : 0.02, portal.now().getTime())
  const params = contract ? normalise(method, contract, rawParams) : rawParams
  try {
    if (contract) {
      checkScope(contract, caller)
      checkRight(method, contract, caller, user)
      checkParams(method, contract, params, fromBatch, log)
    } else log('no contract describes this method')
    return handler({ portal, caller, user, method, params, log })
  } catch (error) {
    if (error instanceof RestError && error.kind !== 'other') {
      const last = portal.contractLog.at(-1)
      // the check that threw has usually written its line already
      if (error.kind === 'refusal' || last?.params !== rawParams) log(`${error.code ? `${error.code}: ` : ''}${error.description}`, error.kind)
    }
    throw error
  }
}

function checkScope(contract: Contract, { scopes }: Caller): void {
  if (contract.scope === 'basic') return
  // "userfieldconfig, module scope from moduleId", "placement, depending on the placement", or any of several
  const wanted = contract.scope.split(', ').filter(scope => /^\w+$/.test(scope))
  if (!wanted.some(scope => scopes.includes(scope))) {
    throw new RestError('insufficient_scope', 'The request requires higher privileges than provided by the access token', 403, {}, 'rule')
  }
  if (wanted.includes('userfieldconfig') && !scopes.includes('crm')) {
    throw new RestError('', 'The current method required more scopes. (crm)', 400, {}, 'rule')
  }
}

function checkRight(method: string, contract: Contract, caller: Caller, user: User): void {
  if (contract.applicationContext === true && caller.context !== 'application') throw contextError(method)
  const refuse = (code: string, text: string, status = 400): never => {
    throw new RestError(code, text, status, {}, contract.right === 'administrator' ? 'rule' : 'refusal')
  }
  if (contract.right === 'administrator' && !user.admin) {
    if (/^(placement|bizproc)\./.test(method)) refuse('ACCESS_DENIED', 'Access denied!', 403)
    refuse('AccessException', 'Administrator authorization required')
  }
  if ((contract.right === 'crm-administrator' || contract.right === 'crm-settings') && !mayAdministerCrm(user)) {
    if (method === 'userfieldconfig.add') refuse('', 'Access denied')
    if (method === 'userfieldconfig.update') refuse('', 'You cannot change the settings of the user field')
    if (method.startsWith('crm.status.')) refuse('', 'Access denied.')
    refuse('ACCESS_DENIED', 'Access denied')
  }
}

function contextError(method: string): RestError {
  if (method.startsWith('placement.')) return new RestError('WRONG_AUTH_TYPE',
    'Current authorization type is denied for this method Application context required', 403, {}, 'rule')
  if (method.includes('.option.')) return new RestError('AccessException', 'Application context required', 400, {}, 'rule')
  return new RestError('ACCESS_DENIED', 'Access denied! Application context required', 400, {}, 'rule')
}

/** Page: settings/how-to-call-rest-api/batch.md. Commands run in order; each reads the results of those before it. */
function runBatch(door: Door, caller: Caller, user: User, params: Params): Record<string, unknown> {
  const { portal } = door
  const log = (problem: string): void => {
    portal.contractLog.push({ at: isoOf(portal.now()), kind: 'rule', method: 'batch', userId: user.id, problem, params })
  }
  for (const name of Object.keys(params)) if (!['cmd', 'halt', 'auth', 'bx24_request_id', 'bx24_sdk_ver',
    'bx24_sdk_type'].includes(name)) log(`unknown parameter ${name}`)
  if (!isRecord(params.cmd) && !Array.isArray(params.cmd)) log(params.cmd === undefined ? 'missing cmd' : 'cmd: no array')
  const halt = flagOf(params.halt)
  if (!/^(Y|N|0|1|true|false|)$/i.test(textOf(params.halt))) log('halt: no boolean')
  const commands = Object.entries(recordOf(params.cmd))
  const results: BatchResults = { result: {}, error: {}, total: {}, next: {}, time: {} }
  const parts = { result: [] as [string, unknown][], error: [] as [string, unknown][], total: [] as [string, unknown][],
    next: [] as [string, unknown][], time: [] as [string, unknown][] }
  const keep = (part: keyof typeof parts, key: string, value: unknown): void => {
    parts[part].push([key, value])
    const kept = results[part]
    if (kept) kept[key] = value
  }
  for (const [index, [key, raw]] of commands.entries()) {
    const started = portal.now()
    const text = textOf(raw)
    const mark = text.indexOf('?')
    const method = (mark < 0 ? text : text.slice(0, mark)).trim()
    try {
      if (index >= MAX_COMMANDS) {
        log(`command ${key}: more than ${MAX_COMMANDS}`)
        throw new RestError('ERROR_BATCH_LENGTH_EXCEEDED', 'Max batch length exceeded', 400)
      }
      if (method === 'batch') {
        log(`command ${key}: a batch inside a batch`)
        throw new RestError('ERROR_BATCH_METHOD_NOT_ALLOWED', 'Method is not allowed for batch usage', 405)
      }
      const astray: string[] = []
      const query = recordOf(substitute(parseQuery(mark < 0 ? '' : text.slice(mark + 1)), results, reference => { astray.push(reference) }))
      const answer = runMethod(door, caller, user, method, query, true, astray)
      keep('result', key, answer.result)
      if (answer.total !== undefined) keep('total', key, answer.total)
      if (answer.next !== undefined) keep('next', key, answer.next)
      keep('time', key, timeOf(door, method, started))
    } catch (error) {
      if (!(error instanceof RestError)) throw error
      keep('error', key, errorBody(error))
      if (halt) break
    }
  }
  return {
    result: phpArray(parts.result), result_error: phpArray(parts.error), result_total: phpArray(parts.total),
    result_next: phpArray(parts.next), result_time: phpArray(parts.time)
  }
}
