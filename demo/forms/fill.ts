import type { CrmForm, DemoPortal, Item } from '../state'
import { isoOf } from '../clock'
import { nextId } from '../rest/records'
import type { FormField, FormOptions } from './form-fields'
import { entityName, formFieldsOf, readOptions, typeOfScheme } from './form-fields'

type Bag = Record<string, unknown>

/** What crm.site.form.fill reads from the request, as text (fact 3). */
export interface FillRequest {
  id?: string; sec?: string; values?: string; properties?: string; consents?: string; trace?: string; recaptcha?: string; yandexSmartCaptcha?: string
}

/** `handled` is a failure that still answers as a result; `exception` and `fatal` are the other two shapes (facts 7–9). */
export type FillOutcome =
  | { kind: 'filled'; result: Bag }
  | { kind: 'handled'; result: Bag }
  | { kind: 'exception'; description: string }
  | { kind: 'fatal' }

const isMap = (value: unknown): value is Bag => value !== null && typeof value === 'object'
const first = (value: unknown): unknown[] => Array.isArray(value) ? value : isMap(value) ? Object.values(value) : [value]

/** A record field as the portal stores what was posted: no validation, only the cast of its type (facts 12, 13; an integer field makes 0 of anything else). */
function cast(portal: DemoPortal, field: FormField, posted: unknown[]): unknown {
  const texts = posted.filter(value => !isMap(value)).map(value => value === null || value === undefined ? '' : value === true ? '1' : String(value))
  const userField = portal.state.userFields.find(item => item.fieldName === field.fieldName)
  const one = (text: string): unknown => {
    switch (userField?.userTypeId) {
      case 'integer': return Number.parseInt(text, 10) || 0
      case 'double': return Number.parseFloat(text) || 0
      case 'boolean': return text === 'Y' || text === '1' ? 1 : 0
      case 'enumeration': return userField.enum.some(item => String(item.id) === text) ? Number(text) : null
      default: return text
    }
  }
  return userField?.multiple ? texts.map(one) : one(texts[0] ?? '')
}

/** Values of `%key%` in presets, in the order of precedence of fact 22: a later source overwrites only where the fact says so. */
function replacements(
  form: CrmForm, options: FormOptions, request: FillRequest, properties: Bag, resultId: number, filled: [FormField, unknown][]
): Map<string, string> {
  const keys = new Map(Object.entries(properties).filter(([, value]) => !isMap(value)).map(([key, value]) => [key, String(value ?? '')]))
  const trace = parse(request.trace ?? '')
  const url = isMap(trace) && typeof trace.url === 'string' && URL.canParse(trace.url) ? new URL(trace.url) : null
  if (url) {
    keys.set('from_url', url.href)
    keys.set('from_domain', url.hostname)
    for (const [key, value] of url.searchParams) if (!keys.has(key)) keys.set(key, value)
  }
  for (const [field, value] of filled) {
    const key = field.name.toLowerCase()
    if (!keys.has(key)) keys.set(key, first(value).map(String).join(', '))
  }
  keys.set('crm_form_id', String(form.id))
  keys.set('crm_form_name', options.name)
  keys.set('crm_result_id', String(resultId))
  return keys
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

const failure = (message: string): FillOutcome => ({ kind: 'handled', result: { resultId: null, pay: false, message, gid: null, redirect: [], refill: [] } })

/**
 * Takes one submission: facts 3, 6–13, 21–22, 33–40. Creates the record of the form's scheme in its pipeline (without one: the default pipeline), the
 * CRM_WEBFORM activity and the result. Fields of contacts and companies are not served: our forms carry none.
 */
export function fillForm(portal: DemoPortal, request: FillRequest): FillOutcome {
  if (request.consents && parse(request.consents) === undefined) return { kind: 'exception', description: 'Syntax error' }
  const id = Number.parseInt(request.id ?? '', 10)
  if (!id) return failure('Parameter `id` required.')
  if (!request.sec) return failure('Parameter `sec` required.')
  const form = portal.state.forms.find(item => item.id === id)
  const options = readOptions(form?.options ?? {})
  const failed = failure(options.result.failure.text)
  if (!form || form.sec !== request.sec || !form.active) return failed
  if (options.captcha && !request.recaptcha) return failed

  const values = request.values ? parse(request.values) : {}
  const properties = request.properties ? parse(request.properties) : {}
  if (values === undefined || properties === undefined) return { kind: 'exception', description: 'Syntax error' }
  if (!isMap(values) || !isMap(properties)) return { kind: 'fatal' }

  const resultId = nextId(portal.state, 'formResult')
  const item = portal.switches.formWritesNothing ? null : createRecord(portal, form, options, request, values, properties, resultId)
  portal.state.formResults.push({
    id: resultId, formId: form.id, created: isoOf(portal.now()), values: { ...values },
    properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, String(value ?? '')])),
    itemIds: item ? [{ entityTypeId: item.entityTypeId, id: item.id }] : []
  })
  return {
    kind: 'filled',
    result: {
      resultId, pay: false, message: options.result.success.text, gid: `gid-${resultId}`,
      redirect: { url: options.result.success.url, delay: options.result.redirectDelay },
      refill: options.result.refill
    }
  }
}

function createRecord(
  portal: DemoPortal, form: CrmForm, options: FormOptions, request: FillRequest, values: Bag, properties: Bag, resultId: number
): Item | null {
  const entityTypeId = typeOfScheme(options.document.scheme)
  if (entityTypeId === null) return null
  const known = formFieldsOf(portal, entityTypeId)
  const configured = new Set(options.data.fields.map(field => field.name))
  const filled = known.filter(field => configured.has(field.name) && field.name in values)
    .map((field): [FormField, unknown] => [field, cast(portal, field, first(values[field.name]))])

  const fields: Bag = { TITLE: `${options.name}` }
  for (const [field, value] of filled) fields[field.fieldName] = value
  const keys = replacements(form, options, request, properties, resultId, filled)
  for (const preset of options.presetFields.filter(preset => preset.entityName === entityName(entityTypeId))) {
    const value = preset.value.replace(/%([^%\s]+)%/g, (match, key: string) => keys.get(key) ?? match).replace(/%[a-z0-9_]+%/g, '')
    const source = known.find(field => field.fieldName === preset.fieldName)
    fields[preset.fieldName] = source ? cast(portal, source, [value]) : value
  }

  const queue = options.responsible.users.filter(userId => portal.state.users.some(user => user.id === userId && user.active))
  const earlier = portal.state.formResults.filter(result => result.formId === form.id).length
  const responsible = queue[earlier % Math.max(1, queue.length)] ?? 1
  const chosen = entityTypeId === 2 ? options.document.deal.category : options.document.dynamic.category
  const category = chosen ?? portal.state.categories.find(item => item.entityTypeId === entityTypeId && item.isDefault)?.id
  const item = portal.createItem(entityTypeId, {
    ...fields, ...(category === undefined ? {} : { CATEGORY_ID: category }), SOURCE_ID: 'WEBFORM', WEBFORM_ID: form.id, ASSIGNED_BY_ID: responsible
  }, responsible)

  const now = isoOf(portal.now())
  portal.state.activities.push({
    id: nextId(portal.state, 'activity'), ownerTypeId: entityTypeId, ownerId: item.id, bindings: [{ ownerTypeId: entityTypeId, ownerId: item.id }],
    fields: {
      PROVIDER_ID: 'CRM_WEBFORM', PROVIDER_TYPE_ID: String(form.id), TYPE_ID: 6, SUBJECT: options.name, COMPLETED: 'Y', RESPONSIBLE_ID: responsible, AUTHOR_ID: responsible,
      CREATED: now, DESCRIPTION: filled.map(([field, value]) => `${field.label}: ${first(value).join(', ')}`).join('\n')
    }
  })
  portal.notify(responsible, responsible, `CRM: [URL=/crm/${entityTypeId === 2 ? 'deal' : `type/${entityTypeId}`}/details/${item.id}/]${options.name}[/URL]`)
  return item
}
