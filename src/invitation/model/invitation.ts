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
  /** stage says it was answered */
  answered: boolean
  test: boolean
}

/** States in which the customer may still be reached by this invitation. */
export function isOpen(invitation: Pick<Invitation, 'state' | 'answered' | 'expiresAt'>, now: Date): boolean {
  if (invitation.answered || !['to_send', 'sending', 'sent'].includes(invitation.state)) return false
  return invitation.expiresAt === null || new Date(invitation.expiresAt) > now
}

/** A send that began and whose end nobody recorded: the page was closed, or the reply was lost. */
export function isUnfinished(invitation: Pick<Invitation, 'state' | 'createdAt'>, now: Date): boolean {
  return ['to_send', 'sending'].includes(invitation.state) && now.getTime() - new Date(invitation.createdAt).getTime() > 60_000
}

/**
 * Two people may press the button in the same second; each writes first and then looks. The lowest id wins.
 * @param known ids that were already there when the person was told who had been asked
 * @returns the invitation that wins over `own`, or null when `own` is the first
 */
export function winnerOver(own: number, others: readonly Pick<Invitation, 'id' | 'state' | 'answered' | 'test'>[], known: ReadonlySet<number>): number | null {
  const rivals = others
    .filter(other => other.id < own && !known.has(other.id) && !other.answered && !other.test && ['to_send', 'sending', 'sent'].includes(other.state))
    .map(other => other.id)
  return rivals.length === 0 ? null : Math.min(...rivals)
}
