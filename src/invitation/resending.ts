import { answersTo } from '@/invitation/answers-to'
import { mailboxUse } from '@/invitation/mailbox-use'
import type { Invitation } from '@/invitation/model/invitation'
import { fullUntil } from '@/invitation/model/mailbox'
import { INSTEAD, RESENT } from '@/invitation/model/shown-state'
import { countFor } from '@/invitation/rivals'
import { sendInvitation, type Order, type SendResult, type SendTools } from '@/invitation/sending'
import { readInvitation } from '@/invitation/store'
import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { getItem, toWire, updateItem } from '@/portal/items'
import { listOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'

/**
 * Asks the same person anew at another address. The old token is dead before the new mail leaves; an answer that comes by it later is kept and flagged.
 * Of two people who press at once one invitation is sent. When it breaks off behind the cancellation, pressing again goes on.
 * @throws PortalError 'mailboxFull' before anything is done;
 * 'alreadyInvited' when it was answered meanwhile, 'notFound' when somebody has cancelled it; as `sendInvitation`
 */
export async function resendInvitation(portal: Portal, store: RecordStore, order: Order, old: Invitation, tools: SendTools): Promise<SendResult> {
  const { item, answers } = await portal.batch<{ item: { item: unknown }, answers: { items: unknown } }>({
    item: getItem(store.entityTypeId, old.id), answers: answersTo(store, [old.id])
  })
  if (!item.ok) throw item.error
  if (!answers.ok) throw answers.error
  const { answered, state, why } = readInvitation(store, item.result.item)
  if (answered || listOf(answers.result.items).length > 0) throw new PortalError('alreadyInvited', { detail: `answered: ${old.id}` })
  const isResent = state === 'cancelled' && why === RESENT
  if (state !== 'sent' && !isResent) throw new PortalError('notFound', { detail: `invitation ${old.id}: ${state}` })
  if (!isResent) {
    await checkMailbox(portal, store, order, tools)
    const { method, params } = updateItem(store.entityTypeId, old.id, {
      stageId: store.invitationStages.stopped, ...toWire(store, { FB_STATE: 'cancelled', FB_WHY: RESENT })
    })
    await portal.call(method, params)
  }
  return sendInvitation(portal, store, { ...order, note: INSTEAD, known: new Set([...order.known, old.id]) }, tools)
}

/** Where nothing may leave today, the old invitation goes on: without it the customer would have none. */
async function checkMailbox(portal: Portal, store: RecordStore, order: Order, tools: SendTools): Promise<void> {
  if (order.test) return
  const count = countFor(order, tools)
  const use = await mailboxUse(portal, store, count)
  if (!use.seen) throw new PortalError('unreadable', { detail: 'mails of today', retryable: true })
  const full = fullUntil(use.value.used, order.survey.published!.content.mailsPerDay, count.day)
  if (full !== null) throw new PortalError('mailboxFull', { detail: full })
}
