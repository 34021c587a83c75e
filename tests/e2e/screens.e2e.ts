import { fileURLToPath } from 'node:url'
import type { Frame, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { fillIn, send } from './answering'
import { askWithoutScreens, type Asked } from './installed'
import { dataWords, EMPTY_PLACEHOLDER, frameOf, overflow, scrolls, stopTransitions, strangeWords, violations } from './look'
import { openTab, pressInToolbar } from './places'
import { answersIn, askableDeals } from './records'
import { useStage, type Lang, type Scene } from './stage'
import { shown, text } from './words'

/**
 * Every screen in both languages, both themes and the widths that people work at: nothing is cut off, no raw key, no word of the other
 * language, nothing that axe objects to. The pictures are in tests/output/screens, for people to look at.
 */

const stage = useStage()
const PICTURES = fileURLToPath(new URL('../output/screens/', import.meta.url))
const LANGS: Lang[] = ['ru', 'en']
const THEMES = ['light', 'dark'] as const

let full: Scene
let bare: Scene
let empty: Scene
/** the duty person never comes here */
let unhandled: Scene
/** one with history, one without, one whose client was asked, and one with an answer that nobody has handled yet */
let deals: { history: number; fresh: number; asked: number; waiting: number }
let company: number
let contact: number

beforeAll(async () => {
  full = await stage.open({ installed: true, answers: 400 })
  bare = await stage.open({ switches: { undocumented: false } })
  empty = await stage.open({ installed: true })
  unhandled = await stage.open({ installed: true })
  const [fresh = 0, asked = 0] = askableDeals(full.portal)
  const [waiting = 0] = askableDeals(unhandled.portal)
  const history = answersIn(full.portal).filter(({ flag, comment }) => flag === null && comment).at(-1)?.dealId ?? 0
  const deal = full.portal.state.items.get(2)?.get(history)
  ;[contact, company] = [Number(deal?.fields.CONTACT_ID), Number(deal?.fields.COMPANY_ID)]
  deals = { history, fresh, asked, waiting }
  await askWithoutScreens(full.demo, asked)
  const invitation = await askWithoutScreens(unhandled.demo, waiting)
  const visitor = await unhandled.customer(invitation.link(4))
  await fillIn(visitor.page, { comment: 'Ждали дольше, чем обещали.' })
  await send(visitor.page)
  await visitor.page.getByText(text('ru', 'page.received')).waitFor()
})

/** Opens a screen and gives the app's frame, once everything is loaded. */
type Open = (lang: Lang) => Promise<{ page: Page; frame: Frame }>
interface Screen {
  widths: number[]
  open: Open
  /** texts are written here, with placeholders in them */
  writes?: true
}

/** A page of the portal with nothing but the app in it, as in a slider. */
const inSlider = (path: string): string => `${path}${path.includes('?') ? '&' : '?'}IFRAME=Y&IFRAME_TYPE=SIDE_SLIDER`

const SETTINGS = [900, 1280]
const TAB = [600, 1280]

const settings = (scene: () => Scene, userId: number, ready: string, click: string[] = []): Open => async lang => {
  const { page } = await scene().visit(userId, inSlider('/marketplace/app/'), { lang })
  const frame = await frameOf(page.locator('.app-frame.full > iframe'))
  for (const key of click) await frame.getByText(text(lang, key), { exact: true }).first().click()
  await frame.getByText(shown(lang, ready)).first().waitFor()
  return { page, frame }
}

const tab = (card: 'deal' | 'contact' | 'company', id: () => number, ready: string, scene = (): Scene => full): Open => async lang => {
  const { page } = await scene().visit(card === 'company' ? 1 : 3, inSlider(`/crm/${card}/details/${id()}/`), { lang })
  const inner = await openTab(page)
  await inner.getByText(shown(lang, ready)).first().waitFor()
  return { page, frame: await frameOf(page.locator('[role=tabpanel]:not([hidden]) .app-frame.tab > iframe')) }
}

const request = (id: () => number, ready: string): Open => async lang => {
  const { page } = await full.visit(3, inSlider(`/crm/deal/details/${id()}/`), { lang })
  const app = await pressInToolbar(page)
  await app.getByText(shown(lang, ready)).first().waitFor()
  const outer = await frameOf(page.locator('.slider iframe'))
  return { page, frame: await frameOf(outer.locator('.app-frame.full > iframe')) }
}

const SCREENS: Record<string, Screen> = {
  'installation': { widths: SETTINGS, open: settings(() => bare, 1, 'settings.install.made.title') },
  'overview': { widths: SETTINGS, open: settings(() => full, 1, 'settings.overview.store.well', ['settings.nav.overview']) },
  'overview of a manager': { widths: SETTINGS, open: settings(() => full, 2, 'settings.overview.readOnly') },
  'try it': { widths: SETTINGS, open: settings(() => empty, 1, 'settings.try.row.arrived.open', ['settings.nav.overview', 'settings.overview.try']) },
  'surveys': { widths: SETTINGS, open: settings(() => full, 1, 'survey.status.active', ['settings.nav.surveys']) },
  'survey editor': {
    widths: SETTINGS,
    writes: true,
    open: async lang => {
      const { page, frame } = await settings(() => full, 1, 'survey.status.active', ['settings.nav.surveys'])(lang)
      await frame.getByRole('link', { name: 'После сделки' }).click()
      await frame.getByText(text(lang, 'survey.publish.label')).first().waitFor()
      // the last 30 days are read in pages, as the report is
      full.expectRefusal(/leads nowhere/)
      await frame.getByText(text(lang, 'surveyPage.watch.title')).scrollIntoViewIfNeeded()
      await frame.getByText(text(lang, 'surveyPage.watch.counted')).waitFor()
      return { page, frame }
    }
  },
  'try a survey': {
    widths: SETTINGS,
    open: async lang => {
      const { page, frame } = await settings(() => full, 1, 'survey.status.active', ['settings.nav.surveys'])(lang)
      await frame.getByRole('link', { name: 'После сделки' }).click()
      await frame.getByText(text(lang, 'surveyPage.trial.go')).click()
      await frame.getByText(text(lang, 'surveyPage.trial.mail')).waitFor()
      return { page, frame }
    }
  },
  'form by hand': {
    widths: SETTINGS,
    open: async lang => {
      const { page, expectTrouble } = await bare.visit(1, inSlider('/marketplace/app/'), { lang })
      expectTrouble(/status of 404.*crm\.(web)?form\./)
      const frame = await frameOf(page.locator('.app-frame.full > iframe'))
      const begin = frame.getByRole('button', { name: text(lang, 'settings.install.install'), exact: true })
      const goOn = frame.getByRole('button', { name: text(lang, 'settings.install.continue') })
      await begin.or(goOn).waitFor()
      if (await begin.isVisible()) await frame.getByLabel(text(lang, 'settings.install.company.label')).fill('Alatau')
      await begin.or(goOn).click()
      await frame.getByText(text(lang, 'survey.form.byHand.step.connect')).waitFor()
      return { page, frame }
    }
  },
  'duty': { widths: SETTINGS, open: settings(() => full, 1, 'settings.nav.duty', ['settings.nav.duty']) },
  'request': { widths: [400, 1280], open: request(() => deals.fresh, 'invitation.request.atOnce') },
  'request, asked already': { widths: [400, 1280], open: request(() => deals.asked, 'invitation.refusal.alreadyInvited') },
  'tab of a deal': { widths: TAB, open: tab('deal', () => deals.history, 'answer.history') },
  'tab of a deal, empty': { widths: TAB, open: tab('deal', () => deals.fresh, 'answer.empty.deal') },
  'tab of a deal, asked': { widths: TAB, open: tab('deal', () => deals.asked, 'answer.empty.asked') },
  'tab of a deal, not handled': { widths: TAB, open: tab('deal', () => deals.waiting, 'answer.waiting', () => unhandled) },
  'tab of a contact': { widths: TAB, open: tab('contact', () => contact, 'answer.history') },
  'tab of a company': { widths: TAB, open: tab('company', () => company, 'answer.history') },
  'answer': {
    widths: TAB,
    open: async lang => {
      const answer = answersIn(full.portal).filter(({ flag, comment }) => flag === null && comment).at(-1)
      const { page } = await full.visit(1, inSlider(`/marketplace/view/${full.portal.state.app.code}/?params[answer]=${answer?.id}`), { lang })
      const frame = await frameOf(page.locator('.app-frame.full > iframe'))
      await frame.getByText(answer?.comment ?? '').first().waitFor()
      return { page, frame }
    }
  },
  'report': {
    widths: SETTINGS,
    open: async lang => {
      full.expectRefusal(/leads nowhere/)
      const { page } = await full.visit(1, inSlider('/marketplace/placement/LEFT_MENU/0/'), { lang })
      const frame = await frameOf(page.locator('.app-frame.full > iframe'))
      await frame.locator('canvas').waitFor()
      await frame.locator('table').last().waitFor()
      return { page, frame }
    }
  },
  'report before the first answer': {
    widths: SETTINGS,
    open: async lang => {
      empty.expectRefusal(/leads nowhere/)
      const { page } = await empty.visit(1, inSlider('/marketplace/placement/LEFT_MENU/0/'), { lang })
      const frame = await frameOf(page.locator('.app-frame.full > iframe'))
      await frame.getByText(text(lang, 'report.empty.title')).waitFor()
      return { page, frame }
    }
  }
}

/** What is wrong with a screen in every theme and width, with pictures. @param fitted the portal gives the frame its height */
async function inspect(
  name: string, lang: Lang, { page, frame }: { page: Page; frame: Frame }, widths: readonly number[], data: ReadonlySet<string>, fitted: boolean
): Promise<string[]> {
  const found: string[] = []
  const around = (page.viewportSize()?.width ?? 0) - await frame.evaluate(() => innerWidth)
  await stopTransitions(frame)
  found.push(...(await strangeWords(frame, lang, data)).map(line => `${lang}: ${line}`))
  for (const width of widths) {
    await page.setViewportSize({ width: width === 1280 ? 1280 : width + around, height: 900 })
    if (fitted) await expect.poll(() => scrolls(frame), { message: `${name}, ${lang}, ${width}: a scroll bar inside the frame`, timeout: 5_000 }).toBe(false)
    found.push(...(await overflow(frame)).map(line => `${lang} ${width}: ${line}`))
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme })
      found.push(...(await violations(frame)).map(line => `${lang} ${width} ${theme}: axe ${line}`))
      await page.screenshot({ path: `${PICTURES}${name.replace(/\W+/g, '-')}-${lang}-${width}-${theme}.png`, fullPage: true })
    }
  }
  return found
}

describe('in the portal', () => {
  test.each(Object.entries(SCREENS).flatMap(([name, screen]) => LANGS.map(lang => [name, lang, screen] as const)))('%s, %s', async (name, lang, { widths, open, writes }) => {
    const opened = await open(lang)
    const found = await inspect(name, lang, opened, widths, dataWords(full.portal), true)
    expect(found.filter(line => !(writes && EMPTY_PLACEHOLDER.test(line)))).toEqual([])
  })
})

describe('the answer page', () => {
  const WIDTHS = [320, 360, 1280]
  let invitation: Asked
  beforeAll(async () => { invitation = await askWithoutScreens(empty.demo, askableDeals(empty.portal)[0] ?? 0) })
  const link = (lang: Lang, score?: number): string => invitation.link(score).replace(/,ru$/, `,${lang}`)

  const STATES: Record<string, (lang: Lang) => Promise<Page>> = {
    'question': async lang => (await empty.customer(link(lang), { lang })).page,
    'comment': async lang => {
      const { page } = await empty.customer(link(lang, 2), { lang })
      await fillIn(page, { lang, comment: 'Ok' })
      return page
    },
    'wrong link': async lang => (await empty.customer(link(lang).slice(0, -50), { lang })).page,
    'unknown portal': async lang => (await empty.customer(link(lang).replace('localhost', 'elsewhere'), { lang })).page,
    'expired': async lang => (await empty.customer(link(lang).replace(/,\d{10},/, ',1700000000,'), { lang })).page,
    'paused': async lang => (await empty.customer(link(lang).replace(/,1,([a-z0-9]{6}),/, ',1,zzzzzz,'), { lang })).page,
    'thanks': async lang => {
      const { page } = await empty.customer(link(lang, 10), { lang })
      await fillIn(page, { lang })
      await send(page, lang)
      await page.getByText(text(lang, 'page.received')).waitFor()
      return page
    }
  }

  test.each(Object.entries(STATES).flatMap(([name, open]) => LANGS.map(lang => [name, lang, open] as const)))('%s, %s', async (name, lang, open) => {
    const page = await open(lang)
    await page.getByRole('heading').first().waitFor()
    await page.locator('.card').waitFor()
    expect(await inspect(`answer page ${name}`, lang, { page, frame: page.mainFrame() }, WIDTHS, dataWords(empty.portal), false)).toEqual([])
  })
})
