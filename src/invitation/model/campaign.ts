/**
 * What many invitations of one press have in common. It stands in the invitations themselves (FB_LEDGER), so that whoever opens the page again finds
 * what is left to do, whenever it was closed.
 */
export interface CampaignMark {
  /** a–z0–9 */
  id: string
  /** mails a day that were allowed when it was begun */
  perDay: number
  /** day on which this invitation is to be sent, yyyy-mm-dd */
  day: string
}

const MARK = /^many:([a-z0-9]{8}):(\d{1,5}):(\d{4}-\d{2}-\d{2})$/

export const markText = ({ id, perDay, day }: CampaignMark): string => `many:${id}:${perDay}:${day}`

/** Beginning of the marks of one campaign, for filters; of all without an id. */
export const markStart = (id = ''): string => id === '' ? 'many:' : `many:${id}:`

/** @returns null for an invitation that was asked for by itself */
export function markIn(ledger: string): CampaignMark | null {
  const [, id, perDay, day] = MARK.exec(ledger.trim()) ?? []
  return id && perDay && day ? { id, perDay: Number(perDay), day } : null
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

const TICKET = /^✉ (\d+(?:,\d+)*)$/

/** A ticket names the invitations that it lets out. */
export const ticketText = (ids: readonly number[]): string => `✉ ${ids.join(',')}`

/** @returns null for any other comment */
export function ticketIds(comment: string): number[] | null {
  const ids = TICKET.exec(comment.trim())?.[1]
  return ids === undefined ? null : ids.split(',').map(Number)
}

/** The day as the person at this screen has it, yyyy-mm-dd. */
export function dayOf(moment: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
}

/** `days` after a day, yyyy-mm-dd; no clock change shifts it. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/**
 * What may leave today, oldest first: nothing before its day, and with what has left today already never more than the mailbox may send. What was
 * left over yesterday counts as today's.
 * @param sentToday mails that have left the mailbox today as far as anybody knows
 */
export function dueToday<T extends { id: number, day: string, perDay: number }>(waiting: readonly T[], today: string, sentToday: number): T[] {
  const due = waiting.filter(({ day }) => day <= today).sort((a, b) => a.day.localeCompare(b.day) || a.id - b.id)
  const allowed = Math.min(...due.map(({ perDay }) => perDay))
  return due.slice(0, Math.max(0, allowed - sentToday))
}
