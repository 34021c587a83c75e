import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { change, handleByDuty, invite, openEngineScene, post, saidBy, share, type EngineScene, type Posted } from './engine-scene'
import { ARRIVALS, BAD_INPUT, CALLS, DEAL, expectedOutcome, OVER_SHARED_LINK, WORDS as SAID, type PlainOutcome } from './expected-outcomes'
import { dealsWithAddress, NOW, recordsIn } from './scene'
import type { Item } from '../../demo/state'
import { FULL_PLAN } from '../compile-example'
import { PERMITTED_DIFFERENCES } from '@/plan/compile/differences'
import type { Plan } from '@/plan/model/plan'
import { planFromTemplate } from '@/plan/model/template-plans'
import { toWireNative, updateItem } from '@/portal/items'
import { userFieldName } from '@/portal/record-store'
import { CALL_BACK_FILL, OPT_OUT_FILL } from '@/survey/model/fill-kind'
import { TEMPLATE_IDS } from '@/survey/model/template'
import { contentFromTemplate } from '@/survey/model/templates'
import { GROUPS } from '@/survey/model/survey'

/**
 * The same answers, once handled by the app of the duty person and once by the processes that the app wrote and the demo portal runs:
 * what stands in the portal afterwards is equal, but for what is named in `PERMITTED_DIFFERENCES`. For the surveys of the templates
 * both are what somebody wrote down in `expected-outcomes.ts`.
 */
const CHOICE = { lang: 'ru', langs: ['ru', 'en'], company: 'Ромашка' }

/** Every effect, for deals of the demo portal. */
const FULL: Plan = {
  ...FULL_PLAN,
  rules: [
    ...FULL_PLAN.rules.map(rule => ({ ...rule, when: rule.when.sumFrom === undefined ? rule.when : { ...rule.when, sumFrom: 1 } })),
    {
      id: 'moved',
      when: { groups: ['low', 'middle'] },
      effects: [{ kind: 'dealStage', stage: 'EXECUTING' }, { kind: 'dealStage', stage: 'C7:GONE' }, { kind: 'notify', whom: [{ user: 2 }] }]
    },
    { id: 'other', when: { channels: ['qr'] }, effects: [{ kind: 'comment' }] },
    { id: 'thanks', when: { groups: ['high'] }, effects: [{ kind: 'setField', card: 'contact', field: 'comments', value: 'доволен' }, { kind: 'handOver', user: 2 }] }
  ]
}

const SURVEYS = [
  ...TEMPLATE_IDS.map(id => ({ id, content: contentFromTemplate(id, CHOICE), plan: planFromTemplate(id, 'ru') })),
  { id: 'full', content: contentFromTemplate('complaint', CHOICE), plan: FULL },
  { id: 'silent', content: contentFromTemplate('effort', CHOICE), plan: { v: 1 as const, fallbackOwner: null, rules: [] } }
]

const HOWS = ['matched', 'repeat', 'double', 'late', 'expired', 'invalid', 'unanswered', 'forged', 'none', 'test'] as const
/** Fills that are no answer but the wish for no more mail; the last one is an answer behind it. */
const WISHES = ['optOut', 'optOutTwice', 'optOutBefore', 'optOutOfTest', 'optOutForged', 'optOutAnswered', 'answerBehindOptOut'] as const
/** What may have happened to the portal between invitation and answer, and what a customer may write. */
const MISHAPS = [
  'dealGone', 'askerGone', 'responsibleGone', 'companyUnnamed', 'onlyContactKnowsCompany', 'nobodyAbove', 'noAddress', 'wantsNoMail', 'endless', 'hostile',
  'twiceSaid'
] as const
/** Over a registered link of a place, which somebody else has answered; closed since; the same filling-in again; with no valid score; a wish. */
const SHARED = ['shared', 'sharedClosed', 'sharedDouble', 'sharedInvalid', 'sharedOptOut'] as const
type How = typeof HOWS[number] | typeof SHARED[number] | typeof WISHES[number] | typeof MISHAPS[number]

/** The complaint asks no open question after the score: its first long one stands for the comment. Support asks one, and is the responsible's first. */
const MISHAPS_OF: Record<string, readonly How[]> = { full: MISHAPS, support: ['askerGone', 'responsibleGone', 'endless', 'hostile'] }

const WORDS: Partial<Record<How, string>> = {
  endless: 'я'.repeat(70_000), hostile: '[URL=https://evil.example]"\'</b>;O:5:"x"[/URL] %token% \\n $result[x] 👍🏽 = 1 {=Document:ID} {{=1+1}}'
}

/** What `PERMITTED_DIFFERENCES` names under `words` and `cut`. */
const permitted = (text: unknown): string => String(text).replaceAll('{ =', '{=').replaceAll('$\u2060result', '$result').replace(/я{9000,}…?/g, 'я…')

/** What is left of a wish: a line in the deal, the mark on the contact, the invitation. */
const WISHED: Partial<Record<How, { noted: number, refuses: boolean, open: boolean }>> = {
  optOut: { noted: 1, refuses: true, open: false },
  optOutTwice: { noted: 0, refuses: true, open: false },
  optOutBefore: { noted: 0, refuses: true, open: false },
  optOutOfTest: { noted: 0, refuses: false, open: true },
  optOutForged: { noted: 0, refuses: false, open: true },
  optOutAnswered: { noted: 1, refuses: true, open: false }
}
/** The form itself tells its responsible person about every fill. */
const isOurs = (notice: unknown): boolean => !JSON.stringify(notice).includes('"CRM: ')
const isYes = (value: unknown): boolean => value === true || value === 1 || value === '1' || value === 'Y'

const isWish = (how: How): boolean => WISHES.some(one => one === how)
const isShared = (how: How): boolean => SHARED.some(one => one === how)

const hasComments = ({ comment }: { comment: string }): boolean => !comment.startsWith('⚙')

interface Written {
  TITLE: string
  RESPONSIBLE_ID: unknown
  CREATED_BY: unknown
  DEADLINE: string
  UF_CRM_TASK: string[]
  DESCRIPTION: string
  AUDITORS: unknown
  CHECKLIST: string[]
}

/** What happened in the portal because of one answer, without ids of what only one of the two writes and without the named differences. */
interface Outcome {
  id: number
  answer: Record<string, unknown>
  invitation: Record<string, unknown> | undefined
  cards: Record<string, unknown>[]
  comments: string[]
  tasks: Written[]
  notices: { userId: number, message: string }[]
  mails: { SUBJECT: unknown, DESCRIPTION: unknown, to: string[] }[]
  ledger: string[]
}

/** What is sent; `call`: no answer, but the wish to be called back, and what came before it over the same link. */
type Saying = Pick<Posted, 'values' | 'answers'> & { call?: { wish: string, before?: 'answer' | 'same' | 'otherDevice' } }
const callFill = (wish: string): Pick<Posted, 'values' | 'answers'> => ({ values: { FB_ANSWERS: CALL_BACK_FILL, FB_COMMENT: wish }, answers: {} })

async function outcomeOf(
  scene: EngineScene, by: 'engine' | 'duty', surveyId: string, how: How, dealId: number, said: Saying
): Promise<Outcome> {
  const { demo: { state }, store, surveys } = scene
  const survey = surveys.find(({ id }) => id === surveyId)!
  const around = { ...state.items.get(2)!.get(dealId)!.fields }
  const changes: Partial<Record<How, Parameters<typeof change>[2]>> = { test: { FB_FLAG: 'test' }, optOutOfTest: { FB_FLAG: 'test' }, expired: { FB_EXPIRES_AT: '2026-03-01T00:00:00Z' } }
  // whose a shared link is does not matter: the other's, here
  const { id: inv, token } = isShared(how)
    ? await share(scene, survey, by === 'duty' ? 'engine' : 'duty')
    : await invite(scene, survey, dealId, by, changes[how])
  await mishap(scene, how, dealId, inv)
  const handle = async (): Promise<void> => { if (by === 'duty') await handleByDuty(scene) }
  const { call } = said
  const usual: Posted = { token, inv: String(inv), sid: `s${inv}`, values: said.values, answers: said.answers }
  if (isShared(how)) {
    await post(scene, survey, { ...usual, sid: 'first' })
    await handle()
  }
  if (how === 'repeat' || how === 'double' || how === 'sharedDouble') {
    await post(scene, survey, how !== 'repeat' ? usual : { ...usual, sid: 'first' })
    await handle()
  }
  if (how === 'optOutTwice' || how === 'answerBehindOptOut') {
    await post(scene, survey, { ...usual, sid: 'first', values: { FB_ANSWERS: OPT_OUT_FILL }, answers: {} })
    await handle()
  }
  if (how === 'optOutAnswered') {
    await post(scene, survey, { ...usual, sid: 'first' })
    await handle()
  }
  if (call?.before) {
    await post(scene, survey, { ...usual, ...call.before === 'answer' ? {} : callFill('+7 700 000 00 00'), sid: call.before === 'same' ? usual.sid : 'first' })
    await handle()
  }
  if (how === 'late' || how === 'sharedClosed') await change(scene, inv, { FB_STATE: 'cancelled' })
  const before = { comments: state.comments.length, tasks: state.tasks.length, notices: state.notifications.length, activities: state.activities.length }
  const metrics = ['FB_NPS', 'FB_CSAT', 'FB_CES', 'FB_STARS']
  const long = survey.published.content.followUp.asked ? undefined : survey.published.content.questions.find(({ type }) => type === 'long')
  const words: Record<string, string> = how === 'twiceSaid' && long ? { FB_COMMENT: ` ${String(said.answers[long.id])}` }
    : WORDS[how] !== undefined && !long ? { FB_COMMENT: WORDS[how] } : {}
  const told = WORDS[how] !== undefined && long ? { ...said.answers, [long.id]: WORDS[how] } : said.answers
  const values = Object.fromEntries(Object.entries({ ...said.values, ...words }).flatMap(([code, value]) =>
    how === 'unanswered' && metrics.includes(code) ? [] : [[code, (how === 'invalid' || how === 'sharedInvalid') && metrics.includes(code) ? '09' : value]]))
  // a question that was not answered is not in the answers either
  const answers = how === 'unanswered' ? Object.fromEntries(Object.entries(told).filter(([, value]) => typeof value !== 'number')) : told
  const link = how === 'forged' || how === 'optOutForged' ? { token: 'z'.repeat(32) } : how === 'none' ? { token: '', inv: '' } : {}
  const wish = (isWish(how) && how !== 'answerBehindOptOut') || how === 'sharedOptOut' ? { values: { FB_ANSWERS: OPT_OUT_FILL }, answers: {} } : {}
  const id = await post(scene, survey, { ...usual, values, answers, ...wish, ...call ? callFill(call.wish) : {}, ...link })
  await handle()

  const records = state.items.get(store.entityTypeId)!
  const code = (field: Parameters<typeof userFieldName>[1]): string => userFieldName(store, field)
  const without = (fields: Record<string, unknown>, ...names: string[]): Record<string, unknown> => Object.fromEntries(Object.entries(fields)
    .filter(([name, value]) => value !== null && value !== '' && !names.includes(name) && !/^(UPDATED|MOVED|LAST_ACTIVITY|LAST_COMM|CREATED_BY)/.test(name)))
  const cards = [state.items.get(2)!.get(dealId), state.items.get(3)!.get(Number(around.CONTACT_ID)), state.items.get(4)!.get(Number(around.COMPANY_ID))]
  const answer = { ...records.get(id)!.fields }
  if (answer[code('FB_COMMENT')]) answer[code('FB_COMMENT')] = permitted(answer[code('FB_COMMENT')])
  const ledger = JSON.parse(String(answer[code('FB_LEDGER')])) as Record<string, unknown>
  // which person is missing is one of the permitted differences
  const missing: Record<string, string> = { unknownUser: 'dismissed' }
  return {
    id,
    answer: without(answer, code('FB_BY'), code('FB_LEDGER')),
    invitation: records.get(inv) && without(records.get(inv)!.fields, code('FB_BY')),
    cards: cards.flatMap(card => card ? [without(card.fields)] : []),
    comments: state.comments.slice(before.comments).filter(hasComments).map(({ entityType, entityId, comment }) => permitted(`${entityType} ${entityId}: ${comment}`)),
    tasks: state.tasks.slice(before.tasks).map(({ fields }) => ({
      TITLE: String(fields.TITLE), RESPONSIBLE_ID: fields.RESPONSIBLE_ID, CREATED_BY: fields.CREATED_BY, DEADLINE: String(fields.DEADLINE),
      UF_CRM_TASK: fields.UF_CRM_TASK as string[], DESCRIPTION: permitted(fields.DESCRIPTION),
      AUDITORS: fields.AUDITORS ?? [], CHECKLIST: (fields.CHECKLIST as { title: string }[] | undefined ?? []).map(({ title }) => title)
    })),
    notices: state.notifications.slice(before.notices).map(({ userId, message }) => ({ userId, message })),
    mails: state.activities.slice(before.activities).map(({ fields }) => fields).filter(({ TYPE_ID }) => Number(TYPE_ID) === 4)
      .map(({ SUBJECT, DESCRIPTION, COMMUNICATIONS }) => ({ SUBJECT, DESCRIPTION, to: (COMMUNICATIONS as { VALUE: string }[]).map(({ VALUE }) => VALUE) })),
    ledger: Object.entries(ledger).map(([key, value]) => `${key}: ${typeof value === 'string' ? missing[value] ?? value : 'done'}`).sort()
  }
}

/** Cards as they are before anybody answers, whatever came before. */
function asItWas({ demo: { state } }: EngineScene): void {
  for (const [type, id] of [[2, DEAL], [3, 1], [4, 1]] as const) {
    const items = state.items.get(type)!
    const kept = fresh.get(state)?.get(type) ?? structuredClone(items.get(id)!)
    fresh.set(state, (fresh.get(state) ?? new Map<number, Item>()).set(type, kept))
    items.set(id, structuredClone(kept))
  }
}
const fresh = new Map<object, Map<number, Item>>()

/** The outcome in the words of the table. */
function plainly({ store }: EngineScene, { id: answerId, answer, invitation, cards, comments, tasks, notices, mails }: Outcome, quoted = SAID): PlainOutcome {
  const field = (name: Parameters<typeof userFieldName>[1]): unknown => answer[userFieldName(store, name)] ?? null
  const number = (raw: unknown): number | null => raw === null || raw === undefined ? null : Math.round(Number(raw) * 100) / 100
  const xmlId = (name: 'FB_GROUP' | 'FB_FLAG'): string | null => Object.entries(store.enums[name]!).find(([, id]) => id === number(field(name)))?.[0] ?? null
  const links: Record<string, string> = {
    [`D_${DEAL}`]: 'deal', C_1: 'contact', CO_1: 'company', [store.entityTypeId === 2 ? `D_${answerId}` : `T${store.entityTypeId.toString(16)}_${answerId}`]: 'answer'
  }
  const deal = cards.find(({ OPPORTUNITY }) => OPPORTUNITY !== undefined)
  const words = (text: string): string => text.includes(quoted) ? ' + words' : ''
  return {
    title: String(answer.TITLE),
    stage: Object.entries(store.answerStages).find(([, id]) => id === answer.STAGE_ID)![0],
    flag: xmlId('FB_FLAG'), group: xmlId('FB_GROUP'), value: number(field('FB_VALUE')), score: number(field('FB_SCORE')), coefficient: number(field('FB_COEFFICIENT')),
    owner: Number(answer.ASSIGNED_BY_ID),
    of: [field('FB_DEAL'), answer.CONTACT_ID, answer.COMPANY_ID].map(one => number(one) || null), askedBy: number(field('FB_ASKED_BY')),
    lastScores: cards.map(card => number(Object.entries(card).find(([name]) => name.endsWith('_FB_LAST_SCORE'))?.[1])),
    comments: comments.map(text => `${text.split('\n').slice(0, 2).join(' ')}${words(text)}`),
    // the portal itself tells whose the form's records are
    notices: notices.filter(({ message }) => !message.startsWith('CRM:')).sort((a, b) => a.userId - b.userId).map(({ userId, message }) => `${userId}: ${message.split('[URL=')[0]!.trim()}`),
    tasks: tasks.map(task => `${String(task.RESPONSIBLE_ID)} ← ${String(task.CREATED_BY)}, ${(Date.parse(task.DEADLINE) - NOW.getTime()) / 3_600_000} h, `
      + `${task.CHECKLIST.length}: ${task.TITLE} (${task.UF_CRM_TASK.map(link => links[link] ?? link).sort().join(', ')})${words(task.DESCRIPTION)}`),
    mails: mails.map(({ to, SUBJECT }) => `${to.join()}: ${String(SUBJECT)}`),
    invitation: invitation?.STAGE_ID === store.invitationStages.answered ? 'answered' : 'open',
    dealStage: deal ? String(deal.STAGE_ID) : null, dealComments: deal?.COMMENTS ? String(deal.COMMENTS) : null
  }
}

/** As they were before anybody was dismissed, or made head of everything. */
const works = new Map<object, boolean>()
const heads = new Map<object, number | null>()

/** After the invitation has gone out. */
async function mishap({ demo: { state }, portal, store }: EngineScene, how: How, dealId: number, inv: number): Promise<void> {
  const deal = state.items.get(2)!.get(dealId)!
  const contact = state.items.get(3)!.get(Number(deal.fields.CONTACT_ID))!
  const gone = how === 'askerGone' ? 3 : how === 'responsibleGone' ? Number(deal.fields.ASSIGNED_BY_ID) : null
  for (const user of state.users) {
    works.set(user, works.get(user) ?? user.active)
    user.active = works.get(user)! && user.id !== gone
  }
  if (how === 'companyUnnamed' || how === 'onlyContactKnowsCompany') state.items.get(store.entityTypeId)!.get(inv)!.fields.COMPANY_ID = null
  if (how === 'onlyContactKnowsCompany') {
    contact.fields.COMPANY_ID = deal.fields.COMPANY_ID
    deal.fields.COMPANY_ID = null
  }
  if (how === 'dealGone') await portal.call('crm.item.delete', { entityTypeId: 2, id: dealId })
  if (how === 'noAddress') contact.fm = []
  if (how === 'wantsNoMail' || how === 'optOutBefore') {
    const { method, params } = updateItem(3, contact.id, toWireNative(store, 3, { FB_OPT_OUT: true }))
    await portal.call(method, params)
  }
  for (const department of state.departments) {
    heads.set(department, heads.get(department) ?? department.head)
    department.head = how === 'nobodyAbove' ? 3 : heads.get(department)!
  }
}

describe('what processes do', () => {
  let duty: EngineScene
  let engine: EngineScene
  beforeAll(async () => {
    duty = await openEngineScene(SURVEYS, 'duty')
    engine = await openEngineScene(SURVEYS, 'engine')
  })

  it('differs in five named things at most', () => {
    expect(Object.keys(PERMITTED_DIFFERENCES).length).toBeLessThanOrEqual(5)
  })

  async function bothLeave(surveyId: string, how: How, said: Saying, outcome: PlainOutcome, quoted?: string): Promise<void> {
    for (const scene of [duty, engine]) asItWas(scene)
    const interpreted = await outcomeOf(duty, 'duty', surveyId, how, DEAL, said)
    const compiled = await outcomeOf(engine, 'engine', surveyId, how, DEAL, said)
    expect(plainly(duty, interpreted, quoted), 'interpreted').toEqual(outcome)
    expect(plainly(engine, compiled, quoted), 'compiled').toEqual(outcome)
    expect(compiled).toEqual(interpreted)
  }

  describe.each(TEMPLATE_IDS)('%s: what is written by hand, whoever handles it', template => {
    it.each(ARRIVALS.flatMap(how => GROUPS.map(group => [how, group] as const)))('%s, %s', async (how, group) => {
      const { said, outcome } = expectedOutcome(template, how, group)
      await bothLeave(template, how, said, outcome)
    })
  })

  it.each(OVER_SHARED_LINK)('over a shared link, $how: what is written by hand, whoever handles it', async ({ survey, how, said, outcome }) => {
    await bothLeave(survey, how as How, said, outcome)
  })

  it.each(CALLS)('wants to be called back, $name: what is written by hand, whoever handles it', async ({ survey, how, said, words, outcome }) => {
    await bothLeave(survey, how as How, said, outcome, words ?? said.call.wish)
  })

  describe('bad input: what is written by hand, whoever handles it', () => {
    it.each(BAD_INPUT)('$name', async ({ survey, before, said, words, outcome }) => {
      await bothLeave(survey, before as How, said, outcome, words)
    })

    it.each(['duty', 'engine'] as const)('two answers in one second to one invitation: one counts, by %s', async by => {
      const scene = by === 'duty' ? duty : engine
      asItWas(scene)
      const { demo: { state }, store } = scene
      const survey = scene.surveys.find(({ id }) => id === 'full')!
      const { said } = BAD_INPUT[0]!
      const { id: inv, token } = await invite(scene, survey, DEAL, by)
      const before = { tasks: state.tasks.length, notices: state.notifications.length }
      await Promise.all(['a', 'b'].map(sid => post(scene, survey, { token, inv: String(inv), sid, ...said })))
      if (by === 'duty') await handleByDuty(scene)
      const [first, second, ...others] = [...state.items.get(store.entityTypeId)!.values()]
        .filter(({ id, fields }) => id !== inv && fields[userFieldName(store, 'FB_TOKEN')] === token)
      const flag = userFieldName(store, 'FB_FLAG')
      expect(others).toEqual([])
      expect([first, second].map(one => [one!.fields.STAGE_ID, Number(one!.fields[flag] ?? 0)]))
        .toEqual([[store.answerStages.low, 0], [store.answerStages.set_aside, store.enums.FB_FLAG!.repeat]])
      expect(state.tasks.length - before.tasks).toBe(2)
      expect(state.notifications.slice(before.notices).filter(({ message }) => !message.startsWith('CRM:')).map(({ userId }) => userId).sort()).toEqual([2, 3, 5])
    })

    afterAll(() => { for (const scene of [duty, engine]) asItWas(scene) })
  })

  const cases = SURVEYS.flatMap(({ id }) => [...HOWS, ...id === 'full' || id === 'support' ? SHARED : [], ...id === 'full' ? WISHES : [], ...MISHAPS_OF[id] ?? []].flatMap(how =>
    (id === 'full' && !isWish(how) ? GROUPS : GROUPS.slice(0, 1)).map(group => [id, how, group] as const)))
    // the rest of the templates' is in the table
    .filter(([id, how]) => id === 'full' || id === 'silent' || !(ARRIVALS as readonly string[]).includes(how))
    // on deals every how with the plan that has every effect, once
    .filter(([id, how, group]) => recordsIn() === 'smartProcess' || how === 'matched' || ((id === 'full' || id === 'support') && group === GROUPS[0]))

  it.each(cases)('%s, %s, %s: the same as the interpreted plan', async (id, how, group) => {
    const index = cases.findIndex(one => one[0] === id && one[1] === how && one[2] === group)
    const deals = dealsWithAddress(duty.demo, duty.store)
    const dealId = deals[index % deals.length]!
    const said = saidBy(SURVEYS.find(survey => survey.id === id)!.content, group)
    const interpreted = await outcomeOf(duty, 'duty', id, how, dealId, said)
    const compiled = await outcomeOf(engine, 'engine', id, how, dealId, said)
    expect(compiled).toEqual(interpreted)
    if (isWish(how) && how !== 'answerBehindOptOut') {
      const { answer, comments, tasks, notices, mails, cards, invitation } = interpreted
      expect({
        stage: answer.STAGE_ID, noted: comments.length, refuses: isYes(cards[1]?.UF_CRM_CONTACT_FB_OPT_OUT),
        told: tasks.length + mails.length + notices.filter(isOurs).length,
        open: invitation?.STAGE_ID === duty.store.invitationStages.open
      }).toEqual({ stage: duty.store.answerStages.set_aside, told: 0, ...WISHED[how] })
    }
    const broken = engine.demo.state.workflows.filter(({ status }) => status === 'faulted').map(({ templateName, log }) => `${templateName}: ${log.at(-1)?.text}`)
    expect(broken).toEqual([])
  })
})
