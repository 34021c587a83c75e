import { readInvitation } from '@/invitation/store'
import { isInChat, writeInChat } from '@/invitation/chat'
import { chatMark, type ChatPlace } from '@/invitation/model/chat'
import { chatWords } from '@/invitation/chat-words'
import { linkOf } from '@/invitation/personal-link'
import { isOneOfMany, type Invitation, type InvitationState } from '@/invitation/model/invitation'
import { invitationMail } from '@/invitation/model/mail'
import { addDays, isAskable, type Recipient } from '@/invitation/model/request'
import { dayAfterPause, latestDay } from '@/invitation/model/portal-day'
import { fixedSender, senderOf } from '@/invitation/model/sender'
import { newToken } from '@/invitation/model/token'
import { firstOf, lookAround } from '@/invitation/rivals'
import { ENGINE } from '@/plan/compile/input'
import { DUTY, SETTLING_MS, type InCharge } from '@/plan/control'
import { ref } from '@/portal/batch-command'
import type { Command, Outcome, Portal } from '@/portal/client'
import { MAIL_REFUSED, PortalError } from '@/portal/errors'
import { COMPANY, CONTACT, DEAL } from '@/portal/fields'
import { addItem, dealLink, getItem, toWire, toWireNative, updateItem } from '@/portal/items'
import { mailsWith, sendMail } from '@/portal/mail'
import { cardPath, type RecordStore } from '@/portal/record-store'
import { addMark, marksOf, removeMark, ticketIn, type CommentRow, type Holder } from '@/portal/ticket'
import { cutText, oneLine } from '@/survey/model/cut-text'
import { isEmail } from '@/survey/model/email-address'
import type { Lang, Survey } from '@/survey/model/survey'
import { readable, surveyCommand, surveysFromWire } from '@/survey/store'

/** Looks after a lost reply, and the pause before each in milliseconds: a slow portal may still be working. */
const LOOKS = 3
const PAUSE = 1500

export interface Order {
  survey: Survey
  /** null: about the relationship as a whole */
  deal: { id: number, title: string } | null
  recipient: Pick<Recipient, 'kind' | 'id' | 'name'>
  /** company of a contact, so that its card knows of the invitation; none when the caller may not read it: crm.item.add would refuse it */
  companyId?: number | null
  /** '' where nothing is mailed */
  email: string
  /**
   * The dialog that it is written into, instead of a mail; the app does that at once, whoever is in charge.
   * null: an operator writes it himself, and gets the words for that
   */
  chat?: ChatPlace | null
  /** with `chat: null`: whoever asks hands the link over, as a link or as a code */
  link?: boolean
  lang: Lang
  sender: { id: number, name: string, email: string }
  /** ids of invitations that the person was shown before pressing */
  known: ReadonlySet<number>
  /** all of them: those that share a mailbox share its day */
  surveys?: readonly Survey[]
  /** days before which the cards said that nobody is to be asked: a later one is not made earlier */
  notBefore?: { person: string | null, company: string | null }
  /** why somebody is asked before the time is over; '' otherwise */
  overrideReason: string
  /** FB_WHY where no reason was written */
  note?: string
  /** the mail goes to a colleague who tries the survey out; the app sends it whoever is in charge */
  test: boolean
  /** who sends it: the app at once, or the portal's processes within a minute or so */
  by: InCharge
  /** stage of the deal that is the reason, a full STATUS_ID: the rule of the processes then knows that it was asked about */
  stage?: string
}

export interface SendTools {
  /** by the portal's clock */
  now: () => Date
  /** minutes that the portal's clock is ahead of UTC; without it a day is one of UTC */
  offset?: () => number
  randomBytes: (length: number) => Uint8Array
  wait: (milliseconds: number) => Promise<void>
  /** base address of links, with trailing slash */
  base: string
  /** what the app writes into the deal's timeline */
  timelineText: (link: string) => string
}

export type SendResult =
  /** `confirmed: false` = the portal has the mail or the message, but its reply was lost */
  | { state: 'sent', invitationId: number, token: string, confirmed: boolean }
  /** the portal's processes send it; until they begin it can be cancelled as if it had never been */
  | { state: 'handed', invitationId: number, token: string }
  /** somebody else asked the same person, or somebody of the same company, in the same moment */
  | { state: 'lost', winner: number, ofCompany: boolean }

/**
 * Asks one person by mail or in a chat. Write first, look, then send: the invitation exists before anything leaves, the lowest id wins.
 *
 * A ticket on the invitation (see `portal/ticket.ts`) makes the sending happen at most once. While the portal's processes are in charge the
 * invitation is only written, and looked after in the same way: it stands for a minute before a process takes it up, and that one looks again.
 *
 * @throws PortalError of the catalogue; `executed: 'unknown'` never escapes without the state having been looked up as far as possible
 */
export async function sendInvitation(portal: Portal, store: RecordStore, order: Order, tools: SendTools): Promise<SendResult> {
  checkSender(order)
  const token = newToken(tools.randomBytes)
  const { now: survey, ...created } = await createInvitation(portal, store, order, token, tools)
  const rivals = await lookAround(portal, store, order, created.id, tools)
  const { id, ticket } = await withoutDoubles(portal, store, order, created, rivals.ofPerson.filter(invitation => invitation.token === token))
  const changed = changeOf(order, survey)
  if (changed !== null) {
    await withdraw(portal, store, id, changed.code)
    throw changed
  }
  const first = order.test ? null : firstOf(rivals, order, { id, token }, tools)
  if (first !== null) {
    await withdraw(portal, store, id, `duplicate of ${first.winner}`)
    return { state: 'lost', ...first }
  }
  if (rivals.fullUntil !== null) {
    await withdraw(portal, store, id, 'mailboxFull')
    throw new PortalError('mailboxFull', { detail: rivals.fullUntil })
  }
  if (ticket === null) return { state: 'handed', invitationId: id, token }
  return deliver(portal, store, order, { id, token, expires: expiryOf(order, tools.now()) }, ticket, tools)
}

/**
 * Takes up a sending whose end nobody recorded, or that the portal's processes have not begun: that one becomes the app's. Safe to press any number
 * of times.
 * @throws PortalError as `sendInvitation`; 'notFound' when the invitation was withdrawn meanwhile; 'mailboxFull': it waits for another day;
 * 'mailUnconfirmed' when a process has begun to send it: whether its mail has left nobody knows, and it is never sent again
 */
export async function resumeInvitation(portal: Portal, store: RecordStore, current: Order, invitation: Invitation, tools: SendTools): Promise<SendResult> {
  const order = asBegun(current, invitation)
  checkSender(order)
  // its mail leaves with another ticket
  if (isOneOfMany(invitation)) throw new PortalError('alreadyInvited', { detail: String(invitation.id) })
  const target = { id: invitation.id, token: invitation.token, expires: invitation.expiresAt ?? expiryOf(order, tools.now()) }
  const seen = await look(portal, store, target, order.chat, order)
  if (seen.mailed) return recordSent(portal, store, order, target, tools, seen.state === 'sent')
  const changed = changeOf(order, seen.survey)
  if (changed !== null) throw changed
  // begun yesterday, or given up before it was counted
  const full = seen.state === 'sent' ? null : (await lookAround(portal, store, order, invitation.id, tools)).fullUntil
  if (full !== null) throw new PortalError('mailboxFull', { detail: full })
  if (seen.state === 'to_send') {
    const ticket = await takeOver(portal, store, target, tools)
    return ticket === null ? sentByProcess(target) : deliver(portal, store, order, target, ticket, tools)
  }
  if (seen.by === ENGINE && order.chat === undefined) {
    if (seen.state === 'sent') return sentByProcess(target)
    throw new PortalError('mailUnconfirmed', { executed: 'no' })
  }
  // written or not: without the ticket nobody who cannot read the chat knows
  if (seen.mailed === null && seen.ticket === null) throw unconfirmed(order)
  return deliver(portal, store, order, target, seen.ticket ?? await newTicket(portal, store, target.id), tools)
}

/** Over the channel with which it was begun, whatever is chosen now. */
function asBegun({ chat: _chosen, ...order }: Order, { channel, chat }: Invitation): Order {
  return channel === 'chat' || channel === 'link' ? { ...order, chat: chat ?? null } : order
}

const sentByProcess = ({ id, token }: Target): SendResult => ({ state: 'sent', invitationId: id, token, confirmed: true })

/**
 * An invitation that waits for a process becomes the app's: marked first, and looked at once more when a process that was about to send it must
 * have begun. Of two people who press at once both use the ticket that was there first.
 * @returns the ticket for the mail; null when a process has sent it meanwhile: then it stays the processes'
 * @throws PortalError 'notFound', 'mailUnconfirmed' see `resumeInvitation`
 */
async function takeOver(portal: Portal, store: RecordStore, target: Target, tools: SendTools): Promise<number | null> {
  const holder = holderOf(store, target.id)
  const seen = await portal.batch<{ made: number, marked: unknown, tickets: CommentRow[] }>({
    made: addMark(holder, TICKET),
    marked: updateItem(store.entityTypeId, target.id, toWire(store, { FB_BY: DUTY })),
    tickets: marksOf(holder)
  }, { halt: true })
  if (!seen.made.ok) throw seen.made.error
  if (!seen.marked.ok) throw seen.marked.error
  if (!seen.tickets.ok) throw seen.tickets.error
  const made = Number(seen.made.result)
  const ticket = ticketIn(seen.tickets.result, TICKET) ?? made
  await tools.wait(SETTLING_MS)
  const now = await look(portal, store, target)
  if (now.state === 'to_send') return ticket
  // somebody else took it over and has sent it with the ticket seen here
  if (now.mailed) return ticket
  await portal.batch<Record<string, unknown>>({
    back: updateItem(store.entityTypeId, target.id, toWire(store, { FB_BY: ENGINE })), spare: removeMark(holder, made)
  })
  if (now.state === 'sent') return null
  throw new PortalError('mailUnconfirmed', { executed: 'no' })
}

/**
 * The token is dead from now on; a later answer is kept and flagged. What a process was to send is looked at again: one that had just begun writes
 * over the cancellation.
 * @returns false when the portal's processes had sent the mail, or may have, before they could be stopped
 * @throws PortalError
 */
export async function cancelInvitation(
  portal: Portal, store: RecordStore, { id, by, state }: Pick<Invitation, 'id' | 'by' | 'state'>, wait: SendTools['wait']
): Promise<boolean> {
  if (by !== ENGINE || state !== 'to_send') {
    await withdraw(portal, store, id, '')
    return true
  }
  const before = await withdrawNow(portal, store, id)
  let seen = before
  for (let look = 1; look <= LOOKS && ['to_send', 'sending'].includes(seen); look++) {
    await wait(SETTLING_MS)
    seen = await withdrawNow(portal, store, id)
    // as we left it: no process had it in hand
    if (seen === 'cancelled') return before === 'to_send' && look === 1
  }
  return false
}

/** @returns the state that it had before. @throws PortalError */
async function withdrawNow(portal: Portal, store: RecordStore, id: number): Promise<InvitationState> {
  const { before, settled } = await portal.batch<{ before: { item: unknown }, settled: unknown }>({
    before: getItem(store.entityTypeId, id), settled: settling(store, id, 'cancelled', '')
  }, { halt: true })
  if (!before.ok) throw before.error
  if (!settled.ok) throw settled.error
  return readInvitation(store, before.result.item).state
}

/**
 * The panel may have stood open for an hour: a survey that was paused or published anew since is not sent as it was then.
 * A survey that could not be read again counts as unchanged: nothing speaks against it.
 */
function changeOf(order: Order, now: Survey | null | undefined): PortalError | null {
  if (now === undefined) return null
  if (now === null || !isAskable(now)) return order.test && now?.published ? null : new PortalError('surveyStopped', { detail: order.survey.id })
  const [seen, newest] = [order.survey.published?.version, now.published?.version]
  return seen === newest ? null : new PortalError('surveyRepublished', { detail: `${order.survey.id} ${seen} → ${newest}` })
}

/** A mailbox that an administrator chose and that is none is not the client's mistake. */
function checkSender({ survey, chat }: Order): void {
  if (chat !== undefined) return
  const sender = survey.published ? fixedSender(survey.published.content) : null
  if (sender !== null && !isEmail(sender.email)) throw new PortalError('noMailbox', { detail: sender.email })
}

/** An invitation that is in the portal, with the ticket that its mail will use up; null = a process sends it. */
interface Written {
  id: number
  ticket: number | null
}

export interface Target {
  id: number
  token: string
  /** ISO 8601 */
  expires: string
}

function expiryOf(order: Order, now: Date): string {
  return addDays(now.toISOString(), order.survey.published!.content.expiresAfterDays)
}

/**
 * @returns with the invitation, the survey as it is now: it is read in the request that writes, and nothing has left yet
 * (undefined = not seen, null = gone)
 */
async function createInvitation(
  portal: Portal, store: RecordStore, order: Order, token: string, tools: SendTools
): Promise<Written & { now: Survey | null | undefined }> {
  const toProcesses = isHandedOver(order)
  const fields = invitationFields(store, order, {
    token, by: order.test ? DUTY : order.by, state: toProcesses ? 'to_send' : 'sending', why: order.overrideReason || (order.note ?? ''), expires: expiryOf(order, tools.now())
  })
  for (let attempt = 1; ; attempt++) {
    try {
      const { invitation, ticket, survey } = await portal.batch<{ invitation: { item: { id: number } }, ticket?: number, survey: unknown }>({
        invitation: addItem(store.entityTypeId, fields),
        ...(toProcesses ? {} : { ticket: addMark({ entityTypeId: store.entityTypeId, id: ref('invitation', 'item', 'id') }, TICKET) }),
        survey: surveyCommand(order.survey.id)
      }, { halt: true })
      if (!invitation.ok) throw invitation.error
      if (ticket?.ok === false) throw ticket.error
      return { id: Number(invitation.result.item.id), ticket: ticket ? Number(ticket.result) : null, now: surveyNow(order, survey) }
    } catch (error) {
      if (!(error instanceof PortalError) || error.executed === 'no') throw error
      await tools.wait(PAUSE)
      const found = await findByToken(portal, store, order, token)
      if (found !== null) {
        const { method, params } = surveyCommand(order.survey.id)
        return { ...found, now: surveyNow(order, { ok: true, result: await portal.call(method, params) }) }
      }
      if (attempt === LOOKS) throw error
    }
  }
}

/** What crm.item.add is told of a new invitation. */
export function invitationFields(
  store: RecordStore, order: Order,
  { token, by, state, why, expires }: { token: string, by: InCharge, state: 'to_send' | 'sending', why: string, expires: string }
): Record<string, unknown> {
  const { recipient, deal } = order
  const client = recipient.kind === 'contact'
    ? { contactId: recipient.id, ...(order.companyId ? { companyId: order.companyId } : {}) }
    : { companyId: recipient.id }
  return {
    title: cutText(oneLine([recipient.name, ...deal ? [deal.title] : []].join(' · ')), 250),
    categoryId: store.invitationCategoryId,
    stageId: store.invitationStages.open,
    assignedById: order.sender.id,
    ...(deal ? dealLink(store, deal.id) : {}),
    ...client,
    ...toWire(store, {
      FB_TOKEN: token,
      FB_BY: by,
      FB_SURVEY: order.survey.id,
      FB_VERSION: order.survey.published!.version,
      FB_CHANNEL: order.link ? 'link' : order.chat === undefined ? 'email' : 'chat',
      ...(order.chat ? { FB_LEDGER: chatMark(order.chat) } : {}),
      FB_STATE: state,
      FB_WHY: why,
      FB_ASKED_BY: order.sender.id,
      FB_EXPIRES_AT: expires,
      FB_LANG: order.lang,
      ...(order.stage ? { FB_STAGE: order.stage } : {}),
      ...(order.test ? { FB_FLAG: 'test' } : {})
    })
  }
}

function surveyNow({ survey }: Order, outcome: Outcome<unknown>): Survey | null | undefined {
  return outcome.ok ? readable(surveysFromWire(outcome.result)).find(({ id }) => id === survey.id) ?? null : undefined
}

async function findByToken(portal: Portal, store: RecordStore, order: Order, token: string): Promise<Written | null> {
  const { items } = await portal.call<{ items: unknown[] }>('crm.item.list', {
    entityTypeId: store.entityTypeId,
    filter: { '=categoryId': store.invitationCategoryId, [`=${store.names.FB_TOKEN}`]: token },
    order: { id: 'ASC' },
    start: -1
  })
  return items.length === 0 ? null : withoutDoubles(portal, store, order, null, items.map(item => readInvitation(store, item)))
}

/** A request that was executed twice wrote two records with our token; the first is the invitation, the others are closed. */
async function withoutDoubles(portal: Portal, store: RecordStore, order: Order, own: Written | null, written: Invitation[]): Promise<Written> {
  const [first, ...doubles] = written.map(invitation => invitation.id).sort((a, b) => a - b)
  if (first === undefined || (first === own?.id && doubles.length === 0)) {
    if (own === null) throw new PortalError('notFound')
    return own
  }
  for (const double of doubles) await withdraw(portal, store, double, `duplicate of ${first}`)
  if (first === own?.id) return own
  if (isHandedOver(order)) return { id: first, ticket: null }
  const { method, params } = marksOf(holderOf(store, first))
  const ticket = ticketIn(await portal.call<CommentRow[]>(method, params), TICKET)
  return { id: first, ticket: ticket ?? await newTicket(portal, store, first) }
}

/** Processes know mail and text messages only. */
const isHandedOver = ({ by, test, chat }: Order): boolean => by === ENGINE && !test && chat === undefined

const TICKET = '✉ …'

const holderOf = (store: RecordStore, id: number): Holder => ({ entityTypeId: store.entityTypeId, id })

async function newTicket(portal: Portal, store: RecordStore, id: number): Promise<number> {
  const { method, params } = addMark(holderOf(store, id), TICKET)
  return portal.call<number>(method, params)
}

interface Delivery {
  ticket: Outcome<unknown>
  mail?: Outcome<unknown>
  state: Outcome<unknown>
}

/** @returns null when no reply arrived and the portal may have executed it */
async function deliveryBatch(portal: Portal, store: RecordStore, order: Order, target: Target, ticket: number, tools: SendTools): Promise<Delivery | null> {
  try {
    return await portal.batch<{ ticket: unknown, mail?: unknown, state: unknown, comment: unknown }>({
      ticket: removeMark(holderOf(store, target.id), ticket),
      ...messageCommand(portal, order, target, tools),
      ...sentCommands(store, order, target, tools, cardPath(store.entityTypeId, target.id))
    }, { halt: true })
  } catch (error) {
    if (!(error instanceof PortalError) || error.executed === 'no') throw error
    return null
  }
}

async function deliver(portal: Portal, store: RecordStore, order: Order, target: Target, ticket: number, tools: SendTools): Promise<SendResult> {
  for (let attempt = 1; ; attempt++) {
    const done = await deliveryBatch(portal, store, order, target, ticket, tools)
    if (done?.ticket.ok && done.mail?.ok === false && isRefused(done.mail.error)) return failed(portal, store, order, target, done.mail.error)
    if (done?.ticket.ok && done.state.ok) return { state: 'sent', invitationId: target.id, token: target.token, confirmed: true }
    if (done && !done.ticket.ok && done.ticket.error.code !== 'notFound') throw done.ticket.error
    // No reply; or no ticket, because this batch or another one runs or has run; or nobody knows of the mail or of the state. Look.
    await tools.wait(PAUSE)
    const seen = await look(portal, store, target, order.chat)
    if (seen.mailed) return recordSent(portal, store, order, target, tools, seen.state === 'sent')
    // Without ticket and mail the portal broke off between the two, or has not got further yet: 'failed' would invite a second mail.
    if (attempt === LOOKS) throw unconfirmed(order)
  }
}

const unconfirmed = ({ chat }: Order): PortalError => new PortalError(chat === undefined ? 'mailUnconfirmed' : 'chatUnconfirmed', { executed: 'no', retryable: true })

/** With a mailbox of the survey's own, it is the one to look at: the address of the client was good enough for us. */
export function refusalOf({ survey }: Pick<Order, 'survey'>, error: PortalError): PortalError {
  const sender = survey.published ? fixedSender(survey.published.content) : null
  if (sender === null || !MAIL_REFUSED.has(error.code)) return error
  const { rest, status, method, retryable, executed, detail = '' } = error
  return new PortalError('senderRefused', {
    retryable, executed, ...(rest === undefined ? {} : { rest }), ...(status === undefined ? {} : { status }), ...(method === undefined ? {} : { method }),
    detail: `${sender.email}: ${detail}`
  })
}

/** The mail did certainly not leave. */
function isRefused(error: PortalError): boolean {
  return MAIL_REFUSED.has(error.code) || error.executed === 'no'
}

const clientType = ({ recipient }: Pick<Order, 'recipient'>): typeof CONTACT | typeof COMPANY => recipient.kind === 'contact' ? CONTACT : COMPANY

/** ORIGIN_ID of the mail: found again before anything is sent twice. The number is for reminders. */
export const originOf = ({ token }: Pick<Target, 'token'>, nth = 1): string => `${token}/${nth}`

/**
 * Sends the mail of an invitation; the mail stands in the deal, else in the card of who is asked.
 * @param nth 1 = the invitation itself, 2 = its first reminder …
 */
export function mailCommand(portal: Portal, order: Order, target: Target, tools: SendTools, nth = 1): Command {
  const content = order.survey.published!.content
  const mail = invitationMail(content, linkOf(portal, order, target), tools.base, order.lang, {
    client: order.recipient.name, deal: order.deal?.title ?? '', responsible: order.sender.name, company: content.company
  })
  return sendMail({
    owner: order.deal ? { entityTypeId: DEAL, id: order.deal.id } : { entityTypeId: clientType(order), id: order.recipient.id },
    to: { entityTypeId: clientType(order), id: order.recipient.id, email: order.email },
    from: { id: order.sender.id, ...senderOf(content, order.sender) },
    subject: mail.subject,
    html: mail.html,
    origin: originOf(target, nth),
    at: tools.now().toISOString()
  })
}

/** What makes the invitation leave; nothing where an operator does. */
function messageCommand(portal: Portal, order: Order, target: Target, tools: SendTools): { mail?: Command } {
  if (order.chat === undefined) return { mail: mailCommand(portal, order, target, tools) }
  return order.chat === null ? {} : { mail: writeInChat(order.chat, order.sender.id, chatWords(portal, order, target, tools.base)) }
}

/** What is written down when the mail is out. */
export function sentCommands(
  store: RecordStore, order: Order, target: Target, tools: SendTools, path: string
): Record<'state' | 'comment', Command> & { person?: Command, company?: Command } {
  const now = tools.now().toISOString()
  const native = clientType(order)
  const { notBeforeDays, companyDays } = order.survey.published!.content
  const dayOf = (days: number, said: string | null | undefined): string | null => latestDay([dayAfterPause(now, days, tools.offset?.() ?? 0), said])
  const company = order.recipient.kind === 'contact' && companyDays > 0 ? order.companyId ?? null : null
  return {
    state: updateItem(store.entityTypeId, target.id, toWire(store, { FB_STATE: 'sent', FB_SENT_AT: now })),
    comment: {
      method: 'crm.timeline.comment.add',
      params: {
        fields: {
          ...(order.deal ? { ENTITY_TYPE: 'deal', ENTITY_ID: order.deal.id } : { ENTITY_TYPE: order.recipient.kind, ENTITY_ID: order.recipient.id }),
          COMMENT: tools.timelineText(path)
        }
      }
    },
    ...(order.test ? {} : {
      person: updateItem(native, order.recipient.id, toWireNative(store, native, { FB_NOT_BEFORE: dayOf(
        order.recipient.kind === 'company' ? Math.max(notBeforeDays, companyDays) : notBeforeDays, order.notBefore?.person
      ) }))
    }),
    // said on the card, too: processes and people who may not see the invitation read it there
    ...(order.test || company === null ? {} : {
      company: updateItem(COMPANY, company, toWireNative(store, COMPANY, { FB_NOT_BEFORE: dayOf(companyDays, order.notBefore?.company) }))
    })
  }
}

interface SeenState {
  ticket: number | null
  /** the mail or the message is there; null = the chat cannot be read, and nobody wrote down that it was sent */
  mailed: boolean | null
  /** what the invitation says of itself */
  state: Invitation['state']
  by: Invitation['by']
  /** the survey as it is now, when it was asked for; see `changeOf` */
  survey: Survey | null | undefined
}

/** @throws PortalError 'notFound' when somebody withdrew the invitation: nothing may leave for it any more */
async function look(portal: Portal, store: RecordStore, target: Target, chat?: ChatPlace | null, order?: Order): Promise<SeenState> {
  const { ticket, mail, item, survey } = await portal.batch<{ ticket: CommentRow[], mail?: { ID: string }[], item: { item: unknown }, survey?: unknown }>({
    ticket: marksOf(holderOf(store, target.id)),
    ...(chat === undefined ? { mail: mailsWith(originOf(target)) } : {}),
    item: getItem(store.entityTypeId, target.id),
    ...(order ? { survey: surveyCommand(order.survey.id) } : {})
  })
  if (!ticket.ok) throw ticket.error
  if (mail?.ok === false) throw mail.error
  if (!item.ok) throw item.error
  const { state, by, createdAt } = readInvitation(store, item.result.item)
  if (!['to_send', 'sending', 'sent'].includes(state)) throw new PortalError('notFound', { detail: `invitation ${target.id}: ${state}` })
  return {
    ticket: ticketIn(ticket.result, TICKET),
    mailed: chat !== undefined ? await isWritten(portal, chat, target, state, createdAt) : mail?.ok === true && (mail.result?.length ?? 0) > 0,
    state, by, survey: order && survey ? surveyNow(order, survey) : undefined
  }
}

/** The state is written right behind the message, by the same request; the message is looked for behind the ticket, so that it is not older than that. */
async function isWritten(portal: Portal, chat: ChatPlace | null, { token }: Target, state: InvitationState, createdAt: string): Promise<boolean | null> {
  return state === 'sent' || (chat !== null && isInChat(portal, chat, token, createdAt))
}

/** The mail is out; write down what is missing. Comment and date of the person are not repeated when the state says they were reached. */
async function recordSent(
  portal: Portal, store: RecordStore, order: Order, target: Target, tools: SendTools, already: boolean
): Promise<SendResult> {
  if (!already) {
    const done = await portal.batch<{ state: unknown, comment: unknown }>(
      sentCommands(store, order, target, tools, cardPath(store.entityTypeId, target.id)), { halt: true })
    if (!done.state.ok) throw done.state.error
  }
  return { state: 'sent', invitationId: target.id, token: target.token, confirmed: already }
}

/**
 * The portal keeps the activity of a mail it could not send; it is removed, so that nobody believes the mail went out.
 * State first, in the same request as the look: an activity of an invitation that is still being sent counts as sent.
 */
async function failed(portal: Portal, store: RecordStore, order: Order, target: Target, refusal: PortalError): Promise<never> {
  const error = order.chat === undefined ? refusalOf(order, refusal) : refusal
  const { settled, leftovers } = await portal.batch<{ settled: unknown, leftovers?: { ID: string }[] }>({
    settled: settling(store, target.id, 'failed', error.code),
    ...(order.chat === undefined ? { leftovers: mailsWith(originOf(target)) } : {})
  })
  if (!settled.ok) throw settled.error
  if (leftovers?.ok === false) throw leftovers.error
  for (const { ID } of leftovers?.result ?? []) await portal.call('crm.activity.delete', { id: Number(ID) })
  throw error
}

/** Ends an invitation that did not reach anybody. */
export function settling(store: RecordStore, id: number, state: 'failed' | 'cancelled' | 'skipped', why: string): Command {
  return updateItem(store.entityTypeId, id, { stageId: store.invitationStages.stopped, ...toWire(store, { FB_STATE: state, FB_WHY: why }) })
}

async function withdraw(portal: Portal, store: RecordStore, id: number, why: string): Promise<void> {
  const { method, params } = settling(store, id, 'cancelled', why)
  await portal.call(method, params)
}
