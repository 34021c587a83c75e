import type { Card } from '@/plan/model/plan'
import type { Stage } from '@/plan/model/facts'
import type { Portal } from '@/portal/client'
import { COMPANY, CONTACT, DEAL, type NativeType } from '@/portal/fields'
import { listOf, mapOf } from '@/portal/php-array'

export const CARD_TYPES: Record<Card, NativeType> = { deal: DEAL, contact: CONTACT, company: COMPANY }

/** A field of a card that a rule may set. */
export interface CardField {
  /** as in crm.item.* */
  name: string
  title: string
  /** type as crm.item.fields names it */
  type: string
  /** ids and words of a list */
  items: { id: string, value: string }[]
}

/** What a plan may name in this portal. Keeps what it learnt: make a new one for each run or screen. */
export interface PlanDirectory {
  /** Stages of a deal pipeline in their order; [] for a pipeline that is gone. @throws PortalError */
  dealStages(pipeline: number): Promise<Stage[]>
  /** Fields that may be written. Stage and pipeline are missing: moving a deal is an effect of its own. @throws PortalError */
  cardFields(card: Card): Promise<CardField[]>
  /** Address of an employee; '' when there is none or the app's scopes do not tell (user_brief). @throws PortalError */
  emailOf(userId: number): Promise<string>
}

const OWN_EFFECT = new Set(['stageId', 'categoryId'])

/** Sources: crm.status.list (entity DEAL_STAGE, DEAL_STAGE_<pipeline>), crm.item.fields, user.get. */
export function createPlanDirectory(portal: Portal): PlanDirectory {
  const known = new Map<string, Promise<unknown>>()
  function once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const answer = (known.get(key) as Promise<T> | undefined) ?? ask()
    known.set(key, answer)
    return answer
  }
  return {
    dealStages: pipeline => once(`stages ${pipeline}`, async () => {
      const rows = await portal.call('crm.status.list', {
        order: { SORT: 'ASC' }, filter: { ENTITY_ID: pipeline === 0 ? 'DEAL_STAGE' : `DEAL_STAGE_${pipeline}` }
      })
      return listOf(rows).map(mapOf).map(row => ({ id: String(row.STATUS_ID), name: String(row.NAME ?? '') }))
    }),
    cardFields: card => once(`fields ${card}`, async () => {
      const { fields } = mapOf(await portal.call('crm.item.fields', { entityTypeId: CARD_TYPES[card] }))
      return Object.entries(mapOf(fields)).map(([name, value]) => ({ name, ...mapOf(value) }))
        .filter(field => !OWN_EFFECT.has(field.name) && mapOf(field).isReadOnly !== true)
        .map(field => {
          const { name, title, type, items } = mapOf(field)
          return {
            name: String(name), title: String(title ?? name), type: String(type ?? ''),
            items: listOf(items).map(mapOf).map(({ ID, VALUE }) => ({ id: String(ID), value: String(VALUE) }))
          }
        })
    }),
    emailOf: userId => once(`email ${userId}`, async () => {
      const rows = await portal.call('user.get', { FILTER: { ID: userId }, select: ['ID', 'EMAIL'] })
      return String(listOf(rows).map(mapOf).find(row => Number(row.ID) === userId)?.EMAIL ?? '')
    })
  }
}
