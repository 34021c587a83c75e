import { say } from '../rest/methods/open-line'
import { itemOf } from '../rest/records'
import { textOf } from '../rest/handler'
import { mayRecord } from '../rights'
import type { Chat, ChatMessage, DemoPortal } from '../state'
import { appFrame, placementsOf } from './frame'
import { Html, html } from './html'
import type { Visit } from './page'
import { cardPath, itemTitle, nameOf, notice, page, table, when } from './page'

/** Cards of a dialog: what its employees may read of it. */
const cardsOf = ({ portal }: Visit, chat: Chat): Html[] => ([[2, chat.deal], [3, chat.contact], [4, chat.company]] as const).flatMap(([entityTypeId, id]) => {
  const item = itemOf(portal.state, entityTypeId, id)
  return item ? [html`<a href="${cardPath(entityTypeId, id)}">${itemTitle(item)}</a> `] : []
})

const isIn = ({ user }: Visit, chat: Chat): boolean => chat.operators.includes(user.id)

function mayLook(visit: Visit, chat: Chat): boolean {
  const { portal: { state }, user } = visit
  return user.admin || isIn(visit, chat) || ([[2, chat.deal], [3, chat.contact], [4, chat.company]] as const).some(([entityTypeId, id]) => {
    const item = itemOf(state, entityTypeId, id)
    return item !== undefined && mayRecord(state, user, 'read', item)
  })
}

/** The messenger: dialogs of the open line, and one of them with its log, the apps beside the input, and the input. */
export function chatsPage(visit: Visit): Html {
  const { portal, t, url } = visit
  const id = Number(url.searchParams.get('chat'))
  if (id) return chatPage(visit, id)
  const rows = portal.state.chats.filter(chat => mayLook(visit, chat)).map(chat => [
    html`<a href="/online/?chat=${chat.id}">${chat.name}</a>`, html`${chat.connectorTitle}`, html`${cardsOf(visit, chat)}`,
    html`${chat.active ? isIn(visit, chat) ? t.open : t.notIn : t.ended}`, html`${when(visit, chat.messages.at(-1)?.date)}`
  ])
  return page(visit, t.chats, table([t.name, t.channel, t.bound, t.status, t.sent], rows, t.empty))
}

function chatPage(visit: Visit, id: number): Html {
  const { portal, t } = visit
  const chat = portal.state.chats.find(one => one.id === id)
  if (!chat) return page(visit, t.notFound, notice(t.notFound, t.notFoundText))
  if (!mayLook(visit, chat)) return page(visit, t.noAccess, notice(t.noAccess, t.noAccessText))
  const apps = placementsOf(visit, 'IM_TEXTAREA')
  const press = (action: string, label: string): Html =>
    html`<form method="post" action="/demo/chat/"><input type="hidden" name="id" value="${id}"><button name="do" value="${action}">${label}</button></form>`
  return page(visit, chat.name, html`
    <p class="muted">${chat.connectorTitle} · ${cardsOf(visit, chat)}</p>
    <ol class="chat-log">${chat.messages.map(message => messageView(visit, chat, message))}</ol>
    ${!chat.active ? notice(t.ended, t.endedText) : isIn(visit, chat) ? html`
      <form method="post" action="/demo/chat/" class="chat-form"><input type="hidden" name="id" value="${id}">
        <label>${t.message} <textarea id="chat-input" name="text" rows="4"></textarea></label><button name="do" value="say">${t.send}</button></form>
      ${apps.map(app => html`<details class="chat-app"><summary>${app.title}</summary>${
        appFrame(visit, { placement: 'IM_TEXTAREA', handler: app.placement.handler, options: { dialogId: `chat${id}` }, kind: 'tab' })}</details>`)}
      ${press('end', t.endDialog)}` : html`${notice(t.notIn, t.notInText)}${press('join', t.join)}`}`)
}

function messageView(visit: Visit, chat: Chat, { authorId, date, text }: ChatMessage): Html {
  const linked = html`${text}`.text.replace(/https?:\/\/[^\s<>"]+/g, url => `<a href="${url}" target="_blank" rel="noopener">${url}</a>`)
  const isClient = authorId === chat.clientId
  return html`<li class="${isClient ? 'client' : 'operator'}"><p class="muted">${isClient ? chat.name : nameOf(visit, authorId)} · ${when(visit, date)}</p>
    <p class="pre">${new Html(linked)}</p></li>`
}

/** What somebody does in a dialog: says something, joins, ends it. @returns the address to go to; null when it is not his */
export function actInChat({ portal, user }: { portal: DemoPortal, user: Visit['user'] }, posted: Record<string, unknown>): string | null {
  const chat = portal.state.chats.find(one => one.id === Number(posted.id))
  if (!chat) return null
  const isMember = chat.operators.includes(user.id)
  const text = textOf(posted.text).trim()
  if (posted.do === 'join') chat.operators = [...new Set([...chat.operators, user.id])]
  else if (!isMember) return null
  else if (posted.do === 'end') chat.active = false
  else if (text !== '' && chat.active) say(portal, chat, user.id, text)
  return `/online/?chat=${chat.id}`
}
