import { dayAfter, groupBy } from './campaign'
import type { Invitation } from './invitation'
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
}

/** everybody; who was never asked; whose last answer was bad */
export const SEGMENT_WHO = ['all', 'never', 'critics'] as const
export type SegmentWho = typeof SEGMENT_WHO[number]

/** Somebody who could be asked, about a deal or about the relationship. */
export interface Candidate {
  /** null: deleted, or not to be seen */
  person: Recipient | null
  /** what it is about; null = no deal */
  deal: { id: number, title: string, pipeline: number } | null
  /** company of a contact as far as the caller may read it */
  company: Pick<Recipient, 'id' | 'name' | 'notBefore' | 'optedOut'> | null
  /** group and moment of the last answer */
  lastGroup: 'high' | 'middle' | 'low' | null
  lastAt: string | null
}

export interface ManyFacts {
  candidates: readonly Candidate[]
  /** invitations of all these people and of their companies */
  invitations: Seen<readonly Invitation[]>
  surveys: readonly Survey[]
  /** null = each deal the survey of its pipeline */
  surveyId: string | null
  portalLang: Lang
  /** addresses of employees, in small letters */
  employees: ReadonlySet<string>
  now: Date
  /** yyyy-mm-dd at this screen */
  today: string
  /** mails that may leave on one day */
  perDay: number
  /** mails that have left today */
  sentToday: number
  /** last day on which something may be planned, counted from today; 0 = all of it leaves today */
  lastDay: number
}

/** A refusal of one line of a list: where it is the company that speaks against, the line names it. */
export type LineRefusal = Refusal | { code: 'companyOptedOut', company: string } | { code: 'companyAskedRecently', company: string, until: string }

export type ManyRefusal =
  | LineRefusal
  /** further up in the same list */
  | { code: 'sameTwice' }
  | { code: 'sharedAddress', email: string, name: string }
  | { code: 'employeeAddress', email: string }
  /** the mailbox has nothing left until that day, yyyy-mm-dd */
  | { code: 'mailboxFull', from: string }

export interface Planned {
  candidate: Candidate & { person: Recipient }
  survey: Survey
  channel: 'email'
  email: string
  lang: Lang
  /** yyyy-mm-dd */
  day: string
}

export interface NotAsked {
  candidate: Candidate
  refusal: ManyRefusal
}

export interface DryRun {
  asked: Planned[]
  notAsked: NotAsked[]
  unchecked: Unchecked[]
}

/** Whether somebody belongs to the segment as far as the deal does not say it: it is not a refusal, they were not meant. */
export function isMeant(candidate: Candidate, who: SegmentWho, asked: ReadonlySet<string>): boolean {
  if (who === 'critics') return candidate.lastGroup === 'low'
  return who === 'all' || (candidate.lastAt === null && candidate.person !== null && candidate.person.notBefore === null && !asked.has(personKey(candidate.person)))
}

export const personKey = ({ kind, id }: Pick<Recipient, 'kind' | 'id'>): string => `${kind} ${id}`

/** Whose invitation it is. @returns null for nobody's */
export function askedKey({ contactId, companyId }: Pick<Invitation, 'contactId' | 'companyId'>): string | null {
  if (contactId !== null) return personKey({ kind: 'contact', id: contactId })
  return companyId === null ? null : personKey({ kind: 'company', id: companyId })
}

/**
 * Who would be asked, over what, when, and who would not and why. Nothing is written. The order of the candidates decides who comes first: of two
 * that share an address the first, and on the first day the first ones.
 */
export function dryRun(facts: ManyFacts): DryRun {
  const { candidates, invitations, surveys, surveyId, portalLang, now, today, perDay, sentToday, lastDay } = facts
  const byPerson = groupBy(invitations.seen ? invitations.value : [], invitation => askedKey(invitation) ?? '')
  const people = new Set<string>()
  const addresses = new Map<string, string>()
  const asked: Planned[] = []
  const notAsked: NotAsked[] = []
  const unchecked = new Set<Unchecked>()

  for (const candidate of candidates) {
    const { person, deal, company } = candidate
    const survey = surveyId === null ? defaultSurvey(surveys, deal?.pipeline ?? null) : surveys.find(({ id }) => id === surveyId) ?? null
    const own = person ? byPerson.get(personKey(person)) ?? [] : []
    const verdict = checkRequest({
      deal: { seen: true, value: deal ? { ...deal, record: null } : { id: 0, title: '', pipeline: 0, record: null } },
      recipient: person ? { seen: true, value: person } : { seen: false },
      company: company && { kind: 'company', emails: [], lang: null, ...company },
      invitations: invitations.seen ? { seen: true, value: own } : { seen: false },
      survey, now
    })
    if (!invitations.seen) unchecked.add('invitations')
    const email = person && emailOf(person)
    const refusal = (person && people.has(personKey(person)) ? { code: 'sameTwice' as const } : null)
      ?? (verdict.refusal && lineRefusal(verdict.refusal, person))
      ?? addressRefusal(email ?? '', facts.employees, addresses)
    if (refusal || !person || !survey?.published || !email) {
      notAsked.push({ candidate, refusal: refusal ?? { code: 'noRight' } })
      continue
    }
    const place = Math.min(sentToday, perDay) + asked.length
    const days = perDay > 0 ? Math.max(0, Math.floor(place / perDay)) : Infinity
    if (days > lastDay) {
      notAsked.push({ candidate, refusal: { code: 'mailboxFull', from: dayAfter(today, lastDay + 1) } })
      continue
    }
    people.add(personKey(person))
    addresses.set(email.toLowerCase(), person.name)
    const { langs, defaultLang } = survey.published.content
    asked.push({
      candidate: { ...candidate, person }, survey, channel: 'email', email, lang: languageFor(langs, [person.lang, portalLang], defaultLang),
      day: dayAfter(today, days)
    })
  }
  return { asked, notAsked, unchecked: [...unchecked] }
}

function addressRefusal(email: string, employees: ReadonlySet<string>, taken: ReadonlyMap<string, string>): ManyRefusal | null {
  const address = email.toLowerCase()
  if (employees.has(address)) return { code: 'employeeAddress', email }
  const name = taken.get(address)
  return name === undefined ? null : { code: 'sharedAddress', email, name }
}

/** @param person whom the line is about */
export function lineRefusal(refusal: Refusal, person: Recipient | null): LineRefusal {
  if (refusal.code === 'optedOut' && refusal.recipient !== person) return { code: 'companyOptedOut', company: refusal.recipient.name }
  if (refusal.code === 'askedRecently' && refusal.company) return { code: 'companyAskedRecently', company: refusal.company.name, until: refusal.until }
  return refusal
}

/** Days on which something leaves, with how much. */
export function dayCounts(asked: readonly Pick<Planned, 'day'>[]): { day: string, count: number }[] {
  return [...groupBy(asked, ({ day }) => day)].map(([day, { length }]) => ({ day, count: length }))
}

