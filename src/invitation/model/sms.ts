import { cutText } from '@/survey/model/cut-text'
import { formatLink, type InvitationLink } from '@/survey/model/invitation-link'
import { fillPlaceholders } from '@/survey/model/placeholders'
import { textIn, type Lang, type Localized, type SurveyContent } from '@/survey/model/survey'
import type { MailPeople } from './mail'

/** Nobody writes a text message of this length; it would be a mistake that costs money. */
const LIMIT = 600

/**
 * The invitation as text message: the words with the link where they put it, else behind them.
 * @param words of a reminder; where they are empty those of the survey, and where there are none the subject of its mail
 */
export function smsText(
  content: SurveyContent, link: Omit<InvitationLink, 'score' | 'lang'>, base: string, lang: Lang, people: MailPeople, words: Localized = {}
): string {
  const own = [words, content.asking.sms, content.mail.subject].map(text => textIn(text, lang, content.defaultLang).trim()).find(text => text !== '') ?? content.company
  const url = formatLink(base, { ...link, score: null, lang })
  const hasPlace = own.includes('{link}')
  // The link stays whole whatever has to go.
  const text = fillPlaceholders(own, { ...people, link: PLACE })
  const cut = cutText(text, LIMIT)
  return hasPlace && cut.includes(PLACE) ? cut.replaceAll(PLACE, url) : `${cut.replaceAll(PLACE, '').trim()} ${url}`
}

/** Stands for the link while the text is measured; in no text of a person. */
const PLACE = '\u{F0000}'
