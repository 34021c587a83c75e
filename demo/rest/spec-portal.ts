import { createPortal, type PortalOptions } from '../portal'
import type { Caller, DemoPortal, RestReply } from '../state'
import type { Params } from './handler'

/** The moment at which the specs' portals stand. */
export const NOW = new Date('2026-08-20T10:00:00Z')

const SCOPES = ['crm', 'placement', 'userfieldconfig', 'user_basic', 'department', 'im', 'task', 'entity', 'bizproc', 'imopenlines']

export const callerOf = (userId: number, context: Caller['context'] = 'application', scopes = SCOPES): Caller => ({ userId, context, scopes })

export function specPortal(options: PortalOptions = {}): DemoPortal {
  return createPortal({ now: () => new Date(NOW), ...options })
}

/** One call as an employee of the demo; 1 is the administrator, 2 the manager with role "own". */
export const call = (portal: DemoPortal, userId: number, method: string,
  params: Params = {}): Promise<RestReply> => portal.call(callerOf(userId), method, params)

/** The `result` of a call that must succeed. */
export async function resultOf<T>(portal: DemoPortal, userId: number, method: string, params: Params = {}): Promise<T> {
  const { status, body } = await call(portal, userId, method, params)
  if (status !== 200 || 'error' in body) throw new Error(`${method}: ${status} ${JSON.stringify(body)}`)
  return body.result as T
}

interface Made { type: { id: number; entityTypeId: number } }

const LISTS: Record<string, string[]> = {
  FB_GROUP: ['high', 'middle', 'low'], FB_STATE: ['to_send', 'sending', 'sent', 'failed', 'skipped', 'expired', 'cancelled'], FB_CHANNEL: ['email', 'link'],
  FB_FLAG: ['test', 'repeat', 'unmatched', 'late', 'invalid', 'import', 'optout', 'callback', 'shared']
}
const TYPES: Record<string, string> = {
  FB_TOKEN: 'string', FB_NPS: 'string', FB_COMMENT: 'string', FB_VALUE: 'integer', FB_SCORE: 'double', FB_DEAL: 'integer', FB_SUM: 'money',
  FB_SENT_AT: 'datetime', FB_ASKED_BY: 'employee',
  FB_ASK_AGAIN: 'boolean', FB_SNAP1: 'string', FB_INVITATION: 'string', FB_GROUP: 'enumeration', FB_STATE: 'enumeration',
  FB_CHANNEL: 'enumeration', FB_FLAG: 'enumeration', FB_STAGE: 'string'
}

/** A smart process with two pipelines and the fields that the seed looks for, made over REST as an installer makes it. */
export async function installStore(portal: DemoPortal): Promise<{ entityTypeId: number; typeId: number; answers: number; invitations: number }> {
  const { type } = await resultOf<Made>(portal, 1, 'crm.type.add', {
    fields: {
      title: 'Feedback', isCategoriesEnabled: 'Y', isStagesEnabled: 'Y', isClientEnabled: 'Y', isAutomationEnabled: 'Y',
      isSourceEnabled: 'Y', isUseInUserfieldEnabled: 'Y',
      linkedUserFields: { 'TASKS_TASK|UF_CRM_TASK': 'true' }, relations: { parent: [{ entityTypeId: 2, isChildrenListEnabled: 'true' }] }
    }
  })
  const { entityTypeId, id: typeId } = type
  const { categories } = await resultOf<{ categories: { id: number }[] }>(portal, 1, 'crm.category.list', { entityTypeId })
  const answers = categories[0]?.id ?? 0
  const { category } = await resultOf<{ category: { id: number } }>(portal, 1, 'crm.category.add',
    { entityTypeId, fields: { name: 'Invitations', sort: 200 } })
  for (const [code, sort, semantics] of [['FB_LOW', 11, ''], ['FB_MIDDLE', 12, ''], ['FB_HIGH', 13, ''], ['FB_WORK', 14, ''],
    ['FB_SET_ASIDE', 60, 'F']] as const) {
    await resultOf(portal, 1, 'crm.status.add', { fields: { ENTITY_ID: `DYNAMIC_${entityTypeId}_STAGE_${answers}`, STATUS_ID: code,
      NAME: code, SORT: sort, SEMANTICS: semantics } })
  }
  const add = (entityId: string, code: string, userTypeId: string): Promise<unknown> => resultOf(portal, 1, 'userfieldconfig.add', {
    moduleId: 'crm', field: {
      entityId, fieldName: `UF_${entityId}_${code}`, userTypeId, editFormLabel: { ru: code, en: code },
      ...(userTypeId === 'enumeration' ? { enum: (LISTS[code] ?? LISTS.FB_GROUP ?? []).map((value, sort) => ({ value, xmlId: value, sort })) } : {})
    }
  })
  for (const [code, userTypeId] of Object.entries(TYPES)) await add(`CRM_${typeId}`, code, userTypeId)
  for (const object of ['CRM_DEAL', 'CRM_CONTACT', 'CRM_COMPANY']) {
    await add(object, 'FB_LAST_SCORE', 'double')
    await add(object, 'FB_LAST_GROUP', 'enumeration')
    await add(object, 'FB_LAST_AT', 'datetime')
  }
  return { entityTypeId, typeId, answers, invitations: category.id }
}
