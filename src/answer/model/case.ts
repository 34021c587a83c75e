import type { Group } from '@/survey/model/survey'
import type { Answer, AnswerState } from './answer'
import type { ReadFlag } from './flag'

/**
 * An answer that counts is a case until somebody ends it. What a person says about it:
 * it goes on, it is settled, or the client could not be reached.
 */
export type CaseWord =
  | { kind: 'questionsRemain', /** full STATUS_ID for the source deal, null = it stays */ stage: string | null, /** ISO 8601, of the tasks */ deadline: string }
  | { kind: 'closed' | 'noContact', cause: string, askAgain: boolean, /** ISO 8601 */ at: string }

export type CaseWordKind = CaseWord['kind']

/** A task that was given for the answer. */
export interface CaseTask {
  id: number
  title: string
  isDone: boolean
  /** ISO 8601 */
  closedAt: string | null
  deadline: string | null
  responsibleId: number | null
}

/** What the portal has to be told. */
export type CaseStep =
  | { kind: 'reopenTask' | 'deadline', id: number, deadline: string }
  | { kind: 'completeTask', id: number }
  | { kind: 'answer' }
  | { kind: 'dealStage', dealId: number, stage: string }
  | { kind: 'endPause', card: 'contact' | 'company', id: number }

const ENDED: ReadonlySet<AnswerState> = new Set(['closed', 'no_contact'])
const NO_CASE: ReadonlySet<AnswerState> = new Set(['new', 'set_aside'])

/** Counts, or came over a shared link, has been handled and has a score: only about such an answer something is to be done. */
export function isCase({ state, flag, group }: { state: AnswerState, flag: ReadFlag | null, group: Group | null }): boolean {
  return (flag === null || flag === 'shared') && group !== null && !NO_CASE.has(state)
}

export const isEnded = ({ state }: Pick<Answer, 'state'>): boolean => ENDED.has(state)

/** A cause is one line of a text field. */
export const CAUSE_LIMIT = 250

type CaseAnswer = Pick<Answer, 'state' | 'cause' | 'askAgain' | 'dealId' | 'contactId' | 'companyId'>

/**
 * What is still to be done until everything is as the word says, in this order: taken up again after a lost reply it names what is missing.
 * The first ones up to `answer` are the word itself; without them nothing else may happen. A task that is done has to be open again before its
 * case can go on, because the two end each other.
 */
export function stepsOf(word: CaseWord, answer: CaseAnswer, tasks: readonly CaseTask[]): CaseStep[] {
  if (word.kind === 'questionsRemain') {
    return [
      ...tasks.filter(({ isDone }) => isDone).map(({ id }): CaseStep => ({ kind: 'reopenTask', id, deadline: word.deadline })),
      ...answer.state === 'work' ? [] : [{ kind: 'answer' } satisfies CaseStep],
      ...tasks.filter(({ isDone, deadline }) => !isDone && !isSameMoment(deadline, word.deadline)).map(({ id }): CaseStep => ({ kind: 'deadline', id, deadline: word.deadline })),
      ...word.stage === null || answer.dealId === null ? [] : [{ kind: 'dealStage', dealId: answer.dealId, stage: word.stage } satisfies CaseStep]
    ]
  }
  const isSaid = answer.state === STATE_OF[word.kind] && answer.cause === word.cause && answer.askAgain === word.askAgain
  const asked: CaseStep[] = answer.contactId !== null ? [{ kind: 'endPause', card: 'contact', id: answer.contactId }]
    : answer.companyId !== null ? [{ kind: 'endPause', card: 'company', id: answer.companyId }] : []
  return [
    ...isSaid ? [] : [{ kind: 'answer' } satisfies CaseStep],
    ...tasks.filter(({ isDone }) => !isDone).map(({ id }): CaseStep => ({ kind: 'completeTask', id })),
    ...word.askAgain ? asked : []
  ]
}

export const STATE_OF = { questionsRemain: 'work', closed: 'closed', noContact: 'no_contact' } as const satisfies Record<CaseWordKind, AnswerState>

/** The portal keeps seconds. */
const isSameMoment = (one: string | null, other: string): boolean => one !== null && Math.abs(Date.parse(one) - Date.parse(other)) < 1000

/**
 * When the case ended, told by its tasks: the last one was completed then. Null while one is open or cannot be seen, where none was given, and
 * where the case has ended since and somebody opened it again: then it goes on until its task is opened and done anew, or somebody says so.
 */
export function endedByTasks(answer: Pick<Answer, 'state' | 'flag' | 'group' | 'doneAt'>, given: readonly number[], tasks: readonly CaseTask[]): string | null {
  if (!isCase(answer) || isEnded(answer) || given.length === 0) return null
  const moments = given.map(id => tasks.find(task => task.id === id)).map(task => task?.isDone === true ? task.closedAt : null)
  if (moments.includes(null)) return null
  const last = (moments as string[]).reduce((latest, moment) => Date.parse(moment) > Date.parse(latest) ? moment : latest)
  return answer.doneAt !== null && Date.parse(answer.doneAt) >= Date.parse(last) ? null : last
}
