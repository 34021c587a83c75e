import { answerList, readAnswer } from '@/answer/store'
import type { Answer } from '@/answer/model/answer'
import type { Invitation } from '@/invitation/model/invitation'
import { invitationList, readInvitation } from '@/invitation/store'
import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { COMPANY, CONTACT, DEAL, type NativeType } from '@/portal/fields'
import { aboutDeal, fromWireNative, getItem, toWireNative, updateItem, type NativeValues } from '@/portal/items'
import { listOf, mapOf } from '@/portal/php-array'
import { cardPath, taskLinkOf, type RecordStore } from '@/portal/record-store'
import { removeMark } from '@/portal/ticket'
import { cutText, oneLine } from '@/survey/model/cut-text'

/** A contact or a company of the CRM. */
export interface ErasureSubject {
  entityTypeId: typeof CONTACT | typeof COMPANY
  id: number
}

/** In the order in which they go: what hangs on a record before the record, so that an erasure that broke off finds the rest again. */
export const ERASURE_KINDS = ['task', 'comment', 'activity', 'notification', 'lastScore', 'answer', 'invitation'] as const
export type ErasureKind = typeof ERASURE_KINDS[number]

/** One thing that is deleted; `lastScore` is set to what is true without the erased answers. */
export interface ErasurePart {
  kind: ErasureKind
  /** the same in every look */
  key: string
  /** title or beginning of its text; '' when it has none */
  title: string
  /** card in the portal, null when it has none of its own */
  path: string | null
  command: Command
}

/** Why something stays. */
export type StayReason = 'formResults' | 'sentMails' | 'doNotAsk' | 'planFields' | 'ofSeveral' | 'peopleOfCompany' | 'copies'

export interface ErasureStay {
  why: StayReason
  /** where a person can look at it, and delete it */
  paths: string[]
}

export interface ErasurePlan {
  subject: ErasureSubject
  name: string
  parts: ErasurePart[]
  stays: ErasureStay[]
  /** tokens of the person's links */
  tokens: string[]
}

/** What was deleted when an erasure stopped, and what was not. */
export class ErasureStopped extends Error {
  constructor(readonly reason: PortalError, readonly done: number, readonly left: number) {
    super(`erasure stopped after ${done}, ${left} left: ${reason.message}`)
    this.name = 'ErasureStopped'
  }
}

/** Deletions in one request: a record takes the portal a while. */
const CHUNK = 20

/**
 * What an erasure would delete, and what it would leave. Reads only. Every list is compared with the subject again: a filter that the
 * portal does not understand finds anything.
 *
 * A company stands for itself: what its people said belongs to them.
 * @throws PortalError of the first part that could not be read; then nothing is known
 */
export async function loadErasure(portal: Portal, store: RecordStore, subject: ErasureSubject): Promise<ErasurePlan> {
  const mine = subject.entityTypeId === CONTACT ? { '=contactId': subject.id } : { '=companyId': subject.id }
  const isMine = (record: { contactId: number | null, companyId: number | null }): boolean => subject.entityTypeId === CONTACT
    ? record.contactId === subject.id
    : record.companyId === subject.id && record.contactId === null
  const [card, foundInvitations, foundAnswers] = await Promise.all([
    portal.call<{ item: unknown }>('crm.item.get', { ...getItem(subject.entityTypeId, subject.id).params }),
    allPages(portal, [{ ...invitationList(store, mine) }], 'items'),
    allPages(portal, [{ ...answerList(store, mine) }], 'items')
  ])
  const invitations = foundInvitations.map(({ row }) => readInvitation(store, row)).filter(isMine)
  const tokens = invitations.map(({ token }) => token).filter(token => token !== '')
  // Answers that nobody has matched yet carry the token only.
  const unmatched = await allPages(portal, chunks(tokens).map(some => answerList(store, { [`@${store.names.FB_TOKEN}`]: some })), 'items')
  const answers = distinct([
    ...foundAnswers.map(({ row }) => readAnswer(store, row)).filter(isMine),
    ...unmatched.map(({ row }) => readAnswer(store, row)).filter(answer => tokens.includes(answer.token) && answer.contactId === null
      && (answer.companyId === null || (subject.entityTypeId === COMPANY && answer.companyId === subject.id)))
  ])
  const ofPeople = subject.entityTypeId === COMPANY
    && (foundAnswers.some(({ row }) => Number(mapOf(row).contactId) > 0) || foundInvitations.some(({ row }) => Number(mapOf(row).contactId) > 0))

  const [tasks, comments, activities, scores] = [
    await tasksOf(portal, store, answers), await commentsAbout(portal, store, answers, invitations),
    await activitiesOf(portal, store, answers, invitations), await lastScores(portal, store, subject, answers)
  ]
  const record = (kind: 'answer' | 'invitation', { id, createdAt }: { id: number, createdAt: string }, title: string): ErasurePart => ({
    kind, key: `${kind} ${id}`, title: title || createdAt, path: cardPath(store.entityTypeId, id),
    command: { method: 'crm.item.delete', params: { entityTypeId: store.entityTypeId, id } }
  })
  const planFields = [...new Set(answers.flatMap(answer => Object.keys(answer.ledger).filter(key => key.startsWith('setField:') && typeof answer.ledger[key] !== 'string')
    .flatMap(key => cardOf(key, answer))))]
  const shared = [...tasks.shared, ...comments.shared]
  return {
    subject, tokens,
    name: nameIn(mapOf(card.item), subject),
    parts: [
      ...tasks.parts, ...comments.parts, ...activities, ...notificationsOf(answers), ...scores,
      ...answers.map(answer => record('answer', answer, answer.comment.slice(0, 120) || answer.title)),
      ...invitations.map(invitation => record('invitation', invitation, ''))
    ],
    stays: [
      ...(answers.length > 0 ? [{ why: 'formResults' as const, paths: ['/crm/webform/'] }] : []),
      ...(invitations.length > 0 ? [{ why: 'sentMails' as const, paths: ['/mail/'] }] : []),
      ...(planFields.length > 0 ? [{ why: 'planFields' as const, paths: planFields }] : []),
      ...(shared.length > 0 ? [{ why: 'ofSeveral' as const, paths: [...new Set(shared)] }] : []),
      ...(ofPeople ? [{ why: 'peopleOfCompany' as const, paths: [cardPath(COMPANY, subject.id)] }] : []),
      ...(answers.length > 0 ? [{ why: 'copies' as const, paths: [] }] : []),
      { why: 'doNotAsk' as const, paths: [cardPath(subject.entityTypeId, subject.id)] }
    ]
  }
}

/**
 * Deletes what the plan lists and nothing else. May be repeated with a new plan after any failure: what is gone counts as done.
 * @param progress gets the number of parts that are done
 * @throws ErasureStopped with the first reason
 */
export async function runErasure(portal: Portal, store: RecordStore, plan: ErasurePlan, progress: (done: number) => void): Promise<void> {
  let done = 0
  const all = plan.parts.length
  const records = plan.parts.filter(isRecord)
  try {
    for (const parts of [plan.parts.filter(part => !isRecord(part)), records]) {
      const refused: [ErasurePart, PortalError][] = []
      for (const chunk of chunks(parts, CHUNK)) {
        const outcomes = await portal.batch<Record<string, unknown>>(Object.fromEntries(chunk.map(({ command }, index) => [`part${index}`, command])))
        chunk.forEach((part, index) => {
          const outcome = outcomes[`part${index}`]
          if (outcome?.ok || outcome?.error.code === 'notFound') done++
          else refused.push([part, outcome?.error ?? new PortalError('unreadable')])
        })
        progress(done)
        if (isLimit(refused)) break
      }
      if (refused.length === 0) continue
      // A task that is gone is refused like one that may not be deleted: look.
      const left = new Set((await loadErasure(portal, store, plan.subject)).parts.map(({ key }) => key))
      const still = refused.find(([part]) => left.has(part.key))
      if (still) throw still[1]
      done += refused.length
      progress(done)
    }
  } catch (error) {
    if (error instanceof PortalError) throw new ErasureStopped(error, done, all - done)
    throw error
  }
}

const isRecord = ({ kind }: ErasurePart): boolean => kind === 'answer' || kind === 'invitation'
const isLimit = (refused: readonly [ErasurePart, PortalError][]): boolean => refused.some(([, { code }]) => code === 'limitReached' || code === 'sessionExpired')

/** Notes that the answer page of this browser keeps about the person's links. @returns how many there were; 0 where storage is forbidden */
export function eraseHere(tokens: readonly string[], storage: () => Storage): number {
  try {
    const kept = storage()
    const keys = Array.from({ length: kept.length }, (_, index) => kept.key(index) ?? '').filter(key => tokens.some(token => key.includes(token)))
    for (const key of keys) kept.removeItem(key)
    return keys.length
  } catch {
    return 0 // merely naming the storage throws where cookies are blocked
  }
}

interface Found { row: unknown, command: number }

/**
 * All rows of several lists, pages of one after the other; the lists share requests.
 * @param rows name of the list within the result; '' when the result is the list itself
 */
async function allPages(portal: Portal, lists: readonly Command[], rows: string): Promise<Found[]> {
  const found: Found[] = []
  let open = lists.map((command, index) => ({ command, index, start: 0 }))
  while (open.length > 0) {
    const now = open.slice(0, BATCH_LIMIT)
    const outcomes: Record<string, Outcome<unknown>> = await portal.batch<Record<string, unknown>>(Object.fromEntries(now.map(({ command, index, start }) =>
      [`list${index}`, { ...command, params: { ...command.params, start } }])))
    const further = now.flatMap(({ command, index }) => {
      const outcome = outcomes[`list${index}`]
      if (!outcome?.ok) throw outcome?.error ?? new PortalError('unreadable')
      found.push(...listOf(rows === '' ? outcome.result : mapOf(outcome.result)[rows]).map(row => ({ row, command: index })))
      return outcome.next === undefined ? [] : [{ command, index, start: outcome.next }]
    })
    open = [...open.slice(BATCH_LIMIT), ...further]
  }
  return found
}

interface Hanging { parts: ErasurePart[], shared: string[] }

/** Tasks that are bound to the answers; one that is bound to somebody else's answer too stays. */
async function tasksOf(portal: Portal, store: RecordStore, answers: readonly Answer[]): Promise<Hanging> {
  const own = new Set(answers.map(({ id }) => taskLinkOf(store, id)))
  const prefix = taskLinkOf(store, 0).slice(0, -1)
  const found = await allPages(portal, [...own].map(link => ({
    method: 'tasks.task.list', params: { filter: { UF_CRM_TASK: link }, select: ['ID', 'TITLE', 'RESPONSIBLE_ID', 'UF_CRM_TASK'], order: { ID: 'ASC' } }
  })), 'tasks')
  // Where records are deals, the deal that an answer is about looks like one of them.
  const about = new Set(answers.flatMap(({ dealId }) => dealId === null ? [] : [`D_${dealId}`]))
  const result: Hanging = { parts: [], shared: [] }
  for (const { id, title, responsibleId, ufCrmTask } of found.map(({ row }) => mapOf(row))) {
    const links = listOf(ufCrmTask).map(String).filter(link => link.startsWith(prefix) && !about.has(link))
    const path = `/company/personal/user/${String(responsibleId ?? 0)}/tasks/task/view/${String(id)}/`
    if (!links.some(link => own.has(link)) || result.parts.some(({ key }) => key === `task ${String(id)}`)) continue
    if (links.every(link => own.has(link))) {
      result.parts.push({
        kind: 'task', key: `task ${String(id)}`, title: String(title ?? ''), path, command: { method: 'tasks.task.delete', params: { taskId: Number(id) } }
      })
    } else result.shared.push(path)
  }
  return result
}

/** Comments in the deals that lead to one of the records; one that leads to somebody else's record too stays. */
async function commentsAbout(portal: Portal, store: RecordStore, answers: readonly Answer[], invitations: readonly Invitation[]): Promise<Hanging> {
  const own = new Set([...answers, ...invitations].map(({ id }) => id))
  const deals = [...new Set([...answers, ...invitations].flatMap(({ dealId }) => dealId ?? []))]
  const lists = deals.map(id => ({
    method: 'crm.timeline.comment.list', params: { filter: { ENTITY_ID: id, ENTITY_TYPE: 'deal' }, select: ['ID', 'COMMENT'], order: { ID: 'ASC' } }
  }))
  const link = new RegExp(cardPath(store.entityTypeId, 0).replace('/0/', '/(\\d+)/'), 'g')
  const result: Hanging = { parts: [], shared: [] }
  for (const { row, command } of await pagesOfDeals(portal, lists)) {
    const { ID, COMMENT } = mapOf(row)
    const text = String(COMMENT ?? '')
    const about = [...text.matchAll(link)].map(([, id]) => Number(id))
    if (!about.some(id => own.has(id))) continue
    const dealId = deals[command]!
    if (about.every(id => own.has(id))) {
      result.parts.push({
        kind: 'comment', key: `comment ${String(ID)}`, title: cutText(oneLine(withoutTags(text)), 120), path: cardPath(DEAL, dealId), command: removeMark({ entityTypeId: DEAL, id: dealId }, Number(ID))
      })
    } else result.shared.push(cardPath(DEAL, dealId))
  }
  return result
}

/** Tags of BB code away, a link by its words. */
const withoutTags = (text: string): string => text.replace(/\[\/?(?:[a-z]+|\*)(?:=[^\]]*)?\]/gi, '')

/** A deal that was deleted took its comments with it. */
async function pagesOfDeals(portal: Portal, lists: readonly Command[]): Promise<Found[]> {
  try {
    return await allPages(portal, lists, '')
  } catch (error) {
    if (!(error instanceof PortalError) || !['notFound', 'noRight', 'badRequest'].includes(error.code) || lists.length === 0) throw error
    const found: Found[] = []
    for (const [index, list] of lists.entries()) {
      try {
        found.push(...(await allPages(portal, [list], '')).map(({ row }) => ({ row, command: index })))
      } catch (inner) {
        if (!(inner instanceof PortalError) || !await isGone(portal, Number(mapOf(mapOf(list.params).filter).ENTITY_ID))) throw inner
      }
    }
    return found
  }
}

async function isGone(portal: Portal, dealId: number): Promise<boolean> {
  const { deal } = await portal.batch<{ deal: unknown }>({ deal: getItem(DEAL, dealId) })
  return !deal.ok && deal.error.code === 'notFound'
}

/** Mails of the app, by their ORIGIN_ID, and what a form left behind with an answer (provider CRM_WEBFORM: answers, address, pages). */
async function activitiesOf(portal: Portal, store: RecordStore, answers: readonly Answer[], invitations: readonly Invitation[]): Promise<ErasurePart[]> {
  const origins = [...invitations.flatMap(({ token }) => token === '' ? [] : `${token}/`), ...answers.map(({ id }) => `answer-${id}/`)]
  const select = ['ID', 'SUBJECT', 'OWNER_TYPE_ID', 'OWNER_ID', 'ORIGIN_ID', 'PROVIDER_ID']
  const mails = await allPages(portal, origins.map(origin => ({
    method: 'crm.activity.list', params: { filter: { 'ORIGINATOR_ID': 'feedback', '%ORIGIN_ID': origin }, select }
  })), '')
  const forms = await allPages(portal, answers.map(({ id }) => ({
    method: 'crm.activity.list', params: { filter: { OWNER_TYPE_ID: store.entityTypeId, OWNER_ID: id, PROVIDER_ID: 'CRM_WEBFORM' }, select }
  })), '')
  const rows = [
    ...mails.map(({ row }) => mapOf(row)).filter(row => origins.some(origin => String(row.ORIGIN_ID ?? '').startsWith(origin))),
    ...forms.map(({ row }) => mapOf(row)).filter(row => row.PROVIDER_ID === 'CRM_WEBFORM' && Number(row.OWNER_TYPE_ID) === store.entityTypeId
      && answers.some(({ id }) => id === Number(row.OWNER_ID)))
  ]
  return distinct(rows.map(row => ({ ...row, id: Number(row.ID) }) as Record<string, unknown> & { id: number })).map(row => ({
    kind: 'activity', key: `activity ${row.id}`, title: String(row.SUBJECT ?? ''), path: cardPath(Number(row.OWNER_TYPE_ID), Number(row.OWNER_ID)),
    command: { method: 'crm.activity.delete', params: { id: row.id } }
  }))
}

/** Notifications cannot be listed; their tags follow from the ledger. */
function notificationsOf(answers: readonly Answer[]): ErasurePart[] {
  return answers.flatMap(({ id, ledger }) => Object.keys(ledger).flatMap((key): ErasurePart[] => {
    const [, userId] = /^notify:(\d+)$/.exec(key) ?? []
    return userId === undefined || typeof ledger[key] === 'string' ? [] : [{
      kind: 'notification', key: `notification ${id} ${userId}`, title: '', path: null,
      command: { method: 'im.notify.delete', params: { TAG: `fb-answer-${id}-${userId}` } }
    }]
  }))
}

/** Cards whose last score is one of the erased answers get that of the newest answer that stays, or none. */
async function lastScores(portal: Portal, store: RecordStore, subject: ErasureSubject, answers: readonly Answer[]): Promise<ErasurePart[]> {
  const cards: { entityTypeId: NativeType, id: number }[] = [
    subject, ...[...new Set(answers.flatMap(({ dealId }) => dealId ?? []))].map(id => ({ entityTypeId: DEAL, id }) as const),
    ...[...new Set(answers.flatMap(({ companyId }) => companyId ?? []))].filter(id => subject.entityTypeId === CONTACT || id !== subject.id)
      .map(id => ({ entityTypeId: COMPANY, id }) as const)
  ]
  const erased = new Set(answers.map(({ id }) => id))
  const times = new Set(answers.map(({ createdAt }) => Date.parse(createdAt)))
  const parts: ErasurePart[] = []
  for (const some of chunks(cards, BATCH_LIMIT / 2)) {
    const seen: Record<string, Outcome<unknown>> = await portal.batch<Record<string, unknown>>(Object.fromEntries(some.flatMap((card, index) => [
      [`card${index}`, getItem(card.entityTypeId, card.id)], [`answers${index}`, answerList(store, ownerFilter(store, card))]
    ])))
    for (const [index, card] of some.entries()) {
      const [item, list] = [seen[`card${index}`], seen[`answers${index}`]]
      if (item?.ok === false && item.error.code === 'notFound') continue
      if (!item?.ok) throw item?.error ?? new PortalError('unreadable')
      if (!list?.ok) throw list?.error ?? new PortalError('unreadable')
      const row = mapOf(mapOf(item.result).item)
      const now = fromWireNative(store, card.entityTypeId, row)
      const isErased = now.FB_LAST_AT !== null && times.has(Date.parse(now.FB_LAST_AT))
      const isPerson = card.entityTypeId === CONTACT && (now.FB_LAST_AT ?? now.FB_LAST_SCORE ?? now.FB_LAST_GROUP) !== null
      if (!isErased && !isPerson) continue
      const newest = card.entityTypeId === CONTACT ? undefined : listOf(mapOf(list.result).items).map(answer => readAnswer(store, answer))
        .find(answer => !erased.has(answer.id) && isOwner(card, answer) && answer.flag === null && answer.score !== null && answer.group !== null)
      const values: Partial<NativeValues> = {
        FB_LAST_SCORE: newest?.score ?? null, FB_LAST_GROUP: newest?.group ?? null, FB_LAST_AT: newest?.createdAt ?? null
      }
      parts.push({
        kind: 'lastScore', key: `lastScore ${card.entityTypeId} ${card.id}`, title: nameIn(row, card), path: cardPath(card.entityTypeId, card.id),
        command: updateItem(card.entityTypeId, card.id, toWireNative(store, card.entityTypeId, values))
      })
    }
  }
  return parts
}

const ownerFilter = (store: RecordStore, { entityTypeId, id }: { entityTypeId: NativeType, id: number }): Record<string, unknown> =>
  entityTypeId === DEAL ? aboutDeal(store, id) : entityTypeId === CONTACT ? { '=contactId': id } : { '=companyId': id }

const isOwner = ({ entityTypeId, id }: { entityTypeId: NativeType, id: number }, answer: Answer): boolean =>
  (entityTypeId === DEAL ? answer.dealId : entityTypeId === CONTACT ? answer.contactId : answer.companyId) === id

/** Card of a ledger key such as `setField:deal.UF_CRM_1`. */
function cardOf(key: string, { dealId, contactId, companyId }: Answer): string[] {
  const ids = { deal: [DEAL, dealId], contact: [CONTACT, contactId], company: [COMPANY, companyId] } as const
  const found = ids[key.slice('setField:'.length).split('.')[0] as keyof typeof ids] as readonly [NativeType, number | null] | undefined
  return found && found[1] !== null ? [cardPath(found[0], found[1])] : []
}

function nameIn(row: Record<string, unknown>, { entityTypeId, id }: { entityTypeId: NativeType, id: number }): string {
  const name = entityTypeId === CONTACT ? [row.name, row.lastName].filter(Boolean).join(' ') : String(row.title ?? '')
  return name || `#${id}`
}

function distinct<T extends { id: number }>(rows: readonly T[]): T[] {
  return [...new Map(rows.map(row => [row.id, row])).values()]
}

function chunks<T>(rows: readonly T[], size = BATCH_LIMIT): T[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) => rows.slice(index * size, (index + 1) * size))
}
