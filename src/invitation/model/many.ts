import { dayAfter, groupBy, type CampaignMark } from './campaign'
import type { Invitation } from './invitation'
import { mailboxKey, mailboxOf } from './mailbox'
import { checkRequest, defaultSurvey, emailOf, languageFor, type Recipient, type Refusal, type Seen, type Unchecked } from './request'
import type { Lang, Survey } from '@/survey/model/survey'

/** Whom to ask: deals of a segment with their clients. Empty conditions leave nobody out. */
export interface Segment {
  /** null = all pipelines */
  pipeline: number | null
  /** full STATUS_ID; '' = any */
  stage: string
  responsible: number | null
  companyId: number | null
  /** days in which the deal came to its stage, yyyy-mm-dd, both inclusive; '' = open */
  from: string
  to: string
  who: SegmentWho
  /** of each deal the main contact, or all its contacts */
  people: typeof SEGMENT_PEOPLE[number]
}

export const SEGMENT_PEOPLE = ['main', 'all'] as const

/** everybody; who was never asked; whose last answer was bad; whose deals were lost */
export const SEGMENT_WHO = ['all', 'never', 'critics', 'lost'] as const
export type SegmentWho = typeof SEGMENT_WHO[number]

/** Somebody who could be asked, about a deal or about the relationship. */
export interface Candidate {
  /** null: deleted, or not to be seen */
  person: Recipient | null
  /** what it is about; null = no deal */
  deal: { id: number, title: string, pipeline: number, lang?: Lang | null } | null
  /** a number for text messages; null = none */
  phone: string | null
  /** company of a contact as far as the caller may read it */
  company: Pick<Recipient, 'id' | 'name' | 'notBefore' | 'optedOut'> | null
  /** group and moment of the last answer */
  lastGroup: 'high' | 'middle' | 'low' | null
  lastAt: string | null
}

export interface ManyFacts {
  candidates: readonly Candidate[]
  /** invitations of all these people; where a survey has a pause for companies, of their colleagues, too */
  invitations: Seen<readonly Invitation[]>
  surveys: readonly Survey[]
  /** null = each deal the survey of its pipeline */
  surveyId: string | null
  portalLang: Lang
  /** addresses of employees, in small letters */
  employees: ReadonlySet<string>
  now: Date
  /** yyyy-mm-dd by the portal's clock */
  today: string
  /** minutes that the portal's clock is ahead of UTC */
  offset: number
  sender: { id: number, email: string }
  /** mails that may leave a mailbox on one day, where that is less than the survey says */
  perDay: number
  /** mails that have left or are to leave, by mailbox (`mailboxKey`) and day; null = could not be counted */
  booked: ReadonlyMap<string, ReadonlyMap<string, number>> | null
  /** last day on which something may be planned, counted from today; 0 = all of it leaves today */
  lastDay: number
  /** the portal's processes send: they can send text messages, too */
  byProcesses: boolean
  /** why somebody is asked before the time is over, by `personKey` */
  reasons?: ReadonlyMap<string, string>
}

/** A refusal of one line of a list: where it is the company that speaks against, the line names it. */
export type LineRefusal = Refusal | { code: 'companyOptedOut', company: string } | { code: 'companyAskedRecently', company: string, until: string }

export type ManyRefusal =
  | LineRefusal
  /** further up in the same list */
  | { code: 'sameTwice' }
  | { code: 'sharedAddress', email: string, name: string }
  | { code: 'employeeAddress', email: string }
  /** a colleague is further up in the list, and the survey asks one of a company at a time */
  | { code: 'sameCompany', company: string }

export interface Planned {
  candidate: Candidate & { person: Recipient }
  survey: Survey
  channel: 'email' | 'sms'
  /** e-mail address or number */
  address: string
  lang: Lang
  /** yyyy-mm-dd */
  day: string
  /** mails that may leave its mailbox on that day */
  perDay: number
  /** why before the time is over; '' = it is over */
  reason: string
}

export interface NotAsked {
  candidate: Candidate
  refusal: ManyRefusal
  /** may be asked all the same, with a reason in writing */
  overridable: boolean
}

export interface DryRun {
  asked: Planned[]
  notAsked: NotAsked[]
  unchecked: Unchecked[]
}

/** Whether somebody belongs to the segment as far as the deal does not say it: it is not a refusal, they were not meant. */
export function isMeant(candidate: Candidate, who: SegmentWho, asked: ReadonlySet<string>): boolean {
  if (who === 'critics') return candidate.lastGroup === 'low'
  if (who === 'all' || who === 'lost') return true
  return candidate.lastAt === null && candidate.person !== null && candidate.person.notBefore === null && !asked.has(personKey(candidate.person))
}

export const personKey = ({ kind, id }: Pick<Recipient, 'kind' | 'id'>): string => `${kind} ${id}`

/** Whose invitation it is. @returns null for nobody's */
export function askedKey({ contactId, companyId }: Pick<Invitation, 'contactId' | 'companyId'>): string | null {
  if (contactId !== null) return personKey({ kind: 'contact', id: contactId })
  return companyId === null ? null : personKey({ kind: 'company', id: companyId })
}

/**
 * Who would be asked, over what, when, and who would not and why. Nothing is written. The order of the candidates decides who comes first: of two
 * that share an address or a company the first, and on the first day the first ones.
 */
export function dryRun(facts: ManyFacts): DryRun {
  const { candidates, invitations, portalLang, now, offset, today, byProcesses, reasons = new Map<string, string>() } = facts
  const byPerson = groupBy(invitations.seen ? invitations.value : [], invitation => askedKey(invitation) ?? '')
  const taken = { people: new Set<string>(), addresses: new Map<string, string>(), companies: new Set<number>() }
  const byCompany = groupBy(invitations.seen ? invitations.value : [], ({ companyId }) => companyId)
  const byAddress = groupBy([...contactsOf(candidates).values()], person => emailOf(person)?.toLowerCase() ?? '')
  const mails = new Map([...facts.booked ?? []].map(([key, days]) => [key, new Map(days)]))
  const asked: Planned[] = []
  const notAsked: NotAsked[] = []

  for (const candidate of candidates) {
    const { person, deal, company } = candidate
    const survey = surveyFor(facts, deal)
    const content = survey?.published?.content
    const email = person && emailOf(person)
    const hasSms = byProcesses && content !== undefined && Object.values(content.asking.sms).some(text => text.trim() !== '')
    const channel = email === null && hasSms && candidate.phone !== null ? 'sms' as const : 'email' as const
    const firm = person?.kind === 'company' ? person : company
    // it is a person that is asked, not a card: what another card of this list says about the address counts
    const twins = email === null || channel === 'sms' ? [] : (byAddress.get(email.toLowerCase()) ?? []).filter(twin => personKey(twin) !== (person && personKey(person)))
    const verdict = checkRequest({
      deal: { seen: true, value: deal ? { ...deal, record: null } : { id: 0, title: '', pipeline: 0, record: null } },
      recipient: person ? { seen: true, value: person } : { seen: false },
      company: company && { kind: 'company', emails: [], lang: null, ...company },
      invitations: invitations.seen ? { seen: true, value: person ? byPerson.get(personKey(person)) ?? [] : [] } : { seen: false },
      ofCompany: invitations.seen ? { seen: true, value: byCompany.get(firm?.id ?? 0) ?? [] } : { seen: false },
      owners: { seen: true, value: { isEmployee: false, people: twins, invitations: twins.flatMap(twin => byPerson.get(personKey(twin)) ?? []) } },
      survey, now, offset, channel
    })
    const given = person ? reasons.get(personKey(person)) ?? '' : ''
    const refuse = (refusal: ManyRefusal, overridable = false): void => { notAsked.push({ candidate, refusal, overridable }) }
    if (person && taken.people.has(personKey(person))) {
      refuse({ code: 'sameTwice' })
      continue
    }
    if (verdict.refusal && !(verdict.overridable && given !== '')) {
      refuse(lineRefusal(verdict.refusal, person), verdict.overridable)
      continue
    }
    const address = channel === 'sms' ? candidate.phone : email
    if (!person || !survey || !content || address === null) {
      refuse({ code: 'noRight' })
      continue
    }
    const double = addressRefusal(address, facts.employees, taken.addresses)
    if (double) {
      refuse(double)
      continue
    }
    const isSecond = content.companyDays > 0 && firm !== null && taken.companies.has(firm.id)
    if (isSecond && given === '') {
      refuse({ code: 'sameCompany', company: firm.name }, true)
      continue
    }
    const mailbox = mailboxKey(mailboxOf(survey, facts.sender, facts.surveys))
    const booked = mails.get(mailbox) ?? new Map<string, number>()
    const perDay = Math.min(facts.perDay, content.mailsPerDay)
    const day = channel === 'sms' ? today : freeDay(facts, perDay, booked)
    if (day === null) {
      refuse({ code: 'mailboxFull', from: dayAfter(today, facts.lastDay + 1), mailbox, limit: perDay })
      continue
    }
    if (channel === 'email') mails.set(mailbox, booked.set(day, (booked.get(day) ?? 0) + 1))
    taken.people.add(personKey(person))
    taken.addresses.set(address.toLowerCase(), person.name)
    if (firm) taken.companies.add(firm.id)
    asked.push({
      candidate: { ...candidate, person }, survey, channel, address, day, perDay, reason: verdict.refusal || isSecond ? given : '',
      lang: languageFor(content.langs, [person.lang, deal?.lang ?? null, portalLang], content.defaultLang)
    })
  }
  return { asked, notAsked, unchecked: [...invitations.seen ? [] : ['invitations' as const], ...facts.booked === null ? ['mailbox' as const] : []] }
}

function contactsOf(candidates: readonly Candidate[]): Map<string, Recipient> {
  return new Map(candidates.flatMap(({ person }) => person?.kind === 'contact' ? [[personKey(person), person] as const] : []))
}

const surveyFor = ({ surveys, surveyId }: ManyFacts, deal: Candidate['deal']): Survey | null =>
  surveyId === null ? defaultSurvey(surveys, deal?.pipeline ?? null) : surveys.find(({ id }) => id === surveyId) ?? null

/** The first day on which the mailbox has something left. @returns null when there is none */
function freeDay({ today, lastDay }: ManyFacts, perDay: number, mails: ReadonlyMap<string, number>): string | null {
  for (let days = 0; days <= lastDay; days++) {
    const day = dayAfter(today, days)
    if ((mails.get(day) ?? 0) < perDay) return day
  }
  return null
}

function addressRefusal(address: string, employees: ReadonlySet<string>, taken: ReadonlyMap<string, string>): ManyRefusal | null {
  if (employees.has(address.toLowerCase())) return { code: 'employeeAddress', email: address }
  const name = taken.get(address.toLowerCase())
  return name === undefined ? null : { code: 'sharedAddress', email: address, name }
}

/** @param person whom the line is about */
export function lineRefusal(refusal: Refusal, person: Recipient | null): LineRefusal {
  if (refusal.code === 'optedOut' && refusal.recipient.kind === 'company' && refusal.recipient !== person) return { code: 'companyOptedOut', company: refusal.recipient.name }
  if (refusal.code === 'askedRecently' && refusal.company && refusal.company !== person) {
    return { code: 'companyAskedRecently', company: refusal.company.name, until: refusal.until }
  }
  return refusal
}

/**
 * Mails by mailbox and day: what leaves today anyway, and what many that were begun have planned. What is left over of days before is today's.
 * @param used of today, with what was planned for it; null = could not be counted
 */
export function bookedDays(
  used: ReadonlyMap<string, number> | null, waiting: readonly (Pick<Invitation, 'survey' | 'askedBy' | 'channel'> & { campaign: CampaignMark })[],
  { surveys, sender, today }: Pick<ManyFacts, 'surveys' | 'sender' | 'today'>
): ManyFacts['booked'] {
  if (used === null) return null
  const booked = new Map([...used].map(([mailbox, count]) => [mailbox, new Map([[today, count]])]))
  for (const { survey: id, askedBy, channel, campaign } of waiting) {
    const survey = surveys.find(one => one.id === id)
    if (channel !== 'email' || !survey || campaign.day === today) continue
    const mailbox = mailboxKey(mailboxOf(survey, askedBy === sender.id ? sender : { id: askedBy ?? 0, email: '' }, surveys))
    const days = booked.get(mailbox) ?? new Map<string, number>()
    const day = campaign.day < today ? today : campaign.day
    booked.set(mailbox, days.set(day, (days.get(day) ?? 0) + 1))
  }
  return booked
}

/** Days on which something leaves, with how much. */
export function dayCounts(asked: readonly Pick<Planned, 'day'>[]): { day: string, count: number }[] {
  return [...groupBy(asked, ({ day }) => day)].map(([day, { length }]) => ({ day, count: length }))
}

