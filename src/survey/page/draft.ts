import * as v from 'valibot'
import type { Answers } from '@/survey/model/answers'
import type { Payload } from './payload'

/** What is kept on the device about one invitation. */
export interface Draft {
  /** id of this filling-in, the same for every attempt to send it */
  sid: string
  answers: Answers
  /** names of the agreements that are ticked; null = as the form presets them */
  consents: string[] | null
  /** score of the link that was last opened: another one pressed in the mail counts more than what was chosen before */
  linkScore: number | null
  /** set by Send: from then on exactly this goes out, until it has arrived */
  payload: Payload | null
}

/** sentAt: ms; the draft stays a while after sending, because a result id alone does not prove that the portal kept a record. */
export interface Kept {
  draft: Draft | null
  sentAt: number | null
}

const DAY = 86_400_000
export const KEEP_SENT_MS = 7 * DAY
/** "Answered on this device" outlives the answers; an unfinished draft does not wait for ever either. */
export const FORGET_MS = 365 * DAY
const PREFIX = 'feedback-answer:'

const texts = v.record(v.string(), v.string())
const keptSchema = v.object({
  v: v.literal(1),
  savedAt: v.number(),
  sentAt: v.nullable(v.number()),
  draft: v.nullable(v.object({
    sid: v.pipe(v.string(), v.regex(/^[a-z0-9]{32}$/)),
    answers: v.record(v.string(), v.union([v.number(), v.string(), v.array(v.string())])),
    consents: v.nullable(v.array(v.string())),
    linkScore: v.nullable(v.number()),
    payload: v.nullable(v.object({ values: v.record(v.string(), v.array(v.string())), properties: texts, consents: v.record(v.string(), v.literal('Y')) }))
  }))
})

export interface Drafts {
  read: (token: string) => Kept
  /** Does nothing once it was sent, possibly from another tab. */
  save: (token: string, draft: Draft) => void
  markSent: (token: string, draft: Draft) => void
  /** Removes what is past its time, of all invitations. */
  tidy: () => void
}

/** Storage may be missing, full or forbidden at any moment; the page then works without, and what it read is simply nothing. */
export function openDrafts(storage: Storage | null, now: () => number): Drafts {
  const write = (token: string, kept: Kept): void => {
    attempt(() => storage?.setItem(PREFIX + token, JSON.stringify({ v: 1, savedAt: now(), ...kept })))
  }
  const read = (token: string): Kept => {
    const kept = parse(attempt(() => storage?.getItem(PREFIX + token)))
    return kept ? { draft: kept.draft, sentAt: kept.sentAt } : { draft: null, sentAt: null }
  }
  return {
    read,
    save: (token, draft) => {
      if (read(token).sentAt === null) write(token, { draft, sentAt: null })
    },
    markSent: (token, draft) => write(token, { draft, sentAt: now() }),
    tidy: () => {
      const keys = attempt(() => storage ? Array.from({ length: storage.length }, (_, index) => storage.key(index)) : []) ?? []
      for (const key of keys) {
        if (!key?.startsWith(PREFIX)) continue
        const kept = parse(attempt(() => storage?.getItem(key)))
        if (!kept || now() - kept.savedAt > FORGET_MS) attempt(() => storage?.removeItem(key))
        else if (kept.draft && kept.sentAt !== null && now() - kept.sentAt > KEEP_SENT_MS) {
          attempt(() => storage?.setItem(key, JSON.stringify({ ...kept, draft: null })))
        }
      }
    }
  }
}

function parse(text: string | null | undefined): v.InferOutput<typeof keptSchema> | null {
  const parsed = v.safeParse(keptSchema, attempt(() => JSON.parse(text ?? 'null')))
  return parsed.success ? parsed.output : null
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch (error) {
    // DOMException (full, forbidden) or SyntaxError (somebody else wrote it): both mean "nothing kept".
    if (error instanceof Error || error instanceof DOMException) return undefined
    throw error
  }
}
