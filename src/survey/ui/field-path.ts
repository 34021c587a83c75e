import type { SurveyContent } from '@/survey/model/survey'

/** Element id of the control behind a path of `checkContent`, e.g. `mail.body.ru` → `field-mail-body-ru`. */
export function fieldId(path: string): string {
  return `field-${path.replaceAll('.', '-')}`
}

/** A path in words: a message key, and what it needs. Paths that end in a language name it. */
export interface FieldWords {
  key: string
  lang: string | null
  /** place of the question, from 1 */
  question: number | null
  /** place of the option, from 1; only for the text of one */
  option?: number
  /** place of the reminder, from 1 */
  reminder?: number
}

const SINGLE = ['plan', 'name', 'company', 'logo', 'langs', 'defaultLang', 'questions', 'expiresAfterDays', 'notBeforeDays', 'companyDays', 'mailsPerDay', 'snapshots', 'pipelines']

/** Reads a path of `checkContent` or `differences`; an unknown one is said by the section it begins with. */
export function fieldWords(path: string): FieldWords {
  const [section = '', ...rest] = path.split('.')
  if (section === 'questions' && rest.length > 0) {
    const [place, part = 'text', lang = null] = rest
    if (part === 'options' && rest[3] === 'text') return { key: 'question.option', lang: rest[4] ?? null, question: Number(place) + 1, option: Number(rest[2]) + 1 }
    const key = ['text', 'low', 'high'].includes(part) ? part : part === 'options' ? 'options' : 'text'
    return { key: `question.${key}`, lang: key === part && key !== 'options' ? lang : null, question: Number(place) + 1 }
  }
  if (section === 'followUp') return rest[0] === 'asked' ? { key: 'followUp.asked', lang: null, question: null } : { key: `followUp.${rest[1] ?? ''}`, lang: rest[2] ?? null, question: null }
  if (section === 'thankYou' && rest[0] === 'callBack') return { key: 'callBack', lang: null, question: null }
  if (section === 'thankYou') return { key: `${rest[0] === 'link' ? 'thankYouLink' : 'thankYou'}.${rest[1] ?? ''}`, lang: rest[2] ?? null, question: null }
  if (section === 'mail') return { key: `mail.${rest[0] ?? ''}`, lang: rest[1] ?? null, question: null }
  if (section === 'asking' && rest[0] === 'reminders') {
    const [, place, part = 'afterDays', lang = null] = rest
    return { key: `asking.reminder.${part}`, lang, question: null, reminder: Number(place) + 1 }
  }
  if (section === 'asking') return { key: `asking.${rest[0] ?? 'stages'}`, lang: ['sms', 'chat', 'script'].includes(rest[0] ?? '') ? rest[1] ?? null : null, question: null }
  return { key: SINGLE.includes(section) ? section : 'questions', lang: null, question: null }
}

/** Paths at which two contents say something else; an empty text and a missing one are the same. */
export function differences(one: SurveyContent, other: SurveyContent): string[] {
  const [left, right] = [flat(one), flat(other)]
  return [...new Set([...left.keys(), ...right.keys()])].filter(path => (left.get(path) ?? '') !== (right.get(path) ?? ''))
}

function flat(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (path === 'langs' || value === null || typeof value !== 'object') found.set(path, typeof value === 'object' ? JSON.stringify(value) : String(value ?? ''))
  else for (const [key, part] of Object.entries(value)) flat(part, path === '' ? key : `${path}.${key}`, found)
  return found
}
