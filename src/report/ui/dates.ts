import { fromDate, toCalendarDate } from '@internationalized/date'
import { useI18n } from 'vue-i18n'
import type { Span } from '@/report/model/period'

/** Dates as the report writes them: always in its own zone, whatever the device's is. */
export function useDates(zone: () => string) {
  const { d } = useI18n()
  const format = (key: 'short' | 'moment' | 'month' | 'time') => (instant: string): string => d(new Date(instant), { key, timeZone: zone() })
  const day = format('short')
  return {
    day,
    moment: format('moment'),
    month: format('month'),
    time: format('time'),
    /** First and last day of a half-open span. */
    days: ({ from, to }: Span): { from: string, to: string } => ({ from: day(from), to: day(new Date(Date.parse(to) - 1).toISOString()) })
  }
}

/** 2026-03-01, in the zone. */
export function isoDay(instant: string, zone: string): string {
  return toCalendarDate(fromDate(new Date(instant), zone)).toString()
}
