import type { Directive } from 'vue'

/** What each element does on Escape; it changes with every drawing. */
const actions = new WeakMap<HTMLElement, () => unknown>()

function listen(event: KeyboardEvent): void {
  const action = event.key === 'Escape' && event.currentTarget instanceof HTMLElement && actions.get(event.currentTarget)
  if (!action) return
  // what lies around it stays open
  event.stopPropagation()
  action()
}

/**
 * `v-escape="close"`: Escape, for whoever has the focus inside. Of elements in each other the innermost acts, and no other.
 * The element is not something to operate: a button that does the same belongs inside.
 */
export const vEscape: Directive<HTMLElement, () => unknown> = {
  mounted(element, { value }) {
    actions.set(element, value)
    element.addEventListener('keydown', listen)
  },
  updated(element, { value }) {
    actions.set(element, value)
  }
}
