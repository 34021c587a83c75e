import type { Change, Verdict } from '@/survey/model/score/adjusted-wald'
import type { Interval } from '@/survey/model/score/interval'
import { twoSidedP, Z95 } from '@/survey/model/score/normal'

/** `part` of `whole` answers. */
export interface Portion {
  part: number
  whole: number
}

/**
 * Did a share change? In percentage points; null when one of the two samples is empty.
 *
 * Agresti and Caffo's adjusted Wald: one success and one failure are added to each sample, p̃ = (x + 1) / (n + 2), then
 * p̃₁ − p̃₂ ± z · √(p̃₁(1 − p̃₁)/(n₁ + 2) + p̃₂(1 − p̃₂)/(n₂ + 2)). A. Agresti, B. Caffo, "Simple and Effective Confidence Intervals for Proportions and
 * Differences of Proportions Result from Adding Two Successes and Two Failures", The American Statistician 54 (2000) 280–288.
 * Assumes different people in the two samples. `difference` is that of the printed shares.
 */
export function shareChange(later: Portion, earlier: Portion): Change | null {
  if (later.whole === 0 || earlier.whole === 0) return null
  const [a, b] = [adjustedShare(later), adjustedShare(earlier)]
  return changeOf(100 * (later.part / later.whole - earlier.part / earlier.whole), a.centre - b.centre, Math.hypot(a.error, b.error), 100)
}

function adjustedShare({ part, whole }: Portion): { centre: number, error: number } {
  const n = whole + 2
  const p = (part + 1) / n
  return { centre: 100 * p, error: 100 * Math.sqrt(p * (1 - p) / n) }
}

/** Sums from which a mean is judged. The values lie between `low` and `high`; the sums are of the values moved to −1 … 1. */
export interface Moments {
  n: number
  /** of the moved values */
  sum: number
  /** of their squares */
  squares: number
}

/** The two ends of a scale, 1 and 5 for stars. */
export interface Ends {
  low: number
  high: number
}

/** A value of the scale, moved to −1 … 1. */
export function moved(value: number, { low, high }: Ends): number {
  return (2 * value - low - high) / (high - low)
}

/** The mean on its own scale; null without values. */
export function meanOf({ n, sum }: Moments, { low, high }: Ends): number | null {
  return n === 0 ? null : (low + high) / 2 + sum / n * (high - low) / 2
}

/**
 * 95 % interval of a mean of values that have two ends, on their scale and clipped to it; null without values.
 *
 * The adjusted Wald of Rocks (2016, see `npsInterval`) for more than three values: ¾ of an answer is added at each end and 1½ in the middle, n grows
 * by 3, then mean ± z · √(variance / n). With the three values −1, 0, 1 it is exactly the interval of the NPS. Unlike Student's t it claims nothing
 * certain when everybody gave the same value. Coverage on five points, all outcomes of eight populations enumerated: 94 % and more at n = 10 and 20,
 * 89 % and more at n = 5, where t falls to 10 % and to 5 % (part of it in the specification).
 */
export function meanInterval(moments: Moments, ends: Ends): Interval | null {
  if (moments.n === 0) return null
  const { centre, error } = adjustedMean(moments)
  const at = (position: number): number => (ends.low + ends.high) / 2 + Math.min(1, Math.max(-1, position)) * (ends.high - ends.low) / 2
  return { from: at(centre - Z95 * error), to: at(centre + Z95 * error) }
}

/** Did a mean change? In units of the scale; null when one of the two samples is empty. See `meanInterval`; z as in `npsChange`. */
export function meanChange(later: Moments, earlier: Moments, ends: Ends): Change | null {
  const [now, before] = [meanOf(later, ends), meanOf(earlier, ends)]
  if (now === null || before === null) return null
  const [a, b] = [adjustedMean(later), adjustedMean(earlier)]
  const half = (ends.high - ends.low) / 2
  return changeOf(now - before, half * (a.centre - b.centre), half * Math.hypot(a.error, b.error), 2 * half)
}

function adjustedMean({ n, sum, squares }: Moments): { centre: number, error: number } {
  const centre = sum / (n + 3)
  return { centre, error: Math.sqrt(((squares + 1.5) / (n + 3) - centre ** 2) / (n + 3)) }
}

function changeOf(difference: number, shift: number, error: number, limit: number): Change {
  const z = shift / error
  const verdict: Verdict = z > Z95 ? 'up' : z < -Z95 ? 'down' : 'cannotTell'
  return {
    difference, z, p: twoSidedP(z), verdict,
    interval: { from: Math.max(-limit, shift - Z95 * error), to: Math.min(limit, shift + Z95 * error) }
  }
}
