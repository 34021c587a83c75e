import { clientsIn, type Chat, type ChatCard, type ChatPlace } from '@/invitation/model/chat'
import type { Seen } from '@/invitation/model/request'
import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { listOf, mapOf } from '@/portal/php-array'

/**
 * Dialogs of open lines. Whoever writes has to take part in the dialog and to see the card that it belongs to; who sees the card only
 * learns that there is a dialog. (Pages: imopenlines/openlines/**, chats/messages/im-dialog-messages-get)
 */

const dialogOf = (id: number): string => `chat${id}`

/** More dialogs than that one person never has; 24 commands. */
const MOST = 12

/** A portal without open lines, or an app without their scope: there is nothing that one might not see. */
const isAbsent = ({ code, rest }: PortalError): boolean => code === 'methodMissing' || rest?.toLowerCase() === 'insufficient_scope'

/**
 * What is known of the dialogs of some cards; one request more where there are any.
 * @param found replies to `imopenlines.crm.chat.get`, the card by which a dialog is preferably reached first
 * @returns not seen: a card or its dialogs may not be read, and nothing was found elsewhere; never throws
 */
export async function readChats(portal: Portal, found: readonly { card: ChatCard, rows: Outcome<unknown> }[]): Promise<Seen<Chat[]>> {
  const isHidden = found.some(({ rows }) => !rows.ok && !isAbsent(rows.error))
  const rows = found.flatMap(({ card, rows }) => rows.ok ? listOf(rows.result).map(row => ({ card, row: mapOf(row) })) : [])
  const places = rows.map(({ card, row }) => ({ id: Number(row.CHAT_ID), card, title: String(row.CONNECTOR_TITLE || row.CONNECTOR_ID || '') }))
    .filter(({ id }, index, all) => id > 0 && all.findIndex(other => other.id === id) === index)
    .slice(0, MOST)
  if (places.length === 0) return isHidden ? { seen: false } : { seen: true, value: [] }
  try {
    const seen = await portal.batch<Record<string, unknown>>(Object.fromEntries(places.flatMap(({ id }) => [
      [`dialog${id}`, { method: 'imopenlines.dialog.get', params: { DIALOG_ID: dialogOf(id) } }],
      [`newest${id}`, messagesOf(id, { LIMIT: 1 })]
    ])))
    return { seen: true, value: places.map(place => ({ ...place, ...standing(seen[`dialog${place.id}`]!, seen[`newest${place.id}`]!) })) }
  } catch (error) {
    if (error instanceof PortalError) return { seen: false }
    throw error
  }
}

/** Only who takes part in a dialog may read its messages. */
function standing(dialog: Outcome<unknown>, newest: Outcome<unknown>): Pick<Chat, 'clients' | 'isMember' | 'lastAt'> {
  const times = newest.ok ? messageRows(newest.result).map(({ date }) => date).sort() : []
  return { clients: dialog.ok ? clientsIn(mapOf(dialog.result).entity_data_2) : null, isMember: newest.ok, lastAt: times.at(-1) ?? null }
}

/** Newest first, at most fifty; with `LAST_ID` those before that one. */
function messagesOf(id: number, range: { LIMIT: number, LAST_ID?: number }): Command {
  return { method: 'im.dialog.messages.get', params: { DIALOG_ID: dialogOf(id), ...range } }
}

const messageRows = (result: unknown): { id: number, date: string, text: string }[] => listOf(mapOf(result).messages).map(mapOf)
  .map(({ id, date, text }) => ({ id: Number(id), date: String(date ?? ''), text: String(text ?? '') }))

/** Writes into a dialog in the name of one who takes part in it. */
export function writeInChat({ id, card }: ChatPlace, userId: number, text: string): Command {
  return {
    method: 'imopenlines.crm.message.add',
    params: { CRM_ENTITY_TYPE: card.kind, CRM_ENTITY: card.id, USER_ID: userId, CHAT_ID: id, MESSAGE: text }
  }
}

/** Pages of fifty that are looked through for one message. */
const PAGES = 20

/**
 * Whether a dialog has a message with these letters in it that is not older than `since`.
 * @returns null when the dialog cannot be read, or not far enough back: nobody knows then
 */
export async function isInChat(portal: Portal, { id }: ChatPlace, letters: string, since: string): Promise<boolean | null> {
  let before: number | undefined
  for (let page = 1; page <= PAGES; page++) {
    const { method, params } = messagesOf(id, { LIMIT: 50, ...(before === undefined ? {} : { LAST_ID: before }) })
    let rows
    try {
      rows = messageRows(await portal.call(method, params))
    } catch (error) {
      if (error instanceof PortalError && ['noRight', 'notFound', 'methodMissing'].includes(error.code)) return null
      throw error
    }
    if (rows.some(({ text }) => text.includes(letters))) return true
    if (rows.length < 50 || rows.some(({ date }) => Date.parse(date) < Date.parse(since))) return false
    before = Math.min(...rows.map(row => row.id))
  }
  return null
}
