import { describe, expect, it } from 'vitest'
import { ENGLISH, fillIn, loadTexts, TEXT_LANGS } from './texts'

const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort()

describe('texts of the page', () => {
  it('exist in every language of the portal', () => {
    const portal = 'en ru de la br fr it pl tr kz ua vn id ms th ja sc tc ar'.split(' ')
    expect([...TEXT_LANGS].sort()).toEqual(portal.sort())
  })

  it.each([...TEXT_LANGS])('%s: same keys, same placeholders, nothing empty or left in English', async lang => {
    const texts = await loadTexts(lang)
    expect(Object.keys(texts)).toEqual(Object.keys(ENGLISH))
    for (const [key, english] of Object.entries(ENGLISH)) {
      const text = texts[key as keyof typeof ENGLISH]
      expect(text.trim(), key).not.toBe('')
      expect(placeholders(text), key).toEqual(placeholders(english))
      if (lang !== 'en' && english.split(' ').length > 2 && placeholders(english).length === 0) expect(text, key).not.toBe(english)
    }
  })

  it('fall back to English for a language the portal does not have', async () => {
    expect(await loadTexts('xx')).toBe(ENGLISH)
  })

  it('fills values in and leaves what it has no value for', () => {
    expect(fillIn('{n} of {total}, {else}', { n: 0, total: 3 })).toBe('0 of 3, {else}')
  })
})
