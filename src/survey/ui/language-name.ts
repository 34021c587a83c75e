import { tagOf } from '@/survey/model/language'
import type { Lang } from '@/survey/model/survey'

/** Name of a language in the language of who looks, with a capital letter; its code where the browser knows no name. */
export function languageName(lang: Lang, locale: string): string {
  try {
    const name = new Intl.DisplayNames([locale], { type: 'language' }).of(tagOf(lang)) ?? lang
    return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1)
  } catch (error) {
    // a code that is no name of a language at all: drafts and old records may hold one
    if (error instanceof RangeError) return lang
    throw error
  }
}
