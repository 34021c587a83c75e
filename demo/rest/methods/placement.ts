import type { Placement, State } from '../../state'
import { intOf, isRecord, recordOf, RestError, textOf, type MethodTable } from '../handler'

/** Page: api-reference/widgets/placements.md, those that this portal can show or that an app may ask for. */
function placementsOf(state: State): string[] {
  const records = ['LEAD', 'DEAL', 'CONTACT', 'COMPANY', 'QUOTE', 'SMART_INVOICE']
  const dynamic = state.types.map(type => `DYNAMIC_${type.entityTypeId}`)
  return [
    'DEFAULT', 'LEFT_MENU', 'REST_APP_URI', 'PAGE_BACKGROUND_WORKER', 'CRM_ANALYTICS_MENU', 'CRM_ANALYTICS_TOOLBAR', 'CRM_FUNNELS_TOOLBAR', 'IM_TEXTAREA',
    ...[...records, ...dynamic].flatMap(name => ['DETAIL_TAB', 'DETAIL_TOOLBAR', 'LIST_MENU', 'LIST_TOOLBAR',
      'DETAIL_ACTIVITY'].map(place => `CRM_${name}_${place}`))
  ]
}

const ONE_HANDLER = new Set(['PAGE_BACKGROUND_WORKER', 'REST_APP_URI'])
/** Other placements drop OPTIONS silently (page: api-reference/widgets/crm/index.md). */
const KEEPS_OPTIONS = /^(PAGE_BACKGROUND_WORKER|IM_TEXTAREA|CRM_\w+_DETAIL_ACTIVITY)$/

const rule = (code: string, text: string, status = 400, extra: Record<string, unknown> = {}): RestError => new RestError(code, text, status, extra, 'rule')

function languages(value: unknown): Placement['langAll'] {
  return Object.fromEntries(Object.entries(recordOf(value)).filter((entry): entry is [string, Record<string, unknown>] => isRecord(entry[1]))
    .map(([lang, texts]) => [lang, { TITLE: textOf(texts.TITLE), DESCRIPTION: textOf(texts.DESCRIPTION), GROUP_NAME: textOf(texts.GROUP_NAME) }]))
}

function checkHandler(handler: string): void {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(handler)) throw rule('ERROR_WRONG_HANDLER_URL', 'Wrong handler URL')
  if (!/^https?:/i.test(handler)) throw rule('ERROR_UNSUPPORTED_PROTOCOL', 'Unsupported event handler protocol')
}

/** Page: api-reference/widgets/im/textarea.md */
function checkInputPlace(options: Record<string, unknown>): void {
  const refuse = (name: string): never => { throw rule('ERROR_ARGUMENT', `Argument 'OPTIONS[${name}]' is null or empty`, 200, { argument: `OPTIONS[${name}]` }) }
  if (!/^[A-Za-z -]{1,50}$/.test(textOf(options.iconName))) refuse('iconName')
  const context = textOf(options.context)
  if (context && !context.split(';').every(name => ['ALL', 'USER', 'CHAT', 'LINES', 'CRM'].includes(name))) refuse('context')
}

export const placementMethods: MethodTable = {
  // api-reference/widgets/placement-bind.md
  'placement.bind': ({ portal: { state }, params, log }) => {
    const placement = textOf(params.PLACEMENT)
    const handler = textOf(params.HANDLER)
    if (!placementsOf(state).includes(placement) || placement === 'DEFAULT') throw rule('ERROR_PLACEMENT_NOT_FOUND', 'Placement not found')
    checkHandler(handler)
    const userId = intOf(params.USER_ID) || null
    if (userId !== null && placement !== 'PAGE_BACKGROUND_WORKER') throw rule('ERROR_PLACEMENT_USER_MODE', 'Placement does not support user mode', 200)
    const options = recordOf(params.OPTIONS)
    if (placement === 'IM_TEXTAREA') checkInputPlace(options)
    if (placement === 'PAGE_BACKGROUND_WORKER' && !textOf(options.errorHandlerUrl)) throw rule('EMPTY_ERROR_HANDLER_URL', 'errorHandlerUrl is empty', 200)
    if (Object.keys(options).length && !KEEPS_OPTIONS.test(placement)) log('OPTIONS are dropped by this placement')
    const there = state.placements.filter(other => other.placement === placement && other.userId === userId)
    if (ONE_HANDLER.has(placement) && there.length) throw new RestError('ERROR_PLACEMENT_MAX_COUNT', 'Placement max count', 200)
    // no code on the page; observed
    if (there.some(other => other.handler === handler)) throw new RestError('ERROR_CORE', 'Unable to set placement handler: Handler already binded')
    state.placements.push({ placement, handler, title: textOf(params.TITLE), langAll: languages(params.LANG_ALL),
      options: KEEPS_OPTIONS.test(placement) ? options : {}, userId })
    return { result: true }
  },
  // api-reference/widgets/placement-unbind.md
  'placement.unbind': ({ portal: { state }, params }) => {
    const before = state.placements.length
    state.placements = state.placements.filter(other => other.placement !== params.PLACEMENT
      || (params.HANDLER !== undefined && other.handler !== params.HANDLER)
      || (params.USER_ID !== undefined && other.userId !== intOf(params.USER_ID)))
    return { result: { count: before - state.placements.length } }
  },
  // api-reference/widgets/placement-get.md
  'placement.get': ({ portal: { state } }) => ({
    result: state.placements.map(({ placement, userId, handler, options, title, langAll }) => ({
      placement, userId: userId ?? 0, handler, options: Object.keys(options).length ? options : [], title, description: '',
      langAll: Object.keys(langAll).length ? langAll : []
    }))
  })
}
