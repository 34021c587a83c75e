import type { Channel, Group } from '@/survey/model/survey'

export const ANSWER_FLAGS = ['test', 'repeat', 'unmatched', 'late', 'invalid', 'import'] as const
export type AnswerFlag = typeof ANSWER_FLAGS[number]

/** Where an answer goes when its effects are done. */
export type HandOverStage = 'low' | 'middle' | 'high' | 'set_aside'

/** What is written to the answer itself. null clears; an absent key is left alone. */
export interface AnswerFields {
  title: string
  flag: AnswerFlag | null
  group: Group | null
  value: number | null
  score: number | null
  coefficient: number | null
  channel: Channel | null
  dealId: number | null
  contactId: number | null
  companyId: number | null
  stage: string | null
  sum: { amount: number, currency: string } | null
  askedBy: number | null
  sentAt: string | null
  ownerId: number
}

/**
 * One thing that happens with an answer. `key` is unique within the answer and the same on every run:
 * it is looked up before the effect is done again, and kept in the ledger afterwards.
 */
export type Effect =
  | { kind: 'fields', key: 'fields', fields: AnswerFields }
  | { kind: 'comment', key: 'comment', dealId: number, text: string }
  | { kind: 'lastScore', key: `lastScore:${number}`, entityTypeId: 2 | 3 | 4, id: number, score: number, group: Group, at: string }
  | { kind: 'answeredInvitation', key: 'invitation', invitationId: number }
  | { kind: 'notify', key: `notify:${number}`, userId: number, text: string }
  | {
    kind: 'task'
    key: `task:${string}`
    responsibleId: number
    creatorId: number
    /** who watches when the task could not be given in the supervisor's name */
    auditors: number[]
    title: string
    description: string
    checklist: string[]
    /** ISO 8601, UTC */
    deadline: string
    dealId: number | null
    contactId: number | null
    companyId: number | null
  }
  | { kind: 'handOver', key: 'handOver', stage: HandOverStage }
