/** What n answers allow to be shown. */
export type SampleLevel = 'none' | 'list' | 'few' | 'normal'

/** From here on a score is shown. */
const SCORE_FROM = 5
/** From here on a score is shown without a warning; the 95 % interval is then about ±27 points. */
const NORMAL_FROM = 30

/**
 * Small-sample policy: `none` = nothing but a dash; `list` (1–4) = the answers themselves, no score;
 * `few` (5–29) = score with interval and a "few answers" mark, no colour, no ranking; `normal` from 30.
 */
export function sampleLevel(n: number): SampleLevel {
  if (n === 0) return 'none'
  if (n < SCORE_FROM) return 'list'
  return n < NORMAL_FROM ? 'few' : 'normal'
}

/** Whether a score, a trend point or a comparison may be drawn from such a sample. */
export function showsScore(level: SampleLevel): boolean {
  return level === 'few' || level === 'normal'
}
