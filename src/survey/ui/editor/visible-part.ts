import { onScopeDispose, readonly, shallowRef, watchEffect, type Ref } from 'vue'

/** From the upper edge of the element, in px. */
export interface VisiblePart {
  top: number
  bottom: number
}

/** Height of one mark; four thresholds make the steps a quarter of it. */
const STEP = 16
const THRESHOLDS = [0, 0.25, 0.5, 0.75, 1]

/**
 * Which part of an element a person sees, even when the window that scrolls is another one: the portal makes the app's frame as high as
 * its content, so inside the frame nothing scrolls, `position: sticky` has nothing to stick to, and the portal's window says nothing.
 * Only an IntersectionObserver tells through frames of other origins what is in sight; invisible marks beside the element are its ruler.
 * @returns null as long as nothing was measured
 */
export function useVisiblePart(element: Readonly<Ref<HTMLElement | null>>): Readonly<Ref<VisiblePart | null>> {
  const part = shallowRef<VisiblePart | null>(null)
  const stop = watchEffect(onCleanup => {
    const root = element.value
    if (!root) return
    const ruler = Object.assign(document.createElement('div'), { ariaHidden: 'true' })
    ruler.style.cssText = 'position:absolute;top:0;inset-inline-start:0;width:1px;overflow:hidden;pointer-events:none;visibility:hidden'
    const seen = new Map<Element, VisiblePart>()
    const marks: HTMLElement[] = []

    const eyes = new IntersectionObserver(entries => {
      for (const { target, isIntersecting, intersectionRect, boundingClientRect } of entries) {
        const top = marks.indexOf(target as HTMLElement) * STEP
        if (!isIntersecting) seen.delete(target)
        else seen.set(target, { top: top + intersectionRect.top - boundingClientRect.top, bottom: top + intersectionRect.bottom - boundingClientRect.top })
      }
      const parts = [...seen.values()]
      part.value = parts.length === 0 ? null : { top: Math.min(...parts.map(({ top }) => top)), bottom: Math.max(...parts.map(({ bottom }) => bottom)) }
    }, { threshold: THRESHOLDS })

    const size = new ResizeObserver(() => {
      const height = Math.floor(root.getBoundingClientRect().height)
      ruler.style.height = `${height}px`
      const count = Math.ceil(height / STEP)
      for (const mark of marks.splice(count)) {
        eyes.unobserve(mark)
        seen.delete(mark)
        mark.remove()
      }
      while (marks.length < count) {
        const mark = document.createElement('div')
        mark.style.height = `${STEP}px`
        marks.push(mark)
        ruler.append(mark)
        eyes.observe(mark)
      }
    })
    root.append(ruler)
    size.observe(root)
    onCleanup(() => {
      size.disconnect()
      eyes.disconnect()
      ruler.remove()
    })
  }, { flush: 'post' })
  onScopeDispose(stop)
  return readonly(part)
}
