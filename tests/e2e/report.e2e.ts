import type { FrameLocator, Locator, Page, Route } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { answersIn } from './records'
import { appOf, sliderOf } from './places'
import { useStage, type Scene, type Visitor } from './stage'
import { text } from './words'

/** The page of the report as people use it: its state, the records behind its numbers, and reading that does not get through. */

const stage = useStage()
const ADMINISTRATOR = 1
const REPORT = '/marketplace/placement/LEFT_MENU/0/'
const say = (key: string): string => text('ru', key)

const numberOf = (report: FrameLocator, figure: string, part: string): Locator => report.locator(`[data-figure="${figure}"] [data-part="${part}"]`)
const shown = async (report: FrameLocator, figure: string, part: string): Promise<number> => Number(await numberOf(report, figure, part).first().getAttribute('data-value'))
const chips = (report: FrameLocator): Promise<string[]> => report.locator('li[data-part]').evaluateAll(list => list.map(one => one.getAttribute('data-part') ?? ''))

describe('the state of the report', () => {
  let scene: Scene
  beforeAll(async () => { scene = await stage.open({ installed: true, answers: 300 }) })

  async function open(path = REPORT): Promise<{ page: Page, report: FrameLocator }> {
    const { page } = await scene.visit(ADMINISTRATOR, path)
    const report = appOf(page)
    await report.locator('[data-figure=shares] [data-value]').first().waitFor()
    return { page, report }
  }

  test('is chosen with the keyboard and survives a reload of the frame', async () => {
    const { page, report } = await open()
    const everything = await shown(report, 'headline', 'n')
    await report.getByRole('button', { name: say('report.filter.add') }).press('Enter')
    await report.getByRole('group', { name: say('report.filter.label') }).getByRole('button', { name: say('report.filter.part.languages'), exact: true }).press('Enter')
    await report.getByRole('checkbox').first().press('Space')
    await expect.poll(() => shown(report, 'headline', 'n')).toBeLessThan(everything)
    const some = await shown(report, 'headline', 'n')
    const frame = page.frames().find(one => one.url().includes('report.html'))!
    expect(frame.url()).toMatch(/#languages=\w+$/)
    await frame.evaluate(() => location.reload())
    await expect.poll(async () => [await chips(report), await shown(report, 'headline', 'n')]).toEqual([['languages'], some])
  })

  test('is passed on as a link of the portal, which opens it again and again', async () => {
    const { report } = await open(`/marketplace/view/${scene.portal.state.app.code}/?params[report]=${encodeURIComponent('period=all&groups=low&comment=with')}`)
    expect(await chips(report)).toEqual(['groups', 'comment'])
    expect(await shown(report, 'shares', 'low.n')).toBeGreaterThan(0)
    await expect.poll(() => report.getByRole('combobox', { name: say('report.period.label') }).inputValue()).toBe('all')
  })

  test('is kept under a name, and comes back from it', async () => {
    const { report } = await open()
    await report.getByRole('combobox', { name: say('report.period.label') }).selectOption('last30Days')
    await report.getByRole('button', { name: say('report.views.button') }).click()
    await report.getByRole('textbox', { name: say('report.views.name') }).fill('Последние дни')
    await report.getByRole('button', { name: say('report.views.save') }).click()
    await report.getByRole('button', { name: 'Последние дни', exact: true }).waitFor()
    const again = await open()
    await again.report.getByRole('button', { name: say('report.views.button') }).click()
    await again.report.getByRole('button', { name: 'Последние дни', exact: true }).click()
    await expect.poll(() => again.report.getByRole('combobox', { name: say('report.period.label') }).inputValue()).toBe('last30Days')
  })

  test('what drives the score: a tag counts at once, and so do the options of a question', async () => {
    const { report } = await open()
    const drivers = report.locator('[data-figure=drivers]')
    // the newest may have come over a link that anybody may use, or have no score of this measure
    const counted = new Set(answersIn(scene.portal).filter(({ flag, posted, channel }) => flag === null && posted !== '' && channel === 'email').map(({ id }) => `${id}`))
    const comments = report.locator('[data-figure=comments] li[data-row]')
    await comments.first().waitFor()
    const ids = await comments.evaluateAll(items => items.map(item => item.getAttribute('data-row') ?? ''))
    const comment = report.locator(`[data-figure=comments] li[data-row="${ids.find(id => counted.has(id))}"]`)
    await comment.getByRole('button', { name: say('figure.tags.addTo').split('{')[0] }).click()
    await comment.getByRole('combobox').fill('Совсем новая тема')
    await comment.getByRole('button', { name: say('figure.tags.create').split('{')[0] }).click()
    const row = drivers.locator('tbody tr', { hasText: 'Совсем новая тема' })
    await expect.poll(() => row.locator('[data-part=withN]').getAttribute('data-value')).toBe('1')
    await drivers.getByRole('combobox').selectOption('service/why')
    const people = drivers.locator('[data-row=people] [data-part=withN]')
    await people.waitFor()
    const chosen = answersIn(scene.portal).filter(({ flag, survey, answers }) => flag === null && survey === 'service' && answers.includes('"people"'))
    const shownThen = Number(await people.getAttribute('data-value'))
    expect(shownThen).toBeGreaterThan(0)
    expect(shownThen).toBeLessThanOrEqual(chosen.length)
    await people.click()
    await report.locator('#records-title').waitFor()
    const opened = await report.locator('[data-answer]').evaluateAll(rows => rows.map(one => Number(one.getAttribute('data-answer'))))
    expect(opened).toHaveLength(Math.min(25, shownThen))
    expect(opened.filter(id => !chosen.some(one => one.id === id))).toEqual([])
  })

  test('a number opens its records, a record its deal; back is where one was', async () => {
    const { page, report } = await open()
    const low = await shown(report, 'shares', 'low.n')
    await numberOf(report, 'shares', 'low.n').press('Enter')
    await report.locator('#records-title').waitFor()
    expect(await shown(report, 'records', 'count')).toBe(low)
    expect(await report.locator('[data-answer]').count()).toBe(Math.min(25, low))
    const ids = await report.locator('[data-answer]').evaluateAll(rows => rows.map(row => Number(row.getAttribute('data-answer'))))
    const known = answersIn(scene.portal)
    expect(ids.map(id => known.find(one => one.id === id)).filter(one => one?.flag !== null || Number(one.value) > 6)).toEqual([])
    await report.getByRole('button', { name: say('report.drill.back') }).click()
    expect(await numberOf(report, 'shares', 'low.n').evaluate(one => one === document.activeElement)).toBe(true)
    await numberOf(report, 'headline', 'n').click()
    const deal = report.locator('[data-answer] td:nth-child(5) button').first()
    const title = (await deal.innerText()).trim()
    await deal.click()
    await sliderOf(page).getByText(title).first().waitFor()
  })
})

describe('reading that does not get through', () => {
  let scene: Scene
  // more than one request
  beforeAll(async () => { scene = await stage.open({ installed: true, answers: 4_000 }) }, 120_000)

  /** Opens the report over all time; `second` decides about the second and later requests for records. */
  async function open(second: (route: Route) => Promise<void>): Promise<{ visitor: Visitor, report: FrameLocator }> {
    const visitor = await scene.visit(ADMINISTRATOR, '/')
    let bulk = 0
    await visitor.context.route('**/rest/**', async route => {
      const isBulk = (route.request().postData() ?? '').includes('page49')
      if (isBulk && ++bulk > 1) await second(route)
      else await route.continue()
    })
    await visitor.page.goto(`${scene.portalUrl}/marketplace/view/${scene.portal.state.app.code}/?params[report]=period%3Dall`)
    return { visitor, report: appOf(visitor.page) }
  }

  test('can be stopped: a part, named as one; and goes on to the end', async () => {
    let release: () => void = () => undefined
    const held = new Promise<void>(resolve => { release = resolve })
    const { report } = await open(async route => {
      await held
      await route.continue()
    })
    await report.getByRole('button', { name: say('report.load.stop') }).click()
    release()
    await numberOf(report, 'headline', 'n').waitFor()
    const part = await shown(report, 'headline', 'n')
    expect(await report.locator('main').innerText()).toContain(say('report.load.part').split('{')[0])
    await report.getByRole('button', { name: say('report.load.again') }).click()
    await expect.poll(() => shown(report, 'headline', 'n')).toBeGreaterThan(part)
    await expect.poll(() => report.locator('main').innerText()).toContain(say('report.rights.compared'))
    expect(await report.locator('main').innerText()).not.toContain(say('report.load.part').split('{')[0])
  })

  test('the network goes half-way: an error with a retry, what is there stays and is named', async () => {
    let isGone = true
    const { visitor, report } = await open(route => isGone ? route.abort('internetdisconnected') : route.continue())
    visitor.expectTrouble(/ERR_INTERNET_DISCONNECTED/)
    await report.getByRole('alert').first().waitFor()
    await numberOf(report, 'headline', 'n').waitFor()
    const part = await shown(report, 'headline', 'n')
    expect(part).toBeGreaterThan(0)
    expect(await report.locator('main').innerText()).toContain(say('report.load.part').split('{')[0])
    isGone = false
    await report.getByRole('alert').getByRole('button', { name: say('ui.retry') }).click()
    await expect.poll(() => shown(report, 'headline', 'n')).toBeGreaterThan(part)
    expect(await report.getByRole('alert').count()).toBe(0)
  })
})
