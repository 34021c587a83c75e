import type { Command, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { DEAL } from '@/portal/fields'
import { listOf, mapOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'
import { runAll, resultOf, runInOrder } from './commands'
import type { Finding } from './finding'
import { isNamed, nameIn, PIPELINES, TYPE_TITLE, type Named } from './names'
import { isOurStage, stageCode, stageDirectory, type StorePlace, type StoreType } from './store-place'

interface TypeRow {
  id: number
  entityTypeId: number
  title: string
  relations?: unknown
  linkedUserFields?: unknown
  [flag: string]: unknown
}

interface CategoryRow { id: number, name: string, isDefault: string }

interface StageRow { STATUS_ID: string }

/** What the records need of the type. `isSetOpenPermissions` is the administrator's choice and is never changed afterwards. */
const NEEDED_FLAGS = [
  'isCategoriesEnabled', 'isStagesEnabled', 'isClientEnabled', 'isAutomationEnabled', 'isBizProcEnabled', 'isUseInUserfieldEnabled', 'isRecyclebinEnabled'
] as const

/** Tasks can be bound to records only with this (tutorials/tasks/how-to-connect-task-to-spa). */
const TASK_LINK = 'TASKS_TASK|UF_CRM_TASK'

const TYPES_PER_PAGE = 50

/**
 * The smart process of an earlier installation, whatever people call it now: by the id we stored, else by our token field,
 * else one that carries our title, no user field and no record – what a crash right after `crm.type.add` leaves.
 * @param stored addresses of an earlier run; null when there are none
 * @returns null when there is none
 */
export async function findType(portal: Portal, stored: Pick<RecordStore, 'typeId' | 'entityTypeId'> | null): Promise<StoreType | null> {
  if (stored && await typeById(portal, stored)) return { typeId: stored.typeId, entityTypeId: stored.entityTypeId }
  const untouched: StoreType[] = []
  for await (const types of typePages(portal)) {
    const marked = await markedType(portal, types)
    if (marked) return marked
    untouched.push(...types.filter(type => isNamed(TYPE_TITLE, type.title)).map(placeOf))
  }
  return await emptyType(portal, untouched)
}

/**
 * Makes the smart process, or switches on what was switched off since in the one that `findType` has found.
 * @param everyone new pipelines are open to everybody with access to the CRM; else roles decide
 * @throws PortalError 'planWithoutSmartProcesses', 'noRight' and whatever the request itself runs into
 */
export async function makeType(portal: Portal, found: StoreType | null, { lang, everyone }: { lang: string, everyone: boolean }): Promise<StoreType> {
  if (found) {
    const update = typeUpdate(await readType(portal, found.typeId))
    if (update) await portal.call('crm.type.update', update.params)
    return found
  }
  const flags = Object.fromEntries(NEEDED_FLAGS.map(flag => [flag, 'Y']))
  const { type } = await portal.call<{ type: TypeRow }>('crm.type.add', {
    fields: {
      title: nameIn(TYPE_TITLE, lang), ...flags, isSetOpenPermissions: everyone ? 'Y' : 'N',
      relations: { parent: [{ entityTypeId: DEAL, isChildrenListEnabled: 'true' }] },
      linkedUserFields: { [TASK_LINK]: 'true' }
    }
  })
  return placeOf(type)
}

/**
 * Finds or makes the two pipelines. *Answers* is the default one of the type: a form that names no pipeline writes there. The default
 * pipeline that comes with a new type becomes *Answers*; `makeStages` gives it its name.
 */
export async function makePipelines(
  portal: Portal, type: StoreType, stored: Pick<RecordStore, 'answerCategoryId' | 'invitationCategoryId'> | null, lang: string
): Promise<StorePlace> {
  const { entityTypeId } = type
  const { answers, invitations, isDefault } = await findPipelines(portal, type, stored)
  const add = (name: Named, fields: Record<string, unknown>): Command => ({
    method: 'crm.category.add', params: { entityTypeId, fields: { name: nameIn(name, lang), ...fields } }
  })
  const added = (await runInOrder(portal, [
    ...answers !== null && !isDefault ? [{ method: 'crm.category.update', params: { entityTypeId, id: answers, fields: { isDefault: 'Y' } } }] : [],
    ...answers === null ? [add(PIPELINES.answer, { sort: 100, isDefault: 'Y' })] : [],
    ...invitations === null ? [add(PIPELINES.invitation, { sort: 200 })] : []
  ])).map(result => Number(mapOf(mapOf(result).category).id))
  const answerCategoryId = answers ?? added[0]
  const invitationCategoryId = invitations ?? added.at(-1)
  if (!answerCategoryId || !invitationCategoryId) {
    throw new PortalError('storeIncomplete', { method: 'crm.category.add', detail: 'the portal gave no id for a new pipeline' })
  }
  return { ...type, answerCategoryId, invitationCategoryId }
}

/** Reads only: what is wrong with the type and its pipelines. */
export async function inspectStore(portal: Portal, stored: RecordStore | null): Promise<{ place: StorePlace | null, findings: Finding[] }> {
  const type = await findType(portal, stored)
  if (!type) return { place: null, findings: [{ what: 'typeMissing', name: nameIn(TYPE_TITLE, portal.context.lang) }] }
  const findings: Finding[] = missingSettings(await readType(portal, type.typeId)).map(name => ({ what: 'typeSetting', name }))
  const { answers, invitations, isDefault } = await findPipelines(portal, type, stored)
  if (answers === null) findings.push({ what: 'pipelineMissing', name: nameIn(PIPELINES.answer, portal.context.lang) })
  else if (!isDefault) findings.push({ what: 'answersNotDefault', name: String(answers) })
  if (invitations === null) findings.push({ what: 'pipelineMissing', name: nameIn(PIPELINES.invitation, portal.context.lang) })
  const place = answers === null || invitations === null ? null : { ...type, answerCategoryId: answers, invitationCategoryId: invitations }
  return { place, findings }
}

async function typeById(portal: Portal, stored: Pick<RecordStore, 'typeId' | 'entityTypeId'>): Promise<boolean> {
  const { type } = await portal.batch<{ type: { type: TypeRow } }>({ type: { method: 'crm.type.get', params: { id: stored.typeId } } })
  // An administrator is refused only a type that is gone; anything transient must not lead to a second type.
  if (!type.ok && type.error.code !== 'notFound' && type.error.code !== 'badRequest') throw type.error
  return type.ok && Number(type.result.type.entityTypeId) === stored.entityTypeId
}

async function readType(portal: Portal, typeId: number): Promise<TypeRow> {
  const { type } = await portal.call<{ type: TypeRow }>('crm.type.get', { id: typeId })
  return type
}

async function * typePages(portal: Portal): AsyncGenerator<TypeRow[]> {
  for (let start = 0; ; start += TYPES_PER_PAGE) {
    const reply = await portal.call<{ types: unknown }>('crm.type.list', { order: { id: 'ASC' }, start })
    const types = listOf<TypeRow>(mapOf(reply).types)
    yield types
    if (types.length < TYPES_PER_PAGE) return
  }
}

async function markedType(portal: Portal, types: readonly TypeRow[]): Promise<StoreType | null> {
  const commands = Object.fromEntries(types.map(({ id }): [string, Command] => [
    `t${id}`, { method: 'userfieldconfig.list', params: { moduleId: 'crm', select: { 0: 'id' }, filter: { fieldName: `UF_CRM_${id}_FB_TOKEN` } } }
  ]))
  if (types.length === 0) return null
  const replies = await runAll<{ fields: unknown }>(portal, commands)
  const marked = types.find(({ id }) => listOf(resultOf(replies[`t${id}`]).fields).length > 0)
  return marked ? placeOf(marked) : null
}

async function emptyType(portal: Portal, types: readonly StoreType[]): Promise<StoreType | null> {
  if (types.length === 0) return null
  const commands = Object.fromEntries(types.flatMap(({ entityTypeId }): [string, Command][] => [
    [`f${entityTypeId}`, { method: 'crm.item.fields', params: { entityTypeId } }],
    [`i${entityTypeId}`, { method: 'crm.item.list', params: { entityTypeId, select: ['id'] } }]
  ]))
  const replies = await runAll<Record<string, unknown>>(portal, commands)
  return types.find(({ entityTypeId }) => {
    const fields = Object.values(mapOf(resultOf(replies[`f${entityTypeId}`]).fields))
    const items = listOf(resultOf(replies[`i${entityTypeId}`]).items)
    return items.length === 0 && !fields.some(field => String(mapOf(field).upperName).startsWith('UF_'))
  }) ?? null
}

function missingSettings(type: TypeRow): string[] {
  const flags: string[] = NEEDED_FLAGS.filter(flag => type[flag] !== 'Y')
  if (!isOn(mapOf(type.linkedUserFields)[TASK_LINK])) flags.push(TASK_LINK)
  if (!parentsOf(type).some(parent => parent.entityTypeId === DEAL)) flags.push('relations')
  return flags
}

/** Only what is missing; relations are overwritten as a whole, so the present ones travel along (crm-type-update). */
function typeUpdate(type: TypeRow): { params: Record<string, unknown> } | null {
  const missing = missingSettings(type)
  if (missing.length === 0) return null
  const fields: Record<string, unknown> = Object.fromEntries(missing.filter(name => name.startsWith('is')).map(flag => [flag, 'Y']))
  if (missing.includes(TASK_LINK)) fields.linkedUserFields = { ...onWords(mapOf(type.linkedUserFields)), [TASK_LINK]: 'true' }
  if (missing.includes('relations')) {
    fields.relations = {
      parent: [...parentsOf(type), { entityTypeId: DEAL, isChildrenListEnabled: 'true' }],
      child: relationsOf(mapOf(type.relations).child)
    }
  }
  return { params: { id: type.id, fields } }
}

const parentsOf = (type: TypeRow): Relation[] => relationsOf(mapOf(type.relations).parent)

interface Relation { entityTypeId: number, isChildrenListEnabled: string }

function relationsOf(value: unknown): Relation[] {
  return listOf(value).map(mapOf).map(relation => ({
    entityTypeId: Number(relation.entityTypeId), isChildrenListEnabled: isOn(relation.isChildrenListEnabled) ? 'true' : 'false'
  }))
}

/** Read as Y/N, written as "true"/"false" (crm-type-add). */
const isOn = (value: unknown): boolean => value === 'Y' || value === 'true' || value === true
const onWords = (flags: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(flags).map(([key, value]) => [key, isOn(value) ? 'true' : 'false']))

interface Pipelines {
  answers: number | null
  invitations: number | null
  /** Answers is the default pipeline */
  isDefault: boolean
}

/** By stored id, else by the stages that only ours have; a pipeline that was just made has none of them yet and still bears its first name. */
async function findPipelines(
  portal: Portal, { entityTypeId }: StoreType, stored: Pick<RecordStore, 'answerCategoryId' | 'invitationCategoryId'> | null
): Promise<Pipelines> {
  const reply = await portal.call<{ categories: unknown }>('crm.category.list', { entityTypeId })
  const categories = listOf<CategoryRow>(mapOf(reply).categories).map(row => ({ ...row, id: Number(row.id) })).sort((a, b) => a.id - b.id)
  const known = (id: number | undefined): CategoryRow | undefined => categories.find(category => category.id === id)
  const [storedAnswers, storedInvitations] = [known(stored?.answerCategoryId), known(stored?.invitationCategoryId)]
  const isKnown = storedAnswers !== undefined && storedInvitations !== undefined
  const codes = isKnown || categories.length < 2 ? new Map<number, string[]>() : await stageCodes(portal, entityTypeId, categories)
  const codesOf = ({ id }: CategoryRow): readonly string[] => codes.get(id) ?? []
  const isMarked = (category: CategoryRow): boolean => codesOf(category).some(isOurStage)
  const answers = storedAnswers ?? categories.find(isMarked) ?? categories.find(category => category.isDefault === 'Y')
  const others = categories.filter(category => category !== answers && !isMarked(category))
  // Without the two middle stages that every new pipeline has: the one that we made.
  const isBare = (category: CategoryRow): boolean => !codesOf(category).some(code => code === 'PREPARATION' || code === 'CLIENT')
  const invitations = storedInvitations ?? others.find(category => isNamed(PIPELINES.invitation, category.name)) ?? others.find(isBare)
  return { answers: answers?.id ?? null, invitations: invitations?.id ?? null, isDefault: answers?.isDefault === 'Y' }
}

async function stageCodes(portal: Portal, entityTypeId: number, categories: readonly CategoryRow[]): Promise<Map<number, string[]>> {
  const commands = Object.fromEntries(categories.map(({ id }): [string, Command] => [
    `s${id}`, { method: 'crm.status.list', params: { filter: { ENTITY_ID: stageDirectory(entityTypeId, id) } } }
  ]))
  const replies = await runAll<unknown>(portal, commands)
  return new Map(categories.map(({ id }) => [id, listOf<StageRow>(resultOf(replies[`s${id}`])).map(stage => stageCode(stage.STATUS_ID))]))
}

function placeOf(type: TypeRow): StoreType {
  return { typeId: Number(type.id), entityTypeId: Number(type.entityTypeId) }
}
