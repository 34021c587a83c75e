import { expect, it } from 'vitest'
import { smsLength } from './sms-length'

it.each<[string, string, number, number]>([
  ['nothing', '', 0, 0],
  ['one full message', 'a'.repeat(160), 160, 1],
  ['one letter more', 'a'.repeat(161), 161, 2],
  ['two full ones', 'a'.repeat(306), 306, 2],
  ['a third', 'a'.repeat(307), 307, 3],
  ['signs that take two places', '€'.repeat(81), 81, 2],
  ['Cyrillic', 'я'.repeat(70), 70, 1],
  ['one Cyrillic letter among others', `${'a'.repeat(70)}я`, 71, 2],
  ['three Cyrillic ones', 'я'.repeat(135), 135, 3],
  ['emoji, which are two places each', '👍'.repeat(36), 36, 2]
])('%s', (_, text, characters, segments) => {
  expect(smsLength(text)).toEqual({ characters, segments })
})
