import { OPTED_OUT, type Invitation } from '@/invitation/model/invitation'
import type { AnswerFlag } from '@/plan/model/effects'
import { isCallBack, isOptOut, isWish } from '@/survey/model/fill-kind'
import { coefficient, groupOf, parseScale, rescale, type Scale } from '@/survey/model/scale'
import { headlineQuestion, isMetric, type Group, type SurveyContent } from '@/survey/model/survey'
import type { Answer } from './answer'

export interface Verdict {
  flag: AnswerFlag | null
  /** the same filling-in arrived twice: kept, but nothing happens */
  double: boolean
  /** of a wish to be called back: over this link it has been said before */
  again: boolean
  value: number | null
  score: number | null
  coefficient: number | null
  group: Group | null
}

/**
 * Decides what an answer is worth. What was found is compared once more: a filter that the portal does not understand finds anything.
 *
 * @param invitation the one that has both the posted id and the posted token; null when there is none
 * @param earlier fills with the same token and a smaller id; others in the list do not count, nor do wishes for an answer, or answers for a wish
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
  const callBack = isCallBack(answer.answersJson)
  const before = earlier.filter(other => other.token === answer.token && other.id < answer.id && (callBack ? isCallBack : isNoWish)(other.answersJson))
  const scoreInvalid = headline !== undefined && value === null && (headline.required || answer.posted[headline.type] !== '')
  const double = answer.submission !== '' && before.some(other => other.submission === answer.submission)
  const flag = flagOf(answer, invitation, { answered: before.length > 0, double }, scoreInvalid)
  const again = flag === 'callback' && before.length > 0 && invitation?.shared !== true
  return { flag, double, again, ...rest, coefficient: coefficient(scored) }
}

const isNoWish = (answersJson: string): boolean => !isWish(answersJson)

function flagOf(answer: Answer, invitation: Invitation | null, before: { answered: boolean, double: boolean }, scoreInvalid: boolean): AnswerFlag | null {
  if (invitation === null || answer.token === '' || invitation.token !== answer.token || String(invitation.id) !== answer.invitationId) return 'unmatched'
  if (isOptOut(answer.answersJson)) return 'optout'
  // late or cancelled, he wants to be called all the same
  if (isCallBack(answer.answersJson)) return 'callback'
  // a shared link is answered by one person after the other
  if (invitation.shared ? before.double : before.answered) return 'repeat'
  if (isLate(answer, invitation)) return 'late'
  if (scoreInvalid) return 'invalid'
  if (invitation.test) return 'test'
  if (invitation.shared) return 'shared'
  return null
}

/**
 * After the invitation had closed: cancelled by a person, or expired. Whoever wants no more mail may
 * answer the one he has all the same. "Expired" is a state that may be set before the answer is handled,
 * so the clock of the portal decides where it can.
 */
function isLate(answer: Answer, invitation: Invitation): boolean {
  if (invitation.state === 'cancelled' && invitation.why !== OPTED_OUT) return true
  if (invitation.expiresAt === null) return invitation.state === 'expired'
  return Date.parse(answer.createdAt) > Date.parse(invitation.expiresAt)
}
