import { endOfMonth, fromDate, parseDate, startOfMonth, toCalendarDate, type CalendarDate } from '@internationalized/date'

export const PERIOD_PRESETS = ['last7Days', 'last30Days', 'thisMonth', 'lastMonth', 'thisQuarter', 'lastQuarter', 'thisYear', 'last12Months', 'all'] as const
export type PeriodPreset = typeof PERIOD_PRESETS[number]

/** What a person chooses. Days of `custom` are `2026-03-01`, both included. */
export type PeriodChoice = { [Preset in PeriodPreset]: { preset: Preset } }[PeriodPreset] | { preset: 'custom', firstDay: string, lastDay: string }

/** With what a period is compared: see `resolvePeriod`; the same days a year earlier; nothing. */
export const COMPARISONS = ['previous', 'yearAgo', 'none'] as const
export type Comparison = typeof COMPARISONS[number]

type BoundedChoice = Exclude<PeriodChoice, { preset: 'all' }>

const DAY = 86_400_000

/** Half-open [from, to), ISO instants in UTC. */
export interface Span {
  from: string
  to: string
}

/** A choice made definite at one moment in one time zone. */
export interface Period {
  /** IANA name; named on the screen */
  zone: string
  /** null = from the first answer on */
  from: string | null
  /** at most the end of today: future months are not drawn */
  to: string
  /** what the period is compared with; null when there is nothing comparable */
  previous: Span | null
}

export const STEPS = ['day', 'week', 'month'] as const
export type Step = typeof STEPS[number]

/** A day, a week from Monday (ISO 8601) or a month in the zone of the report, as far as the period covers it. */
export interface StepSpan extends Span {
  /** 2026-03 for a month, else its first day, also one before the period: 2026-03-02 */
  key: string
}

/** First and last day, both included. */
interface Days {
  first: CalendarDate
  last: CalendarDate
}

/**
 * Turns the choice into instants. Days begin at their first instant in the zone, also where a clock change leaves out midnight.
 *
 * - `last7Days`, `last30Days`: today and the 6 or 29 days before; compared with as many days before these
 * - `thisMonth`, `thisQuarter`: up to today; compared with the same days of the month or quarter before (a shorter month: up to its end)
 * - `lastMonth`, `lastQuarter`: compared with the month or quarter before it
 * - `thisYear`: up to today; compared with the same days of the year before
 * - `last12Months`: this month up to today and the eleven before; compared with the same days a year earlier
 * - `custom`: the two days in either order, not beyond today; compared with as many days before
 * - `all`: compared with nothing
 *
 * `yearAgo` compares with the same days a year earlier instead; 29 February with the 28th.
 *
 * @throws Error when a custom day is no date, RangeError when the zone is unknown
 */
export function resolvePeriod(choice: PeriodChoice, now: Date, zone: string, comparison: Comparison = 'previous'): Period {
  const today = toCalendarDate(fromDate(now, zone))
  if (choice.preset === 'all') return { zone, from: null, to: startOf(today.add({ days: 1 }), zone), previous: null }
  const days = daysOf(choice, today)
  if (days.first.compare(days.last) > 0) {
    const nothing = startOf(days.first, zone)
    return { zone, from: nothing, to: nothing, previous: null }
  }
  const earlier = comparison === 'none' ? null : comparison === 'yearAgo' ? monthsBack(days, 12) : previousDays(choice, days)
  return { zone, ...spanOf(days, zone), previous: earlier && spanOf(earlier, zone) }
}

/** The days, weeks or months that [from, to) touches, in order, without gaps; the first and the last are cut to the span. None for an empty span. */
export function stepsOf({ from, to }: Span, zone: string, step: Step): StepSpan[] {
  const spans: StepSpan[] = []
  const end = Date.parse(to)
  let start = Date.parse(from)
  const day = toCalendarDate(fromDate(new Date(start), zone))
  let first = step === 'day' ? day : step === 'week' ? monday(day) : startOfMonth(day)
  /** days to come that are known to have 24 hours: asking the calendar of a zone is slow, and no zone changes its clocks twice in a week */
  let plainDays = 0
  while (start < end) {
    const next = first.add(step === 'day' ? { days: 1 } : step === 'week' ? { weeks: 1 } : { months: 1 })
    if (step === 'day' && plainDays === 0 && spans.length > 0 && first.add({ days: 7 }).toDate(zone).getTime() - start === 7 * DAY) plainDays = 7
    const until = Math.min(plainDays > 0 ? start + DAY : next.toDate(zone).getTime(), end)
    plainDays = Math.max(0, plainDays - 1)
    // a zone that moved over the date line has a day without any moment
    if (until > start) {
      spans.push({ key: first.toString().slice(0, step === 'month' ? 7 : 10), from: new Date(start).toISOString(), to: new Date(until).toISOString() })
      start = until
    }
    first = next
  }
  return spans
}

/** A step that gives a readable number of points: days up to 31, weeks up to half a year, then months. */
export function defaultStep({ from, to }: Span): Step {
  const days = (Date.parse(to) - Date.parse(from)) / DAY
  return days < 32 ? 'day' : days < 184 ? 'week' : 'month'
}

const monday = (day: CalendarDate): CalendarDate => day.subtract({ days: (day.toDate('UTC').getUTCDay() + 6) % 7 })

function daysOf(choice: BoundedChoice, today: CalendarDate): Days {
  switch (choice.preset) {
    case 'last7Days': return { first: today.subtract({ days: 6 }), last: today }
    case 'last30Days': return { first: today.subtract({ days: 29 }), last: today }
    case 'thisMonth': return { first: startOfMonth(today), last: today }
    case 'lastMonth': {
      const month = startOfMonth(today).subtract({ months: 1 })
      return { first: month, last: endOfMonth(month) }
    }
    case 'thisQuarter': return { first: startOfQuarter(today), last: today }
    case 'lastQuarter': {
      const first = startOfQuarter(today).subtract({ months: 3 })
      return { first, last: endOfMonth(first.add({ months: 2 })) }
    }
    case 'thisYear': return { first: startOfMonth(today).subtract({ months: today.month - 1 }), last: today }
    case 'last12Months': return { first: startOfMonth(today).subtract({ months: 11 }), last: today }
    case 'custom': {
      const [first, last] = [parseDate(choice.firstDay), parseDate(choice.lastDay)].sort((a, b) => a.compare(b)) as [CalendarDate, CalendarDate]
      return { first, last: last.compare(today) > 0 ? today : last }
    }
  }
}

const startOfQuarter = (day: CalendarDate): CalendarDate => startOfMonth(day).subtract({ months: (day.month - 1) % 3 })

const monthsBack = ({ first, last }: Days, months: number): Days => ({ first: first.subtract({ months }), last: last.subtract({ months }) })

function previousDays(choice: BoundedChoice, days: Days): Days {
  const { first, last } = days
  switch (choice.preset) {
    case 'thisMonth': return monthsBack(days, 1)
    case 'thisQuarter': return monthsBack(days, 3)
    case 'thisYear':
    case 'last12Months': return monthsBack(days, 12)
    case 'lastMonth': {
      const month = first.subtract({ months: 1 })
      return { first: month, last: endOfMonth(month) }
    }
    case 'lastQuarter': return { first: first.subtract({ months: 3 }), last: endOfMonth(first.subtract({ months: 1 })) }
    case 'last7Days':
    case 'last30Days':
    case 'custom': {
      const count = last.compare(first) + 1
      return { first: first.subtract({ days: count }), last: first.subtract({ days: 1 }) }
    }
  }
}

function spanOf({ first, last }: Days, zone: string): Span {
  return { from: startOf(first, zone), to: startOf(last.add({ days: 1 }), zone) }
}

/** First instant of a day. */
function startOf(day: CalendarDate, zone: string): string {
  return day.toDate(zone).toISOString()
}
