import { it } from 'vitest'
import { startDemo } from '../../demo/start'
import { installWithoutScreens } from './installed'
import { openBrowser } from './browser'
import { frameOf, violations, overflow, strangeWords, dataWords } from './look'
it('look', async () => {

const demo = await startDemo({ port: 8430, answers: 0, appFolder: '/tmp/dist-plan' } as never)
await installWithoutScreens(demo, 20)
const browser = await openBrowser()
try {
  const shots: [string, number, 'light' | 'dark'][] = [['ru', 1280, 'light'], ['en', 900, 'dark'], ['ru', 900, 'dark'], ['en', 1280, 'light']]
  for (const [lang, width, theme] of shots) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme, reducedMotion: 'reduce' })
    context.on('console', m => { if (['error', 'warning'].includes(m.type())) console.log('CONSOLE', m.text()) })
    context.on('weberror', e => console.log('UNCAUGHT', e.error().stack))
    context.setDefaultTimeout(15000)
    const page = await context.newPage()
    const query = new URLSearchParams({ user: '1', lang, back: '/' })
    await page.goto(`${demo.portalUrl}/login/?${query}`)
    const iframe = page.locator('.app-frame.full > iframe')
    const app = page.frameLocator('.app-frame.full > iframe')
    await page.locator('nav.menu a[href^="/marketplace/app/"], nav.menu a[href*="marketplace/view"]').first().click().catch(async e => { await page.screenshot({ path: '/tmp/plan-shot/err.png' }); console.log(await page.locator('nav.menu').innerHTML()); throw e }); await app.locator('nav a').nth(1).click()
    await app.locator('a[href^="#/surveys/"]').first().click()
    const plan = app.locator('#plan')
    await plan.locator('[data-rule]').first().waitFor()
    await page.waitForTimeout(1500)
    await plan.screenshot({ path: `/tmp/plan-shot/${lang}-${width}-${theme}-1.png` })
    // open everything: condition and task of rule 2, a mail, a field
    const rule = plan.locator('[data-rule]').nth(1)
    await rule.locator('button[aria-expanded]').first().click()
    for (const box of [1, 2, 3]) await rule.locator('[role=group], label > input[type=checkbox]').first().isVisible() && await rule.locator('.form > div > label > input').nth(box).check()
    await plan.screenshot({ path: `/tmp/plan-shot/${lang}-${width}-${theme}-2.png` })
    const frame = await frameOf(iframe)
    console.log(lang, width, theme, 'axe', await violations(frame), 'overflow', await overflow(frame))
    for (const kind of ['task', 'mail', 'setField', 'dealStage']) {
      await rule.locator('select[data-add]').selectOption(kind)
      await rule.locator('select[data-add] + button').click()
      await page.waitForTimeout(200)
      console.log(kind, 'focus', await frame.evaluate(() => document.activeElement?.outerHTML.slice(0, 100)))
      if (kind === 'mail') await rule.locator('[data-form] p button').first().click()
      await rule.screenshot({ path: `/tmp/plan-shot/${lang}-${width}-${theme}-3-${kind}.png` })
      console.log(kind, 'axe', await violations(frame), 'overflow', await overflow(frame))
    }
    await plan.screenshot({ path: `/tmp/plan-shot/${lang}-${width}-${theme}-4.png` })
    const test = app.locator('form').last()
    await test.locator('button[type=submit]').click()
    await app.locator('ol > li').first().waitFor()
    await page.waitForTimeout(500)
    await test.locator('xpath=ancestor::section').screenshot({ path: `/tmp/plan-shot/${lang}-${width}-${theme}-5.png` })
    console.log('sim axe', await violations(frame), 'overflow', await overflow(frame), 'words', await strangeWords(frame, lang as never, dataWords(demo.portal)))
    await context.close()
  }
} finally {
  await browser.close()
  await demo.close()
}
console.log(demo.portal.contractLog.slice(0, 10))

}, 400000)
