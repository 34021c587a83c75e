import type { Browser, BrowserContext, Frame, Page } from 'playwright-core'
import { withLongestTask, type LongestTask } from './longest-task'
import type { PortalFacts } from './portal-process'
import { MANAGER } from './scene'

/** One visit to the report as people see it, in the portal's frame, until everything is read and kept. */
export interface ScreenVisit {
  /** milliseconds from opening the portal's page to the first figures */
  figures: number
  longest: LongestTask
}

export interface ReportScreen {
  cold: ScreenVisit
  warm: ScreenVisit
  /** changes of measure, breakdown, conditions and period, one after the other */
  changes: LongestTask
  /** the records behind the largest number */
  records: LongestTask
}

/** States as the address writes them; the last one is the default again. */
const CHANGES = ['measure=csat', 'by=company', 'groups=low', 'by=company&measure=ces', 'period=last30Days', 'languages=ru&step=week', '']

const SHOWN = '[data-figure=shares] [data-value]'
const PATIENCE_MS = 300_000
/** Nothing on the page tells that the last month is on disk. */
const KEEPING_MS = 10_000
const DRAWING_MS = 2_000

const pause = (milliseconds: number): Promise<void> => new Promise(resolve => { setTimeout(resolve, milliseconds) })

/** @param between what has to happen before a second visit, e.g. time that has to pass */
export async function measureReportScreen(browser: Browser, facts: PortalFacts, between: () => void = () => undefined): Promise<ReportScreen> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ru-RU', reducedMotion: 'reduce' })
  context.setDefaultTimeout(PATIENCE_MS)
  try {
    const cold = await visit(browser, context, facts)
    await cold.page.close()
    between()
    const warm = await visit(browser, context, facts)
    const changes = await withLongestTask(browser, async () => {
      for (const state of CHANGES) {
        await warm.frame.evaluate(hash => { location.hash = hash }, `#${state}`)
        await pause(DRAWING_MS)
      }
    })
    const records = await withLongestTask(browser, async () => {
      await warm.frame.locator('[data-figure=headline] [data-part=n]').first().click()
      await warm.frame.locator('[data-answer]').first().waitFor()
      await pause(DRAWING_MS)
    })
    return { cold: cold.measured, warm: warm.measured, changes: changes.longest, records: records.longest }
  } finally {
    await context.close()
  }
}

async function visit(browser: Browser, context: BrowserContext, facts: PortalFacts): Promise<{ page: Page; frame: Frame; measured: ScreenVisit }> {
  const page = await context.newPage()
  const { result: { frame, figures }, longest } = await withLongestTask(browser, async () => {
    const begun = performance.now()
    await page.goto(`${facts.portalUrl}/login/?${new URLSearchParams({ user: String(MANAGER), lang: 'ru', back: '/marketplace/placement/LEFT_MENU/0/' })}`)
    const find = (): Frame | undefined => page.frames().find(one => one.url().startsWith(`${facts.appUrl}/report.html`))
    const found = find() ?? await page.waitForEvent('framenavigated', { predicate: one => one === find() }).then(find)
    if (!found) throw new Error('the report has no frame')
    await found.locator(SHOWN).first().waitFor()
    const shownAfter = performance.now() - begun
    // while anything is read the page offers to stop
    await found.getByRole('button', { name: 'Остановить' }).waitFor({ state: 'hidden' })
    await pause(KEEPING_MS)
    return { frame: found, figures: shownAfter }
  })
  return { page, frame, measured: { figures, longest } }
}
