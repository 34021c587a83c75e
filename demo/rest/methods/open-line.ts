import { isoOf } from '../../clock'
import { mayRecord } from '../../rights'
import type { Chat, ChatMessage, DemoPortal, User } from '../../state'
import { intOf, RestError, textOf, refused, type Call, type MethodTable, type Params } from '../handler'
import { itemOf, nextId } from '../records'

const NATIVE: Record<string, { entityTypeId: number, of: (chat: Chat) => number }> = {
  lead: { entityTypeId: 1, of: chat => chat.lead },
  deal: { entityTypeId: 2, of: chat => chat.deal },
  contact: { entityTypeId: 3, of: chat => chat.contact },
  company: { entityTypeId: 4, of: chat => chat.company }
}

const rule = (code: string, text: string): RestError => new RestError(code, text, 400, {}, 'rule')

/** The card that a call names, and its chats; a card that does not exist has none. */
function cardOf({ portal: { state }, user, params }: Call): { chats: Chat[] } {
  const kind = NATIVE[textOf(params.CRM_ENTITY_TYPE).toLowerCase()]
  const id = intOf(params.CRM_ENTITY)
  // a batch asks for the chats of a client that the deal may not have
  if (!id) throw new RestError('ERROR_ARGUMENT', 'The value of an argument \'CRM_ENTITY\' has an invalid type')
  const item = kind && itemOf(state, kind.entityTypeId, id)
  if (!kind || !item) return { chats: [] }
  if (!mayRecord(state, user, 'read', item)) throw refused('ACCESS_DENIED', 'Access denied! You don\'t have access to this action', 403)
  return { chats: state.chats.filter(chat => kind.of(chat) === id) }
}

/** Writes into a dialog as the portal does; whatever is written reaches the client. */
export function say(portal: DemoPortal, chat: Chat, authorId: number, text: string): ChatMessage {
  const message = { id: nextId(portal.state, 'chatMessage'), authorId, date: isoOf(portal.now()), text }
  chat.messages.push(message)
  return message
}

/** Who takes part, and whoever may read a card that it belongs to. */
function mayLook({ state }: DemoPortal, user: User, chat: Chat): boolean {
  return chat.operators.includes(user.id) || Object.values(NATIVE).some(({ entityTypeId, of }) => {
    const item = itemOf(state, entityTypeId, of(chat))
    return item !== undefined && mayRecord(state, user, 'read', item)
  })
}

const noDialog = (status: number, kind: RestError['kind'] = 'refusal'): RestError =>
  new RestError('ACCESS_ERROR', 'You do not have access to the specified dialog', status, {}, kind)

function dialogOf(chat: Chat, user: User): Record<string, unknown> {
  const last = chat.messages.at(-1)?.id ?? 0
  const isMember = chat.operators.includes(user.id)
  const code = `${chat.connectorId}|${chat.lineId}|${chat.clientId}|${chat.clientId}`
  return {
    id: chat.id, parent_chat_id: 0, parent_message_id: 0, name: chat.name, description: null, owner: chat.operators[0] ?? 0, extranet: false, avatar: '',
    color: '#58cc47', type: 'lines', counter: 0, user_counter: chat.operators.length + 1, message_count: chat.messages.length, unread_id: 0,
    restrictions: { avatar: true, rename: true, extend: true, call: true, mute: true, leave: true, leave_owner: true, send: true, user_list: true },
    last_message_id: last, last_id: last, marked_id: 0, disk_folder_id: 0, entity_type: 'LINES', entity_id: code,
    entity_data_1: `Y|${chat.deal ? `DEAL|${chat.deal}` : 'NONE|0'}|N|N|${chat.id}|0|0|0|0`,
    entity_data_2: `LEAD|${chat.lead}|COMPANY|${chat.company}|CONTACT|${chat.contact}|DEAL|${chat.deal}`,
    entity_data_3: 'N', mute_list: [], date_create: chat.created, message_type: 'L', public: '',
    role: !isMember ? 'guest' : chat.operators[0] === user.id ? 'owner' : 'member',
    entity_link: { type: 'LINES', url: '', id: code }, text_field_enabled: isMember && chat.active, background_id: null,
    permissions: {
      manage_users_add: 'member', manage_users_delete: 'manager', manage_ui: 'member', manage_settings: 'owner', manage_messages: 'member', can_post: 'member'
    },
    is_new: false, readed_list: [{ user_id: chat.clientId, user_name: chat.name, message_id: last, date: null }], manager_list: chat.operators.slice(0, 1),
    last_message_views: { message_id: last, first_viewers: chat.operators.slice(0, 1).map(id => ({ user_id: id, user_name: '', date: chat.created })), count_of_viewers: 0 },
    dialog_id: `chat${chat.id}`
  }
}

const idOf = (params: Params): number => intOf(params.CHAT_ID) || intOf(/^chat(\d+)$/.exec(textOf(params.DIALOG_ID))?.[1])

function whole(params: Params, name: 'LAST_ID' | 'FIRST_ID'): number {
  if (params[name] !== undefined && !/^\d+$/.test(textOf(params[name]))) throw rule(`${name.slice(0, -3)}_ID_STRING`, `${name === 'LAST_ID' ? 'Last' : 'First'} ID can't be string`)
  return intOf(params[name])
}

/** Newest first, as many as asked for; relative to a message, those before or behind it. */
function messagesOf(chat: Chat, params: Params): ChatMessage[] {
  const [last, first] = [whole(params, 'LAST_ID'), whole(params, 'FIRST_ID')]
  const limit = Math.min(50, intOf(params.LIMIT) || 20)
  if (first) return chat.messages.filter(({ id }) => id > first).slice(0, limit)
  return chat.messages.filter(({ id }) => !last || id < last).slice(-limit).reverse()
}

function authorOf({ state }: DemoPortal, chat: Chat, id: number, created: string): Record<string, unknown> {
  const user = state.users.find(other => other.id === id)
  return {
    id, active: true, name: user ? `${user.name} ${user.lastName}` : chat.name, first_name: user?.name ?? chat.name, last_name: user?.lastName ?? '',
    work_position: user?.position ?? '', color: '#4ba984', avatar: '', avatar_hr: '', gender: 'M', birthday: '', extranet: false, network: false, bot: false,
    connector: !user, external_auth_id: user ? 'default' : 'imconnector', status: 'online', idle: false, last_activity_date: created, mobile_last_date: false,
    desktop_last_date: false, absent: false, departments: user?.departments ?? [0], phones: false, bot_data: null, type: user ? 'user' : 'connector', website: '',
    email: user?.email ?? ''
  }
}

export const openLineMethods: MethodTable = {
  // api-reference/imopenlines/openlines/chats/imopenlines-crm-chat-get.md
  'imopenlines.crm.chat.get': call => ({
    result: cardOf(call).chats.filter(({ active }) => active || textOf(call.params.ACTIVE_ONLY).toUpperCase() === 'N')
      .map(chat => ({ CHAT_ID: String(chat.id), CONNECTOR_ID: chat.connectorId, CONNECTOR_TITLE: chat.connectorTitle }))
  }),
  // api-reference/imopenlines/openlines/messages/imopenlines-crm-message-add.md; what a dialog that has ended answers is not told there
  'imopenlines.crm.message.add': call => {
    const { portal, params } = call
    for (const name of ['USER_ID', 'CHAT_ID']) if (!intOf(params[name])) throw rule('ERROR_ARGUMENT', `Argument '${name}' is null or empty`)
    const chat = cardOf(call).chats.find(({ id }) => id === intOf(params.CHAT_ID))
    if (!chat) throw new RestError('CHAT_NOT_IN_CRM', 'Chat does not belong to the CRM entity being checked')
    if (!chat.operators.includes(intOf(params.USER_ID)) || !chat.active) throw refused('CANCELED', 'You cannot send messages to the specified chat')
    return { result: say(portal, chat, intOf(params.USER_ID), textOf(params.MESSAGE)).id }
  },
  // api-reference/imopenlines/openlines/sessions/imopenlines-dialog-get.md
  'imopenlines.dialog.get': ({ portal, user, params }) => {
    if (!idOf(params)) throw noDialog(400, 'rule')
    const chat = portal.state.chats.find(({ id }) => id === idOf(params))
    if (!chat || !mayLook(portal, user, chat)) throw noDialog(400)
    return { result: dialogOf(chat, user) }
  },
  // api-reference/chats/messages/im-dialog-messages-get.md
  'im.dialog.messages.get': ({ portal, user, params }) => {
    if (!idOf(params)) throw rule('DIALOG_ID_EMPTY', 'Dialog ID can\'t be empty')
    const chat = portal.state.chats.find(({ id }) => id === idOf(params))
    if (!chat?.operators.includes(user.id)) throw noDialog(403)
    const messages = messagesOf(chat, params)
    return {
      result: {
        chat_id: chat.id,
        messages: messages.map(({ id, authorId, date, text }) => ({
          id, chat_id: chat.id, author_id: authorId, date, text, unread: false, uuid: authorId ? `00000000-0000-4000-8000-${String(id).padStart(12, '0')}` : null, replaces: [], params: [], disappearing_date: null
        })),
        users: [...new Set(messages.map(({ authorId }) => authorId))].filter(id => id > 0).map(id => authorOf(portal, chat, id, chat.created)),
        files: []
      }
    }
  }
}
