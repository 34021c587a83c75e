import { READ_FLAGS, type ReadFlag } from '@/answer/model/flag'
import { GROUPS, type Group } from '@/survey/model/survey'
import { barOf } from './aggregate'
import type { AnswerTable, BreakdownBy, DimensionValue, InvitationTable } from './answer-table'
import { departmentsOf } from './breakdown'
import { caseOf } from './case-times'
import { eachDeal } from './deal-sums'
import { meaningOf } from './meaning'
import type { Span } from './period'
import type { ReportAnswer } from './records'
import { eachSent, select, type View } from './selection'

/**
 * Which answers of the page's selection a number stands for. All conditions hold at once; without any, the whole set.
 * The set is what the number was made of: a row that the number counts is in it, and no other.
 */
export interface AnswerDrill {
  kind: 'answers'
  /**
   * - `counted`: in the score; `before`: in that of the period of comparison
   * - `listed`: everything that the filter asks for, scored or not
   * - `shared`, `unscored`: listed, but not in the score; `flagged`: left out for their flag (see `flag`)
   */
  of: 'counted' | 'before' | 'listed' | 'shared' | 'unscored' | 'flagged'
  /** group by the measure of the filter */
  group?: Group
  /** a bar of the histogram: a value of the scale, for the coefficient the lower end of a tenth */
  bar?: number
  /** a point of the trend: [from, to) */
  span?: Span
  /** a row of the breakdown */
  by?: { dimension: BreakdownBy, value: DimensionValue }
  /** with the tag, or without it */
  tag?: { id: number, with: boolean }
  flag?: ReadFlag
  /** `answered`: the time of the invitation is known; else cases: valid low answers that nobody has finished, or that were closed */
  times?: 'answered' | 'open' | 'closed' | 'closedWithoutTime'
  /** of each deal only its newest answer, and only those with a sum in this currency */
  currency?: string
  /** only answers with a comment */
  commented?: true
  /** only these: what is not in the table chose them */
  ids?: ReadonlySet<number>
}

/** Which invitations of the response rate a number stands for. */
export interface InvitationDrill {
  kind: 'invitations'
  /** undefined = all that were sent */
  answered?: boolean
}

export type Drill = AnswerDrill | InvitationDrill

/** The answers behind a number, newest first. */
export function drillAnswers(table: AnswerTable, view: View, drill: AnswerDrill): ReportAnswer[] {
  const { measure } = view.filter
  const tests = conditionsOf(table, view, drill)
  let rows = rowsOf(table, view, drill)
  if (drill.currency !== undefined) {
    const ofDeals: number[] = []
    const code = table.currency.values.indexOf(drill.currency)
    eachDeal(table, measure, rows, row => { if (table.currency.codes[row] === code) ofDeals.push(row) })
    rows = Uint32Array.from(ofDeals)
  }
  return Array.from(rows.filter(row => tests.every(test => test(row))), row => table.records[row]!)
}

/** An invitation behind the response rate. */
export interface SentInvitation {
  id: number
  /** milliseconds since 1970 */
  sentAt: number
  answered: boolean
  survey: string
  companyId: number | null
  /** who asked */
  ownerId: number | null
}

/** The invitations behind a number, newest first; none where the filter leaves no response rate. */
export function drillInvitations(table: InvitationTable, view: View, { answered }: InvitationDrill): SentInvitation[] {
  if (meaningOf('response', view.filter).undefinedBy.length > 0) return []
  const { survey, company, responsible } = table.dimensions
  const found: SentInvitation[] = []
  eachSent(table, view, row => {
    if (answered !== undefined && (table.answered[row] === 1) !== answered) return
    found.push({
      id: table.ids[row]!, sentAt: table.sentAt[row]!, answered: table.answered[row] === 1, survey: String(survey.values[survey.codes[row]!]),
      companyId: numberOrNull(company.values[company.codes[row]!]), ownerId: numberOrNull(responsible.values[responsible.codes[row]!])
    })
  })
  return found.sort((a, b) => b.sentAt - a.sentAt || b.id - a.id)
}

const numberOrNull = (value: DimensionValue | undefined): number | null => typeof value === 'number' ? value : null

function rowsOf(table: AnswerTable, view: View, { of, flag }: AnswerDrill): Uint32Array {
  const { filter } = view
  if (of === 'flagged') {
    const flags = READ_FLAGS.filter(one => flag === undefined ? !filter.flags.includes(one) : one === flag)
    return flags.length === 0 ? new Uint32Array() : select(table, { ...view, filter: { ...filter, flags } }).listed
  }
  const { listed, counted, countedBefore } = select(table, view)
  const shared = (row: number): boolean => table.shared[row] === 1 && filter.channels.length === 0
  switch (of) {
    case 'counted': return counted
    case 'before': return countedBefore
    case 'listed': return listed
    case 'shared': return listed.filter(shared)
    case 'unscored': return listed.filter(row => !shared(row) && table.values[filter.measure][row]! < 0)
  }
}

function conditionsOf(table: AnswerTable, { filter: { measure }, departments }: View, drill: AnswerDrill): ((row: number) => boolean)[] {
  const { group, bar, span, by, tag, times } = drill
  const tests: ((row: number) => boolean)[] = []
  if (group !== undefined) {
    const code = GROUPS.indexOf(group)
    tests.push(row => table.groups[measure][row] === code)
  }
  if (bar !== undefined) tests.push(row => barOf(measure, table.values[measure][row]!) === bar)
  if (span) {
    const [from, to] = [Date.parse(span.from), Date.parse(span.to)]
    tests.push(row => table.at[row]! >= from && table.at[row]! < to)
  }
  if (by?.dimension === 'department') {
    const { values, codes } = table.dimensions.responsible
    const inside = values.map(person => departmentsOf(person, departments).some(place => place === by.value))
    tests.push(row => inside[codes[row]!]!)
  } else if (by) {
    const { values, codes } = table.dimensions[by.dimension]
    const code = values.indexOf(by.value)
    tests.push(row => codes[row] === code)
  }
  if (tag) {
    const code = table.tags.values.indexOf(tag.id)
    tests.push(row => {
      for (let index = table.tags.start[row]!; index < table.tags.start[row + 1]!; index++) if (table.tags.codes[index] === code) return tag.with
      return !tag.with
    })
  }
  if (times === 'answered') tests.push(row => table.at[row]! >= table.sentAt[row]!)
  else if (times) tests.push(row => caseOf(table, row) === times)
  const { ids } = drill
  if (ids) tests.push(row => ids.has(table.records[row]!.id))
  if (drill.commented) tests.push(row => table.commented[row] === 1)
  return tests
}
