import { useQueryCache } from '@pinia/colada'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { loadEngineInput } from '@/invitation/engine-input'
import { readControl } from '@/plan/control'
import { TEMPLATE_KEYS, type TemplateKey } from '@/plan/compile/input'
import { removeTemplates, uploadTemplates } from '@/plan/templates-store'
import { PortalError } from '@/portal/errors'
import { usePortal } from '@/ui/portal'
import { letPortalWork, loadAutomation, putDutyInCharge, type Place } from './automation'

export type Work = 'start' | 'renew' | 'repair' | 'handOver' | 'remove'

/** Everything that an administrator can know about the portal's processes; for `useQuery`. */
export const automationQuery = ({ portal, place }: { portal: ReturnType<typeof usePortal>, place: Place | null }) => ({
  key: ['automation', place?.base ?? '', place?.dutyId ?? 0],
  query: () => place ? loadAutomation(portal, place) : Promise.reject(new PortalError('notInstalled')),
  enabled: place !== null && portal.context.isAdmin,
  staleTime: 60_000
})

/**
 * Work on the portal's processes, one at a time. It lives beside the pages: whoever publishes a survey goes on to another page while the
 * processes are being written, and has to be told there when that fails.
 */
export const useProcesses = defineStore('processes', () => {
  const portal = usePortal()
  const cache = useQueryCache()
  /** what is being done; null = nothing */
  const work = ref<Work | null>(null)
  /** what was done last, for what is said about it; null = nothing yet, or hidden */
  const last = ref<Work | null>(null)
  const ready = ref<TemplateKey[]>([])
  const failure = shallowRef<unknown>()
  /** what was left as it is: edited by people, or running */
  const kept = ref<TemplateKey[]>([])
  const isBusy = computed(() => work.value !== null)
  let repeat: (() => Promise<void>) | null = null
  let renewNext: Place | null = null

  const report = (key: TemplateKey, isKeptEdit = false): void => {
    ready.value.push(key)
    if (isKeptEdit) kept.value.push(key)
  }

  /** @param job says whether there was anything to do */
  async function run(what: Work, job: () => Promise<boolean>): Promise<void> {
    if (work.value !== null) return
    work.value = what
    last.value = null
    ready.value = []
    kept.value = []
    failure.value = undefined
    repeat = () => run(what, job)
    try {
      if (await job()) last.value = what
    } catch (error) {
      failure.value = error
      last.value = what
    } finally {
      work.value = null
      // who is in charge stands in the settings, too; what cannot be read again says so where it is shown
      const stale = what === 'renew' || what === 'repair' ? ['automation'] : ['automation', 'settings']
      await Promise.allSettled(stale.map(key => cache.invalidateQueries({ key: [key] })))
    }
    const next = renewNext
    renewNext = null
    if (next) await renew(next)
  }

  /** What surveys, plans or settings have changed the processes learn, if they are in charge; without any, nothing happens. Never rejects. */
  async function renew(place: Place): Promise<void> {
    if (work.value !== null) {
      renewNext = place
      return
    }
    await run('renew', async () => {
      const control = await readControl(portal, place.store)
      return control?.inCharge === 'engine' && await upload(place, false)
    })
  }

  async function upload(place: Place, overwriteEdits: boolean): Promise<true> {
    await uploadTemplates(portal, await loadEngineInput(portal, place), { report, overwriteEdits })
    return true
  }

  const start = (place: Place): Promise<void> => run('start', async () => {
    await letPortalWork(portal, place, report)
    return true
  })
  const repair = (place: Place, overwriteEdits: boolean): Promise<void> => run('repair', () => upload(place, overwriteEdits))
  const handOver = ({ store }: Place): Promise<void> => run('handOver', async () => {
    await putDutyInCharge(portal, store)
    return true
  })
  const remove = ({ store }: Place, endRunning: boolean): Promise<void> => run('remove', async () => {
    const found = await removeTemplates(portal, store, { endRunning })
    const other = found.kept.find(({ error }) => error.code !== 'processesInUse')
    if (other) throw other.error
    kept.value = found.kept.map(({ key }) => key)
    return true
  })

  async function again(): Promise<void> {
    await repeat?.()
  }

  function dismiss(): void {
    last.value = null
    failure.value = undefined
    kept.value = []
  }

  const stateOf = (key: TemplateKey): 'waiting' | 'running' | 'done' | null => {
    if (work.value === null || work.value === 'handOver' || work.value === 'remove') return null
    return ready.value.includes(key) ? 'done' : TEMPLATE_KEYS[ready.value.length] === key ? 'running' : 'waiting'
  }

  return { work, last, ready, failure, kept, isBusy, renew, start, repair, handOver, remove, again, dismiss, stateOf }
})
