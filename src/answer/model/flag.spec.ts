import { expect, it } from 'vitest'
import { READ_FLAGS, readFlag } from '@/answer/model/flag'
import { openI18n } from '@/ui/i18n'

it.each([
  [null, null, null], [null, '', null], [null, 0, null], [null, '0', null], ['test', 51, 'test'],
  // a value that a newer version has put there, known to the installation or not
  ['fromTomorrow', 99, 'other'], [null, 99, 'other'], [null, '99', 'other']
])('%j, sent as %j, is %j', (read, sent, flag) => {
  expect(readFlag(read, sent)).toBe(flag)
})

it.each(['en', 'ru'])('each has its words in %s', async lang => {
  const { global } = await openI18n(lang, [])
  expect(READ_FLAGS.filter(flag => !global.te(`ui.flag.${flag}`))).toEqual([])
})
