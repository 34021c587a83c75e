import { beforeEach, describe, expect, it } from 'vitest'
import { formMethods } from '../forms/methods'
import { fillForm } from '../forms/fill'
import { call, installStore, NOW, resultOf, specPortal } from '../rest/spec-portal'
import type { DemoPortal, Item } from '../state'
import { workflowMethods } from '../rest/methods/workflow'
import { activity, base64, branch, compare, errors, reports, runOn, templateOf, uploaded, variable, when, type Draft } from './spec-template'

let portal: DemoPortal
const HOUR = 3_600_000

beforeEach(() => {
  portal = specPortal()
  portal.register({ ...formMethods, ...workflowMethods })
})

const log = (Text: string): Draft => activity('LogActivity', { Text })
const delay = (TimeoutDuration: string, TimeoutDurationType = 'h'): Draft => activity('DelayActivity', { TimeoutDuration, TimeoutDurationType })
const sequence = (...children: Draft[]): Draft => activity('SequenceActivity', {}, children)
const choose = (...branches: Draft[]): Draft => activity('IfElseActivity', {}, branches)
const deal = (id = 1): Item => portal.state.items.get(2)!.get(id)!
const contactOf = (item: Item): Item => portal.state.items.get(3)!.get(Number(item.fields.CONTACT_ID))!
const hours = (text: string | undefined): number => (new Date(text ?? '').getTime() - NOW.getTime()) / HOUR
const allReports = (): string[] => portal.state.workflows.flatMap(reports)

describe('the clock', () => {
  it('wakes every process at its own time, in order, and stands still by itself', async () => {
    await runOn(portal, 2, 1, [delay('3'), log('third'), delay('30', 'm'), log('fourth')])
    await runOn(portal, 2, 2, [delay('1'), log('first'), delay('90', 'm'), log('second')])
    expect(portal.state.workflows.map(({ wakesAt }) => hours(wakesAt ?? ''))).toEqual([3, 1])
    expect(allReports()).toEqual([])
    portal.advance(10 * HOUR)
    const lines = portal.state.workflows.flatMap(({ log: own }) => own).filter(({ kind }) => kind === 'report')
    expect(lines.sort((a, b) => a.at.localeCompare(b.at)).map(({ at, text }) => [text, hours(at)])).toEqual([['first', 1], ['second', 2.5], ['third', 3], ['fourth', 3.5]])
    expect((portal.now().getTime() - NOW.getTime()) / HOUR).toBe(10)
    expect(portal.state.workflows.map(({ status }) => status)).toEqual(['completed', 'completed'])
  })

  it('is not moved by real time', async () => {
    await runOn(portal, 2, 1, [delay('1'), log('woken')])
    portal.setNow(new Date(NOW.getTime() + 5 * HOUR))
    await resultOf(portal, 1, 'crm.item.update', { entityTypeId: 2, id: 1, fields: { title: 'x' } })
    portal.workflows.settle()
    expect(allReports()).toEqual([])
    portal.advance(0)
    expect(allReports()).toEqual(['woken'])
  })

  it('waits for a moment, and not at all for one that has passed', async () => {
    const until = (TimeoutTime: string): Draft => activity('DelayActivity', { TimeoutTime })
    await runOn(portal, 2, 1, [until('{{=dateadd({=System:Now},"-1d")}}'), log('at once'), until('{{=dateadd({=System:Now},"2h")}}'), log('{=System:Now}')])
    expect(allReports()).toEqual(['at once'])
    portal.advance(2 * HOUR)
    expect(allReports()).toEqual(['at once', '20.08.2026 17:00:00'])
  })

  it('does not wait for a second or less', async () => {
    portal.switches.workflowDelayMinimum = 600
    await runOn(portal, 2, 1, [delay('1', 's'), log('at once')])
    expect(allReports()).toEqual(['at once'])
  })

  it('keeps the shortest pause of the portal', async () => {
    portal.switches.workflowDelayMinimum = 600
    await runOn(portal, 2, 1, [delay('1', 'm'), log('now')])
    portal.advance(HOUR / 10)
    expect(allReports()).toEqual([])
    portal.advance(HOUR / 10)
    expect(allReports()).toEqual(['now'])
  })
})

describe('what leads the others', () => {
  it('runs branches side by side and goes on after the last', async () => {
    const one = activity('ParallelActivity', {}, [sequence(delay('2'), log('b')), sequence(log('a')), { ...sequence(log('never')), Activated: 'N' }])
    await runOn(portal, 2, 1, [one, log('c')])
    expect(allReports()).toEqual(['a'])
    portal.advance(HOUR)
    expect(allReports()).toEqual(['a'])
    portal.advance(HOUR)
    expect(allReports()).toEqual(['a', 'b', 'c'])
  })

  it('takes the first branch that holds, else the one without a condition, else none', async () => {
    const pick = (value: string, ...last: Draft[]): Draft => choose(when([compare('Document', 'TITLE', '=', value)], log('first')), when([compare('Document', 'ID', '=', '2')], log('second')), ...last)
    await runOn(portal, 2, 1, [pick('x'), pick('{=Document:TITLE}'), pick('x', branch({}, log('else')))])
    await runOn(portal, 2, 2, [pick('x', branch({ truecondition: '1' }, log('else')))])
    expect(allReports()).toEqual(['first', 'else', 'second'])
  })

  it('skips what is switched off', async () => {
    await runOn(portal, 2, 1, [{ ...log('no'), Activated: 'N' }, log('yes')])
    expect(allReports()).toEqual(['yes'])
  })

  it('loops while the condition holds, and not for ever', async () => {
    const loop = (last: string): Draft => activity('WhileActivity', { propertyvariablecondition: [['N', '<', last, 0]] }, [sequence(activity('SetVariableActivity', { VariableValue: { N: '{{={=Variable:N}+1}}' } }))])
    const counted = await runOn(portal, 2, 1, [loop('5'), log('{=Variable:N}')], { VARIABLES: { N: variable('int', { Default: '0' }) } })
    expect(reports(counted)).toEqual(['5'])
    const endless = await runOn(portal, 2, 1, [loop('2000')], { VARIABLES: { N: variable('int', { Default: '0' }) } })
    expect(endless.status).toBe('faulted')
    expect(errors(endless).at(-1)).toMatch(/1000 times/)
  })

  it('ends early where told', async () => {
    const ended = await runOn(portal, 2, 1, [activity('SetStateTitleActivity', { TargetStateTitle: 'on its way' }), activity('TerminateActivity', { StateTitle: 'enough of {=Document:ID}' }), log('never')])
    expect(ended).toMatchObject({ status: 'terminated', title: 'enough of 1' })
    expect(reports(ended)).toEqual([])
  })
})

describe('a process that cannot go on', () => {
  it.each([
    ['an unknown field', '{=Document:UF_CRM_NOTHING}', /DEAL has no field UF_CRM_NOTHING/], ['an unknown variable', '{=Variable:X}', /no variable X/], ['an unknown parameter', '{=Template:X}', /no parameter X/],
    ['an unknown constant', '{=Constant:X}', /no constant X/], ['an unknown activity', '{=A99:X}', /no activity A99/], ['an unknown object', '{=GlobalConst:X}', /no activity GlobalConst/],
    ['an unknown function', '{{=shuffle(1,2)}}', /function shuffle/], ['a broken expression', '{{=1+}}', /cannot be read/], ['a division by nothing', '{{=1/0}}', /division by zero/], ['an unknown format', '{=Document:TITLE > loud}', /format loud/]
  ])('fails visibly for %s', async (_name, text, message) => {
    const failed = await runOn(portal, 2, 1, [log(text), log('never')])
    expect(failed.status).toBe('faulted')
    expect(errors(failed).at(-1)).toMatch(message)
    expect(reports(failed)).toEqual([])
  })

  it('leaves the others alone', async () => {
    await uploaded(portal, templateOf([log('{=Variable:X}')]), { auto: '1', name: 'bad' })
    await uploaded(portal, templateOf([log('fine')]), { auto: '1', name: 'good' })
    await resultOf(portal, 1, 'crm.item.add', { entityTypeId: 2, fields: { title: 'New' } })
    expect(portal.state.workflows.map(({ templateName, status }) => [templateName, status])).toEqual([['bad', 'faulted'], ['good', 'completed']])
  })

  it('ends with its record', async () => {
    const { item } = await resultOf<{ item: { id: number } }>(portal, 1, 'crm.item.add', { entityTypeId: 2, fields: { title: 'Soon gone' } })
    const waiting = await runOn(portal, 2, item.id, [delay('1'), log('never')])
    await resultOf(portal, 1, 'crm.item.delete', { entityTypeId: 2, id: item.id })
    expect(waiting.status).toBe('terminated')
    portal.advance(2 * HOUR)
    expect(reports(waiting)).toEqual([])
  })
})

describe('what starts by itself', () => {
  const titles = (): string[] => portal.state.workflows.map(({ templateName, itemId }) => `${templateName} ${itemId}`)

  it('starts on creation, on change or on both, and only for its type', async () => {
    for (const [auto, name] of [['0', 'by hand'], ['1', 'new'], ['2', 'changed'], ['3', 'both']] as const) await uploaded(portal, templateOf([log('x')]), { auto, name })
    await uploaded(portal, templateOf([log('x')]), { auto: '3', name: 'contacts', entityTypeId: 3 })
    const { item } = await resultOf<{ item: { id: number } }>(portal, 3, 'crm.item.add', { entityTypeId: 2, fields: { title: 'New' } })
    expect(titles()).toEqual([`new ${item.id}`, `both ${item.id}`])
    expect(portal.state.workflows[0]?.startedBy).toBe(3)
    await resultOf(portal, 3, 'crm.item.update', { entityTypeId: 2, id: item.id, fields: { title: 'Newer' } })
    expect(titles().slice(2)).toEqual([`changed ${item.id}`, `both ${item.id}`])
    await resultOf(portal, 3, 'crm.item.update', { entityTypeId: 2, id: item.id, fields: { title: 'Newer' } })
    expect(titles()).toHaveLength(4)
  })

  it('starts after the request: in a batch the later commands still see the record as it was', async () => {
    await uploaded(portal, templateOf([activity('SetFieldActivity', { FieldValue: { TITLE: 'seen' } })]), { auto: '1' })
    const { body } = await call(portal, 1, 'batch', { cmd: { a: 'crm.item.add?entityTypeId=2&fields[title]=New', b: 'crm.item.get?entityTypeId=2&id=$result[a][item][id]' } })
    expect(body).toMatchObject({ result: { result: { b: { item: { title: 'New' } } } } })
    expect(deal(61).fields.TITLE).toBe('seen')
  })

  it('starts for a filled form, in smart processes only where they allow it', async () => {
    const { entityTypeId } = await installStore(portal)
    await uploaded(portal, templateOf([log('{=Document:WEBFORM_ID}')]), { auto: '1', entityTypeId })
    const form = portal.state.forms[portal.state.forms.push({ id: 5, name: 'F', sec: 'abc', active: true, options: { document: { scheme: entityTypeId * 10 } }, created: '', savedBy: 1 }) - 1]!
    const fill = async (): Promise<void> => { await Promise.resolve(fillForm(portal, { id: String(form.id), sec: form.sec, values: '{}', properties: '{}' })) }
    await fill()
    expect(portal.state.workflows).toEqual([])
    await resultOf(portal, 1, 'crm.type.update', { id: portal.state.types[0]!.id, fields: { isBizProcEnabled: 'Y' } })
    await fill()
    expect(allReports()).toEqual(['5'])
  })

  it('a record that a process creates or changes starts no other', async () => {
    const { entityTypeId, typeId } = await installStore(portal)
    await resultOf(portal, 1, 'crm.type.update', { id: typeId, fields: { isBizProcEnabled: 'Y' } })
    await uploaded(portal, templateOf([log('x')]), { auto: '3', entityTypeId, name: 'T2' })
    await uploaded(portal, templateOf([log('x')]), { auto: '2', name: 'T4' })
    await runOn(portal, 2, 1, [
      activity('CrmCreateDynamicActivity', { DynamicTypeId: entityTypeId, DynamicEntitiesFields: { [`${entityTypeId}_TITLE`]: 'made' } }), activity('SetFieldActivity', { FieldValue: { TITLE: 'changed' } })
    ])
    expect(portal.state.items.get(entityTypeId)!.size).toBe(1)
    expect(deal().fields.TITLE).toBe('changed')
    expect(titles()).toEqual(['T 1'])
  })

  it('old answers that are put into the portal start nothing, nor does anything on a plan without processes', async () => {
    const { entityTypeId, typeId } = await installStore(portal)
    await resultOf(portal, 1, 'crm.type.update', { id: typeId, fields: { isBizProcEnabled: 'Y' } })
    await uploaded(portal, templateOf([log('x')]), { auto: '3', entityTypeId })
    expect(portal.seedAnswers(3)).toBeGreaterThan(0)
    await Promise.resolve()
    expect(portal.state.workflows).toEqual([])
    portal.switches.workflows = false
    await resultOf(portal, 1, 'crm.item.add', { entityTypeId, fields: { title: 'New' } })
    expect(portal.state.workflows).toEqual([])
  })

  it('a required parameter or an empty required constant keeps it from starting', async () => {
    await uploaded(portal, templateOf([log('x')], { PARAMETERS: { P: variable('string', { Required: '1' }) } }), { auto: '1' })
    await uploaded(portal, templateOf([log('x')], { CONSTANTS: { C: variable('user', { Required: '1' }) } }), { auto: '1' })
    await resultOf(portal, 1, 'crm.item.add', { entityTypeId: 2, fields: { title: 'New' } })
    expect(portal.state.workflows.map(workflow => [workflow.status, errors(workflow).at(-1)])).toEqual([['faulted', 'faulted: Required and without a value: P'], ['faulted', 'faulted: Required and without a value: C']])
  })
})

describe('a process started by another', () => {
  it('gets parameters, runs at once up to its first pause, and may be waited for', async () => {
    const helper = await uploaded(portal, templateOf([log('{=Template:TEXT} for {=Document:NAME}'), delay('1'), log('done')], { PARAMETERS: { TEXT: variable('string') } }), { entityTypeId: 3, name: 'T6' })
    const start = (UseSubscription: string): Draft => activity('StartWorkflowActivity', { DocumentId: '{=Document:CONTACT_ID}', TemplateId: String(helper), TemplateParameters: { TEXT: 'Hello' }, UseSubscription }, undefined, 'S1')
    const name = String(contactOf(deal()).fields.NAME)
    const loose = await runOn(portal, 2, 1, [start('N'), log('{=S1:WorkflowId}')])
    expect(loose.status).toBe('completed')
    const [, child] = portal.state.workflows
    expect(reports(child)).toEqual([`Hello for ${name}`])
    expect(reports(loose)).toEqual([child?.id])
    const bound = await runOn(portal, 2, 1, [start('Y'), log('after')])
    expect(bound.status).toBe('running')
    portal.advance(HOUR)
    expect(reports(bound)).toEqual(['after'])
  })

  it('may start the first again, but not without end', async () => {
    const [one, two] = [await uploaded(portal, templateOf([log('x')])), await uploaded(portal, templateOf([log('x')]))]
    const start = (TemplateId: number): string => base64(templateOf([activity('StartWorkflowActivity', { DocumentId: '1', TemplateId })]))
    for (const [ID, other] of [[one, two], [two, one]] as const) await resultOf(portal, 1, 'bizproc.workflow.template.update', { ID, FIELDS: { TEMPLATE_DATA: start(other) } })
    await resultOf(portal, 1, 'bizproc.workflow.start', { TEMPLATE_ID: one, DOCUMENT_ID: ['crm', 'CCrmDocumentDeal', 'DEAL_1'] })
    expect(portal.state.workflows).toHaveLength(21)
    expect(errors(portal.state.workflows.at(-1)!)).toEqual(['faulted: Processes start each other without end'])
  })

  it('is not started on a record of another type, nor by itself', async () => {
    const helper = await uploaded(portal, templateOf([log('x')]), { entityTypeId: 3 })
    const lost = await runOn(portal, 2, 1, [activity('StartWorkflowActivity', { DocumentId: 'DEAL_1', TemplateId: helper }), activity('StartWorkflowActivity', { DocumentId: '{=Document:UF_CRM_X > string}{=Document:LEAD_ID}', TemplateId: helper })].slice(0, 1))
    expect(errors(lost)[0]).toMatch(/another type/)
    const self = await uploaded(portal, templateOf([log('x')]))
    await resultOf(portal, 1, 'bizproc.workflow.template.update', { ID: self, FIELDS: { TEMPLATE_DATA: base64(templateOf([activity('StartWorkflowActivity', { DocumentId: '1', TemplateId: self })])) } })
    await resultOf(portal, 1, 'bizproc.workflow.start', { TEMPLATE_ID: self, DOCUMENT_ID: ['crm', 'CCrmDocumentDeal', 'DEAL_1'] })
    expect(errors(portal.state.workflows.at(-1)!)[0]).toMatch(/does not start itself/)
  })
})
