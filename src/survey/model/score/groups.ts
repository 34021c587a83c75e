import { groupOf, parseScale, type Scale } from '@/survey/model/scale'
import type { Group } from '@/survey/model/survey'

const NPS: Scale = { type: 'nps' }

/** How often each of the values 0 … 10 was given, by index; always eleven counts. */
export type Histogram = number[]

export interface GroupCounts {
  promoters: number
  passives: number
  detractors: number
}

/** The NPS value, or null when it is none: only whole numbers 0–10, as number or as exactly these digits. See `parseScale`. */
export function parseNps(raw: unknown): number | null {
  return parseScale(NPS, raw)
}

/** 9–10 high, 7–8 middle, 0–6 low. */
export function groupOfNps(value: number): Group {
  return groupOf(NPS, value)
}

export function emptyHistogram(): Histogram {
  return Array.from({ length: 11 }, () => 0)
}

/** Counts the values. What is no NPS value (skipped, rubbish, out of scale) is not counted at all, not even in n. */
export function histogramOf(values: Iterable<unknown>): Histogram {
  const histogram = emptyHistogram()
  for (const raw of values) {
    const value = parseNps(raw)
    if (value !== null) histogram[value]! += 1
  }
  return histogram
}

/** Sums the eleven counts up to the three groups. */
export function groupCounts(histogram: Histogram): GroupCounts {
  const sums: Record<Group, number> = { high: 0, middle: 0, low: 0 }
  histogram.forEach((count, value) => { sums[groupOfNps(value)] += count })
  return { promoters: sums.high, passives: sums.middle, detractors: sums.low }
}
