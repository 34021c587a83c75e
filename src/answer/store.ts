import type { Answer, AnswerState } from '@/answer/model/answer'
import { readFlag } from '@/answer/model/flag'
import type { Invitation } from '@/invitation/model/invitation'
import { invitationList, readInvitation } from '@/invitation/records'
import { readLedger } from '@/plan/model/ledger'
import { ref } from '@/portal/batch-command'
import type { Command, Outcome, Portal } from '@/portal/client'
import type { PortalError } from '@/portal/errors'
import { COMPANY, CONTACT, DEAL, type NativeType, type RecordField } from '@/portal/fields'
import { aboutDeal, dealIdOf, fromWire, getItem, selectOf, wireName } from '@/portal/items'
import { listOf, mapOf } from '@/portal/php-array'
import { ANSWER_STAGES, isOwnPipeline, type RecordStore } from '@/portal/record-store'
import { surveysCommand, surveysFromWire, type StoredSurvey } from '@/survey/store'

/** Reads an item of the Answers pipeline. */
export function readAnswer(store: RecordStore, item: unknown): Answer {
  const record = fromWire(store, item)
  const { values } = record
  return {
    id: record.id,
    title: record.title,
    state: stateOf(store, record.stageId),
    createdAt: record.createdTime,
    token: values.FB_TOKEN ?? '',
    invitationId: values.FB_INVITATION ?? '',
    submission: values.FB_SUBMISSION ?? '',
    survey: values.FB_SURVEY ?? '',
    version: values.FB_VERSION ?? 0,
    lang: values.FB_LANG ?? '',
    posted: { nps: values.FB_NPS ?? '', csat: values.FB_CSAT ?? '', ces: values.FB_CES ?? '', stars: values.FB_STARS ?? '' },
    comment: values.FB_COMMENT ?? '',
    answersJson: values.FB_ANSWERS ?? '',
    value: values.FB_VALUE,
    score: values.FB_SCORE,
    coefficient: values.FB_COEFFICIENT,
    group: values.FB_GROUP,
    flag: readFlag(values.FB_FLAG, mapOf(item)[wireName(store, 'FB_FLAG')]),
    channel: values.FB_CHANNEL,
    askedBy: values.FB_ASKED_BY,
    ownerId: record.assignedById,
    sentAt: values.FB_SENT_AT,
    dealId: record.dealId,
    contactId: record.contactId,
    companyId: record.companyId,
    stage: values.FB_STAGE,
    snapshots: SNAPSHOT_FIELDS.map(field => values[field] ?? ''),
    cause: values.FB_CAUSE ?? '',
    doneAt: values.FB_DONE_AT,
    askAgain: values.FB_ASK_AGAIN,
    ledger: readLedger(values.FB_LEDGER)
  }
}

/** A stage that people added is work in progress. */
function stateOf(store: RecordStore, stageId: string): AnswerState {
  return ANSWER_STAGES.find(stage => store.answerStages[stage] === stageId) ?? 'work'
}

export const SNAPSHOT_FIELDS = ['FB_SNAP1', 'FB_SNAP2', 'FB_SNAP3', 'FB_SNAP4', 'FB_SNAP5'] as const satisfies readonly RecordField[]

/** What `readAnswer` reads. A row with everything that the portal keeps is at least twice as long. */
const ANSWER_FIELDS = [
  'FB_TOKEN', 'FB_INVITATION', 'FB_SUBMISSION', 'FB_LEDGER', 'FB_SURVEY', 'FB_VERSION', 'FB_LANG', 'FB_NPS', 'FB_CSAT', 'FB_CES', 'FB_STARS', 'FB_COMMENT',
  'FB_ANSWERS', 'FB_VALUE', 'FB_SCORE', 'FB_COEFFICIENT', 'FB_GROUP', 'FB_FLAG', 'FB_CHANNEL', 'FB_ASKED_BY', 'FB_SENT_AT', 'FB_DEAL', 'FB_STAGE',
  'FB_CAUSE', 'FB_DONE_AT', 'FB_ASK_AGAIN', ...SNAPSHOT_FIELDS
] as const satisfies readonly RecordField[]

/** Newest fifty answers that match; `start: -1` because nobody needs the count. */
export function answerList(store: RecordStore, filter: Record<string, unknown>, order: 'ASC' | 'DESC' = 'DESC'): Command {
  return {
    method: 'crm.item.list',
    params: {
      entityTypeId: store.entityTypeId,
      select: selectOf(store, ANSWER_FIELDS),
      filter: { '=categoryId': store.answerCategoryId, ...filter },
      order: { id: order },
      start: -1
    }
  }
}

/** The card that the tab stands in. */
export interface TabSubject {
  entityTypeId: NativeType
  id: number
}

/** What of a card could not be read. */
export type MissingPart = 'answers' | 'invitations' | 'unhandled' | 'surveys' | 'client'

/** What the tab shows, in one batch. People beyond the first fifty employees are asked for afterwards, by name only. */
export interface TabView {
  subject: TabSubject
  /** the deal is itself a record of the app; null for every other card */
  record: { kind: 'answer' | 'invitation', dealId: number | null } | null
  /** newest first; of a deal, its own ones first come from `dealId` */
  answers: Answer[]
  invitations: Invitation[]
  surveys: StoredSurvey[]
  /** user id → name, as far as the first page of employees goes */
  names: Map<number, string>
  /** contact id → name; on a company's card only, where they differ */
  contacts: Map<number, string>
  /** user id of who is looking; 0 when the portal did not say */
  viewerId: number
  /** his time zone, an IANA name; '' when the portal did not say */
  zone: string
  /** the viewer may read this card but not our records, or the list failed: said, not shown as empty */
  missing: { part: MissingPart, error: PortalError }[]
  /** a list came back full: there may be older ones that are not shown */
  more: boolean
}

type Items = { items: unknown[] }

/**
 * Everything about one deal, contact or company. A deal shows itself and the same client's others; contact and company roll up.
 * @throws PortalError when nothing at all could be read
 */
export async function loadTab(portal: Portal, store: RecordStore, subject: TabSubject): Promise<TabView> {
  const { entityTypeId, id } = subject
  const own = entityTypeId === DEAL ? aboutDeal(store, id) : entityTypeId === CONTACT ? { '=contactId': id } : { '=companyId': id }
  const seen = await portal.batch<{
    answers: Items, invitations: Items, unhandled: Items, surveys: unknown, users: unknown, me: unknown
    card?: unknown, clientAnswers?: Items, clientInvitations?: Items, contacts?: Items
  }>({
    answers: answerList(store, own),
    invitations: invitationList(store, own),
    unhandled: answerList(store, { '=stageId': store.answerStages.new }),
    surveys: surveysCommand(),
    users: { method: 'user.get', params: { FILTER: { ACTIVE: 1 }, select: ['ID', 'NAME', 'LAST_NAME'] } },
    me: { method: 'profile' },
    ...(entityTypeId === DEAL
      ? {
          card: getItem(DEAL, id),
          clientAnswers: answerList(store, { '=contactId': ref('card', 'item', 'contactId') }),
          clientInvitations: invitationList(store, { '=contactId': ref('card', 'item', 'contactId') })
        }
      : {}),
    ...(entityTypeId === COMPANY
      ? {
          contacts: {
            method: 'crm.item.list',
            params: { entityTypeId: CONTACT, filter: { '=companyId': id }, select: ['id', 'name', 'lastName'], order: { id: 'DESC' }, start: -1 }
          }
        }
      : {})
  })
  if (!seen.answers.ok && !seen.invitations.ok) throw seen.answers.error
  const contactId = seen.card?.ok ? Number(mapOf(mapOf(seen.card.result).item).contactId ?? 0) : 0
  const hasClient = contactId > 0
  const lists = {
    answers: [seen.answers, ...(hasClient && seen.clientAnswers ? [seen.clientAnswers as Outcome<Items>] : [])],
    invitations: [seen.invitations, ...(hasClient && seen.clientInvitations ? [seen.clientInvitations as Outcome<Items>] : [])]
  }
  // A filter that the portal does not understand finds anything: what belongs to nobody here is left out.
  const belongs = (record: { dealId: number | null, contactId: number | null, companyId: number | null }): boolean =>
    entityTypeId === DEAL
      ? record.dealId === id || (hasClient && record.contactId === contactId)
      : (entityTypeId === CONTACT ? record.contactId : record.companyId) === id
  const invitations = distinct(itemsOf(lists.invitations).map(item => readInvitation(store, item))).filter(belongs)
  // An answer that nobody has handled yet belongs here when it carries a token of ours.
  const tokens = new Set(invitations.map(({ token }) => token).filter(token => token !== ''))
  const unhandled = itemsOf([seen.unhandled]).map(item => readAnswer(store, item)).filter(({ token }) => tokens.has(token))
  const parts: [MissingPart, Outcome<unknown>[]][] = [
    ['answers', [seen.answers]], ['invitations', [seen.invitations]], ['unhandled', [seen.unhandled]], ['surveys', [seen.surveys]],
    ['client', [...(seen.card ? [seen.card as Outcome<unknown>] : []), ...lists.answers.slice(1), ...lists.invitations.slice(1)]]
  ]
  return {
    subject,
    record: recordIn(store, seen.card),
    answers: distinct([...itemsOf(lists.answers).map(item => readAnswer(store, item)).filter(belongs), ...unhandled]),
    invitations,
    surveys: seen.surveys.ok ? surveysFromWire(seen.surveys.result) : [],
    names: new Map((seen.users.ok ? listOf(seen.users.result) : []).map(mapOf).map(row => [Number(row.ID), [row.NAME, row.LAST_NAME].filter(Boolean).join(' ')])),
    contacts: new Map((seen.contacts?.ok ? itemsOf([seen.contacts as Outcome<Items>]) : []).map(mapOf)
      .map(row => [Number(row.id), [row.name, row.lastName].filter(Boolean).join(' ')])),
    viewerId: seen.me.ok ? Number(mapOf(seen.me.result).ID ?? 0) : 0,
    zone: zoneIn(seen.me),
    missing: parts.flatMap(([part, outcomes]) => outcomes.flatMap(outcome => outcome.ok ? [] : [{ part, error: outcome.error }]).slice(0, 1)),
    more: [...lists.answers, ...lists.invitations].some(list => list.ok && list.result.items.length >= LIST_PAGE)
  }
}

/** Where records are deals, their cards have the tab of deals as well. */
function recordIn(store: RecordStore, card: Outcome<unknown> | undefined): TabView['record'] {
  const deal = card?.ok ? mapOf(mapOf(card.result).item) : {}
  if (!isOwnPipeline(store, Number(deal.categoryId ?? 0))) return null
  return { kind: Number(deal.categoryId) === store.answerCategoryId ? 'answer' : 'invitation', dealId: dealIdOf(store, deal) }
}

/** TIME_ZONE of `profile`. */
const zoneIn = (me: Outcome<unknown>): string => me.ok ? String(mapOf(me.result).TIME_ZONE ?? '') : ''

/** Records on a page of crm.item.list. */
const LIST_PAGE = 50

const itemsOf = (lists: readonly Outcome<Items>[]): unknown[] => lists.flatMap(list => list.ok ? list.result.items : [])

/** One answer with what its verdict needs. */
export interface AnswerView {
  answer: Answer
  /** records with the same token, as far as the viewer sees them */
  invitations: Invitation[]
  sameToken: Answer[]
  surveys: StoredSurvey[]
  /** time zone of the viewer, '' when the portal did not say */
  zone: string
}

/** One answer with its invitation, for the link in a notification, in one batch. @throws PortalError 'notFound', 'noRight', … */
export async function loadAnswer(portal: Portal, store: RecordStore, id: number): Promise<AnswerView> {
  const byToken = { [`=${store.names.FB_TOKEN}`]: ref('answer', 'item', store.names.FB_TOKEN) }
  const seen = await portal.batch<{ answer: { item: unknown }, invitations: Items, sameToken: Items, surveys: unknown, me: unknown }>({
    answer: getItem(store.entityTypeId, id),
    invitations: invitationList(store, byToken),
    sameToken: answerList(store, byToken),
    surveys: surveysCommand(),
    me: { method: 'profile' }
  })
  if (!seen.answer.ok) throw seen.answer.error
  if (!seen.surveys.ok) throw seen.surveys.error
  const answer = readAnswer(store, seen.answer.result.item)
  // Without a token the two lists say nothing, whether they failed or found anything.
  const own = <T extends { token: string }>(rows: T[]): T[] => rows.filter(({ token }) => token !== '' && token === answer.token)
  return {
    answer,
    invitations: own(itemsOf([seen.invitations]).map(item => readInvitation(store, item))),
    sameToken: own(itemsOf([seen.sameToken]).map(item => readAnswer(store, item))),
    surveys: surveysFromWire(seen.surveys.result),
    zone: zoneIn(seen.me)
  }
}

function distinct<T extends { id: number }>(rows: T[]): T[] {
  return [...new Map(rows.map(row => [row.id, row])).values()].sort((a, b) => b.id - a.id)
}
