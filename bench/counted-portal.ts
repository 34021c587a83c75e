import type { HttpV2 } from '@bitrix24/b24jssdk'
import { createPortalClient, type Portal, type PortalContext } from '@/portal/client'

/** What one part of the app asked of the portal. */
export interface Traffic { requests: number; commands: number }

export interface CountedPortal extends Portal { readonly traffic: Traffic }

/**
 * The app's own client over HTTP, in a browser or in Node; every request waits for its reply.
 * @param unlimited does not tell the client how much operating time is used up, so that it reads on where it would leave the rest to others
 */
export function portalAt(portalUrl: string, auth: string, context: Partial<PortalContext> = {}, unlimited = false): CountedPortal {
  const traffic: Traffic = { requests: 0, commands: 0 }
  const http = {
    async call(method: string, params: Record<string, unknown>) {
      traffic.requests++
      traffic.commands += method === 'batch' ? Object.keys(params.cmd as object).length : 1
      const reply = await fetch(`${portalUrl}/rest/${method}`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...params, auth })
      })
      const body = await reply.json() as Record<string, unknown>
      if (reply.status >= 400) throw Object.assign(new Error(String(body.error_description)), { code: String(body.error), status: reply.status })
      if (unlimited) {
        delete body.time
        if (method === 'batch') delete (body.result as Record<string, unknown>).result_time
      }
      return { getData: () => body, getErrors: () => [] }
    }
  }
  const client = createPortalClient(http as unknown as Pick<HttpV2, 'call'>, {
    origin: portalUrl, memberId: 'bench', lang: 'ru', isAdmin: false, placement: 'DEFAULT', options: {}, appOptions: {}, isInstalled: true, ...context
  })
  return { ...client, traffic }
}
