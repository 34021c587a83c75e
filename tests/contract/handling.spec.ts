import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Item } from '../../demo/state'
import { noReply, type Request } from '../in-process'
import { dealsWithAddress, openScene, orderFor, sendTools, NOW, type Scene } from './scene'
import { handleNewAnswers } from '@/answer/handling'
import { sendInvitation } from '@/invitation/sending'
import { PortalError } from '@/portal/errors'

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
  const dealId = dealsWithAddress(scene.demo)[at]!
  const order = orderFor(scene, dealId, MANAGER)
  const result = await sendInvitation(scene.as(MANAGER), scene.store, order, sendTools(seed))
  if (result.state !== 'sent') throw new Error(result.state)
  return { id: result.invitationId, token: result.token, dealId, contactId: order.recipient.id }
}

const now = (): Date => NOW
const work = (scene: Scene, wrap?: (door: Request) => Request) => handleNewAnswers(scene.as(1, wrap), scene.store, now)
const answersOf = (scene: Scene): Item[] => [...scene.demo.state.items.get(scene.store.entityTypeId)!.values()]
  .filter(item => item.fields.CATEGORY_ID === scene.store.answerCategoryId)
const field = (scene: Scene, item: Item, name: string): unknown => item.fields[`UF_CRM_${scene.store.typeId}_${name}`]
const enumOf = (scene: Scene, name: 'FB_FLAG' | 'FB_GROUP', xmlId: string): number => scene.store.enums[name]![xmlId]!

interface Traces { comments: number, tasks: number, notices: number[], lastScore: unknown, stage: string, flag: unknown }

/** What an answer left in the portal; notices of the form itself do not count. */
function traces(scene: Scene, item: Item, dealId: number): Traces {
  const stages = Object.entries(scene.store.answerStages)
  return {
    comments: scene.demo.state.comments.filter(({ entityType, entityId, comment }) => entityType === 'deal' && entityId === dealId && comment.includes(`details/${item.id}/`)
      && comment.includes('Обратная связь')).length,
    tasks: scene.demo.state.tasks.filter(task => JSON.stringify(task.fields.UF_CRM_TASK).includes(`T${scene.store.entityTypeId.toString(16)}_${item.id}"`)).length,
    notices: scene.demo.state.notifications.filter(notice => notice.tag?.includes(`fb-answer-${item.id}-`)).map(notice => notice.userId).sort(),
    lastScore: scene.demo.state.items.get(2)!.get(dealId)!.fields.UF_CRM_DEAL_FB_LAST_SCORE ?? null,
    stage: stages.find(([, id]) => id === item.fields.STAGE_ID)?.[0] ?? '?',
    flag: Object.entries(scene.store.enums.FB_FLAG!).find(([, id]) => id === Number(field(scene, item, 'FB_FLAG')))?.[0] ?? null
  }
}

describe('handling', () => {
  it('links, scores, comments, notifies and gives the task on behalf of the head', async () => {
    const scene = await openScene()
    const invitation = await asked(scene)
    scene.answer({ token: invitation.token, inv: String(invitation.id), nps: '3', comment: 'Долго [B]ждали[/B] <b>ответа</b>', answers: '{"nps":"3"}' })
    const report = await work(scene)
    expect(report).toMatchObject({ failed: [], more: false })
    const [answer] = answersOf(scene)
    expect(report.handled).toEqual([answer!.id])
    expect(traces(scene, answer!, invitation.dealId)).toEqual({ comments: 1, tasks: 1, notices: [MANAGER, 5], lastScore: 30, stage: 'low', flag: null })
    expect(answer!.fields).toMatchObject({ ASSIGNED_BY_ID: MANAGER, CONTACT_ID: invitation.contactId, PARENT_ID_2: invitation.dealId })
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
    const scene = await openScene()
    const invitation = await asked(scene)
    scene.answer({ token: invitation.token, inv: String(invitation.id), ...posted })
    const report = await work(scene)
    expect(report.failed).toEqual([])
    expect(traces(scene, answersOf(scene)[0]!, invitation.dealId)).toEqual(expected)
  })

  it('keeps a second answer apart, and a form sent twice in silence', async () => {
    const scene = await openScene()
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

  it('survives a deal that was deleted and an owner who was dismissed', async () => {
    const scene = await openScene()
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

  it('does every effect once, wherever a request is lost, repeated or the page is closed', async () => {
    const injected: Record<string, number> = {}
    class PageClosed extends Error {}
    const kinds = ['lost before', 'reply lost', 'executed twice', '503', 'closed before', 'closed after'] as const
    const scene = await openScene()
    const deals = dealsWithAddress(scene.demo)
    for (const kind of kinds) {
      for (let round = 0; (injected[kind] ?? 0) < 50; round++) {
        const nth = 1 + round % 8
        const invitation = await asked(scene, round % deals.length, round * 53 + kinds.indexOf(kind) * 7907)
        const before = new Set(answersOf(scene).map(({ id }) => id))
        scene.answer({ token: invitation.token, inv: String(invitation.id), nps: '4', comment: '$result[0][id]' })
        let count = 0
        const wrap = (door: Request): Request => async (method, params) => {
          count++
          if (kind.startsWith('closed') && count > nth) throw new PageClosed()
          if (count !== nth) return door(method, params)
          injected[kind] = (injected[kind] ?? 0) + 1
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
        const rest = await work(scene)
        expect(rest.failed, `${kind}, request ${nth}`).toEqual([])
        const answer = answersOf(scene).find(({ id }) => !before.has(id))!
        expect(traces(scene, answer, invitation.dealId), `${kind}, request ${nth}`).toMatchObject({ comments: 1, tasks: 1, notices: [MANAGER, 5], stage: 'low', flag: null })
        expect(scene.demo.state.comments.filter(({ entityType, entityId }) => entityType !== 'deal' && entityId === answer.id)).toEqual([])
      }
    }
    console.log(`faults injected while handling: ${JSON.stringify(injected)}; answers handled = ${answersOf(scene).length}`)
    expect(Math.min(...Object.values(injected))).toBeGreaterThanOrEqual(50)
  }, 120_000)
})
