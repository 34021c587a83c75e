import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { npsChange, npsInterval } from '@/survey/model/score/adjusted-wald'
import { meanChange, meanInterval, meanOf, moved, shareChange, type Ends, type Moments } from './difference'

const STARS: Ends = { low: 1, high: 5 }

function momentsOf(values: readonly number[], ends: Ends): Moments {
  const at = values.map(value => moved(value, ends))
  return { n: at.length, sum: at.reduce((a, b) => a + b, 0), squares: at.reduce((a, b) => a + b * b, 0) }
}

describe('shareChange', () => {
  // computed apart from this code, with Python's math.erfc for p
  it.each([
    [56, 70, 48, 80, 20, 5.245292663805371, 33.57584554757674, 2.6857235383057505, 0.0072372944672825165, 'up'],
    [9, 10, 3, 10, 60, 16.000080110040038, 83.99991988995995, 2.8823067684915684, 0.003947751856903463, 'up'],
    [10, 10, 0, 20, 100, 69.22432378831911, 100, 9.541012653759342, 0, 'up'],
    [0, 20, 10, 10, -100, -100, -69.22432378831911, -9.541012653759342, 0, 'down'],
    [20, 50, 27, 54, -10, -28.30626826948007, 9.075499038710841, -1.008288740780052, 0.3133158666178943, 'cannotTell'],
    [84, 101, 89, 105, 100 * (84 / 101 - 89 / 105), -11.675701104860451, 8.499945728760276, -0.3085088776679767, 0.7576951460715201, 'cannotTell'],
    [5, 5, 5, 5, 0, -36.65993191241655, 36.65993191241655, 0, 1, 'cannotTell']
  ])('%i of %i against %i of %i', (a, n, b, m, difference, from, to, z, p, verdict) => {
    const change = shareChange({ part: a, whole: n }, { part: b, whole: m })!
    expect(change.difference).toBeCloseTo(difference, 9)
    expect([change.interval.from, change.interval.to, change.z]).toEqual([expect.closeTo(from, 6), expect.closeTo(to, 6), expect.closeTo(z, 9)])
    expect(change.p).toBeCloseTo(p, 12)
    expect(change.verdict).toBe(verdict)
  })

  it('of nothing is none', () => {
    expect(shareChange({ part: 0, whole: 0 }, { part: 1, whole: 2 })).toBeNull()
    expect(shareChange({ part: 1, whole: 2 }, { part: 0, whole: 0 })).toBeNull()
  })

  it('covers the true difference nearly always: all outcomes of two samples, each with its probability', () => {
    const choose = (n: number, k: number): number => k === 0 ? 1 : choose(n, k - 1) * (n - k + 1) / k
    const chance = (n: number, k: number, p: number): number => choose(n, k) * p ** k * (1 - p) ** (n - k)
    for (const [n, p, m, q] of [[10, 0.9, 10, 0.7], [10, 0.5, 20, 0.5], [20, 0.98, 20, 0.9], [15, 0.1, 30, 0.6]] as const) {
      let covered = 0
      for (let a = 0; a <= n; a++) {
        for (let b = 0; b <= m; b++) {
          const { interval } = shareChange({ part: a, whole: n }, { part: b, whole: m })!
          if (interval.from <= 100 * (p - q) && 100 * (p - q) <= interval.to) covered += chance(n, a, p) * chance(m, b, q)
        }
      }
      expect(covered, `${n} ${p} ${m} ${q}`).toBeGreaterThan(0.93)
    }
  })
})

describe('means', () => {
  it('of nothing are none', () => {
    const nothing = momentsOf([], STARS)
    expect([meanOf(nothing, STARS), meanInterval(nothing, STARS), meanChange(nothing, momentsOf([5], STARS), STARS)]).toEqual([null, null, null])
  })

  it('are on their own scale', () => {
    expect(meanOf(momentsOf([1, 2, 5, 4], STARS), STARS)).toBeCloseTo(3, 12)
    expect(meanOf(momentsOf([0, 100, 100], { low: 0, high: 100 }), { low: 0, high: 100 })).toBeCloseTo(200 / 3, 12)
  })

  it('have the interval and the change of the NPS when the values are its three', () => {
    const ends = { low: -100, high: 100 }
    const counts = fc.record({ promoters: fc.nat(40), passives: fc.nat(40), detractors: fc.nat(40) }).filter(c => c.promoters + c.passives + c.detractors > 0)
    const of = ({ promoters, passives, detractors }: { promoters: number, passives: number, detractors: number }): Moments =>
      momentsOf([...Array<number>(promoters).fill(100), ...Array<number>(passives).fill(0), ...Array<number>(detractors).fill(-100)], ends)
    fc.assert(fc.property(counts, counts, (a, b) => {
      const [mine, theirs] = [meanInterval(of(a), ends)!, npsInterval(a)!]
      expect(mine.from).toBeCloseTo(theirs.from, 8)
      expect(mine.to).toBeCloseTo(theirs.to, 8)
      const [change, expected] = [meanChange(of(a), of(b), ends)!, npsChange(a, b)!]
      expect(change.difference).toBeCloseTo(expected.difference, 8)
      expect(change.z).toBeCloseTo(expected.z, 8)
      expect(change.interval.to).toBeCloseTo(expected.interval.to, 8)
    }))
  })

  it('do not claim certainty when everybody gives five stars', () => {
    const { from, to } = meanInterval(momentsOf(Array<number>(10).fill(5), STARS), STARS)!
    expect(to).toBe(5)
    expect(from).toBeGreaterThan(3.5)
    expect(from).toBeLessThan(4.2)
  })

  it('are judged by their difference', () => {
    const [many, few] = [momentsOf(Array<number>(40).fill(5), STARS), momentsOf(Array<number>(40).fill(4), STARS)]
    expect(meanChange(many, few, STARS)).toMatchObject({ difference: expect.closeTo(1, 9), verdict: 'up' })
    expect(meanChange(few, many, STARS)).toMatchObject({ difference: expect.closeTo(-1, 9), verdict: 'down' })
    expect(meanChange(momentsOf([5, 4, 5, 3, 5], STARS), momentsOf([4, 4, 4, 5, 3], STARS), STARS)).toMatchObject({ verdict: 'cannotTell' })
  })

  /** Exact: all outcomes of n answers on five points, each with its probability. */
  function coverage(n: number, population: readonly number[]): number {
    const truth = population.reduce((sum, p, index) => sum + p * (index + 1), 0)
    let covered = 0
    function outcomes(left: number, point: number, counts: number[], chance: number): void {
      if (point === 4) {
        const all = [...counts, left]
        const probability = chance * population[4]! ** left
        if (probability === 0) return
        const { from, to } = meanInterval(momentsOf(all.flatMap((count, index) => Array<number>(count).fill(index + 1)), STARS), STARS)!
        if (from - 1e-9 <= truth && truth <= to + 1e-9) covered += probability
        return
      }
      let ways = 1
      for (let count = 0; count <= left; count++) {
        outcomes(left - count, point + 1, [...counts, count], chance * ways * population[point]! ** count)
        ways = ways * (left - count) / (count + 1)
      }
    }
    outcomes(n, 0, [], 1)
    return covered
  }

  it.each([
    [5, [0.05, 0.05, 0.1, 0.3, 0.5], 0.93], [5, [0.01, 0.01, 0.01, 0.02, 0.95], 0.89], [10, [0.05, 0.05, 0.1, 0.3, 0.5], 0.94],
    [10, [0, 0, 0.02, 0.08, 0.9], 0.94], [10, [0.4, 0.05, 0.05, 0.1, 0.4], 0.93], [10, [0.2, 0.2, 0.2, 0.2, 0.2], 0.94]
  ])('with n = %i of %j cover the truth in at least %f of all samples', (n, population, least) => {
    expect(coverage(n, population)).toBeGreaterThan(least)
  })
})
