import { describe, expect, it } from 'vitest'
import { calc, customerWords, harmless, harmlessValue, quoted, replaced, shortened } from './expression'

describe('expressions', () => {
  it('keeps constants apart from what they are written in', () => {
    expect(quoted('it\'s')).toBe('"it\'s"')
    expect(quoted('"id":"')).toBe('\'"id":"\'')
    expect(() => quoted('"\'')).toThrow(RangeError)
  })

  it('replaces by taking apart and putting together', () => {
    expect(calc(replaced('{=Document:TITLE}', '[', '［'))).toBe('{{=implode("［",explode("[",{=Document:TITLE}))}}')
  })

  it('breaks what customers might write before it becomes a parameter', () => {
    expect(customerWords('{=Variable:X}')).toContain('explode("{=",{=Variable:X})')
  })

  it('counts the ellipsis in', () => {
    expect(shortened('{=Variable:X}', 250)).toBe('if(strlen({=Variable:X})>250,substr({=Variable:X},0,249)&"…",{=Variable:X})')
  })
})

describe('harmless', () => {
  it.each([
    ['a reference', 'see {=Document:ID}', 'see { =Document:ID}'],
    ['a calculation', '{{=1+1}}', '{{ =1+1}}'],
    ['an object', 'a;O:5:"x"', 'a; O:5:"x"'],
    ['an object with a sign', ';C:+12:', '; C:+12:'],
    ['placeholders', 'Call {client}: {score}', 'Call {client}: {score}'],
    ['an address', 'https://x.y/?a={b}', 'https://x.y/?a={b}']
  ])('%s', (_, text, expected) => {
    expect(harmless(text)).toBe(expected)
  })

  it('lets no whole value begin like a calculation', () => {
    expect(harmlessValue(' =1+1')).toBe(' ＝1+1')
    expect(harmlessValue('1 = 1')).toBe('1 = 1')
  })
})
