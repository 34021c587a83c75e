import { readLedger, type Answer, type AnswerState } from '@/answer/model/answer'
import type { Invitation } from '@/invitation/model/invitation'
import { invitationList, readInvitation } from '@/invitation/store'
import { ref } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import type { PortalError } from '@/portal/errors'
import { CONTACT, DEAL, type NativeType } from '@/portal/fields'
import { getItem, fromWire } from '@/portal/items'
import { listOf, mapOf } from '@/portal/php-array'
import { ANSWER_STAGES, type RecordStore } from '@/portal/record-store'
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
    flag: values.FB_FLAG,
    channel: values.FB_CHANNEL,
    askedBy: values.FB_ASKED_BY,
    ownerId: record.assignedById,
    sentAt: values.FB_SENT_AT,
    dealId: record.dealId ?? values.FB_DEAL,
    contactId: record.contactId,
    companyId: record.companyId,
    stage: values.FB_STAGE,
    ledger: readLedger(values.FB_LEDGER)
  }
}

/** A stage that people added is work in progress. */
function stateOf(store: RecordStore, stageId: string): AnswerState {
  return ANSWER_STAGES.find(stage => store.answerStages[stage] === stageId) ?? 'work'
}

/** Newest fifty answers that match; `start: -1` because nobody needs the count. */
export function answerList(store: RecordStore, filter: Record<string, unknown>, order: 'ASC' | 'DESC' = 'DESC'): Command {
  return {
    method: 'crm.item.list',
    params: { entityTypeId: store.entityTypeId, filter: { '=categoryId': store.answerCategoryId, ...filter }, order: { id: order }, start: -1 }
  }
}

/** The card that the tab stands in. */
export interface TabSubject {
  entityTypeId: NativeType
  id: number
}

/** What the tab shows, in one batch. People beyond the first fifty employees are asked for afterwards, by name only. */
export interface TabView {
  subject: TabSubject
  /** newest first; of a deal, its own ones first come from `dealId` */
  answers: Answer[]
  invitations: Invitation[]
  surveys: StoredSurvey[]
  /** user id → name, as far as the first page of employees goes */
  names: Map<number, string>
  /** the viewer may read this card but not our records, or the list failed: said, not shown as empty */
  missing: PortalError[]
}

/**
 * Everything about one deal, contact or company. A deal shows itself and the same client's others; contact and company roll up.
 * @throws PortalError when nothing at all could be read
 */
export async function loadTab(portal: Portal, store: RecordStore, subject: TabSubject): Promise<TabView> {
  const { entityTypeId, id } = subject
  const own = entityTypeId === DEAL ? { '=parentId2': id } : entityTypeId === CONTACT ? { '=contactId': id } : { '=companyId': id }
  const seen = await portal.batch<{
    answers: { items: unknown[] }, invitations: { items: unknown[] }, surveys: unknown, users: unknown
    card?: unknown, clientAnswers?: { items: unknown[] }, clientInvitations?: { items: unknown[] }, unhandled: { items: unknown[] }
  }>({
    answers: answerList(store, own),
    invitations: invitationList(store, own),
    unhandled: answerList(store, { '=stageId': store.answerStages.new }),
    surveys: surveysCommand(),
    users: { method: 'user.get', params: { FILTER: { ACTIVE: 1 }, select: ['ID', 'NAME', 'LAST_NAME'] } },
    ...(entityTypeId === DEAL
      ? {
          card: getItem(DEAL, id),
          clientAnswers: answerList(store, { '=contactId': ref('card', 'item', 'contactId') }),
          clientInvitations: invitationList(store, { '=contactId': ref('card', 'item', 'contactId') })
        }
      : {})
  })
  if (!seen.answers.ok && !seen.invitations.ok) throw seen.answers.error
  const hasClient = seen.card?.ok === true && Number(mapOf(mapOf(seen.card.result).item).contactId ?? 0) > 0
  const answerLists = [seen.answers, ...(hasClient && seen.clientAnswers ? [seen.clientAnswers as typeof seen.answers] : [])]
  const invitationLists = [seen.invitations, ...(hasClient && seen.clientInvitations ? [seen.clientInvitations as typeof seen.invitations] : [])]
  const invitations = distinct(invitationLists.flatMap(list => list.ok ? list.result.items.map(item => readInvitation(store, item)) : []))
  // An answer that nobody has handled yet belongs here when it carries a token of ours.
  const tokens = new Map(invitations.filter(({ token }) => token !== '').map(invitation => [invitation.token, invitation]))
  const unhandled = (seen.unhandled.ok ? seen.unhandled.result.items : []).map(item => readAnswer(store, item)).filter(({ token }) => tokens.has(token))
  return {
    subject,
    answers: distinct([...answerLists.flatMap(list => list.ok ? list.result.items.map(item => readAnswer(store, item)) : []), ...unhandled]),
    invitations,
    surveys: seen.surveys.ok ? surveysFromWire(seen.surveys.result) : [],
    names: new Map((seen.users.ok ? listOf(seen.users.result) : []).map(mapOf).map(row => [Number(row.ID), [row.NAME, row.LAST_NAME].filter(Boolean).join(' ')])),
    missing: [...answerLists, ...invitationLists, seen.surveys].flatMap(list => list.ok ? [] : [list.error])
  }
}

/** One answer with its invitation, for the link in a notification. @throws PortalError 'notFound', 'noRight', … */
export async function loadAnswer(portal: Portal, store: RecordStore, id: number): Promise<{ answer: Answer, surveys: StoredSurvey[] }> {
  const seen = await portal.batch<{ answer: { item: unknown }, surveys: unknown }>({
    answer: getItem(store.entityTypeId, id),
    surveys: surveysCommand()
  })
  if (!seen.answer.ok) throw seen.answer.error
  if (!seen.surveys.ok) throw seen.surveys.error
  return { answer: readAnswer(store, seen.answer.result.item), surveys: surveysFromWire(seen.surveys.result) }
}

function distinct<T extends { id: number }>(rows: T[]): T[] {
  return [...new Map(rows.map(row => [row.id, row])).values()].sort((a, b) => b.id - a.id)
}
