import type { AnswerTable } from './answer-table'
import { scoreOf, type Measure, type Score } from './measure'
import { stepsOf, type Period, type Step, type StepSpan } from './period'
import { Tallies } from './tallies'

export type TrendPoint = Score & StepSpan

/**
 * The score of every day, week or month of the period, also of those without answers, each with its own interval.
 * The first and the last are cut to the period. A period without beginning begins with its first answer; none without answers.
 * @param rows newest first
 */
export function trendOf(table: AnswerTable, measure: Measure, rows: Uint32Array, { zone, from, to }: Period, step: Step): TrendPoint[] {
  const oldest = rows.at(-1)
  const first = from ?? (oldest === undefined ? null : new Date(table.at[oldest]!).toISOString())
  if (first === null) return []
  const steps = stepsOf({ from: first, to }, zone, step)
  const tallies = new Tallies(table, measure, steps.length)
  const starts = steps.map(span => Date.parse(span.from))
  let slot = steps.length - 1
  for (const row of rows) {
    while (slot > 0 && starts[slot]! > table.at[row]!) slot--
    tallies.add(slot, row)
  }
  return steps.map((span, index) => ({ ...span, ...scoreOf(measure, tallies.of(index)) }))
}
