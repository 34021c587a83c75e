import writeXlsxFile, { type SheetData } from 'write-excel-file/browser'
import { toSheet, type SheetCell } from '@/report/model/sheet'
import type { ReportAnswer } from '@/report/model/records'
import { answerColumns, type FileWords } from '@/report/ui/answers-file'

/**
 * The answers as an Excel workbook with one sheet; headers stay in sight. Loaded when somebody asks for one: 18 KB.
 * @param title of the sheet, already translated
 * @param zone IANA name of the time zone of the report
 */
export async function answersWorkbook(rows: readonly ReportAnswer[], words: FileWords, title: string, zone: string): Promise<Blob> {
  const columns = answerColumns(rows, words)
  const [headers = [], ...lines] = toSheet(rows, columns, zone)
  const data: SheetData = [
    headers.map(header => header && 'text' in header ? { value: header.text, type: String, fontWeight: 'bold' } : null),
    ...lines.map(line => line.map(written))
  ]
  return await writeXlsxFile(data, { sheet: sheetName(title), columns: columns.map(({ width }) => ({ width })), stickyRowsCount: 1 }).toBlob()
}

function written(cell: SheetCell): SheetData[number][number] {
  if (cell === null) return null
  if ('text' in cell) return { value: cell.text, type: String }
  return 'number' in cell ? { value: cell.number, type: Number } : { value: cell.moment, type: Date, format: 'yyyy-mm-dd hh:mm' }
}

/** At most 31 characters, and not these. */
const sheetName = (title: string): string => title.replace(/[[\]:*?/\\]/g, ' ').trim().slice(0, 31) || 'Feedback'
