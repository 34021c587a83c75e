import { aggregate, type ReportFilter } from '@/report/model/aggregate'
import { resolvePeriod, type Period } from '@/report/model/period'
import type { ReportRecords } from '@/report/store'
import { displayNps } from '@/survey/model/score/nps'
import { showsScore, type SampleLevel } from '@/survey/model/score/sample'

/** What became of a survey in the last twelve months, counted as the report counts it. */
export interface SurveyFigures {
  /** invitations; without mails that failed, tests and shared links */
  sent: number
  /** of these */
  answered: number
  /** whole number; null when n is too small to show one, or the score of the survey is no NPS */
  nps: number | null
  /** valid answers that the score stands on */
  n: number
  sample: SampleLevel
  /** answers that count as answered and not in the score */
  outside: { late: number, unscored: number }
}

/** This month and the eleven before, without the year that the report compares with: the list shows no change. */
export function listPeriod(now: Date, zone: string): Period {
  return { ...resolvePeriod({ preset: 'last12Months' }, now, zone), previous: null }
}

/** By survey id; a survey that the period knows nothing of has zeros. One pass over the records, whatever the number of surveys. */
export function figuresOf(records: Pick<ReportRecords, 'answers' | 'invitations'>, period: Period, ids: readonly string[]): Map<string, SurveyFigures> {
  const answers = bySurvey(records.answers)
  const invitations = bySurvey(records.invitations)
  const filter: ReportFilter = { period, survey: null, group: null, withComment: false, flagged: false }
  return new Map(ids.map(id => {
    const { headline: { n, nps, sample }, response, outside: { unscored, flags } } = aggregate(answers.get(id) ?? [], invitations.get(id) ?? [], filter)
    return [id, {
      sent: response.sent, answered: response.answered, nps: showsScore(sample) ? displayNps(nps) : null, n, sample, outside: { late: flags.late, unscored }
    }]
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
