import type { Invitation } from '@/invitation/model/invitation'
import type { AnswerFlag } from '@/plan/model/effects'
import { coefficient, groupOf, parseScale, rescale, type Scale } from '@/survey/model/scale'
import { headlineQuestion, isMetric, type Group, type SurveyContent } from '@/survey/model/survey'
import type { Answer } from './answer'

export interface Verdict {
  flag: AnswerFlag | null
  /** the same filling-in arrived twice: kept, but nothing happens */
  double: boolean
  value: number | null
  score: number | null
  coefficient: number | null
  group: Group | null
}

/**
 * Decides what an answer is worth.
 *
 * @param invitation the one that has both the posted id and the posted token; null when there is none
 * @param earlier answers with the same token and a smaller id
 * @param content the version of the survey that the answer names
 */
export function judge(answer: Answer, invitation: Invitation | null, earlier: readonly Answer[], content: Pick<SurveyContent, 'questions'>): Verdict {
  const scored = content.questions.filter((question): question is typeof question & Scale => isMetric(question.type))
    .map(scale => ({ scale, value: parseScale(scale, answer.posted[scale.type]) }))
  const headline = headlineQuestion(content)
  const value = scored.find(({ scale }) => scale.id === headline?.id)?.value ?? null
  const rest = value === null || headline === undefined
    ? { value: null, score: null, group: null }
    : { value, score: rescale(headline, value), group: groupOf(headline, value) }
  const flag = flagOf(answer, invitation, earlier, headline !== undefined && value === null)
  const double = answer.submission !== '' && earlier.some(other => other.submission === answer.submission)
  return { flag, double, ...rest, coefficient: coefficient(scored) }
}

function flagOf(answer: Answer, invitation: Invitation | null, earlier: readonly Answer[], scoreMissing: boolean): AnswerFlag | null {
  if (invitation === null) return 'unmatched'
  if (earlier.length > 0) return 'repeat'
  if (isLate(answer, invitation)) return 'late'
  if (scoreMissing) return 'invalid'
  if (invitation.test) return 'test'
  return null
}

/** After the invitation had closed: expired by the clock of the portal, or cancelled by a person. */
function isLate(answer: Answer, invitation: Invitation): boolean {
  if (invitation.state === 'cancelled' || invitation.state === 'expired') return true
  return invitation.expiresAt !== null && Date.parse(answer.createdAt) > Date.parse(invitation.expiresAt)
}
