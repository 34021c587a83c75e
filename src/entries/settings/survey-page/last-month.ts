import type { Portal } from '@/portal/client'
import type { RecordStore } from '@/portal/record-store'
import { aggregate, type Report } from '@/report/model/aggregate'
import { DEFAULT_FILTER } from '@/report/model/filter'
import type { Measure } from '@/report/model/measure'
import { resolvePeriod, type Period } from '@/report/model/period'
import { loadReportStart, tablesInSlices } from '@/report/store'
import { createReportLoader } from '@/report/store-loader'

interface LastMonth {
  period: Period
  report: Report
  /** answers of the period that are flagged: tests, repeated, unmatched … */
  flagged: number
  /** valid answers of the period, scored or not, over whatever channel */
  valid: number
}

/**
 * Today and the 29 days before of one survey, counted as the report counts.
 * @param measure of its headline question
 * @throws PortalError; a part is never given for the whole
 */
export async function loadLastMonth(portal: Portal, store: RecordStore, survey: string, measure: Measure, now: () => Date): Promise<LastMonth> {
  const { zone, surveys } = await loadReportStart(portal, store, new Intl.DateTimeFormat().resolvedOptions().timeZone)
  const period = { ...resolvePeriod({ preset: 'last30Days' }, now(), zone), previous: null }
  const loader = createReportLoader({ portal, store, surveys, disk: null, now })
  const { answers, invitations } = await tablesInSlices(await loader.load({ answers: period.from, invitations: period.from }))
  const filter = { ...DEFAULT_FILTER, surveys: [survey], measure }
  const report = aggregate(answers, invitations, { filter, period, departments: new Map(), now: now().getTime() })
  return {
    period, report, valid: report.headline.n + report.outside.shared + report.outside.unscored,
    flagged: Object.values(report.outside.flags).reduce((sum, count) => sum + count, 0)
  }
}
