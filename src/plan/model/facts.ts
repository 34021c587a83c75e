import type { Channel, Group, Lang, Metric } from '@/survey/model/survey'
import type { AnswerFlag } from './effects'
import type { Card } from './plan'

/** A person as far as the plan needs it. */
export interface Person {
  id: number
  name: string
  active: boolean
}

/** One question with what the customer said, already in words. */
export interface SaidLine {
  question: string
  said: string
}

/** Contact or company that the answer is about. */
export interface Client {
  id: number
  name: string
  /** '' when the card has no address */
  email: string
  /** wants no mail from us (FB_OPT_OUT) */
  optedOut: boolean
}

export interface SourceDeal {
  id: number
  title: string
  stage: string
  pipeline: number
  sum: { amount: number, currency: string } | null
  responsibleId: number
}

/** A stage of the source deal's pipeline. */
export interface Stage {
  id: string
  name: string
}

/** Everything that the plan looks at. Collected by the caller; nothing here is asked from the portal. */
export interface PlanFacts {
  answerId: number
  /** ISO 8601 */
  answeredAt: string
  now: Date
  flag: AnswerFlag | null
  group: Group | null
  /** what stands for the comment, where the customer left it empty; null = nothing does */
  comment: string | null
  /** fields of the deal or its company as they are now; `text` null = cannot be read */
  snapshots: readonly { title: string, text: string | null }[]
  /** type of the headline question; null when the survey has none. Promoters exist only for NPS. */
  metric: Metric | null
  /** accepted value of the headline question and the highest value of its scale */
  value: number | null
  scaleMax: number
  score: number | null
  coefficient: number | null
  said: SaidLine[]
  surveyName: string
  /** name of the company that asks */
  asking: string
  /** language of the answer, and the survey's own */
  lang: Lang
  defaultLang: Lang
  channel: Channel | null
  /** the fill is no answer but the wish to be called back: phone and time as written; `again`: over this link it was said before */
  callBack: { wish: string, again: boolean } | null
  /** `waiting`: something may still be sent, or its answer is waited for; `shared`: a link for a place, which no answer and no wish closes */
  invitation: { id: number, sentAt: string | null, waiting: boolean, test: boolean, shared?: boolean } | null
  deal: SourceDeal | null
  contact: Client | null
  company: Client | null
  askedBy: Person | null
  responsible: Person | null
  fallback: Person | null
  /** who handles: owner of last resort */
  duty: Person
  /** supervisor of a user id, null when there is none or he is the head himself */
  supervisorOf: (userId: number) => Person | null
  /** somebody whom a rule names; null = the portal knows no such employee */
  personOf: (userId: number) => Person | null
  /** address of an employee, '' = not known */
  emailOf: (userId: number) => string
  /** stages of the deal's pipeline; asked for when the plan moves deals */
  stages: readonly Stage[]
  /** fields that may be written, by card; asked for when the plan sets some */
  writable: Partial<Record<Card, ReadonlySet<string>>>
  /** may the handler create a task in this person's name? An administrator may, and the responsible himself. */
  mayCreateFor: (creatorId: number, responsibleId: number) => boolean
  /** the handler, creator when the supervisor's name is not allowed */
  handlerId: number
  /** link targets inside the portal */
  answerLink: string
  cardLink: string
  /** texts of customers made harmless for BB code */
  neutral: (text: string) => string
}
