import { describe, expect, it } from 'vitest'
import { languageTag, localeOf, markLanguage, messagesFrom, openI18n, russianPlural, useTimeZone } from '@/ui/i18n'
import en from '@/ui/locales/en.json'

describe('languages of a portal', () => {
  it.each([
    ['ru', 'ru', 'ru'], ['en', 'en', 'en'], ['ua', 'uk', 'en'], ['br', 'pt-BR', 'en'], ['kz', 'kk', 'en'], ['sc', 'zh-CN', 'en'],
    ['tc', 'zh-TW', 'en'], ['vn', 'vi', 'en'], ['la', 'es', 'en'], ['in', 'hi', 'en'], ['de', 'de', 'en'], ['RU', 'ru', 'ru'], ['', 'en', 'en']
  ])('%j is %s and is answered in %s', (code, tag, locale) => {
    expect(languageTag(code)).toBe(tag)
    expect(localeOf(code)).toBe(locale)
  })
})

describe('Russian plural', () => {
  it.each([
    [0, 2], [1, 0], [2, 1], [4, 1], [5, 2], [10, 2], [11, 2], [12, 2], [14, 2], [19, 2], [20, 2],
    [21, 0], [22, 1], [25, 2], [100, 2], [101, 0], [111, 2], [112, 2], [122, 1], [-1, 0]
  ])('%i takes form %i of three', (count, form) => expect(russianPlural(count, 3)).toBe(form))

  it.each([[0, 0], [1, 1], [3, 2], [5, 3], [11, 3], [21, 1]])('%i takes form %i of four', (count, form) => expect(russianPlural(count, 4)).toBe(form))
})

describe('texts', () => {
  it('speak the language of the portal, with its plurals', async () => {
    const { t } = (await openI18n('ru', [])).global
    expect([1, 3, 5].map(n => t('ui.nps.answers', { n }, n))).toEqual(['1 ответ', '3 ответа', '5 ответов'])
  })

  it('join the messages of several nouns', async () => {
    const asked: string[] = []
    const { t } = (await openI18n('ua', [async locale => {
      asked.push(locale)
      return { deal: en }
    }])).global
    expect([asked.join(), t('deal.ui.save'), t('ui.cancel')]).toEqual(['en', 'Save', 'Cancel'])
  })

  it('fail loudly when a key is missing', async () => {
    const { t } = (await openI18n('ru', [])).global
    expect(() => t('ui.noSuchThing')).toThrow('No message "ui.noSuchThing" in ru')
  })

  it('fail loudly when a noun has no file for the language', async () => {
    await expect(messagesFrom({ './locales/en.json': async () => ({}) })('ru')).rejects.toThrow('./locales/ru.json')
  })
})

describe('numbers and dates', () => {
  const late = new Date('2026-03-31T21:30:00Z')

  it('follow the language', async () => {
    expect((await openI18n('en', [])).global.n(1234.56, 'decimal')).toBe('1,234.6')
    expect((await openI18n('ru', [])).global.n(1234.56, 'decimal')).toBe('1\u00a0234,6')
    expect((await openI18n('en', [])).global.n(0.474, 'share')).toBe('47%')
  })

  it('are shown in the time zone that was given, else in the device\'s', async () => {
    const i18n = await openI18n('en', [])
    expect(i18n.global.d(late, 'short')).toBe('Apr 1, 2026')
    for (const unknown of ['', 'Mars/Olympus']) useTimeZone(i18n.global, unknown)
    expect(i18n.global.d(late, 'short')).toBe('Apr 1, 2026')
    useTimeZone(i18n.global, 'America/New_York')
    expect(i18n.global.d(late, 'short')).toBe('Mar 31, 2026')
  })
})

it('marks the page with its language', () => {
  const root = document.createElement('html')
  markLanguage(root, 'ru')
  expect([root.lang, root.dir]).toEqual(['ru', 'ltr'])
})
