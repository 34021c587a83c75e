import type { Invitation } from '@/invitation/model/invitation'
import type { Command } from '@/portal/client'
import { recordFromWire } from '@/portal/items'
import type { RecordStore } from '@/portal/record-store'

/** Reads an item of the Invitations pipeline. */
export function readInvitation(store: RecordStore, item: unknown): Invitation {
  const record = recordFromWire(store, item)
  const { values } = record
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
    dealId: record.dealId ?? values.FB_DEAL,
    contactId: record.contactId,
    companyId: record.companyId,
    answered: record.stageId === store.invitationStages.answered,
    test: values.FB_FLAG === 'test'
  }
}

/** Newest fifty invitations that match; `start: -1` because nobody needs the count. */
export function invitationList(store: RecordStore, filter: Record<string, unknown>): Command {
  return {
    method: 'crm.item.list',
    params: {
      entityTypeId: store.entityTypeId,
      filter: { '=categoryId': store.invitationCategoryId, ...filter },
      order: { id: 'DESC' },
      start: -1
    }
  }
}
