import { onScopeDispose, shallowReactive, shallowRef, watch } from 'vue'
import type { Portal } from '@/portal/client'
import type { RecordStore } from '@/portal/record-store'
import type { ReportAnswer } from '@/report/model/records'
import { loadComments } from '@/report/store'

/**
 * Comments of the answers in sight. They are not kept on disk: what came from there is read when it is shown. Call it in a component's setup.
 * @returns `of`: undefined = not known yet, or it could not be read; '' = none
 */
export function useComments(portal: Portal, store: RecordStore, rows: () => readonly ReportAnswer[]) {
  const known = shallowReactive(new Map<number, string>())
  const error = shallowRef<unknown>()
  const stop = new AbortController()
  onScopeDispose(() => stop.abort())

  async function read(): Promise<void> {
    const missing = rows().filter(({ id, comment }) => comment === null && !known.has(id)).map(({ id }) => id)
    if (missing.length === 0) return
    error.value = undefined
    try {
      const found = await loadComments(portal, store, missing, stop.signal)
      for (const id of missing) known.set(id, found.get(id) ?? '')
    } catch (failure) {
      if (!stop.signal.aborted) error.value = failure
    }
  }

  watch(rows, () => void read(), { immediate: true })
  return { of: ({ id, comment }: ReportAnswer): string | undefined => comment ?? known.get(id), error, retry: read }
}
