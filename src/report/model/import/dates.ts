import { CalendarDateTime, toZoned } from '@internationalized/date'

/** Order of the numbers of a date. `year` also is what ISO 8601 writes; `unix` = seconds since 1970. */
export const DATE_ORDERS = ['year', 'day', 'month', 'unix'] as const
export type DateOrder = typeof DATE_ORDERS[number]

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** A column of dates may hold some that nobody can read; they are named row by row. */
const MOSTLY = 0.8

/** So many tell; of more, every so-manieth is looked at. */
const LOOKED_AT = 2_000

/**
 * Orders under which most values that are not empty are dates: a list of one is certain, several read the same number of them and have to be decided by
 * a person (`03/04/2026`), none = this is no column of dates. `year`, where it fits, stands alone.
 */
export function possibleOrders(values: readonly string[]): DateOrder[] {
  const all = values.map(value => value.trim()).filter(value => value !== '')
  if (all.length === 0) return []
  const stride = Math.ceil(all.length / LOOKED_AT)
  const filled = all.filter((_, index) => index % stride === 0)
  const counts = DATE_ORDERS.map(order => filled.filter(value => readDate(value, order, 'UTC') !== null).length)
  const best = Math.max(...counts)
  if (best < filled.length * MOSTLY) return []
  const possible = DATE_ORDERS.filter((_, index) => counts[index] === best)
  // a written month says itself which number is the day
  return possible.length > 1 && filled.every(value => /[a-z]{3}/i.test(value)) ? possible.slice(0, 1) : possible
}

/**
 * A date of a file as ISO instant in UTC; null when it is none, or one that does not exist. Without a time it is noon, so that no zone moves it to
 * another day; without an offset it is local time of the zone. Years before 2000 are no dates of answers.
 * @param zone IANA name
 */
export function readDate(text: string, order: DateOrder, zone: string): string | null {
  const trimmed = text.trim()
  if (order === 'unix') return /^\d{9,10}$/.test(trimmed) ? new Date(Number(trimmed) * 1000).toISOString() : null
  const [, first, second, third, time = ''] = /^(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:[T, ]+(.+))?$/.exec(trimmed) ?? []
  const named = first === undefined ? writtenDate(trimmed) : null
  if (first === undefined && named === null) return null
  const [year, month, day, rest] = named ?? (order === 'year'
    ? [first, second, third, time]
    : order === 'day' ? [third, second, first, time] : [third, first, second, time])
  // nobody writes the month first and puts points between
  if (order === 'month' && trimmed.includes('.') && !named && /^\d+\./.test(trimmed)) return null
  // two digits of a year mean this century
  if (!/^(\d{2}){1,2}$/.test(String(year)) || (order === 'year' && !named && String(year).length !== 4)) return null
  const fullYear = Number(year) < 100 ? 2000 + Number(year) : Number(year)
  const clock = readTime(String(rest ?? ''))
  if (clock === null || fullYear < 2000) return null
  return instantOf([fullYear, Number(month), Number(day)], clock, zone)
}

interface Clock {
  hour: number
  minute: number
  second: number
  /** minutes east of Greenwich; null = local time */
  offset: number | null
}

/** `14:05`, `14:05:06.789`, `2:05 PM`, each with `Z`, `UTC`, `+03:00` or `+0300`; '' = noon. */
function readTime(text: string): Clock | null {
  if (text.trim() === '') return { hour: 12, minute: 0, second: 0, offset: null }
  const [, hours, minutes, seconds = '0', half, zone] = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([ap]\.?m\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i.exec(text.trim()) ?? []
  if (hours === undefined) return null
  const raw = Number(hours)
  if (half && (raw < 1 || raw > 12)) return null
  const hour = half ? raw % 12 + (/^p/i.test(half) ? 12 : 0) : raw
  if (hour > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null
  return { hour, minute: Number(minutes), second: Number(seconds), offset: zone === undefined ? null : offsetOf(zone) }
}

function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? []
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/** `Mar 1, 2026 2:05 PM`, `1 March 2026`. */
function writtenDate(text: string): [year: string, month: number, day: string, time: string] | null {
  const [, month, day, year, time = ''] = /^([a-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})(?:[T, ]+(.+))?$/i.exec(text) ?? []
  const [, day2, month2, year2, time2 = ''] = /^(\d{1,2})\s+([a-z]{3})[a-z]*\.?,?\s+(\d{4})(?:[T, ]+(.+))?$/i.exec(text) ?? []
  const number = MONTHS.indexOf((month ?? month2 ?? '').toLowerCase()) + 1
  if (number === 0) return null
  return [(year ?? year2)!, number, (day ?? day2)!, month === undefined ? time2 : time]
}

function instantOf([year, month, day]: [number, number, number], { hour, minute, second, offset }: Clock, zone: string): string | null {
  const date = new CalendarDateTime(year, month, day, hour, minute, second)
  // a date that does not exist is moved into the range by the library
  if (date.month !== month || date.day !== day) return null
  if (offset !== null) return new Date(Date.UTC(year, month - 1, day, hour, minute, second) - offset * 60_000).toISOString()
  return toZoned(date, zone).toDate().toISOString()
}
