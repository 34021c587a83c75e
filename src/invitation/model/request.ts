import { isEmail } from '@/survey/model/email-address'
import type { Lang, Survey } from '@/survey/model/survey'
import type { Invitation } from './invitation'
import { isOpen } from './invitation'
import { fullUntil, type MailboxUse } from './mailbox'
import { dayAfterPause, latestDay, portalDay } from './portal-day'

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

/** Who else reads the mails of an address: it is a person that is asked, not a card. */
export interface AddressOwners {
  /** the address is that of somebody who works here */
  isEmployee: boolean
  /** other contacts with the same address */
  people: Recipient[]
  /** what these were asked */
  invitations: Invitation[]
}

export interface RequestFacts {
  /** `record`: the deal is itself an invitation or an answer, about that deal */
  deal: Seen<{ id: number, title: string, pipeline: number, lang?: Lang | null, record: { dealId: number | null } | null }>
  /** the client chosen or, first of all, the deal's primary contact; null = the deal has none */
  recipient: Seen<Recipient | null>
  /** the company of a person, as far as the caller may read it: what it said counts for its people */
  company?: Recipient | null
  /** invitations of this person that the caller may see */
  invitations: Seen<readonly Invitation[]>
  /** invitations that name the company, whoever of it was asked; only surveys with a pause for companies look at them */
  ofCompany?: Seen<readonly Invitation[]>
  /** of the address that would be written to; left out where a list looks after its addresses itself */
  owners?: Seen<AddressOwners>
  /** the mailbox that the mail would leave from; left out where none leaves now */
  mailbox?: Seen<MailboxUse>
  survey: Survey | null
  /** by the portal's clock */
  now: Date
  /** minutes that the portal's clock is ahead of UTC: whose day it is */
  offset?: number
  /** whether who asks may send more from a mailbox than the survey says: administrators */
  mayExceed?: boolean
  /** an address is asked for only where a mail is to be sent; a mail unless said otherwise */
  channel?: 'email' | 'sms' | 'chat' | 'link'
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
  /**
   * Until the day before `until`, yyyy-mm-dd. `last`: the invitation that is the reason, where one is.
   * `company`: it is the company that is not to be asked before that day, or somebody of it was asked
   */
  | { code: 'askedRecently', until: string, last: Invitation | null, company?: Recipient, /** whose card has the same address, and is the reason */ twin?: Recipient }
  /** somebody who works here is no customer */
  | { code: 'employeeAddress', recipient: Recipient, email: string }
  /** the mailbox has sent what it may today; `from`: the first day with room, yyyy-mm-dd */
  | { code: 'mailboxFull', from: string, mailbox: string, limit: number }

/** What could not be looked at, so that nobody takes silence for a yes. */
export type Unchecked = 'invitations' | 'recipient' | 'company' | 'mailbox' | 'address'

export interface RequestVerdict {
  /** the first and most basic one */
  refusal: Refusal | null
  /** other ones that a reason would override along with it */
  also: Refusal[]
  /** a person may send all the same, with a written reason: never against a wish, an open invitation, or to nobody */
  overridable: boolean
  unchecked: Unchecked[]
}

/**
 * The fatigue rule, in one place: for requests, many at once and the due list; the portal's processes follow it as far as they can count.
 * The first reason that forbids asking wins; they are ordered from the most to the least basic. Tests and shared links never count.
 */
export function checkRequest(facts: RequestFacts): RequestVerdict {
  const { invitations, recipient, ofCompany, owners, mailbox, survey, mayExceed = false } = facts
  const unchecked: Unchecked[] = [
    ...(invitations.seen ? [] : ['invitations' as const]),
    ...(recipient.seen ? [] : ['recipient' as const]),
    ...(ofCompany?.seen === false && (survey?.published?.content.companyDays ?? 0) > 0 ? ['company' as const] : []),
    ...(owners?.seen === false ? ['address' as const] : []),
    ...(mailbox?.seen === false ? ['mailbox' as const] : [])
  ]
  const final = finalRefusal(facts)
  if (final) return { refusal: final, also: [], overridable: false, unchecked }
  const [refusal = null, ...also] = passingRefusals(facts)
  const isFull = [refusal, ...also].some(one => one?.code === 'mailboxFull')
  return { refusal, also, overridable: refusal !== null && (mayExceed || !isFull), unchecked }
}

/** What no reason overrides. */
function finalRefusal({ deal, recipient, company = null, invitations, owners, survey, now, channel = 'email' }: RequestFacts): Refusal | null {
  if (!deal.seen) return { code: 'dealMissing' }
  if (deal.value.record) return { code: 'ownRecord', dealId: deal.value.record.dealId }
  if (survey === null || !isAskable(survey)) return { code: 'noActiveSurvey' }
  if (!recipient.seen) return { code: 'noRight' }
  const person = recipient.value
  if (person === null) return { code: 'noClient' }
  if (channel === 'email' && emailOf(person) === null) {
    const email = person.emails.find(text => text.trim() !== '')
    return email === undefined ? { code: 'noEmail', recipient: person } : { code: 'invalidEmail', recipient: person, email }
  }
  if (person.optedOut) return { code: 'optedOut', recipient: person }
  if (company?.optedOut) return { code: 'optedOut', recipient: company }
  const twin = owners?.seen ? owners.value.people.find(({ optedOut }) => optedOut) : undefined
  if (twin) return { code: 'optedOut', recipient: twin }
  const all = [...invitations.seen ? invitations.value : [], ...owners?.seen ? owners.value.invitations : []]
  const open = all.find(invitation => !invitation.test && isOpen(invitation, now))
  return open ? { code: 'alreadyInvited', invitation: open } : null
}

/** What is over some day: the person's pause, that of the company, the mailbox's day. */
function passingRefusals({ recipient, company, invitations, ofCompany, owners, mailbox, survey, now, offset = 0, channel = 'email' }: RequestFacts): Refusal[] {
  const content = survey?.published?.content
  const person = recipient.seen ? recipient.value : null
  if (!content || !person) return []
  const today = portalDay(now, offset)
  const refusals: Refusal[] = []

  const last = lastAsked(invitations)
  const until = latestDay([person.notBefore, last && dayAfterPause(askedAt(last)!, content.notBeforeDays, offset)])
  if (until !== null && until > today) refusals.push({ code: 'askedRecently', until, last })
  for (const twin of owners?.seen ? owners.value.people : []) {
    const asked = lastAsked({ seen: true, value: owners?.seen ? owners.value.invitations.filter(({ contactId }) => contactId === twin.id) : [] })
    const twinUntil = latestDay([twin.notBefore, asked && dayAfterPause(askedAt(asked)!, content.notBeforeDays, offset)])
    const [own] = refusals
    // of several the latest one is said: until then nothing changes
    if (twinUntil !== null && twinUntil > today && !(own?.code === 'askedRecently' && own.until >= twinUntil)) {
      refusals.splice(0, 1, { code: 'askedRecently', until: twinUntil, last: asked, twin })
    }
  }

  // who is asked as a company is one of its people
  const firm = company ?? (person.kind === 'company' ? person : null)
  const lastOf = content.companyDays > 0 ? lastAsked(ofCompany) : null
  const firmUntil = firm && latestDay([firm.notBefore, lastOf && dayAfterPause(askedAt(lastOf)!, content.companyDays, offset)])
  if (firm && firmUntil !== null && firmUntil > today) {
    const refusal: Refusal = { code: 'askedRecently', until: firmUntil, last: lastOf, company: firm }
    const [own] = refusals
    if (!(own?.code === 'askedRecently' && own.until >= firmUntil)) refusals.splice(0, 1, refusal)
  }

  if (owners?.seen && owners.value.isEmployee && channel === 'email') refusals.unshift({ code: 'employeeAddress', recipient: person, email: emailOf(person) ?? '' })
  const from = channel === 'email' && mailbox?.seen ? fullUntil(mailbox.value.used, content.mailsPerDay, today) : null
  if (mailbox?.seen && from !== null) refusals.push({ code: 'mailboxFull', from, mailbox: mailbox.value.address, limit: content.mailsPerDay })
  return refusals
}

/** The invitation that was sent last, or is about to be. */
function lastAsked(invitations: Seen<readonly Invitation[]> | undefined): Invitation | null {
  if (!invitations?.seen) return null
  return invitations.value.filter(invitation => !invitation.test && askedAt(invitation) !== null)
    .sort((a, b) => Date.parse(askedAt(b)!) - Date.parse(askedAt(a)!))[0] ?? null
}

/** Whether somebody is left in peace because of it: it is open, or so many days are not over. @param days 0 = none */
export function isInTheWay(invitation: Invitation, days: number, now: Date, offset: number): boolean {
  const asked = askedAt(invitation)
  return isOpen(invitation, now) || (asked !== null && dayAfterPause(asked, days, offset) > portalDay(now, offset))
}

/** When somebody was asked by it, or will be in a moment; null when nothing has left and nothing will. */
function askedAt({ sentAt, state, createdAt }: Invitation): string | null {
  const moment = sentAt ?? (state === 'to_send' || state === 'sending' ? createdAt : null)
  return moment !== null && !Number.isNaN(Date.parse(moment)) ? moment : null
}

/** Where a mail to this person goes: the first address that can be one, without blanks around it. @returns null when there is none. */
export function emailOf(recipient: Pick<Recipient, 'emails'>): string | null {
  return recipient.emails.map(text => text.trim()).find(isEmail) ?? null
}

/** ISO text of a moment `days` later. */
export function addDays(iso: string, days: number): string {
  return new Date(Date.parse(iso) + days * 86_400_000).toISOString()
}

/** The first of what is wanted that the survey really has: the client's card → the deal → the portal → the survey's own. */
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
