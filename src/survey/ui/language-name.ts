import { tagOf } from '@/survey/model/language'
import type { Lang } from '@/survey/model/survey'

/** Name of a language in the language of who looks, with a capital letter; its code where the browser knows no name. */
export function languageName(lang: Lang, locale: string): string {
  const name = new Intl.DisplayNames([locale], { type: 'language', fallback: 'code' }).of(tagOf(lang)) ?? lang
  return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1)
}
