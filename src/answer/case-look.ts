import { caseCommands, caseFrom } from '@/answer/case'
import { endedByTasks, isCase, isEnded } from '@/answer/model/case'
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

/** Two commands look at one answer. */
const chunks = (ids: readonly number[]): number[][] =>
  Array.from({ length: Math.ceil(ids.length / (BATCH_LIMIT / 2)) }, (_, index) => ids.slice(index * BATCH_LIMIT / 2, (index + 1) * BATCH_LIMIT / 2))

/** @returns true when something passing was in the way */
async function settle(portal: Portal, store: RecordStore, ids: readonly number[], endedAt: ReadonlyMap<number, string>): Promise<boolean> {
  const seen = await portal.batch<Record<string, unknown>>(Object.fromEntries(ids.flatMap(id => {
    const { answer, tasks } = caseCommands(store, id)
    return [[`answer${id}`, answer], [`tasks${id}`, tasks]]
  })))
  const commands = ids.flatMap((id): [string, Command][] => {
    const [answer, tasks] = [seen[`answer${id}`], seen[`tasks${id}`]]
    if (!answer?.ok || !tasks?.ok || fromWire(store, mapOf(answer.result).item).categoryId !== store.answerCategoryId) return []
    const found = caseFrom(store, mapOf(answer.result).item, tasks.result)
    if (!isCase(found.answer)) return []
    if (isEnded(found.answer)) {
      const at = endedAt.get(id)
      return [
        ...found.tasks.filter(({ isDone }) => !isDone).map((task): [string, Command] => [`task${task.id}`, { method: 'tasks.task.complete', params: { taskId: task.id } }]),
        ...found.answer.doneAt === null && at ? [[`ended${id}`, updateItem(store.entityTypeId, id, toWire(store, { FB_DONE_AT: at }))] satisfies [string, Command]] : []
      ]
    }
    const at = endedByTasks(found.answer, taskIdsIn(found.answer.ledger), found.tasks)
    return at === null ? [] : [[`closed${id}`, updateItem(store.entityTypeId, id, { stageId: store.answerStages.closed, ...toWire(store, { FB_DONE_AT: at }) })]]
  })
  const outcomes: Outcome<unknown>[] = [...Object.values(seen)]
  for (let from = 0; from < commands.length; from += BATCH_LIMIT) {
    outcomes.push(...Object.values(await portal.batch<Record<string, unknown>>(Object.fromEntries(commands.slice(from, from + BATCH_LIMIT)))))
  }
  return outcomes.some(outcome => !outcome.ok && mayPass(outcome.error))
}

const mayPass = ({ retryable, executed }: PortalError): boolean => retryable || executed === 'unknown'
