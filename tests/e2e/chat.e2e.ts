import type { FrameLocator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Chat } from '../../demo/state'
import { answer } from './answering'
import { openTab, pressInToolbar } from './places'
import { answersIn, askableDeals, invitationsIn, nativeIn } from './records'
import { useStage, type Lang, type Scene } from './stage'
import { shown, text } from './words'

/**
 * Asking where the client already writes: from the deal into the dialog, and by the operator beside his input. The tests of one story build on each other.
 */

const stage = useStage()

/** The dialog of the seed that belongs to a deal, led to another one and its client. */
function chatOf({ portal }: Scene, dealId: number, operators: readonly number[]): Chat {
  const deal = portal.state.items.get(2)!.get(dealId)!.fields
  return Object.assign(portal.state.chats[0]!, {
    deal: dealId, contact: Number(deal.CONTACT_ID), company: Number(deal.COMPANY_ID), operators: [...operators], active: true
  })
}

const linkIn = (words: string): string => /https?:\/\/\S+survey\.html#\S+/.exec(words)?.[0] ?? ''

/** Presses the app's button beside the input. */
async function openBesideInput(page: Page): Promise<FrameLocator> {
  await page.locator('details.chat-app summary').click()
  return page.frameLocator('details.chat-app iframe')
}

describe.each<[Lang, 'duty' | 'engine', string]>([['ru', 'duty', 'Долго ждали'], ['en', 'engine', 'Quick and friendly']])('in %s, handled by: %s', (lang, by, comment) => {
  const say = (key: string): string => text(lang, key)
  const manager = 3
  let scene: Scene
  let dealId: number
  let chat: Chat
  let before: number

  beforeAll(async () => {
    scene = await stage.open({ installed: true, inCharge: by })
    dealId = askableDeals(scene.portal, manager)[0]!
    chat = chatOf(scene, dealId, [manager])
    before = chat.messages.length
  })

  test('the manager asks in the chat: one message stands there, no mail leaves', async () => {
    const { page } = await scene.visit(manager, `/crm/deal/details/${dealId}/`, { lang })
    const app = await pressInToolbar(page)
    await app.getByLabel(say('chat.over')).selectOption('chat')
    await app.getByText(say('chat.words')).waitFor()
    await app.locator('blockquote', { hasText: 'survey.html#…' }).waitFor()
    await app.getByRole('button', { name: say('invitation.request.send'), exact: true }).click()
    await app.getByText(shown(lang, 'invitation.result.written')).waitFor()

    expect(chat.messages).toHaveLength(before + 1)
    expect(chat.messages.at(-1)).toMatchObject({ authorId: manager })
    expect(invitationsIn(scene.portal).at(-1)).toMatchObject({ state: 'sent', dealId, channel: 'chat' })
    expect(scene.portal.state.outbox).toEqual([])
    expect(nativeIn(scene.portal, 3, chat.contact, 'FB_NOT_BEFORE')).toBeTruthy()
    await page.goto(`${scene.portalUrl}/online/?chat=${chat.id}`)
    await page.locator('.chat-log li.operator', { hasText: 'survey.html#' }).waitFor()
  })

  test('the customer answers by that link; it is handled, and the tab says how they were asked', async () => {
    const link = linkIn(chat.messages.at(-1)!.text)
    const { page: phone } = await scene.customer(link, { lang })
    await answer(phone, { score: by === 'duty' ? 3 : 10, comment, lang })
    if (by === 'duty') await scene.visit(1, '/tasks/')
    else scene.portal.advance(2 * 60_000)
    const { token } = invitationsIn(scene.portal).at(-1)!
    await expect.poll(() => answersIn(scene.portal).find(kept => kept.token === token)?.channel, { timeout: 20_000 }).toBe('chat')

    const { page } = await scene.visit(manager, `/crm/deal/details/${dealId}/`, { lang })
    const tab = await openTab(page)
    await tab.locator('details summary', { hasText: comment }).click()
    await tab.getByText(new RegExp(say('answer.over.chat'), 'i')).first().waitFor()
  })
})

describe('beside the input', () => {
  const manager = 3
  const say = (key: string): string => text('ru', key)
  let scene: Scene
  let dealId: number
  let chat: Chat

  beforeAll(async () => {
    scene = await stage.open({ installed: true })
    dealId = askableDeals(scene.portal, manager)[0]!
    chat = chatOf(scene, dealId, [manager])
  })

  test('the words go behind what the operator has typed, once; he sends them himself', async () => {
    const { page } = await scene.visit(manager, `/online/?chat=${chat.id}`)
    await page.locator('#chat-input').fill('Рады, что всё в порядке.')
    const app = await openBesideInput(page)
    await app.locator('blockquote').waitFor()
    await app.getByRole('button', { name: say('chat.widget.insert') }).click()
    await app.getByText(say('chat.widget.inserted')).waitFor()
    const words = await page.locator('#chat-input').inputValue()
    expect(words).toMatch(/^Рады, что всё в порядке\.\n.+survey\.html#/)
    expect(invitationsIn(scene.portal)).toMatchObject([{ state: 'sent', channel: 'chat', dealId }])
    expect(linkIn(words)).toContain(`,${invitationsIn(scene.portal)[0]!.token},`)

    const before = chat.messages.length
    await page.locator('#chat-input').press('Enter')
    await page.locator('.chat-log li.operator', { hasText: 'survey.html#' }).waitFor()
    expect(chat.messages).toHaveLength(before + 1)
  })

  test('whoever presses again learns that the client was asked, and gets the same words', async () => {
    const { page } = await scene.visit(manager, `/online/?chat=${chat.id}`)
    const app = await openBesideInput(page)
    await app.getByText(say('invitation.refusal.alreadyInvited')).waitFor()
    await app.getByRole('button', { name: say('chat.widget.again') }).click()
    await app.getByText(say('chat.widget.inserted')).waitFor()
    expect(await page.locator('#chat-input').inputValue()).toContain(`,${invitationsIn(scene.portal)[0]!.token},`)
    expect(invitationsIn(scene.portal)).toHaveLength(1)
  })

  test('a guest whom the CRM does not know: said plainly', async () => {
    const guest = scene.portal.state.chats.find(one => one.contact === 0 && one.deal === 0)!
    const { page } = await scene.visit(manager, `/online/?chat=${guest.id}`)
    const app = await openBesideInput(page)
    await app.getByText(say('chat.widget.noClient')).waitFor()
    expect(await app.getByRole('button').count()).toBe(0)
  })

  test('who is not in the chat reads so in the deal, and a chat that was ended meanwhile refuses with a reason', async () => {
    const [other] = askableDeals(scene.portal, manager).filter(id => {
      const { CONTACT_ID } = scene.portal.state.items.get(2)!.get(id)!.fields
      return CONTACT_ID !== chat.contact
    })
    chatOf(scene, other!, [5])
    const { page } = await scene.visit(manager, `/crm/deal/details/${other}/`)
    let app = await pressInToolbar(page)
    await app.getByText(shown('ru', 'chat.strange')).waitFor()

    chatOf(scene, other!, [manager])
    await page.goto(`${scene.portalUrl}/crm/deal/details/${other}/`)
    app = await pressInToolbar(page)
    await app.getByLabel(say('chat.over')).selectOption('chat')
    chat.active = false
    scene.expectRefusal(/message\.add .*CANCELED/)
    await app.getByRole('button', { name: say('invitation.request.send'), exact: true }).click()
    await app.getByText(say('errors.chatRefused.what')).waitFor()
    expect(invitationsIn(scene.portal).at(-1)).toMatchObject({ state: 'failed', why: 'chatRefused' })
    expect(scene.portal.state.outbox).toEqual([])
  })
})
