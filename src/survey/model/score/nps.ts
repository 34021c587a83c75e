import type { GroupCounts } from './groups'

export interface Nps extends GroupCounts {
  /** answers with a valid value; passives are in it */
  n: number
  /** −100 … 100, unrounded; null without answers */
  nps: number | null
}

/**
 * Net Promoter Score, 100 · (P − D) / n with n = P + A + D (F. Reichheld, "The One Number You Need to Grow", HBR December 2003).
 * One division, from the counts: shares that were rounded before would be off by one (2, 0, 1 → 33, not 67 − 33 = 34).
 * Scores of parts are never averaged: add up their counts and ask again.
 */
export function npsOf({ promoters, passives, detractors }: GroupCounts): Nps {
  const n = promoters + passives + detractors
  return { promoters, passives, detractors, n, nps: n === 0 ? null : 100 * (promoters - detractors) / n }
}

/**
 * The score as it is printed: a whole number, halves away from zero (−12.5 → −13, where `Math.round` says −12), and no negative zero.
 * Null stays null: there is no score without answers.
 */
export function displayNps(nps: number | null): number | null {
  return nps === null ? null : Math.sign(nps) * Math.round(Math.abs(nps)) + 0
}
