import { conditionsOf, type Condition, type ReportFilter } from './filter'

/** The figures of the page. */
export const FIGURES = ['score', 'change', 'distribution', 'trend', 'breakdown', 'drivers', 'response', 'answerTime', 'closeTime', 'sums'] as const
export type Figure = typeof FIGURES[number]

/** What a figure stands for under the filter. */
export interface Meaning {
  /** conditions under which there is no such figure; empty = there is one */
  undefinedBy: Condition[]
  /** conditions under which it is a number, of something else than the reader may think: a hint belongs beside it */
  caution: Condition[]
}

/** Groups are made of the scores themselves: the score of detractors is −100 by definition. */
const BY_OUTCOME: readonly Condition[] = ['groups']

/** What people do after, or because of, the score. Whoever comments is not like whoever does not. */
const AFTER_THE_SCORE: readonly Condition[] = ['comment', 'states', 'tags', 'flags']

/**
 * Only answers have these: nobody knows the group, comment, state, tags, flag, snapshots or pipeline of an invitation without an answer,
 * so that nobody knows the denominator.
 */
const NOT_ON_INVITATIONS: readonly Condition[] = ['pipelines', 'groups', 'snapshots', 'comment', 'states', 'flags', 'tags']

const RULES: Record<Figure, { undefinedBy: readonly Condition[], caution: readonly Condition[] }> = {
  score: { undefinedBy: BY_OUTCOME, caution: AFTER_THE_SCORE },
  change: { undefinedBy: BY_OUTCOME, caution: AFTER_THE_SCORE },
  trend: { undefinedBy: BY_OUTCOME, caution: AFTER_THE_SCORE },
  breakdown: { undefinedBy: BY_OUTCOME, caution: AFTER_THE_SCORE },
  // with all answers tagged there are none without
  drivers: { undefinedBy: [...BY_OUTCOME, 'tags'], caution: ['comment', 'states', 'flags'] },
  distribution: { undefinedBy: [], caution: ['groups', ...AFTER_THE_SCORE] },
  response: { undefinedBy: NOT_ON_INVITATIONS, caution: [] },
  answerTime: { undefinedBy: [], caution: ['groups', ...AFTER_THE_SCORE] },
  // cases chosen by how far they are say nothing about how long cases last
  closeTime: { undefinedBy: ['states'], caution: ['comment', 'tags', 'flags'] },
  sums: { undefinedBy: [], caution: ['flags'] }
}

/** Which of the conditions of the filter make a figure meaningless, and which change what it means. */
export function meaningOf(figure: Figure, filter: ReportFilter): Meaning {
  const set = conditionsOf(filter)
  const { undefinedBy, caution } = RULES[figure]
  return { undefinedBy: set.filter(key => undefinedBy.includes(key)), caution: set.filter(key => caution.includes(key)) }
}
