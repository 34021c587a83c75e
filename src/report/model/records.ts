import type { AnswerState } from '@/answer/model/answer'
import type { ReadFlag } from '@/answer/model/flag'
import type { InvitationState } from '@/invitation/model/invitation'
import type { Scale } from '@/survey/model/scale'
import type { Group } from '@/survey/model/survey'
import { groupOfNps, parseNps } from '@/survey/model/score/groups'

/** Points and direction of an effort scale: `7low` = seven points, the low end means easy. */
export const EFFORT_SCALES = ['5high', '5low', '7high', '7low'] as const
export type EffortScale = typeof EFFORT_SCALES[number]

/** An answer as far as the report needs it. */
export interface ReportAnswer {
  id: number
  /** ISO 8601 with offset; of an imported answer: when it was given */
  createdAt: string
  /** accepted NPS value 0–10; null when the survey has no such question or the posted value is none; so are the next three */
  nps: number | null
  csat: number | null
  /** null as well when nobody knows the scale of the version that was answered */
  ces: number | null
  /** of the version that was answered; null without a value */
  effortScale: EffortScale | null
  stars: number | null
  /** 0–100 */
  coefficient: number | null
  /** group of the headline question, whichever that is */
  group: Group | null
  /** null = valid */
  flag: ReadFlag | null
  channel: string | null
  survey: string
  version: number
  lang: string
  state: AnswerState
  dealId: number | null
  contactId: number | null
  companyId: number | null
  ownerId: number | null
  /** of the deal when the answer was handled */
  pipeline: number | null
  /** FB_SNAP1 … 5, as they were when the answer was handled; '' = none */
  snapshots: readonly string[]
  /** of the deal when the answer was handled */
  sum: { amount: number, currency: string } | null
  /** ids of list values of FB_TAGS */
  tags: readonly number[]
  /** the invitation that it was matched with by id and token */
  invitationId: number | null
  /** ISO 8601: when the invitation went out; when work on the case ended */
  sentAt: string | null
  doneAt: string | null
  hasComment: boolean
  /** '' when there is none, and null when it is not kept here: comments are not written to disk */
  comment: string | null
}

/** An invitation as far as the response rate needs it. */
export interface ReportInvitation {
  id: number
  state: InvitationState
  /** ISO 8601 with offset; when it first went out, reminders do not change it; null = not yet */
  sentAt: string | null
  /** ISO 8601 with offset */
  createdAt: string
  survey: string
  channel: string
  lang: string
  companyId: number | null
  /** who asked */
  ownerId: number | null
  test: boolean
}

/** Channels through which anybody may answer, as often as he likes; also a person's own link that no message carried. None is in the response rate. */
export const SHARED_CHANNELS: ReadonlySet<string | null> = new Set(['link', 'qr', 'embed'])

/**
 * Came through such a channel from nobody known, and does not say so by its flag: of an earlier version. Its own figure, in a score only when its
 * channel is asked for. What is flagged `shared` is asked for by its flag, and a person's own link is his.
 */
export function isShared({ channel, flag, contactId, companyId }: Pick<ReportAnswer, 'channel' | 'flag' | 'contactId' | 'companyId'>): boolean {
  return SHARED_CHANNELS.has(channel) && flag !== 'shared' && contactId === null && companyId === null
}

/** The scale behind its short name. */
export function effortScale(name: EffortScale): Scale {
  return { type: 'ces', points: name.startsWith('5') ? 5 : 7, easyIs: name.endsWith('low') ? 'low' : 'high' }
}

/** The group an answer is shown and filtered under: by its NPS value where it has one, so that list and counts agree. */
export function answerGroup(answer: Pick<ReportAnswer, 'nps' | 'group'>): Group | null {
  const value = parseNps(answer.nps)
  return value === null ? answer.group : groupOfNps(value)
}

/** `C5:WON` is a stage of deal pipeline 5, `WON` one of the first pipeline, 0. Null for anything else. */
export function pipelineOf(stage: string | null): number | null {
  if (stage === null || stage === '') return null
  const inPipeline = /^C(\d{1,9}):/.exec(stage)
  return inPipeline ? Number(inPipeline[1]) : stage.includes(':') ? null : 0
}
