import type { Interval } from '@/survey/model/score/interval'
import { Z95 } from '@/survey/model/score/normal'

export interface MedianTime {
  /** cases that ended: their durations are known */
  ended: number
  /** cases still running: known to last longer than until now */
  running: number
  /** milliseconds within which half of the cases end; null without cases, or when so many still run that nobody can know yet */
  median: number | null
  /** 95 %, milliseconds; `to` is Infinity when the upper end cannot be known yet; null with the median */
  interval: Interval | null
}

/**
 * Median of durations of which some are not over yet. Leaving the running cases out would flatter: the slow ones are among them.
 *
 * Kaplan–Meier: S falls by the factor (1 − d/r) at each duration, d = ended then, r = not over before it; the median is the first duration with S ≤ ½.
 * E. L. Kaplan, P. Meier, "Nonparametric Estimation from Incomplete Observations", JASA 53 (1958) 457–481. Its interval: all durations at which
 * |S − ½| ≤ z · SE(S) with Greenwood's error, R. Brookmeyer, J. Crowley, "A Confidence Interval for the Median Survival Time", Biometrics 38 (1982) 29–41.
 * When nothing runs any more this is the ordinary (lower) median.
 * @param ended durations of cases that are over, milliseconds from 0; is sorted in place
 * @param running how long each of the others has lasted so far; is sorted in place
 */
export function medianTime(ended: Float64Array, running: Float64Array): MedianTime {
  ended.sort()
  running.sort()
  const all = ended.length + running.length
  let survival = 1
  let greenwood = 0
  let median: number | null = null
  let from: number | null = null
  let to = Infinity
  let open = 0
  for (let index = 0; index < ended.length;) {
    const at = ended[index]!
    let next = index
    while (next < ended.length && ended[next] === at) next++
    // who has run exactly as long is still at risk
    while (open < running.length && running[open]! < at) open++
    const risk = all - index - open
    const gone = next - index
    survival *= 1 - gone / risk
    greenwood += risk === gone ? 0 : gone / (risk * (risk - gone))
    const error = survival * Math.sqrt(greenwood)
    if (survival - 0.5 <= Z95 * error && from === null) from = at
    // rounding: 1 − 1/3 − … may miss the half by the last bit
    if (survival <= 0.5 + 1e-12 && median === null) median = at
    if (0.5 - survival > Z95 * error) {
      to = at
      break
    }
    index = next
  }
  return {
    ended: ended.length, running: running.length, median,
    interval: median === null ? null : { from: from ?? median, to }
  }
}
