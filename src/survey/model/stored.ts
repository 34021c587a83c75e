import * as v from 'valibot'
import { parseJson } from './parse-json'
import { askedByHand, GROUPS, MAX_REMINDERS, STORED_VERSION, USUAL_MAILS_PER_DAY, type Survey, type SurveyContent } from './survey'

const localized = v.record(v.string(), v.string())
const byGroup = v.object({ high: localized, middle: localized, low: localized })

/** A draft may be unfinished in every way that `checkContent` names; here only its shape counts. */
export const contentSchema = v.object({
  name: v.string(),
  company: v.string(),
  logo: v.optional(v.string()),
  langs: v.array(v.string()),
  defaultLang: v.string(),
  questions: v.array(v.object({
    id: v.string(),
    type: v.picklist(['nps', 'csat', 'ces', 'stars', 'yesno', 'choice', 'choices', 'short', 'long']),
    text: localized,
    required: v.boolean(),
    options: v.optional(v.array(v.object({ id: v.string(), text: localized }))),
    low: v.optional(localized),
    high: v.optional(localized),
    points: v.optional(v.picklist([5, 7])),
    easyIs: v.optional(v.picklist(['high', 'low']))
  })),
  followUp: v.object({ asked: v.boolean(), text: byGroup }),
  thankYou: v.object({
    text: byGroup, link: v.object({ high: v.string(), middle: v.string(), low: v.string() }), callBack: v.optional(v.array(v.picklist(GROUPS)), () => [])
  }),
  mail: v.object({ subject: localized, body: localized, scoreButtons: v.optional(v.boolean(), true), from: v.optional(v.string(), '') }),
  expiresAfterDays: v.number(),
  notBeforeDays: v.number(),
  companyDays: v.optional(v.number(), 0),
  mailsPerDay: v.optional(v.number(), USUAL_MAILS_PER_DAY),
  snapshots: v.optional(v.array(v.object({ card: v.picklist(['deal', 'company']), field: v.string(), title: v.string() })), () => []),
  pipelines: v.optional(v.array(v.number()), () => []),
  asking: v.optional(v.object({
    stages: v.array(v.string()),
    sms: localized,
    chat: v.optional(localized, () => ({})),
    script: v.optional(localized, () => ({})),
    reminders: v.pipe(
      v.array(v.object({ afterDays: v.number(), channel: v.picklist(['email', 'sms']), subject: localized, text: localized })), v.maxLength(MAX_REMINDERS)
    )
  }), askedByHand)
})

const surveySchema = v.object({
  // what an earlier version did not know has a default above
  v: v.pipe(v.picklist([1, 2, 3, STORED_VERSION]), v.transform((): typeof STORED_VERSION => STORED_VERSION)),
  id: v.pipe(v.string(), v.minLength(1)),
  status: v.picklist(['draft', 'active', 'paused']),
  draft: contentSchema,
  published: v.nullable(v.object({
    version: v.pipe(v.number(), v.integer(), v.minValue(1)), at: v.string(), by: v.number(), content: contentSchema, plan: v.optional(v.unknown())
  })),
  form: v.nullable(v.object({ id: v.number(), sec: v.string(), made: v.picklist(['api', 'hand']), verifiedAt: v.nullable(v.string()), closed: v.optional(v.array(v.number())) })),
  plan: v.optional(v.unknown(), null)
})

/** `newer`: written by a later version of the app. Both kinds are shown, and never written back. */
export type StoredSurvey = { ok: true, survey: Survey } | { ok: false, reason: 'newer' | 'broken' }

/**
 * Reads one item of the `surveys` storage. A key that this version does not know would be lost when it writes back,
 * so whoever adds one raises `STORED_VERSION`.
 */
export function readSurvey(json: string): StoredSurvey {
  const stored = parseJson(json)
  const parsed = v.safeParse(surveySchema, stored)
  if (parsed.success) return { ok: true, survey: parsed.output }
  return { ok: false, reason: v.is(v.object({ v: v.pipe(v.number(), v.minValue(STORED_VERSION + 1)) }), stored) ? 'newer' : 'broken' }
}

export function writeSurvey(survey: Survey): string {
  return JSON.stringify(survey)
}

/** Reads one item of the `versions` storage. @returns null when it is damaged or newer */
export function readContent(json: string): SurveyContent | null {
  const parsed = v.safeParse(contentSchema, parseJson(json))
  return parsed.success ? parsed.output : null
}
