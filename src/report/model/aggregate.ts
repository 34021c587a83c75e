import type { AnswerFlag } from '@/plan/model/effects'
import type { Group } from '@/survey/model/survey'
import { npsChange, npsInterval, type Change } from '@/survey/model/score/adjusted-wald'
import { emptyHistogram, groupCounts, groupOfNps, histogramOf, parseNps, type Histogram } from '@/survey/model/score/groups'
import type { Interval } from '@/survey/model/score/interval'
import { npsOf, type Nps } from '@/survey/model/score/nps'
import { monthsOf, type Month, type Period } from './period'
import type { ReportAnswer, ReportInvitation } from './records'
import { sampleLevel, showsScore, type SampleLevel } from '@/survey/model/score/sample'
import { shareOf } from './wilson'

/** One filter state for the whole page. */
export interface ReportFilter {
  period: Period
  /** id; null = all */
  survey: string | null
  /**
   * `group`, `withComment` and `flagged` choose rows of the list and leave the figures alone: they choose by the outcome,
   * and a score among detractors is −100 by construction.
   */
  group: Group | null
  withComment: boolean
  /** list the flagged answers as well */
  flagged: boolean
}

export interface Score extends Nps {
  /** adjusted Wald, points; null for n = 0 */
  interval: Interval | null
  /** what n allows to be shown */
  sample: SampleLevel
}

export type TrendMonth = Score & Month

export interface ResponseRate {
  /** invitations of `sent` that were answered, at whatever time */
  answered: number
  /** invitations sent in the period */
  sent: number
  /** 0 … 1; null when nothing was sent */
  rate: number | null
  /** Wilson, 0 … 1 */
  interval: Interval | null
}

export interface Report {
  headline: Score
  /** null when the period has nothing to be compared with */
  previous: Score | null
  /** null when there is nothing to compare or one of the two samples is too small to show a score (n < 5) */
  change: Change | null
  /** contacts whose answers are in both periods: as far as these go the two samples are not independent */
  samePeople: number
  /** all months of the period, also those without answers */
  trend: TrendMonth[]
  distribution: Histogram
  /** Answers of the period that are not in the headline; with its n they add up to all answers of the period. */
  outside: {
    /** valid, through a link that anybody can use (link, QR code, embedded) */
    shared: number
    /** valid, without an NPS value */
    unscored: number
    flags: Record<AnswerFlag, number>
  }
  response: ResponseRate
  /** newest first */
  rows: ReportAnswer[]
}

/** Channels through which anybody may answer, as often as he likes: their own figure, never in the headline nor in the response rate. */
const SHARED_CHANNELS: ReadonlySet<string | null> = new Set(['link', 'qr', 'embed'])

/** States of an invitation that reached the customer's mailbox as far as the portal knows. */
const SENT_STATES: ReadonlySet<string> = new Set(['sent', 'expired'])

/**
 * Everything that the report draws, from one pass over the answers and one over the invitations; nothing is changed.
 *
 * Headline, trend and distribution count valid, unflagged answers that were created in the period and carry an NPS value.
 * The response rate counts invitations (not mails): sent in the period, reminders add nothing;
 * not sent, failed, skipped, cancelled and test invitations are not in it, nor are shared links and imports; answered = an answer matched to it
 * that is unflagged or only late. It follows the invitations sent, so young ones may still be answered and the rate may still rise.
 *
 * @param answers all that may concern the period, the previous period and the invitations; any order; every id once
 * @param invitations any order; every id once
 */
export function aggregate(answers: readonly ReportAnswer[], invitations: readonly ReportInvitation[], filter: ReportFilter): Report {
  const { period, survey } = filter
  const inPeriod = spanTest(period)
  const inPrevious = period.previous ? spanTest(period.previous) : () => false
  const current: Dated[] = []
  const counted: Counted[] = []
  const countedBefore: Counted[] = []
  const outside: Report['outside'] = { shared: 0, unscored: 0, flags: { test: 0, repeat: 0, unmatched: 0, late: 0, invalid: 0, import: 0 } }
  for (const answer of answers) {
    if (survey !== null && answer.survey !== survey) continue
    const at = Date.parse(answer.createdAt)
    const value = headlineValue(answer)
    if (inPeriod(at)) {
      current.push({ answer, at })
      if (value !== null) counted.push({ answer, at, value })
      else if (answer.flag) outside.flags[answer.flag] += 1
      else if (isShared(answer)) outside.shared += 1
      else outside.unscored += 1
    } else if (value !== null && inPrevious(at)) countedBefore.push({ answer, at, value })
  }

  const distribution = histogramOf(counted.map(({ value }) => value))
  const headline = scoreOf(distribution)
  const previous = period.previous ? scoreOf(histogramOf(countedBefore.map(({ value }) => value))) : null
  return {
    headline,
    previous,
    change: previous && showsScore(headline.sample) && showsScore(previous.sample) ? npsChange(headline, previous) : null,
    samePeople: samePeople(counted, countedBefore),
    trend: trendOf(counted, period),
    distribution,
    outside,
    response: responseRate(answers, invitations, filter),
    rows: current
      .filter(({ answer }) => isListed(answer, filter))
      .sort((a, b) => b.at - a.at || b.answer.id - a.answer.id)
      .map(({ answer }) => answer)
  }
}

/** The group an answer is shown under: by its NPS value where it has one, so that list and counts agree. */
export function answerGroup(answer: Pick<ReportAnswer, 'nps' | 'group'>): Group | null {
  const value = parseNps(answer.nps)
  return value === null ? answer.group : groupOfNps(value)
}

interface Dated {
  answer: ReportAnswer
  /** milliseconds since 1970 */
  at: number
}

interface Counted extends Dated {
  value: number
}

function isShared(answer: ReportAnswer): boolean {
  return SHARED_CHANNELS.has(answer.channel)
}

/** The value that the headline counts, or null when it does not count this answer. */
function headlineValue(answer: ReportAnswer): number | null {
  return answer.flag || isShared(answer) ? null : parseNps(answer.nps)
}

function isListed(answer: ReportAnswer, { group, withComment, flagged }: ReportFilter): boolean {
  return (flagged || answer.flag === null)
    && (group === null || answerGroup(answer) === group)
    && (!withComment || answer.comment.trim() !== '')
}

function spanTest({ from, to }: { from: string | null, to: string }): (at: number) => boolean {
  const start = from === null ? -Infinity : Date.parse(from)
  const end = Date.parse(to)
  return at => at >= start && at < end
}

function scoreOf(histogram: Histogram): Score {
  const nps = npsOf(groupCounts(histogram))
  return { ...nps, interval: npsInterval(nps), sample: sampleLevel(nps.n) }
}

function samePeople(now: readonly Counted[], before: readonly Counted[]): number {
  const contacts = new Set(before.map(({ answer }) => answer.contactId))
  const both = new Set(now.map(({ answer }) => answer.contactId).filter(contact => contact !== null && contacts.has(contact)))
  return both.size
}

function trendOf(counted: readonly Counted[], { zone, from, to }: Period): TrendMonth[] {
  const first = from ?? firstInstant(counted)
  if (first === null) return []
  const months = monthsOf({ from: first, to }, zone).map(month => ({ month, start: Date.parse(month.from), histogram: emptyHistogram() }))
  for (const { at, value } of counted) {
    const month = months.findLast(({ start }) => start <= at)
    if (month) month.histogram[value]! += 1
  }
  return months.map(({ month, histogram }) => ({ ...month, ...scoreOf(histogram) }))
}

function firstInstant(counted: readonly Counted[]): string | null {
  const first = counted.reduce((min, { at }) => Math.min(min, at), Infinity)
  return first === Infinity ? null : new Date(first).toISOString()
}

function responseRate(answers: readonly ReportAnswer[], invitations: readonly ReportInvitation[], { period, survey }: ReportFilter): ResponseRate {
  const inPeriod = spanTest(period)
  const answeredIds = new Set<number | null>()
  const testIds = new Set<number | null>()
  for (const { flag, invitationId } of answers) {
    if (flag === null || flag === 'late') answeredIds.add(invitationId)
    else if (flag === 'test') testIds.add(invitationId)
  }
  const sent = invitations.filter(({ id, state, sentAt, channel, test, survey: own }) =>
    sentAt !== null && SENT_STATES.has(state) && inPeriod(Date.parse(sentAt))
    && !test && !testIds.has(id) && !SHARED_CHANNELS.has(channel) && channel !== 'import' && (survey === null || own === survey))
  const { part, whole, share, interval } = shareOf(sent.filter(({ id }) => answeredIds.has(id)).length, sent.length)
  return { answered: part, sent: whole, rate: share, interval }
}
