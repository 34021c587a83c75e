import { describe, expect, it } from 'vitest'
import type { Item, State } from '../../demo/state'
import { dealsWithAddress, openScene, orderFor, sendTools, NOW, type Scene } from './scene'
import { handleNewAnswers } from '@/answer/handling'
import type { Hypothesis } from '@/answer/model/hypothesis'
import { simulateAnswer, type Simulation } from '@/answer/simulation'
import { sendInvitation } from '@/invitation/sending'
import type { Effect, EffectOf } from '@/plan/model/effects'
import type { Plan } from '@/plan/model/plan'
import type { RecordField } from '@/portal/fields'
import { isOwnPipeline, userFieldName } from '@/portal/record-store'
import type { Snapshot, SurveyContent } from '@/survey/model/survey'
import { loadSurveys, saveSurvey } from '@/survey/store'

/** Asked; sees everything; his head is 5. */
const MANAGER = 3
const HEAD = 5
/** Responsible for the deal, and his head. */
const OTHER = 2
const OTHER_HEAD = 4
const DUTY = 1
const DAY = 86_400_000

const PLAN: Plan = {
  v: 1,
  fallbackOwner: null,
  rules: [
    { id: 'always', when: {}, effects: [{ kind: 'comment' }, { kind: 'notify', whom: ['owner'] }] },
    { id: 'critics', when: { groups: ['low'] }, effects: [
      { kind: 'notify', whom: ['supervisor'] },
      { kind: 'task', title: 'Позвонить: {client}', checklist: ['Позвонить', 'Записать'], deadlineHours: 24 },
      { kind: 'setField', card: 'deal', field: 'sourceDescription', value: 'критик' },
      { kind: 'dealStage', stage: 'EXECUTING' },
      { kind: 'mail', subject: { ru: 'Мы разберёмся, {client}' }, body: { ru: 'Здравствуйте, {client}!\n\nВаша оценка: {score}.' } }
    ] },
    { id: 'undecided', when: { groups: ['middle'], pipelines: [0] }, effects: [
      { kind: 'task', title: 'Узнать, чего не хватило', checklist: [], deadlineHours: 72, responsible: 'supervisor' },
      { kind: 'notify', whom: [{ user: OTHER_HEAD }] },
      { kind: 'dealStage', stage: 'C1:EXECUTING' }
    ] },
    { id: 'promoters', when: { groups: ['high'], channels: ['email'], sumFrom: 1 }, effects: [
      { kind: 'mail', subject: { en: 'Thank you' }, body: { en: 'A small offer from {company}.' } },
      { kind: 'setField', card: 'contact', field: 'comments', value: 'промоутер' },
      { kind: 'handOver', user: OTHER_HEAD }
    ] }
  ]
}

/** What an answer leaves behind. Nothing else may change in the portal, but for the answer and its invitation. */
interface Outcome {
  /** deals that got a comment */
  comments: number
  notices: number[]
  /** responsible ← creator: title (items of the checklist) */
  tasks: string[]
  /** to whom: subject */
  mails: string[]
  /** cards and what is new in them */
  cards: Record<string, unknown>
  answer: AnswerRecord
  /** 'answered' = this answer closed it; 'open' = left as it was */
  invitation: 'answered' | 'open'
  /** what the ledger says was not done */
  not: Record<string, string>
}

/** The answer's own record, as far as the handling writes it; null = empty. */
interface AnswerRecord {
  stage: string
  owner: number
  group: string | null
  flag: string | null
  value: number | null
  score: number | null
  /** deal, contact, company that it hangs on */
  of: (number | null)[]
  askedBy: number | null
  dealStage: string | null
  /** "amount currency" */
  sum: string | null
  snapshots: string[]
}

/** Everything of a matched answer but group and score. */
const MATCHED = { of: [1, 1, 1], askedBy: 3, dealStage: 'PREPARATION', sum: '1850000 KZT', snapshots: ['Веб-сайт', 'ТОО «Алатау Логистик»', ''] }
const good = (group: string, value: number, owner: number): AnswerRecord =>
  ({ ...MATCHED, stage: group, owner, group, flag: null, value, score: value * 10 })
/** Kept with its score, flagged, and counted nowhere. */
const aside = (flag: string, group: string | null, value: number | null, owner: number): AnswerRecord =>
  ({ ...MATCHED, stage: 'set_aside', owner, group, flag, value, score: value === null ? null : value * 10 })
/** Nothing is known of it but what was posted. */
const stray = (group: string, value: number): AnswerRecord => ({
  ...aside('unmatched', group, value, 1), of: [null, null, null], askedBy: null, dealStage: null, sum: null, snapshots: ['', '', '']
})

const score = (value: number): Record<string, unknown> => ({ lastScore: value })
const critic = { ...score(30), stage: 'EXECUTING', sourceDescription: 'критик' }
const nothing = { comments: 0, notices: [], tasks: [], mails: [], cards: {} }
/** The third snapshot is of a field that the portal does not have: said of every answer that has a deal. */
const GONE = { 'snapshot:3': 'fieldUnreadable' }

type Tail = [nps: string, arrives: Hypothesis['arrives'], prepare: ((scene: Scene) => void) | null, expected: Outcome]
type Row = [string, ...Tail]

/**
 * Written by hand from the plan above and the rules at the head of `decide`: group × circumstance → everything that is left in the portal.
 * The client is Ольга Мельникова; the deal stands in pipeline 0, is worth more than 1, and belongs to user 2 whose head is 4.
 */
const TABLE: Row[] = [
  // the invitation fits and is open
  ['low, matched', '3', 'inTime', null, {
    comments: 1, notices: [MANAGER, HEAD], tasks: ['3 ← 5: Позвонить: Ольга Мельникова (2)'], mails: ['Ольга Мельникова: Мы разберёмся, Ольга Мельникова'],
    cards: { deal: critic, contact: score(30), company: score(30) }, answer: good('low', 3, MANAGER), invitation: 'answered', not: GONE
  }],
  ['middle, matched', '7', 'inTime', null, {
    comments: 1, notices: [MANAGER, OTHER_HEAD], tasks: ['5 ← 5: Узнать, чего не хватило (0)'], mails: [],
    cards: { deal: score(70), contact: score(70), company: score(70) }, answer: good('middle', 7, MANAGER), invitation: 'answered',
    not: { ...GONE, 'dealStage:undecided.2': 'stageMissing' }
  }],
  ['high, matched', '10', 'inTime', null, {
    comments: 1, notices: [MANAGER], tasks: [], mails: ['Ольга Мельникова: Thank you'],
    cards: { deal: score(100), contact: { ...score(100), comments: 'промоутер' }, company: score(100) }, answer: good('high', 10, OTHER_HEAD),
    invitation: 'answered', not: GONE
  }],
  // the same invitation was answered before
  ['low, repeat', '3', 'again', null, {
    // the first answer has moved the deal
    ...nothing, comments: 1, answer: { ...aside('repeat', 'low', 3, MANAGER), dealStage: 'EXECUTING' }, invitation: 'open',
    not: {
      ...GONE, 'notify:always.1': 'repeat', 'notify:critics.0': 'repeat', 'task:critics.1': 'repeat', 'setField:critics.2': 'repeat',
      'dealStage:critics.3': 'repeat', 'mail:critics.4': 'repeat'
    }
  }],
  ['middle, repeat', '7', 'again', null, {
    ...nothing, comments: 1, answer: aside('repeat', 'middle', 7, MANAGER), invitation: 'open',
    not: { ...GONE, 'notify:always.1': 'repeat', 'task:undecided.0': 'repeat', 'notify:undecided.1': 'repeat', 'dealStage:undecided.2': 'repeat' }
  }],
  ['high, repeat', '10', 'again', null, {
    ...nothing, comments: 1, answer: aside('repeat', 'high', 10, MANAGER), invitation: 'open',
    not: { ...GONE, 'notify:always.1': 'repeat', 'mail:promoters.0': 'repeat', 'setField:promoters.1': 'repeat', 'handOver:promoters.2': 'repeat' }
  }],
  // the invitation had expired
  ['low, late', '3', 'late', null, {
    ...nothing, comments: 1, notices: [MANAGER, HEAD], answer: aside('late', 'low', 3, MANAGER), invitation: 'open',
    not: { ...GONE, 'task:critics.1': 'late', 'setField:critics.2': 'late', 'dealStage:critics.3': 'late', 'mail:critics.4': 'late' }
  }],
  ['middle, late', '7', 'late', null, {
    ...nothing, comments: 1, notices: [MANAGER, OTHER_HEAD], answer: aside('late', 'middle', 7, MANAGER), invitation: 'open',
    not: { ...GONE, 'task:undecided.0': 'late', 'dealStage:undecided.2': 'late' }
  }],
  ['high, late', '10', 'late', null, {
    ...nothing, comments: 1, notices: [MANAGER], answer: aside('late', 'high', 10, OTHER_HEAD), invitation: 'open',
    not: { ...GONE, 'mail:promoters.0': 'late', 'setField:promoters.1': 'late' }
  }],
  // a score that the scale does not have: near the critics, near nobody, near the promoters. There is no group: only what stands without a condition happens
  ['low, invalid: below the scale', '-1', 'inTime', null, {
    ...nothing, comments: 1, notices: [MANAGER], answer: aside('invalid', null, null, MANAGER), invitation: 'answered', not: GONE
  }],
  ['middle, invalid: no score', '', 'inTime', null, {
    ...nothing, comments: 1, notices: [MANAGER], answer: aside('invalid', null, null, MANAGER), invitation: 'answered', not: GONE
  }],
  ['high, invalid: above the scale', '11', 'inTime', null, {
    ...nothing, comments: 1, notices: [MANAGER], answer: aside('invalid', null, null, MANAGER), invitation: 'answered', not: GONE
  }],
  // no invitation has this token
  ['low, unmatched', '3', 'unknown', null, { ...nothing, answer: stray('low', 3), invitation: 'open', not: {} }],
  ['middle, unmatched', '7', 'unknown', null, { ...nothing, answer: stray('middle', 7), invitation: 'open', not: {} }],
  ['high, unmatched', '10', 'unknown', null, { ...nothing, answer: stray('high', 10), invitation: 'open', not: {} }],
  // nobody stands above the owner
  ['low, no supervisor', '3', 'inTime', withoutHead, {
    comments: 1, notices: [MANAGER], tasks: ['3 ← 3: Позвонить: Ольга Мельникова (2)'], mails: ['Ольга Мельникова: Мы разберёмся, Ольга Мельникова'],
    cards: { deal: critic, contact: score(30), company: score(30) }, answer: good('low', 3, MANAGER), invitation: 'answered',
    not: { ...GONE, 'notify:supervisor': 'noSupervisor' }
  }],
  ['middle, no supervisor', '7', 'inTime', withoutHead, {
    comments: 1, notices: [MANAGER, OTHER_HEAD], tasks: ['3 ← 3: Узнать, чего не хватило (0)'], mails: [],
    cards: { deal: score(70), contact: score(70), company: score(70) }, answer: good('middle', 7, MANAGER), invitation: 'answered',
    not: { ...GONE, 'dealStage:undecided.2': 'stageMissing' }
  }],
  ['high, no supervisor', '10', 'inTime', withoutHead, {
    comments: 1, notices: [MANAGER], tasks: [], mails: ['Ольга Мельникова: Thank you'],
    cards: { deal: score(100), contact: { ...score(100), comments: 'промоутер' }, company: score(100) }, answer: good('high', 10, OTHER_HEAD),
    invitation: 'answered', not: GONE
  }],
  // who asked has left; the deal's responsible stands in
  ['low, owner dismissed', '3', 'inTime', dismissed(MANAGER), {
    comments: 1, notices: [OTHER, OTHER_HEAD], tasks: ['2 ← 4: Позвонить: Ольга Мельникова (2)'], mails: ['Ольга Мельникова: Мы разберёмся, Ольга Мельникова'],
    cards: { deal: critic, contact: score(30), company: score(30) }, answer: good('low', 3, OTHER), invitation: 'answered', not: GONE
  }],
  ['middle, owner dismissed', '7', 'inTime', dismissed(MANAGER), {
    comments: 1, notices: [OTHER, OTHER_HEAD], tasks: ['4 ← 4: Узнать, чего не хватило (0)'], mails: [],
    cards: { deal: score(70), contact: score(70), company: score(70) }, answer: good('middle', 7, OTHER), invitation: 'answered',
    not: { ...GONE, 'dealStage:undecided.2': 'stageMissing' }
  }],
  ['high, owner dismissed', '10', 'inTime', dismissed(MANAGER), {
    comments: 1, notices: [OTHER], tasks: [], mails: ['Ольга Мельникова: Thank you'],
    cards: { deal: score(100), contact: { ...score(100), comments: 'промоутер' }, company: score(100) }, answer: good('high', 10, OTHER_HEAD),
    invitation: 'answered', not: GONE
  }],
  // more that an effect may meet
  ['low, opted out', '3', 'inTime', scene => contactOf(scene).fields.UF_CRM_CONTACT_FB_OPT_OUT = 'Y', {
    comments: 1, notices: [MANAGER, HEAD], tasks: ['3 ← 5: Позвонить: Ольга Мельникова (2)'], mails: [],
    cards: { deal: critic, contact: score(30), company: score(30) }, answer: good('low', 3, MANAGER), invitation: 'answered',
    not: { ...GONE, 'mail:critics.4': 'optedOut' }
  }],
  ['low, the deal stands in that stage already', '3', 'inTime', scene => dealOf(scene).fields.STAGE_ID = 'EXECUTING', {
    comments: 1, notices: [MANAGER, HEAD], tasks: ['3 ← 5: Позвонить: Ольга Мельникова (2)'], mails: ['Ольга Мельникова: Мы разберёмся, Ольга Мельникова'],
    cards: { deal: { ...score(30), sourceDescription: 'критик' }, contact: score(30), company: score(30) },
    answer: { ...good('low', 3, MANAGER), dealStage: 'EXECUTING' }, invitation: 'answered', not: { ...GONE, 'dealStage:critics.3': 'stageAlready' }
  }],
  ['middle, in another pipeline', '7', 'inTime', scene => Object.assign(dealOf(scene).fields, { CATEGORY_ID: 1, STAGE_ID: 'C1:NEW' }), {
    comments: 1, notices: [MANAGER], tasks: [], mails: [],
    cards: { deal: score(70), contact: score(70), company: score(70) },
    answer: { ...good('middle', 7, MANAGER), dealStage: 'C1:NEW' }, invitation: 'answered', not: GONE
  }],
  ['high, a deal without a sum', '10', 'inTime', scene => dealOf(scene).fields.OPPORTUNITY = 0, {
    comments: 1, notices: [MANAGER], tasks: [], mails: [],
    cards: { deal: score(100), contact: score(100), company: score(100) },
    answer: { ...good('high', 10, MANAGER), sum: '0 KZT' }, invitation: 'answered', not: GONE
  }],
  ['high, no address, the new responsible dismissed', '9', 'inTime', scene => {
    contactOf(scene).fm = []
    dismissed(OTHER_HEAD)(scene)
  }, {
    comments: 1, notices: [MANAGER], tasks: [], mails: [],
    cards: { deal: score(90), contact: { ...score(90), comments: 'промоутер' }, company: score(90) }, answer: good('high', 9, MANAGER), invitation: 'answered',
    not: { ...GONE, 'mail:promoters.0': 'noAddress', 'responsible:promoters.2': 'dismissed' }
  }]
]

/** The same plan, in which the answer belongs to the deal's responsible before it belongs to who asked. */
const RESPONSIBLE_FIRST: Row[] = [
  ['low', '3', 'inTime', null, {
    comments: 1, notices: [OTHER, OTHER_HEAD], tasks: ['2 ← 4: Позвонить: Ольга Мельникова (2)'], mails: ['Ольга Мельникова: Мы разберёмся, Ольга Мельникова'],
    cards: { deal: critic, contact: score(30), company: score(30) }, answer: good('low', 3, OTHER), invitation: 'answered', not: GONE
  }],
  ['low, he is dismissed', '3', 'inTime', dismissed(OTHER), {
    comments: 1, notices: [MANAGER, HEAD], tasks: ['3 ← 5: Позвонить: Ольга Мельникова (2)'], mails: ['Ольга Мельникова: Мы разберёмся, Ольга Мельникова'],
    cards: { deal: critic, contact: score(30), company: score(30) }, answer: good('low', 3, MANAGER), invitation: 'answered', not: GONE
  }],
  ['low, both are dismissed', '3', 'inTime', scene => [MANAGER, OTHER].forEach(id => dismissed(id)(scene)), {
    comments: 1, notices: [DUTY, HEAD], tasks: ['1 ← 5: Позвонить: Ольга Мельникова (2)'], mails: ['Ольга Мельникова: Мы разберёмся, Ольга Мельникова'],
    cards: { deal: critic, contact: score(30), company: score(30) }, answer: good('low', 3, DUTY), invitation: 'answered', not: GONE
  }],
  ['high, late', '10', 'late', null, {
    ...nothing, comments: 1, notices: [OTHER], answer: aside('late', 'high', 10, OTHER_HEAD), invitation: 'open',
    not: { ...GONE, 'mail:promoters.0': 'late', 'setField:promoters.1': 'late' }
  }]
]

function withoutHead({ demo }: Scene): void {
  for (const department of demo.state.departments) department.head = null
}

function dismissed(userId: number): (scene: Scene) => void {
  return ({ demo }) => {
    demo.state.users.find(({ id }) => id === userId)!.active = false
  }
}

const dealOf = ({ demo, store }: Scene): Item => demo.state.items.get(2)!.get(dealsWithAddress(demo, store)[0]!)!
const contactOf = (scene: Scene): Item => scene.demo.state.items.get(3)!.get(FIRST_CONTACT)!
const FIRST_CONTACT = 1

const byNumber = (a: number, b: number): number => a - b

/** What the portal's stores have more, or otherwise, than before. */
function difference(scene: Scene, before: State, after: State, answerId: number): Outcome {
  const { store } = scene
  const added = <T extends { id: number }>(rows: (state: State) => T[]): T[] => rows(after).filter(row => !rows(before).some(({ id }) => id === row.id))
  const answer = after.items.get(store.entityTypeId)!.get(answerId)!
  const ledger = JSON.parse(String(answer.fields[userFieldName(store, 'FB_LEDGER')])) as Record<string, unknown>
  const cards: Record<string, unknown> = {}
  for (const [type, items] of after.items) {
    for (const [id, item] of items) {
      const changed = Object.entries(item.fields).filter(([name, value]) =>
        JSON.stringify(value) !== JSON.stringify(before.items.get(type)!.get(id)?.fields[name]) && !BOOKKEEPING.test(name))
      const isRecord = type === store.entityTypeId && (type !== 2 || isOwnPipeline(store, Number(item.fields.CATEGORY_ID)))
      if (changed.length === 0 || isRecord) continue
      cards[CARD[type] ?? String(type)] = Object.fromEntries(changed.flatMap(([name, value]) => nameOf(name, value)))
    }
  }
  return {
    comments: added(state => state.comments).length,
    notices: added(state => state.notifications).map(({ userId }) => userId).sort(byNumber),
    tasks: added(state => state.tasks).map(({ fields }) =>
      `${String(fields.RESPONSIBLE_ID)} ← ${String(fields.CREATED_BY)}: ${String(fields.TITLE)} (${(fields.CHECKLIST as unknown[]).length})`),
    mails: added(state => state.outbox).map(mail => `${nameOfAddress(scene, mail.to)}: ${mail.subject}`),
    cards,
    answer: recordOf(scene, answer),
    invitation: [...after.items.get(store.entityTypeId)!.values()].some(item => item.fields.STAGE_ID === store.invitationStages.answered
      && before.items.get(store.entityTypeId)!.get(item.id)?.fields.STAGE_ID !== store.invitationStages.answered) ? 'answered' : 'open',
    not: Object.fromEntries(Object.entries(ledger).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  }
}

function recordOf({ store }: Scene, { fields }: Item): AnswerRecord {
  const value = (field: RecordField): unknown => fields[userFieldName(store, field)] ?? null
  const number = (raw: unknown): number | null => raw === null || raw === undefined || raw === '' ? null : Number(raw)
  const xmlId = (field: RecordField): string | null => Object.entries(store.enums[field]!).find(([, id]) => id === number(value(field)))?.[0] ?? null
  return {
    stage: Object.entries(store.answerStages).find(([, id]) => id === fields.STAGE_ID)![0],
    owner: Number(fields.ASSIGNED_BY_ID),
    group: xmlId('FB_GROUP'),
    flag: xmlId('FB_FLAG'),
    value: number(value('FB_VALUE')),
    score: number(value('FB_SCORE')),
    of: [value('FB_DEAL'), fields.CONTACT_ID, fields.COMPANY_ID].map(id => number(id) || null),
    askedBy: number(value('FB_ASKED_BY')),
    dealStage: String(value('FB_STAGE') ?? '') || null,
    sum: String(value('FB_SUM') ?? '').replace('|', ' ') || null,
    snapshots: (['FB_SNAP1', 'FB_SNAP2', 'FB_SNAP3'] as const).map(field => String(value(field) ?? ''))
  }
}

/** What the portal itself writes with every change. */
const BOOKKEEPING = /^(UPDATED|LAST_ACTIVITY|MOVED|PREVIOUS_STAGE|CLOSED|STAGE_SEMANTIC)/

const CARD: Record<number, string> = { 2: 'deal', 3: 'contact', 4: 'company' }

function nameOf(column: string, value: unknown): [string, unknown][] {
  if (column.endsWith('_FB_LAST_SCORE')) return [['lastScore', value]]
  if (/_FB_LAST_(GROUP|AT)$/.test(column)) return []
  return [[({ STAGE_ID: 'stage', SOURCE_DESCRIPTION: 'sourceDescription', COMMENTS: 'comments' })[column] ?? column, value]]
}

function nameOfAddress({ demo }: Scene, email: string): string {
  const contact = [...demo.state.items.get(3)!.values()].find(({ fm }) => fm.some(({ value }) => value === email))
  return contact ? `${String(contact.fields.NAME)} ${String(contact.fields.LAST_NAME)}` : email
}

/** The same view of what the simulation said. */
function foreseen({ effects }: Simulation): Outcome {
  const of = <K extends Effect['kind']>(kind: K): EffectOf<K>[] => effects.map(({ effect }) => effect).filter((effect): effect is EffectOf<K> => effect.kind === kind)
  const { fields } = of('fields')[0]!
  const cards: Record<string, Record<string, unknown>> = {}
  const change = (card: string, values: Record<string, unknown>): void => {
    cards[card] = { ...cards[card], ...values }
  }
  for (const effect of of('lastScore')) change(CARD[effect.entityTypeId]!, { lastScore: effect.score })
  for (const effect of of('setField')) change(effect.card, { [effect.field]: effect.value })
  for (const effect of of('dealStage')) change('deal', { stage: effect.stage })
  return {
    comments: of('comment').length,
    notices: of('notify').map(({ userId }) => userId).sort(byNumber),
    tasks: of('task').map(task => `${task.responsibleId} ← ${task.creatorId}: ${task.title} (${task.checklist.length})`),
    mails: of('mail').map(mail => `${mail.to.name}: ${mail.subject}`),
    cards,
    answer: {
      stage: of('handOver')[0]!.stage, owner: of('responsible')[0]?.userId ?? fields.ownerId, group: fields.group, flag: fields.flag,
      value: fields.value, score: fields.score, of: [fields.dealId, fields.contactId, fields.companyId], askedBy: fields.askedBy,
      dealStage: fields.stage, sum: fields.sum && `${fields.sum.amount} ${fields.sum.currency}`, snapshots: fields.snapshots.map(({ text }) => text)
    },
    invitation: of('answeredInvitation').length > 0 ? 'answered' : 'open',
    not: Object.fromEntries(of('impossible').map(({ key, reason }) => [key, reason]))
  }
}

/** Every text that reaches somebody, without the id of the answer. */
const wordsOf = (texts: readonly string[], answerId: number): string[] =>
  texts.map(text => text.replaceAll(`/${answerId}/`, '/…/').replaceAll(`%5D=${answerId}]`, '%5D=…]')).sort()

const everythingIn = ({ demo }: Scene): string => JSON.stringify(demo.snapshot(), (_, value: unknown) => value instanceof Map ? [...value] : value)

const SNAPSHOTS: Snapshot[] = [
  { card: 'deal', field: 'sourceId', title: 'Источник' }, { card: 'company', field: 'title', title: 'Компания' }, { card: 'deal', field: 'ufCrmGone', title: 'Регион' }
]

/** @returns what is published then */
async function usePlan(scene: Scene, plan: Plan): Promise<SurveyContent> {
  const portal = scene.as(DUTY)
  const [stored] = await loadSurveys(portal)
  const survey = stored!.survey!
  const content = { ...survey.published!.content, snapshots: SNAPSHOTS }
  await saveSurvey(portal, stored!, { ...survey, plan, published: { ...survey.published!, plan, content } })
  return content
}

describe('the simulation says what happens', () => {
  it.each(TABLE)('%s', (_, ...row) => foreseesAndDoes(PLAN, ...row))

  it.each(RESPONSIBLE_FIRST)('the deal\'s responsible first: %s', (_, ...row) => foreseesAndDoes({ ...PLAN, owner: 'responsible' }, ...row))

  async function foreseesAndDoes(plan: Plan, ...[nps, arrives, prepare, expected]: Tail): Promise<void> {
    let clock = NOW
    const now = (): Date => clock
    const scene = await openScene(now)
    const content = await usePlan(scene, plan)
    const deal = dealOf(scene)
    Object.assign(deal.fields, { STAGE_ID: 'PREPARATION', SOURCE_ID: 'WEB', OPPORTUNITY: 1_850_000 })
    const order = { ...orderFor(scene, deal.id, MANAGER), companyId: Number(deal.fields.COMPANY_ID) }
    const sent = await sendInvitation(scene.as(MANAGER), scene.store, order, sendTools())
    if (sent.state !== 'sent') throw new Error(sent.state)
    const posted = { token: arrives === 'unknown' ? 'x'.repeat(32) : sent.token, inv: String(sent.invitationId), ...(nps === '' ? {} : { nps }), comment: 'Ждали [B]две[/B] недели' }
    if (arrives === 'again') {
      scene.answer({ ...posted, sid: 'first' })
      await handleNewAnswers(scene.as(DUTY), scene.store, now)
    }
    if (arrives === 'late') clock = new Date(NOW.getTime() + 60 * DAY)
    prepare?.(scene)

    const untouched = everythingIn(scene)
    const simulation = await simulateAnswer(scene.as(DUTY), scene.store, {
      survey: { id: scene.survey.id, version: 1, content }, plan, dealId: deal.id,
      hypothesis: { value: nps === '' ? null : Number(nps), comment: posted.comment, channel: 'email', lang: 'ru', askedBy: MANAGER, arrives }
    }, now)
    expect(everythingIn(scene)).toBe(untouched)
    expect(simulation.handlerAssumed).toBe(false)
    expect(foreseen(simulation)).toEqual(expected)

    scene.answer({ ...posted, sid: 'second' })
    const answerId = Math.max(...[...scene.demo.state.items.get(scene.store.entityTypeId)!.values()]
      .filter(item => item.fields.CATEGORY_ID === scene.store.answerCategoryId).map(({ id }) => id))
    const before = scene.demo.snapshot()
    const report = await handleNewAnswers(scene.as(DUTY), scene.store, now)
    expect(report).toMatchObject({ handled: [answerId], failed: [] })
    const after = scene.demo.snapshot()
    expect(difference(scene, before, after, answerId)).toEqual(expected)

    // word for word
    const written = (state: State): string[] => [...state.comments.map(({ comment }) => comment), ...state.notifications.map(({ message }) => message),
      ...state.tasks.map(({ fields }) => String(fields.DESCRIPTION))]
    const effects = simulation.effects.map(({ effect }) => effect)
    const said = effects.flatMap(effect => effect.kind === 'comment' || effect.kind === 'notify' ? [effect.text] : effect.kind === 'task' ? [effect.description] : [])
    const old = new Map<string, number>()
    for (const text of written(before)) old.set(text, (old.get(text) ?? 0) + 1)
    const fresh = written(after).filter(text => {
      const left = old.get(text) ?? 0
      old.set(text, left - 1)
      return left <= 0
    })
    expect(wordsOf(said, 0)).toEqual(wordsOf(fresh, answerId))
    expect(scene.demo.contractLog.filter(line => line.kind === 'rule')).toEqual([])
  }

  it('names the people, and says who stands in for whom', async () => {
    const scene = await openScene()
    dismissed(MANAGER)(scene)
    const simulation = await simulateAnswer(scene.as(DUTY), scene.store, {
      survey: { id: 's1', version: 1, content: scene.survey.published!.content }, plan: PLAN, dealId: dealOf(scene).id,
      hypothesis: { value: 0, comment: '', channel: 'email', lang: 'ru', askedBy: MANAGER, arrives: 'inTime' }
    }, () => NOW)
    expect(simulation.effects.find(({ effect }) => effect.kind === 'task')).toMatchObject({
      reaches: [{ kind: 'employee', id: OTHER, name: 'Тимур Ахметов' }], onBehalfOf: { id: OTHER_HEAD, name: 'Сергей Волков' },
      effect: { why: { rule: 'critics', owner: { from: 'responsible', dismissed: ['asked'] }, creator: { as: 'supervisor', instead: null } } }
    })
    expect(simulation.effects.find(({ effect }) => effect.kind === 'mail')).toMatchObject({
      reaches: [{ kind: 'client', id: FIRST_CONTACT, name: 'Ольга Мельникова' }],
      effect: { from: { name: 'Тимур Ахметов', email: 't.akhmetov@alatau.example.kz' }, body: 'Здравствуйте, Ольга Мельникова!\n\nВаша оценка: 0/10.' }
    })
  })

  it('of somebody who does not handle says so, and promises no task in the supervisor’s name', async () => {
    const scene = await openScene()
    scene.demo.state.app.options.duty = JSON.stringify({ person: DUTY, deputy: null })
    const simulation = await simulateAnswer(scene.as(MANAGER), scene.store, {
      survey: { id: 's1', version: 1, content: scene.survey.published!.content }, plan: PLAN, dealId: dealOf(scene).id,
      hypothesis: { value: 0, comment: '', channel: 'email', lang: 'ru', askedBy: MANAGER, arrives: 'inTime' }
    }, () => NOW)
    expect(simulation.handlerAssumed).toBe(true)
    expect(simulation.effects.find(({ effect }) => effect.kind === 'task')).toMatchObject({
      watches: [{ id: HEAD }], effect: { creatorId: DUTY, why: { creator: { as: 'handler', instead: 'notAllowed' } } }
    })
  })
})
