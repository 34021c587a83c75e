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
  const low = table.dimensions.group.values.indexOf(GROUPS[2]!)
  for (const row of rows) {
    const at = table.at[row]!
    const wait = at - table.sentAt[row]!
    if (wait >= 0) answered[answers++] = wait
    if (table.dimensions.group.codes[row] !== low || table.flag[row] !== 0) continue
    const state = table.state.values[table.state.codes[row]!]!
    const done = table.doneAt[row]!
    if (done >= at) closed[ends++] = done - at
    else if (ENDED.has(state)) closedWithoutTime++
    else if (state === 'low' || state === 'work') open[opens++] = Math.max(0, now - at)
  }
  return {
    answer: medianTime(answered.subarray(0, answers), new Float64Array()),
    close: medianTime(closed.subarray(0, ends), open.subarray(0, opens)),
    closedWithoutTime
  }
}
