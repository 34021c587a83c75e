import type { Definition, Lang } from '@/survey/model/survey'
import { pickLang } from '@/survey/model/definition'
import { portalLang, tagOf } from '@/survey/model/language'

/** Own name of a language, for the switch: `Русский`. */
export function ownName(lang: Lang): string {
  const tag = tagOf(lang)
  try {
    const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? lang
    return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1)
  } catch (error) {
    // A name that Intl cannot read is shown as it stands.
    if (error instanceof RangeError) return lang
    throw error
  }
}

/** Language to show: the link's, then the browser's, of those that the survey has; else its default. */
export function chooseLang(available: Pick<Definition, 'langs' | 'defaultLang'>, linkLang: string | null, browser: readonly string[]): Lang {
  return pickLang(available, [...(linkLang ? [linkLang, portalLang(linkLang)] : []), ...browser.map(portalLang)])
}
