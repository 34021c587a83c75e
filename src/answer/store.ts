import { readLedger, type Answer, type AnswerState } from '@/answer/model/answer'
import type { Command } from '@/portal/client'
import { recordFromWire } from '@/portal/items'
import { ANSWER_STAGES, type RecordStore } from '@/portal/record-store'

/** Reads an item of the Answers pipeline. */
export function readAnswer(store: RecordStore, item: unknown): Answer {
  const record = recordFromWire(store, item)
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
