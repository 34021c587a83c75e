import { useQueryCache } from '@pinia/colada'
import { ref, shallowRef } from 'vue'
import { onDuty } from '@/answer/duty'
import type { HandlingReport } from '@/answer/handling'
import type { RecordStore } from '@/portal/record-store'
import { usePortal } from '@/ui/portal'

/** Handles new answers here and now, as the worker of the duty person would. */
export function useProcessNow() {
  const portal = usePortal()
  const cache = useQueryCache()
  const busy = ref(false)
  const report = shallowRef<HandlingReport | null>(null)
  const failure = shallowRef<unknown>()

  /** @returns when nothing is left to do, or it failed: see `failure` */
  async function processNow(store: RecordStore): Promise<void> {
    if (busy.value) return
    busy.value = true
    failure.value = undefined
    try {
      report.value = await onDuty(portal, store, { force: true })
      await cache.invalidateQueries({ key: ['activity'] })
    } catch (error) {
      failure.value = error
    } finally {
      busy.value = false
    }
  }

  return { busy, report, failure, processNow }
}
