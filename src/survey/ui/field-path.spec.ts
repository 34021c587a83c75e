import { describe, expect, it } from 'vitest'
import { checkContent } from '@/survey/model/check'
import { afterDeal } from '@/survey/model/templates/after-deal'
import type { SurveyContent } from '@/survey/model/survey'
import { differences, fieldId, fieldWords } from '@/survey/ui/field-path'
import { pathText, problemText } from '@/survey/ui/problem-text'
import { surveyMessages } from '@/survey/ui/messages'
import { openI18n } from '@/ui/i18n'

const content = (change: (content: SurveyContent) => void): SurveyContent => {
  const copy = structuredClone(afterDeal)
  copy.company = 'Acme'
  change(copy)
  return copy
}

describe('paths', () => {
  it.each([
    ['name', 'name', null, null],
    ['questions', 'questions', null, null],
    ['questions.2.text.ru', 'question.text', 'ru', 3],
    ['questions.0.low.en', 'question.low', 'en', 1],
    ['questions.1.options', 'question.options', null, 2],
    ['questions.1.options.0.id', 'question.options', null, 2],
    ['questions.1.id', 'question.text', null, 2],
    ['followUp.text.low.en', 'followUp.low', 'en', null],
    ['followUp.asked', 'followUp.asked', null, null],
    ['thankYou.link.high', 'thankYouLink.high', null, null],
    ['mail.body.ru', 'mail.body', 'ru', null],
    ['something.new', 'questions', null, null],
    ['companyDays', 'companyDays', null, null], ['mailsPerDay', 'mailsPerDay', null, null], ['thankYou.callBack.0', 'callBack', null, null],
    ['asking.chat.ru', 'asking.chat', 'ru', null], ['asking.script.en', 'asking.script', 'en', null]
  ])('%s is %s', (path, key, lang, question) => expect(fieldWords(path)).toEqual({ key, lang, question }))

  it('an option by its number', () => expect(fieldWords('questions.1.options.0.text.en')).toEqual({ key: 'question.option', lang: 'en', question: 2, option: 1 }))

  it('names the control by its path', () => expect(fieldId('mail.body.ru')).toBe('field-mail-body-ru'))
})

describe('differences', () => {
  it('are none for the same texts, an empty text and a missing one being the same', () => {
    expect(differences(content(() => undefined), content(copy => { copy.questions[0]!.text.de = '' }))).toEqual([])
  })

  it('name each place', () => {
    const other = content(copy => {
      copy.mail.subject.ru = 'Иначе'
      copy.langs = ['ru']
      copy.expiresAfterDays = 7
    })
    expect(differences(content(() => undefined), other)).toEqual(['langs', 'mail.subject.ru', 'expiresAfterDays'])
  })
})

describe('every problem that forbids publishing', () => {
  const broken: [string, (content: SurveyContent) => void][] = [
    ['nameEmpty', copy => { copy.name = ' ' }],
    ['companyEmpty', copy => { copy.company = '' }],
    ['logoTooBig', copy => { copy.logo = 'x'.repeat(9000) }],
    ['logoInvalid', copy => { copy.logo = 'x' }],
    ['langsEmpty', copy => { copy.langs = [] }],
    ['langTwice', copy => { copy.langs = ['en', 'en'] }],
    ['defaultLangUndeclared', copy => { copy.defaultLang = 'de' }],
    ['noScoredQuestion', copy => { copy.questions = [] }],
    ['tooManyQuestions', copy => { copy.questions = Array.from({ length: 11 }, (_, index) => ({ ...copy.questions[0]!, type: 'short', id: `q${index}` })) }],
    ['metricTwice', copy => { copy.questions.push({ ...copy.questions[0]!, id: 'again' }) }],
    ['idInvalid', copy => { copy.questions[0]!.id = 'A b' }],
    ['idTwice', copy => { copy.questions.push({ ...copy.questions[0]!, type: 'short' }) }],
    ['optionsMissing', copy => { copy.questions.push({ id: 'c', type: 'choice', required: false, text: { en: 'Which?', ru: 'Что?' } }) }],
    ['textMissing', copy => { copy.questions[0]!.text.ru = '' }],
    ['placeholderUnknown', copy => { copy.mail.body.en = '{klient}' }],
    ['placeholderOutsideMail', copy => { copy.thankYou.text.high.en = '{client}' }],
    ['linkInvalid', copy => { copy.thankYou.link.low = 'acme' }],
    ['daysOutOfRange', copy => { copy.expiresAfterDays = 0 }],
    ['definitionTooBig', copy => { copy.thankYou.text.low.en = 'long '.repeat(5000) }]
  ]

  it.each(broken)('%s has a sentence and a place in both languages', async (code, change) => {
    const problem = checkContent(content(change)).find(found => found.code === code)
    expect(problem, code).toBeDefined()
    for (const lang of ['en', 'ru']) {
      const { t } = (await openI18n(lang, [surveyMessages])).global
      const said = [pathText(problem!.field, t, lang), problemText(problem!, t, lang)]
      for (const text of said) expect(text).not.toMatch(/survey\.\w|undefined|\{(?!klient|client)/)
    }
  })
})
