import type { Ledger } from '@/plan/model/ledger'
import { isWish } from '@/survey/model/fill-kind'
import { parseJson } from '@/survey/model/parse-json'
import type { Channel, Group, Metric } from '@/survey/model/survey'
import type { ReadFlag } from './flag'

export const ANSWER_STATES = ['new', 'low', 'middle', 'high', 'work', 'closed', 'no_contact', 'set_aside'] as const
export type AnswerState = typeof ANSWER_STATES[number]

/** What came back. Posted values are kept as they were posted; accepted ones stand beside them. */
export interface Answer {
  id: number
  title: string
  state: AnswerState
  /** ISO 8601 */
  createdAt: string
  token: string
  /** id of the invitation as posted; '' when the link carried none */
  invitationId: string
  /** id of this filling-in: the same id twice is one answer */
  submission: string
  survey: string
  version: number
  lang: string
  /** as posted, '' when not answered */
  posted: Record<Metric, string>
  comment: string
  /** JSON {question id: value} as posted */
  answersJson: string
  // written by the handling
  value: number | null
  score: number | null
  coefficient: number | null
  group: Group | null
  flag: ReadFlag | null
  channel: Channel | null
  askedBy: number | null
  ownerId: number | null
  sentAt: string | null
  dealId: number | null
  contactId: number | null
  companyId: number | null
  stage: string | null
  /** what was copied from deal and company, in the order of the version's `snapshots`; '' where there was nothing */
  snapshots: string[]
  /** why the case ended as it did, in a person's words; '' = nobody said */
  cause: string
  /** ISO 8601; when the case ended, null = it has not */
  doneAt: string | null
  /** the client is to be asked again after the case */
  askAgain: boolean
  ledger: Ledger
}

/**
 * What was posted per question; a value that is no text and no list of texts stays readable as JSON.
 * @returns null when the text is no JSON object; nothing for a fill that is no answer.
 */
export function readAnswersJson(text: string): Record<string, string | string[]> | null {
  if (isWish(text)) return {}
  const parsed = parseJson(text)
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) return null
  return Object.fromEntries(Object.entries(parsed).flatMap(([id, value]): [string, string | string[]][] =>
    value === null ? [] : [[id, Array.isArray(value) ? value.map(readable) : readable(value)]]))
}

function readable(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
