import { DEAL, type NativeField, type NativeType, type RecordField } from './fields'

/** XML_ID of a list item → its numeric id in this portal. */
export type EnumIds = Record<string, number>

/** Stages of the Answers pipeline, by our name. */
export const ANSWER_STAGES = ['new', 'low', 'middle', 'high', 'work', 'closed', 'no_contact', 'set_aside'] as const
export type AnswerStage = typeof ANSWER_STAGES[number]

/** Stages of the Invitations pipeline, by our name; FB_STATE is the truth, the stage shows it in the kanban. */
export const INVITATION_STAGES = ['open', 'answered', 'stopped'] as const
export type InvitationStage = typeof INVITATION_STAGES[number]

/**
 * Where records live in this portal: the addresses that the installer found or made.
 * Kept as JSON in app.option `store`, so that every frame has them before its first request.
 *
 * Records are items of a smart process, or, in portals without any, deals in two pipelines of their own. Only the installer decides which; what
 * differs in names and links is in this file and in `items.ts`.
 */
export interface RecordStore {
  version: 1
  /** 2 = deals */
  entityTypeId: number
  /** of the smart process; 0 = deals */
  typeId: number
  invitationCategoryId: number
  answerCategoryId: number
  /** Of the installation: records and templates of an earlier one do not count as ours. */
  generation: string
  /** FB_TOKEN → name in crm.item.*, as crm.item.fields of this portal says */
  names: Record<RecordField, string>
  enums: Partial<Record<RecordField, EnumIds>>
  native: Record<NativeType, { names: Partial<Record<NativeField, string>>, enums: Partial<Record<NativeField, EnumIds>> }>
  /** full STATUS_IDs, e.g. DT1038_12:NEW */
  answerStages: Record<AnswerStage, string>
  invitationStages: Record<InvitationStage, string>
}

type StoreType = Pick<RecordStore, 'typeId' | 'entityTypeId'>

/** Records are deals, in two pipelines of their own. */
export function keepsDeals({ entityTypeId }: Pick<RecordStore, 'entityTypeId'>): boolean {
  return entityTypeId === DEAL
}

/** Whose the fields are in user-field methods: `CRM_13`, `CRM_DEAL`. */
export function fieldOwner(store: StoreType): string {
  return keepsDeals(store) ? 'CRM_DEAL' : `CRM_${store.typeId}`
}

/** `UF_CRM_13_FB_TOKEN`, `UF_CRM_DEAL_FB_TOKEN`: the name in user-field methods and, after `formEntity`, in forms. */
export function userFieldName(store: StoreType, field: RecordField): string {
  return `UF_${fieldOwner(store)}_${field}`
}

/** What a CRM form calls records of this store: `DYNAMIC_1038`, `DEAL`. */
export function formEntity(store: Pick<RecordStore, 'entityTypeId'>): string {
  return keepsDeals(store) ? 'DEAL' : `DYNAMIC_${store.entityTypeId}`
}

/** Name of a fixed field in a CRM form of this store, e.g. `DYNAMIC_1038_UF_CRM_13_FB_NPS`. */
export function formFieldName(store: StoreType, field: RecordField): string {
  return `${formEntity(store)}_${userFieldName(store, field)}`
}

/** Link code of a record of the store in tasks: `D_77`, `T40e_77` (SYMBOL_CODE_SHORT: T and the type in hex). */
export function taskLinkOf(store: Pick<RecordStore, 'entityTypeId'>, id: number): string {
  return keepsDeals(store) ? `D_${id}` : `T${store.entityTypeId.toString(16)}_${id}`
}

/** Filter for deals of the company: those that are records of the app are left out. */
export function companyDeals(store: RecordStore | null): Record<string, number[]> {
  return store !== null && keepsDeals(store) ? { '!@categoryId': [store.answerCategoryId, store.invitationCategoryId] } : {}
}

/** Whether a deal pipeline holds records of the app. */
export function isOwnPipeline(store: RecordStore | null, pipeline: number): boolean {
  return store !== null && keepsDeals(store) && (pipeline === store.answerCategoryId || pipeline === store.invitationCategoryId)
}

/** Path of a record's card inside the portal. */
export function cardPath(entityTypeId: number, id: number): string {
  const native: Record<number, string> = { 2: 'deal', 3: 'contact', 4: 'company' }
  const section = native[entityTypeId]
  return section ? `/crm/${section}/details/${id}/` : `/crm/type/${entityTypeId}/details/${id}/`
}

/** XML_ID of a list value, or null when the id is empty or unknown here. */
export function enumXmlId(ids: EnumIds | undefined, id: unknown): string | null {
  if (ids === undefined || id === null || id === undefined || id === '') return null
  const wanted = Number(id)
  return Object.keys(ids).find(xmlId => ids[xmlId] === wanted) ?? null
}
