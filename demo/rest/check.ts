import { isController, type Contract, type ContractParam } from './contracts'
import { intOf, recordOf, RestError, textOf, type Params } from './handler'

/** Keys that travel beside the parameters. */
const TRANSPORT = new Set(['auth', 'bx24_request_id', 'bx24_sdk_ver', 'bx24_sdk_type', 'sessid'])

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === ''

const rule = (code: string | number, description: string, status = 400, extra: Record<string,
  unknown> = {}): RestError => new RestError(code, description, status, extra, 'rule')

const TASK_ARGUMENT = (number: number, text: string): RestError => rule('ERROR_CORE',
  `TASKS_ERROR_EXCEPTION_#256; Param #${number} ${text}; 256/TE/WRONG_ARGUMENTS<br>`)

/** How each part of the portal words a missing parameter; the pages' own tables. */
const MISSING: [RegExp, (name: string) => RestError][] = [
  [/^placement\.bind$/, name => rule('ERROR_ARGUMENT', `Argument '${name}' is null or empty`, 200, { argument: name })],
  [/^(placement|entity)\./, name => rule('ERROR_ARGUMENT', `Argument '${name}' is null or empty`, 400, { argument: name })],
  [/^(app|user)\.option\.set$/, name => rule('ArgumentNullException', `${name} is empty`)],
  [/^im\.department\./, () => rule('ID_EMPTY', 'Department ID can\'t be empty')],
  [/^im\.notify\./, name => name === 'USER_ID' ? rule('USER_ID_EMPTY', 'User ID can\'t be empty') : rule('MESSAGE_EMPTY', 'Message can\'t be empty')],
  [/^imopenlines\./, name => rule('ERROR_ARGUMENT', `Argument '${name}' is null or empty`, 400, { argument: name })],
  [/^im\.dialog\./, () => rule('DIALOG_ID_EMPTY', 'Dialog ID can\'t be empty')],
  [/^crm\.status\.add$/, name => rule('', name === 'fields.NAME' ? 'The field Title is required.' : name === 'fields'
    ? 'Parameter \'fields\' must be array.' : `The field ${name.slice(7)} is required.`)],
  [/^crm\.status\.(update|delete)$/, name => name === 'id' ? rule('Invalid identifier.', 'An incorrect identifier was passed.')
    : rule('', 'Parameter \'fields\' must be array.')],
  [/^crm\.duplicate\./, name => name === 'type' ? rule('Communication type is not defined', 'Parameter \'type\' is required.')
    : rule('Communication values is not defined', 'Parameter \'values\' is required.')],
  [/^crm\.(deal|company)\.contact\./, () => rule('', 'The parameter ownerEntityID is invalid or not defined.')],
  [/^crm\.activity\.delete$/, () => rule('', 'The parameter id is invalid or not defined.')],
  [/^crm\.activity\.add$/, name => rule('', activityField(name))],
  [/^task\.checklistitem\.add$/, name => name === 'TASKID'
    ? TASK_ARGUMENT(0, '(taskId) for method ctaskchecklistitem::add() expected to be of type "integer", but given something else.')
    : name === 'FIELDS' ? TASK_ARGUMENT(1, '(arFields) expected by method ctaskchecklistitem::add(), but not given.')
      : rule('ERROR_CORE', 'TASKS_ERROR_EXCEPTION_#8; Item name not specified; 8/TE/ACTION_FAILED_TO_BE_PROCESSED<br>')],
  [/^tasks\.task\./, name => controllerMissing(name)],
  [/^userfieldconfig\./, name => name === 'field.fieldName' ? rule('', 'The \'FIELD_NAME\' field is not found') : name === 'field.userTypeId'
    ? rule('', 'The \'USER_TYPE_ID\' field is not found') : name === 'field.entityId' ? rule('', 'You cannot create custom fields')
      : rule('100', `Could not find value for parameter {${name}}`)],
  [/^crm\.category\.add$/, name => name === 'fields.name' ? rule('0', 'Field \'NAME\' is required')
    : rule('100', `Could not find value for parameter {${name}}`)],
  [/^crm\.timeline\.comment\.add$/, name => name === 'fields.COMMENT' ? rule('INVALID_ARG_VALUE', 'Empty comment message.')
    : rule('100', `Could not find value for parameter {${name}}`)],
  [/^bizproc\.workflow\.template\.(add|update)$/, name => name === 'ID' ? rule('ERROR_TEMPLATE_NOT_FOUND', 'Workflow template not found.')
    : rule('ERROR_TEMPLATE_VALIDATION_FAILURE', name === 'NAME' ? 'Empty template name!'
      : name === 'FIELDS' ? 'No fields to update.' : `Incorrect field ${name}!`)],
  [/^bizproc\.workflow\.template\.delete$/, () => rule('ERROR_TEMPLATE_NOT_FOUND', 'Workflow template not found.')],
  [/^bizproc\.workflow\.(start|terminate)$/, name => name === 'DOCUMENT_ID' ? rule('', 'Wrong DOCUMENT_ID!')
    : rule('ERROR_WRONG_WORKFLOW_ID', name === 'ID' ? 'Empty workflow instance ID' : `Empty ${name}`)],
  [/^crm\.timeline\.comment\.list$/, () => rule('', 'Access denied.')]
]

const controllerMissing = (name: string): RestError => rule('100', `Could not find value for parameter {${name}} (internal error)`)

function activityField(name: string): string {
  const field = name.replace('fields.', '')
  return field === 'OWNER_ID' || field === 'OWNER_TYPE_ID' || field === 'fields'
    ? 'Could not build binding. Please ensure that owner info and communications are defined correctly'
    : `The field ${field} is not defined or invalid`
}

const missingAnswer = (method: string, name: string): RestError =>
  MISSING.find(([pattern]) => pattern.test(method))?.[1](name) ?? rule('100', `Could not find value for parameter {${name}}`)

/** What is wrong with the type of a value; null when nothing is. */
function typeProblem(type: string, value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (/^(integer|user|crm_deal|crm_contact|crm_company|crm_enum_\w+)$/.test(type)) {
    if (typeof value === 'boolean' || typeof value === 'object') return 'integer'
    return value === '' || /^-?\d+$/.test(String(value).trim()) ? null : 'integer'
  }
  if (/^(object|array|lang_map|crm_activity_communication)$/.test(type) || type.endsWith('[]')) return typeof value === 'object' ? null : 'array'
  if (type === 'string' || type === 'text') return typeof value === 'object' ? 'string' : null
  if (type === 'boolean' || type === 'char') return typeof value === 'object' || !/^(Y|N|y|n|0|1|true|false|)$/.test(textOf(value)) ? 'boolean' : null
  return null
}

/** Parameters with the documentation's spelling (older methods read any case), without what travels beside them. */
export function normalise(method: string, contract: Contract, params: Params): Params {
  const names = contract.params.map(param => param.name).filter(name => !name.includes('.'))
  const spelling = new Map(names.map(name => [name.toLowerCase(), name]))
  return Object.fromEntries(Object.entries(params)
    .filter(([name]) => !TRANSPORT.has(name))
    .map(([name, value]) => [isController(method) || names.includes(name) ? name : spelling.get(name.toLowerCase()) ?? name, value]))
}

/** Writes a line for every deviation from the contract and throws the documented answer where the portal does not go on. */
export function checkParams(method: string, contract: Contract, params: Params, fromBatch: boolean, log: (problem: string) => void): void {
  const own = contract.params.filter(param => !param.name.includes('.'))
  for (const name of Object.keys(params)) if (!own.some(param => param.name === name)) log(`unknown parameter ${name}`)
  for (const param of own) checkParam(method, param, param.name, params[param.name], fromBatch, log)
  for (const head of ['fields', 'field', 'FIELDS']) {
    const inner = contract.params.filter(param => param.name.startsWith(`${head}.`) && !param.variant)
    if (inner.length && params[head] !== undefined) checkInner(method, head, inner, recordOf(params[head]), fromBatch, log)
  }
  const field = recordOf(params.field)
  const settings = contract.params.filter(param => param.name.startsWith('settings.') && param.variant?.split('|').includes(textOf(field.userTypeId)))
  if (settings.length) for (const key of Object.keys(recordOf(field.settings))) {
    if (!settings.some(param => param.name === `settings.${key}`)) log(`unknown key field.settings.${key}`)
  }
}

function checkInner(method: string, head: string, inner: ContractParam[], value: Record<string, unknown>, fromBatch: boolean,
  log: (problem: string) => void): void {
  for (const key of Object.keys(value)) if (!inner.some(param => param.name === `${head}.${key}`)) log(`unknown key ${head}.${key}`)
  for (const param of inner) checkParam(method, param, param.name, value[param.name.slice(head.length + 1)], fromBatch, log)
}

function checkParam(method: string, param: ContractParam, name: string, value: unknown, fromBatch: boolean, log: (problem: string) => void): void {
  const emptyList = typeof value === 'object' && value !== null && !Object.keys(value).length
  if (param.required && (isMissing(value) || (emptyList && !(isController(method) && name === 'fields' && !method.startsWith('tasks.')) ))) {
    log(`missing ${name}`)
    throw missingAnswer(method, name)
  }
  const problem = typeProblem(param.type, value)
  if (problem === null) {
    if (param.type === 'boolean' && (value === 'true' || value === 'false')) log(`${name}: "${value}" is a text on the wire, send Y/N or 1/0`)
    return
  }
  log(`${name}: ${JSON.stringify(value)?.slice(0, 80)} is no ${problem}`)
  if (isController(method) && !name.includes('.') && problem !== 'boolean') {
    const shown = typeof value === 'object' ? 'Array' : textOf(value)
    throw rule('100', `Invalid value {${shown}} to match with parameter {${name}}. Should be value of type ${problem}. (internal error)`)
  }
  if (/^crm\.(status|activity)\./.test(method) && name === 'fields') throw rule('', 'Parameter \'fields\' must be array.')
  if (method === 'crm.timeline.comment.add' && name === 'fields') throw missingAnswer(method, name)
  if (fromBatch) return
  if (method.startsWith('task.') && !name.includes('.') && intOf(value) === 0) throw missingAnswer(method, name)
}

