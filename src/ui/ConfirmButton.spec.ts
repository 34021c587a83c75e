import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import ConfirmButton from '@/ui/ConfirmButton.vue'
import { mountInPortal } from '../../tests/mount'

const mountButton = (action: () => Promise<unknown>) => mountInPortal(ConfirmButton, {
  props: { label: 'Cancel invitation', question: 'The link stops working. Cancel it?', confirmLabel: 'Cancel it', action }
})

describe('ConfirmButton', () => {
  it('does nothing before it was confirmed', async () => {
    const action = vi.fn(async () => undefined)
    const view = await mountButton(action)
    await view.get('button').trigger('click')
    expect(view.get('[role=group]').text()).toContain('The link stops working')
    expect(action).not.toHaveBeenCalled()
    expect(document.activeElement?.textContent).toContain('Cancel it')
  })

  it('acts once, however often it is pressed', async () => {
    let finish = (): void => undefined
    const action = vi.fn(() => new Promise<void>(resolve => { finish = resolve }))
    const view = await mountButton(action)
    await view.get('button').trigger('click')
    const confirm = view.findAll('button')[0]!
    await confirm.trigger('click')
    await confirm.trigger('click')
    expect(action).toHaveBeenCalledOnce()
    finish()
    await flushPromises()
    expect(view.text()).toBe('Cancel invitation')
  })

  it.each(['button', 'escape'])('steps back with the %s', async way => {
    const action = vi.fn(async () => undefined)
    const view = await mountButton(action)
    await view.get('button').trigger('click')
    await (way === 'button' ? view.findAll('button')[1]!.trigger('click') : view.get('[role=group]').trigger('keydown', { key: 'Escape' }))
    await flushPromises()
    expect(view.text()).toBe('Cancel invitation')
    expect(document.activeElement?.textContent).toContain('Cancel invitation')
    expect(action).not.toHaveBeenCalled()
  })
})
