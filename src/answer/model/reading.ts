import { readHandMark, type HandMark } from '@/invitation/model/hand-mark'
import type { Invitation } from '@/invitation/model/invitation'
import { scaleRange } from '@/survey/model/scale'
import { headlineQuestion, type Group, type Metric, type SurveyContent } from '@/survey/model/survey'
import type { Answer } from './answer'
import { commentOf } from './comment'
import type { ReadFlag } from './flag'
import { judge } from './judge'

/** An answer as a screen shows it: what the handling wrote, or, before that, what the same rules say without writing anything. */
export interface Reading {
  answer: Answer
  /** the version that was answered; null while its texts are not loaded, or when they are gone */
  content: SurveyContent | null
  handled: boolean
  flag: ReadFlag | null
  group: Group | null
  /** accepted value of the headline question */
  value: number | null
  /** type of the headline question and the end of its scale; null when the survey asks for no score or is not known */
  metric: Metric | null
  max: number | null
  /** who entered it by hand, when and how it was said; null for what the customer filled in */
  entered: HandMark | null
}

/**
 * Reads one answer. Without the texts of its version a handled answer keeps what was written to it, its scale being told by the field it was
 * posted in; one that nobody has handled yet then has no score.
 * @param invitations candidates for its match; others in the list do not count
 * @param others answers with the same token; others in the list do not count
 */
export function readingOf(answer: Answer, content: SurveyContent | null, invitations: readonly Invitation[], others: readonly Answer[]): Reading {
  const headline = content ? headlineQuestion(content) : undefined
  const metric = headline?.type ?? (answer.posted.nps !== '' ? 'nps' : null)
  const max = headline ? scaleRange(headline).max : metric === 'nps' ? 10 : null
  const handled = answer.state !== 'new'
  const written = { flag: answer.flag, group: answer.group, value: answer.value }
  const invitation = invitations.find(({ id, token }) => token === answer.token && String(id) === answer.invitationId) ?? null
  // A customer may post any text as the id of his filling-in: the channel is told by the invitation alone.
  const entered = (handled ? answer.channel : invitation?.channel) === 'phone' ? readHandMark(answer.submission) : null
  if (content === null) return { answer, content, handled, metric, max, entered, ...written }
  const comment = commentOf(answer, content)
  if (handled) return { answer: { ...answer, comment }, content, handled, metric, max, entered, ...written }
  const { flag, group, value } = judge(answer, invitation, others, content)
  return { answer: { ...answer, group, comment }, content, handled, metric, max, entered, flag, group, value }
}
