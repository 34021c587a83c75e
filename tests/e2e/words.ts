import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Lang } from './stage'

type Messages = { [key: string]: string | Messages }

const SOURCES = fileURLToPath(new URL('../../src/', import.meta.url))

/** Every text of the app in one language, by its dotted key; the answer page's own texts under `page.`. */
function readTexts(lang: Lang): Map<string, string> {
  const texts = new Map<string, string>()
  const collect = (messages: Messages, path: string[]): void => {
    for (const [key, value] of Object.entries(messages)) {
      if (typeof value === 'string') texts.set([...path, key].join('.'), value)
      else collect(value, [...path, key])
    }
  }
  for (const file of readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith(`locales/${lang}.json`))) {
    collect(JSON.parse(readFileSync(SOURCES + file, 'utf8')) as Messages, [])
  }
  collect(JSON.parse(readFileSync(`${SOURCES}survey/page/texts/${lang}.json`, 'utf8')) as Messages, ['page'])
  return texts
}

const BY_LANG: Record<Lang, Map<string, string>> = { ru: readTexts('ru'), en: readTexts('en') }

/** Text of a key. @throws Error when there is none: a test must not look for nothing */
export function text(lang: Lang, key: string): string {
  const found = BY_LANG[lang].get(key)
  if (found === undefined) throw new Error(`no text ${key} in ${lang}`)
  return found
}

/** What a text looks like on the screen: any value for a placeholder, any of the plural forms. */
export function shown(lang: Lang, key: string): RegExp {
  const forms = text(lang, key).split(' | ').map(form => form.split(/\{\w+\}/).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+')).join('.*?'))
  return new RegExp(forms.join('|'), 'u')
}

/** First parts of all keys. */
export const roots = (): string[] => [...new Set([...BY_LANG.en.keys()].map(key => key.split('.')[0] ?? ''))]

/** Every word of the catalogue in one language, in lower case. */
export const wordsIn = (lang: Lang): ReadonlySet<string> => new Set([...BY_LANG[lang].values()].flatMap(message => message.toLowerCase().match(/[\p{L}]+/gu) ?? []))
