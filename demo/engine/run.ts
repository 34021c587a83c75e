import { isoOf } from '../clock'
import { itemOf } from '../rest/records'
import type { DemoPortal, Item, Workflow, WorkflowTemplate } from '../state'
import { calculate } from './calc'
import { printable, readField } from './document'
import { convert, flat, isList, isFalsy, Moment, NotServed, TEXT, toInt, toText, TYPES, type Property } from './values'

export type Bag = Record<string, unknown>

/** One activity of a template. */
export interface Node { type: string; name: string; active: boolean; properties: Bag; children: Node[] }

/** What a process waits for: `at` (milliseconds) tells the clock where to go next, null when no time helps. */
export interface Wait { at: number | null; ready(): boolean; text: string }

export type Steps = Generator<Wait, void, void>

export const bagOf = (value: unknown): Bag => typeof value === 'object' && value !== null ? { ...value } as Bag : {}

const REFERENCE = '\\{=\\s*([a-z0-9_]+)\\s*:\\s*([a-z0-9_.]+)(?:\\s*>\\s*([a-z0-9_:]+)(?:\\s*,\\s*([a-z0-9_]+))?)?\\s*\\}'
const WHOLE = new RegExp(`^\\s*${REFERENCE}\\s*$`, 'i')
const INLINE = new RegExp(REFERENCE, 'gi')
const CALC = /^\s*(?:=\s*([\s\S]*)|\{\{=\s*([\s\S]*)\s*\}\})\s*$/
const INLINE_CALC = /\{\{=\s*([\s\S]*?)\s*\}\}([^}]|$)/g
const OBJECTS = ['Document', 'Variable', 'Template', 'Parameter', 'Constant', 'Workflow', 'User', 'System']

type Decorate = (value: unknown) => unknown
const plain: Decorate = value => value

interface Found { property: Property; value: unknown }

/** What a template declares about a value. */
export const propertyOf = (raw: unknown): Property => {
  const { Type, Multiple, Options } = bagOf(raw)
  const options = bagOf(Options)
  return {
    type: toText(Type) || 'string', multiple: !isFalsy(Multiple) && Multiple !== 'N',
    ...(Object.keys(options).length ? { options: options as Record<string, string> } : {})
  }
}

/** One running process: its own copy of the template, its values, and the record it runs on. */
export class Run {
  readonly variables = new Map<string, unknown>()
  readonly parameters = new Map<string, unknown>()
  /** results of activities under their names, with what the activity says about them */
  readonly results = new Map<string, Map<string, Found>>()
  readonly nodes = new Map<string, Node>()
  private lenient = false

  /** @param resultsOf results and their types of a kind of activity */
  constructor(
    readonly portal: DemoPortal, readonly workflow: Workflow, readonly template: WorkflowTemplate, readonly root: Node,
    private readonly resultsOf: (type: string) => Record<string, string>
  ) {
    for (const [name, raw] of Object.entries(template.variables)) this.variables.set(name, this.initial(raw))
    for (const [name, raw] of Object.entries(template.parameters)) this.parameters.set(name, this.initial(raw))
    this.register(root)
  }

  private initial(raw: unknown): unknown {
    const { Default } = bagOf(raw)
    return Default === '' || Default === undefined ? null : Default
  }

  private register(node: Node): void {
    if (this.nodes.has(node.name)) throw new Error(`Duplicate activity name: ${node.name}`)
    this.nodes.set(node.name, node)
    for (const child of node.children) this.register(child)
  }

  /** The record, as it is now. @throws Error when it has been deleted meanwhile */
  get item(): Item {
    const item = itemOf(this.portal.state, this.workflow.entityTypeId, this.workflow.itemId)
    if (!item) throw new Error('The record of this process has been deleted')
    return item
  }

  log(kind: Workflow['log'][number]['kind'], text: string, node?: Node): void {
    this.workflow.modified = isoOf(this.portal.now())
    this.workflow.log.push({ at: this.workflow.modified, kind, activity: node ? `${node.type} ${node.name}` : '', text })
  }

  setResults(node: Node, values: Bag, types: Record<string, Property> = {}): void {
    const kept = this.results.get(node.name) ?? new Map<string, Found>()
    for (const [name, value] of Object.entries(values)) {
      kept.set(name, { property: types[name] ?? { type: this.resultsOf(node.type)[name] ?? 'string', multiple: isList(value) }, value })
    }
    this.results.set(node.name, kept)
  }

  /** A property of an activity with everything in it put in. */
  get(node: Node, name: string, to?: string): unknown { return this.resolve(node.properties[name], to) }

  text(node: Node, name: string): string { return toText(this.get(node, name, 'text')) }

  parameterOrVariable(name: string): Found { return this.lookUp(name in this.template.parameters ? 'Template' : 'Variable', name) }

  /** Reads one value. @throws NotServed for names that lead nowhere: the portal would go on with nothing */
  lookUp(object: string, field: string): Found {
    const declared = (values: Map<string, unknown> | null, types: Bag, what: string): Found => {
      if (!(field in types)) throw new NotServed(`there is no ${what} ${field}`)
      return { property: propertyOf(types[field]), value: values ? values.get(field) ?? null : this.initial(types[field]) }
    }
    switch (object) {
      case 'Document': return readField(this.portal.state, this.item, field)
      case 'Variable': return declared(this.variables, this.template.variables, 'variable')
      case 'Template': case 'Parameter': return this.again(declared(this.parameters, this.template.parameters, 'parameter'))
      case 'Constant': return declared(null, this.template.constants, 'constant')
      case 'Workflow': return { property: TEXT, value: field.toLowerCase() === 'templateid' ? this.template.id : this.workflow.id }
      case 'User': return { property: { type: 'user', multiple: false }, value: `user_${this.workflow.startedBy}` }
      case 'System': return this.system(field)
    }
    const node = this.nodes.get(object)
    if (!node) throw new NotServed(`there is no activity ${object}`)
    const result = this.results.get(object)?.get(field)
    if (result) return this.again(result)
    const { ReturnFields, EntityFields, UserFields } = node.properties
    const promised = [this.resultsOf(node.type), EntityFields, UserFields].flatMap(fields => Object.keys(bagOf(fields)))
    if (![...promised, ...flat(ReturnFields).map(toText)].includes(field)) throw new NotServed(`${node.type} ${object} gives no ${field}`)
    return { property: TEXT, value: null }
  }

  /**
   * Parameters and results are properties of activities, and properties are put together on every reading: a text in them that looks like an
   * expression acts as one. Variables, constants and fields of the record are values and safe.
   */
  private again(found: Found): Found {
    const before = this.lenient
    this.lenient = true
    try {
      return { property: found.property, value: this.orElse(() => this.resolve(found.value), found.value) }
    } finally {
      this.lenient = before
    }
  }

  /** What cannot be worked out in a value that is read again stays as it stands: nobody wrote it as an expression. */
  private orElse<T>(work: () => T, otherwise: T): T {
    try {
      return work()
    } catch (error) {
      if (this.lenient && error instanceof NotServed) return otherwise
      throw error
    }
  }

  private system(field: string): Found {
    const now = Math.floor(this.portal.now().getTime() / 1000) * 1000
    switch (field.toLowerCase()) {
      case 'now': case 'nowlocal': return { property: { type: 'datetime', multiple: false }, value: new Moment(now) }
      case 'date': return { property: { type: 'date', multiple: false }, value: new Moment(now, false).day() }
      case 'eol': return { property: TEXT, value: '\n' }
      case 'hosturl': return { property: TEXT, value: this.portal.origin }
      default: throw new NotServed(`System:${field}`)
    }
  }

  private reference(object: string, name: string, modifiers: string[], decorate: Decorate = plain): unknown {
    const short = /_printable$/.test(name)
    const { property, value: found } = this.lookUp(object, short ? name.slice(0, -10) : name)
    const all = [...(short && !modifiers.includes('printable') ? ['printable'] : []), ...modifiers].slice(0, 2).map(word => word.toLowerCase())
    const dated = (property.type === 'datetime' || property.type === 'date') && typeof found === 'string' && found ? convert(TEXT, found, property.type) : found
    const value = object === 'Document' && (dated === null || dated === undefined) ? '' : dated
    if (value === null || value === undefined || value === '') return value
    const format = all.find(word => !TYPES.has(word))
    const type = all.find(word => TYPES.has(word) && !(word === 'string' && format === 'printable'))
    const formatted = (from: Property, one: unknown): unknown => format ? printable(this.portal.state, from, one, format) : one
    if (format && all[0] === format) return decorate(type ? convert(TEXT, formatted(property, value), type) : formatted(property, value))
    return decorate(type ? formatted({ type, multiple: property.multiple }, convert(property, value, type)) : formatted(property, value))
  }

  private calculated(expression: string): unknown {
    return calculate(expression.trim(), reference => this.resolve(reference), this.portal.now())
  }

  /**
   * Puts values into a property (facts 71, 72): a text that is one reference gives the value itself, anything else becomes text. What a reference
   * puts in is not read again. What a calculation inside a longer text puts in is: the portal works calculations out first and then looks for references.
   * @param decorate changes what references put in, e.g. escapes it for a mail; calculations are left as they are
   */
  resolve(value: unknown, to?: string, decorate: Decorate = plain): unknown {
    if (typeof value === 'string') {
      const [whole, object = '', field = '', ...modifiers] = WHOLE.exec(value) ?? []
      if (whole !== undefined) return this.reference(object, field, [...modifiers.filter(Boolean), ...(to && TYPES.has(to) ? [to] : [])], decorate)
      const calc = CALC.exec(value)
      const expression = calc?.[1] ?? calc?.[2] ?? ''
      // several calculations side by side look like a long one
      if (expression.trim() && !expression.includes('}}')) {
        const result = this.calculated(expression)
        return to && TYPES.has(to) && !(result instanceof Moment && to !== 'string' && to !== 'text') ? convert(TEXT, result, to) : result
      }
      const text = this.inline(value, to, decorate)
      return to && TYPES.has(to) ? convert(TEXT, text, to) : text
    }
    if (isList(value)) {
      const list = value.flatMap(one => {
        const resolved = this.resolve(one, to)
        return typeof one === 'string' && (WHOLE.test(one) || CALC.test(one)) && isList(resolved) ? resolved : [resolved]
      })
      const [object, field] = list
      return list.length === 2 && typeof object === 'string' && typeof field === 'string' && OBJECTS.includes(object) ? this.reference(object, field, to ? [to] : []) : list
    }
    if (typeof value === 'object' && value !== null && !(value instanceof Moment)) {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.resolve(one, to)]))
    }
    return value
  }

  private inline(text: string, to: string | undefined, decorate: Decorate): string {
    return text.replace(INLINE_CALC, (whole, expression: string, after: string) => this.orElse(() => toText(this.calculated(expression)) + after, whole))
      .replace(INLINE, (whole, object: string, field: string, first?: string, second?: string) => {
        const modifiers = [first, second].flatMap(word => word ?? [])
        return this.orElse(() => toText(this.reference(object, field, [...modifiers, ...(to ? [to] : modifiers.length ? [] : ['string'])], decorate)), whole)
      })
  }

  /** People behind `user_5`, `group_D2` (a department), `group_DR2` (with those below), and lists of them. */
  usersOf(value: unknown): number[] {
    const { users, departments } = this.portal.state
    const below = (id: number): number[] => [id, ...departments.filter(({ parent }) => parent === id).flatMap(({ id: child }) => below(child))]
    const ids = flat(value).flatMap((one): number[] => {
      const text = toText(one).trim()
      const [, deep, department] = /^group_D(R?)(\d+)$/.exec(text) ?? []
      if (department) {
        const wanted = deep ? below(Number(department)) : [Number(department)]
        return users.filter(user => user.active && user.departments.some(id => wanted.includes(id))).map(({ id }) => id)
      }
      if (/^user_\d*$/.test(text)) return [toInt(text.slice(5))].filter(id => id > 0)
      if (text === '') return []
      throw new NotServed(`"${text}" is nobody: user_<id>, group_D<id> or group_DR<id>`)
    })
    return [...new Set(ids)]
  }
}
