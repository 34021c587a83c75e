import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, shallowRef } from 'vue'
import { onDuty } from '@/answer/duty'
import type { Answer } from '@/answer/model/answer'
import type { Invitation } from '@/invitation/model/invitation'
import { PortalError } from '@/portal/errors'
import type { RecordStore } from '@/portal/record-store'
import { memoryPortal } from '@/survey/ui/memory-portal.fixture'
import { mountInPortal } from '../../../../tests/mount'
import { answerTo } from './test-invitation'
import { LOOK_EVERY, LOOK_FOR, useWatching } from './use-watching'

vi.mock('@/answer/duty', () => ({ onDuty: vi.fn() }))
vi.mock('./test-invitation', () => ({ answerTo: vi.fn() }))

const answer = (state: Answer['state']): Answer => ({ id: 5, state } as Answer)
let watching: ReturnType<typeof useWatching>

async function watchFor(mayHandle: boolean): Promise<void> {
  const invitation = shallowRef<Invitation | null>({ token: 't' } as Invitation)
  await mountInPortal(defineComponent({
    setup() {
      watching = useWatching(invitation, () => ({}) as RecordStore, () => mayHandle)
      return () => null
    }
  }), { portal: memoryPortal() })
  await flushPromises()
}

const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds)

beforeEach(() => {
  vi.useFakeTimers()
  vi.mocked(answerTo).mockReset().mockResolvedValue(null)
  vi.mocked(onDuty).mockReset().mockResolvedValue({ handled: [5], failed: [], taken: [], left: [], more: false, inCharge: null })
})
afterEach(() => vi.useRealTimers())

describe('watching for the answer', () => {
  it('looks at once and every four seconds, and stops when it was handled', async () => {
    await watchFor(false)
    await pass(2 * LOOK_EVERY)
    expect(answerTo).toHaveBeenCalledTimes(3)
    vi.mocked(answerTo).mockResolvedValue(answer('new'))
    await pass(LOOK_EVERY)
    expect([watching.answer.value?.state, watching.handled.value]).toEqual(['new', false])
    expect(onDuty).not.toHaveBeenCalled()
    vi.mocked(answerTo).mockResolvedValue(answer('high'))
    await pass(LOOK_EVERY)
    expect(watching.handled.value).toBe(true)
    const looks = vi.mocked(answerTo).mock.calls.length
    await pass(10 * LOOK_EVERY)
    expect(answerTo).toHaveBeenCalledTimes(looks)
  })

  it('handles it here when the person is on duty', async () => {
    vi.mocked(answerTo).mockResolvedValueOnce(answer('new')).mockResolvedValue(answer('set_aside'))
    await watchFor(true)
    expect(onDuty).toHaveBeenCalledOnce()
    expect(vi.mocked(onDuty).mock.calls[0]?.[2]).toEqual({ force: true })
    expect(watching.handled.value).toBe(true)
  })

  it('gives up after ten minutes until asked', async () => {
    await watchFor(false)
    await pass(LOOK_FOR + LOOK_EVERY)
    expect(watching.asleep.value).toBe(true)
    const looks = vi.mocked(answerTo).mock.calls.length
    await pass(LOOK_FOR)
    expect(answerTo).toHaveBeenCalledTimes(looks)
    watching.watchOn()
    await flushPromises()
    expect([watching.asleep.value, vi.mocked(answerTo).mock.calls.length]).toEqual([false, looks + 1])
  })

  it('says a failed look and goes on', async () => {
    vi.mocked(answerTo).mockRejectedValueOnce(new PortalError('unreachable'))
    await watchFor(false)
    expect(watching.failure.value).toMatchObject({ code: 'unreachable' })
    await pass(LOOK_EVERY)
    expect(watching.failure.value).toBeUndefined()
  })
})
