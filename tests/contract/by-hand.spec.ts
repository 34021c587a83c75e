import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { noReply, type Request } from '../in-process'
import { invite, openEngineScene } from './engine-scene'
import { dealsWithAddress, NOW, openScene, recordsOf, valueOf, type Scene } from './scene'
import { handleNewAnswers } from '@/answer/handling'
import { enterByHand, loadHandPerson, loadHandView, type HandOrder } from '@/invitation/by-hand'
import { askedOf, handAnswer } from '@/invitation/model/by-hand'
import { readHandMark } from '@/invitation/model/hand-mark'
import { PortalError } from '@/portal/errors'
import { DEAL } from '@/portal/fields'
import type { Answers } from '@/survey/model/answers'
import { contentFromTemplate } from '@/survey/model/templates'
import { planFromTemplate } from '@/plan/model/template-plans'

/** What a colleague writes down of what a customer says on the phone: once, whatever happens to any request, and handled like any other answer. */

const TOKEN = 'h'.repeat(32)
const tools = { now: () => NOW, wait: () => Promise.resolve() }
const MANAGER = 2

interface Entering { scene: Scene, order: HandOrder }

async function entering(answers: Answers = { nps: 3, _comment: 'Ждали долго' }, token = TOKEN): Promise<Entering> {
  const scene = await openScene()
  const dealId = dealsWithAddress(scene.demo, scene.store)[0]!
  return { scene, order: await orderFrom(scene, dealId, answers, token) }
}

async function orderFrom(scene: Pick<Scene, 'as' | 'store'>, dealId: number, answers: Answers, token = TOKEN): Promise<HandOrder> {
  const view = await loadHandView(scene.as(1), scene.store, { entityTypeId: DEAL, id: dealId })
  const [survey] = view.surveys
  return {
    survey: survey!, deal: view.deal, person: view.people[0]!, companyId: view.companyId, lang: 'ru', way: 'phone', at: '2026-03-02T08:40:00Z',
    userId: view.me.id, notBefore: null, by: view.inCharge, answer: handAnswer(askedOf(survey!.published!.content), answers), open: null, token, key: 'k1'
  }
}

const record = (scene: Pick<Scene, 'demo' | 'store'>, category: 'answerCategoryId' | 'invitationCategoryId', token = TOKEN) =>
  [...recordsOf(scene).values()].filter(item => Number(item.fields.CATEGORY_ID) === scene.store[category] && valueOf(scene, item, 'FB_TOKEN') === token)
const answersIn = (scene: Pick<Scene, 'demo' | 'store'>, token = TOKEN) => record(scene, 'answerCategoryId', token)
/** Invitations that were not withdrawn as a second one. */
const invitationsIn = (scene: Pick<Scene, 'demo' | 'store'>, token = TOKEN) =>
  record(scene, 'invitationCategoryId', token).filter(item => !String(valueOf(scene, item, 'FB_WHY') ?? '').startsWith('duplicate'))
const isChoice = (scene: Pick<Scene, 'store'>, field: 'FB_CHANNEL' | 'FB_FLAG' | 'FB_GROUP' | 'FB_STATE', id: unknown, value: string): boolean =>
  Number(id) === (scene.store.enums[field] as Record<string, number>)[value]

beforeEach(() => {
  vi.stubGlobal('setTimeout', (run: () => void) => {
    queueMicrotask(run)
    return 0
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('entering by hand', () => {
  it('leaves one invitation and one answer, which the duty person handles like any other', async () => {
    const { scene, order } = await entering()
    const id = await enterByHand(scene.as(1), scene.store, order, tools)
    expect(answersIn(scene).map(item => item.id)).toEqual([id])
    const [invitation] = invitationsIn(scene)
    expect(isChoice(scene, 'FB_CHANNEL', valueOf(scene, invitation!, 'FB_CHANNEL'), 'phone')).toBe(true)
    expect(isChoice(scene, 'FB_STATE', valueOf(scene, invitation!, 'FB_STATE'), 'sent')).toBe(true)
    expect(readHandMark(String(valueOf(scene, answersIn(scene)[0]!, 'FB_SUBMISSION')))).toEqual({ way: 'phone', userId: 1, at: '2026-03-02T08:40:00.000Z' })

    expect(await handleNewAnswers(scene.as(1), scene.store, () => NOW)).toMatchObject({ handled: [id], failed: [] })
    const [answer] = answersIn(scene)
    expect(answer!.fields.STAGE_ID).toBe(scene.store.answerStages.low)
    expect(Number(valueOf(scene, answer!, 'FB_FLAG') ?? 0)).toBe(0)
    expect(valueOf(scene, answer!, 'FB_COMMENT')).toBe('Ждали долго')
    expect(isChoice(scene, 'FB_CHANNEL', valueOf(scene, answer!, 'FB_CHANNEL'), 'phone')).toBe(true)
    // what says who entered it is still there
    expect(readHandMark(String(valueOf(scene, answer!, 'FB_SUBMISSION')))).not.toBeNull()
    expect(scene.demo.state.tasks).toHaveLength(1)
    expect(scene.demo.state.outbox.filter(({ originId }) => originId?.startsWith(TOKEN))).toEqual([])
    expect(scene.demo.contractLog.filter(({ kind }) => kind === 'rule')).toEqual([])
  })

  it('keeps people who were asked on the phone from being asked by mail the next day', async () => {
    const { scene, order } = await entering()
    await enterByHand(scene.as(1), scene.store, order, tools)
    const { person, invitations } = await loadHandPerson(scene.as(1), scene.store, order.person)
    expect(person.notBefore).toContain('2026-05-31')
    expect(invitations).toHaveLength(1)
  })

  it('is pressed twice, repeated after a reload, or by two tabs with one draft: one answer', async () => {
    const { scene, order } = await entering()
    const [first, second] = [await enterByHand(scene.as(1), scene.store, order, tools), await enterByHand(scene.as(1), scene.store, order, tools)]
    expect(second).toBe(first)
    expect([answersIn(scene).length, invitationsIn(scene).length]).toEqual([1, 1])
  })

  it('answers the invitation that is open, and then no second one is written; the customer\'s own answer comes first', async () => {
    const scene = await openEngineScene([{ id: 's1', content: contentFromTemplate('afterdeal', { lang: 'ru', langs: ['ru'], company: 'Demo' }), plan: planFromTemplate('afterdeal', 'ru') }], 'duty')
    const as = { as: () => scene.portal, store: scene.store, demo: scene.demo }
    const dealId = dealsWithAddress(scene.demo, scene.store)[0]!
    const open = await invite(scene, scene.surveys[0]!, dealId, 'duty')
    const order: HandOrder = { ...await orderFrom(as, dealId, { nps: 9 }), open }
    const before = recordsOf(as).size
    await enterByHand(scene.portal, scene.store, order, tools)
    expect(recordsOf(as).size).toBe(before + 1)
    await handleNewAnswers(scene.portal, scene.store, () => NOW, () => Promise.resolve())
    const [answer] = answersIn(as, open.token)
    expect(isChoice(as, 'FB_CHANNEL', valueOf(as, answer!, 'FB_CHANNEL'), 'phone')).toBe(true)
    // who asked stays who asked
    expect(Number(valueOf(as, answer!, 'FB_ASKED_BY'))).toBe(3)
    await expect(enterByHand(scene.portal, scene.store, { ...order, key: 'k2' }, tools)).rejects.toMatchObject({ code: 'alreadyInvited' })
    const closed = await invite(scene, scene.surveys[0]!, dealId, 'duty', { FB_STATE: 'cancelled' })
    await expect(enterByHand(scene.portal, scene.store, { ...order, open: closed }, tools)).rejects.toMatchObject({ code: 'notFound' })
  })

  it('is handled by the portal\'s processes where they are in charge: they start with the answer, and find its invitation', async () => {
    const scene = await openEngineScene([{ id: 's1', content: contentFromTemplate('afterdeal', { lang: 'ru', langs: ['ru'], company: 'Demo' }), plan: planFromTemplate('afterdeal', 'ru') }], 'engine')
    const as = { as: () => scene.portal, store: scene.store, demo: scene.demo }
    const order = await orderFrom(as, dealsWithAddress(scene.demo, scene.store)[0]!, { nps: 2, _comment: 'Плохо' })
    expect(order.by).toBe('engine')
    await enterByHand(scene.portal, scene.store, order, tools)
    await new Promise(resolve => { setImmediate(resolve) })
    scene.demo.workflows.settle()
    const [answer] = answersIn(as)
    expect(answer!.fields.STAGE_ID).toBe(scene.store.answerStages.low)
    expect(valueOf(as, answer!, 'FB_BY')).toBe('engine')
    expect(isChoice(as, 'FB_CHANNEL', valueOf(as, answer!, 'FB_CHANNEL'), 'phone')).toBe(true)
    expect(scene.demo.state.tasks.filter(({ fields }) => JSON.stringify(fields).includes('Плохо'))).toHaveLength(1)
    // nobody is written to
    const mails = scene.demo.state.outbox.length
    scene.advance(40 * 86_400_000)
    expect(scene.demo.state.outbox).toHaveLength(mails)
    expect(scene.demo.contractLog.filter(({ kind }) => kind === 'rule')).toEqual([])
  })

  it.each(['invitation', 'answer'])('somebody who may not add records is told so, and nothing waits for an answer (refused: %s)', async refused => {
    const { scene, order } = await entering()
    const refusing = (door: Request): Request => async (method, params) => {
      const cmd = (params.cmd ?? {}) as Record<string, string>
      if (!cmd.answer?.startsWith('crm.item.add')) return door(method, params)
      // with `halt` the portal stops at the first command that fails
      const done = refused === 'invitation' ? { status: 200, body: { result: { result: {}, result_error: {}, result_total: {}, result_next: {}, result_time: {} } } }
        : await door(method, { ...params, cmd: { invitation: cmd.invitation } })
      const result = done.body.result as Record<string, unknown>
      return { ...done, body: { ...done.body, result: { ...result, result_error: { [refused]: { error: 'ACCESS_DENIED', error_description: 'Access denied' } } } } }
    }
    await expect(enterByHand(scene.as(MANAGER, refusing), scene.store, { ...order, userId: MANAGER }, tools)).rejects.toMatchObject({ code: 'noRight' })
    expect(answersIn(scene)).toEqual([])
    for (const item of invitationsIn(scene)) expect(isChoice(scene, 'FB_STATE', valueOf(scene, item, 'FB_STATE'), 'cancelled')).toBe(true)
    // the same draft, when the role has been mended
    await enterByHand(scene.as(1), scene.store, order, tools)
    expect([answersIn(scene).length, invitationsIn(scene).length]).toEqual([1, 1])
    expect(isChoice(scene, 'FB_STATE', valueOf(scene, invitationsIn(scene)[0]!, 'FB_STATE'), 'sent')).toBe(true)
  })
})

class PageClosed extends Error {}
const FAULTS = ['lost before', 'reply lost', '503', 'executed twice', 'page closed before', 'page closed after', 'killed between'] as const

describe('faults', () => {
  it('one answer and one invitation by token, whatever happens to any request', async () => {
    const struck: Record<string, number> = {}
    const { scene, order } = await entering()
    let round = 0
    for (const fault of FAULTS) {
      for (let nth = 1; (struck[fault] ?? 0) < 50; nth = nth % 3 + 1) {
        const token = `${round++}`.padStart(32, 'f')
        const own = { ...order, token, key: `k${round}` }
        let count = 0
        let isOver = false
        const wrap = (door: Request): Request => async (method, params) => {
          if (isOver) throw new PageClosed()
          if (++count !== nth) return door(method, params)
          struck[fault] = (struck[fault] ?? 0) + 1
          switch (fault) {
            case 'lost before': throw noReply()
            case '503': return { status: 503, body: { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' } }
            case 'page closed before': isOver = true; throw new PageClosed()
            case 'page closed after': isOver = true; await door(method, params); throw new PageClosed()
            case 'reply lost': await door(method, params); throw noReply()
            case 'executed twice': await door(method, params); return door(method, params)
            case 'killed between': {
              // the portal dies behind the first command
              const cmd = Object.entries((params.cmd ?? {}) as Record<string, string>).slice(0, 1)
              await door(method, { ...params, cmd: Object.fromEntries(cmd) })
              throw noReply()
            }
          }
        }
        await enterByHand(scene.as(1, wrap), scene.store, own, tools).catch((error: unknown) => {
          if (!(error instanceof PageClosed) && !(error instanceof PortalError)) throw error
          // the draft is still on the device: the person presses again
          return enterByHand(scene.as(1), scene.store, own, tools)
        })
        const at = `${fault}, request ${nth}`
        expect(answersIn(scene, token), at).toHaveLength(1)
        expect(invitationsIn(scene, token), at).toHaveLength(1)
        expect(Number(valueOf(scene, answersIn(scene, token)[0]!, 'FB_INVITATION')), at).toBe(invitationsIn(scene, token)[0]!.id)
      }
    }
    console.log(`faults injected into entering by hand: ${JSON.stringify(struck)}`)
  }, 240_000)
})
