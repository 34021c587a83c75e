import type { Locale as KitLocale, Messages as KitMessages } from '@bitrix24/b24ui-nuxt/runtime/types/locale.js'
import { createI18n } from 'vue-i18n'
import en from './locales/en.json'

/** Languages the app itself speaks. A survey may have more. */
export const LOCALES = ['en', 'ru'] as const

export type Locale = typeof LOCALES[number]

/** Texts as they stand in the files; what arrives in the browser was compiled at build time. */
export interface Messages { [key: string]: string | Messages }

/** Loads the messages of one noun in one language; a language is a file of its own and is fetched once. */
export type MessageLoader = (locale: Locale) => Promise<Messages>

/**
 * Language codes of a portal that differ from BCP 47.
 * Source: the languages b24ui ships (@bitrix24/b24ui-nuxt/locale), which are the portal's.
 */
const TAG_BY_PORTAL_CODE: Readonly<Record<string, string>> = {
  br: 'pt-BR', in: 'hi', kz: 'kk', la: 'es', sc: 'zh-CN', tc: 'zh-TW', ua: 'uk', vn: 'vi'
}

/**
 * The BCP 47 tag of a portal's language code, e.g. `ua` → `uk`. A code that is not known comes back as it is,
 * an empty one as `en`.
 */
export const languageTag = (portalCode: string): string => TAG_BY_PORTAL_CODE[portalCode.toLowerCase()] ?? (portalCode.toLowerCase() || 'en')

/** The language of the app's own texts for a portal's language code: itself where we speak it, else English. */
export function localeOf(portalCode: string): Locale {
  const language = languageTag(portalCode).split('-')[0]
  return LOCALES.find(locale => locale === language) ?? 'en'
}

/**
 * Makes a loader of `import.meta.glob('./locales/*.json', { import: 'default' })`, to be called in
 * `src/<noun>/ui/messages.ts` (the glob has to stand there: Vite reads it at build time).
 */
export function messagesFrom(files: Record<string, () => Promise<unknown>>): MessageLoader {
  return async locale => {
    const load = files[`./locales/${locale}.json`]
    if (!load) throw new Error(`There is no ./locales/${locale}.json among ${Object.keys(files).join(', ')}`)
    return await load() as Messages
  }
}

/** English stands in the start itself, so that a failed start can always be put into words. */
const loadOwn: MessageLoader = async locale => locale === 'en' ? en : await messagesFrom(import.meta.glob(['./locales/*.json', '!./locales/en.json'], { import: 'default' }))(locale)

/**
 * Which of the forms `one | few | many` (or `none | one | few | many`) a number takes in Russian.
 * Source: CLDR, language plural rules, ru (cardinal, integers).
 */
export function russianPlural(choice: number, forms: number): number {
  const count = Math.abs(choice)
  if (forms === 4 && count === 0) return 0
  const [one, few, many] = forms === 4 ? [1, 2, 3] : [0, 1, 2]
  const [ones, tens] = [count % 10, count % 100]
  if (ones === 1 && tens !== 11) return one
  return ones >= 2 && ones <= 4 && (tens < 12 || tens > 14) ? few : many
}

/** `n(value, 'share')`: 0.47 → 47 %. */
const NUMBERS = {
  integer: { maximumFractionDigits: 0 },
  decimal: { maximumFractionDigits: 1 },
  signed: { maximumFractionDigits: 0, signDisplay: 'exceptZero' },
  share: { style: 'percent', maximumFractionDigits: 0 }
} as const

/** `d(date, 'short')`: a day; `moment`: day and time; `long`: a day in words; `month`: one of a trend. */
const dates = (timeZone: string | undefined) => ({
  short: { day: 'numeric', month: 'short', year: 'numeric', timeZone },
  long: { day: 'numeric', month: 'long', year: 'numeric', weekday: 'long', timeZone },
  moment: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone },
  time: { hour: '2-digit', minute: '2-digit', timeZone },
  month: { month: 'short', year: 'numeric', timeZone }
}) as const

const inEveryLanguage = <T>(formats: T): Record<Locale, T> => ({ en: formats, ru: formats })

function makeI18n(locale: Locale, messages: Messages) {
  return createI18n({
    legacy: false,
    locale,
    fallbackLocale: 'en',
    messages: { en, [locale]: messages },
    pluralRules: { ru: russianPlural },
    numberFormats: inEveryLanguage(NUMBERS),
    datetimeFormats: inEveryLanguage(dates(undefined)),
    missingWarn: false,
    fallbackWarn: false,
    missing: (of, key) => {
      if (import.meta.env.DEV) throw new Error(`No message "${key}" in ${of}`)
    }
  })
}

export type AppI18n = ReturnType<typeof makeI18n>

/**
 * Loads the shared messages and those of the given nouns in the language of the portal, all at once.
 * Rejects when a file cannot be fetched.
 */
export async function openI18n(portalCode: string, loaders: readonly MessageLoader[]): Promise<AppI18n> {
  const locale = localeOf(portalCode)
  const parts = await Promise.all([loadOwn, ...loaders].map(load => load(locale)))
  return makeI18n(locale, Object.assign({}, ...parts) as Messages)
}

/** The few words b24ui says itself ("Close", "No data"); English ones are built in. */
export const loadKitWords = async (portalCode: string): Promise<KitLocale<KitMessages> | undefined> =>
  localeOf(portalCode) === 'ru' ? (await import('@bitrix24/b24ui-nuxt/runtime/locale/ru.js')).default : undefined

/** English without any request: what is left when nothing could be loaded. */
export const englishI18n = (): AppI18n => makeI18n('en', en)

/**
 * Shows every date in the time zone of the person in the portal, e.g. `Asia/Almaty` (`profile`, TIME_ZONE). Without a call it is the device's,
 * and it stays so for '' and for a zone that this browser does not know.
 */
export function useTimeZone({ setDateTimeFormat }: Pick<AppI18n['global'], 'setDateTimeFormat'>, timeZone: string): void {
  if (!isZone(timeZone)) return
  for (const locale of LOCALES) setDateTimeFormat(locale, dates(timeZone))
}

function isZone(name: string): boolean {
  if (name === '') return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** Tells the browser and the screen reader in which language and direction the page is written. */
export function markLanguage(root: HTMLElement, locale: string): void {
  root.lang = locale
  root.dir = 'ltr'
}
