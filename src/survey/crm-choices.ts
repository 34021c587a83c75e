import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { COMPANY, DEAL } from '@/portal/fields'
import { listOf, mapOf } from '@/portal/php-array'
import { isOwnPipeline } from '@/portal/record-store'
import { storeOrNone } from '@/portal/settings-store'
import type { CrmChoices, CrmField } from '@/survey/model/check-crm'

/** Types whose value one line of text can hold. */
const COPIED_TYPES = new Set([
  'string', 'text', 'integer', 'double', 'boolean', 'date', 'datetime', 'money', 'enumeration', 'url', 'address',
  'crm_status', 'crm_currency', 'user', 'employee'
])

/** Stage and pipeline are kept with every answer anyway. */
const KEPT_ANYWAY = new Set(['id', 'title', 'stageId', 'previousStageId', 'categoryId', 'stageSemanticId'])

/** What the app itself writes onto cards. */
const OWN = /^UF_CRM_(DEAL|COMPANY)_FB_/

const fieldsOf = (entityTypeId: number): Command => ({ method: 'crm.item.fields', params: { entityTypeId } })

function fieldsFromWire(result: unknown): CrmField[] {
  return Object.entries(mapOf(mapOf(result).fields)).map(([name, value]) => ({ name, field: mapOf(value) }))
    .filter(({ name, field }) => COPIED_TYPES.has(String(field.type)) && !KEPT_ANYWAY.has(name) && !OWN.test(String(field.upperName)))
    .map(({ name, field }) => ({ name, title: String(field.title ?? '') || name }))
}

const stagesOf = (pipeline: number): Command => ({
  method: 'crm.status.list', params: { order: { SORT: 'ASC' }, filter: { ENTITY_ID: pipeline === 0 ? 'DEAL_STAGE' : `DEAL_STAGE_${pipeline}` } }
})

/**
 * Deal pipelines with their stages, and the fields of deal and company whose value an answer can keep, in two batches.
 * Sources: crm.category.list, crm.item.fields, crm.status.list.
 * @throws PortalError of the first part that failed: a part missing would look like fields deleted
 */
export async function loadCrmChoices(portal: Portal): Promise<CrmChoices> {
  const found = await portal.batch<{ pipelines: { categories: unknown }, deal: unknown, company: unknown }>({
    pipelines: { method: 'crm.category.list', params: { entityTypeId: DEAL } }, deal: fieldsOf(DEAL), company: fieldsOf(COMPANY)
  })
  const store = storeOrNone(portal)
  const pipelines = listOf(resultOf(found.pipelines).categories).map(mapOf).map(({ id, name }) => ({ id: Number(id), name: String(name ?? '') }))
    .filter(({ id }) => !isOwnPipeline(store, id)).slice(0, BATCH_LIMIT)
  const stages = pipelines.length === 0 ? {} : await portal.batch<Record<string, unknown>>(Object.fromEntries(pipelines.map(({ id }) => [`p${id}`, stagesOf(id)])))
  return {
    pipelines: pipelines.map(pipeline => ({
      ...pipeline, stages: listOf(resultOf(stages[`p${pipeline.id}`])).map(mapOf).map(({ STATUS_ID, NAME }) => ({ id: String(STATUS_ID), name: String(NAME ?? '') }))
    })),
    fields: { deal: fieldsFromWire(resultOf(found.deal)), company: fieldsFromWire(resultOf(found.company)) }
  }
}

function resultOf<T>(outcome: Outcome<T> | undefined): T {
  if (outcome?.ok) return outcome.result
  throw outcome?.error ?? new PortalError('unreadable')
}
