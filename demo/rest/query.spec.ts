import { describe, expect, it } from 'vitest'
import { parseQuery, substitute } from './query'

describe('parseQuery reads a query text as PHP does', () => {
  it.each([
    ['a=1&b=two+words', { a: '1', b: 'two words' }],
    ['select%5B0%5D=id&select%5B1%5D=title', { select: ['id', 'title'] }],
    ['a[b][]=1&a[b][]=2&a[c]=3', { a: { b: ['1', '2'], c: '3' } }],
    ['filter[%3E%3Did]=5&filter[0][logic]=OR', { filter: { '>=id': '5', '0': { logic: 'OR' } } }],
    ['a[1]=x&a[2]=y', { a: { 1: 'x', 2: 'y' } }],
    ['flag=true&n=&bare', { flag: 'true', n: '', bare: '' }],
    ['text=100%25+%D0%BE%D0%BA', { text: '100% ок' }],
    ['a=%zz', { a: '%zz' }],
    ['', {}]
  ])('%s', (query, expected) => {
    expect(parseQuery(query)).toEqual(expected)
  })
})

describe('substitute puts earlier results into later parameters', () => {
  const results = {
    result: { user: { ID: '7', UF_DEPARTMENT: [3, 4] }, list: { items: [{ id: 11 }, { id: 12 }] } },
    total: { list: 2 }, next: {}, time: { user: { start: 5 } }, error: {}
  }

  it.each([
    ['$result[user][ID]', '7'],
    ['$result[list][items][1][id]', 12],
    ['$result[user][UF_DEPARTMENT]', [3, 4]],
    ['U$result[user][ID] of $total[list]', 'U7 of 2'],
    ['$time[user][start]', 5],
    // a path that leads nowhere stops at the last level
    ['$result[list][items][9][id]', [{ id: 11 }, { id: 12 }]],
    ['see $result[list][items]', 'see Array'],
    ['$results[user]', '$results[user]'],
    ['costs $5 [net]', 'costs $5 [net]']
  ])('%s', (text, expected) => {
    expect(substitute(text, results)).toEqual(expected)
  })

  it('reaches into a customer\'s words and into keys: the danger an app must guard against', () => {
    expect(substitute({ fields: { COMMENT: 'I like $result[user][ID]', '$result[user][ID]': 'x' } }, results))
      .toEqual({ fields: { COMMENT: 'I like 7', '7': 'x' } })
  })
})
