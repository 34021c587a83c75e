import type { Measure } from '@/report/model/measure'
import { answerGroup, effortScale, type ReportAnswer } from '@/report/model/records'
import { groupOf, scaleRange, type Scale } from '@/survey/model/scale'
import { METRICS, type Group, type Metric } from '@/survey/model/survey'

/** The score that stands beside an answer. */
interface ShownScore {
  value: number
  /** highest value of its scale */
  max: number
  group: Group | null
  /** promoters belong to the NPS only */
  nps: boolean
}

/**
 * That of the measure, else of the first question that was answered; null without any.
 * @param measure null = of the first one, which is also what the answer's own group is made of
 */
export function shownScore(row: ReportAnswer, measure: Measure | null): ShownScore | null {
  if (measure === 'coefficient' && row.coefficient !== null) return { value: row.coefficient, max: 100, group: answerGroup(row), nps: row.nps !== null }
  for (const metric of [...measure === null || measure === 'coefficient' ? [] : [measure], ...METRICS]) {
    const [value, scale] = [row[metric], scaleOf(row, metric)]
    if (value !== null && scale !== null) return { value, max: scaleRange(scale).max, group: groupOf(scale, value), nps: metric === 'nps' }
  }
  return null
}

function scaleOf(row: ReportAnswer, metric: Metric): Scale | null {
  if (metric !== 'ces') return { type: metric }
  return row.effortScale === null ? null : effortScale(row.effortScale)
}
