import { readFile } from 'node:fs/promises'
import { strFromU8, unzipSync } from 'fflate'
import Papa from 'papaparse'
import type { Frame, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { numbersOf, percents, readBook, type Book, type Numbers, type Score, type State } from './report-brute'
import { addressOf, DIMENSIONS, makeStates, narrowed, sizeOf } from './report-states'
import { useStage, type Scene } from './stage'
import { text } from './words'

/**
 * What the report shows is what anybody would count by hand: forty states of the filter, every number of every figure, compared with a computation from the
 * portal's own collections that shares nothing with the app (report-brute.ts).
 */

const stage = useStage()
const ADMINISTRATOR = 1
const MANAGER = 3
/** Half of the states are looked at from where clocks change and the day begins when it ends at the portal. */
const FAR_AWAY = 'America/New_York'
const HOME = 'Asia/Almaty'

let scene: Scene
let book: Book
beforeAll(async () => {
  scene = await stage.open({ installed: true, answers: 1_500 })
  scene.portal.state.users.find(user => user.id === MANAGER)!.timeZone = FAR_AWAY
  book = readBook(scene.portal)
}, 60_000)

/** One number of the page: where it stands, and the number itself as the page computed it. */
type Shown = Record<string, number>

/** `figure/row/group/part` → number, of everything that is on the page. */
async function read(frame: Frame): Promise<Shown> {
  return await frame.evaluate(() => {
    const found: Record<string, number> = {}
    for (const element of document.querySelectorAll<HTMLElement>('[data-figure] [data-value]')) {
      const at = (name: string): string => element.closest(`[data-${name}]`)?.getAttribute(`data-${name}`) ?? ''
      found[[at('figure'), at('row'), at('group'), element.dataset.part ?? ''].join('/')] = Number(element.dataset.value)
      if (element.dataset.to !== undefined) found[[at('figure'), at('row'), at('group'), `${element.dataset.part}.to`].join('/')] = Number(element.dataset.to)
    }
    for (const element of document.querySelectorAll<HTMLElement>('[data-figure] [data-verdict]')) {
      const at = (name: string): string => element.closest(`[data-${name}]`)?.getAttribute(`data-${name}`) ?? ''
      found[[at('figure'), at('row'), at('group'), `verdict.${element.dataset.verdict}`].join('/')] = 1
    }
    return found
  })
}

const shows = ({ n, value }: Score): boolean => n >= 5 && value !== null

/** What has to stand on the page, and what may: a long table shows its first rows. */
function expected(numbers: Numbers, state: State): { must: Shown, may: Shown } {
  const must: Shown = {}
  const may: Shown = {}
  const { headline, previous, change, response } = numbers
  const byOutcome = state.groups.length > 0
  if (!byOutcome && headline.n > 0) {
    must['headline///n'] = headline.n
    if (shows(headline)) {
      Object.assign(must, { 'headline///score': headline.value, 'headline///interval': headline.from, 'headline///interval.to': headline.to })
      if (previous) must['headline///previousN'] = previous.n
      if (previous && shows(previous)) must['headline///previous'] = previous.value!
      if (change) Object.assign(must, { 'headline///difference': change.difference, [`headline///verdict.${change.verdict}`]: 1 })
    }
  }
  const groups = ['high', 'middle', 'low'] as const
  const counts = groups.map(group => headline.groups[group])
  if (counts.some(count => count > 0)) {
    groups.forEach((group, index) => { must[`shares///${group}.n`] = counts[index]! })
    if (headline.n >= 5) percents(counts).forEach((percent, index) => { must[`shares///${groups[index]!}.percent`] = percent })
  }
  if (headline.n > 0) for (const [value, count] of numbers.bars) must[`distribution///${value}`] = count
  if (!byOutcome) {
    for (const [step, score] of numbers.trend) {
      may[`trend/${step}//n`] = score.n
      if (shows(score)) may[`trend/${step}//score`] = score.value!
    }
    for (const [value, row] of numbers.breakdown) {
      may[`breakdown/${value}//n`] = row.n
      if (shows(row)) may[`breakdown/${value}//score`] = row.value!
      if (row.rank !== null) may[`breakdown/${value}//rank`] = row.rank
      if (row.rest) Object.assign(may, { [`breakdown/${value}//rest`]: row.rest.difference, [`breakdown/${value}//verdict.${row.rest.verdict}`]: 1 })
    }
    if (state.tags.length === 0) {
      for (const [tag, driver] of numbers.drivers) {
        Object.assign(may, { [`drivers/${tag}//withN`]: driver.with.n, [`drivers/${tag}//withoutN`]: driver.without.n })
        if (shows(driver.with)) may[`drivers/${tag}//with`] = driver.with.value!
        if (shows(driver.without)) may[`drivers/${tag}//without`] = driver.without.value!
        if (driver.impact !== null) may[`drivers/${tag}//impact`] = driver.impact
      }
    }
  }
  const noRate = (['pipelines', 'groups', 'snapshots', 'comment', 'states', 'flags', 'tags'] as const).some(key => narrowed(state).includes(key))
  if (!noRate && response.sent > 0) {
    Object.assign(must, { 'response///sent': response.sent, 'response///answered': response.answered, 'response///silent': response.sent - response.answered })
    may['response///rate'] = response.answered / response.sent
  }
  const { answerTime, closeTime } = numbers
  if (answerTime.ended > 0) must['answerTime///answered'] = answerTime.ended
  if (answerTime.median !== null) may['answerTime///median'] = answerTime.median
  if (!narrowed(state).includes('states') && closeTime.ended + closeTime.running > 0) {
    Object.assign(must, { 'closeTime///closed': closeTime.ended, 'closeTime///open': closeTime.running })
    if (closeTime.median !== null) may['closeTime///median'] = closeTime.median
  }
  if (closeTime.undated > 0) may['closeTime///closedWithoutTime'] = closeTime.undated
  for (const [currency, sum] of numbers.sums) {
    for (const group of groups) Object.assign(must, { [`sums/${currency}/${group}/deals`]: sum[group].deals, [`sums/${currency}/${group}/amount`]: sum[group].amount })
  }
  return { must, may }
}

/** Figures whose every number has to be one of the computed ones. */
const CHECKED = ['headline', 'shares', 'distribution', 'trend', 'breakdown', 'drivers', 'response', 'answerTime', 'closeTime', 'sums']
/** Ends of intervals that the brute force does not compute. */
const UNCHECKED = /\/(differenceInterval|interval|interval\.to|differenceInterval\.to|rank\.of|percent|from|to)$|^(drivers|trend)\/.*\/(difference|verdict.*|low|high)$|outside\./

/** What is wrong with the page; nothing when it shows this state. */
function differences(shown: Shown, { must, may }: { must: Shown, may: Shown }): string[] {
  const same = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6
  const all = { ...may, ...must }
  const wrong = Object.entries(must).filter(([key, value]) => shown[key] === undefined || !same(shown[key], value))
    .map(([key, value]) => `${key}: ${shown[key] ?? 'missing'}, by hand ${value}`)
  const extra = Object.entries(shown).filter(([key, value]) => CHECKED.includes(key.split('/')[0]!) && !(key in must) && !UNCHECKED.test(key)
    && (all[key] === undefined || !same(all[key], value))).map(([key, value]) => `${key}: ${value}, by hand ${all[key] ?? 'not there'}`)
  // without a single point to draw there is a sentence instead
  const drawn = Object.keys(may).some(key => key.startsWith('trend/') && key.endsWith('/score'))
  const rows = (numbers: Shown, figure: string): number => new Set(Object.keys(numbers).filter(key => key.startsWith(`${figure}/`)).map(key => key.split('/')[1])).size
  const short = ['breakdown', 'drivers', ...drawn ? ['trend'] : []].filter(figure => rows(shown, figure) < Math.min(5, rows(may, figure)))
    .map(figure => `${figure}: ${rows(shown, figure)} rows, by hand ${rows(may, figure)}`)
  return [...wrong, ...extra, ...short]
}

async function openReport(userId: number): Promise<{ page: Page, frame: Frame }> {
  const { page } = await scene.visit(userId, '/marketplace/placement/LEFT_MENU/0/')
  await page.frameLocator('.app-frame.full > iframe').locator('[data-figure=headline]').waitFor()
  const frame = page.frames().find(one => one.url().includes('report.html'))
  if (!frame) throw new Error('the report has no frame')
  return { page, frame }
}

/** Shows the state; the trend as a table, where its numbers stand. */
async function show(frame: Frame, state: State): Promise<void> {
  await frame.evaluate(address => { location.hash = address }, addressOf(state))
  const asTable = frame.locator('[data-figure=trend] header button', { hasText: text('ru', 'figure.asTable') })
  if (await asTable.count() > 0) await asTable.click()
}

/** As files write it: 2026-03-01 14:05. */
const written = (at: number, zone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(at)

async function download(page: Page, kind: 'csv' | 'xlsx'): Promise<Buffer> {
  const name = text('ru', 'report.exportTitle').replace('{kind}', text('ru', `report.list.${kind}`))
  const [file] = await Promise.all([page.waitForEvent('download'), page.frameLocator('.app-frame.full > iframe').getByRole('button', { name }).click()])
  return await readFile(await file.path())
}

describe('the files of the report', () => {
  test('hold exactly the answers that are shown, as CSV and as a workbook', async () => {
    const { page, frame } = await openReport(ADMINISTRATOR)
    const now = scene.portal.now().getTime()
    const some = makeStates(book, now, HOME).filter(state => numbersOf(book, state, now, HOME).listed.length > 20).slice(0, 4)
    expect(some).toHaveLength(4)
    for (const state of some) {
      const { listed, headline } = numbersOf(book, state, now, HOME)
      await frame.evaluate(address => { location.hash = address }, addressOf(state))
      await expect.poll(async () => (await read(frame))['headline///n'] ?? 0, { timeout: 6_000 }).toBe(state.groups.length > 0 ? 0 : headline.n)
      const csv = (await download(page, 'csv')).toString('utf8')
      expect(csv.startsWith('\uFEFF')).toBe(true)
      const { data } = Papa.parse<Record<string, string>>(csv.slice(1), { header: true, delimiter: ';', skipEmptyLines: true })
      const facts = (rows: readonly { at: string, nps: string }[]): string[] => rows.map(({ at, nps }) => `${at} ${nps}`).sort()
      expect(facts(data.map(row => ({ at: row[text('ru', 'report.csv.date')]!, nps: row[text('ru', 'report.csv.nps')] ?? '' }))))
        .toEqual(facts(listed.map(row => ({ at: written(row.at, HOME), nps: String(row.values.nps ?? '') }))))
      const sheet = strFromU8(unzipSync(await download(page, 'xlsx'))['xl/worksheets/sheet1.xml']!)
      expect(sheet.match(/<row /g)).toHaveLength(listed.length + 1)
    }
  }, 120_000)
})

describe('the numbers of the report', () => {
  test('the states that are compared narrow everything, and are not all of a few answers', () => {
    const now = scene.portal.now().getTime()
    const states = makeStates(book, now, HOME)
    expect(states).toHaveLength(40)
    for (const dimension of DIMENSIONS) expect(states.filter(state => narrowed(state).includes(dimension)).length, dimension).toBeGreaterThanOrEqual(3)
    expect(states.filter(state => sizeOf(book, state, now, HOME) >= 30).length).toBeGreaterThanOrEqual(8)
    expect(new Set(states.map(state => state.measure)).size).toBe(5)
  })

  test.each([['of the portal', ADMINISTRATOR, HOME, 0], ['twelve hours away', MANAGER, FAR_AWAY, 1]] as const)('are those counted by hand, in the time %s', async (_, user, zone, half) => {
    const { frame } = await openReport(user)
    const wrong: string[] = []
    const states = makeStates(book, scene.portal.now().getTime(), HOME).filter((_state, number) => number % 2 === half)
    for (const state of states) {
      let found: string[] = []
      await expect.poll(async () => {
        await show(frame, state)
        found = differences(await read(frame), expected(numbersOf(book, state, scene.portal.now().getTime(), zone), state))
        return found.length
      }, { timeout: 6_000, interval: 100 }).toBe(0).catch(() => { wrong.push(`${addressOf(state)}\n    ${found.slice(0, 12).join('\n    ')}`) })
    }
    expect(wrong.join('\n')).toBe('')
  }, 300_000)
})
