import type { Group, Metric, Question } from './survey'

/** What of a question decides how a value is read. */
export type Scored = Pick<Question, 'points' | 'easyIs'> & { type: Metric }

export interface Scale {
  min: number
  max: number
}

/** Both ends, inclusive. An effort question that does not say has five points. */
export function scaleOf(question: Scored): Scale {
  switch (question.type) {
    case 'nps': return { min: 0, max: 10 }
    case 'ces': return { min: 1, max: question.points ?? 5 }
    case 'csat':
    case 'stars': return { min: 1, max: 5 }
  }
}

/** All values from the low to the high end. */
export function scaleValues(question: Scored): number[] {
  const { min, max } = scaleOf(question)
  return Array.from({ length: max - min + 1 }, (_, index) => min + index)
}

/** A whole number on the scale; anything else (11, −1, 8.5, "9") is not an answer. */
export function isOnScale(question: Scored, value: unknown): value is number {
  const { min, max } = scaleOf(question)
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
}

/**
 * Group of a value that is on the scale: NPS 9–10 / 7–8 / 0–6; five points 4–5 / 3 / 1–2; seven points 5–7 / 4 / 1–3.
 * Effort questions whose low end means "easy" are read the other way round.
 */
export function groupOf(question: Scored, value: number): Group {
  if (question.type === 'nps') return value >= 9 ? 'high' : value >= 7 ? 'middle' : 'low'
  const { min, max } = scaleOf(question)
  const middle = (min + max) / 2
  const turned = question.type === 'ces' && question.easyIs === 'low' ? min + max - value : value
  return turned > middle ? 'high' : turned < middle ? 'low' : 'middle'
}
