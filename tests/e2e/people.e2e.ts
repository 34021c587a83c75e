import type { FrameLocator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { handleNewAnswers } from '@/answer/handling'
import { doorOf, portalOver } from '../in-process'
import { answer } from './answering'
import { askWithoutScreens } from './installed'
import { appOf, openTab, pressInToolbar } from './places'
import { answersIn, askableDeals, invitationsIn, storeOf } from './records'
import { useStage, type Scene } from './stage'
import { shown, text } from './words'

/** Who sees the report, who is not asked, and whose traces go: set on the settings' pages, felt where people work. */

const stage = useStage()
const ADMINISTRATOR = 1
/** reads every answer, by the role */
const MANAGER = 3
const say = (key: string): string => text('ru', key)

let scene: Scene
beforeAll(async () => { scene = await stage.open({ installed: true, answers: 40 }) })

async function openPage(nav: string): Promise<{ page: Page, app: FrameLocator }> {
  const { page } = await scene.visit(ADMINISTRATOR, '/marketplace/app/')
  const app = appOf(page)
  await app.getByRole('navigation', { name: say('settings.nav.label') }).getByRole('link', { name: say(nav) }).click()
  return { page, app }
}

/** In the portal's own dialogue, which stands in front of the app. */
async function choose(page: Page, name: string): Promise<void> {
  await page.locator('dialog').getByLabel(name, { exact: true }).check()
  await page.locator('dialog').getByRole('button', { name: 'OK' }).click()
}

const nameOf = (contactId: number): string => {
  const { NAME, LAST_NAME } = scene.portal.state.items.get(3)?.get(contactId)?.fields ?? {}
  return `${String(NAME)} ${String(LAST_NAME)}`
}
const contactOf = (dealId: number): number => Number(scene.portal.state.items.get(2)?.get(dealId)?.fields.CONTACT_ID)

describe('access to the report', () => {
  const openReport = async (userId: number): Promise<FrameLocator> => appOf((await scene.visit(userId, '/marketplace/placement/LEFT_MENU/0/')).page)
  const figures = (report: FrameLocator) => report.locator('[data-figure]').first()

  test('who is not on the list gets a sentence instead of the numbers; administrators are never kept out', async () => {
    const { app } = await openPage('access.nav')
    await app.getByRole('radio', { name: say('access.chosen.label') }).check()
    await app.getByText(say('access.nobody')).waitFor()
    await app.getByText(say('access.saved')).waitFor()

    const report = await openReport(MANAGER)
    await report.getByRole('heading', { name: say('report.refused.title') }).waitFor()
    expect(await figures(report).count()).toBe(0)
    await figures(await openReport(ADMINISTRATOR)).waitFor()
  })

  test('on the list: the numbers', async () => {
    const { page, app } = await openPage('access.nav')
    await app.getByRole('button', { name: say('access.add') }).click()
    await choose(page, 'Анна Соколова')
    await app.getByRole('listitem').filter({ hasText: 'Анна Соколова' }).waitFor()
    expect(JSON.parse(scene.portal.state.app.options.access ?? '')).toEqual({ report: 'chosen', users: [MANAGER], departments: [] })

    const report = await openReport(MANAGER)
    await figures(report).waitFor()
    expect(await report.getByRole('heading', { name: say('report.refused.title') }).count()).toBe(0)
  })

  test('a manager reads the page and changes nothing on it', async () => {
    const { page } = await scene.visit(MANAGER, '/marketplace/app/')
    const app = appOf(page)
    await app.getByRole('link', { name: say('access.nav') }).click()
    await app.getByText(say('access.readOnly')).waitFor()
    expect(await app.getByRole('radio').evaluateAll(radios => radios.every(radio => (radio as HTMLInputElement).matches(':disabled')))).toBe(true)
    expect(await app.getByRole('button', { name: say('access.add') }).count()).toBe(0)
  })
})

describe('do not ask', () => {
  let deal: number
  beforeAll(() => { deal = askableDeals(scene.portal)[0] ?? 0 })
  const request = async (): Promise<FrameLocator> => pressInToolbar((await scene.visit(MANAGER, `/crm/deal/details/${deal}/`)).page)
  const sendButton = (app: FrameLocator) => app.getByRole('button', { name: say('invitation.request.send'), exact: true })

  test('set for a contact: the request says why it is refused, and offers no way round', async () => {
    const { page, app } = await openPage('doNotAsk.nav')
    await app.getByRole('button', { name: say('doNotAsk.add') }).click()
    await choose(page, nameOf(contactOf(deal)))
    await app.getByRole('radio', { name: say('doNotAsk.choice.never') }).check()
    await app.getByRole('button', { name: say('ui.save') }).click()
    await app.getByRole('listitem').filter({ hasText: nameOf(contactOf(deal)) }).getByText(say('doNotAsk.never'), { exact: true }).waitFor()

    const panel = await request()
    await panel.getByText(say('invitation.refusal.optedOut').replace('{name}', nameOf(contactOf(deal)))).waitFor()
    expect(await sendButton(panel).count()).toBe(0)
    expect(await panel.getByRole('button', { name: say('invitation.refusal.sendAnywayAsk') }).count()).toBe(0)
    expect(invitationsIn(scene.portal).filter(({ dealId }) => dealId === deal)).toEqual([])
  })

  test('taken back: the contact can be asked', async () => {
    const { app } = await openPage('doNotAsk.nav')
    await app.getByRole('button', { name: say('doNotAsk.changeNamed').replace('{name}', nameOf(contactOf(deal))) }).click()
    await app.getByRole('radio', { name: say('doNotAsk.choice.any') }).check()
    await app.getByRole('button', { name: say('ui.save') }).click()
    await app.getByRole('status').getByText(shown('ru', 'doNotAsk.saved')).waitFor()

    const panel = await request()
    await sendButton(panel).click()
    await panel.getByText(shown('ru', 'invitation.result.sent')).waitFor()
  })
})

describe('erase everything about a contact', () => {
  /** Nobody else says it. */
  const WORD = 'Кукушкинлён'
  let contact: number

  /** Collections of the portal's whole state that contain the word. */
  const holding = (): string[] => {
    const contains = (part: unknown): boolean => JSON.stringify(part, (_, value: unknown) => value instanceof Map ? [...value.entries()] : value).includes(WORD)
    return Object.entries(scene.portal.snapshot()).filter(([, part]) => contains(part)).map(([name]) => name).sort()
  }
  const answersOf = () => answersIn(scene.portal).filter(({ dealId }) => contactOf(dealId) === contact)

  beforeAll(async () => {
    const deal = askableDeals(scene.portal)[1] ?? 0
    contact = contactOf(deal)
    const invitation = await askWithoutScreens(scene.demo, deal)
    const phone = await scene.customer(invitation.link(2))
    await answer(phone.page, { comment: `${WORD}: обещали перезвонить и забыли.` })
    await phone.leave()
    const portal = portalOver(doorOf(scene.portal), { origin: scene.portalUrl, appOptions: scene.portal.state.app.options, isInstalled: true })
    await handleNewAnswers(portal, storeOf(scene.portal), () => scene.portal.now())
  })

  test('first the list, then the typed name; only what was announced is left', async () => {
    const before = holding()
    expect(before).toEqual(['activities', 'comments', 'formResults', 'items', 'tasks'])
    const { page, app } = await openPage('doNotAsk.nav')
    await app.getByRole('button', { name: say('doNotAsk.eraseOther') }).click()
    await choose(page, nameOf(contact))

    await app.getByRole('heading', { name: shown('ru', 'doNotAsk.erasure.goes') }).waitFor()
    for (const kind of ['answer', 'invitation', 'task', 'comment', 'lastScore']) {
      await app.getByText(shown('ru', `doNotAsk.erasure.kind.${kind}`)).first().waitFor()
    }
    await app.getByText(say('doNotAsk.erasure.stay.formResults')).waitFor()
    await app.getByText(say('doNotAsk.erasure.stay.sentMails')).waitFor()
    expect(holding(), 'looking changes nothing').toEqual(before)

    const name = app.getByLabel(say('doNotAsk.erasure.label'))
    const erase = app.getByRole('button', { name: say('doNotAsk.erasure.delete') })
    await name.fill('кто-то другой')
    await erase.click()
    await app.getByText(say('doNotAsk.erasure.mismatch')).waitFor()
    expect(holding(), 'another name deletes nothing').toEqual(before)

    await name.fill(nameOf(contact))
    await erase.click()
    await app.getByText(say('doNotAsk.erasure.checked')).waitFor()
    expect(holding()).toEqual(['formResults'])
    // what is left is still said, though nothing leads to it any more
    await app.getByText(say('doNotAsk.erasure.stay.formResults')).waitFor()
    expect(answersOf()).toEqual([])
    expect(invitationsIn(scene.portal).filter(({ contactId }) => contactId === contact)).toEqual([])
  })

  test('the tab of the contact is empty', async () => {
    const { page } = await scene.visit(MANAGER, `/crm/contact/details/${contact}/`)
    const tab = await openTab(page)
    await tab.getByText(say('answer.empty.contact')).waitFor()
    expect(await tab.getByText(WORD).count()).toBe(0)
  })
})
