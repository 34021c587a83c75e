import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { npsChange, npsInterval } from './adjusted-wald'
import { npsOf } from './nps'

const Z = 1.959963984540054
const count = fc.nat({ max: 5_000 })
const counts = fc.record({ promoters: count, passives: count, detractors: count }).filter(c => c.promoters + c.passives + c.detractors > 0)
const of = (promoters: number, passives: number, detractors: number) => ({ promoters, passives, detractors })
const mirror = (c: ReturnType<typeof of>) => of(c.detractors, c.passives, c.promoters)

/** The same interval by another road: mean and variance of the list of scores +1, 0, −1 in which the added answers are weights. */
function straightforward(promoters: number, passives: number, detractors: number): [number, number] {
  const weighted: [score: number, weight: number][] = [[1, promoters], [0, passives], [-1, detractors], [1, 0.75], [0, 1.5], [-1, 0.75]]
  const n = weighted.reduce((sum, [, weight]) => sum + weight, 0)
  const mean = weighted.reduce((sum, [score, weight]) => sum + score * weight, 0) / n
  const variance = weighted.reduce((sum, [score, weight]) => sum + weight * (score - mean) ** 2, 0) / n
  const margin = Z * Math.sqrt(variance / n)
  return [Math.max(-100, 100 * (mean - margin)), Math.min(100, 100 * (mean + margin))]
}

describe('npsInterval', () => {
  it('is null without answers', () => {
    expect(npsInterval(of(0, 0, 0))).toBeNull()
  })

  it('agrees with the mean and variance of the weighted list, for all counts up to n = 12', () => {
    let checked = 0
    for (let n = 1; n <= 12; n++) {
      for (let promoters = 0; promoters <= n; promoters++) {
        for (let detractors = 0; promoters + detractors <= n; detractors++) {
          const [from, to] = straightforward(promoters, n - promoters - detractors, detractors)
          const interval = npsInterval(of(promoters, n - promoters - detractors, detractors))
          expect(interval?.from).toBeCloseTo(from, 9)
          expect(interval?.to).toBeCloseTo(to, 9)
          checked++
        }
      }
    }
    expect(checked).toBe(454)
  })

  it('stays within ±100, is never empty, and mirrors when promoters and detractors change places', () => {
    fc.assert(fc.property(counts, (c) => {
      const interval = npsInterval(c)!
      const mirrored = npsInterval(mirror(c))!
      expect(interval.from).toBeGreaterThanOrEqual(-100)
      expect(interval.to).toBeLessThanOrEqual(100)
      expect(interval.from).toBeLessThan(interval.to)
      expect(mirrored.from).toBeCloseTo(-interval.to, 9)
      expect(mirrored.to).toBeCloseTo(-interval.from, 9)
    }))
  })

  it('does not claim certainty when everybody agrees, as the plain Wald interval does', () => {
    const { from, to } = npsInterval(of(10, 0, 0))!
    expect(from).toBeCloseTo(47.503552, 6)
    expect(to).toBe(100)
  })

  it.each([[5, 53], [10, 42], [20, 32], [30, 27], [50, 21], [100, 15], [200, 11], [400, 8], [1000, 5]])(
    'with n = %i of a 50/30/20 population is about ± %i points wide', (n, half) => {
      const { from, to } = npsInterval(of(n * 0.5, n * 0.3, n * 0.2))!
      expect(Math.abs((to - from) / 2 - half)).toBeLessThan(2)
    })

  /** Exact coverage: all outcomes of a trinomial sample of n, each with its probability. */
  function coverage(n: number, p: number, d: number): number {
    const factorial = (k: number): number => k < 2 ? 1 : k * factorial(k - 1)
    const truth = 100 * (p - d)
    let covered = 0
    let whole = 0
    for (let promoters = 0; promoters <= n; promoters++) {
      for (let detractors = 0; promoters + detractors <= n; detractors++) {
        const passives = n - promoters - detractors
        const ways = factorial(n) / (factorial(promoters) * factorial(passives) * factorial(detractors))
        const probability = ways * p ** promoters * (1 - p - d) ** passives * d ** detractors
        const { from, to } = npsInterval(of(promoters, passives, detractors))!
        whole += probability
        if (from <= truth && truth <= to) covered += probability
      }
    }
    expect(whole).toBeCloseTo(1, 12)
    return covered
  }

  it.each([
    // .95/.04/.01 is the hardest population: the plain Wald interval covers 40.0 % there at n = 10, and 64.0 % at n = 20
    [0.95, 0.01, 10, 0.913862], [0.95, 0.01, 20, 0.977902],
    [0.5, 0.2, 5, 0.94318], [0.5, 0.2, 10, 0.962474], [0.5, 0.2, 20, 0.947769], [0.2, 0.5, 10, 0.962474],
    [0.7, 0.1, 10, 0.951219], [0.7, 0.1, 20, 0.960985]
  ])('covers the true score of a population with p = %d, d = %d and n = %i in %d of all samples', (p, d, n, expected) => {
    expect(coverage(n, p, d)).toBeCloseTo(expected, 5)
  })
})

describe('npsChange', () => {
  it.each([
    [of(60, 25, 15), of(45, 30, 25), { difference: 25, z: 2.24, p: 0.025, verdict: 'up' }],
    [of(45, 30, 25), of(60, 25, 15), { difference: -25, z: -2.24, p: 0.025, verdict: 'down' }],
    [of(200, 100, 100), of(160, 120, 120), { difference: 15, z: 2.55, p: 0.011, verdict: 'up' }],
    // p between 5 and 10 %
    [of(51, 30, 19), of(40, 30, 30), { difference: 22, z: 1.91, p: 0.056, verdict: 'cannotTell' }],
    [of(40, 30, 30), of(51, 30, 19), { difference: -22, z: -1.91, p: 0.056, verdict: 'cannotTell' }],
    [of(12, 5, 3), of(8, 7, 5), { difference: 30, z: 1.15, p: 0.249, verdict: 'cannotTell' }],
    [of(60, 25, 15), of(60, 25, 15), { difference: 0, z: 0, p: 1, verdict: 'cannotTell' }]
  ] as const)('%o against %o', (later, earlier, expected) => {
    const change = npsChange(later, earlier)!
    expect(change.difference).toBeCloseTo(expected.difference, 10)
    expect(change.z).toBeCloseTo(expected.z, 2)
    expect(change.p).toBeCloseTo(expected.p, 3)
    expect(change.verdict).toBe(expected.verdict)
  })

  it('may be wider than ±100, and ends at ±200', () => {
    const { interval } = npsChange(of(30, 0, 0), of(0, 0, 30))!
    expect(interval.from).toBeCloseTo(164.548701, 5)
    expect(interval.to).toBeCloseTo(199.087663, 5)
    expect(npsChange(of(59, 0, 0), of(0, 0, 5))!.interval.to).toBe(200)
  })

  it('is null when one period has no answers', () => {
    expect(npsChange(of(0, 0, 0), of(5, 5, 5))).toBeNull()
    expect(npsChange(of(5, 5, 5), of(0, 0, 0))).toBeNull()
    expect(npsChange(of(0, 0, 0), of(0, 0, 0))).toBeNull()
  })

  it('says up or down exactly when the interval leaves out 0 and p is below 5 %', () => {
    fc.assert(fc.property(counts, counts, (later, earlier) => {
      const { difference, verdict, interval, p, z } = npsChange(later, earlier)!
      expect(verdict).toBe(interval.from > 0 ? 'up' : interval.to < 0 ? 'down' : 'cannotTell')
      expect(verdict === 'cannotTell').toBe(p >= 0.05)
      expect(interval.from).toBeGreaterThanOrEqual(-200)
      expect(interval.to).toBeLessThanOrEqual(200)
      expect(difference).toBe(npsOf(later).nps! - npsOf(earlier).nps!)
      expect(npsChange(earlier, later)!.z).toBeCloseTo(-z, 9)
      expect(npsChange(mirror(later), mirror(earlier))!.z).toBeCloseTo(-z, 9)
    }))
  })

  it('finds a rise of ten points with 1,000 answers each, and not with 100', () => {
    expect(npsChange(of(500, 300, 200), of(450, 300, 250))!.verdict).toBe('up')
    expect(npsChange(of(50, 30, 20), of(45, 30, 25))!.verdict).toBe('cannotTell')
  })
})
