import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { listOf, mapOf } from '@/portal/php-array'
import { runAll, resultOf } from './commands'

/** Permissions of the application without which a part of it would fail later, at a worse moment. */
export const NEEDED_SCOPES = ['crm', 'entity', 'im', 'placement', 'task', 'userfieldconfig'] as const
/** Any of these tells names and departments. */
export const USER_SCOPES = ['user_brief', 'user_basic', 'user'] as const

export interface Rights {
  userId: number
  /** id of the application in links to it: /marketplace/view/<code>/ */
  appCode: string
  /** languages in which the portal may show a label: of this person and of the portal; the first names new things */
  langs: string[]
  /** e.g. `pro`, as the portal words it; '' when it does not say */
  licence: string
  /** installation was finished before */
  isInstalled: boolean
  /** app.option as it is now */
  options: Record<string, string>
}

/**
 * What has to hold before anything is made. Whether the plan allows smart processes cannot be asked, only tried: see `makeType`.
 * @throws PortalError 'notAdministrator'; 'noRight' with the missing permissions of the application in `detail`;
 * 'planWithoutRest' from any call
 */
export async function checkRights(portal: Portal): Promise<Rights> {
  const replies = await runAll<unknown>(portal, {
    app: { method: 'app.info' }, profile: { method: 'profile' }, scope: { method: 'scope' }, options: { method: 'app.option.get' }
  })
  const profile = mapOf(resultOf(replies.profile))
  if (profile.ADMIN !== true) throw new PortalError('notAdministrator', { method: 'profile' })
  const granted = new Set(listOf<string>(resultOf(replies.scope)))
  const missing = [
    ...NEEDED_SCOPES.filter(scope => !granted.has(scope)),
    ...USER_SCOPES.some(scope => granted.has(scope)) ? [] : [USER_SCOPES[0]]
  ]
  if (missing.length > 0) throw new PortalError('noRight', { method: 'scope', detail: `the application lacks the permissions ${missing.join(', ')}` })
  const app = mapOf(resultOf(replies.app))
  const language = String(app.LANGUAGE_ID ?? '')
  return {
    userId: Number(profile.ID),
    appCode: String(app.CODE ?? ''),
    langs: [...new Set([portal.context.lang, language])].filter(lang => lang !== ''),
    licence: String(app.LICENSE_FAMILY ?? ''),
    isInstalled: app.INSTALLED === true,
    options: Object.fromEntries(Object.entries(mapOf(resultOf(replies.options))).map(([key, value]) => [key, String(value)]))
  }
}
