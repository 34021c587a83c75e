import type { Command, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { DEAL } from '@/portal/fields'
import { listOf, mapOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'
import { resultOf, runAll } from './commands'
import type { Finding } from './finding'
import { DEAL_PIPELINES, isNamed, nameIn, type Named } from './names'
import { ANSWERED_STAGE, isOurStage, stageCode, stageDirectory, type StorePlace } from './store-place'

/** Deals as records, for portals without smart processes: two pipelines beside those of the company. */

interface CategoryRow { id: number, name: string }

interface Pipelines { answers: number | null, invitations: number | null }

type Stored = Pick<RecordStore, 'answerCategoryId' | 'invitationCategoryId'>

/** Behind the pipelines of the company. */
const SORT = { answer: 9000, invitation: 9010 }

/** Whether an earlier installation has put our fields on deals: whatever it has finished, its records are deals. */
export async function hasDealStore(portal: Portal): Promise<boolean> {
  const reply = await portal.call('userfieldconfig.list', { moduleId: 'crm', select: { 0: 'id' }, filter: { fieldName: 'UF_CRM_DEAL_FB_TOKEN' } })
  return listOf(mapOf(reply).fields).length > 0
}

/**
 * Finds or makes the two pipelines. A plan limits how many there are, and no method tells how many are left.
 * @throws PortalError 'pipelineLimit' when the portal makes no further one; what else the requests run into
 */
export async function makeDealPipelines(portal: Portal, stored: Stored | null, lang: string): Promise<StorePlace> {
  const { answers, invitations } = await findDealPipelines(portal, stored)
  const make = async (name: Named, sort: number): Promise<number> => {
    const { method, params } = { method: 'crm.category.add', params: { entityTypeId: DEAL, fields: { name: nameIn(name, lang), sort } } }
    try {
      const id = Number(mapOf(mapOf(await portal.call(method, params)).category).id)
      if (id > 0) return id
    } catch (error) {
      throw error instanceof PortalError && error.code === 'badRequest'
        ? new PortalError('pipelineLimit', { method, ...(error.rest === undefined ? {} : { rest: error.rest }), ...(error.detail === undefined ? {} : { detail: error.detail }) })
        : error
    }
    throw new PortalError('storeIncomplete', { method, detail: 'the portal gave no id for a new pipeline' })
  }
  return {
    typeId: 0, entityTypeId: DEAL,
    answerCategoryId: answers ?? await make(DEAL_PIPELINES.answer, SORT.answer),
    invitationCategoryId: invitations ?? await make(DEAL_PIPELINES.invitation, SORT.invitation)
  }
}

/** Reads only: which of the two is gone. */
export async function inspectDealPipelines(portal: Portal, stored: Stored | null): Promise<{ place: StorePlace | null, findings: Finding[] }> {
  const { answers, invitations } = await findDealPipelines(portal, stored)
  const missing = (name: Named): Finding => ({ what: 'pipelineMissing', name: nameIn(name, portal.context.lang) })
  return {
    place: answers === null || invitations === null ? null : { typeId: 0, entityTypeId: DEAL, answerCategoryId: answers, invitationCategoryId: invitations },
    findings: [...answers === null ? [missing(DEAL_PIPELINES.answer)] : [], ...invitations === null ? [missing(DEAL_PIPELINES.invitation)] : []]
  }
}

/**
 * By stored id, else by the stages that only ours have, else – what a crash right after `crm.category.add` leaves – by our name where there is no
 * deal in it: a pipeline of the company is never taken.
 */
async function findDealPipelines(portal: Portal, stored: Stored | null): Promise<Pipelines> {
  const categories = listOf<CategoryRow>(mapOf(await portal.call('crm.category.list', { entityTypeId: DEAL })).categories)
    .map(({ id, name }) => ({ id: Number(id), name: String(name) })).filter(({ id }) => id > 0).sort((a, b) => a.id - b.id)
  const known = (id: number | undefined): number | null => categories.find(category => category.id === id)?.id ?? null
  const found: Pipelines = { answers: known(stored?.answerCategoryId), invitations: known(stored?.invitationCategoryId) }
  if ((found.answers !== null && found.invitations !== null) || categories.length === 0) return found

  const replies = await runAll<unknown>(portal, Object.fromEntries(categories.flatMap(({ id }): [string, Command][] => [
    [`s${id}`, { method: 'crm.status.list', params: { filter: { ENTITY_ID: stageDirectory(DEAL, id) } } }],
    [`i${id}`, { method: 'crm.item.list', params: { entityTypeId: DEAL, select: ['id'], filter: { '=categoryId': id }, order: { id: 'ASC' }, start: -1 } }]
  ])))
  const seen = categories.map(category => ({
    ...category,
    codes: listOf<{ STATUS_ID: string }>(resultOf(replies[`s${category.id}`])).map(row => stageCode(row.STATUS_ID)).filter(isOurStage),
    isEmpty: listOf(mapOf(resultOf(replies[`i${category.id}`])).items).length === 0
  }))
  const bare = (name: Named) => seen.find(category => category.codes.length === 0 && category.isEmpty && isNamed(name, category.name))
  const answers = seen.find(({ codes }) => codes.some(code => code !== ANSWERED_STAGE)) ?? bare(DEAL_PIPELINES.answer)
  const invitations = seen.find(({ codes }) => codes.includes(ANSWERED_STAGE)) ?? bare(DEAL_PIPELINES.invitation)
  return { answers: found.answers ?? answers?.id ?? null, invitations: found.invitations ?? invitations?.id ?? null }
}
