import { describe, expect, it } from 'vitest'
import { resolvePeriod } from '@/report/model/period'
import type { ReportAnswer } from '@/report/model/records'
import { answerFixture } from '@/report/model/records.fixture'
import type { Names } from '@/report/store'
import { answersCsv, answersFileName, type FileWords } from '@/report/ui/answers-file'
import { reportMessages } from '@/report/ui/messages'
import { afterDeal } from '@/survey/model/templates/after-deal'
import type { Survey } from '@/survey/model/survey'
import { openI18n } from '@/ui/i18n'

const names: Names = { contacts: new Map([[3, 'Anna']]), companies: new Map([[4, 'Acme']]), deals: new Map([[5, 'Roof']]), people: new Map([[7, 'Timur']]) }

const answer = answerFixture({
  createdAt: '2026-03-01T22:30:00+03:00', nps: 9, survey: 'after-deal', version: 2, lang: 'en', dealId: 5, contactId: 3, companyId: 4, ownerId: 7, invitationId: 1,
  hasComment: true, comment: '=HYPERLINK("x")'
})

const content = {
  ...afterDeal, defaultLang: 'en', questions: [
    ...afterDeal.questions.map(question => ({ ...question, id: 'q1' })),
    { id: 'again', type: 'yesno' as const, text: { en: 'Again?', ru: 'Снова?' }, required: false },
    { id: 'why', type: 'choices' as const, text: { en: 'Why?' }, required: false, options: [{ id: 'a', text: { en: 'Price' } }, { id: 'b', text: { en: 'Speed' } }] }
  ]
}
const survey: Survey = {
  v: 4, id: 'after-deal', status: 'active', draft: content, published: { version: 2, at: '2026-01-01T00:00:00Z', by: 1, content }, form: null, plan: null
}

async function csv(rows: ReportAnswer[], lang: string, more: Partial<FileWords> = {}): Promise<string[]> {
  const { global } = await openI18n(lang, [reportMessages])
  const words: FileWords = {
    names, surveys: [], surveyName: () => 'After a deal', snapshot: number => `Field ${number}`, pipelines: new Map([[0, 'Sales']]), tags: new Map([[71, 'price']]),
    said: new Map(), t: global.t, lang, ...more
  }
  return answersCsv(rows, words, { locale: lang, zone: 'Asia/Almaty' }).trimEnd().split('\r\n')
}

describe('answersCsv', () => {
  it('writes a line for every answer, in the zone of the report, with formulas made harmless', async () => {
    expect(await csv([answer], 'en')).toEqual([
      '\uFEFF"Date","NPS","Group","Client","Company","Comment","Deal","Served by","Case","Channel","Survey","Version","Language","Flag"',
      '"2026-03-02 00:30",9,"Promoter","Anna","Acme","\'=HYPERLINK(""x"")","Roof","Timur","no case","E-mail","After a deal",2,"en",'
    ])
  })

  it('leaves empty what is not there and numbers what may not be seen', async () => {
    const bare = { ...answer, nps: null, group: 'low' as const, dealId: 77, contactId: null, companyId: 99, ownerId: 78, channel: null, comment: '', flag: 'invalid' as const }
    expect((await csv([bare], 'en'))[1]).toBe('"2026-03-02 00:30","Dissatisfied","","#99","","#77","#78","no case",,"After a deal",2,"en","no valid score"')
  })

  it('has a column for every score, field, snapshot and question that somebody answered', async () => {
    const full = answerFixture({
      ...answer, id: 1, csat: 4, coefficient: 82.345, tags: [71, 72], pipeline: 0, sum: { amount: 1200.5, currency: 'KZT' }, snapshots: ['', 'North'],
      sentAt: '2026-02-28T10:00:00+05:00', doneAt: '2026-03-03T10:00:00+05:00', comment: null
    })
    const said = new Map([[1, { comment: 'From the portal', answers: { q1: '9', csat: '4', again: 'yes', why: ['b', 'x'], gone: '@old' } }]])
    const [head, line] = await csv([full], 'en', { surveys: [survey], said })
    expect(head).toBe('\uFEFF"Date","NPS","CSAT","Coefficient","Group","Client","Company","Comment","Again?","Why?","gone","Tags","Deal","Pipeline","Deal amount",'
      + '"Currency","Field 2","Served by","Case","Case closed","Channel","Request sent","Survey","Version","Language","Flag"')
    expect(line).toBe('"2026-03-02 00:30",9,4,82.3,"Promoter","Anna","Acme","From the portal","Yes","Speed, x","\'@old","price, #72","Roof","Sales",1200.5,'
      + '"KZT","North","Timur","no case","2026-03-03 10:00","E-mail","2026-02-28 10:00","After a deal",2,"en",')
  })

  it('names the survey before the question where there are several', async () => {
    const said = new Map([[1, { comment: '', answers: { again: 'no' } }], [2, { comment: '', answers: { again: 'x' } }]])
    const rows = [answerFixture({ ...answer, id: 1 }), answerFixture({ ...answer, id: 2, survey: 'other' })]
    const [head, first, second] = await csv(rows, 'en', { surveys: [survey], said, surveyName: id => id })
    expect(head).toContain('"after-deal: Again?","other: again"')
    expect([first, second].map(line => line!.split(',').slice(6, 8))).toEqual([['"No"', ''], ['', '"x"']])
  })

  it('gives every column a name that says what it is', async () => {
    const [head] = await csv([{ ...answer, snapshots: ['x', 'y', 'z'] }], 'en', { snapshot: number => number < 3 ? 'Company' : 'Region' })
    expect(head!.match(/"(Company|Region)[^"]*"/g))
      .toEqual(['"Company"', '"Company – when the customer answered"', '"Company – when the customer answered (2)"', '"Region"'])
    const asked = { ...content, questions: [{ id: 'again', type: 'short' as const, text: { en: 'Comment' }, required: false }] }
    const surveys = [{ ...survey, published: { ...survey.published!, content: asked } }]
    const [questions] = await csv([{ ...answer, id: 1 }], 'en', { surveys, said: new Map([[1, { comment: '', answers: { again: 'x' } }]]) })
    expect(questions!.match(/"[^"]*Comment"/g)).toEqual(['"Comment"', '"After a deal: Comment"'])
  })

  it('has its headers and separators in the language', async () => {
    expect((await csv([], 'ru'))[0]).toBe('\uFEFF"Дата";"Группа";"Клиент";"Компания";"Комментарий";"Сделка";"Кто работал";"Обращение";"Канал";"Опрос";"Версия";"Язык";"Пометка"')
    expect((await csv([{ ...answer, coefficient: 82.35 }], 'ru'))[1]).toMatch(/^"2026-03-02 00:30";9;82,4;"/)
  })
})

it('names the file by the days of the period', () => {
  const now = new Date('2026-03-31T20:00:00Z')
  expect(answersFileName(resolvePeriod({ preset: 'lastMonth' }, now, 'Asia/Almaty'), 'csv')).toBe('feedback_2026-03-01_2026-03-31.csv')
  expect(answersFileName(resolvePeriod({ preset: 'all' }, now, 'Asia/Almaty'), 'xlsx')).toBe('feedback_2026-04-01.xlsx')
})
