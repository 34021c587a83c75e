import { expect, it } from 'vitest'
import { fillPlaceholders } from './placeholders'

it.each([
  ['Hello, {client}! {score}', { client: 'Anna', score: '9/10' }, 'Hello, Anna! 9/10'],
  ['Hello, {client}!', { client: '' }, 'Hello!'],
  ['{client}, hello', { client: '' }, 'hello'],
  ['about «{deal}».', { deal: '' }, 'about.'],
  ['{client}', { client: 'two\r\nlines' }, 'two lines'],
  ['{client} {other}', { client: '{other}', other: 'x' }, '{other} x'],
  ['{nobody} {toString}', { client: 'Anna' }, '{nobody} {toString}'],
  ['{client}', { client: '$& $1' }, '$& $1']
])('%s with %o', (text, values, filled) => {
  expect(fillPlaceholders(text, values as Record<string, string>)).toBe(filled)
})
