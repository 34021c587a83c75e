import type { Invitation } from '@/invitation/model/invitation'
import { headlineQuestion, type Channel, type Lang, type SurveyContent } from '@/survey/model/survey'
import type { Answer } from './answer'

/** An answer that nobody has given. */
export interface Hypothesis {
  /** of the headline question, as it would be posted; null = not answered */
  value: number | null
  comment: string
  channel: Channel
  lang: Lang
  /** user who asks */
  askedBy: number
  /** inTime; late: the invitation had expired; again: there is an answer already; unknown: no invitation fits */
  arrives: 'inTime' | 'late' | 'again' | 'unknown'
}

export interface HypotheticalAnswer {
  answer: Answer
  invitation: Invitation | null
  earlier: Answer[]
}

/** Records carry this instead of an id. */
const NO_ID = 0
const TOKEN = 'hypothesis'

/**
 * The records that such an answer and its invitation would be. What they are worth is left to the same judge as ever.
 * @param client deal and client as an invitation from this deal would name them
 */
export function hypothetical(
  hypothesis: Hypothesis, client: Pick<Invitation, 'dealId' | 'contactId' | 'companyId'>, survey: { id: string, version: number, content: SurveyContent }, now: Date
): HypotheticalAnswer {
  const { value, comment, channel, lang, askedBy, arrives } = hypothesis
  const at = now.toISOString()
  const headline = headlineQuestion(survey.content)
  const posted = { nps: '', csat: '', ces: '', stars: '' }
  if (headline && value !== null) posted[headline.type] = String(value)
  const answer: Answer = {
    id: NO_ID, title: '', state: 'new', createdAt: at, token: TOKEN, invitationId: String(NO_ID), submission: '', survey: survey.id, version: survey.version, lang,
    posted, comment, answersJson: '', value: null, score: null, coefficient: null, group: null, flag: null, channel: null, askedBy: null, ownerId: null,
    sentAt: null, dealId: null, contactId: null, companyId: null, stage: null, snapshots: [], cause: '', doneAt: null, askAgain: false, ledger: {}
  }
  const invitation: Invitation = {
    id: NO_ID, token: TOKEN, state: 'sent', why: '', survey: survey.id, version: survey.version, channel, lang, askedBy, createdAt: at, sentAt: at,
    expiresAt: new Date(now.getTime() + (arrives === 'late' ? -1 : 1) * 86_400_000).toISOString(), reminders: 0, ...client, by: 'duty',
    answered: false, test: false
  }
  return {
    answer,
    invitation: arrives === 'unknown' ? null : invitation,
    earlier: arrives === 'again' ? [{ ...answer, id: NO_ID - 1 }] : []
  }
}
