import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DemoPortal } from '../state'
import { readBody } from '../web/body'
import type { FillRequest } from './fill'
import { fillForm } from './fill'
import { publicConfig } from './form-fields'

/**
 * `/bitrix/services/main/ajax.php?action=crm.site.form.*`: the only door of the portal for people without a login (facts 1–9, core modules
 * crm/lib/controller/site/form.php). It echoes the origin, knows no preflight, and answers HTTP 200 to almost everything.
 */
export async function answerFormAction(portal: DemoPortal, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const origin = request.headers.origin
  const send = (status: number, body: unknown, cors = true): void => {
    if (cors && origin) {
      response.setHeader('access-control-allow-origin', origin)
      response.setHeader('access-control-allow-credentials', 'true')
    }
    response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body))
  }
  const generic = (status: number, message: string): void =>
    send(status, { status: 'error', data: null, errors: [{ message, code: 0, customData: null }] }, false)

  if (request.method !== 'GET' && request.method !== 'POST') return generic(405, 'Method not allowed')
  const params = { ...Object.fromEntries(url.searchParams), ...(await readBody(request)).params }
  switch (url.searchParams.get('action')) {
    case 'crm.site.form.fill': {
      if (request.method !== 'POST') return generic(400, 'Wrong method for current action')
      const outcome = fillForm(portal, params as FillRequest)
      if (outcome.kind === 'fatal') return generic(500, 'Internal error')
      return send(200, outcome.kind === 'exception' ? { error: true, error_description: outcome.description, result: [] } : { result: outcome.result })
    }
    case 'crm.site.form.get': {
      const refuse = (description: string): void => send(200, { error: true, error_description: description, result: [] })
      const id = Number.parseInt(String(params.id ?? ''), 10)
      if (!id) return refuse('Parameter `id` required.')
      if (!params.sec) return refuse('Parameter `sec` required.')
      const form = portal.state.forms.find(item => item.id === id)
      if (!form || form.sec !== params.sec) return refuse('Parameter `security_sign` is invalid.')
      if (!form.active) return refuse(`Form with id=\`${id}\` is disabled.`)
      return send(200, { result: publicConfig(portal, form, Boolean(params.loaderOnly)) })
    }
    case 'crm.site.form.handleAnalytics':
      return send(200, { status: 'success', data: null, errors: [] })
    default:
      return generic(404, 'Could not find the action')
  }
}
