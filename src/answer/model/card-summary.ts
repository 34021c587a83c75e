import type { Group } from '@/survey/model/survey'
import { npsInterval } from '@/survey/model/score/adjusted-wald'
import type { Interval } from '@/survey/model/score/interval'
import { npsOf } from '@/survey/model/score/nps'
import { sampleLevel, showsScore, type SampleLevel } from '@/survey/model/score/sample'
import type { Reading } from './reading'

/** What stands on top of a card. */
export interface CardSummary {
  /** newest valid answer; null when there is none */
  latest: Reading | null
  /** what is counted below: every valid answer of a deal or contact, the latest of each contact of a company */
  counted: 'answers' | 'people'
  /** how many were counted */
  n: number
  groups: Record<Group, number>
  /** NPS of those who were asked for one; a score only from as many as the policy for small samples allows */
  nps: { value: number, n: number, interval: Interval | null, sample: SampleLevel } | null
}

/**
 * Sums a card up. A contact's score is the latest answer; a company's is made of the latest answer of each of its contacts within twelve months;
 * a deal's of its own answers only. Flagged answers, and those without an accepted score, do not count.
 * @param readings of this card only, any order
 */
export function summariseCard(readings: readonly Reading[], card: 'deal' | 'contact' | 'company', now: Date): CardSummary {
  const valid = readings
    .filter(({ flag, group }) => flag === null && group !== null)
    .sort((a, b) => Date.parse(b.answer.createdAt) - Date.parse(a.answer.createdAt) || b.answer.id - a.answer.id)
  const counted = card === 'company' ? latestOfEach(valid.filter(({ answer }) => Date.parse(answer.createdAt) > yearBefore(now))) : valid
  const groups: Record<Group, number> = { high: 0, middle: 0, low: 0 }
  for (const { group } of counted) groups[group!] += 1
  return { latest: valid[0] ?? null, counted: card === 'company' ? 'people' : 'answers', n: counted.length, groups, nps: npsFrom(counted) }
}

/** @param readings newest first. Answers without a contact (the company itself was asked) count as one person. */
function latestOfEach(readings: readonly Reading[]): Reading[] {
  return readings.filter(({ answer }, index) => readings.findIndex(other => other.answer.contactId === answer.contactId) === index)
}

function yearBefore(now: Date): number {
  const start = new Date(now)
  start.setUTCFullYear(start.getUTCFullYear() - 1)
  return start.getTime()
}

function npsFrom(readings: readonly Reading[]): CardSummary['nps'] {
  const groups = readings.filter(({ metric }) => metric === 'nps').map(({ group }) => group)
  const count = (wanted: Group): number => groups.filter(group => group === wanted).length
  const counts = { promoters: count('high'), passives: count('middle'), detractors: count('low') }
  const { nps, n } = npsOf(counts)
  const sample = sampleLevel(n)
  return nps === null || !showsScore(sample) ? null : { value: nps, n, interval: npsInterval(counts), sample }
}
