import { answersTo } from '@/invitation/answers-to'
import { runDue, type DueOutcome, type DueTools } from '@/invitation/due-sending'
import type { RemindDue } from '@/invitation/model/due'
import type { Invitation } from '@/invitation/model/invitation'
import { checkReminder, withReminder, type OpenFacts, type ReminderRefusal } from '@/invitation/model/reminding'
import { emailOf } from '@/invitation/model/request'
import type { Order, SendTools } from '@/invitation/sending'
import { invitationList, readInvitation, readRecipient, senderFrom } from '@/invitation/store'
import { controlCommand, inChargeFrom, type InCharge } from '@/plan/control'
import type { Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { COMPANY, CONTACT, DEAL } from '@/portal/fields'
import { fromWire, getItem } from '@/portal/items'
import { listOf, mapOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'
import type { Survey } from '@/survey/model/survey'
import { readable, surveysCommand, surveysFromWire } from '@/survey/store'

/** An open invitation with all that belongs to it, in this moment. */
export interface OpenView extends OpenFacts {
  deal: { id: number, title: string } | null
  surveys: Survey[]
  sender: { id: number, name: string, email: string }
  inCharge: InCharge
  /** ids of the invitations of the person and of anybody of the company: newer ones are somebody else's in this moment */
  known: ReadonlySet<number>
}

/** One request. @throws PortalError 'notFound', 'noRight' … when the invitation itself cannot be read */
export async function loadOpen(portal: Portal, store: RecordStore, { id, contactId, companyId, dealId }: Invitation): Promise<OpenView> {
  const seen = await portal.batch<{
    item: { item: unknown }, answers: { items: unknown }, surveys: unknown, me: unknown, control: unknown
    contact?: { item: unknown }, company?: { item: unknown }, deal?: { item: unknown }, others?: { items: unknown }, colleagues?: { items: unknown }
  }>({
    item: getItem(store.entityTypeId, id),
    answers: answersTo(store, [id]),
    surveys: surveysCommand(),
    me: { method: 'user.current' },
    control: controlCommand(store),
    ...(contactId === null ? {} : { contact: getItem(CONTACT, contactId) }),
    ...(companyId === null ? {} : { company: getItem(COMPANY, companyId) }),
    ...(dealId === null ? {} : { deal: getItem(DEAL, dealId) }),
    ...(contactId === null && companyId === null ? {} : { others: invitationList(store, contactId === null ? { '=companyId': companyId } : { '=contactId': contactId }) }),
    ...(contactId === null || companyId === null ? {} : { colleagues: invitationList(store, { '=companyId': companyId }) })
  })
  for (const outcome of [seen.item, seen.answers, seen.surveys, seen.me]) if (!outcome.ok) throw outcome.error
  if (!seen.item.ok || !seen.answers.ok || !seen.surveys.ok || !seen.me.ok) throw new PortalError('unreadable')
  const cardOf = (outcome: Outcome<{ item: unknown }> | undefined): Record<string, unknown> | null => outcome?.ok ? mapOf(outcome.result.item) : null
  const [contact, company, deal] = [seen.contact, seen.company, seen.deal].map(outcome => cardOf(outcome as Outcome<{ item: unknown }> | undefined))
  const own = contactId === null ? company : contact
  const lists = [seen.others, seen.colleagues] as (Outcome<{ items: unknown }> | undefined)[]
  const invitation = readInvitation(store, seen.item.result.item)
  const surveys = readable(surveysFromWire(seen.surveys.result))
  return {
    invitation: { ...invitation, updatedAt: fromWire(store, seen.item.result.item).updatedTime },
    isAnswered: listOf(seen.answers.result.items).length > 0,
    person: own ? { seen: true, value: readRecipient(store, own, contactId === null ? 'company' : 'contact') }
      : contactId === null && companyId === null ? { seen: true, value: null } : { seen: false },
    company: contactId !== null && company ? readRecipient(store, company, 'company') : null,
    survey: surveys.find(({ id }) => id === invitation.survey) ?? null,
    deal: deal && dealId !== null ? { id: dealId, title: String(deal.title ?? '') } : null,
    surveys,
    sender: senderFrom(mapOf(seen.me.result)),
    inCharge: inChargeFrom(portal, store, seen.control),
    known: new Set([id, ...lists.flatMap(list => list?.ok ? listOf(list.result.items).map(item => readInvitation(store, item).id) : [])])
  }
}

export interface ReminderTools extends SendTools {
  /** `link` is the path of the invitation */
  timelineText: (link: string) => string
}

/**
 * Reminds somebody now, whoever is in charge: the mail `<token>/<n+1>`, counted in FB_REMINDERS, which the portal's processes read before a reminder of
 * their own. Two people who press at once use one ticket, and so does whoever presses again.
 * @returns 'gone' when somebody else has just done it, or an answer has come in; a refusal when the rules forbid it now
 * @throws PortalError
 */
export async function remindByHand(
  portal: Portal, store: RecordStore, of: Invitation, tools: ReminderTools
): Promise<Exclude<DueOutcome, { state: 'failed' }> | { state: 'refused', refusal: ReminderRefusal }> {
  const view = await loadOpen(portal, store, of)
  const now = tools.now()
  const refusal = checkReminder(view, now)
  if (refusal) return { state: 'refused', refusal }
  const { invitation, person, survey, deal, sender, surveys, inCharge, known } = view
  const recipient = person.seen ? person.value : null
  const email = recipient && emailOf(recipient)
  if (!recipient || !email || !survey) throw new PortalError('unreadable')
  const nth = invitation.reminders + 1
  const due: RemindDue = {
    kind: 'remind', key: `remind ${invitation.id}`, invitation, nth, person: recipient, survey: withReminder(survey, nth), email, since: now.toISOString(),
    deal: deal && { ...deal, pipeline: 0, stage: '', isClosed: false, movedAt: '', contactId: null, companyId: null }
  }
  let outcome: DueOutcome = { state: 'gone' }
  await runDue(portal, store, {
    view: { due: [due], leftOut: [], inCharge, isUnused: false, more: false, at: now.toISOString(), surveys, sender, known },
    shown: new Set([due.key]), report: (_, told) => { outcome = told }, goesOn: () => true
  }, { ...tools, timelineText: (_, link) => tools.timelineText(link) } satisfies DueTools)
  const done = outcome as DueOutcome
  if (done.state === 'failed') throw done.error
  return done
}

/** What `resendInvitation` is to do for an invitation that went to a wrong address. @returns null when there is nobody, or no survey, to send it to */
export function resendOrder({ invitation, person, company, survey, deal, sender, surveys, inCharge, known }: OpenView, email: string): Order | null {
  const recipient = person.seen ? person.value : null
  if (recipient === null || survey?.published === null || survey === null) return null
  return {
    survey, surveys, deal, recipient, companyId: company?.id ?? null, email, lang: invitation.lang || survey.published.content.defaultLang, sender, known,
    notBefore: { person: recipient.notBefore, company: company?.notBefore ?? null }, overrideReason: '', test: invitation.test, by: inCharge
  }
}
