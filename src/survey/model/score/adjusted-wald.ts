import type { GroupCounts } from './groups'
import type { Interval } from './interval'
import { twoSidedP, Z95 } from './normal'
import { npsOf } from './nps'

export type Verdict = 'up' | 'down' | 'cannotTell'

export interface Change {
  /** later minus earlier score as printed side by side, points, unrounded, −200 … 200 */
  difference: number
  /** difference of the adjusted scores in units of its standard error */
  z: number
  /** two-sided probability of such a z without any change, 0 … 1 */
  p: number
  /** 95 % interval of the difference, points, within ±200 */
  interval: Interval
  /** up or down when the interval leaves out 0 */
  verdict: Verdict
}

/**
 * 95 % interval of an NPS, in points, clipped to ±100; null without answers.
 *
 * Adjusted Wald: ¾ promoter and ¾ detractor are added and n grows by 3, then
 * s ± z · √((p + d − (p − d)²) / n). B. Rocks, "Interval Estimation for the 'Net Promoter Score'", The American Statistician 70 (2016) 365–372;
 * also measuringu.com/nps-confidence-intervals. It is centred on the adjusted score and therefore not on the printed one.
 */
export function npsInterval(counts: GroupCounts): Interval | null {
  if (npsOf(counts).n === 0) return null
  const { score, error } = adjusted(counts)
  return around(score, error, 100)
}

/**
 * Did the score move? Null when one of the two periods has no answers.
 *
 * z = (s₁ − s₂) / √(SE₁² + SE₂²) with adjusted scores and errors (measuringu.com/nps-significance-test), interval of the difference, two-sided p,
 * verdict on the 95 % level. Assumes different people in the two periods. With very few answers the printed difference may lie outside the interval,
 * because the interval is built around the adjusted scores.
 */
export function npsChange(later: GroupCounts, earlier: GroupCounts): Change | null {
  const now = npsOf(later).nps
  const before = npsOf(earlier).nps
  if (now === null || before === null) return null
  const a = adjusted(later)
  const b = adjusted(earlier)
  const shift = a.score - b.score
  const error = Math.hypot(a.error, b.error)
  const z = shift / error
  return {
    difference: now - before,
    z,
    p: twoSidedP(z),
    interval: around(shift, error, 200),
    verdict: z > Z95 ? 'up' : z < -Z95 ? 'down' : 'cannotTell'
  }
}

/** Adjusted score and its standard error, in points. The error is never 0: p and d are both above 0 after the adjustment. */
function adjusted({ promoters, passives, detractors }: GroupCounts): { score: number, error: number } {
  const n = promoters + passives + detractors + 3
  const p = (promoters + 0.75) / n
  const d = (detractors + 0.75) / n
  return { score: 100 * (p - d), error: 100 * Math.sqrt((p + d - (p - d) ** 2) / n) }
}

function around(centre: number, error: number, limit: number): Interval {
  return { from: Math.max(-limit, centre - Z95 * error), to: Math.min(limit, centre + Z95 * error) }
}
