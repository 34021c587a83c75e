import { isoOf } from '../../clock'
import type { Notification } from '../../state'
import { intOf, RestError, textOf, type Call, type MethodTable } from '../handler'
import { nextId } from '../records'

const ATTACH_LIMIT = 60_000

/** A tag is unique in the app: a new notification removes all with the same tag, whoever got them. */
function notify({ portal: { state }, portal, params, user, log }: Call): { result: unknown } {
  const userId = intOf(params.USER_ID)
  if (userId <= 0) throw new RestError('USER_ID_EMPTY', 'User ID can\'t be empty', 400, {}, 'rule')
  const attach = params.ATTACH === undefined ? '' : typeof params.ATTACH === 'string' ? params.ATTACH : JSON.stringify(params.ATTACH)
  if (attach.length > ATTACH_LIMIT) throw new RestError('ATTACH_OVERSIZE', 'You have exceeded the maximum allowable size of attach', 400, {}, 'rule')
  if (!state.users.some(other => other.id === userId && other.active)) {
    log(`USER_ID: no active employee ${userId}`)
    return { result: false }
  }
  const tag = textOf(params.TAG) || null
  if (tag) state.notifications = state.notifications.filter(other => other.tag !== tag)
  const id = nextId(state, 'notification')
  state.notifications.push({
    id, userId, fromUserId: user.id, type: 'USER', message: textOf(params.MESSAGE), tag, subTag: textOf(params.SUB_TAG)
      || null, created: isoOf(portal.now()), read: false
  })
  return { result: id }
}

/** Takes notifications of this app away, by id or tag; whoever got them. */
function remove({ portal: { state }, params }: Call): { result: unknown } {
  const [id, tag, subTag] = [intOf(params.ID), textOf(params.TAG), textOf(params.SUB_TAG)]
  if (!id && !tag && !subTag) throw new RestError('PARAMS_ERROR', 'Incorrect params', 400, {}, 'rule')
  const isMeant = (row: Notification): boolean => id ? row.id === id : tag ? row.tag === tag : row.subTag === subTag
  const before = state.notifications.length
  state.notifications = state.notifications.filter(row => !isMeant(row))
  return { result: state.notifications.length < before }
}

export const notificationMethods: MethodTable = {
  // api-reference/chats/notifications/im-notify-personal-add.md
  'im.notify.personal.add': notify,
  // api-reference/chats/notifications/im-notify-delete.md
  'im.notify.delete': remove
}
