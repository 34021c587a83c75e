import type { Lang } from './survey'

/** Names that the portal gives to languages, where they differ from BCP 47. */
const TAGS: Record<Lang, string> = { la: 'es', br: 'pt-BR', kz: 'kk', ua: 'uk', vn: 'vi', sc: 'zh-Hans', tc: 'zh-Hant' }
const RIGHT_TO_LEFT: readonly Lang[] = ['ar', 'fa', 'he', 'ur']

/** For the `lang` attribute and Intl: `kz` → `kk`. */
export function tagOf(lang: Lang): string {
  return TAGS[lang] ?? lang
}

export function directionOf(lang: Lang): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.includes(lang) ? 'rtl' : 'ltr'
}
