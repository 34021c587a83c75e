import type { CampaignMark } from './campaign'
import type { ChatPlace } from './chat'
import type { Channel } from '@/survey/model/survey'

/** One person asked once, over one channel, with one unguessable token. */

export type InvitationState = 'to_send' | 'sending' | 'sent' | 'failed' | 'skipped' | 'expired' | 'cancelled'

export interface Invitation {
  id: number
  token: string
  state: InvitationState
  /** reason code of the state, see `InvitationWhy`; '' when there is none */
  why: string
  survey: string
  version: number
  channel: Channel | null
  lang: string
  askedBy: number | null
  /** ISO 8601 */
  createdAt: string
  sentAt: string | null
  expiresAt: string | null
  reminders: number
  dealId: number | null
  contactId: number | null
  companyId: number | null
  /** who sends it and handles its answer: the portal's processes ('engine') or the app of the duty person */
  by: 'engine' | 'duty'
  /** stage says it was answered */
  answered: boolean
  test: boolean
  /** a registered link for a place: nobody in particular is asked, and it is answered as often as people like */
  shared?: boolean
  /** asked for with many others, see `many-sending.ts`; only that sends it */
  campaign?: CampaignMark | null
  /** the dialog that it is written into; null where an operator writes it himself */
  chat?: ChatPlace | null
}

/** FB_WHY of an invitation that was cancelled because its client wants no more mail. */
export const OPTED_OUT = 'optedOut'

/** Whether something may still be sent, or its answer is waited for, however long ago that should have ended. */
export function isWaiting({ state, answered }: Pick<Invitation, 'state' | 'answered'>): boolean {
  return !answered && ['to_send', 'sending', 'sent'].includes(state)
}

/** States in which the customer may still be reached by this invitation. */
export function isOpen(invitation: Pick<Invitation, 'state' | 'answered' | 'expiresAt'>, now: Date): boolean {
  if (!isWaiting(invitation)) return false
  return invitation.expiresAt === null || new Date(invitation.expiresAt) > now
}

/**
 * How long, in milliseconds, a send may take before it counts as broken off: the app's own is over within a request; the portal's processes
 * wait for a minute, so that it can be cancelled, and are woken by a clock that some installations look at every few minutes.
 */
const USUAL = { duty: 60_000, engine: 5 * 60_000 } as const

/**
 * A send that began and whose end nobody recorded: the page was closed, the reply was lost, or the portal's processes stand still. One of many has
 * its day, and the app's is gone on with where the many were begun.
 */
export function isUnfinished(invitation: Pick<Invitation, 'state' | 'createdAt' | 'by' | 'campaign'> & Partial<Pick<Invitation, 'channel'>>, now: Date): boolean {
  if (isOneOfMany(invitation)) return false
  const waits = (invitation.campaign?.days ?? 0) * 86_400_000
  return ['to_send', 'sending'].includes(invitation.state) && now.getTime() - new Date(invitation.createdAt).getTime() - waits > USUAL[sentBy(invitation)]
}

/** Who sends it: the portal's processes know mail and text messages only, whoever handles the answer. */
export const sentBy = ({ by, channel }: Pick<Invitation, 'by'> & Partial<Pick<Invitation, 'channel'>>): Invitation['by'] =>
  channel === 'chat' || channel === 'link' ? 'duty' : by

/** Waits for its turn among many. */
export const isOneOfMany = ({ campaign, state, by }: Pick<Invitation, 'campaign' | 'state' | 'by'>): boolean => !!campaign && state === 'to_send' && by === 'duty'

/**
 * Two people may press the button in the same second; each writes first and then looks. The lowest id wins. Who has answered meanwhile, or was
 * reached by what was withdrawn behind it, was asked all the same.
 * @param known ids that were already there when the person was told who had been asked
 * @returns the invitation that wins over `own`, or null when `own` is the first
 */
export function winnerOver(
  own: number, others: readonly (Pick<Invitation, 'id' | 'state' | 'answered' | 'test'> & Partial<Pick<Invitation, 'sentAt'>>)[], known: ReadonlySet<number>
): number | null {
  const rivals = others
    .filter(other => other.id < own && !known.has(other.id) && !other.test && (isWaiting(other) || other.answered || !!other.sentAt))
    .map(other => other.id)
  return rivals.length === 0 ? null : Math.min(...rivals)
}
