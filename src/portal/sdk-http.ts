import { HttpV2, ParamsFactory, type AuthActions } from '@bitrix24/b24jssdk'
import { PortalError } from './errors'

/**
 * The SDK's HTTP client, set up so that it never repeats a call by itself and never waits in silence:
 * - one attempt: the SDK would repeat every unknown 5xx, writes included. The client decides (`retryPause`);
 * - no operating limiter, nor the delays that grow towards it: it sleeps for up to ten minutes without a word. The client has its own budget;
 * - the leaky bucket (50 calls, 2 a second) stays.
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
  http.ajaxClient.interceptors.response.use(response => {
    const body: unknown = response.data
    // A page of a proxy or of a closed portal, answered with 200.
    if (typeof body !== 'object' || body === null) throw new PortalError('unreadable', { status: response.status, executed: 'unknown' })
    // Without `time` the SDK rejects a call that the portal has executed.
    response.data = { ...body, time: (body as { time?: unknown }).time ?? {} }
    return response
  })
  return http
}
