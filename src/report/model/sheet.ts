import { fromDate } from '@internationalized/date'
import type { CsvColumn } from './csv'

/** A cell of a workbook: text, a number, or a moment as a date whose UTC fields are the local time; null = empty. */
export type SheetCell = { text: string } | { number: number } | { moment: Date } | null

/** Longest text of a cell (Excel specifications and limits). */
const MOST_CHARACTERS = 32_767

/** What XML 1.0 cannot hold: control characters but tab and line breaks, halves of surrogate pairs, non-characters. */
const NOT_IN_XML = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

/**
 * Rows of a workbook, headers first. Unlike in CSV every cell has a type: a text stays a text, whatever it begins with, and needs no guard.
 * A workbook knows no time zones: moments become the local time of the zone.
 * @param zone IANA name
 */
export function toSheet<Row>(rows: readonly Row[], columns: readonly CsvColumn<Row>[], zone: string): SheetCell[][] {
  const text = (value: string): SheetCell => value === '' ? null : { text: value.replace(NOT_IN_XML, '').slice(0, MOST_CHARACTERS) }
  return [
    columns.map(({ header }) => text(header)),
    ...rows.map(row => columns.map(({ cell }): SheetCell => {
      const value = cell(row)
      if (value === null) return null
      if (typeof value === 'number') return { number: value }
      return typeof value === 'string' ? text(value) : { moment: localMoment(value.instant, zone) }
    }))
  ]
}

function localMoment(instant: string, zone: string): Date {
  const { year, month, day, hour, minute, second } = fromDate(new Date(instant), zone)
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second))
}
