import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerFormAction } from '../forms/endpoint'
import { editorOptions, formEditorPage, formListPage, publicFormPage } from '../forms/form-pages'
import { saveForm } from '../forms/methods'
import { isoOf } from '../clock'
import { RestError, textOf } from '../rest/handler'
import { changeRecord, itemOf, itemsOf } from '../rest/records'
import { mayChangeTask, mayRecord } from '../rights'
import type { User } from '../state'
import { readBody } from './body'
import { actInChat, chatsPage } from './chats'
import { mailPage, notificationsPage, outboxPage, startPage, taskPage, tasksPage } from './desk'
import { appFrame, markSeen, placementsOf } from './frame'
import type { Html } from './html'
import { html } from './html'
import { inspectorPage, setFaults, setSwitches } from './inspector'
import type { Visit } from './page'
import { editTemplate, moveClock, processesPage, templatePage } from './processes'
import { cardPath, itemTitle, NATIVE_PATHS, notice, page, userName } from './page'
import { card, recordList } from './records'
import type { Wire } from './wire'
import { answerRest } from './wire'
import type { Language } from './words'
import { LANGUAGES, words } from './words'

const file = (name: string): Buffer => readFileSync(new URL(name, import.meta.url))
const STATIC: Record<string, [string, () => Buffer]> = {
  '/demo/style.css': ['text/css; charset=utf-8', () => file('./style.css')],
  '/demo/parent.js': ['text/javascript; charset=utf-8', () => file('./parent.js')],
  '/demo/public-form.js': ['text/javascript; charset=utf-8', () => file('./public-form.js')]
}

export interface PortalServer extends Wire {
  appUrl: string
  /** the app has just told that its installation is finished */
  onInstalled(): void
}

type Posted = Record<string, unknown>
/** A page, an address to go to, or data for the parent script. */
type Reply = Html | { redirect: string } | { json: unknown }

const backPath = (value: unknown): string => {
  const text = textOf(value)
  return /^\/(?!\/)/.test(text) ? text : '/'
}

/** All of the portal's origin: the wire, the form endpoints, and the pages with a session kept in cookies. */
export async function answerPortal(server: PortalServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { portal } = server
  const url = new URL(request.url ?? '/', portal.origin)
  if (url.pathname.startsWith('/rest/')) return answerRest(server, request, response, url)
  if (url.pathname === '/bitrix/services/main/ajax.php') return answerFormAction(portal, request, response, url)
  const asset = STATIC[url.pathname]
  if (asset) { response.writeHead(200, { 'content-type': asset[0], 'cache-control': 'no-cache' }).end(asset[1]()); return }

  const cookies = new Map((request.headers.cookie ?? '').split(';').map(part => part.trim().split('=') as [string, string]))
  // cookies do not tell ports apart: two demo portals in one browser would share a session
  const cookieName = (name: string): string => `demo_${name}_${url.port}`
  const user = portal.state.users.find(item => item.active && item.id === Number(cookies.get(cookieName('user')))) ?? portal.state.users.find(item => item.admin) as User
  const asked = url.searchParams.get('lang') ?? cookies.get(cookieName('lang')) ?? user.lang
  const lang: Language = asked in LANGUAGES ? asked as Language : 'en'
  const remember = (name: string, value: string): void => {
    response.appendHeader('set-cookie', `${cookieName(name)}=${value}; Path=/; HttpOnly; SameSite=Lax`)
  }
  if (url.searchParams.has('lang')) remember('lang', lang)
  const visit: Visit = { portal, appUrl: server.appUrl, user, lang, t: words(lang), url, inSlider: url.searchParams.get('IFRAME') === 'Y' }

  if (url.pathname === '/login/' || url.pathname === '/login') {
    const next = portal.state.users.find(item => item.active && item.id === Number(url.searchParams.get('user')))
    if (next) remember('user', String(next.id))
    response.writeHead(303, { location: backPath(url.searchParams.get('back')) }).end()
    return
  }
  // only the portal's own pages may change things
  const foreign = request.method === 'POST' && request.headers.origin !== undefined && request.headers.origin !== portal.origin
  if (foreign || (request.method !== 'GET' && request.method !== 'POST')) { response.writeHead(foreign ? 403 : 405).end(); return }
  const reply = request.method === 'POST' ? act(server, visit, (await readBody(request)).params) : show(visit)
  if ('redirect' in reply) response.writeHead(303, { location: reply.redirect }).end()
  else if ('json' in reply) response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(reply.json))
  else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(reply.text)
}

/** Pages. */
function show(visit: Visit): Reply {
  const { portal, t, url } = visit
  const path = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`
  const match = (pattern: RegExp): string[] | null => pattern.exec(path)?.slice(1) ?? null
  const native = (name: string): number => [...NATIVE_PATHS].find(([, value]) => value === name)?.[0] ?? 0
  let found: string[] | null
  if (path === '/') return startPage(visit)
  if ((found = match(/^\/crm\/(deal|contact|company)\/(?:(?:list|category|kanban)\/.*)?$/))) return recordList(visit, native(found[0] ?? ''))
  if ((found = match(/^\/crm\/type\/(\d+)\/list\/.*$/))) return recordList(visit, Number(found[0]))
  if ((found = match(/^\/crm\/(deal|contact|company)\/details\/(\d+)\/$/))) return card(visit, native(found[0] ?? ''), Number(found[1]))
  if ((found = match(/^\/crm\/type\/(\d+)\/details\/(\d+)\/$/))) return card(visit, Number(found[0]), Number(found[1]))
  if (path === '/crm/webform/') return formListPage(visit)
  if ((found = match(/^\/crm\/webform\/edit\/(\d+)\/$/))) return formEditorPage(visit, Number(found[0]))
  if ((found = match(/^\/pub\/form\/(\d+)[^/]*\/([^/]+)\/$/))) {
    const [id, sec] = [Number(found[0]), found[1]]
    const form = portal.state.forms.find(item => item.id === id && item.sec === sec && item.active)
    return form ? publicFormPage(visit, form) : page({ ...visit, inSlider: true }, t.notFound, notice(t.notFound, t.notFoundText))
  }
  if ((found = match(/^\/crm\/configs\/bp\/CRM_([A-Z]+(?:_\d+)?)\/edit\/(\d+)\/$/))) return templatePage(visit, found[0] ?? '', Number(found[1]))
  if (path === '/notifications/') return notificationsPage(visit)
  if (path === '/tasks/') return tasksPage(visit)
  if ((found = match(/^\/tasks\/(\d+)\/$/) ?? match(/^\/company\/personal\/user\/\d+\/tasks\/task\/view\/(\d+)\/$/))) return taskPage(visit, Number(found[0]))
  if ((found = match(/^\/company\/personal\/user\/(\d+)\/$/))) {
    const id = Number(found[0])
    const person = portal.state.users.find(item => item.id === id)
    return page(visit, userName(person), html`<p>${person?.position}</p><p>${person?.email}</p>`)
  }
  if (path === '/online/') return chatsPage(visit)
  if (path === '/outbox/') return outboxPage(visit)
  if ((found = match(/^\/outbox\/(\d+)\/$/))) return mailPage(visit, Number(found[0]))
  if (path === '/inspector/') return inspectorPage(visit)
  if (path === '/inspector/processes/') return processesPage(visit)
  if (path === '/marketplace/app/') return appPage(visit, 'DEFAULT')
  if ((found = match(/^\/marketplace\/view\/([^/]+)\/$/)) && decodeURIComponent(found[0] ?? '') === portal.state.app.code) return appPage(visit, 'REST_APP_URI')
  if ((found = match(/^\/marketplace\/placement\/([A-Z0-9_]+)\/(\d+)\/$/))) return placementPage(visit, found[0] ?? '', Number(found[1]))
  if (path === '/demo/unread/') return { json: { unread: portal.state.notifications.filter(item => item.userId === visit.user.id && !item.read).length } }
  if (path === '/demo/find/') return { json: find(visit) }
  return page(visit, t.notFound, notice(t.notFound, t.notFoundText))
}

/** Keys of `params[…]` or `options[…]` in the address. */
const bracketed = (url: URL, name: string): Record<string, string> =>
  Object.fromEntries([...url.searchParams].flatMap(([key, value]) => {
    const found = new RegExp(`^${name}\\[([^\\]]+)\\]$`).exec(key)
    return found?.[1] ? [[found[1], value]] : []
  }))

/** The app's own page, and the page of a link `/marketplace/view/<code>/?params[…]` (page: widgets/universal/app-url.md). */
function appPage(visit: Visit, placement: 'DEFAULT' | 'REST_APP_URI'): Html {
  const { portal, t, user, url } = visit
  const { app } = portal.state
  if (!app.installed && !user.admin) return page(visit, t.app, notice(t.app, t.notInstalled))
  const bound = placement === 'REST_APP_URI' ? placementsOf(visit, placement)[0] : undefined
  const handler = bound?.placement.handler ?? app.handler
  return page(visit, bound?.title ?? t.app, appFrame(visit, { placement: bound ? placement : 'DEFAULT', handler, options: bracketed(url, 'params'), kind: 'full' }), { wide: true })
}

function placementPage(visit: Visit, code: string, index: number): Html {
  const { t, url } = visit
  const bound = placementsOf(visit, code)[index]
  if (!bound) return page(visit, t.notFound, notice(t.notFound, t.notFoundText))
  return page(visit, bound.title, appFrame(visit, { placement: code, handler: bound.placement.handler, options: bracketed(url, 'options'), kind: 'full' }), { wide: true })
}

/** Rows of the selection dialogs, in the shape the SDK's dialog manager expects. */
function find({ portal, user, url }: Visit): object[] {
  const people = portal.state.users.filter(item => item.active)
    .map(item => ({ id: String(item.id), name: userName(item), photo: '', position: item.position, url: `/company/personal/user/${item.id}/`, sub: false, sup: false }))
  const kind = url.searchParams.get('kind')
  if (kind === 'user') return people
  if (kind === 'access') return [...people.map(item => ({ ...item, id: `U${item.id}` })), ...portal.state.departments.map(item => ({ id: `D${item.id}`, name: item.name }))]
  const types = (url.searchParams.get('types') ?? '').split(',').filter(Boolean)
  return [...NATIVE_PATHS].filter(([, type]) => !types.length || types.includes(type)).flatMap(([entityTypeId, type]) =>
    itemsOf(portal.state, entityTypeId).filter(item => mayRecord(portal.state, user, 'read', item))
      .map(item => ({ id: `${{ deal: 'D', contact: 'C', company: 'CO' }[type]}_${item.id}`, type, title: itemTitle(item), desc: '', url: cardPath(entityTypeId, item.id) })))
}

/** What people do with the portal's own buttons. */
function act(server: PortalServer, visit: Visit, posted: Posted): Reply {
  const { portal, user, url, t } = visit
  const { app } = portal.state
  const refuse = (): Reply => page(visit, t.noAccess, notice(t.noAccess, t.noAccessText))
  switch (url.pathname) {
    case '/demo/token/': return { json: portal.issueToken(user.id) }
    case '/demo/seen/': markSeen(visit); return { json: {} }
    case '/demo/install-finish/':
      if (user.admin && !app.installed) { app.installed = true; markSeen(visit); server.onInstalled() }
      return { json: {} }
    case '/demo/option/': {
      const value = textOf(posted.value)
      if (posted.kind === 'user') (app.userOptions[user.id] ??= {})[textOf(posted.name)] = value
      else if (user.admin) app.options[textOf(posted.name)] = value
      return { json: {} }
    }
    case '/demo/read-all/':
      for (const item of portal.state.notifications) if (item.userId === user.id) item.read = true
      return { redirect: '/notifications/' }
    case '/demo/complete/': {
      const task = portal.state.tasks.find(item => item.id === Number(posted.id))
      if (!task || !mayChangeTask(portal.state, user, task)) return refuse()
      Object.assign(task.fields, { STATUS: '5', CLOSED_DATE: isoOf(portal.now()), CLOSED_BY: user.id })
      portal.workflows.settle()
      return { redirect: `/tasks/${task.id}/` }
    }
    case '/demo/chat/': {
      const to = actInChat(visit, posted)
      return to === null ? refuse() : { redirect: to }
    }
    case '/demo/stage/': return moveStage(visit, posted) ?? refuse()
    case '/inspector/faults/': setFaults(portal, posted); return { redirect: '/inspector/' }
    case '/inspector/clock/': moveClock(portal, posted); return { redirect: '/inspector/processes/' }
    case '/inspector/switches/': setSwitches(portal, posted); return { redirect: '/inspector/' }
  }
  const edited = /^\/crm\/webform\/edit\/(\d+)\/$/.exec(url.pathname)
  if (edited && (user.admin || user.role === 'administrator')) {
    const before = portal.state.forms.find(form => form.id === Number(edited[1]))
    const { form } = saveForm(portal, editorOptions(visit, before, posted), user.id)
    if (form) form.active = posted.active === 'Y'
    return { redirect: form ? `/crm/webform/edit/${form.id}/` : '/crm/webform/' }
  }
  const designed = /^\/crm\/configs\/bp\/CRM_\w+\/edit\/(\d+)\/$/.exec(url.pathname)
  if (designed && user.admin && editTemplate(portal, Number(designed[1]), posted)) return { redirect: url.pathname }
  return refuse()
}

function moveStage({ portal, user }: Visit, posted: Posted): Reply | null {
  const item = itemOf(portal.state, Number(posted.entityTypeId), Number(posted.id))
  if (!item || !mayRecord(portal.state, user, 'update', item)) return null
  try {
    changeRecord(portal, item, { STAGE_ID: textOf(posted.stage) }, user.id)
  } catch (error) {
    if (error instanceof RestError) return null
    throw error
  }
  return { redirect: cardPath(item.entityTypeId, item.id) }
}
