import { tagOf } from '@/survey/model/language'
import type { Lang } from '@/survey/model/survey'

/** A language of a survey in the words of the reader: `kz` → "Kazakh". A code that nobody knows stays as it is. */
export function languageName(lang: Lang, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(tagOf(lang)) ?? lang
  } catch (error) {
    if (error instanceof RangeError) return lang
    throw error
  }
}
