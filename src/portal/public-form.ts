import { PortalError } from './errors'
import { listOf, mapOf } from './php-array'

/**
 * The portal's public door for CRM forms: no login, no right, any origin (facts of the core: crm/lib/controller/site/form.php).
 * Its success test is `resultId` alone; it answers HTTP 200 to almost everything.
 */

/** How a form is named from outside. */
export interface FormAddress {
  id: number
  /** security code of the form */
  sec: string
}

export interface PublicField {
  /** name on the wire, e.g. DYNAMIC_1038_UF_CRM_13_FB_NPS */
  name: string
  label: string
  type: string
  required: boolean
  hint: string
}

/** What the portal tells everybody about a form. Presets, pipeline and duplicate control are not in it. */
export interface PublicForm extends FormAddress {
  fields: PublicField[]
  /** asks for a captcha: only the portal's own form page can send it */
  hasCaptcha: boolean
  /** asks for a consent that must be given */
  hasRequiredConsent: boolean
}

export interface Submission extends FormAddress {
  /** field name → values */
  values: Record<string, string[]>
  /** fill the `%key%` of presets */
  properties: Record<string, string>
}

type Fetcher = typeof fetch

const PATIENCE = 20_000

/**
 * Reads the public configuration of a form.
 * @param origin of the portal, e.g. https://acme.bitrix24.com
 * @returns null when the portal refuses: no such form, wrong code, or not active – it does not say which in a stable way
 * @throws PortalError 'unreachable', 'timeout', 'unreadable'
 */
export async function readPublicForm(origin: string, address: FormAddress, fetcher: Fetcher = fetch): Promise<PublicForm | null> {
  const reply = await post(origin, 'crm.site.form.get', { id: String(address.id), sec: address.sec }, fetcher, 'no')
  const config = mapOf(mapOf(reply.result).config)
  if (Number(config.id) !== address.id) return null
  const data = mapOf(config.data)
  const captcha = mapOf(data.captcha)
  return {
    ...address,
    fields: listOf(data.fields).map(mapOf).map(field => ({
      name: String(field.name ?? ''), label: String(field.label ?? ''), type: String(field.type ?? ''),
      required: field.required === true, hint: String(field.hint ?? '')
    })),
    hasCaptcha: mapOf(captcha.recaptcha).use === true || mapOf(captcha.yandexCaptcha).use === true,
    hasRequiredConsent: listOf(data.agreements).some(agreement => mapOf(agreement).required === true)
  }
}

/**
 * Sends one filling-in, as multipart without headers of our own: anything else would need a preflight that nothing answers.
 * @returns id of the result; null when the portal did not take it, with its own words in `message`
 * @throws PortalError 'replyLost' or 'timeout' (it may have been taken), 'unreadable'
 */
export async function submitPublicForm(
  origin: string, submission: Submission, fetcher: Fetcher = fetch
): Promise<{ resultId: number | null, message: string }> {
  const reply = await post(origin, 'crm.site.form.fill', {
    id: String(submission.id), sec: submission.sec, values: JSON.stringify(submission.values), properties: JSON.stringify(submission.properties),
    consents: '{}', trace: '{}'
  }, fetcher, 'unknown')
  const result = mapOf(reply.result)
  const resultId = Number(result.resultId)
  return { resultId: resultId > 0 ? resultId : null, message: String(result.message ?? reply.error_description ?? '') }
}

async function post(
  origin: string, action: string, fields: Record<string, string>, fetcher: Fetcher, executed: 'no' | 'unknown'
): Promise<Record<string, unknown>> {
  const facts = { method: action, executed, retryable: executed === 'no' }
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  let text: string
  try {
    const response = await fetcher(`${origin}/bitrix/services/main/ajax.php?action=${action}`, {
      method: 'POST', body, credentials: 'omit', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(PATIENCE)
    })
    text = await response.text()
  } catch (error) {
    const isTimeout = error instanceof DOMException && error.name === 'TimeoutError'
    throw new PortalError(isTimeout ? 'timeout' : executed === 'no' ? 'unreachable' : 'replyLost', { ...facts, detail: String(error) })
  }
  try {
    return mapOf(JSON.parse(text))
  } catch (error) {
    throw new PortalError('unreadable', { ...facts, detail: String(error) })
  }
}
