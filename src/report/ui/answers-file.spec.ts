import { describe, expect, it } from 'vitest'
import { resolvePeriod } from '@/report/model/period'
import type { ReportAnswer } from '@/report/model/records'
import { answerFixture } from '@/report/model/records.fixture'
import type { Names } from '@/report/store'
import { answersCsv, clientName, answersFileName } from '@/report/ui/answers-file'
import { reportMessages } from '@/report/ui/messages'
import { openI18n } from '@/ui/i18n'

const names: Names = { contacts: new Map([[3, 'Anna']]), companies: new Map([[4, 'Acme']]), deals: new Map([[5, 'Roof']]), people: new Map([[7, 'Timur']]) }

const answer = answerFixture({
  createdAt: '2026-03-01T22:30:00+03:00', nps: 9, survey: 'after-deal', version: 2, lang: 'en', dealId: 5, contactId: 3, companyId: 4, ownerId: 7, invitationId: 1,
  hasComment: true, comment: '=HYPERLINK("x")'
})

async function csv(rows: ReportAnswer[], lang: string): Promise<string[]> {
  const { global } = await openI18n(lang, [reportMessages])
  return answersCsv(rows, { names, surveyName: () => 'After a deal', t: global.t }, { locale: lang, zone: 'Asia/Almaty' }).trimEnd().split('\r\n')
}

describe('answersCsv', () => {
  it('writes a line for every answer, in the zone of the report, with formulas made harmless', async () => {
    expect(await csv([answer], 'en')).toEqual([
      '\uFEFF"Date","Score","Group","Client","Company","Comment","Deal","Served by","Case","Channel","Survey","Version","Flag"',
      '"2026-03-02 00:30",9,"Promoter","Anna","Acme","\'=HYPERLINK(""x"")","Roof","Timur","no case","E-mail","After a deal",2,'
    ])
  })

  it('leaves empty what is not there and numbers what may not be seen', async () => {
    const bare = { ...answer, nps: null, group: 'low' as const, dealId: 77, contactId: null, companyId: 99, ownerId: 78, channel: null, comment: '', flag: 'invalid' as const }
    expect((await csv([bare], 'en'))[1]).toBe('"2026-03-02 00:30",,"Dissatisfied","","#99","","#77","#78","no case",,"After a deal",2,"invalid score"')
  })

  it('has its headers and separators in the language', async () => {
    expect((await csv([], 'ru'))[0]).toBe('\uFEFF"Дата";"Оценка";"Группа";"Клиент";"Компания";"Комментарий";"Сделка";"Кто работал";"Обращение";"Канал";"Опрос";"Версия";"Пометка"')
  })
})

it.each([[3, 4, 'Anna (Acme)'], [3, null, 'Anna'], [null, 4, 'Acme'], [9, 4, 'Acme'], [null, null, ''], [9, 9, '']])('contact %j and company %j are %j', (contactId, companyId, text) => {
  expect(clientName({ contactId, companyId }, names)).toBe(text)
})

it('names the file by the days of the period', () => {
  const now = new Date('2026-03-31T20:00:00Z')
  expect(answersFileName(resolvePeriod({ preset: 'lastMonth' }, now, 'Asia/Almaty'), 'csv')).toBe('feedback_2026-03-01_2026-03-31.csv')
  expect(answersFileName(resolvePeriod({ preset: 'all' }, now, 'Asia/Almaty'), 'xlsx')).toBe('feedback_2026-04-01.xlsx')
})
