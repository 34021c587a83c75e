import { describe, expect, it } from 'vitest'
import { groupRange } from './group-range'
import { groupOf, scaleValues, type Scale } from './scale'
import { GROUPS } from './survey'

const TABLE: [string, Scale, low: string, middle: string, high: string][] = [
  ['NPS', { type: 'nps' }, '0–6', '7–8', '9–10'],
  ['CSAT', { type: 'csat' }, '1–2', '3–3', '4–5'],
  ['stars', { type: 'stars' }, '1–2', '3–3', '4–5'],
  ['effort that does not say', { type: 'ces' }, '1–2', '3–3', '4–5'],
  ['effort, high means easy', { type: 'ces', points: 7, easyIs: 'high' }, '1–3', '4–4', '5–7'],
  ['effort of 5, low means easy', { type: 'ces', points: 5, easyIs: 'low' }, '4–5', '3–3', '1–2'],
  ['effort of 7, low means easy', { type: 'ces', points: 7, easyIs: 'low' }, '5–7', '4–4', '1–3']
]

describe.each(TABLE)('%s', (_, scale, low, middle, high) => {
  it('has these groups', () => {
    const shown = (group: typeof GROUPS[number]): string => `${groupRange(scale, group).from}–${groupRange(scale, group).to}`
    expect([shown('low'), shown('middle'), shown('high')]).toEqual([low, middle, high])
  })

  it('has each of its values in exactly the group that counts it', () => {
    for (const value of scaleValues(scale)) {
      const holding = GROUPS.filter(group => value >= groupRange(scale, group).from && value <= groupRange(scale, group).to)
      expect(holding).toEqual([groupOf(scale, value)])
    }
  })
})
