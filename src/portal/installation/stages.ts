import type { Command, Portal } from '@/portal/client'
import { listOf } from '@/portal/php-array'
import { ANSWER_STAGES, INVITATION_STAGES, type AnswerStage, type InvitationStage, type RecordStore } from '@/portal/record-store'
import { numbered, resultOf, runAll, runInOrder } from './commands'
import type { Finding } from './finding'
import { ANSWER_STAGE_NAMES, INVITATION_STAGE_NAMES, nameIn, PIPELINES, type Named } from './names'
import { isOurStage, stageCode, stageDirectory, type StorePlace } from './store'

interface StageRow {
  ID: string
  STATUS_ID: string
  NAME: string
  SORT: string
}

interface StageSpec {
  /** code inside the pipeline; NEW, SUCCESS and FAIL come with every pipeline */
  code: string
  name: Named
  semantics: '' | 'S' | 'F'
  color: string
}

const ANSWER_CODES: Record<AnswerStage, Omit<StageSpec, 'name'>> = {
  new: { code: 'NEW', semantics: '', color: '#2FC6F6' },
  low: { code: 'FB_LOW', semantics: '', color: '#F57F7F' },
  middle: { code: 'FB_MIDDLE', semantics: '', color: '#FFC34D' },
  high: { code: 'FB_HIGH', semantics: '', color: '#A5DE00' },
  work: { code: 'FB_WORK', semantics: '', color: '#55D0E0' },
  closed: { code: 'SUCCESS', semantics: 'S', color: '#7BD500' },
  no_contact: { code: 'FAIL', semantics: 'F', color: '#FF5752' },
  set_aside: { code: 'FB_SET_ASIDE', semantics: 'F', color: '#A8ADB4' }
}

const INVITATION_CODES: Record<InvitationStage, Omit<StageSpec, 'name'>> = {
  open: { code: 'NEW', semantics: '', color: '#2FC6F6' },
  answered: { code: 'SUCCESS', semantics: 'S', color: '#7BD500' },
  stopped: { code: 'FAIL', semantics: 'F', color: '#FF5752' }
}

/** Stages that every new pipeline brings along and that we have no use for. */
const LEFTOVERS = ['PREPARATION', 'CLIENT']

const ANSWER_SPECS = ANSWER_STAGES.map((stage): StageSpec => ({ ...ANSWER_CODES[stage], name: ANSWER_STAGE_NAMES[stage] }))
const INVITATION_SPECS = INVITATION_STAGES.map((stage): StageSpec => ({ ...INVITATION_CODES[stage], name: INVITATION_STAGE_NAMES[stage] }))

/**
 * Turns the five stages that a new pipeline is filled with into ours, and names the pipeline that came with the type. In a pipeline that
 * was finished before, only missing stages are added: names, colours and stages of people stay.
 */
export async function makeStages(portal: Portal, place: StorePlace, lang: string): Promise<void> {
  const { entityTypeId, answerCategoryId, invitationCategoryId } = place
  const { answers, invitations } = await readStages(portal, place)
  const isNew = !answers.some(row => isOurStage(stageCode(row.STATUS_ID)))
  // Invitations has no stage of its own that would tell; made anew in a finished store, it still has all that the portal put in.
  const isNewInvitations = isNew || leftoversOf(invitations).length === LEFTOVERS.length
  const plans = [
    planStages(answers, ANSWER_SPECS, stageDirectory(entityTypeId, answerCategoryId), isNew, lang),
    planStages(invitations, INVITATION_SPECS, stageDirectory(entityTypeId, invitationCategoryId), isNewInvitations, lang)
  ]
  const naming: Command[] = isNew
    ? [{ method: 'crm.category.update', params: { entityTypeId, id: answerCategoryId, fields: { name: nameIn(PIPELINES.answer, lang), sort: 100 } } }]
    : []
  const needed = [...naming, ...plans.flatMap(plan => plan.updates)]
  // A removal is refused when a record stands in the stage: then it is in use and stays, which is no fault of the installation.
  const outcomes = await runAll<unknown>(portal, numbered([...needed, ...plans.flatMap(plan => plan.removals)]))
  Object.values(outcomes).slice(0, needed.length).forEach(resultOf)
  // Our own stages come last: while there is none, the pipeline counts as new.
  await runInOrder(portal, plans.flatMap(plan => plan.additions))
}

/** Reads only: stages that are gone. */
export async function inspectStages(portal: Portal, place: StorePlace): Promise<Finding[]> {
  const { answers, invitations } = await readStages(portal, place)
  const missing = (rows: StageRow[], specs: StageSpec[]): Finding[] => specs
    .filter(spec => !rows.some(row => stageCode(row.STATUS_ID) === spec.code))
    .map(spec => ({ what: 'stageMissing', name: nameIn(spec.name, portal.context.lang), detail: spec.code }))
  return [...missing(answers, ANSWER_SPECS), ...missing(invitations, INVITATION_SPECS)]
}

/** Full STATUS_IDs by our names. */
export function stageAddresses({ entityTypeId, answerCategoryId, invitationCategoryId }: StorePlace): Pick<RecordStore, 'answerStages' | 'invitationStages'> {
  const address = <S extends string>(stages: readonly S[], codes: Record<S, { code: string }>, categoryId: number): Record<S, string> =>
    Object.fromEntries(stages.map(stage => [stage, `DT${entityTypeId}_${categoryId}:${codes[stage].code}`])) as Record<S, string>
  return {
    answerStages: address(ANSWER_STAGES, ANSWER_CODES, answerCategoryId),
    invitationStages: address(INVITATION_STAGES, INVITATION_CODES, invitationCategoryId)
  }
}

async function readStages(portal: Portal, place: StorePlace): Promise<{ answers: StageRow[], invitations: StageRow[] }> {
  const command = (categoryId: number): Command => ({
    method: 'crm.status.list', params: { filter: { ENTITY_ID: stageDirectory(place.entityTypeId, categoryId) }, order: { SORT: 'ASC' } }
  })
  const { answers, invitations } = await runAll<unknown>(portal, {
    answers: command(place.answerCategoryId), invitations: command(place.invitationCategoryId)
  })
  return { answers: listOf<StageRow>(resultOf(answers)), invitations: listOf<StageRow>(resultOf(invitations)) }
}

interface StagePlan { updates: Command[], additions: Command[], removals: Command[] }

/**
 * The order of writes matters: stages in progress < success < failure by SORT at every moment (crm-status-add), so the last ones
 * move back first and the new ones come in afterwards.
 * @param isNew as the portal filled it: its stages get our names, and what we have no use for goes
 */
function planStages(rows: readonly StageRow[], specs: readonly StageSpec[], directory: string, isNew: boolean, lang: string): StagePlan {
  const byCode = new Map(rows.map(row => [stageCode(row.STATUS_ID), row]))
  const wanted = specs.map((spec, index) => ({ spec, sort: (index + 1) * 10, row: byCode.get(spec.code) }))
  const isIncomplete = wanted.some(({ row }) => !row)
  const updates = wanted.toReversed().flatMap(({ spec, sort, row }): Command[] => {
    const name = nameIn(spec.name, lang)
    const fields = {
      ...(isNew && row?.NAME !== name ? { NAME: name, COLOR: spec.color } : {}),
      ...(isIncomplete && Number(row?.SORT) !== sort ? { SORT: sort } : {})
    }
    return row && Object.keys(fields).length > 0 ? [{ method: 'crm.status.update', params: { id: Number(row.ID), fields } }] : []
  })
  const additions = wanted.filter(({ row }) => !row).map(({ spec, sort }): Command => ({
    method: 'crm.status.add',
    params: { fields: { ENTITY_ID: directory, STATUS_ID: spec.code, NAME: nameIn(spec.name, lang), SORT: sort, COLOR: spec.color, SEMANTICS: spec.semantics } }
  }))
  const removals = isNew ? leftoversOf(rows).map((row): Command => ({ method: 'crm.status.delete', params: { id: Number(row.ID) } })) : []
  return { updates, additions, removals }
}

const leftoversOf = (rows: readonly StageRow[]): StageRow[] => rows.filter(row => LEFTOVERS.includes(stageCode(row.STATUS_ID)))
