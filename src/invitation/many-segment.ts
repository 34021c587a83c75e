import { mailboxesOf, useCommands, usedIn, type Sending } from '@/invitation/many-days'
import { dealLang, dealLangField, INVITATION_FIELDS, readInvitation, readRecipient } from '@/invitation/store'
import { partsOf } from '@/invitation/model/campaign'
import type { Invitation } from '@/invitation/model/invitation'
import type { Candidate, ManyFacts, Segment } from '@/invitation/model/many'
import { emailOf, type Recipient } from '@/invitation/model/request'
import { controlCommand, inChargeFrom, type InCharge } from '@/plan/control'
import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { COMPANY, CONTACT, DEAL } from '@/portal/fields'
import { fromWireNative, getItem, idOf, selectOf, wireName } from '@/portal/items'
import { listNewestFirst, PAGE } from '@/portal/paging'
import { listOf, mapOf } from '@/portal/php-array'
import { companyDeals, isOwnPipeline, type RecordStore } from '@/portal/record-store'
import type { Survey } from '@/survey/model/survey'
import { readable, surveysCommand, surveysFromWire } from '@/survey/store'

/** Somebody who could be asked, before their cards were read. A contact wins over the company. */
export interface Lead {
  contactId: number | null
  companyId: number | null
  deal: Candidate['deal']
}

/** Most deals of one dry run: what the list can show and a person can look through. */
export const MOST_DEALS = 2_000
/** Most people of one dry run, where deals have several. */
const MOST_LEADS = 4_000

const DEAL_FIELDS = ['id', 'title', 'categoryId', 'contactId', 'companyId']

/** Days ahead on which mails may be planned: an invitation of today must still be true when it leaves. */
export const LAST_DAY = 13

/** What does not depend on whom is asked. */
export interface AskingFacts {
  surveys: Survey[]
  sender: { id: number, name: string, email: string }
  /** IANA name; '' when the portal did not say */
  zone: string
  inCharge: InCharge
}

/** One request. @throws PortalError when surveys or the own name cannot be read */
export async function loadAsking(portal: Portal, store: RecordStore): Promise<AskingFacts> {
  const seen = await portal.batch<{ surveys: unknown, me: unknown, profile: unknown, control: unknown }>({
    surveys: surveysCommand(), me: { method: 'user.current' }, profile: { method: 'profile' }, control: controlCommand(store)
  })
  const me = mapOf(resultOf(seen.me))
  return {
    surveys: readable(surveysFromWire(resultOf(seen.surveys))),
    sender: { id: Number(me.ID), name: [me.NAME, me.LAST_NAME].filter(Boolean).join(' '), email: String(me.EMAIL ?? '') },
    zone: seen.profile.ok ? String(mapOf(seen.profile.result).TIME_ZONE ?? '') : '',
    inCharge: inChargeFrom(portal, store, seen.control)
  }
}

/** Deals of a segment, newest first, with their clients. Up to 2,500 in one request; lost ones take two more. @throws PortalError */
export async function loadLeads(portal: Portal, store: RecordStore, segment: Segment): Promise<{ leads: Lead[], more: boolean }> {
  const all = segment.people === 'all'
  const found: Lead[][] = []
  const stages = segment.who === 'lost' ? (await lostStages(portal, store)).filter(id => segment.stage === '' || id === segment.stage) : null
  if (stages?.length === 0) return { leads: [], more: false }
  const select = [...DEAL_FIELDS, ...dealLangField(store), ...all ? ['contactIds'] : []]
  for await (const rows of listNewestFirst(portal, { entityTypeId: DEAL, select, filter: { ...dealFilter(store, segment), ...stages ? { '@stageId': stages } : {} } }, MOST_DEALS + 1)) {
    found.push(...rows.map(row => all ? leadsOf(store, row) : [leadOf(store)(row)]))
  }
  return { leads: found.slice(0, MOST_DEALS).flat().slice(0, MOST_LEADS), more: found.length > MOST_DEALS || found.flat().length > MOST_LEADS }
}

/** All contacts of a deal, the main one first; its company where it has none. */
function leadsOf(store: RecordStore, row: Record<string, unknown>): Lead[] {
  const main = leadOf(store)(row)
  const contacts = [...new Set([main.contactId, ...listOf(row.contactIds).map(idOf)])].filter(id => id !== null)
  return contacts.length === 0 ? [main] : contacts.map((contactId): Lead => ({ ...main, contactId }))
}

const leadOf = (store: RecordStore) => (row: Record<string, unknown>): Lead => ({
  contactId: idOf(row.contactId), companyId: idOf(row.companyId),
  deal: { id: Number(row.id), title: String(row.title ?? ''), pipeline: Number(row.categoryId ?? 0), lang: dealLang(store, row) }
})

/** Stages that say that a deal was lost, as full STATUS_IDs of all pipelines of deals but the app's own. Two requests. @throws PortalError */
export async function lostStages(portal: Portal, store: RecordStore): Promise<string[]> {
  const { categories } = mapOf(await portal.call('crm.category.list', { entityTypeId: DEAL }))
  const pipelines = listOf(categories).map(row => Number(mapOf(row).id)).filter(id => !isOwnPipeline(store, id))
  const seen = await inBatches(portal, Object.fromEntries(pipelines.map((id): [string, Command] => [`p${id}`, {
    method: 'crm.status.list', params: { order: { SORT: 'ASC' }, filter: { ENTITY_ID: id === 0 ? 'DEAL_STAGE' : `DEAL_STAGE_${id}` } }
  }])))
  return pipelines.flatMap(id => listOf(resultOf(seen[`p${id}`])).map(mapOf))
    .filter(({ SEMANTICS }) => SEMANTICS === 'F').map(({ STATUS_ID }) => String(STATUS_ID))
}

function dealFilter(store: RecordStore, { pipeline, stage, responsible, companyId, from, to }: Segment): Record<string, unknown> {
  return {
    ...companyDeals(store),
    ...pipeline === null ? {} : { '=categoryId': pipeline },
    ...stage === '' ? {} : { '=stageId': stage },
    ...responsible === null ? {} : { '=assignedById': responsible },
    ...companyId === null ? {} : { '=companyId': companyId },
    ...from === '' ? {} : { '>=movedTime': `${from}T00:00:00` },
    ...to === '' ? {} : { '<=movedTime': `${to}T23:59:59` }
  }
}

/**
 * Everybody who can be asked from a card, whom it is about first: contacts of a deal and of its company; a contact and the others of its company; contacts
 * of a company and itself. Two requests at most. @throws PortalError 'notFound', 'noRight' of the card itself; any other failure
 */
export async function loadClients(portal: Portal, store: RecordStore, entityTypeId: number, id: number): Promise<Lead[]> {
  if (entityTypeId === DEAL) return clientsOfDeal(portal, store, id)
  const field = entityTypeId === CONTACT ? 'contactId' : 'companyId'
  const { card, deals, people } = await portal.batch<{ card: { item: unknown }, deals: { items: unknown }, people?: unknown }>({
    card: getItem(entityTypeId, id),
    deals: { method: 'crm.item.list', params: {
      entityTypeId: DEAL, select: [...DEAL_FIELDS, ...dealLangField(store)], filter: { ...companyDeals(store), [`=${field}`]: id }, order: { id: 'DESC' }, start: -1
    } },
    ...(entityTypeId === COMPANY ? { people: { method: 'crm.company.contact.items.get', params: { id } } } : {})
  })
  if (!card.ok) throw card.error
  const item = mapOf(card.result.item)
  const latest = listOf(mapOf(visible(deals)).items).map(mapOf).map(leadOf(store))
  if (entityTypeId === CONTACT) {
    const companyId = idOf(item.companyId)
    const own: Lead = { contactId: id, companyId, deal: latest[0]?.deal ?? null }
    if (companyId === null) return [own]
    const { colleagues } = await portal.batch<{ colleagues: unknown }>({ colleagues: { method: 'crm.company.contact.items.get', params: { id: companyId } } })
    const others = contactsIn(colleagues).filter(contactId => contactId !== id)
    return [own, ...others.map((contactId): Lead => ({ contactId, companyId, deal: null })), { contactId: null, companyId, deal: null }]
  }
  const contacts = people ? contactsIn(people) : []
  return [
    ...contacts.map((contactId): Lead => {
      const own = latest.find(lead => lead.contactId === contactId) ?? latest[0]
      return { contactId, companyId: id, deal: own?.deal ?? null }
    }),
    { contactId: null, companyId: id, deal: latest[0]?.deal ?? null }
  ]
}

const contactsIn = (rows: Outcome<unknown>): number[] => listOf(visible(rows)).map(row => Number(mapOf(row).CONTACT_ID))

/** Null for what the caller may not see, or what is gone. @throws PortalError of any other failure: a list that lacks somebody looks like a whole one */
function visible(outcome: Outcome<unknown>): unknown {
  if (!outcome.ok && ['noRight', 'notFound'].includes(outcome.error.code)) return null
  return resultOf(outcome)
}

async function clientsOfDeal(portal: Portal, store: RecordStore, id: number): Promise<Lead[]> {
  const { method, params } = getItem(DEAL, id)
  const { contactId, companyId, deal } = leadOf(store)(mapOf(mapOf(await portal.call(method, params)).item))
  const { ofDeal, ofCompany } = await portal.batch<{ ofDeal: unknown, ofCompany?: unknown }>({
    ofDeal: { method: 'crm.deal.contact.items.get', params: { id } },
    ...(companyId === null ? {} : { ofCompany: { method: 'crm.company.contact.items.get', params: { id: companyId } } })
  })
  const people = [ofDeal, ofCompany].flatMap(rows => rows ? contactsIn(rows) : [])
  const contacts = [...new Set([...contactId === null ? [] : [contactId], ...people])]
  return [
    ...contacts.map((contact): Lead => ({ contactId: contact, companyId, deal })),
    ...companyId === null ? [] : [{ contactId: null, companyId, deal }]
  ]
}

/** What a dry run needs to know of people. */
export interface PeopleFacts extends Pick<ManyFacts, 'candidates' | 'invitations' | 'employees'> {
  /** mails of today, by mailbox; null = the portal would not count them */
  used: ReadonlyMap<string, number> | null
  /** newest invitation when this was read: whatever is newer nobody has judged yet; 0 without any */
  newest: number
}

/**
 * Cards of all leads, then what they were asked already: two requests for a thousand people.
 * @throws PortalError when cards cannot be read; invitations that may not be seen are said to be unseen
 */
export async function loadPeople(portal: Portal, store: RecordStore, leads: readonly Lead[], asker: Sending): Promise<PeopleFacts> {
  const cards = await loadCards(portal, store, {
    contacts: leads.map(({ contactId }) => contactId), companies: leads.map(({ companyId }) => companyId)
  })
  const candidates = leads.map((lead): Candidate => candidateOf(store, lead, cards))
  const people = candidates.flatMap(({ person }) => person ?? [])
  const idsOf = (kind: Recipient['kind']): number[] => people.filter(person => person.kind === kind).map(({ id }) => id)
  const pauses = asker.surveys.some(({ published }) => (published?.content.companyDays ?? 0) > 0)
  const companies = [...idsOf('company'), ...pauses ? candidates.flatMap(({ company }) => company?.id ?? []) : []]
  const lists = (field: 'contactId' | 'companyId', ids: readonly number[]): [string, Command][] =>
    partsOf([...new Set(ids)], GROUP).map((group, part) => [`${field}${part}`, openInvitations(store, { [`@${field}`]: group })])
  const asked = Object.fromEntries([...lists('contactId', idsOf('contact')), ...lists('companyId', companies)])
  const addresses = [...new Set(people.flatMap(person => emailOf(person)?.toLowerCase() ?? []))]
  const staff = Object.fromEntries(partsOf(addresses, PAGE).map((group, part): [string, Command] => [`e${part}`, employeesWith(group)]))
  const mailboxes = mailboxesOf(asker)
  const found = await inBatches(portal, {
    newest: { method: 'crm.item.list', params: {
      entityTypeId: store.entityTypeId, select: ['id'], filter: { '=categoryId': store.invitationCategoryId }, order: { id: 'DESC' }, start: -1
    } },
    ...useCommands(store, mailboxes, asker), ...asked, ...staff
  })
  const invitations = await invitationsIn(portal, store, found, asked)
  return {
    candidates, invitations,
    employees: await employeesIn(portal, found, addresses),
    used: usedIn(mailboxes, asker, found),
    newest: Number(mapOf(listOf(mapOf(resultOf(found.newest)).items)[0]).id ?? 0)
  }
}

/** People of one list of invitations; each has been asked once or twice in the time that counts, and a page has fifty. */
const GROUP = 40

interface Cards {
  contacts: Map<number, Record<string, unknown>>
  companies: Map<number, Record<string, unknown>>
}

/** Addresses come with `*` only (crm.item.list). Cards that may not be seen are missing. @throws PortalError */
export async function loadCards(
  portal: Portal, store: RecordStore, { contacts, companies }: { contacts: readonly (number | null)[], companies: readonly (number | null)[] }
): Promise<Cards> {
  const wanted = (ids: readonly (number | null)[]): number[] => [...new Set(ids)].filter((id): id is number => id !== null)
  const commands = (type: number, name: string, ids: number[]): [string, Command][] => partsOf(ids, PAGE).map((group, part) => [`${name}${part}`, {
    method: 'crm.item.list', params: { entityTypeId: type, filter: { '@id': group }, select: ['*', ...consentNames(store, type)], order: { id: 'ASC' }, start: -1 }
  }])
  const found = await inBatches(portal, Object.fromEntries([
    ...commands(CONTACT, 'p', wanted(contacts)), ...commands(COMPANY, 'q', wanted(companies))
  ]))
  const rows = (name: string): Map<number, Record<string, unknown>> => new Map(Object.entries(found).filter(([key]) => key.startsWith(name))
    .flatMap(([, outcome]) => listOf(mapOf(resultOf(outcome)).items)).map(mapOf).map(row => [Number(row.id), row]))
  return { contacts: rows('p'), companies: rows('q') }
}

/** Own fields stand beside `*`, so that no portal leaves them out. */
const consentNames = (store: RecordStore, type: number): string[] => type === CONTACT || type === COMPANY ? Object.values(store.native[type].names) : []

/** @returns `person: null` for a card that may not be seen, or is none */
export function candidateOf(store: RecordStore, { contactId, companyId, deal }: Lead, { contacts, companies }: Cards): Candidate {
  const kind = contactId === null ? 'company' as const : 'contact' as const
  const card = contactId === null ? companies.get(companyId ?? 0) : contacts.get(contactId)
  const company = companyId === null ? undefined : companies.get(companyId)
  const native = card && fromWireNative(store, kind === 'contact' ? CONTACT : COMPANY, card)
  return {
    person: card ? readRecipient(store, card, kind) : null,
    deal,
    phone: card ? phoneOf(card) : null,
    company: kind === 'contact' && company ? readRecipient(store, company, 'company') : null,
    lastGroup: native?.FB_LAST_GROUP ?? null,
    lastAt: native?.FB_LAST_AT ?? null
  }
}

function phoneOf(card: Record<string, unknown>): string | null {
  const numbers = listOf(card.fm).map(mapOf).filter(({ typeId }) => typeId === 'PHONE').map(({ value }) => String(value ?? '').trim())
  return numbers.find(number => /\d{5}/.test(number.replace(/\D/g, ''))) ?? null
}

function openInvitations(store: RecordStore, filter: Record<string, unknown>): Command {
  const states = store.enums.FB_STATE ?? {}
  return {
    method: 'crm.item.list',
    params: {
      entityTypeId: store.entityTypeId, select: selectOf(store, INVITATION_FIELDS), order: { id: 'DESC' }, start: -1,
      filter: {
        '=categoryId': store.invitationCategoryId, ...filter,
        [`@${wireName(store, 'FB_STATE')}`]: ['to_send', 'sending', 'sent'].map(state => states[state] ?? 0)
      }
    }
  }
}

/** Reads on where a page was full. */
async function invitationsIn(
  portal: Portal, store: RecordStore, found: Record<string, Outcome<unknown> | undefined>, asked: Record<string, Command>
): Promise<PeopleFacts['invitations']> {
  const all: Invitation[] = []
  let pages = Object.keys(asked).map(name => ({ name, outcome: found[name], command: asked[name]! }))
  while (pages.length > 0) {
    const next: Record<string, Command> = {}
    for (const { name, outcome, command } of pages) {
      if (!outcome?.ok) return { seen: false }
      const rows = listOf(mapOf(outcome.result).items).map(item => readInvitation(store, item))
      all.push(...rows)
      if (rows.length === PAGE) next[name] = { ...command, params: { ...command.params, filter: { ...mapOf(command.params?.filter), '<id': rows.at(-1)!.id } } }
    }
    const seen = await inBatches(portal, next)
    pages = Object.entries(next).map(([name, command]) => ({ name, outcome: seen[name], command }))
  }
  return { seen: true, value: all }
}

/** Active employees with one of these addresses. Portals do not tell the address to every app, but look for it. (user.get) */
const employeesWith = (addresses: readonly string[]): Command =>
  ({ method: 'user.get', params: { FILTER: { ACTIVE: 'Y', '@EMAIL': [...addresses] }, select: ['ID', 'EMAIL'] } })

async function employeesIn(portal: Portal, found: Record<string, Outcome<unknown> | undefined>, addresses: readonly string[]): Promise<Set<string>> {
  const employees = new Set<string>()
  const unnamed: string[] = []
  for (const [part, group] of partsOf(addresses, PAGE).entries()) {
    const rows = listOf(resultOf(found[`e${part}`])).map(mapOf)
    for (const { EMAIL } of rows) if (typeof EMAIL === 'string' && EMAIL !== '') employees.add(EMAIL.toLowerCase())
    if (rows.some(({ EMAIL }) => typeof EMAIL !== 'string' || EMAIL === '')) unnamed.push(...group)
  }
  const asked = unnamed.filter(address => !employees.has(address))
  const seen = await inBatches(portal, Object.fromEntries(asked.map((address, index): [string, Command] => [`e${index}`, employeesWith([address])])))
  for (const [index, address] of asked.entries()) if (listOf(resultOf(seen[`e${index}`])).length > 0) employees.add(address)
  return employees
}

/** Any number of named commands, fifty a request. @throws PortalError when a whole request failed */
export async function inBatches(portal: Portal, commands: Record<string, Command>): Promise<Record<string, Outcome<unknown> | undefined>> {
  const found: Record<string, Outcome<unknown>> = {}
  for (const part of partsOf(Object.entries(commands), BATCH_LIMIT)) Object.assign(found, await portal.batch<Record<string, unknown>>(Object.fromEntries(part)))
  return found
}

export function resultOf<T>(outcome: Outcome<T> | undefined): T {
  if (outcome?.ok) return outcome.result
  throw outcome?.error ?? new PortalError('unreadable')
}
