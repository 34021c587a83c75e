import { invitationList, readInvitation } from '@/invitation/store'
import type { Invitation } from '@/invitation/model/invitation'
import { answerList, readAnswer } from '@/answer/store'
import type { Answer } from '@/answer/model/answer'
import type { Command, Outcome, Portal } from '@/portal/client'
import type { Finding } from '@/portal/installation/finding'
import { listOf } from '@/portal/php-array'
import { selectOf } from '@/portal/items'
import { CONTROL } from '@/plan/compile/input'
import type { RecordStore } from '@/portal/record-store'

/** `done`: well; `care`: works, but somebody should look; `failed`: does not work. */
export type Mark = 'done' | 'care' | 'failed'

export interface Activity {
  /** newest invitation that is no test, no shared link, nor the control record of the processes; null when there is none */
  invitation: Outcome<Invitation | null>
  /** newest answer that is no test; null when there is none */
  answer: Outcome<Answer | null>
  waiting: Outcome<{ count: number, oldest: string | null }>
}

/**
 * The newest invitation and answer and the answers that nobody has handled, in one batch; each may fail alone.
 * @throws PortalError when the request as a whole failed
 */
export async function loadActivity(portal: Portal, store: RecordStore): Promise<Activity> {
  const select = (command: Command, fields: Parameters<typeof selectOf>[1]): Command =>
    ({ ...command, params: { ...command.params, select: selectOf(store, fields) } })
  // Here the count is needed, so `start` is not −1.
  const waiting = answerList(store, { '=stageId': store.answerStages.new }, 'ASC')
  const seen = await portal.batch<{ invitation: { items: unknown }, answer: { items: unknown }, waiting: { items: unknown } }>({
    invitation: select(invitationList(store, {}), ['FB_STATE', 'FB_FLAG', 'FB_SENT_AT', 'FB_CHANNEL', 'FB_ASKED_BY', 'FB_SURVEY']),
    answer: select(answerList(store, {}), ['FB_FLAG', 'FB_GROUP', 'FB_VALUE']),
    waiting: { ...waiting, params: { ...waiting.params, start: 0, select: selectOf(store, []) } }
  })
  return {
    invitation: mapOutcome(seen.invitation, ({ items }) =>
      listOf(items).map(item => readInvitation(store, item)).find(({ test, shared, survey }) => !test && !shared && survey !== CONTROL) ?? null),
    answer: mapOutcome(seen.answer, ({ items }) => listOf(items).map(item => readAnswer(store, item)).find(({ flag }) => flag !== 'test') ?? null),
    waiting: seen.waiting.ok
      ? { ok: true, result: { count: seen.waiting.total ?? listOf(seen.waiting.result.items).length, oldest: oldestOf(store, seen.waiting.result.items) } }
      : seen.waiting
  }
}

function oldestOf(store: RecordStore, items: unknown): string | null {
  const [first] = listOf(items)
  return first === undefined ? null : readAnswer(store, first).createdAt || null
}

function mapOutcome<T, U>(outcome: Outcome<T>, read: (result: T) => U): Outcome<U> {
  return outcome.ok ? { ok: true, result: read(outcome.result) } : outcome
}

/** Findings by the card that shows them. */
export function findingsOf(findings: readonly Finding[], card: 'store' | 'widgets' | 'duty'): Finding[] {
  return findings.filter(({ what }) => cardOf(what) === card)
}

function cardOf(what: Finding['what']): 'store' | 'widgets' | 'duty' {
  if (what === 'widgetMissing' || what === 'widgetWrong') return 'widgets'
  return what === 'dutyMissing' || what === 'dutyNotBound' ? 'duty' : 'store'
}

/** An answer that waits longer than this needs a person: the worker looks every 30 seconds while the portal is open. */
export const WAITING_LIMIT_MS = 60 * 60 * 1000

export function markOfWaiting({ count, oldest }: { count: number, oldest: string | null }, now: Date): Mark {
  if (count === 0) return 'done'
  return oldest !== null && now.getTime() - Date.parse(oldest) > WAITING_LIMIT_MS ? 'failed' : 'care'
}

/** No method that the app may call lists mailboxes: whether one works is known from the last mail. */
export function markOfMail(last: Pick<Invitation, 'channel' | 'state'> | null): Mark {
  return last?.state === 'failed' && (last.channel === null || last.channel === 'email') ? 'failed' : 'done'
}
