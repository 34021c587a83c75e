import type { IncomingMessage, ServerResponse } from 'node:http'
import { wantsJson } from '../forms/methods'
import { takeFault } from '../rest/dispatch'
import { recordOf, textOf } from '../rest/handler'
import type { Params } from '../rest/handler'
import type { DemoPortal, Fault } from '../state'
import { readBody } from './body'
import { documentedLatency } from './latency'

/** Parameters the SDK adds to the address of every call. */
const SERVICE_KEYS = ['auth', 'bx24_request_id', 'bx24_sdk_ver', 'bx24_sdk_type']

/** The method at the head of a batch command: `crm.item.get?id=1`. */
const memberOf = (command: unknown): string => textOf(command).split('?')[0] ?? ''

/** Faults of the way there and back; 'method-error' is the dispatcher's. */
const WIRE_FAULTS: Fault['kind'][] = ['lost-before', 'reply-lost', '503', '401', 'executed-twice', 'timeout']

export interface Wire {
  portal: DemoPortal
  wait(milliseconds: number): Promise<void>
  /** how long a call that is never answered stays open, in milliseconds */
  hangFor: number
}

/** `/rest/…`: who calls, in which encoding, and the faults on the way (page: settings/how-to-call-rest-api/general-principles.md). */
export async function answerRest(wire: Wire, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const { portal } = wire
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('access-control-allow-headers', 'origin, content-type, accept')
  response.setHeader('access-control-allow-methods', 'POST, GET, OPTIONS')
  if (request.method === 'OPTIONS') { response.writeHead(200).end(); return }

  const parts = url.pathname.replace(/^\/rest\//, '').replace(/\/$/, '').split('/').map(decodeURIComponent)
  const method = (parts.at(-1) ?? '').replace(/\.(json|xml)$/, '')
  const body = await readBody(request)
  const params: Params = { ...Object.fromEntries(url.searchParams), ...body.params }
  const token = textOf(params.auth)
  for (const key of SERVICE_KEYS) delete params[key]
  const members = method === 'batch' ? Object.values(recordOf(params.cmd)).map(memberOf) : undefined
  const caller = parts.length === 3 ? portal.callerOfWebhook(Number(parts[0]), parts[1] ?? '') : portal.callerOfToken(token)
  const userId = caller !== null && caller !== 'expired' ? caller.userId : 0

  const record = (status: number): void => { portal.requests.push({ method, userId, ...(members ? { members } : {}), status }) }
  const send = (status: number, reply: unknown): void => {
    record(status)
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(reply))
  }
  const refuse = (status: number, error: string, description: string): void => send(status, { error, error_description: description })
  const drop = (): void => { record(0); request.socket.destroy() }

  await wire.wait(portal.switches.latency + (portal.switches.documentedLatency ? documentedLatency(portal, method, params) : 0))
  if (body.badJson) return refuse(400, 'INVALID_REQUEST', 'Invalid JSON')
  if (caller === null) return refuse(401, 'NO_AUTH_FOUND', 'Wrong authorization data')
  if (caller === 'expired') return refuse(401, 'expired_token', 'The access token provided has expired.')
  if (wantsJson(method) && !body.isJson) return refuse(400, 'INVALID_CONTENT_TYPE', 'Content type application/json is expected')

  const run = (): ReturnType<DemoPortal['call']> => portal.call(caller, method, params)
  const names = [...new Set([method, ...(members ?? [])])]
  const fault = names.reduce<Fault | null>((found, name) => found ?? takeFault(portal.faults, name, WIRE_FAULTS), null)
  switch (fault?.kind) {
    case 'lost-before': return drop()
    case '503': return refuse(503, 'QUERY_LIMIT_EXCEEDED', 'Too many requests')
    case '401': return refuse(401, 'expired_token', 'The access token provided has expired.')
    case 'reply-lost': await run(); return drop()
    case 'timeout': await run(); await wire.wait(wire.hangFor); return drop()
    case 'executed-twice': await run()
  }
  const reply = await run()
  send(reply.status, reply.body)
}
