import { acceptAnswer, type Answers } from '@/survey/model/answers'
import { askedNow, COMMENT_ID, type Asked } from '@/survey/model/asked'
import { fillPlaceholders } from '@/survey/model/placeholders'
import { isMetric, METRIC_FIELDS, textIn, type Lang, type Metric, type SurveyContent } from '@/survey/model/survey'
import type { MailPeople } from './mail'
import { scriptText } from './script-texts'

/** What an answer of this survey is asked, see `asked.ts`. */
export const askedOf = ({ questions, followUp }: Pick<SurveyContent, 'questions' | 'followUp'>): Asked =>
  ({ questions, followUp: followUp.asked ? followUp.text : null })

/** What stands in the record of an answer, as the form would have posted it. */
export interface HandAnswer {
  /** fields of the scores that were given, as text */
  scores: Partial<Record<typeof METRIC_FIELDS[Metric], string>>
  comment: string
  answersJson: string
}

/** Only what is asked now and is an answer counts: a comment whose question is gone is not kept. */
export function handAnswer(asked: Asked, answers: Answers): HandAnswer {
  const result: HandAnswer = { scores: {}, comment: '', answersJson: '' }
  const all: Answers = {}
  for (const question of askedNow(asked, answers)) {
    const value = acceptAnswer(question, answers[question.id])
    if (value === null) continue
    if (question.id === COMMENT_ID) {
      result.comment = String(value)
      continue
    }
    all[question.id] = value
    if (isMetric(question.type)) result.scores[METRIC_FIELDS[question.type]] = String(value)
  }
  return { ...result, answersJson: JSON.stringify(all) }
}

/** What to say before the first question: the survey's own words, else the usual ones. */
export function scriptFor(content: Pick<SurveyContent, 'asking' | 'defaultLang'>, lang: Lang, people: MailPeople): string {
  const own = textIn(content.asking.script, lang, content.defaultLang).trim()
  return fillPlaceholders(own === '' ? scriptText(lang) : own, people)
}

/** Wall clock of a time zone as a field for day and time wants it, `2026-03-02T14:05`. @param zone IANA name; '' = this device's */
export function toWallClock(at: Date, zone: string): string {
  // this language writes days and times in the order of ISO 8601
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', ...zone === '' ? {} : { timeZone: zone } }).format(at).replace(' ', 'T')
}

/** The moment behind a wall clock; of one that the change to winter time repeats, the first or the second. @returns null when it is none */
export function fromWallClock(text: string, zone: string): Date | null {
  const wanted = Date.parse(`${text}Z`)
  if (Number.isNaN(wanted)) return null
  let at = wanted
  // the second time with the distance from Greenwich that holds near the moment itself
  for (let turn = 0; turn < 2; turn++) at += wanted - Date.parse(`${toWallClock(new Date(at), zone)}Z`)
  return new Date(at)
}
