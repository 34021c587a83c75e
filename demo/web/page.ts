import type { DemoPortal, Item, User } from '../state'
import type { Html } from './html'
import { html } from './html'
import type { Language, Word } from './words'
import { LANGUAGES } from './words'
import { appFrame, placementsOf } from './frame'

/** One visit of one page. */
export interface Visit {
  portal: DemoPortal
  appUrl: string
  user: User
  lang: Language
  t: Record<Word, string>
  url: URL
  /** opened in a slider: no menu, no top bar */
  inSlider: boolean
}

export const userName = (user: User | undefined): string => user ? `${user.name} ${user.lastName}` : '—'
export const nameOf = ({ portal }: Visit, userId: unknown): string => userName(portal.state.users.find(user => user.id === Number(userId)))

/** Address of a record's card, as the portal builds it. */
export const cardPath = (entityTypeId: number, id: number): string => `/crm/${NATIVE_PATHS.get(entityTypeId) ?? `type/${entityTypeId}`}/details/${id}/`
export const NATIVE_PATHS = new Map([[2, 'deal'], [3, 'contact'], [4, 'company']])

/** What a record is called in lists and links. */
export function itemTitle(item: Item): string {
  const { TITLE, NAME, LAST_NAME } = item.fields
  return [TITLE, ...(TITLE ? [] : [NAME, LAST_NAME])].filter(Boolean).map(String).join(' ') || `#${item.id}`
}

export const when = (visit: Visit, iso: unknown): string => typeof iso === 'string' && iso
  ? new Intl.DateTimeFormat(visit.lang, { dateStyle: 'medium', timeStyle: 'short', timeZone: visit.user.timeZone || 'UTC' }).format(new Date(iso))
  : ''

const unread = ({ portal, user }: Visit): number => portal.state.notifications.filter(item => item.userId === user.id && !item.read).length

function menu(visit: Visit): Html {
  const { t, portal } = visit
  const link = (path: string, label: string, count = 0): Html =>
    html`<li><a href="${path}"${visit.url.pathname === path ? html` aria-current="page"` : ''}>${label}${count ? html` <b class="count">${count}</b>` : ''}</a></li>`
  const placed = (code: string): Html[] => placementsOf(visit, code).map(({ title, index }) => link(`/marketplace/placement/${code}/${index}/`, title))
  const openTasks = portal.state.tasks.filter(task => Number(task.fields.RESPONSIBLE_ID) === visit.user.id && String(task.fields.STATUS) !== '5').length
  const analytics = placed('CRM_ANALYTICS_MENU')
  return html`<nav class="menu" aria-label="${t.demo}"><ul>
    ${link('/crm/deal/', t.deals)}${link('/crm/contact/', t.contacts)}${link('/crm/company/', t.companies)}
    ${visit.portal.state.types.map(type => link(`/crm/type/${type.entityTypeId}/list/`, type.title))}
    ${link('/crm/webform/', t.forms)}
    ${analytics.length ? html`<li class="group">${t.analytics}</li>${analytics}` : ''}
    <li class="group">${t.applications}</li>${link('/marketplace/app/', t.app)}${placed('LEFT_MENU')}
    <li class="group">${t.demo}</li>
    ${link('/tasks/', t.tasks, openTasks)}${link('/online/', t.chats)}${link('/outbox/', t.outbox, portal.state.outbox.length)}${link('/inspector/', t.inspector, portal.contractLog.filter(({ kind }) => kind === 'rule').length)}${portal.state.workflowTemplates.length ? link('/inspector/processes/', t.processes) : ''}
  </ul></nav>`
}

function topBar(visit: Visit): Html {
  const { t, user, portal } = visit
  const count = unread(visit)
  return html`<header class="top">
    <a class="brand" href="/">${t.demo}</a>
    <form action="/login/" method="get">
      <input type="hidden" name="back" value="${visit.url.pathname + visit.url.search}">
      <label><span>${t.user}</span> <select name="user" data-submit>${portal.state.users.filter(item => item.active).map(item => html`
        <option value="${item.id}"${item.id === user.id ? html` selected` : ''}>${userName(item)} — ${item.position}</option>`)}</select></label>
      <label><span>${t.language}</span> <select name="lang" data-submit>${Object.entries(LANGUAGES).map(([code, label]) => html`
        <option value="${code}"${code === visit.lang ? html` selected` : ''}>${label}</option>`)}</select></label>
      <noscript><button>${t.change}</button></noscript>
    </form>
    <a class="bell" href="/notifications/">${t.notifications} <b class="count" id="bell"${count ? '' : html` hidden`}>${count}</b></a>
  </header>`
}

/** A whole page: chrome around it unless it is shown in a slider, and the hidden frame of the background worker. */
export function page(visit: Visit, title: string, body: Html | Html[], options: { wide?: boolean } = {}): Html {
  const worker = placementsOf(visit, 'PAGE_BACKGROUND_WORKER').filter(({ placement }) => placement.userId === null || placement.userId === visit.user.id)
  return html`<!doctype html>
<html lang="${visit.lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/demo/style.css"></head>
<body${visit.inSlider ? html` class="in-slider"` : ''}>
${visit.inSlider ? '' : html`${topBar(visit)}${menu(visit)}`}
<main${options.wide ? html` class="wide"` : ''}><h1 id="pagetitle">${title}</h1>${body}</main>
${worker.map(({ placement }) => appFrame(visit, { placement: placement.placement, handler: placement.handler, options: { ID: 'PAGE_BACKGROUND_WORKER' }, kind: 'hidden' }))}
<script src="/demo/parent.js"></script>
</body></html>`
}

export const notice = (title: string, text: string): Html => html`<div class="notice"><p><b>${title}</b></p><p>${text}</p></div>`

export const table = (head: string[], rows: Html[][], empty: string): Html => rows.length
  ? html`<div class="scroll"><table><thead><tr>${head.map(cell => html`<th scope="col">${cell}</th>`)}</tr></thead>
    <tbody>${rows.map(row => html`<tr>${row.map(cell => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`
  : html`<p class="muted">${empty}</p>`
