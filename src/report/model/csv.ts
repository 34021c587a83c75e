import { fromDate, toCalendarDateTime } from '@internationalized/date'
import Papa from 'papaparse'

/** `{ instant }` is an ISO 8601 time, written as local time in the zone. */
export type CsvCell = string | number | { instant: string } | null

export interface CsvColumn<Row> {
  /** already translated */
  header: string
  cell: (row: Row) => CsvCell
}

export interface CsvStyle {
  /** BCP 47; decides between comma and point in numbers, and thereby the separator of cells */
  locale: string
  /** IANA name of the time zone of the report */
  zone: string
}

/**
 * What a spreadsheet would run: = + − @ at the beginning, also in full width, also behind blanks, tabs, line breaks, control and invisible characters;
 * and a leading tab or line break, behind which some importers begin a new cell.
 * See OWASP, "CSV Injection". Papaparse's own `escapeFormulae: true` knows no leading blanks and lets every text with a line break pass
 * (its pattern ends in `.*$`), so the guard is ours alone; a second one would also mark negative numbers.
 */
const FORMULA = /^(?:[\p{Z}\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]|[\t\r\n])/u

/**
 * CSV as Excel opens it with a double click: UTF-8 with byte order mark, CRLF, `;` between cells where the locale writes a decimal comma, else `,`.
 * Texts are always quoted; one that a spreadsheet could run gets an apostrophe in front. Dates are `2026-03-01 14:05`. Null is an empty cell.
 * Without rows there is the line of headers.
 */
export function toCsv<Row>(rows: readonly Row[], columns: readonly CsvColumn<Row>[], { locale, zone }: CsvStyle): string {
  const comma = new Intl.NumberFormat(locale).formatToParts(1.5).some(({ type, value }) => type === 'decimal' && value === ',')
  const text = (cell: CsvCell): string | number | null => {
    if (typeof cell === 'string') return FORMULA.test(cell) ? `'${cell}` : cell
    if (typeof cell === 'number') return comma ? String(cell).replace('.', ',') : cell
    return cell === null ? null : localTime(cell.instant, zone)
  }
  const lines = [columns.map(({ header }) => text(header)), ...rows.map(row => columns.map(({ cell }) => text(cell(row))))]
  return '\uFEFF' + Papa.unparse(lines, { delimiter: comma ? ';' : ',', newline: '\r\n', quotes: isText })
}

/** Numbers stay bare, also with a decimal comma. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && !/^-?\d+(,\d+)?$/.test(value)
}

function localTime(instant: string, zone: string): string {
  return toCalendarDateTime(fromDate(new Date(instant), zone)).toString().slice(0, 16).replace('T', ' ')
}
