import { endOfMonth, fromDate, parseDate, startOfMonth, toCalendarDate, type CalendarDate } from '@internationalized/date'

export const PERIOD_PRESETS = ['last30Days', 'thisMonth', 'lastMonth', 'thisQuarter', 'last12Months', 'all'] as const
export type PeriodPreset = typeof PERIOD_PRESETS[number]

/** What a person chooses. Days of `custom` are `2026-03-01`, both included. */
export type PeriodChoice = { [Preset in PeriodPreset]: { preset: Preset } }[PeriodPreset] | { preset: 'custom', firstDay: string, lastDay: string }

type BoundedChoice = Exclude<PeriodChoice, { preset: 'all' }>

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

/** A calendar month in the zone of the report, as far as the period covers it. */
export interface Month extends Span {
  /** 2026-03 */
  month: string
}

/** First and last day, both included. */
interface Days {
  first: CalendarDate
  last: CalendarDate
}

/**
 * Turns the choice into instants. Days begin at their first instant in the zone, also where a clock change leaves out midnight.
 *
 * - `last30Days`: today and the 29 days before; compared with the 30 days before these
 * - `thisMonth`, `thisQuarter`: up to today; compared with the same days of the month or quarter before (a shorter month: up to its end)
 * - `lastMonth`: compared with the month before it
 * - `last12Months`: this month up to today and the eleven before; compared with the same days a year earlier
 * - `custom`: the two days in either order, not beyond today; compared with as many days before
 * - `all`: compared with nothing
 *
 * @throws Error when a custom day is no date, RangeError when the zone is unknown
 */
export function resolvePeriod(choice: PeriodChoice, now: Date, zone: string): Period {
  const today = toCalendarDate(fromDate(now, zone))
  if (choice.preset === 'all') return { zone, from: null, to: startOf(today.add({ days: 1 }), zone), previous: null }
  const days = daysOf(choice, today)
  if (days.first.compare(days.last) > 0) {
    const nothing = startOf(days.first, zone)
    return { zone, from: nothing, to: nothing, previous: null }
  }
  return { zone, ...spanOf(days, zone), previous: spanOf(previousDays(choice, days), zone) }
}

/** The months that [from, to) touches, in order, without gaps; the first and the last are cut to the span. None for an empty span. */
export function monthsOf({ from, to }: Span, zone: string): Month[] {
  const months: Month[] = []
  let start = Date.parse(from)
  const end = Date.parse(to)
  while (start < end) {
    const day = toCalendarDate(fromDate(new Date(start), zone))
    const next = startOf(startOfMonth(day).add({ months: 1 }), zone)
    const until = Math.min(Date.parse(next), end)
    months.push({ month: day.toString().slice(0, 7), from: new Date(start).toISOString(), to: new Date(until).toISOString() })
    start = until
  }
  return months
}

function daysOf(choice: BoundedChoice, today: CalendarDate): Days {
  switch (choice.preset) {
    case 'last30Days': return { first: today.subtract({ days: 29 }), last: today }
    case 'thisMonth': return { first: startOfMonth(today), last: today }
    case 'lastMonth': {
      const month = startOfMonth(today).subtract({ months: 1 })
      return { first: month, last: endOfMonth(month) }
    }
    case 'thisQuarter': return { first: startOfMonth(today).subtract({ months: (today.month - 1) % 3 }), last: today }
    case 'last12Months': return { first: startOfMonth(today).subtract({ months: 11 }), last: today }
    case 'custom': {
      const [first, last] = [parseDate(choice.firstDay), parseDate(choice.lastDay)].sort((a, b) => a.compare(b)) as [CalendarDate, CalendarDate]
      return { first, last: last.compare(today) > 0 ? today : last }
    }
  }
}

function previousDays(choice: BoundedChoice, { first, last }: Days): Days {
  const back = (months: number): Days => ({ first: first.subtract({ months }), last: last.subtract({ months }) })
  switch (choice.preset) {
    case 'thisMonth': return back(1)
    case 'thisQuarter': return back(3)
    case 'last12Months': return back(12)
    case 'lastMonth': {
      const month = first.subtract({ months: 1 })
      return { first: month, last: endOfMonth(month) }
    }
    case 'last30Days':
    case 'custom': {
      const days = last.compare(first) + 1
      return { first: first.subtract({ days }), last: first.subtract({ days: 1 }) }
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
