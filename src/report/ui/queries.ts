import { defineQueryOptions } from '@pinia/colada'
import type { Portal } from '@/portal/client'
import type { RecordStore } from '@/portal/record-store'
import { loadReportStart } from '@/report/store'
import type { Depth } from '@/report/store-loader'
import { loadViews } from '@/report/store-views'

export const reportKeys = {
  root: ['report'] as const,
  start: () => [...reportKeys.root, 'start'] as const,
  records: ({ answers, invitations }: Depth) => [...reportKeys.root, 'records', answers, invitations] as const,
  views: () => [...reportKeys.root, 'views'] as const
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

/** Views that this person saved; read when they are asked for. */
export const viewsQuery = defineQueryOptions(({ portal }: Pick<Place, 'portal'>) => ({
  ...STALE,
  key: reportKeys.views(),
  query: () => loadViews(portal)
}))
