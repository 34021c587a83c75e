import type { Effect, HandOverStage } from '@/plan/model/effects'
import type { Command, Portal } from '@/portal/client'
import { ref } from '@/portal/batch-command'
import { PortalError } from '@/portal/errors'
import { COMPANY, CONTACT, DEAL } from '@/portal/fields'
import { toWire, toWireNative, updateItem } from '@/portal/items'
import { taskLinkOf, type RecordStore } from '@/portal/record-store'

/** Effect key → id in the portal, true where there is none, or the code of the error that forbids it for good. */
export type Ledger = Record<string, number | true | string>

export interface EffectAddresses {
  answerId: number
  /** path of the answer's card: stands in the comment and finds it again */
  path: string
  ledger: Ledger
}

/** Rounds for effects that fail for good; more than there are kinds of effects would be a loop. */
const ROUNDS = 8

/**
 * Makes the effects happen, each at most once, however often this is called and wherever it was stopped before:
 * what the ledger names or the portal already shows under its key is left out; a ticket (see `invitation/sending.ts`) stops a batch
 * that the wire repeats; the stage moves last, together with the ledger.
 *
 * An effect that the portal refuses for good (deleted deal, no right) is noted in the ledger with its code and does not hold up the others.
 * @throws PortalError for anything that may pass; the answer stays unhandled and is taken up again
 */
export async function runEffects(portal: Portal, store: RecordStore, at: EffectAddresses, effects: readonly Effect[]): Promise<void> {
  const handOver = effects.find(effect => effect.kind === 'handOver')
  const { found, ticket } = await look(portal, store, at, effects)
  const ledger: Ledger = { ...at.ledger, ...found }
  let open = effects.filter(effect => effect.kind !== 'handOver' && !(effect.key in ledger))
  let nextTicket: number | null = ticket

  for (let round = 0; open.length > 0; round++) {
    if (round === ROUNDS) throw new PortalError('unexpected', { detail: `answer ${at.answerId}: effects do not come to an end` })
    nextTicket ??= await portal.call<number>('crm.timeline.comment.add', { fields: { ...ticketFields(store, at.answerId) } })
    const { done, refused, spent } = await runBatch(portal, store, at, open, nextTicket)
    Object.assign(ledger, done, refused)
    if (spent) {
      // The batch had run before: look again instead of guessing.
      Object.assign(ledger, (await look(portal, store, at, effects)).found)
      for (const effect of open) if (REPEATABLE.has(effect.kind) && !(effect.key in ledger)) ledger[effect.key] = true
    }
    nextTicket = null
    open = open.filter(effect => !(effect.key in ledger))
  }

  if (handOver !== undefined) await finish(portal, store, at, handOver.stage, ledger)
}

/** The stage moves last, together with the ledger. A ticket that a repeated request left behind goes too. */
async function finish(portal: Portal, store: RecordStore, at: EffectAddresses, stage: HandOverStage, ledger: Ledger): Promise<void> {
  const { moved, own } = await portal.batch<{ moved: unknown, own: CommentRow[] }>({
    moved: updateItem(store.entityTypeId, at.answerId, { stageId: store.answerStages[stage], ...toWire(store, { FB_LEDGER: JSON.stringify(ledger) }) }),
    own: commentsOf(`dynamic_${store.entityTypeId}`, at.answerId)
  })
  if (!moved.ok) throw moved.error
  for (const spare of own.ok ? own.result.filter(row => row.COMMENT === TICKET) : []) {
    await portal.call('crm.timeline.comment.delete', { id: Number(spare.ID), ownerTypeId: store.entityTypeId, ownerId: at.answerId })
  }
}

/** Effects that leave no trace to look up; a batch that ran has done them, and doing them again changes nothing. */
const REPEATABLE = new Set<Effect['kind']>(['fields', 'lastScore', 'answeredInvitation', 'notify'])

const TICKET = '⚙ …'

function ticketFields(store: RecordStore, answerId: number): Record<string, unknown> {
  return { ENTITY_ID: answerId, ENTITY_TYPE: `dynamic_${store.entityTypeId}`, COMMENT: TICKET }
}

interface CommentRow { ID: string, COMMENT: string }

function commentsOf(entityType: string, id: number): Command {
  return {
    method: 'crm.timeline.comment.list',
    params: { filter: { ENTITY_ID: id, ENTITY_TYPE: entityType }, select: ['ID', 'COMMENT'], order: { ID: 'DESC' } }
  }
}

async function look(portal: Portal, store: RecordStore, at: EffectAddresses, effects: readonly Effect[]): Promise<{ found: Ledger, ticket: number | null }> {
  const comment = effects.find(effect => effect.kind === 'comment')
  const task = effects.find(effect => effect.kind === 'task')
  const seen = await portal.batch<{ own: CommentRow[], deal?: CommentRow[], tasks: { tasks: { id: string }[] } }>({
    own: commentsOf(`dynamic_${store.entityTypeId}`, at.answerId),
    ...(comment ? { deal: commentsOf('deal', comment.dealId) } : {}),
    tasks: { method: 'tasks.task.list', params: { filter: { UF_CRM_TASK: taskLinkOf(store, at.answerId) }, select: ['ID'] } }
  })
  if (!seen.own.ok) throw seen.own.error
  if (!seen.tasks.ok) throw seen.tasks.error
  const found: Ledger = {}
  const own = seen.own.result.find(row => row.COMMENT === TICKET)
  const written = seen.deal?.ok ? seen.deal.result?.find(row => row.COMMENT.includes(at.path)) : undefined
  if (written) found.comment = Number(written.ID)
  const given = seen.tasks.result.tasks[0]
  if (given && task) found[task.key] = Number(given.id)
  return { found, ticket: own ? Number(own.ID) : null }
}

interface BatchResult {
  done: Ledger
  refused: Ledger
  /** the ticket was gone: this batch has been executed before */
  spent: boolean
}

async function runBatch(portal: Portal, store: RecordStore, at: EffectAddresses, effects: readonly Effect[], ticket: number): Promise<BatchResult> {
  const commands: Record<string, Command> = {
    ticket: { method: 'crm.timeline.comment.delete', params: { id: ticket, ownerTypeId: store.entityTypeId, ownerId: at.answerId } }
  }
  const keyOf = new Map<string, string>()
  effects.forEach((effect, index) => {
    const name = `e${index}`
    keyOf.set(name, effect.key)
    Object.assign(commands, commandsFor(store, at, effect, name))
  })
  const outcomes = await portal.batch<Record<string, unknown>>(commands, { halt: true })
  if (outcomes.ticket?.ok === false && outcomes.ticket.error.code !== 'notFound') throw outcomes.ticket.error
  const result: BatchResult = { done: {}, refused: {}, spent: outcomes.ticket?.ok === false }
  if (result.spent) return result
  for (const [name, key] of keyOf) {
    const outcome = outcomes[name]
    if (outcome === undefined || (!outcome.ok && outcome.error.code === 'notRun')) continue
    if (outcome.ok) result.done[key] = idIn(outcome.result)
    else if (isFinal(outcome.error)) result.refused[key] = outcome.error.code
    else throw outcome.error
  }
  return result
}

/** What will be the same tomorrow: a deleted record, a missing right, values that the portal does not take. */
function isFinal(error: PortalError): boolean {
  return ['noRight', 'notFound', 'badRequest', 'methodMissing'].includes(error.code) && error.executed === 'no'
}

function idIn(result: unknown): number | true {
  if (typeof result === 'number') return result
  if (typeof result === 'object' && result !== null && 'task' in result) return Number((result as { task: { id: string } }).task.id)
  return true
}

function commandsFor(store: RecordStore, at: EffectAddresses, effect: Effect, name: string): Record<string, Command> {
  switch (effect.kind) {
    case 'fields': {
      const { title, ownerId, dealId, contactId, companyId, flag, group, value, score, coefficient, channel, stage, sum, askedBy, sentAt } = effect.fields
      return {
        [name]: updateItem(store.entityTypeId, at.answerId, {
          title,
          assignedById: ownerId,
          ...(dealId === null ? {} : { parentId2: dealId }),
          ...(contactId === null ? {} : { contactId }),
          ...(companyId === null ? {} : { companyId }),
          ...toWire(store, {
            FB_FLAG: flag, FB_GROUP: group, FB_VALUE: value, FB_SCORE: score, FB_COEFFICIENT: coefficient, FB_CHANNEL: channel, FB_DEAL: dealId,
            FB_STAGE: stage, FB_SUM: sum, FB_ASKED_BY: askedBy, FB_SENT_AT: sentAt, FB_BY: 'duty'
          })
        })
      }
    }
    case 'comment':
      return { [name]: { method: 'crm.timeline.comment.add', params: { fields: { ENTITY_TYPE: 'deal', ENTITY_ID: effect.dealId, COMMENT: effect.text } } } }
    case 'lastScore':
      return {
        [name]: updateItem(effect.entityTypeId, effect.id,
          toWireNative(store, effect.entityTypeId, { FB_LAST_SCORE: effect.score, FB_LAST_GROUP: effect.group, FB_LAST_AT: effect.at }))
      }
    case 'answeredInvitation':
      return { [name]: updateItem(store.entityTypeId, effect.invitationId, { stageId: store.invitationStages.answered }) }
    case 'notify':
      return {
        [name]: {
          method: 'im.notify.personal.add',
          params: { USER_ID: effect.userId, MESSAGE: effect.text, TAG: `fb-answer-${at.answerId}-${effect.userId}` }
        }
      }
    case 'task':
      return taskCommands(store, at, effect, name)
    case 'handOver':
      return {}
  }
}

function taskCommands(store: RecordStore, at: EffectAddresses, task: Effect & { kind: 'task' }, name: string): Record<string, Command> {
  const links = [[DEAL, 'D', task.dealId], [CONTACT, 'C', task.contactId], [COMPANY, 'CO', task.companyId]] as const
  const bound = links.flatMap(([, code, id]) => id === null ? [] : [`${code}_${id}`])
  const items = task.checklist.map((title, index): [string, Command] => [`${name}item${index}`, {
    // The portal reads these two by position: TASKID first.
    method: 'task.checklistitem.add', params: { TASKID: ref(name, 'task', 'id'), FIELDS: { TITLE: title } }
  }])
  return {
    [name]: {
      method: 'tasks.task.add',
      params: {
        fields: {
          TITLE: task.title,
          DESCRIPTION: task.description,
          RESPONSIBLE_ID: task.responsibleId,
          CREATED_BY: task.creatorId,
          ...(task.auditors.length > 0 ? { AUDITORS: task.auditors } : {}),
          DEADLINE: task.deadline,
          UF_CRM_TASK: [taskLinkOf(store, at.answerId), ...bound]
        }
      }
    },
    ...Object.fromEntries(items)
  }
}
