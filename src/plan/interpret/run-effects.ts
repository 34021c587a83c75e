import type { Effect, EffectOf, HandOverStage } from '@/plan/model/effects'
import { readLedger, withTodaysKeys, type Ledger } from '@/plan/model/ledger'
import { BATCH_LIMIT, ref } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import { MAIL_REFUSED, PortalError, type ErrorCode } from '@/portal/errors'
import { fromWire, getItem, toWire, updateItem } from '@/portal/items'
import { mailsWith } from '@/portal/mail'
import { taskLinkOf, type RecordStore } from '@/portal/record-store'
import { addMark, commentsOf, marksOf, removeMark, ticketIn, type CommentRow, type Holder } from '@/portal/ticket'
import { commandsFor, originOf, type Target } from './commands'

export interface EffectAddresses extends Target {
  /** path of the answer's card: stands in the comment and finds it again */
  path: string
  /** as the answer carries it */
  ledger: Ledger
}

/** An effect that becomes a command. */
type Doable = Exclude<Effect, { kind: 'impossible' | 'handOver' }>

/**
 * Makes the effects happen, each at most once, however often this is called and wherever it was stopped before:
 * what the ledger names or the portal already shows under its key is left out; a ticket (see `portal/ticket.ts`) stops a batch
 * that the wire repeats; every batch writes into the ledger what it did; the stage moves last.
 *
 * Two browsers may handle the same answer in the same moment (the worker of one, "Process now" in the other). Both make a ticket, then look:
 * they use the lower one, and one batch runs. While it runs a mark stands on the answer; who sees it leaves the answer alone.
 *
 * An effect that cannot happen, or that the portal refuses for good (deleted deal, no right, mail not accepted), is noted in the ledger with
 * the reason and does not hold up the others.
 * @returns false when somebody else is at this answer; nothing was done then
 * @throws PortalError for anything that may pass; the answer stays unhandled and is taken up again
 */
export async function runEffects(portal: Portal, store: RecordStore, at: EffectAddresses, effects: readonly Effect[]): Promise<boolean> {
  const doable = effects.filter((effect): effect is Doable => effect.kind !== 'impossible' && effect.kind !== 'handOver')
  const noted = Object.fromEntries(effects.flatMap(effect => effect.kind === 'impossible' ? [[effect.key, effect.reason]] : []))
  const taskKeys = doable.flatMap(({ kind, key }) => kind === 'task' ? [key] : [])
  const known: Ledger = { ...noted, ...withTodaysKeys(at.ledger, taskKeys) }
  const first = await look(portal, store, at, doable, known)
  if (first.busy) return false
  const { ledger } = first
  let ticket = first.ticket
  /** the mark of a batch of ours that stopped before its end */
  let running: number | null = null

  const isOpen = ({ key }: Doable): boolean => !(key in ledger)
  for (let round = 0; doable.some(isOpen); round++) {
    // Every round does or refuses at least one effect, or finds that it is done.
    if (round > doable.length + 2) throw new PortalError('unexpected', { detail: `answer ${at.answerId}: effects do not come to an end` })
    if (ticket === null) {
      const seen = await look(portal, store, at, doable, ledger, { own: running, newTicket: true })
      if (seen.busy) {
        // ours is of no use; the other run may have cleared it up already
        if (seen.made !== null) await portal.batch({ spare: removeMark(holderOf(store, at), seen.made) })
        return false
      }
      Object.assign(ledger, seen.ledger)
      ticket = seen.ticket
    }
    const open = doable.filter(isOpen)
    if (ticket === null || open.length === 0) continue
    const batch = await runBatch(portal, batchOf(store, at, open, ledger, ticket, running))
    ticket = null
    running = batch.running
    Object.assign(ledger, batch.done, batch.refused)
    for (const { key } of open) if (MAIL_REFUSED.has(batch.refused[key] ?? 'unexpected')) await removeMail(portal, originOf(at.answerId, key))
  }

  const handOver = effects.find(effect => effect.kind === 'handOver')
  if (handOver !== undefined) await finish(portal, store, at, handOver.stage, ledger)
  return true
}

/** The stage moves last, together with the ledger. Signs that a repeated or broken request left behind go too. */
async function finish(portal: Portal, store: RecordStore, at: EffectAddresses, stage: HandOverStage, ledger: Ledger): Promise<void> {
  const { moved, own } = await portal.batch<{ moved: unknown, own: CommentRow[] }>({
    moved: updateItem(store.entityTypeId, at.answerId, { stageId: store.answerStages[stage], ...ledgerField(store, ledger) }),
    own: marksOf(holderOf(store, at))
  })
  if (!moved.ok) throw moved.error
  for (const { ID } of own.ok ? own.result.filter(({ COMMENT }) => COMMENT === TICKET || COMMENT === RUNNING) : []) {
    const { method, params } = removeMark(holderOf(store, at), Number(ID))
    await portal.call(method, params)
  }
}

const ledgerField = (store: RecordStore, ledger: Ledger): Record<string, unknown> => toWire(store, { FB_LEDGER: JSON.stringify(ledger) })

const holderOf = (store: RecordStore, at: EffectAddresses): Holder => ({ entityTypeId: store.entityTypeId, id: at.answerId })

const TICKET = '⚙ …'
/** Stands on the answer while a batch of effects runs: its second command writes it, its last one takes it away. */
const RUNNING = '⚙ ▶'

/**
 * For how long the mark of another run is believed, in milliseconds; no request lives so long. The mark of a batch that broke off is left
 * aside afterwards. A clock that is wrong by more loses this protection, never the answer.
 */
const BELIEVED = 120_000

interface TaskRow { id: string, title: string }

interface Seen {
  ledger: Ledger
  /** the ticket to use */
  ticket: number | null
  /** the ticket that this look made */
  made: number | null
  /** another run is at this answer, or has handed it over */
  busy: boolean
}

/**
 * What the portal shows of the effects, and the answer's ledger as it is now, added to what is known of them.
 * A mail that nobody noted either was refused behind its activity, or went and the note was lost: it is not sent again, and said to be unconfirmed.
 * @param own mark of a batch of this run, which is nobody else's
 * @param newTicket makes one first, so that everybody who looks from now on sees it
 */
async function look(
  portal: Portal, store: RecordStore, at: EffectAddresses, effects: readonly Doable[], known: Ledger,
  { own = null, newTicket = false }: { own?: number | null, newTicket?: boolean } = {}
): Promise<Seen> {
  const comment = effects.find(effect => effect.kind === 'comment')
  const tasks = effects.filter((effect): effect is EffectOf<'task'> => effect.kind === 'task' && typeof known[effect.key] !== 'string')
  const mails = effects.filter(effect => effect.kind === 'mail' && !(effect.key in known))
  const mailName = (index: number): `mail${number}` => `mail${index}`
  const seen = await portal.batch<{
    ticket?: number, own: CommentRow[], answer: { item: unknown }, deal?: CommentRow[], tasks?: { tasks: TaskRow[] }, [mail: `mail${number}`]: { ID: string }[]
  }>({
    ...(newTicket ? { ticket: addMark(holderOf(store, at), TICKET) } : {}),
    // before everything else: what another run does behind this look, it does with the ticket seen here
    own: marksOf(holderOf(store, at)),
    answer: getItem(store.entityTypeId, at.answerId),
    ...(comment ? { deal: commentsOf('deal', comment.dealId) } : {}),
    ...(tasks.length > 0
      ? { tasks: { method: 'tasks.task.list', params: { filter: { UF_CRM_TASK: taskLinkOf(store, at.answerId) }, select: ['ID', 'TITLE'], order: { ID: 'ASC' } } } }
      : {}),
    ...Object.fromEntries(mails.map(({ key }, index) => [mailName(index), mailsWith(originOf(at.answerId, key))]))
  })
  if (seen.ticket?.ok === false) throw seen.ticket.error
  if (!seen.own.ok) throw seen.own.error
  if (!seen.answer.ok) throw seen.answer.error
  const answer = fromWire(store, seen.answer.result.item)
  const marks = seen.own.result
  const ledger = { ...known, ...readLedger(answer.values.FB_LEDGER) }
  const written = seen.deal?.ok ? seen.deal.result?.find(row => row.COMMENT.includes(at.path)) : undefined
  if (written && typeof ledger.comment !== 'string') ledger.comment = Number(written.ID)
  if (seen.tasks?.ok === false) throw seen.tasks.error
  Object.assign(ledger, givenTasks(seen.tasks?.result?.tasks ?? [], tasks))
  mails.forEach(({ key }, index) => {
    const found = seen[mailName(index)]
    if (!found?.ok) throw found?.error ?? new PortalError('unreadable')
    if (found.result.length > 0 && !(key in ledger)) ledger[key] = 'mailUnconfirmed' satisfies ErrorCode
  })
  const busy = answer.stageId !== store.answerStages.new || marks.some(mark => Number(mark.ID) !== own && isBelieved(mark, at.now))
  return { ledger, ticket: ticketIn(marks, TICKET), made: seen.ticket?.ok ? Number(seen.ticket.result) : null, busy }
}

function isBelieved({ COMMENT, CREATED }: CommentRow, now: string): boolean {
  return COMMENT === RUNNING && Math.abs(Date.parse(now) - Date.parse(CREATED)) < BELIEVED
}

/** Which effect a task of the answer came from: by its title; one that somebody has renamed since, by the order in which they were given. */
function givenTasks(rows: readonly TaskRow[], tasks: readonly EffectOf<'task'>[]): Ledger {
  const found: Ledger = {}
  const left = [...rows]
  for (const isThis of [(row: TaskRow, title: string) => row.title === title, () => true]) {
    for (const { key, title } of tasks) {
      if (key in found) continue
      const index = left.findIndex(row => isThis(row, title))
      if (index >= 0) found[key] = Number(left.splice(index, 1)[0]!.id)
    }
  }
  return found
}

interface Batch {
  commands: Record<string, Command>
  /** name of the command → key of the effect that it is */
  keys: Map<string, string>
  /** mark that an earlier batch of this run left; null = this one writes it */
  running: number | null
}

/** Still to come behind the effects: the ledger before the mails, behind them and at the end, and the end of the mark. */
const OWN_COMMANDS = 4

/**
 * One batch with as many of the open effects, in their order, as it takes. Whatever runs is noted by the batch itself: a page that closes before the
 * reply arrives does not make the next run do it again. Mails have notes of their own around them: one that fails stops what follows, and one that
 * went must be known even when something behind it fails.
 */
function batchOf(store: RecordStore, at: EffectAddresses, open: readonly Doable[], ledger: Ledger, ticket: number, running: number | null): Batch {
  const keys = new Map<string, string>()
  const holder = holderOf(store, at)
  const commands: Record<string, Command> = {
    ticket: removeMark(holder, ticket),
    ...(running === null ? { running: addMark(holder, RUNNING) } : {})
  }
  const note = (): Command => updateItem(store.entityTypeId, at.answerId,
    ledgerField(store, { ...ledger, ...Object.fromEntries([...keys.values()].map(key => [key, true as const])) }))
  for (const [index, effect] of open.entries()) {
    const name = `e${index}`
    const own = commandsFor(store, at, effect, name)
    if (Object.keys(commands).length + Object.keys(own).length + OWN_COMMANDS > BATCH_LIMIT) break
    if (index > 0 && (effect.kind === 'mail') !== (open[index - 1]?.kind === 'mail')) commands[`noted${index}`] = note()
    keys.set(name, effect.key)
    Object.assign(commands, own)
  }
  commands.ledger = note()
  commands.ended = removeMark(holder, running ?? ref('running'))
  return { commands, keys, running }
}

interface BatchResult {
  done: Ledger
  refused: Record<string, ErrorCode>
  /** the mark that it left, because it stopped before its end */
  running: number | null
}

/** @returns nothing done when the ticket was gone: this batch, or that of another run, has been executed before */
async function runBatch(portal: Portal, { commands, keys, running }: Batch): Promise<BatchResult> {
  const outcomes = await portal.batch<Record<string, unknown>>(commands, { halt: true })
  if (outcomes.ticket?.ok === false && outcomes.ticket.error.code !== 'notFound') throw outcomes.ticket.error
  if (outcomes.ticket?.ok === false) return { done: {}, refused: {}, running }
  const mark = outcomes.running?.ok ? Number(outcomes.running.result) : running
  const result: BatchResult = { done: {}, refused: {}, running: outcomes.ended?.ok ? null : mark }
  for (const [name, key] of keys) {
    const outcome = outcomes[name]
    if (outcome === undefined || (!outcome.ok && outcome.error.code === 'notRun')) continue
    if (outcome.ok) result.done[key] = idIn(outcome.result)
    else if (isFinal(outcome.error)) result.refused[key] = outcome.error.code
    else throw outcome.error
  }
  return result
}

/** What will be the same tomorrow: a deleted record, a missing right, values that the portal does not take, a mail that it does not send. */
function isFinal(error: PortalError): boolean {
  return MAIL_REFUSED.has(error.code) || (['noRight', 'notFound', 'badRequest', 'methodMissing'].includes(error.code) && error.executed === 'no')
}

/** Nobody shall believe that the mail went out. */
async function removeMail(portal: Portal, origin: string): Promise<void> {
  const { method, params } = mailsWith(origin)
  for (const { ID } of await portal.call<{ ID: string }[]>(method, params)) await portal.call('crm.activity.delete', { id: Number(ID) })
}

function idIn(result: unknown): number | true {
  if (typeof result === 'number') return result
  if (typeof result === 'object' && result !== null && 'task' in result) return Number((result as { task: { id: string } }).task.id)
  return true
}
