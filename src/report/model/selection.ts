import { READ_FLAGS } from '@/answer/model/flag'
import { flagCode, type AnswerTable, type Coded, type InvitationTable } from './answer-table'
import { inDepartments, type Departments, type ReportFilter } from './filter'
import type { Period } from './period'

/** The filter, made definite. */
export interface View {
  filter: ReportFilter
  /** `filter.period` and `filter.comparison`, resolved */
  period: Period
  departments: Departments
}

/** Rows of the answer table, newest first. */
export interface Selection {
  /** in the period and asked for by the filter */
  listed: Uint32Array
  /** those of them that carry the measure and did not come over a shared channel, unless that channel is asked for */
  counted: Uint32Array
  /** the same of the period of comparison */
  countedBefore: Uint32Array
  /** answers of the period that the filter would ask for but for their flag, by the code of the flag */
  flagged: Uint32Array
  /** listed, over a shared channel nobody asked for */
  shared: number
  /** listed, without a value of the measure */
  unscored: number
}

type Test = (row: number) => boolean

/** `matches` over the table, and the periods. One walk; nothing is changed. */
export function select(table: AnswerTable, { filter, period, departments }: View): Selection {
  const size = table.records.length
  const listed = new Uint32Array(size)
  const counted = new Uint32Array(size)
  const countedBefore = new Uint32Array(size)
  const flagged = new Uint32Array(1 + READ_FLAGS.length)
  let [listedCount, countedCount, beforeCount, shared, unscored] = [0, 0, 0, 0, 0]
  const matching = answerTest(table, filter, departments)
  const wantedFlags = new Uint8Array(flagged.length)
  for (const flag of filter.flags) wantedFlags[flagCode(flag)] = 1
  const sharedToo = filter.channels.length > 0
  const values = table.values[filter.measure]
  const from = period.from === null ? -Infinity : Date.parse(period.from)
  const to = Date.parse(period.to)
  const [earlierFrom, earlierTo] = period.previous ? [Date.parse(period.previous.from), Date.parse(period.previous.to)] : [Infinity, -Infinity]
  for (let row = 0; row < size; row++) {
    const at = table.at[row]!
    const inPeriod = at >= from && at < to
    // of a period longer than a year, the same a year ago holds some days of it
    const inEarlier = at >= earlierFrom && at < earlierTo
    if (!inPeriod && !inEarlier) continue
    if (!matching(row)) continue
    const flag = table.flag[row]!
    if (wantedFlags[flag] === 0) {
      if (inPeriod) flagged[flag]! += 1
      continue
    }
    const outside = table.shared[row] === 1 && !sharedToo
    const scored = values[row]! >= 0
    if (inPeriod) {
      listed[listedCount++] = row
      if (outside) shared++
      else if (!scored) unscored++
      else counted[countedCount++] = row
    }
    if (inEarlier && scored && !outside) countedBefore[beforeCount++] = row
  }
  return {
    listed: listed.slice(0, listedCount), counted: counted.slice(0, countedCount), countedBefore: countedBefore.slice(0, beforeCount), flagged, shared, unscored
  }
}

/** Everything that `matches` asks, but the flags. */
function answerTest(table: AnswerTable, filter: ReportFilter, departments: Departments): Test {
  const { dimensions } = table
  const tests: Test[] = [
    ...among(dimensions.survey, filter.surveys), ...among(dimensions.channel, filter.channels), ...among(dimensions.pipeline, filter.pipelines),
    ...among(dimensions.responsible, filter.responsible), ...ofDepartments(dimensions.responsible, filter, departments),
    ...among(dimensions.company, filter.companies), ...among(dimensions.group, filter.groups), ...among(dimensions.language, filter.languages),
    ...([1, 2, 3, 4, 5] as const).flatMap(number => among(dimensions[`snapshot${number}`], filter.snapshots[number - 1] ?? [])),
    ...among(table.state, filter.states)
  ]
  if (filter.comment !== 'any') {
    const wanted = filter.comment === 'with' ? 1 : 0
    tests.push(row => table.commented[row] === wanted)
  }
  if (filter.tags.length > 0) {
    const allowed = allowedCodes(table.tags, value => filter.tags.includes(value))
    const untagged = filter.tags.includes(null)
    tests.push(row => {
      const [start, end] = [table.tags.start[row]!, table.tags.start[row + 1]!]
      if (start === end) return untagged
      for (let index = start; index < end; index++) if (allowed[table.tags.codes[index]!] === 1) return true
      return false
    })
  }
  return all(tests)
}

export interface Sent {
  sent: number
  answered: number
}

/** Invitations sent in the period that the filter asks for, as far as it asks for things that an invitation has. */
export function countSent(table: InvitationTable, view: View): Sent {
  let [sent, answered] = [0, 0]
  eachSent(table, view, row => {
    sent++
    answered += table.answered[row]!
  })
  return { sent, answered }
}

/** The same ones, row by row, in the order of the table. */
export function eachSent(table: InvitationTable, { filter, period, departments }: View, visit: (row: number) => void): void {
  const { dimensions } = table
  const matching = all([
    ...among(dimensions.survey, filter.surveys), ...among(dimensions.channel, filter.channels), ...among(dimensions.language, filter.languages),
    ...among(dimensions.company, filter.companies), ...among(dimensions.responsible, filter.responsible),
    ...ofDepartments(dimensions.responsible, filter, departments)
  ])
  const from = period.from === null ? -Infinity : Date.parse(period.from)
  const to = Date.parse(period.to)
  for (let row = 0; row < table.sentAt.length; row++) {
    const at = table.sentAt[row]!
    if (at >= from && at < to && matching(row)) visit(row)
  }
}

function all(tests: readonly Test[]): Test {
  if (tests.length === 0) return () => true
  if (tests.length === 1) return tests[0]!
  return row => {
    for (const test of tests) if (!test(row)) return false
    return true
  }
}

function among<V>(column: Coded<V>, wanted: readonly V[]): Test[] {
  if (wanted.length === 0) return []
  const set = new Set<V>(wanted)
  const allowed = allowedCodes(column, value => set.has(value))
  return [row => allowed[column.codes[row]!] === 1]
}

function ofDepartments(column: Coded<string | number | null>, { departments: wanted }: ReportFilter, departments: Departments): Test[] {
  if (wanted.length === 0) return []
  const allowed = allowedCodes(column, person => typeof person === 'number' && inDepartments(wanted, person, departments))
  return [row => allowed[column.codes[row]!] === 1]
}

/** One question for each different value, not for each row. */
function allowedCodes<V>({ values }: Coded<V>, ask: (value: V) => boolean): Uint8Array {
  return Uint8Array.from(values, value => ask(value) ? 1 : 0)
}
