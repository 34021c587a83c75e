import { mailCountCommands, useFrom, type MailCount } from '@/invitation/mailbox-use'
import { winnerOver, type Invitation } from '@/invitation/model/invitation'
import { fullUntil, mailboxOf } from '@/invitation/model/mailbox'
import { portalDay } from '@/invitation/model/portal-day'
import { isInTheWay } from '@/invitation/model/request'
import type { Order, SendTools } from '@/invitation/sending'
import { invitationList, readInvitation } from '@/invitation/store'
import type { Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import type { RecordStore } from '@/portal/record-store'

/** What the portal holds when an invitation has been written and before anything leaves: whoever else asks in this moment has written, too. */
interface Rivals {
  ofPerson: Invitation[]
  /** of anybody of the company, where the survey has a pause for companies */
  ofCompany: Invitation[]
  /** the first day on which the mailbox has room, yyyy-mm-dd; null = now */
  fullUntil: string | null
}

/**
 * One request. A reason in writing overrides the pauses, and an administrator's the mailbox's day, so those are not looked at then.
 * @param id of the own invitation
 * @throws PortalError when any of it could not be read: nobody knows then whether somebody was first
 */
export async function lookAround(portal: Portal, store: RecordStore, order: Order, id: number, tools: Pick<SendTools, 'now' | 'offset'>): Promise<Rivals> {
  const { recipient, companyId, survey, overrideReason, test } = order
  const content = survey.published!.content
  const isFree = test || overrideReason !== ''
  const company = recipient.kind === 'company' ? recipient.id : companyId ?? null
  const mayExceed = test || (isFree && portal.context.isAdmin)
  const count = mayExceed || order.chat !== undefined ? null : countFor(order, tools, id)
  type Lists = { person: { items: unknown[] }, company?: { items: unknown[] }, mails?: unknown, tests?: unknown, spread?: unknown, spreadToday?: unknown }
  const seen = await portal.batch<Lists>({
    person: invitationList(store, { [recipient.kind === 'contact' ? '=contactId' : '=companyId']: recipient.id }),
    ...(isFree || company === null || content.companyDays === 0 ? {} : { company: invitationList(store, { '=companyId': company }) }),
    ...(count ? mailCountCommands(store, count) : {})
  })
  const read = (outcome: Outcome<{ items: unknown[] } | undefined>): Invitation[] => {
    if (!outcome.ok) throw outcome.error
    return (outcome.result?.items ?? []).map(item => readInvitation(store, item))
  }
  const { mails, tests, spread, spreadToday } = seen
  const use = count && mails && tests && spread && spreadToday ? useFrom(count, { mails, tests, spread, spreadToday }) : null
  if (use?.seen === false) throw new PortalError('unreadable', { detail: 'mails of today', retryable: true })
  const ofPerson = read(seen.person)
  return {
    // people of a company carry its id too
    ofPerson: recipient.kind === 'contact' ? ofPerson : ofPerson.filter(({ contactId }) => contactId === null),
    ofCompany: seen.company ? read(seen.company) : [],
    fullUntil: count && use?.seen ? fullUntil(use.value.used, content.mailsPerDay, count.day) : null
  }
}

/** What leaves the mailbox of an order today. @param before id of an own invitation that is written already */
export function countFor(
  { survey, sender, surveys }: Pick<Order, 'survey' | 'sender' | 'surveys'>, { now, offset: offsetOf }: Pick<SendTools, 'now' | 'offset'>, before?: number
): MailCount {
  const offset = offsetOf?.() ?? 0
  return { mailbox: mailboxOf(survey, sender, surveys ?? [survey]), day: portalDay(now(), offset), offset, ...before === undefined ? {} : { before } }
}

/** Who was first: asked the same person, or somebody of the same company, since who presses was told. */
export function firstOf(
  { ofPerson, ofCompany }: Rivals, { survey, known }: Pick<Order, 'survey' | 'known'>, own: { id: number, token: string },
  { now, offset }: Pick<SendTools, 'now' | 'offset'>
): { winner: number, ofCompany: boolean } | null {
  const { notBeforeDays, companyDays } = survey.published!.content
  const others = (list: Invitation[], days: number): Invitation[] =>
    list.filter(one => one.token !== own.token && isInTheWay(one, days, now(), offset?.() ?? 0))
  const winner = winnerOver(own.id, others(ofPerson, notBeforeDays), known)
  if (winner !== null) return { winner, ofCompany: false }
  const colleague = winnerOver(own.id, others(ofCompany, companyDays), known)
  return colleague === null ? null : { winner: colleague, ofCompany: true }
}
