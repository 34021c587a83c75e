import { isoOf } from '../clock'
import { itemOf, nextId } from '../rest/records'
import type { Chat, DemoPortal } from '../state'
import { PEOPLE } from './crm'

const HOUR = 3_600_000
const { managerOwn, managerAll, headOfService } = PEOPLE

interface Dialog {
  /** deal that it belongs to, with its client; null: a guest whom the CRM does not know */
  deal: number | null
  connector: [id: string, title: string]
  operators: readonly number[]
  active: boolean
  /** hours since the first message */
  ago: number
  /** client and operator in turn */
  lines: readonly string[]
}

const DIALOGS: readonly Dialog[] = [
  {
    deal: 33, connector: ['telegrambot', 'Telegram'], operators: [managerOwn, managerAll], active: true, ago: 50,
    lines: ['Добрый день! Всё привезли, спасибо.', 'Здравствуйте! Рады, что всё в порядке.']
  },
  {
    // somebody else's: who may read the card sees that there is one, and is not in it
    deal: 36, connector: ['livechat', 'Онлайн-чат'], operators: [headOfService], active: true, ago: 26,
    lines: ['Hello, when does the technician arrive?', 'Tomorrow between ten and noon.']
  },
  {
    deal: 38, connector: ['whatsappbytwilio', 'WhatsApp'], operators: [managerAll], active: false, ago: 300,
    lines: ['Документы получили.', 'Отлично, закрываю обращение.']
  },
  { deal: null, connector: ['livechat', 'Онлайн-чат'], operators: [managerOwn, managerAll], active: true, ago: 3, lines: ['Здравствуйте, сколько стоит доставка?'] }
]

/** Dialogs of the open line: one to write in, one of a colleague, one that has ended, and one with a guest who is in no card. */
export function seedChats(portal: DemoPortal): void {
  const { state } = portal
  for (const { deal: dealId, connector: [connectorId, connectorTitle], operators, active, ago, lines } of DIALOGS) {
    const deal = dealId === null ? undefined : itemOf(state, 2, dealId)
    const [contact, company] = [Number(deal?.fields.CONTACT_ID ?? 0), Number(deal?.fields.COMPANY_ID ?? 0)]
    const person = itemOf(state, 3, contact)
    const id = nextId(state, 'chat')
    const created = portal.now().getTime() - ago * HOUR
    const clientId = 9000 + id
    const chat: Chat = {
      id, connectorId, connectorTitle, lineId: 1, name: person ? `${String(person.fields.NAME)} ${String(person.fields.LAST_NAME)} · Alatau` : 'Гость · Alatau',
      lead: 0, company, contact, deal: deal?.id ?? 0, clientId, operators: [...operators], active, created: isoOf(new Date(created)), messages: []
    }
    chat.messages = lines.map((text, index) => ({
      id: nextId(state, 'chatMessage'), authorId: index % 2 === 0 ? clientId : operators[0] ?? 0, date: isoOf(new Date(created + index * 5 * 60_000)), text
    }))
    state.chats.push(chat)
  }
}
