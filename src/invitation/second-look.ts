import { ownerCommands, ownersFrom } from '@/invitation/address-owners'
import { mailCountCommands, useFrom } from '@/invitation/mailbox-use'
import { mailboxOf } from '@/invitation/model/mailbox'
import { portalDay } from '@/invitation/model/portal-day'
import type { Recipient, RequestFacts } from '@/invitation/model/request'
import type { Portal } from '@/portal/client'
import { clockOf } from '@/portal/clock'
import type { RecordStore } from '@/portal/record-store'
import type { Survey } from '@/survey/model/survey'

/**
 * What can be asked for only when it is known who is asked, at which address and with which survey: what has left the mailbox today, and who else has the
 * address. One request, two where another contact has it. @throws PortalError when the request as a whole failed
 */
export async function lookAgain(
  portal: Portal, store: RecordStore,
  { survey, surveys, sender, recipient, email }: {
    survey: Survey, surveys: readonly Survey[], sender: { id: number, email: string }, recipient: Pick<Recipient, 'kind' | 'id'>, email: string
  }
): Promise<Required<Pick<RequestFacts, 'mailbox' | 'owners'>>> {
  const { now, offset } = clockOf(portal)
  const count = { mailbox: mailboxOf(survey, sender, surveys), day: portalDay(now(), offset), offset }
  const found = await portal.batch<Record<'mails' | 'tests' | 'spread' | 'spreadToday' | 'staff' | 'cards', unknown>>({
    ...mailCountCommands(store, count), ...ownerCommands(email)
  })
  return { mailbox: useFrom(count, found), owners: await ownersFrom(portal, store, recipient, found) }
}
