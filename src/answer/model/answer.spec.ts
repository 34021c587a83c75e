import { describe, expect, it } from 'vitest'
import { readAnswersJson } from './answer'

describe('readAnswersJson', () => {
  it.each<[string, unknown]>([
    ['{"a":9,"b":"yes","c":["x","y"],"d":true}', { a: '9', b: 'yes', c: ['x', 'y'], d: 'true' }],
    ['{"a":null,"b":{"c":1},"d":["x",1,null]}', { b: '{"c":1}', d: ['x', '1', 'null'] }],
    ['{}', {}],
    ['', null],
    ['[]', null],
    ['"text"', null],
    ['null', null],
    ['{"a":"cut', null]
  ])('%s', (text, read) => {
    expect(readAnswersJson(text)).toEqual(read)
  })

  it('does not let a posted key reach the prototype', () => {
    const read = readAnswersJson('{"__proto__":{"polluted":"yes"}}')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(Object.keys(read ?? {})).toEqual(['__proto__'])
  })
})
