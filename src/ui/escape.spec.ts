import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import { vEscape } from '@/ui/escape'

const open = (outer: () => void, inner: () => void) => mount(defineComponent({
  directives: { escape: vEscape },
  props: { doing: { type: Function, required: true } },
  setup: () => ({ outer }),
  template: '<div v-escape="outer"><form v-escape="doing"><input></form><button /></div>'
}), { props: { doing: inner } })

describe('v-escape', () => {
  it('acts for the focus inside, the innermost and no other', async () => {
    const [outer, inner] = [vi.fn(), vi.fn()]
    const view = open(outer, inner)
    await view.get('input').trigger('keydown', { key: 'Escape' })
    expect([outer, inner].map(({ mock }) => mock.calls.length)).toEqual([0, 1])
    await view.get('button').trigger('keydown', { key: 'Escape' })
    expect([outer, inner].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  })

  it('leaves other keys alone', async () => {
    const [outer, inner] = [vi.fn(), vi.fn()]
    await open(outer, inner).get('input').trigger('keydown', { key: 'Enter' })
    expect(outer).not.toHaveBeenCalled()
    expect(inner).not.toHaveBeenCalled()
  })

  it('does what it was told last', async () => {
    const [first, second] = [vi.fn(), vi.fn()]
    const view = open(vi.fn(), first)
    await view.setProps({ doing: second })
    await view.get('input').trigger('keydown', { key: 'Escape' })
    expect(first).not.toHaveBeenCalled()
    expect(second).toHaveBeenCalledOnce()
  })
})
