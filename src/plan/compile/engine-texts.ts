import en from './texts/en.json'
import id from './texts/id.json'
import kz from './texts/kz.json'
import la from './texts/la.json'
import ru from './texts/ru.json'

/** Words that only the portal's processes write, and the names under which people see them. */
export type EngineTexts = typeof en

/** The languages of the plan's own texts, as the portal names them. */
const TEXTS: Record<string, EngineTexts> = { en, ru, kz, id, la }

/** Texts in the portal's language, English where there is none. */
export function engineTexts(lang: string): EngineTexts {
  return TEXTS[lang] ?? en
}

/** What a template may be called, whatever the language of the portal was when it was made. */
export function templateNames(key: keyof EngineTexts['names']): string[] {
  return Object.values(TEXTS).map(({ names }) => names[key])
}
