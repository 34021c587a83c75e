import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutText, oneLine } from './cut-text'

describe('cutText', () => {
  it.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['ab👍cd', 4, 'ab…'],
    ['ab👍cd', 5, 'ab👍…'],
    ['', 0, '']
  ])('%s to %i → %s', (text, limit, cut) => {
    expect(cutText(text, limit)).toBe(cut)
  })

  it('never gets longer than the limit and never leaves half a character', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, limit) => {
      const cut = cutText(text, limit)
      expect(cut.length).toBeLessThanOrEqual(limit)
      expect(cut).not.toMatch(/\p{Surrogate}/u)
    }))
  })
})

describe('oneLine', () => {
  it.each([
    ['Hello\r\nBcc: all@example.com', 'Hello Bcc: all@example.com'],
    [' a\t\tb\u2028c\u0000d ', 'a b c d'],
    ['\n', '']
  ])('%j → %j', (text, line) => {
    expect(oneLine(text)).toBe(line)
  })
})
