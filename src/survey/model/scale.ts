/**
 * Arithmetic of one scored question: what counts as a value, which group it belongs to, where it lies between 0 and 100.
 * The bands of NPS (0–6, 7–8, 9–10) are those of F. Reichheld, "The One Number You Need to Grow", HBR December 2003;
 * CSAT and stars count 4 and 5 of 5 ("top two boxes"), see help.delighted.com/article/240.
 */
import type { Group, Metric, Question } from './survey'

/** A scored question, or the part of it that the arithmetic needs. `points` and `easyIs` matter for CES only. */
export type Scale = Pick<Question, 'points' | 'easyIs'> & { type: Metric }

/** Lowest and highest value of a scale, both allowed. An effort question that does not say has five points. */
export function scaleRange(scale: Scale): { min: number, max: number } {
  switch (scale.type) {
    case 'nps': return { min: 0, max: 10 }
    case 'csat':
    case 'stars': return { min: 1, max: 5 }
    case 'ces': return { min: 1, max: scale.points ?? 5 }
  }
}

/** All values from the low to the high end. */
export function scaleValues(scale: Scale): number[] {
  const { min, max } = scaleRange(scale)
  return Array.from({ length: max - min + 1 }, (_, index) => min + index)
}

/** A whole number on the scale; anything else (11, −1, 8.5, '9') is not an answer. */
export function isOnScale(scale: Scale, value: unknown): value is number {
  const { min, max } = scaleRange(scale)
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
}

/**
 * Reads a posted value. Accepts a whole number of the scale, or exactly its decimal digits as text ('0' … '10').
 * Nothing is repaired: ' 9', '07', '9.0', '9 maybe', 7.5, true are no values, so that rubbish never becomes a score (and never a 0).
 * @returns null when it is none.
 */
export function parseScale(scale: Scale, raw: unknown): number | null {
  const value = typeof raw === 'string' && /^(0|[1-9]\d?)$/.test(raw) ? Number(raw) : raw
  // + 0 turns −0 into 0
  return isOnScale(scale, value) ? value + 0 : null
}

/**
 * Promoter, passive, detractor (high, middle, low); the same three for every scale. CES: above, on and below the middle point,
 * read in the direction in which high means easy.
 * @param value an accepted value of this scale, see `parseScale`
 */
export function groupOf(scale: Scale, value: number): Group {
  if (scale.type === 'nps') return value >= 9 ? 'high' : value >= 7 ? 'middle' : 'low'
  const score = rescale(scale, value)
  return score > 50 ? 'high' : score === 50 ? 'middle' : 'low'
}

/**
 * The value as 0–100, 100 = best: (v − min) / (max − min) · 100, turned round for an effort scale on which low means easy.
 * NPS 7 → 70, CSAT 4 → 75. Unrounded.
 * @param value an accepted value of this scale, see `parseScale`
 */
export function rescale(scale: Scale, value: number): number {
  const { min, max } = scaleRange(scale)
  const steps = scale.type === 'ces' && scale.easyIs === 'low' ? max - value : value - min
  return 100 * steps / (max - min)
}

/**
 * The coefficient of an answer: mean of all its scored questions, each rescaled to 0–100 and weighing the same.
 * Questions without an accepted value do not take part.
 * @returns null when none has one.
 */
export function coefficient(scored: readonly { scale: Scale, value: number | null }[]): number | null {
  const scores = scored.flatMap(({ scale, value }) => value === null ? [] : [rescale(scale, value)])
  return scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length
}
