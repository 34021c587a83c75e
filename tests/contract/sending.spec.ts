import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { noReply, type Request } from '../in-process'
import { dealsWithAddress, openScene, orderFor, recordsOf, sendTools, valueOf, type Scene } from './scene'
import { isUnfinished, type Invitation } from '@/invitation/model/invitation'
import { cancelInvitation, resumeInvitation, sendInvitation, type Order } from '@/invitation/sending'
import { readInvitation } from '@/invitation/store'
import { PortalError } from '@/portal/errors'
import type { RecordField } from '@/portal/fields'
import { pause, publish } from '@/survey/model/publish'
import type { Survey } from '@/survey/model/survey'
import { loadSurveys, saveSurvey } from '@/survey/store'

/** The page is gone: nothing after this request happens in it. */
class PageClosed extends Error {}

type Fault = 'lost before' | 'reply lost' | '503' | 'executed twice' | 'page closed before' | 'page closed after'
const FAULTS: Fault[] = ['lost before', 'reply lost', '503', 'executed twice', 'page closed before', 'page closed after']

/** Lets the n-th request (from 1) of this door run into a fault; all others pass. Tells how often it struck. */
function faulty(fault: Fault, nth: number): { wrap: (door: Request) => Request, struck: () => number } {
  let count = 0
  let struck = 0
  return {
    struck: () => struck,
    wrap: door => async (method, params) => {
      count++
      if (count !== nth) {
        if (fault.startsWith('page closed') && count > nth) throw new PageClosed()
        return door(method, params)
      }
      struck++
      switch (fault) {
        case 'lost before': throw noReply()
        case 'reply lost': await door(method, params); throw noReply()
        case '503': return { status: 503, body: { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' } }
        case 'executed twice': await door(method, params); return door(method, params)
        case 'page closed before': throw new PageClosed()
        case 'page closed after': await door(method, params); throw new PageClosed()
      }
    }
  }
}

const invitationsOf = (scene: Scene, known: ReadonlySet<number>): Invitation[] =>
  [...recordsOf(scene).keys()].filter(id => !known.has(id)).map(id => readItem(scene, id))

function readItem(scene: Scene, id: number): Invitation {
  const item = scene.demo.state.items.get(scene.store.entityTypeId)!.get(id)!
  const camel = Object.fromEntries((Object.entries(scene.store.names) as [RecordField, string][]).map(([field, name]) => [name, valueOf(scene, item, field)]))
  return readInvitation(scene.store, {
    id, title: item.fields.TITLE, stageId: item.fields.STAGE_ID, categoryId: item.fields.CATEGORY_ID, createdTime: item.fields.CREATED_TIME,
    contactId: item.fields.CONTACT_ID, parentId2: item.fields.PARENT_ID_2, ...camel
  })
}

const mailsOf = (scene: Scene, token: string): number => scene.demo.state.outbox.filter(mail => mail.originId?.startsWith(token)).length

async function orderedScene(): Promise<{ scene: Scene, order: Order }> {
  const scene = await openScene()
  return { scene, order: orderFor(scene, dealsWithAddress(scene.demo, scene.store)[0]!) }
}

/** The request in which the mail leaves. */
const isDelivery = (method: string, params: Record<string, unknown>): boolean => method === 'batch' && JSON.stringify(params.cmd).includes('crm.activity.add')

/** What a person does after a failure: opens the screen again and finishes what is there, or asks anew. */
async function pressAgain(scene: Scene, order: Order, seed: number): Promise<void> {
  const portal = scene.as(order.sender.id)
  const [open] = invitationsOf(scene, order.known).filter(({ state }) => state === 'sending' || state === 'sent')
  if (open === undefined) await sendInvitation(portal, scene.store, order, sendTools(seed))
  else if (open.state === 'sending') await resumeInvitation(portal, scene.store, order, open, sendTools())
}

/** The client waits before it repeats; nobody waits here. */
beforeEach(() => {
  vi.stubGlobal('setTimeout', (run: () => void) => {
    queueMicrotask(run)
    return 0
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('sending', () => {
  it('writes the invitation, sends one mail, notes it in the deal and on the person', async () => {
    const scene = await openScene()
    const [dealId] = dealsWithAddress(scene.demo, scene.store)
    const order = orderFor(scene, dealId!)
    const result = await sendInvitation(scene.as(1), scene.store, order, sendTools())
    expect(result).toMatchObject({ state: 'sent', confirmed: true })
    const [invitation] = invitationsOf(scene, order.known)
    expect(invitation).toMatchObject({ state: 'sent', askedBy: 1, dealId, contactId: order.recipient.id, survey: 's1', version: 1, channel: 'email', why: '' })
    expect(mailsOf(scene, invitation!.token)).toBe(1)
    const mail = scene.demo.state.outbox.at(-1)!
    expect(mail.to).toBe(order.email)
    expect(mail.html).toContain(`,${invitation!.id},${invitation!.token},`)
    expect(scene.demo.state.comments.filter(comment => comment.entityType === 'deal' && comment.entityId === dealId)).toHaveLength(1)
    expect(scene.demo.state.comments.filter(comment => comment.entityType !== 'deal')).toHaveLength(0)
    const contact = scene.demo.state.items.get(3)!.get(order.recipient.id)!
    expect(contact.fields.UF_CRM_CONTACT_FB_NOT_BEFORE).toContain('2026-05-31')
    expect(scene.demo.contractLog).toEqual([])
  })

  it('sends exactly one mail per invitation, whatever happens to any request', async () => {
    const scene = await openScene()
    const deals = dealsWithAddress(scene.demo, scene.store)
    const injected: Record<string, number> = {}
    let sentBefore = scene.demo.state.outbox.length
    for (const fault of FAULTS) {
      for (let round = 0; (injected[fault] ?? 0) < 50; round++) {
        const order = orderFor(scene, deals[round % deals.length]!)
        const { wrap, struck } = faulty(fault, 1 + round % 4)
        const portal = scene.as(1, wrap)
        const tools = sendTools(round * 31 + FAULTS.indexOf(fault) * 7919)
        await sendInvitation(portal, scene.store, order, tools).catch(async (error: unknown) => {
          if (!(error instanceof PageClosed) && !(error instanceof PortalError)) throw error
          await pressAgain(scene, order, round * 131 + 5)
        })
        injected[fault] = (injected[fault] ?? 0) + struck()
        const written = invitationsOf(scene, order.known)
        const sent = written.filter(({ state }) => state === 'sent')
        expect(sent, `${fault}, request ${1 + round % 4}: ${JSON.stringify(written.map(({ state, why }) => [state, why]))}`).toHaveLength(1)
        expect(mailsOf(scene, sent[0]!.token), `${fault}, request ${1 + round % 4}`).toBe(1)
        expect(scene.demo.state.outbox.length - sentBefore).toBe(1)
        sentBefore = scene.demo.state.outbox.length
      }
    }
    console.log(`faults injected while sending: ${JSON.stringify(injected)}; mails = invitations sent = ${scene.demo.state.outbox.length}`)
    expect(Math.min(...Object.values(injected))).toBeGreaterThanOrEqual(50)
    expect(scene.demo.contractLog).toEqual([])
  }, 120_000)

  it('lets the lower id win when two people ask the same person in the same moment', async () => {
    const scene = await openScene()
    const [dealId] = dealsWithAddress(scene.demo, scene.store)
    const order = orderFor(scene, dealId!)
    const results = await Promise.all([
      sendInvitation(scene.as(1), scene.store, order, sendTools(1)),
      sendInvitation(scene.as(3), scene.store, { ...order, sender: { ...order.sender, id: 3 } }, sendTools(2))
    ])
    expect(results.map(({ state }) => state).sort()).toEqual(['lost', 'sent'])
    expect(scene.demo.state.outbox).toHaveLength(1)
    expect(invitationsOf(scene, order.known).map(({ state }) => state).sort()).toEqual(['cancelled', 'sent'])
  })

  it('reports a refused mail, leaves no activity that looks sent, and can be repeated', async () => {
    const scene = await openScene()
    const [dealId] = dealsWithAddress(scene.demo, scene.store)
    const order = orderFor(scene, dealId!)
    scene.demo.switches.mailFails = true
    const failure = await sendInvitation(scene.as(1), scene.store, order, sendTools()).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(PortalError)
    expect(scene.demo.state.activities.filter(activity => activity.fields.ORIGINATOR_ID === 'feedback')).toHaveLength(0)
    expect(invitationsOf(scene, order.known)).toMatchObject([{ state: 'failed' }])
    scene.demo.switches.mailFails = false
    await expect(sendInvitation(scene.as(1), scene.store, order, sendTools(5))).resolves.toMatchObject({ state: 'sent' })
    expect(scene.demo.state.outbox).toHaveLength(1)
  })

  it('refuses a sender without mailbox and address with the reason', async () => {
    const scene = await openScene()
    const [dealId] = dealsWithAddress(scene.demo, scene.store)
    scene.demo.state.mailboxes.length = 0
    const order = { ...orderFor(scene, dealId!), sender: { id: 1, name: 'A', email: '' } }
    await expect(sendInvitation(scene.as(1), scene.store, order, sendTools())).rejects.toMatchObject({ code: 'noMailbox' })
  })

  describe('a survey that changed while the request was open', () => {
    async function changed(scene: Scene, change: (survey: Survey) => Survey): Promise<void> {
      const [stored] = await loadSurveys(scene.as(1))
      await saveSurvey(scene.as(1), stored!, change(stored!.survey!))
    }

    it.each<[string, string, (scene: Scene) => unknown]>([
      ['paused', 'surveyStopped', scene => changed(scene, pause)],
      ['removed', 'surveyStopped', scene => { scene.demo.state.storages.find(({ entity }) => entity === 'surveys')!.items.length = 0 }],
      ['without its form', 'surveyStopped', scene => changed(scene, survey => ({ ...survey, form: null }))],
      ['published anew', 'surveyRepublished', scene => changed(scene, survey => publish(survey, '2026-03-02T08:59:00Z', 1))]
    ])('%s: nothing leaves, and nobody is taken for asked', async (_, code, change) => {
      const { scene, order } = await orderedScene()
      await change(scene)
      let requests = 0
      const counted = (door: Request): Request => (method, params) => {
        requests++
        return door(method, params)
      }
      await expect(sendInvitation(scene.as(3, counted), scene.store, order, sendTools())).rejects.toMatchObject({ code, executed: 'no' })
      expect(scene.demo.state.outbox).toEqual([])
      expect(invitationsOf(scene, order.known).map(({ state, why }) => [state, why])).toEqual([['cancelled', code]])
      // written, looked at, withdrawn: the survey came with the first
      expect(requests).toBe(3)
    })

    it('also when the reply to the writing was lost', async () => {
      const { scene, order } = await orderedScene()
      await changed(scene, pause)
      await expect(sendInvitation(scene.as(3, faulty('reply lost', 1).wrap), scene.store, order, sendTools())).rejects.toMatchObject({ code: 'surveyStopped' })
      expect(scene.demo.state.outbox).toEqual([])
    })

    it('is not taken up again either', async () => {
      const { scene, order } = await orderedScene()
      await sendInvitation(scene.as(3, faulty('page closed before', 3).wrap), scene.store, order, sendTools()).catch((error: unknown) => error)
      const [invitation] = invitationsOf(scene, order.known)
      expect(invitation).toMatchObject({ state: 'sending' })
      await changed(scene, pause)
      await expect(resumeInvitation(scene.as(3), scene.store, order, invitation!, sendTools())).rejects.toMatchObject({ code: 'surveyStopped' })
      expect(scene.demo.state.outbox).toEqual([])
    })
  })

  describe('from a mailbox of the survey', () => {
    const fromBox = (order: Order, from: string): Order => {
      const published = order.survey.published!
      const content = { ...published.content, mail: { ...published.content.mail, from } }
      return { ...order, survey: { ...order.survey, published: { ...published, content } } }
    }

    it.each([
      ['Alatau Care <care@alatau.example.kz>', 'Alatau Care <care@alatau.example.kz>'],
      ['care@alatau.example.kz', 'care@alatau.example.kz'],
      ['', 'Анна Соколова <a.sokolova@alatau.example.kz>']
    ])('%j', async (from, expected) => {
      const scene = await openScene()
      const order = fromBox(orderFor(scene, dealsWithAddress(scene.demo, scene.store)[0]!, 3), from)
      await sendInvitation(scene.as(3), scene.store, order, sendTools())
      expect(scene.demo.state.outbox.map(mail => mail.from)).toEqual([expected])
      // the mail still belongs to who asked
      expect(Number(scene.demo.state.activities.at(-1)!.fields.RESPONSIBLE_ID)).toBe(3)
    })

    it('that is no address: refused before anything is written', async () => {
      const { scene, order } = await orderedScene()
      await expect(sendInvitation(scene.as(1), scene.store, fromBox(order, 'Care'), sendTools())).rejects.toMatchObject({ code: 'noMailbox', detail: 'Care' })
      expect(invitationsOf(scene, order.known)).toEqual([])
    })

    it('that the portal does not send from: said to be the mailbox’s fault, and named', async () => {
      const { scene, order } = await orderedScene()
      scene.demo.switches.mailFails = true
      const error = await sendInvitation(scene.as(1), scene.store, fromBox(order, 'gone@alatau.example.kz'), sendTools()).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'senderRefused', detail: expect.stringMatching(/^gone@alatau\.example\.kz: /) as string })
      expect(invitationsOf(scene, order.known)).toMatchObject([{ state: 'failed', why: 'senderRefused' }])
      expect(scene.demo.state.activities.filter(({ fields }) => fields.TYPE_ID === 4)).toEqual([])
    })
  })

  it('kills the token of a cancelled invitation', async () => {
    const scene = await openScene()
    const [dealId] = dealsWithAddress(scene.demo, scene.store)
    const order = orderFor(scene, dealId!)
    const sent = await sendInvitation(scene.as(1), scene.store, order, sendTools())
    if (sent.state !== 'sent') throw new Error('not sent')
    await cancelInvitation(scene.as(1), scene.store, { id: sent.invitationId, by: 'duty', state: 'sent' }, sendTools().wait)
    expect(readItem(scene, sent.invitationId).state).toBe('cancelled')
  })

  it.each([1, 2, 3, 4])('waits for a portal that is still at work: the mail is there at request %i after the lost reply', async wanted => {
    const { scene, order } = await orderedScene()
    let rest: (() => Promise<unknown>) | undefined
    let requests = 0
    const portal = scene.as(1, door => async (method, params) => {
      if (rest === undefined && isDelivery(method, params)) {
        const [ticket, ...others] = Object.entries(params.cmd as Record<string, string>)
        await door(method, { ...params, cmd: Object.fromEntries([ticket!]) })
        rest = () => door(method, { ...params, cmd: Object.fromEntries(others) })
        throw noReply()
      }
      if (rest !== undefined && ++requests === wanted) await rest()
      return door(method, params)
    })
    await expect(sendInvitation(portal, scene.store, order, sendTools())).resolves.toMatchObject({ state: 'sent' })
    expect(scene.demo.state.outbox).toHaveLength(1)
    expect(invitationsOf(scene, order.known)).toMatchObject([{ state: 'sent' }])
  })

  it('leaves a sending open of which neither ticket nor mail is to be seen: the next press looks first', async () => {
    const { scene, order } = await orderedScene()
    let late: (() => Promise<unknown>) | undefined
    const portal = scene.as(1, door => async (method, params) => {
      if (late !== undefined || !isDelivery(method, params)) return door(method, params)
      const [ticket, ...others] = Object.entries(params.cmd as Record<string, string>)
      await door(method, { ...params, cmd: Object.fromEntries([ticket!]) })
      late = () => door(method, { ...params, cmd: Object.fromEntries(others) })
      throw noReply()
    })
    await expect(sendInvitation(portal, scene.store, order, sendTools())).rejects.toMatchObject({ code: 'mailUnconfirmed' })
    expect(invitationsOf(scene, order.known)).toMatchObject([{ state: 'sending' }])
    await late?.()
    await pressAgain(scene, order, 7)
    expect(scene.demo.state.outbox).toHaveLength(1)
  })

  it('notes a refused mail before it clears up behind it', async () => {
    const { scene, order } = await orderedScene()
    scene.demo.switches.mailFails = true
    const portal = scene.as(1, door => async (method, params) => {
      if (method === 'crm.activity.delete') throw noReply()
      return door(method, params)
    })
    await expect(sendInvitation(portal, scene.store, order, sendTools())).rejects.toBeInstanceOf(PortalError)
    expect(invitationsOf(scene, order.known)).toMatchObject([{ state: 'failed', why: 'mailFailed' }])
  })

  it('sends nothing for an invitation that was withdrawn meanwhile, and notes nothing twice for one that is out', async () => {
    const { scene, order } = await orderedScene()
    const portal = scene.as(1, faulty('page closed before', 3).wrap)
    await expect(sendInvitation(portal, scene.store, order, sendTools())).rejects.toThrow()
    const [begun] = invitationsOf(scene, order.known)
    expect(begun).toMatchObject({ state: 'sending' })
    await cancelInvitation(scene.as(1), scene.store, begun!, sendTools().wait)
    await expect(resumeInvitation(scene.as(1), scene.store, order, begun!, sendTools())).rejects.toMatchObject({ code: 'notFound' })
    expect(scene.demo.state.outbox).toHaveLength(0)

    await sendInvitation(scene.as(1), scene.store, order, sendTools(3))
    const sent = invitationsOf(scene, order.known).find(({ state }) => state === 'sent')!
    await resumeInvitation(scene.as(1), scene.store, order, sent, sendTools())
    expect(scene.demo.state.outbox).toHaveLength(1)
    expect(scene.demo.state.comments.filter(({ entityType, entityId }) => entityType === 'deal' && entityId === order.deal!.id)).toHaveLength(1)
  })

  it('knows an unfinished sending from one that is under way', () => {
    const at = (seconds: number): Date => new Date(Date.parse('2026-03-02T09:00:00Z') + seconds * 1000)
    expect(isUnfinished({ state: 'sending', by: 'duty', createdAt: '2026-03-02T09:00:00Z' }, at(30))).toBe(false)
    expect(isUnfinished({ state: 'sending', by: 'duty', createdAt: '2026-03-02T09:00:00Z' }, at(90))).toBe(true)
    expect(isUnfinished({ state: 'sent', by: 'duty', createdAt: '2026-03-02T09:00:00Z' }, at(90))).toBe(false)
  })
})
