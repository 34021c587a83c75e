/** What is asked, in which words, over which channels. Pure data; how it is drawn and stored is elsewhere. */

/** BCP 47 language, as the portal names it: en, ru, kz … */
export type Lang = string

/** A text in several languages. A missing or empty text falls back, see `textIn`. */
export type Localized = Record<Lang, string>

/** promoter / passive / detractor for NPS; the same three for every scored question. */
export type Group = 'high' | 'middle' | 'low'
export const GROUPS: readonly Group[] = ['high', 'middle', 'low']

/** How a person was reached, or how the answer came in. */
export type Channel = 'email' | 'sms' | 'chat' | 'link' | 'qr' | 'embed' | 'phone' | 'import'

/** Scored questions: at most one of each per survey; the first one is the headline. */
export type Metric = 'nps' | 'csat' | 'ces' | 'stars'
export const METRICS: readonly Metric[] = ['nps', 'csat', 'ces', 'stars']
/** Code of the field that takes the score as it was posted. */
export const METRIC_FIELDS = { nps: 'FB_NPS', csat: 'FB_CSAT', ces: 'FB_CES', stars: 'FB_STARS' } as const satisfies Record<Metric, string>

export type QuestionType = Metric | 'yesno' | 'choice' | 'choices' | 'short' | 'long'

export interface Option {
  id: string
  text: Localized
}

export interface Question {
  /** stable over versions, a–z0–9; answers are kept under it */
  id: string
  type: QuestionType
  text: Localized
  required: boolean
  /** choice and choices */
  options?: Option[]
  /** words under the two ends of a scale */
  low?: Localized
  high?: Localized
  /** effort scale: 5 or 7 points */
  points?: 5 | 7
  /** effort scale: does the high end mean easy? Kept with the question, because both readings are in use. */
  easyIs?: 'high' | 'low'
}

/** The open question after the score; its words depend on the group. */
export interface FollowUp {
  asked: boolean
  text: Record<Group, Localized>
}

export interface ThankYou {
  text: Record<Group, Localized>
  /** e.g. a review site; shown to that group only; empty = none */
  link: Record<Group, string>
  /** groups that may ask to be called back; [] = nobody */
  callBack: Group[]
}

export interface MailTexts {
  subject: Localized
  /** Plain paragraphs with placeholders; the layout is ours. */
  body: Localized
  /** one button per point of the headline question; without them a plain link only */
  scoreButtons: boolean
  /** mailbox that the invitations of this survey come from, `Name <address>` or an address; '' = the mailbox of who asks */
  from: string
}

/** A field of the source deal or its company that is copied onto an answer when it is handled, as it was at that moment. */
export interface Snapshot {
  card: 'deal' | 'company'
  /** name as in crm.item.* */
  field: string
  /** the portal's name of the field when it was chosen: filters and breakdowns show it even when the field is gone */
  title: string
}

/** Who has not answered is asked once more: by the portal's processes, or from the due list (by mail only). */
export interface Reminder {
  /** days after the invitation was sent; more than the reminder before it */
  afterDays: number
  channel: 'email' | 'sms'
  /** of the mail; empty = the invitation's */
  subject: Localized
  /** plain words with placeholders; empty = those of the invitation, or of its text message */
  text: Localized
}

/**
 * When people are asked, and in which words where it is not by mail. The portal's processes do it by themselves;
 * without them the due list says when it is time.
 */
export interface Asking {
  /** full STATUS_IDs of deals; a deal that reaches one is asked about. [] = only by hand */
  stages: string[]
  /** text message to who has no e-mail address, with placeholders; empty = there is none */
  sms: Localized
  /** message in an open-line dialog, with placeholders; empty = the usual words */
  chat: Localized
  /** what is read aloud before the questions, on the phone or in person; empty = the usual words */
  script: Localized
  /** at most `MAX_REMINDERS` */
  reminders: Reminder[]
}

export const MAX_REMINDERS = 3

export type SurveyStatus = 'draft' | 'active' | 'paused'

/** Where the answers of a survey arrive: one CRM form. */
export interface FormLink {
  id: number
  sec: string
  /** made by us through the API, or by hand by the administrator */
  made: 'api' | 'hand'
  /** ISO time of the last test submission that was read back correctly; null = never verified */
  verifiedAt: string | null
  /** ids of the shared links that were closed: the page learns it from the form */
  closed?: number[] | undefined
}

/** What an administrator edits. */
export interface SurveyContent {
  name: string
  company: string
  /** small picture as a data address, ≤ 8 KB: it travels with the definition */
  logo?: string
  langs: Lang[]
  defaultLang: Lang
  questions: Question[]
  followUp: FollowUp
  thankYou: ThankYou
  mail: MailTexts
  /** days until an invitation expires */
  expiresAfterDays: number
  /** days during which the same person is not asked again, over all surveys */
  notBeforeDays: number
  /** days during which nobody else of the same company is asked; 0 = no such rule */
  companyDays: number
  /** invitations and reminders that may leave one mailbox on one day */
  mailsPerDay: number
  /** at most `MAX_SNAPSHOTS`; the first goes to FB_SNAP1 and so on */
  snapshots: Snapshot[]
  /** deal pipelines in which a request proposes this survey; a deal of any other takes the first active survey */
  pipelines: number[]
  asking: Asking
}

/** There are five fields for it: FB_SNAP1…FB_SNAP5. */
export const MAX_SNAPSHOTS = 5

/**
 * What the answer page gets: travels in the `hint` of the form's FB_ANSWERS field, ≤ 20 KB.
 * Immutable once published; answers name the version they were given to.
 */
export interface Definition {
  v: 1
  survey: string
  version: number
  company: string
  logo?: string
  langs: Lang[]
  defaultLang: Lang
  questions: Question[]
  followUp: FollowUp
  thankYou: ThankYou
  /** shared links that were closed, by id; of the moment, not of the version */
  closed?: number[]
}

/**
 * 2: snapshots, pipelines, sender and buttons of the mail; 3: asking; 4: calling back, words for chat and phone, the company's pause, mails a day,
 * closed links.
 * Older ones are read with the defaults of their time.
 */
export const STORED_VERSION = 4

/** What one mailbox may send on a day before it looks like advertising. */
export const USUAL_MAILS_PER_DAY = 100

/** One item of the `surveys` storage. `plan` belongs to the plan noun; here it is only carried. */
export interface Survey {
  v: typeof STORED_VERSION
  /** short id, a–z0–9, written to FB_SURVEY */
  id: string
  status: SurveyStatus
  draft: SurveyContent
  /** newest published content; null until first published. Invitations and mails use it, not the draft. */
  published: { version: number, at: string, by: number, content: SurveyContent, /** see `livePlan` */ plan?: unknown } | null
  form: FormLink | null
  /** what an administrator edits; answers are handled by the published one */
  plan: unknown
}

/** Asked by hand, by mail, once. */
export const askedByHand = (): Asking => ({ stages: [], sms: {}, chat: {}, script: {}, reminders: [] })

/** The plan by which answers are handled; an earlier version of the app knew only one. */
export function livePlan({ published, plan }: Pick<Survey, 'published' | 'plan'>): unknown {
  return published?.plan === undefined ? plan : published.plan
}

/** Fallback order of a text: the wanted language, the default one, any language that has it; '' when nobody wrote it. */
export function textIn(text: Localized | undefined, lang: Lang, defaultLang: Lang): string {
  if (text === undefined) return ''
  return text[lang] || text[defaultLang] || Object.values(text).find(value => value !== '') || ''
}

/** The scored question that gives FB_VALUE, FB_SCORE and FB_GROUP; undefined when nothing is scored. */
export function headlineQuestion(content: Pick<SurveyContent, 'questions'>): Question & { type: Metric } | undefined {
  return content.questions.find((question): question is Question & { type: Metric } => isMetric(question.type))
}

export function isMetric(type: QuestionType): type is Metric {
  return (METRICS as readonly string[]).includes(type)
}
