import { mailCountCommands, useFrom, type MailCount } from '@/invitation/mailbox-use'
import { groupBy } from '@/invitation/model/campaign'
import { mailboxKey, mailboxOf, type Mailbox } from '@/invitation/model/mailbox'
import { isAskable } from '@/invitation/model/request'
import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import type { RecordStore } from '@/portal/record-store'
import type { Survey } from '@/survey/model/survey'

/** How much may leave a mailbox today, for many at once. */

interface Day {
  /** yyyy-mm-dd by the portal's clock */
  today: string
  /** minutes that the portal's clock is ahead of UTC */
  offset: number
}

export interface Sending extends Day {
  surveys: readonly Survey[]
  sender: { id: number, email: string }
}

/** All mailboxes that invitations of this person can leave from. */
export function mailboxesOf({ surveys, sender }: Sending): Mailbox[] {
  const all = surveys.filter(isAskable).map(survey => mailboxOf(survey, sender, surveys))
  return [...groupBy(all, mailboxKey).values()].flatMap(([mailbox]) => mailbox ?? [])
}

type Found = Record<string, Outcome<unknown> | undefined>

const COUNTS = ['mails', 'tests', 'spread', 'spreadToday'] as const

const countOf = (mailbox: Mailbox, { today, offset }: Day, before?: number): MailCount =>
  ({ mailbox, day: today, offset, ...before === undefined ? {} : { before } })

/** For a batch that is sent anyway; `usedIn` reads what they bring. */
export function useCommands(store: RecordStore, mailboxes: readonly Mailbox[], day: Day, before?: number): Record<string, Command> {
  return Object.fromEntries(mailboxes.flatMap((mailbox, index) => {
    const commands = mailCountCommands(store, countOf(mailbox, day, before))
    return COUNTS.map((name): [string, Command] => [`${name}${index}`, commands[name]])
  }))
}

/** @returns mails of today by mailbox; null when the portal would not count them */
export function usedIn(mailboxes: readonly Mailbox[], day: Day, found: Found): Map<string, number> | null {
  const used = new Map<string, number>()
  for (const [index, mailbox] of mailboxes.entries()) {
    const outcomeOf = (name: typeof COUNTS[number]): Outcome<unknown> => found[`${name}${index}`] ?? { ok: false, error: new PortalError('unreadable') }
    const seen = useFrom(countOf(mailbox, day), {
      mails: outcomeOf('mails'), tests: outcomeOf('tests'), spread: outcomeOf('spread'), spreadToday: outcomeOf('spreadToday')
    })
    if (!seen.seen) return null
    used.set(mailboxKey(mailbox), seen.value.used)
  }
  return used
}

interface Planned {
  id: number
  /** yyyy-mm-dd */
  day: string
  perDay: number
  survey: string
}

/** What a press may send at once, when nobody else was at it: the dry run has counted. */
export const dueAlone = <T extends Planned>(waiting: readonly T[], { today }: Day): T[] => waiting.filter(({ day }) => day <= today)

/**
 * What may leave now, oldest first: nothing before its day, and with what leaves the mailbox today anyway never more than it may send. What was left over
 * of days before counts as today's; what others wrote for today before the first of these goes first.
 * @throws PortalError when the portal cannot count what has left
 */
export async function dueNow<T extends Planned>(portal: Portal, store: RecordStore, waiting: readonly T[], sending: Sending): Promise<T[]> {
  const due = dueAlone(waiting, sending).sort((a, b) => a.day.localeCompare(b.day) || a.id - b.id)
  const own = groupBy(due, ({ survey: id }) => {
    const survey = sending.surveys.find(one => one.id === id)
    return survey ? mailboxKey(mailboxOf(survey, sending.sender, sending.surveys)) : ''
  })
  const allowed = new Set<T>()
  for (const mailbox of mailboxesOf(sending)) {
    const key = mailboxKey(mailbox)
    const mails = own.get(key) ?? []
    if (mails.length === 0) continue
    const found = await portal.batch<Record<string, unknown>>(useCommands(store, [mailbox], sending, Math.min(...mails.map(({ id }) => id))))
    const used = usedIn([mailbox], sending, found)?.get(key)
    if (used === undefined) throw new PortalError('notChecked', { detail: key })
    const room = Math.min(...mails.map(({ perDay }) => perDay)) - used
    for (const one of mails.slice(0, Math.max(0, room))) allowed.add(one)
    own.delete(key)
  }
  // of a survey that is paused or gone: whoever loads these says so
  for (const rest of own.values()) for (const one of rest) allowed.add(one)
  return due.filter(one => allowed.has(one))
}
