import fc from 'fast-check'
import { ID_PATTERN } from './definition'
import type { Localized, SurveyContent } from './survey'

const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const lang = fc.constantFrom('en', 'ru', 'kz', 'id', 'la', 'ar')
const localized = fc.dictionary(lang, text, { maxKeys: 3 }) as fc.Arbitrary<Localized>
const byGroup = <T>(of: fc.Arbitrary<T>) => fc.record({ high: of, middle: of, low: of })
const days = fc.integer({ min: 0, max: 400 })
const id = fc.stringMatching(ID_PATTERN)
const options = fc.uniqueArray(fc.record({ id, text: localized }), { maxLength: 3, selector: option => option.id })

/** Every content that may be stored: also empty, unfinished and wrong ones. */
export const contentArbitrary: fc.Arbitrary<SurveyContent> = fc.record({
  name: text,
  company: text,
  logo: fc.constantFrom('', 'data:image/png;base64,AA=='),
  langs: fc.array(lang, { maxLength: 4 }),
  defaultLang: lang,
  questions: fc.uniqueArray(fc.record({
    id,
    type: fc.constantFrom('nps', 'csat', 'ces', 'stars', 'yesno', 'choice', 'choices', 'short', 'long'),
    text: localized,
    required: fc.boolean(),
    options,
    low: localized,
    high: localized,
    points: fc.constantFrom(5, 7),
    easyIs: fc.constantFrom('high', 'low')
  }, { requiredKeys: ['id', 'type', 'text', 'required'] }), { maxLength: 4, selector: question => question.id }),
  followUp: fc.record({ asked: fc.boolean(), text: byGroup(localized) }),
  thankYou: fc.record({ text: byGroup(localized), link: byGroup(text), callBack: fc.subarray(['high', 'middle', 'low']) }),
  mail: fc.record({ subject: localized, body: localized, scoreButtons: fc.boolean(), from: text }),
  expiresAfterDays: days,
  notBeforeDays: days,
  companyDays: days,
  mailsPerDay: days,
  snapshots: fc.array(fc.record({ card: fc.constantFrom('deal', 'company'), field: fc.constantFrom('title', 'ufCrm_1', 'ufCrm_2'), title: text }), { maxLength: 5 }),
  pipelines: fc.array(fc.nat(40), { maxLength: 3 }),
  asking: fc.record({
    stages: fc.array(fc.constantFrom('WON', 'UC_1', 'C3:WON'), { maxLength: 3 }),
    sms: localized,
    chat: localized,
    script: localized,
    reminders: fc.array(fc.record({ afterDays: days, channel: fc.constantFrom('email', 'sms'), subject: localized, text: localized }), { maxLength: 3 })
  })
}, { requiredKeys: [
  'name', 'company', 'langs', 'defaultLang', 'questions', 'followUp', 'thankYou', 'mail', 'expiresAfterDays', 'notBeforeDays', 'companyDays',
  'mailsPerDay', 'snapshots', 'pipelines', 'asking'
] }) as fc.Arbitrary<SurveyContent>
