import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { toCsv, type CsvCell, type CsvColumn } from './csv'

const EN = { locale: 'en', zone: 'Europe/Moscow' }
const RU = { locale: 'ru', zone: 'Europe/Moscow' }
const one: CsvColumn<CsvCell>[] = [{ header: 'Text', cell: cell => cell }]

/** The only cell under the header, as a spreadsheet reads it. */
function read(cell: CsvCell, style = EN): string {
  const { data, errors } = Papa.parse<string[]>(toCsv([cell], one, style).slice(1), { delimiter: style === EN ? ',' : ';', newline: '\r\n' })
  expect(errors).toEqual([])
  expect(data).toHaveLength(2)
  expect(data[1]).toHaveLength(1)
  return data[1]![0]!
}

describe('toCsv', () => {
  const columns: CsvColumn<{ at: string, nps: number | null, score: number, text: string }>[] = [
    { header: 'Created', cell: row => ({ instant: row.at }) },
    { header: 'NPS', cell: row => row.nps },
    { header: 'Score', cell: row => row.score },
    { header: 'Comment', cell: row => row.text }
  ]
  const rows = [{ at: '2026-03-01T11:05:59Z', nps: 9, score: 62.5, text: 'fine; "really", thanks' }, { at: '2026-02-28T21:00:00Z', nps: null, score: -0.5, text: '' }]

  it('is UTF-8 with mark, CRLF and commas where numbers have a point', () => {
    expect(toCsv(rows, columns, EN)).toBe([
      '\uFEFF"Created","NPS","Score","Comment"',
      '"2026-03-01 14:05",9,62.5,"fine; ""really"", thanks"',
      '"2026-03-01 00:00",,-0.5,""'
    ].join('\r\n'))
  })

  it('has semicolons and decimal commas where numbers have a comma', () => {
    expect(toCsv(rows, columns, RU)).toBe([
      '\uFEFF"Created";"NPS";"Score";"Comment"',
      '"2026-03-01 14:05";9;62,5;"fine; ""really"", thanks"',
      '"2026-03-01 00:00";;-0,5;""'
    ].join('\r\n'))
    expect(toCsv(rows, columns, { ...RU, locale: 'de' })).toContain('"Created";"NPS"')
  })

  it('is the line of headers without rows', () => {
    expect(toCsv([], columns, EN)).toBe('\uFEFF"Created","NPS","Score","Comment"')
  })

  it('writes the time of the zone across a change of clocks', () => {
    const berlin = { locale: 'en', zone: 'Europe/Berlin' }
    expect(toCsv([{ instant: '2026-03-29T00:59:00Z' }], one, berlin)).toContain('2026-03-29 01:59')
    expect(toCsv([{ instant: '2026-03-29T01:00:00Z' }], one, berlin)).toContain('2026-03-29 03:00')
    expect(toCsv([{ instant: '2026-10-25T01:30:00+01:00' }], one, berlin)).toContain('2026-10-25 02:30')
  })
})

describe('formulas', () => {
  it.each([
    '=HYPERLINK("http://evil","click")', '=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '   +1', '\u00A0=1', '\u200B=1', '\uFEFF=1', '\u0000=1', '\u202E=1', ' \t @x',
    '\tx', '\rx', '\nx', '＝1+1', '＋1', '－1', '＠x', '=cmd|\' /C calc\'!A0', '=1\nsecond line', '-2\r\nsecond line', '+1\u2028x', '='
  ])('are text: %j', (text) => {
    expect(read(text)).toBe(`'${text}`)
    expect(read(text, RU)).toBe(`'${text}`)
  })

  it.each(['fine', 'a=b', '5', '2 - 1', 'mail@example.com', "'=1", '', ' ', 'Спасибо!\r\nВсё хорошо', '"', '""', ',', ';', '😀', '(=1)', '−5', '1,5', '-', '[URL=x]', '$result[0][id]'])(
    'are not seen where there are none: %j', (text) => {
      expect(read(text)).toBe(text === '-' ? "'-" : text)
      expect(read(text, RU)).toBe(text === '-' ? "'-" : text)
    })

  it('are text in headers too', () => {
    expect(toCsv([], [{ header: '=1', cell: () => null }], EN)).toBe('\uFEFF"\'=1"')
  })

  it('never come out, and nothing else is lost', () => {
    const nasty = fc.string({ unit: fc.constantFrom('=', '+', '-', '@', ' ', '\t', '\r', '\n', '\uFEFF', '\u200B', '"', ',', ';', '\'', 'a', '1', 'я', '😀') })
    fc.assert(fc.property(fc.oneof(nasty, fc.string()), fc.constantFrom(EN, RU), (text, style) => {
      const cell = read(text, style)
      expect([text, `'${text}`]).toContain(cell)
      const visible = [...cell].filter(char => !/[\s\u200B\uFEFF]/.test(char))[0] ?? ''
      expect(['=', '+', '-', '@']).not.toContain(visible)
      expect(['\t', '\r', '\n']).not.toContain(cell[0])
    }), { numRuns: 2_000 })
  })
})
