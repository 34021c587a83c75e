import Papa from 'papaparse'

export const DELIMITERS = [',', ';', '\t', '|'] as const
export type Delimiter = typeof DELIMITERS[number]

export interface ImportTable {
  delimiter: Delimiter
  /** as in the file, trimmed; equal or empty ones get a number: `Score (2)`, `(3)` */
  headers: string[]
  /** every row has as many cells as there are headers */
  rows: ImportLine[]
  /** lines of the file whose number of cells differs from the headers': filled up or cut */
  uneven: number[]
}

export interface ImportLine {
  /** of the file, from 1; a row over several lines has the number of its first */
  line: number
  cells: string[]
}

/**
 * Reads a table with headers in its first row. Empty rows are left out.
 * @param delimiter chosen by the person; else the one that gives most rows the number of cells of the first
 * @returns null when there is nothing but perhaps headers
 */
export function readTable(text: string, delimiter: Delimiter = delimiterOf(text)): ImportTable | null {
  const parsed: ImportLine[] = []
  let line = 1
  let at = 0
  Papa.parse<string[]>(text, {
    delimiter,
    step({ data, meta }) {
      parsed.push({ line, cells: data })
      for (; at < meta.cursor; at++) if (text.charCodeAt(at) === 10 || (text.charCodeAt(at) === 13 && text.charCodeAt(at + 1) !== 10)) line++
    }
  })
  const [head, ...body] = parsed.filter(({ cells }) => cells.some(cell => cell.trim() !== ''))
  if (!head || body.length === 0) return null
  const headers = distinct(head.cells.map(cell => cell.trim()))
  const uneven = body.filter(({ cells }) => cells.length !== headers.length).map(row => row.line)
  const rows = body.map(row => ({ line: row.line, cells: headers.map((_, index) => row.cells[index] ?? '') }))
  return { delimiter, headers, rows, uneven }
}

/** The delimiter under which the first rows are alike and widest; a comma when no one divides anything. */
function delimiterOf(text: string): Delimiter {
  let best: Delimiter = ','
  let points = 0
  for (const delimiter of DELIMITERS) {
    const { data } = Papa.parse<string[]>(text, { delimiter, preview: 50 })
    const rows = data.filter(cells => cells.some(cell => cell.trim() !== ''))
    const width = rows[0]?.length ?? 1
    const alike = rows.filter(cells => cells.length === width).length
    const score = width === 1 ? 0 : alike / rows.length * 1_000 + width
    if (score > points) [best, points] = [delimiter, score]
  }
  return best
}

function distinct(names: readonly string[]): string[] {
  const seen = new Set<string>()
  return names.map((name, index) => {
    const unique = name !== '' && !seen.has(name) ? name : `${name} (${index + 1})`.trim()
    seen.add(unique)
    return unique
  })
}
