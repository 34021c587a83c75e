import type { AnswerFlag } from '@/plan/model/effects'
import type { Group } from '@/survey/model/survey'
import type { Dimension, DimensionValue } from './answer-table'
import type { Span } from './period'

/**
 * Which answers of the page's selection a number stands for. All conditions hold at once; without any, the whole set.
 * The set is what the number was made of: a row that the number counts is in it, and no other.
 */
export interface AnswerDrill {
  kind: 'answers'
  /**
   * - `counted`: in the score; `before`: in that of the period of comparison
   * - `listed`: everything that the filter asks for, scored or not
   * - `shared`, `unscored`: listed, but not in the score; `flagged`: left out for their flag (see `flag`)
   */
  of: 'counted' | 'before' | 'listed' | 'shared' | 'unscored' | 'flagged'
  /** group by the measure of the filter */
  group?: Group
  /** a bar of the histogram: a value of the scale, for the coefficient the lower end of a tenth */
  bar?: number
  /** a point of the trend: [from, to) */
  span?: Span
  /** a row of the breakdown */
  by?: { dimension: Dimension, value: DimensionValue }
  /** with the tag, or without it */
  tag?: { id: number, with: boolean }
  flag?: AnswerFlag
  /** `answered`: the time of the invitation is known; else cases: valid low answers that nobody has finished, or that were closed */
  times?: 'answered' | 'open' | 'closed' | 'closedWithoutTime'
  /** of each deal only its newest answer, and only those with a sum in this currency */
  currency?: string
  /** only answers with a comment */
  commented?: true
}

/** Which invitations of the response rate a number stands for. */
export interface InvitationDrill {
  kind: 'invitations'
  /** undefined = all that were sent */
  answered?: boolean
}

export type Drill = AnswerDrill | InvitationDrill
