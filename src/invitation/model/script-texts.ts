import type { Lang } from '@/survey/model/survey'
import texts from './script-texts.json'

const BY_LANG: Readonly<Record<string, string>> = texts

/** The usual words before the questions, in the language of the customer; English where there are none. */
export const scriptText = (lang: Lang): string => BY_LANG[lang] ?? texts.en
