import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { possibleOrders, readDate, type DateOrder } from './dates'
import { decodeFile } from './decode'
import { planImport, type ImportOptions, type ImportPlan } from './dry-run'
import { missingFields, suggestMapping } from './mapping'
import { readTable, type ImportTable } from './table'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const utf16 = (text: string, little: boolean): number[] => [...text].flatMap(unit => {
  const code = unit.charCodeAt(0)
  return little ? [code & 255, code >> 8] : [code >> 8, code & 255]
})

describe('decodeFile', () => {
  const text = 'Дата;Оценка\r\n01.03.2026;9'
  // А is 0xC0 in windows-1251 and U+0410; letters follow the alphabet in both
  const cyrillic = Uint8Array.from([...text].map(letter => letter >= 'А' && letter <= 'я' ? letter.charCodeAt(0) - 0x410 + 0xC0 : letter.charCodeAt(0)))

  it.each([
    ['UTF-8 with a mark', bytes(0xEF, 0xBB, 0xBF, ...new TextEncoder().encode(text)), 'utf-8', false],
    ['UTF-8', new TextEncoder().encode(text), 'utf-8', true],
    ['windows-1251', cyrillic, 'windows-1251', true],
    ['UTF-16 with a mark', bytes(0xFF, 0xFE, ...utf16(text, true)), 'utf-16le', false],
    ['UTF-16 the other way round', bytes(0xFE, 0xFF, ...utf16(text, false)), 'utf-16be', false],
    ['UTF-16 without a mark', bytes(...utf16(text, true)), 'utf-16le', true]
  ])('reads %s', (_, file, encoding, guessed) => {
    expect(decodeFile(file)).toEqual({ text, encoding, guessed })
  })

  it('is certain of plain ASCII, and of what a person chose', () => {
    expect(decodeFile(new TextEncoder().encode('a,b'))).toEqual({ text: 'a,b', encoding: 'utf-8', guessed: false })
    expect(decodeFile(cyrillic, 'utf-8').text).toContain('�')
    expect(decodeFile(bytes())).toEqual({ text: '', encoding: 'utf-8', guessed: false })
  })
})

describe('readTable', () => {
  it.each([[','], [';'], ['\t'], ['|']])('finds the delimiter %j, also with the others in the texts', delimiter => {
    const rows = [['Date', 'Score', 'Comment'], ['2026-03-01', '9', 'a, b; c | d "e"\nf'], ['2026-03-02', '10', '1,5;2,5;3,5']]
    const table = readTable(Papa.unparse(rows, { delimiter, quotes: true }))!
    expect(table).toMatchObject({ delimiter, headers: rows[0], uneven: [] })
    expect(table.rows.map(({ cells }) => cells)).toEqual(rows.slice(1))
  })

  it('numbers the lines as an editor does, over line breaks in a cell and empty rows', () => {
    const { rows } = readTable('h,x\n1,a\n"2\nmore",b\n\n3,c\r\n4,d')!
    expect(rows.map(({ line, cells }) => [line, cells[0]])).toEqual([[2, '1'], [3, '2\nmore'], [6, '3'], [7, '4']])
  })

  it('fills up and cuts uneven rows and names their lines; equal and empty headers get a number', () => {
    expect(readTable('a,a,\n1\n1,2,3,4\n1,2,3')).toEqual({
      delimiter: ',', headers: ['a', 'a (2)', '(3)'], uneven: [2, 3],
      rows: [{ line: 2, cells: ['1', '', ''] }, { line: 3, cells: ['1', '2', '3'] }, { line: 4, cells: ['1', '2', '3'] }]
    })
  })

  it.each([[''], ['\n\n'], ['a,b'], ['a,b\n,\n']])('of %j is none', text => { expect(readTable(text)).toBeNull() })

  it('takes one column, and a chosen delimiter', () => {
    expect(readTable('Score\n9\n10')!.rows.map(({ cells }) => cells)).toEqual([['9'], ['10']])
    expect(readTable('a;b\n1;2', ',')!.headers).toEqual(['a;b'])
  })
})

describe('dates', () => {
  it.each<[string, DateOrder, string, string | null]>([
    ['2026-03-01T14:05:06+03:00', 'year', 'UTC', '2026-03-01T11:05:06.000Z'], ['2026-03-01 14:05:06 UTC', 'year', 'Asia/Almaty', '2026-03-01T14:05:06.000Z'],
    ['2026-03-01T14:05:06.789Z', 'year', 'Asia/Almaty', '2026-03-01T14:05:06.000Z'], ['2026-03-01 14:05:06 -0500', 'year', 'UTC', '2026-03-01T19:05:06.000Z'],
    ['2026-03-01 14:05', 'year', 'Asia/Almaty', '2026-03-01T09:05:00.000Z'], ['2026/3/1', 'year', 'Asia/Almaty', '2026-03-01T07:00:00.000Z'],
    ['01.03.2026 14:05', 'day', 'Europe/Moscow', '2026-03-01T11:05:00.000Z'], ['1.3.26', 'day', 'UTC', '2026-03-01T12:00:00.000Z'],
    ['3/1/2026 2:05 PM', 'month', 'UTC', '2026-03-01T14:05:00.000Z'], ['3/1/2026, 12:05 am', 'month', 'UTC', '2026-03-01T00:05:00.000Z'],
    ['Mar 1, 2026 2:05 PM', 'month', 'UTC', '2026-03-01T14:05:00.000Z'], ['1 March 2026', 'day', 'UTC', '2026-03-01T12:00:00.000Z'],
    ['1772373906', 'unix', 'UTC', '2026-03-01T14:05:06.000Z'],
    // clocks go forward: this hour does not exist, and is read as the one after
    ['2026-03-29 02:30', 'year', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['30.02.2026', 'day', 'UTC', null], ['13/01/2026', 'month', 'UTC', null], ['01/13/2026', 'day', 'UTC', null], ['2026-13-01', 'year', 'UTC', null],
    ['29.02.2026', 'day', 'UTC', null], ['29.02.2028', 'day', 'UTC', '2028-02-29T12:00:00.000Z'], ['01.01.1999', 'day', 'UTC', null],
    ['2026-03-01 25:00', 'year', 'UTC', null], ['2026-03-01 13:00 PM', 'year', 'UTC', null], ['tomorrow', 'day', 'UTC', null], ['', 'year', 'UTC', null],
    ['01-02-03', 'year', 'UTC', null], ['9', 'unix', 'UTC', null]
  ])('%s as %s in %s is %s', (text, order, zone, expected) => {
    expect(readDate(text, order, zone)).toBe(expected)
  })

  it.each<[string[], DateOrder[]]>([
    [['2026-03-01', '', '2026-12-31'], ['year']], [['01.03.2026', '31.03.2026'], ['day']], [['3/1/2026', '3/31/2026'], ['month']],
    [['03/04/2026', '05/06/2026'], ['day', 'month']], [['1772373906'], ['unix']], [['Mar 1, 2026'], ['year']], [['9', '10'], []], [['', ' '], []],
    [['01.03.2026', '3/31/2026'], []], [['1/3/2026', '2/3/2026', '3/3/2026', '4/3/2026', '31/2/2026'], ['day', 'month']],
    [['01.03.2026', '31.03.2026', '02.03.2026', '03.03.2026', '31.02.2026'], ['day']]
  ])('%j may be %j', (values, orders) => {
    expect(possibleOrders(values)).toEqual(orders)
  })

  it('come back from every order they are written in', () => {
    const days = fc.date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2090-01-01T00:00:00Z'), noInvalidDate: true })
    fc.assert(fc.property(days, date => {
      const [year, month, day] = date.toISOString().slice(0, 10).split('-') as [string, string, string]
      const expected = `${year}-${month}-${day}T12:00:00.000Z`
      expect([`${year}-${month}-${day}`, `${day}.${month}.${year}`, `${Number(month)}/${Number(day)}/${year}`]
        .map((text, index) => readDate(text, (['year', 'day', 'month'] as const)[index]!, 'UTC'))).toEqual([expected, expected, expected])
    }))
  })
})

describe('suggestMapping', () => {
  it.each([
    ['Delighted', ['Response ID', 'Survey type', 'Score', 'Comment', 'Created At', 'Person Email', 'Person Name', 'Tags'], 'delighted',
      { id: 'Response ID', date: 'Created At', score: 'Score', comment: 'Comment', email: 'Person Email', name: 'Person Name', tags: 'Tags', metric: 'Survey type' }],
    ['Retently', ['Email', 'First Name', 'Last Name', 'Company', 'Campaign', 'Score', 'Feedback', 'Date'], 'retently',
      { email: 'Email', firstName: 'First Name', lastName: 'Last Name', company: 'Company', score: 'Score', comment: 'Feedback', date: 'Date' }],
    ['a Russian table', ['Дата ответа', 'Клиент', 'Номер телефона', 'Оценка ', 'Отзыв', 'Номер_сделки'], null,
      { date: 'Дата ответа', name: 'Клиент', phone: 'Номер телефона', score: 'Оценка ', comment: 'Отзыв', deal: 'Номер_сделки' }],
    ['nothing known', ['x', 'y'], null, {}]
  ])('knows %s', (_, headers, source, mapping) => {
    expect(suggestMapping(headers)).toEqual({ source, mapping })
  })

  it('says what is missing', () => {
    expect(missingFields({ score: 'Score' })).toEqual(['date'])
    expect(missingFields({ score: 'Score', date: 'Date' })).toEqual([])
  })
})

describe('planImport', () => {
  const NOW = new Date('2026-03-31T12:00:00Z')
  const HEADERS = ['id', 'date', 'score', 'comment', 'email', 'phone', 'name', 'company', 'deal', 'lang', 'tags', 'metric']
  const mapping = Object.fromEntries(HEADERS.map(name => [name, name]))
  const row = (changes: Record<string, string> = {}): Record<string, string> =>
    ({ id: '', date: '2026-03-01', score: '9', comment: 'Good', email: 'a@example.com', phone: '', name: 'Anna', company: '', deal: '', lang: '', tags: '', metric: '', ...changes })
  const tableOf = (rows: Record<string, string>[], uneven: number[] = []): ImportTable =>
    ({ delimiter: ',', headers: HEADERS, uneven, rows: rows.map((one, index) => ({ line: index + 2, cells: HEADERS.map(name => one[name]!) })) })
  function plan(rows: Record<string, string>[], changes: Partial<ImportOptions> = {}, uneven?: number[]): ImportPlan {
    const work = planImport(tableOf(rows, uneven), { mapping, scale: { type: 'nps' }, dates: 'year', zone: 'UTC', now: NOW, imported: new Set(), ...changes })
    for (;;) {
      const step = work.next()
      if (step.done) return step.value
    }
  }

  it('takes what is whole', () => {
    const { answers, refused, remarks } = plan([row({ deal: '#77', lang: 'RU-ru', tags: 'price; speed,price' })])
    expect(answers).toEqual([{
      line: 2, key: expect.stringMatching(/^import\.[0-9a-z]{5,11}$/), at: '2026-03-01T12:00:00.000Z', value: 9, comment: 'Good', email: 'a@example.com', phone: '',
      name: 'Anna', company: '', dealId: 77, lang: 'ru', tags: ['price', 'speed']
    }])
    expect([refused, remarks]).toEqual([[], []])
  })

  it.each<[Record<string, string>, string, string]>([
    [{ score: '' }, 'noScore', ''], [{ score: '11' }, 'badScore', '11'], [{ score: '9 maybe' }, 'badScore', '9 maybe'], [{ score: '-1' }, 'badScore', '-1'],
    [{ score: '7.5' }, 'badScore', '7.5'], [{ date: '' }, 'noDate', ''], [{ date: '01.03.2026' }, 'badDate', '01.03.2026'],
    [{ date: '2026-04-02' }, 'futureDate', '2026-04-02'], [{ metric: 'CSAT' }, 'otherMetric', 'CSAT'], [{ metric: 'Customer effort' }, 'otherMetric', 'Customer effort']
  ])('refuses %j: %s', (changes, code, value) => {
    expect(plan([row(changes)])).toEqual({ answers: [], refused: [{ line: 2, code, value }], remarks: [] })
  })

  it.each([['9.0', 9], ['10,0', 10], ['0', 0], ['10', 10], [' 7 ', 7]])('reads the score %j as %i', (score, value) => {
    expect(plan([row({ score })]).answers.map(one => one.value)).toEqual([value])
  })

  it.each([['NPS'], ['Net Promoter Score'], ['nps11'], ['Autumn campaign'], ['']])('takes the metric %j for NPS', metric => {
    expect(plan([row({ metric })]).answers).toHaveLength(1)
  })

  it.each<[Record<string, string>, string, string]>([
    [{ email: '', name: '' }, 'noClient', ''], [{ deal: 'the big one' }, 'badDeal', 'the big one'], [{ comment: 'x'.repeat(10_001) }, 'commentCut', '']
  ])('takes %j with the remark %s', (changes, code, value) => {
    const { answers, remarks } = plan([row(changes)])
    expect([answers.length, remarks]).toEqual([1, [{ line: 2, code, value }]])
  })

  it('knows a client by the phone where nothing else names him, however it is written, and changes no other key by it', () => {
    const bare = { email: '', name: '' }
    const { answers, refused, remarks } = plan([row({ ...bare, phone: '+7 (701) 555-00-11' }), row({ ...bare, phone: '8 701 555' }), row({ ...bare, phone: '77015550011' })])
    expect(answers.map(({ phone }) => phone)).toEqual(['+7 (701) 555-00-11', '8 701 555'])
    expect(refused).toEqual([{ line: 4, code: 'duplicate', value: '77015550011' }])
    expect(remarks).toEqual([])
    const keyOf = (changes: Record<string, string>): string | undefined => plan([row(changes)]).answers[0]?.key
    expect(keyOf({ phone: '+7 701' })).toBe(keyOf({ phone: '' }))
  })

  it('says which rows were uneven', () => {
    expect(plan([row(), row({ score: '8' })], {}, [3]).remarks).toEqual([{ line: 3, code: 'uneven', value: '' }])
  })

  it('takes nothing twice, by the id where there is one, by everything else where there is none', () => {
    const rows = [row(), row(), row({ email: 'A@example.com' }), row({ score: '8' }), row({ comment: 'other' }), row({ id: '5' }), row({ id: '5', score: '1' }), row({ id: '6' })]
    const { answers, refused } = plan(rows)
    expect(answers.map(({ line }) => line)).toEqual([2, 5, 6, 7, 9])
    expect(refused.map(({ line, code, value }) => [line, code, value])).toEqual([[3, 'duplicate', 'a@example.com'], [4, 'duplicate', 'A@example.com'], [8, 'duplicate', '5']])
    const again = plan(rows, { imported: new Set(answers.map(({ key }) => key)) })
    expect(again.answers).toEqual([])
    expect(again.refused.filter(({ code }) => code === 'alreadyImported')).toHaveLength(5)
  })

  it('gives 100,000 rows as many different keys, a slice at a time', () => {
    const table = tableOf(Array.from({ length: 100_000 }, (_, index) => row({ email: `person${index}@example.com` })))
    const work = planImport(table, { mapping, scale: { type: 'nps' }, dates: 'year', zone: 'UTC', now: NOW, imported: new Set() })
    let slices = 0
    let step = work.next()
    for (; !step.done; step = work.next()) slices++
    expect(slices).toBe(1_000)
    expect(new Set(step.value.answers.map(({ key }) => key)).size).toBe(100_000)
  })
})
