import { loadTab, type TabSubject, type TabView } from '@/answer/store'
import type { Portal, PortalContext } from '@/portal/client'
import { COMPANY, CONTACT, DEAL, type NativeType } from '@/portal/fields'
import { openFrame } from '@/portal/frame'
import { requireStore } from '@/portal/settings-store'

const CARDS: Readonly<Record<string, NativeType>> = {
  CRM_DEAL_DETAIL_TAB: DEAL, CRM_CONTACT_DETAIL_TAB: CONTACT, CRM_COMPANY_DETAIL_TAB: COMPANY
}

/** The card whose tab we are; null when the page was opened for something else. */
export function subjectOf({ placement, options }: Pick<PortalContext, 'placement' | 'options'>): TabSubject | null {
  const entityTypeId = CARDS[placement]
  const id = Number(options.ID ?? 0)
  return entityTypeId !== undefined && id > 0 && !(Number(options.answer ?? 0) > 0) ? { entityTypeId, id } : null
}

let ahead: Promise<TabView | null> | null = null

/**
 * Asks for the card as soon as the portal has greeted us, while the screen itself is still on its way: on a slow line that is a second.
 * A greeting that fails is the start's to tell, a card that cannot be read the screen's.
 */
export function loadCardAhead(): void {
  ahead = openFrame().then(async portal => {
    const subject = subjectOf(portal.context)
    return subject && portal.context.isInstalled ? await loadTab(portal, requireStore(portal), subject) : null
  }, () => null)
  // nobody may be waiting yet
  ahead.catch(() => undefined)
}

/** The card: once what was asked for ahead, then fresh. @throws PortalError when nothing at all could be read */
export async function loadCard(portal: Portal, subject: TabSubject): Promise<TabView> {
  const [asked] = [ahead, ahead = null]
  const view = await asked
  const isOurs = view?.subject.id === subject.id && view.subject.entityTypeId === subject.entityTypeId
  return isOurs ? view : await loadTab(portal, requireStore(portal), subject)
}
