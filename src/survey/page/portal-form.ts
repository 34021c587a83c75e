import * as v from 'valibot'
import type { InvitationLink } from '@/survey/model/invitation-link'
import { readFormConfig, type FormConfig } from './form-config'
import { postBody, type Payload } from './payload'

/** The part of the browser that this page uses, so that tests can stand in for it. */
export interface Device {
  fetch: typeof fetch
  /** null where the browser keeps nothing for us */
  storage: Storage | null
  now: () => number
  /** 32 characters a–z0–9, unguessable */
  newId: () => string
  /** minutes, as Date.prototype.getTimezoneOffset gives them */
  timeZoneOffset: number
  /** languages of the browser, wanted first */
  languages: readonly string[]
}

export type Opened =
  | { kind: 'unknownPortal' }
  /** nobody answered, or not in a way that can be read: worth another try */
  | { kind: 'unreachable' }
  /** the portal answered that there is no such form now */
  | { kind: 'paused' }
  | { kind: 'form', origin: string, config: FormConfig }

const TIMEOUT_MS = 30_000

/**
 * Finds the portal on the list beside this page and asks it for the form. Nothing is asked of a portal that is not on the list:
 * otherwise anybody could dress up a page of theirs as ours.
 */
export async function openForm(link: InvitationLink, device: Device): Promise<Opened> {
  const list = await ask(device, 'portals.json', { cache: 'no-cache' })
  if (list.kind === 'failed') return { kind: 'unreachable' }
  const origin = originOf(link.portal, list.json)
  if (!origin) return { kind: 'unknownPortal' }

  const body = new FormData()
  body.set('id', String(link.formId))
  body.set('sec', link.sec)
  const answer = await ask(device, actionUrl(origin, 'get'), { method: 'POST', body })
  if (answer.kind === 'failed') return { kind: 'unreachable' }
  const config = readFormConfig(answer.json)
  return config ? { kind: 'form', origin, config } : { kind: 'paused' }
}

/**
 * - received: a result id came back, the only proof there is
 * - refused: the portal answered and took nothing (form paused, code changed)
 * - lost: no readable answer; it may have arrived, so the same post may be sent again
 */
export type Posted = 'received' | 'refused' | 'lost'

export async function postAnswers(origin: string, link: InvitationLink, payload: Payload, device: Device): Promise<Posted> {
  const answer = await ask(device, actionUrl(origin, 'fill'), { method: 'POST', body: postBody(link, payload, device.timeZoneOffset) })
  if (answer.kind === 'failed') return 'lost'
  const parsed = v.safeParse(v.object({ result: v.object({ resultId: v.unknown() }) }), answer.json)
  return parsed.success && parsed.output.result.resultId ? 'received' : 'refused'
}

/** The portal's own page of the form. It takes the token from the query, there is no other way. */
export function ownPageUrl(origin: string, link: InvitationLink, properties: Record<string, string>): string {
  return `${origin}/pub/form/${link.formId}/${link.sec}/?${new URLSearchParams(properties)}`
}

/** Entry of the list with this host and port. @returns null when the portal is not on the list */
export function originOf(portal: string, list: unknown): string | null {
  for (const entry of Array.isArray(list) ? list : []) {
    const [, origin = '', host = ''] = /^(https?:\/\/([a-z0-9.-]+(?::\d+)?))\/?$/i.exec(String(entry)) ?? []
    if (host.toLowerCase() === portal) return origin.toLowerCase()
  }
  return null
}

function actionUrl(origin: string, action: 'get' | 'fill'): string {
  return `${origin}/bitrix/services/main/ajax.php?action=crm.site.form.${action}`
}

async function ask(device: Device, url: string, init: RequestInit): Promise<{ kind: 'json', json: unknown } | { kind: 'failed' }> {
  try {
    const response = await device.fetch(url, { ...init, credentials: 'omit', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(TIMEOUT_MS) })
    return response.ok ? { kind: 'json', json: await response.json() } : { kind: 'failed' }
  } catch (error) {
    // Offline, timed out, or an answer that is no JSON: for the person all the same, and worth another try.
    return error instanceof Error ? { kind: 'failed' } : Promise.reject(error)
  }
}
