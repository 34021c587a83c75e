import { describe, expect, it } from 'vitest'
import { checkContent, type ProblemCode } from './check'
import { DEFINITION_LIMIT_BYTES, decodeDefinition, definitionBytes, definitionOf, encodeDefinition } from './definition'
import type { Question, Reminder, SurveyContent } from './survey'
import { afterDeal } from './templates/after-deal'

const both = (text: string): { en: string, ru: string } => ({ en: text, ru: text })
const good: SurveyContent = { ...afterDeal, company: 'Acme' }
const nps = good.questions[0]!
const question = (id: string, type: Question['type'], more: Partial<Question> = {}): Question => ({ id, type, text: both('Q'), required: false, ...more })
const option = (id: string, text = both('O')): { id: string, text: { en: string, ru: string } } => ({ id, text })
const reminder = (afterDays: number, channel: Reminder['channel'] = 'email', text = {}): Reminder => ({ afterDays, channel, subject: {}, text })
const codes = (content: SurveyContent): string[] => checkContent(content).map(({ field, code }) => `${field} ${code}`)

describe('checkContent', () => {
  it('has nothing against the template once the company has a name', () => {
    expect(checkContent(good)).toEqual([])
    expect(codes(afterDeal)).toEqual(['company companyEmpty'])
  })

  it.each<[string, Partial<SurveyContent>, string[]]>([
    ['name', { name: ' ' }, ['name nameEmpty']],
    ['company', { company: '\n' }, ['company companyEmpty']],
    ['logo from outside', { logo: 'https://example.com/a.png' }, ['logo logoInvalid']],
    ['logo too big', { logo: `data:image/png;base64,${'A'.repeat(8192)}` }, ['logo logoTooBig']],
    ['no language', { langs: [] }, ['langs langsEmpty']],
    ['language twice', { langs: ['en', 'ru', 'en'] }, ['langs.2 langTwice']],
    ['language twice, a text missing in it', { langs: ['ru', 'en', 'ru'], questions: [{ ...nps, text: { en: 'How?' } }] }, ['langs.2 langTwice', 'questions.0.text.ru textMissing']],
    ['default language not declared', { langs: ['ru'] }, ['defaultLang defaultLangUndeclared']],
    ['nothing scored', { questions: [question('a', 'long')] }, ['questions noScoredQuestion']],
    ['no question', { questions: [] }, ['questions noScoredQuestion']],
    ['ten questions', { questions: [nps, ...Array.from({ length: 9 }, (_, index) => question(`q${index}`, 'short'))] }, []],
    ['eleven questions', { questions: [nps, ...Array.from({ length: 10 }, (_, index) => question(`q${index}`, 'short'))] }, ['questions tooManyQuestions']],
    ['one of each metric', { questions: [nps, question('b', 'csat'), question('c', 'ces'), question('d', 'stars')] }, []],
    ['two of one metric', { questions: [nps, question('b', 'csat'), question('c', 'nps')] }, ['questions.2.type metricTwice']],
    ['two of another type', { questions: [nps, question('b', 'long'), question('c', 'long')] }, []],
    ['same id', { questions: [nps, question('nps', 'long')] }, ['questions.1.id idTwice']],
    ['id that is none', { questions: [nps, question('Q 1', 'long')] }, ['questions.1.id idInvalid']],
    ['question without text', { questions: [{ ...nps, text: both(' ') }] }, ['questions.0.text.en textMissing', 'questions.0.text.ru textMissing']],
    ['question without text in one language', { questions: [{ ...nps, text: { en: 'How?' } }] }, ['questions.0.text.ru textMissing']],
    ['words of the ends in one language', { questions: [{ ...nps, low: { en: 'bad' } }] }, ['questions.0.low.ru textMissing']],
    ['no words of the ends', { questions: [{ ...nps, low: undefined, high: both('') }] }, []],
    ['choice without options', { questions: [nps, question('b', 'choice')] }, ['questions.1.options optionsMissing']],
    ['choice of one', { questions: [nps, question('b', 'choice', { options: [option('a')] })] }, ['questions.1.options optionsMissing']],
    ['choices of one', { questions: [nps, question('b', 'choices', { options: [option('a')] })] }, []],
    ['choices without options', { questions: [nps, question('b', 'choices', { options: [] })] }, ['questions.1.options optionsMissing']],
    ['option twice', { questions: [nps, question('b', 'choice', { options: [option('a'), option('a')] })] }, ['questions.1.options.1.id idTwice']],
    ['option without text', { questions: [nps, question('b', 'choice', { options: [option('a'), option('b', { en: 'B', ru: '' })] })] },
      ['questions.1.options.1.text.ru textMissing']],
    ['options of a question that has none now', { questions: [nps, question('b', 'long', { options: [option('A!', both(''))] })] }, []],
    ['follow-up without a text', { followUp: { asked: true, text: { ...good.followUp.text, low: { en: 'Why?' } } } }, ['followUp.text.low.ru textMissing']],
    ['follow-up that is not asked', { followUp: { asked: false, text: { high: {}, middle: {}, low: {} } } }, []],
    ['no own thank-you', { thankYou: { ...good.thankYou, text: { high: {}, middle: both(''), low: {} } } }, []],
    ['half a thank-you', { thankYou: { ...good.thankYou, text: { ...good.thankYou.text, high: { ru: 'Спасибо' } } } }, ['thankYou.text.high.en textMissing']],
    ['links', { thankYou: { ...good.thankYou, link: { high: 'https://g.page/acme?x=1', middle: 'javascript:alert(1)', low: 'example.com' } } },
      ['thankYou.link.middle linkInvalid', 'thankYou.link.low linkInvalid']],
    ['mail without subject', { mail: { ...good.mail, subject: {} } }, ['mail.subject.en textMissing', 'mail.subject.ru textMissing']],
    ['mail without body', { mail: { ...good.mail, body: { en: 'Hello', ru: ' \n' } } }, ['mail.body.ru textMissing']],
    ['sender', { mail: { ...good.mail, from: 'Acme <service@acme.example>' } }, []],
    ['sender that is no address', { mail: { ...good.mail, from: 'Acme' } }, ['mail.from senderInvalid']],
    ['unknown placeholder', { mail: { ...good.mail, subject: both('{Client}'), body: both('{client}, {foo} {foo} { deal } {}') } }, [
      'mail.subject.en placeholderUnknown', 'mail.subject.ru placeholderUnknown',
      ...['en', 'ru'].flatMap(lang => [1, 2, 3].map(() => `mail.body.${lang} placeholderUnknown`))]],
    ['placeholder on the page', { questions: [{ ...nps, text: { en: 'How was {deal}?', ru: 'Как {прошло}?' } }] }, ['questions.0.text.en placeholderOutsideMail']],
    ['placeholder in an option', { questions: [nps, question('b', 'choices', { options: [option('a', both('{deal}'))] })] },
      ['questions.1.options.0.text.en placeholderOutsideMail', 'questions.1.options.0.text.ru placeholderOutsideMail']],
    ['zero days', { expiresAfterDays: 0, notBeforeDays: 0 }, ['expiresAfterDays daysOutOfRange']],
    ['most days', { expiresAfterDays: 365, notBeforeDays: 730 }, []],
    ['too many days', { expiresAfterDays: 366, notBeforeDays: 731 }, ['expiresAfterDays daysOutOfRange', 'notBeforeDays daysOutOfRange']],
    ['days that are none', { expiresAfterDays: Number.NaN, notBeforeDays: 1.5 }, ['expiresAfterDays daysOutOfRange', 'notBeforeDays daysOutOfRange']],
    ['negative days', { notBeforeDays: -1 }, ['notBeforeDays daysOutOfRange']],
    ['no pause for companies, one mail a day', { companyDays: 0, mailsPerDay: 1 }, []],
    ['the longest pause for companies, the most mails', { companyDays: 730, mailsPerDay: 2000 }, []],
    ['too long a pause, no mails', { companyDays: 731, mailsPerDay: 0 }, ['companyDays daysOutOfRange', 'mailsPerDay daysOutOfRange']],
    ['numbers that are none', { companyDays: Number.NaN, mailsPerDay: 10.5 }, ['companyDays daysOutOfRange', 'mailsPerDay daysOutOfRange']],
    ['chat words in one language', { asking: { ...afterDeal.asking, chat: { en: '{link} {score}' } } }, ['asking.chat.ru textMissing', 'asking.chat.en placeholderUnknown']],
    ['words for the phone with a link', { asking: { ...afterDeal.asking, script: { en: 'Hello, {client}', ru: '{link}' } } }, ['asking.script.ru placeholderUnknown']],
    ['text message', { asking: { stages: [], sms: both('{client}, {link}'), chat: {}, script: {}, reminders: [] } }, []],
    ['text message in one language', { asking: { stages: [], sms: { en: '{url}' }, chat: {}, script: {}, reminders: [] } }, ['asking.sms.ru textMissing', 'asking.sms.en placeholderUnknown']],
    ['reminders', { asking: { stages: ['gone'], sms: {}, chat: {}, script: {}, reminders: [reminder(1), reminder(2, 'sms', both('{link}')), reminder(29)] } }, []],
    ['reminders at odd times', { expiresAfterDays: 10, asking: { stages: [], sms: {}, chat: {}, script: {}, reminders: [reminder(3), reminder(3), reminder(10)] } },
      ['asking.reminders.1.afterDays reminderTooEarly', 'asking.reminders.2.afterDays reminderTooLate']],
    ['reminder at no time', { asking: { stages: [], sms: {}, chat: {}, script: {}, reminders: [reminder(Number.NaN)] } }, ['asking.reminders.0.afterDays daysOutOfRange']],
    ['reminder by mail with half a text', { asking: { stages: [], sms: {}, chat: {}, script: {}, reminders: [{ ...reminder(3, 'email', { en: '{link}' }), subject: { ru: '{x}' } }] } }, [
      'asking.reminders.0.subject.en textMissing', 'asking.reminders.0.subject.ru placeholderUnknown',
      'asking.reminders.0.text.ru textMissing', 'asking.reminders.0.text.en placeholderUnknown']],
    ['subject that a text message leaves unused', { asking: { stages: [], sms: {}, chat: {}, script: {}, reminders: [{ ...reminder(3, 'sms'), subject: { ru: '{x}' } }] } }, []]
  ])('%s', (_, change, found) => {
    expect(codes({ ...good, ...change })).toEqual(found)
  })

  it('says by how much a definition is too big, and which texts are longest', () => {
    const questions = [
      { ...nps, text: { en: 'x'.repeat(9000), ru: 'ж'.repeat(8000) } },
      question('b', 'choice', { options: [option('a'), option('b', { en: 'y'.repeat(10_000), ru: 'y' })] })
    ]
    const content = { ...good, questions }
    const bytes = definitionBytes(definitionOf('x'.repeat(16), 9999, content))
    expect(checkContent(content)).toEqual([{
      field: 'questions',
      code: 'definitionTooBig',
      params: {
        bytes,
        limit: DEFINITION_LIMIT_BYTES,
        over: bytes - DEFINITION_LIMIT_BYTES,
        longest: ['questions.0.text.ru', 'questions.1.options.1.text.en', 'questions.0.text.en']
      }
    }])
  })

  it('names the logo where it is what weighs', () => {
    const logo = `data:image/png;base64,${'A'.repeat(8000)}`
    const found = checkContent({ ...good, logo, company: 'x'.repeat(12_000) }).find(({ code }) => code === 'definitionTooBig')
    expect((found?.params.longest as string[])[0]).toBe('logo')
  })

  it('lets exactly the limit pass', () => {
    const size = (company: string): number => definitionBytes(definitionOf('x'.repeat(16), 9999, { ...good, company }))
    const company = 'x'.repeat(DEFINITION_LIMIT_BYTES - size(''))
    expect(checkContent({ ...good, company })).toEqual([])
    expect(codes({ ...good, company: `${company}x` })).toEqual(['questions definitionTooBig'])
  })

  it.each<[string, ProblemCode, Record<string, unknown>]>([
    ['langs', 'langTwice', { lang: 'en' }],
    ['questions', 'metricTwice', { metric: 'nps' }],
    ['options', 'optionsMissing', { count: 1, least: 2 }],
    ['placeholder', 'placeholderUnknown', { lang: 'en', name: 'foo' }],
    ['days', 'daysOutOfRange', { min: 1, max: 365 }]
  ])('gives the values of its sentence: %s', (_, code, params) => {
    const bad: SurveyContent = {
      ...good, langs: ['en', 'en'], expiresAfterDays: 0, mail: { ...good.mail, subject: { en: '{foo}' } },
      questions: [nps, question('b', 'nps'), question('c', 'choice', { options: [option('a')] })]
    }
    expect(checkContent(bad).find(problem => problem.code === code)?.params).toEqual(params)
  })

  it('what it lets pass, the answer page can read', () => {
    expect(decodeDefinition(encodeDefinition(definitionOf('a', 1, good)))).not.toBeNull()
  })
})
