import { beforeEach, describe, expect, it } from 'vitest'
import { call, callerOf, installStore, resultOf, specPortal } from '../rest/spec-portal'
import type { DemoPortal } from '../state'
import { documentTypeOf } from './document'
import { workflowMethods } from '../rest/methods/workflow'
import { activity, base64, branch, compare, serialize, templateOf, upload, uploaded, variable, when, type Draft } from './spec-template'

let portal: DemoPortal

beforeEach(() => {
  portal = specPortal()
  portal.register(workflowMethods)
})

const log = (Text = 'hello'): Draft => activity('LogActivity', { Text })
const refusal = async (template: unknown, entityTypeId = 2): Promise<string> => {
  const { status, body } = await upload(portal, template, { entityTypeId })
  expect(status).toBe(400)
  expect(portal.state.workflowTemplates).toEqual([])
  return String(body.error_description)
}

describe('an upload', () => {
  it('is stored with its type, flag and declarations', async () => {
    const id = await uploaded(portal, templateOf([log()], { PARAMETERS: { P: variable('string') }, VARIABLES: { V: variable('int') } }), { auto: '3', name: 'Send' })
    expect(portal.state.workflowTemplates).toMatchObject([{
      id, entityTypeId: 2, name: 'Send', autoExecute: 3, parameters: { P: { Type: 'string' } }, variables: { V: { Type: 'int' } }, constants: [], systemCode: 'rest_app_7', userId: 1
    }].map(row => ({ ...row, constants: {} })))
  })

  it.each([1, '8', '4', '01', ' 1', '-1', true, 0])('refuses the flag %j', async flag => {
    const { body } = await call(portal, 1, 'bizproc.workflow.template.add', {
      DOCUMENT_TYPE: documentTypeOf(2), NAME: 'T', AUTO_EXECUTE: flag, TEMPLATE_DATA: base64(templateOf([log()]))
    })
    expect(body).toMatchObject({ error: 'ERROR_TEMPLATE_VALIDATION_FAILURE', error_description: 'Incorrect field AUTO_EXECUTE!' })
  })

  it.each([
    ['the document type', { DOCUMENT_TYPE: ['crm', 'CCrmDocumentDeal', 'DEALS'] }, 'Incorrect field DOCUMENT_TYPE!'], ['an unknown smart process', { DOCUMENT_TYPE: documentTypeOf(1234) }, 'Incorrect field DOCUMENT_TYPE!'],
    ['no name', { NAME: '' }, 'Empty template name!'], ['a blank name', { NAME: '  ' }, 'Empty template name!'], ['no data', { TEMPLATE_DATA: '' }, 'Incorrect field TEMPLATE_DATA!'],
    ['data that is no base64', { TEMPLATE_DATA: ['t.bpt', 'a:0:{}'] }, 'Incorrect field TEMPLATE_DATA!']
  ])('names %s as the mistake', async (_name, wrong, message) => {
    const right = { DOCUMENT_TYPE: documentTypeOf(2), NAME: 'T', AUTO_EXECUTE: '0', TEMPLATE_DATA: base64(templateOf([log()])) }
    expect((await call(portal, 1, 'bizproc.workflow.template.add', { ...right, ...wrong })).body).toMatchObject({ error: 'ERROR_TEMPLATE_VALIDATION_FAILURE', error_description: message })
  })

  it('is for administrators and for applications', async () => {
    const params = { DOCUMENT_TYPE: documentTypeOf(2), NAME: 'T', TEMPLATE_DATA: base64(templateOf([log()])) }
    expect(await call(portal, 3, 'bizproc.workflow.template.add', params)).toMatchObject({ status: 403, body: { error: 'ACCESS_DENIED' } })
    expect(await portal.call(callerOf(1, 'webhook'), 'bizproc.workflow.template.add', params)).toMatchObject({ status: 400, body: { error: 'ACCESS_DENIED' } })
  })

  it('does not exist on a plan without business processes', async () => {
    portal.switches.workflows = false
    expect(await upload(portal, templateOf([log()]))).toMatchObject({ status: 404, body: { error: 'ERROR_METHOD_NOT_FOUND' } })
    expect(portal.contractLog).toEqual([])
  })
})

describe('the import refuses', () => {
  it.each<[string, unknown, RegExp]>([
    ['what looks like an object in a text', templateOf([log('x;O:5:"y')]), /serialised object/],
    ['fields for the portal', { ...templateOf([log()]), DOCUMENT_FIELDS: { A: {} } }, /DOCUMENT_FIELDS/], ['an unknown key', { ...templateOf([log()]), OTHER: 1 }, /unknown key OTHER/],
    ['another version', { ...templateOf([log()]), VERSION: 1 }, /VERSION/], ['missing constants', { TEMPLATE: templateOf([log()]).TEMPLATE, VERSION: 2, PARAMETERS: [], VARIABLES: [] }, /CONSTANTS/],
    ['an unknown activity', templateOf([activity('CodeActivity', { ExecuteCode: '1' })]), /CodeActivity is not found/],
    ['an unknown activity that is switched off', templateOf([{ ...activity('NoActivity'), Activated: 'N' }]), /NoActivity is not found/],
    ['an unknown property', templateOf([activity('LogActivity', { Text: 'a', Colour: 'red' })]), /unknown property Colour/],
    ['a missing property', templateOf([activity('LogActivity')]), /Text is required/], ['a delay of nothing', templateOf([activity('DelayActivity', { TimeoutDuration: '0' })]), /delay is not set/],
    ['a branch outside of a choice', templateOf([branch({}, log())]), /takes no IfElseBranchActivity/], ['an activity inside a choice', templateOf([activity('IfElseActivity', {}, [log()])]), /takes no LogActivity/],
    ['an activity inside a log', templateOf([{ ...log(), Children: [log()] }]), /takes no LogActivity/],
    ['a loop without a condition', templateOf([activity('WhileActivity', {}, [activity('SequenceActivity')])]), /condition is not set/],
    ['an unknown operator', templateOf([activity('IfElseActivity', {}, [when([compare('Document', 'ID', '~', 1)])])]), /Unknown operator/],
    ['a look-up joined by or', templateOf([activity('CrmGetDynamicInfoActivity', {
      DynamicTypeId: '2', ReturnFields: ['ID'], DynamicFilterFields: { items: [[compare('Document', 'ID', '=', 1), 'OR']] }
    })]), /only AND/],
    ['a look-up without fields', templateOf([activity('CrmGetDynamicInfoActivity', { DynamicTypeId: 2, ReturnFields: [] })]), /ReturnFields is required/],
    ['an activity of smart processes on deals', templateOf([activity('CrmUpdateDynamicActivity', { DynamicTypeId: '2', DynamicEntitiesFields: {} })]), /smart processes only/],
    ['a template that does not exist', templateOf([activity('StartWorkflowActivity', { DocumentId: '1', TemplateId: '99' })]), /no template 99/],
    ['a name with a dash', templateOf([activity('LogActivity', { Text: 'a' }, undefined, 'A-1')]), /letters, digits/],
    ['properties that are no array', templateOf([{ ...log(), Properties: 'x' } as unknown as Draft]), /Properties must be an array/],
    ['another root', { ...templateOf([]), TEMPLATE: [activity('SequenceActivity', {}, [], 'Template')] }, /The root is one/]
  ])('%s', async (_name, template, message) => {
    expect(await refusal(template)).toMatch(message)
  })

  it('all mistakes of a template at once', async () => {
    expect(await refusal(templateOf([activity('LogActivity'), activity('Nothing')]))).toMatch(/Text is required.*Nothing is not found/)
  })
})

describe('what import does not look at', () => {
  it('names twice and references that lead nowhere pass, and fail at the start', async () => {
    const id = await uploaded(portal, templateOf([activity('LogActivity', { Text: 'a' }, undefined, 'A1'), activity('LogActivity', { Text: '{=A9:X}' }, undefined, 'A1')]))
    expect((await call(portal, 1, 'bizproc.workflow.start', { TEMPLATE_ID: id, DOCUMENT_ID: ['crm', 'CCrmDocumentDeal', 'DEAL_1'] })).body.error_description).toMatch(/Duplicate activity name: A1/)
  })

  it('who stands below whom is not asked of what is switched off', async () => {
    await uploaded(portal, templateOf([activity('IfElseActivity', {}, [branch({}), { ...log(), Activated: 'N' }])]))
    expect(portal.state.workflowTemplates).toHaveLength(1)
  })

  it('an empty template passes, and fails at the start', async () => {
    const id = await uploaded(portal, { ...templateOf([]), TEMPLATE: [] })
    expect((await call(portal, 1, 'bizproc.workflow.start', { TEMPLATE_ID: id, DOCUMENT_ID: ['crm', 'CCrmDocumentDeal', 'DEAL_1'] })).body.error_description).toMatch(/empty/)
  })
})

describe('kept templates', () => {
  const running = (): Promise<{ ID: string }[]> => resultOf(portal, 1, 'bizproc.workflow.instances', { SELECT: ['ID', 'TEMPLATE_ID', 'DOCUMENT_ID'] })

  it('are listed without data unless asked for', async () => {
    const { entityTypeId } = await installStore(portal)
    await uploaded(portal, templateOf([log()]), { name: 'A' })
    const id = await uploaded(portal, templateOf([log()]), { name: 'B', entityTypeId, auto: '1' })
    expect(await resultOf(portal, 1, 'bizproc.workflow.template.list')).toEqual([{ ID: '1' }, { ID: '2' }])
    expect(await resultOf(portal, 1, 'bizproc.workflow.template.list', { SELECT: ['ID', 'name', 'AUTO_EXECUTE', 'SYSTEM_CODE', 'DOCUMENT_TYPE'], FILTER: { SYSTEM_CODE: 'rest_app_7', '>ID': 1 } }))
      .toEqual([{ ID: String(id), NAME: 'B', AUTO_EXECUTE: '1', SYSTEM_CODE: 'rest_app_7', DOCUMENT_TYPE: documentTypeOf(entityTypeId) }])
  })

  it('are updated in place, part by part', async () => {
    const id = await uploaded(portal, templateOf([log('old')]))
    await resultOf(portal, 1, 'bizproc.workflow.template.update', { ID: id, FIELDS: { NAME: 'New', AUTO_EXECUTE: '2' } })
    expect(portal.state.workflowTemplates).toMatchObject([{ id, name: 'New', autoExecute: 2, tree: [{ Children: [{ Properties: { Text: 'old' } }] }] }])
    expect(await resultOf(portal, 1, 'bizproc.workflow.template.update', { ID: String(id), FIELDS: { TEMPLATE_DATA: base64(templateOf([log('new')])) } })).toBe(id)
    expect(portal.state.workflowTemplates).toMatchObject([{ id, name: 'New', autoExecute: 2, tree: [{ Children: [{ Properties: { Text: 'new' } }] }] }])
  })

  it('of another app are left alone', async () => {
    const id = await uploaded(portal, templateOf([log()]))
    portal.state.app.id = 8
    expect((await call(portal, 1, 'bizproc.workflow.template.update', { ID: id, FIELDS: { NAME: 'X' } })).body.error).toBe('ERROR_TEMPLATE_NOT_OWNER')
    expect((await call(portal, 1, 'bizproc.workflow.template.delete', { ID: id })).body.error_description).toMatch(/ONLY templates created by current application/)
    expect((await call(portal, 1, 'bizproc.workflow.template.delete', { ID: 99 })).body.error).toBe('ERROR_TEMPLATE_NOT_FOUND')
  })

  it('stay while a process of theirs runs; it keeps its old copy', async () => {
    const id = await uploaded(portal, templateOf([activity('DelayActivity', { TimeoutDuration: '1', TimeoutDurationType: 'h' }), log('old')]))
    const workflow = await resultOf<string>(portal, 1, 'bizproc.workflow.start', { TEMPLATE_ID: id, DOCUMENT_ID: ['crm', 'CCrmDocumentDeal', 'DEAL_1'] })
    expect(await running()).toEqual([{ ID: workflow, TEMPLATE_ID: String(id), DOCUMENT_ID: 'DEAL_1' }])
    expect((await call(portal, 1, 'bizproc.workflow.template.delete', { ID: id })).body.error_description).toMatch(/still running/)
    await resultOf(portal, 1, 'bizproc.workflow.template.update', { ID: id, FIELDS: { TEMPLATE_DATA: base64(templateOf([log('new')])) } })
    portal.advance(3_600_000)
    expect(portal.state.workflows).toMatchObject([{ id: workflow, status: 'completed' }])
    expect(portal.state.workflows[0]?.log.map(({ text }) => text)).toContain('old')
    expect(await resultOf(portal, 1, 'bizproc.workflow.template.delete', { ID: id })).toBeNull()
    expect(await running()).toEqual([])
  })

  it('are started and stopped by hand', async () => {
    const id = await uploaded(portal, templateOf([activity('DelayActivity', { TimeoutDuration: '1', TimeoutDurationType: 'h' })]))
    const start = (documentId: unknown, TEMPLATE_ID: unknown = id): Promise<string> => call(portal, 1, 'bizproc.workflow.start', { TEMPLATE_ID, DOCUMENT_ID: documentId }).then(({ body }) => String(body.error_description ?? body.result))
    expect(await start(['crm', 'CCrmDocumentDeal', 'DEAL_1'], '')).toBe('Empty TEMPLATE_ID')
    expect(await start(['crm', 'CCrmDocumentDeal', 'DEAL_1'], 99)).toBe('Template not found')
    expect(await start(['crm', 'CCrmDocumentDeal', 'DEAL_999'])).toBe('Wrong DOCUMENT_ID!')
    expect(await start(['crm', 'CCrmDocumentContact', 'CONTACT_1'])).toBe('Template type and DOCUMENT_ID mismatch!')
    const workflow = await start(['crm', 'CCrmDocumentDeal', 'DEAL_1'])
    expect(await resultOf(portal, 1, 'bizproc.workflow.terminate', { ID: workflow, STATUS: 'stopped' })).toBe(true)
    expect(portal.state.workflows).toMatchObject([{ status: 'terminated', title: 'stopped' }])
    expect((await call(portal, 1, 'bizproc.workflow.terminate', { ID: workflow })).status).toBe(400)
  })
})

it('the fixture writes PHP\'s form', () => {
  expect(serialize({ 0: 'я', a: true })).toBe('a:2:{i:0;s:2:"я";s:1:"a";b:1;}')
})
