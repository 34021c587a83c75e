import type { Recipient } from './request'

/** A dialog of an open line: the client writes in a messenger, employees in the portal. */

/** What a dialog belongs to in the CRM. */
export interface ChatCard {
  kind: 'deal' | 'contact' | 'company'
  id: number
}

/** A dialog, and the card by which it was found: the portal wants both to write into it. */
export interface ChatPlace {
  id: number
  card: ChatCard
}

export interface Chat extends ChatPlace {
  /** messenger, in the portal's words */
  title: string
  /** newest message, ISO 8601; null where it may not be read */
  lastAt: string | null
  /** who is looking takes part in it: nobody else may write */
  isMember: boolean
  /** whom it is with; null when the portal did not say */
  clients: ChatClients | null
}

/** Records that a dialog is bound to; 0 = none. */
export interface ChatClients {
  lead: number
  company: number
  contact: number
  deal: number
}

/** Reads `entity_data_2` of a dialog, e.g. `LEAD|0|COMPANY|4|CONTACT|12|DEAL|3`; null when it is something else. Page: imopenlines-dialog-get. */
export function clientsIn(data: unknown): ChatClients | null {
  const found = typeof data === 'string' ? /^LEAD\|(\d+)\|COMPANY\|(\d+)\|CONTACT\|(\d+)\|DEAL\|(\d+)/.exec(data) : null
  if (found === null) return null
  const [lead = 0, company = 0, contact = 0, deal = 0] = found.slice(1).map(Number)
  return { lead, company, contact, deal }
}

/**
 * Dialogs in which this person can be asked, the one to propose first: those that the caller takes part in before others, the newest first.
 * A dialog of the deal with another contact is left out.
 * @param isOwn the person is the deal's own client: a dialog of the deal that names nobody is theirs
 */
export function chatsWith(chats: readonly Chat[], { kind, id }: Pick<Recipient, 'kind' | 'id'>, isOwn: boolean): Chat[] {
  const isTheirs = ({ card, clients }: Chat): boolean => {
    if (clients !== null && clients.contact > 0) return kind === 'contact' && clients.contact === id
    return card.kind === 'deal' ? isOwn : card.kind === kind && card.id === id
  }
  const first = chats.filter((chat, index) => chats.findIndex(other => other.id === chat.id) === index)
  return first.filter(isTheirs).sort((a, b) => Number(b.isMember) - Number(a.isMember) || (b.lastAt ?? '').localeCompare(a.lastAt ?? ''))
}

const MARK = /^chat:([1-9]\d*):(deal|contact|company):([1-9]\d*)$/

/** FB_LEDGER of an invitation that the app writes into a dialog: where it is looked for when its sending broke off. */
export const chatMark = ({ id, card }: ChatPlace): string => `chat:${id}:${card.kind}:${card.id}`

/** @returns null for an invitation of another kind, and for one whose words an operator writes himself */
export function chatIn(ledger: string): ChatPlace | null {
  const [, id, kind, card] = MARK.exec(ledger.trim()) ?? []
  return id && card && (kind === 'deal' || kind === 'contact' || kind === 'company') ? { id: Number(id), card: { kind, id: Number(card) } } : null
}
