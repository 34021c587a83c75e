import { beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, nextTick, shallowRef } from 'vue'
import { fillSnapshots } from '@/answer/snapshots-later'
import { PortalError } from '@/portal/errors'
import { fakePortal, STORE } from '../../../tests/fake-portal'
import { mountInPortal } from '../../../tests/mount'
import { useSnapshotsFilledIn } from './use-snapshots'

vi.mock('@/answer/snapshots-later', () => ({ fillSnapshots: vi.fn() }))
beforeEach(() => { vi.mocked(fillSnapshots).mockReset().mockResolvedValue(1) })

it.each([
  ['processes were in charge', 'gen', true, 1], ['never', null, true, 0], ['the viewer may not see everything', 'gen', false, 0]
])('%s', async (_, engine, isAdmin, times) => {
  vi.mocked(fillSnapshots).mockRejectedValue(new PortalError('unreachable'))
  const settings = shallowRef<{ store: typeof STORE, engine: string | null }>()
  const Settings = defineComponent({
    setup() {
      useSnapshotsFilledIn(() => settings.value)
      return () => null
    }
  })
  await mountInPortal(Settings, { portal: fakePortal({}, { isAdmin }) })
  expect(fillSnapshots).not.toHaveBeenCalled()
  for (let read = 0; read < 2; read++) {
    settings.value = { store: STORE, engine }
    await nextTick()
    await vi.dynamicImportSettled()
  }
  expect(fillSnapshots).toHaveBeenCalledTimes(times)
})
