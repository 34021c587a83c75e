import type { Lang } from '@/survey/model/survey'
import en from './texts/en.json'

export type TextKey = keyof typeof en
export type Texts = Record<TextKey, string>

/** English travels with the page; one other language is loaded when it is needed. */
export const ENGLISH: Texts = en
const others = import.meta.glob<Texts>(['./texts/*.json', '!./texts/en.json'], { import: 'default' })

/** Languages of the page's own texts, as the portal names them. */
export const TEXT_LANGS: readonly Lang[] = ['en', ...Object.keys(others).map(path => path.slice('./texts/'.length, -'.json'.length))]

/** The page's own texts; English where there are none in this language or they cannot be loaded. */
export async function loadTexts(lang: Lang): Promise<Texts> {
  const load = others[`./texts/${lang}.json`]
  if (!load) return ENGLISH
  try {
    return await load()
  } catch (error) {
    // The network is gone: the survey itself is readable, its buttons are in English until the next opening.
    if (error instanceof Error) return ENGLISH
    throw error
  }
}

/** Puts values for `{name}` into a text. */
export function fillIn(text: string, values: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
