import { type Mailbox, type MailboxUse, remindedMark } from '@/invitation/model/mailbox'
import { dayStart } from '@/invitation/model/portal-day'
import type { Seen } from '@/invitation/model/request'
import { ENGINE } from '@/plan/compile/input'
import type { Command, Outcome, Portal } from '@/portal/client'
import { toWire, wireName } from '@/portal/items'
import type { RecordStore } from '@/portal/record-store'

/** What is counted of a mailbox: mails of that day of the portal. */
export interface MailCount {
  mailbox: Mailbox
  /** yyyy-mm-dd */
  day: string
  /** minutes that the portal's clock is ahead of UTC */
  offset: number
  /** an invitation that waits for this count: later ones give way to it and are not counted before they have left */
  before?: number
}

/** No press lasts longer, in milliseconds. */
const PRESS = 3_600_000

type Counts = 'mails' | 'tests' | 'spread' | 'spreadToday'

/**
 * Counts for a batch that is sent anyway; `useFrom` takes their outcomes. The main one is one query of the portal, so an invitation that changes its
 * state meanwhile is in it once. It holds invitations that left on that day or are about to, and those that were reminded (`remindedMark`);
 * follow-ups and replies to customers are no questions. As everywhere, it sees what the caller may see.
 */
export function mailCountCommands(store: RecordStore, count: MailCount): Record<Counts, Command> {
  const command = (groups: Group[], more: Group = {}): Command => ({
    method: 'crm.item.list',
    params: {
      entityTypeId: store.entityTypeId, select: ['id'], start: 0,
      filter: { '=categoryId': store.invitationCategoryId, ...more, 0: { logic: 'OR', ...groups } }
    }
  })
  const all = groupsOf(store, count)
  // of many that are spread over days only those of this one leave now; what is left empty cannot be asked for with a "not"
  const ledger = `%=${wireName(store, 'FB_LEDGER')}`
  return {
    mails: command(all.every), tests: command(all.every, equals(store, { FB_FLAG: 'test' })),
    spread: command(all.handed, { [ledger]: 'many:%' }), spreadToday: command(all.handed, { [ledger]: manyOf(count.day) })
  }
}

/** @returns not seen, when the portal would not say */
export function useFrom({ mailbox }: MailCount, { mails, tests, spread, spreadToday }: Record<Counts, Outcome<unknown>>): Seen<MailboxUse> {
  const [all, tried, later, today] = [mails, tests, spread, spreadToday].map(outcome => outcome.ok ? outcome.total : undefined)
  if (all === undefined || tried === undefined || later === undefined || today === undefined) return { seen: false }
  return { seen: true, value: { address: mailbox.address, used: all - tried - (later - today) } }
}

/** One request. @throws PortalError when the request as a whole failed */
export async function mailboxUse(portal: Portal, store: RecordStore, count: MailCount): Promise<Seen<MailboxUse>> {
  return useFrom(count, await portal.batch<Record<Counts, unknown>>(mailCountCommands(store, count)))
}

type Group = Record<string, unknown>

const manyOf = (day: string): string => `many:%:${day}:%`

function groupsOf(store: RecordStore, { mailbox: { askedBy, surveys, others }, day, offset, before }: MailCount): { every: Group[], handed: Group[] } {
  const survey = wireName(store, 'FB_SURVEY')
  const ledger = `%=${wireName(store, 'FB_LEDGER')}`
  const named = [...surveys, ...others]
  const own: Group[] = askedBy === null ? [] : [named.length > 0 ? { [`!@${survey}`]: named } : {}]
  const fixed: Group[] = surveys.length > 0 ? [{ [`@${survey}`]: surveys }] : []
  const senders = [...own.map(group => ({ ...group, ...equals(store, { FB_ASKED_BY: askedBy }) })), ...fixed]
    .map(group => ({ ...group, ...equals(store, { FB_CHANNEL: 'email' }) }))
  // what was written right before midnight leaves behind it
  const created = { '>=createdTime': new Date(Date.parse(dayStart(day, offset)) - PRESS).toISOString() }
  const waiting = before === undefined ? {} : { '<id': before }
  const handed = senders.map(sender => ({ ...sender, ...equals(store, { FB_STATE: 'to_send', FB_BY: ENGINE }), ...created, ...waiting }))
  const left = senders.flatMap(sender => [
    { ...sender, [`>=${wireName(store, 'FB_SENT_AT')}`]: dayStart(day, offset) },
    { ...sender, ...equals(store, { FB_STATE: 'sending' }), ...created, ...waiting },
    { ...sender, ...equals(store, { FB_STATE: 'to_send' }), [ledger]: manyOf(day), ...waiting }
  ])
  // a reminder leaves the mailbox of who presses, who may be somebody else than who asked
  const reminded = [
    ...own.map(group => ({ ...group, [ledger]: remindedMark(day, askedBy ?? 0) })),
    ...fixed.map(group => ({ ...group, [ledger]: `${remindedMark(day, '')}%` }))
  ]
  return { every: [...left, ...handed, ...reminded], handed }
}

const equals = (store: RecordStore, values: Parameters<typeof toWire>[1]): Group =>
  Object.fromEntries(Object.entries(toWire(store, values)).map(([name, value]) => [`=${name}`, value]))
