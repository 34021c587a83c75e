import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { medianTime } from './median-time'

const of = (ended: number[], running: number[] = []) => medianTime(Float64Array.from(ended), Float64Array.from(running))

describe('medianTime', () => {
  it('of nothing is none', () => {
    expect(of([])).toEqual({ ended: 0, running: 0, median: null, interval: null })
  })

  // weeks of remission, E. Freireich et al., Blood 21 (1963) 699–716, the usual example; S and its error computed apart from this code
  it('gives 23 weeks under 6-MP, where half of the patients were still in remission, and cannot know the upper end', () => {
    expect(of([6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]))
      .toEqual({ ended: 9, running: 12, median: 23, interval: { from: 13, to: Infinity } })
  })

  it('gives 8 weeks under placebo', () => {
    const weeks = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    expect(of(weeks)).toEqual({ ended: 21, running: 0, median: 8, interval: { from: 4, to: 11 } })
  })

  it.each<[number[], number[], number | null]>([
    [[7], [], 7], [[], [7], null], [[3, 1], [], 1], [[3, 1, 2], [], 2], [[4, 3, 2, 1], [], 2], [[1], [5], 1], [[1], [0], 1], [[5], [1, 1], 5],
    // who has run exactly as long is still at risk
    [[5], [5, 5], null],
    [[1], [5, 5], null], [[1, 9], [5, 5], 9], [[2, 2, 2], [2], 2]
  ])('of %j with %j running is %j', (ended, running, expected) => {
    expect(of(ended, running).median).toBe(expected)
  })

  it('is the lower median when nothing runs, for all lists', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 40 }), list => {
      const { median, interval } = of(list)
      expect(median).toBe([...list].sort((a, b) => a - b)[Math.ceil(list.length / 2) - 1])
      expect(interval!.from).toBeLessThanOrEqual(median!)
      expect(interval!.to).toBeGreaterThanOrEqual(median!)
    }))
  })

  it('never falls when a running case is added that lasts longer than all', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 30 }), list => {
      const [before, after] = [of(list).median!, of(list, [100]).median]
      expect(after === null || after >= before).toBe(true)
    }))
  })
})
