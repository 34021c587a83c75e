import { isoOf } from '../clock'
import { markDeal, nextId, stagesOf } from '../rest/records'
import type { DemoPortal, Item, Status } from '../state'

/** The ends of pipelines have other codes where records are deals: none of ours may count as a sale. */
const AMONG_DEALS: Readonly<Record<string, readonly string[]>> = { SUCCESS: ['CLOSED', 'ANSWERED'], FAIL: ['LOSE'] }

interface Known { name: string; values: Map<string, number> | null }

/**
 * Writes records of the app's store as the portal would have, many at once: fields, stages and defaults are looked up a single time.
 * No process starts, as in an import.
 */
export class RecordWriter {
  private readonly known = new Map<string, Known>()
  private readonly stages = new Map<number, Status[]>()
  private readonly records: Map<number, Item>

  constructor(private readonly portal: DemoPortal, private readonly entityTypeId: number, private readonly prefix: string) {
    const { state } = portal
    for (const field of state.userFields) {
      if (!field.fieldName.includes('FB_')) continue
      const values = field.userTypeId === 'enumeration' ? new Map(field.enum.map(item => [item.xmlId, item.id])) : null
      this.known.set(field.fieldName, { name: field.fieldName, values })
    }
    let records = state.items.get(entityTypeId)
    if (!records) state.items.set(entityTypeId, records = new Map())
    this.records = records
  }

  /** Fields by their short codes, only those that exist and have a value; list values by XML_ID, several as ids. `card`: e.g. UF_CRM_DEAL_. */
  fields(values: Record<string, unknown>, card = this.prefix): Record<string, unknown> {
    const written: Record<string, unknown> = {}
    for (const code in values) {
      const value = values[code]
      const field = value === null || value === undefined ? undefined : this.known.get(card + code)
      if (field) written[field.name] = field.values && typeof value === 'string' ? field.values.get(value) ?? null : value
    }
    return written
  }

  /** Stage of a pipeline by the end of its code: LOW finds DT1030_2:FB_LOW. */
  stage(categoryId: number, code: string): Status | undefined {
    let stages = this.stages.get(categoryId)
    if (!stages) this.stages.set(categoryId, stages = stagesOf(this.portal.state, this.entityTypeId, categoryId))
    const named = (wanted: string): Status | undefined => stages.find(({ statusId }) => statusId.endsWith(`:${wanted}`) || statusId.endsWith(`_${wanted}`))
    return [code, ...AMONG_DEALS[code] ?? []].map(named).find(stage => stage !== undefined)
  }

  add(categoryId: number, byUserId: number, at: number, fields: Record<string, unknown>): Item {
    const { state } = this.portal
    const time = isoOf(new Date(at))
    const item: Item = {
      id: nextId(state, `item:${this.entityTypeId}`), entityTypeId: this.entityTypeId, fm: [],
      fields: {
        OPENED: 'Y', CREATED_BY: byUserId, UPDATED_BY: byUserId, CREATED_TIME: time, UPDATED_TIME: time, LAST_ACTIVITY_TIME: time, LAST_ACTIVITY_BY: byUserId,
        CATEGORY_ID: categoryId, STAGE_ID: this.stage(categoryId, 'NEW')?.statusId ?? '', MOVED_TIME: time, MOVED_BY: byUserId,
        BEGINDATE: `${time.slice(0, 10)}T00:00:00${time.slice(19)}`,
        ...fields
      }
    }
    item.fields.ASSIGNED_BY_ID ??= byUserId
    item.fields.CONTACT_IDS = item.fields.CONTACT_ID ? [item.fields.CONTACT_ID] : []
    this.records.set(item.id, item)
    const stage = this.stage(categoryId, 'NEW')
    markDeal(item, stage)
    this.note(item, 1, stage)
    return item
  }

  /** Moves a record, with other changes; does nothing when the pipeline has no such stage. */
  move(item: Item, code: string, byUserId: number, at: number, changes: Record<string, unknown> = {}): void {
    const stage = this.stage(Number(item.fields.CATEGORY_ID), code)
    if (!stage) return
    const time = isoOf(new Date(at))
    if (stage.statusId !== item.fields.STAGE_ID) {
      Object.assign(item.fields, { PREVIOUS_STAGE_ID: item.fields.STAGE_ID, MOVED_TIME: time, MOVED_BY: byUserId, STAGE_ID: stage.statusId })
      markDeal(item, stage)
      this.note(item, stage.semantics ? 3 : 2, stage)
    }
    Object.assign(item.fields, changes, { UPDATED_TIME: time, UPDATED_BY: byUserId })
  }

  private note(item: Item, typeId: 1 | 2 | 3, stage: Status | undefined): void {
    const { state } = this.portal
    if (stage) state.stageHistory.push({
      id: nextId(state, 'stageHistory'), entityTypeId: item.entityTypeId, ownerId: item.id, typeId, createdTime: String(item.fields.MOVED_TIME),
      categoryId: Number(item.fields.CATEGORY_ID), stageId: stage.statusId, semantic: stage.semantics || 'P'
    })
  }
}
