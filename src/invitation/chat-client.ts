import { clientsIn, type ChatClients } from '@/invitation/model/chat'
import type { Invitation } from '@/invitation/model/invitation'
import type { RequestFacts, Seen } from '@/invitation/model/request'
import { dealLang, invitationList, readInvitation, readRecipient, recipientSeen, senderFrom, type RequestView } from '@/invitation/store'
import { controlCommand, inChargeFrom } from '@/plan/control'
import { ref } from '@/portal/batch-command'
import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { COMPANY, CONTACT, DEAL } from '@/portal/fields'
import { getItem } from '@/portal/items'
import { listOf, mapOf } from '@/portal/php-array'
import { isOwnPipeline, type RecordStore } from '@/portal/record-store'
import type { Lang } from '@/survey/model/survey'
import { readable, surveysCommand, surveysFromWire } from '@/survey/store'

/** What an operator's request in a dialog starts from. */
type ChatRequestView =
  Pick<RequestView, 'companyId' | 'company' | 'invitations' | 'ofCompany' | 'surveys' | 'sender' | 'zone' | 'inCharge'>
  & {
    recipient: RequestFacts['recipient']
    /** null: the dialog belongs to no deal that the caller sees, and the question is about the relationship as a whole */
    deal: { id: number, title: string, pipeline: number, lang: Lang | null } | null
  }

type ChatClient =
  /** not of an open line, or none that the caller may see */
  | { state: 'noChat' | 'hiddenChat' }
  /** the CRM does not know whom it is with, or only as a lead */
  | { state: 'noClient' | 'leadOnly' }
  | { state: 'found', view: ChatRequestView }

/**
 * Whom a dialog is with, and all that decides whether they may be asked; two requests.
 * @param dialogId as the place of the widget names it, `chat<id>`
 * @throws PortalError when a request as a whole failed
 */
export async function loadChatClient(portal: Portal, store: RecordStore, dialogId: string): Promise<ChatClient> {
  if (!/^chat[1-9]\d*$/.test(dialogId)) return { state: 'noChat' }
  const dialog = await dialogRow(portal, dialogId)
  if (dialog === null) return { state: 'hiddenChat' }
  if (dialog.entity_type !== 'LINES') return { state: 'noChat' }
  const clients = clientsIn(dialog.entity_data_2)
  if (clients === null || (clients.contact === 0 && clients.company === 0 && clients.deal === 0)) {
    return { state: clients !== null && clients.lead > 0 ? 'leadOnly' : 'noClient' }
  }
  const view = await loadView(portal, store, clients)
  return view.recipient.seen && view.recipient.value === null ? { state: 'noClient' } : { state: 'found', view }
}

async function dialogRow(portal: Portal, dialogId: string): Promise<Record<string, unknown> | null> {
  try {
    return mapOf(await portal.call('imopenlines.dialog.get', { DIALOG_ID: dialogId }))
  } catch (error) {
    if (error instanceof PortalError && ['noRight', 'notFound'].includes(error.code)) return null
    throw error
  }
}

/** The dialog's contact, else that of its deal, else the company. */
async function loadView(portal: Portal, store: RecordStore, { deal, contact, company }: ChatClients): Promise<ChatRequestView> {
  const contactId = contact || (deal ? ref('deal', 'item', 'contactId') : 0)
  const companyId = company || ref(deal ? 'deal' : 'contact', 'item', 'companyId')
  type Always = 'company' | 'byCompany' | 'surveys' | 'me' | 'profile' | 'control'
  const seen = await portal.batch<Record<Always, unknown> & Partial<Record<'deal' | 'contact' | 'byContact', unknown>>>({
    ...(deal ? { deal: getItem(DEAL, deal) } : {}),
    ...(contactId ? { contact: cardOf(CONTACT, contactId), byContact: invitationList(store, { '=contactId': contactId }) } : {}),
    company: cardOf(COMPANY, companyId),
    byCompany: invitationList(store, { '=companyId': companyId }),
    surveys: surveysCommand(),
    me: { method: 'user.current' },
    profile: { method: 'profile' },
    control: controlCommand(store)
  })
  if (!seen.surveys.ok) throw seen.surveys.error
  if (!seen.me.ok) throw seen.me.error
  const dealRow = itemIn(seen.deal)
  const person = contact || Number(dealRow.contactId ?? 0)
  const firm = company || Number((deal ? dealRow : itemIn(seen.contact)).companyId ?? 0)
  const isOfPerson = (one: Invitation): boolean => person > 0 ? one.contactId === person : one.contactId === null && one.companyId === firm
  const read = (list: Outcome<unknown> | undefined, isMeant: (one: Invitation) => boolean): Seen<Invitation[]> =>
    list?.ok ? { seen: true, value: listOf(mapOf(list.result).items).map(item => readInvitation(store, item)).filter(isMeant) } : { seen: false }
  // a card of ours among deals is nothing that one asks about
  const isAsked = seen.deal?.ok === true && !isOwnPipeline(store, Number(dealRow.categoryId ?? 0))
  return {
    deal: isAsked ? { id: deal, title: String(dealRow.title ?? ''), pipeline: Number(dealRow.categoryId ?? 0), lang: dealLang(store, dealRow) } : null,
    recipient: person > 0 && seen.contact
      ? recipientSeen(store, seen.contact, 'contact')
      : firm > 0 ? recipientSeen(store, seen.company, 'company') : seen.deal?.ok === false ? { seen: false } : { seen: true, value: null },
    companyId: firm > 0 && seen.company.ok ? firm : null,
    company: person > 0 && firm > 0 && seen.company.ok ? readRecipient(store, itemIn(seen.company), 'company') : null,
    invitations: read(person > 0 ? seen.byContact : seen.byCompany, isOfPerson),
    ofCompany: firm === 0 ? { seen: true, value: [] } : seen.company.ok ? read(seen.byCompany, one => one.companyId === firm) : { seen: false },
    surveys: readable(surveysFromWire(seen.surveys.result)),
    sender: senderFrom(mapOf(seen.me.result)),
    zone: seen.profile.ok ? String(mapOf(seen.profile.result).TIME_ZONE ?? '') : '',
    inCharge: inChargeFrom(portal, store, seen.control)
  }
}

const cardOf = (entityTypeId: number, id: unknown): Command => ({ method: 'crm.item.get', params: { entityTypeId, id } })

const itemIn = (outcome: Outcome<unknown> | undefined): Record<string, unknown> => outcome?.ok ? mapOf(mapOf(outcome.result).item) : {}
