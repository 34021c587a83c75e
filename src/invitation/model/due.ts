import type { Lang, Survey } from '@/survey/model/survey'
import { isUnfinished, type Invitation } from './invitation'
import { fullUntil, mailboxKey, mailboxOf } from './mailbox'
import { askedKey, lineRefusal, personKey, type LineRefusal } from './many'
import { portalDay } from './portal-day'
import { addDays, checkRequest, defaultSurvey, emailOf, isAskable, languageFor, type Recipient, type Seen } from './request'

/**
 * What is due today where the duty person does the work: who is to be asked because a deal reached a stage, who is to be reminded, what has expired.
 * What is due after a length of time is so after a number of hours, summer time changes nothing; pauses are days of the portal's calendar, as everywhere.
 * `now` is the portal's clock.
 */

/** A deal that reached its stage longer ago is not asked about any more: the customer has forgotten. */
export const LOOK_BACK_DAYS = 30
/** Two mails to the same person about the same thing are at least so far apart, however late somebody presses. */
export const BETWEEN_REMINDERS_DAYS = 1

/** A deal came to a stage. */
export interface Move {
  dealId: number
  /** full STATUS_ID */
  stage: string
  /** ISO 8601 */
  at: string
}

export interface DueDeal {
  id: number
  title: string
  pipeline: number
  /** where it is now */
  stage: string
  isClosed: boolean
  /** when it came there, ISO 8601 */
  movedAt: string
  contactId: number | null
  companyId: number | null
  /** the language that it says to ask in */
  lang?: Lang | null
}

/** An invitation that was sent and not answered, and when its record was last written: a reminder does that. */
export interface OpenInvitation extends Invitation {
  updatedAt: string
}

export interface DueFacts {
  surveys: readonly Survey[]
  moves: readonly Move[]
  /** those that may be seen */
  deals: ReadonlyMap<number, DueDeal>
  /** by `personKey`; those that may be seen */
  people: ReadonlyMap<string, Recipient>
  /** everything that these people were asked lately, whatever became of it */
  invitations: Seen<readonly Invitation[]>
  open: readonly OpenInvitation[]
  /** ids of invitations to which an answer has come in that nobody has handled yet */
  answered: ReadonlySet<number>
  portalLang: Lang
  now: Date
  /** minutes that the portal's clock is ahead of UTC */
  offset: number
  /** who presses */
  sender: { id: number, email: string }
  /** mails that have left today, by `mailboxKey`; a mailbox that could not be counted is missing and stops nothing: each sending counts once more */
  mailsToday: ReadonlyMap<string, number>
}

export interface AskDue {
  kind: 'ask'
  key: string
  deal: DueDeal
  person: Recipient
  survey: Survey
  /** the deal's company as far as the caller may read it; none for who is asked as a company */
  companyId: number | null
  email: string
  lang: Lang
  /** since when it is due, ISO 8601 */
  since: string
  /** a sending for it that broke off: it is taken up, never written again */
  resumes: Invitation | null
}

export interface RemindDue {
  kind: 'remind'
  key: string
  invitation: OpenInvitation
  /** 1, 2 or 3; earlier ones that nobody sent in time are left out for good */
  nth: number
  deal: DueDeal | null
  person: Recipient
  survey: Survey
  email: string
  since: string
}

export interface ExpireDue {
  kind: 'expire'
  key: string
  invitation: OpenInvitation
  deal: DueDeal | null
  /** null: deleted, or not to be seen */
  person: Recipient | null
  since: string
}

export type Due = AskDue | RemindDue | ExpireDue

export type DueRefusal =
  | LineRefusal
  /** further up in the same list, about another deal */
  | { code: 'sameTwice' }
  /** another person of the list has the same address */
  | { code: 'sharedAddress', name: string }
  /** the deal has left the stage before anybody was asked */
  | { code: 'movedOn' }
  /** the deal is worked on again */
  | { code: 'reopened' }
  /** the reminder is a text message: only the portal's processes can send those */
  | { code: 'smsOnly' }

export interface NotDue {
  kind: 'ask' | 'remind'
  key: string
  deal: DueDeal | null
  person: Recipient | null
  refusal: DueRefusal
}

export interface DueList {
  due: Due[]
  /** whose turn it was, and why not */
  leftOut: NotDue[]
}

/** Everything that is due, the oldest first. Nothing is written. */
export function dueList(facts: DueFacts): DueList {
  const found = [...dueInvitations(facts), ...dueDeals(facts)]
  const due = found.filter((one): one is Due => !('refusal' in one)).sort((a, b) => Date.parse(a.since) - Date.parse(b.since))
  const left = new Map(facts.mailsToday)
  const full: NotDue[] = []
  const fits = (one: Due): boolean => {
    if (one.kind === 'expire') return true
    const mailbox = mailboxOf(one.survey, facts.sender, facts.surveys)
    const used = left.get(mailboxKey(mailbox))
    const limit = one.survey.published!.content.mailsPerDay
    const from = used === undefined ? null : fullUntil(used, limit, portalDay(facts.now, facts.offset))
    if (from === null) {
      // what broke off after its writing is counted already
      if (used !== undefined && !(one.kind === 'ask' && one.resumes)) left.set(mailboxKey(mailbox), used + 1)
      return true
    }
    full.push({ kind: one.kind, key: one.key, deal: one.deal, person: one.person, refusal: { code: 'mailboxFull', from, mailbox: mailbox.address, limit } })
    return false
  }
  return { due: due.filter(fits), leftOut: [...found.filter((one): one is NotDue => 'refusal' in one), ...full] }
}

/** A mailbox for each survey that asks or reminds. */
export function mailboxesOf(surveys: readonly Survey[], sender: DueFacts['sender']): ReturnType<typeof mailboxOf>[] {
  const live = surveys.filter(isAskable).filter(({ published }) => published!.content.asking.stages.length + published!.content.asking.reminders.length > 0)
  return [...new Map(live.map(survey => mailboxOf(survey, sender, surveys)).map(mailbox => [mailboxKey(mailbox), mailbox])).values()]
}

/** Stages that live surveys ask after; full STATUS_IDs. */
export function stagesOf(surveys: readonly Survey[]): string[] {
  return [...new Set(surveys.filter(isAskable).flatMap(({ published }) => published?.content.asking.stages ?? []))]
}

/** Days until the first reminder of any live survey; null when none reminds. */
export function firstReminderDays(surveys: readonly Survey[]): number | null {
  const days = surveys.filter(isAskable).flatMap(({ published }) => published?.content.asking.reminders.map(({ afterDays }) => afterDays) ?? [])
  return days.length === 0 ? null : Math.min(...days)
}

function dueDeals(facts: DueFacts): (AskDue | NotDue)[] {
  const { surveys, moves, deals, people, invitations, portalLang, now, offset } = facts
  const taken = new Set<string>()
  const addresses = new Map<string, string>()
  const oldest = now.getTime() - LOOK_BACK_DAYS * 86_400_000
  const last = new Map<number, Move>()
  for (const move of moves) {
    const known = last.get(move.dealId)
    if (Date.parse(move.at) >= oldest && (!known || Date.parse(known.at) < Date.parse(move.at))) last.set(move.dealId, move)
  }
  const own = invitations.seen ? invitations.value.filter(({ test }) => !test) : []
  /** of companies, with what this list adds to them */
  const ofCompanies = own.filter(({ companyId }) => companyId !== null)
  return [...last.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).flatMap((move): (AskDue | NotDue)[] => {
    const deal = deals.get(move.dealId)
    const survey = surveyFor(surveys, move.stage, deal?.pipeline ?? null)
    if (!deal || !survey?.published) return []
    const about = own.filter(({ dealId, createdAt }) => dealId === deal.id && Date.parse(createdAt) >= Date.parse(move.at))
    const resumes = about.find(one => one.by === 'duty' && one.state === 'sending' && isUnfinished(one, now)) ?? null
    if (resumes === null && about.some(isDone)) return []
    const who = askedKey(deal)
    const person = who === null ? null : people.get(who) ?? null
    const leave = (refusal: DueRefusal): NotDue[] => [{ kind: 'ask', key: `ask ${deal.id}`, deal, person, refusal }]
    if (deal.stage !== move.stage) return leave({ code: 'movedOn' })
    const company = companyOf(deal, people)
    const { refusal } = checkRequest({
      deal: { seen: true, value: { id: deal.id, title: deal.title, pipeline: deal.pipeline, record: null } },
      recipient: who !== null && person === null ? { seen: false } : { seen: true, value: person },
      company,
      invitations: { seen: true, value: own.filter(one => one.id !== resumes?.id && askedKey(one) === who) },
      ofCompany: { seen: true, value: ofCompanies.filter(one => one.id !== resumes?.id && one.companyId === (company?.id ?? deal.companyId)) },
      survey, now, offset
    })
    if (refusal) return leave(lineRefusal(refusal, person))
    const email = person && emailOf(person)
    if (!person || !email) return leave({ code: 'noClient' })
    const namesake = addresses.get(email.toLowerCase())
    if (taken.has(personKey(person))) return leave({ code: 'sameTwice' })
    if (namesake !== undefined) return leave({ code: 'sharedAddress', name: namesake })
    taken.add(personKey(person))
    addresses.set(email.toLowerCase(), person.name)
    if (company || person.kind === 'company') ofCompanies.push(planned(deal, person, company?.id ?? person.id, now))
    const { langs, defaultLang } = survey.published.content
    const lang = resumes?.lang || languageFor(langs, [person.lang, deal.lang ?? null, portalLang], defaultLang)
    return [{ kind: 'ask', key: `ask ${deal.id}`, deal, person, survey, companyId: company?.id ?? null, email, lang, since: move.at, resumes }]
  })
}

/** What is asked further up in the list counts for what stands below it. */
const planned = ({ id }: DueDeal, person: Recipient, companyId: number, now: Date): Invitation => ({
  id: 0, token: '', state: 'to_send', why: '', survey: '', version: 0, channel: 'email', lang: '', askedBy: null, createdAt: now.toISOString(), sentAt: null,
  expiresAt: null, reminders: 0, dealId: id, contactId: person.kind === 'contact' ? person.id : null, companyId, by: 'duty', answered: false, test: false
})

/** The company of a contact, as far as it may be seen; who is asked as a company is judged as the person. */
const companyOf = ({ contactId, companyId }: Pick<DueDeal, 'contactId' | 'companyId'>, people: DueFacts['people']): Recipient | null =>
  contactId === null ? null : people.get(askedKey({ contactId: null, companyId }) ?? '') ?? null

/** Nobody asks about this stay in the stage again: somebody was asked, or a person took it back. What failed by itself is tried again. */
const isDone = ({ state, answered, why }: Invitation): boolean =>
  answered || ['to_send', 'sending', 'sent', 'expired'].includes(state) || (state === 'cancelled' && why === '')

const surveyFor = (surveys: readonly Survey[], stage: string, pipeline: number | null): Survey | null =>
  defaultSurvey(surveys.filter(({ published }) => published?.content.asking.stages.includes(stage)), pipeline)

function dueInvitations({ surveys, deals, people, open, answered, now }: DueFacts): (Due | NotDue)[] {
  return open.flatMap((invitation): (Due | NotDue)[] => {
    if (invitation.test || invitation.shared || invitation.answered || invitation.state !== 'sent' || answered.has(invitation.id)) return []
    const person = people.get(askedKey(invitation) ?? '') ?? null
    const deal = invitation.dealId === null ? null : deals.get(invitation.dealId) ?? null
    if (invitation.expiresAt !== null && Date.parse(invitation.expiresAt) <= now.getTime()) {
      return [{ kind: 'expire', key: `expire ${invitation.id}`, invitation, deal, person, since: invitation.expiresAt }]
    }
    // Whom the processes asked they remind; what they left open when they were removed still ends.
    if (invitation.by !== 'duty' || invitation.channel === 'phone') return []
    const survey = surveys.find(({ id }) => id === invitation.survey)
    const nth = survey ? reminderDue(invitation, survey, now) : null
    const reminder = nth === null ? undefined : survey?.published?.content.asking.reminders[nth - 1]
    if (!survey || nth === null || !reminder || invitation.sentAt === null) return []
    const key = `remind ${invitation.id}`
    const leave = (refusal: DueRefusal): NotDue[] => [{ kind: 'remind', key, deal, person, refusal }]
    if (!isAskable(survey)) return leave({ code: 'noActiveSurvey' })
    if (reminder.channel !== 'email') return leave({ code: 'smsOnly' })
    if (isReopened(deal, invitation.sentAt, survey)) return leave({ code: 'reopened' })
    if (person === null) return leave({ code: 'noRight' })
    if (person.optedOut) return leave({ code: 'optedOut', recipient: person })
    const company = companyOf(invitation, people)
    if (company?.optedOut) return leave({ code: 'companyOptedOut', company: company.name })
    const email = emailOf(person)
    if (email === null) {
      const wrong = person.emails.find(text => text.trim() !== '')
      return leave(wrong === undefined ? { code: 'noEmail', recipient: person } : { code: 'invalidEmail', recipient: person, email: wrong })
    }
    return [{ kind: 'remind', key, invitation, nth, deal, person, survey, email, since: addDays(invitation.sentAt, reminder.afterDays) }]
  })
}

/** The last reminder whose time has come and that was not sent; those before it that nobody sent are left out. @returns 1…3, null for none */
function reminderDue({ sentAt, reminders, updatedAt }: OpenInvitation, { published }: Survey, now: Date): number | null {
  if (sentAt === null || !published) return null
  const nth = published.content.asking.reminders.filter(({ afterDays }) => Date.parse(addDays(sentAt, afterDays)) <= now.getTime()).length
  if (nth <= reminders) return null
  return reminders > 0 && Date.parse(addDays(updatedAt, BETWEEN_REMINDERS_DAYS)) > now.getTime() ? null : nth
}

/** Somebody moved the deal back to work after the customer was asked. */
function isReopened(deal: DueDeal | null, sentAt: string, { published }: Survey): boolean {
  return deal !== null && !deal.isClosed && Date.parse(deal.movedAt) > Date.parse(sentAt) && !published?.content.asking.stages.includes(deal.stage)
}
