import type { Chat, ChatCard } from '@/invitation/model/chat'
import type { Invitation } from '@/invitation/model/invitation'
import type { Recipient, RequestFacts, Seen } from '@/invitation/model/request'
import { invitationList, readInvitation } from '@/invitation/records'
import { controlCommand, inChargeFrom, type InCharge } from '@/plan/control'
import type { Command, Outcome, Portal } from '@/portal/client'
import { ref } from '@/portal/batch-command'
import { COMPANY, CONTACT, DEAL } from '@/portal/fields'
import { aboutDeal, dealIdOf, fromWireNative, getItem } from '@/portal/items'
import { listOf, mapOf } from '@/portal/php-array'
import { isOwnPipeline, type RecordStore } from '@/portal/record-store'
import { portalLang } from '@/survey/model/language'
import type { Lang, Survey } from '@/survey/model/survey'
import { readable, surveysCommand, surveysFromWire } from '@/survey/store'

export { INVITATION_FIELDS, invitationList, readInvitation } from '@/invitation/records'

/** Where a request starts from. */
export interface RequestView {
  deal: RequestFacts['deal']
  /** the deal's company as far as the caller may read it: invitations of its people name it too */
  companyId: number | null
  /** the deal's primary contact, else its company; null = the deal has no client */
  recipient: Seen<Recipient | null>
  /** the company of the person who is asked; null where the deal has none, or the caller may not read it */
  company: Recipient | null
  /** everybody who can be asked instead: contacts of the deal and of its company */
  otherContactIds: number[]
  /** invitations of the recipient */
  invitations: Seen<Invitation[]>
  /** invitations that name the deal's company, whoever of it was asked */
  ofCompany: Seen<Invitation[]>
  /** dialogs of the deal and of its client */
  chats: Seen<Chat[]>
  /** invitations of other people about this deal: worth knowing, no reason to refuse */
  othersOfDeal: Invitation[]
  surveys: Survey[]
  sender: { id: number, name: string, email: string }
  /** time zone of the sender, an IANA name; '' when the portal did not say */
  zone: string
  /** this person wants no question before sending */
  sendAtOnce: boolean
  /** who sends what is asked for here */
  inCharge: InCharge
}

/** Name of the option of a person in user.option.*. */
const SEND_AT_ONCE = 'sendAtOnce'

interface PersonRow { CONTACT_ID: number }

/** All that the request screen needs, in one batch. @throws PortalError when the request as a whole failed */
export async function loadRequest(portal: Portal, store: RecordStore, dealId: number): Promise<RequestView> {
  const seen = await portal.batch<{
    deal: { item: Record<string, unknown> }, contact: { item: unknown }, company: { item: unknown }
    ofDeal: PersonRow[], ofCompany: PersonRow[], byContact: { items: unknown[] }, byCompany: { items: unknown[] }, byDeal: { items: unknown[] }
    dealChats: unknown, contactChats: unknown, companyChats: unknown
    surveys: unknown, me: Record<string, unknown>, profile: unknown, atOnce: unknown, control: unknown
  }>({
    deal: getItem(DEAL, dealId),
    contact: { method: 'crm.item.get', params: { entityTypeId: CONTACT, id: ref('deal', 'item', 'contactId') } },
    company: { method: 'crm.item.get', params: { entityTypeId: COMPANY, id: ref('deal', 'item', 'companyId') } },
    ofDeal: { method: 'crm.deal.contact.items.get', params: { id: dealId } },
    ofCompany: { method: 'crm.company.contact.items.get', params: { id: ref('deal', 'item', 'companyId') } },
    byContact: invitationList(store, { '=contactId': ref('deal', 'item', 'contactId') }),
    byCompany: invitationList(store, { '=companyId': ref('deal', 'item', 'companyId') }),
    byDeal: invitationList(store, aboutDeal(store, dealId)),
    dealChats: chatsOf('deal', dealId),
    contactChats: chatsOf('contact', ref('deal', 'item', 'contactId')),
    companyChats: chatsOf('company', ref('deal', 'item', 'companyId')),
    surveys: surveysCommand(),
    me: { method: 'user.current' },
    // only this one tells the time zone
    profile: { method: 'profile' },
    atOnce: { method: 'user.option.get', params: { option: SEND_AT_ONCE } },
    control: controlCommand(store)
  })
  if (!seen.surveys.ok) throw seen.surveys.error
  if (!seen.me.ok) throw seen.me.error
  if (!seen.deal.ok && !['noRight', 'notFound'].includes(seen.deal.error.code)) throw seen.deal.error

  const deal = seen.deal.ok ? seen.deal.result.item : null
  const contactId = Number(deal?.contactId ?? 0)
  const companyId = Number(deal?.companyId ?? 0)
  const recipient = contactId > 0
    ? recipientSeen(store, seen.contact, 'contact')
    : companyId > 0 ? recipientSeen(store, seen.company, 'company') : { seen: true as const, value: null }
  const ofPerson = contactId > 0 ? seen.byContact : seen.byCompany
  const isOfPerson = (invitation: Invitation): boolean => contactId > 0
    ? invitation.contactId === contactId
    : invitation.contactId === null && invitation.companyId === companyId
  const read = (list: { items: unknown[] }): Invitation[] => list.items.map(item => readInvitation(store, item))
  const people = [seen.ofDeal, seen.ofCompany].flatMap(rows => rows.ok ? rows.result : []).map(row => Number(row.CONTACT_ID))
  return {
    deal: deal
      ? { seen: true, value: {
          id: dealId, title: String(deal.title ?? ''), pipeline: Number(deal.categoryId ?? 0), lang: dealLang(store, deal), record: recordIn(store, deal)
        } }
      : { seen: false },
    companyId: seen.company.ok && companyId > 0 ? companyId : null,
    recipient,
    company: contactId > 0 && companyId > 0 && seen.company.ok ? readRecipient(store, seen.company.result.item, 'company') : null,
    otherContactIds: [...new Set(people)].filter(id => id > 0 && id !== contactId),
    invitations: contactId === 0 && companyId === 0
      ? { seen: true, value: [] }
      : ofPerson.ok ? { seen: true, value: read(ofPerson.result).filter(isOfPerson) } : { seen: false },
    ofCompany: companyId === 0 ? { seen: true, value: [] } : seen.byCompany.ok && seen.company.ok
      ? { seen: true, value: read(seen.byCompany.result).filter(invitation => invitation.companyId === companyId) }
      : { seen: false },
    chats: await chatsIn(portal, [
      ...deal ? [{ card: { kind: 'deal' as const, id: dealId }, rows: seen.dealChats }] : [],
      ...contactId > 0 ? [{ card: { kind: 'contact' as const, id: contactId }, rows: seen.contactChats }] : [],
      ...contactId === 0 && companyId > 0 ? [{ card: { kind: 'company' as const, id: companyId }, rows: seen.companyChats }] : []
    ]),
    othersOfDeal: deal && seen.byDeal.ok ? read(seen.byDeal.result).filter(invitation => invitation.dealId === dealId && !isOfPerson(invitation)) : [],
    surveys: readable(surveysFromWire(seen.surveys.result)),
    sender: senderFrom(seen.me.result),
    zone: seen.profile.ok ? String(mapOf(seen.profile.result).TIME_ZONE ?? '') : '',
    sendAtOnce: seen.atOnce.ok && seen.atOnce.result === 'Y',
    // Whoever reads only his own records does not see the control record: what it said when the frame was opened has come with the frame.
    inCharge: inChargeFrom(portal, store, seen.control)
  }
}

/** Who is looking, as `user.current` tells. */
export function senderFrom(me: Record<string, unknown>): RequestView['sender'] {
  return { id: Number(me.ID), name: [me.NAME, me.LAST_NAME].filter(Boolean).join(' '), email: String(me.EMAIL ?? '') }
}

/** Dialogs that go on, of one card. `id` may be a `ref`. */
function chatsOf(kind: ChatCard['kind'], id: unknown): Command {
  return { method: 'imopenlines.crm.chat.get', params: { CRM_ENTITY_TYPE: kind, CRM_ENTITY: id, ACTIVE_ONLY: 'Y' } }
}

/** What reads them is fetched where there is one, or where it is not known. */
async function chatsIn(portal: Portal, found: readonly { card: ChatCard, rows: Outcome<unknown> }[]): Promise<Seen<Chat[]>> {
  if (found.every(({ rows }) => rows.ok && listOf(rows.result).length === 0)) return { seen: true, value: [] }
  const { readChats } = await import('@/invitation/chat')
  return readChats(portal, found)
}

/** Where records are deals, their cards have the button of deals as well. */
function recordIn(store: RecordStore, deal: Record<string, unknown>): { dealId: number | null } | null {
  return isOwnPipeline(store, Number(deal.categoryId ?? 0)) ? { dealId: dealIdOf(store, deal) } : null
}

/** Remembers for this person whether a request is sent without a question. @throws PortalError */
export async function saveSendAtOnce(portal: Portal, atOnce: boolean): Promise<void> {
  await portal.call('user.option.set', { options: { [SEND_AT_ONCE]: atOnce ? 'Y' : 'N' } })
}

/** A chosen contact with the invitations of that person and their dialogs. */
export async function loadRecipient(
  portal: Portal, store: RecordStore, contactId: number
): Promise<{ recipient: Seen<Recipient>, invitations: Seen<Invitation[]>, chats: Seen<Chat[]> }> {
  const seen = await portal.batch<{ contact: { item: unknown }, invitations: { items: unknown[] }, chats: unknown }>({
    contact: getItem(CONTACT, contactId),
    invitations: invitationList(store, { '=contactId': contactId }),
    chats: chatsOf('contact', contactId)
  })
  return {
    chats: await chatsIn(portal, [{ card: { kind: 'contact', id: contactId }, rows: seen.chats }]),
    recipient: recipientSeen(store, seen.contact, 'contact'),
    invitations: seen.invitations.ok
      ? { seen: true, value: seen.invitations.result.items.map(item => readInvitation(store, item)).filter(invitation => invitation.contactId === contactId) }
      : { seen: false }
  }
}

/** Names of contacts to choose from; contacts that may not be seen are missing. */
export async function loadContactNames(portal: Portal, ids: readonly number[]): Promise<{ id: number, name: string }[]> {
  if (ids.length === 0) return []
  const { items } = await portal.call<{ items: Record<string, unknown>[] }>('crm.item.list', {
    entityTypeId: CONTACT, filter: { '@id': [...ids] }, select: ['id', 'name', 'lastName'], order: { id: 'ASC' }, start: -1
  })
  return items.map(item => ({ id: Number(item.id), name: fullName(item) }))
}

/** Seen: read; not seen: no right. A contact that was deleted reads as not seen too: nobody can be asked either way. */
export function recipientSeen(store: RecordStore, outcome: Outcome<unknown>, kind: 'contact' | 'company'): Seen<Recipient> {
  if (!outcome.ok) {
    if (outcome.error.code === 'noRight' || outcome.error.code === 'notFound') return { seen: false }
    throw outcome.error
  }
  return { seen: true, value: readRecipient(store, mapOf(outcome.result).item, kind) }
}

/** A contact or company as crm.item.get gives it, or crm.item.list with `*` only: addresses come with nothing less. */
export function readRecipient(store: RecordStore, card: unknown, kind: Recipient['kind']): Recipient {
  const item = mapOf(card)
  const type = kind === 'contact' ? CONTACT : COMPANY
  const native = fromWireNative(store, type, item)
  const emails = listOf(item.fm).map(mapOf).filter(row => row.typeId === 'EMAIL').map(row => String(row.value ?? '').trim()).filter(value => value !== '')
  return {
    kind,
    id: Number(item.id),
    name: kind === 'contact' ? fullName(item) : String(item.title ?? ''),
    emails: [...new Set(emails)],
    lang: askedIn(native.FB_ASK_LANG),
    notBefore: native.FB_NOT_BEFORE,
    optedOut: native.FB_OPT_OUT
  }
}

/** The language that a deal says to ask in; null when it says none, and before the installation knows the field. */
export const dealLang = (store: RecordStore, deal: unknown): Lang | null => askedIn(fromWireNative(store, DEAL, deal).FB_ASK_LANG)

/** For `select`: what `dealLang` reads. */
export const dealLangField = (store: RecordStore): string[] => store.native[DEAL].names.FB_ASK_LANG ? [store.native[DEAL].names.FB_ASK_LANG] : []

/** As surveys name it. */
const askedIn = (said: string | null): Lang | null => said === null || said.trim() === '' ? null : portalLang(said)

const fullName = (item: Record<string, unknown>): string => [item.name, item.lastName].filter(Boolean).join(' ') || `#${String(item.id)}`
