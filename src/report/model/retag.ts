import { Encoder, type AnswerTable } from './answer-table'
import type { ReportAnswer } from './records'

/** The tags that an answer has from now on. The same list as before = nothing changed. */
export type Retagging = (answer: ReportAnswer) => readonly number[]

/** The answer with these tags; itself when nothing changed. */
export function retagged(answer: ReportAnswer, tagsOf: Retagging): ReportAnswer {
  const tags = tagsOf(answer)
  return tags === answer.tags ? answer : { ...answer, tags }
}

/** Rows between two chances of a pause. */
const SLICE = 5_000

/** The table with other tags; all its other columns are the same ones. Yields every few milliseconds, for a pause. */
export function* taggingAnew(table: AnswerTable, tagsOf: Retagging): Generator<undefined, AnswerTable, undefined> {
  const records: ReportAnswer[] = []
  let count = 0
  for (const [row, answer] of table.records.entries()) {
    const one = retagged(answer, tagsOf)
    records.push(one)
    count += one.tags.length
    if (row % SLICE === SLICE - 1) yield
  }
  const start = new Uint32Array(records.length + 1)
  const tags = new Encoder<number>(count)
  let at = 0
  for (const [row, { tags: own }] of records.entries()) {
    for (const id of own) tags.set(at++, id)
    start[row + 1] = at
    if (row % SLICE === SLICE - 1) yield
  }
  return { ...table, records, tags: { values: tags.values, codes: tags.codes, start } }
}
