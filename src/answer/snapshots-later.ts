import { createSnapshotReader } from '@/answer/snapshots'
import { SNAPSHOT_FIELDS, answerList, readAnswer } from '@/answer/store'
import { cardsOf } from '@/answer/surroundings'
import { ENGINE } from '@/plan/compile/input'
import { TAKEN, WITH_SNAPSHOTS } from '@/plan/control'
import { planTexts } from '@/plan/model/texts'
import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { fromWire, selectOf, toWire, updateItem, wireName } from '@/portal/items'
import type { RecordStore } from '@/portal/record-store'
import type { SurveyContent } from '@/survey/model/survey'
import { readable, surveysCommand, surveysFromWire, versionContent } from '@/survey/store'

/** Answers that were left without snapshots for longer stay without: a deal of last month says little about its answer. */
const FILLED_DAYS = 7

/**
 * Fills the snapshots of answers in that the portal's processes have handled: activities give a field raw, or in words of their own, and breakdowns
 * would show the same source of a deal twice. Whoever looks after answers does it: the duty person's worker, "Process now", the settings.
 *
 * What the delay means: a snapshot shows the card as it is when the app comes by, within minutes while the duty person is at work, after a weekend
 * on Monday; a deal that has moved on meanwhile shows where it is now. Nothing else waits for it, and breakdowns leave the answer out until then.
 *
 * Safe to repeat, and by two at once: both write the same. An answer whose snapshots are honestly empty is marked like the others (FB_BY), and not
 * asked for again. At most one page of answers, the newest first.
 * @returns how many answers were looked after
 * @throws PortalError
 */
export async function fillSnapshots(portal: Portal, store: RecordStore, now: Date): Promise<number> {
  const { method, params } = surveysCommand()
  const surveys = readable(surveysFromWire(await portal.call(method, params))).filter(({ published }) => (published?.content.snapshots.length ?? 0) > 0)
  if (surveys.length === 0) return 0
  const [by, since] = [wireName(store, 'FB_BY'), new Date(now.getTime() - FILLED_DAYS * 86_400_000).toISOString()]
  const list = answerList(store, {
    [`@${by}`]: [ENGINE, TAKEN], [`@${wireName(store, 'FB_SURVEY')}`]: surveys.map(({ id }) => id), '>=createdTime': since, '!=stageId': store.answerStages.new
  })
  const { items } = await portal.call<{ items: unknown[] }>(list.method, { ...list.params, select: selectOf(store) })
  const reader = createSnapshotReader(portal)
  const words = planTexts(portal.context.lang)
  const contents = new Map<string, SurveyContent | null>()
  let filled = 0
  for (const item of items) {
    const answer = readAnswer(store, item)
    const published = surveys.find(({ id }) => id === answer.survey)?.published
    const marked = fromWire(store, item).values.FB_BY
    // a filter that the portal does not understand finds anything
    if (!published || answer.state === 'new' || (marked !== ENGINE && marked !== TAKEN)) continue
    const key = `${answer.survey}.${answer.version}`
    if (!contents.has(key)) {
      const isNewest = answer.version < 1 || answer.version === published.version
      contents.set(key, isNewest ? published.content : await versionContent(portal, answer.survey, answer.version) ?? published.content)
    }
    const isEmpty = answer.snapshots.every(text => text === '')
    const snapshots = isEmpty ? contents.get(key)?.snapshots ?? [] : []
    const { cards, contact, company } = snapshots.length > 0 ? await cardsOf(portal, store, answer) : { cards: {}, contact: null, company: null }
    const taken = snapshots.length > 0 ? await reader.take({ snapshots, cards, contact, company, words }) : []
    const update = updateItem(store.entityTypeId, answer.id, toWire(store, {
      FB_BY: `${marked}${WITH_SNAPSHOTS}`,
      ...Object.fromEntries(SNAPSHOT_FIELDS.flatMap((field, index) => taken[index]?.text ? [[field, taken[index].text]] : []))
    }))
    try {
      await portal.call(update.method, update.params)
      filled++
    } catch (error) {
      // an answer that was deleted meanwhile, or may not be changed, holds up nobody
      if (!(error instanceof PortalError) || error.retryable) throw error
    }
  }
  return filled
}
