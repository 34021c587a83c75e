import { aggregate } from '@/report/model/aggregate'
import { resolvePeriod } from '@/report/model/period'
import type { ReportAnswer, ReportInvitation } from '@/report/model/records'
import { median, timeOf } from './statistics'

export interface AggregateTime { answers: number; milliseconds: number }

const NOW = new Date('2026-03-02T09:00:00Z')
const MONTH_MS = 30 * 86_400_000

/** Answers of thirteen months and twice as many invitations; every value is a function of its place. */
function records(count: number): { answers: ReportAnswer[]; invitations: ReportInvitation[] } {
  const at = (index: number, of: number): string => new Date(NOW.getTime() - 13 * MONTH_MS * index / of).toISOString()
  const answers = Array.from({ length: count }, (_, id): ReportAnswer => ({
    id, createdAt: at(id, count), nps: id * 7 % 11, group: null, flag: id % 97 === 0 ? 'repeat' : null, channel: 'email', survey: 'afterdeal', version: 1, lang: 'ru',
    state: 'high', dealId: id % 500, contactId: id % 300, companyId: null, ownerId: id % 20, invitationId: id * 2, comment: ''
  }))
  const invitations = Array.from({ length: count * 2 }, (_, id): ReportInvitation => ({
    id, state: 'sent', sentAt: at(id, count * 2), survey: 'afterdeal', channel: 'email', test: false
  }))
  return { answers, invitations }
}

/** Everything that the report draws, from records that are there already. */
export async function measureAggregate(count: number, runs: number): Promise<AggregateTime> {
  const { answers, invitations } = records(count)
  const period = resolvePeriod({ preset: 'last12Months' }, NOW, 'Asia/Almaty')
  const filter = { period, survey: null, group: null, withComment: false, flagged: true }
  const times: number[] = []
  for (let run = 0; run < runs + 2; run++) times.push(await timeOf(() => aggregate(answers, invitations, filter)))
  // the first two warm the engine up
  return { answers: count, milliseconds: median(times.slice(2)) }
}
