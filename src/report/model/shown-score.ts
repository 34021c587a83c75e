import type { Measure } from './measure'
import type { ReportAnswer } from './records'

/** A score as it is written: 9 of 10. */
export interface ShownScore {
  measure: Measure
  value: number
  max: number
}

const MAX = { nps: 10, csat: 5, stars: 5, coefficient: 100 } as const
const IN_ORDER: readonly Measure[] = ['nps', 'csat', 'ces', 'stars', 'coefficient']

/** The value of the measure, or of the first that the answer carries; null when it carries none. */
export function shownScore(answer: ReportAnswer, measure: Measure): ShownScore | null {
  const found = [measure, ...IN_ORDER].find(one => answer[one] !== null)
  if (found === undefined) return null
  return { measure: found, value: answer[found]!, max: found === 'ces' ? Number((answer.effortScale ?? '5')[0]) : MAX[found] }
}
