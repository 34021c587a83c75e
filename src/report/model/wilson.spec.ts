import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shareOf } from './wilson'

const Z2 = 1.959963984540054 ** 2

describe('shareOf', () => {
  it('claims nothing about an empty whole', () => {
    expect(shareOf(0, 0)).toEqual({ part: 0, whole: 0, share: null, interval: null })
  })

  it.each([
    // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3
    [81, 263, 0.2553, 0.3662], [15, 148, 0.0624, 0.1605], [0, 20, 0, 0.1611], [1, 29, 0.0061, 0.1718]
  ])('%i of %i: %d … %d', (part, whole, from, to) => {
    const { interval } = shareOf(part, whole)
    expect(interval!.from).toBeCloseTo(from, 4)
    expect(interval!.to).toBeCloseTo(to, 4)
  })

  it('ends where the score test just rejects: (share − end)² = z² · end(1 − end) / n, for all counts up to 12', () => {
    for (let whole = 1; whole <= 12; whole++) {
      for (let part = 0; part <= whole; part++) {
        const { share, interval } = shareOf(part, whole)
        for (const end of [interval!.from, interval!.to]) {
          expect((share! - end) ** 2).toBeCloseTo(Z2 * end * (1 - end) / whole, 12)
        }
        expect(interval!.from).toBeLessThan(interval!.to)
      }
    }
  })

  it('begins at exactly 0 and ends at exactly 1 where all or none are in it', () => {
    for (let whole = 1; whole <= 200; whole++) {
      expect(shareOf(0, whole).interval!.from).toBe(0)
      expect(shareOf(whole, whole).interval!.to).toBe(1)
    }
  })

  it('lies within 0 … 1 around the share, and mirrors', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat({ max: 100_000 }), (whole, any) => {
      const part = any % (whole + 1)
      const { share, interval } = shareOf(part, whole)
      const other = shareOf(whole - part, whole).interval!
      expect(interval!.from).toBeGreaterThanOrEqual(0)
      expect(interval!.from).toBeLessThanOrEqual(share!)
      expect(interval!.to).toBeGreaterThanOrEqual(share!)
      expect(interval!.to).toBeLessThanOrEqual(1)
      expect(other.from).toBeCloseTo(1 - interval!.to, 12)
    }))
  })
})
