import { describe, expect, it } from 'vitest'
import { headlineQuestion, textIn, type Question } from './survey'
import { directionOf, tagOf } from './language'

describe('textIn', () => {
  it.each([
    [{ en: 'E', ru: 'R' }, 'ru', 'R'],
    [{ en: 'E', ru: '' }, 'ru', 'E'],
    [{ de: 'D' }, 'ru', 'D'],
    [{ en: '', de: 'D' }, 'ru', 'D'],
    [{}, 'ru', ''],
    [undefined, 'ru', '']
  ])('%o in %s, else en → %s', (text, lang, shown) => {
    expect(textIn(text, lang, 'en')).toBe(shown)
  })
})

describe('headlineQuestion', () => {
  const question = (id: string, type: Question['type']): Question => ({ id, type, text: {}, required: true })

  it('is the first scored one', () => {
    expect(headlineQuestion({ questions: [question('a', 'long'), question('b', 'csat'), question('c', 'nps')] })?.id).toBe('b')
  })

  it('may not be there', () => {
    expect(headlineQuestion({ questions: [question('a', 'yesno')] })).toBeUndefined()
  })
})

describe('language', () => {
  it.each([['kz', 'kk', 'ltr'], ['ua', 'uk', 'ltr'], ['ru', 'ru', 'ltr'], ['ar', 'ar', 'rtl']])('%s is %s, %s', (lang, tag, direction) => {
    expect(tagOf(lang)).toBe(tag)
    expect(directionOf(lang)).toBe(direction)
  })
})
