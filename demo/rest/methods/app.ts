import { flagOf, isRecord, RestError, textOf, type Call, type MethodTable } from '../handler'

const OPTION_BYTES = 65_535

/** All options of an app are one serialised row; what does not fit is lost, so it is refused here. */
function merge(call: Call, row: Record<string, string>): { result: boolean } {
  const options = call.params.options
  const before = JSON.stringify(row)
  for (const [key, value] of Object.entries(isRecord(options) ? options : {})) row[key] = typeof value === 'object' ? JSON.stringify(value) : textOf(value)
  if (Buffer.byteLength(JSON.stringify(row)) > OPTION_BYTES) {
    call.log('options are longer than one 64 KB row')
    for (const key of Object.keys(row)) delete row[key]
    Object.assign(row, JSON.parse(before) as Record<string, string>)
    throw new RestError('INTERNAL_SERVER_ERROR', 'Internal server error', 500)
  }
  return { result: true }
}

/** Without a name the whole row, [] when empty; with a name its value or null. */
const pick = (row: Record<string, string>, name: unknown): { result: unknown } =>
  name === undefined ? { result: Object.keys(row).length ? { ...row } : [] } : { result: row[textOf(name)] ?? null }

const userRow = (call: Call): Record<string, string> => call.portal.state.app.userOptions[call.user.id] ??= {}

export const appMethods: MethodTable = {
  // api-reference/common/system/app-info.md
  'app.info': ({ portal: { state: { app } }, user }) => ({
    result: {
      ID: app.id, CODE: app.code, VERSION: 1, STATUS: 'L', INSTALLED: app.installed, PAYMENT_EXPIRED: 'N', DAYS: null, LANGUAGE_ID: user.lang,
      LICENSE: 'ru_pro100', LICENSE_TYPE: 'pro100', LICENSE_FAMILY: 'pro'
    }
  }),
  // api-reference/common/settings/*.md
  'app.option.get': call => pick(call.portal.state.app.options, call.params.option),
  'app.option.set': call => merge(call, call.portal.state.app.options),
  'user.option.get': call => pick(userRow(call), call.params.option),
  'user.option.set': call => merge(call, userRow(call)),
  // api-reference/common/system/*.md
  'scope': ({ caller, params }) => ({ result: flagOf(params.full)
    ? [...caller.scopes, 'bizproc', 'calendar', 'disk', 'telephony'] : [...caller.scopes] })
}
