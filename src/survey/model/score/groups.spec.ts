import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyHistogram, groupCounts, groupOfNps, histogramOf, parseNps } from './groups'
import vectors from './vectors/nps-vectors.json'

describe('parseNps', () => {
  it.each(['9 maybe', 11, -1, '', null, 7.5, ' 9', '09', '9.0', undefined, true, NaN])('reads no value out of %s', (raw) => {
    expect(parseNps(raw)).toBeNull()
  })

  it('knows the ends', () => {
    expect([parseNps(0), parseNps('0'), parseNps(10), parseNps('10')]).toEqual([0, 0, 10, 10])
  })
})

it('draws the bands where the reference implementations draw them', () => {
  const { detractor, passive, promoter, invalid } = vectors.bands
  expect(detractor.map(groupOfNps)).toEqual(['low', 'low'])
  expect(passive.map(groupOfNps)).toEqual(['middle', 'middle'])
  expect(promoter.map(groupOfNps)).toEqual(['high', 'high'])
  expect(invalid.map(parseNps)).toEqual([null, null])
})

describe('histogram', () => {
  it('leaves out whatever is no value', () => {
    expect(histogramOf([10, '10', 0, 'junk', null, 11, 7.5])).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2])
  })

  it('of nothing has eleven zeros and no groups', () => {
    expect(histogramOf([])).toEqual(emptyHistogram())
    expect(emptyHistogram()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    expect(groupCounts(emptyHistogram())).toEqual({ promoters: 0, passives: 0, detractors: 0 })
  })

  it('has every value in exactly one group', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 10 })), (values) => {
      expect(groupCounts(histogramOf(values))).toEqual({
        promoters: values.filter(value => value > 8).length,
        passives: values.filter(value => value === 7 || value === 8).length,
        detractors: values.filter(value => value < 7).length
      })
    }))
  })
})
