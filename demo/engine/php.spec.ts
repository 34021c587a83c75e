import { execFileSync, spawnSync } from 'node:child_process'
import { deflateRawSync, deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { unpack, unserialize } from './php'
import { serialize } from './spec-template'

const bytes = (text: string): Buffer => Buffer.from(text)
const VALUES: [string, unknown][] = [
  ['nothing', null], ['yes', true], ['no', false], ['zero', 0], ['negative', -17], ['a fraction', 0.5], ['an empty text', ''], ['quotes and semicolons', 'a";s:1:"b'],
  ['Cyrillic', 'Оценка: ёж'], ['an emoji', 'спасибо 🙏🏽'], ['a line break', 'a\r\nb\u0000c'], ['an empty array', []], ['a list', ['a', 1, null]], ['a map', { b: 1, a: { deep: ['x'] } }],
  ['a map with a number', { 7: 'seven', name: 'n' }], ['a text of 64 KB', 'я'.repeat(32_768)]
]
/** Not on every machine. */
const PHP = 'php'
const hasPhp = spawnSync(PHP, ['-v']).status === 0

describe('PHP\'s serialised form', () => {
  it.each(VALUES)('reads %s', (_name, value) => {
    expect(unserialize(bytes(serialize(value)))).toEqual({ value })
  })

  it.runIf(hasPhp)('reads what PHP itself writes', () => {
    const code = 'echo serialize(json_decode(file_get_contents("php://stdin"), true));'
    for (const [, value] of VALUES) expect(unserialize(execFileSync(PHP, ['-r', code], { input: JSON.stringify(value) }))).toEqual({ value })
  })

  it.each([
    ['a length in characters', 's:6:"Оценка";'], ['an end that is missing', 'a:1:{i:0;s:1:"a";'], ['too few entries', 'a:2:{i:0;i:1;}'], ['a text key like a number', 'a:1:{s:1:"5";i:1;}'],
    ['something after the value', 'i:1;i:2;'], ['bytes that are no UTF-8', 's:1:"\u00ff";'], ['a reference', 'a:2:{i:0;a:0:{}i:1;R:2;}'], ['an enum', 'E:3:"A:B";'], ['nothing at all', '']
  ])('refuses %s', (_name, text) => {
    expect(unserialize(Buffer.from(text, text.includes('\u00ff') ? 'latin1' : 'utf8'))).toHaveProperty('problem')
  })

  it.each(['O:8:"stdClass":0:{}', 'a:1:{i:0;O:8:"stdClass":0:{}}', serialize(['ends; O:5: no', 'x;O:5:"y']), serialize('C:1:'), serialize(';O:+5:')])('refuses %s, in user text too', text => {
    const refused = /(^|;)[OC]:\+?\d+:/.test(text)
    expect('problem' in unserialize(bytes(text))).toBe(refused)
  })
})

describe('a .bpt file', () => {
  const whole = serialize({ TEMPLATE: [], VERSION: 2 })

  it('is taken raw and compressed by zlib', () => {
    const fields = { TEMPLATE: [], VERSION: 2 }
    expect(unpack(bytes(whole))).toEqual({ fields })
    expect(unpack(deflateSync(bytes(whole)))).toEqual({ fields })
  })

  it.each([
    ['without TEMPLATE', bytes(serialize({ VERSION: 2 }))], ['that is no array', bytes('i:1;')], ['of deflate without a head', deflateRawSync(bytes(whole))],
    ['cut short', deflateSync(bytes(whole)).subarray(0, 12)], ['with an object, compressed', deflateSync(bytes('a:1:{s:8:"TEMPLATE";O:1:"X":0:{}}'))]
  ])('is refused %s', (_name, data) => {
    expect(unpack(data)).toHaveProperty('problem')
  })
})
