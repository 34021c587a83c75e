import { beforeAll, describe, expect, it } from 'vitest'
import { handleByDuty, invite, openEngineScene, post, saidBy, type EngineScene } from './engine-scene'
import { dealsWithAddress, NOW } from './scene'
import { settleCase } from '@/answer/case'
import { lookAtCases } from '@/answer/case-look'
import { readAnswer } from '@/answer/store'
import { taskIdsIn } from '@/plan/model/ledger'
import type { Plan } from '@/plan/model/plan'
import { planFromTemplate } from '@/plan/model/template-plans'
import { putInCharge } from '@/plan/control'
import { userFieldName } from '@/portal/record-store'
import { contentFromTemplate } from '@/survey/model/templates'

/** What becomes of a case is the same, whether the app of the duty person handled the answer or the portal's processes did. */

const CHOICE = { lang: 'ru', langs: ['ru'], company: 'Ромашка' }
/** Two tasks of two people, by two rules. */
const TWO: Plan = {
  v: 1, fallbackOwner: null,
  rules: [
    { id: 'call', when: {}, effects: [{ kind: 'task', title: 'Позвонить: {client}', checklist: ['Раз', 'Два'], deadlineHours: 24 }] },
    { id: 'never', when: { groups: ['high'] }, effects: [{ kind: 'task', title: 'Нет', checklist: [], deadlineHours: 24 }] },
    { id: 'check', when: { groups: ['low'] }, effects: [{ kind: 'task', title: 'Проверить', checklist: [], deadlineHours: 48, responsible: 'supervisor' }] }
  ]
}
const SURVEYS = [
  { id: 'complaint', content: contentFromTemplate('complaint', CHOICE), plan: planFromTemplate('complaint', 'ru') },
  { id: 'two', content: contentFromTemplate('complaint', CHOICE), plan: TWO },
  { id: 'none', content: contentFromTemplate('complaint', CHOICE), plan: { v: 1 as const, fallbackOwner: null, rules: [] } }
]

interface Ends {
  scene: EngineScene
  answer: number
  tasks: number[]
}

const complete = ({ scene }: Ends, ...tasks: number[]): Promise<unknown> =>
  Promise.all(tasks.map(taskId => scene.portal.call('tasks.task.complete', { taskId })))
const move = ({ scene: { portal, store }, answer }: Ends, stage: 'work' | 'closed'): Promise<unknown> =>
  portal.call('crm.item.update', { entityTypeId: store.entityTypeId, id: answer, fields: { stageId: store.answerStages[stage] } })
const questions = ({ scene: { portal, store }, answer }: Ends): Promise<unknown> =>
  settleCase(portal, store, answer, { kind: 'questionsRemain', stage: null, deadline: '2026-03-09T09:00:00Z' })
const said = ({ scene: { portal, store }, answer }: Ends, kind: 'closed' | 'noContact'): Promise<unknown> =>
  settleCase(portal, store, answer, { kind, cause: 'Цена', askAgain: false, at: '2026-03-02T10:00:00Z' })

/** Survey, what people do, the stage in which the answer stands then – written by hand – and how many of its tasks are done. */
const TABLE: [string, string, (ends: Ends) => Promise<unknown>, string, number][] = [
  ['nobody does anything', 'complaint', () => Promise.resolve(), 'low', 0],
  ['the task is completed', 'complaint', ends => complete(ends, ...ends.tasks), 'closed', 1],
  ['both tasks are completed', 'two', ends => complete(ends, ...ends.tasks), 'closed', 2],
  ['one of two tasks is completed', 'two', ends => complete(ends, ends.tasks[0]!), 'low', 1],
  ['the other one is completed', 'two', ends => complete(ends, ends.tasks[1]!), 'low', 1],
  ['one is completed, the other deleted', 'two', async ends => {
    await complete(ends, ends.tasks[0]!)
    await ends.scene.portal.call('tasks.task.delete', { taskId: ends.tasks[1] })
  }, 'low', 1],
  ['the plan gives no task', 'none', () => Promise.resolve(), 'low', 0],
  ['questions remain', 'two', questions, 'work', 0],
  ['questions remain, then the tasks are completed', 'two', async ends => {
    await questions(ends)
    await complete(ends, ...ends.tasks)
  }, 'closed', 2],
  ['a person closes the case', 'two', ends => said(ends, 'closed'), 'closed', 2],
  ['the client could not be reached', 'complaint', ends => said(ends, 'noContact'), 'no_contact', 1],
  ['closed, then questions remain', 'complaint', async ends => {
    await said(ends, 'closed')
    await questions(ends)
  }, 'work', 0],
  ['closed in the kanban', 'complaint', ends => move(ends, 'closed'), 'closed', 1],
  ['moved to "in work" in the kanban, then the task is completed', 'complaint', async ends => {
    await move(ends, 'work')
    await complete(ends, ...ends.tasks)
  }, 'closed', 1]
]

async function outcomeOf(scene: EngineScene, by: 'engine' | 'duty', surveyId: string, act: (ends: Ends) => Promise<unknown>) {
  const { demo: { state }, portal, store, surveys } = scene
  const survey = surveys.find(({ id }) => id === surveyId)!
  const dealId = dealsWithAddress(scene.demo, store)[0]!
  const { id: inv, token } = await invite(scene, survey, dealId, by)
  const before = state.tasks.length
  const id = await post(scene, survey, { token, inv: String(inv), sid: `s${inv}`, ...saidBy(survey.published.content, 'low') })
  if (by === 'duty') await handleByDuty(scene)
  const given = state.tasks.slice(before)
  const { ledger } = readAnswer(store, (await portal.call<{ item: unknown }>('crm.item.get', { entityTypeId: store.entityTypeId, id })).item)
  expect(taskIdsIn(ledger)).toEqual(given.map(task => task.id))
  const stage = (): string => String(state.items.get(store.entityTypeId)!.get(id)!.fields.STAGE_ID)
  expect(stage()).toBe(store.answerStages.low)

  await act({ scene, answer: id, tasks: given.map(task => task.id) })
  scene.demo.workflows.settle()
  const atOnce = stage()
  await lookAtCases(portal, store, new Date(NOW.getTime() - 3_600_000).toISOString(), NOW)
  const { fields } = state.items.get(store.entityTypeId)!.get(id)!
  const own = ['FB_CAUSE', 'FB_DONE_AT', 'FB_ASK_AGAIN'] as const
  return {
    atOnce,
    state: {
      stage: fields.STAGE_ID, ...Object.fromEntries(own.map(field => [field, fields[userFieldName(store, field)] ?? null])),
      tasks: given.map(task => ['TITLE', 'RESPONSIBLE_ID', 'CREATED_BY', 'STATUS', 'DEADLINE'].map(name => String(task.fields[name])))
    },
    done: given.filter(task => Number(task.fields.STATUS) === 5).length
  }
}

describe('what becomes of a case', () => {
  let duty: EngineScene
  let engine: EngineScene
  beforeAll(async () => {
    duty = await openEngineScene(SURVEYS, 'duty')
    engine = await openEngineScene(SURVEYS, 'engine')
  })

  it.each(TABLE)('%s: as written, and the same with processes', async (_, surveyId, act, stage, done) => {
    const interpreted = await outcomeOf(duty, 'duty', surveyId, act)
    const compiled = await outcomeOf(engine, 'engine', surveyId, act)
    expect([interpreted.state.stage, interpreted.done]).toEqual([duty.store.answerStages[stage as 'low'], done])
    expect(compiled.state).toEqual(interpreted.state)
    expect(compiled.done).toBe(done)
    // the processes need nobody's browser for it
    expect(compiled.atOnce).toBe(compiled.state.stage)
    const broken = engine.demo.state.workflows.filter(({ status }) => status === 'faulted').map(({ templateName, log }) => `${templateName}: ${log.at(-1)?.text}`)
    expect(broken).toEqual([])
  })

  it('what waits for a task holds nothing else up, and ends with it', () => {
    const { workflows } = engine.demo.state
    const waiting = workflows.filter(({ status }) => status === 'running')
    expect(waiting.map(({ waitsFor }) => waitsFor).every(text => /^task \d+/.test(text))).toBe(true)
    expect(waiting.length).toBeGreaterThan(0)
  })

  it('a process that wakes up after the duty person took over leaves the case to the duty person', async () => {
    const scene = await openEngineScene(SURVEYS, 'engine')
    const handedOver = async (ends: Ends): Promise<void> => {
      await putInCharge(scene.portal, scene.store, 'duty')
      await complete(ends, ...ends.tasks)
    }
    const found = await outcomeOf(scene, 'engine', 'complaint', handedOver)
    expect([found.atOnce, found.state.stage]).toEqual([scene.store.answerStages.low, scene.store.answerStages.closed])
  })
})
