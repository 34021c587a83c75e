import { READ_FLAGS } from '@/answer/model/flag'
import { GROUPS } from '@/survey/model/survey'
import { ANSWER_STATES } from '@/answer/model/answer'
import type { AnswerTable, Dimension, DimensionValue } from './answer-table'
import { DEFAULT_FILTER, type ReportFilter } from './filter'
import type { Period } from './period'

/*
 * The conditions of a filter as a person sets them: one part at a time, each a list of values. The five snapshot fields are a part each.
 */

export const SNAPSHOT_PARTS = ['snapshot1', 'snapshot2', 'snapshot3', 'snapshot4', 'snapshot5'] as const
export const FILTER_PARTS = [
  'surveys', 'channels', 'pipelines', 'responsible', 'departments', 'companies', 'groups', 'languages', ...SNAPSHOT_PARTS, 'comment', 'states', 'flags', 'tags'
] as const
export type FilterPart = typeof FILTER_PARTS[number]
type SnapshotPart = typeof SNAPSHOT_PARTS[number]

/** A value of a part: as it stands in the filter; `with` and `without` of the comment. */
export type PartValue = string | number | null

export const isSnapshot = (part: FilterPart): part is SnapshotPart => part.startsWith('snapshot')
const indexOf = (part: SnapshotPart): number => Number(part.slice(-1)) - 1

/** What a part asks for; [] = nothing. */
export function valuesOf(filter: ReportFilter, part: FilterPart): readonly PartValue[] {
  if (isSnapshot(part)) return filter.snapshots[indexOf(part)] ?? []
  if (part === 'comment') return filter.comment === 'any' ? [] : [filter.comment]
  if (part === 'flags') return filter.flags.length === 1 && filter.flags[0] === 'none' ? [] : filter.flags
  return filter[part]
}

/**
 * The filter with other values of a part; [] takes the part away. Of the comment only the last value counts.
 * Values of another kind than the part's are dropped.
 */
export function withValues(filter: ReportFilter, part: FilterPart, values: readonly PartValue[]): ReportFilter {
  const texts = values.filter(value => typeof value === 'string')
  const numbers = values.filter(value => typeof value === 'number')
  const idsOrNone = values.filter(value => typeof value !== 'string')
  const known = <T extends string>(words: readonly T[]): T[] => words.filter(word => texts.includes(word))
  if (isSnapshot(part)) return { ...filter, snapshots: filter.snapshots.map((list, index) => index === indexOf(part) ? texts : list) }
  switch (part) {
    case 'comment': return { ...filter, comment: (['with', 'without'] as const).find(word => word === values.at(-1)) ?? 'any' }
    case 'flags': {
      const flags = known(['none', ...READ_FLAGS])
      return { ...filter, flags: flags.length > 0 ? flags : DEFAULT_FILTER.flags }
    }
    case 'groups': return { ...filter, groups: known(GROUPS) }
    case 'states': return { ...filter, states: known(ANSWER_STATES) }
    case 'surveys':
    case 'languages': return { ...filter, [part]: texts }
    case 'channels': return { ...filter, channels: values.filter(value => typeof value !== 'number') }
    case 'departments': return { ...filter, departments: numbers }
    default: return { ...filter, [part]: idsOrNone }
  }
}

/** The filter without conditions; what is looked at – period, comparison, measure, step, breakdown – stays. */
export function withoutConditions(filter: ReportFilter): ReportFilter {
  return FILTER_PARTS.reduce((left, part) => withValues(left, part, []), filter)
}

export interface Choice {
  value: DimensionValue
  /** answers of the period, whatever else the filter asks for */
  count: number
}

const COLUMN: Partial<Record<FilterPart, Dimension>> = {
  surveys: 'survey', channels: 'channel', pipelines: 'pipeline', responsible: 'responsible', companies: 'company', languages: 'language'
}

/** The column of the table that a part chooses from; undefined for those whose values are known without any answer. */
export const columnOf = (part: FilterPart): Dimension | undefined => isSnapshot(part) ? part : COLUMN[part]

/** Values that occur in the period, most answers first; the rest of what is loaded after them, with 0. */
export function choicesOf(table: AnswerTable, column: Dimension, { from, to }: Pick<Period, 'from' | 'to'>): Choice[] {
  const { values, codes } = table.dimensions[column]
  const counts = new Uint32Array(values.length)
  const [begin, end] = [from === null ? -Infinity : Date.parse(from), Date.parse(to)]
  for (let row = 0; row < table.at.length; row++) if (table.at[row]! >= begin && table.at[row]! < end) counts[codes[row]!]! += 1
  return values.map((value, code) => ({ value, count: counts[code]! })).sort((a, b) => b.count - a.count)
}
