import { isoOf } from '../clock'
import { nextId } from '../rest/records'
import type { DemoPortal, WorkflowTemplate } from '../state'
import { CONDITION_KEYS, conditionProblems } from './conditions'
import { crmKinds } from './crm-kinds'
import { flowKinds } from './flow'
import type { Kind } from './kind'
import { messageKinds } from './message-kinds'
import { unpack } from './php'
import { bagOf, type Bag, type Node } from './run'
import { isEmpty, isList, toText } from './values'

/** Every activity that is known. */
export const KINDS: Record<string, Kind> = { ...crmKinds, ...messageKinds, ...flowKinds(() => KINDS) }

const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null

/** One activity with everything below it, or what is wrong with its shape (fact 66). */
function nodeOf(raw: unknown, problems: string[]): Node {
  const { Type, Name, Activated, Properties, Children, ...rest } = bagOf(raw)
  const [type, name] = [toText(Type), toText(Name)]
  if (!isBag(raw)) problems.push('An activity is no array')
  if (!isBag(Properties)) problems.push(`${type} ${name}: Properties must be an array`)
  if (!/^[A-Za-z0-9_]+$/.test(name)) problems.push(`${type}: the name "${name}" takes letters, digits and underscores`)
  if (Children !== undefined && !isList(Children)) problems.push(`${type} ${name}: Children must be a list`)
  for (const key of Object.keys(rest)) problems.push(`${type} ${name}: unknown key ${key}`)
  if (Activated !== undefined && Activated !== 'Y' && Activated !== 'N') problems.push(`${type} ${name}: Activated is Y or N`)
  const children = (isList(Children) ? Children : []).map(child => nodeOf(child, problems))
  return { type, name, active: Activated !== 'N', properties: bagOf(Properties), children }
}

export const rootOf = (template: WorkflowTemplate): Node => nodeOf(template.tree[0], [])

/** A list of nothing is missing, a map only when it has no entry at all: its values may well be empty. */
const isMissing = (value: unknown): boolean => isBag(value) && !isList(value) ? !Object.keys(value).length : isEmpty(value)

/** What an activity says of its properties: the messages of the import. */
function propertyProblems(node: Node, portal: DemoPortal, isDynamic: boolean): string[] {
  const kind = KINDS[node.type]
  if (!kind || !Object.hasOwn(KINDS, node.type)) return [`Activity ${node.type} is not found`]
  const known = ['Title', 'EditorComment', ...kind.properties, ...(kind.condition ? CONDITION_KEYS : [])]
  return [
    ...Object.keys(node.properties).filter(name => !known.includes(name)).map(name => `unknown property ${name}`),
    ...(kind.required ?? []).filter(name => isMissing(node.properties[name])).map(name => `The property ${name} is required`),
    ...(kind.condition ? conditionProblems(node.properties, kind.condition === 'must') : []),
    ...(kind.dynamicOnly && !isDynamic ? ['works on records of smart processes only'] : []),
    ...kind.check?.(node.properties, portal) ?? []
  ].map(problem => `${node.type} ${node.name}: ${problem}`)
}

/** The second look: who may stand below whom. Switched-off children are passed over (fact 98). */
const childProblems = (node: Node): string[] => node.children.filter(child => child.active).flatMap(child => [
  ...(KINDS[node.type]?.children?.(child.type) ? [] : [`[${toText(node.properties.Title)}] ${node.type} takes no ${child.type}`]), ...childProblems(child)
])

const everyNode = (node: Node): Node[] => [node, ...node.children.flatMap(everyNode)]

const DECLARED = ['Name', 'Description', 'Type', 'Required', 'Multiple', 'Default', 'Options', 'Settings', 'Default_printable', 'BaseType']

function declarationProblems(what: string, declared: unknown): string[] {
  if (!isBag(declared)) return [`${what} must be an array`]
  return Object.entries(declared).flatMap(([name, raw]) => [
    ...(/^[A-Za-z]\w*$/.test(name) ? [] : [`${what}: the name ${name}`]), ...(isEmpty(bagOf(raw).Type) ? [`${what} ${name}: no Type`] : []),
    ...Object.keys(bagOf(raw)).filter(key => !DECLARED.includes(key)).map(key => `${what} ${name}: unknown key ${key}`)
  ])
}

/** Everything that makes an import fail; `fields` only when nothing does (facts 55–58, 97–99). */
export function readTemplate(portal: DemoPortal, bytes: Buffer, entityTypeId: number): { tree: unknown[]; fields: Bag } | { problems: string[] } {
  const read = unpack(bytes)
  if ('problem' in read) return { problems: [`Incorrect template data: ${read.problem}`] }
  const { TEMPLATE, VERSION, PARAMETERS, VARIABLES, CONSTANTS, ...rest } = read.fields
  const problems: string[] = [
    // imported as new fields of the record's type, or over existing ones (fact 57)
    ...Object.keys(rest).map(key => key === 'DOCUMENT_FIELDS' ? 'DOCUMENT_FIELDS would change the fields of the portal' : `unknown key ${key}`),
    ...(VERSION === 2 ? [] : ['VERSION must be 2']), ...(isList(TEMPLATE) ? [] : ['TEMPLATE must be a list']),
    ...declarationProblems('PARAMETERS', PARAMETERS), ...declarationProblems('VARIABLES', VARIABLES), ...declarationProblems('CONSTANTS', CONSTANTS)
  ]
  const tree = isList(TEMPLATE) ? TEMPLATE : []
  const roots = tree.map(raw => nodeOf(raw, problems))
  const [root] = roots
  if (root && (roots.length > 1 || root.type !== 'SequentialWorkflowActivity' || root.name !== 'Template')) {
    problems.push('The root is one SequentialWorkflowActivity with the name Template')
  }
  problems.push(...roots.flatMap(everyNode).flatMap(node => propertyProblems(node, portal, entityTypeId > 4)))
  if (!problems.length) problems.push(...roots.flatMap(childProblems))
  return problems.length ? { problems } : { tree, fields: { parameters: bagOf(PARAMETERS), variables: bagOf(VARIABLES), constants: bagOf(CONSTANTS) } }
}

/** Stores a template; with `id` in the place of an older one. Processes that run keep their own copy. */
export function storeTemplate(portal: DemoPortal, template: Omit<WorkflowTemplate, 'id' | 'modified'>, id?: number): WorkflowTemplate {
  const stored = { ...structuredClone(template), id: id ?? nextId(portal.state, 'workflowTemplate'), modified: isoOf(portal.now()) }
  const { workflowTemplates } = portal.state
  const at = workflowTemplates.findIndex(other => other.id === id)
  if (at < 0) workflowTemplates.push(stored)
  else workflowTemplates[at] = stored
  return stored
}
