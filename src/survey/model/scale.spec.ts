import { describe, expect, it } from 'vitest'
import { groupOf, isOnScale, scaleOf, scaleValues, type Scored } from './scale'

describe('scale', () => {
  it.each<[Scored, number, number]>([
    [{ type: 'nps' }, 0, 10],
    [{ type: 'csat' }, 1, 5],
    [{ type: 'stars' }, 1, 5],
    [{ type: 'ces' }, 1, 5],
    [{ type: 'ces', points: 7 }, 1, 7]
  ])('%o goes from %i to %i', (question, min, max) => {
    expect(scaleOf(question)).toEqual({ min, max })
    expect(scaleValues(question)).toEqual(Array.from({ length: max - min + 1 }, (_, index) => index + min))
  })

  it.each([-1, 11, 8.5, Number.NaN, '9', '9 maybe', '', null, undefined, true, [9]])('does not take %o for an NPS value', value => {
    expect(isOnScale({ type: 'nps' }, value)).toBe(false)
  })

  it.each<[Scored, string]>([
    [{ type: 'nps' }, 'low low low low low low low middle middle high high'],
    [{ type: 'csat' }, 'low low middle high high'],
    [{ type: 'stars' }, 'low low middle high high'],
    [{ type: 'ces', points: 5, easyIs: 'high' }, 'low low middle high high'],
    [{ type: 'ces', points: 5, easyIs: 'low' }, 'high high middle low low'],
    [{ type: 'ces', points: 7 }, 'low low low middle high high high'],
    [{ type: 'ces', points: 7, easyIs: 'low' }, 'high high high middle low low low']
  ])('%o: %s', (question, groups) => {
    expect(scaleValues(question).map(value => groupOf(question, value)).join(' ')).toBe(groups)
  })
})
