import { expect, it } from 'vitest'
import { listOf, mapOf } from './php-array'

it.each([
  [[1, 2], [1, 2]], [{ 0: 'a', 2: 'c' }, ['a', 'c']], [[], []], [{}, []], [null, []], [undefined, []], ['x', []], [false, []]
])('listOf %j', (value, list) => {
  expect(listOf(value)).toEqual(list)
})

it.each([
  [{ a: 1 }, { a: 1 }], [[], {}], [['x'], { 0: 'x' }], [null, {}], ['x', {}], [7, {}]
])('mapOf %j', (value, map) => {
  expect(mapOf(value)).toEqual(map)
})
