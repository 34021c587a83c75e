import { HttpV2, ParamsFactory, type AuthActions } from '@bitrix24/b24jssdk'
import { PortalError } from './errors'
import { sealResult } from './sealed-result'

/** Replies from so many characters on are read in a turn of their own: receiving hundreds of records is work enough for one frame. */
const LONG = 200_000

const isLong = (data: unknown): data is string => typeof data === 'string' && data.length >= LONG

/**
 * The SDK's HTTP client, set up so that it never repeats a call by itself and never waits in silence:
 * - one attempt: the SDK would repeat every unknown 5xx, writes included. The client decides (`retryPause`);
 * - no operating limiter, nor the delays that grow towards it: it sleeps for up to ten minutes without a word. The client has its own budget;
 * - the leaky bucket (50 calls, 2 a second) stays;
 * - a long reply does not block the page: it is parsed in a turn of its own, and its result is sealed, because the SDK writes every result as text for
 *   a log, which of 2,500 records takes as long as parsing them.
 *
 * @param auth the frame's token, renewed once on 401 by the SDK
 */
export function createSdkHttp(auth: AuthActions): HttpV2 {
  const defaults = ParamsFactory.getDefault()
  const http = new HttpV2(auth, null, {
    ...defaults,
    maxRetries: 1,
    retryOnNetworkError: false,
    ...(defaults.operatingLimit && { operatingLimit: { ...defaults.operatingLimit, limitMs: Infinity } })
  })
  const { defaults: settings, interceptors } = http.ajaxClient
  const parsing = [settings.transformResponse ?? []].flat()
  settings.transformResponse = function (data: unknown, headers, status): unknown {
    return isLong(data) && status !== undefined && status < 400 ? data : parsing.reduce<unknown>((read, parse) => parse.call(this, read, headers, status), data)
  }
  interceptors.response.use(async response => {
    const body = isLong(response.data) ? await parseLater(response.data) : response.data as unknown
    // A page of a proxy or of a closed portal, answered with 200.
    if (typeof body !== 'object' || body === null) throw new PortalError('unreadable', { status: response.status, executed: 'unknown' })
    // Without `time` the SDK rejects a call that the portal has executed.
    response.data = { ...body, time: (body as { time?: unknown }).time ?? {} }
    return response
  })
  return http
}

/** Undefined when it is no JSON. */
async function parseLater(text: string): Promise<unknown> {
  await new Promise(resolve => setTimeout(resolve))
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
  return typeof body === 'object' && body !== null && 'result' in body ? { ...body, result: sealResult(body.result) } : body
}
