import { MANY_START } from '@/plan/model/many-mark'

/**
 * What many invitations of one press have in common. It stands in the invitations themselves (FB_LEDGER), so that whoever opens the page again finds
 * what is left to do, whenever it was closed. The portal's processes read from it for how many days they wait (`plan/model/many-mark.ts`).
 */
export interface CampaignMark {
  /** eight of a–z0–9 */
  id: string
  /** mails a day that were allowed when it was begun */
  perDay: number
  /** day on which this invitation is to be sent, yyyy-mm-dd */
  day: string
  /** days between its writing and that day, 0–99 */
  days: number
}

const MARK = /^many:([a-z0-9]{8}):(\d\d):(\d{4}-\d{2}-\d{2}):(\d{1,5})$/

export const markText = ({ id, perDay, day, days }: CampaignMark): string => `${MANY_START}${id}:${String(days).padStart(2, '0')}:${day}:${perDay}`

/**
 * FB_SUBMISSION of the invitations of a campaign, a field that only answers have otherwise. The mark goes when a reminder is noted in its place; this stays,
 * so that the campaign's first invitation is always the same one.
 */
export const campaignKey = (id: string): string => `many.${id}`

/** @returns null for an invitation that was asked for by itself */
export function markIn(ledger: string): CampaignMark | null {
  const [, id, days, day, perDay] = MARK.exec(ledger.trim()) ?? []
  return id && days && day && perDay ? { id, perDay: Number(perDay), day, days: Number(days) } : null
}

/**
 * Invitations that one request sends: a ticket, mail and state and person of each, and a look at the next ones are 50 commands.
 * See `many-sending.ts`.
 */
export const CHUNK = 16

/** Parts of at most `size`, in order. */
export function partsOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, part) => all.slice(part * size, (part + 1) * size))
}

/** In the order of their first member. */
export function groupBy<T, K>(all: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const one of all) {
    const key = keyOf(one)
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return groups
}

const TICKET = /^✉ (… )?(\d+(?:,\d+)*)$/

/**
 * A ticket names the invitations that it lets out.
 * @param isLate a delivery of these was lost and may still be at work: the ticket is used only when that one must be over
 */
export const ticketText = (ids: readonly number[], isLate = false): string => `✉ ${isLate ? '… ' : ''}${ids.join(',')}`

/** @returns null for any other comment */
export function ticketIn(comment: string): { ids: number[], isLate: boolean } | null {
  const [, late, ids] = TICKET.exec(comment.trim()) ?? []
  return ids === undefined ? null : { ids: ids.split(',').map(Number), isLate: late !== undefined }
}

/** Tickets that share no invitation, and the later ones of those that do. @param tickets lowest id first */
export function apart<T extends { ids: readonly number[] }>(tickets: readonly T[]): { kept: T[], spare: T[] } {
  const taken = new Set<number>()
  const kept: T[] = []
  const spare: T[] = []
  for (const ticket of tickets) {
    if (ticket.ids.some(id => taken.has(id))) spare.push(ticket)
    else {
      kept.push(ticket)
      for (const id of ticket.ids) taken.add(id)
    }
  }
  return { kept, spare }
}

/** `days` after a day, yyyy-mm-dd; no clock change shifts it. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** Days between two days, yyyy-mm-dd. */
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)
