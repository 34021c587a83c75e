import { MAX_REMINDERS, type Survey } from '@/survey/model/survey'
import { BETWEEN_REMINDERS_DAYS } from './due'
import type { Invitation } from './invitation'
import { addDays, emailOf, isAskable, type Recipient, type Seen } from './request'

/** An invitation as it is now, with everything that a mail about it needs. */
export interface OpenFacts {
  invitation: Invitation & { /** when its record was last written, ISO 8601: a reminder does that */ updatedAt: string }
  /** an answer is there, handled or not */
  isAnswered: boolean
  person: Seen<Recipient | null>
  /** of a contact, as far as the caller may read it */
  company: Recipient | null
  survey: Survey | null
}

export type ReminderRefusal =
  | { code: 'answered' | 'closed' | 'expired' | 'noActiveSurvey' | 'noRight' | 'noClient' }
  | { code: 'optedOut' | 'noEmail' | 'invalidEmail', recipient: Recipient }
  /** as many as anybody gets */
  | { code: 'enough', n: number }
  /** the last one is not a day old */
  | { code: 'tooSoon', from: string }

/**
 * May this person be reminded by hand? Never of what is answered or closed, never against a wish, three times in all, a day between two.
 * @param now by the portal's clock
 */
export function checkReminder({ invitation, isAnswered, person, company, survey }: OpenFacts, now: Date): ReminderRefusal | null {
  if (isAnswered || invitation.answered) return { code: 'answered' }
  if (invitation.state !== 'sent') return { code: 'closed' }
  if (invitation.expiresAt !== null && Date.parse(invitation.expiresAt) <= now.getTime()) return { code: 'expired' }
  if (survey === null || !isAskable(survey)) return { code: 'noActiveSurvey' }
  if (!person.seen) return { code: 'noRight' }
  const recipient = person.value
  if (recipient === null) return { code: 'noClient' }
  if (recipient.optedOut) return { code: 'optedOut', recipient }
  if (company?.optedOut) return { code: 'optedOut', recipient: company }
  if (emailOf(recipient) === null) return { code: recipient.emails.some(text => text.trim() !== '') ? 'invalidEmail' : 'noEmail', recipient }
  if (invitation.reminders >= MAX_REMINDERS) return { code: 'enough', n: invitation.reminders }
  const from = addDays(invitation.updatedAt, BETWEEN_REMINDERS_DAYS)
  return invitation.reminders > 0 && Date.parse(from) > now.getTime() ? { code: 'tooSoon', from } : null
}

/**
 * The survey with words for its nth reminder: its own, where it has a mail for that one, else those of the invitation. More than the survey plans may
 * be sent by hand.
 */
export function withReminder<S extends Survey>(survey: S, nth: number): S {
  const { published } = survey
  if (!published) return survey
  const { asking } = published.content
  const usual = { afterDays: 0, channel: 'email', subject: {}, text: {} } as const
  const reminders = Array.from({ length: Math.max(nth, asking.reminders.length) }, (_, index) => {
    const own = asking.reminders[index]
    return own?.channel === 'email' ? own : usual
  })
  return { ...survey, published: { ...published, content: { ...published.content, asking: { ...asking, reminders } } } }
}
