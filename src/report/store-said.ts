import { readAnswersJson } from '@/answer/model/answer'
import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import { readFields, wireName } from '@/portal/items'
import { PAGE } from '@/portal/paging'
import { listOf, mapOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'

/** What a customer wrote and chose, beyond the scores. */
export interface SaidInFull {
  comment: string
  /** question id → what was posted */
  answers: Record<string, string | string[]>
}

/**
 * Comment and answers to every question, for files: one batch up to 2,500 answers.
 * @returns by id of the answer; what the viewer may no longer see is missing
 * @throws PortalError of the first part that failed; the signal's reason
 */
export async function loadSaid(portal: Portal, store: RecordStore, ids: readonly number[], signal?: AbortSignal): Promise<Map<number, SaidInFull>> {
  const said = new Map<number, SaidInFull>()
  const fields = ['FB_COMMENT', 'FB_ANSWERS'] as const
  const select = ['id', ...fields.map(field => wireName(store, field))]
  for (let from = 0; from < ids.length; from += PAGE * BATCH_LIMIT) {
    signal?.throwIfAborted()
    const commands: Record<string, Command> = {}
    for (let at = from; at < Math.min(ids.length, from + PAGE * BATCH_LIMIT); at += PAGE) {
      const filter = { '@id': ids.slice(at, at + PAGE) }
      commands[`s${at}`] = { method: 'crm.item.list', params: { entityTypeId: store.entityTypeId, filter, select, order: { id: 'ASC' }, start: -1 } }
    }
    for (const outcome of Object.values(await portal.batch<Record<string, { items?: unknown }>>(commands))) {
      if (!outcome.ok) throw outcome.error
      for (const row of listOf(outcome.result?.items).map(mapOf)) {
        const { FB_COMMENT, FB_ANSWERS } = readFields(store, row, fields)
        said.set(Number(row.id), { comment: FB_COMMENT ?? '', answers: readAnswersJson(FB_ANSWERS ?? '') ?? {} })
      }
    }
  }
  return said
}
