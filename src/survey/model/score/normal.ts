/** 97.5 % point of the standard normal distribution: two-sided 95 %. */
export const Z95 = 1.959963984540054

/**
 * Probability that a standard normal value lies at least as far from 0 as z, on either side.
 * Φ by its series, G. Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical Software 11 (2004) issue 4:
 * Φ(z) = ½ + φ(z) · (z + z³/3 + z⁵/(3·5) + …). Absolute error below 1e-14; beyond 8.3 (p < 1e-16) the answer is 0.
 */
export function twoSidedP(z: number): number {
  const x = Math.abs(z)
  if (x > 8.3) return 0
  let term = x
  let sum = x
  for (let odd = 3; term > sum * Number.EPSILON / 4; odd += 2) {
    term *= x * x / odd
    sum += term
  }
  return Math.max(0, 1 - 2 * sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI))
}
