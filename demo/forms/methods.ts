import { randomInt } from 'node:crypto'
import { isoOf } from '../clock'
import type { Call, MethodHandler, MethodTable } from '../rest/handler'
import { flagOf, intOf, isRecord, recordOf, RestError } from '../rest/handler'
import { nextId } from '../rest/records'
import type { CrmForm } from '../state'
import { formFieldsOf, readOptions, shownOptions, typeOfScheme } from './form-fields'

/** Right on CRM forms: administrators write, people whose role reads everything read (fact 49). */
const mayRead = ({ user }: Call): boolean => user.admin || user.role === 'administrator' || user.role === 'all'
const mayWrite = ({ user }: Call): boolean => user.admin || user.role === 'administrator'

const formOf = ({ portal, params }: Call): CrmForm | undefined => portal.state.forms.find(form => form.id === intOf(params.id))

/** Six characters from letters and digits, as fact 10 says. */
const securityCode = (): string => Array.from({ length: 6 }, () => 'abcdefghijklmnopqrstuvwxyz0123456789'[randomInt(36)]).join('')

/** Saves options as the form editor and `crm.form.save` do; fields that the scheme does not have are left out and returned. Null: not saved (no name). */
export function saveForm(portal: Call['portal'], options: Record<string, unknown>, userId: number): { form: CrmForm | null; unknown: string[] } {
  const read = readOptions(options)
  const entityTypeId = typeOfScheme(read.document.scheme)
  const known = new Set(entityTypeId === null ? [] : formFieldsOf(portal, entityTypeId).map(field => field.name))
  const unknown = read.data.fields.map(field => field.name).filter(name => !known.has(name))
  if (!read.name) return { form: null, unknown }
  const data = recordOf(options.data)
  const kept = { ...options, data: { ...data, fields: read.data.fields.filter(field => known.has(field.name)) } }
  const existing = portal.state.forms.find(form => form.id === intOf(options.id))
  const form = existing ?? { id: nextId(portal.state, 'form'), name: '', sec: securityCode(), active: false, options: {}, created: isoOf(portal.now()), savedBy: userId }
  Object.assign(form, { name: read.name, options: structuredClone(kept), savedBy: userId })
  if (!existing) portal.state.forms.push(form)
  return { form, unknown }
}

/** Fact 46: names and ids only, newest first; without a filter only active forms. */
const list: MethodHandler = call => {
  if (!mayRead(call)) return { result: [] }
  const filter = isRecord(call.params.filter) ? call.params.filter : { active: true }
  const forms = call.portal.state.forms.filter(form => filter.active === undefined || form.active === flagOf(filter.active))
  return { result: forms.map(form => ({ id: form.id, name: form.name })).reverse() }
}

/** Fact 46, 50. A form that does not exist gives the options of an empty one, without id. */
const get: MethodHandler = call => mayRead(call) ? { result: shownOptions(call.portal, formOf(call) ?? null) } : { result: [] }

/** Facts 48–50: refusals and failures give no error; the new form is not active. */
const save: MethodHandler = call => {
  if (!mayWrite(call)) return { result: [] }
  const options = recordOf(call.params.options)
  if (!isRecord(recordOf(options.embedding).views) && !Array.isArray(recordOf(options.embedding).views)) {
    call.log('options.embedding.views must exist (fact 50)')
    throw new RestError('INTERNAL_SERVER_ERROR', 'Internal server error', 500)
  }
  const { form, unknown } = saveForm(call.portal, options, call.user.id)
  for (const name of unknown) call.log(`options.data.fields: ${name} is not a field of the form's scheme (fact 41)`)
  return { result: shownOptions(call.portal, form, options) }
}

/** Fact 46. */
const activate: MethodHandler = call => {
  const form = formOf(call)
  if (!mayWrite(call) || !form) return { result: false }
  form.active = flagOf(call.params.mode)
  return { result: true }
}

/** Fact 42: the code reads no permission. */
const webformList: MethodHandler = call => ({
  result: call.portal.state.forms.filter(form => form.active || flagOf(call.params.GET_INACTIVE)).map(form => ({
    ID: String(form.id), NAME: form.name, SECURITY_CODE: form.sec, IS_CALLBACK_FORM: 'N', ACTIVE: form.active ? 'Y' : 'N', XML_ID: '',
    URL: `${call.portal.origin}/upload/crm/form/loader_${form.id}_${form.sec}.js`
  }))
})

/** Facts 42–50 (core modules, crm/lib/controller/form.php and crm/lib/webform/rest.php); all of them exist only with the switch `undocumented`. */
export const formMethods: MethodTable = {
  'crm.form.list': list,
  'crm.form.get': get,
  'crm.form.save': save,
  'crm.form.activate': activate,
  'crm.webform.list': webformList
}

/** crm.form.* is a JSON controller: a form-encoded call fails before it runs (fact 47). */
export const wantsJson = (method: string): boolean => /^crm\.form\./i.test(method)
