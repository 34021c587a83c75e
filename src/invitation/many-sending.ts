import { mailCommand, invitationFields, originOf, refusalOf, sentCommands, settling, type Order, type SendTools, type Target } from '@/invitation/sending'
import { INVITATION_FIELDS, readInvitation } from '@/invitation/store'
import { candidateOf, inBatches, loadCards, resultOf } from '@/invitation/many-segment'
import { CHUNK, groupBy, markStart, markText, partsOf, ticketIds, ticketText, type CampaignMark } from '@/invitation/model/campaign'
import { winnerOver, type Invitation } from '@/invitation/model/invitation'
import { askedKey } from '@/invitation/model/many'
import { addDays, emailOf, isAskable } from '@/invitation/model/request'
import { newToken } from '@/invitation/model/token'
import { ENGINE } from '@/plan/compile/input'
import { DUTY, type InCharge } from '@/plan/control'
import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { DEAL } from '@/portal/fields'
import { addItem, selectOf, toWire, wireName } from '@/portal/items'
import { cardPath, type RecordStore } from '@/portal/record-store'
import { listNewestFirst, PAGE } from '@/portal/paging'
import { listOf, mapOf } from '@/portal/php-array'
import { addMark, marksOf, removeMark, type CommentRow, type Holder } from '@/portal/ticket'
import type { Survey } from '@/survey/model/survey'

/**
 * Many invitations with few requests, each mail at most once whatever happens to any request.
 *
 * First all invitations are written, fifty a request, and read back: of doubles the lowest id counts. Then tickets are written, comments on the
 * first invitation of the campaign, each naming up to sixteen invitations. A delivery begins with taking its ticket away, so it runs once; what
 * it got done before it broke off the mails themselves tell (ORIGIN_ID), and for the rest there is a new ticket: at once when the portal said that
 * the delivery is over, after `SETTLING` when nobody knows. Of several live tickets that name an invitation the lowest one counts.
 */

/** Looks after a lost reply, and the pause before each in milliseconds, as with one invitation. */
const LOOKS = 3
const PAUSE = 1500

/** No request of a portal runs for so long, in milliseconds: what a lost delivery has not sent by then it will never send. */
const SETTLING = 120_000

/** Pauses when the portal asks for patience, in milliseconds: requests too quick, operating time used up. */
const PATIENCE = { overloaded: 10_000, limitReached: 60_000 } as const
const MOST_PAUSES = 60

export interface Ask {
  order: Order
  /** yyyy-mm-dd */
  day: string
}

/** An invitation that is written and waits for its mail. */
export interface Waiting extends Target {
  order: Order
  day: string
  perDay: number
  /** version that the invitation names; another one is published now */
  version: number
}

export interface ManySteer {
  /** asked before every request that sends: what is in the portal stays there and can be gone on with */
  paused: () => boolean
  told: (progress: ManyProgress) => void
}

export interface ManyProgress {
  /** writing invitations, sending, waiting because the portal wants it, looking after a delivery that broke off */
  step: 'writing' | 'sending' | 'waiting' | 'settling'
  done: number
  of: number
}

export interface Created {
  waiting: Waiting[]
  /** left to the portal's processes */
  handed: number
  /** somebody else asked the same person in the same moment */
  lost: number
  refused: { order: Order, error: PortalError }[]
  /** paused before these were written: a new dry run finds them again */
  unwritten: number
}

/**
 * Writes all invitations of a campaign. Nothing is sent by it, unless the portal's processes are in charge: they send what they find.
 * @param newest id of the newest invitation that the dry run saw; people asked since then by others are theirs
 * @throws PortalError when the portal cannot be reached for long; what was written stands in the portal and can be gone on with
 */
export async function createMany(
  portal: Portal, store: RecordStore, campaign: { id: string, perDay: number, by: InCharge, newest: number }, asks: readonly Ask[],
  tools: SendTools, steer: ManySteer
): Promise<Created> {
  const { by, newest } = campaign
  const refused: Created['refused'] = []
  let unwritten = 0
  const drafts = asks.map(({ order, day }) => ({
    order, day, token: newToken(tools.randomBytes),
    expires: addDays(`${day}T${tools.now().toISOString().slice(11)}`, order.survey.published!.content.expiresAfterDays)
  }))
  for (const [part, group] of partsOf(drafts, BATCH_LIMIT).entries()) {
    if (steer.paused()) {
      unwritten += group.length
      continue
    }
    let left = group
    for (let attempt = 1; left.length > 0; attempt++) {
      const outcomes = await attemptAll(portal, left.map(({ order, token, day, expires }) => addItem(store.entityTypeId, {
        ...invitationFields(store, order, { token, by, state: 'to_send', why: '', expires }), ...toWire(store, { FB_LEDGER: markText({ ...campaign, day }) })
      })), tools, steer)
      const failures = left.map((draft, index) => ({ draft, outcome: outcomes?.[index] })).filter(({ outcome }) => !outcome?.ok)
      for (const { draft: { order }, outcome } of failures) if (outcome && !outcome.ok && isFinal(outcome.error)) refused.push({ order, error: outcome.error })
      left = failures.filter(({ outcome }) => !outcome || outcome.ok || !isFinal(outcome.error)).map(({ draft }) => draft)
      if (left.length === 0) break
      if (attempt === LOOKS) throw new PortalError('replyLost', { executed: 'unknown', retryable: true })
      await tools.wait(PAUSE)
      const written = new Set((await newerThan(portal, store, newest, tools, steer)).map(({ token }) => token))
      left = left.filter(({ token }) => !written.has(token))
    }
    steer.told({ step: 'writing', done: Math.min((part + 1) * BATCH_LIMIT, drafts.length), of: drafts.length })
  }
  const { waiting, lost } = await readBack(portal, store, campaign, drafts, tools, steer)
  return by === ENGINE
    ? { waiting: [], handed: waiting.length, lost, refused, unwritten }
    : { waiting, handed: 0, lost, refused, unwritten }
}

interface Draft {
  order: Order
  day: string
  token: string
  expires: string
}

async function newerThan(portal: Portal, store: RecordStore, newest: number, tools: SendTools, steer: ManySteer): Promise<Invitation[]> {
  return patiently(async () => {
    const rows: Invitation[] = []
    for await (const page of listNewestFirst(portal, {
      entityTypeId: store.entityTypeId, select: selectOf(store, INVITATION_FIELDS), filter: { '=categoryId': store.invitationCategoryId, '>id': newest }
    }, Infinity)) rows.push(...page.map(row => readInvitation(store, row)))
    return rows
  }, tools, steer)
}

/** Doubles of a request that was executed twice, and invitations of people whom somebody else asked a moment before, are withdrawn. */
async function readBack(
  portal: Portal, store: RecordStore, { perDay, newest }: { perDay: number, newest: number }, drafts: readonly Draft[], tools: SendTools, steer: ManySteer
): Promise<{ waiting: Waiting[], lost: number }> {
  const rows = (await newerThan(portal, store, newest, tools, steer)).filter(({ state }) => ['to_send', 'sending', 'sent'].includes(state))
  const byToken = groupBy(rows.toSorted((a, b) => a.id - b.id), ({ token }) => token)
  const mine = new Set(drafts.map(({ token }) => token))
  const rivals = groupBy(rows.filter(({ token }) => !mine.has(token)), askedKey)
  const waiting: Waiting[] = []
  const withdrawn: [string, Command][] = []
  const withdraw = (id: number, winner: number): void => { withdrawn.push([`w${id}`, settling(store, id, 'cancelled', `duplicate of ${winner}`)]) }
  let lost = 0
  for (const { order, day, token, expires } of drafts) {
    const [first, ...doubles] = byToken.get(token) ?? []
    if (!first) continue
    for (const { id } of doubles) withdraw(id, first.id)
    const winner = winnerOver(first.id, rivals.get(askedKey(first)) ?? [], NONE)
    if (winner === null) waiting.push({ id: first.id, token, expires, order, day, perDay, version: first.version })
    else {
      withdraw(first.id, winner)
      lost++
    }
  }
  await writeAgain(portal, Object.fromEntries(withdrawn), tools, steer)
  return { waiting, lost }
}

const NONE: ReadonlySet<number> = new Set()

/** A campaign with invitations that still wait for their mail. */
export interface OpenCampaign {
  id: string
  invitations: (Invitation & { campaign: CampaignMark })[]
}

/** What this person began and has not finished, oldest campaign first. One request for 2,500. @throws PortalError */
export async function findOpenCampaigns(portal: Portal, store: RecordStore, senderId: number): Promise<OpenCampaign[]> {
  const found: OpenCampaign['invitations'] = []
  const query = {
    entityTypeId: store.entityTypeId, select: selectOf(store, INVITATION_FIELDS),
    filter: {
      '=categoryId': store.invitationCategoryId, ...equals(store, { FB_STATE: 'to_send', FB_BY: DUTY, FB_ASKED_BY: senderId }),
      [`%=${wireName(store, 'FB_LEDGER')}`]: `${markStart()}%`
    }
  }
  for await (const rows of listNewestFirst(portal, query, Infinity)) {
    for (const invitation of rows.map(row => readInvitation(store, row))) {
      const { campaign, state, by } = invitation
      if (campaign && state === 'to_send' && by === DUTY) found.push({ ...invitation, campaign })
    }
  }
  return [...groupBy(found.reverse(), ({ campaign }) => campaign.id)].map(([id, invitations]) => ({ id, invitations }))
}

const equals = (store: RecordStore, values: Parameters<typeof toWire>[1]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(toWire(store, values)).map(([name, value]) => [`=${name}`, value]))

/**
 * Everything that mails of a campaign need, read anew. Who said meanwhile that they want no questions, and who has no address any more, is
 * skipped in the portal and not sent to.
 * @throws PortalError 'surveyStopped' when one of the surveys is paused or gone: nothing is skipped because of it
 */
export async function loadWaiting(
  portal: Portal, store: RecordStore, invitations: OpenCampaign['invitations'], surveys: readonly Survey[], sender: Order['sender'], tools: SendTools,
  steer: ManySteer
): Promise<{ waiting: Waiting[], skipped: number }> {
  const cards = await loadCards(portal, store, {
    contacts: invitations.map(({ contactId }) => contactId), companies: invitations.map(({ companyId }) => companyId)
  })
  const deals = await dealTitles(portal, invitations.flatMap(({ dealId }) => dealId ?? []))
  const waiting: Waiting[] = []
  const skipped: [string, Command][] = []
  const firstOf = await firstsOf(portal, store, invitations)
  for (const { id, token, contactId, companyId, dealId, survey: surveyId, lang, expiresAt, campaign: { day, perDay }, version } of invitations) {
    const first = firstOf.get(token)
    if (first !== undefined && first < id) {
      skipped.push([`s${id}`, settling(store, id, 'cancelled', `duplicate of ${first}`)])
      continue
    }
    const survey = surveys.find(one => one.id === surveyId)
    if (!survey || !isAskable(survey)) throw new PortalError('surveyStopped', { detail: surveyId })
    const { person, company } = candidateOf(store, { contactId, companyId, deal: null }, cards)
    const email = person && emailOf(person)
    const why = person === null || email === null ? 'noEmail' : person.optedOut || company?.optedOut ? 'optedOut' : null
    if (why !== null || !person || !email) {
      skipped.push([`s${id}`, settling(store, id, 'skipped', why ?? 'noEmail')])
      continue
    }
    waiting.push({
      id, token, day, perDay, version,
      expires: expiresAt ?? addDays(tools.now().toISOString(), survey.published!.content.expiresAfterDays),
      order: {
        survey, sender, email, lang, recipient: { kind: person.kind, id: person.id, name: person.name }, companyId: contactId === null ? null : companyId,
        deal: dealId === null ? null : { id: dealId, title: deals.get(dealId) ?? '' },
        known: NONE, overrideReason: '', test: false, by: DUTY
      }
    })
  }
  await writeAgain(portal, Object.fromEntries(skipped), tools, steer)
  return { waiting, skipped: skipped.length }
}

/**
 * Lowest id of each token: the page was closed before the doubles of a request that was executed twice were withdrawn. The first may have been
 * sent already.
 */
async function firstsOf(portal: Portal, store: RecordStore, invitations: readonly Invitation[]): Promise<Map<string, number>> {
  const parts = partsOf(invitations.map(({ token }) => token), TOKENS)
  const found = await inBatches(portal, Object.fromEntries(parts.map((tokens, part): [string, Command] => [`f${part}`, {
    method: 'crm.item.list',
    params: {
      entityTypeId: store.entityTypeId, select: selectOf(store, ['FB_TOKEN', 'FB_STATE']), order: { id: 'ASC' }, start: -1,
      filter: { '=categoryId': store.invitationCategoryId, [`@${wireName(store, 'FB_TOKEN')}`]: tokens }
    }
  }])))
  const firsts = new Map<string, number>()
  for (const row of Object.values(found).flatMap(outcome => listOf(mapOf(resultOf(outcome)).items))) {
    const { id, token, state } = readInvitation(store, row)
    if (['to_send', 'sending', 'sent'].includes(state)) firsts.set(token, Math.min(id, firsts.get(token) ?? id))
  }
  return firsts
}

/** Tokens of one list: each may be there more than once, and a page has fifty rows. */
const TOKENS = 10

async function dealTitles(portal: Portal, ids: readonly number[]): Promise<Map<number, string>> {
  const found = await inBatches(portal, Object.fromEntries(partsOf([...new Set(ids)], PAGE).map((group, part): [string, Command] => [`d${part}`, {
    method: 'crm.item.list', params: { entityTypeId: DEAL, filter: { '@id': group }, select: ['id', 'title'], order: { id: 'ASC' }, start: -1 }
  }])))
  return new Map(Object.values(found).flatMap(outcome => listOf(mapOf(resultOf(outcome)).items)).map(mapOf).map(({ id, title }) => [Number(id), String(title ?? '')]))
}

export interface ManyReport {
  sent: number
  /** cancelled, answered or sent elsewhere meanwhile */
  gone: number
  failed: { order: Order, error: PortalError }[]
  /** still waiting: paused, or stopped by `error` */
  left: number
  error: PortalError | null
}

/**
 * Sends what waits. Safe at any time, by anybody, any number of times at once: each mail leaves at most once.
 * @param campaignId names the invitation that carries the tickets
 * @param isFresh these invitations were written a moment ago and nobody has seen them
 * @returns `error` instead of throwing: what was sent until then is told too
 */
export async function sendMany(
  portal: Portal, store: RecordStore, campaignId: string, waiting: readonly Waiting[], tools: SendTools, steer: ManySteer, isFresh = false
): Promise<ManyReport> {
  const run = new Delivery(portal, store, campaignId, waiting, tools, steer)
  try {
    await run.all(isFresh)
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    run.report.error = error
  }
  return { ...run.report, left: run.todo.size }
}

/**
 * Ends a campaign: its tickets first, so that no delivery can begin, then what has not left.
 * @returns how many will never be sent
 * @throws PortalError
 */
export async function stopMany(
  portal: Portal, store: RecordStore, { id: campaignId, invitations }: OpenCampaign, tools: SendTools, steer: ManySteer
): Promise<number> {
  const { holder, live } = await findTickets(portal, store, campaignId, tools, steer)
  await writeAgain(portal, Object.fromEntries(live.map(({ id }): [string, Command] => [`t${id}`, removeMark(holder, id)])), tools, steer)
  await tools.wait(PAUSE)
  let stopped = 0
  for (const group of partsOf(invitations, PAGE)) {
    const { states, mailed } = await look(portal, store, group, tools, steer)
    const idle = group.filter(({ id, token }) => states.get(id) === 'to_send' && !mailed.has(token))
    await writeAgain(portal, Object.fromEntries(idle.map(({ id }): [string, Command] => [`w${id}`, settling(store, id, 'cancelled', '')])), tools, steer)
    stopped += idle.length
  }
  return stopped
}

interface Ticket {
  id: number
  /** invitations that it lets out */
  ids: number[]
}

class Delivery {
  readonly todo: Map<number, Waiting>
  readonly report: ManyReport = { sent: 0, gone: 0, failed: [], left: 0, error: null }
  private readonly of: number
  /** whose delivery is over or was lost: unsent, and no ticket lets them out */
  private readonly adrift = new Set<number>()

  constructor(
    private readonly portal: Portal, private readonly store: RecordStore, private readonly campaignId: string, waiting: readonly Waiting[],
    private readonly tools: SendTools, private readonly steer: ManySteer
  ) {
    this.todo = new Map(waiting.map(one => [one.id, one]))
    this.of = waiting.length
  }

  async all(isFresh: boolean): Promise<void> {
    if (this.todo.size === 0) return
    const { holder, live } = await findTickets(this.portal, this.store, this.campaignId, this.tools, this.steer, isFresh)
    let tickets = isFresh ? await this.newTickets(holder, [...this.todo.keys()]) : this.assigned(live)
    if (!isFresh) await this.lookAfter([...this.todo.keys()])
    for (let round = 0; ; round++) {
      await this.sendAll(holder, tickets)
      const adrift = [...this.todo.keys()].filter(id => this.adrift.has(id) || !tickets.some(({ ids }) => ids.includes(id)))
      if (adrift.length === 0 || this.steer.paused()) return
      if (round === LOOKS) throw new PortalError('mailUnconfirmed', { executed: 'no', retryable: true })
      tickets = await this.newTickets(holder, adrift)
      this.steer.told({ step: 'settling', done: this.of - this.todo.size, of: this.of })
      await this.tools.wait(SETTLING)
      await this.lookAfter(adrift)
      this.adrift.clear()
    }
  }

  private async sendAll(holder: Holder, tickets: Ticket[]): Promise<void> {
    for (const [index, ticket] of tickets.entries()) {
      if (this.steer.paused()) return
      await this.send(holder, ticket, tickets[index + 1]?.ids ?? [])
      this.steer.told({ step: 'sending', done: this.of - this.todo.size, of: this.of })
    }
  }

  /** @param next looked at in the same request, so that what was cancelled meanwhile is not sent */
  private async send(holder: Holder, ticket: Ticket, next: readonly number[]): Promise<void> {
    let current: Ticket | undefined = ticket
    let lost = 0
    while (current && !this.steer.paused()) {
      const targets: Waiting[] = current.ids.flatMap(id => this.todo.get(id) ?? [])
      if (targets.length === 0) {
        await writeAgain(this.portal, { ticket: removeMark(holder, current.id) }, this.tools, this.steer)
        return
      }
      const done: Outcomes | null = await this.attempt(holder, current, targets, next)
      if (done?.ticket?.ok) {
        current = await this.settle(holder, targets, done)
        continue
      }
      if (done?.ticket && !done.ticket.ok && isPatience(done.ticket.error)) {
        await pauseFor(done.ticket.error, this.tools, this.steer)
        continue
      }
      if (done?.ticket && !done.ticket.ok && done.ticket.error.code !== 'notFound') throw done.ticket.error
      // no reply, or no ticket: this delivery, or another one, runs or has run
      await this.tools.wait(PAUSE)
      const live: Ticket[] = await this.lookAfter(targets.map(({ id }) => id), holder)
      const same: Ticket | undefined = live.find(({ id }) => id === current?.id)
      if (!same) for (const { id } of targets) this.adrift.add(id)
      if (same && ++lost === LOOKS) throw new PortalError('replyLost', { executed: 'unknown', retryable: true })
      current = same && { ...same, ids: current.ids }
    }
  }

  private async attempt(holder: Holder, ticket: Ticket, targets: readonly Waiting[], next: readonly number[]): Promise<Outcomes | null> {
    const { portal, store, tools } = this
    const sent = targets.map(one => ({ id: one.id, one, written: sentCommands(store, one.order, one, tools, cardPath(store.entityTypeId, one.id)) }))
    const commands: [string, Command][] = [
      ['ticket', removeMark(holder, ticket.id)],
      ...sent.flatMap(({ id, one, written }): [string, Command][] => [
        [`m${id}`, mailCommand(portal, one.order, one, tools)], [`s${id}`, this.stateCommand(one, written.state)]
      ]),
      ...next.length > 0 ? [['next', statesOf(store, next)] satisfies [string, Command]] : [],
      ...sent.flatMap(({ id, written: { person } }): [string, Command][] => person ? [[`p${id}`, person]] : [])
    ]
    try {
      return await patiently(() => portal.batch<Record<string, unknown>>(Object.fromEntries(commands), { halt: true }), tools, this.steer)
    } catch (error) {
      if (!(error instanceof PortalError) || error.executed === 'no') throw error
      return null
    }
  }

  /** Who is asked in the words of a newer version answers that one. */
  private stateCommand({ order, version }: Waiting, state: Command): Command {
    const now = order.survey.published!.version
    if (now === version) return state
    return { ...state, params: { ...state.params, fields: { ...mapOf(state.params?.fields), ...toWire(this.store, { FB_VERSION: now }) } } }
  }

  /** The portal has told how far it came. @returns a new ticket for those that it did not come to */
  private async settle(holder: Holder, targets: readonly Waiting[], done: Outcomes): Promise<Ticket | undefined> {
    const { portal, store, tools, steer } = this
    if (done.next?.ok) this.forget(statesIn(store, done.next.result))
    const later: Record<string, Command> = {}
    const rest: number[] = []
    let stop: PortalError | null = null
    for (const one of targets) {
      const [mail, state, person] = [done[`m${one.id}`], done[`s${one.id}`], done[`p${one.id}`]]
      const written = sentCommands(store, one.order, one, tools, cardPath(store.entityTypeId, one.id))
      if (mail?.ok) {
        if (!state?.ok) later[`s${one.id}`] = this.stateCommand(one, written.state)
        if (!person?.ok && written.person && (!person || isNotRun(person.error))) later[`p${one.id}`] = written.person
        this.finish(one.id, 'sent')
        continue
      }
      const error = mail ? mail.error : new PortalError('unreadable', { executed: 'unknown' })
      if (isNotRun(error)) rest.push(one.id)
      else if (isPatience(error)) {
        rest.push(one.id)
        await pauseFor(error, tools, steer)
      } else if (error.executed === 'unknown' && !MAIL_SAID_NO.has(error.code)) this.adrift.add(one.id)
      else {
        await this.removeLeftovers(one)
        const refusal = refusalOf(one.order, error)
        if (SENDER_FAULT.has(refusal.code)) {
          stop = refusal
          rest.push(one.id)
          continue
        }
        later[`f${one.id}`] = settling(store, one.id, 'failed', refusal.code)
        this.report.failed.push({ order: one.order, error: refusal })
        this.finish(one.id)
      }
    }
    await writeAgain(portal, later, tools, steer)
    const [ticket] = rest.length > 0 ? await this.newTickets(holder, rest) : []
    if (stop) throw stop
    return ticket
  }

  /** The portal keeps the activity of a mail that it could not send; found later it would pass for a mail that left. */
  private async removeLeftovers({ token }: Target): Promise<void> {
    const { portal, tools, steer } = this
    const rows = await patiently(() => portal.call<{ ID: string }[]>('crm.activity.list', mailsOf([token]).params), tools, steer)
    const gone = rows.map(({ ID }): [string, Command] => [`a${ID}`, { method: 'crm.activity.delete', params: { id: Number(ID) } }])
    await writeAgain(portal, Object.fromEntries(gone), tools, steer)
  }

  /** What has left is written down as sent, what was cancelled is forgotten. @returns tickets that are live, when a holder is given */
  private async lookAfter(ids: readonly number[], holder?: Holder): Promise<Ticket[]> {
    const { portal, store, tools, steer } = this
    let live: Ticket[] = []
    for (const group of partsOf(ids.flatMap(id => this.todo.get(id) ?? []), PAGE)) {
      const seen = await look(portal, store, group, tools, steer, holder)
      live = seen.live
      const left = group.filter(({ id, token }) => seen.states.get(id) === 'to_send' && seen.mailed.has(token))
      await writeAgain(portal, Object.fromEntries(left.flatMap((one): [string, Command][] => {
        const { state, person } = sentCommands(store, one.order, one, tools, cardPath(store.entityTypeId, one.id))
        return [[`s${one.id}`, this.stateCommand(one, state)], ...person ? [[`p${one.id}`, person] satisfies [string, Command]] : []]
      })), tools, steer)
      for (const { id, token } of group) if (seen.mailed.has(token)) this.finish(id, 'sent')
      this.forget(new Map(group.map(({ id }) => [id, seen.states.get(id) ?? 'cancelled'])))
    }
    return live
  }

  private forget(states: ReadonlyMap<number, Invitation['state']>): void {
    for (const [id, state] of states) if (state !== 'to_send') this.finish(id, state === 'sent' ? 'sent' : 'gone')
  }

  private finish(id: number, as?: 'sent' | 'gone'): void {
    if (this.todo.delete(id) && as) this.report[as]++
  }

  /** Each invitation goes with the lowest live ticket that names it. */
  private assigned(live: readonly Ticket[]): Ticket[] {
    const taken = new Set<number>()
    return live.map(({ id, ids }) => {
      const own = ids.filter(one => this.todo.has(one) && !taken.has(one))
      for (const one of own) taken.add(one)
      return { id, ids: own }
    })
  }

  private async newTickets(holder: Holder, ids: readonly number[]): Promise<Ticket[]> {
    const { portal, tools, steer } = this
    const wanted = partsOf(ids, CHUNK).map(ticketText)
    for (let attempt = 1; ; attempt++) {
      let live: Ticket[] | null = null
      for (const part of partsOf(wanted, BATCH_LIMIT - TICKET_PAGES)) {
        try {
          const { adds, lists } = splitBy(part.map((text, index): [string, Command] => [`a${index}`, addMark(holder, text)]), ticketLists(holder, TICKET_PAGES))
          const outcomes = await patiently(() => portal.batch<Record<string, unknown>>({ ...adds, ...lists }), tools, steer)
          live = await allTickets(portal, holder, outcomes, tools, steer)
        } catch (error) {
          if (!(error instanceof PortalError) || error.executed === 'no') throw error
          await tools.wait(PAUSE)
          live = await allTickets(portal, holder, {}, tools, steer)
        }
      }
      const found = this.assigned(live ?? []).filter(({ ids: own }) => own.some(id => ids.includes(id)))
      const covered = new Set(found.flatMap(ticket => ticket.ids))
      if (ids.every(id => covered.has(id) || !this.todo.has(id))) return found
      if (attempt === LOOKS) throw new PortalError('replyLost', { executed: 'unknown', retryable: true })
      wanted.splice(0, wanted.length, ...partsOf(ids.filter(id => !covered.has(id)), CHUNK).map(ticketText))
    }
  }
}

type Outcomes = Record<string, Outcome<unknown> | undefined>

/** Refusals of the portal's mail; `executed` is unknown with them because the activity stays, not the mail. */
const MAIL_SAID_NO: ReadonlySet<string> = new Set(['noMailbox', 'senderRefused', 'invalidEmail', 'mailFailed'])
/** The next mail would be refused too. */
const SENDER_FAULT: ReadonlySet<string> = new Set(['noMailbox', 'senderRefused', 'mailFailed', 'sessionExpired', 'planWithoutRest'])

const isNotRun = (error: PortalError): boolean => error.code === 'notRun'
const isPatience = (error: PortalError): boolean => error.executed === 'no' && (error.code === 'overloaded' || error.code === 'limitReached')
/** Asking again would be refused again. */
const isFinal = (error: PortalError): boolean => error.executed === 'no' && !error.retryable && !isNotRun(error) && !isPatience(error)

/** Pages of comments that are looked at beside what is written; more are read after them. */
const TICKET_PAGES = 5

const splitBy = (adds: [string, Command][], lists: [string, Command][]): Record<'adds' | 'lists', Record<string, Command>> =>
  ({ adds: Object.fromEntries(adds), lists: Object.fromEntries(lists) })

function ticketLists(holder: Holder, pages: number, from = 0): [string, Command][] {
  const { method, params } = marksOf(holder)
  return Array.from({ length: pages }, (_, page) => [`l${from + page}`, { method, params: { ...params, order: { ID: 'ASC' }, start: (from + page) * PAGE } }])
}

/** Live tickets, lowest id first. @param seen the first pages, where they were read already */
async function allTickets(portal: Portal, holder: Holder, seen: Outcomes, tools: SendTools, steer: ManySteer): Promise<Ticket[]> {
  const rows: CommentRow[] = []
  for (let page = 0; ; page++) {
    if (!seen[`l${page}`]) {
      const lists = Object.fromEntries(ticketLists(holder, TICKET_PAGES, page))
      Object.assign(seen, await patiently(() => portal.batch<Record<string, unknown>>(lists), tools, steer))
    }
    const found = listOf<CommentRow>(resultOf(seen[`l${page}`]))
    rows.push(...found)
    if (found.length < PAGE) break
  }
  return rows.flatMap(({ ID, COMMENT }) => {
    const ids = ticketIds(COMMENT)
    return ids ? [{ id: Number(ID), ids }] : []
  }).sort((a, b) => a.id - b.id)
}

/**
 * The first invitation of a campaign carries its tickets, whatever became of it: it need not be among those that wait, so it is looked up even where
 * nobody can have written a ticket yet (`isFresh`). @throws PortalError 'notFound' when the campaign is gone
 */
async function findTickets(
  portal: Portal, store: RecordStore, campaignId: string, tools: SendTools, steer: ManySteer, isFresh = false
): Promise<{ holder: Holder, live: Ticket[] }> {
  const { items } = await patiently(() => portal.call<{ items: unknown }>('crm.item.list', {
    entityTypeId: store.entityTypeId, select: ['id'], order: { id: 'ASC' }, start: -1,
    filter: { '=categoryId': store.invitationCategoryId, [`%=${wireName(store, 'FB_LEDGER')}`]: `${markStart(campaignId)}%` }
  }), tools, steer)
  const first = listOf(items)[0]
  if (first === undefined) throw new PortalError('notFound', { detail: campaignId })
  const holder = { entityTypeId: store.entityTypeId, id: Number(mapOf(first).id) }
  return { holder, live: isFresh ? [] : await allTickets(portal, holder, {}, tools, steer) }
}

interface Seen {
  states: Map<number, Invitation['state']>
  /** tokens of mails that have left */
  mailed: Set<string>
  live: Ticket[]
}

async function look(
  portal: Portal, store: RecordStore, group: readonly Pick<Waiting, 'id' | 'token'>[], tools: SendTools, steer: ManySteer, holder?: Holder
): Promise<Seen> {
  const seen: Outcomes = await patiently(() => portal.batch<Record<string, unknown>>({
    ...holder ? Object.fromEntries(ticketLists(holder, TICKET_PAGES)) : {},
    mails: mailsOf(group.map(({ token }) => token)),
    states: statesOf(store, group.map(({ id }) => id))
  }), tools, steer)
  return {
    states: statesIn(store, resultOf(seen.states)),
    mailed: new Set(listOf(resultOf(seen.mails)).map(row => String(mapOf(row).ORIGIN_ID ?? '').split('/')[0]!)),
    live: holder ? await allTickets(portal, holder, seen, tools, steer) : []
  }
}

/** Up to fifty. */
const mailsOf = (tokens: readonly string[]): Command & { params: Record<string, unknown> } => ({
  method: 'crm.activity.list',
  params: { filter: { ORIGINATOR_ID: 'feedback', '@ORIGIN_ID': tokens.map(token => originOf({ token })) }, select: ['ID', 'ORIGIN_ID'] }
})

const statesOf = (store: RecordStore, ids: readonly number[]): Command => ({
  method: 'crm.item.list',
  params: { entityTypeId: store.entityTypeId, select: selectOf(store, ['FB_STATE']), filter: { '@id': [...ids] }, order: { id: 'ASC' }, start: -1 }
})

const statesIn = (store: RecordStore, result: unknown): Seen['states'] =>
  new Map(listOf(mapOf(result).items).map(item => readInvitation(store, item)).map(({ id, state }) => [id, state]))

/** @returns null when no reply arrived and the portal may have executed it */
async function attemptAll(portal: Portal, commands: readonly Command[], tools: SendTools, steer: ManySteer): Promise<Outcome<unknown>[] | null> {
  try {
    const named = Object.fromEntries(commands.map((command, index): [string, Command] => [`c${index}`, command]))
    const outcomes = await patiently(() => portal.batch<Record<string, unknown>>(named), tools, steer)
    return commands.map((_, index) => outcomes[`c${index}`]!)
  } catch (error) {
    if (!(error instanceof PortalError) || error.executed === 'no') throw error
    return null
  }
}

/** Commands that do the same when they are executed again. Who may not write a card leaves it as it is. @throws PortalError after some attempts */
async function writeAgain(portal: Portal, commands: Record<string, Command>, tools: SendTools, steer: ManySteer): Promise<void> {
  for (const part of partsOf(Object.entries(commands), BATCH_LIMIT)) {
    let left = part
    for (let attempt = 1; left.length > 0; attempt++) {
      const outcomes = await attemptAll(portal, left.map(([, command]) => command), tools, steer)
      left = left.filter((_, index) => {
        const outcome = outcomes?.[index]
        return !outcome || (!outcome.ok && !isFinal(outcome.error))
      })
      if (left.length === 0) break
      if (attempt > LOOKS) throw new PortalError('replyLost', { executed: 'unknown', retryable: true })
      await tools.wait(PAUSE)
    }
  }
}

/** Waits as long as the portal wants it: nothing was executed then. @throws PortalError when its patience ends, and every other error at once */
async function patiently<T>(work: () => Promise<T>, tools: SendTools, steer: ManySteer): Promise<T> {
  for (let pauses = 0; ; pauses++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof PortalError) || !isPatience(error) || pauses === MOST_PAUSES || steer.paused()) throw error
      await pauseFor(error, tools, steer)
    }
  }
}

async function pauseFor(error: PortalError, tools: SendTools, steer: ManySteer): Promise<void> {
  steer.told({ step: 'waiting', done: 0, of: 0 })
  await tools.wait(error.code === 'limitReached' ? PATIENCE.limitReached : PATIENCE.overloaded)
}
