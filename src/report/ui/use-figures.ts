import { shallowRef, watch, type ShallowRef } from 'vue'
import { aggregating, type Report, type ReportView } from '@/report/model/aggregate'
import type { Tables } from '@/report/model/answer-table'
import { breather } from '@/report/store-breath'

/** Figures, and exactly what they were made of: nothing on the page mixes two states. */
export interface Drawn {
  report: Report
  view: ReportView
  tables: Tables
}

/** Figures of the newest state, made in pieces that leave the page alive; the earlier ones stay until then. Call it in a component's setup. */
export function useFigures(source: () => { tables: Tables, view: ReportView } | undefined): ShallowRef<Drawn | undefined> {
  const drawn = shallowRef<Drawn>()
  let newest = 0
  watch(source, async state => {
    const mine = ++newest
    if (!state) {
      drawn.value = undefined
      return
    }
    const { tables, view } = state
    const pause = breather()
    const work = aggregating(tables.answers, tables.invitations, view)
    for (let step = work.next(); ; step = work.next()) {
      if (step.done) {
        drawn.value = { report: step.value, view, tables }
        return
      }
      await pause()
      if (mine !== newest) return
    }
  }, { immediate: true })
  return drawn
}
