import type { Lang } from './survey'

/** Names that the portal gives to languages, where they differ from BCP 47. */
const TAGS: Record<Lang, string> = { la: 'es', br: 'pt-BR', kz: 'kk', ua: 'uk', vn: 'vi', sc: 'zh-Hans', tc: 'zh-Hant' }
const RIGHT_TO_LEFT: readonly Lang[] = ['ar', 'fa', 'he', 'ur']

/** The same the other way round, by the first part of a tag; `in` is the old name of Indonesian. */
const PORTAL_NAMES: Record<string, Lang> = { es: 'la', pt: 'br', kk: 'kz', uk: 'ua', vi: 'vn', zh: 'sc', in: 'id' }

/** `pt-PT` → `br`, `zh-HK` → `tc`, `ru-RU` → `ru`: a name of browsers and people as the portal would say it. */
export function portalLang(tag: string): Lang {
  const lower = tag.trim().toLowerCase()
  if (/^zh-(.*-)?(hant|tw|hk|mo)\b/.test(lower)) return 'tc'
  const short = lower.split(/[-_]/)[0] ?? lower
  return PORTAL_NAMES[short] ?? short
}

/** For the `lang` attribute and Intl: `kz` → `kk`. */
export function tagOf(lang: Lang): string {
  return TAGS[lang] ?? lang
}

export function directionOf(lang: Lang): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.includes(lang) ? 'rtl' : 'ltr'
}
