import { fromDate, toCalendarDate } from '@internationalized/date'
import { useI18n } from 'vue-i18n'
import type { Span } from '@/report/model/period'

/** Dates as the report writes them: always in its own zone, whatever the device's is. Instants are ISO 8601. */
export function useDates(zone: () => string) {
  const { d, locale } = useI18n()
  const format = (key: 'short' | 'moment' | 'month' | 'time') => (instant: string): string => d(new Date(instant), { key, timeZone: zone() })
  return {
    day: format('short'),
    moment: format('moment'),
    month: format('month'),
    time: format('time'),
    /** Only the month's name, for an axis that names the year elsewhere. */
    monthName: (instant: string): string => new Intl.DateTimeFormat(locale.value, { month: 'short', timeZone: zone() }).format(new Date(instant)),
    /** First to last day of a half-open span, as short as the language writes it: "Nov 1 – 22, 2026". */
    days: ({ from, to }: Span): string =>
      new Intl.DateTimeFormat(locale.value, { day: 'numeric', month: 'short', year: 'numeric', timeZone: zone() }).formatRange(new Date(from), lastInstant(to))
  }
}

/** The moment before the end of a half-open span. */
export function lastInstant(to: string): Date {
  return new Date(Date.parse(to) - 1)
}

/** 2026-03-01, in the zone. */
export function isoDay(instant: Date, zone: string): string {
  return toCalendarDate(fromDate(instant, zone)).toString()
}
