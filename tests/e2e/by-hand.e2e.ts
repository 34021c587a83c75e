import { fileURLToPath } from 'node:url'
import type { Frame } from 'playwright-core'
import { describe, expect, test, beforeAll } from 'vitest'
import { askWithoutScreens } from './installed'
import { dataWords, frameOf, overflow, stopTransitions, strangeWords, violations } from './look'
import { openTab, pressInToolbar } from './places'
import { answersIn, askableDeals, invitationsIn, mailsOf, tasksOf } from './records'
import { useStage, type Lang, type Scene } from './stage'
import { shown, text } from './words'

/** What is done from the Feedback tab without the customer's own hand: an answer written down on the phone, and an invitation that nobody answers. */

const stage = useStage()
const PICTURES = fileURLToPath(new URL('../output/screens/', import.meta.url))
const say = (key: string): string => text('ru', key)
const ADMINISTRATOR = 1
const SELLER = 3

let scene: Scene
let deals: number[]
beforeAll(async () => {
  scene = await stage.open({ installed: true })
  deals = askableDeals(scene.portal)
})

async function expectFine(frame: Frame, lang: Lang): Promise<void> {
  expect(await overflow(frame)).toEqual([])
  expect(await violations(frame)).toEqual([])
  expect(await strangeWords(frame, lang, dataWords(scene.portal))).toEqual([])
}

const tabFrame = (page: Parameters<typeof openTab>[0]): Promise<Frame> => frameOf(page.locator('[role=tabpanel]:not([hidden]) .app-frame.tab > iframe'))

describe('an answer on the phone', () => {
  test('is entered from the deal, outlives a reload, and ends as a task for the right person', async () => {
    const [deal] = deals
    const { page } = await scene.visit(SELLER, `/crm/deal/details/${deal}/`)
    const before = answersIn(scene.portal).length
    let app = await openTab(page)
    await app.getByRole('button', { name: say('answer.byHand') }).click()
    await app.getByText(shown('ru', 'byHand.lead')).waitFor()
    // nothing said is complained about, where it is missing
    await app.getByRole('button', { name: say('byHand.save') }).click()
    await app.getByText(say('byHand.missing')).waitFor()
    const score = app.getByRole('radio', { name: '3', exact: true })
    await score.check({ force: true })
    await app.locator('textarea').fill('Ждали дольше, чем обещали.')
    const frame = await tabFrame(page)
    await stopTransitions(frame)
    await expectFine(frame, 'ru')
    await page.screenshot({ path: `${PICTURES}by-hand-ru-1280-light.png`, fullPage: true })

    await page.reload()
    app = await openTab(page)
    await app.getByRole('button', { name: say('answer.byHand') }).click()
    await app.getByText(shown('ru', 'byHand.restored')).waitFor()
    expect(await app.getByRole('radio', { name: '3', exact: true }).isChecked()).toBe(true)
    await app.getByRole('button', { name: say('byHand.save') }).click()
    await app.getByText(shown('ru', 'byHand.done')).waitFor()

    const [answer, ...others] = answersIn(scene.portal).slice(before)
    expect(others).toEqual([])
    expect(answer).toMatchObject({ posted: '3', comment: 'Ждали дольше, чем обещали.', stage: 'new' })
    expect(invitationsIn(scene.portal).filter(({ token }) => token === answer!.token)).toMatchObject([{ state: 'sent', dealId: deal }])

    // the duty person's worker handles it like any other
    await scene.visit(ADMINISTRATOR, '/')
    await expect.poll(() => answersIn(scene.portal).find(({ id }) => id === answer!.id)).toMatchObject({ stage: 'low', channel: 'phone', flag: null, dealId: deal })
    const [task] = tasksOf(scene.portal, answer!.id)
    // who entered it has asked: it is his client
    expect(Number(task!.fields.RESPONSIBLE_ID)).toBe(SELLER)
    expect(mailsOf(scene.portal, answer!.token)).toEqual([])

    await page.reload()
    app = await openTab(page)
    await app.getByText(shown('ru', 'answer.enteredBy.phone')).first().waitFor()
    const seen = await tabFrame(page)
    await stopTransitions(seen)
    await app.locator('details.group summary').first().click()
    await app.getByText(shown('ru', 'answer.entered.phone')).first().waitFor()
    await expectFine(seen, 'ru')
    await page.screenshot({ path: `${PICTURES}by-hand-entered-ru-1280-light.png`, fullPage: true })
  })

  test('is the answer to the invitation that is open; the request offers it too, at every width', async () => {
    const [, deal] = deals
    const open = await askWithoutScreens(scene.demo, deal!)
    const count = invitationsIn(scene.portal).length
    for (const [lang, width, theme] of [['en', 360, 'dark'], ['ru', 900, 'light']] as const) {
      const { page, leave } = await scene.visit(ADMINISTRATOR, `/crm/deal/details/${deal}/`, { lang, width, theme })
      const app = await pressInToolbar(page)
      await app.getByRole('button', { name: text(lang, 'invitation.byHandOffer') }).click()
      await app.getByText(shown(lang, 'byHand.open.title')).waitFor()
      const frame = await frameOf(page.frameLocator('.slider iframe').locator('.app-frame.full > iframe'))
      await stopTransitions(frame)
      await expectFine(frame, lang)
      await page.screenshot({ path: `${PICTURES}by-hand-open-${lang}-${width}-${theme}.png` })
      if (lang === 'ru') {
        await app.getByRole('radio', { name: '10', exact: false }).check({ force: true })
        await app.getByRole('button', { name: text(lang, 'byHand.save') }).click()
        await app.getByText(shown(lang, 'byHand.done')).waitFor()
      }
      await leave()
    }
    expect(invitationsIn(scene.portal)).toHaveLength(count)
    expect(answersIn(scene.portal).filter(({ token }) => token === open.token)).toMatchObject([{ posted: '10' }])
  })
})

test('nobody answers: reminded, sent to another address, cancelled, all from the tab', async () => {
  const [, , deal] = deals
  const open = await askWithoutScreens(scene.demo, deal!)
  const { page } = await scene.visit(ADMINISTRATOR, `/crm/deal/details/${deal}/`)
  const app = await openTab(page)
  await app.getByRole('button', { name: say('invitation.remindNow') }).click()
  await app.getByText(shown('ru', 'remind.lead')).waitFor()
  const frame = await tabFrame(page)
  await stopTransitions(frame)
  await expectFine(frame, 'ru')
  await page.screenshot({ path: `${PICTURES}remind-ru-1280-light.png`, fullPage: true })
  await app.getByRole('button', { name: say('remind.send') }).click()
  await app.getByText(shown('ru', 'remind.done')).waitFor()
  expect(mailsOf(scene.portal, open.token).map(({ originId }) => originId?.slice(-2))).toEqual(['/1', '/2'])
  await app.getByText(shown('ru', 'invitation.reminded')).waitFor()
  // not twice a day
  await app.getByRole('button', { name: say('invitation.remindNow') }).click()
  await app.getByText(shown('ru', 'remind.refused.tooSoon')).waitFor()
  await app.getByRole('button', { name: say('ui.close'), exact: true }).click()

  const contact = scene.portal.state.items.get(3)!.get(invitationsIn(scene.portal).find(({ id }) => id === open.id)!.contactId)!
  contact.fm.find(({ typeId }) => typeId === 'EMAIL')!.value = 'right@example.com'
  await app.getByRole('button', { name: say('invitation.resend.open') }).click()
  await app.getByText('right@example.com').first().waitFor({ state: 'attached' })
  await page.screenshot({ path: `${PICTURES}resend-tab-ru-1280-light.png`, fullPage: true })
  await app.getByRole('button', { name: say('invitation.resend.send') }).click()
  await app.getByText(shown('ru', 'invitation.result.sent')).waitFor()
  expect(scene.portal.state.outbox.filter(({ to }) => to === 'right@example.com')).toHaveLength(1)

  await app.getByRole('button', { name: say('invitation.cancel') }).click()
  await app.getByRole('button', { name: say('invitation.cancelConfirm') }).click()
  await expect.poll(() => invitationsIn(scene.portal).filter(({ dealId }) => dealId === deal).map(({ state, why }) => `${state} ${why}`.trim())).toEqual(['cancelled resent', 'cancelled'])
})
