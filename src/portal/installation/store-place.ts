import { keepsDeals, type RecordStore } from '@/portal/record-store'

/** The type that keeps the records: a smart process, or deals (then `typeId` is 0). */
export type StoreType = Pick<RecordStore, 'typeId' | 'entityTypeId'>

/** The type and its two pipelines. */
export type StorePlace = StoreType & Pick<RecordStore, 'answerCategoryId' | 'invitationCategoryId'>

/** Directory of the stages of a pipeline (crm/status; tutorials: how-to-add-category-to-spa). */
export function stageDirectory(entityTypeId: number, categoryId: number): string {
  return keepsDeals({ entityTypeId }) ? `DEAL_STAGE_${categoryId}` : `DYNAMIC_${entityTypeId}_STAGE_${categoryId}`
}

/** Full STATUS_ID of a stage: `DT1038_12:NEW`, `C12:NEW`. */
export function stageId(entityTypeId: number, categoryId: number, code: string): string {
  return `${keepsDeals({ entityTypeId }) ? 'C' : `DT${entityTypeId}_`}${categoryId}:${code}`
}

/** A stage's code inside its pipeline: `DT1038_12:NEW` → `NEW`. */
export function stageCode(statusId: string): string {
  return statusId.replace(/^[^:]*:/, '')
}

/** Stages that only pipelines of ours have; the first one and those at the end are in every one. */
export function isOurStage(code: string): boolean {
  return code.startsWith('FB_')
}

/** The one that our pipeline of invitations has among deals. */
export const ANSWERED_STAGE = 'FB_ANSWERED'
