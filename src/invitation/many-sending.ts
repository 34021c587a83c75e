import { mailCommand, originOf, refusalOf, sentCommands, settling, type Order, type SendTools, type Target } from '@/invitation/sending'
import { readInvitation } from '@/invitation/store'
import { resultOf } from '@/invitation/many-segment'
import { attemptBatch, isNotRun, isPatience, LOOKS, PAUSE, replyLost, waitOut, writeAgain, type ManySteer, type Outcomes } from '@/invitation/many-portal'
import { addTickets, holderOf, liveTickets, SETTLING, type Ticket, type Tickets } from '@/invitation/many-tickets'
import type { Waiting } from '@/invitation/many-writing'
import { CHUNK, partsOf } from '@/invitation/model/campaign'
import type { Invitation } from '@/invitation/model/invitation'
import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import { MAIL_REFUSED, PortalError } from '@/portal/errors'
import { selectOf, toWire } from '@/portal/items'
import { PAGE } from '@/portal/paging'
import { listOf, mapOf } from '@/portal/php-array'
import { cardPath, type RecordStore } from '@/portal/record-store'
import { removeMark, type Holder } from '@/portal/ticket'

/**
 * Mails of many invitations with few requests, each at most once whatever happens to any request. A delivery takes its ticket away, sends up to sixteen
 * mails and writes them down. What it got done before it broke off the mails themselves tell (ORIGIN_ID); the rest gets another ticket (`many-tickets.ts`).
 */

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
 * @param portal a patient one (`many-portal.ts`)
 * @param begun as `createMany` has left it, where this is the same press
 * @returns `error` instead of throwing: what was sent until then is told too
 */
export async function sendMany(
  portal: Portal, store: RecordStore, campaignId: string, waiting: readonly Waiting[], tools: SendTools, steer: ManySteer,
  begun: Tickets | null = null
): Promise<ManyReport> {
  const run = new Delivery(portal, store, waiting, tools, steer)
  try {
    if (waiting.length > 0) await run.all(begun ?? await run.found(campaignId)).finally(() => run.pay())
  } catch (error) {
    if (!(error instanceof PortalError)) throw error
    run.report.error = error
  }
  return { ...run.report, left: run.todo.size }
}

/** Rounds of waiting until lost deliveries must be over. */
const ROUNDS = 2 * LOOKS

class Delivery {
  readonly todo: Map<number, Waiting>
  readonly report: ManyReport = { sent: 0, gone: 0, failed: [], left: 0, error: null }
  private readonly of: number

  constructor(
    private readonly portal: Portal, private readonly store: RecordStore, waiting: readonly Waiting[],
    private readonly tools: SendTools, private readonly steer: ManySteer
  ) {
    this.todo = new Map(waiting.map(one => [one.id, one]))
    this.of = waiting.length
  }

  /** A campaign that was begun some time ago: what has left already is written down. */
  async found(campaignId: string): Promise<Tickets> {
    const holder = await holderOf(this.portal, this.store, campaignId)
    await this.lookAfter([...this.todo.keys()])
    return { holder, tickets: await liveTickets(this.portal, holder) }
  }

  async all({ holder, tickets: found }: Tickets): Promise<void> {
    let tickets = found
    for (let round = 0; ; round++) {
      const ready = tickets.filter(({ ids, readyIn }) => readyIn === 0 && this.isWanted(ids))
      for (const [index, ticket] of ready.entries()) {
        await this.deliver(holder, ticket, ready[index + 1]?.ids ?? [])
        if (this.steer.paused()) return
        this.steer.told({ step: 'sending', done: this.of - this.todo.size, of: this.of })
      }
      if (this.todo.size === 0 || this.steer.paused()) return
      if (round === ROUNDS) throw new PortalError('mailUnconfirmed', { executed: 'no', retryable: true })
      tickets = await this.settled(holder, tickets.filter(({ ids, readyIn }) => readyIn > 0 && this.isWanted(ids)))
      if (this.steer.paused()) return
    }
  }

  private readonly isWanted = (ids: readonly number[]): boolean => ids.some(id => this.todo.has(id))

  /** Waits until nobody else can be at work on what is left. @param unready tickets of some of it; the rest has none */
  private async settled(holder: Holder, unready: readonly Ticket[]): Promise<Ticket[]> {
    const { portal, tools, steer } = this
    const named = new Set(unready.flatMap(({ ids }) => ids))
    const bare = partsOf([...this.todo.keys()].filter(id => !named.has(id)), CHUNK)
    if (bare.length > 0) await addTickets(portal, holder, bare, true, tools)
    // a ticket that somebody else wrote for the same may be older than the delivery that was lost here
    const pause = bare.length > 0 ? SETTLING : Math.max(...unready.map(({ readyIn }) => readyIn))
    steer.told({ step: 'settling', done: this.of - this.todo.size, of: this.of })
    await tools.wait(pause)
    await this.lookAfter([...this.todo.keys()])
    const live = await liveTickets(portal, holder)
    const over = live.filter(({ ids }) => ids.every(id => this.ended.has(id)))
    await writeAgain(portal, Object.fromEntries(over.map(({ id }): [string, Command] => [`t${id}`, removeMark(holder, id)])), tools)
    return live
  }

  /** @param next looked at in the same request, so that what was cancelled meanwhile is not sent */
  private async deliver(holder: Holder, ticket: Ticket, next: readonly number[]): Promise<void> {
    let current: Ticket | undefined = ticket
    let lost = 0
    while (current && !this.steer.paused()) {
      const targets: Waiting[] = current.ids.flatMap(id => this.todo.get(id) ?? [])
      // what it names beside them waits for another day
      if (targets.length === 0) return
      const done: Outcomes | null = await attemptBatch(this.portal, this.commands(holder, current, targets, next), true)
      if (done?.ticket?.ok) {
        current = await this.settle(holder, current, targets, done)
        continue
      }
      if (done?.ticket && !done.ticket.ok && done.ticket.error.code !== 'notFound') throw done.ticket.error
      // no reply, or no ticket: this delivery, or another one, runs or has run
      await this.tools.wait(PAUSE)
      await this.lookAfter(targets.map(({ id }) => id))
      if (done !== null) return
      const { id }: Ticket = current
      current = (await liveTickets(this.portal, holder)).find(one => one.id === id && one.readyIn === 0)
      if (current && ++lost === LOOKS) throw replyLost()
    }
  }

  private commands(holder: Holder, ticket: Ticket, targets: readonly Waiting[], next: readonly number[]): Record<string, Command> {
    const { portal, store, tools } = this
    const sent = targets.map(one => ({ id: one.id, one, written: this.written(one) }))
    const commands: [string, Command][] = [
      ['ticket', removeMark(holder, ticket.id)],
      ...sent.flatMap(({ id, one, written }): [string, Command][] => [[`m${id}`, mailCommand(portal, one.order, one, tools)], [`s${id}`, written.state]]),
      ...next.length > 0 ? [['next', statesOf(store, next)] satisfies [string, Command]] : [],
      ...sent.flatMap(({ id, written: { person } }): [string, Command][] => person ? [[`p${id}`, person]] : [])
    ]
    return Object.fromEntries(commands.slice(0, BATCH_LIMIT))
  }

  /** What is written down when a mail is out. Who is asked in the words of a newer version answers that one. */
  private written(one: Waiting): Omit<ReturnType<typeof sentCommands>, 'comment'> {
    const { store, tools } = this
    const { state, person, company } = sentCommands(store, one.order, one, tools, cardPath(store.entityTypeId, one.id))
    const now = one.order.survey.published!.version
    const fields = { ...mapOf(state.params?.fields), ...now === one.version ? {} : toWire(store, { FB_VERSION: now }) }
    return { state: { ...state, params: { ...state.params, fields } }, ...person ? { person } : {}, ...company ? { company } : {} }
  }

  /** The portal has told how far it came. @returns a new ticket for those that it did not come to */
  private async settle(holder: Holder, ticket: Ticket, targets: readonly Waiting[], done: Outcomes): Promise<Ticket | undefined> {
    const { portal, store, tools } = this
    if (done.next?.ok) this.forget(statesIn(store, done.next.result))
    const later: Record<string, Command> = {}
    // what waits for another day loses its ticket with the others
    const rest = ticket.ids.filter(id => !targets.some(one => one.id === id) && !this.ended.has(id))
    let stop: PortalError | null = null
    for (const one of targets) {
      const { id } = one
      const [mail, state, person] = [done[`m${id}`], done[`s${id}`], done[`p${id}`]]
      if (mail?.ok) {
        const written = this.written(one)
        if (!state?.ok) later[`s${id}`] = written.state
        if (!person?.ok && written.person && (!person || isNotRun(person.error))) later[`p${id}`] = written.person
        if (written.company) this.owed.set(`q${one.order.companyId}`, written.company)
        this.finish(id, 'sent')
        continue
      }
      const error = mail ? mail.error : new PortalError('unreadable', { executed: 'unknown' })
      if (isNotRun(error) || isPatience(error)) {
        rest.push(id)
        if (isPatience(error)) await waitOut(error, tools, this.steer)
      } else if (error.executed === 'no' || MAIL_REFUSED.has(error.code)) {
        await this.removeLeftovers(one)
        const refusal = refusalOf(one.order, error)
        if (SENDER_FAULT.has(refusal.code)) {
          stop = refusal
          rest.push(id)
          continue
        }
        later[`f${id}`] = settling(store, id, 'failed', refusal.code)
        this.report.failed.push({ order: one.order, error: refusal })
        this.finish(id)
      }
      // whatever else it is, nobody knows whether its mail has left: it stays without a ticket until that must be settled
    }
    await writeAgain(portal, later, tools)
    if (this.owed.size >= BATCH_LIMIT) await this.pay()
    const tickets = rest.length > 0 ? await addTickets(portal, holder, [rest], false, tools) : []
    if (stop) throw stop
    return tickets.find(({ ids, readyIn }) => readyIn === 0 && ids.some(id => rest.includes(id)))
  }

  /** The portal keeps the activity of a mail that it could not send; found later it would pass for a mail that left. */
  private async removeLeftovers({ token }: Target): Promise<void> {
    const rows = await this.portal.call<{ ID: string }[]>('crm.activity.list', mailsOf([token]).params)
    await writeAgain(this.portal, Object.fromEntries(rows.map(({ ID }): [string, Command] => [`a${ID}`, { method: 'crm.activity.delete', params: { id: Number(ID) } }])), this.tools)
  }

  /** What has left is written down as sent, what was cancelled is forgotten. */
  private async lookAfter(ids: readonly number[]): Promise<void> {
    for (const group of partsOf(ids.flatMap(id => this.todo.get(id) ?? []), PAGE)) {
      const { states, mailed } = await look(this.portal, this.store, group)
      const left = group.filter(({ id, token }) => states.get(id) === 'to_send' && mailed.has(token))
      await writeAgain(this.portal, Object.fromEntries(left.flatMap((one): [string, Command][] => {
        const { state, person, company } = this.written(one)
        if (company) this.owed.set(`q${one.order.companyId}`, company)
        return [[`s${one.id}`, state], ...person ? [[`p${one.id}`, person] satisfies [string, Command]] : []]
      })), this.tools)
      for (const { id, token } of group) if (mailed.has(token)) this.finish(id, 'sent')
      this.forget(new Map(group.map(({ id }) => [id, states.get(id) ?? 'cancelled'])))
    }
  }

  private readonly ended = new Set<number>()
  /** Pauses of companies: a request holds no more than the mails, and one date does for several people. */
  private readonly owed = new Map<string, Command>()

  async pay(): Promise<void> {
    const commands = Object.fromEntries(this.owed)
    this.owed.clear()
    await writeAgain(this.portal, commands, this.tools)
  }

  private forget(states: ReadonlyMap<number, Invitation['state']>): void {
    for (const [id, state] of states) if (state !== 'to_send') this.finish(id, state === 'sent' ? 'sent' : 'gone')
  }

  private finish(id: number, as?: 'sent' | 'gone'): void {
    this.ended.add(id)
    if (this.todo.delete(id) && as) this.report[as]++
  }
}

/** The next mail would be refused too. */
const SENDER_FAULT: ReadonlySet<string> = new Set(['noMailbox', 'senderRefused', 'mailFailed', 'sessionExpired', 'planWithoutRest'])

interface Seen {
  states: Map<number, Invitation['state']>
  /** tokens of mails that have left */
  mailed: Set<string>
}

/** What became of up to fifty invitations. @throws PortalError */
export async function look(portal: Portal, store: RecordStore, group: readonly Pick<Waiting, 'id' | 'token'>[]): Promise<Seen> {
  const { mails, states } = await portal.batch<{ mails: unknown, states: unknown }>({
    mails: mailsOf(group.map(({ token }) => token)), states: statesOf(store, group.map(({ id }) => id))
  })
  return {
    states: statesIn(store, resultOf(states)),
    mailed: new Set(listOf(resultOf(mails)).map(row => String(mapOf(row).ORIGIN_ID ?? '').split('/')[0]!))
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
