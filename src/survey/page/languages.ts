import type { Definition, Lang } from '@/survey/model/survey'
import { pickLang } from '@/survey/model/definition'
import { tagOf } from '@/survey/model/language'

/** Names that the portal gives to languages, where they differ from the browser's. */
const PORTAL_NAMES: Record<string, string> = { es: 'la', pt: 'br', kk: 'kz', uk: 'ua', vi: 'vn', zh: 'sc', in: 'id' }

/** `pt-PT` → `br`, `zh-HK` → `tc`, `ru-RU` → `ru`: the browser's name as the portal would say it. */
export function portalLang(tag: string): Lang {
  const lower = tag.toLowerCase()
  if (/^zh-(.*-)?(hant|tw|hk|mo)\b/.test(lower)) return 'tc'
  const short = lower.split('-')[0] ?? lower
  return PORTAL_NAMES[short] ?? short
}

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
