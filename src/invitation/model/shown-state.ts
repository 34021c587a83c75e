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

/** FB_WHY of an invitation that takes the place of one that went to a wrong address. */
export const INSTEAD = 'instead'

/** A reason that names the day from which it is possible, as processes write it: `askedRecently from 2026-12-01`. */
export function reasonIn(why: string): { code: string, from: string | null } {
  const [, code, from] = /^(\w+) from (\d{4}-\d{2}-\d{2})$/.exec(why) ?? []
  return code !== undefined && from !== undefined ? { code, from } : { code: why, from: null }
}
