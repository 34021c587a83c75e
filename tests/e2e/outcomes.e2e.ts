import { fileURLToPath } from 'node:url'
import type { FrameLocator, Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Task } from '../../demo/state'
import { handleNewAnswers } from '@/answer/handling'
import type { Plan } from '@/plan/model/plan'
import { doorOf, portalOver } from '../in-process'
import { answer } from './answering'
import { askWithoutScreens } from './installed'
import { frameOf, overflow, stopTransitions, violations } from './look'
import { surveysIn } from './made-surveys'
import { appOf, openTab } from './places'
import { answersIn, askableDeals, nativeIn, publishedIn, storeOf, tasksOf } from './records'
import { useStage, type Lang, type Scene } from './stage'
import { text } from './words'

/** What becomes of an answer: said by its owner on the card of the deal, and felt in task, deal and client. */

const stage = useStage()
const MANAGER = 3
const PICTURES = fileURLToPath(new URL('../output/screens/', import.meta.url))

let scene: Scene
let dealId: number
let answerId: number
beforeAll(async () => {
  scene = await stage.open({ installed: true })
  dealId = askableDeals(scene.portal)[0]!
  const { link } = await askWithoutScreens(scene.demo, dealId, MANAGER)
  const customer = await scene.customer(link(2), { lang: 'ru' })
  await answer(customer.page, { comment: 'Долго ждали' })
  await customer.leave()
  await handleNewAnswers(portalOver(doorOf(scene.portal), { origin: scene.portalUrl }), storeOf(scene.portal), () => scene.portal.now())
  answerId = answersIn(scene.portal).at(-1)!.id
})

const stageOf = (): string | undefined => answersIn(scene.portal).find(({ id }) => id === answerId)?.stage
const task = (): Task => tasksOf(scene.portal, answerId)[0]!
const deal = (): Record<string, unknown> => scene.portal.state.items.get(2)!.get(dealId)!.fields

async function openAnswer(lang: Lang, view: { width?: number, theme?: 'light' | 'dark' } = {}): Promise<{ page: Page, tab: FrameLocator, panel: Locator }> {
  const { page } = await scene.visit(MANAGER, `/crm/deal/details/${dealId}/`, { lang, ...view })
  const tab = await openTab(page)
  await tab.locator('details.group').first().locator('summary').first().click()
  const panel = tab.getByRole('region', { name: text(lang, 'case.title') })
  await panel.getByRole('button', { name: text(lang, 'case.say.closed') }).waitFor()
  return { page, tab, panel }
}

describe('the plan', () => {
  test.each<[Lang, number, 'light' | 'dark']>([['en', 360, 'dark'], ['ru', 1280, 'light']])('says what questions that remain do: %s, %d px, %s', async (lang, width, theme) => {
    const say = (key: string): string => text(lang, key)
    const { page } = await scene.visit(1, '/marketplace/app/', { lang, width, theme })
    const app = appOf(page)
    await app.getByRole('navigation', { name: say('settings.nav.label') }).getByRole('link', { name: say('settings.nav.surveys') }).click()
    await app.getByRole('link', { name: publishedIn(scene.portal).name, exact: true }).click()
    const outcomes = app.locator('#plan-outcomes')
    await outcomes.getByRole('button').click()
    await outcomes.getByLabel(say('plan.outcomes.stage')).selectOption('EXECUTING')
    const frame = await frameOf(page.locator('.app-frame.full > iframe'))
    await stopTransitions(frame)
    await outcomes.screenshot({ path: `${PICTURES}plan-outcomes-${lang}-${width}-${theme}.png` })
    expect(await overflow(frame)).toEqual([])
    if (width < 1000) return
    await app.getByRole('button', { name: say('survey.publish.label'), exact: true }).click()
    await expect.poll(() => (surveysIn(scene.portal)[0]?.published?.plan as Plan | undefined)?.outcomes, { timeout: 20_000 })
      .toEqual({ questionsRemain: { stage: 'EXECUTING', deadlineHours: 24 } })
  })
})

describe('an answer', () => {
  test.each<[Lang, number, 'light' | 'dark']>([['ru', 1280, 'light'], ['en', 900, 'dark'], ['ru', 360, 'light'], ['en', 360, 'dark']])(
    'asks what became of it: %s, %d px, %s', async (lang, width, theme) => {
      const { page, tab, panel } = await openAnswer(lang, { width, theme })
      const frame = await frameOf(page.locator('[role=tabpanel]:not([hidden]) .app-frame.tab > iframe'))
      await stopTransitions(frame)
      for (const word of ['questionsRemain', 'closed', 'noContact']) {
        await panel.getByRole('button', { name: text(lang, `case.say.${word}`), exact: true }).click()
        const save = panel.getByRole('button', { name: text(lang, `case.form.save.${word}`), exact: true })
        await save.and(tab.locator(':enabled')).waitFor()
        await page.screenshot({ path: `${PICTURES}case-${word}-${lang}-${width}-${theme}.png`, fullPage: true })
        expect([...await violations(frame), ...await overflow(frame)], word).toEqual([])
      }
    }
  )

  test('questions remain: in work, the task has more time, the deal moves', async () => {
    const { tab, panel } = await openAnswer('ru')
    await panel.getByText('Анна Соколова').first().waitFor()
    await panel.getByRole('button', { name: text('ru', 'case.say.questionsRemain') }).click()
    await panel.getByRole('spinbutton').fill('5')
    // the plan's suggestion
    await expect.poll(() => panel.getByLabel(text('ru', 'case.form.stage')).inputValue()).toBe('EXECUTING')
    await panel.getByRole('button', { name: text('ru', 'case.form.save.questionsRemain') }).click()
    await panel.getByText(text('ru', 'case.saved.questionsRemain')).waitFor()
    await tab.getByText(text('ru', 'answer.state.work'), { exact: true }).waitFor()
    expect([stageOf(), deal().STAGE_ID]).toEqual(['work', 'EXECUTING'])
    expect((Date.parse(String(task().fields.DEADLINE)) - scene.portal.now().getTime()) / 86_400_000).toBeCloseTo(5, 1)
  })

  test('closed: the cause is kept, the task done, the client may be asked at once', async () => {
    expect(nativeIn(scene.portal, 3, Number(deal().CONTACT_ID), 'FB_NOT_BEFORE')).not.toBeNull()
    const { tab, panel } = await openAnswer('ru')
    await panel.getByRole('button', { name: text('ru', 'case.say.closed') }).click()
    await panel.getByRole('textbox').fill('Долгая доставка')
    await panel.getByRole('checkbox').check()
    await panel.getByRole('textbox').press('Enter')
    await panel.getByText(text('ru', 'case.saved.closed')).waitFor()
    await tab.getByText(text('ru', 'answer.state.closed'), { exact: true }).waitFor()
    await panel.getByText('Долгая доставка').waitFor()
    await panel.getByText(text('ru', 'case.askAgain')).waitFor()
    expect([stageOf(), Number(task().fields.STATUS), nativeIn(scene.portal, 3, Number(deal().CONTACT_ID), 'FB_NOT_BEFORE')]).toEqual(['closed', 5, null])
  })

  test('completed in the portal, the task closes the answer at the duty person\'s next look', async () => {
    const { panel } = await openAnswer('ru')
    await panel.getByRole('button', { name: text('ru', 'case.say.questionsRemain') }).click()
    await panel.getByRole('button', { name: text('ru', 'case.form.save.questionsRemain') }).click()
    await panel.getByText(text('ru', 'case.saved.questionsRemain')).waitFor()
    expect([stageOf(), Number(task().fields.STATUS)]).toEqual(['work', 2])
    await portalOver(doorOf(scene.portal, MANAGER)).call('tasks.task.complete', { taskId: task().id })
    await scene.visit(1, '/')
    await expect.poll(stageOf, { timeout: 20_000 }).toBe('closed')
  })

  test('on its own page asks the same', async () => {
    const { page } = await scene.visit(MANAGER, `/marketplace/view/${scene.portal.state.app.code}/?params[answer]=${answerId}`, { lang: 'ru' })
    const panel = appOf(page).getByRole('region', { name: text('ru', 'case.title') })
    await panel.getByRole('button', { name: text('ru', 'case.say.noContact') }).click()
    await panel.getByRole('textbox').fill('Трижды звонили')
    await page.screenshot({ path: `${PICTURES}case-page-ru-1280-light.png`, fullPage: true })
    await panel.getByRole('button', { name: text('ru', 'case.form.save.noContact') }).click()
    await appOf(page).getByText(`· ${text('ru', 'answer.state.no_contact')}`).waitFor()
    expect([stageOf(), Number(task().fields.STATUS)]).toEqual(['no_contact', 5])
  })
})
