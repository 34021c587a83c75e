import { createHash, randomBytes } from 'node:crypto'
import type { Placement } from '../state'
import type { Html } from './html'
import { html } from './html'
import type { Visit } from './page'

/** The portal's own id, as in `member_id`. */
export const memberId = (origin: string): string => createHash('md5').update(origin).digest('hex')

export interface Shown { placement: Placement; title: string; index: number }

/** Bound places of a code with their titles in the visitor's language; none before the app's installation is finished (page: settings/app-installation). */
export function placementsOf({ portal, lang }: Pick<Visit, 'portal' | 'lang'>, code: string): Shown[] {
  if (!portal.state.app.installed) return []
  return portal.state.placements.filter(item => item.placement === code)
    .map((placement, index) => ({ placement, index, title: placement.langAll[lang]?.TITLE || placement.title || 'Feedback' }))
}

export interface FrameRequest {
  placement: string
  handler: string
  /** keys of the place; the address of the page is added as URI */
  options: Record<string, unknown>
  /** full: fills the page; tab: opened when its tab is chosen; hidden: the background worker */
  kind: 'full' | 'tab' | 'hidden'
}

/** Everything the parent script needs to open one frame and to answer its questions. */
export interface FrameData {
  sid: string
  /** `DOMAIN|PROTOCOL|APP_SID`, which the SDK splits */
  name: string
  /** address of the handler with the query of widgets/_includes/widget_data.md */
  action: string
  /** body of the POST that opens the handler */
  body: Record<string, string>
  /** answer to `getInitData` */
  init: Record<string, unknown>
}

/** People who have opened the app's main page: FIRST_RUN is true until then. */
const seen = new WeakMap<object, Set<number>>()
export const markSeen = (visit: Pick<Visit, 'portal' | 'user'>): void => {
  seen.set(visit.portal, (seen.get(visit.portal) ?? new Set<number>()).add(visit.user.id))
}

/**
 * What the portal sends when it opens a handler: the POST (widgets/_includes/widget_data.md) and the answer to `getInitData`
 * (the SDK's own type MessageInitData). INSTALL only on the app's main page, for administrators, until `setInstallFinish`.
 */
export function frameData(visit: Visit, request: FrameRequest): FrameData {
  const { portal, user, lang, url } = visit
  const sid = randomBytes(16).toString('hex')
  const domain = new URL(portal.origin).host
  const protocol = portal.origin.startsWith('https:') ? 1 : 0
  const token = portal.issueToken(user.id)
  const options = { ...request.options, URI: url.pathname + url.search }
  const action = new URL(request.handler)
  for (const [key, value] of Object.entries({ DOMAIN: domain, PROTOCOL: String(protocol), LANG: lang, APP_SID: sid })) action.searchParams.set(key, value)
  const isMain = request.placement === 'DEFAULT'
  return {
    sid,
    name: `${domain}|${protocol}|${sid}`,
    action: action.href,
    body: {
      ...token, SERVER_ENDPOINT: `${portal.origin}/rest/`, APPLICATION_TOKEN: memberId(`${portal.origin}#app`), APPLICATION_SCOPE: '',
      member_id: memberId(portal.origin), status: 'L', PLACEMENT: request.placement, PLACEMENT_OPTIONS: JSON.stringify(options)
    },
    init: {
      DOMAIN: domain, PROTOCOL: protocol, PATH: '/rest', LANG: lang, MEMBER_ID: memberId(portal.origin), IS_ADMIN: user.admin, ...token,
      APP_OPTIONS: portal.state.app.options, USER_OPTIONS: portal.state.app.userOptions[user.id] ?? {},
      PLACEMENT: request.placement, PLACEMENT_OPTIONS: options,
      INSTALL: isMain && user.admin && !portal.state.app.installed,
      FIRST_RUN: isMain && !seen.get(portal)?.has(user.id)
    }
  }
}

/** The place of a frame; the parent script opens it. */
export const appFrame = (visit: Visit, request: FrameRequest): Html =>
  html`<div class="app-frame ${request.kind}" data-kind="${request.kind}" data-frame="${JSON.stringify(frameData(visit, request))}"></div>`
