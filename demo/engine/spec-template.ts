import type { DemoPortal, RestReply, Workflow } from '../state'
import { call } from '../rest/spec-portal'
import { documentTypeOf } from './document'
import type { Bag } from './run'

/** PHP's serialize(), for the specs: written here from the format alone. */
export function serialize(value: unknown): string {
  if (value === null || value === undefined) return 'N;'
  if (typeof value === 'boolean') return `b:${value ? 1 : 0};`
  if (typeof value === 'number') return Number.isInteger(value) ? `i:${value};` : `d:${value};`
  if (typeof value === 'string') return `s:${Buffer.byteLength(value)}:"${value}";`
  const entries = Object.entries(value)
  return `a:${entries.length}:{${entries.map(([key, one]) => serialize(/^(0|-?[1-9]\d*)$/.test(key) ? Number(key) : key) + serialize(one)).join('')}}`
}

export interface Draft { Type: string; Name: string; Activated?: string; Properties: Bag; Children?: Draft[] }

let names = 0

/** An activity with a name of its own unless one is given. */
export const activity = (Type: string, Properties: Bag = {}, Children?: Draft[], Name = `A${++names}`): Draft =>
  ({ Type, Name, Activated: 'Y', Properties: { Title: Type, ...Properties }, ...(Children ? { Children } : {}) })

export const branch = (Properties: Bag, ...Children: Draft[]): Draft => activity('IfElseBranchActivity', Properties, Children)

export const when = (condition: unknown[], ...Children: Draft[]): Draft => branch({ mixedcondition: condition }, ...Children)

export const compare = (object: string, field: string, operator: string, value: unknown, joiner = 0): Bag => ({ object, field, operator, value, joiner })

/** The array of a .bpt file around some activities. */
export function templateOf(children: Draft[], more: Bag = {}): Bag {
  return { VERSION: 2, TEMPLATE: [activity('SequentialWorkflowActivity', { Permission: [] }, children, 'Template')], PARAMETERS: [], VARIABLES: [], CONSTANTS: [], ...more }
}

export const variable = (Type: string, more: Bag = {}): Bag => ({ Name: Type, Description: '', Type, Required: '0', Multiple: '0', Default: '', Options: '', ...more })

interface Upload { entityTypeId?: number; auto?: string; name?: string; userId?: number }

export const base64 = (template: unknown): string => Buffer.from(serialize(template)).toString('base64')

/** Uploads over REST as the app does. */
export const upload = (portal: DemoPortal, template: unknown, { entityTypeId = 2, auto = '0', name = 'T', userId = 1 }: Upload = {}): Promise<RestReply> =>
  call(portal, userId, 'bizproc.workflow.template.add', {
    DOCUMENT_TYPE: documentTypeOf(entityTypeId), NAME: name, AUTO_EXECUTE: auto, TEMPLATE_DATA: ['t.bpt', base64(template)]
  })

/** The id of a template that must be taken. */
export async function uploaded(portal: DemoPortal, template: unknown, options: Upload = {}): Promise<number> {
  const { body } = await upload(portal, template, options)
  if (typeof body.result !== 'number') throw new Error(JSON.stringify(body))
  return body.result
}

/** Runs activities once on a record and gives the process back. */
export async function runOn(portal: DemoPortal, entityTypeId: number, id: number, children: Draft[], more: Bag = {}, parameters: Bag = {}): Promise<Workflow> {
  const templateId = await uploaded(portal, templateOf(children, more), { entityTypeId })
  const template = portal.state.workflowTemplates.find(other => other.id === templateId)
  const item = portal.state.items.get(entityTypeId)?.get(id)
  if (!template || !item) throw new Error('nothing to run on')
  return portal.workflows.start(template, item, parameters, 1)
}

export const reports = (workflow: Workflow | undefined): string[] => (workflow?.log ?? []).filter(({ kind }) => kind === 'report').map(({ text }) => text)

export const errors = (workflow: Workflow): string[] => workflow.log.filter(({ kind }) => kind === 'error' || kind === 'end').map(({ text }) => text)
