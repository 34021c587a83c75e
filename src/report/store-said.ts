import { readAnswersJson } from '@/answer/model/answer'
import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import type { RecordField } from '@/portal/fields'
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

/** Answers whose fields one request brings. */
export const SAID_AT_ONCE = PAGE * BATCH_LIMIT

/**
 * Comment and answers to every question, for files: one batch up to 2,500 answers.
 * @returns by id of the answer; what the viewer may no longer see is missing
 * @throws PortalError of the first part that failed; the signal's reason
 */
export async function loadSaid(portal: Portal, store: RecordStore, ids: readonly number[], signal?: AbortSignal): Promise<Map<number, SaidInFull>> {
  const said = new Map<number, SaidInFull>()
  await eachRow(portal, store, ids, ['FB_COMMENT', 'FB_ANSWERS'], signal, (id, row) => {
    const { FB_COMMENT, FB_ANSWERS } = readFields(store, row, ['FB_COMMENT', 'FB_ANSWERS'])
    said.set(id, { comment: FB_COMMENT ?? '', answers: readAnswersJson(FB_ANSWERS ?? '') ?? {} })
  })
  return said
}

/**
 * What was chosen in one question: one batch up to 2,500 answers.
 * @returns by id of the answer; [] = nothing was posted for the question, or the viewer may no longer see it
 * @throws PortalError of the first part that failed; the signal's reason
 */
export async function loadChosen(
  portal: Portal, store: RecordStore, ids: readonly number[], question: string, signal?: AbortSignal
): Promise<Map<number, readonly string[]>> {
  const chosen = new Map<number, readonly string[]>(ids.map(id => [id, []]))
  await eachRow(portal, store, ids, ['FB_ANSWERS'], signal, (id, row) => {
    chosen.set(id, [readAnswersJson(readFields(store, row, ['FB_ANSWERS']).FB_ANSWERS ?? '')?.[question] ?? []].flat().filter(value => value !== ''))
  })
  return chosen
}

async function eachRow(
  portal: Portal, store: RecordStore, ids: readonly number[], fields: readonly RecordField[], signal: AbortSignal | undefined,
  visit: (id: number, row: Record<string, unknown>) => void
): Promise<void> {
  const select = ['id', ...fields.map(field => wireName(store, field))]
  for (let from = 0; from < ids.length; from += SAID_AT_ONCE) {
    signal?.throwIfAborted()
    const commands: Record<string, Command> = {}
    for (let at = from; at < Math.min(ids.length, from + SAID_AT_ONCE); at += PAGE) {
      const filter = { '@id': ids.slice(at, at + PAGE) }
      commands[`s${at}`] = { method: 'crm.item.list', params: { entityTypeId: store.entityTypeId, filter, select, order: { id: 'ASC' }, start: -1 } }
    }
    for (const outcome of Object.values(await portal.batch<Record<string, { items?: unknown }>>(commands))) {
      if (!outcome.ok) throw outcome.error
      for (const row of listOf(outcome.result?.items).map(mapOf)) visit(Number(row.id), row)
    }
  }
}
