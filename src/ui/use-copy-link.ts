import { nextTick, ref, watch, type Ref } from 'vue'

/** Copies a link. Where the frame may not use the clipboard, `shown` puts the link itself into `field`, selected. */
export function useCopyLink(link: () => string, field: Readonly<Ref<HTMLInputElement | null>>): { state: Ref<'ready' | 'copied' | 'shown'>, copy: () => Promise<void> } {
  const state = ref<'ready' | 'copied' | 'shown'>('ready')
  watch(link, () => { state.value = 'ready' })

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(link())
      state.value = 'copied'
    } catch {
      // forbidden to frames by the portal's page, or no secure context
      state.value = 'shown'
      await nextTick()
      field.value?.select()
    }
  }

  return { state, copy }
}
