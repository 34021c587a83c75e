import { READ_FLAGS, type ReadFlag } from '@/answer/model/flag'
import type { Change } from '@/survey/model/score/adjusted-wald'
import type { Interval } from '@/survey/model/score/interval'
import { scaleValues } from '@/survey/model/scale'
import { flagCode, type AnswerTable, type BreakdownBy, type InvitationTable } from './answer-table'
import { breakdownOf, type BreakdownRow } from './breakdown'
import { caseOf, caseTimes, type CaseTimes } from './case-times'
import { dealSums, type CurrencySums } from './deal-sums'
import { driversOf, type Driver } from './drivers'
import type { Condition } from './filter'
import { meaningOf } from './meaning'
import { scoreChange, scoreOf, type Measure, type Score } from './measure'
import { defaultStep, type Step } from './period'
import type { ReportAnswer } from './records'
import { countSent, select, type Selection, type View } from './selection'
import { tallyOf } from './tallies'
import { trendOf, type TrendPoint } from './trend'
import { shareOf } from './wilson'

export interface ReportView extends View {
  /** of the trend; by the length of the period when left out */
  step?: Step
  /** of the breakdown; none when left out */
  by?: BreakdownBy
  /** milliseconds: how long open cases have lasted */
  now: number
}

export interface ResponseRate {
  /** invitations of `sent` that were answered, at whatever time */
  answered: number
  /** invitations sent in the period */
  sent: number
  /** 0 … 1; null when nothing was sent */
  rate: number | null
  /** Wilson, 0 … 1 */
  interval: Interval | null
  /** conditions of the filter that an invitation cannot be asked for: then there is no rate, and the counts are 0 */
  undefinedBy: Condition[]
}

export interface HistogramBar {
  /** of the scale; for the coefficient the lower end of a tenth: 0, 10 … 90 (100 is in the last one) */
  value: number
  count: number
}

export interface Report {
  /** `value` and `interval` are null where the filter leaves no score, see `meaningOf` */
  headline: Score
  /** null when the period has nothing to be compared with */
  previous: Score | null
  /** null when there is nothing to compare or one of the two samples is too small to show a score (n < 5) */
  change: Change | null
  /** contacts whose answers are in both periods: as far as these go the two samples are not independent */
  samePeople: number
  /** all steps of the period, also those without answers */
  trend: TrendPoint[]
  /** every value of the scale, also those nobody gave; of effort questions the widest scale that occurs */
  distribution: HistogramBar[]
  /** Answers of the period that the filter asks for and the score does not count; with its n they add up to all of them. */
  outside: {
    /** through a link that anybody can use (link, QR code, embedded) */
    shared: number
    /** without a value of the measure */
    unscored: number
    /** flagged, and the flag is not asked for */
    flags: Record<ReadFlag, number>
  }
  response: ResponseRate
  breakdown: BreakdownRow[]
  drivers: Driver[]
  times: CaseTimes
  sums: CurrencySums[]
  /** everything that the filter asks for, scored or not, newest first */
  rows: ReportAnswer[]
  /** those of `rows` whose case nobody has finished: somebody should call; newest first */
  openCases: ReportAnswer[]
}

/**
 * Everything that the report draws, for one view; pure. With 10⁵ answers some 30 ms; `aggregating` does the same in pieces.
 *
 * A score counts answers that were created in the period, are asked for by the filter (unflagged by default), carry a value of the measure and did not
 * come over a shared channel, unless the filter names it.
 * The response rate counts invitations (not mails): sent in the period, reminders add nothing;
 * not sent, failed, skipped, cancelled and test invitations are not in it, nor are links, calls and imports; answered = an answer matched to it
 * that is unflagged or only late. It follows the invitations sent, so young ones may still be answered and the rate may still rise.
 */
export function aggregate(answers: AnswerTable, invitations: InvitationTable, view: ReportView): Report {
  const work = aggregating(answers, invitations, view)
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

/** `aggregate`, with a chance of a pause after each figure, and within the breakdown. */
export function* aggregating(answers: AnswerTable, invitations: InvitationTable, view: ReportView): Generator<undefined, Report, undefined> {
  const { filter, period, now } = view
  const { measure } = filter
  const selection = select(answers, view)
  yield
  const { listed, counted, countedBefore } = selection
  const [tally, tallyBefore] = [tallyOf(answers, measure, counted), tallyOf(answers, measure, countedBefore)]
  const defined = (figure: Parameters<typeof meaningOf>[0]): boolean => meaningOf(figure, filter).undefinedBy.length === 0
  const score = (of: typeof tally): Score => defined('score') ? scoreOf(measure, of) : { ...scoreOf(measure, of), value: null, interval: null }
  const step = view.step ?? defaultStep({ from: period.from ?? oldest(answers, counted) ?? period.to, to: period.to })
  const people = samePeople(answers, counted, countedBefore)
  yield
  const trend = defined('trend') ? trendOf(answers, measure, counted, period, step) : []
  yield
  const distribution = distributionOf(answers, measure, counted, tally.scales)
  const response = responseRate(invitations, view)
  yield
  const breakdown = view.by && defined('breakdown') ? yield* breakdownOf(answers, measure, counted, view.by, view.departments) : []
  yield
  const drivers = defined('drivers') ? driversOf(answers, measure, counted) : []
  yield
  const times = caseTimes(answers, listed, now)
  yield
  const sums = dealSums(answers, measure, counted)
  yield
  const rows = yield* recordsOf(answers, listed)
  const openCases = yield* recordsOf(answers, listed.filter(row => caseOf(answers, row) === 'open'))
  return {
    headline: score(tally),
    previous: period.previous && score(tallyBefore),
    change: period.previous && defined('change') ? scoreChange(measure, tally, tallyBefore) : null,
    samePeople: people, trend, distribution,
    outside: { shared: selection.shared, unscored: selection.unscored, flags: flagsOf(selection) },
    response, breakdown, drivers, times, sums, rows, openCases
  }
}

/** Reaching for so many records, which are all over the memory, takes longer than most figures. */
const RECORDS_AT_ONCE = 10_000

function* recordsOf({ records }: AnswerTable, rows: Uint32Array): Generator<undefined, ReportAnswer[], undefined> {
  const found: ReportAnswer[] = []
  for (const row of rows) {
    found.push(records[row]!)
    if (found.length % RECORDS_AT_ONCE === 0) yield
  }
  yield
  return found
}

function oldest(table: AnswerTable, rows: Uint32Array): string | null {
  const last = rows.at(-1)
  return last === undefined ? null : new Date(table.at[last]!).toISOString()
}

function samePeople({ contact }: AnswerTable, now: Uint32Array, before: Uint32Array): number {
  const marks = new Uint8Array(contact.values.length)
  for (const row of before) marks[contact.codes[row]!] = 1
  let both = 0
  for (const row of now) {
    const code = contact.codes[row]!
    if (marks[code] !== 1 || contact.values[code] === null) continue
    marks[code] = 2
    both++
  }
  return both
}

/** Seven points when a seven-point scale occurs. */
function distributionOf(table: AnswerTable, measure: Measure, rows: Uint32Array, scales: number): HistogramBar[] {
  const values = measure === 'coefficient'
    ? Array.from({ length: 10 }, (_, tenth) => tenth * 10)
    : scaleValues(measure === 'ces' ? { type: 'ces', points: scales >= 4 ? 7 : 5 } : { type: measure })
  const bars = values.map(value => ({ value, count: 0 }))
  const given = table.values[measure]
  for (const row of rows) {
    const bar = barOf(measure, given[row]!)
    bars[measure === 'coefficient' ? bar / 10 : bar - values[0]!]!.count += 1
  }
  return bars
}

/** Of the histogram: the bar that a value belongs to. */
export function barOf(measure: Measure, value: number): number {
  return measure === 'coefficient' ? Math.min(9, Math.floor(value / 10)) * 10 : value
}

function flagsOf({ flagged }: Selection): Record<ReadFlag, number> {
  return Object.fromEntries(READ_FLAGS.map(flag => [flag, flagged[flagCode(flag)]!])) as Record<ReadFlag, number>
}

function responseRate(invitations: InvitationTable, view: View): ResponseRate {
  const { undefinedBy } = meaningOf('response', view.filter)
  const counts = undefinedBy.length > 0 ? { answered: 0, sent: 0 } : countSent(invitations, view)
  const { part, whole, share, interval } = shareOf(counts.answered, counts.sent)
  return { answered: part, sent: whole, rate: share, interval, undefinedBy }
}
