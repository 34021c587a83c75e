import { defineQueryOptions } from '@pinia/colada'
import type { Portal } from '@/portal/client'
import type { RecordStore } from '@/portal/record-store'
import { loadNames, loadReportStart, tablesInSlices } from '@/report/store'
import type { Depth, LoadOptions, Progress, ReportRecords } from '@/report/store-loader'
import type { ReportAnswer } from '@/report/model/records'

export const reportKeys = {
  root: ['report'] as const,
  start: () => [...reportKeys.root, 'start'] as const,
  records: ({ answers, invitations }: Depth) => [...reportKeys.root, 'records', answers, invitations] as const,
  names: (ids: readonly number[]) => [...reportKeys.root, 'names', ...ids] as const
}

interface Place {
  portal: Portal
  store: RecordStore
}

/** Thousands of records are not read again because somebody looked at another window; "Refresh" reads them. */
const STALE = { staleTime: 10 * 60_000, refetchOnWindowFocus: false, refetchOnReconnect: false } as const

export const startQuery = defineQueryOptions(({ portal, store }: Place) => ({
  ...STALE,
  key: reportKeys.start(),
  query: () => loadReportStart(portal, store, new Intl.DateTimeFormat().resolvedOptions().timeZone)
}))

/** @param load of the page's loader: it knows what was read before */
export const recordsQuery = defineQueryOptions(({ load, depth, onProgress }: {
  load: (options: LoadOptions) => Promise<ReportRecords>
  depth: Depth | undefined
  onProgress: (progress: Progress) => void
}) => ({
  ...STALE,
  key: reportKeys.records(depth ?? { answers: '', invitations: '' }),
  query: async ({ signal }: { signal: AbortSignal }) => {
    const records = await load({ signal, onProgress })
    return { ...await tablesInSlices(records), loadedAt: records.loadedAt }
  }
}))

/** Names for one page of the list. */
export const namesQuery = defineQueryOptions(({ portal, rows }: Pick<Place, 'portal'> & { rows: readonly ReportAnswer[] }) => ({
  ...STALE,
  key: reportKeys.names(rows.map(({ id }) => id)),
  query: ({ signal }: { signal: AbortSignal }) => loadNames(portal, rows, signal)
}))
