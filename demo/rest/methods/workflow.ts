import { documentIdOf, documentTypeOf, entityTypeOf, itemOfDocument } from '../../engine/document'
import { readTemplate, storeTemplate } from '../../engine/import'
import type { Workflow, WorkflowTemplate } from '../../state'
import { filterOf, orderOf, pageOf, type Column } from '../filter'
import { intOf, listOf, recordOf, RestError, textOf, type Call, type MethodTable } from '../handler'

const invalid = (text: string): RestError => new RestError('ERROR_TEMPLATE_VALIDATION_FAILURE', text, 400, {}, 'rule')
/** A refusal without a code, as the portal's import words it. */
const failed = (text: string): RestError => new RestError('', text, 400, {}, 'rule')
const wrongId = (text: string): RestError => new RestError('ERROR_WRONG_WORKFLOW_ID', text, 400, {}, 'rule')

const codeOf = ({ portal }: Call): string => `rest_app_${portal.state.app.id}`

/** The flag counts as a text only: the number 1 is refused (fact 61); robots' templates (8) are not taken. */
function autoExecuteOf(value: unknown): number {
  if (typeof value !== 'string' || !/^[0123]$/.test(value)) throw invalid('Incorrect field AUTO_EXECUTE!')
  return Number(value)
}

/** base64 text, or [file name, base64 text]. */
function bytesOf(data: unknown): Buffer {
  const text = typeof data === 'string' ? data : textOf(listOf(data)[1])
  if (!text || !/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4) throw invalid('Incorrect field TEMPLATE_DATA!')
  return Buffer.from(text, 'base64')
}

function contentOf({ portal }: Call, data: unknown, entityTypeId: number): Pick<WorkflowTemplate, 'tree' | 'parameters' | 'variables' | 'constants'> {
  const read = readTemplate(portal, bytesOf(data), entityTypeId)
  if ('problems' in read) throw failed(`${read.problems.join('. ')}.`)
  return { tree: read.tree, ...read.fields as Pick<WorkflowTemplate, 'parameters' | 'variables' | 'constants'> }
}

const templateRow = (template: WorkflowTemplate): Record<string, unknown> => {
  const [MODULE_ID, ENTITY, DOCUMENT_TYPE] = documentTypeOf(template.entityTypeId)
  return {
    ID: String(template.id), MODULE_ID, ENTITY, DOCUMENT_TYPE: [MODULE_ID, ENTITY, DOCUMENT_TYPE], AUTO_EXECUTE: String(template.autoExecute),
    NAME: template.name, DESCRIPTION: template.description, TEMPLATE: template.tree, PARAMETERS: template.parameters, VARIABLES: template.variables,
    CONSTANTS: template.constants, MODIFIED: template.modified, IS_MODIFIED: 'N', USER_ID: String(template.userId), SYSTEM_CODE: template.systemCode
  }
}

const instanceRow = (workflow: Workflow): Record<string, unknown> => {
  const [MODULE_ID, ENTITY] = documentTypeOf(workflow.entityTypeId)
  return {
    ID: workflow.id, MODIFIED: workflow.modified, OWNED_UNTIL: null, MODULE_ID, ENTITY, STARTED: workflow.started,
    STARTED_BY: String(workflow.startedBy), TEMPLATE_ID: String(workflow.templateId),
    DOCUMENT_ID: documentIdOf({ entityTypeId: workflow.entityTypeId, id: workflow.itemId })
  }
}

const NUMBERS = ['AUTO_EXECUTE', 'USER_ID', 'STARTED_BY', 'TEMPLATE_ID']
const MOMENTS = ['MODIFIED', 'STARTED']

type Row = Record<string, unknown>

/** A list with SELECT, FILTER and ORDER over rows of texts; fields of the filter are spelled in capitals. */
function rowsOf({ params, log }: Call, all: Row[], names: string[], byDefault: string[], order: Row): { result: unknown; total: number; next?: number } {
  const column = (name: string): Column<Row> | undefined => {
    if (!names.includes(name)) log(`unknown field ${name} in filter or order`)
    const isNumber = NUMBERS.includes(name) || (name === 'ID' && names === TEMPLATE_FIELDS)
    const kind = isNumber ? 'number' : MOMENTS.includes(name) ? 'moment' : 'text'
    return names.includes(name) ? { kind, value: row => name === 'DOCUMENT_TYPE' ? listOf(row[name])[2] : row[name] } : undefined
  }
  const wanted = Object.keys(recordOf(params.ORDER)).length ? params.ORDER : order
  const rows = all.filter(filterOf(params.FILTER, column, { log })).sort(orderOf(wanted, column, row => all.indexOf(row)))
  const chosen = listOf(params.SELECT).map(name => textOf(name).toUpperCase()).filter(name => names.includes(name))
  const page = pageOf(rows, params.start)
  const result = page.rows.map(row => Object.fromEntries((chosen.length ? chosen : byDefault).map(name => [name, row[name]])))
  return { result, total: page.total, ...(page.next ? { next: page.next } : {}) }
}

/** The template of a call that only its own app may touch. */
function own(call: Call, foreign: RestError): WorkflowTemplate {
  const template = call.portal.state.workflowTemplates.find(({ id }) => id === intOf(call.params.ID))
  if (!template) throw new RestError('ERROR_TEMPLATE_NOT_FOUND', 'Workflow template not found.')
  if (template.systemCode !== codeOf(call)) throw foreign
  return template
}

const TEMPLATE_FIELDS = [
  'ID', 'MODULE_ID', 'ENTITY', 'DOCUMENT_TYPE', 'AUTO_EXECUTE', 'NAME', 'DESCRIPTION', 'TEMPLATE', 'PARAMETERS', 'VARIABLES', 'CONSTANTS', 'MODIFIED',
  'IS_MODIFIED', 'USER_ID', 'SYSTEM_CODE'
]
const INSTANCE_FIELDS = ['ID', 'MODIFIED', 'OWNED_UNTIL', 'MODULE_ID', 'ENTITY', 'DOCUMENT_ID', 'STARTED', 'STARTED_BY', 'TEMPLATE_ID']

/** Templates of business processes. */
export const templateMethods: MethodTable = {
  // api-reference/bizproc/template/bizproc-workflow-template-add.md
  'bizproc.workflow.template.add': call => {
    const { portal, params, user } = call
    const entityTypeId = entityTypeOf(portal.state, params.DOCUMENT_TYPE)
    if (entityTypeId === null) throw invalid('Incorrect field DOCUMENT_TYPE!')
    if (!textOf(params.NAME).trim()) throw invalid('Empty template name!')
    const autoExecute = params.AUTO_EXECUTE === undefined ? 0 : autoExecuteOf(params.AUTO_EXECUTE)
    const [name, description] = [textOf(params.NAME).trim(), textOf(params.DESCRIPTION)]
    const head = { entityTypeId, name, description, autoExecute, userId: user.id, systemCode: codeOf(call) }
    return { result: storeTemplate(portal, { ...head, ...contentOf(call, params.TEMPLATE_DATA, entityTypeId) }).id }
  },
  // api-reference/bizproc/template/bizproc-workflow-template-update.md
  'bizproc.workflow.template.update': call => {
    const fields = recordOf(call.params.FIELDS)
    if (!Object.keys(fields).length) throw invalid('No fields to update.')
    const before = own(call, new RestError('ERROR_TEMPLATE_NOT_OWNER', 'You can update ONLY templates created by current application'))
    if (fields.NAME !== undefined && !textOf(fields.NAME).trim()) throw invalid('Empty template name!')
    const after = {
      ...before, name: fields.NAME === undefined ? before.name : textOf(fields.NAME).trim(),
      description: fields.DESCRIPTION === undefined ? before.description : textOf(fields.DESCRIPTION),
      autoExecute: fields.AUTO_EXECUTE === undefined ? before.autoExecute : autoExecuteOf(fields.AUTO_EXECUTE),
      ...(fields.TEMPLATE_DATA === undefined ? {} : { ...contentOf(call, fields.TEMPLATE_DATA, before.entityTypeId), userId: call.user.id })
    }
    return { result: storeTemplate(call.portal, after, before.id).id }
  },
  // api-reference/bizproc/template/bizproc-workflow-template-delete.md; fact 62
  'bizproc.workflow.template.delete': call => {
    const template = own(call, failed('You can delete ONLY templates created by current application'))
    const { state } = call.portal
    if (state.workflows.some(({ templateId, status }) => templateId === template.id && status === 'running')) {
      throw new RestError('', 'The template cannot be deleted: business processes that it started are still running.')
    }
    state.workflowTemplates.splice(state.workflowTemplates.indexOf(template), 1)
    return { result: null }
  },
  // api-reference/bizproc/template/bizproc-workflow-template-list.md
  'bizproc.workflow.template.list': call => rowsOf(call, call.portal.state.workflowTemplates.map(templateRow), TEMPLATE_FIELDS, ['ID'], { ID: 'ASC' }),
  // api-reference/bizproc/bizproc-workflow-instances.md: those that run
  'bizproc.workflow.instances': call => {
    const running = call.portal.state.workflows.filter(({ status }) => status === 'running')
    return rowsOf(call, running.map(instanceRow), INSTANCE_FIELDS, ['ID', 'MODIFIED', 'OWNED_UNTIL'], { MODIFIED: 'DESC' })
  },
  // api-reference/bizproc/bizproc-workflow-terminate.md
  'bizproc.workflow.terminate': ({ portal, params }) => {
    if (!textOf(params.ID)) throw wrongId('Empty workflow instance ID')
    if (!portal.workflows.terminate(textOf(params.ID), textOf(params.STATUS))) throw new RestError('', 'The business process was not found.')
    return { result: true }
  }
}

/** Starting a process: served where a test asks for it, because the app starts none over REST. */
export const processMethods: MethodTable = {
  // api-reference/bizproc/bizproc-workflow-start.md
  'bizproc.workflow.start': ({ portal, params, user }) => {
    if (!intOf(params.TEMPLATE_ID)) throw wrongId('Empty TEMPLATE_ID')
    const template = portal.state.workflowTemplates.find(({ id }) => id === intOf(params.TEMPLATE_ID))
    if (!template) throw wrongId('Template not found')
    const item = itemOfDocument(portal.state, listOf(params.DOCUMENT_ID))
    if (!item) throw failed('Wrong DOCUMENT_ID!')
    if (item.entityTypeId !== template.entityTypeId) throw failed('Template type and DOCUMENT_ID mismatch!')
    const workflow = portal.workflows.start(template, item, recordOf(params.PARAMETERS), user.id)
    if (workflow.status === 'faulted' && !workflow.log.some(({ kind }) => kind === 'step')) throw failed(workflow.log.at(-1)?.text ?? '')
    return { result: workflow.id }
  }
}

export const workflowMethods: MethodTable = { ...templateMethods, ...processMethods }
