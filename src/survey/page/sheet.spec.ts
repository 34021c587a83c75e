import { describe, expect, it } from 'vitest'
import type { Answers } from '@/survey/model/answers'
import { askedNow, COMMENT_ID, groupNow, textLimit, unanswered } from '@/survey/model/asked'
import type { Question } from '@/survey/model/survey'
import { agreementText, readFormConfig, type FormConfig } from './form-config'
import { sheetOf } from './sheet'
import { config, definition, field, FIELD, FORM_ERROR, NPS } from './survey.fixture'

function read(answer: unknown): FormConfig {
  const form = readFormConfig(answer)
  if (!form) throw new Error('no form')
  return form
}

const long = (id: string): Question => ({ id, type: 'long', text: { en: id }, required: false })

describe('the form\'s configuration', () => {
  it.each([null, undefined, 'x', [], {}, FORM_ERROR, { result: null }, { result: { config: null } }, config(definition(), { fields: [] })])('%o is no form', answer => {
    expect(readFormConfig(answer)).toBeNull()
  })

  it('leaves damaged parts out instead of failing', () => {
    const fields = [field('FB_NPS'), null, { label: 'nameless' }, { name: 'BARE' }, { name: 'ODD', items: 'x', required: 'Y', hint: 7 }]
    const form = read(config(definition(), { fields, agreements: [{ name: 'javascript:' }, 5], captcha: null }))
    expect(form.fields.map(({ name }) => name)).toEqual([`${FIELD}FB_NPS`, 'BARE', 'ODD'])
    expect(form.fields[2]).toMatchObject({ items: [], required: false, visible: true, hint: '' })
    expect(form.agreements).toEqual([])
    expect(form.captcha).toBe(false)
  })

  it.each([{ use: true }, { recaptcha: { use: true } }, { service: 'yandex', yandexCaptcha: { use: true } }])('sees the captcha in %o', captcha => {
    expect(read(config(definition(), { captcha })).captcha).toBe(true)
  })

  it('shows the text of an agreement as text', () => {
    const agreement = { name: 'AGREEMENT_1', label: 'I agree', required: true, checked: false }
    const html = '<p>We keep <b>it</b>.</p><p>You may ask.</p><script>alert(1)</script><img src=x onerror=alert(1)>'
    const form = read(config(definition(), { agreements: [{ ...agreement, content: { html } }, { ...agreement, content: { text: 'a < b' } }, agreement] }))
    expect(form.agreements.map(agreementText)).toEqual(['We keep it.\nYou may ask.', 'a < b', ''])
  })
})

describe('the sheet', () => {
  it('is the published definition', () => {
    const sheet = sheetOf(read(config(definition([NPS, long('more')]))))
    expect(sheet).toMatchObject({
      company: 'Acme', version: 3, langs: ['en', 'ru'], answersField: `${FIELD}FB_ANSWERS`,
      fields: { nps: `${FIELD}FB_NPS`, [COMMENT_ID]: `${FIELD}FB_COMMENT` }
    })
    expect(sheet.questions.map(({ id }) => id)).toEqual(['nps', 'more'])
  })

  it('does not ask for a comment that the form has no field for', () => {
    const form = read(config())
    const sheet = sheetOf({ ...form, fields: form.fields.filter(({ name }) => !name.endsWith('FB_COMMENT')) })
    expect(sheet.followUp).toBeNull()
  })

  it.each(['', 'oops {', '{"v":2}', '"<b>"'])('is the plain form when the definition reads %s', hint => {
    const fields = [
      field('FB_NPS', { label: 'Recommend?', required: true }),
      field('FB_CES'),
      { name: 'NAME', type: 'name', label: 'Name' },
      { name: 'CITY', type: 'list', label: 'City', items: [{ value: 12, label: 'Almaty' }, { value: '', label: '–' }] },
      { name: 'TOPICS', type: 'checkbox', label: 'Topics', items: [{ value: '1', label: 'Price' }] },
      { name: 'CALL', type: 'bool', label: 'Call me' },
      { name: 'STORY', type: 'text', label: 'Story' },
      { name: 'PHOTO', type: 'file', label: 'Photo' },
      { name: 'HIDDEN', type: 'string', visible: false },
      { name: 'line', type: 'layout' },
      field('FB_ANSWERS', { hint })
    ]
    const sheet = sheetOf(read(config(hint, { fields })))
    expect(sheet.questions.map(({ type, required }) => `${type}${required ? '!' : ''}`)).toEqual(['nps!', 'short', 'short', 'choice', 'choices', 'yesno', 'long'])
    expect(Object.values(sheet.fields)).toEqual([`${FIELD}FB_NPS`, `${FIELD}FB_CES`, 'NAME', 'CITY', 'TOPICS', 'CALL', 'STORY'])
    expect(sheet.questions[3]?.options).toEqual([{ id: '12', text: { en: 'Almaty' } }])
    expect(sheet).toMatchObject({ version: 0, answersField: '', followUp: null, thankYou: null, company: 'Form' })
  })
})

describe('what is asked', () => {
  const sheet = sheetOf(read(config(definition([NPS, { ...long('more'), required: true }]))))
  const free = sheetOf(read(config(definition([{ ...NPS, required: false }]))))

  it.each<[Answers, string | undefined]>([
    [{}, undefined], [{ nps: 0 }, 'Why low'], [{ nps: 6 }, 'Why low'], [{ nps: 7 }, 'Why middle'], [{ nps: 8 }, 'Why middle'],
    [{ nps: 9 }, 'Why high'], [{ nps: 10 }, 'Why high'], [{ nps: 11 }, undefined], [{ nps: '9' }, undefined]
  ])('%o: the open question is %s', (answers, words) => {
    expect(askedNow(sheet, answers)[1]?.id === COMMENT_ID ? askedNow(sheet, answers)[1]?.text.en : undefined).toBe(words)
  })

  it('asks openly in middle words where no score has to be given', () => {
    expect(askedNow(free, {}).map(({ text }) => text.en)).toEqual(['Would you recommend us?', 'Why middle'])
    expect(groupNow(free, {})).toBeNull()
  })

  it('misses what is required and was not answered', () => {
    const missing = (answers: Answers) => unanswered(askedNow(sheet, answers), answers).map(({ id }) => id)
    expect(missing({})).toEqual(['nps', 'more'])
    expect(missing({ nps: 3, more: '   ' })).toEqual(['more'])
    expect(missing({ nps: 11, more: 'x' })).toEqual(['nps'])
    expect(missing({ nps: 3, more: 'x' })).toEqual([])
  })
})

describe('length of texts', () => {
  it('all long texts together fit one column', () => {
    for (const count of [1, 2, 5, 8, 10]) {
      const questions = Array.from({ length: count }, (_, index) => long(`q${index}`))
      const sheet = sheetOf(read(config(definition(questions))))
      const limit = textLimit(sheet, questions[0]!)
      expect(limit).toBe(count <= 5 ? 4000 : Math.floor(20_000 / count))
      expect(limit * count * 3).toBeLessThan(65_536)
      expect(textLimit(sheet, { ...long(COMMENT_ID) })).toBe(4000)
    }
  })
})
