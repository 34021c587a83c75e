import { vi } from 'vitest'
import { aggregate } from '@/report/model/aggregate'
import { tablesOf } from '@/report/model/answer-table'
import { DEFAULT_FILTER, type Departments, type ReportFilter } from '@/report/model/filter'
import { meaningOf } from '@/report/model/meaning'
import { resolvePeriod } from '@/report/model/period'
import type { ReportAnswer, ReportInvitation } from '@/report/model/records'
import type { ChoiceQuestion, FigureProps, Labels } from './figure'

/** What the page hands to a figure, for specs: the real aggregation of a few records. */

export const NOW = new Date('2026-03-31T12:00:00Z')

/** A moment so many days ago. */
export const day = (back: number): string => new Date(NOW.getTime() - back * 86_400_000).toISOString()

const TAGS = new Map([[71, 'Price'], [72, 'Speed']])

const QUESTIONS: ChoiceQuestion[] = [
  { survey: 'visit', id: 'why', text: 'What shaped it?', options: new Map([['staff', 'Staff'], ['price', 'Prices']]) },
  { survey: 'other', id: 'again', text: 'Again?', options: new Map([['yes', 'Yes'], ['no', 'No']]) }
]

const labels: Labels = {
  person: id => `Person ${id}`, company: id => `Company ${id}`, contact: id => `Contact ${id}`, deal: id => `Deal ${id}`, department: id => `Department ${id}`,
  pipeline: id => `Pipeline ${id}`, tag: id => TAGS.get(id) ?? null, survey: id => id, channel: channel => channel ?? 'none', language: code => code,
  snapshot: number => `Field ${number}`, dimension: dimension => `By ${dimension}`, value: (dimension, value) => value === null ? `no ${dimension}` : `${dimension} ${value}`,
  questions: () => QUESTIONS, tags: () => TAGS, refreshTags: vi.fn(async () => undefined)
}

export function figureProps(
  answers: readonly ReportAnswer[], part: Partial<ReportFilter> = {}, invitations: readonly ReportInvitation[] = [], departments: Departments = new Map()
) {
  const filter: ReportFilter = { ...DEFAULT_FILTER, ...part }
  const period = resolvePeriod(filter.period, NOW, 'Asia/Almaty', filter.comparison)
  const tables = tablesOf(answers, invitations)
  const view = { filter, period, departments, now: NOW.getTime(), by: filter.by, ...filter.step === 'auto' ? {} : { step: filter.step } }
  const figures = aggregate(tables.answers, tables.invitations, view)
  const props = {
    figures, filter, period, labels, answers: tables.answers, view, meaning: figure => meaningOf(figure, filter),
    drill: vi.fn(), openAnswer: vi.fn(), change: vi.fn(), retag: vi.fn()
  } satisfies FigureProps
  // beside the properties: what the figures were made of
  return Object.defineProperty(props, 'tables', { value: tables, enumerable: false }) as typeof props & { tables: typeof tables }
}
