import type { Channel, Group } from '@/survey/model/survey'
import type { Card, RuleEffect } from './plan'

export const ANSWER_FLAGS = ['test', 'repeat', 'unmatched', 'late', 'invalid', 'import', 'optout', 'callback', 'shared'] as const
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
  /** what stands for the comment, where the customer left it empty; null = what was posted is left alone */
  comment: string | null
  /** for FB_SNAP1 and so on, in the survey's order */
  snapshots: { title: string, text: string }[]
}

/** How the owner was found: who asked, the deal's responsible, the survey's fallback, who handles. */
export type OwnerSource = 'asked' | 'responsible' | 'fallback' | 'duty'

/** Why a person that a rule names gets nothing. */
export type PersonMissing =
  /** nobody is above the owner, or the structure may not be read */
  | 'noSupervisor'
  | 'dismissed'
  /** the portal does not know such an employee */
  | 'unknownUser'

/** Why an effect happens, and why to this person. For the simulation. */
export interface Why {
  /** id of the rule; null = the app does it with every answer */
  rule: string | null
  /** where the owner matters: how he was found, and who would have come before him but has left */
  owner?: { from: OwnerSource, dismissed: OwnerSource[] }
  /** whom the rule names; `instead`: why it is the owner after all */
  recipient?: { as: 'owner' | 'supervisor' | 'user', instead: PersonMissing | null }
  /** a task's creator; `instead`: why it is not the supervisor although the rule says so */
  creator?: { as: 'owner' | 'supervisor' | 'handler', instead: PersonMissing | 'notAllowed' | null }
}

/** Why an effect that a rule asks for cannot happen. A flag stands for itself: a test sends no offer, a repeated answer gives no second task. */
export type ImpossibleReason = PersonMissing | AnswerFlag
  /** the answer has no such deal, contact or company */
  | 'noCard'
  /** the portal has no such field any more, or it may not be written */
  | 'fieldMissing'
  /** of a snapshot: the portal has no such field any more, or what stands in it is nothing that can be said in words */
  | 'fieldUnreadable'
  /** the deal stands in a pipeline without this stage, or the stage was deleted */
  | 'stageMissing'
  | 'stageAlready'
  | 'optedOut'
  | 'noAddress'
  /** the mail has no text in any language */
  | 'noText'

/** Employee or client who receives a mail. */
export interface MailParty {
  id: number
  name: string
  /** '' = the portal did not say: it then sends from the mailbox of who handles */
  email: string
}

/**
 * One thing that happens with an answer. `key` is unique within the answer and the same on every run:
 * it is looked up before the effect is done again, and kept in the ledger afterwards.
 */
export type Effect = { why: Why } & (
  | { kind: 'fields', key: 'fields', fields: AnswerFields }
  | { kind: 'lastScore', key: `lastScore:${number}`, entityTypeId: 2 | 3 | 4, id: number, score: number, group: Group, at: string }
  | { kind: 'answeredInvitation', key: 'invitation', invitationId: number }
  /** the client wants no more mail: nothing more is sent */
  | { kind: 'stopInvitation', key: 'invitation', invitationId: number }
  | { kind: 'optOut', key: 'optOut', entityTypeId: 3 | 4, id: number }
  | { kind: 'setField', key: `setField:${Card}.${string}`, card: Card, id: number, field: string, value: string }
  | { kind: 'dealStage', key: 'dealStage', dealId: number, stage: string, /** its name in the portal */ name: string }
  | { kind: 'comment', key: 'comment', dealId: number, text: string }
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
  | {
    kind: 'mail'
    key: `mail:${string}`
    /** card whose timeline keeps the mail */
    owner: { entityTypeId: 2 | 3 | 4, id: number }
    to: MailParty & { entityTypeId: 3 | 4 }
    from: MailParty
    lang: string
    subject: string
    /** plain text with line breaks */
    body: string
  }
  | { kind: 'responsible', key: 'responsible', userId: number }
  /** a rule asks for it and it cannot be: noted where a person sees it */
  | { kind: 'impossible', key: string, wanted: RuleEffect['kind'] | 'snapshot', reason: ImpossibleReason }
  | { kind: 'handOver', key: 'handOver', stage: HandOverStage }
)

export type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>
