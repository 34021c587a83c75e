import type { AnswerState } from '@/answer/model/answer'
import type { InvitationState } from '@/invitation/model/invitation'
import type { AnswerFlag } from '@/plan/model/effects'
import type { Group } from '@/survey/model/survey'

/** An answer as far as the report needs it. What the handling has not seen yet is judged by the reader first, so that it counts like the others. */
export interface ReportAnswer {
  id: number
  /** ISO 8601 with offset */
  createdAt: string
  /** accepted NPS value 0–10; null when the survey has no such question or the posted value is none */
  nps: number | null
  /** group of the headline question, whichever that is */
  group: Group | null
  /** null = valid */
  flag: AnswerFlag | null
  channel: string | null
  survey: string
  version: number
  lang: string
  state: AnswerState
  dealId: number | null
  contactId: number | null
  companyId: number | null
  ownerId: number | null
  /** the invitation that it was matched with by id and token */
  invitationId: number | null
  /** '' when there is none */
  comment: string
}

/** An invitation as far as the response rate needs it. */
export interface ReportInvitation {
  id: number
  state: InvitationState
  /** ISO 8601 with offset; when it first went out, reminders do not change it; null = not yet */
  sentAt: string | null
  survey: string
  channel: string
  test: boolean
}
