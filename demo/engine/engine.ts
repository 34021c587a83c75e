import { isoOf } from '../clock'
import { itemOf, nextId } from '../rest/records'
import { flagOf } from '../rest/handler'
import { typeOf } from '../rest/record-fields'
import type { DemoPortal, Item, Workflow, WorkflowTemplate } from '../state'
import { execute, missingParameters } from './flow'
import { KINDS, rootOf } from './import'
import { Ended } from './kind'
import { Run, type Steps, type Wait } from './run'
import { NotServed } from './values'

/** How far processes may start each other inside one request. */
const DEEPEST = 20

/** A process that waits. */
interface Waiting { run: Run; steps: Steps; wait: Wait }

/**
 * Starts and runs the business processes of a portal. What they do lands in the portal's state; what they did is in the log of each.
 * A failure inside a process ends that process, visibly, and nothing else.
 */
export class Workflows {
  private readonly waiting = new Map<string, Waiting>()
  private queue: { item: Item; event: 'create' | 'change'; userId: number }[] = []
  private quiet = 0
  /** how far the clock was moved on purpose: pauses end by that alone, not by real time that goes by */
  private reached = 0
  private depth = 0

  constructor(private readonly portalOf: () => DemoPortal) {}

  /** Does something of which no process hears: what a process itself writes, and old records that are put into the portal. */
  quietly<T>(work: () => T): T {
    this.quiet++
    try {
      return work()
    } finally {
      this.quiet--
    }
  }

  /** A person, a form or a call has saved a record; its processes start in the background, after the request (facts 37, 96). */
  recordSaved(item: Item, event: 'create' | 'change', userId: number): void {
    const { state, switches } = this.portalOf()
    if (this.quiet || !switches.workflows || !state.workflowTemplates.length) return
    const type = typeOf(state, item.entityTypeId)
    if (type && !flagOf(type.fields.isBizProcEnabled)) return
    if (!this.queue.length) queueMicrotask(() => { this.settle() })
    this.queue.push({ item, event, userId })
  }

  /** A record is gone, and with it the processes that ran on it. */
  recordRemoved(): void {
    for (const { run: { workflow } } of this.waiting.values()) {
      if (!itemOf(this.portalOf().state, workflow.entityTypeId, workflow.itemId)) this.end(workflow, 'terminated', new Ended('The record has been deleted'))
    }
  }

  /** Starts what saved records started, and goes on with every process whose time has come. */
  settle(): void {
    for (;;) {
      const saved = this.queue.shift()
      if (saved) {
        const bit = saved.event === 'create' ? 1 : 2
        for (const template of [...this.portalOf().state.workflowTemplates]) {
          if (template.entityTypeId === saved.item.entityTypeId && template.autoExecute & bit) this.start(template, saved.item, {}, saved.userId)
        }
        continue
      }
      const ready = [...this.waiting.values()].find(({ wait }) => wait.ready())
      if (!ready) return
      this.proceed(ready.run, ready.steps)
    }
  }

  /** Whether a pause up to a moment (milliseconds) is over. */
  hasReached = (moment: number): boolean => Math.min(this.reached, this.portalOf().now().getTime()) >= moment

  /** Moves the clock forward step by step: every process wakes up at its own time. */
  advance(milliseconds: number, move: (to: number) => void): void {
    const target = this.portalOf().now().getTime() + milliseconds
    const go = (to: number): void => {
      move(to)
      this.reached = this.portalOf().now().getTime()
      this.settle()
    }
    this.settle()
    for (;;) {
      const times = [...this.waiting.values()].flatMap(({ wait }) => wait.at ?? []).filter(at => at <= target)
      if (!times.length) break
      go(Math.max(Math.min(...times), this.portalOf().now().getTime()))
    }
    go(target)
  }

  /** Starts a template on a record and runs it up to its first pause. A process that cannot start is kept as a failed one. */
  start(template: WorkflowTemplate, item: Item, parameters: Record<string, unknown>, userId: number): Workflow {
    const portal = this.portalOf()
    const now = isoOf(portal.now())
    const count = nextId(portal.state, 'workflow').toString(16).padStart(14, '0')
    const workflow: Workflow = {
      id: `${count}.${template.id.toString().padStart(8, '0')}`, templateId: template.id, templateName: template.name,
      entityTypeId: item.entityTypeId, itemId: item.id, started: now, startedBy: userId, modified: now, status: 'running', title: '', waitsFor: '', wakesAt: null, log: []
    }
    portal.state.workflows.push(workflow)
    const missing = [...missingParameters(template.parameters, parameters), ...missingParameters(template.constants, {})]
    this.depth++
    try {
      if (this.depth > DEEPEST) throw new Error('Processes start each other without end')
      if (!template.tree.length) throw new Error('The template is empty')
      if (missing.length) throw new Error(`Required and without a value: ${missing.join(', ')}`)
      const unknown = Object.keys(parameters).filter(name => !(name in template.parameters))
      if (unknown.length) throw new NotServed(`parameters ${unknown.join(', ')}`)
      // an update puts another template into the place of this one: the process keeps what it started with
      const run = new Run(portal, workflow, template, rootOf(template), type => KINDS[type]?.results ?? {})
      for (const [name, value] of Object.entries(parameters)) run.parameters.set(name, value)
      this.proceed(run, execute(run, run.root, KINDS))
    } catch (error) {
      this.end(workflow, 'faulted', error)
    } finally {
      this.depth--
    }
    return workflow
  }

  /** Ends a running process from outside; false when it does not run. */
  terminate(id: string, title: string): boolean {
    const workflow = this.portalOf().state.workflows.find(other => other.id === id && other.status === 'running')
    if (workflow) this.end(workflow, 'terminated', new Ended(title))
    return workflow !== undefined
  }

  private proceed(run: Run, steps: Steps): void {
    const { workflow } = run
    this.waiting.delete(workflow.id)
    try {
      for (;;) {
        const { done, value } = this.quietly(() => steps.next())
        if (done) return this.end(workflow, 'completed')
        if (value.ready()) continue
        Object.assign(workflow, { waitsFor: value.text, wakesAt: value.at === null ? null : isoOf(new Date(value.at)) })
        this.waiting.set(workflow.id, { run, steps, wait: value })
        return
      }
    } catch (error) {
      this.end(workflow, error instanceof Ended ? 'terminated' : 'faulted', error)
    }
  }

  private end(workflow: Workflow, status: Workflow['status'], reason?: unknown): void {
    this.waiting.delete(workflow.id)
    const said = reason instanceof Error ? reason.message : ''
    const text = reason instanceof NotServed ? `Not served by this portal: ${said}` : said
    // a mistake of this engine must not look like one of a template
    if (reason instanceof TypeError) throw reason
    const at = isoOf(this.portalOf().now())
    Object.assign(workflow, { status, waitsFor: '', wakesAt: null, modified: at, ...(reason instanceof Ended && text ? { title: text } : {}) })
    workflow.log.push({ at, kind: 'end', activity: '', text: text ? `${status}: ${text}` : status })
  }
}
