import { expect, it } from 'vitest'
import { twoSidedP, Z95 } from './normal'

it.each([
  // 2·(1 − Φ(z)): tables of the normal distribution, and erfc(z/√2) to 15 digits
  [0, 1], [0.5, 0.617075077451974], [1, 0.317310507862914], [1.644853626951473, 0.1], [Z95, 0.05], [2.575829303548901, 0.01], [3, 0.002699796063260],
  [4, 6.334248366624e-5], [5, 5.73303143758e-7], [6, 1.973175290e-9]
])('p of %d is %d', (z, p) => {
  expect(Math.abs(twoSidedP(z) - p)).toBeLessThan(1e-13)
  expect(twoSidedP(-z)).toBe(twoSidedP(z))
})

it.each([8, 8.3, 8.31, 40, 1e9, Infinity])('p of %d is next to nothing, and neither negative nor NaN', (z) => {
  expect(twoSidedP(z)).toBeGreaterThanOrEqual(0)
  expect(twoSidedP(z)).toBeLessThan(1e-13)
})

it('falls as z grows', () => {
  for (let z = 0; z < 7; z += 0.01) expect(twoSidedP(z + 0.01)).toBeLessThan(twoSidedP(z))
})
