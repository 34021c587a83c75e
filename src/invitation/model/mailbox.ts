import { dayAfter } from './campaign'
import { fixedSender } from './sender'
import type { Survey } from '@/survey/model/survey'

/**
 * How many invitations and reminders leave one mailbox on one day. A mailbox is an address: that of a survey, whoever asks, or that of who asks.
 *
 * Nobody can lock it, so each writes first, then counts, then sends: an invitation counts from the moment it is written, and among invitations the
 * lower id goes first; a reminder counts from the moment it is noted, and gives way to everything. So the last one of those that would be too many
 * always sees all the others, and stays.
 */
export interface Mailbox {
  /** in small letters; '' when the portal did not tell the address of who asks */
  address: string
  /** whose own mailbox it is; null when only surveys name it */
  askedBy: number | null
  /** surveys that name it as their sender */
  surveys: string[]
  /** surveys that name any other one: what they send is not from here */
  others: string[]
}

/** What has left a mailbox today, or is about to. */
export interface MailboxUse {
  address: string
  /** mails of today */
  used: number
}

type Sender = { id: number, email: string }

const addressOf = (survey: Survey): string => survey.published ? fixedSender(survey.published.content)?.email.toLowerCase() ?? '' : ''

/** The mailbox that an invitation of this survey leaves from, with everything that leaves from it, too. */
export function mailboxOf(survey: Survey, sender: Sender, surveys: readonly Survey[]): Mailbox {
  const own = sender.email.toLowerCase()
  const address = addressOf(survey) || own
  return {
    address,
    askedBy: addressOf(survey) === '' || (own !== '' && address === own) ? sender.id : null,
    surveys: surveys.filter(one => address !== '' && addressOf(one) === address).map(({ id }) => id),
    others: surveys.filter(one => ![address, ''].includes(addressOf(one))).map(({ id }) => id)
  }
}

/** Two surveys that send from one address share its day. */
export const mailboxKey = ({ address, askedBy }: Pick<Mailbox, 'address' | 'askedBy'>): string => address || `user ${askedBy}`

/** Kept in FB_LEDGER of an invitation while and after a reminder of it leaves: the day and whose mailbox it was, where no survey names one. */
export const remindedMark = (day: string, senderId: number | ''): string => `✉${day}:${senderId}`

/** @returns null while there is room */
export function fullUntil(used: number, limit: number, today: string): string | null {
  return used < limit ? null : dayAfter(today, 1)
}
