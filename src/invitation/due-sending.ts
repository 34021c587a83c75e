import { answersTo } from '@/invitation/answers-to'
import type { DueView } from '@/invitation/due-list'
import { mailboxUse } from '@/invitation/mailbox-use'
import { groupBy, partsOf } from '@/invitation/model/campaign'
import type { AskDue, Due, ExpireDue, RemindDue } from '@/invitation/model/due'
import { mailboxKey, mailboxOf, remindedMark } from '@/invitation/model/mailbox'
import { portalDay } from '@/invitation/model/portal-day'
import { reminderContent } from '@/invitation/model/reminder'
import { countFor } from '@/invitation/rivals'
import { mailCommand, originOf, resumeInvitation, sendInvitation, type Order, type SendTools } from '@/invitation/sending'
import { readInvitation } from '@/invitation/store'
import { DUTY, SETTLING_MS } from '@/plan/control'
import type { Command, Portal } from '@/portal/client'
import { MAIL_REFUSED, PortalError } from '@/portal/errors'
import { getItem, toWire, updateItem } from '@/portal/items'
import { mailsWith } from '@/portal/mail'
import { listOf } from '@/portal/php-array'
import { cardPath, type RecordStore } from '@/portal/record-store'
import { addMark, marksOf, removeMark, ticketIn, type CommentRow, type Holder } from '@/portal/ticket'

/** Looks after a lost reply, and the pause before each in milliseconds. */
const LOOKS = 3
const PAUSE = 1500
/** Commands for one invitation that are sent together; a request takes fifty. */
const GROUP = 25

export type DueOutcome =
  | { state: 'asked' | 'reminded' | 'expired' }
  /** somebody else has done it, or it is not due any more */
  | { state: 'gone' }
  | { state: 'failed', error: unknown }

export interface DueTools extends Omit<SendTools, 'timelineText'> {
  /** what is written into the deal's timeline; `link` is the path of the invitation */
  timelineText: (due: AskDue | RemindDue, link: string) => string
}

export interface DueRun {
  /** what is due now, read in this moment: what was done since the list was shown is not done again */
  view: DueView
  /** keys of what was shown to whom presses */
  shown: ReadonlySet<string>
  report: (key: string, outcome: DueOutcome) => void
  /** false: stop before the next one */
  goesOn: () => boolean
}

/**
 * Asks, reminds and closes what is due, one after the other. Safe to close, to repeat, and for two people at once: an invitation and each reminder of it
 * has an ORIGIN_ID of its own that is looked for, and a ticket that can be used once.
 * What goes wrong with one is reported and stops no other.
 */
export async function runDue(portal: Portal, store: RecordStore, { view, shown, report, goesOn }: DueRun, tools: DueTools): Promise<void> {
  const due = view.due.filter(({ key }) => shown.has(key))
  for (const key of shown) if (!due.some(one => one.key === key)) report(key, { state: 'gone' })
  const of = <K extends Due['kind']>(kind: K): Extract<Due, { kind: K }>[] => due.filter((one): one is Extract<Due, { kind: K }> => one.kind === kind)
  const attempt = async (key: string, run: () => Promise<DueOutcome>): Promise<void> => {
    if (!goesOn()) return
    try {
      report(key, await run())
    } catch (error) {
      report(key, { state: 'failed', error })
    }
  }

  const reminders = of('remind')
  const marked = await markAll(portal, store, view, reminders, tools)
  for (const one of of('ask')) await attempt(one.key, () => ask(portal, store, view, one, tools))
  for (const one of reminders) await attempt(one.key, () => remind(portal, store, view, one, marked, tools))
  for (const group of partsOf(of('expire'), GROUP)) {
    if (!goesOn()) return
    const outcomes = await expire(portal, store, group).catch((error: unknown) => new Map(group.map(({ key }): [string, DueOutcome] => [key, { state: 'failed', error }])))
    for (const [key, outcome] of outcomes) report(key, outcome)
  }
}

async function ask(portal: Portal, store: RecordStore, { sender, known, surveys }: DueView, due: AskDue, tools: DueTools): Promise<DueOutcome> {
  const { deal, person, survey, email, lang, resumes, companyId } = due
  const order: Order = {
    survey, deal: { id: deal.id, title: deal.title }, recipient: person, companyId, email, lang, sender, known, overrideReason: '', test: false, by: DUTY,
    stage: deal.stage, surveys, notBefore: { person: person.notBefore, company: null }
  }
  const sendTools = { ...tools, timelineText: (link: string) => tools.timelineText(due, link) }
  const { state } = resumes ? await resumeInvitation(portal, store, order, resumes, sendTools) : await sendInvitation(portal, store, order, sendTools)
  return { state: state === 'lost' ? 'gone' : 'asked' }
}

const holderOf = (store: RecordStore, { invitation }: RemindDue): Holder => ({ entityTypeId: store.entityTypeId, id: invitation.id })

const ticketOf = ({ nth }: RemindDue): string => `✉ ${nth + 1} …`

/** Stands as long as the activity of a refused mail does: without it that one would look like a mail that was sent. */
const refusedOf = ({ nth }: RemindDue): string => `✉ ${nth + 1} ✗`

/**
 * A ticket for every reminder, and a note that it is about to leave this mailbox today (`remindedMark`). Then everybody waits for as long as a request
 * may take: who comes later finds either an earlier ticket, and uses that one, or the mail. Then the mailboxes are counted; reminders that would be
 * too many give way to whatever else leaves, and their notes are taken back.
 * @returns by key
 */
async function markAll(
  portal: Portal, store: RecordStore, view: DueView, reminders: readonly RemindDue[], tools: DueTools
): Promise<Map<string, number | PortalError>> {
  const marked = new Map<string, number | PortalError>()
  const day = portalDay(tools.now(), tools.offset?.() ?? 0)
  const note = ({ invitation }: RemindDue, text: string): Command => updateItem(store.entityTypeId, invitation.id, toWire(store, { FB_LEDGER: text }))
  for (const group of partsOf(reminders, GROUP)) {
    try {
      const made = await portal.batch<Record<string, number>>(Object.fromEntries(group.flatMap((one, index): [string, Command][] => [
        [`m${index}`, addMark(holderOf(store, one), ticketOf(one))], [`n${index}`, note(one, remindedMark(day, view.sender.id))]
      ])))
      for (const [index, { key }] of group.entries()) {
        const [ticket, noted] = [made[`m${index}`], made[`n${index}`]]
        // what is not noted is not counted by others
        marked.set(key, noted?.ok === false ? noted.error : ticket?.ok ? Number(ticket.result) : ticket?.error ?? new PortalError('unreadable'))
      }
    } catch (error) {
      // written or not: a ticket that nobody knows of is found when it is looked for
      if (!(error instanceof PortalError)) throw error
      for (const { key } of group) marked.set(key, error)
    }
  }
  if (marked.size === 0) return marked
  await tools.wait(SETTLING_MS)
  const tooMany = await beyondTheDay(portal, store, view, reminders.filter(({ key }) => typeof marked.get(key) === 'number'), tools)
  for (const group of partsOf(tooMany, GROUP)) {
    await portal.batch<Record<string, unknown>>(Object.fromEntries(group.flatMap((one, index): [string, Command][] => [
      [`n${index}`, note(one, '')], [`t${index}`, removeMark(holderOf(store, one), Number(marked.get(one.key)))]
    ])))
    for (const { key } of group) marked.set(key, new PortalError('mailboxFull', { detail: day }))
  }
  return marked
}

/** Reminders for which a mailbox has no room: all that anybody sends today is counted, these among it. */
async function beyondTheDay(
  portal: Portal, store: RecordStore, { sender, surveys }: DueView, reminders: readonly RemindDue[], tools: DueTools
): Promise<RemindDue[]> {
  const tooMany: RemindDue[] = []
  const byMailbox = groupBy(reminders, ({ survey }) => mailboxKey(mailboxOf(survey, sender, surveys)))
  for (const own of byMailbox.values()) {
    const [{ survey }] = own as [RemindDue]
    const use = await mailboxUse(portal, store, countFor({ survey, sender, surveys }, tools))
    if (!use.seen) throw new PortalError('unreadable', { detail: 'mails of today', retryable: true })
    let others = use.value.used - own.length
    for (const one of own) {
      if (others >= one.survey.published!.content.mailsPerDay) tooMany.push(one)
      else others++
    }
  }
  return tooMany
}

async function remind(
  portal: Portal, store: RecordStore, { sender }: DueView, due: RemindDue, marked: ReadonlyMap<string, number | PortalError>, tools: DueTools
): Promise<DueOutcome> {
  const { invitation, nth, person, survey, email, deal } = due
  const own = marked.get(due.key)
  const published = survey.published!
  const content = reminderContent(published.content, published.content.asking.reminders[nth - 1]!)
  const order: Order = {
    survey: { ...survey, published: { ...published, content } }, deal: deal && { id: deal.id, title: deal.title }, recipient: person, companyId: null,
    email, lang: invitation.lang || content.defaultLang, sender, known: new Set(), overrideReason: '', test: false, by: DUTY
  }
  const target = { id: invitation.id, token: invitation.token, expires: invitation.expiresAt ?? '' }
  const count = updateItem(store.entityTypeId, invitation.id, toWire(store, { FB_REMINDERS: nth }))
  const mail = mailCommand(portal, order, target, { ...tools, timelineText: () => '' }, nth + 1)
  const comment: Command = {
    method: 'crm.timeline.comment.add',
    params: { fields: {
      ...(deal ? { ENTITY_TYPE: 'deal', ENTITY_ID: deal.id } : { ENTITY_TYPE: person.kind, ENTITY_ID: person.id }),
      COMMENT: tools.timelineText(due, cardPath(store.entityTypeId, invitation.id))
    } }
  }

  if (own instanceof PortalError && own.code === 'mailboxFull') throw own
  for (let attempt = 1; ; attempt++) {
    const seen = await look(portal, store, due)
    if (seen.refused !== null) {
      await clear(portal, store, due, seen)
      continue
    }
    if (seen.mailed) {
      await portal.batch<Record<string, unknown>>({
        ...(seen.reminders < nth ? { count } : {}), ...(typeof own === 'number' ? { spare: removeMark(holderOf(store, due), own) } : {})
      })
      return { state: seen.reminders < nth || attempt > 1 ? 'reminded' : 'gone' }
    }
    if (seen.isOver || seen.reminders >= nth) return { state: 'gone' }
    if (seen.ticket === null || attempt > LOOKS) throw own instanceof PortalError ? own : new PortalError('mailUnconfirmed', { executed: 'no', retryable: true })
    let refusal: PortalError | null = null
    try {
      const done = await portal.batch<Record<'ticket' | 'mail' | 'count' | 'comment', unknown>>({
        ticket: removeMark(holderOf(store, due), seen.ticket), mail, count, comment
      }, { halt: true })
      if (done.ticket.ok && !done.mail.ok && (MAIL_REFUSED.has(done.mail.error.code) || done.mail.error.executed === 'no')) {
        refusal = done.mail.error
      } else if (done.ticket.ok && done.count.ok) {
        if (typeof own === 'number' && own !== seen.ticket) await portal.batch<Record<string, unknown>>({ spare: removeMark(holderOf(store, due), own) })
        return { state: 'reminded' }
      }
      if (!done.ticket.ok && done.ticket.error.code !== 'notFound') throw done.ticket.error
    } catch (error) {
      if (!(error instanceof PortalError) || error.executed === 'no') throw error
    }
    if (refusal !== null) {
      await noteRefused(portal, store, due, tools)
      throw refusal
    }
    // no reply, or no ticket because somebody else has used it: look
    await tools.wait(PAUSE)
  }
}

/**
 * The portal keeps the activity of a mail that it could not send. That it is none is written down before it is taken away: whoever cannot take it away
 * leaves that to the next look, and nobody believes that the mail went out.
 */
async function noteRefused(portal: Portal, store: RecordStore, due: RemindDue, tools: DueTools): Promise<void> {
  for (let attempt = 1; attempt <= LOOKS; attempt++) {
    try {
      const { refused, mails } = await portal.batch<{ refused: unknown, mails: { ID: string }[] }>({
        refused: addMark(holderOf(store, due), refusedOf(due)), mails: mailsWith(originOf(due.invitation, due.nth + 1))
      })
      if (!refused.ok) throw refused.error
      if (mails.ok) await clear(portal, store, due, { refused: Number(refused.result), mails: mails.result.map(({ ID }) => Number(ID)) }).catch(leaveToNextLook)
      return
    } catch (error) {
      leaveToNextLook(error)
      await tools.wait(PAUSE)
    }
  }
}

function leaveToNextLook(error: unknown): void {
  if (!(error instanceof PortalError)) throw error
}

/** Takes away what was seen of refused mails, and at last the mark. Somebody else may be at it. @throws PortalError */
async function clear(portal: Portal, store: RecordStore, due: RemindDue, { refused, mails }: Pick<Seen, 'refused' | 'mails'>): Promise<void> {
  const away = async ({ method, params }: Command): Promise<void> => {
    await portal.call(method, params).catch((error: unknown) => {
      if (!(error instanceof PortalError) || error.code !== 'notFound') throw error
    })
  }
  for (const id of mails) await away({ method: 'crm.activity.delete', params: { id } })
  await away(removeMark(holderOf(store, due), refused))
}

interface Seen {
  /** the mark of a refused mail whose activity may still stand there */
  refused: number | null
  /** ids of activities */
  mails: number[]
  /** the first ticket; null when it was used */
  ticket: number | null
  mailed: boolean
  reminders: number
  /** answered, cancelled, expired … */
  isOver: boolean
}

/** The mail is looked for after the ticket: who used it sends the mail behind it. @throws PortalError */
async function look(portal: Portal, store: RecordStore, due: RemindDue): Promise<Seen> {
  const { tickets, mails, item, answers } = await portal.batch<{
    tickets: CommentRow[], mails: { ID: string }[], item: { item: unknown }, answers: { items: unknown }
  }>({
    tickets: marksOf(holderOf(store, due)), mails: mailsWith(originOf(due.invitation, due.nth + 1)),
    item: getItem(store.entityTypeId, due.invitation.id), answers: answersTo(store, [due.invitation.id])
  })
  for (const outcome of [tickets, mails, item, answers]) if (!outcome.ok) throw outcome.error
  if (!tickets.ok || !mails.ok || !item.ok || !answers.ok) throw new PortalError('unreadable')
  const { state, answered, reminders } = readInvitation(store, item.result.item)
  return {
    refused: ticketIn(tickets.result, refusedOf(due)), mails: mails.result.map(({ ID }) => Number(ID)),
    ticket: ticketIn(tickets.result, ticketOf(due)), mailed: mails.result.length > 0, reminders,
    isOver: answered || state !== 'sent' || listOf(answers.result.items).length > 0
  }
}

/** What was answered or closed meanwhile is left as it is. @throws PortalError when nothing could be read or the request failed */
async function expire(portal: Portal, store: RecordStore, group: readonly ExpireDue[]): Promise<Map<string, DueOutcome>> {
  const looks = group.map(({ invitation }, index): [string, Command] => [`i${index}`, getItem(store.entityTypeId, invitation.id)])
  const now = await portal.batch<Record<string, { item: unknown }>>(Object.fromEntries(looks))
  const open = group.filter((_, index) => {
    const outcome = now[`i${index}`]
    if (!outcome?.ok) return false
    const { state, answered } = readInvitation(store, outcome.result.item)
    return state === 'sent' && !answered
  })
  const written = open.length === 0 ? {} : await portal.batch<Record<string, unknown>>(Object.fromEntries(open.map(({ invitation }): [string, Command] => [
    `e${invitation.id}`,
    updateItem(store.entityTypeId, invitation.id, { stageId: store.invitationStages.stopped, ...toWire(store, { FB_STATE: 'expired', FB_WHY: '' }) })
  ])))
  return new Map(group.map((one, index): [string, DueOutcome] => {
    const read = now[`i${index}`]
    if (!read?.ok && read?.error.code !== 'notFound') return [one.key, { state: 'failed', error: read?.error ?? new PortalError('unreadable') }]
    const outcome = written[`e${one.invitation.id}`]
    if (!outcome) return [one.key, { state: 'gone' }]
    return [one.key, outcome.ok ? { state: 'expired' } : { state: 'failed', error: outcome.error }]
  }))
}
