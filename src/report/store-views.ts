import type { Portal } from '@/portal/client'
import { readViews, writeViews, type SavedView } from './model/views'

/** Name of the option of a person in user.option.*. */
const OPTION = 'reportViews'

/** Views that this person has saved, on whatever device. @throws PortalError */
export async function loadViews(portal: Portal): Promise<SavedView[]> {
  return readViews(await portal.call('user.option.get', { option: OPTION }))
}

/** Replaces all views of this person. @throws PortalError */
export async function saveViews(portal: Portal, views: readonly SavedView[]): Promise<void> {
  await portal.call('user.option.set', { options: { [OPTION]: writeViews(views) } })
}
