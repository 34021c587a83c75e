import { expect, it } from 'vitest'
import { sampleLevel, showsScore } from './sample'

it.each([
  [0, 'none', false], [1, 'list', false], [4, 'list', false], [5, 'few', true], [29, 'few', true], [30, 'normal', true], [100_000, 'normal', true]
])('%i answers: %s', (n, level, score) => {
  expect(sampleLevel(n)).toBe(level)
  expect(showsScore(sampleLevel(n))).toBe(score)
})
