import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { answer } from './answering'
import { askWithoutScreens } from './installed'
import { frameOf, overflow, violations } from './look'
import { openTab } from './places'
import { answersIn, askableDeals, commentsOf, tasksOf } from './records'
import { useStage, type Scene } from './stage'
import { shown, text } from './words'
import own from '@/survey/page/call-back/texts.json'

/** A dissatisfied customer asks to be called back, on a phone; whoever looks after the deal gets a task. So does he for whoever is to be won back. */

const stage = useStage()
const MANAGER = 3
let scene: Scene
beforeAll(async () => {
  scene = await stage.open({ installed: true })
})

describe('call me back', () => {
  test('after an answer of 3: phone and time arrive as a task, once, over a bad line and a second device', async () => {
    const dealId = askableDeals(scene.portal)[0]!
    const asked = await askWithoutScreens(scene.demo, dealId, MANAGER)
    const { page, context, expectTrouble } = await scene.customer(asked.link(3), { width: 360, height: 740 })
    await answer(page, { comment: 'Долго ждали' })
    const form = page.locator('form')
    await form.getByRole('heading', { name: own.ru.phone }).waitFor()
    expect(await violations(page.mainFrame())).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
    expect(answersIn(scene.portal)).toHaveLength(1)

    // a number first
    await form.getByRole('button', { name: own.ru.call }).click()
    await page.getByText(own.ru.missing).waitFor()
    const phone = form.getByRole('textbox', { name: own.ru.phone })
    expect(await phone.getAttribute('type')).toBe('tel')
    await phone.fill('+7 701 555-44-33')
    await form.getByText(own.ru.evening, { exact: true }).click()
    expectTrouble(/ERR_INTERNET_DISCONNECTED/)
    await context.setOffline(true)
    await form.getByRole('button', { name: own.ru.call }).click()
    await page.getByText(own.ru.unsentText).waitFor()
    await context.setOffline(false)
    await page.getByRole('heading', { name: own.ru.done }).waitFor()
    await page.getByText('+7 701 555-44-33, вечером').waitFor()

    // the same link on another device
    const second = await scene.customer(asked.link(3), { width: 360, height: 740 })
    await answer(second.page, {})
    await second.page.getByRole('textbox', { name: own.ru.phone }).fill('+7 702 000 11 22')
    await second.page.getByRole('button', { name: own.ru.call }).click()
    await second.page.getByRole('heading', { name: own.ru.done }).waitFor()

    const duty = await scene.visit(1, '/')
    await expect.poll(() => answersIn(scene.portal).filter(({ stage: at }) => at === 'new')).toEqual([])
    await duty.leave()
    const kept = answersIn(scene.portal)
    expect(kept.map(({ flag }) => flag)).toEqual([null, 'callback', 'repeat', 'callback'])
    const [wish, again] = [kept[1]!, kept[3]!]
    expect(wish).toMatchObject({ token: asked.token, stage: 'set_aside', value: null, comment: '+7 701 555-44-33, вечером', dealId })
    const [task, ...others] = tasksOf(scene.portal, wish.id)
    expect(String(task?.fields.TITLE)).toMatch(/^Перезвонить: .+, \+7 701 555-44-33, вечером$/)
    expect(task?.fields).toMatchObject({ RESPONSIBLE_ID: MANAGER, CREATED_BY: 5 })
    expect([...others, ...tasksOf(scene.portal, again.id)]).toEqual([])
    expect([wish, again].map(({ id }) => commentsOf(scene.portal, dealId, id).length)).toEqual([1, 1])

    // whoever opens the deal sees it, with its task
    const manager = await scene.visit(MANAGER, `/crm/deal/details/${dealId}/`, { width: 900 })
    const tab = await openTab(manager.page)
    const entry = tab.locator('details', { hasText: text('ru', 'ui.flag.callback') }).filter({ hasText: '+7 701 555-44-33, вечером' })
    await entry.locator('summary').click()
    await entry.getByRole('button', { name: /^Перезвонить: / }).waitFor()
    expect(await entry.getByRole('button', { name: text('ru', 'case.say.closed') }).count()).toBe(0)
  })

  test('who is content is not asked for a number', async () => {
    const asked = await askWithoutScreens(scene.demo, askableDeals(scene.portal)[1]!)
    const { page } = await scene.customer(asked.link(9))
    await answer(page, {})
    expect(await page.locator('form').count()).toBe(0)
  })
})

describe('win back', () => {
  test('who was dissatisfied stands in a call list; one press gives whoever looks after them a task, and no second one', async () => {
    const say = (key: string): string => text('ru', `winBack.${key}`)
    const { page } = await scene.visit(1, '/marketplace/app/', { width: 900 })
    const frame = await frameOf(page.locator('.app-frame.full > iframe'))
    await frame.getByRole('link', { name: say('nav') }).click()
    await frame.getByRole('button', { name: say('show') }).click()
    const row = frame.getByRole('listitem').filter({ hasText: 'Долго ждали' })
    await row.getByText('3/10').waitFor()
    expect(await row.locator('a[href^="tel:"]').count()).toBe(1)
    expect([await violations(frame), await overflow(frame)]).toEqual([[], []])

    await frame.getByRole('textbox', { name: say('offer') }).fill('Скидка 10 %')
    const before = scene.portal.state.tasks.length
    await frame.getByRole('button', { name: shown('ru', 'winBack.give') }).click()
    await frame.getByText(shown('ru', 'winBack.result.given')).waitFor()
    const [task, ...others] = scene.portal.state.tasks.slice(before)
    expect(others).toEqual([])
    expect(task!.fields).toMatchObject({ RESPONSIBLE_ID: MANAGER, TITLE: expect.stringMatching(/^Вернуть клиента: /), DESCRIPTION: expect.stringMatching(/Долго ждали[^]*Скидка 10 %/) })
    await row.getByText(shown('ru', 'winBack.inHand')).waitFor()
    expect(await row.getByRole('checkbox').isDisabled()).toBe(true)
    expect(await frame.getByRole('button', { name: say('nobodyChosen') }).isDisabled()).toBe(true)

    const file = page.waitForEvent('download')
    await frame.getByRole('button', { name: say('csv') }).click()
    const csv = readFileSync(await (await file).path(), 'utf8')
    expect(csv.split('\r\n')[0]).toContain(say('file.comment'))
    expect(csv).toContain('Долго ждали')
  })
})
