import { describe, expect, it } from 'vitest'
import { ID_PATTERN } from './definition'
import { copyName, draftSurvey, duplicateOf, emptyContent, freeName, ID_BYTES, surveyIdFrom } from './new-survey'
import { publish } from './publish'
import { readSurvey, writeSurvey } from './stored'
import { afterDeal } from './templates/after-deal'

describe('id of a new survey', () => {
  it.each([0, 35, 36, 127, 255])('of bytes %i is one that links and fields take', byte => {
    expect(surveyIdFrom(new Uint8Array(ID_BYTES).fill(byte))).toMatch(ID_PATTERN)
  })

  it('is another one for other bytes', () => {
    const ids = Array.from({ length: 36 }, (_, n) => surveyIdFrom(new Uint8Array(ID_BYTES).fill(n)))
    expect(new Set(ids).size).toBe(36)
  })
})

describe('an empty survey', () => {
  it.each<[string, string[], string, string]>([
    ['ru', ['ru', 'en'], 'ru', 'Новый опрос'], ['la', ['en'], 'en', 'Nueva encuesta'], ['de', ['en', 'kz'], 'en', 'New survey']
  ])('in %s can be stored and edited', (lang, langs, defaultLang, name) => {
    const survey = draftSurvey('a1', emptyContent({ lang, langs, company: 'Acme' }), null)
    expect(survey).toMatchObject({ status: 'draft', published: null, form: null, draft: { name, langs, defaultLang, company: 'Acme', questions: [] } })
    expect(readSurvey(writeSurvey(survey))).toEqual({ ok: true, survey })
  })
})

describe('names', () => {
  it.each<[string, string[], string]>([
    ['Delivery', [], 'Delivery'],
    ['Delivery', ['Visit'], 'Delivery'],
    ['Delivery', [' delivery '], 'Delivery (2)'],
    ['Delivery', ['Delivery', 'Delivery (2)'], 'Delivery (3)']
  ])('%s beside %j becomes %s', (name, taken, free) => {
    expect(freeName(name, taken)).toBe(free)
  })

  it.each<[string, string, string[], string]>([
    ['Delivery', 'en', ['Delivery'], 'Delivery (copy)'],
    ['Delivery', 'en', ['Delivery', 'Delivery (copy)'], 'Delivery (copy 2)'],
    ['Delivery (copy)', 'en', ['Delivery (copy)'], 'Delivery (copy 2)'],
    ['Delivery (copy 2)', 'en', ['Delivery (copy)', 'Delivery (copy 2)'], 'Delivery (copy 3)'],
    ['Delivery (copy)', 'en', ['Delivery (copy)', 'Delivery'], 'Delivery (copy 2)'],
    ['Доставка', 'ru', ['Доставка'], 'Доставка (копия)'],
    ['Доставка (копия)', 'ru', ['Доставка (копия)'], 'Доставка (копия 2)'],
    ['Жеткізу', 'kz', [], 'Жеткізу (көшірме)'],
    ['Entrega', 'la', [], 'Entrega (copia)'],
    ['Pengiriman', 'id', [], 'Pengiriman (salinan)'],
    ['Lieferung', 'de', [], 'Lieferung (copy)'],
    ['Deals (Almaty)', 'en', [], 'Deals (Almaty) (copy)']
  ])('the copy of %s in %s is called so', (name, lang, taken, copy) => {
    expect(copyName(name, lang, taken)).toBe(copy)
  })
})

it('a duplicate is a draft of its own: no version, no form, nothing shared', () => {
  const plan = { v: 1, fallbackOwner: 3, rules: [] }
  const original = { ...publish(draftSurvey('a1', afterDeal, plan), '2026-03-01T10:00:00Z', 7), form: { id: 5, sec: 'x', made: 'api' as const, verifiedAt: null } }
  const copy = duplicateOf(original, 'b2', 'Other')
  expect(copy).toEqual({ ...draftSurvey('b2', { ...afterDeal, name: 'Other' }, plan) })
  copy.draft.questions[0]!.text.en = 'Changed'
  expect(original.draft.questions[0]!.text.en).not.toBe('Changed')
})
