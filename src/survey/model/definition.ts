import * as v from 'valibot'
import { parseJson } from './parse-json'
import { GROUPS, type Definition, type Group, type Lang, type Localized, type SurveyContent } from './survey'

/** The hint of a form field has to carry the whole definition. */
export const DEFINITION_LIMIT_BYTES = 20_000

/** Length of the data address of the logo. */
export const LOGO_LIMIT = 8192
/** Shown by <img>, where even an SVG runs no script. */
export const LOGO_PATTERN = /^data:image\/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/]+=*$/

const localized = v.record(v.string(), v.string())
const byGroup = v.object({ high: localized, middle: localized, low: localized })

/** Of a thank-you. Anything else (`javascript:` …) never becomes a link on the answer page. */
export const WEB_ADDRESS = /^https?:\/\/[^\s/?#]+\.[^\s/?#]+\S*$/i
const link = v.fallback(v.pipe(v.string(), v.regex(WEB_ADDRESS)), '')

/** Ids of questions and options. */
export const ID_PATTERN = /^[a-z0-9]{1,16}$/
const id = v.pipe(v.string(), v.regex(ID_PATTERN))

export const MAX_QUESTIONS = 10

const questionSchema = v.object({
  id,
  type: v.picklist(['nps', 'csat', 'ces', 'stars', 'yesno', 'choice', 'choices', 'short', 'long']),
  text: localized,
  required: v.boolean(),
  options: v.optional(v.array(v.object({ id, text: localized }))),
  low: v.optional(localized),
  high: v.optional(localized),
  points: v.optional(v.picklist([5, 7])),
  easyIs: v.optional(v.picklist(['high', 'low']))
})

const definitionSchema = v.object({
  v: v.literal(1),
  survey: v.string(),
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  company: v.string(),
  logo: v.optional(v.pipe(v.string(), v.maxLength(LOGO_LIMIT), v.regex(LOGO_PATTERN))),
  langs: v.pipe(v.array(v.string()), v.minLength(1)),
  defaultLang: v.string(),
  questions: v.pipe(v.array(questionSchema), v.minLength(1), v.maxLength(MAX_QUESTIONS)),
  followUp: v.object({ asked: v.boolean(), text: byGroup }),
  thankYou: v.object({
    text: byGroup, link: v.object({ high: link, middle: link, low: link }),
    // forms that were published before it was offered
    callBack: v.optional(v.array(v.picklist(GROUPS)), () => [])
  })
})

/** What goes out with a version: everything the answer page shows, nothing else. Texts in a language that was taken out stay behind. */
export function definitionOf(surveyId: string, version: number, content: SurveyContent): Definition {
  const { company, logo, langs, defaultLang, questions, followUp, thankYou } = content
  const shown = (text: Localized): Localized => Object.fromEntries(Object.entries(text).filter(([lang]) => langs.includes(lang)))
  const byOwnGroup = ({ high, middle, low }: Record<Group, Localized>): Record<Group, Localized> =>
    ({ high: shown(high), middle: shown(middle), low: shown(low) })
  return {
    v: 1, survey: surveyId, version, company, ...(logo ? { logo } : {}), langs, defaultLang,
    questions: questions.map(({ text, low, high, options, ...question }) => ({
      ...question,
      text: shown(text),
      ...(low ? { low: shown(low) } : {}),
      ...(high ? { high: shown(high) } : {}),
      ...(options ? { options: options.map(option => ({ ...option, text: shown(option.text) })) } : {})
    })),
    followUp: { ...followUp, text: byOwnGroup(followUp.text) },
    thankYou: { ...thankYou, text: byOwnGroup(thankYou.text) }
  }
}

export function encodeDefinition(definition: Definition): string {
  return JSON.stringify(definition)
}

/** Size in bytes of what would travel in the hint. */
export function definitionBytes(definition: Definition): number {
  return new TextEncoder().encode(encodeDefinition(definition)).length
}

/**
 * Reads what came back in the hint.
 * @returns null when it is not ours, damaged or newer than this page knows; the caller then draws the plain form.
 */
export function decodeDefinition(text: string | null | undefined): Definition | null {
  if (!text) return null
  const json = parseJson(text)
  const parsed = v.safeParse(definitionSchema, json)
  return parsed.success ? parsed.output : null
}

/** Language to show: the first wanted one that the definition has (`ru-RU` counts as `ru`), else its default. */
export function pickLang(definition: Pick<Definition, 'langs' | 'defaultLang'>, wanted: readonly Lang[]): Lang {
  for (const lang of wanted) {
    const short = lang.toLowerCase().split('-')[0]
    const found = definition.langs.find(own => own === lang || own.split('-')[0] === short)
    if (found) return found
  }
  return definition.defaultLang
}
