import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { serialise, unserialise, type PhpKey, type PhpRead, type PhpValue } from './php-serialise'

describe('serialise', () => {
  it.each<[string, PhpValue, string]>([
    ['null', null, 'N;'],
    ['true', true, 'b:1;'],
    ['false', false, 'b:0;'],
    ['an integer', -7, 'i:-7;'],
    ['a fraction', 66.66666666666667, 'd:66.66666666666667;'],
    ['a large number', 1e25, 'd:1e+25;'],
    ['minus zero', -0, 'd:-0;'],
    ['an empty text', '', 's:0:"";'],
    ['quotes inside a text', 'a"b";', 's:5:"a"b";";'],
    ['Cyrillic by bytes', 'опрос', 's:10:"опрос";'],
    ['an emoji by bytes', '👍', 's:4:"👍";'],
    ['half an emoji', '\uD83D', 's:3:"\uFFFD";'],
    ['a list', ['a', 'b'], 'a:2:{i:0;s:1:"a";i:1;s:1:"b";}'],
    ['names', { Type: 'X', Children: [] }, 'a:2:{s:4:"Type";s:1:"X";s:8:"Children";a:0:{}}'],
    ['keys that PHP takes for integers', new Map<PhpKey, PhpValue>([['10', 1], ['-3', 2], [4, 3]]), 'a:3:{i:10;i:1;i:-3;i:2;i:4;i:3;}'],
    ['keys that only look so', { '07': 1, '-0': 2, '1.0': 3, '9223372036854775808': 4 },
      'a:4:{s:2:"07";i:1;s:2:"-0";i:2;s:3:"1.0";i:3;s:19:"9223372036854775808";i:4;}'],
    ['the largest integer key', new Map([['9223372036854775807', 1]]), 'a:1:{i:9223372036854775807;i:1;}']
  ])('writes %s', (_, value, text) => {
    expect(serialise(value)).toBe(text)
  })

  it('refuses two keys that PHP takes for one, and fractions', () => {
    expect(() => serialise(new Map<PhpKey, PhpValue>([[1, 'a'], ['1', 'b']]))).toThrow(RangeError)
    expect(() => serialise(new Map<PhpKey, PhpValue>([[1.5, 'a']]))).toThrow(RangeError)
  })
})

describe('unserialise', () => {
  it.each([
    ['a length that is wrong', 's:3:"ab";'], ['a missing end', 'a:1:{i:0;N;'], ['more behind the end', 'N;N;'],
    ['an object', 'O:8:"stdClass":0:{}'], ['nothing', ''], ['a key that is none', 'a:1:{b:1;N;}'], ['a broken integer', 'i:1x;'], ['a flag', 'b:2;']
  ])('refuses %s', (_, text) => {
    expect(() => unserialise(text)).toThrow(SyntaxError)
  })

  const text = fc.string({ unit: 'binary' })
  const { value } = fc.letrec<{ value: PhpRead, map: Map<PhpKey, PhpRead> }>(tie => ({
    value: fc.oneof({ maxDepth: 5 }, text, fc.maxSafeInteger(), fc.double(), fc.boolean(), fc.constant(null), tie('map')),
    map: fc.uniqueArray(fc.tuple(fc.oneof(fc.maxSafeInteger(), text), tie('value')), { selector: ([key]) => String(key) })
      .map(entries => new Map(entries.map(([key, item]): [PhpKey, PhpRead] => [asPhpKey(key), item])))
  }))

  it('gives back every text, number and nesting that was written', () => {
    fc.assert(fc.property(value, original => {
      expect(unserialise(serialise(original))).toEqual(original)
    }), { numRuns: 500 })
  })

  it('gives back what was written by names, in its order', () => {
    const read = unserialise(serialise({ b: ['x', { z: 1, a: true }], a: null }))
    expect(read).toEqual(new Map<PhpKey, PhpRead>([
      ['b', new Map<PhpKey, PhpRead>([[0, 'x'], [1, new Map<PhpKey, PhpRead>([['z', 1], ['a', true]])]])], ['a', null]
    ]))
    expect([...(read as Map<PhpKey, PhpRead>).keys()]).toEqual(['b', 'a'])
  })
})

/** PHP reads a whole number of a text key as a number. */
function asPhpKey(key: PhpKey): PhpKey {
  return typeof key === 'string' && /^(0|-?[1-9]\d*)$/.test(key) && Number.isSafeInteger(Number(key)) ? Number(key) : key
}
