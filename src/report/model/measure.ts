import { npsChange, npsInterval, type Change } from '@/survey/model/score/adjusted-wald'
import type { Interval } from '@/survey/model/score/interval'
import { npsOf } from '@/survey/model/score/nps'
import { sampleLevel, showsScore, type SampleLevel } from '@/survey/model/score/sample'
import { METRICS, type Group } from '@/survey/model/survey'
import { meanChange, meanInterval, meanOf, shareChange, type Ends, type Moments } from './difference'
import { shareOf } from './wilson'

/** What the figures of the report are about. */
export const MEASURES = [...METRICS, 'coefficient'] as const
export type Measure = typeof MEASURES[number]

/**
 * What a score is made of.
 * - `nps`: groups; points −100 … 100
 * - `csat`: share of 4 and 5 of 5 ("top two boxes", help.delighted.com/article/240), never the mean; percent
 * - `ces`: share of answers on the easy side of the middle point, read in the direction of the question; percent
 * - `stars`: mean, 1 … 5
 * - `coefficient`: mean of FB_COEFFICIENT, 0 … 100
 */
export interface Tally extends Moments {
  /** how many answers are in each group; of the coefficient: by the group of the headline question */
  groups: Record<Group, number>
  /** effort scales that occur, one bit each: shares of different scales are not comparable and never added */
  scales: number
}

export interface Score {
  measure: Measure
  /** answers that carry a value of the measure */
  n: number
  /** see `Tally`; unrounded; null without answers, and for effort questions of more than one scale */
  value: number | null
  /** 95 %, in the unit of the value; adjusted Wald (nps, stars, coefficient) or Wilson (csat, ces) */
  interval: Interval | null
  /** what n allows to be shown */
  sample: SampleLevel
  groups: Record<Group, number>
  /** the answers were given on different effort scales: choose one survey */
  mixed: boolean
}

const ENDS = { stars: { low: 1, high: 5 }, coefficient: { low: 0, high: 100 } } as const satisfies Partial<Record<Measure, Ends>>

/** The ends between which the values of a measure that is a mean lie; undefined for the others. */
export function endsOf(measure: Measure): Ends | undefined {
  return measure === 'stars' || measure === 'coefficient' ? ENDS[measure] : undefined
}

export function scoreOf(measure: Measure, tally: Tally): Score {
  const { n, groups } = tally
  const mixed = isMixed(tally)
  const { value, interval } = mixed ? { value: null, interval: null } : valueOf(measure, tally)
  return { measure, n, value, interval, sample: sampleLevel(n), groups, mixed }
}

/**
 * Did the score change? Null when one sample is empty, too small to show a score (n < 5), or of several effort scales.
 * The two samples have to be independent: two periods, or answers with and without something.
 */
export function scoreChange(measure: Measure, later: Tally, earlier: Tally): Change | null {
  if (!showsScore(sampleLevel(later.n)) || !showsScore(sampleLevel(earlier.n))) return null
  if (isMixed(later) || isMixed(earlier) || later.scales !== earlier.scales) return null
  const ends = endsOf(measure)
  if (ends) return meanChange(later, earlier, ends)
  if (measure === 'nps') return npsChange(countsOf(later), countsOf(earlier))
  return shareChange({ part: later.groups.high, whole: later.n }, { part: earlier.groups.high, whole: earlier.n })
}

function valueOf(measure: Measure, tally: Tally): { value: number | null, interval: Interval | null } {
  const ends = endsOf(measure)
  if (ends) return { value: meanOf(tally, ends), interval: meanInterval(tally, ends) }
  if (measure === 'nps') return { value: npsOf(countsOf(tally)).nps, interval: npsInterval(countsOf(tally)) }
  const { share, interval } = shareOf(tally.groups.high, tally.n)
  return { value: share === null ? null : 100 * share, interval: interval && { from: 100 * interval.from, to: 100 * interval.to } }
}

const countsOf = ({ groups: { high, middle, low } }: Tally) => ({ promoters: high, passives: middle, detractors: low })

/** More than one bit is set. */
const isMixed = ({ scales }: Tally): boolean => (scales & (scales - 1)) !== 0
