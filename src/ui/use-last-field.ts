import { useEventListener } from '@vueuse/core'
import { shallowRef, type Ref } from 'vue'

export type TextField = HTMLInputElement | HTMLTextAreaElement

/** The text field inside `root` that had the focus last, for buttons that write into it; the first one before anybody was there. */
export function useLastField(root: Readonly<Ref<HTMLElement | null>>): () => TextField | null {
  const last = shallowRef<TextField | null>(null)
  useEventListener(root, 'focusin', ({ target }) => {
    if (isTextField(target)) last.value = target
  })
  return () => last.value?.isConnected ? last.value : [...root.value?.querySelectorAll('input, textarea') ?? []].find(isTextField) ?? null
}

const isTextField = (target: unknown): target is TextField =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type === 'text')
