import * as v from 'valibot'
import { ID_PATTERN, LOGO_LIMIT, LOGO_PATTERN } from './definition'
import { contentSchema } from './stored'
import type { SurveyContent } from './survey'

/** Tells our files from other JSON. */
const APP = 'feedback-for-bitrix24'
/** Rises with every key that content or plan gets: an earlier version of the app would lose it. */
const FORMAT = 4

/** What is read at all: a survey that can be published is a tenth of this. */
export const MAX_FILE_BYTES = 200_000
/** A stored survey holds its draft and its published version in one item of at most 60,000 bytes. */
export const MAX_DRAFT_BYTES = 30_000

/** Why a file is not taken at all; nothing of it is imported then. */
export type FileRefusal = 'tooBig' | 'image' | 'notText' | 'notJson' | 'notOurs' | 'newer' | 'tooLong'

/** A value that cannot be understood. */
export interface Fault {
  /** as in the file: `content.questions.2.type` */
  path: string
  code: 'missing' | 'wrongType' | 'notAllowed'
  /** as it stands in the file, cut; '' where it is missing */
  found: string
}

/** Something that does not come along, or not as it was. */
export type ContentNote =
  | { kind: 'unknownKey' | 'pipelineDropped' | 'stageDropped' | 'snapshotDropped' | 'senderDropped' | 'logoDropped', path: string, about: string }
  /** `about`: the id that it had */
  | { kind: 'idReplaced', path: string, about: string }

export interface ExchangeFile {
  /** host of the portal that it comes from: ids of people, stages and fields are that portal's */
  portal: string
  content: SurveyContent
  /** belongs to the plan noun; null = none */
  plan: unknown
  /** keys that this version of the app does not know, outside the plan */
  unknown: string[]
}

export type ReadFile =
  | { ok: true, file: ExchangeFile }
  | { ok: false, refusal: FileRefusal }
  | { ok: false, refusal: 'shape', faults: Fault[] }

/** Content and plan as a text that people can read too. @param portal host */
export function writeExchange(portal: string, content: SurveyContent, plan: unknown): string {
  return `${JSON.stringify({ app: APP, format: FORMAT, portal, content, plan: plan ?? null }, null, 2)}\n`
}

/** A name for the file: what file systems forbid becomes a hyphen. */
export function exchangeFileName(name: string): string {
  const kept = name.replace(/[\u0000-\u001f<>:"/\\|?*]+/g, '-').replace(/^[.\s-]+|[.\s-]+$/g, '').slice(0, 80).trim()
  return `${kept || 'survey'}.json`
}

/** Before it is read. @returns null when it may be read */
export function refusalOf({ size, type }: { size: number, type: string }): FileRefusal | null {
  if (type.startsWith('image/')) return 'image'
  return size > MAX_FILE_BYTES ? 'tooBig' : null
}

const envelope = v.object({ app: v.literal(APP), format: v.pipe(v.number(), v.integer(), v.minValue(1)) })
const fileSchema = v.object({ app: v.literal(APP), format: v.number(), portal: v.string(), content: contentSchema, plan: v.optional(v.unknown(), null) })

/** Checks everything but the plan, which the plan noun reads. Never throws. */
export function readExchange(text: string): ReadFile {
  if (new TextEncoder().encode(text).length > MAX_FILE_BYTES) return { ok: false, refusal: 'tooBig' }
  // what JSON never holds as it is
  if (text.includes('\u0000')) return { ok: false, refusal: 'notText' }
  const json = jsonOf(text)
  if (json === undefined) return { ok: false, refusal: 'notJson' }
  const opened = v.safeParse(envelope, json)
  if (!opened.success) return { ok: false, refusal: 'notOurs' }
  if (opened.output.format > FORMAT) return { ok: false, refusal: 'newer' }
  const parsed = v.safeParse(fileSchema, json)
  const faults = [...(parsed.success ? [] : faultsOf(parsed.issues)), ...infinite(json)]
  if (!parsed.success || faults.length > 0) return { ok: false, refusal: 'shape', faults }
  const { portal, content, plan } = parsed.output
  if (bytesOf({ content, plan }) > MAX_DRAFT_BYTES) return { ok: false, refusal: 'tooLong' }
  return { ok: true, file: { portal, content, plan, unknown: lostKeys(json, parsed.output) } }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length

/** Issues of a schema as faults, each place once. @param prefix key under which the file has what was parsed */
export function faultsOf(issues: readonly v.BaseIssue<unknown>[], prefix?: string): Fault[] {
  const faults = issues.map((issue): Fault => {
    const path = [...(prefix === undefined ? [] : [prefix]), ...(issue.path ?? []).map(({ key }) => String(key))].join('.')
    if (issue.input === undefined) return { path, code: 'missing', found: '' }
    return { path, code: issue.kind === 'schema' && !['picklist', 'literal', 'variant'].includes(issue.type) ? 'wrongType' : 'notAllowed', found: shown(issue.input) }
  })
  return [...new Map(faults.map(fault => [fault.path, fault])).values()]
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? ''
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

/** `1e999` is a number in JSON, and would be written back as null. */
function infinite(value: unknown, path = ''): Fault[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [{ path, code: 'wrongType', found: '∞' }]
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, part]) => infinite(part, path === '' ? key : `${path}.${key}`))
}

/** Paths of keys that stood in the file and are not in what was understood of it. */
export function lostKeys(before: unknown, after: unknown, path = ''): string[] {
  if (before === null || after === null || typeof before !== 'object' || typeof after !== 'object') return []
  return Object.entries(before).flatMap(([key, part]) => {
    const at = path === '' ? key : `${path}.${key}`
    return Object.hasOwn(after, key) ? lostKeys(part, (after as Record<string, unknown>)[key], at) : [at]
  })
}

/** What this portal knows of the things that a content may name. */
export interface ContentWorld {
  /** host; a file of another portal names that portal's things */
  portal: string
  pipelines: ReadonlySet<number>
  /** of deals, full STATUS_IDs */
  stages: ReadonlySet<string>
  fields: Partial<Record<'deal' | 'company', ReadonlySet<string>>>
}

/** Fields that administrators have made are a portal's own. */
export const isOwnField = (field: string): boolean => /^ufCrm/i.test(field)

/** Stages of the first pipeline have the same names everywhere, those that people added have not. */
const isUsualStage = (stage: string): boolean => !stage.includes(':') && !stage.startsWith('UC_')

/**
 * Makes a content of a file one of this portal: what only another portal knows is left out, and what an administrator could not mend
 * in the editor (ids, a logo that is none) is mended here. The notes say all of it; a content of this portal that is in order comes back as it was.
 */
export function settleContent({ portal, content, unknown }: ExchangeFile, world: ContentWorld): { content: SurveyContent, notes: ContentNote[] } {
  const isSame = portal === world.portal
  const notes: ContentNote[] = unknown.map(path => ({ kind: 'unknownKey', path, about: path.split('.').at(-1) ?? path }))

  const pipelines = content.pipelines.filter((pipeline, index) => {
    const isKnown = pipeline === 0 || (isSame && world.pipelines.has(pipeline))
    if (!isKnown) notes.push({ kind: 'pipelineDropped', path: `content.pipelines.${index}`, about: String(pipeline) })
    return isKnown
  })
  const stages = content.asking.stages.filter((stage, index) => {
    const isKnown = world.stages.has(stage) && (isSame || isUsualStage(stage))
    if (!isKnown) notes.push({ kind: 'stageDropped', path: `content.asking.stages.${index}`, about: stage })
    return isKnown
  })
  const snapshots = content.snapshots.filter(({ card, field, title }, index) => {
    const isKnown = !isOwnField(field) || (isSame && world.fields[card]?.has(field) === true)
    if (!isKnown) notes.push({ kind: 'snapshotDropped', path: `content.snapshots.${index}`, about: title || field })
    return isKnown
  })
  const isSenderKept = isSame || content.mail.from === ''
  if (!isSenderKept) notes.push({ kind: 'senderDropped', path: 'content.mail.from', about: content.mail.from })
  const { logo, ...rest } = content
  const isLogoKept = logo === undefined || logo === '' || (logo.length <= LOGO_LIMIT && LOGO_PATTERN.test(logo))
  if (!isLogoKept) notes.push({ kind: 'logoDropped', path: 'content.logo', about: '' })

  const questions = withGoodIds(content.questions, 'content.questions', 'q', notes).map((question, index) =>
    question.options ? { ...question, options: withGoodIds(question.options, `content.questions.${index}.options`, 'o', notes) } : question)
  return {
    content: {
      ...rest, ...(isLogoKept && logo !== undefined ? { logo } : {}), questions, pipelines, snapshots,
      asking: { ...content.asking, stages }, mail: { ...content.mail, from: isSenderKept ? content.mail.from : '' }
    },
    notes
  }
}

/** An id that cannot be one, or that stood before, is replaced by the first free one: nothing refers to the questions of a new survey. */
function withGoodIds<T extends { id: string }>(list: readonly T[], path: string, letter: string, notes: ContentNote[]): T[] {
  const used = new Set(list.map(({ id }) => id))
  const seen = new Set<string>()
  return list.map((one, index) => {
    if (ID_PATTERN.test(one.id) && !seen.has(one.id)) {
      seen.add(one.id)
      return one
    }
    let n = index + 1
    while (used.has(`${letter}${n}`)) n++
    used.add(`${letter}${n}`)
    notes.push({ kind: 'idReplaced', path: `${path}.${index}.id`, about: one.id })
    return { ...one, id: `${letter}${n}` }
  })
}
