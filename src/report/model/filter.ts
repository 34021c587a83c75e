import type { AnswerState } from '@/answer/model/answer'
import type { ReadFlag } from '@/answer/model/flag'
import type { Group } from '@/survey/model/survey'
import type { BreakdownBy } from './answer-table'
import type { Measure } from './measure'
import type { Comparison, PeriodChoice, Step } from './period'
import { answerGroup, type ReportAnswer } from './records'

export type FlagChoice = ReadFlag | 'none'

/**
 * What a person looks at: one state for every figure, list and export of the page.
 * A list that is empty asks for nothing; several values of one list are "or", the lists among each other "and". Null in a list = without.
 */
export interface ReportFilter {
  period: PeriodChoice
  comparison: Comparison
  /** what the score is; chooses no answers */
  measure: Measure
  surveys: readonly string[]
  /** shared channels (link, QR code, embedded) count in the score only when they are named here */
  channels: readonly (string | null)[]
  pipelines: readonly (number | null)[]
  responsible: readonly (number | null)[]
  /** with all below them; as the structure is today */
  departments: readonly number[]
  companies: readonly (number | null)[]
  groups: readonly Group[]
  /** '' = unknown */
  languages: readonly string[]
  /** FB_SNAP1 … 5; always five lists; '' = empty */
  snapshots: readonly (readonly string[])[]
  comment: 'any' | 'with' | 'without'
  states: readonly AnswerState[]
  /** Flagged answers count only when their flag is named; 'none' = valid ones. Never empty. */
  flags: readonly FlagChoice[]
  tags: readonly (number | null)[]
  /** of the trend; chooses no answers, nor does the next */
  step: Step | 'auto'
  /** of the breakdown */
  by: BreakdownBy
  /** what drives the score: '' = tags, `<survey>/<question>` = the options of one question */
  drivers: string
}

/** Parts of the filter that choose answers, apart from the period. */
export const CONDITIONS = [
  'surveys', 'channels', 'pipelines', 'responsible', 'departments', 'companies', 'groups', 'languages', 'snapshots', 'comment', 'states', 'flags', 'tags'
] as const satisfies readonly (keyof ReportFilter)[]
export type Condition = typeof CONDITIONS[number]

export const DEFAULT_FILTER: ReportFilter = {
  period: { preset: 'last12Months' }, comparison: 'previous', measure: 'nps', surveys: [], channels: [], pipelines: [], responsible: [], departments: [], companies: [],
  groups: [], languages: [], snapshots: [[], [], [], [], []], comment: 'any', states: [], flags: ['none'], tags: [],
  step: 'auto', by: 'responsible', drivers: ''
}

/** user id → departments he is in, and all above these */
export type Departments = ReadonlyMap<number, readonly number[]>

/** Which conditions narrow the answers. */
export function conditionsOf(filter: ReportFilter): Condition[] {
  return CONDITIONS.filter(key => {
    switch (key) {
      case 'comment': return filter.comment !== 'any'
      case 'flags': return !(filter.flags.length === 1 && filter.flags[0] === 'none')
      case 'snapshots': return filter.snapshots.some(list => list.length > 0)
      default: return filter[key].length > 0
    }
  })
}

/** Whether an answer is among those that the filter asks for, whatever its time and whether or not it carries the measure. */
export function matches(answer: ReportAnswer, filter: ReportFilter, departments: Departments): boolean {
  const among = <T>(wanted: readonly T[], value: T): boolean => wanted.length === 0 || wanted.includes(value)
  return among<string>(filter.surveys, answer.survey)
    && among(filter.channels, answer.channel)
    && among(filter.pipelines, answer.pipeline)
    && among(filter.responsible, answer.ownerId)
    && inDepartments(filter.departments, answer.ownerId, departments)
    && among(filter.companies, answer.companyId)
    && (filter.groups.length === 0 || filter.groups.some(group => group === answerGroup(answer)))
    && among(filter.languages, answer.lang)
    && filter.snapshots.every((wanted, index) => among(wanted, answer.snapshots[index] ?? ''))
    && (filter.comment === 'any' || answer.hasComment === (filter.comment === 'with'))
    && among(filter.states, answer.state)
    && filter.flags.includes(answer.flag ?? 'none')
    && (filter.tags.length === 0 || filter.tags.some(tag => tag === null ? answer.tags.length === 0 : answer.tags.includes(tag)))
}

/** Whether a person is in one of the departments, or in one below it; everybody when none is named, nobody's answers otherwise. */
export function inDepartments(wanted: readonly number[], person: number | null, departments: Departments): boolean {
  if (wanted.length === 0) return true
  return person !== null && (departments.get(person) ?? []).some(place => wanted.includes(place))
}
