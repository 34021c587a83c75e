import type { Answer } from '@/answer/model/answer'
import { isEnded, STATE_OF, stepsOf, type CaseStep, type CaseTask, type CaseWord } from '@/answer/model/case'
import { readAnswer } from '@/answer/store'
import type { Stage } from '@/plan/model/facts'
import { taskIdsIn } from '@/plan/model/ledger'
import { CARD_TYPES, createPlanDirectory } from '@/plan/store'
import type { Command, Portal } from '@/portal/client'
import { PortalError, type ErrorCode } from '@/portal/errors'
import { DEAL } from '@/portal/fields'
import { getItem, toWire, toWireNative, updateItem } from '@/portal/items'
import { listOf, mapOf } from '@/portal/php-array'
import { taskLinkOf, type RecordStore } from '@/portal/record-store'

/** A case as the portal shows it. */
export interface Case {
  answer: Answer
  /** those that were given for the answer and that the viewer may see, oldest first */
  tasks: CaseTask[]
}

/** What a word about a case asked for and the portal did not do. */
export interface CaseRefusal {
  step: Exclude<CaseStep['kind'], 'answer' | 'reopenTask'>
  code: ErrorCode
}

/** Everything bound to an answer, for `tasksOf`. */
export const tasksCommand = (store: RecordStore, answerId: number): Command => ({
  method: 'tasks.task.list',
  params: {
    filter: { UF_CRM_TASK: taskLinkOf(store, answerId) }, order: { ID: 'ASC' },
    select: ['ID', 'TITLE', 'STATUS', 'DEADLINE', 'CLOSED_DATE', 'RESPONSIBLE_ID']
  }
})

/** People bind tasks of their own to a record, too: those do not count. */
export function tasksOf({ ledger }: Pick<Answer, 'ledger'>, result: unknown): CaseTask[] {
  const given = new Set(taskIdsIn(ledger))
  return listOf(mapOf(result).tasks).map(mapOf).map(readTask).filter(({ id }) => given.has(id))
}

const COMPLETED = 5

function readTask(row: Record<string, unknown>): CaseTask {
  const moment = (value: unknown): string | null => typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : null
  return {
    id: Number(row.id), title: String(row.title ?? ''), isDone: Number(row.status) === COMPLETED, closedAt: moment(row.closedDate),
    deadline: moment(row.deadline), responsibleId: Number(row.responsibleId) || null
  }
}

/** @throws PortalError */
export async function loadCase(portal: Portal, store: RecordStore, answerId: number): Promise<Case> {
  const seen = await portal.batch<{ answer: { item: unknown }, tasks: unknown }>({
    answer: getItem(store.entityTypeId, answerId), tasks: tasksCommand(store, answerId)
  })
  if (!seen.answer.ok) throw seen.answer.error
  if (!seen.tasks.ok) throw seen.tasks.error
  const answer = readAnswer(store, seen.answer.result.item)
  return { answer, tasks: tasksOf(answer, seen.tasks.result) }
}

/** Looks and batches until everything is done or refused; each batch does or refuses something. */
const ROUNDS = 20
/** How often a batch whose reply was lost is followed by another look. */
const LOST = 2

/**
 * Makes true what a person says about a case: the answer, its tasks, the source deal and the client's pause. Every step is written as it shall
 * be, so that pressing twice, two people at once or a lost reply leave the same behind; what has happened is looked up, not assumed.
 * The answer comes before everything that hangs on it: who may not change it changes nothing.
 * @returns what the portal refused beside it, each once
 * @throws PortalError when the word itself could not be kept; 'replyLost' and the like when that is not known even after looking again
 */
export async function settleCase(portal: Portal, store: RecordStore, answerId: number, word: CaseWord): Promise<CaseRefusal[]> {
  const failed = new Map<string, PortalError>()
  const done = new Set<string>()
  let lost = 0
  for (let round = 0; round < ROUNDS; round++) {
    const { answer, tasks } = await loadCase(portal, store, answerId)
    const steps = stepsOf(word, answer, tasks).filter(step => !done.has(keyOf(step)))
    const open = steps.filter(step => !failed.has(keyOf(step)))
    if (open.length === 0) return refusals(steps, failed)
    const commands = Object.fromEntries(open.map(step => [keyOf(step), commandOf(store, answer, word, step)]))
    let outcomes
    try {
      outcomes = await portal.batch<Record<string, unknown>>(commands, { halt: true })
    } catch (error) {
      if (error instanceof PortalError && error.executed === 'unknown' && lost++ < LOST) continue
      throw error
    }
    for (const step of open) {
      const outcome = outcomes[keyOf(step)]
      if (outcome?.ok) done.add(keyOf(step))
      else if (outcome && outcome.error.code !== 'notRun') {
        if (step.kind === 'answer' || step.kind === 'reopenTask' || outcome.error.retryable || outcome.error.executed === 'unknown') throw outcome.error
        failed.set(keyOf(step), outcome.error)
      }
    }
    if (failed.size === 0 && open.every(step => done.has(keyOf(step)))) return []
  }
  throw new PortalError('unexpected', { detail: `the case of answer ${answerId} does not come to rest` })
}

/** A task that somebody else completed meanwhile was refused too, and is as it should be. */
function refusals(steps: readonly CaseStep[], failed: ReadonlyMap<string, PortalError>): CaseRefusal[] {
  const found = steps.flatMap((step): CaseRefusal[] => {
    const error = failed.get(keyOf(step))
    return error && step.kind !== 'answer' && step.kind !== 'reopenTask' ? [{ step: step.kind, code: error.code }] : []
  })
  return [...new Map(found.map(one => [`${one.step} ${one.code}`, one])).values()]
}

const keyOf = (step: CaseStep): string => 'id' in step ? `${step.kind}${step.id}` : step.kind

function commandOf(store: RecordStore, answer: Answer, word: CaseWord, step: CaseStep): Command {
  switch (step.kind) {
    case 'answer': return updateItem(store.entityTypeId, answer.id, {
      stageId: store.answerStages[STATE_OF[word.kind]],
      ...toWire(store, word.kind === 'questionsRemain'
        ? { FB_DONE_AT: null, FB_ASK_AGAIN: false }
        // said once more, only the words change
        : { FB_CAUSE: word.cause, FB_DONE_AT: isEnded(answer) && answer.doneAt !== null ? answer.doneAt : word.at, FB_ASK_AGAIN: word.askAgain })
    })
    case 'reopenTask': return { method: 'tasks.task.update', params: { taskId: step.id, fields: { STATUS: 2, DEADLINE: step.deadline } } }
    case 'deadline': return { method: 'tasks.task.update', params: { taskId: step.id, fields: { DEADLINE: step.deadline } } }
    case 'completeTask': return { method: 'tasks.task.complete', params: { taskId: step.id } }
    case 'dealStage': return updateItem(DEAL, step.dealId, { stageId: step.stage })
    case 'endPause': {
      const type = CARD_TYPES[step.card]
      return updateItem(type, step.id, toWireNative(store, type, { FB_NOT_BEFORE: null }))
    }
  }
}

/** Stages that the source deal may be moved to, and the one in which it stands. @throws PortalError */
export async function loadDealStages(portal: Portal, dealId: number): Promise<{ stages: Stage[], current: string }> {
  const { method, params } = getItem(DEAL, dealId)
  const { item } = await portal.call<{ item: unknown }>(method, params)
  const deal = mapOf(item)
  return { stages: await createPlanDirectory(portal).dealStages(Number(deal.categoryId ?? 0)), current: String(deal.stageId ?? '') }
}
