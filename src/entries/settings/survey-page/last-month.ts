import type { Portal } from '@/portal/client'
import type { RecordStore } from '@/portal/record-store'
import { aggregate, type Report } from '@/report/model/aggregate'
import { resolvePeriod, type Period } from '@/report/model/period'
import { loadRecords, loadReportStart } from '@/report/store'

interface LastMonth {
  period: Period
  report: Report
  /** answers of the period that are flagged: tests, repeated, unmatched … */
  flagged: number
  /** valid answers of the period, scored or not, over whatever channel */
  valid: number
}

/** Today and the 29 days before of one survey, counted as the report counts. @throws PortalError; a part is never given for the whole */
export async function loadLastMonth(portal: Portal, store: RecordStore, survey: string, now: () => Date): Promise<LastMonth> {
  const { zone } = await loadReportStart(portal, store, new Intl.DateTimeFormat().resolvedOptions().timeZone)
  const period = { ...resolvePeriod({ preset: 'last30Days' }, now(), zone), previous: null }
  const { answers, invitations } = await loadRecords(portal, store, { answers: period.from, invitations: period.from }, { now })
  const report = aggregate(answers, invitations, { period, survey, group: null, withComment: false, flagged: false })
  return {
    period, report, valid: report.headline.n + report.outside.shared + report.outside.unscored,
    flagged: Object.values(report.outside.flags).reduce((sum, count) => sum + count, 0)
  }
}
