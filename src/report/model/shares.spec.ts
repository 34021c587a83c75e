import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { percentages } from './shares'

describe('percentages', () => {
  it.each<[number[], 0 | 1 | 2, number[]]>([
    [[1, 1, 1], 0, [34, 33, 33]],
    [[2, 0, 1], 0, [67, 0, 33]],
    [[1, 1, 1, 1, 1, 1], 0, [17, 17, 17, 17, 16, 16]],
    [[1, 1, 1], 1, [33.4, 33.3, 33.3]],
    [[119, 2, 3], 1, [96, 1.6, 2.4]],
    [[119, 2, 3], 2, [95.97, 1.61, 2.42]],
    [[5, 0, 0], 0, [100, 0, 0]],
    [[995, 5], 0, [100, 0]],
    [[7], 0, [100]]
  ])('of %j with %i decimals', (counts, decimals, expected) => {
    expect(percentages(counts, decimals)).toEqual(expected)
  })

  it('are null without anything to share, not zeros', () => {
    expect(percentages([])).toBeNull()
    expect(percentages([0, 0, 0])).toBeNull()
  })

  it('add up to 100, stay within a step of the truth, keep the order, and give nothing to a zero', () => {
    const counts = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 12 }).filter(list => list.some(count => count > 0))
    fc.assert(fc.property(counts, fc.constantFrom<0 | 1 | 2>(0, 1, 2), (list, decimals) => {
      const scale = 10 ** decimals
      const total = list.reduce((sum, count) => sum + count, 0)
      const shown = percentages(list, decimals)!
      expect(shown.reduce((sum, percent) => sum + Math.round(percent * scale), 0)).toBe(100 * scale)
      shown.forEach((percent, index) => {
        expect(Math.abs(percent - 100 * list[index]! / total)).toBeLessThan(1 / scale)
        if (list[index] === 0) expect(percent).toBe(0)
        list.forEach((count, other) => {
          if (count > list[index]!) expect(shown[other]).toBeGreaterThanOrEqual(percent)
        })
      })
    }))
  })
})
