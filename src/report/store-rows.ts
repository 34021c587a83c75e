import { readFlag } from '@/answer/model/flag'
import { ANSWER_STAGES, type RecordStore } from '@/portal/record-store'
import { dealFields, dealIdOf, idOf, readFields, wireName } from '@/portal/items'
import type { RecordField } from '@/portal/fields'
import type { ListedItem } from '@/portal/paging'
import { listOf } from '@/portal/php-array'
import { parseScale } from '@/survey/model/scale'
import type { Survey, SurveyContent } from '@/survey/model/survey'
import { effortScale, pipelineOf, type EffortScale, type ReportAnswer, type ReportInvitation } from './model/records'

/** The two pipelines of the record store. */
export const KINDS = ['answers', 'invitations'] as const
export type Kind = typeof KINDS[number]

/** A record as the report keeps it. There are 10⁵ of them: a field that nobody reads costs memory, and pauses of its collection. */
export interface Kept<T> {
  record: T
  /** milliseconds since 1970: when the record was made; never before the time of an imported answer, so that whoever reads back to a day misses none */
  at: number
}

export type KeptOf = { answers: Kept<ReportAnswer>, invitations: Kept<ReportInvitation> }

const SYSTEM = ['categoryId', 'createdTime', 'updatedTime', 'stageId', 'assignedById', 'companyId']
const ANSWER_SYSTEM = ['contactId']

const SHARED_FIELDS = ['FB_FLAG', 'FB_CHANNEL', 'FB_SURVEY', 'FB_LANG', 'FB_SENT_AT'] as const satisfies readonly RecordField[]

const ANSWER_FIELDS = [
  ...SHARED_FIELDS, 'FB_NPS', 'FB_CSAT', 'FB_CES', 'FB_STARS', 'FB_COEFFICIENT', 'FB_GROUP', 'FB_VERSION', 'FB_INVITATION', 'FB_COMMENT', 'FB_DEAL', 'FB_STAGE', 'FB_SUM',
  'FB_DONE_AT', 'FB_TAGS'
] as const satisfies readonly RecordField[]

const INVITATION_FIELDS = [...SHARED_FIELDS, 'FB_STATE', 'FB_ASKED_BY'] as const satisfies readonly RecordField[]

const SNAPSHOT_FIELDS = ['FB_SNAP1', 'FB_SNAP2', 'FB_SNAP3', 'FB_SNAP4', 'FB_SNAP5'] as const satisfies readonly RecordField[]

/** How many of the five snapshot fields any survey uses. */
export function snapshotsIn(surveys: readonly Survey[]): number {
  return Math.max(0, ...surveys.flatMap(({ draft, published }) => [draft.snapshots.length, published?.content.snapshots.length ?? 0]))
}

/** Only what the report reads: a row with everything that the portal keeps is several times as long. */
export function selectFor(store: RecordStore, kinds: readonly Kind[], snapshots: number): string[] {
  const answers = kinds.includes('answers')
  const fields: RecordField[] = [
    ...answers ? [...ANSWER_FIELDS, ...SNAPSHOT_FIELDS.slice(0, snapshots)] : [], ...kinds.includes('invitations') ? INVITATION_FIELDS : []
  ]
  return [...SYSTEM, ...answers ? ANSWER_SYSTEM : [], ...new Set([...answers ? dealFields(store) : [], ...fields.map(field => wireName(store, field))])]
}

/** Scales of effort questions by survey and version; null = that version has no such question, or nobody knows it. */
export type EffortScales = Map<string, EffortScale | null>

export const versionKey = (survey: string, version: number): string => `${survey}.${version}`

/** What the published surveys say; other versions have to be asked for. */
export function effortScalesIn(surveys: readonly Survey[]): EffortScales {
  return new Map(surveys.flatMap(({ id, published }): [string, EffortScale | null][] =>
    published ? [[versionKey(id, published.version), effortScaleIn(published.content)]] : []))
}

export function effortScaleIn({ questions }: Pick<SurveyContent, 'questions'>): EffortScale | null {
  const question = questions.find(({ type }) => type === 'ces')
  return question ? `${question.points ?? 5}${question.easyIs ?? 'high'}` : null
}

/** Versions whose effort scale has to be known before these rows can be read. */
export function unknownScales(store: RecordStore, rows: readonly ListedItem[], known: EffortScales): Set<string> {
  const unknown = new Set<string>()
  for (const row of rows) {
    if (kindOf(store, row) !== 'answers' || !row[store.names.FB_CES]) continue
    const { FB_SURVEY, FB_VERSION } = readFields(store, row, ['FB_SURVEY', 'FB_VERSION'])
    const key = versionKey(FB_SURVEY ?? '', FB_VERSION ?? 0)
    if (!known.has(key)) unknown.add(key)
  }
  return unknown
}

/** Null for a record of neither pipeline. */
export function kindOf(store: RecordStore, row: ListedItem): Kind | null {
  const category = Number(row.categoryId)
  return category === store.answerCategoryId ? 'answers' : category === store.invitationCategoryId ? 'invitations' : null
}

/**
 * Reads an answer. Posted values are judged again, as the handling does: what is not exactly a value of the scale is none.
 * @param scales must know the version of an answer with an effort value, or that value is none
 */
export function keepAnswer(store: RecordStore, row: ListedItem, scales: EffortScales, snapshots: number): Kept<ReportAnswer> {
  const values = readFields(store, row, ANSWER_FIELDS)
  const survey = values.FB_SURVEY ?? ''
  const version = values.FB_VERSION ?? 0
  const scale = values.FB_CES === null ? null : scales.get(versionKey(survey, version)) ?? null
  const effort = scale === null ? null : parseScale(effortScale(scale), values.FB_CES)
  const comment = values.FB_COMMENT ?? ''
  const invitation = values.FB_INVITATION ?? ''
  const coefficient = values.FB_COEFFICIENT
  const imported = values.FB_FLAG === 'import'
  return kept(row, {
    id: row.id,
    // an imported answer was given long before its record was made, and nobody here asked for it
    createdAt: (imported ? values.FB_SENT_AT : null) ?? textOf(row.createdTime),
    nps: parseScale({ type: 'nps' }, values.FB_NPS), csat: parseScale({ type: 'csat' }, values.FB_CSAT), stars: parseScale({ type: 'stars' }, values.FB_STARS),
    ces: effort, effortScale: effort === null ? null : scale,
    coefficient: coefficient !== null && coefficient >= 0 && coefficient <= 100 ? coefficient : null,
    group: values.FB_GROUP, flag: readFlag(values.FB_FLAG, row[store.names.FB_FLAG]), channel: values.FB_CHANNEL, survey, version, lang: values.FB_LANG ?? '',
    // a stage that people added is work in progress
    state: ANSWER_STAGES.find(stage => store.answerStages[stage] === row.stageId) ?? 'work',
    dealId: dealIdOf(store, row), contactId: idOf(row.contactId), companyId: idOf(row.companyId), ownerId: idOf(row.assignedById),
    pipeline: pipelineOf(values.FB_STAGE),
    snapshots: snapshots === 0 ? NO_SNAPSHOTS : SNAPSHOT_FIELDS.slice(0, snapshots).map(field => textOf(row[store.names[field]])),
    sum: values.FB_SUM,
    // labels are made by people and the store does not know them: ids are kept
    tags: listOf(row[store.names.FB_TAGS]).map(Number).filter(id => id > 0),
    // the id is as it was posted; only the handling knows whether the token fits
    invitationId: values.FB_FLAG === 'unmatched' || !/^\d{1,12}$/.test(invitation) ? null : Number(invitation),
    sentAt: imported ? null : values.FB_SENT_AT, doneAt: values.FB_DONE_AT, hasComment: comment.trim() !== '', comment
  })
}

const NO_SNAPSHOTS: readonly string[] = []

export function keepInvitation(store: RecordStore, row: ListedItem): Kept<ReportInvitation> {
  const values = readFields(store, row, INVITATION_FIELDS)
  return kept(row, {
    id: row.id, createdAt: textOf(row.createdTime), state: values.FB_STATE ?? 'sending', sentAt: values.FB_SENT_AT, survey: values.FB_SURVEY ?? '',
    channel: values.FB_CHANNEL ?? '', lang: values.FB_LANG ?? '', companyId: idOf(row.companyId), ownerId: values.FB_ASKED_BY ?? idOf(row.assignedById),
    test: values.FB_FLAG === 'test'
  })
}

function kept<T>(row: ListedItem, record: T): Kept<T> {
  return { record, at: Date.parse(textOf(row.createdTime)) }
}

const textOf = (value: unknown): string => typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
