import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { noReply, type Request } from '../in-process'
import { dealsWithAddress, NOW, openScene, orderFor, recordsOf, sendTools, valueOf, type Scene } from './scene'
import { resendInvitation } from '@/invitation/resending'
import { cancelInvitation, sendInvitation, type Order } from '@/invitation/sending'
import { loadRecipient } from '@/invitation/store'
import { handleNewAnswers } from '@/answer/handling'
import type { Invitation } from '@/invitation/model/invitation'

/** An invitation that went to a wrong address. */

interface Asked { scene: Scene, order: Order, old: Invitation }

async function asked(): Promise<Asked> {
  const scene = await openScene()
  const first = orderFor(scene, dealsWithAddress(scene.demo, scene.store)[0]!)
  await sendInvitation(scene.as(1), scene.store, { ...first, email: 'wrong@example.com' }, sendTools(1))
  const { invitations } = await loadRecipient(scene.as(1), scene.store, first.recipient.id)
  if (!invitations.seen) throw new Error('not seen')
  return { scene, order: { ...first, email: 'right@example.com', known: new Set(invitations.value.map(({ id }) => id)) }, old: invitations.value[0]! }
}

const mailsTo = ({ scene }: Asked, address: string): string[] =>
  scene.demo.state.outbox.filter(({ to }) => to === address).map(({ originId }) => String(originId))
const states = ({ scene }: Asked): string[] => [...recordsOf(scene).values()].map(item => {
  const state = Object.entries(scene.store.enums.FB_STATE!).find(([, id]) => id === Number(valueOf(scene, item, 'FB_STATE')))
  return `${state?.[0]} ${String(valueOf(scene, item, 'FB_WHY') ?? '')}`.trim()
})

beforeEach(() => {
  vi.stubGlobal('setTimeout', (run: () => void) => {
    queueMicrotask(run)
    return 0
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('sending anew to a corrected address', () => {
  it('ends the old invitation and sends one with a token of its own; a late answer by the old one is flagged', async () => {
    const all = await asked()
    const { scene, order, old } = all
    const result = await resendInvitation(scene.as(1), scene.store, order, old, sendTools(2))
    expect(result).toMatchObject({ state: 'sent' })
    expect(states(all)).toEqual(['cancelled resent', 'sent instead'])
    expect(mailsTo(all, 'right@example.com')).toHaveLength(1)
    expect(mailsTo(all, 'right@example.com')[0]).not.toContain(old.token)
    scene.answer({ token: old.token, inv: String(old.id), nps: '2' })
    await handleNewAnswers(scene.as(1), scene.store, () => NOW)
    const late = [...recordsOf(scene).values()].find(item => Number(item.fields.CATEGORY_ID) === scene.store.answerCategoryId)!
    expect(Number(valueOf(scene, late, 'FB_FLAG'))).toBe(scene.store.enums.FB_FLAG!.late)
    expect(scene.demo.contractLog.filter(({ kind }) => kind === 'rule')).toEqual([])
  })

  it('is refused once the customer has answered, or a colleague has cancelled', async () => {
    const answered = await asked()
    answered.scene.answer({ token: answered.old.token, inv: String(answered.old.id), nps: '9' })
    await expect(resendInvitation(answered.scene.as(1), answered.scene.store, answered.order, answered.old, sendTools(2))).rejects.toMatchObject({ code: 'alreadyInvited' })
    expect(mailsTo(answered, 'right@example.com')).toEqual([])
    const cancelled = await asked()
    await cancelInvitation(cancelled.scene.as(3), cancelled.scene.store, cancelled.old, () => Promise.resolve())
    await expect(resendInvitation(cancelled.scene.as(1), cancelled.scene.store, cancelled.order, cancelled.old, sendTools(2))).rejects.toMatchObject({ code: 'notFound' })
    expect(mailsTo(cancelled, 'right@example.com')).toEqual([])
  })

  it('two people at once, or a second press: one mail', async () => {
    const all = await asked()
    const { scene, order, old } = all
    const results = await Promise.all([2, 3].map(seed => resendInvitation(scene.as(seed === 2 ? 1 : 3), scene.store, order, old, sendTools(seed))))
    expect(results.map(({ state }) => state).sort()).toEqual(['lost', 'sent'])
    await expect(resendInvitation(scene.as(1), scene.store, order, old, sendTools(4))).resolves.toMatchObject({ state: 'lost' })
    expect(mailsTo(all, 'right@example.com')).toHaveLength(1)
  })

  it.each(['lost before', 'reply lost', 'executed twice'] as const)('%s, at any request: the old token is dead before a mail leaves, and one leaves', async fault => {
    for (let nth = 1; nth <= 6; nth++) {
      const all = await asked()
      const { scene, order, old } = all
      let count = 0
      const wrap = (door: Request): Request => async (method, params) => {
        if (++count !== nth) return door(method, params)
        if (fault === 'lost before') throw noReply()
        await door(method, params)
        if (fault === 'executed twice') return door(method, params)
        throw noReply()
      }
      await resendInvitation(scene.as(1, wrap), scene.store, order, old, sendTools(nth + 2))
        .catch(() => resendInvitation(scene.as(1), scene.store, order, old, sendTools(nth + 90)))
      expect(mailsTo(all, 'right@example.com'), `${fault} ${nth}`).toHaveLength(1)
      expect(states(all)[0]).toBe('cancelled resent')
    }
  })
})
