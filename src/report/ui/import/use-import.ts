import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { Portal } from '@/portal/client'
import type { RecordStore } from '@/portal/record-store'
import type { ImportPlan } from '@/report/model/import/dry-run'
import { loadImported, runImport, type ImportProgress, type ImportResult, type ImportRun } from '@/report/store-import'

export interface RunningImport {
  /** `paused`: by the person; `failed`: by `error`. Both go on with `start`. */
  state: Ref<'idle' | 'running' | 'paused' | 'failed' | 'done'>
  progress: ShallowRef<ImportProgress | null>
  /** of all turns together */
  result: ShallowRef<ImportResult | null>
  error: ShallowRef<unknown>
  start: (run: ImportRun, plan: ImportPlan) => Promise<void>
  pause: () => void
  reset: () => void
}

/** One import of the page: begins, pauses, goes on. Closing the page pauses it; the same rows go on where it ended. */
export function useImport(portal: Portal, store: RecordStore): RunningImport {
  const state = ref<'idle' | 'running' | 'paused' | 'failed' | 'done'>('idle')
  const progress = shallowRef<ImportProgress | null>(null)
  const result = shallowRef<ImportResult | null>(null)
  const error = shallowRef<unknown>()
  let stopper = new AbortController()
  onScopeDispose(() => stopper.abort())

  async function start(run: ImportRun, { answers }: ImportPlan): Promise<void> {
    if (state.value === 'running') return
    const goesOn = state.value === 'paused' || state.value === 'failed'
    state.value = 'running'
    error.value = undefined
    stopper = new AbortController()
    const { signal } = stopper
    try {
      const there = goesOn ? new Set((await loadImported(portal, store, signal)).map(({ key }) => key)) : new Set<string>()
      const left = answers.filter(({ key }) => !there.has(key))
      const before = answers.length - left.length
      const made = await runImport(portal, store, run, left, {
        signal, wait: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
        onProgress: ({ done }) => { progress.value = { done: before + done, of: answers.length } }
      })
      result.value = { ...made, made: before + made.made }
      state.value = 'done'
    } catch (failure) {
      state.value = signal.aborted ? 'paused' : 'failed'
      if (!signal.aborted) error.value = failure
    }
  }

  return {
    state, progress, result, error, start,
    pause: () => stopper.abort(),
    reset: () => {
      state.value = 'idle'
      progress.value = null
      result.value = null
      error.value = undefined
    }
  }
}
