import { holds } from './conditions'
import type { DocumentType } from './document'
import { documentIdOf, documentTypeOf, itemOfDocument } from './document'
import { Ended, type Kind } from './kind'
import type { Bag, Node, Run, Steps, Wait } from './run'
import { bagOf } from './run'
import { isEmpty, isFalsy, NotServed, toInt, toMoment, toText } from './values'

const LOOP_LIMIT = 1000
const LONGEST = 5 * 365 * 86_400
const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 }

const FLOW = ['SequenceActivity', 'IfElseActivity', 'IfElseBranchActivity', 'SequentialWorkflowActivity']
const isStep = (type: string): boolean => type !== 'IfElseBranchActivity' && type !== 'SequentialWorkflowActivity'

/** Runs an activity and everything in it. */
export function* execute(run: Run, node: Node, kinds: Record<string, Kind>): Steps {
  const kind = kinds[node.type]
  if (!kind) throw new NotServed(`activity ${node.type}`)
  if (!FLOW.includes(node.type)) run.log('step', toText(node.properties.Title), node)
  const steps = kind.run(run, node)
  if (steps) yield* steps
}

/** The activities that lead the others. They need the table of all kinds, their own included. */
export function flowKinds(kinds: () => Record<string, Kind>): Record<string, Kind> {
  function* sequence(run: Run, node: Node): Steps {
    for (const child of node.children) if (child.active) yield* execute(run, child, kinds())
  }

  function* parallel(run: Run, node: Node): Steps {
    const next = (steps: Steps): { steps: Steps; wait: Wait }[] => {
      const { done, value } = steps.next()
      return done ? [] : [{ steps, wait: value as Wait }]
    }
    let open = node.children.filter(child => child.active).flatMap(child => next(execute(run, child, kinds())))
    while (open.length) {
      const waits = open.map(({ wait }) => wait)
      const times = waits.flatMap(({ at }) => at ?? [])
      yield { at: times.length ? Math.min(...times) : null, ready: () => waits.some(wait => wait.ready()), text: waits.map(({ text }) => text).join('; ') }
      open = open.flatMap(branch => branch.wait.ready() ? next(branch.steps) : [branch])
    }
  }

  return {
    SequentialWorkflowActivity: { properties: ['Permission'], children: isStep, run: sequence },
    SequenceActivity: { properties: [], children: isStep, run: sequence },
    ParallelActivity: { properties: [], children: type => type === 'SequenceActivity', run: parallel },
    IfElseActivity: {
      properties: [], children: type => type === 'IfElseBranchActivity',
      * run(run, node) {
        const branch = node.children.find(child => child.active && holds(run, child.properties))
        if (branch) yield* execute(run, branch, kinds())
      }
    },
    IfElseBranchActivity: { properties: [], condition: 'may', children: isStep, run: sequence },
    WhileActivity: {
      properties: [], condition: 'must', children: type => type === 'SequenceActivity',
      * run(run, node) {
        for (let round = 1; holds(run, node.properties); round++) {
          if (round > LOOP_LIMIT) throw new Error(`The loop went round more than ${LOOP_LIMIT} times`)
          const body = node.children.find(child => child.active)
          if (!body) throw new Error('The loop is empty and would never end')
          yield* execute(run, body, kinds())
        }
      }
    },
    DelayActivity: {
      properties: ['TimeoutDuration', 'TimeoutDurationType', 'TimeoutTime', 'TimeoutTimeIsLocal', 'WriteToLog', 'WaitWorkDayUser'],
      check: ({ TimeoutDuration, TimeoutTime }) => isFalsy(TimeoutDuration) && isFalsy(TimeoutTime) ? ['The delay is not set'] : [],
      * run(run, node) {
        if (!isFalsy(node.properties.WaitWorkDayUser)) throw new NotServed('waiting for the working day')
        const now = run.portal.now().getTime()
        const duration = run.get(node, 'TimeoutDuration')
        const time = run.get(node, 'TimeoutTime')
        let until = now
        if (!isEmpty(duration) && duration !== 0) {
          until = now + Math.min(toInt(duration) * (UNITS[run.text(node, 'TimeoutDurationType').toLowerCase()] ?? 1), LONGEST) * 1000
        } else if (!isEmpty(time)) {
          const moment = toMoment(time)
          if (!moment) throw new Error(`"${toText(time)}" is no time to wait for`)
          until = moment.time
        }
        if (until <= now + 1000) return
        until = Math.max(until, now + run.portal.switches.workflowDelayMinimum * 1000)
        yield { at: until, ready: () => run.portal.workflows.hasReached(until), text: toText(node.properties.Title) || node.name }
      }
    },
    SetVariableActivity: {
      properties: ['VariableValue'], required: ['VariableValue'],
      run(run, node) {
        for (const [name, value] of Object.entries(bagOf(node.properties.VariableValue))) {
          if (!(name in run.template.variables)) throw new NotServed(`there is no variable ${name}`)
          run.variables.set(name, run.resolve(value, toText(bagOf(run.template.variables[name]).Type) || 'string'))
        }
      }
    },
    LogActivity: {
      properties: ['Text', 'SetVariable'], required: ['Text'], results: { Report: 'string' },
      run(run, node) {
        run.log('report', run.text(node, 'Text'), node)
        const lines = run.workflow.log.filter(({ kind }) => kind === 'report').map(({ at, text }) => `${at}\n${text}\n\n`)
        if (!isFalsy(node.properties.SetVariable)) run.setResults(node, { Report: lines.join('') })
      }
    },
    TerminateActivity: { properties: ['StateTitle', 'KillWorkflow'], run(run, node) { throw new Ended(run.text(node, 'StateTitle')) } },
    SetStateTitleActivity: {
      properties: ['TargetStateTitle'], required: ['TargetStateTitle'], run(run, node) { run.workflow.title = run.text(node, 'TargetStateTitle') }
    },
    StartWorkflowActivity: {
      properties: ['DocumentId', 'TemplateId', 'TemplateParameters', 'UseSubscription'], required: ['DocumentId', 'TemplateId'],
      results: { WorkflowId: 'string' },
      check({ TemplateId, TemplateParameters }, portal) {
        const template = portal.state.workflowTemplates.find(({ id }) => id === toInt(TemplateId))
        const given = bagOf(TemplateParameters)
        return [
          ...(/^\s*\{=/.test(toText(TemplateId)) || template ? [] : [`There is no template ${toText(TemplateId)}`]),
          ...Object.keys(given).filter(name => template && !(name in template.parameters))
            .map(name => `Template ${toText(TemplateId)} has no parameter ${name}`),
          ...missingParameters(template?.parameters ?? {}, given).map(name => `The parameter ${name} of template ${toText(TemplateId)} is required`)
        ]
      },
      run: startWorkflow
    }
  }
}

/** Names of the required parameters (or constants) that have no value. */
export const missingParameters = (declared: Bag, given: Bag): string[] => Object.entries(declared).filter(([name, raw]) => {
  const { Required, Default } = bagOf(raw)
  return !isFalsy(Required) && Required !== 'N' && isEmpty(given[name]) && isEmpty(Default)
}).map(([name]) => name)

/** Starts another template; its first part runs at once, inside this activity. */
function* startWorkflow(run: Run, node: Node): Steps {
  const { portal, workflow } = run
  const template = portal.state.workflowTemplates.find(({ id }) => id === toInt(run.get(node, 'TemplateId')))
  const wanted = run.get(node, 'DocumentId')
  const documentId = toText(Array.isArray(wanted) ? wanted[0] : wanted)
  if (!template) return run.log('error', 'There is no such template', node)
  if (template.id === workflow.templateId) return run.log('error', 'A template does not start itself', node)
  const type: DocumentType = documentTypeOf(template.entityTypeId)
  const fullId = /^\d+$/.test(documentId) ? documentIdOf({ entityTypeId: template.entityTypeId, id: Number(documentId) }) : documentId
  const item = itemOfDocument(portal.state, [type[0], type[1], fullId])
  if (!item) return run.log('error', `The record ${documentId} does not exist or is of another type than template ${template.id}`, node)
  const parameters = Object.fromEntries(Object.entries(bagOf(run.get(node, 'TemplateParameters'))).map(([name, value]) =>
    [name, bagOf(template.parameters[name]).Type === 'user' ? run.usersOf(value).map(id => `user_${id}`) : value]))
  const started = portal.workflows.start(template, item, parameters, workflow.startedBy)
  run.setResults(node, { WorkflowId: started.id })
  if (started.status === 'faulted') run.log('error', `Template ${template.id} failed: ${started.log.at(-1)?.text ?? ''}`, node)
  const over = (): boolean => started.status !== 'running'
  if (run.get(node, 'UseSubscription') === 'Y' && !over()) yield { at: null, ready: over, text: `${template.name} (${started.id})` }
}
