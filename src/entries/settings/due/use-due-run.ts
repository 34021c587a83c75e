import { computed, reactive, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { loadDue } from '@/invitation/due-list'
import type { Due } from '@/invitation/model/due'
import type { DueOutcome } from '@/invitation/due-sending'
import { browserTools } from '@/invitation/ui/send-tools'
import { quoteCustomer } from '@/portal/hostile-text'
import type { RecordStore } from '@/portal/record-store'
import { usePortal } from '@/ui/portal'

/** One press: the list is read anew, and what is still due of what was shown is done, one after the other. */
export function useDueRun() {
  const portal = usePortal()
  const { t } = useI18n()
  /** what was shown when it was pressed; null before */
  const shown = shallowRef<readonly Due[] | null>(null)
  const outcomes = reactive(new Map<string, DueOutcome>())
  const busy = ref(false)
  const stopped = ref(false)
  /** the list could not be read anew: nothing was sent */
  const failure = shallowRef<unknown>()
  const finished = computed(() => shown.value !== null && !busy.value && failure.value === undefined)
  const counts = computed(() => {
    const found = { asked: 0, reminded: 0, expired: 0, gone: 0, failed: 0 }
    for (const { state } of outcomes.values()) found[state]++
    return found
  })

  async function run(store: RecordStore, due: readonly Due[]): Promise<void> {
    if (busy.value) return
    busy.value = true
    stopped.value = false
    failure.value = undefined
    outcomes.clear()
    shown.value = due
    try {
      const [view, { runDue }] = await Promise.all([loadDue(portal, store), import('@/invitation/due-sending')])
      await runDue(portal, store, {
        view, shown: new Set(due.map(({ key }) => key)), report: (key, outcome) => { outcomes.set(key, outcome) }, goesOn: () => !stopped.value
      }, {
        ...browserTools(portal, () => ''),
        timelineText: (one, link) => t(`due.timeline.${one.kind === 'ask' ? 'asked' : 'reminded'}`, {
          client: quoteCustomer(one.person.name, 200), survey: quoteCustomer(one.survey.published?.content.name ?? '', 200), link: portal.context.origin + link,
          nth: one.kind === 'ask' ? 0 : one.nth
        })
      })
    } catch (error) {
      failure.value = error
    } finally {
      busy.value = false
    }
  }

  function reset(): void {
    shown.value = null
    outcomes.clear()
    failure.value = undefined
  }

  return { shown, outcomes, counts, busy, stopped, finished, failure, run, reset }
}
