import { formatLink, type InvitationLink } from '@/survey/model/invitation-link'
import { fillPlaceholders } from '@/survey/model/placeholders'
import { textIn, type Lang, type SurveyContent } from '@/survey/model/survey'
import type { MailPeople } from './mail'
import texts from './chat-texts.json'

const USUAL: Record<string, string> = texts

/** What is written into a dialog when the survey has no words of its own, in the language of the invitation; English where there are none. */
export const usualChatText = (lang: string): string => USUAL[lang] ?? texts.en

/** The invitation as a message of a dialog: the words with the link where they put it, else behind them. */
export function chatText(content: SurveyContent, link: Omit<InvitationLink, 'score' | 'lang'>, base: string, lang: Lang, people: MailPeople): string {
  const words = textIn(content.asking.chat, lang, content.defaultLang).trim() || usualChatText(lang)
  const url = formatLink(base, { ...link, score: null, lang })
  const text = fillPlaceholders(words, { ...people, link: url })
  return words.includes('{link}') ? text : `${text.trim()} ${url}`
}
