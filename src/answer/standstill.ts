import { askersOf, isTheirs, recordList, TAKE_OVER_AFTER_MS } from '@/answer/claims'
import { isUnfinished, sentBy, type Invitation } from '@/invitation/model/invitation'
import { invitationList, readInvitation } from '@/invitation/store'
import { ENGINE } from '@/plan/compile/input'
import { controlCommand, controlFromWire, TAKEN, WITH_SNAPSHOTS } from '@/plan/control'
import type { Portal } from '@/portal/client'
import { fromWire, wireName } from '@/portal/items'
import type { RecordStore } from '@/portal/record-store'

/** What the portal's processes should have done and did not: nothing of it is lost, but people should know. */
export interface Standstill {
  /** answers that a process should have handled, oldest first; the app of the duty person takes them over at its next look */
  answers: { id: number, at: string }[]
  /** answers of the last days that the app has taken over, newest first */
  taken: { id: number, at: string }[]
  /** invitations that should be sent by now, newest first; a person sends or cancels them from the deal */
  invitations: Invitation[]
}

/** How far back the portal is asked for answers that were taken over. */
export const TAKEN_DAYS = 7

/**
 * For the overview, in two requests at most; fifty of each at most, `createdTime` as ISO 8601. Processes that are not in charge stand still on
 * purpose: then only invitations that were left to them are named.
 * @returns null when the portal has no processes of this installation
 * @throws PortalError when something of it cannot be read
 */
export async function loadStandstill(portal: Portal, store: RecordStore, now: Date): Promise<Standstill | null> {
  type Rows = { items: unknown[] }
  const by = wireName(store, 'FB_BY')
  const states = (['to_send', 'sending'] as const).flatMap(state => store.enums.FB_STATE?.[state] ?? [])
  const since = new Date(now.getTime() - TAKEN_DAYS * 86_400_000).toISOString()
  const seen = await portal.batch<{ control: unknown, fresh: Rows, taken: Rows, unsent: Rows }>({
    control: controlCommand(store),
    fresh: recordList(store, { '=categoryId': store.answerCategoryId, '=stageId': store.answerStages.new }),
    taken: recordList(store, { '=categoryId': store.answerCategoryId, [`@${by}`]: [TAKEN, `${TAKEN}${WITH_SNAPSHOTS}`], '>=createdTime': since }, 'DESC'),
    unsent: invitationList(store, { '=stageId': store.invitationStages.open, [`=${by}`]: ENGINE, [`@${wireName(store, 'FB_STATE')}`]: states })
  })
  for (const outcome of Object.values(seen)) if (!outcome.ok) throw outcome.error
  const rows = (outcome: typeof seen.fresh): unknown[] => outcome.ok ? outcome.result.items : []
  const control = seen.control.ok ? controlFromWire(store, seen.control.result) : null
  if (control === null) return null
  const read = rows(seen.fresh).map(item => fromWire(store, item)).filter(({ stageId }) => stageId === store.answerStages.new)
  const idle = read.filter(({ updatedTime }) => now.getTime() - Date.parse(updatedTime) >= TAKE_OVER_AFTER_MS)
  const askers = await askersOf(portal, store, idle)
  return {
    answers: idle.filter(answer => isTheirs(answer, askers.get(answer.id) ?? null, control)).map(({ id, createdTime }) => ({ id, at: createdTime })),
    // a filter that the portal does not understand finds anything
    taken: rows(seen.taken).map(item => fromWire(store, item)).filter(({ values }) => values.FB_BY?.startsWith(TAKEN))
      .map(({ id, createdTime }) => ({ id, at: createdTime })),
    invitations: rows(seen.unsent).map(item => readInvitation(store, item)).filter(invitation => sentBy(invitation) === ENGINE && isUnfinished(invitation, now))
  }
}
