import type { Measure } from '@/report/model/measure'
import { effortScale, type ReportAnswer } from '@/report/model/records'
import { scaleRange } from '@/survey/model/scale'
import { METRICS } from '@/survey/model/survey'

/** The score that stands beside an answer, with the end of its scale: that of the measure, else of the first question it has; null without any. */
export function shownScore(row: ReportAnswer, measure: Measure): { value: number, max: number } | null {
  if (measure === 'coefficient' && row.coefficient !== null) return { value: row.coefficient, max: 100 }
  for (const metric of [...measure === 'coefficient' ? [] : [measure], ...METRICS]) {
    const value = row[metric]
    if (value === null) continue
    if (metric !== 'ces') return { value, max: scaleRange({ type: metric }).max }
    if (row.effortScale !== null) return { value, max: scaleRange(effortScale(row.effortScale)).max }
  }
  return null
}
