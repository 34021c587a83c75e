import { shallowReactive, shallowRef } from 'vue'
import { BATCH_LIMIT } from '@/portal/batch-command'
import { PAGE } from '@/portal/paging'
import { requireStore } from '@/portal/settings-store'
import { usePortal } from '@/ui/portal'
import type { ReportAnswer } from '@/report/model/records'
import { loadComments } from '@/report/store'

/** Answers whose comments one request brings. */
const AT_ONCE = BATCH_LIMIT * PAGE

/** Comments of answers; those that came from the disk, where comments are not kept, are read when they are asked for. */
export function useComments() {
  const portal = usePortal()
  const store = requireStore(portal)
  const read = shallowReactive(new Map<number, string | null>())
  /** of the rows that are being read: resolves to whether it worked */
  const pending = new Map<number, Promise<boolean>>()
  const error = shallowRef<unknown>()

  const isMissing = (row: ReportAnswer): boolean => row.hasComment && row.comment === null && !read.has(row.id)

  async function load(ids: readonly number[], signal?: AbortSignal): Promise<boolean> {
    try {
      const found = await loadComments(portal, store, ids, signal)
      for (const id of ids) read.set(id, found.get(id) ?? null)
      return true
    } catch (failure) {
      // whoever stopped it knows
      if (!(failure instanceof DOMException && failure.name === 'AbortError')) error.value = failure
      return false
    } finally {
      for (const id of ids) pending.delete(id)
    }
  }

  /**
   * Reads what is missing, in the order of the rows; does not throw, see `error`. What is being read already is waited for and not read twice.
   * @param onProgress told after each request how many rows have their comment
   */
  async function ask(rows: readonly ReportAnswer[], signal?: AbortSignal, onProgress: (known: number) => void = () => undefined): Promise<void> {
    error.value = undefined
    for (;;) {
      if (signal?.aborted) return
      const missing = rows.filter(isMissing)
      if (missing.length === 0) return
      onProgress(rows.length - missing.length)
      const ids = missing.map(({ id }) => id).filter(id => !pending.has(id)).slice(0, AT_ONCE)
      if (ids.length > 0) {
        const work = load(ids, signal)
        for (const id of ids) pending.set(id, work)
        if (!await work) return
      } else {
        await Promise.all(missing.map(({ id }) => pending.get(id)))
        if (error.value !== undefined) return
      }
    }
  }

  return {
    ask,
    error,
    /** undefined = not known yet, null = the viewer may not see it, or it is gone */
    textOf: (row: ReportAnswer): string | null | undefined => row.comment ?? (row.hasComment ? read.get(row.id) : '')
  }
}
