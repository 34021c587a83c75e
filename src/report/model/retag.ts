import { Encoder, type AnswerTable } from './answer-table'
import type { ReportAnswer } from './records'

/** The tags that an answer has from now on. The same list as before = nothing changed. */
export type Retagging = (answer: ReportAnswer) => readonly number[]

/** The answer with these tags; itself when nothing changed. */
export function retagged(answer: ReportAnswer, tagsOf: Retagging): ReportAnswer {
  const tags = tagsOf(answer)
  return tags === answer.tags ? answer : { ...answer, tags }
}

/** The table with other tags; all its other columns are the same ones. With 10⁵ answers some milliseconds. */
export function withTags(table: AnswerTable, tagsOf: Retagging): AnswerTable {
  const records = table.records.map(answer => retagged(answer, tagsOf))
  const start = new Uint32Array(records.length + 1)
  const tags = new Encoder<number>(records.reduce((sum, answer) => sum + answer.tags.length, 0))
  let at = 0
  for (const [row, answer] of records.entries()) {
    for (const id of answer.tags) tags.set(at++, id)
    start[row + 1] = at
  }
  return { ...table, records, tags: { values: tags.values, codes: tags.codes, start } }
}
