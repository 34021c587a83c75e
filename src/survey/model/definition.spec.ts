import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeDefinition, definitionBytes, definitionOf, encodeDefinition, pickLang } from './definition'
import { GROUPS, METRICS, type Definition, type Localized, type Question, type SurveyContent } from './survey'
import { afterDeal } from './templates/after-deal'

const content: SurveyContent = { ...afterDeal, company: 'Acme' }
const definition = definitionOf('a1', 3, content)

const anyText: fc.Arbitrary<Localized> = fc.record({ en: fc.string({ unit: 'grapheme' }), ru: fc.string() })
const anyGroups = fc.record({ high: anyText, middle: anyText, low: anyText })
const anyId = fc.string({ unit: fc.constantFrom(...'abcz019'), minLength: 1, maxLength: 16 })
const anyQuestion: fc.Arbitrary<Question> = fc.record({
  id: anyId,
  type: fc.constantFrom(...METRICS, 'yesno' as const, 'choice' as const, 'choices' as const, 'short' as const, 'long' as const),
  text: anyText,
  required: fc.boolean(),
  options: fc.array(fc.record({ id: anyId, text: anyText })),
  low: anyText,
  high: anyText,
  points: fc.constantFrom(5 as const, 7 as const),
  easyIs: fc.constantFrom('high' as const, 'low' as const)
}, { requiredKeys: ['id', 'type', 'text', 'required'] })
const anyDefinition: fc.Arbitrary<Definition> = fc.record({
  v: fc.constant(1 as const),
  survey: anyId,
  version: fc.integer({ min: 1 }),
  company: fc.string(),
  langs: fc.constantFrom(['en'], ['ru', 'en']),
  defaultLang: fc.constant('en'),
  questions: fc.array(anyQuestion, { minLength: 1, maxLength: 10 }),
  followUp: fc.record({ asked: fc.boolean(), text: anyGroups }),
  thankYou: fc.record({
    text: anyGroups, link: fc.record({ high: fc.webUrl(), middle: fc.constant(''), low: fc.constant('') }), callBack: fc.subarray([...GROUPS])
  })
})

describe('definition', () => {
  it('comes back as it went out', () => {
    fc.assert(fc.property(anyDefinition, sent => {
      expect(decodeDefinition(encodeDefinition(sent))).toEqual(sent)
    }))
  })

  it('carries what the answer page shows and nothing that only the company may know', () => {
    expect(Object.keys(definition).sort()).toEqual(['company', 'defaultLang', 'followUp', 'langs', 'questions', 'survey', 'thankYou', 'v', 'version'])
    expect(encodeDefinition(definition)).not.toContain(afterDeal.mail.subject.en)
    expect(definitionOf('a1', 1, { ...content, logo: 'data:image/png;base64,AAAA' }).logo).toBe('data:image/png;base64,AAAA')
  })

  it('of a form that was published before offers no call', () => {
    const { callBack, ...thankYou } = definition.thankYou
    expect([callBack, decodeDefinition(JSON.stringify({ ...definition, thankYou }))?.thankYou.callBack]).toEqual([['low'], []])
  })

  it('counts bytes, not characters', () => {
    const longer = { ...definition, company: 'Ж👍' }
    expect(definitionBytes(longer) - definitionBytes({ ...definition, company: '' })).toBe(6)
  })

  it.each<[string, unknown]>([
    ['newer', { ...definition, v: 2 }],
    ['no questions', { ...definition, questions: [] }],
    ['eleven questions', { ...definition, questions: Array.from({ length: 11 }, () => definition.questions[0]) }],
    ['an unknown type', { ...definition, questions: [{ ...definition.questions[0], type: 'file' }] }],
    ['an id that is none', { ...definition, questions: [{ ...definition.questions[0], id: '_comment' }] }],
    ['a text that is none', { ...definition, questions: [{ ...definition.questions[0], text: 'How?' }] }],
    ['version 0', { ...definition, version: 0 }],
    ['a logo from outside', { ...definition, logo: 'https://example.com/logo.png' }],
    ['a logo that is no picture', { ...definition, logo: 'data:text/html;base64,AAAA' }],
    ['no languages', { ...definition, langs: [] }],
    ['something else', ['a']]
  ])('is not read: %s', (_, value) => {
    expect(decodeDefinition(JSON.stringify(value))).toBeNull()
  })

  it.each([null, undefined, '', 'Tell us', '{"v":1', encodeDefinition(definition).slice(0, -5)])('is not read from %s', text => {
    expect(decodeDefinition(text)).toBeNull()
  })

  it.each(['javascript:alert(1)', 'data:text/html,x', '//example.com', 'example.com', 'https://exa mple.com', 'https://'])('never links to %s', high => {
    const read = decodeDefinition(JSON.stringify({ ...definition, thankYou: { ...definition.thankYou, link: { high, middle: '', low: '' } } }))
    expect(read?.thankYou.link.high).toBe('')
  })
})

describe('pickLang', () => {
  it.each<[string[], string[], string]>([
    [['en', 'ru'], ['ru'], 'ru'],
    [['en', 'ru'], ['de', 'ru-RU', 'en'], 'ru'],
    [['en', 'ru'], ['de'], 'en'],
    [['en', 'ru'], [], 'en'],
    [['en', 'pt-BR'], ['pt'], 'pt-BR'],
    [['en', 'ru'], ['', 'x-'], 'en']
  ])('%o, wanted %o → %s', (langs, wanted, lang) => {
    expect(pickLang({ langs, defaultLang: 'en' }, wanted)).toBe(lang)
  })
})

it('leaves behind what was written in a language that was taken out: it would only use up the room', () => {
  const taken = definitionOf('a1', 1, { ...content, langs: ['ru'], defaultLang: 'ru' })
  const languages = new Set<string>()
  JSON.stringify(taken, (key: string, value: unknown) => {
    if (['en', 'ru'].includes(key)) languages.add(key)
    return value
  })
  expect([...languages]).toEqual(['ru'])
  expect(taken.questions.map(({ id }) => id)).toEqual(content.questions.map(({ id }) => id))
})
