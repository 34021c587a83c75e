import { fileURLToPath } from 'node:url'
import type { FrameLocator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { answer } from './answering'
import { frameOf, overflow, stopTransitions, violations } from './look'
import { appOf, openFromMenu, openTab, pressInToolbar } from './places'
import { answersIn, askableDeals, invitationsIn, nativeIn, storeOf, tasksOf } from './records'
import { useStage, type Lang, type Scene } from './stage'
import { text } from './words'

/** A portal whose plan has no smart processes: invitations and answers are deals, from the installation to the report. */

const stage = useStage()
const MANAGER = 2
const PICTURES = fileURLToPath(new URL('../output/screens/', import.meta.url))
/** A chain of list pages in one batch runs past the last record: the portal refuses the command behind it, by design. */
const END_OF_LIST = /crm\.item\.list .*leads nowhere/

let scene: Scene
beforeAll(async () => { scene = await stage.open({ switches: { smartProcesses: false } }) })

const install = (app: FrameLocator, lang: Lang): Promise<void> =>
  app.getByRole('button', { name: text(lang, 'settings.install.install'), exact: true }).click()

/** The installation as far as the portal's refusal. */
async function refused(lang: Lang, view: { width?: number, theme?: 'light' | 'dark' } = {}): Promise<{ page: Page, app: FrameLocator }> {
  const { page, expectTrouble } = await scene.visit(1, '/marketplace/app/', { lang, ...view })
  expectTrouble(/status of 400/)
  const app = appOf(page)
  await app.getByLabel(text(lang, 'settings.install.company.label')).fill('Алатау')
  await install(app, lang)
  await app.getByText(text(lang, 'settings.install.keep.refused')).waitFor()
  return { page, app }
}

describe('the installation', () => {
  test.each<[Lang, number, 'light' | 'dark']>([['ru', 1280, 'light'], ['en', 900, 'dark'], ['ru', 360, 'dark'], ['en', 360, 'light']])(
    'says what deals as records mean, and makes nothing before: %s, %d px, %s', async (lang, width, theme) => {
      const { page, app } = await refused(lang, { width, theme })
      await app.getByText(text(lang, 'settings.install.keep.warning.numbers')).waitFor()
      expect(await app.locator('[name=keepIn]:checked').count()).toBe(0)
      const frame = await frameOf(page.locator('.app-frame.full > iframe'))
      await stopTransitions(frame)
      await page.screenshot({ path: `${PICTURES}deal-store-choice-${lang}-${width}-${theme}.png`, fullPage: true })
      expect([...await violations(frame), ...await overflow(frame)]).toEqual([])
      const { state } = scene.portal
      expect([state.types.length, state.userFields.filter(({ fieldName }) => fieldName.includes('_FB_')).length, state.placements.length]).toEqual([0, 0, 0])
      expect(state.categories.filter(({ name }) => name.startsWith('Отзывы'))).toEqual([])
    }
  )

  test('goes on when that was chosen, and ends with everything in place', async () => {
    const { page, app } = await refused('ru')
    await install(app, 'ru')
    await app.getByText(text('ru', 'settings.install.keep.choose')).waitFor()
    await app.getByRole('radio', { name: text('ru', 'settings.install.keep.deals.label'), exact: false }).check()
    await install(app, 'ru')
    await app.getByRole('navigation', { name: text('ru', 'settings.nav.label') }).waitFor()
    await page.screenshot({ path: `${PICTURES}deal-store-installed-ru-1280-light.png`, fullPage: true })
    expect(scene.portal.state.app.installed).toBe(true)
    expect(storeOf(scene.portal)).toMatchObject({ entityTypeId: 2, typeId: 0 })
    expect(scene.portal.state.forms).toHaveLength(1)
  })
})

describe('one request', () => {
  let dealId: number
  let answerId: number

  test('is sent by the portal\'s own processes', async () => {
    dealId = askableDeals(scene.portal, MANAGER)[0]!
    const { page } = await scene.visit(MANAGER, `/crm/deal/details/${dealId}/`)
    const app = await pressInToolbar(page)
    await app.getByRole('button', { name: text('ru', 'invitation.request.send'), exact: true }).click()
    await expect.poll(() => invitationsIn(scene.portal).at(-1)?.dealId).toBe(dealId)
    scene.portal.advance(2 * 60_000)
    await expect.poll(() => invitationsIn(scene.portal).at(-1)?.state).toBe('sent')
    expect(scene.portal.state.outbox.filter(({ html }) => html.includes('survey.html'))).toHaveLength(1)
  })

  test('is answered and handled by them, among the company\'s deals and none of them', async () => {
    const { html } = scene.portal.state.outbox.find(mail => mail.html.includes('survey.html'))!
    const links = [...html.matchAll(/href="([^"]+survey\.html[^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'))
    const { page } = await scene.customer(links.find(href => href.split(',')[6] === '3') ?? links[0]!)
    await answer(page, { comment: 'Долго ждали' })
    await expect.poll(() => answersIn(scene.portal).at(-1)?.stage).toBe('low')
    const kept = answersIn(scene.portal).at(-1)!
    answerId = kept.id
    expect(kept).toMatchObject({ flag: null, value: 3, score: 30, dealId })
    expect(nativeIn(scene.portal, 2, dealId, 'FB_LAST_SCORE')).toBe(30)
    expect(tasksOf(scene.portal, answerId)).toMatchObject([{ fields: { RESPONSIBLE_ID: MANAGER } }])
    const record = scene.portal.state.items.get(2)!.get(answerId)!.fields
    expect([record.OPPORTUNITY ?? 0, record.STAGE_SEMANTIC_ID]).toEqual([0, 'P'])
  })

  test('is seen on the card of the deal; the card of the answer shows the answer', async () => {
    const { page } = await scene.visit(MANAGER, `/crm/deal/details/${dealId}/`)
    await (await openTab(page)).locator('.surface').first().getByText('Долго ждали').waitFor()

    await page.goto(`${scene.portalUrl}/crm/deal/details/${answerId}/`)
    const own = await openTab(page)
    await own.getByText('Долго ждали').waitFor()
    await page.screenshot({ path: `${PICTURES}deal-store-answer-ru-1280-light.png`, fullPage: true })

    await page.goto(`${scene.portalUrl}/crm/deal/details/${invitationsIn(scene.portal).at(-1)!.id}/`)
    await (await openTab(page)).getByText(text('ru', 'answer.record.what')).waitFor()
    await page.screenshot({ path: `${PICTURES}deal-store-invitation-ru-1280-light.png`, fullPage: true })
    const request = await pressInToolbar(page)
    await request.getByText(text('ru', 'invitation.refusal.ownRecord')).waitFor()
    expect(await request.getByRole('button', { name: text('ru', 'invitation.request.askSomebodyElse') }).count()).toBe(0)
    await page.screenshot({ path: `${PICTURES}deal-store-request-ru-1280-light.png`, fullPage: true })
  })

  test('is in the report', async () => {
    const { page } = await scene.visit(1, '/')
    scene.expectRefusal(END_OF_LIST)
    const report = await openFromMenu(page, 'LEFT_MENU')
    await report.getByText('Долго ждали').first().waitFor()
  })
})
