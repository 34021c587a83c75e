import { groupOf, scaleValues, type Scale } from './scale'
import type { Group } from './survey'

/** The values of a scale that belong to a group, both ends included: the low group of NPS is 0–6. Each group of each scale has some. */
export function groupRange(scale: Scale, group: Group): { from: number, to: number } {
  const values = scaleValues(scale).filter(value => groupOf(scale, value) === group)
  return { from: Math.min(...values), to: Math.max(...values) }
}
