import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { Tables } from '@/report/model/answer-table'
import type { ReportAnswer, ReportInvitation } from '@/report/model/records'
import { taggingAnew, type Retagging } from '@/report/model/retag'
import { tablesInSlices } from '@/report/store'
import { breather } from '@/report/store-breath'
import type { Depth, Progress, ReportLoader, ReportRecords } from '@/report/store-loader'

/** Records as the page draws them. */
export interface LoadedRecords extends Tables {
  /** everything since then is there */
  reach: Depth
  /** when the portal was last asked for news, ISO instant */
  loadedAt: string
  /** the numbers of records were compared with the portal's */
  verified: boolean
}

interface RecordSources {
  loader: () => ReportLoader
  /** undefined = not yet */
  depth: Ref<Depth | undefined>
  /** records that the page does not show at all; null = it shows all */
  isHidden?: ((record: ReportAnswer | ReportInvitation) => boolean) | null
}

export interface RecordReading {
  records: ShallowRef<LoadedRecords | undefined>
  progress: ShallowRef<Progress | undefined>
  loading: ComputedRef<boolean>
  /** why the last reading failed */
  error: ShallowRef<unknown>
  stopped: Ref<boolean>
  stop: () => void
  /** goes on where a stop or a failure ended it */
  goOn: () => Promise<void>
  /** these tags were written just now */
  retag: (tagsOf: Retagging) => void
  /** asks for what is new as well */
  refresh: () => Promise<void>
}

/**
 * Reads records as deep as the page asks. No query of the cache: what has been read is worth showing before the rest arrives, after a stop, and
 * after a failure. Call it in a component's setup.
 */
export function useRecords({ loader, depth, isHidden = null }: RecordSources): RecordReading {
  const records = shallowRef<LoadedRecords>()
  const progress = shallowRef<Progress>()
  const error = shallowRef<unknown>()
  const stopped = ref(false)
  const running = ref(0)
  let stopping = new AbortController()
  let newest = 0
  let drawing = 0
  /** tags that were written while records were being drawn */
  let written: Retagging[] = []
  let tagging: Promise<unknown> = Promise.resolve()

  async function draw(read: ReportRecords, reach: Depth): Promise<void> {
    const mine = ++drawing
    written = []
    const shown = <T extends ReportAnswer | ReportInvitation>(all: T[]): T[] => isHidden ? all.filter(one => !isHidden(one)) : all
    const tables = await tablesInSlices({ answers: shown(read.answers), invitations: shown(read.invitations) })
    if (mine !== drawing) return
    records.value = { ...tables, reach, loadedAt: read.loadedAt, verified: read.verified }
    // what was written meanwhile is in the loader, but may not have been in what it gave
    for (const tagsOf of written) tagAnew(tagsOf)
  }

  function retag(tagsOf: Retagging): void {
    loader().retag(tagsOf)
    written.push(tagsOf)
    tagAnew(tagsOf)
  }

  /** One after the other: each begins with what the one before has left. */
  function tagAnew(tagsOf: Retagging): void {
    tagging = tagging.then(async () => {
      const pause = breather()
      for (let before = records.value; before; before = records.value) {
        const work = taggingAnew(before.answers, tagsOf)
        let step = work.next()
        for (; !step.done; step = work.next()) await pause()
        // drawn anew meanwhile: once more
        if (records.value !== before) continue
        records.value = { ...before, answers: step.value }
        return
      }
    })
  }

  async function load(): Promise<void> {
    const wanted = depth.value
    if (!wanted) return
    const mine = ++newest
    if (stopping.signal.aborted) stopping = new AbortController()
    const { signal } = stopping
    running.value++
    error.value = undefined
    stopped.value = false
    progress.value = undefined
    try {
      const found = await loader().load(wanted, {
        signal,
        onProgress: step => { progress.value = step },
        onPeriod: read => void draw(read, read.complete ? wanted : { answers: wanted.invitations, invitations: wanted.invitations })
      })
      await draw(found, wanted)
    } catch (failure) {
      if (mine !== newest) return
      if (signal.aborted) stopped.value = true
      else error.value = failure
      const part = await loader().part()
      if (part && mine === newest) await draw(part, { answers: part.since, invitations: part.since })
    } finally {
      running.value--
    }
  }

  function stop(): void {
    stopping.abort()
  }

  watch(depth, () => void load(), { immediate: true })
  onScopeDispose(stop)

  return {
    records, progress, loading: computed(() => running.value > 0), error, stopped, stop, goOn: load, retag,
    refresh: async () => {
      loader().expire()
      await load()
    }
  }
}
