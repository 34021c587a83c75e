import { tasksCommand, tasksOf } from '@/answer/case'
import { endedByTasks, isCase, isEnded } from '@/answer/model/case'
import { answerList, readAnswer } from '@/answer/store'
import { taskIdsIn } from '@/plan/model/ledger'
import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Outcome, Portal } from '@/portal/client'
import type { PortalError } from '@/portal/errors'
import { fromWire, selectOf, toWire, updateItem } from '@/portal/items'
import { listOf, mapOf } from '@/portal/php-array'
import { taskLinkOf, type RecordStore } from '@/portal/record-store'

/** Clocks differ, and what was changed a moment ago may not be in a list yet. Milliseconds. */
const OVERLAP = 5 * 60_000
/** Rows of a page of tasks.task.list and crm.item.list. */
const PAGE = 50

/**
 * Lets cases and tasks end each other where people ended one of them in the portal itself: a completed task closes its case, a case that
 * somebody moved to an end completes its tasks. One request that looks; others only where something has ended.
 *
 * It looks at every case, whoever handled the answer: the portal's processes close a case when its tasks are done, but they have no activity
 * that completes a task.
 * @param since ISO 8601: what ended from then on
 * @returns the `since` of the next look; the same one when something has to be tried again
 * @throws PortalError when it could not look
 */
export async function lookAtCases(portal: Portal, store: RecordStore, since: string, now: Date): Promise<string> {
  const { closedStages, look } = looking(store, since)
  const { tasks, records } = await portal.batch<{ tasks: { tasks: unknown }, records: { items: unknown } }>(look)
  if (!tasks.ok) throw tasks.error
  if (!records.ok) throw records.error
  const taskRows = listOf(tasks.result.tasks).map(mapOf)
  // A filter that the portal does not understand finds anything: stage and pipeline are compared again.
  const ended = listOf(records.result.items).map(item => fromWire(store, item)).filter(({ stageId }) => closedStages.has(stageId))
  const prefix = taskLinkOf(store, 0).slice(0, -1)
  const linked = taskRows.flatMap(row => listOf(row.ufCrmTask).map(String)).filter(link => link.startsWith(prefix))
    .map(link => Number(link.slice(prefix.length)))
  const again = await Promise.all(chunks([...new Set([...linked, ...ended.map(({ id }) => id)])].filter(id => id > 0))
    .map(ids => settle(portal, store, ids, new Map(ended.map(({ id, updatedTime }) => [id, updatedTime])))))
  if (again.includes(true)) return since
  const overlap = new Date(now.getTime() - OVERLAP).toISOString()
  const recordTimes = listOf(records.result.items).map(item => fromWire(store, item).updatedTime)
  const ends = [lastOf(taskRows.map(row => String(row.closedDate)), since), lastOf(recordTimes, since)]
  return ends.reduce<string>((earliest, end) => end !== null && Date.parse(end) < Date.parse(earliest) ? end : earliest, overlap)
}

function looking(store: RecordStore, since: string): { closedStages: Set<string>, look: { tasks: Command, records: Command } } {
  const closedStages = new Set([store.answerStages.closed, store.answerStages.no_contact])
  return {
    closedStages,
    look: {
      tasks: {
        method: 'tasks.task.list',
        params: { filter: { 'REAL_STATUS': 5, '>=CLOSED_DATE': since }, order: { CLOSED_DATE: 'ASC' }, select: ['ID', 'CLOSED_DATE', 'UF_CRM_TASK'] }
      },
      records: {
        method: 'crm.item.list',
        params: {
          entityTypeId: store.entityTypeId, select: selectOf(store, []), order: { updatedTime: 'ASC' }, start: -1,
          filter: { '=categoryId': store.answerCategoryId, '@stageId': [...closedStages], '>=updatedTime': since }
        }
      }
    }
  }
}

/** Where a full page ends: the next look begins there. Null when nothing was left out; a page of one and the same moment is passed over. */
function lastOf(moments: readonly string[], since: string): string | null {
  const last = Date.parse(moments.length < PAGE ? '' : moments.at(-1) ?? '')
  return Number.isNaN(last) ? null : new Date(last <= Date.parse(since) ? last + 1000 : last).toISOString()
}

const chunks = (ids: readonly number[]): number[][] =>
  Array.from({ length: Math.ceil(ids.length / PAGE) }, (_, index) => ids.slice(index * PAGE, (index + 1) * PAGE))

/**
 * What the duty person may not complete or write stays as it is, and would at every look: the answer itself says then that a task is still open.
 * @param ids of a page of records at most; what is no answer is left alone – where records are deals, any deal with a task may be among them
 * @returns true when something passing was in the way
 */
async function settle(portal: Portal, store: RecordStore, ids: readonly number[], endedAt: ReadonlyMap<number, string>): Promise<boolean> {
  const { method, params } = answerList(store, { '@id': ids })
  const { items } = await portal.call<{ items: unknown }>(method, params)
  const answers = listOf(items).filter(item => fromWire(store, item).categoryId === store.answerCategoryId).map(item => readAnswer(store, item))
    .filter(answer => ids.includes(answer.id) && isCase(answer))
  const seen = await portal.batch<Record<string, unknown>>(Object.fromEntries(answers.map(({ id }) => [`tasks${id}`, tasksCommand(store, id)])))
  const commands = answers.flatMap((answer): [string, Command][] => {
    const outcome = seen[`tasks${answer.id}`]
    if (!outcome?.ok) return []
    const tasks = tasksOf(answer, outcome.result)
    const change = (values: Parameters<typeof toWire>[1], stage: Record<string, string> = {}): Command =>
      updateItem(store.entityTypeId, answer.id, { ...stage, ...toWire(store, values) })
    if (isEnded(answer)) {
      const at = endedAt.get(answer.id)
      return [
        ...tasks.filter(({ isDone }) => !isDone).map((task): [string, Command] => [`task${task.id}`, { method: 'tasks.task.complete', params: { taskId: task.id } }]),
        ...answer.doneAt === null && at ? [[`ended${answer.id}`, change({ FB_DONE_AT: at })] satisfies [string, Command]] : []
      ]
    }
    const at = endedByTasks(answer, taskIdsIn(answer.ledger), tasks)
    return at === null ? [] : [[`closed${answer.id}`, change({ FB_DONE_AT: at }, { stageId: store.answerStages.closed })]]
  })
  const outcomes: Outcome<unknown>[] = [...Object.values(seen)]
  for (let from = 0; from < commands.length; from += BATCH_LIMIT) {
    outcomes.push(...Object.values(await portal.batch<Record<string, unknown>>(Object.fromEntries(commands.slice(from, from + BATCH_LIMIT)))))
  }
  return outcomes.some(outcome => !outcome.ok && mayPass(outcome.error))
}

const mayPass = ({ retryable, executed }: PortalError): boolean => retryable || executed === 'unknown'
