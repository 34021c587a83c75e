import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { answerFixture } from '@/report/model/records.fixture'
import { answersWorkbook } from '@/report/ui/answers-workbook'
import { reportMessages } from '@/report/ui/messages'
import { openI18n } from '@/ui/i18n'

describe('answersWorkbook', () => {
  it('is a workbook with texts, numbers and dates as such', async () => {
    const { global } = await openI18n('ru', [reportMessages])
    const names = { contacts: new Map([[3, 'Анна']]), companies: new Map(), deals: new Map(), people: new Map() }
    const rows = [answerFixture({ createdAt: '2026-03-01T14:05:00+05:00', nps: 9, contactId: 3, companyId: 4, state: 'work', hasComment: true, comment: '=1+1 <b>' })]
    const words = {
      names, surveys: [], surveyName: () => 'Опрос', snapshot: String, pipelines: new Map(), tags: new Map(), said: new Map(), t: global.t, lang: 'ru'
    }
    const blob = await answersWorkbook(rows, words, 'Отзывы: март/апрель', 'Asia/Almaty')
    const files = unzipSync(new Uint8Array(await blob.arrayBuffer()))
    const read = (name: string): string => strFromU8(files[name]!)
    const texts = [...read('xl/sharedStrings.xml').matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map(([, text]) => text)
    expect(texts).toEqual(expect.arrayContaining(['Дата', 'Компания', 'Обращение', 'Анна', '#4', 'в работе', '=1+1 &lt;b&gt;']))
    const sheet = read('xl/worksheets/sheet1.xml')
    expect(sheet).not.toContain('<f>')
    expect(sheet).toMatch(/<c r="B2"[^>]*><v>9<\/v>/)
    // 1 March 2026, 14:05
    expect(sheet).toMatch(/<c r="A2"[^>]*><v>46082\.58680/)
    expect(sheet).toContain('ySplit="1"')
    expect(read('xl/workbook.xml')).toContain('name="Отзывы  март апрель"')
  })
})
