import type { Group } from '@/survey/model/survey'
import type { AnswerFlag } from './effects'
import en from './texts/en.json'
import id from './texts/id.json'
import kz from './texts/kz.json'
import la from './texts/la.json'
import ru from './texts/ru.json'

/** Words that the app writes into the portal: comments, notices, tasks. They must stand where no UI is loaded. */
export interface PlanTexts {
  comment: string
  notice: string
  taskLead: string
  /** sentence about the source deal; left out where there is none */
  inDeal: string
  /** said in the deal when the client wants no more mail */
  optOut: string
  /** said when the client wants to be called back; `title` stands for a score, `wish` is phone and time, `lead` stands in the others */
  callBack: { title: string, lead: string, again: string, comment: string, notice: string, task: string, description: string, noPhone: string }
  /** words of the link to the answer */
  openCard: string
  /** said behind words that were too long for a comment or a task */
  cut: string
  noScore: string
  unknownClient: string
  yes: string
  no: string
  commentHeading: string
  otherHeading: string
  /** promoter, passive, detractor: words for NPS only */
  npsGroups: Record<Group, string>
  /** for every other scale */
  groups: Record<Group, string>
  flags: Record<AnswerFlag, string>
}

/** As the portal names its languages: kz is Kazakh, la is Spanish. */
const TEXTS = new Map<string, PlanTexts>(Object.entries({ en, ru, kz, id, la }))

/** Texts in the portal's language, English where there is none. */
export function planTexts(lang: string): PlanTexts {
  return TEXTS.get(lang) ?? en
}

/** Replaces `{name}`; an unknown name disappears, so that no reader meets a raw placeholder. */
export function fillText(template: string, values: Record<string, string>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => (Object.hasOwn(values, name) && values[name]) || '').replace(/ {2,}/g, ' ').trim()
}
