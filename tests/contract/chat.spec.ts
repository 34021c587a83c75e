import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Chat } from '../../demo/state'
import { noReply, type Request } from '../in-process'
import { dealsWithAddress, NOW, openScene, orderFor, recordsOf, sendTools, valueOf, type Scene } from './scene'
import { chatWords } from '@/invitation/chat-words'
import { loadChatClient } from '@/invitation/chat-client'
import { resumeInvitation, sendInvitation, type Order } from '@/invitation/sending'
import type { ChatPlace } from '@/invitation/model/chat'
import type { Invitation } from '@/invitation/model/invitation'
import { loadRecipient, loadRequest, readInvitation } from '@/invitation/store'
import { PortalError } from '@/portal/errors'
import { getItem } from '@/portal/items'
import { handleNewAnswers } from '@/answer/handling'

/** Asking in a dialog of an open line: what is in the chat counts. */

class PageClosed extends Error {}

type Fault = 'lost before' | 'reply lost' | '503' | 'executed twice' | 'page closed before' | 'page closed after' | 'broken off behind the ticket' | 'broken off behind the message'
const FAULTS: Fault[] = [
  'lost before', 'reply lost', '503', 'executed twice', 'page closed before', 'page closed after', 'broken off behind the ticket', 'broken off behind the message'
]

/** The first `count` commands of a batch are executed, and the reply is lost; a single call is only lost. */
async function cut(door: Request, method: string, params: Record<string, unknown>, count: number): Promise<never> {
  if (method === 'batch') await door(method, { ...params, cmd: Object.fromEntries(Object.entries(params.cmd as object).slice(0, count)) })
  throw noReply()
}

/** Lets the n-th request (from 1) run into a fault; all others pass. */
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
        case 'broken off behind the ticket': return cut(door, method, params, 1)
        case 'broken off behind the message': return cut(door, method, params, 2)
      }
    }
  }
}

interface ChatScene { scene: Scene, chat: Chat, order: Order }

const MANAGER = 3

/** A deal whose client writes in a messenger; its dialog has `lines` messages. */
async function chatScene(lines = 2): Promise<ChatScene> {
  const scene = await openScene()
  const [dealId] = dealsWithAddress(scene.demo, scene.store)
  return withChat(scene, dealId!, lines)
}

function withChat(scene: Scene, dealId: number, lines = 2): ChatScene {
  const order = orderFor(scene, dealId, MANAGER)
  const chat = scene.demo.state.chats[0]!
  const deal = scene.demo.state.items.get(2)!.get(dealId)!
  Object.assign(chat, { deal: dealId, contact: order.recipient.id, company: Number(deal.fields.COMPANY_ID), operators: [MANAGER], active: true })
  for (let line = chat.messages.length; line < lines; line++) {
    chat.messages.push({ id: 1000 + line, authorId: chat.clientId, date: '2026-03-02T08:00:00Z', text: `…${line}` })
  }
  const place: ChatPlace = { id: chat.id, card: { kind: 'deal', id: dealId } }
  return { scene, chat, order: { ...order, email: '', chat: place } }
}

const saidIn = (chat: Chat, token: string): number => chat.messages.filter(({ text }) => text.includes(`,${token},`)).length

async function invitationsOf({ scene, order }: ChatScene): Promise<Invitation[]> {
  const ids = [...recordsOf(scene).keys()].filter(id => !order.known.has(id))
  const portal = scene.as(1)
  return Promise.all(ids.map(async id => {
    const { method, params } = getItem(scene.store.entityTypeId, id)
    return readInvitation(scene.store, (await portal.call<{ item: unknown }>(method, params)).item)
  }))
}

beforeEach(() => {
  vi.stubGlobal('setTimeout', (run: () => void) => {
    queueMicrotask(run)
    return 0
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('asking in a chat', () => {
  it('writes the invitation and one message with its link, notes it in the deal and on the person; the answer is handled', async () => {
    const at = await chatScene()
    const { scene, chat, order } = at
    const before = chat.messages.length
    const result = await sendInvitation(scene.as(MANAGER), scene.store, order, sendTools())
    expect(result).toMatchObject({ state: 'sent', confirmed: true })
    const [invitation] = await invitationsOf(at)
    expect(invitation).toMatchObject({ state: 'sent', channel: 'chat', by: 'duty', askedBy: MANAGER, contactId: order.recipient.id, chat: order.chat })
    expect(chat.messages).toHaveLength(before + 1)
    const message = chat.messages.at(-1)!
    expect(message).toMatchObject({ authorId: MANAGER })
    expect(message.text).toContain(`Здравствуйте, ${order.recipient.name}!`)
    expect(message.text).toContain(`,${invitation!.id},${invitation!.token},`)
    expect(scene.demo.state.outbox).toEqual([])
    expect(scene.demo.state.comments.filter(({ entityType, entityId }) => entityType === 'deal' && entityId === order.deal!.id)).toHaveLength(1)
    expect(scene.demo.state.comments.filter(({ entityType }) => entityType !== 'deal')).toEqual([])
    expect(scene.demo.state.items.get(3)!.get(order.recipient.id)!.fields.UF_CRM_CONTACT_FB_NOT_BEFORE).toContain('2026-05-31')

    scene.answer({ token: invitation!.token, inv: String(invitation!.id), nps: '9' })
    await handleNewAnswers(scene.as(1), scene.store, () => NOW)
    expect((await invitationsOf(at)).find(({ id }) => id === invitation!.id)).toMatchObject({ answered: true })
    const isAnswer = ({ fields }: { fields: Record<string, unknown> }): boolean => Number(fields.CATEGORY_ID) === scene.store.answerCategoryId
    const record = [...recordsOf(scene).values()].find(item => isAnswer(item) && valueOf(scene, item, 'FB_TOKEN') === invitation!.token)!
    expect(scene.demo.state.userFields.flatMap(field => field.enum).find(({ id }) => id === valueOf(scene, record, 'FB_CHANNEL'))).toMatchObject({ xmlId: 'chat' })
    expect(scene.demo.contractLog).toEqual([])
  })

  it('while the processes are in charge: the app writes at once, and the answer is theirs', async () => {
    const at = await chatScene()
    const result = await sendInvitation(at.scene.as(MANAGER), at.scene.store, { ...at.order, by: 'engine' }, sendTools())
    expect(result.state).toBe('sent')
    expect(await invitationsOf(at)).toMatchObject([{ state: 'sent', by: 'engine', channel: 'chat' }])
  })

  it('takes the survey\'s own words; names cannot carry signs of the messenger', async () => {
    const { scene, order } = await chatScene()
    const published = order.survey.published!
    const content = { ...published.content, asking: { ...published.content.asking, chat: { ru: '{client}, оцените «{deal}»' } } }
    const survey = { ...order.survey, published: { ...published, content } }
    const named = { ...order, survey, recipient: { ...order.recipient, name: '[URL=//x]Ольга[/URL]' } }
    const words = chatWords(scene.as(MANAGER), named, { id: 7, token: 'a'.repeat(32), expires: '2026-04-01T00:00:00Z' }, 'https://app.example/')
    expect(words).toMatch(/^［URL=\/\/x］Ольга［\/URL］, оцените «.+» https:\/\/app\.example\/survey\.html#/)
  })

  it('exactly one message per invitation, whatever happens to any request', async () => {
    const scene = await openScene()
    const deals = dealsWithAddress(scene.demo, scene.store)
    const injected: Record<string, number> = {}
    const messages: string[] = []
    for (const fault of FAULTS) {
      for (let round = 0; (injected[fault] ?? 0) < 50; round++) {
        const nth = 1 + round % 4
        const at = withChat(scene, deals[round % deals.length]!)
        // the next deal's dialog is another one
        at.chat.messages.length = 0
        const { wrap, struck } = faulty(fault, nth)
        const tools = sendTools(round * 31 + FAULTS.indexOf(fault) * 7919)
        await sendInvitation(scene.as(MANAGER, wrap), scene.store, at.order, tools).catch(async (error: unknown) => {
          if (!(error instanceof PageClosed) && !(error instanceof PortalError)) throw error
          await pressAgain(at, round * 131 + 5)
        })
        injected[fault] = (injected[fault] ?? 0) + struck()
        const written = await invitationsOf(at)
        const sent = written.filter(({ state }) => state === 'sent')
        const what = `${fault}, request ${nth}: ${JSON.stringify(written.map(({ state, why }) => [state, why]))}`
        expect(sent, what).toHaveLength(1)
        expect(saidIn(at.chat, sent[0]!.token), what).toBe(1)
        expect(at.chat.messages, what).toHaveLength(1)
        messages.push(sent[0]!.token)
      }
    }
    console.log(`faults injected while asking in a chat: ${JSON.stringify(injected)}; messages = invitations sent = ${new Set(messages).size}`)
    expect(new Set(messages).size).toBe(messages.length)
    expect(scene.demo.contractLog).toEqual([])
  }, 120_000)

  it.each([1, 2, 3])('waits for a portal that is still at work: the message is there at request %i after the lost reply', async wanted => {
    const at = await chatScene()
    const { scene, order, chat } = at
    let rest: (() => Promise<unknown>) | undefined
    let requests = 0
    const portal = scene.as(MANAGER, door => async (method, params) => {
      if (rest === undefined && method === 'batch' && JSON.stringify(params.cmd).includes('message.add')) {
        const [ticket, ...others] = Object.entries(params.cmd as Record<string, string>)
        await door(method, { ...params, cmd: Object.fromEntries([ticket!]) })
        rest = () => door(method, { ...params, cmd: Object.fromEntries(others) })
        throw noReply()
      }
      if (rest !== undefined && ++requests === wanted) await rest()
      return door(method, params)
    })
    await expect(sendInvitation(portal, scene.store, order, sendTools())).resolves.toMatchObject({ state: 'sent' })
    const [invitation] = await invitationsOf(at)
    expect(saidIn(chat, invitation!.token)).toBe(1)
  })

  it('finds its message in a busy chat, however many have come since', async () => {
    const at = await chatScene()
    const { scene, order, chat } = at
    await sendInvitation(scene.as(MANAGER, faulty('broken off behind the message', 3).wrap), scene.store, order, {
      ...sendTools(), wait: () => {
        for (let line = 0; line < 60; line++) chat.messages.push({ id: 5000 + chat.messages.length, authorId: chat.clientId, date: NOW.toISOString(), text: 'ещё' })
        return Promise.resolve()
      }
    })
    const [invitation] = await invitationsOf(at)
    expect(invitation).toMatchObject({ state: 'sent' })
    expect(saidIn(chat, invitation!.token)).toBe(1)
  })

  it.each<[string, (at: ChatScene) => void, string]>([
    ['the chat was closed meanwhile', ({ chat }) => { chat.active = false }, 'chatRefused'],
    ['the person left the chat', ({ chat }) => { chat.operators = [1] }, 'chatRefused'],
    ['the chat went to another card', ({ chat }) => { chat.deal = 2 }, 'chatRefused']
  ])('%s: said, nothing is left half done, and it can be asked by mail', async (_, change, code) => {
    const at = await chatScene()
    change(at)
    const { scene, order, chat } = at
    const before = chat.messages.length
    await expect(sendInvitation(scene.as(MANAGER), scene.store, order, sendTools())).rejects.toMatchObject({ code })
    expect(await invitationsOf(at)).toMatchObject([{ state: 'failed', why: code }])
    expect(chat.messages).toHaveLength(before)
    await expect(sendInvitation(scene.as(MANAGER), scene.store, orderFor(scene, order.deal!.id, MANAGER), sendTools(4))).resolves.toMatchObject({ state: 'sent' })
  })

  it('a refusal whose reply was lost is not taken for a message, and told at the next press', async () => {
    const at = await chatScene()
    at.chat.active = false
    const { scene, order } = at
    await expect(sendInvitation(scene.as(MANAGER, faulty('reply lost', 3).wrap), scene.store, order, sendTools())).rejects.toMatchObject({ code: 'chatUnconfirmed' })
    const [begun] = await invitationsOf(at)
    expect(begun).toMatchObject({ state: 'sending' })
    await expect(resumeInvitation(scene.as(MANAGER), scene.store, order, begun!, sendTools())).rejects.toMatchObject({ code: 'chatRefused' })
    expect(await invitationsOf(at)).toMatchObject([{ state: 'failed' }])
  })

  it('whoever cannot read the chat any more writes nothing on suspicion', async () => {
    const at = await chatScene()
    const { scene, order, chat } = at
    await sendInvitation(scene.as(MANAGER, faulty('page closed after', 3).wrap), scene.store, order, sendTools()).catch(() => null)
    const [sent] = await invitationsOf(at)
    // as if the request had broken off behind the message
    const { method, params } = { method: 'crm.item.update', params: { entityTypeId: scene.store.entityTypeId, id: sent!.id, fields: {
      [scene.store.names.FB_STATE]: scene.store.enums.FB_STATE!.sending
    } } }
    await scene.as(1).call(method, params)
    chat.operators = [1]
    const [begun] = await invitationsOf(at)
    await expect(resumeInvitation(scene.as(MANAGER), scene.store, order, begun!, sendTools())).rejects.toMatchObject({ code: 'chatUnconfirmed' })
    expect(saidIn(chat, sent!.token)).toBe(1)
    chat.operators = [MANAGER]
    await expect(resumeInvitation(scene.as(MANAGER), scene.store, order, begun!, sendTools())).resolves.toMatchObject({ state: 'sent', confirmed: false })
    expect(saidIn(chat, sent!.token)).toBe(1)
  })

  it('two people at once: one of them writes', async () => {
    const at = await chatScene()
    const { scene, order, chat } = at
    chat.operators = [MANAGER, 1]
    const results = await Promise.all([
      sendInvitation(scene.as(MANAGER), scene.store, order, sendTools(1)),
      sendInvitation(scene.as(1), scene.store, { ...order, sender: { ...order.sender, id: 1 } }, sendTools(2))
    ])
    expect(results.map(({ state }) => state).sort()).toEqual(['lost', 'sent'])
    expect(chat.messages.filter(({ text }) => text.includes('survey.html#'))).toHaveLength(1)
  })
})

/** What a person does after a failure: opens the screen again and finishes what is there, or asks anew. */
async function pressAgain(at: ChatScene, seed: number): Promise<void> {
  const { scene, order } = at
  const open = (await invitationsOf(at)).find(({ state }) => state === 'sending' || state === 'sent')
  if (open === undefined) await sendInvitation(scene.as(MANAGER), scene.store, order, sendTools(seed))
  // whatever is chosen now: it ends over the channel with which it was begun
  else if (open.state === 'sending') await resumeInvitation(scene.as(MANAGER), scene.store, orderFor(scene, order.deal!.id, MANAGER), open, sendTools())
}

describe('what the request knows of chats', () => {
  const seen = async ({ scene, order }: ChatScene, userId = MANAGER) => (await loadRequest(scene.as(userId), scene.store, order.deal!.id)).chats

  it('the dialog, its messenger, its newest message, and whom it is with', async () => {
    const at = await chatScene()
    const { chat, order } = at
    expect(await seen(at)).toEqual({
      seen: true, value: [{
        ...order.chat, title: 'Telegram', isMember: true, lastAt: chat.messages.at(-1)!.date,
        clients: { lead: 0, company: chat.company, contact: order.recipient.id, deal: order.deal!.id }
      }]
    })
    expect((await loadRecipient(at.scene.as(MANAGER), at.scene.store, order.recipient.id)).chats).toMatchObject({ value: [{ id: chat.id, card: { kind: 'contact' } }] })
    expect(at.scene.demo.contractLog).toEqual([])
  })

  it('who is not in it is told so', async () => {
    const at = await chatScene()
    expect(await seen(at, 5)).toMatchObject({ seen: true, value: [{ isMember: false, lastAt: null }] })
  })

  it('a dialog that has ended is none', async () => {
    const at = await chatScene()
    at.chat.active = false
    expect(await seen(at)).toEqual({ seen: true, value: [] })
  })

  it.each<[string, string, boolean]>([
    ['no right is not "no chat"', 'ACCESS_DENIED', false],
    ['a portal that fails is not "no chat"', 'INTERNAL_SERVER_ERROR', false],
    ['a portal without open lines has none', 'ERROR_METHOD_NOT_FOUND', true],
    ['an app without the scope knows of none', 'insufficient_scope', true]
  ])('%s', async (_, error, known) => {
    const at = await chatScene()
    at.scene.demo.faults.push({ kind: 'method-error', method: 'imopenlines.crm.chat.get', error, times: 9 })
    expect((await seen(at)).seen).toBe(known)
  })

  it('without a dialog it costs no request', async () => {
    const at = await chatScene()
    at.scene.demo.state.chats.length = 0
    let requests = 0
    const portal = at.scene.as(MANAGER, door => (method, params) => {
      requests++
      return door(method, params)
    })
    expect((await loadRequest(portal, at.scene.store, at.order.deal!.id)).chats).toEqual({ seen: true, value: [] })
    expect(requests).toBe(1)
  })
})

describe('an operator who writes himself', () => {
  const typed = ({ order }: ChatScene): Order => ({ ...order, chat: null })

  it('gets an invitation that is sent, and nothing is written into the chat', async () => {
    const at = await chatScene()
    const before = at.chat.messages.length
    const result = await sendInvitation(at.scene.as(MANAGER), at.scene.store, { ...typed(at), by: 'engine' }, sendTools())
    expect(result).toMatchObject({ state: 'sent' })
    const [invitation] = await invitationsOf(at)
    expect(invitation).toMatchObject({ state: 'sent', channel: 'chat', by: 'engine' })
    expect(invitation).not.toHaveProperty('chat')
    expect(at.chat.messages).toHaveLength(before)
    expect(at.scene.demo.state.outbox).toEqual([])
    expect(at.scene.demo.contractLog).toEqual([])
  })

  it.each(FAULTS.flatMap(fault => [1, 2, 3].map((nth): [Fault, number] => [fault, nth])))('%s, request %i: one invitation, noted once', async (fault, nth) => {
    const at = await chatScene()
    const { scene, order } = at
    await sendInvitation(scene.as(MANAGER, faulty(fault, nth).wrap), scene.store, typed(at), sendTools()).catch(async (error: unknown) => {
      if (!(error instanceof PageClosed) && !(error instanceof PortalError)) throw error
      const open = (await invitationsOf(at)).find(({ state }) => state === 'sending' || state === 'sent')
      if (open === undefined) await sendInvitation(scene.as(MANAGER), scene.store, typed(at), sendTools(7))
      else if (open.state === 'sending') await resumeInvitation(scene.as(MANAGER), scene.store, typed(at), open, sendTools())
    })
    const written = await invitationsOf(at)
    expect(written.filter(({ state }) => state === 'sent')).toHaveLength(1)
    expect(written.filter(({ state }) => state === 'sending')).toEqual([])
    expect(scene.demo.state.comments.filter(({ entityType, entityId }) => entityType === 'deal' && entityId === order.deal!.id).length).toBeLessThanOrEqual(1)
  })
})

describe('whom an operator is chatting with', () => {
  const found = async (at: ChatScene, change: Partial<Chat> = {}, userId = MANAGER) => {
    Object.assign(at.chat, change)
    const seen = await loadChatClient(at.scene.as(userId), at.scene.store, `chat${at.chat.id}`)
    return seen.state === 'found' ? { state: seen.state, deal: seen.view.deal?.id ?? null, person: seen.view.recipient } : { state: seen.state }
  }

  it('the contact and the deal of the dialog', async () => {
    const at = await chatScene()
    expect(await found(at)).toMatchObject({ state: 'found', deal: at.order.deal!.id, person: { seen: true, value: { kind: 'contact', id: at.order.recipient.id } } })
    expect(at.scene.demo.contractLog).toEqual([])
  })

  it.each<[string, Partial<Chat>, object]>([
    ['the deal\'s client where no contact is named', { contact: 0 }, { state: 'found', person: { seen: true, value: { kind: 'contact' } } }],
    ['a contact without a deal', { deal: 0, company: 0 }, { state: 'found', deal: null, person: { seen: true, value: { kind: 'contact' } } }],
    ['a company alone', { deal: 0, contact: 0 }, { state: 'found', deal: null, person: { seen: true, value: { kind: 'company' } } }],
    ['nobody', { deal: 0, contact: 0, company: 0 }, { state: 'noClient' }],
    ['a lead only', { deal: 0, contact: 0, company: 0, lead: 9 }, { state: 'leadOnly' }],
    ['a contact that is gone', { contact: 99_999 }, { state: 'found', person: { seen: false } }]
  ])('%s', async (_, change, expected) => {
    const at = await chatScene()
    expect(await found(at, change)).toMatchObject(expected)
  })

  it('a dialog that may not be read, and what is no dialog', async () => {
    const at = await chatScene()
    const portal = at.scene.as(MANAGER)
    expect(await loadChatClient(portal, at.scene.store, 'chat99999')).toEqual({ state: 'hiddenChat' })
    for (const id of ['', '7', 'sg3', 'chat']) expect(await loadChatClient(portal, at.scene.store, id), id).toEqual({ state: 'noChat' })
  })

  it('invitations of that person and of the company come along', async () => {
    const at = await chatScene()
    await sendInvitation(at.scene.as(MANAGER), at.scene.store, at.order, sendTools())
    const seen = await loadChatClient(at.scene.as(MANAGER), at.scene.store, `chat${at.chat.id}`)
    expect(seen).toMatchObject({ state: 'found', view: { invitations: { seen: true, value: [{ channel: 'chat', state: 'sent' }] }, sender: { id: MANAGER }, inCharge: 'duty' } })
  })
})
