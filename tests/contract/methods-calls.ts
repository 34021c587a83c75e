import { isController, type Contract, type ContractParam } from '../../demo/rest/contracts'
import { isRecord, type Params } from '../../demo/rest/handler'
import documented from '../../demo/contracts/rest.json' with { type: 'json' }

/** One generated call that breaks one rule. */
export interface WrongCall {
  what: string
  params: Params
  /** the portal does not go on; elsewhere the older methods read what they can */
  fatal: boolean
}

export const CONTRACTS: Record<string, Contract> = documented.methods

/** Parameters whose parts the pages describe one by one. */
const HEADS = ['fields', 'field', 'FIELDS', 'PROPERTY_VALUES']

const headOf = (name: string): string | null => HEADS.find(head => name.startsWith(`${head}.`)) ?? null

function without(params: Params, name: string): Params {
  const head = headOf(name)
  if (!head) return Object.fromEntries(Object.entries(params).filter(([key]) => key !== name))
  return { ...params, [head]: without(params[head] as Params, name.slice(head.length + 1)) }
}

function withValue(params: Params, name: string, value: unknown): Params {
  const head = headOf(name)
  if (!head) return { ...params, [name]: value }
  const inner = params[head]
  return { ...params, [head]: { ...isRecord(inner) ? inner : {}, [name.slice(head.length + 1)]: value } }
}

/** A value that cannot be of the type; undefined where any text may be right (dates, files, numbers with a fraction, unions). */
function wrongValue(type: string): unknown {
  if (/^(integer|user|crm_enum_\w+)$/.test(type)) return 'seven'
  if (/^(object|array|lang_map|crm_activity_communication)$/.test(type) || type.endsWith('[]')) return 'a text'
  if (type === 'string') return ['a list']
  return type === 'boolean' || type === 'char' ? 'perhaps' : undefined
}

const isOwn = ({ name, variant }: ContractParam): boolean => !variant && (!name.includes('.') || headOf(name) !== null)

export const missingParameters = (contract: Contract, params: Params): WrongCall[] =>
  contract.params.filter(param => param.required && isOwn(param)).map(({ name }) => ({ what: `without ${name}`, params: without(params, name), fatal: true }))

export const wrongTypes = (method: string, contract: Contract, params: Params): WrongCall[] =>
  contract.params.filter(isOwn).flatMap(({ name, type }) => {
    const value = wrongValue(type)
    return value === undefined ? [] : [{
      what: `${name} (${type}) = ${JSON.stringify(value)}`, params: withValue(params, name, value),
      fatal: isController(method) && !name.includes('.') && type !== 'boolean'
    }]
  })

export const unknownKeys = (params: Params): WrongCall[] => [
  { what: 'unknown parameter', params: { ...params, notDocumented: 1 }, fatal: false },
  ...HEADS.filter(head => isRecord(params[head])).map(head => ({ what: `unknown key in ${head}`, params: withValue(params, `${head}.notDocumented`, 1), fatal: false }))
]

/** Sets of scopes; whoever lacks all of one set is refused. Empty for methods that ask for none. */
export function scopesOf({ scope }: Contract): string[][] {
  if (scope === 'basic') return []
  const names = scope.split(', ').filter(name => /^\w+$/.test(name))
  return scope.includes('module scope') ? [names, ['crm']] : [names]
}

/** Answers that other pages give, for the same part of the portal. */
const ON_OTHER_PAGES: [method: RegExp, answer: string, page: string][] = [
  [/^crm\.(activity\.add|status\.update)$/, 'Parameter \'fields\' must be array.', 'api-reference/crm/status/crm-status-add.md'],
  [/^crm\.activity\.delete$/, 'The parameter id is invalid or not defined.', 'api-reference/crm/currency/localizations/crm-currency-localizations-get.md'],
  [/^placement\.bind$/, 'ERROR_PLACEMENT_NOT_FOUND', 'api-reference/widgets/crm/analytics-menu.md'],
  [/^placement\.bind$/, 'ERROR_WRONG_HANDLER_URL', 'api-reference/bizproc/bizproc-robot/bizproc-robot-add.md'],
  [/^userfieldconfig\.add$/, 'The current method required more scopes. (crm)', 'api-reference/crm/universal/userfieldconfig/userfieldconfig-update.md']
]

/**
 * Whether an answer is one of those that the method's page names: a code, the text of an error without code, a system error, or the
 * answer that all newer controllers give to a missing or misshapen parameter (for instance crm-timeline-comment-add.md, code 100).
 */
export function isDocumented(method: string, contract: Contract, body: Params): boolean {
  const [code, text] = [String(body.error), String(body.error_description)]
  const named = (error: string): boolean => [code, text, text.replace(/\.$/, '')].includes(error) && (code !== '' || error !== '')
  return contract.errors.some(named) || documented.systemErrors.includes(code)
    || ON_OTHER_PAGES.some(([pattern, answer]) => pattern.test(method) && named(answer))
    || (isController(method) && code === '100' && /^(Could not find value for parameter|Invalid value) \{/.test(text))
}
