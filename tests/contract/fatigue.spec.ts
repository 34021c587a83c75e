import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { dealsWithAddress, NOW, openScene, orderFor, recordsOf, sendTools, valueOf, type Scene } from './scene'
import { mailboxUse } from '@/invitation/mailbox-use'
import { markText } from '@/invitation/model/campaign'
import { mailboxOf, remindedMark } from '@/invitation/model/mailbox'
import { checkRequest } from '@/invitation/model/request'
import { countFor } from '@/invitation/rivals'
import { resumeInvitation, sendInvitation, type Order } from '@/invitation/sending'
import { loadRequest, readInvitation } from '@/invitation/store'
import { clockOf } from '@/portal/clock'
import { COMPANY, CONTACT, DEAL } from '@/portal/fields'
import { addItem, toWire, updateItem } from '@/portal/items'
import type { Survey, SurveyContent } from '@/survey/model/survey'

/** The fatigue rule where it is decided: the portal holds what everybody has written, and everybody looks before anything leaves. */

const withContent = (survey: Survey, more: Partial<SurveyContent>): Survey =>
  ({ ...survey, published: { ...survey.published!, content: { ...survey.published!.content, ...more } } })

const states = (scene: Scene): string[] => [...recordsOf(scene).values()].filter(item => valueOf(scene, item, 'FB_TOKEN'))
  .map(item => `${nameOf(scene, 'FB_STATE', valueOf(scene, item, 'FB_STATE'))} ${String(valueOf(scene, item, 'FB_WHY') ?? '')}`.trim())
const nameOf = ({ store }: Scene, field: 'FB_STATE', id: unknown): string =>
  Object.entries(store.enums[field] ?? {}).find(([, value]) => value === Number(id))?.[0] ?? String(id)

/** Two deals of different people of one company. */
function colleagues(scene: Scene): [number, number] {
  const deals = dealsWithAddress(scene.demo, scene.store)
  const fields = (id: number): Record<string, unknown> => scene.demo.state.items.get(DEAL)!.get(id)!.fields
  const [first] = deals
  const second = deals.find(id => fields(id).CONTACT_ID !== fields(first!).CONTACT_ID)
  for (const id of [first!, second!]) fields(id).COMPANY_ID = company(scene)
  return [first!, second!]
}
const company = (scene: Scene): number => [...scene.demo.state.items.get(COMPANY)!.keys()][0]!

const order = (scene: Scene, dealId: number, senderId: number, content: Partial<SurveyContent>): Order => ({
  ...orderFor(scene, dealId, senderId), survey: withContent(scene.survey, content), companyId: company(scene)
})

beforeEach(() => {
  vi.stubGlobal('setTimeout', (run: () => void) => {
    queueMicrotask(run)
    return 0
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('two managers in the same second', () => {
  it('ask two people of one company: one mail, and the other is told', async () => {
    const scene = await openScene()
    const [one, two] = colleagues(scene)
    const orders = [order(scene, one, 1, { companyDays: 10 }), order(scene, two, 3, { companyDays: 10 })]
    const results = await Promise.all(orders.map((each, index) => sendInvitation(scene.as(each.sender.id), scene.store, each, sendTools(index + 1))))
    expect(results.map(({ state }) => state).sort()).toEqual(['lost', 'sent'])
    expect(results.find(({ state }) => state === 'lost')).toMatchObject({ ofCompany: true })
    expect(scene.demo.state.outbox).toHaveLength(1)
    expect(scene.demo.state.items.get(COMPANY)!.get(company(scene))!.fields.UF_CRM_COMPANY_FB_NOT_BEFORE).toContain('2026-03-12')
  })

  it('ask them all the same where the survey has no pause for companies', async () => {
    const scene = await openScene()
    const [one, two] = colleagues(scene)
    await Promise.all([
      sendInvitation(scene.as(1), scene.store, order(scene, one, 1, { companyDays: 0 }), sendTools(1)),
      sendInvitation(scene.as(3), scene.store, order(scene, two, 3, { companyDays: 0 }), sendTools(2))
    ])
    expect(scene.demo.state.outbox).toHaveLength(2)
    expect(scene.demo.state.items.get(COMPANY)!.get(company(scene))!.fields.UF_CRM_COMPANY_FB_NOT_BEFORE).toBeFalsy()
  })

  it('take the last mail of a mailbox that both send from: one mail', async () => {
    const scene = await openScene()
    const [one, two] = colleagues(scene)
    const content = { mailsPerDay: 1, mail: { ...scene.survey.published!.content.mail, from: 'Care <care@alatau.example.kz>' } }
    const results = await Promise.allSettled([
      sendInvitation(scene.as(1), scene.store, order(scene, one, 1, content), sendTools(1)),
      sendInvitation(scene.as(3), scene.store, order(scene, two, 3, content), sendTools(2))
    ])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'mailboxFull', detail: '2026-03-03' } })
    expect(scene.demo.state.outbox).toHaveLength(1)
    expect(states(scene).sort()).toEqual(['cancelled mailboxFull', 'sent'])
  })

  it('have a mailbox each', async () => {
    const scene = await openScene()
    const [one, two] = colleagues(scene)
    await Promise.all([
      sendInvitation(scene.as(1), scene.store, order(scene, one, 1, { mailsPerDay: 1 }), sendTools(1)),
      sendInvitation(scene.as(3), scene.store, order(scene, two, 3, { mailsPerDay: 1 }), sendTools(2))
    ])
    expect(scene.demo.state.outbox).toHaveLength(2)
  })
})

it('a reason in writing overrides pause and mailbox, and is kept', async () => {
  const scene = await openScene()
  const [one, two] = colleagues(scene)
  await sendInvitation(scene.as(1), scene.store, order(scene, one, 1, { companyDays: 10, mailsPerDay: 1 }), sendTools(1))
  const late = { ...order(scene, two, 1, { companyDays: 10, mailsPerDay: 1 }), known: new Set<number>() }
  await expect(sendInvitation(scene.as(1), scene.store, late, sendTools(2))).resolves.toMatchObject({ state: 'lost', ofCompany: true })
  await sendInvitation(scene.as(1), scene.store, { ...late, overrideReason: 'другой договор' }, sendTools(3))
  expect(scene.demo.state.outbox).toHaveLength(2)
  expect(states(scene)).toContain('sent другой договор')
})

it('a reason of anybody but an administrator does not override the mailbox', async () => {
  const scene = await openScene()
  const [one, two] = colleagues(scene)
  await sendInvitation(scene.as(3), scene.store, order(scene, one, 3, { mailsPerDay: 1 }), sendTools(1))
  const late = { ...order(scene, two, 3, { mailsPerDay: 1 }), overrideReason: 'другой договор' }
  await expect(sendInvitation(scene.as(3), scene.store, late, sendTools(2))).rejects.toMatchObject({ code: 'mailboxFull' })
  expect(scene.demo.state.outbox).toHaveLength(1)
})

it('a date that somebody set on a card is not made earlier', async () => {
  const scene = await openScene()
  const [one] = colleagues(scene)
  await sendInvitation(scene.as(1), scene.store, {
    ...order(scene, one, 1, { companyDays: 10 }), overrideReason: 'срочно', notBefore: { person: '2030-01-01', company: '2026-03-04' }
  }, sendTools(1))
  const { CONTACT_ID } = scene.demo.state.items.get(DEAL)!.get(one)!.fields
  expect(scene.demo.state.items.get(CONTACT)!.get(Number(CONTACT_ID))!.fields.UF_CRM_CONTACT_FB_NOT_BEFORE).toContain('2030-01-01')
  expect(scene.demo.state.items.get(COMPANY)!.get(company(scene))!.fields.UF_CRM_COMPANY_FB_NOT_BEFORE).toContain('2026-03-12')
})

it('a mailbox that is removed between two sends: the second is refused by name, counts for nothing, and goes when it is back', async () => {
  const scene = await openScene()
  const [one, two] = colleagues(scene)
  await sendInvitation(scene.as(1), scene.store, order(scene, one, 1, { mailsPerDay: 2 }), sendTools(1))
  scene.demo.switches.mailFails = true
  await expect(sendInvitation(scene.as(1), scene.store, order(scene, two, 1, { mailsPerDay: 2 }), sendTools(2))).rejects.toMatchObject({ code: 'mailFailed' })
  expect(states(scene).sort()).toEqual(['failed mailFailed', 'sent'])
  scene.demo.switches.mailFails = false
  await expect(sendInvitation(scene.as(1), scene.store, order(scene, two, 1, { mailsPerDay: 2 }), sendTools(3))).resolves.toMatchObject({ state: 'sent' })
  expect(scene.demo.state.outbox).toHaveLength(2)
})

it('what was begun before a mailbox was full waits for another day, and goes then', async () => {
  const scene = await openScene()
  const [one, two] = colleagues(scene)
  const begun = order(scene, one, 1, { mailsPerDay: 1 })
  const broken = scene.as(1, door => async (method, params) => {
    if (JSON.stringify(params).includes('crm.activity.add')) throw new Error('closed')
    return door(method, params)
  })
  await expect(sendInvitation(broken, scene.store, begun, sendTools(1))).rejects.toThrow()
  const { items } = await scene.as(1).call<{ items: unknown[] }>('crm.item.list', { entityTypeId: scene.store.entityTypeId, filter: { '!=title': '⚙' } })
  const open = readInvitation(scene.store, items.at(-1))
  expect(open.state).toBe('sending')
  await sendInvitation(scene.as(1), scene.store, { ...order(scene, two, 1, { mailsPerDay: 1 }), overrideReason: 'срочно' }, sendTools(2))
  await expect(resumeInvitation(scene.as(1), scene.store, begun, open, sendTools(3))).rejects.toMatchObject({ code: 'mailboxFull' })
  const tomorrow = { ...sendTools(3), now: () => new Date(NOW.getTime() + 86_400_000) }
  await expect(resumeInvitation(scene.as(1), scene.store, begun, open, tomorrow)).resolves.toMatchObject({ state: 'sent' })
  expect(scene.demo.state.outbox).toHaveLength(2)
})

it('whoever was asked and has answered since the panel was opened is not asked again', async () => {
  const scene = await openScene()
  const [one] = colleagues(scene)
  const stale = order(scene, one, 3, {})
  await sendInvitation(scene.as(1), scene.store, order(scene, one, 1, {}), sendTools(1))
  const [first] = [...recordsOf(scene).keys()].filter(id => !stale.known.has(id))
  const { method, params } = updateItem(scene.store.entityTypeId, first!, { stageId: scene.store.invitationStages.answered })
  await scene.as(1).call(method, params)
  await expect(sendInvitation(scene.as(3), scene.store, stale, sendTools(2))).resolves.toMatchObject({ state: 'lost', winner: first })
  expect(scene.demo.state.outbox).toHaveLength(1)
})

it.each([['ahead', 86_400_000], ['behind', -86_400_000]])('a computer whose clock is a day %s sends as if it were right, and is refused as if it were right', async (_, wrong) => {
  const scene = await openScene()
  const [one] = colleagues(scene)
  vi.useFakeTimers({ now: NOW.getTime() + wrong, toFake: ['Date'] })
  const portal = scene.as(1)
  const view = await loadRequest(portal, scene.store, one)
  const { now, offset } = clockOf(portal)
  const tools = { ...sendTools(1), now, offset: () => clockOf(portal).offset }
  await sendInvitation(portal, scene.store, order(scene, one, 1, { notBeforeDays: 2 }), tools)
  const item = [...recordsOf(scene).values()].at(-1)!
  const sentAt = Date.parse(String(valueOf(scene, item, 'FB_SENT_AT')))
  expect(Math.abs(sentAt - NOW.getTime())).toBeLessThan(60_000)
  expect(Math.abs(Date.parse(String(valueOf(scene, item, 'FB_EXPIRES_AT'))) - NOW.getTime() - scene.survey.published!.content.expiresAfterDays * 86_400_000)).toBeLessThan(60_000)
  const again = await loadRequest(portal, scene.store, one)
  const survey = withContent(scene.survey, { notBeforeDays: 2, expiresAfterDays: 0 })
  const answered = again.invitations.seen ? again.invitations.value.map(one => ({ ...one, answered: true })) : []
  const verdict = checkRequest({ ...again, invitations: { seen: true, value: answered }, survey, now: now(), offset })
  expect(verdict.refusal).toMatchObject({ code: 'askedRecently', until: '2026-03-04' })
  expect(view.invitations).toEqual({ seen: true, value: [] })
  vi.useRealTimers()
})

describe('mails of today', () => {
  const write = async (scene: Scene, values: Parameters<typeof toWire>[1]): Promise<number> => {
    const { method, params } = addItem(scene.store.entityTypeId, {
      title: 'x', categoryId: scene.store.invitationCategoryId, stageId: scene.store.invitationStages.open,
      ...toWire(scene.store, { FB_TOKEN: 't', FB_SURVEY: 's1', FB_CHANNEL: 'email', FB_ASKED_BY: 1, FB_BY: 'duty', ...values })
    })
    return (await scene.as(1).call<{ item: { id: number } }>(method, params)).item.id
  }
  const today = '2026-03-02'
  const sent = { FB_STATE: 'sent', FB_SENT_AT: '2026-03-02T06:00:00Z' } as const
  const many = (day: string, days: number): string => markText({ id: 'abcd1234', perDay: 5, day, days })

  it.each<[string, Parameters<typeof toWire>[1], number]>([
    ['an invitation that left', sent, 1],
    ['one that was answered, cancelled or expired since', { ...sent, FB_STATE: 'expired' }, 1],
    ['one of yesterday, by the portal’s day', { ...sent, FB_SENT_AT: '2026-03-01T18:59:00Z' }, 0],
    ['one of the first minute of today', { ...sent, FB_SENT_AT: '2026-03-01T19:00:00Z' }, 1],
    ['one that is about to leave', { FB_STATE: 'sending' }, 1],
    ['one that waits for the processes', { FB_STATE: 'to_send', FB_BY: 'engine' }, 1],
    ['one that failed', { FB_STATE: 'failed' }, 0],
    ['a test', { ...sent, FB_FLAG: 'test' }, 0],
    ['a test that is about to leave', { FB_STATE: 'sending', FB_FLAG: 'test' }, 0],
    ['a text message, a chat, a phone call', { ...sent, FB_CHANNEL: 'sms' }, 0],
    ['a registered link', { ...sent, FB_CHANNEL: 'qr', FB_FLAG: 'shared' }, 0],
    ['one of many that is planned for today', { FB_STATE: 'to_send', FB_LEDGER: many(today, 0) }, 1],
    ['one of many for another day', { FB_STATE: 'to_send', FB_LEDGER: many('2026-03-05', 3) }, 0],
    ['one of many for today, left to the processes', { FB_STATE: 'to_send', FB_BY: 'engine', FB_LEDGER: many(today, 0) }, 1],
    ['one of many for another day, left to the processes', { FB_STATE: 'to_send', FB_BY: 'engine', FB_LEDGER: many('2026-03-05', 3) }, 0],
    ['a colleague’s own', { ...sent, FB_ASKED_BY: 3 }, 0],
    ['of a survey with a mailbox of its own', { ...sent, FB_SURVEY: 'fixed' }, 0],
    ['a reminder of today, whoever had asked', { ...sent, FB_SENT_AT: '2026-02-20T06:00:00Z', FB_ASKED_BY: 3, FB_LEDGER: remindedMark(today, 1) }, 1],
    ['a reminder that a colleague sent', { ...sent, FB_SENT_AT: '2026-02-20T06:00:00Z', FB_LEDGER: remindedMark(today, 3) }, 0],
    ['a reminder of yesterday', { ...sent, FB_SENT_AT: '2026-02-20T06:00:00Z', FB_LEDGER: remindedMark('2026-03-01', 1) }, 0]
  ])('%s', async (_, values, counted) => {
    const scene = await openScene()
    await write(scene, values)
    const fixed = withContent({ ...scene.survey, id: 'fixed' }, { mail: { ...scene.survey.published!.content.mail, from: 'care@acme.example' } })
    const mailbox = mailboxOf(scene.survey, { id: 1, email: 'me@acme.example' }, [scene.survey, fixed])
    expect(await mailboxUse(scene.as(1), scene.store, { mailbox, day: today, offset: 300 })).toEqual({ seen: true, value: { address: 'me@acme.example', used: counted } })
    expect(scene.demo.contractLog).toEqual([])
  })

  it('of a survey’s mailbox are everybody’s', async () => {
    const scene = await openScene()
    const survey = withContent(scene.survey, { mail: { ...scene.survey.published!.content.mail, from: 'Care <Care@acme.example>' } })
    await write(scene, sent)
    await write(scene, { ...sent, FB_ASKED_BY: 3 })
    await write(scene, { ...sent, FB_SENT_AT: '2026-02-20T06:00:00Z', FB_LEDGER: remindedMark(today, 3) })
    await write(scene, { ...sent, FB_SURVEY: 'other' })
    const count = countFor({ survey, sender: { id: 1, name: '', email: 'me@acme.example' }, surveys: [survey] }, sendTools())
    expect(await mailboxUse(scene.as(1), scene.store, count)).toEqual({ seen: true, value: { address: 'care@acme.example', used: 3 } })
  })

  it('that wait count only when they were written before', async () => {
    const scene = await openScene()
    const ids = [await write(scene, { FB_STATE: 'sending' }), await write(scene, { FB_STATE: 'sending' }), await write(scene, { FB_STATE: 'sending' })]
    const used = async (before: number): Promise<unknown> => {
      const seen = await mailboxUse(scene.as(1), scene.store, countFor({ survey: scene.survey, sender: orderFor(scene, 1).sender }, sendTools(), before))
      return seen.seen && seen.value.used
    }
    expect([await used(ids[0]!), await used(ids[1]!), await used(ids[2]!)]).toEqual([0, 1, 2])
  })
})
