import { inject, provide, type InjectionKey } from 'vue'
import type { Localized } from '@/survey/model/survey'
import type { TextKey } from './texts'

/** How the components speak: the page's own texts and those of the survey, both in the language that is shown. */
export interface Speech {
  say: (key: TextKey, values?: Record<string, string | number>) => string
  words: (text: Localized | undefined) => string
  /** 4,000 / 4 000 */
  number: (value: number) => string
}

const key: InjectionKey<Speech> = Symbol('speech')

export function provideSpeech(speech: Speech): void {
  provide(key, speech)
}

export function useSpeech(): Speech {
  const speech = inject(key)
  if (!speech) throw new Error('provideSpeech() has to be called by a parent')
  return speech
}
