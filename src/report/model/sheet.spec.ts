import { describe, expect, it } from 'vitest'
import type { CsvCell } from './csv'
import { toSheet } from './sheet'

const cellsOf = (...values: CsvCell[]) => toSheet([values], values.map((_, index) => ({ header: `h${index}`, cell: (row: CsvCell[]) => row[index]! })), 'Asia/Almaty')[1]

describe('toSheet', () => {
  it('begins with the headers, also without rows', () => {
    expect(toSheet([], [{ header: 'Дата', cell: () => null }], 'UTC')).toEqual([[{ text: 'Дата' }]])
  })

  it('keeps texts as texts: formulas need no guard where cells have types', () => {
    expect(cellsOf('=1+1', '-5', '', null, 9, -0.5)).toEqual([{ text: '=1+1' }, { text: '-5' }, null, null, { number: 9 }, { number: -0.5 }])
  })

  it.each([
    ['2026-03-01T23:30:00+03:00', '2026-03-02T01:30:00.000Z'],
    // Almaty moved from UTC+6 to UTC+5 on 1 March 2024
    ['2024-02-29T12:00:00Z', '2024-02-29T18:00:00.000Z'], ['2024-03-02T12:00:00Z', '2024-03-02T17:00:00.000Z']
  ])('writes %s as the local time of the zone', (instant, local) => {
    expect(cellsOf({ instant })).toEqual([{ moment: new Date(local) }])
  })

  it('drops what XML cannot hold and cuts what Excel cannot', () => {
    expect(cellsOf('a\u0000b\u000Bc\td\ne', 'x\uD83D', '😀', 'я'.repeat(40_000))).toEqual([{ text: 'abc\td\ne' }, { text: 'x' }, { text: '😀' }, { text: 'я'.repeat(32_767) }])
  })
})
