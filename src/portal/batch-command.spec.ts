import { isReactive, reactive, ref as vueRef } from 'vue'
import { describe, expect, it } from 'vitest'
import { plainParams, ref, renderCommands } from './batch-command'

const rendered = (params: Record<string, unknown>): string => decodeURIComponent(renderCommands({ a: { method: 'x.add', params } }).a ?? '')

/** What the portal looks for in decoded values. */
const REFERENCE = /\$(result|error|total|next|time)\[/

describe('text in a batch', () => {
  it.each([
    '$result[0][id]', 'see $total[a] and $time[b]', '$next[p][x]', '$error[a]', '$$result[a]', '$RESULT[a]'
  ])('%s stays text', text => {
    const row = rendered({ fields: { comment: text } })
    expect(row).not.toMatch(REFERENCE)
    expect(row.replaceAll('\u2060', '')).toBe(`x.add?fields[comment]=${text}`)
  })

  it.each(['costs $5 [net]', '$ [a]', 'a[b]', '100 $', 'é & ü = 1 + 1 # ?', '😀\n'])('%s is sent as it is', text => {
    expect(rendered({ text })).toBe(`x.add?text=${text}`)
  })

  it('breaks references in keys too', () => {
    expect(rendered({ '$result[a]': 1 })).not.toMatch(REFERENCE)
  })
})

describe('references', () => {
  it('are rendered for earlier commands', () => {
    const { b } = renderCommands({ a: { method: 'x.list' }, b: { method: 'x.list', params: { filter: { '<id': ref('a', 'items', 49, 'id') } } } })
    expect(decodeURIComponent(b ?? '')).toBe('x.list?filter[<id]=$result[a][items][49][id]')
  })

  it.each([['b', 'itself'], ['c', 'a later command'], ['z', 'an unknown command']])('to %s (%s) are refused', name => {
    const commands = { a: { method: 'x.list' }, b: { method: 'x.list', params: { id: ref(name, 'id') } }, c: { method: 'x.list' } }
    expect(() => renderCommands(commands)).toThrow('does not run before it')
  })
})

describe('types in a batch', () => {
  it.each([
    ['null clears', { a: null }, 'x.add?a='],
    ['undefined is left out', { a: undefined, b: 1 }, 'x.add?b=1'],
    ['zero and empty text stay', { a: 0, b: '' }, 'x.add?a=0&b='],
    ['empty lists and maps vanish', { a: [], b: {} }, 'x.add?'],
    ['nested', { a: { b: [{ c: 1 }, { c: 2 }] } }, 'x.add?a[b][0][c]=1&a[b][1][c]=2']
  ])('%s', (_name, params, row) => {
    expect(rendered(params)).toBe(row)
  })

  it.each([true, false])('%s is refused: methods disagree about it', value => {
    expect(() => rendered({ fields: { opened: value } })).toThrow('fields[opened] is a boolean')
  })

  it.each(['filter', 'FILTER'])('an empty list in %s is refused: it would find everything', key => {
    expect(() => rendered({ [key]: { '@id': [] } })).toThrow('find everything')
    expect(rendered({ [key]: {} })).toBe('x.add?')
  })
})

it.each([['0'], ['a-b'], ['a[b]'], ['']])('the name %s is refused', name => {
  expect(() => renderCommands({ [name]: { method: 'x.get' } })).toThrow(TypeError)
})

it('a method with parameters in its name is refused', () => {
  expect(() => renderCommands({ a: { method: 'x.get?id=1' } })).toThrow(TypeError)
})

it('takes 50 commands and not one more', () => {
  const commands = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, { method: 'x.get' }]))
  expect(Object.keys(renderCommands(commands(50)))).toHaveLength(50)
  expect(() => renderCommands(commands(51))).toThrow(RangeError)
})

describe('plainParams', () => {
  it('unwraps reactive data to its last level', () => {
    const source = reactive({ a: { b: [{ c: 1 }] } })
    const copy = plainParams(source) as typeof source
    expect(copy).toEqual({ a: { b: [{ c: 1 }] } })
    expect([copy, copy.a, copy.a.b, copy.a.b[0]].some(isReactive)).toBe(false)
    expect(structuredClone(copy)).toEqual(copy)
  })

  it('refuses a Vue ref and names its place', () => {
    expect(() => plainParams({ fields: { title: vueRef('x') } })).toThrow('fields.title')
  })
})
