import type { FrameLocator, Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { frameOf, overflow, violations } from './look'
import { appOf } from './places'
import { answersIn } from './records'
import { useStage, type Lang, type Scene } from './stage'
import { shown, text } from './words'

/** A file of past answers: looked at, imported, stopped, gone on with in another window, seen in the report, taken back. */

const stage = useStage()
const ADMINISTRATOR = 1
const say = (key: string, lang: Lang = 'ru'): string => text(lang, key)
const PICTURES = new URL('../output/import/', import.meta.url).pathname

let scene: Scene
beforeAll(async () => { scene = await stage.open({ installed: true, answers: 60 }) })

interface Opened { page: Page, app: FrameLocator, panel: Locator }

async function openImport(options: { lang?: Lang, width?: number, theme?: 'light' | 'dark' } = {}): Promise<Opened> {
  const { page } = await scene.visit(ADMINISTRATOR, '/marketplace/placement/LEFT_MENU/0/', options)
  const app = appOf(page)
  await app.getByRole('button', { name: say('import.open', options.lang), exact: true }).click()
  const panel = app.locator('[data-panel=import]')
  await panel.locator('input[type=file]').waitFor({ state: 'attached' })
  return { page, app, panel }
}

/** As a Russian Excel saves it: windows-1251 and semicolons. */
function russianFile(rows: number): { name: string, mimeType: string, buffer: Buffer } {
  const lines = Array.from({ length: rows }, (_, index) => `${String(1 + index % 28).padStart(2, '0')}.05.2025 14:05;${index % 11};Клиент ${index};Всё хорошо №${index}`)
  const bad = ['31.02.2025;9;Кто-то;нет такого дня', '01.05.2025;11;Кто-то;вне шкалы', ';9;Кто-то;без даты', lines[0]]
  const csv = ['Дата ответа;Оценка;Клиент;Комментарий', ...lines, ...bad].join('\r\n')
  const bytes = [...csv].map(letter => {
    if (letter >= 'А' && letter <= 'я') return letter.charCodeAt(0) - 0x410 + 0xC0
    return letter === 'ё' ? 0xB8 : letter === 'Ё' ? 0xA8 : letter === '№' ? 0xB9 : letter.charCodeAt(0)
  })
  return { name: 'ответы.csv', mimeType: 'text/csv', buffer: Buffer.from(bytes) }
}

const count = (panel: Locator, part: string): Promise<string | null> => panel.locator(`[data-part=${part}]`).getAttribute('data-value')
const imported = (): number => answersIn(scene.portal).filter(({ flag }) => flag === 'import').length

describe('a file', () => {
  test('is read in its own encoding, its wrong rows are named, and nothing is written before it is asked for', async () => {
    const before = imported()
    const { page, panel } = await openImport()
    await panel.locator('input[type=file]').setInputFiles(russianFile(30))
    await panel.getByText(shown('ru', 'import.plan.ready')).waitFor()
    expect(await count(panel, 'ready')).toBe('30')
    expect([await count(panel, 'badDate'), await count(panel, 'badScore'), await count(panel, 'noDate'), await count(panel, 'duplicate')]).toEqual(['1', '1', '1', '1'])
    await panel.getByText(say('import.problem.badScore')).click()
    await panel.getByText('11', { exact: false }).first().waitFor()
    expect(imported()).toBe(before)
    await page.screenshot({ path: `${PICTURES}dry-run.png`, fullPage: true })
  })

  test('is imported, stopped, gone on with in another window without doing anything twice, and taken back', async () => {
    const before = imported()
    scene.portal.switches.latency = 150
    const first = await openImport()
    await first.panel.locator('input[type=file]').setInputFiles(russianFile(150))
    await first.panel.getByRole('button', { name: shown('ru', 'import.start') }).click()
    await expect.poll(imported, { timeout: 20_000 }).toBeGreaterThan(before)
    await first.panel.getByRole('button', { name: say('import.pause') }).click()
    await first.panel.getByRole('button', { name: say('import.goOn') }).waitFor()
    await first.page.screenshot({ path: `${PICTURES}paused.png`, fullPage: true })
    scene.portal.switches.latency = 0
    const there = imported()
    expect(there - before).toBeLessThan(150)

    const second = await openImport()
    await second.panel.locator('input[type=file]').setInputFiles(russianFile(150))
    await second.panel.getByText(shown('ru', 'import.plan.ready')).waitFor()
    expect(await count(second.panel, 'ready')).toBe(String(150 - (there - before)))
    expect(Number(await count(second.panel, 'alreadyImported'))).toBe(there - before)
    await second.panel.getByRole('button', { name: shown('ru', 'import.start') }).click()
    await second.panel.locator('[data-part=made]').waitFor()
    expect(imported()).toBe(before + 150)
    await second.page.screenshot({ path: `${PICTURES}done.png`, fullPage: true })

    await second.panel.getByRole('button', { name: say('import.toReport') }).click()
    const frame = await frameOf(second.page.locator('.app-frame.full > iframe'))
    await frame.evaluate(() => { location.hash = 'period=2025-05-01..2025-05-31&flags=import' })
    await expect.poll(() => second.app.locator('[data-figure=headline] [data-part=n]').getAttribute('data-value').catch(() => null), { timeout: 20_000 }).toBe('150')

    const third = await openImport()
    const runs = third.panel.locator('[data-run]')
    await runs.first().waitFor()
    for (let left = await runs.count(); left > 0; left--) {
      await runs.first().getByRole('button', { name: say('import.earlier.undo') }).click()
      await runs.first().getByRole('button', { name: say('import.earlier.confirm') }).click()
      await expect.poll(() => runs.count(), { timeout: 20_000 }).toBe(left - 1)
    }
    expect(imported()).toBe(before)
  }, 120_000)

  test.each([[1280, 'light', 'ru'], [900, 'dark', 'en'], [360, 'light', 'ru'], [360, 'dark', 'en']] as const)('looks right at %i px, %s, %s', async (width, theme, lang) => {
    const { page, panel } = await openImport({ width, theme, lang })
    await panel.locator('input[type=file]').setInputFiles(russianFile(5))
    await panel.getByText(shown(lang, 'import.plan.ready')).waitFor()
    const frame = await frameOf(page.locator('.app-frame.full > iframe'))
    expect(await overflow(frame)).toEqual([])
    expect(await violations(frame)).toEqual([])
    await page.screenshot({ path: `${PICTURES}${width}-${theme}-${lang}.png`, fullPage: true })
    await panel.getByLabel(say('import.from.deals', lang)).check()
    await panel.getByText(say('import.deals.noFields', lang)).waitFor()
  })
})
