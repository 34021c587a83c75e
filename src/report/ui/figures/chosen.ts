import { computed, onScopeDispose, ref, shallowReactive, shallowRef, watch } from 'vue'
import { requireStore } from '@/portal/settings-store'
import { usePortal } from '@/ui/portal'
import { loadChosen, SAID_AT_ONCE } from '@/report/store-said'

/** Whose choice is needed, in which question. */
interface Wanted {
  /** `<survey>/<question>` */
  question: string
  /** answers */
  ids: readonly number[]
}

/**
 * What was chosen in a question. It is no column of the report, because few ever look at it: it is read when it is looked at, and kept as long as the page.
 * Call it in a component's setup.
 */
export function useChosen(wanted: () => Wanted | null) {
  const portal = usePortal()
  const store = requireStore(portal)
  /** by question, then by answer; [] = it was not answered */
  const known = shallowReactive(new Map<string, ReadonlyMap<number, readonly string[]>>())
  const error = shallowRef<unknown>()
  const stopped = ref(false)
  let work: AbortController | undefined

  const missing = computed((): number[] => {
    const state = wanted()
    const there = known.get(state?.question ?? '')
    return state ? state.ids.filter(id => !there?.has(id)) : []
  })

  async function read(): Promise<void> {
    work?.abort()
    const { signal } = work = new AbortController()
    error.value = undefined
    stopped.value = false
    try {
      for (let some = missing.value.slice(0, SAID_AT_ONCE); some.length > 0; some = missing.value.slice(0, SAID_AT_ONCE)) {
        const { question } = wanted()!
        const found = await loadChosen(portal, store, some, question.slice(question.indexOf('/') + 1), signal)
        known.set(question, new Map([...known.get(question) ?? [], ...found]))
        if (signal.aborted) return
      }
    } catch (failure) {
      if (!signal.aborted) error.value = failure
    }
  }

  function stop(): void {
    work?.abort()
    stopped.value = true
  }

  watch(wanted, (state, before) => {
    if (state && (missing.value.length > 0 || state.question !== before?.question)) void read()
  }, { immediate: true })
  onScopeDispose(() => work?.abort())

  return {
    error, stopped, stop, read,
    /** how many answers are there already; null = all */
    progress: computed(() => missing.value.length === 0 ? null : (wanted()?.ids.length ?? 0) - missing.value.length),
    /** by id of the answer, only those who answered the question; undefined as long as one is missing: a part would be another number */
    chosen: computed((): ReadonlyMap<number, readonly string[]> | undefined => {
      const state = wanted()
      const there = known.get(state?.question ?? '')
      if (!state || !there || missing.value.length > 0) return undefined
      return new Map(state.ids.flatMap((id): [number, readonly string[]][] => there.get(id)?.length ? [[id, there.get(id)!]] : []))
    })
  }
}
