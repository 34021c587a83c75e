import { aggregate } from '@/report/model/aggregate'
import { tablesOf } from '@/report/model/answer-table'
import { DEFAULT_FILTER } from '@/report/model/filter'
import type { Score } from '@/report/model/measure'
import { resolvePeriod, type Period } from '@/report/model/period'
import type { ReportRecords } from '@/report/store-loader'
import { headlineQuestion, type Survey } from '@/survey/model/survey'

/** What became of a survey in the last twelve months, counted as the report counts it. */
export interface SurveyFigures {
  /** invitations; without mails that failed, tests and shared links */
  sent: number
  /** of these */
  answered: number
  /** of the headline question; of NPS where the survey has none */
  score: Score
  /** answers that count as answered and not in the score */
  outside: { late: number, unscored: number }
}

/** This month and the eleven before, without the year that the report compares with: the list shows no change. */
export function listPeriod(now: Date, zone: string): Period {
  return { ...resolvePeriod({ preset: 'last12Months' }, now, zone), previous: null }
}

/** By survey id; a survey that the period knows nothing of has zeros. One pass over the records, whatever the number of surveys. */
export function figuresOf(
  records: Pick<ReportRecords, 'answers' | 'invitations'>, period: Period, surveys: readonly Pick<Survey, 'id' | 'published'>[], now: Date
): Map<string, SurveyFigures> {
  const answers = bySurvey(records.answers)
  const invitations = bySurvey(records.invitations)
  return new Map(surveys.map(({ id, published }) => {
    const tables = tablesOf(answers.get(id) ?? [], invitations.get(id) ?? [])
    const measure = (published && headlineQuestion(published.content)?.type) ?? 'nps'
    const view = { filter: { ...DEFAULT_FILTER, measure }, period, departments: new Map(), now: now.getTime() }
    const { headline, response, outside: { unscored, flags } } = aggregate(tables.answers, tables.invitations, view)
    return [id, { sent: response.sent, answered: response.answered, score: headline, outside: { late: flags.late, unscored } }]
  }))
}

function bySurvey<T extends { survey: string }>(rows: readonly T[]): Map<string, T[]> {
  const found = new Map<string, T[]>()
  for (const row of rows) {
    const list = found.get(row.survey)
    if (list) list.push(row)
    else found.set(row.survey, [row])
  }
  return found
}
