import type { Problem } from '@/survey/model/check'
import { fieldWords } from './field-path'
import { languageName } from './language-name'

/** A problem of a part of the editor that belongs to another noun. */
export interface ListedProblem {
  /** element to go to */
  id: string
  place: string
  text: string
}

type Translate = (key: string, values: Record<string, unknown>) => string

/** What is wrong, in a sentence. */
export function problemText({ code, params }: Problem, t: Translate, locale: string): string {
  const { lang, longest, ...rest } = params
  const words = Array.isArray(longest) ? { longest: longest.map(path => pathText(path, t, locale)).join('; ') } : {}
  return t(`survey.problem.${code}`, { ...rest, ...words, ...(typeof lang === 'string' ? { lang: languageName(lang, locale) } : {}) })
}

/** What is wrong at one place; false when nothing is, as form fields of the kit want it. */
export function problemAt(problems: readonly Problem[], path: string, t: Translate, locale: string): string | false {
  const found = problems.find(({ field }) => field === path)
  return found ? problemText(found, t, locale) : false
}

/** Where in the editor that is: "Question 1, text (English)". */
export function pathText(path: string, t: Translate, locale: string): string {
  const { key, lang, question, option, reminder } = fieldWords(path)
  const name = t(`survey.field.${key}`, { n: question ?? reminder ?? '', option: option ?? '' })
  return lang ? `${name} (${languageName(lang, locale)})` : name
}
