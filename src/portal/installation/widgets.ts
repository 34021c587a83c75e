import type { Command, Portal } from '@/portal/client'
import { listOf } from '@/portal/php-array'
import { runInOrder } from './commands'
import type { Finding } from './finding'
import { nameByLanguage, nameIn, WIDGET_TITLES, type Named } from './names'

/** Where the app appears for everybody. */
const WIDGETS: readonly { placement: string, page: string, title: Named, options?: Record<string, unknown> }[] = [
  { placement: 'CRM_DEAL_DETAIL_TAB', page: 'tab.html', title: WIDGET_TITLES.tab },
  { placement: 'CRM_CONTACT_DETAIL_TAB', page: 'tab.html', title: WIDGET_TITLES.tab },
  { placement: 'CRM_COMPANY_DETAIL_TAB', page: 'tab.html', title: WIDGET_TITLES.tab },
  { placement: 'CRM_DEAL_DETAIL_TOOLBAR', page: 'request.html', title: WIDGET_TITLES.request },
  { placement: 'CRM_DEAL_LIST_MENU', page: 'request.html', title: WIDGET_TITLES.request },
  { placement: 'CRM_CONTACT_DETAIL_TOOLBAR', page: 'request.html', title: WIDGET_TITLES.request },
  { placement: 'CRM_COMPANY_DETAIL_TOOLBAR', page: 'request.html', title: WIDGET_TITLES.request },
  { placement: 'CRM_DEAL_LIST_TOOLBAR', page: 'request.html', title: WIDGET_TITLES.many },
  // beside the input of dialogs with clients, and of no others (documentation: widgets/im/textarea)
  { placement: 'IM_TEXTAREA', page: 'request.html', title: WIDGET_TITLES.request, options: { iconName: 'fa-star', context: 'LINES', color: 'AQUA' } },
  { placement: 'LEFT_MENU', page: 'report.html', title: WIDGET_TITLES.report },
  { placement: 'CRM_ANALYTICS_MENU', page: 'report.html', title: WIDGET_TITLES.report },
  { placement: 'REST_APP_URI', page: 'tab.html', title: WIDGET_TITLES.answer }
]

/** Runs unseen on every page of one person; never bound for everybody. */
const WORKER = { placement: 'PAGE_BACKGROUND_WORKER', page: 'worker.html', title: WIDGET_TITLES.worker }

export interface WidgetPlan {
  /** address of the app's own files, ending with / */
  base: string
  /** duty person and deputy: the worker runs for them and for nobody else */
  workers: readonly number[]
}

/** One place, one page, and for the worker one person; 0 = everybody. */
interface Binding { placement: string, handler: string, userId: number }

interface HandlerRow { placement: string, userId: number | string, handler: string }

/**
 * Binds the widgets at their places and the worker for the duty persons. Handlers of an older address, of an earlier version and doubles
 * of ours go first, because some places take one handler only. All that `placement.get` lists belongs to this app.
 * @param langs languages of the portal; the first names a widget for people with another language
 */
export async function bindWidgets(portal: Portal, plan: WidgetPlan, langs: readonly string[]): Promise<void> {
  const bound = await readBindings(portal)
  const wanted = wantedBindings(plan)
  const isKept = (binding: Binding): boolean =>
    wanted.some(other => isSame(other, binding)) && bound.filter(other => isSame(other, binding)).length === 1
  // Unbinding takes every binding of a place, address and person away at once.
  const gone = bound.filter((binding, index) => !isKept(binding) && bound.findIndex(other => isSame(other, binding)) === index)
  await runInOrder(portal, [
    ...gone.map((binding): Command => ({ method: 'placement.unbind', params: placeParams(binding) })),
    ...wanted.filter(binding => !bound.some(other => isSame(other, binding) && isKept(other))).map((binding): Command => ({
      method: 'placement.bind',
      params: {
        ...placeParams(binding), ...titleOf(binding.title, langs),
        // The portal reports here that it took the worker away; no static page can read that, `inspectWidgets` shows it.
        ...(binding.userId > 0 ? { OPTIONS: { errorHandlerUrl: binding.handler } } : binding.options ? { OPTIONS: binding.options } : {})
      }
    }))
  ])
}

/** Reads only: widgets that are missing, doubled or lead to another address, and duty persons without a worker. */
export async function inspectWidgets(portal: Portal, plan: WidgetPlan): Promise<Finding[]> {
  const bound = await readBindings(portal)
  return wantedBindings(plan).flatMap((binding): Finding[] => {
    const here = bound.filter(other => other.placement === binding.placement && other.userId === binding.userId)
    if (here.length === 1 && here[0]!.handler === binding.handler) return []
    if (binding.userId > 0) return [{ what: 'dutyNotBound', name: String(binding.userId) }]
    return [here.length === 0
      ? { what: 'widgetMissing', name: binding.placement }
      : { what: 'widgetWrong', name: binding.placement, detail: here.map(({ handler }) => handler).join(', ') }]
  })
}

function wantedBindings({ base, workers }: WidgetPlan): (Binding & { title: Named, options?: Record<string, unknown> | undefined })[] {
  const at = (page: string): string => new URL(page, base).href
  return [
    ...WIDGETS.map(({ placement, page, title, options }) => ({ placement, handler: at(page), userId: 0, title, options })),
    ...workers.map(userId => ({ placement: WORKER.placement, handler: at(WORKER.page), userId, title: WORKER.title }))
  ]
}

async function readBindings(portal: Portal): Promise<Binding[]> {
  return listOf<HandlerRow>(await portal.call('placement.get')).map(({ placement, handler, userId }) => ({ placement, handler, userId: Number(userId) }))
}

const isSame = (one: Binding, other: Binding): boolean =>
  one.placement === other.placement && one.handler === other.handler && one.userId === other.userId

/** Only the worker knows persons; elsewhere USER_ID is refused (placement-bind). */
const placeParams = ({ placement, handler, userId }: Binding): Record<string, unknown> =>
  ({ PLACEMENT: placement, HANDLER: handler, ...(userId > 0 ? { USER_ID: userId } : {}) })

function titleOf(title: Named, langs: readonly string[]): { TITLE: string, LANG_ALL: Record<string, { TITLE: string }> } {
  return {
    TITLE: nameIn(title, langs[0] ?? 'en'),
    LANG_ALL: Object.fromEntries(Object.entries(nameByLanguage(title, langs)).map(([lang, text]) => [lang, { TITLE: text }]))
  }
}
