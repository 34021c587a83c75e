import { useEventListener, watchDebounced } from '@vueuse/core'
import { onScopeDispose, readonly, ref, watch, type Ref } from 'vue'
import { parseJson } from '@/survey/model/parse-json'
import { readSurvey, writeSurvey } from '@/survey/model/stored'
import type { StoredSurvey } from '@/survey/store'
import type { useDrafts } from '@/survey/ui/draft'

type Drafts = ReturnType<typeof useDrafts>

/** ms between the last key and the copy */
const PAUSE = 500

/**
 * Keeps what is not saved over a reload of the frame, in this tab of the browser only and under the names of portal, person and survey:
 * the storage is shared by whoever uses the browser. A frame may have no storage at all; then nothing is kept, and nothing is said.
 * @param key null: not to be kept (who may not write, or is not known yet)
 * @returns whether something was brought back: the page says so
 */
export function useKeptDraft(
  drafts: Drafts, key: Readonly<Ref<string | null>>, id: Readonly<Ref<string>>
): { isBack: Readonly<Ref<boolean>>, dismiss: () => void } {
  const isBack = ref(false)
  let isLeft = false

  watch(key, () => {
    isBack.value = false
    if (key.value === null || drafts.isUnsaved(id.value)) return
    const kept = readKept(storage()?.getItem(key.value) ?? '', id.value)
    if (!kept?.mine.survey) return
    drafts.restore(id.value, { content: kept.mine.survey.draft, plan: kept.mine.survey.plan, base: kept.base })
    isBack.value = drafts.isUnsaved(id.value)
    if (!isBack.value) drop()
  }, { immediate: true })

  const drop = (): void => { if (key.value !== null) storage()?.removeItem(key.value) }

  function keep(): void {
    const draft = drafts.drafts.get(id.value)
    if (isLeft || key.value === null || !draft?.base.survey) return
    if (!drafts.isUnsaved(id.value)) {
      isBack.value = false
      return drop()
    }
    const { itemId, updatedAt, json } = draft.base
    const mine = writeSurvey({ ...draft.base.survey, draft: draft.content, plan: draft.plan })
    write(key.value, JSON.stringify({ mine, base: { itemId, updatedAt, json } }))
  }
  watchDebounced(() => drafts.drafts.get(id.value), keep, { deep: true, debounce: PAUSE })
  // whoever reloads or leaves at once has written too
  useEventListener(window, 'pagehide', keep)
  onScopeDispose(() => {
    keep()
    isLeft = true
  })

  return { isBack: readonly(isBack), dismiss: () => { isBack.value = false } }
}

/** null where the frame has none: reading the property throws then. */
function storage(): Storage | null {
  try {
    return sessionStorage
  } catch (error) {
    if (error instanceof DOMException) return null
    throw error
  }
}

/** A full storage keeps nothing: the draft is still on the page. */
function write(key: string, text: string): void {
  try {
    storage()?.setItem(key, text)
  } catch (error) {
    if (!(error instanceof DOMException)) throw error
  }
}

/** null: nothing kept, or something that this version of the app cannot read. */
function readKept(text: string, id: string): { mine: { survey: StoredSurvey['survey'] }, base: StoredSurvey } | null {
  const kept = parseJson(text)
  if (typeof kept !== 'object' || kept === null || !('mine' in kept) || !('base' in kept)) return null
  const { mine, base } = kept
  if (typeof mine !== 'string' || typeof base !== 'object' || base === null || !('json' in base) || !('itemId' in base) || !('updatedAt' in base)) return null
  const { json, itemId, updatedAt } = base
  if (typeof json !== 'string' || typeof itemId !== 'number' || typeof updatedAt !== 'string') return null
  const [own, ground] = [readSurvey(mine), readSurvey(json)]
  if (!own.ok || !ground.ok || own.survey.id !== id || ground.survey.id !== id) return null
  return { mine: { survey: own.survey }, base: { itemId, updatedAt, json, survey: ground.survey, trouble: null } }
}
