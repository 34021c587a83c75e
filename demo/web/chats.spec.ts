// @vitest-environment node
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Demo } from '../start'
import { startDemo } from '../start'
import type { Chat } from '../state'

let demo: Demo
let chat: Chat

beforeAll(async () => { demo = await startDemo({ port: 0, appPort: 0, answers: 0 }) })
afterAll(() => demo.close())
beforeEach(() => {
  chat = demo.portal.state.chats[0]!
  Object.assign(chat, { active: true, operators: [2, 3] })
})

const headers = (userId: number): Record<string, string> => ({ cookie: `demo_user_${new URL(demo.portalUrl).port}=${userId}`, origin: demo.portalUrl })
const page = async (path: string, userId: number): Promise<string> => await (await fetch(demo.portalUrl + path, { headers: headers(userId) })).text()
const act = (userId: number, posted: Record<string, string>): Promise<Response> =>
  fetch(`${demo.portalUrl}/demo/chat/`, { method: 'POST', headers: headers(userId), body: new URLSearchParams({ id: String(chat.id), ...posted }), redirect: 'manual' })

describe('the messenger', () => {
  it('lists the dialogs that somebody may see', async () => {
    const names = demo.portal.state.chats.map(({ name }) => name)
    const all = await page('/online/', 1)
    for (const name of names) expect(all).toContain(name)
    // a guest is in no card: only his operators see him
    expect(await page('/online/', 4)).not.toContain('Гость')
  })

  it('shows log and input to its members, links as links, and nothing as markup', async () => {
    chat.messages.push({ id: 900, authorId: 2, date: chat.created, text: '<b>https://app.example/survey.html#a,b,1</b>' })
    const shown = await page(`/online/?chat=${chat.id}`, 2)
    expect(shown).toContain('<textarea id="chat-input"')
    expect(shown).toContain('<a href="https://app.example/survey.html#a,b,1')
    expect(shown).not.toContain('<b>https')
    expect(await page(`/online/?chat=${chat.id}`, 1)).not.toContain('chat-input')
  })

  it('takes what a member says, lets others join, and ends', async () => {
    const before = chat.messages.length
    expect((await act(2, { do: 'say', text: 'Hello' })).status).toBe(303)
    expect(chat.messages.at(-1)).toMatchObject({ authorId: 2, text: 'Hello' })
    expect((await act(5, { do: 'say', text: 'Hello' })).status).toBe(200)
    await act(2, { do: 'say', text: '  ' })
    expect(chat.messages).toHaveLength(before + 1)
    await act(5, { do: 'join' })
    expect(chat.operators).toEqual([2, 3, 5])
    await act(5, { do: 'end' })
    await act(5, { do: 'say', text: 'Too late' })
    expect([chat.active, chat.messages.length]).toEqual([false, before + 1])
  })
})
