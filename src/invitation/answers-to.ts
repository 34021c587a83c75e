import type { Command } from '@/portal/client'
import { selectOf, wireName } from '@/portal/items'
import type { RecordStore } from '@/portal/record-store'

/** Answers to these invitations, handled or not; rows name theirs in FB_INVITATION. */
export function answersTo(store: RecordStore, invitationIds: readonly number[]): Command {
  return { method: 'crm.item.list', params: {
    entityTypeId: store.entityTypeId, select: selectOf(store, ['FB_INVITATION']), order: { id: 'DESC' }, start: -1,
    filter: { '=categoryId': store.answerCategoryId, [`@${wireName(store, 'FB_INVITATION')}`]: invitationIds.map(String) }
  } }
}
