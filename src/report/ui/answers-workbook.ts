import writeXlsxFile, { type SheetData } from 'write-excel-file/browser'
import { toSheet, type SheetCell } from '@/report/model/sheet'
import type { ReportAnswer } from '@/report/model/records'
import { answerColumns, type FileWords } from '@/report/ui/answers-file'

/** Widths of the columns in characters: date, score, group, client, company, comment, deal, owner, state, channel, survey, version, flag. */
const WIDTHS = [17, 8, 14, 24, 24, 60, 28, 24, 18, 12, 20, 8, 18]

/**
 * The listed answers as an Excel workbook with one sheet; headers stay in sight. Loaded when somebody asks for one: 18 KB.
 * @param title of the sheet, already translated
 * @param zone IANA name of the time zone of the report
 */
export async function answersWorkbook(rows: readonly ReportAnswer[], words: FileWords, title: string, zone: string): Promise<Blob> {
  const [headers = [], ...lines] = toSheet(rows, answerColumns(words), zone)
  const data: SheetData = [
    headers.map(header => header && 'text' in header ? { value: header.text, type: String, fontWeight: 'bold' } : null),
    ...lines.map(line => line.map(written))
  ]
  return await writeXlsxFile(data, { sheet: sheetName(title), columns: WIDTHS.map(width => ({ width })), stickyRowsCount: 1 }).toBlob()
}

function written(cell: SheetCell): SheetData[number][number] {
  if (cell === null) return null
  if ('text' in cell) return { value: cell.text, type: String }
  return 'number' in cell ? { value: cell.number, type: Number } : { value: cell.moment, type: Date, format: 'yyyy-mm-dd hh:mm' }
}

/** At most 31 characters, and not these. */
const sheetName = (title: string): string => title.replace(/[[\]:*?/\\]/g, ' ').trim().slice(0, 31) || 'Feedback'
