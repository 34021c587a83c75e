import { computed, inject, nextTick, provide, reactive, ref, type ComputedRef, type InjectionKey, type Ref } from 'vue'
import type { Lang, SurveyContent } from '@/survey/model/survey'
import { fieldId } from '@/survey/ui/field-path'
import { isSection } from './section-id'

/** What a person looks at in the editor: never part of the survey. */
export interface EditorView {
  /** language in which texts are written now; always one of the survey's */
  lang: ComputedRef<Lang>
  choose: (lang: Lang) => void
  defaultLang: ComputedRef<Lang>
  /** ids of the questions that are unfolded */
  unfolded: Set<string>
  /** on narrow screens the answer page takes the place of the texts */
  showsPreview: Ref<boolean>
  /** Goes to the field of a path of the content, or to the part of the editor that it belongs to: a path may name something without a field. */
  goTo: (path: string) => Promise<void>
  /** Goes to an element, in whichever language it stands. */
  goToElement: (id: string) => Promise<void>
}

const key: InjectionKey<EditorView> = Symbol('editor view')

export function provideEditorView(content: () => SurveyContent): EditorView {
  const chosen = ref(content().defaultLang)
  const defaultLang = computed(() => content().defaultLang)
  const lang = computed(() => {
    const { langs } = content()
    return [chosen.value, defaultLang.value].find(own => langs.includes(own)) ?? langs[0] ?? defaultLang.value
  })
  // one question needs no overview
  const unfolded = reactive(new Set(content().questions.length === 1 ? content().questions.map(({ id }) => id) : []))
  const showsPreview = ref(false)
  const choose = (wanted: Lang): void => { chosen.value = wanted }

  async function show(found: () => HTMLElement | null, block: ScrollLogicalPosition = 'center'): Promise<boolean> {
    showsPreview.value = false
    await nextTick()
    const element = found()
    element?.scrollIntoView({ block })
    element?.focus({ preventScroll: true })
    return element !== null
  }

  async function goTo(path: string): Promise<void> {
    const [section, place] = path.split('.')
    const question = section === 'questions' ? content().questions[Number(place)] : undefined
    if (question) unfolded.add(question.id)
    chooseFrom(path.split('.'))
    await show(() => {
      for (let rest = path; rest !== ''; rest = rest.includes('.') ? rest.slice(0, rest.lastIndexOf('.')) : '') {
        const element = document.getElementById(fieldId(rest))
        if (element) return element
      }
      return null
    })
  }

  async function goToElement(id: string): Promise<void> {
    if (!document.getElementById(id)) chooseFrom(id.split('-'))
    // the middle of a section that is higher than the screen is not where it begins
    await show(() => document.getElementById(id), isSection(id) ? 'start' : 'center')
  }

  /** Paths and ids of texts end in their language. */
  function chooseFrom(parts: readonly string[]): void {
    const last = parts.at(-1) ?? ''
    if (content().langs.includes(last)) choose(last)
  }

  const view = { lang, choose, defaultLang, unfolded, showsPreview, goTo, goToElement }
  provide(key, view)
  return view
}

/** Outside of an editor there is none: a text is then shown in all its languages. */
export function useEditorView(): EditorView | null {
  return inject(key, null)
}
