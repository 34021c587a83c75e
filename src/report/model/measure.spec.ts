import { describe, expect, it } from 'vitest'
import vectors from '@/survey/model/score/vectors/nps-vectors.json'
import { MEASURES, scoreChange, scoreOf, type Measure, type Tally } from './measure'

const tally = (high: number, middle: number, low: number, more: Partial<Tally> = {}): Tally =>
  ({ n: high + middle + low, groups: { high, middle, low }, sum: 0, squares: 0, scales: 1, ...more })

describe('scoreOf', () => {
  it.each(MEASURES)('%s of nothing claims nothing', measure => {
    expect(scoreOf(measure, tally(0, 0, 0, { scales: 0 }))).toMatchObject({ n: 0, value: null, interval: null, sample: 'none', mixed: false })
  })

  it('is the NPS with its adjusted Wald interval', () => {
    const { value, interval } = scoreOf('nps', tally(60, 25, 15))
    expect(value).toBe(45)
    expect(interval).toEqual({ from: expect.closeTo(29.34, 2), to: expect.closeTo(58.04, 2) })
  })

  it('is the share of the two highest of five for CSAT, as the sources print it, with Wilson interval', () => {
    const [delighted] = vectors.csat
    const { 5: five, 4: four, 3: three, 2: two, 1: one } = delighted!.counts as Record<number, number>
    const score = scoreOf('csat', tally(five! + four!, three!, two! + one!))
    expect(score.value).toBeCloseTo(delighted!.csat as number, 2)
    // 74 of 107, E. B. Wilson 1927, computed apart
    expect(score.interval).toEqual({ from: expect.closeTo(59.871509, 5), to: expect.closeTo(77.118260, 5) })
  })

  it('is the share of easy for effort, and none when scales are mixed', () => {
    expect(scoreOf('ces', tally(3, 1, 1, { scales: 8 }))).toMatchObject({ value: 60, mixed: false })
    expect(scoreOf('ces', tally(3, 1, 1, { scales: 9 }))).toMatchObject({ n: 5, value: null, interval: null, mixed: true })
  })

  it('is the mean for stars and the coefficient', () => {
    // 5, 5, 4, 2, 1 → moved 1, 1, ½, −½, −1
    expect(scoreOf('stars', tally(3, 0, 2, { sum: 1, squares: 3.5 })).value).toBeCloseTo(3.4, 12)
    expect(scoreOf('coefficient', tally(3, 0, 2, { sum: 1, squares: 3.5 })).value).toBeCloseTo(60, 12)
  })

  it.each([[0, 'none'], [4, 'list'], [5, 'few'], [29, 'few'], [30, 'normal']])('with n = %i is shown as %s', (n, sample) => {
    expect(scoreOf('csat', tally(n, 0, 0)).sample).toBe(sample)
  })
})

describe('scoreChange', () => {
  it.each<[Measure, number]>([['nps', 200], ['csat', 100], ['ces', 100], ['stars', 4], ['coefficient', 100]])('of %s from one end to the other is %i', (measure, difference) => {
    const change = scoreChange(measure, tally(40, 0, 0, { sum: 40, squares: 40 }), tally(0, 0, 40, { sum: -40, squares: 40 }))
    expect(change).toMatchObject({ difference, verdict: 'up' })
  })

  it('needs five answers on both sides', () => {
    expect(scoreChange('csat', tally(5, 0, 0), tally(4, 0, 0))).toBeNull()
    expect(scoreChange('csat', tally(4, 0, 0), tally(5, 0, 0))).toBeNull()
    expect(scoreChange('csat', tally(5, 0, 0), tally(5, 0, 0))).toMatchObject({ verdict: 'cannotTell', difference: 0 })
  })

  it('compares no effort scores of different scales', () => {
    expect(scoreChange('ces', tally(9, 0, 0, { scales: 1 }), tally(9, 0, 0, { scales: 4 }))).toBeNull()
    expect(scoreChange('ces', tally(9, 0, 0, { scales: 3 }), tally(9, 0, 0, { scales: 3 }))).toBeNull()
  })
})
