import { hypothetical, type Hypothesis } from '@/answer/model/hypothesis'
import type { Verdict } from '@/answer/model/judge'
import { createSnapshotReader } from '@/answer/snapshots'
import { cardsOf, effectsFor, type Surroundings } from '@/answer/surroundings'
import type { Plan } from '@/plan/model/plan'
import { simulate, type SimulatedEffect } from '@/plan/model/simulate'
import { createPlanDirectory } from '@/plan/store'
import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { DEAL } from '@/portal/fields'
import { getItem } from '@/portal/items'
import { createPeople } from '@/portal/people'
import { mapOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'
import { parseSettings } from '@/portal/settings-store'
import type { SurveyContent } from '@/survey/model/survey'

export interface SimulationOrder {
  survey: { id: string, version: number, content: SurveyContent }
  plan: Plan
  dealId: number
  hypothesis: Hypothesis
}

export interface Simulation {
  verdict: Pick<Verdict, 'flag' | 'group' | 'value' | 'score'>
  effects: SimulatedEffect[]
  /**
   * Another person handles than who is looking, and no method tells whether he is an administrator: then tasks in the supervisor's name
   * are shown as not allowed.
   */
  handlerAssumed: boolean
}

/**
 * What would happen with such an answer about this deal, decided by the same code and from the same facts as a real one. Only reads.
 * @throws PortalError 'notFound', 'noRight' for the deal, 'noClient' when it has neither contact nor company
 */
export async function simulateAnswer(portal: Portal, store: RecordStore, order: SimulationOrder, now: () => Date): Promise<Simulation> {
  const seen = await portal.batch<{ app: { CODE: string }, me: { ID: string }, deal: { item: unknown } }>({
    app: { method: 'app.info' }, me: { method: 'user.current' }, deal: getItem(DEAL, order.dealId)
  })
  if (!seen.app.ok) throw seen.app.error
  if (!seen.me.ok) throw seen.me.error
  if (!seen.deal.ok) throw seen.deal.error
  const me = Number(seen.me.result.ID)
  const handlerId = parseSettings(portal.context.appOptions).duty?.person ?? me
  const tools = {
    now,
    people: createPeople(portal),
    directory: createPlanDirectory(portal),
    snapshots: createSnapshotReader(portal),
    appCode: seen.app.result.CODE,
    handler: { id: handlerId, mayCreateForAnybody: handlerId === me && portal.context.isAdmin }
  }
  const around = await hypotheticalSurroundings(portal, store, order, mapOf(seen.deal.result.item), now())
  const { verdict, effects, facts } = await effectsFor(portal, store, around, order.survey.content, order.plan, tools)
  return { verdict, effects: simulate(effects, facts), handlerAssumed: handlerId !== me }
}

/** An invitation names the deal's contact and his company, or the company alone (see `invitation/sending.ts`). */
async function hypotheticalSurroundings(
  portal: Portal, store: RecordStore, order: SimulationOrder, deal: Record<string, unknown>, now: Date
): Promise<Surroundings> {
  const ids = { dealId: order.dealId, contactId: Number(deal.contactId) || null, companyId: Number(deal.companyId) || null }
  if (ids.contactId === null && ids.companyId === null) throw new PortalError('noClient')
  const assumed = hypothetical(order.hypothesis, ids, order.survey, now)
  if (assumed.invitation === null) return { ...assumed, deal: null, contact: null, company: null, cards: {} }
  return { ...assumed, ...await cardsOf(portal, store, ids) }
}
