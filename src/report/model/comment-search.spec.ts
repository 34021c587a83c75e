import { describe, expect, it } from 'vitest'
import { contains, highlight, plainLetters, wordsOf } from './comment-search'

describe('words', () => {
  it.each([['', []], ['   ', []], ['Long  WAIT long', ['long', 'wait']], ['Всё', ['все']]])('of %j are %j', (query, words) => {
    expect(wordsOf(query)).toEqual(words)
  })

  it('are found anywhere, all of them', () => {
    const plain = plainLetters('Ждали долго, но всё ещё ждём')
    expect(contains(plain, wordsOf('ещё долго'))).toBe(true)
    expect(contains(plain, wordsOf('еще быстро'))).toBe(false)
    expect(contains(plain, [])).toBe(true)
  })
})

describe('highlight', () => {
  const marked = (text: string, query: string) => highlight(text, wordsOf(query)).map(({ text: piece, hit }) => hit ? `[${piece}]` : piece).join('')
  it.each([
    ['Very long wait', 'LONG', 'Very [long] wait'],
    ['Всё долго', 'все', '[Всё] долго'],
    ['aaa', 'aa', '[aa]a'],
    ['abcd', 'bc cd', 'a[bcd]'],
    ['<b>bold</b>', 'b>', '<[b>]bold</[b>]'],
    ['İstanbul wait', 'wait', 'İstanbul [wait]'],
    ['👍 good', 'good', '👍 [good]'],
    ['no', '', 'no'], ['', 'x', '']
  ])('of %j for %j is %j', (text, query, wanted) => {
    expect(marked(text, query)).toBe(wanted)
  })
})
