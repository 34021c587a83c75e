import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { displayNps, npsOf } from './nps'

const count = fc.nat({ max: 100_000 })
const counts = fc.record({ promoters: count, passives: count, detractors: count })

describe('npsOf', () => {
  it('is null without answers, never 0', () => {
    expect(npsOf({ promoters: 0, passives: 0, detractors: 0 })).toEqual({ promoters: 0, passives: 0, detractors: 0, n: 0, nps: null })
  })

  it('agrees with answers counted one by one, for all counts up to n = 12', () => {
    let checked = 0
    for (let n = 1; n <= 12; n++) {
      for (let promoters = 0; promoters <= n; promoters++) {
        for (let detractors = 0; promoters + detractors <= n; detractors++) {
          const passives = n - promoters - detractors
          const answers = [...Array<number>(promoters).fill(1), ...Array<number>(passives).fill(0), ...Array<number>(detractors).fill(-1)]
          const mean = answers.reduce((sum, answer) => sum + answer, 0) / answers.length
          const result = npsOf({ promoters, passives, detractors })
          expect(result.n).toBe(n)
          expect(result.nps).toBeCloseTo(100 * mean, 10)
          checked++
        }
      }
    }
    expect(checked).toBe(454)
  })

  it('stays within ±100 and changes its sign when promoters and detractors change places', () => {
    fc.assert(fc.property(counts, ({ promoters, passives, detractors }) => {
      const { nps, n } = npsOf({ promoters, passives, detractors })
      const mirrored = npsOf({ promoters: detractors, passives, detractors: promoters }).nps
      expect(nps === null).toBe(n === 0)
      if (nps === null || mirrored === null) return
      expect(Math.abs(nps)).toBeLessThanOrEqual(100)
      expect(mirrored + nps).toBe(0)
    }))
  })

  it('moves towards 0 with every passive', () => {
    fc.assert(fc.property(counts.filter(c => c.promoters !== c.detractors), (c) => {
      const more = npsOf({ ...c, passives: c.passives + 1 }).nps ?? NaN
      const less = npsOf(c).nps ?? NaN
      expect(Math.abs(more)).toBeLessThan(Math.abs(less))
      expect(Math.sign(more)).toBe(Math.sign(less))
    }))
  })

  it('of 0 passives is not the same as passives left out', () => {
    expect(npsOf({ promoters: 3, passives: 6, detractors: 1 }).nps).toBe(20)
    expect(npsOf({ promoters: 3, passives: 0, detractors: 1 }).nps).toBe(50)
  })
})

describe('displayNps', () => {
  it.each([
    [null, null], [0, 0], [-0, 0], [0.2, 0], [-0.2, 0], [0.5, 1], [-0.5, -1], [-33.5, -34], [33.5, 34], [12.5, 13], [-12.5, -13], [33.333, 33], [-33.333, -33],
    [49.999999, 50], [99.5, 100], [-99.5, -100], [100, 100], [-100, -100]
  ])('%s → %s', (nps, shown) => {
    expect(Object.is(displayNps(nps), shown)).toBe(true)
  })

  it('rounds once, from the counts', () => {
    // the difference of rounded shares would be 67 − 33 = 34
    expect(displayNps(npsOf({ promoters: 2, passives: 0, detractors: 1 }).nps)).toBe(33)
    // exact halves survive the division
    expect(displayNps(npsOf({ promoters: 1, passives: 7, detractors: 0 }).nps)).toBe(13)
    expect(displayNps(npsOf({ promoters: 0, passives: 7, detractors: 1 }).nps)).toBe(-13)
    expect(displayNps(npsOf({ promoters: 29, passives: 171, detractors: 0 }).nps)).toBe(15)
  })
})
