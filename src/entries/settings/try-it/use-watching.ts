import { useDocumentVisibility, useIntervalFn } from '@vueuse/core'
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import type { Answer } from '@/answer/model/answer'
import { onDuty } from '@/answer/duty'
import type { Invitation } from '@/invitation/model/invitation'
import type { RecordStore } from '@/portal/record-store'
import { usePortal } from '@/ui/portal'
import { answerTo } from './test-invitation'

/** How often the page looks, and how long, in milliseconds. */
export const LOOK_EVERY = 4_000
export const LOOK_FOR = 10 * 60_000

/**
 * Watches for the answer to an invitation while the page is visible.
 * @param mayHandle the person is on duty: a new answer is handled here and now
 */
export function useWatching(invitation: Ref<Invitation | null>, store: () => RecordStore, mayHandle: () => boolean) {
  const portal = usePortal()
  const answer = shallowRef<Answer | null>(null)
  const failure = shallowRef<unknown>()
  const asleep = ref(false)
  const visibility = useDocumentVisibility()
  let until = 0
  let looking = false

  async function look(): Promise<void> {
    if (looking || invitation.value === null || visibility.value === 'hidden') return
    if (Date.now() > until) {
      asleep.value = true
      pause()
      return
    }
    looking = true
    try {
      answer.value = await answerTo(portal, store(), invitation.value)
      if (answer.value?.state === 'new' && mayHandle()) {
        const report = await onDuty(portal, store(), { force: true })
        failure.value = report?.failed.find(({ id }) => id === answer.value?.id)?.error
        answer.value = await answerTo(portal, store(), invitation.value)
      } else {
        failure.value = undefined
      }
      if (answer.value && answer.value.state !== 'new') pause()
    } catch (error) {
      failure.value = error
    } finally {
      looking = false
    }
  }

  const { pause, resume } = useIntervalFn(look, LOOK_EVERY, { immediate: false })

  /** Looks at once, then goes on for ten minutes. */
  function watchOn(): void {
    until = Date.now() + LOOK_FOR
    asleep.value = false
    failure.value = undefined
    resume()
    void look()
  }

  watch(invitation, now => {
    answer.value = null
    if (now) watchOn()
    else pause()
  }, { immediate: true })

  const handled = computed(() => answer.value !== null && answer.value.state !== 'new')
  return { answer, handled, failure, asleep, watchOn }
}
