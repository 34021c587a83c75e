import { describe, expect, it } from 'vitest'
import { smsText } from './sms'
import { parseLink } from '@/survey/model/invitation-link'
import type { Localized } from '@/survey/model/survey'
import { afterDeal } from '@/survey/model/templates/after-deal'

const LINK = { portal: 'acme.bitrix24.ru', formId: 5, sec: 'abc', invitationId: '7', token: 'a'.repeat(32), expires: 1_800_000_000 }
const PEOPLE = { client: 'Анна', deal: 'Окна', responsible: 'Пётр', company: 'Ромашка' }
const said = (sms: Localized, words: Localized = {}, people = PEOPLE): string =>
  smsText({ ...afterDeal, company: 'Ромашка', asking: { ...afterDeal.asking, sms } }, LINK, 'https://f.example/', 'ru', people, words)
const URL = smsText({ ...afterDeal, asking: { ...afterDeal.asking, sms: { ru: '{link}' } } }, LINK, 'https://f.example/', 'ru', PEOPLE)

describe('the invitation as text message', () => {
  it('has one link, which is the person\'s own', () => {
    expect(parseLink(URL.split('#')[1]!)).toEqual({ ...LINK, kind: null, score: null, lang: 'ru' })
  })

  it.each<[string, Localized, Localized, string]>([
    ['puts the link behind the words', { ru: '{client}, оцените «{deal}»' }, {}, `Анна, оцените «Окна» ${URL}`],
    ['or where they want it', { ru: '{link} – ответьте. {company}' }, {}, `${URL} – ответьте. Ромашка`],
    ['takes the words of a reminder first', { ru: 'x' }, { ru: 'Напоминаем' }, `Напоминаем ${URL}`],
    ['in the default language where the person\'s is missing', { en: 'Rate us' }, {}, `Rate us ${URL}`]
  ])('%s', (_, sms, words, text) => expect(said(sms, words)).toBe(text))

  it('without words is the subject of the mail', () => {
    expect(said({})).toMatch(/^\S.* https:\/\/f\.example/)
    expect(said({})).not.toContain('{')
  })

  it('leaves no gap where nobody has a name', () => {
    expect(said({ ru: 'Здравствуйте, {client}!' }, {}, { ...PEOPLE, client: '' })).toBe(`Здравствуйте! ${URL}`)
  })

  it('is cut, but not its link', () => {
    const text = said({ ru: `{client} ${'я'.repeat(2000)} {link}` })
    expect(text.endsWith(URL)).toBe(true)
    expect(text.length).toBeLessThan(1000)
  })
})
