import type { Report } from '@/report/model/aggregate'
import type { AnswerTable, BreakdownBy, DimensionValue } from '@/report/model/answer-table'
import type { Drill } from '@/report/model/drill'
import type { ReportFilter } from '@/report/model/filter'
import type { Figure, Meaning } from '@/report/model/meaning'
import type { Period } from '@/report/model/period'
import type { Retagging } from '@/report/model/retag'
import type { View } from '@/report/model/selection'

/*
 * What the page and its figures agree upon. The page owns state, loading and the panel of records; a figure draws and asks.
 * `ReportFigures.vue` lays all figures out in their order and is all that the page knows of them; it gets `FigureProps` too.
 *
 * On the root of a figure: `data-figure="<name>"`. On every element whose text is a number that a person reads: `data-value="<unrounded number>"`
 * (no attribute where there is no number), and beside it, where several are alike, `data-part="<which>"`.
 */

/** A question with options. */
export interface ChoiceQuestion {
  survey: string
  /** id within the survey */
  id: string
  text: string
  /** id → words */
  options: ReadonlyMap<string, string>
}

/** Everything a figure gets, and all of it the same state. */
export interface FigureProps {
  /** what `aggregate` returned for filter and period */
  figures: Report
  filter: ReportFilter
  /** `filter.period` and `filter.comparison`, resolved; with the zone of all dates */
  period: Period
  /** what `figures` was made of */
  answers: AnswerTable
  view: View
  /** what this filter makes of each figure; `undefinedBy` not empty = say why there is none, `caution` not empty = a hint beside it */
  meaning: (figure: Figure) => Meaning
  /** names of what numbers stand for */
  labels: Labels
  /** opens the records behind a number; `title` says which ones, translated */
  drill: (drill: Drill, title: string) => void
  /** opens one answer in the app's own words */
  openAnswer: (id: number) => void
  /** changes the state of the page, and with it the address: dimension of the breakdown, step of the trend, tags … */
  change: (part: Partial<ReportFilter>) => void
  /** tags were written to the portal: all figures count them */
  retag: (tagsOf: Retagging) => void
}

/**
 * Names by id, read from the portal when they are first asked for, many in one batch. Reactive: ask in a template or a computed.
 * undefined = not known yet, null = the viewer may not see it, or it is gone.
 */
export interface Labels {
  person: (id: number) => string | null | undefined
  company: (id: number) => string | null | undefined
  contact: (id: number) => string | null | undefined
  deal: (id: number) => string | null | undefined
  department: (id: number) => string | null | undefined
  pipeline: (id: number) => string | null | undefined
  tag: (id: number) => string | null | undefined
  survey: (id: string) => string
  channel: (channel: string | null) => string
  language: (code: string) => string
  /** title of the snapshot fields 1 … 5 */
  snapshot: (number: number) => string
  /** title of a dimension as a column */
  dimension: (dimension: BreakdownBy) => string
  /** a value of a dimension as words, always something: "without", "not visible to you (#5)", "…" */
  value: (dimension: BreakdownBy, value: DimensionValue) => string
  /** questions with options to choose from, as the published versions ask them */
  questions: () => readonly ChoiceQuestion[]
  /** the tags that can be chosen: id → label; undefined as long as they are not known */
  tags: () => ReadonlyMap<number, string> | undefined
  /** reads the tags again: somebody renamed or merged one */
  refreshTags: () => Promise<void>
}
