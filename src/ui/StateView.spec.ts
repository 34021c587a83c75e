import { computed, shallowRef } from 'vue'
import { describe, expect, it, vi } from 'vitest'
import { PortalError } from '@/portal/errors'
import StateView from '@/ui/StateView.vue'
import { mountInPortal } from '../../tests/mount'

type State = { status: 'pending' | 'success' | 'error', data: number[] | undefined, error: Error | null }

async function mountView(state: State) {
  const current = shallowRef(state)
  const refetch = vi.fn()
  const view = await mountInPortal(StateView, {
    props: { query: { state: computed(() => current.value), refetch }, empty: (rows: number[]) => rows.length === 0 },
    slots: { default: ({ data }: { data: number[] }) => `rows ${data.join()}`, empty: () => 'nothing yet' }
  })
  return { view, refetch, current }
}

const failed = new PortalError('unreachable')

describe('StateView', () => {
  it('shows a skeleton that says it is loading', async () => {
    const { view } = await mountView({ status: 'pending', data: undefined, error: null })
    expect(view.get('[role=status]').attributes('aria-label')).toBe('Loading…')
    expect(view.text()).toBe('')
  })

  it('shows data', async () => {
    const { view } = await mountView({ status: 'success', data: [1, 2], error: null })
    expect(view.text()).toBe('rows 1,2')
  })

  it('tells nothing there from not loaded', async () => {
    const { view, current } = await mountView({ status: 'error', data: undefined, error: failed })
    expect(view.text()).toContain('The portal cannot be reached')
    expect(view.text()).not.toContain('nothing yet')
    current.value = { status: 'success', data: [], error: null }
    await view.vm.$nextTick()
    expect(view.text()).toBe('nothing yet')
  })

  it('keeps old data on the screen when a reload fails, and offers a retry', async () => {
    const { view, refetch } = await mountView({ status: 'error', data: [7], error: failed })
    expect(view.text()).toContain('rows 7')
    await view.get('[role=alert] button').trigger('click')
    expect(refetch).toHaveBeenCalledOnce()
  })
})
