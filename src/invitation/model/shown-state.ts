import { isUnfinished, type Invitation, type InvitationState } from './invitation'

/** What a person is told about an invitation: the stored state, and what follows from the clock and from its answer. */
export type ShownState = InvitationState | 'answered' | 'unfinished'

export function shownState(invitation: Invitation, now: Date): ShownState {
  if (invitation.answered) return 'answered'
  if (isUnfinished(invitation, now)) return 'unfinished'
  const over = invitation.expiresAt !== null && Date.parse(invitation.expiresAt) <= now.getTime()
  return invitation.state === 'sent' && over ? 'expired' : invitation.state
}

/** FB_WHY of an invitation that was sent anew to another address. */
export const RESENT = 'resent'

/** Id of the invitation that came first, for one that withdrew itself; null for any other reason. */
export function winnerIn(why: string): number | null {
  const found = /^duplicate of (\d+)$/.exec(why)
  return found ? Number(found[1]) : null
}
