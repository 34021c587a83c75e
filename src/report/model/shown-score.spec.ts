import { expect, it } from 'vitest'
import { answerFixture as answer } from './records.fixture'
import { shownScore } from './shown-score'

it.each([
  [answer({ nps: 9, csat: 4 }), 'csat', { measure: 'csat', value: 4, max: 5 }],
  [answer({ nps: 9 }), 'csat', { measure: 'nps', value: 9, max: 10 }],
  [answer({ nps: null, ces: 6, effortScale: '7low' }), 'nps', { measure: 'ces', value: 6, max: 7 }],
  [answer({ nps: null, coefficient: 12.5 }), 'stars', { measure: 'coefficient', value: 12.5, max: 100 }],
  [answer({ nps: null }), 'nps', null]
] as const)('%# shows %s or what there is', (one, measure, expected) => {
  expect(shownScore(one, measure)).toEqual(expected)
})
