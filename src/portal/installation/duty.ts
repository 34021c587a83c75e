import type { Portal } from '@/portal/client'
import { listOf, mapOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'
import { writeSetting, type Duty } from '@/portal/settings-store'
import { runAll, resultOf } from './commands'
import { bindWidgets, type WidgetPlan } from './widgets'

/**
 * What is known of a person's rights on all answers and invitations. An app may only ask for who is looking:
 * - `full`: an administrator, who may do everything;
 * - `partial`: does not even see both pipelines;
 * - `unknown`: sees both, but no documented method tells whether all records – the person or an administrator checks the CRM role.
 */
export type HandlingRights = 'full' | 'partial' | 'unknown'

/** Rights of who is looking. The worker asks this before it handles anything; for anybody else nothing can be said. */
export async function probeHandlingRights(portal: Portal, store: Pick<RecordStore, 'entityTypeId' | 'answerCategoryId' | 'invitationCategoryId'>): Promise<HandlingRights> {
  const { profile, categories } = await runAll<unknown>(portal, {
    profile: { method: 'profile' },
    categories: { method: 'crm.category.list', params: { entityTypeId: store.entityTypeId } }
  })
  if (mapOf(resultOf(profile)).ADMIN === true) return 'full'
  // crm.category.list gives only the pipelines that the caller may read.
  const readable = new Set(categories?.ok ? listOf(mapOf(categories.result).categories).map(row => Number(mapOf(row).id)) : [])
  return readable.has(store.answerCategoryId) && readable.has(store.invitationCategoryId) ? 'unknown' : 'partial'
}

/**
 * Names the persons whose background worker handles answers: binds it for them, takes it from everybody else, writes `duty`.
 * Only an administrator can do this; it says nothing about the rights of the named persons, see `probeHandlingRights`.
 * @param base address of the app's own files, ending with /
 */
export async function setDutyPerson(portal: Portal, duty: Duty, base: string, langs: readonly string[]): Promise<void> {
  await bindWidgets(portal, { base, workers: workersOf(duty) }, langs)
  await writeSetting(portal, 'duty', duty)
}

/** Persons with a worker, duty person first. */
export function workersOf({ person, deputy }: Duty): WidgetPlan['workers'] {
  return deputy === null || deputy === person ? [person] : [person, deputy]
}
