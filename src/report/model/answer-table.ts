import { READ_FLAGS, type ReadFlag } from '@/answer/model/flag'
import { groupOf, isOnScale } from '@/survey/model/scale'
import { GROUPS, METRICS, type Group } from '@/survey/model/survey'
import { MEASURES, type Measure } from './measure'
import { answerGroup, EFFORT_SCALES, effortScale, isShared, SHARED_CHANNELS, type ReportAnswer, type ReportInvitation } from './records'

/*
 * Records as columns of numbers: a change of the filter is a walk over a few arrays, some milliseconds for 10⁵ answers.
 * Built once after loading, in slices, so that nothing blocks.
 */

/** By what answers can be grouped. */
export const DIMENSIONS = [
  'responsible', 'pipeline', 'channel', 'survey', 'company', 'group', 'language', 'snapshot1', 'snapshot2', 'snapshot3', 'snapshot4', 'snapshot5'
] as const
export type Dimension = typeof DIMENSIONS[number]

/** What a breakdown can be by: of a department with all below it, so that an answer is in several rows. */
export const BREAKDOWNS = [...DIMENSIONS, 'department'] as const
export type BreakdownBy = typeof BREAKDOWNS[number]

export type DimensionValue = string | number | null

/** A column whose cells are numbers of `values`. */
export interface Coded<V> {
  values: readonly V[]
  codes: Uint32Array
}

/** Of the group columns: not in any. */
export const NO_GROUP = GROUPS.length

export interface AnswerTable {
  /** newest first, then by falling id; all columns are in this order */
  records: readonly ReportAnswer[]
  /** milliseconds since 1970 */
  at: Float64Array
  /** −1 = none */
  values: Record<Measure, Float64Array>
  /** number in GROUPS of that value (of the coefficient: of the headline question), or NO_GROUP */
  groups: Record<Measure, Uint8Array>
  /** bit of the effort scale, 0 without an effort value */
  effort: Uint8Array
  /** 0 = none, else 1 + number in READ_FLAGS */
  flag: Uint8Array
  /** 1 = came over a shared channel */
  shared: Uint8Array
  commented: Uint8Array
  dimensions: Record<Dimension, Coded<DimensionValue>>
  state: Coded<string>
  /** null = nobody */
  contact: Coded<number | null>
  deal: Coded<number | null>
  /** null = no sum */
  currency: Coded<string | null>
  /** 0 without a sum */
  amount: Float64Array
  /** milliseconds since 1970, NaN = none */
  sentAt: Float64Array
  doneAt: Float64Array
  /** of row r: `codes[start[r]] … codes[start[r + 1] - 1]` */
  tags: Coded<number> & { start: Uint32Array }
}

/** What of an invitation can be filtered by. */
export const INVITATION_DIMENSIONS = ['survey', 'channel', 'language', 'company', 'responsible'] as const
export type InvitationDimension = typeof INVITATION_DIMENSIONS[number]

/** Only invitations that the response rate may count: sent, no test, not to everybody, not imported. */
export interface InvitationTable {
  ids: Float64Array
  /** milliseconds since 1970 */
  sentAt: Float64Array
  /** 1 = an answer that is unflagged or only late was matched to it, at whatever time */
  answered: Uint8Array
  dimensions: Record<InvitationDimension, Coded<DimensionValue>>
}

export interface Tables {
  answers: AnswerTable
  invitations: InvitationTable
}

/** Rows between two chances of a pause: a few milliseconds on a slow machine. */
const SLICE = 1_000

/** States of an invitation that reached the customer's mailbox as far as the portal knows. */
const SENT_STATES: ReadonlySet<string> = new Set(['sent', 'expired'])

/**
 * Builds the tables; yields after every few milliseconds of work, for a pause.
 * @param answers every id once, any order
 * @param invitations every id once, any order
 */
export function* buildTables(answers: readonly ReportAnswer[], invitations: readonly ReportInvitation[]): Generator<undefined, Tables, undefined> {
  const table = yield* buildAnswers(answers)
  return { answers: table, invitations: yield* buildInvitations(answers, invitations) }
}

/** The same without pauses. */
export function tablesOf(answers: readonly ReportAnswer[], invitations: readonly ReportInvitation[]): Tables {
  const work = buildTables(answers, invitations)
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

function* buildAnswers(unordered: readonly ReportAnswer[]): Generator<undefined, AnswerTable, undefined> {
  const { records, at } = yield* newestFirst(unordered)
  const size = records.length
  const column = (): Float64Array => new Float64Array(size)
  const bytes = (): Uint8Array => new Uint8Array(size)
  const perMeasure = <T>(make: () => T): Record<Measure, T> => Object.fromEntries(MEASURES.map(measure => [measure, make()])) as Record<Measure, T>
  const values = perMeasure(column)
  const groups = perMeasure(bytes)
  const [effort, flag, shared, commented, amount, sentAt, doneAt] = [bytes(), bytes(), bytes(), bytes(), column(), column(), column()]
  const dimensions = Object.fromEntries(DIMENSIONS.map(name => [name, new Encoder<DimensionValue>(size)])) as Record<Dimension, Encoder<DimensionValue>>
  const state = new Encoder<string>(size)
  const contact = new Encoder<number | null>(size)
  const deal = new Encoder<number | null>(size)
  const currency = new Encoder<string | null>(size)
  const tagStart = new Uint32Array(size + 1)
  const tags = new Encoder<number>(records.reduce((sum, answer) => sum + answer.tags.length, 0))
  let tag = 0
  for (let row = 0; row < size; row++) {
    const answer = records[row]!
    const group = groupCode(answerGroup(answer))
    for (const metric of METRICS) {
      const value = acceptedValue(answer, metric)
      values[metric][row] = value ?? -1
      groups[metric][row] = value === null ? NO_GROUP : groupCode(groupOf(metric === 'ces' ? effortScale(answer.effortScale!) : { type: metric }, value))
    }
    if (values.ces[row]! >= 0) effort[row] = 1 << EFFORT_SCALES.indexOf(answer.effortScale!)
    values.coefficient[row] = answer.coefficient !== null && answer.coefficient >= 0 && answer.coefficient <= 100 ? answer.coefficient : -1
    groups.coefficient[row] = group
    flag[row] = flagCode(answer.flag ?? 'none')
    shared[row] = isShared(answer) ? 1 : 0
    commented[row] = answer.hasComment ? 1 : 0
    dimensions.responsible.set(row, answer.ownerId)
    dimensions.pipeline.set(row, answer.pipeline)
    dimensions.channel.set(row, answer.channel)
    dimensions.survey.set(row, answer.survey)
    dimensions.company.set(row, answer.companyId)
    dimensions.group.set(row, GROUPS[group] ?? null)
    dimensions.language.set(row, answer.lang)
    dimensions.snapshot1.set(row, answer.snapshots[0] ?? '')
    dimensions.snapshot2.set(row, answer.snapshots[1] ?? '')
    dimensions.snapshot3.set(row, answer.snapshots[2] ?? '')
    dimensions.snapshot4.set(row, answer.snapshots[3] ?? '')
    dimensions.snapshot5.set(row, answer.snapshots[4] ?? '')
    state.set(row, answer.state)
    contact.set(row, answer.contactId)
    deal.set(row, answer.dealId)
    currency.set(row, answer.sum?.currency ?? null)
    amount[row] = answer.sum?.amount ?? 0
    sentAt[row] = answer.sentAt === null ? NaN : Date.parse(answer.sentAt)
    doneAt[row] = answer.doneAt === null ? NaN : Date.parse(answer.doneAt)
    for (const id of answer.tags) tags.set(tag++, id)
    tagStart[row + 1] = tag
    if (row % SLICE === SLICE - 1) yield
  }
  return { records, at, values, groups, effort, flag, shared, commented, dimensions, state, contact, deal, currency, amount, sentAt, doneAt,
    tags: { values: tags.values, codes: tags.codes, start: tagStart } }
}

function* newestFirst(unordered: readonly ReportAnswer[]): Generator<undefined, { records: readonly ReportAnswer[], at: Float64Array }, undefined> {
  const dated: { answer: ReportAnswer, at: number }[] = []
  let ordered = true
  for (const answer of unordered) {
    const last = dated.at(-1)
    const at = Date.parse(answer.createdAt)
    ordered &&= !last || last.at > at || (last.at === at && last.answer.id > answer.id)
    dated.push({ answer, at })
    if (dated.length % SLICE === 0) yield
  }
  // as they arrive, records are in order but for those that were changed or imported
  if (!ordered) dated.sort((a, b) => b.at - a.at || b.answer.id - a.answer.id)
  yield
  const records: ReportAnswer[] = []
  const at = new Float64Array(dated.length)
  for (const [row, one] of dated.entries()) {
    records.push(one.answer)
    at[row] = one.at
    if (row % SLICE === SLICE - 1) yield
  }
  return { records, at }
}

function* buildInvitations(answers: readonly ReportAnswer[], all: readonly ReportInvitation[]): Generator<undefined, InvitationTable, undefined> {
  const answeredIds = new Set<number>()
  const testIds = new Set<number>()
  for (const [index, { flag, invitationId }] of answers.entries()) {
    if (index % SLICE === SLICE - 1) yield
    if (invitationId === null) continue
    if (flag === null || flag === 'late') answeredIds.add(invitationId)
    else if (flag === 'test') testIds.add(invitationId)
  }
  const sent: ReportInvitation[] = []
  for (const [index, invitation] of all.entries()) {
    if (index % SLICE === SLICE - 1) yield
    const { id, state, channel, test } = invitation
    if (invitation.sentAt === null || !SENT_STATES.has(state) || test || testIds.has(id) || SHARED_CHANNELS.has(channel) || channel === 'import' || channel === 'phone') continue
    sent.push(invitation)
  }
  const size = sent.length
  const ids = new Float64Array(size)
  const sentAt = new Float64Array(size)
  const answered = new Uint8Array(size)
  const columns = INVITATION_DIMENSIONS.map(name => [name, new Encoder<DimensionValue>(size)])
  const dimensions = Object.fromEntries(columns) as Record<InvitationDimension, Encoder<DimensionValue>>
  for (let row = 0; row < size; row++) {
    const invitation = sent[row]!
    ids[row] = invitation.id
    sentAt[row] = Date.parse(invitation.sentAt!)
    answered[row] = answeredIds.has(invitation.id) ? 1 : 0
    dimensions.survey.set(row, invitation.survey)
    dimensions.channel.set(row, invitation.channel === '' ? null : invitation.channel)
    dimensions.language.set(row, invitation.lang)
    dimensions.company.set(row, invitation.companyId)
    dimensions.responsible.set(row, invitation.ownerId)
    if (row % SLICE === SLICE - 1) yield
  }
  return { ids, sentAt, answered, dimensions }
}

/** What is out of scale, and an effort value of which nobody knows the scale, is no value. */
function acceptedValue(answer: ReportAnswer, metric: typeof METRICS[number]): number | null {
  const value = answer[metric]
  if (metric !== 'ces') return isOnScale({ type: metric }, value) ? value : null
  return answer.effortScale !== null && isOnScale(effortScale(answer.effortScale), value) ? value : null
}

const groupCode = (group: Group | null): number => group === null ? NO_GROUP : GROUPS.indexOf(group)

export const flagCode = (flag: ReadFlag | 'none'): number => flag === 'none' ? 0 : 1 + READ_FLAGS.indexOf(flag)

/** Gives every different value a number, in the order in which they come. */
export class Encoder<V> implements Coded<V> {
  readonly values: V[] = []
  readonly codes: Uint32Array
  readonly #known = new Map<V, number>()

  constructor(size: number) {
    this.codes = new Uint32Array(size)
  }

  set(row: number, value: V): void {
    let code = this.#known.get(value)
    if (code === undefined) {
      code = this.values.push(value) - 1
      this.#known.set(value, code)
    }
    this.codes[row] = code
  }
}
