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
  const asked = new Set<number>()
  const error = shallowRef<unknown>()

  const isMissing = (row: ReportAnswer): boolean => row.hasComment && row.comment === null && !read.has(row.id)

  /**
   * Reads what is missing, newest rows first as they are given; does not throw, see `error`.
   * @param onProgress told after each request how many rows have their comment
   */
  async function ask(rows: readonly ReportAnswer[], signal?: AbortSignal, onProgress: (known: number) => void = () => undefined): Promise<void> {
    error.value = undefined
    const missing = rows.filter(row => isMissing(row) && !asked.has(row.id)).map(({ id }) => id)
    for (let at = 0; at < missing.length; at += AT_ONCE) {
      if (signal?.aborted) return
      const some = missing.slice(at, at + AT_ONCE)
      for (const id of some) asked.add(id)
      try {
        const found = await loadComments(portal, store, some, signal)
        for (const id of some) read.set(id, found.get(id) ?? null)
        onProgress(rows.length - missing.length + at + some.length)
      } catch (failure) {
        // whoever stopped it knows
        if (!(failure instanceof DOMException && failure.name === 'AbortError')) error.value = failure
        return
      } finally {
        for (const id of some) asked.delete(id)
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
