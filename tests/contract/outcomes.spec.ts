import { beforeEach, describe, expect, it } from 'vitest'
import type { State } from '../../demo/state'
import { noReply, type Request } from '../in-process'
import { dealsWithAddress, NOW, openScene, orderFor, sendTools, type Scene } from './scene'
import { loadCase, settleCase } from '@/answer/case'
import { lookAtCases } from '@/answer/case-look'
import { handleNewAnswers } from '@/answer/handling'
import type { CaseWord } from '@/answer/model/case'
import { sendInvitation } from '@/invitation/sending'
import { taskLinkOf, userFieldName } from '@/portal/record-store'

/** Asked for the answer, owns it and its task; sees everything. */
const MANAGER = 3
const DUTY = 1
/** Sees his own records only. */
const STRANGER = 2

let minutes = 0
beforeEach(() => { minutes = 0 })
const now = (): Date => new Date(NOW.getTime() + minutes * 60_000)
const moment = (hours: number): string => new Date(NOW.getTime() + hours * 3_600_000).toISOString()

interface Ids { answer: number, task: number, deal: number, contact: number }
interface Known { scene: Scene, ids: Ids }

/** A critic's answer, handled: it waits for its owner, who has a task. */
async function openCase(): Promise<Known> {
  const scene = await openScene(now)
  const deal = dealsWithAddress(scene.demo, scene.store)[0]!
  const order = orderFor(scene, deal, MANAGER)
  const sent = await sendInvitation(scene.as(MANAGER), scene.store, order, sendTools())
  if (sent.state !== 'sent') throw new Error(sent.state)
  scene.answer({ token: sent.token, inv: String(sent.invitationId), nps: '3', comment: 'Долго' })
  const { handled } = await handleNewAnswers(scene.as(DUTY), scene.store, now)
  return { scene, ids: { answer: handled[0]!, task: scene.demo.state.tasks.at(-1)!.id, deal, contact: order.recipient.id } }
}

/** Fields that say only that something else has changed. */
const SECONDARY = /^(UPDATED|MOVED|LAST_ACTIVITY|LAST_COMM|CHANGED|STATUS_CHANGED|CLOSED_BY|PREVIOUS)|^CLOSED$|^CLOSEDATE$|STAGE_SEMANTIC|^OPENED$/

/** Every field of every record and task that is another one now, and how many things were made. */
function changes({ scene: { store, demo }, ids }: Known, before: State): Record<string, unknown> {
  const after = demo.state
  const names = new Map(Object.entries({
    answer: [store.entityTypeId, ids.answer], deal: [2, ids.deal], contact: [3, ids.contact]
  }).map(([name, key]) => [key.join('/'), name]))
  const stages = new Map(Object.entries(store.answerStages).map(([name, id]) => [id, name]))
  const found: Record<string, unknown> = {}
  const compare = (name: string, old: Record<string, unknown>, fresh: Record<string, unknown>): void => {
    for (const [field, value] of Object.entries(fresh)) {
      if (SECONDARY.test(field) || JSON.stringify(old[field] ?? null) === JSON.stringify(value ?? null)) continue
      const own = field.replace(/^UF_CRM_(\d+|CONTACT|DEAL)_/, '')
      found[`${name} ${own}`] = own === 'STAGE_ID' ? stages.get(String(value)) ?? value : isMoment(value) ? new Date(value).toISOString() : value
    }
  }
  for (const [type, items] of after.items) {
    for (const [id, item] of items) compare(names.get(`${type}/${id}`) ?? `${type}/${id}`, before.items.get(type)?.get(id)?.fields ?? {}, item.fields)
  }
  for (const task of after.tasks) compare(task.id === ids.task ? 'task' : `task ${task.id}`, before.tasks.find(({ id }) => id === task.id)?.fields ?? {}, task.fields)
  for (const list of ['comments', 'notifications', 'activities', 'outbox'] as const) {
    if (after[list].length !== before[list].length) found[list] = after[list].length - before[list].length
  }
  return found
}

const isMoment = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)

const questions = (stage: string | null = 'EXECUTING'): CaseWord => ({ kind: 'questionsRemain', stage, deadline: moment(24 * 7) })
const closed = (askAgain = false): CaseWord => ({ kind: 'closed', cause: 'Долгий ремонт', askAgain, at: moment(1) })
const noContact: CaseWord = { kind: 'noContact', cause: '', askAgain: false, at: moment(1) }

/** Written by hand: everything that a word changes in the portal. Nothing else may change. */
const QUESTIONS = { 'answer STAGE_ID': 'work', 'answer FB_ASK_AGAIN': 'N', 'task DEADLINE': moment(24 * 7), 'deal STAGE_ID': 'EXECUTING' }
const CLOSED = {
  'answer STAGE_ID': 'closed', 'answer FB_CAUSE': 'Долгий ремонт', 'answer FB_DONE_AT': moment(1), 'answer FB_ASK_AGAIN': 'N',
  'task STATUS': 5, 'task CLOSED_DATE': NOW.toISOString()
}
const TABLE: [string, CaseWord, Record<string, unknown>][] = [
  ['questions remain', questions(), QUESTIONS],
  ['questions remain, the deal stays', questions(null), { 'answer STAGE_ID': 'work', 'answer FB_ASK_AGAIN': 'N', 'task DEADLINE': moment(24 * 7) }],
  ['closed', closed(), CLOSED],
  ['closed, ask again', closed(true), { ...CLOSED, 'answer FB_ASK_AGAIN': 'Y', 'contact FB_NOT_BEFORE': null }],
  ['could not reach', noContact, {
    'answer STAGE_ID': 'no_contact', 'answer FB_DONE_AT': moment(1), 'answer FB_ASK_AGAIN': 'N', 'task STATUS': 5, 'task CLOSED_DATE': NOW.toISOString()
  }]
]

describe('a word about a case', () => {
  it.each(TABLE)('%s', async (_, word, expected) => {
    const known = await openCase()
    const before = known.scene.demo.snapshot()
    expect(await settleCase(known.scene.as(MANAGER), known.scene.store, known.ids.answer, word)).toEqual([])
    expect(changes(known, before)).toEqual(expected)
    expect(known.scene.demo.contractLog.filter(({ kind }) => kind === 'rule')).toEqual([])
  })

  it('opens an ended case again, and its task with it', async () => {
    const known = await openCase()
    const portal = known.scene.as(MANAGER)
    await settleCase(portal, known.scene.store, known.ids.answer, closed(true))
    const before = known.scene.demo.snapshot()
    expect(await settleCase(portal, known.scene.store, known.ids.answer, questions())).toEqual([])
    expect(changes(known, before)).toEqual({
      ...QUESTIONS, 'answer FB_DONE_AT': null, 'answer FB_ASK_AGAIN': 'N', 'task STATUS': 2, 'task CLOSED_DATE': null
    })
  })

  it('said once more changes the words only, not the moment', async () => {
    const known = await openCase()
    const portal = known.scene.as(MANAGER)
    await settleCase(portal, known.scene.store, known.ids.answer, closed())
    const before = known.scene.demo.snapshot()
    expect(await settleCase(portal, known.scene.store, known.ids.answer, { kind: 'closed', cause: 'Цена', askAgain: false, at: moment(5) })).toEqual([])
    expect(changes(known, before)).toEqual({ 'answer FB_CAUSE': 'Цена' })
  })

  it('of somebody who may not change the answer changes nothing', async () => {
    const known = await openCase()
    const before = known.scene.demo.snapshot()
    for (const [, word] of TABLE) {
      await expect(settleCase(known.scene.as(STRANGER), known.scene.store, known.ids.answer, word)).rejects.toMatchObject({ code: 'noRight' })
    }
    expect(changes(known, before)).toEqual({})
  })

  it.each<[string, CaseWord, string, string, { step: string, code: string }[], string[]]>([
    ['the task', closed(), 'tasks.task.complete', 'Action on the task is not allowed', [{ step: 'completeTask', code: 'noRight' }], ['task STATUS', 'task CLOSED_DATE']],
    ['the deadline', questions(), 'tasks.task.update', 'Action on the task is not allowed', [{ step: 'deadline', code: 'noRight' }], ['task DEADLINE']]
  ])('is kept when the portal refuses %s, and the refusal is named', async (_, word, method, description, refused, missing) => {
    const known = await openCase()
    const before = known.scene.demo.snapshot()
    known.scene.demo.faults.push({ kind: 'method-error', method, error: '0', description })
    expect(await settleCase(known.scene.as(MANAGER), known.scene.store, known.ids.answer, word)).toEqual(refused)
    const all = Object.entries(word.kind === 'closed' ? CLOSED : QUESTIONS)
    expect(changes(known, before)).toEqual(Object.fromEntries(all.filter(([name]) => !missing.includes(name))))
  })

  it('a deal that is gone is named, the rest happens', async () => {
    const known = await openCase()
    await known.scene.as(DUTY).call('crm.item.delete', { entityTypeId: 2, id: known.ids.deal })
    const before = known.scene.demo.snapshot()
    expect(await settleCase(known.scene.as(MANAGER), known.scene.store, known.ids.answer, questions())).toEqual([{ step: 'dealStage', code: 'notFound' }])
    expect(changes(known, before)).toEqual(Object.fromEntries(Object.entries(QUESTIONS).filter(([name]) => name !== 'deal STAGE_ID')))
  })

  it('a task that somebody completes in the same moment is no refusal', async () => {
    const known = await openCase()
    const before = known.scene.demo.snapshot()
    let isFirst = true
    const wrap = (door: Request): Request => async (method, params) => {
      if (JSON.stringify(params).includes('tasks.task.complete') && isFirst) {
        isFirst = false
        await known.scene.as(DUTY).call('tasks.task.complete', { taskId: known.ids.task })
      }
      return door(method, params)
    }
    expect(await settleCase(known.scene.as(MANAGER, wrap), known.scene.store, known.ids.answer, closed())).toEqual([])
    expect(changes(known, before)).toEqual(CLOSED)
  })

  it('pressed twice, by two people, leaves the same', async () => {
    for (const [, word, expected] of TABLE) {
      const known = await openCase()
      const before = known.scene.demo.snapshot()
      const said = await Promise.all([MANAGER, DUTY, MANAGER].map(user => settleCase(known.scene.as(user), known.scene.store, known.ids.answer, word)))
      expect(said).toEqual([[], [], []])
      expect(changes(known, before)).toEqual(expected)
    }
  })

  it('under faults in every request leaves the same, or says that it failed and leaves the same when said again', async () => {
    const injected: Record<string, number> = {}
    for (const [name, word, expected] of TABLE) {
      for (const fault of ['lost before', 'reply lost', 'executed twice', 'closed before', 'closed after'] as const) {
        for (let at = 0; at < 4; at++) {
          const known = await openCase()
          const before = known.scene.demo.snapshot()
          let requests = 0
          const wrap = (door: Request): Request => async (method, params) => {
            const isHit = requests++ === at
            if (isHit) injected[fault] = (injected[fault] ?? 0) + 1
            if (isHit && fault === 'lost before') throw noReply()
            if (isHit && fault === 'closed before') throw new PageClosed()
            const reply = await door(method, params)
            if (isHit && fault === 'executed twice') return door(method, params)
            if (isHit && fault === 'reply lost') throw noReply()
            if (isHit && fault === 'closed after') throw new PageClosed()
            return reply
          }
          const where = `${name}, ${fault} at request ${at}`
          const closedPage = await settleCase(known.scene.as(MANAGER, wrap), known.scene.store, known.ids.answer, word).then(refused => {
            expect(refused, where).toEqual([])
            return false
          }, () => true)
          if (!closedPage) expect(changes(known, before), where).toEqual(expected)
          await settleCase(known.scene.as(MANAGER), known.scene.store, known.ids.answer, word)
          expect(changes(known, before), `${where}, said again`).toEqual(expected)
        }
      }
    }
    console.log(`faults injected while cases were settled: ${JSON.stringify(injected)}`)
  })
})

class PageClosed extends Error {}

describe('the duty person\'s look', () => {
  const look = (known: Known, since = moment(-1), user = DUTY): Promise<string> => lookAtCases(known.scene.as(user), known.scene.store, since, now())

  it('closes the case whose task was completed in the portal, once', async () => {
    const known = await openCase()
    const { scene, ids } = known
    expect(await look(known)).toBe(moment(-1 / 12))
    minutes = 30
    await scene.as(MANAGER).call('tasks.task.complete', { taskId: ids.task })
    const before = scene.demo.snapshot()
    minutes = 31
    expect(await look(known)).toBe(moment(26 / 60))
    expect(changes(known, before)).toEqual({ 'answer STAGE_ID': 'closed', 'answer FB_DONE_AT': moment(0.5) })
    // a person sees it otherwise: the same completed task does not close it again
    await scene.as(MANAGER).call('crm.item.update', { entityTypeId: scene.store.entityTypeId, id: ids.answer, fields: { stageId: scene.store.answerStages.work } })
    const reopened = scene.demo.snapshot()
    await look(known)
    expect(changes(known, reopened)).toEqual({})
    expect(scene.demo.contractLog.filter(({ kind }) => kind === 'rule')).toEqual([])
  })

  it.each<[string, 'closed' | 'no_contact']>([['closed', 'closed'], ['not reached', 'no_contact']])('completes the task of a case that was moved to "%s" in the kanban', async (_, stage) => {
    const known = await openCase()
    const { scene, ids } = known
    minutes = 30
    await scene.as(MANAGER).call('crm.item.update', { entityTypeId: scene.store.entityTypeId, id: ids.answer, fields: { stageId: scene.store.answerStages[stage] } })
    const before = scene.demo.snapshot()
    minutes = 31
    await look(known)
    expect(changes(known, before)).toEqual({ 'task STATUS': 5, 'task CLOSED_DATE': moment(31 / 60), 'answer FB_DONE_AT': moment(0.5) })
    const done = scene.demo.snapshot()
    minutes = 32
    await look(known)
    expect(changes(known, done)).toEqual({})
  })

  it('asks once and touches nothing where nothing has ended', async () => {
    const known = await openCase()
    // other people's tasks, one of them bound to the answer by hand
    const task = { id: 900, created: NOW.toISOString(), fields: { STATUS: 5, CLOSED_DATE: moment(0), RESPONSIBLE_ID: DUTY, CREATED_BY: DUTY, UF_CRM_TASK: ['C_1'] } }
    known.scene.demo.state.tasks.push(task)
    const before = known.scene.demo.snapshot()
    const methods: string[] = []
    const counting = (door: Request): Request => (method, params) => {
      methods.push(method)
      return door(method, params)
    }
    await lookAtCases(known.scene.as(DUTY, counting), known.scene.store, moment(-1), now())
    expect(methods).toEqual(['batch'])
    known.scene.demo.state.tasks.push({ ...task, id: 901, fields: { ...task.fields, UF_CRM_TASK: [taskLinkOf(known.scene.store, known.ids.answer)] } })
    await look(known)
    expect(changes(known, { ...before, tasks: known.scene.demo.state.tasks })).toEqual({})
  })

  it('goes on where a full page ended, and does not stand still at one moment', async () => {
    const known = await openCase()
    const { tasks } = known.scene.demo.state
    for (let index = 0; index < 120; index++) {
      const fields = { STATUS: 5, CLOSED_DATE: moment(index < 60 ? -3 : -2), RESPONSIBLE_ID: DUTY, CREATED_BY: DUTY, UF_CRM_TASK: [] }
      tasks.push({ id: 1000 + index, created: moment(0), fields })
    }
    const ends: string[] = []
    for (let since = moment(-4), round = 0; round < 6; round++) ends.push(since = await look(known, since))
    expect(ends.slice(0, 3)).toEqual([moment(-3), moment(-3 + 1 / 3600), moment(-2)])
    expect(ends.at(-1)).toBe(moment(-1 / 12))
  })

  it('leaves a case open while one of its tasks is open or gone, and a test aside', async () => {
    const known = await openCase()
    const { scene, ids } = known
    const ledger = userFieldName(scene.store, 'FB_LEDGER')
    const record = scene.demo.state.items.get(scene.store.entityTypeId)!.get(ids.answer)!
    await scene.as(MANAGER).call('tasks.task.complete', { taskId: ids.task })
    record.fields[ledger] = String(record.fields[ledger]).replace('}', ',"task:other.0":77}')
    const before = scene.demo.snapshot()
    await look(known)
    expect(changes(known, before)).toEqual({})
  })

  it('is repeated when the portal was not able to answer', async () => {
    const known = await openCase()
    await known.scene.as(MANAGER).call('tasks.task.complete', { taskId: known.ids.task })
    known.scene.demo.faults.push({ kind: 'method-error', method: 'crm.item.update', error: 'INTERNAL_SERVER_ERROR', description: 'x' })
    expect(await look(known)).toBe(moment(-1))
    await look(known)
    expect((await loadCase(known.scene.as(DUTY), known.scene.store, known.ids.answer)).answer.state).toBe('closed')
  })
})
