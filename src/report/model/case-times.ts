import type { AnswerTable } from './answer-table'
import { GROUPS } from '@/survey/model/survey'
import { medianTime, type MedianTime } from './median-time'

export interface CaseTimes {
  /** from the invitation to the answer, of answers whose invitation is known; those who never answer are not in it */
  answer: MedianTime
  /** from a low answer to the end of its case; open cases count as longer than they have lasted */
  close: MedianTime
  /** cases that ended without anybody having noted when: in neither number */
  closedWithoutTime: number
}

/** States in which a case is over. */
const ENDED: ReadonlySet<string> = new Set(['closed', 'no_contact'])
const RUNNING: ReadonlySet<string> = new Set(['low', 'work'])

export type CaseState = 'open' | 'closed' | 'closedWithoutTime'

/** How far the case of a valid low answer is; null for every other answer, and for one that was set aside. */
export function caseOf({ at, doneAt, flag, groups, state }: AnswerTable, row: number): CaseState | null {
  // the coefficient carries the group of the headline question, whichever that is
  if (groups.coefficient[row] !== LOW || flag[row] !== 0) return null
  if (doneAt[row]! >= at[row]!) return 'closed'
  const word = state.values[state.codes[row]!]!
  return ENDED.has(word) ? 'closedWithoutTime' : RUNNING.has(word) ? 'open' : null
}

const LOW = GROUPS.indexOf('low')

/**
 * How long customers and we take. Milliseconds. Only valid low answers are cases.
 * @param rows answers of the selection
 * @param now milliseconds: how long open cases have lasted
 */
export function caseTimes(table: AnswerTable, rows: Uint32Array, now: number): CaseTimes {
  const answered = new Float64Array(rows.length)
  const closed = new Float64Array(rows.length)
  const open = new Float64Array(rows.length)
  let [answers, ends, opens, closedWithoutTime] = [0, 0, 0, 0]
  for (const row of rows) {
    const at = table.at[row]!
    const wait = at - table.sentAt[row]!
    if (wait >= 0) answered[answers++] = wait
    switch (caseOf(table, row)) {
      case 'closed': closed[ends++] = table.doneAt[row]! - at; break
      case 'closedWithoutTime': closedWithoutTime++; break
      case 'open': open[opens++] = Math.max(0, now - at); break
    }
  }
  return {
    answer: medianTime(answered.subarray(0, answers), new Float64Array()),
    close: medianTime(closed.subarray(0, ends), open.subarray(0, opens)),
    closedWithoutTime
  }
}
