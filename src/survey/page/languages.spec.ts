import { describe, expect, it } from 'vitest'
import { directionOf, portalLang, tagOf } from '@/survey/model/language'
import { chooseLang, ownName } from './languages'

describe('languages', () => {
  it.each([
    ['ru-RU', 'ru'], ['es-MX', 'la'], ['pt-PT', 'br'], ['kk-KZ', 'kz'], ['uk', 'ua'], ['vi-VN', 'vn'],
    ['zh-CN', 'sc'], [' ES ', 'la'], ['kk_KZ', 'kz'], ['kz', 'kz'], ['zh', 'sc'], ['zh-TW', 'tc'], ['zh-Hant-HK', 'tc'], ['en', 'en']
  ])('the browser says %s, the portal %s', (tag, lang) => {
    expect(portalLang(tag)).toBe(lang)
  })

  it.each([['la', 'es'], ['br', 'pt-BR'], ['kz', 'kk'], ['tc', 'zh-Hant'], ['de', 'de']])('%s is %s for the browser', (lang, tag) => {
    expect(tagOf(lang)).toBe(tag)
    expect(Intl.getCanonicalLocales(tagOf(lang))).toEqual([tag])
  })

  it('names itself, and shows as it stands what has no name', () => {
    expect(ownName('ru')).toBe('Русский')
    expect(ownName('!')).toBe('!')
  })

  it('only Arabic and its like run from right to left', () => {
    expect(['ar', 'he', 'en', 'ja'].map(directionOf)).toEqual(['rtl', 'rtl', 'ltr', 'ltr'])
  })

  const survey = { langs: ['en', 'ru', 'kz'], defaultLang: 'ru' }
  it.each<[string | null, string[], string]>([
    ['kz', ['en'], 'kz'],
    ['kk', ['en'], 'kz'],
    ['de', ['en'], 'en'],
    [null, ['de-DE', 'kk-KZ', 'en'], 'kz'],
    [null, ['de-DE', 'fr'], 'ru'],
    [null, [], 'ru']
  ])('link %s, browser %o → %s', (link, browser, shown) => {
    expect(chooseLang(survey, link, browser)).toBe(shown)
  })
})
