import texts from './mail-texts.json'

export interface MailSystemTexts {
  answerHere: string
  footer: string
  /** words of the link for those who want no more of this */
  stop: string
}

const TEXTS: Record<string, MailSystemTexts> = texts

/** The few words of a mail that no administrator writes, in the language of the invitation; English where there is none. */
export function mailTexts(lang: string): MailSystemTexts {
  return TEXTS[lang] ?? texts.en
}
