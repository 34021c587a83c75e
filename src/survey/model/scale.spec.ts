import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coefficient, groupOf, isOnScale, parseScale, rescale, scaleRange, scaleValues, type Scale } from './scale'

const NPS: Scale = { type: 'nps' }
const CSAT: Scale = { type: 'csat' }
const STARS: Scale = { type: 'stars' }
const CES7: Scale = { type: 'ces', points: 7, easyIs: 'high' }
const CES5: Scale = { type: 'ces', points: 5, easyIs: 'high' }
const CES7_LOW: Scale = { type: 'ces', points: 7, easyIs: 'low' }
const CES5_LOW: Scale = { type: 'ces', points: 5, easyIs: 'low' }
const ALL = [NPS, CSAT, STARS, CES7, CES5, CES7_LOW, CES5_LOW]

describe('scaleRange', () => {
  it.each<[Scale, number, number]>([
    [NPS, 0, 10], [CSAT, 1, 5], [STARS, 1, 5], [{ type: 'ces' }, 1, 5], [CES5, 1, 5], [CES7, 1, 7]
  ])('%o goes from %i to %i', (scale, min, max) => {
    expect(scaleRange(scale)).toEqual({ min, max })
    expect(scaleValues(scale)).toEqual(Array.from({ length: max - min + 1 }, (_, index) => index + min))
  })
})

describe('isOnScale', () => {
  it.each([-1, 11, 8.5, Number.NaN, '9', '9 maybe', '', null, undefined, true, [9]])('does not take %o for an NPS value', (value) => {
    expect(isOnScale(NPS, value)).toBe(false)
  })

  it.each([0, 6, 10])('takes %i for an NPS value', (value) => {
    expect(isOnScale(NPS, value)).toBe(true)
  })
})

describe('parseScale', () => {
  it('accepts the eleven values of NPS as number and as text', () => {
    for (let value = 0; value <= 10; value++) {
      expect(parseScale(NPS, value)).toBe(value)
      expect(parseScale(NPS, String(value))).toBe(value)
    }
  })

  const rubbish: unknown[] = [
    '9 maybe', '11', 11, -1, '-1', '', ' ', null, undefined, 7.5, '7.5', '7,5', ' 9', '9 ', '9\n', '\t9', '09', '007', '00', '+9', '-0', '9.0', '1e1', '0x9', '9n', '１',
    '٣', 'NaN', NaN, Infinity, -Infinity, true, false, [], [9], ['9'], {}, { valueOf: () => 9 }, 9n, '1010', '100', '10.'
  ]
  it.each(rubbish.map(raw => [typeof raw, raw] as const))('reads no NPS out of rubbish: %s %s', (_, raw) => {
    expect(parseScale(NPS, raw)).toBeNull()
  })

  it('never gives a negative zero', () => {
    expect(Object.is(parseScale(NPS, -0), 0)).toBe(true)
  })

  it.each<[string, Scale, number, number]>([
    ['csat', CSAT, 1, 5], ['stars', STARS, 1, 5], ['ces of 7', CES7, 1, 7], ['ces of 5', CES5, 1, 5], ['ces, points unsaid', { type: 'ces' }, 1, 5]
  ])('keeps the ends of %s', (_, scale, min, max) => {
    expect(parseScale(scale, min)).toBe(min)
    expect(parseScale(scale, String(max))).toBe(max)
    expect(parseScale(scale, min - 1)).toBeNull()
    expect(parseScale(scale, String(max + 1))).toBeNull()
  })

  it('takes nothing but integers in range, whatever comes', () => {
    fc.assert(fc.property(fc.anything(), fc.constantFrom(...ALL), (raw, scale) => {
      const value = parseScale(scale, raw)
      if (value !== null) {
        expect(scaleValues(scale)).toContain(value)
        expect(raw === value || raw === String(value) || raw === -0).toBe(true)
      }
    }))
  })
})

describe('groupOf', () => {
  it.each<[string, Scale, string]>([
    ['nps', NPS, '0l 1l 2l 3l 4l 5l 6l 7m 8m 9h 10h'],
    ['csat', CSAT, '1l 2l 3m 4h 5h'],
    ['stars', STARS, '1l 2l 3m 4h 5h'],
    ['ces of 7, high is easy', CES7, '1l 2l 3l 4m 5h 6h 7h'],
    ['ces of 7, low is easy', CES7_LOW, '1h 2h 3h 4m 5l 6l 7l'],
    ['ces of 5, high is easy', CES5, '1l 2l 3m 4h 5h'],
    ['ces of 5, low is easy', CES5_LOW, '1h 2h 3m 4l 5l'],
    ['ces that says nothing', { type: 'ces' }, '1l 2l 3m 4h 5h']
  ])('of %s', (_, scale, expected) => {
    expect(scaleValues(scale).map(value => `${value}${groupOf(scale, value)[0]}`).join(' ')).toBe(expected)
  })
})

describe('rescale', () => {
  it.each<[string, Scale, number[]]>([
    ['nps', NPS, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]],
    ['csat', CSAT, [0, 25, 50, 75, 100]],
    ['stars', STARS, [0, 25, 50, 75, 100]],
    ['ces of 7', CES7, [0, 100 / 6, 200 / 6, 50, 400 / 6, 500 / 6, 100]],
    ['ces of 7, low is easy', CES7_LOW, [100, 500 / 6, 400 / 6, 50, 200 / 6, 100 / 6, 0]],
    ['ces of 5', CES5, [0, 25, 50, 75, 100]],
    ['ces of 5, low is easy', CES5_LOW, [100, 75, 50, 25, 0]]
  ])('of %s', (_, scale, expected) => {
    expect(scaleValues(scale).map(value => rescale(scale, value))).toEqual(expected)
  })
})

describe('coefficient', () => {
  it('is the mean of the rescaled values', () => {
    expect(coefficient([{ scale: NPS, value: 7 }, { scale: CSAT, value: 4 }, { scale: CES7_LOW, value: 1 }])).toBeCloseTo((70 + 75 + 100) / 3, 12)
  })

  it('leaves out what was not answered, and keeps a real zero', () => {
    expect(coefficient([{ scale: NPS, value: 0 }, { scale: CSAT, value: null }, { scale: STARS, value: 5 }])).toBe(50)
  })

  it('is null without any', () => {
    expect(coefficient([])).toBeNull()
    expect(coefficient([{ scale: NPS, value: null }])).toBeNull()
  })
})
