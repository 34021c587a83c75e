import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dataWords, frameOf, overflow, stopTransitions, strangeWords, violations } from './look'
import { openFromMenu } from './places'
import { answersIn, tasksOf } from './records'
import { useStage, type Lang, type Scene, type Visitor, type VisitOptions } from './stage'
import { shown, text } from './words'
import { LEFT_MS, THANKS_MS } from '@/survey/page/shared/shared-place'
import own from '@/survey/page/shared/texts.json'

/** Links for places: made in the settings, opened by one after the other, on a device that everybody uses, and framed by somebody else's page. */

const stage = useStage()
const PICTURES = fileURLToPath(new URL('../output/screens/', import.meta.url))
const ADMINISTRATOR = 1
const say = (key: string): string => text('ru', key)

let scene: Scene
let site: Server
beforeAll(async () => {
  scene = await stage.open({ installed: true })
  // a page of another site, with what the settings gave to be pasted
  site = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Shop</title><link rel="icon" href="data:,"><body style="margin:0">${pasted}`)
  })
  await new Promise<void>(resolve => { site.listen(0, 'localhost', resolve) })
})
afterAll(() => new Promise(resolve => { site.close(resolve) }))
let pasted = ''

async function openLinks(options: VisitOptions = {}): Promise<Visitor & { frame: Frame }> {
  const visitor = await scene.visit(ADMINISTRATOR, '/marketplace/app/', options)
  const frame = await frameOf(visitor.page.locator('.app-frame.full > iframe'))
  await frame.getByRole('navigation', { name: text(options.lang ?? 'ru', 'settings.nav.label') }).getByRole('link', { name: text(options.lang ?? 'ru', 'sharedLinks.nav') }).click()
  await frame.getByRole('heading', { level: 2, name: text(options.lang ?? 'ru', 'sharedLinks.title') }).waitFor()
  return { ...visitor, frame }
}

async function make(frame: Frame, kind: 'link' | 'qr' | 'kiosk' | 'embed', name: string): Promise<string> {
  await frame.getByRole('button', { name: say('sharedLinks.make') }).click()
  await frame.getByRole('textbox', { name: say('sharedLinks.name') }).fill(name)
  await frame.getByRole('radio', { name: say(`sharedLinks.kind.${kind}.label`) }).check()
  await frame.getByRole('form', { name: say('sharedLinks.making') }).getByRole('button', { name: say('sharedLinks.make') }).click()
  return await card(frame, name).getByRole('link', { name: say('sharedLinks.open') }).getAttribute('href') ?? ''
}
const card = (frame: Frame, name: string) => frame.getByRole('article').filter({ hasText: name })

/** On one page, or question by question. */
async function answer(page: Page | Frame, score: number): Promise<void> {
  await page.locator('.point', { has: page.locator(`input[value="${score}"]`) }).click()
  const next = page.getByRole('button', { name: say('page.next') })
  if (await next.count() > 0) await next.click()
  await page.getByRole('button', { name: say('page.send'), exact: true }).click()
  await page.getByText(shown('ru', 'page.received')).waitFor()
}
const flags = (): (string | null)[] => answersIn(scene.portal).map(({ flag }) => flag).filter(flag => flag !== 'test')

async function expectFine(frame: Frame, lang: Lang): Promise<void> {
  await stopTransitions(frame)
  expect(await overflow(frame)).toEqual([])
  expect(await violations(frame)).toEqual([])
  expect(await strangeWords(frame, lang, dataWords(scene.portal))).toEqual([])
}

let kiosk = ''

describe('links for places', () => {
  test('are made in the settings, and opened by one person after the other', async () => {
    const { page: settings, frame } = await openLinks()
    await frame.getByText(say('sharedLinks.none')).waitFor()
    const poster = await make(frame, 'qr', 'Офис на Абая')
    await card(frame, 'Офис на Абая').getByRole('button', { name: say('sharedLinks.qr') }).click()
    for (const [type, start] of [['svg', '<svg'], ['png', '\u0089PNG']] as const) {
      const [file] = await Promise.all([settings.waitForEvent('download'), card(frame, 'Офис на Абая').getByRole('button', { name: say(`sharedLinks.${type}`) }).click()])
      expect(file.suggestedFilename()).toBe(`Офис-на-Абая.${type}`)
      expect((await readFile(await file.path())).toString('latin1')).toMatch(new RegExp(`^${start}`))
    }
    kiosk = await make(frame, 'kiosk', 'Планшет в зале')
    await make(frame, 'embed', 'Сайт')
    await card(frame, 'Сайт').getByRole('button', { name: say('sharedLinks.embed') }).click()
    pasted = await card(frame, 'Сайт').locator('code').innerText()
    expect(pasted).toMatch(/^<iframe src="[^"]+,embed" title="[^"]+" style="[^"]+" loading="lazy"><\/iframe>$/)

    const { page } = await scene.customer(poster)
    await answer(page, 2)
    await page.reload()
    await page.getByRole('heading', { name: say('page.answeredTitle') }).waitFor()
    await page.getByRole('button', { name: own.ru.again }).click()
    await answer(page, 10)
    const other = await scene.customer(poster)
    await answer(other.page, 6)

    const duty = await scene.visit(ADMINISTRATOR, '/')
    await expect.poll(() => answersIn(scene.portal).filter(({ stage: at }) => at === 'new')).toEqual([])
    await duty.leave()
    expect(flags()).toEqual(['shared', 'shared', 'shared'])
    const low = answersIn(scene.portal).find(({ value }) => value === 2)!
    expect(low).toMatchObject({ stage: 'low', channel: 'qr' })
    expect(tasksOf(scene.portal, low.id)).toHaveLength(1)
  })

  test('a kiosk keeps nothing, and begins anew after the thank-you and when somebody has left', async () => {
    const { page } = await scene.customer(kiosk, { width: 1024, height: 768 })
    await page.clock.install()
    await page.reload()
    await answer(page, 3)
    await page.screenshot({ path: `${PICTURES}shared-kiosk-thanks-1024.png` })
    await page.clock.fastForward(THANKS_MS)
    await page.locator('.point').first().waitFor()
    expect(await page.locator('input:checked').count()).toBe(0)
    await page.screenshot({ path: `${PICTURES}shared-kiosk-1024.png` })

    await page.locator('.point').first().click()
    expect(await page.locator('input:checked').count()).toBe(1)
    await page.clock.fastForward(LEFT_MS)
    await expect.poll(() => page.locator('input:checked').count()).toBe(0)
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0])
  })

  test.each([[320, 'may keep things'], [320, 'may not'], [900, 'may keep things']] as const)('framed by another site, %i px wide, where it %s', async (width, storage) => {
    const before = answersIn(scene.portal).length
    const { page, context, expectTrouble } = await scene.customer('about:blank', { width, height: 700 })
    if (storage === 'may not') await context.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('denied', 'SecurityError') } })
    })
    const address = `http://localhost:${(site.address() as AddressInfo).port}/`
    expectTrouble(new RegExp(`foreign request: ${address}`))
    await page.goto(address)
    const frame = await frameOf(page.locator('iframe'))
    await frame.locator('.point').first().waitFor()
    expect(await overflow(frame)).toEqual([])
    expect(await violations(frame)).toEqual([])
    await page.screenshot({ path: `${PICTURES}shared-embed-${width}.png` })
    await answer(frame, 9)
    expect(answersIn(scene.portal)).toHaveLength(before + 1)
  })

  test('a closed link says so kindly; what the report counts by itself has none of it, and all of it under its flag', async () => {
    const { frame } = await openLinks()
    await card(frame, 'Офис на Абая').getByText(shown('ru', 'sharedLinks.average')).waitFor()
    await card(frame, 'Планшет в зале').getByRole('button', { name: say('sharedLinks.close') }).click()
    await card(frame, 'Планшет в зале').getByRole('button', { name: say('sharedLinks.closeConfirm') }).click()
    await card(frame, 'Планшет в зале').getByText(say('sharedLinks.closedMark')).waitFor()
    await expect.poll(() => JSON.stringify(scene.portal.state.forms)).toContain('\\"closed\\":[')
    const { page } = await scene.customer(kiosk, { width: 1024, height: 768 })
    await page.getByRole('heading', { name: own.ru.closedTitle }).waitFor()
    await page.screenshot({ path: `${PICTURES}shared-closed-1024.png` })

    const duty = await scene.visit(ADMINISTRATOR, '/')
    await expect.poll(() => answersIn(scene.portal).filter(({ stage: at }) => at === 'new')).toEqual([])
    const report = await openFromMenu(duty.page, 'LEFT_MENU')
    const n = report.locator('[data-figure=headline] [data-part=n]').first()
    const shared = flags().filter(flag => flag === 'shared').length
    expect(shared).toBe(7)
    await report.getByText(say('report.nothing.period')).waitFor()
    await report.getByRole('button', { name: say('report.filter.add') }).click()
    await report.getByRole('group', { name: say('report.filter.label') }).getByRole('button', { name: say('report.filter.part.flags'), exact: true }).click()
    await report.getByRole('checkbox', { name: say('ui.flag.shared') }).check()
    await expect.poll(() => n.getAttribute('data-value')).toBe(String(shared))
  })

  test('in both languages, themes and all widths, with the poster', async () => {
    for (const [lang, width, theme] of [['ru', 1280, 'light'], ['en', 900, 'dark'], ['ru', 360, 'dark'], ['en', 360, 'light']] as const) {
      const { page, frame, leave } = await openLinks({ lang, width, theme })
      const office = card(frame, 'Офис на Абая')
      await office.getByText(shown(lang, 'sharedLinks.average')).waitFor()
      await office.getByRole('button', { name: text(lang, 'sharedLinks.qr') }).click()
      await office.getByRole('img').waitFor()
      await card(frame, 'Сайт').getByRole('button', { name: text(lang, 'sharedLinks.embed') }).click()
      await frame.getByRole('button', { name: text(lang, 'sharedLinks.make') }).click()
      await expectFine(frame, lang)
      await page.screenshot({ path: `${PICTURES}shared-${lang}-${width}-${theme}.png`, fullPage: true })
      await office.getByRole('link', { name: text(lang, 'sharedLinks.poster') }).click()
      await frame.locator('.poster img').last().waitFor()
      await expectFine(frame, lang)
      await page.screenshot({ path: `${PICTURES}shared-poster-${lang}-${width}-${theme}.png`, fullPage: true })
      await leave()
    }
  })
})
