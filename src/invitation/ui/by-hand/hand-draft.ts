import * as v from 'valibot'
import { HAND_WAYS } from '@/invitation/model/hand-mark'
import { parseJson } from '@/survey/model/parse-json'

const DAY = 86_400_000
/** Nobody goes on with a conversation of last week. */
const KEEP_MS = 7 * DAY

const draftSchema = v.object({
  v: v.literal(1),
  /** milliseconds */
  savedAt: v.number(),
  token: v.pipe(v.string(), v.regex(/^[a-z0-9]{32}$/)),
  key: v.pipe(v.string(), v.regex(/^[a-z0-9]{16,32}$/)),
  /** `contact:3`; null = the likeliest */
  person: v.nullable(v.string()),
  way: v.picklist(HAND_WAYS),
  /** ISO 8601; null = the moment of entering, '' = taken out of the field */
  at: v.nullable(v.pipe(v.string(), v.check(text => text === '' || !Number.isNaN(Date.parse(text))))),
  survey: v.nullable(v.string()),
  lang: v.nullable(v.string()),
  /** id of the open invitation that it answers; 0 = none; null = not asked yet: the newest one */
  open: v.nullable(v.number()),
  /** its token, from the moment of entering on: by then it may be answered, and is not offered any more */
  openToken: v.nullable(v.string()),
  answers: v.record(v.string(), v.union([v.number(), v.string(), v.array(v.string())])),
  /** it was being entered when this was written down: nothing may be changed before it is known how that ended */
  begun: v.boolean()
})

/** What somebody is entering by hand, as long as it is not in the portal. */
export type HandDraft = v.InferOutput<typeof draftSchema>

export interface HandDrafts {
  read: () => HandDraft | null
  save: (draft: HandDraft) => void
  drop: () => void
}

/**
 * The draft of one person about one card on this device. A frame's storage may be missing, full or forbidden at any moment: then there is simply none.
 * @param storage throws where it is forbidden
 * @param name of portal, person and card: others may use the same browser
 */
export function handDrafts(storage: () => Storage, name: string, now: () => number): HandDrafts {
  const place = `feedback-by-hand:${name}`
  return {
    read: () => {
      const parsed = v.safeParse(draftSchema, parseJson(attempt(() => storage().getItem(place)) ?? ''))
      return parsed.success && now() - parsed.output.savedAt < KEEP_MS ? parsed.output : null
    },
    save: draft => { attempt(() => storage().setItem(place, JSON.stringify(draft))) },
    drop: () => { attempt(() => storage().removeItem(place)) }
  }
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch (error) {
    if (error instanceof Error || error instanceof DOMException) return undefined
    throw error
  }
}
