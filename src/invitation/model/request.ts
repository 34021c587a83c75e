import { isEmail } from '@/survey/model/email-address'
import type { Lang, Survey } from '@/survey/model/survey'
import type { Invitation } from './invitation'
import { isOpen } from './invitation'

/** Something that could be seen, or could not. What may not be seen is said, never guessed. */
export type Seen<T> = { seen: true, value: T } | { seen: false }

export interface Recipient {
  kind: 'contact' | 'company'
  id: number
  name: string
  emails: string[]
  /** language field of the contact, when the portal has one */
  lang: Lang | null
  notBefore: string | null
  optedOut: boolean
}

export interface RequestFacts {
  /** `record`: the deal is itself an invitation or an answer, about that deal */
  deal: Seen<{ id: number, title: string, pipeline: number, record: { dealId: number | null } | null }>
  /** the client chosen or, first of all, the deal's primary contact; null = the deal has none */
  recipient: Seen<Recipient | null>
  /** the company of a person, as far as the caller may read it: what it said counts for its people */
  company?: Recipient | null
  /** invitations of this person that the caller may see */
  invitations: Seen<Invitation[]>
  survey: Survey | null
  now: Date
  /** an address is asked for only where a mail is to be sent; a mail unless said otherwise */
  channel?: 'email' | 'sms'
}

export type Refusal =
  | { code: 'dealMissing' }
  | { code: 'ownRecord', dealId: number | null }
  | { code: 'noRight' }
  | { code: 'noActiveSurvey' }
  | { code: 'noClient' }
  | { code: 'noEmail', recipient: Recipient }
  | { code: 'invalidEmail', recipient: Recipient, email: string }
  | { code: 'optedOut', recipient: Recipient }
  | { code: 'alreadyInvited', invitation: Invitation }
  /** `company`: it is the company that is not to be asked before that day */
  | { code: 'askedRecently', until: string, last: Invitation | null, company?: Recipient }

/** What could not be looked at, so that nobody takes silence for a yes. */
export type Unchecked = 'invitations' | 'recipient'

export interface RequestVerdict {
  refusal: Refusal | null
  /** a person may override `askedRecently` with a written reason; nothing else */
  overridable: boolean
  unchecked: Unchecked[]
}

/** May this person be asked now? The first reason that forbids it wins; they are ordered from the most to the least basic. */
export function checkRequest(facts: RequestFacts): RequestVerdict {
  const unchecked: Unchecked[] = [
    ...(facts.invitations.seen ? [] : ['invitations' as const]),
    ...(facts.recipient.seen ? [] : ['recipient' as const])
  ]
  const refusal = refusalOf(facts)
  return { refusal, overridable: refusal?.code === 'askedRecently', unchecked }
}

function refusalOf({ deal, recipient, company = null, invitations, survey, now, channel = 'email' }: RequestFacts): Refusal | null {
  if (!deal.seen) return { code: 'dealMissing' }
  if (deal.value.record) return { code: 'ownRecord', dealId: deal.value.record.dealId }
  if (survey === null || !isAskable(survey) || survey.published === null) return { code: 'noActiveSurvey' }
  if (!recipient.seen) return { code: 'noRight' }
  const person = recipient.value
  if (person === null) return { code: 'noClient' }
  if (channel === 'email' && emailOf(person) === null) {
    const email = person.emails.find(text => text.trim() !== '')
    return email === undefined ? { code: 'noEmail', recipient: person } : { code: 'invalidEmail', recipient: person, email }
  }
  if (person.optedOut) return { code: 'optedOut', recipient: person }
  if (company?.optedOut) return { code: 'optedOut', recipient: company }

  const own = invitations.seen ? invitations.value.filter(invitation => !invitation.test) : []
  const open = own.find(invitation => isOpen(invitation, now))
  if (open) return { code: 'alreadyInvited', invitation: open }
  const last = own.filter(invitation => isMoment(invitation.sentAt)).sort((a, b) => Date.parse(b.sentAt!) - Date.parse(a.sentAt!))[0] ?? null
  const until = latest([person.notBefore, last && addDays(last.sentAt!, survey.published.content.notBeforeDays)])
  const all = latest([until, company && company.notBefore])
  if (all === null || Date.parse(all) <= now.getTime()) return null
  return company && all !== until ? { code: 'askedRecently', until: all, last: null, company } : { code: 'askedRecently', until: all, last }
}

/** Where a mail to this person goes: the first address that can be one, without blanks around it. @returns null when there is none. */
export function emailOf(recipient: Pick<Recipient, 'emails'>): string | null {
  return recipient.emails.map(text => text.trim()).find(isEmail) ?? null
}

/** ISO text of a moment `days` later. */
export function addDays(iso: string, days: number): string {
  return new Date(Date.parse(iso) + days * 86_400_000).toISOString()
}

function latest(moments: (string | null)[]): string | null {
  return moments.filter(isMoment).sort((a, b) => Date.parse(b) - Date.parse(a))[0] ?? null
}

function isMoment(text: string | null): text is string {
  return text !== null && !Number.isNaN(Date.parse(text))
}

/** Contact field → portal → survey default; only a language that the survey really has. */
export function languageFor(langs: readonly Lang[], wanted: readonly (Lang | null)[], defaultLang: Lang): Lang {
  return wanted.find((lang): lang is Lang => lang !== null && langs.includes(lang)) ?? defaultLang
}

/** A survey that may be sent: active, published, and with a form that takes its answers. */
export function isAskable(survey: Survey): boolean {
  return survey.status === 'active' && survey.published !== null && survey.form !== null
}

/** What a deal of this pipeline is proposed: the survey that claims the pipeline, else the first that claims none, else the first; null without any. */
export function defaultSurvey(surveys: readonly Survey[], pipeline: number | null): Survey | null {
  const askable = surveys.filter(isAskable)
  const claims = (survey: Survey): number[] => survey.published?.content.pipelines ?? []
  return askable.find(survey => pipeline !== null && claims(survey).includes(pipeline))
    ?? askable.find(survey => claims(survey).length === 0) ?? askable[0] ?? null
}
