import type { PlanWorld } from '@/plan/model/check-plan'
import type { Stage } from '@/plan/model/facts'
import { needsOf, type Card, type Plan } from '@/plan/model/plan'
import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { COMPANY, CONTACT, DEAL, RECORD_FIELDS, type NativeType } from '@/portal/fields'
import { listOf, mapOf } from '@/portal/php-array'
import { isOwnPipeline } from '@/portal/record-store'
import { storeOrNone } from '@/portal/settings-store'

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

/** Where records are deals, all deals have their fields. */
const OF_RECORDS = new Set(Object.keys(RECORD_FIELDS).map(field => `UF_CRM_DEAL_${field}`))

const stagesOf = (pipeline: number): Command => ({
  method: 'crm.status.list', params: { order: { SORT: 'ASC' }, filter: { ENTITY_ID: pipeline === 0 ? 'DEAL_STAGE' : `DEAL_STAGE_${pipeline}` } }
})

const stagesFromWire = (rows: unknown): Stage[] => listOf(rows).map(mapOf).map(row => ({ id: String(row.STATUS_ID), name: String(row.NAME ?? '') }))

const fieldsOf = (card: Card): Command => ({ method: 'crm.item.fields', params: { entityTypeId: CARD_TYPES[card] } })

function fieldsFromWire(result: unknown): CardField[] {
  return Object.entries(mapOf(mapOf(result).fields)).map(([name, value]) => ({ field: mapOf(value), name }))
    .filter(({ name, field }) => !OWN_EFFECT.has(name) && field.isReadOnly !== true && !OF_RECORDS.has(String(field.upperName)))
    .map(({ name, field: { title, type, items } }) => ({
      name, title: String(title ?? name), type: String(type ?? ''),
      items: listOf(items).map(mapOf).map(({ ID, VALUE }) => ({ id: String(ID), value: String(VALUE) }))
    }))
}

/** A pipeline of deals with its stages in their order. */
export interface Pipeline {
  id: number
  name: string
  stages: Stage[]
}

/** Everything that an administrator may put into a plan, people apart: those he picks in the portal's own dialogue. */
export interface PlanChoices {
  pipelines: Pipeline[]
  fields: Record<Card, CardField[]>
}

/**
 * Of the company's pipelines and cards. Two requests, whatever the number of pipelines. A pipeline that may not be read is missing.
 * Sources: crm.category.list, crm.item.fields, crm.status.list.
 * @throws PortalError
 */
export async function loadPlanChoices(portal: Portal): Promise<PlanChoices> {
  const found = await portal.batch<{ pipelines: { categories: unknown } } & Record<Card, unknown>>({
    pipelines: { method: 'crm.category.list', params: { entityTypeId: DEAL } },
    deal: fieldsOf('deal'), contact: fieldsOf('contact'), company: fieldsOf('company')
  })
  const store = storeOrNone(portal)
  const rows = listOf(resultOf(found.pipelines).categories).map(mapOf).map(({ id, name }) => ({ id: Number(id), name: String(name ?? '') }))
    .filter(({ id }) => !isOwnPipeline(store, id)).slice(0, BATCH_LIMIT)
  const stages = rows.length === 0 ? {} : await portal.batch<Record<string, unknown>>(Object.fromEntries(rows.map(({ id }) => [`p${id}`, stagesOf(id)])))
  return {
    pipelines: rows.map(row => ({ ...row, stages: stagesFromWire(resultOf(stages[`p${row.id}`])) })),
    fields: { deal: fieldsFromWire(resultOf(found.deal)), contact: fieldsFromWire(resultOf(found.contact)), company: fieldsFromWire(resultOf(found.company)) }
  }
}

function resultOf<T>(outcome: Outcome<T> | undefined): T {
  if (outcome?.ok) return outcome.result
  throw outcome?.error ?? new PortalError('unreadable')
}

/** What `checkPlan` looks at. */
export function worldOf({ pipelines, fields }: PlanChoices, isActive: PlanWorld['isActive']): PlanWorld {
  const names = (card: Card): Set<string> => new Set(fields[card].map(({ name }) => name))
  return {
    isActive,
    stages: new Set(pipelines.flatMap(({ stages }) => stages.map(({ id }) => id))),
    fields: { deal: names('deal'), contact: names('contact'), company: names('company') }
  }
}

/** Everybody whom the plan names. */
export function peopleIn(plan: Plan): number[] {
  const { users } = needsOf(plan)
  return plan.fallbackOwner === null ? users : [...new Set([plan.fallbackOwner, ...users])]
}

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
      const { method, params } = stagesOf(pipeline)
      return stagesFromWire(await portal.call(method, params))
    }),
    cardFields: card => once(`fields ${card}`, async () => {
      const { method, params } = fieldsOf(card)
      return fieldsFromWire(await portal.call(method, params))
    }),
    emailOf: userId => once(`email ${userId}`, async () => {
      const rows = await portal.call('user.get', { FILTER: { ID: userId }, select: ['ID', 'EMAIL'] })
      return String(listOf(rows).map(mapOf).find(row => Number(row.ID) === userId)?.EMAIL ?? '')
    })
  }
}
