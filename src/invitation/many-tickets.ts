import { inBatches, resultOf } from '@/invitation/many-segment'
import { attemptBatch, LOOKS, PAUSE, replyLost } from '@/invitation/many-portal'
import { apart, campaignKey, partsOf, ticketIn, ticketText } from '@/invitation/model/campaign'
import type { SendTools } from '@/invitation/sending'
import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { wireName } from '@/portal/items'
import { PAGE } from '@/portal/paging'
import { listOf, mapOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'
import { addMark, marksOf, removeMark, type CommentRow, type Holder } from '@/portal/ticket'

/**
 * Tickets of a campaign: comments on its first invitation, each naming up to sixteen invitations. A delivery begins with taking its ticket away, so it
 * runs once (`portal/ticket.ts`). What it did not get done needs a new one: at once where the portal has told how far it came, a *late* one where
 * nobody knows. A late ticket is used only when it is older than any request of a portal: whoever finds it, on whatever device, waits.
 */

/** No request of a portal runs for so long, in milliseconds: what a lost delivery has not sent by then it will never send. */
export const SETTLING = 120_000

export interface Ticket {
  id: number
  /** invitations that it lets out */
  ids: number[]
  /** milliseconds until it may be used */
  readyIn: number
}

export interface Tickets {
  /** the invitation that carries them */
  holder: Holder
  tickets: Ticket[]
}

/** Pages of comments that are looked at beside what is written; more are read after them. */
const PAGES = 5
/** Tickets that are written with one request, beside these pages and the clock. */
const AT_ONCE = BATCH_LIMIT - PAGES - 1

/**
 * The first invitation of a campaign carries its tickets, whatever became of it: it need not be among those that wait.
 * @throws PortalError 'notFound' when the campaign is gone
 */
export async function holderOf(portal: Portal, store: RecordStore, campaignId: string): Promise<Holder> {
  const { items } = await portal.call<{ items: unknown }>('crm.item.list', {
    entityTypeId: store.entityTypeId, select: ['id'], order: { id: 'ASC' }, start: -1,
    filter: { '=categoryId': store.invitationCategoryId, [`=${wireName(store, 'FB_SUBMISSION')}`]: campaignKey(campaignId) }
  })
  const first = listOf(items)[0]
  if (first === undefined) throw new PortalError('notFound', { detail: campaignId })
  return { entityTypeId: store.entityTypeId, id: Number(mapOf(first).id) }
}

/**
 * Tickets that can be used, lowest id first, no two of which let out the same invitation. The later one of two that would is taken away; where somebody
 * was faster, a delivery of his may be at work, and the earlier one has to wait.
 * @throws PortalError
 */
export async function liveTickets(portal: Portal, holder: Holder): Promise<Ticket[]> {
  return tidied(portal, holder, await readTickets(portal, holder, {}))
}

/**
 * Writes tickets for invitations that no ticket lets out.
 * @param groups invitations of one ticket each, see `CHUNK`
 * @param isLate nobody knows what a delivery of them has done
 * @returns all live ones, see `liveTickets`
 * @throws PortalError 'replyLost' when it cannot be done
 */
export async function addTickets(
  portal: Portal, holder: Holder, groups: readonly (readonly number[])[], isLate: boolean, { wait }: Pick<SendTools, 'wait'>
): Promise<Ticket[]> {
  let bare = groups
  for (let attempt = 1; ; attempt++) {
    let live: Ticket[] | null = null
    for (const part of partsOf(bare, AT_ONCE)) {
      live = await readTickets(portal, holder, Object.fromEntries(part.map((ids, index): [string, Command] => [`a${index}`, addMark(holder, ticketText(ids, isLate))])))
      if (live === null) await wait(PAUSE)
    }
    const tickets = await tidied(portal, holder, live ?? await readTickets(portal, holder, {}))
    const named = new Set(tickets.flatMap(({ ids }) => ids))
    bare = groups.map(ids => ids.filter(id => !named.has(id))).filter(({ length }) => length > 0)
    if (bare.length === 0) return tickets
    if (attempt === LOOKS) throw replyLost()
  }
}

/** @returns null when the reply was lost: something of it may be written, or come to be */
async function readTickets(portal: Portal, holder: Holder, adds: Record<string, Command>): Promise<Ticket[] | null> {
  const { method, params } = marksOf(holder)
  const pageAt = (page: number): Command => ({ method, params: { ...params, order: { ID: 'ASC' }, start: page * PAGE } })
  const pages = Object.fromEntries(Array.from({ length: PAGES }, (_, page) => [`l${page}`, pageAt(page)]))
  const seen = await attemptBatch(portal, { ...adds, ...pages, time: { method: 'server.time' } })
  if (seen === null) return null
  const rows: CommentRow[] = []
  for (let page = 0; ; page++) {
    const more = `l${page}` in seen ? seen : await inBatches(portal, { [`l${page}`]: pageAt(page) })
    const found = listOf<CommentRow>(resultOf(more[`l${page}`]))
    rows.push(...found)
    if (found.length < PAGE) break
  }
  const now = Date.parse(String(resultOf(seen.time)))
  return rows.flatMap(({ ID, COMMENT, CREATED }): Ticket[] => {
    const ticket = ticketIn(COMMENT)
    if (ticket === null) return []
    const age = now - Date.parse(CREATED)
    return [{ id: Number(ID), ids: ticket.ids, readyIn: ticket.isLate ? Math.max(0, SETTLING - (age >= 0 ? age : 0)) : 0 }]
  }).sort((a, b) => a.id - b.id)
}

async function tidied(portal: Portal, holder: Holder, live: Ticket[] | null): Promise<Ticket[]> {
  if (live === null) throw replyLost()
  const { kept, spare } = apart(live)
  const used = new Set<number>()
  for (const part of partsOf(spare, BATCH_LIMIT)) {
    const done = await attemptBatch(portal, Object.fromEntries(part.map(({ id }): [string, Command] => [`t${id}`, removeMark(holder, id)])))
    for (const { id, ids } of part) if (!done?.[`t${id}`]?.ok) for (const one of ids) used.add(one)
  }
  return kept.map(ticket => ticket.ids.some(id => used.has(id)) ? { ...ticket, readyIn: SETTLING } : ticket)
}
