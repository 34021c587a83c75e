import { answersTo } from '@/invitation/answers-to'
import { inBatches, loadCards, resultOf } from '@/invitation/many-segment'
import { partsOf } from '@/invitation/model/campaign'
import { dueList, firstReminderDays, LOOK_BACK_DAYS, mailboxesOf, stagesOf, type DueDeal, type DueFacts, type DueList, type Move, type OpenInvitation } from '@/invitation/model/due'
import type { Invitation } from '@/invitation/model/invitation'
import { mailboxKey } from '@/invitation/model/mailbox'
import { personKey } from '@/invitation/model/many'
import { mailCountCommands, useFrom, type MailCount } from '@/invitation/mailbox-use'
import { portalDay } from '@/invitation/model/portal-day'
import { addDays, type Recipient } from '@/invitation/model/request'
import { dealLang, dealLangField, INVITATION_FIELDS, readInvitation, readRecipient, senderFrom } from '@/invitation/store'
import { controlCommand, inChargeFrom, type InCharge } from '@/plan/control'
import { ref } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import { clockOf } from '@/portal/clock'
import { PortalError } from '@/portal/errors'
import { DEAL } from '@/portal/fields'
import { fromWire, idOf, selectOf, wireName } from '@/portal/items'
import { listNewestFirst, PAGE } from '@/portal/paging'
import { listOf, mapOf } from '@/portal/php-array'
import { companyDeals, type RecordStore } from '@/portal/record-store'
import type { Survey, SurveyContent } from '@/survey/model/survey'
import { readable, surveysCommand, surveysFromWire } from '@/survey/store'

/** Nothing of a campaign is planned for longer. */
const MANY_DAYS = 15

/** Most deals, and most invitations of a kind, in one list; what is beyond comes when these are done. */
const MOST = 500

export interface DueView extends DueList {
  inCharge: InCharge
  /** no live survey asks by itself or reminds: there is nothing that could become due, but for what expires */
  isUnused: boolean
  /** there may be more than this list holds */
  more: boolean
  /** the portal's clock when this was read, ISO 8601 */
  at: string
  surveys: Survey[]
  sender: { id: number, name: string, email: string }
  /** ids of all invitations that were looked at: newer ones are somebody else's in this moment */
  known: ReadonlySet<number>
}

/**
 * What is due, by the portal's clock; six requests for hundreds of deals. With the processes in charge nothing is looked for.
 * A list holds what the caller may see. @throws PortalError
 */
export async function loadDue(portal: Portal, store: RecordStore): Promise<DueView> {
  const seen = await portal.batch<{ time: string, surveys: unknown, me: unknown, control: unknown }>({
    time: { method: 'server.time' }, surveys: surveysCommand(), me: { method: 'user.current' }, control: controlCommand(store)
  })
  const at = String(resultOf(seen.time))
  const now = new Date(at)
  if (Number.isNaN(now.getTime())) throw new PortalError('unreadable', { method: 'server.time', detail: at })
  const surveys = readable(surveysFromWire(resultOf(seen.surveys)))
  const sender = senderFrom(mapOf(resultOf(seen.me)))
  // whoever reads only his own records does not see the control record
  const inCharge = inChargeFrom(portal, store, seen.control)
  const [stages, reminds] = [stagesOf(surveys), firstReminderDays(surveys)]
  const view = { inCharge, isUnused: stages.length === 0 && reminds === null, at, sender, surveys }
  if (inCharge === 'engine') return { ...view, due: [], leftOut: [], more: false, known: new Set() }

  const moves = stages.length === 0 ? { rows: [], more: false } : await loadMoves(portal, stages, addDays(now.toISOString(), -LOOK_BACK_DAYS))
  const sent = { [`=${wireName(store, 'FB_STATE')}`]: store.enums.FB_STATE?.sent ?? 0, '=stageId': store.invitationStages.open }
  const expires = wireName(store, 'FB_EXPIRES_AT')
  const over = await loadOpen(portal, store, { ...sent, [`<=${expires}`]: at })
  const toRemind = reminds === null ? { rows: [], more: false } : await loadOpen(portal, store, {
    ...sent, [`>${expires}`]: at, [`<=${wireName(store, 'FB_SENT_AT')}`]: addDays(now.toISOString(), -reminds)
  })
  const open = [...over.rows, ...toRemind.rows]
  const dealIds = [...moves.rows, ...open].flatMap(({ dealId }) => dealId ?? [])
  const { offset } = clockOf(portal)
  const counts = mailboxesOf(surveys, sender).map(mailbox => ({ mailbox, day: portalDay(now, offset), offset }))
  const { deals, answered, mailsToday } = await loadAround(portal, store, dealIds, toRemind.rows, counts)
  const people = await loadPeople(portal, store, [...deals.values(), ...open])
  const longest = Math.max(LOOK_BACK_DAYS, ...surveys.flatMap(({ published }) => published ? daysOf(published.content) : []))
  // one of many may have waited for its day
  const asked = await loadAsked(portal, store, [...people.values()], addDays(now.toISOString(), -longest - MANY_DAYS))
  const facts: DueFacts = {
    surveys, moves: moves.rows, deals, people, invitations: { seen: true, value: asked }, open, answered, portalLang: portal.context.lang, now,
    offset, sender, mailsToday
  }
  return {
    ...view, ...dueList(facts),
    more: [moves, over, toRemind].some(({ more }) => more),
    known: new Set([...asked, ...open].map(({ id }) => id))
  }
}

const daysOf = ({ notBeforeDays, companyDays, expiresAfterDays }: SurveyContent): number[] => [notBeforeDays, companyDays, expiresAfterDays]

interface Found<T> { rows: T[], more: boolean }

/**
 * Deals that came to one of these stages since then, newest first: one request, pages chained as `listNewestFirst` does it.
 * Page: crm/crm-stage-history-list.
 */
async function loadMoves(portal: Portal, stages: readonly string[], since: string): Promise<Found<Move>> {
  const pages = MOST / PAGE
  const name = (page: number): string => `moves${page}`
  const chain = Array.from({ length: pages }, (_, page): [string, Command] => [name(page), {
    method: 'crm.stagehistory.list',
    params: {
      entityTypeId: DEAL, order: { ID: 'DESC' }, select: ['ID', 'OWNER_ID', 'STAGE_ID', 'CREATED_TIME'], start: -1,
      filter: { '@STAGE_ID': [...stages], '>=CREATED_TIME': since, ...(page === 0 ? {} : { '<ID': ref(name(page - 1), 'items', PAGE - 1, 'ID') }) }
    }
  }])
  const found = await portal.batch<Record<string, { items: unknown }>>(Object.fromEntries(chain), { halt: true })
  const rows: (Move & { id: number })[] = []
  for (let page = 0; page < pages; page++) {
    const items = listOf(resultOf(found[name(page)]).items).map(mapOf).map(row => ({
      id: Number(row.ID), dealId: Number(row.OWNER_ID), stage: String(row.STAGE_ID), at: String(row.CREATED_TIME)
    }))
    rows.push(...items)
    if (items.length < PAGE) return { rows, more: false }
  }
  return { rows, more: true }
}

async function loadOpen(portal: Portal, store: RecordStore, filter: Record<string, unknown>): Promise<Found<OpenInvitation>> {
  return listed(portal, store, filter, row => ({ ...readInvitation(store, row), updatedAt: fromWire(store, row).updatedTime }))
}

async function listed<T>(
  portal: Portal, store: RecordStore, filter: Record<string, unknown>, read: (row: Record<string, unknown>) => T, most = MOST
): Promise<Found<T>> {
  const rows: T[] = []
  const query = { entityTypeId: store.entityTypeId, select: selectOf(store, INVITATION_FIELDS), filter: { '=categoryId': store.invitationCategoryId, ...filter } }
  for await (const page of listNewestFirst(portal, query, most + 1)) rows.push(...page.map(read))
  return { rows: rows.slice(0, most), more: rows.length > most }
}

/** Deals as they are now, which of the invitations an answer has come in for, and what has left the mailboxes today. */
async function loadAround(
  portal: Portal, store: RecordStore, dealIds: readonly number[], invitations: readonly Invitation[], counts: readonly MailCount[]
): Promise<Pick<DueFacts, 'deals' | 'answered' | 'mailsToday'>> {
  const dealParts = partsOf([...new Set(dealIds)], PAGE)
  const invitationParts = partsOf(invitations.map(({ id }) => id), PAGE)
  const found = await inBatches(portal, Object.fromEntries([
    ...dealParts.map((ids, part): [string, Command] => [`d${part}`, { method: 'crm.item.list', params: {
      entityTypeId: DEAL, filter: { ...companyDeals(store), '@id': ids }, order: { id: 'ASC' }, start: -1,
      select: ['id', 'title', 'categoryId', 'stageId', 'closed', 'movedTime', 'contactId', 'companyId', ...dealLangField(store)]
    } }]),
    ...invitationParts.map((ids, part): [string, Command] => [`a${part}`, answersTo(store, ids)]),
    ...counts.flatMap((count, index) => Object.entries(mailCountCommands(store, count)).map(([name, command]): [string, Command] => [`m${index}${name}`, command]))
  ]))
  const countOf = (count: MailCount, index: number): [string, number][] => {
    const [mails, tests, spread, spreadToday] = ['mails', 'tests', 'spread', 'spreadToday'].map(name => found[`m${index}${name}`])
    const use = mails && tests && spread && spreadToday ? useFrom(count, { mails, tests, spread, spreadToday }) : null
    return use?.seen ? [[mailboxKey(count.mailbox), use.value.used]] : []
  }
  const rows = (prefix: string): Record<string, unknown>[] => Object.entries(found).filter(([name]) => name.startsWith(prefix))
    .flatMap(([, outcome]) => listOf(mapOf(resultOf(outcome)).items)).map(mapOf)
  return {
    deals: new Map(rows('d').map(row => readDeal(store, row)).map(deal => [deal.id, deal])),
    answered: new Set(rows('a').map(row => Number(fromWire(store, row).values.FB_INVITATION))),
    mailsToday: new Map(counts.flatMap(countOf))
  }
}

function readDeal(store: RecordStore, row: Record<string, unknown>): DueDeal {
  return {
    id: Number(row.id), title: String(row.title ?? ''), pipeline: Number(row.categoryId ?? 0), stage: String(row.stageId ?? ''),
    isClosed: row.closed === 'Y' || row.closed === true, movedAt: String(row.movedTime ?? ''), contactId: idOf(row.contactId), companyId: idOf(row.companyId),
    lang: dealLang(store, row)
  }
}

async function loadPeople(
  portal: Portal, store: RecordStore, of: readonly { contactId: number | null, companyId: number | null }[]
): Promise<Map<string, Recipient>> {
  const cards = await loadCards(portal, store, {
    contacts: of.map(({ contactId }) => contactId), companies: of.map(({ companyId }) => companyId)
  })
  const people = [
    ...[...cards.contacts.values()].map(card => readRecipient(store, card, 'contact')),
    ...[...cards.companies.values()].map(card => readRecipient(store, card, 'company'))
  ]
  return new Map(people.map(person => [personKey(person), person]))
}

/**
 * All invitations of these people and of anybody of these companies since then, of any state: how a sending ended is a reason, too, and one that is not
 * seen would be sent again.
 */
async function loadAsked(portal: Portal, store: RecordStore, people: readonly Recipient[], since: string): Promise<Invitation[]> {
  const ids = (kind: Recipient['kind']): number[] => people.filter(person => person.kind === kind).map(({ id }) => id)
  const read = (row: Record<string, unknown>): Invitation => readInvitation(store, row)
  const asked = new Map<number, Invitation>()
  for (const filter of [{ '@contactId': ids('contact') }, { '@companyId': ids('company') }]) {
    if (Object.values(filter).some(value => value.length === 0)) continue
    for (const one of (await listed(portal, store, { ...filter, '>=createdTime': since }, read, Infinity)).rows) asked.set(one.id, one)
  }
  return [...asked.values()]
}
