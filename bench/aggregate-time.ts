import { ANSWER_FLAGS } from '@/plan/model/effects'
import { aggregate, type ReportView } from '@/report/model/aggregate'
import { buildTables, DIMENSIONS, type Tables } from '@/report/model/answer-table'
import { DEFAULT_FILTER, type ReportFilter } from '@/report/model/filter'
import { MEASURES } from '@/report/model/measure'
import { PERIOD_PRESETS, resolvePeriod, STEPS, type PeriodPreset } from '@/report/model/period'
import { EFFORT_SCALES, type ReportAnswer, type ReportInvitation } from '@/report/model/records'
import { median, timeOf } from './statistics'

export interface AggregateTime {
  answers: number
  /** all figures for the default view: what a change of the filter costs, milliseconds */
  standard: number
  /** of forty views that use every part of the filter */
  median: number
  worst: number
  /** building the tables once after loading: in all, and the longest piece between two chances of a pause */
  build: number
  longestSlice: number
}

const NOW = new Date('2026-03-02T09:00:00Z')
const MONTH_MS = 30 * 86_400_000
const ZONE = 'Asia/Almaty'

/** Answers of thirteen months and twice as many invitations; every value is a function of its place. */
function records(count: number): { answers: ReportAnswer[]; invitations: ReportInvitation[] } {
  const at = (index: number, of: number): string => new Date(NOW.getTime() - 13 * MONTH_MS * index / of).toISOString()
  const answers = Array.from({ length: count }, (_, index): ReportAnswer => {
    const id = count - index
    const low = id * 7 % 11 < 7
    return {
      id, createdAt: at(index, count), nps: id * 7 % 11, csat: 1 + id % 5, ces: 1 + id % 5, effortScale: EFFORT_SCALES[id % 2]!,
      stars: 1 + id % 5, coefficient: id % 101,
      group: low ? 'low' : 'high', flag: id % 97 === 0 ? 'repeat' : null, channel: id % 50 === 0 ? 'qr' : 'email', survey: `survey${id % 4}`, version: 1,
      lang: id % 3 === 0 ? 'en' : 'ru', state: low ? (id % 5 === 0 ? 'work' : 'closed') : 'high',
      dealId: id, contactId: id % (count / 3), companyId: id % (count / 10),
      ownerId: id % 40, pipeline: id % 3, snapshots: [`region ${id % 20}`, `branch ${id % 300}`], sum: { amount: id % 1000, currency: id % 10 === 0 ? 'USD' : 'KZT' },
      tags: id % 4 === 0 ? [id % 30, 30 + id % 7] : [], invitationId: id * 2, sentAt: at(index + 1, count),
      doneAt: low && id % 5 !== 0 ? at(index - 1, count) : null,
      hasComment: id % 3 === 0, comment: id % 3 === 0 ? 'Words' : ''
    }
  })
  const invitations = Array.from({ length: count * 2 }, (_, id): ReportInvitation => ({
    id, state: 'sent', sentAt: at(id, count * 2), createdAt: at(id, count * 2), survey: `survey${id % 4}`, channel: 'email', lang: 'ru', companyId: id % (count / 10),
    ownerId: id % 40, test: false
  }))
  return { answers, invitations }
}

const DEPARTMENTS = new Map(Array.from({ length: 40 }, (_, user): [number, number[]] => [user, [1, 2 + user % 4]]))

/** Forty views: each part of the filter at least three times, every measure, period, step and dimension. */
function views(): ReportView[] {
  const every = <T>(index: number, step: number, value: T[]): T[] => index % step === 0 ? value : []
  return Array.from({ length: 40 }, (_, index) => {
    const preset: PeriodPreset = index % 2 ? 'all' : PERIOD_PRESETS[index / 2 % PERIOD_PRESETS.length]!
    const filter: ReportFilter = {
      ...DEFAULT_FILTER, period: { preset }, measure: MEASURES[index % MEASURES.length]!, surveys: every(index, 5, ['survey1', 'survey2']),
      channels: every(index, 7, ['email', 'qr']), pipelines: every(index, 6, [0, 1]), responsible: every(index, 8, [1, 2, 3, null]), departments: every(index, 9, [2]),
      companies: every(index, 11, Array.from({ length: 50 }, (_, id) => id)), groups: every(index, 13, ['low']), languages: every(index, 4, ['ru']),
      snapshots: [every(index, 10, ['region 3']), every(index, 12, ['branch 3', 'branch 4']), [], [], []], comment: index % 6 === 1 ? 'with' : 'any',
      states: every(index, 12, ['closed', 'work']), flags: index % 3 === 1 ? ['none', ...ANSWER_FLAGS] : ['none'], tags: every(index, 8, [3, null])
    }
    return {
      filter, period: resolvePeriod(filter.period, NOW, ZONE, 'previous'), departments: DEPARTMENTS, now: NOW.getTime(), by: DIMENSIONS[index % DIMENSIONS.length]!,
      ...(index % 4 === 0 ? {} : { step: STEPS[index % STEPS.length]! })
    }
  })
}

function build(answers: readonly ReportAnswer[], invitations: readonly ReportInvitation[]): { tables: Tables; total: number; longest: number } {
  const work = buildTables(answers, invitations)
  let [total, longest] = [0, 0]
  for (;;) {
    const begun = performance.now()
    const step = work.next()
    const taken = performance.now() - begun
    total += taken
    longest = Math.max(longest, taken)
    if (step.done) return { tables: step.value, total, longest }
  }
}

/** What the report computes from records that are there already. */
export async function measureAggregate(count: number, runs: number): Promise<AggregateTime> {
  const { answers, invitations } = records(count)
  build(answers, invitations)
  const { tables, total, longest } = build(answers, invitations)
  const timeFor = (view: ReportView): Promise<number> => timeOf(() => aggregate(tables.answers, tables.invitations, view))
  const filter = DEFAULT_FILTER
  const standardView = { filter, period: resolvePeriod(filter.period, NOW, ZONE), departments: DEPARTMENTS, now: NOW.getTime() }
  const standard: number[] = []
  // the first two warm the engine up
  for (let run = 0; run < runs + 2; run++) standard.push(await timeFor(standardView))
  const changes: number[] = []
  for (const view of views()) changes.push(await timeFor(view))
  return { answers: count, standard: median(standard.slice(2)), median: median(changes), worst: Math.max(...changes), build: total, longestSlice: longest }
}
