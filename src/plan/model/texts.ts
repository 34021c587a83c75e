import type { Group } from '@/survey/model/survey'
import type { AnswerFlag } from './effects'
import en from './texts/en.json'
import ru from './texts/ru.json'

/** Words that the app writes into the portal: comments, notices, tasks. They must stand where no UI is loaded. */
export interface PlanTexts {
  comment: string
  notice: string
  taskLead: string
  openCard: string
  noScore: string
  noGroup: string
  unknownClient: string
  yes: string
  no: string
  commentHeading: string
  otherHeading: string
  groups: Record<Group, string>
  flags: Record<AnswerFlag, string>
}

const TEXTS: Record<string, PlanTexts> = { en, ru }

/** Texts in the portal's language, English where there is none. */
export function planTexts(lang: string): PlanTexts {
  return TEXTS[lang] ?? en
}

/** Replaces `{name}`; an unknown name disappears, so that no reader meets a raw placeholder. */
export function fillText(template: string, values: Record<string, string>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '').replace(/ {2,}/g, ' ').trim()
}
