import type { Command, Portal } from '@/portal/client'
import { listOf } from '@/portal/php-array'
import { ANSWER_STAGES, INVITATION_STAGES, keepsDeals, type AnswerStage, type InvitationStage, type RecordStore } from '@/portal/record-store'
import { numbered, resultOf, runAll, runInOrder } from './commands'
import type { Finding } from './finding'
import { ANSWER_STAGE_NAMES, INVITATION_STAGE_NAMES, nameIn, PIPELINES, WON_STAGE_NAME, type Named } from './names'
import { ANSWERED_STAGE, isOurStage, stageCode, stageDirectory, stageId, type StorePlace } from './store-place'

interface StageRow {
  ID: string
  STATUS_ID: string
  NAME: string
  SORT: string
}

interface StageSpec {
  /** code inside the pipeline; NEW and those at the end come with every pipeline */
  code: string
  name: Named
  semantics: '' | 'S' | 'F'
  color: string
}

type Codes<S extends string> = Record<S, Omit<StageSpec, 'name'>>

const ANSWER_CODES: Codes<AnswerStage> = {
  new: { code: 'NEW', semantics: '', color: '#2FC6F6' },
  low: { code: 'FB_LOW', semantics: '', color: '#F57F7F' },
  middle: { code: 'FB_MIDDLE', semantics: '', color: '#FFC34D' },
  high: { code: 'FB_HIGH', semantics: '', color: '#A5DE00' },
  work: { code: 'FB_WORK', semantics: '', color: '#55D0E0' },
  closed: { code: 'SUCCESS', semantics: 'S', color: '#7BD500' },
  no_contact: { code: 'FAIL', semantics: 'F', color: '#FF5752' },
  set_aside: { code: 'FB_SET_ASIDE', semantics: 'F', color: '#A8ADB4' }
}

const INVITATION_CODES: Codes<InvitationStage> = {
  open: { code: 'NEW', semantics: '', color: '#2FC6F6' },
  answered: { code: 'SUCCESS', semantics: 'S', color: '#7BD500' },
  stopped: { code: 'FAIL', semantics: 'F', color: '#FF5752' }
}

/** The won stage stays empty: the company's counters, sums and processes take everything in it for a sale. */
const WON: StageSpec = { code: 'WON', name: WON_STAGE_NAME, semantics: 'S', color: '#E6E8EB' }

/** What differs between a smart process and deals. */
interface Pipelines {
  answers: StageSpec[]
  invitations: StageSpec[]
  /** stages that every new pipeline brings along and that we have no use for */
  leftovers: readonly string[]
  /** SORT of the stages at the end begins behind this */
  endsBehind: number
  codes: { answers: Codes<AnswerStage>, invitations: Codes<InvitationStage> }
}

function pipelinesOf(
  answers: Codes<AnswerStage>, invitations: Codes<InvitationStage>, won: readonly StageSpec[], leftovers: readonly string[], endsBehind: number
): Pipelines {
  const specs = <S extends string>(stages: readonly S[], codes: Codes<S>, names: Record<S, Named>): StageSpec[] => {
    const all = stages.map((stage): StageSpec => ({ ...codes[stage], name: names[stage] }))
    // in progress < success < failure
    return [...all.filter(({ semantics }) => semantics === ''), ...won, ...all.filter(({ semantics }) => semantics !== '')]
  }
  return {
    answers: specs(ANSWER_STAGES, answers, ANSWER_STAGE_NAMES), invitations: specs(INVITATION_STAGES, invitations, INVITATION_STAGE_NAMES),
    leftovers, endsBehind, codes: { answers, invitations }
  }
}

const SMART_PROCESS = pipelinesOf(ANSWER_CODES, INVITATION_CODES, [], ['PREPARATION', 'CLIENT'], 0)

const DEALS = pipelinesOf(
  { ...ANSWER_CODES, closed: { ...ANSWER_CODES.closed, code: 'FB_CLOSED', semantics: 'F' }, no_contact: { ...ANSWER_CODES.no_contact, code: 'LOSE' } },
  { ...INVITATION_CODES, answered: { ...INVITATION_CODES.answered, code: ANSWERED_STAGE, semantics: 'F' }, stopped: { ...INVITATION_CODES.stopped, code: 'LOSE' } },
  [WON], ['PREPARATION', 'PREPAYMENT_INVOICE', 'EXECUTING', 'FINAL_INVOICE', 'APOLOGY'], 1000
)

const pipelinesIn = (place: Pick<StorePlace, 'entityTypeId'>): Pipelines => keepsDeals(place) ? DEALS : SMART_PROCESS

/**
 * Turns the five stages that a new pipeline is filled with into ours, and names the pipeline that came with the type. In a pipeline that
 * was finished before, only missing stages are added: names, colours and stages of people stay.
 */
export async function makeStages(portal: Portal, place: StorePlace, lang: string): Promise<void> {
  const { entityTypeId, answerCategoryId, invitationCategoryId } = place
  const { answers, invitations } = await readStages(portal, place)
  const pipelines = pipelinesIn(place)
  const hasOurs = (rows: readonly StageRow[]): boolean => rows.some(row => isOurStage(stageCode(row.STATUS_ID)))
  const isNew = !hasOurs(answers)
  // In a smart process Invitations has no stage of its own that would tell; made anew in a finished store, it still has all that the portal put in.
  const isNewInvitations = keepsDeals(place)
    ? !hasOurs(invitations)
    : isNew || leftoversOf(invitations, pipelines).length === pipelines.leftovers.length
  const directory = (categoryId: number): string => stageDirectory(entityTypeId, categoryId)
  const plans = [
    planStages(answers, pipelines.answers, pipelines, directory(answerCategoryId), isNew, lang),
    planStages(invitations, pipelines.invitations, pipelines, directory(invitationCategoryId), isNewInvitations, lang)
  ]
  // The default pipeline came with the type and has the portal's name; pipelines of deals were made with ours.
  const naming: Command[] = isNew && !keepsDeals(place)
    ? [{ method: 'crm.category.update', params: { entityTypeId, id: answerCategoryId, fields: { name: nameIn(PIPELINES.answer, lang), sort: 100 } } }]
    : []
  const needed = [...naming, ...plans.flatMap(plan => plan.updates)]
  // A removal is refused when a record stands in the stage: then it is in use and stays, which is no fault of the installation.
  const removals = plans.flatMap(plan => plan.removals)
  const outcomes = await runAll<unknown>(portal, numbered([...removals, ...needed]))
  Object.values(outcomes).slice(removals.length).forEach(resultOf)
  // Our own stages come last: while there is none, the pipeline counts as new.
  await runInOrder(portal, plans.flatMap(plan => plan.additions))
}

/** Reads only: stages that are gone. */
export async function inspectStages(portal: Portal, place: StorePlace): Promise<Finding[]> {
  const { answers, invitations } = await readStages(portal, place)
  const missing = (rows: StageRow[], specs: StageSpec[]): Finding[] => specs
    .filter(spec => !rows.some(row => stageCode(row.STATUS_ID) === spec.code))
    .map(spec => ({ what: 'stageMissing', name: nameIn(spec.name, portal.context.lang), detail: spec.code }))
  const pipelines = pipelinesIn(place)
  return [...missing(answers, pipelines.answers), ...missing(invitations, pipelines.invitations)]
}

/** Full STATUS_IDs by our names. */
export function stageAddresses(place: StorePlace): Pick<RecordStore, 'answerStages' | 'invitationStages'> {
  const { entityTypeId, answerCategoryId, invitationCategoryId } = place
  const { codes } = pipelinesIn(place)
  const address = <S extends string>(stages: readonly S[], of: Record<S, { code: string }>, categoryId: number): Record<S, string> =>
    Object.fromEntries(stages.map(stage => [stage, stageId(entityTypeId, categoryId, of[stage].code)])) as Record<S, string>
  return {
    answerStages: address(ANSWER_STAGES, codes.answers, answerCategoryId),
    invitationStages: address(INVITATION_STAGES, codes.invitations, invitationCategoryId)
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
function planStages(
  rows: readonly StageRow[], specs: readonly StageSpec[], pipelines: Pick<Pipelines, 'leftovers' | 'endsBehind'>, directory: string, isNew: boolean, lang: string
): StagePlan {
  const byCode = new Map(rows.map(row => [stageCode(row.STATUS_ID), row]))
  const wanted = specs.map((spec, index) => ({ spec, sort: (spec.semantics === '' ? 0 : pipelines.endsBehind) + (index + 1) * 10, row: byCode.get(spec.code) }))
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
  const removals = isNew ? leftoversOf(rows, pipelines).map((row): Command => ({ method: 'crm.status.delete', params: { id: Number(row.ID) } })) : []
  return { updates, additions, removals }
}

const leftoversOf = (rows: readonly StageRow[], { leftovers }: Pick<Pipelines, 'leftovers'>): StageRow[] =>
  rows.filter(row => leftovers.includes(stageCode(row.STATUS_ID)))
