import type { Effect, EffectOf, HandOverStage } from '@/plan/model/effects'
import { readLedger, withTodaysKeys, type Ledger } from '@/plan/model/ledger'
import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import { PortalError, type ErrorCode } from '@/portal/errors'
import { fromWire, getItem, toWire, updateItem } from '@/portal/items'
import { taskLinkOf, type RecordStore } from '@/portal/record-store'
import { commandsFor, originOf, ORIGINATOR, type Target } from './commands'

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
 * what the ledger names or the portal already shows under its key is left out; a ticket (see `invitation/sending.ts`) stops a batch
 * that the wire repeats; every batch writes into the ledger what it did; the stage moves last.
 *
 * An effect that cannot happen, or that the portal refuses for good (deleted deal, no right, mail not accepted), is noted in the ledger with
 * the reason and does not hold up the others.
 * @throws PortalError for anything that may pass; the answer stays unhandled and is taken up again
 */
export async function runEffects(portal: Portal, store: RecordStore, at: EffectAddresses, effects: readonly Effect[]): Promise<void> {
  const doable = effects.filter((effect): effect is Doable => effect.kind !== 'impossible' && effect.kind !== 'handOver')
  const noted = Object.fromEntries(effects.flatMap(effect => effect.kind === 'impossible' ? [[effect.key, effect.reason]] : []))
  const taskKeys = doable.flatMap(({ kind, key }) => kind === 'task' ? [key] : [])
  const known: Ledger = { ...noted, ...withTodaysKeys(at.ledger, taskKeys) }
  const first = await look(portal, store, at, doable, known)
  const { ledger } = first
  let ticket = first.ticket

  for (let round = 0; ; round++) {
    const open = doable.filter(({ key }) => !(key in ledger))
    if (open.length === 0) break
    // Every round does or refuses at least one effect, or finds that it is done.
    if (round > doable.length + 2) throw new PortalError('unexpected', { detail: `answer ${at.answerId}: effects do not come to an end` })
    ticket ??= await portal.call<number>('crm.timeline.comment.add', { fields: { ...ticketFields(store, at.answerId) } })
    const { done, refused, spent } = await runBatch(portal, batchOf(store, at, open, ledger, ticket))
    ticket = null
    Object.assign(ledger, done, refused)
    for (const { key } of open) if (MAIL_ERRORS.has(refused[key])) await removeMail(portal, originOf(at.answerId, key))
    // The batch had run before: look again instead of guessing.
    if (spent) Object.assign(ledger, (await look(portal, store, at, open, await ledgerNow(portal, store, at, ledger))).ledger)
  }

  const handOver = effects.find(effect => effect.kind === 'handOver')
  if (handOver !== undefined) await finish(portal, store, at, handOver.stage, ledger)
}

/** The stage moves last, together with the ledger. A ticket that a repeated request left behind goes too. */
async function finish(portal: Portal, store: RecordStore, at: EffectAddresses, stage: HandOverStage, ledger: Ledger): Promise<void> {
  const { moved, own } = await portal.batch<{ moved: unknown, own: CommentRow[] }>({
    moved: updateItem(store.entityTypeId, at.answerId, { stageId: store.answerStages[stage], ...ledgerField(store, ledger) }),
    own: commentsOf(`dynamic_${store.entityTypeId}`, at.answerId)
  })
  if (!moved.ok) throw moved.error
  for (const spare of own.ok ? own.result.filter(row => row.COMMENT === TICKET) : []) {
    await portal.call('crm.timeline.comment.delete', { id: Number(spare.ID), ownerTypeId: store.entityTypeId, ownerId: at.answerId })
  }
}

const ledgerField = (store: RecordStore, ledger: Ledger): Record<string, unknown> => toWire(store, { FB_LEDGER: JSON.stringify(ledger) })

async function ledgerNow(portal: Portal, store: RecordStore, at: EffectAddresses, known: Ledger): Promise<Ledger> {
  const { method, params } = getItem(store.entityTypeId, at.answerId)
  const { item } = await portal.call<{ item: unknown }>(method, params)
  return { ...known, ...readLedger(fromWire(store, item).values.FB_LEDGER) }
}

const TICKET = '⚙ …'

function ticketFields(store: RecordStore, answerId: number): Record<string, unknown> {
  return { ENTITY_ID: answerId, ENTITY_TYPE: `dynamic_${store.entityTypeId}`, COMMENT: TICKET }
}

interface CommentRow { ID: string, COMMENT: string }
interface TaskRow { id: string, title: string }

function commentsOf(entityType: string, id: number): Command {
  return {
    method: 'crm.timeline.comment.list',
    params: { filter: { ENTITY_ID: id, ENTITY_TYPE: entityType }, select: ['ID', 'COMMENT'], order: { ID: 'DESC' } }
  }
}

function mailsWith(origin: string): Command {
  return { method: 'crm.activity.list', params: { filter: { ORIGINATOR_ID: ORIGINATOR, ORIGIN_ID: origin }, select: ['ID', 'ORIGIN_ID'] } }
}

/**
 * What the portal shows of the effects, added to what is known of them.
 * A mail that nobody noted either was refused behind its activity, or went and the note was lost: it is not sent again, and said to be unconfirmed.
 */
async function look(
  portal: Portal, store: RecordStore, at: EffectAddresses, effects: readonly Doable[], known: Ledger
): Promise<{ ledger: Ledger, ticket: number | null }> {
  const comment = effects.find(effect => effect.kind === 'comment')
  const tasks = effects.filter((effect): effect is EffectOf<'task'> => effect.kind === 'task' && typeof known[effect.key] !== 'string')
  const mails = effects.filter(effect => effect.kind === 'mail' && !(effect.key in known))
  const mailName = (index: number): `mail${number}` => `mail${index}`
  const seen = await portal.batch<{ own: CommentRow[], deal?: CommentRow[], tasks?: { tasks: TaskRow[] }, [mail: `mail${number}`]: { ID: string }[] }>({
    own: commentsOf(`dynamic_${store.entityTypeId}`, at.answerId),
    ...(comment ? { deal: commentsOf('deal', comment.dealId) } : {}),
    ...(tasks.length > 0
      ? { tasks: { method: 'tasks.task.list', params: { filter: { UF_CRM_TASK: taskLinkOf(store, at.answerId) }, select: ['ID', 'TITLE'], order: { ID: 'ASC' } } } }
      : {}),
    ...Object.fromEntries(mails.map(({ key }, index) => [mailName(index), mailsWith(originOf(at.answerId, key))]))
  })
  if (!seen.own.ok) throw seen.own.error
  const ledger = { ...known }
  const own = seen.own.result.find(row => row.COMMENT === TICKET)
  const written = seen.deal?.ok ? seen.deal.result?.find(row => row.COMMENT.includes(at.path)) : undefined
  if (written && typeof ledger.comment !== 'string') ledger.comment = Number(written.ID)
  if (seen.tasks?.ok === false) throw seen.tasks.error
  Object.assign(ledger, givenTasks(seen.tasks?.result?.tasks ?? [], tasks))
  mails.forEach(({ key }, index) => {
    const found = seen[mailName(index)]
    if (!found?.ok) throw found?.error ?? new PortalError('unreadable')
    if (found.result.length > 0) ledger[key] = 'mailUnconfirmed' satisfies ErrorCode
  })
  return { ledger, ticket: own ? Number(own.ID) : null }
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
}

/** Ticket, and the ledger before the mails, behind them and at the end. */
const OWN_COMMANDS = 4

/**
 * One batch with as many of the open effects, in their order, as it takes. Whatever runs is noted by the batch itself: a page that closes before the
 * reply arrives does not make the next run do it again. Mails have notes of their own around them: one that fails stops what follows, and one that
 * went must be known even when something behind it fails.
 */
function batchOf(store: RecordStore, at: EffectAddresses, open: readonly Doable[], ledger: Ledger, ticket: number): Batch {
  const keys = new Map<string, string>()
  const commands: Record<string, Command> = {
    ticket: { method: 'crm.timeline.comment.delete', params: { id: ticket, ownerTypeId: store.entityTypeId, ownerId: at.answerId } }
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
  return { commands, keys }
}

interface BatchResult {
  done: Ledger
  refused: Record<string, ErrorCode>
  /** the ticket was gone: this batch has been executed before */
  spent: boolean
}

async function runBatch(portal: Portal, { commands, keys }: Batch): Promise<BatchResult> {
  const outcomes = await portal.batch<Record<string, unknown>>(commands, { halt: true })
  if (outcomes.ticket?.ok === false && outcomes.ticket.error.code !== 'notFound') throw outcomes.ticket.error
  const result: BatchResult = { done: {}, refused: {}, spent: outcomes.ticket?.ok === false }
  if (result.spent) return result
  for (const [name, key] of keys) {
    const outcome = outcomes[name]
    if (outcome === undefined || (!outcome.ok && outcome.error.code === 'notRun')) continue
    if (outcome.ok) result.done[key] = idIn(outcome.result)
    else if (isFinal(outcome.error)) result.refused[key] = outcome.error.code
    else throw outcome.error
  }
  return result
}

/** After these the portal keeps the activity of a mail that never left. */
const MAIL_ERRORS: ReadonlySet<ErrorCode | undefined> = new Set(['noMailbox', 'invalidEmail', 'mailFailed'])

/** What will be the same tomorrow: a deleted record, a missing right, values that the portal does not take, a mail that it does not send. */
function isFinal(error: PortalError): boolean {
  return MAIL_ERRORS.has(error.code) || (['noRight', 'notFound', 'badRequest', 'methodMissing'].includes(error.code) && error.executed === 'no')
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
