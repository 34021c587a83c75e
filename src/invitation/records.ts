import { markIn } from '@/invitation/model/campaign'
import { chatIn } from '@/invitation/model/chat'
import type { Invitation } from '@/invitation/model/invitation'
import { ENGINE } from '@/plan/compile/input'
import type { Command } from '@/portal/client'
import type { RecordField } from '@/portal/fields'
import { fromWire, selectOf } from '@/portal/items'
import type { RecordStore } from '@/portal/record-store'

/** Invitations as records, apart from `store.ts`: the first screen of a card needs no more than these. */

/** Reads an item of the Invitations pipeline. */
export function readInvitation(store: RecordStore, item: unknown): Invitation {
  const record = fromWire(store, item)
  const { values } = record
  const chat = chatIn(values.FB_LEDGER ?? '')
  return {
    id: record.id,
    token: values.FB_TOKEN ?? '',
    state: values.FB_STATE ?? 'sending',
    why: values.FB_WHY ?? '',
    survey: values.FB_SURVEY ?? '',
    version: values.FB_VERSION ?? 0,
    channel: values.FB_CHANNEL,
    lang: values.FB_LANG ?? '',
    askedBy: values.FB_ASKED_BY,
    createdAt: record.createdTime,
    sentAt: values.FB_SENT_AT,
    expiresAt: values.FB_EXPIRES_AT,
    reminders: values.FB_REMINDERS ?? 0,
    dealId: record.dealId,
    contactId: record.contactId,
    companyId: record.companyId,
    by: values.FB_BY === ENGINE ? ENGINE : 'duty',
    answered: record.stageId === store.invitationStages.answered,
    test: values.FB_FLAG === 'test',
    ...values.FB_FLAG === 'shared' ? { shared: true } : {},
    campaign: markIn(values.FB_LEDGER ?? ''),
    ...chat ? { chat } : {}
  }
}

/** What `readInvitation` reads. A row with everything that the portal keeps is at least twice as long. */
export const INVITATION_FIELDS = [
  'FB_TOKEN', 'FB_STATE', 'FB_WHY', 'FB_SURVEY', 'FB_VERSION', 'FB_CHANNEL', 'FB_LANG', 'FB_ASKED_BY', 'FB_SENT_AT', 'FB_EXPIRES_AT', 'FB_REMINDERS',
  'FB_DEAL', 'FB_FLAG', 'FB_BY', 'FB_LEDGER'
] as const satisfies readonly RecordField[]

/** Newest fifty invitations that match; `start: -1` because nobody needs the count. */
export function invitationList(store: RecordStore, filter: Record<string, unknown>): Command {
  return {
    method: 'crm.item.list',
    params: {
      entityTypeId: store.entityTypeId,
      select: selectOf(store, INVITATION_FIELDS),
      filter: { '=categoryId': store.invitationCategoryId, ...filter },
      order: { id: 'DESC' },
      start: -1
    }
  }
}
