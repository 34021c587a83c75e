import type { Plan, Card } from '@/plan/model/plan'
import type { RecordStore } from '@/portal/record-store'
import type { SurveyContent } from '@/survey/model/survey'

/** One survey with everything that its invitations and answers need. */
export interface CompiledSurvey {
  id: string
  /** newest published version first; older ones whose invitations may still be answered behind it */
  versions: { version: number, content: SurveyContent }[]
  /** the live one */
  plan: Plan
  /** the form that takes the answers; null = this survey cannot be sent */
  form: { id: number, sec: string } | null
  /** mails in every language of the survey, with `MARKS` where an invitation puts its own */
  mails: InvitationMail[]
  /** text messages in every language of the survey, with `MARKS` */
  sms: InvitationText[]
  /** in the order of their days */
  reminders: CompiledReminder[]
}

/** Who has not answered is asked once more. */
export interface CompiledReminder {
  /** days after the invitation was sent */
  afterDays: number
  channel: 'email' | 'sms'
  /** as those of the survey; [] for the other channel */
  mails: InvitationMail[]
  sms: InvitationText[]
}

export interface InvitationText {
  lang: string
  text: string
}

export interface InvitationMail {
  lang: string
  subject: string
  html: string
}

/**
 * What stands in a mail for what only the process knows. Letters and digits alone, so that no escaping changes them; the moment is a number,
 * because that is what a link takes for it (seconds, in the year 2999).
 */
export const MARKS = {
  client: 'FBMARKCLIENT', deal: 'FBMARKDEAL', responsible: 'FBMARKRESPONSIBLE', invitation: 'FBMARKINVITATION', token: 'FBMARKTOKEN',
  expires: 32_503_679_999
} as const

/** A field of a card as the process engine knows it. */
export interface CardFieldCode {
  /** UF_CRM_1700000000, TITLE */
  code: string
  type: string
  /** id of a list's value → its XML_ID: processes know values by that */
  xmlIds?: Record<string, string>
}

/** What the templates have to know of the portal. */
export interface PortalFacts {
  /** of the portal: texts for its people */
  lang: string
  /** application code, for links that open an answer */
  appCode: string
  /** who owns what nobody else does */
  dutyId: number
  /** the control record: while it names this generation and the engine, processes run */
  controlId: number
  /** pipeline of deals → its stages */
  dealStages: Record<number, readonly string[]>
  /** fields of the cards by their names in crm.item.* */
  cardFields: Record<Card, Readonly<Record<string, CardFieldCode>>>
}

export interface CompileInput {
  surveys: readonly CompiledSurvey[]
  store: RecordStore
  facts: PortalFacts
}

/** In the order of uploading: each knows the ids of those before it. */
export const TEMPLATE_KEYS = ['deal', 'contact', 'company', 'send', 'handle', 'collect'] as const
export type TemplateKey = typeof TEMPLATE_KEYS[number]
export type TemplateIds = Partial<Record<TemplateKey, number>>

/** FB_SURVEY of the control record; no survey is called so. */
export const CONTROL = '_control'
/** FB_BY of what the process engine handles, and of the control record while it does. */
export const ENGINE = 'engine'
