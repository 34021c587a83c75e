import type { Activity, DocumentType } from './activity'
import { serialise, type PhpValue } from './php-serialise'

/** One template as it is uploaded. */
export interface Template {
  /** what people see in the list of processes; carries the version */
  name: string
  description: string
  document: DocumentType
  /** '0' nothing starts it by itself, '1' a new record does, '2' a changed one; a text, because the portal compares strictly */
  autoExecute: '0' | '1' | '2'
  parameters: Record<string, Parameter>
  /** name → type */
  variables: Record<string, Variable>
  root: Activity
}

export interface Parameter {
  title: string
  type: 'string' | 'select'
  options?: Record<string, string>
  default: string
}

export interface Variable {
  type: 'string' | 'double' | 'date'
  multiple?: boolean
  default?: string
}

/** Import refuses a text of this shape anywhere in the file (CheckSerializedData). `harmless` removes it; this is the proof. */
const LOOKS_LIKE_OBJECT = /(^|;)[OC]:\+?\d+:/

/** More than any plan makes; a file that is larger than the portal's database takes at once would be cut. */
const MAX_BYTES = 8 * 1024 * 1024

/**
 * The content of the file before it is compressed: the same template gives the same text.
 * @throws RangeError when the import would refuse it, or a start would
 */
export function templateText(template: Template): string {
  const wrong = problemsOf(template)
  if (wrong.length > 0) throw new RangeError(`${template.name}: ${wrong.join('; ')}`)
  const text = serialise({
    VERSION: 2,
    TEMPLATE: [asPhp(template.root)],
    PARAMETERS: mapped(template.parameters, ({ title, type, options, default: value }) => property(title, type, { value, ...(options ? { options } : {}) })),
    VARIABLES: mapped(template.variables, ({ type, multiple = false, default: value = '' }, name) => property(name, type, { value, multiple })),
    CONSTANTS: []
  })
  if (LOOKS_LIKE_OBJECT.test(text)) throw new RangeError(`${template.name}: a text looks like a serialised object`)
  if (text.length > MAX_BYTES) throw new RangeError(`${template.name}: ${text.length} characters`)
  return text
}

/** The file: PHP's gzcompress is the zlib format, which browsers call deflate. The import reads both, compressed and plain. */
export async function templateFile(template: Template): Promise<Uint8Array<ArrayBuffer>> {
  const compressed = new Blob([templateText(template)]).stream().pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(compressed).arrayBuffer())
}

function property(
  title: string, type: string, { value, multiple = false, options }: { value: string, multiple?: boolean, options?: Record<string, string> }
): PhpValue {
  return {
    Name: title, Description: '', Type: type, Required: '0', Multiple: multiple ? '1' : '0',
    // A list begins empty; '' would be its first item.
    Default: multiple ? [] : value,
    Options: options ? new Map(Object.entries(options)) : ''
  }
}

const mapped = <T>(of: Record<string, T>, to: (item: T, name: string) => PhpValue): PhpValue =>
  new Map(Object.entries(of).map(([name, item]): [string, PhpValue] => [name, to(item, name)]))

function asPhp({ Type, Name, Activated, Properties, Children }: Activity): PhpValue {
  return { Type, Name, Activated, Properties, Children: Children.map(asPhp) }
}

const REFERENCE = /\{=\s*([a-z0-9_]+)\s*:\s*([a-z0-9_.]+)/gi
const OWN_OBJECTS = new Set(['Document', 'System', 'Workflow', 'User'])

/** What the import does not see and a start, or a run, would stumble over. */
function problemsOf({ name, root, variables, parameters }: Template): string[] {
  const activities = flat(root)
  const names = activities.map(activity => activity.Name)
  const known = new Set(names)
  const doubles = names.length > known.size ? names.filter((one, index) => names.indexOf(one) !== index) : []
  const isKnown = (object: string, field: string): boolean =>
    object === 'Variable' ? field in variables : object === 'Template' ? field in parameters : OWN_OBJECTS.has(object) || known.has(object)
  const unknown = activities.flatMap(({ Name, Properties }) => textsIn(Properties)
    .flatMap(text => [...text.matchAll(REFERENCE)]).filter(([, object = '', field = '']) => !isKnown(object, field)).map(([found]) => `${Name}: ${found}`))
  const untested = activities.flatMap(({ Name, Properties }) => testsIn(Properties.mixedcondition)
    .filter(({ object, field }) => !isKnown(object, field)).map(({ object, field }) => `${Name}: ${object}:${field}`))
  const unset = activities.filter(({ Type }) => Type === 'SetVariableActivity')
    .flatMap(({ Properties }) => Object.keys(Properties.VariableValue as object)).filter(variable => !(variable in variables))
  return [
    ...(name.trim() === '' ? ['no name'] : []),
    ...(root.Children.length === 0 ? ['nothing to do'] : []),
    ...doubles.map(double => `two activities are called ${double}`),
    ...[...unknown, ...untested].map(reference => `unknown: ${reference}`),
    ...unset.map(variable => `unknown variable ${variable}`)
  ]
}

function testsIn(condition: PhpValue | undefined): { object: string, field: string }[] {
  return Array.isArray(condition) ? condition as { object: string, field: string }[] : []
}

export function flat(activity: Activity): Activity[] {
  return [activity, ...activity.Children.flatMap(flat)]
}

function textsIn(value: PhpValue): string[] {
  if (typeof value === 'string') return [value]
  if (value === null || typeof value !== 'object') return []
  return (value instanceof Map ? [...value.values()] : Object.values(value) as PhpValue[]).flatMap(textsIn)
}
