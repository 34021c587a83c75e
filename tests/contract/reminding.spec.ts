import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { noReply, type Request } from '../in-process'
import { openEngineScene } from './engine-scene'
import { dealsWithAddress, openScene, orderFor, recordsOf, sendTools, valueOf, type Scene } from './scene'
import { loadOpen, remindByHand, resendOrder } from '@/invitation/reminding'
import { resendInvitation } from '@/invitation/resending'
import { sendInvitation } from '@/invitation/sending'
import { loadRecipient } from '@/invitation/store'
import type { Invitation } from '@/invitation/model/invitation'
import { planFromTemplate } from '@/plan/model/template-plans'
import { contentFromTemplate } from '@/survey/model/templates'

/** Reminding and sending anew from the card of an open invitation, by a person and at once. */

const DAY = 86_400_000

interface Asked { scene: Scene, open: Invitation, at: () => Date, advance: (days: number) => void }

async function asked(): Promise<Asked> {
  let now = Date.parse('2026-03-02T09:00:00Z')
  const at = (): Date => new Date(now)
  const scene = await openScene(at)
  const order = orderFor(scene, dealsWithAddress(scene.demo, scene.store)[0]!)
  await sendInvitation(scene.as(1), scene.store, order, { ...sendTools(1), now: at })
  const { invitations } = await loadRecipient(scene.as(1), scene.store, order.recipient.id)
  if (!invitations.seen) throw new Error('not seen')
  return { scene, at, open: invitations.value[0]!, advance: days => { now += days * DAY } }
}

const press = ({ scene, open, at }: Asked, { userId = 1, seed = 2, wrap }: { userId?: number, seed?: number, wrap?: (door: Request) => Request } = {}) =>
  remindByHand(scene.as(userId, wrap), scene.store, open, { ...sendTools(seed), now: at })
const mails = ({ scene, open }: Asked): string[] =>
  scene.demo.state.outbox.map(({ originId }) => String(originId)).filter(origin => origin.startsWith(open.token))
const counted = ({ scene, open }: Asked): number => Number(valueOf(scene, recordsOf(scene).get(open.id)!, 'FB_REMINDERS') ?? 0)

beforeEach(() => {
  vi.stubGlobal('setTimeout', (run: () => void) => {
    queueMicrotask(run)
    return 0
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('reminding by hand', () => {
  it('sends the same invitation once more, with its own link, three times at most, a day between two', async () => {
    const all = await asked()
    expect(await press(all)).toEqual({ state: 'reminded' })
    expect(mails(all).map(origin => origin.slice(-2))).toEqual(['/1', '/2'])
    expect(counted(all)).toBe(1)
    const [first, second] = all.scene.demo.state.outbox.slice(-2)
    expect(second).toMatchObject({ to: first!.to, subject: first!.subject })
    expect(second!.html).toContain(`,${all.open.id},${all.open.token},`)
    expect(await press(all)).toMatchObject({ state: 'refused', refusal: { code: 'tooSoon' } })
    for (let n = 2; n <= 3; n++) {
      all.advance(1.1)
      expect(await press(all)).toEqual({ state: 'reminded' })
    }
    all.advance(1.1)
    expect(await press(all)).toMatchObject({ state: 'refused', refusal: { code: 'enough', n: 3 } })
    expect(mails(all)).toHaveLength(4)
    expect(all.scene.demo.contractLog.filter(({ kind }) => kind === 'rule')).toEqual([])
  })

  it('two people in the same moment: one mail', async () => {
    const all = await asked()
    const results = await Promise.all([press(all), press(all, { userId: 3, seed: 3 })])
    expect(results.map(({ state }) => state)).toContain('reminded')
    expect(mails(all)).toHaveLength(2)
    expect(counted(all)).toBe(1)
  })

  it('nobody who has answered, even if nobody has handled it yet', async () => {
    const all = await asked()
    all.scene.answer({ token: all.open.token, inv: String(all.open.id), nps: '9' })
    expect(await press(all)).toEqual({ state: 'refused', refusal: { code: 'answered' } })
    expect(mails(all)).toHaveLength(1)
  })

  it.each(['lost before', 'reply lost', '503', 'executed twice'] as const)('%s, at any request: one mail', async fault => {
    for (let nth = 1; nth <= 8; nth++) {
      const all = await asked()
      let count = 0
      const wrap = (door: Request): Request => async (method, params) => {
        if (++count !== nth) return door(method, params)
        if (fault === 'lost before') throw noReply()
        if (fault === '503') return { status: 503, body: { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' } }
        await door(method, params)
        if (fault === 'executed twice') return door(method, params)
        throw noReply()
      }
      await press(all, { wrap }).catch(() => press(all, { seed: nth + 9 }))
      expect(mails(all).map(origin => origin.slice(-2)), `${fault} ${nth}`).toEqual(['/1', '/2'])
    }
  })

  it('a refused mail whose traces cannot be taken away at once is no sent one', async () => {
    const all = await asked()
    all.scene.demo.switches.mailFails = true
    const wrap = (door: Request): Request => (method, params) => {
      if (method === 'crm.activity.delete') return Promise.resolve({ status: 403, body: { error: 'ACCESS_DENIED', error_description: 'Access denied' } })
      return door(method, params)
    }
    await expect(press(all, { wrap })).rejects.toMatchObject({ code: 'mailFailed' })
    expect(counted(all)).toBe(0)
    all.scene.demo.switches.mailFails = false
    expect(await press(all)).toEqual({ state: 'reminded' })
    expect(mails(all).map(origin => origin.slice(-2))).toEqual(['/1', '/2'])
    const kept = all.scene.demo.state.activities.filter(({ fields }) => fields.ORIGIN_ID === `${all.open.token}/2`)
    expect(kept).toHaveLength(1)
  })
})

it('where the processes are in charge, a reminder by hand takes the place of their next one', async () => {
  const content = contentFromTemplate('complaint', { lang: 'ru', langs: ['ru'], company: 'Demo' })
  const reminders = [3, 6].map(afterDays => ({ afterDays, channel: 'email' as const, subject: {}, text: {} }))
  const scene = await openEngineScene([{
    id: 's1', content: { ...content, expiresAfterDays: 40, asking: { ...content.asking, reminders } }, plan: planFromTemplate('complaint', 'ru')
  }], 'engine')
  const as = { as: () => scene.portal, store: scene.store, demo: scene.demo, survey: scene.surveys[0]!, answer: () => null }
  const order = { ...orderFor(as, dealsWithAddress(scene.demo, scene.store)[0]!), by: 'engine' as const }
  const start = scene.demo.now()
  await sendInvitation(scene.portal, scene.store, order, { ...sendTools(1), now: () => start })
  scene.advance(2 * 60_000)
  const { invitations } = await loadRecipient(scene.portal, scene.store, order.recipient.id)
  const open = invitations.seen ? invitations.value[0]! : null
  const sent = (): number => scene.demo.state.activities.filter(({ fields }) => Number(fields.TYPE_ID) === 4).length
  expect(sent()).toBe(1)
  scene.advance(2 * DAY)
  expect(await remindByHand(scene.portal, scene.store, open!, { ...sendTools(2), now: () => scene.demo.now() })).toEqual({ state: 'reminded' })
  expect(sent()).toBe(2)
  scene.advance(2 * DAY)
  // theirs of the third day is left out, that of the sixth is not
  expect(sent()).toBe(2)
  scene.advance(3 * DAY)
  expect(sent()).toBe(3)
})

it('sends anew to a corrected address from the card alone', async () => {
  const all = await asked()
  const { scene, open } = all
  const view = await loadOpen(scene.as(1), scene.store, open)
  const order = resendOrder(view, 'right@example.com')
  await expect(resendInvitation(scene.as(1), scene.store, order!, open, sendTools(5))).resolves.toMatchObject({ state: 'sent' })
  expect(scene.demo.state.outbox.filter(({ to }) => to === 'right@example.com')).toHaveLength(1)
  expect(await press(all)).toEqual({ state: 'refused', refusal: { code: 'closed' } })
})

it('sending anew is no second asking: a colleague who was asked lately, with a pause for companies, does not end it', async () => {
  const now = new Date('2026-03-02T09:00:00Z')
  const scene = await openScene(() => now)
  const tools = (seed: number) => ({ ...sendTools(seed), now: () => now })
  const [firm] = [...scene.demo.state.items.get(4)!.keys()]
  const deals = dealsWithAddress(scene.demo, scene.store)
  const contactOf = (id: number): unknown => scene.demo.state.items.get(2)!.get(id)!.fields.CONTACT_ID
  const own = deals.find(id => contactOf(id) !== contactOf(deals[0]!))!
  const order = (id: number, overrideReason: string) => ({ ...orderFor(scene, id), companyId: firm!, overrideReason })
  await sendInvitation(scene.as(1), scene.store, order(deals[0]!, ''), tools(1))
  await sendInvitation(scene.as(1), scene.store, order(own, 'another contract'), tools(2))
  const { invitations } = await loadRecipient(scene.as(1), scene.store, order(own, '').recipient.id)
  const open = invitations.seen ? invitations.value[0]! : null
  const resent = resendOrder(await loadOpen(scene.as(1), scene.store, open!), 'right@example.com')!
  const content = { ...resent.survey.published!.content, companyDays: 30 }
  const strict = { ...resent, survey: { ...resent.survey, published: { ...resent.survey.published!, content } } }
  await expect(resendInvitation(scene.as(1), scene.store, strict, open!, tools(3))).resolves.toMatchObject({ state: 'sent' })
})

it('where the mailbox has sent what it may, the old invitation goes on', async () => {
  const { scene, open, at } = await asked()
  const order = resendOrder(await loadOpen(scene.as(1), scene.store, open), 'right@example.com')!
  const content = { ...order.survey.published!.content, mailsPerDay: 1 }
  const full = { ...order, survey: { ...order.survey, published: { ...order.survey.published!, content } } }
  await expect(resendInvitation(scene.as(1), scene.store, full, open, { ...sendTools(5), now: at })).rejects.toMatchObject({ code: 'mailboxFull' })
  expect((await loadOpen(scene.as(1), scene.store, open)).invitation.state).toBe('sent')
})
