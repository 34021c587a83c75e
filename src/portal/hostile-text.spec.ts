import { expect, it } from 'vitest'
import { cleanText, neutraliseBbCode, quoteCustomer, shorten } from './hostile-text'

it.each([
  ['a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
  ['a\u0000b\u0007c\u001Bd\u0085e', 'abcde'],
  ['gpj\u202Eexe.', 'gpjexe.'],
  ['\u2066x\u2069\uFEFF', 'x'],
  ['half \uD83D pair', 'half  pair'],
  ['  \n x \t y \n', 'x \t y'],
  ['Привет, сәлем 👩‍👩‍👧 مرحبا', 'Привет, сәлем 👩‍👩‍👧 مرحبا'],
  ['', '']
])('cleanText(%j)', (text, expected) => {
  expect(cleanText(text)).toBe(expected)
})

it.each(['[URL=https://evil.test]click[/URL]', '[user=1]Boss[/user]', '[IMG]x[/IMG]', '$result[0][id]'])('%s carries no bracket any more', text => {
  expect(neutraliseBbCode(text)).not.toMatch(/[[\]]/)
  expect(neutraliseBbCode(text).normalize('NFKC')).toBe(text)
})

it.each([
  ['abc', 3, 'abc'], ['abcd', 3, 'ab…'], ['ab cd', 4, 'ab…'], ['😀😀😀', 2, '😀…'], ['abc', 1, '…'], ['', 1, '']
])('shorten(%j, %i)', (text, max, expected) => {
  expect(shorten(text, max)).toBe(expected)
})

it('shortens 20,000 signs and cleans before it counts', () => {
  const quoted = quoteCustomer('\u0000[b]' + 'x'.repeat(20_000), 500)
  expect([...quoted]).toHaveLength(500)
  expect(quoted.startsWith('［b］x')).toBe(true)
})
