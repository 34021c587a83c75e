import { expect, it } from 'vitest'
import { answerFixture } from '@/report/model/records.fixture'
import { shownScore } from './shown-score'

const both = answerFixture({ nps: 3, stars: 5, coefficient: 65, group: 'low' })

it.each([
  ['nps', both, { value: 3, max: 10, group: 'low', nps: true }],
  ['stars', both, { value: 5, max: 5, group: 'high', nps: false }],
  ['csat', both, { value: 3, max: 10, group: 'low', nps: true }],
  ['coefficient', both, { value: 65, max: 100, group: 'low', nps: true }],
  [null, both, { value: 3, max: 10, group: 'low', nps: true }],
  ['nps', answerFixture({ nps: null, ces: 2, effortScale: '7low' }), { value: 2, max: 7, group: 'high', nps: false }],
  ['ces', answerFixture({ nps: null, ces: 2, effortScale: null }), null],
  ['nps', answerFixture({ nps: null }), null]
] as const)('by %s', (measure, row, wanted) => {
  expect(shownScore(row, measure)).toEqual(wanted)
})
