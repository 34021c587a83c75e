export type Cell = string | number | null

/** Aligned columns under a heading: words to the left, figures to the right, a dash where there is nothing. */
export function table(title: string, head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = [head, ...rows.map(row => row.map(text))]
  const widths = head.map((_, column) => Math.max(...texts.map(row => row[column]?.length ?? 0)))
  const isFigure = head.map((_, column) => texts.slice(1).some(row => /^[\d.]+$/.test(row[column] ?? '')))
  const line = (row: readonly string[]): string => row.map((cell, column) => isFigure[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)).join('  ').trimEnd()
  return [title, '', line(texts[0]!), widths.map(width => '-'.repeat(width)).join('  '), ...texts.slice(1).map(line), ''].join('\n')
}

/** Figures under ten keep one decimal. */
function text(cell: Cell): string {
  if (cell === null) return '–'
  if (typeof cell === 'string') return cell
  return Math.abs(cell) < 10 && !Number.isInteger(cell) ? cell.toFixed(1) : String(Math.round(cell))
}
