/**
 * Percentages that add up to exactly 100: every count is rounded down, the steps that are missing go to the largest remainders
 * (largest remainder method, Hamilton or Hare–Niemeyer; M. L. Balinski, H. P. Young, "Fair Representation", Yale University Press 1982).
 * Equal remainders: the earlier count wins, so the same counts always look the same. No count is more than one step from its true share.
 * @param counts whole numbers from 0
 * @param decimals of the percentages; one step is 1, 0.1 or 0.01
 * @returns null when there is nothing to share
 */
export function percentages(counts: readonly number[], decimals: 0 | 1 | 2 = 0): number[] | null {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  const scale = 10 ** decimals
  const steps = 100 * scale
  const floors = counts.map(count => Math.floor(count * steps / total))
  const missing = steps - floors.reduce((sum, floor) => sum + floor, 0)
  const byRemainder = counts
    .map((count, index) => ({ index, remainder: count * steps % total }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  for (const { index } of byRemainder.slice(0, missing)) floors[index]! += 1
  return floors.map(floor => floor / scale)
}
