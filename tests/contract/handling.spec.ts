import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Item } from '../../demo/state'
import { noReply, type Request } from '../in-process'
import { dealsWithAddress, openScene, orderFor, sendTools, valueOf, NOW, type Scene } from './scene'
import { handleNewAnswers } from '@/answer/handling'
import { loadTab } from '@/answer/store'
import { sendInvitation } from '@/invitation/sending'
import { readPlan, type Plan } from '@/plan/model/plan'
import { PortalError } from '@/portal/errors'
import { taskLinkOf, userFieldName } from '@/portal/record-store'
import { CALL_BACK_FILL } from '@/survey/model/fill-kind'
import type { Snapshot, Survey, SurveyContent } from '@/survey/model/survey'
import { addSurvey, loadSurveys, saveSurvey } from '@/survey/store'

beforeEach(() => {
  vi.stubGlobal('setTimeout', (run: () => void) => {
    queueMicrotask(run)
    return 0
  })
})
afterEach(() => vi.unstubAllGlobals())

const MANAGER = 3 // sees everything; his head is 5

/** The manager asked about a deal; the invitation is on its way. */
async function asked(scene: Scene, at = 0, seed = 1): Promise<{ id: number, token: string, dealId: number, contactId: number }> {
  const dealId = dealsWithAddress(scene.demo, scene.store)[at]!
  const order = orderFor(scene, dealId, MANAGER)
  const result = await sendInvitation(scene.as(MANAGER), scene.store, order, sendTools(seed))
  if (result.state !== 'sent') throw new Error(result.state)
  return { id: result.invitationId, token: result.token, dealId, contactId: order.recipient.id }
}

/** Minutes since NOW; every test begins at 0. */
let minutes = 0
beforeEach(() => { minutes = 0 })
const now = (): Date => new Date(NOW.getTime() + minutes * 60_000)
const work = (scene: Scene, wrap?: (door: Request) => Request) => handleNewAnswers(scene.as(1, wrap), scene.store, now)
const answersOf = (scene: Scene): Item[] => [...scene.demo.state.items.get(scene.store.entityTypeId)!.values()]
  .filter(item => item.fields.CATEGORY_ID === scene.store.answerCategoryId)
const field = valueOf
const enumOf = (scene: Scene, name: 'FB_FLAG' | 'FB_GROUP', xmlId: string): number => scene.store.enums[name]![xmlId]!

interface Traces { comments: number, tasks: number, notices: number[], lastScore: unknown, stage: string, flag: unknown }

/** What an answer left in the portal; notices of the form itself do not count. */
function traces(scene: Scene, item: Item, dealId: number): Traces {
  const stages = Object.entries(scene.store.answerStages)
  return {
    comments: scene.demo.state.comments.filter(({ entityType, entityId, comment }) => entityType === 'deal' && entityId === dealId && comment.includes(`details/${item.id}/`)
      && comment.includes('Обратная связь')).length,
    tasks: scene.demo.state.tasks.filter(task => JSON.stringify(task.fields.UF_CRM_TASK).includes(`${taskLinkOf(scene.store, item.id)}"`)).length,
    notices: scene.demo.state.notifications.filter(notice => notice.tag?.includes(`fb-answer-${item.id}-`)).map(notice => notice.userId).sort(),
    lastScore: scene.demo.state.items.get(2)!.get(dealId)!.fields.UF_CRM_DEAL_FB_LAST_SCORE ?? null,
    stage: stages.find(([, id]) => id === item.fields.STAGE_ID)?.[0] ?? '?',
    flag: Object.entries(scene.store.enums.FB_FLAG!).find(([, id]) => id === Number(field(scene, item, 'FB_FLAG')))?.[0] ?? null
  }
}

/** The plan is the published one, without a new version. */
const handledBy = (survey: Survey, plan: Plan): Survey => ({ ...survey, plan, published: { ...survey.published!, plan } })

describe('handling', () => {
  it('links, scores, comments, notifies and gives the task on behalf of the head', async () => {
    const scene = await openScene(now)
    const invitation = await asked(scene)
    scene.answer({ token: invitation.token, inv: String(invitation.id), nps: '3', comment: 'Долго [B]ждали[/B] <b>ответа</b>', answers: '{"nps":"3"}' })
    const report = await work(scene)
    expect(report).toMatchObject({ failed: [], more: false })
    const [answer] = answersOf(scene)
    expect(report.handled).toEqual([answer!.id])
    expect(traces(scene, answer!, invitation.dealId)).toEqual({ comments: 1, tasks: 1, notices: [MANAGER, 5], lastScore: 30, stage: 'low', flag: null })
    expect(answer!.fields).toMatchObject({ ASSIGNED_BY_ID: MANAGER, CONTACT_ID: invitation.contactId })
    expect(field(scene, answer!, 'FB_DEAL')).toBe(invitation.dealId)
    expect(answer!.fields.TITLE).toContain('3/10')
    expect(field(scene, answer!, 'FB_GROUP')).toBe(enumOf(scene, 'FB_GROUP', 'low'))
    expect([field(scene, answer!, 'FB_VALUE'), field(scene, answer!, 'FB_SCORE'), field(scene, answer!, 'FB_COEFFICIENT')]).toEqual([3, 30, 30])
    const task = scene.demo.state.tasks.at(-1)!
    expect(task.fields).toMatchObject({ RESPONSIBLE_ID: MANAGER, CREATED_BY: 5 })
    expect(String(task.fields.DESCRIPTION)).toContain('ждали')
    expect(String(task.fields.DESCRIPTION)).not.toContain('[B]ждали')
    expect(String(task.fields.DEADLINE)).toContain('2026-03-03')
    expect(JSON.stringify(task.fields.UF_CRM_TASK)).toContain(`D_${invitation.dealId}`)
    const notice = scene.demo.state.notifications.find(({ tag, userId }) => tag?.startsWith('fb-answer') && userId === MANAGER)!
    expect(notice.message).toContain(`params`)
    const contact = scene.demo.state.items.get(3)!.get(invitation.contactId)!
    expect(contact.fields.UF_CRM_CONTACT_FB_LAST_SCORE).toBe(30)
    expect(scene.demo.contractLog.filter(line => line.kind === 'rule')).toEqual([])
  })

  it.each([
    // what comes in, what it leaves. The head (5) hears of critics only.
    ['promoter', { nps: '9' }, { comments: 1, tasks: 1, notices: [3], lastScore: 90, stage: 'high', flag: null }],
    ['passive', { nps: '7' }, { comments: 1, tasks: 1, notices: [3], lastScore: 70, stage: 'middle', flag: null }],
    ['detractor', { nps: '0' }, { comments: 1, tasks: 1, notices: [3, 5], lastScore: 0, stage: 'low', flag: null }],
    ['out of scale', { nps: '11' }, { comments: 1, tasks: 0, notices: [3], lastScore: null, stage: 'set_aside', flag: 'invalid' }],
    ['negative', { nps: '-1' }, { comments: 1, tasks: 0, notices: [3], lastScore: null, stage: 'set_aside', flag: 'invalid' }],
    ['words', { nps: '9 maybe' }, { comments: 1, tasks: 0, notices: [3], lastScore: null, stage: 'set_aside', flag: 'invalid' }],
    ['missing', { comment: 'Ни слова об оценке' }, { comments: 1, tasks: 0, notices: [3], lastScore: null, stage: 'set_aside', flag: 'invalid' }],
    ['forged token', { nps: '10', token: 'x'.repeat(32) }, { comments: 0, tasks: 0, notices: [], lastScore: null, stage: 'set_aside', flag: 'unmatched' }],
    ['malformed token', { nps: '10', token: '$result[0][id]' }, { comments: 0, tasks: 0, notices: [], lastScore: null, stage: 'set_aside', flag: 'unmatched' }]
  ])('%s', async (_, posted, expected) => {
    const scene = await openScene(now)
    const invitation = await asked(scene)
    scene.answer({ token: invitation.token, inv: String(invitation.id), ...posted })
    const report = await work(scene)
    expect(report.failed).toEqual([])
    expect(traces(scene, answersOf(scene)[0]!, invitation.dealId)).toEqual(expected)
  })

  it('keeps a second answer apart, and a form sent twice in silence', async () => {
    const scene = await openScene(now)
    const invitation = await asked(scene)
    const posted = { token: invitation.token, inv: String(invitation.id) }
    scene.answer({ ...posted, nps: '9', sid: 'one' })
    scene.answer({ ...posted, nps: '9', sid: 'one' })
    scene.answer({ ...posted, nps: '2', sid: 'two' })
    await work(scene)
    const [first, double, again] = answersOf(scene)
    expect(traces(scene, first!, invitation.dealId)).toMatchObject({ tasks: 1, stage: 'high', flag: null })
    expect(traces(scene, double!, invitation.dealId)).toMatchObject({ comments: 0, tasks: 0, notices: [], stage: 'set_aside', flag: 'repeat' })
    expect(traces(scene, again!, invitation.dealId)).toMatchObject({ comments: 1, tasks: 0, notices: [], stage: 'set_aside', flag: 'repeat', lastScore: 90 })
  })

  it('of a plan in which the deal\'s responsible comes first leaves out who asked', async () => {
    const scene = await openScene(now)
    const invitation = await asked(scene)
    const [stored] = await loadSurveys(scene.as(1))
    await saveSurvey(scene.as(1), stored!, handledBy(stored!.survey!, { ...readPlan(stored!.survey!.plan)!, owner: 'responsible' }))
    scene.answer({ token: invitation.token, inv: String(invitation.id), nps: '3' })
    expect(await work(scene)).toMatchObject({ failed: [] })
    const [answer] = answersOf(scene)
    // the deal's responsible is 2, his head is 4
    expect(traces(scene, answer!, invitation.dealId)).toMatchObject({ comments: 1, tasks: 1, notices: [2, 4] })
    expect(answer!.fields).toMatchObject({ ASSIGNED_BY_ID: 2 })
    expect(scene.demo.state.tasks.at(-1)!.fields).toMatchObject({ RESPONSIBLE_ID: 2, CREATED_BY: 4 })
  })

  it('survives a deal that was deleted and an owner who was dismissed', async () => {
    const scene = await openScene(now)
    const invitation = await asked(scene)
    scene.demo.state.items.get(2)!.delete(invitation.dealId)
    scene.demo.state.users.find(user => user.id === MANAGER)!.active = false
    scene.answer({ token: invitation.token, inv: String(invitation.id), nps: '2' })
    const report = await work(scene)
    expect(report.failed).toEqual([])
    const [answer] = answersOf(scene)
    expect(answer!.fields).toMatchObject({ ASSIGNED_BY_ID: 1, STAGE_ID: scene.store.answerStages.low })
    expect(scene.demo.state.tasks.filter(task => task.fields.RESPONSIBLE_ID === 1)).toHaveLength(1)
  })

  describe('with every effect in the plan', () => {
    const TASK = { kind: 'task', title: 'Позвонить', checklist: ['Позвонить', 'Записать'], deadlineHours: 24 } as const
    const EVERYTHING: Plan = {
      v: 1,
      fallbackOwner: null,
      rules: [{ id: 'all', when: {}, effects: [
        { kind: 'handOver', user: 4 },
        { kind: 'mail', subject: { ru: 'Спасибо, {client}' }, body: { ru: 'Здравствуйте, {client}!\n<b>$result[e1]</b> {score}' } },
        { kind: 'comment' },
        { kind: 'notify', whom: ['owner', 'supervisor', { user: 2 }, { user: 77 }] },
        { ...TASK, checklist: [...TASK.checklist] },
        { ...TASK, checklist: [...TASK.checklist], title: 'Проверить', responsible: 'supervisor' },
        { kind: 'setField', card: 'deal', field: 'sourceDescription', value: 'критик' },
        { kind: 'setField', card: 'contact', field: 'comments', value: '$result[e1]' },
        { kind: 'setField', card: 'deal', field: 'ufCrmGone', value: '1' },
        { kind: 'dealStage', stage: 'EXECUTING' }
      ] }]
    }

    async function useEverything(scene: Scene): Promise<void> {
      const [stored] = await loadSurveys(scene.as(1))
      await saveSurvey(scene.as(1), stored!, handledBy(stored!.survey!, EVERYTHING))
    }

    /** Deals of the first pipeline, made to stand in its second stage. */
    function dealsToMove(scene: Scene): number[] {
      const ids = dealsWithAddress(scene.demo, scene.store).filter(id => scene.demo.state.items.get(2)!.get(id)!.fields.CATEGORY_ID === 0)
      for (const id of ids) scene.demo.state.items.get(2)!.get(id)!.fields.STAGE_ID = 'PREPARATION'
      return ids
    }

    const mailsOf = (scene: Scene, answer: Item): { mails: number, activities: number } => ({
      mails: scene.demo.state.outbox.filter(({ originId }) => originId === `answer-${answer.id}/mail:all.1`).length,
      activities: scene.demo.state.activities.filter(({ fields }) => fields.ORIGIN_ID === `answer-${answer.id}/mail:all.1`).length
    })
    const ledgerOf = (scene: Scene, answer: Item): Record<string, unknown> => JSON.parse(String(field(scene, answer, 'FB_LEDGER'))) as Record<string, unknown>
    const titlesOf = (scene: Scene, answer: Item): string[] => scene.demo.state.tasks
      .filter(task => JSON.stringify(task.fields.UF_CRM_TASK).includes(`${taskLinkOf(scene.store, answer.id)}"`))
      .map(task => `${String(task.fields.TITLE)} ${String(task.fields.RESPONSIBLE_ID)} ${(task.fields.CHECKLIST as unknown[]).length}`).sort()

    async function answered(scene: Scene, dealId: number, seed = 1): Promise<{ invitation: { dealId: number, contactId: number } }> {
      const invitation = await asked(scene, dealsWithAddress(scene.demo, scene.store).indexOf(dealId), seed)
      scene.answer({ token: invitation.token, inv: String(invitation.id), nps: '4', comment: '$result[0][id]' })
      return { invitation }
    }

    it('does all of it, and notes what cannot be', async () => {
      const scene = await openScene(now)
      await useEverything(scene)
      const { invitation } = await answered(scene, dealsToMove(scene)[0]!)
      expect(await work(scene)).toMatchObject({ failed: [] })
      const [answer] = answersOf(scene)
      expect(traces(scene, answer!, invitation.dealId)).toEqual({ comments: 1, tasks: 2, notices: [2, MANAGER, 5], lastScore: 40, stage: 'low', flag: null })
      expect(answer!.fields.ASSIGNED_BY_ID).toBe(4)
      expect(titlesOf(scene, answer!)).toEqual(['Позвонить 3 2', 'Проверить 5 2'])
      const deal = scene.demo.state.items.get(2)!.get(invitation.dealId)!
      expect(deal.fields).toMatchObject({ STAGE_ID: 'EXECUTING', SOURCE_DESCRIPTION: 'критик' })
      expect(String(scene.demo.state.items.get(3)!.get(invitation.contactId)!.fields.COMMENTS).replace('\u2060', '')).toBe('$result[e1]')
      expect(mailsOf(scene, answer!)).toEqual({ mails: 1, activities: 1 })
      const mail = scene.demo.state.outbox.at(-1)!
      expect(mail).toMatchObject({ subject: 'Спасибо, Ольга Мельникова', from: 'Анна Соколова <a.sokolova@alatau.example.kz>' })
      expect(mail.html.replace('\u2060', '')).toBe('<div lang="ru" dir="ltr">Здравствуйте, Ольга Мельникова!<br>\n&lt;b&gt;$result[e1]&lt;/b&gt; 4/10</div>')
      const ledger = ledgerOf(scene, answer!)
      expect(ledger).toMatchObject({
        'fields': true, 'dealStage': true, 'setField:deal.sourceDescription': true, 'setField:contact.comments': true, 'responsible': true,
        'setField:deal.ufCrmGone': 'fieldMissing', 'notify:77': 'unknownUser'
      })
      for (const key of ['comment', 'task:all.4', 'task:all.5', 'mail:all.1', 'notify:3']) expect(typeof ledger[key], key).toBe('number')
      expect(scene.demo.contractLog.filter(line => line.kind === 'rule')).toEqual([])
    })

    it('what is refused is noted and holds nothing up', async () => {
      const scene = await openScene(now)
      await useEverything(scene)
      const { invitation } = await answered(scene, dealsToMove(scene)[0]!)
      scene.demo.switches.mailFails = true
      scene.demo.faults.push(
        { kind: 'method-error', method: 'crm.timeline.comment.add', nth: 3, error: 'ACCESS_DENIED', description: 'Access denied' },
        { kind: 'method-error', method: 'tasks.task.add', error: 'ERROR_CORE', description: 'No' }
      )
      expect(await work(scene)).toMatchObject({ failed: [] })
      const [answer] = answersOf(scene)
      expect(traces(scene, answer!, invitation.dealId)).toMatchObject({ comments: 0, tasks: 1, notices: [2, MANAGER, 5], stage: 'low' })
      expect(mailsOf(scene, answer!)).toEqual({ mails: 0, activities: 0 })
      expect(answer!.fields.ASSIGNED_BY_ID).toBe(4)
      expect(ledgerOf(scene, answer!)).toMatchObject({ 'comment': 'noRight', 'task:all.4': 'badRequest', 'mail:all.1': 'mailFailed' })
    })

    it('a stage that the portal refuses is noted', async () => {
      const scene = await openScene(now)
      await useEverything(scene)
      const { invitation } = await answered(scene, dealsToMove(scene)[0]!)
      const wrap = (door: Request): Request => async (method, params) => {
        // somebody deletes the stage after it was looked up
        const { statuses } = scene.demo.state
        if (JSON.stringify(params).includes('EXECUTING')) statuses.splice(statuses.findIndex(({ statusId }) => statusId === 'EXECUTING'), 1)
        return door(method, params)
      }
      expect(await work(scene, wrap)).toMatchObject({ failed: [] })
      const [answer] = answersOf(scene)
      expect(ledgerOf(scene, answer!)).toMatchObject({ 'dealStage': 'badRequest', 'setField:deal.sourceDescription': true })
      expect(scene.demo.state.items.get(2)!.get(invitation.dealId)!.fields.STAGE_ID).toBe('PREPARATION')
      expect(traces(scene, answer!, invitation.dealId)).toMatchObject({ comments: 1, tasks: 2, stage: 'low' })
    })

    it('a ledger of an earlier version counts: its only task was the first', async () => {
      const scene = await openScene(now)
      await useEverything(scene)
      await answered(scene, dealsToMove(scene)[0]!)
      const [answer] = answersOf(scene)
      answer!.fields[userFieldName(scene.store, 'FB_LEDGER')] = '{"fields":true,"comment":1,"notify:3":true,"task:main":900}'
      await work(scene)
      expect(titlesOf(scene, answer!)).toEqual(['Проверить 5 2'])
      expect(ledgerOf(scene, answer!)).toMatchObject({ 'task:all.4': 900, 'comment': 1, 'notify:3': true })
      expect(scene.demo.state.comments.filter(({ entityType, comment }) => entityType === 'deal' && comment.includes(`details/${answer!.id}/`))).toEqual([])
    })

    it('a mail of which only the portal knows is not sent again, and said to be unconfirmed', async () => {
      const scene = await openScene(now)
      await useEverything(scene)
      await answered(scene, dealsToMove(scene)[0]!)
      // the portal dies in the middle of the batch, right behind the mail
      const wrap = (door: Request): Request => async (method, params) => {
        const commands = Object.entries(method === 'batch' ? params.cmd as Record<string, string> : {})
        const mail = commands.findIndex(([, command]) => command.startsWith('crm.activity.add'))
        if (mail < 0) return door(method, params)
        await door(method, { ...params, cmd: Object.fromEntries(commands.slice(0, mail + 1)) })
        throw noReply()
      }
      expect((await work(scene, wrap)).failed).toMatchObject([{ error: { code: 'replyLost' } }])
      // the batch may still be at work: for a while the answer is left alone
      expect(await work(scene)).toMatchObject({ handled: [], failed: [] })
      minutes = 3
      expect(await work(scene)).toMatchObject({ handled: [answersOf(scene)[0]!.id], failed: [] })
      const [answer] = answersOf(scene)
      expect(mailsOf(scene, answer!)).toEqual({ mails: 1, activities: 1 })
      expect(ledgerOf(scene, answer!)).toMatchObject({ 'mail:all.1': 'mailUnconfirmed', 'responsible': true })
      expect(titlesOf(scene, answer!)).toEqual(['Позвонить 3 2', 'Проверить 5 2'])
    })

    it('more than one batch takes', async () => {
      const scene = await openScene(now)
      const [stored] = await loadSurveys(scene.as(1))
      const checklist = Array.from({ length: 40 }, (_, index) => `Шаг ${index}`)
      const tasks = ['Первая', 'Вторая', 'Третья'].map(title => ({ kind: 'task' as const, title, checklist, deadlineHours: 1 }))
      await saveSurvey(scene.as(1), stored!, handledBy(stored!.survey!, { v: 1, fallbackOwner: null, rules: [{ id: 'r', when: {}, effects: tasks }] }))
      await answered(scene, dealsToMove(scene)[0]!)
      expect(await work(scene)).toMatchObject({ failed: [] })
      expect(titlesOf(scene, answersOf(scene)[0]!)).toEqual(['Вторая 3 30', 'Первая 3 30', 'Третья 3 30'])
    })

    it('each at most once under 300 faults', async () => {
      const scene = await openScene(now)
      await useEverything(scene)
      const injected = await underFaults(scene, 18, async (round, kind) => {
        const deals = dealsToMove(scene)
        const { invitation } = await answered(scene, deals[round % deals.length]!, round * 53 + kind * 7907)
        const moves = scene.demo.state.stageHistory.length
        return (answer, where) => {
          expect(traces(scene, answer, invitation.dealId), where).toMatchObject({ comments: 1, tasks: 2, notices: [2, MANAGER, 5], stage: 'low', flag: null })
          expect(titlesOf(scene, answer), where).toEqual(['Позвонить 3 2', 'Проверить 5 2'])
          expect(mailsOf(scene, answer), where).toEqual({ mails: 1, activities: 1 })
          expect(answer.fields.ASSIGNED_BY_ID, where).toBe(4)
          const deal = scene.demo.state.items.get(2)!.get(invitation.dealId)!
          expect(deal.fields, where).toMatchObject({ STAGE_ID: 'EXECUTING', SOURCE_DESCRIPTION: 'критик' })
          const moved = scene.demo.state.stageHistory.slice(moves).filter(({ entityTypeId, ownerId }) => entityTypeId === 2 && ownerId === invitation.dealId)
          expect(moved, where).toHaveLength(1)
          // of a task, a mail or a comment that a lost batch left behind the id is looked up; a mail is only known to have gone
          const { 'mail:all.1': mail, 'task:all.4': task, comment } = ledgerOf(scene, answer)
          expect([typeof task, typeof comment, typeof mail === 'string'], where).toEqual(['number', 'number', false])
        }
      })
      console.log(`every effect: ${JSON.stringify(injected)}`)
    }, 120_000)

    it('no mail leaves twice, and none is believed to have left, when the portal refuses it under 120 faults', async () => {
      const scene = await openScene(now)
      await useEverything(scene)
      scene.demo.switches.mailFails = true
      await underFaults(scene, 20, async (round, kind) => {
        const deals = dealsToMove(scene)
        // the invitation itself has to leave
        scene.demo.switches.mailFails = false
        await answered(scene, deals[round % deals.length]!, round * 53 + kind * 7907)
        scene.demo.switches.mailFails = true
        return (answer, where) => {
          expect(mailsOf(scene, answer).mails, where).toBe(0)
          expect(['mailFailed', 'mailUnconfirmed'], where).toContain(ledgerOf(scene, answer)['mail:all.1'])
          expect(titlesOf(scene, answer), where).toEqual(['Позвонить 3 2', 'Проверить 5 2'])
        }
      }, 20)
    }, 120_000)
  })

  /** The published content is another, without a new version. */
  async function publishedAs(scene: Scene, change: Partial<SurveyContent>): Promise<void> {
    const [stored] = await loadSurveys(scene.as(1))
    const survey = stored!.survey!
    const published = survey.published!
    await saveSurvey(scene.as(1), stored!, { ...survey, published: { ...published, content: { ...published.content, ...change } } })
  }
  const notDone = (scene: Scene, answer: Item): Record<string, unknown> => Object.fromEntries(
    Object.entries(JSON.parse(String(field(scene, answer, 'FB_LEDGER'))) as Record<string, unknown>).filter(([, done]) => typeof done === 'string'))

  describe('snapshots', () => {
    const snapshotsOf = (scene: Scene, answer: Item): unknown[] => ([1, 2, 3, 4, 5] as const).map(n => field(scene, answer, `FB_SNAP${n}`) ?? '')
    const snapshot = (field: string, card: Snapshot['card'] = 'deal'): Snapshot => ({ card, field, title: field })

    async function withField(scene: Scene, name: string, userTypeId: string, multiple = false, values: string[] = []): Promise<void> {
      await scene.as(1).call('userfieldconfig.add', { moduleId: 'crm', field: {
        entityId: 'CRM_DEAL', fieldName: `UF_CRM_DEAL_${name}`, userTypeId, multiple: multiple ? 'Y' : 'N', editFormLabel: { ru: name },
        ...(values.length > 0 ? { enum: values.map(value => ({ value })) } : {})
      } })
    }

    /** Takes snapshots of the deal; `wrap` may watch the requests. */
    async function taken(scene: Scene, snapshots: Snapshot[], deal: Record<string, unknown> = {}, wrap?: (door: Request) => Request): Promise<Item> {
      await publishedAs(scene, { snapshots })
      const invitation = await asked(scene)
      Object.assign(scene.demo.state.items.get(2)!.get(invitation.dealId)!.fields, deal)
      scene.answer({ token: invitation.token, inv: String(invitation.id), nps: '9' })
      expect(await work(scene, wrap)).toMatchObject({ failed: [] })
      expect(scene.demo.contractLog.filter(line => line.kind === 'rule')).toEqual([])
      return answersOf(scene)[0]!
    }

    it('are readable: words of lists, names of people, money with its currency, dates', async () => {
      const scene = await openScene(now)
      await withField(scene, 'REGION', 'enumeration', true, ['Север', 'Юг'])
      await withField(scene, 'BUDGET', 'money')
      const ids = scene.demo.state.userFields.find(({ fieldName }) => fieldName === 'UF_CRM_DEAL_REGION')!.enum.map(({ id }) => id)
      const answer = await taken(scene, ['ufCrmDealRegion', 'assignedById', 'opportunity', 'closedate', 'ufCrmDealBudget'].map(name => snapshot(name)), {
        UF_CRM_DEAL_REGION: ids, UF_CRM_DEAL_BUDGET: '100|USD', OPPORTUNITY: 1500, CURRENCY_ID: 'KZT', CLOSEDATE: '2026-04-30'
      })
      expect(snapshotsOf(scene, answer)).toEqual(['Север, Юг', 'Тимур Ахметов', '1500 KZT', '2026-04-30', '100 USD'])
      expect(notDone(scene, answer)).toEqual({})
    })

    it('are of the company too, and say stages and directories by name', async () => {
      const scene = await openScene(now)
      const answer = await taken(scene, [snapshot('title', 'company'), snapshot('stageId'), snapshot('sourceId'), snapshot('assignedById', 'company')],
        { STAGE_ID: 'PREPARATION', SOURCE_ID: 'WEB' })
      expect(snapshotsOf(scene, answer)).toEqual(['ТОО «Алатау Логистик»', 'Подготовка предложения', 'Веб-сайт', 'Тимур Ахметов', ''])
    })

    it('of a field that is gone, or of what has no words, stay empty and are noted; everything else happens', async () => {
      const scene = await openScene(now)
      await withField(scene, 'PAPER', 'file')
      const answer = await taken(scene, [snapshot('ufCrmGone'), snapshot('title'), snapshot('ufCrmDealPaper')], { TITLE: 'Кухня', UF_CRM_DEAL_PAPER: 7 })
      expect(snapshotsOf(scene, answer)).toEqual(['', 'Кухня', '', '', ''])
      expect(notDone(scene, answer)).toEqual({ 'snapshot:1': 'fieldUnreadable', 'snapshot:3': 'fieldUnreadable' })
      expect(traces(scene, answer, Number(field(scene, answer, 'FB_DEAL')))).toMatchObject({ comments: 1, tasks: 1, stage: 'high' })
    })

    it.each<[string, Snapshot[], number]>([
      ['none cost no request', [], 0],
      ['some cost one', [snapshot('assignedById'), snapshot('sourceId')], 1]
    ])('%s', async (_, snapshots, more) => {
      const requests = async (wanted: Snapshot[]): Promise<number> => {
        let count = 0
        await taken(await openScene(now), wanted, {}, door => (method, params) => {
          count++
          return door(method, params)
        })
        return count
      }
      expect(await requests(snapshots) - await requests([])).toBe(more)
    })

    it('of an answer that matches nothing are empty, in silence', async () => {
      const scene = await openScene(now)
      await publishedAs(scene, { snapshots: [snapshot('title')] })
      scene.answer({ token: 'x'.repeat(32), inv: '1', nps: '9' })
      await work(scene)
      const [answer] = answersOf(scene)
      expect([snapshotsOf(scene, answer!)[0], notDone(scene, answer!)]).toEqual(['', {}])
    })
  })

  it.each<[string, (deal: Item, contact: Item) => void, 'deal' | 'contact' | null]>([
    ['the deal’s', () => {}, 'deal'],
    ['the contact’s where the deal has none', deal => { deal.fields.COMPANY_ID = null }, 'contact'],
    ['none where there is none', (deal, contact) => {
      deal.fields.COMPANY_ID = null
      contact.fields.COMPANY_ID = null
    }, null]
  ])('an invitation whose sender could not read the company takes %s', async (_, change, from) => {
    const scene = await openScene(now)
    const invitation = await asked(scene)
    const [deal, contact] = [scene.demo.state.items.get(2)!.get(invitation.dealId)!, scene.demo.state.items.get(3)!.get(invitation.contactId)!]
    deal.fields.COMPANY_ID = 2
    change(deal, contact)
    expect(scene.demo.state.items.get(scene.store.entityTypeId)!.get(invitation.id)!.fields.COMPANY_ID ?? null).toBeNull()
    scene.answer({ token: invitation.token, inv: String(invitation.id), nps: '9' })
    expect(await work(scene)).toMatchObject({ failed: [] })
    const expected = from === null ? null : from === 'deal' ? 2 : contact.fields.COMPANY_ID
    expect(answersOf(scene)[0]!.fields.COMPANY_ID || null).toBe(expected)
    if (expected !== null) expect(scene.demo.state.items.get(4)!.get(Number(expected))!.fields.UF_CRM_COMPANY_FB_LAST_SCORE).toBe(90)
  })

  it('what was said to the first long question is the comment of a survey without an open one', async () => {
    const scene = await openScene(now)
    const long = { id: 'what', type: 'long' as const, text: { ru: 'Что случилось?' }, required: false }
    await publishedAs(scene, {
      questions: [...scene.survey.published!.content.questions, long], followUp: { ...scene.survey.published!.content.followUp, asked: false }
    })
    const invitation = await asked(scene)
    scene.answer({ token: invitation.token, inv: String(invitation.id), nps: '3', answers: JSON.stringify({ what: 'Не довезли\nстолешницу' }) })
    await work(scene)
    const [answer] = answersOf(scene)
    expect(field(scene, answer!, 'FB_COMMENT')).toBe('Не довезли\nстолешницу')
    const { comment } = scene.demo.state.comments.find(({ comment }) => comment.includes(`details/${answer!.id}/`) && comment.includes('столешницу'))!
    expect(comment.match(/столешницу/g)).toHaveLength(1)
  })

  describe('what the plan names and the portal has no more', () => {
    const PLAN: Plan = {
      v: 1,
      fallbackOwner: 4,
      rules: [{ id: 'r', when: {}, effects: [
        { kind: 'comment' },
        { kind: 'notify', whom: ['owner', { user: 4 }] },
        { kind: 'task', title: 'Позвонить', checklist: [], deadlineHours: 24, responsible: { user: 4 } },
        { kind: 'setField', card: 'deal', field: 'ufCrmDealRegion', value: 'x' },
        { kind: 'setField', card: 'company', field: 'comments', value: 'x' },
        { kind: 'dealStage', stage: 'EXECUTING' },
        { kind: 'handOver', user: 4 }
      ] }]
    }
    const without = <T>(list: T[], gone: (one: T) => boolean): void => {
      list.splice(0, list.length, ...list.filter(one => !gone(one)))
    }

    it.each<[string, (scene: Scene, invitation: Awaited<ReturnType<typeof asked>>) => void, Record<string, string>, Partial<Traces>]>([
      ['nothing', () => {}, {}, { comments: 1, tasks: 1, notices: [MANAGER, 4] }],
      ['a stage', ({ demo }) => without(demo.state.statuses, ({ statusId }) => statusId === 'EXECUTING'),
        { 'dealStage:r.5': 'stageMissing' }, { comments: 1, tasks: 1, notices: [MANAGER, 4] }],
      ['a field', ({ demo }) => without(demo.state.userFields, ({ fieldName }) => fieldName === 'UF_CRM_DEAL_REGION'),
        { 'setField:deal.ufCrmDealRegion': 'fieldMissing' }, { comments: 1, tasks: 1, notices: [MANAGER, 4] }],
      ['an employee who left', ({ demo }) => { demo.state.users.find(({ id }) => id === 4)!.active = false },
        { 'notify:4': 'dismissed', 'responsible:r.6': 'dismissed' }, { comments: 1, tasks: 1, notices: [MANAGER] }],
      ['an employee whom the portal does not know', ({ demo }) => without(demo.state.users, ({ id }) => id === 4),
        { 'notify:4': 'unknownUser', 'responsible:r.6': 'unknownUser' }, { comments: 1, tasks: 1, notices: [MANAGER] }],
      ['the deal', ({ demo }, { dealId }) => { demo.state.items.get(2)!.delete(dealId) },
        { 'comment': 'noCard', 'setField:deal.ufCrmDealRegion': 'noCard', 'dealStage:r.5': 'noCard' }, { tasks: 1, notices: [MANAGER, 4] }],
      ['the form', ({ demo }) => { demo.state.forms.length = 0 }, {}, { comments: 1, tasks: 1, notices: [MANAGER, 4] }]
    ])('%s: the rest happens, and the ledger says what did not', async (_, remove, expected, left) => {
      const scene = await openScene(now)
      await scene.as(1).call('userfieldconfig.add', { moduleId: 'crm', field: {
        entityId: 'CRM_DEAL', fieldName: 'UF_CRM_DEAL_REGION', userTypeId: 'string', multiple: 'N', editFormLabel: { ru: 'Регион' }
      } })
      const [stored] = await loadSurveys(scene.as(1))
      await saveSurvey(scene.as(1), stored!, handledBy(stored!.survey!, PLAN))
      const invitation = await asked(scene)
      const deal = scene.demo.state.items.get(2)!.get(invitation.dealId)!
      Object.assign(deal.fields, { STAGE_ID: 'PREPARATION', CATEGORY_ID: 0, COMPANY_ID: 1 })
      // the form took it before it was deleted
      scene.answer({ token: invitation.token, inv: String(invitation.id), nps: '9' })
      remove(scene, invitation)
      expect(await work(scene)).toMatchObject({ failed: [] })
      const [answer] = answersOf(scene)
      const ledger = notDone(scene, answer!)
      // without the deal nothing leads to its company
      if (!scene.demo.state.items.get(2)!.has(invitation.dealId)) delete ledger['setField:company.comments']
      expect(ledger).toEqual(expected)
      scene.demo.state.items.get(2)!.set(invitation.dealId, deal)
      expect(traces(scene, answer!, invitation.dealId)).toMatchObject({ ...left, stage: 'high' })
      expect(scene.demo.contractLog.filter(line => line.kind === 'rule')).toEqual([])
    })
  })

  describe('among garbage in the storages', () => {
    const GARBAGE: [string, string][] = [
      ['no text', ''], ['no JSON', '{'], ['null', 'null'], ['a list', '[]'], ['a number', '7'], ['an empty object', '{}'],
      ['a survey without its content', '{"v":2,"id":"s1","status":"active"}'], ['one of a later version', '{"v":99,"id":"s9"}'],
      ['a prototype', '{"__proto__":{"v":2},"constructor":1}'], ['a megabyte', JSON.stringify({ v: 2, id: 'x'.repeat(1_000_000) })]
    ]
    const storage = (scene: Scene, name: 'surveys' | 'versions') => scene.demo.state.storages.find(({ entity }) => entity === name)!
    const put = (scene: Scene, name: 'surveys' | 'versions', item: string, json: string): void => {
      const { items } = storage(scene, name)
      const [like] = storage(scene, 'surveys').items
      items.unshift({ ...like!, id: Math.max(...storage(scene, 'surveys').items.map(({ id }) => id), ...items.map(({ id }) => id)) + 1, name: item, properties: { JSON: json } })
    }

    it('surveys that are whole are handled and shown, the twentieth too', async () => {
      const scene = await openScene(now)
      for (const [name, json] of GARBAGE) put(scene, 'surveys', name, json)
      for (let n = 2; n <= 20; n++) await addSurvey(scene.as(1), { ...scene.survey, id: `s${n}` })
      const invitation = await asked(scene)
      scene.answer({ token: invitation.token, inv: String(invitation.id), nps: '9' })
      expect(await work(scene)).toMatchObject({ failed: [] })
      expect(traces(scene, answersOf(scene)[0]!, invitation.dealId)).toMatchObject({ comments: 1, tasks: 1, stage: 'high' })
      const tab = await loadTab(scene.as(MANAGER), scene.store, { entityTypeId: 2, id: invitation.dealId })
      expect(tab.missing).toEqual([])
      expect(tab.answers).toHaveLength(1)
      expect(tab.surveys.filter(({ survey }) => survey)).toHaveLength(20)
      expect(tab.surveys.filter(({ trouble }) => trouble)).toHaveLength(GARBAGE.length)
    })

    it('an answer to a broken survey waits and says why; others do not wait with it', async () => {
      const scene = await openScene(now)
      await addSurvey(scene.as(1), { ...scene.survey, id: 's2' })
      const [first, second] = [await asked(scene, 0, 1), await asked(scene, 1, 99)]
      scene.answer({ token: first.token, inv: String(first.id), nps: '9' })
      scene.answer({ token: second.token, inv: String(second.id), nps: '9', sid: 'other' })
      const [one, two] = answersOf(scene)
      two!.fields[userFieldName(scene.store, 'FB_SURVEY')] = 's2'
      storage(scene, 'surveys').items[0]!.properties.JSON = '{'
      expect(await work(scene)).toMatchObject({ handled: [two!.id], failed: [{ id: one!.id, error: { code: 'surveyUnreadable' } }] })
    })

    it.each(GARBAGE)('a version that is %s: the newest texts are taken', async (_, json) => {
      const scene = await openScene(now)
      put(scene, 'versions', 's1.7', json)
      const invitation = await asked(scene)
      scene.answer({ token: invitation.token, inv: String(invitation.id), nps: '9', version: '7' })
      expect(await work(scene)).toMatchObject({ failed: [] })
      expect(traces(scene, answersOf(scene)[0]!, invitation.dealId)).toMatchObject({ comments: 1, tasks: 1, stage: 'high' })
    })
  })

  it('does every effect once when two browsers handle the same answer in the same moment', async () => {
    for (let turns = 0; turns < 16; turns++) {
      const scene = await openScene(now)
      const invitation = await asked(scene)
      scene.answer({ token: invitation.token, inv: String(invitation.id), nps: '3' })
      const reports = await Promise.all([work(scene, lagging(0)), work(scene, lagging(turns))])
      expect(reports.flatMap(({ failed }) => failed), `${turns} turns`).toEqual([])
      const [answer] = answersOf(scene)
      expect(traces(scene, answer!, invitation.dealId), `${turns} turns`).toMatchObject({ comments: 1, tasks: 1, notices: [MANAGER, 5], stage: 'low' })
      expect(scene.demo.state.comments.filter(({ entityType }) => entityType !== 'deal'), `${turns} turns`).toEqual([])
    }
  })

  it('leaves an answer alone while the batch of another browser is at work', async () => {
    const scene = await openScene(now)
    const invitation = await asked(scene)
    scene.answer({ token: invitation.token, inv: String(invitation.id), nps: '3' })
    let between: Awaited<ReturnType<typeof work>> | undefined
    const slow = (door: Request): Request => async (method, params) => {
      const commands = Object.entries(method === 'batch' ? params.cmd as Record<string, string> : {})
      const middle = commands.findIndex(([, command]) => command.startsWith('crm.timeline.comment.add?fields%5BENTITY_TYPE%5D=deal'))
      if (middle < 0 || between !== undefined) return door(method, params)
      // the mark is written, the effects are still to come
      const begun = await door(method, { ...params, cmd: Object.fromEntries(commands.slice(0, middle)) })
      between = await work(scene)
      const mark = (begun.body.result as { result: { running: number } }).result.running
      const rest = commands.slice(middle).map(([name, command]) => [name, command.replace(encodeURIComponent('$result[running]'), String(mark))])
      await door(method, { ...params, cmd: Object.fromEntries(rest) })
      throw noReply()
    }
    await work(scene, slow)
    expect(between).toMatchObject({ handled: [], failed: [] })
    await work(scene)
    expect(traces(scene, answersOf(scene)[0]!, invitation.dealId)).toMatchObject({ comments: 1, tasks: 1, notices: [MANAGER, 5], stage: 'low' })
  })

  it('does every effect once, wherever a request is lost, repeated or the page is closed', async () => {
    const scene = await openScene(now)
    const deals = dealsWithAddress(scene.demo, scene.store)
    const injected = await underFaults(scene, 12, async (round, kind) => {
      const invitation = await asked(scene, round % deals.length, round * 53 + kind * 7907)
      scene.answer({ token: invitation.token, inv: String(invitation.id), nps: '4', comment: '$result[0][id]' })
      return (answer, where) =>
        expect(traces(scene, answer, invitation.dealId), where).toMatchObject({ comments: 1, tasks: 1, notices: [MANAGER, 5], stage: 'low', flag: null })
    })
    console.log(`faults injected while handling: ${JSON.stringify(injected)}; answers handled = ${answersOf(scene).length}`)
  }, 120_000)
})

describe('the wish to be called back', () => {
  const wish = { answers: CALL_BACK_FILL, comment: '+7 701 555 44 33, вечером' }
  const calls = (scene: Scene, token: string): string[] => {
    const ids = new Set(answersOf(scene).filter(item => field(scene, item, 'FB_TOKEN') === token).map(({ id }) => `${taskLinkOf(scene.store, id)}"`))
    return scene.demo.state.tasks.filter(({ fields }) => [...ids].some(link => JSON.stringify(fields.UF_CRM_TASK).includes(link)) && String(fields.TITLE).startsWith('Перезвонить'))
      .map(({ fields }) => String(fields.TITLE))
  }

  it('is one task, however often it is posted and over how many devices; the answer beside it stays what it is', async () => {
    const scene = await openScene(now)
    const invitation = await asked(scene)
    const posted = { token: invitation.token, inv: String(invitation.id) }
    scene.answer({ ...posted, nps: '3', sid: 'answer' })
    scene.answer({ ...posted, ...wish, sid: 'one' })
    scene.answer({ ...posted, ...wish, sid: 'one' })
    scene.answer({ ...posted, ...wish, sid: 'two', comment: '+7 702 000 11 22, утром' })
    expect(await work(scene)).toMatchObject({ failed: [] })
    const [answer, first, same, other] = answersOf(scene)
    expect(traces(scene, answer!, invitation.dealId)).toMatchObject({ tasks: 1, stage: 'low', flag: null })
    const aside = { stage: 'set_aside', flag: 'callback' }
    const told = (item: Item | undefined): number => scene.demo.state.comments.filter(({ comment }) => comment.includes(`details/${item!.id}/`) && comment.includes('просит перезвонить')).length
    expect(traces(scene, first!, invitation.dealId)).toMatchObject({ ...aside, tasks: 1, notices: [MANAGER] })
    expect(traces(scene, same!, invitation.dealId)).toMatchObject({ ...aside, tasks: 0, notices: [] })
    expect(traces(scene, other!, invitation.dealId)).toMatchObject({ ...aside, tasks: 0, notices: [MANAGER] })
    expect([first, same, other].map(told)).toEqual([1, 0, 1])
    expect(calls(scene, invitation.token)).toEqual(['Перезвонить: Ольга Мельникова, +7 701 555 44 33, вечером'])
    expect(scene.demo.state.tasks.at(-1)!.fields).toMatchObject({ RESPONSIBLE_ID: MANAGER, CREATED_BY: 5 })
    // the second answer is no first one because of the wishes between
    scene.answer({ ...posted, nps: '9', sid: 'three' })
    await work(scene)
    expect(traces(scene, answersOf(scene)[4]!, invitation.dealId)).toMatchObject({ flag: 'repeat', lastScore: 30 })
  })

  it('is one task by token, wherever a request is lost, repeated or the page is closed', async () => {
    const scene = await openScene(now)
    const deals = dealsWithAddress(scene.demo, scene.store)
    const injected = await underFaults(scene, 12, async (round, kind) => {
      const invitation = await asked(scene, round % deals.length, round * 53 + kind * 7907)
      scene.answer({ token: invitation.token, inv: String(invitation.id), ...wish })
      return (answer, where) => {
        expect(traces(scene, answer, invitation.dealId), where).toMatchObject({ tasks: 1, notices: [MANAGER], stage: 'set_aside', flag: 'callback', lastScore: null })
        expect(calls(scene, invitation.token), where).toHaveLength(1)
      }
    })
    console.log(`faults injected while a wish to be called back was handled: ${JSON.stringify(injected)}`)
  }, 120_000)
})

/** A door whose requests all take a turn of the event loop, the first one `turns` more: two of them interleave. */
const lagging = (turns: number) => (door: Request): Request => {
  let left = turns
  return async (method, params) => {
    for (; left >= 0; left--) await new Promise(resolve => setImmediate(resolve))
    left = 0
    return door(method, params)
  }
}

const FAULTS = ['lost before', 'reply lost', 'executed twice', '503', 'closed before', 'closed after'] as const
class PageClosed extends Error {}

/**
 * Handles answers with one fault each, in turn at every request of a run, then once more without.
 * @param requests of a run, reading and writing; more than there are do no harm
 * @param prepare makes one answer; @returns what must hold when it has been handled
 */
async function underFaults(
  scene: Scene, requests: number, prepare: (round: number, kind: number) => Promise<(answer: Item, where: string) => void>, enough = 50
): Promise<Record<string, number>> {
  const injected: Record<string, number> = {}
  let reached = 0
  for (const [index, kind] of FAULTS.entries()) {
    for (let round = 0; (injected[kind] ?? 0) < enough; round++) {
      const nth = 1 + round % requests
      const before = new Set(answersOf(scene).map(({ id }) => id))
      const check = await prepare(round, index)
      let count = 0
      const wrap = (door: Request): Request => async (method, params) => {
        count++
        if (kind.startsWith('closed') && count > nth) throw new PageClosed()
        if (count !== nth) return door(method, params)
        injected[kind] = (injected[kind] ?? 0) + 1
        reached = Math.max(reached, nth)
        if (kind === 'lost before') throw noReply()
        if (kind === 'closed before') throw new PageClosed()
        if (kind === '503') return { status: 503, body: { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' } }
        const reply = await door(method, params)
        if (kind === 'reply lost') throw noReply()
        if (kind === 'closed after') throw new PageClosed()
        return door(method, params).then(second => kind === 'executed twice' ? second : reply)
      }
      await work(scene, wrap).catch((error: unknown) => {
        if (!(error instanceof PageClosed) && !(error instanceof PortalError)) throw error
      })
      const where = `${kind}, request ${nth}`
      minutes += 3
      const rest = await work(scene)
      expect(rest.failed, where).toEqual([])
      const answer = answersOf(scene).find(({ id }) => !before.has(id))!
      check(answer, where)
      expect(scene.demo.state.comments.filter(({ entityType, entityId }) => entityType !== 'deal' && entityId === answer.id), where).toEqual([])
    }
  }
  expect(Math.min(...Object.values(injected))).toBeGreaterThanOrEqual(enough)
  expect(reached, 'the last request of a run has been reached').toBeLessThan(requests)
  return injected
}
