import { fileURLToPath } from 'node:url'
import type { Frame, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { saveConsent } from '@/invitation/consent'
import type { Access } from '@/portal/access'
import { writeSetting } from '@/portal/settings-store'
import { doorOf, portalOver } from '../in-process'
import { fillIn, send } from './answering'
import { askWithoutScreens, type Asked } from './installed'
import { dataWords, EMPTY_PLACEHOLDER, frameOf, overflow, scrolls, stopTransitions, strangeWords, violations } from './look'
import { openTab, pressInToolbar } from './places'
import { foreignFile, keepSurvey, keepSurveys, overfullSurvey, surveysIn } from './made-surveys'
import { answersIn, askableDeals, invitationsIn, storeOf } from './records'
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
/** fewer answers than a score needs */
let few: Scene
/** the duty person never comes here */
let unhandled: Scene
/** 21 surveys, one of them with too much of everything */
let many: Scene
/** its processes are in charge: one was edited in the designer, one is gone, one is outdated */
let engine: Scene
/** a plan without processes */
let plain: Scene
/** one with history, one without, one whose client was asked, and one with an answer that nobody has handled yet */
let deals: { history: number; fresh: number; asked: number; waiting: number }
/** of the CRM's own fields */
const fieldWords: string[] = []
let company: number
let contact: number

beforeAll(async () => {
  full = await stage.open({ installed: true, answers: 400 })
  bare = await stage.open({ switches: { undocumented: false } })
  empty = await stage.open({ installed: true })
  few = await stage.open({ installed: true, answers: 4 })
  unhandled = await stage.open({ installed: true })
  many = await stage.open({ installed: true, answers: 60 })
  engine = await stage.open({ installed: true, inCharge: 'engine' })
  plain = await stage.open({ installed: true, switches: { workflows: false } })
  const { workflowTemplates: templates } = engine.portal.state
  Object.assign(templates.find(({ name }) => name.startsWith('Обратная связь: обработка'))!, { modified: '2026-03-02T15:00:00+05:00' })
  templates.splice(templates.findIndex(({ name }) => name.startsWith('Обратная связь: действия в компании')), 1)
  Object.assign(templates.find(({ name }) => name.startsWith('Собрать'))!, { name: 'Собрать обратную связь · 00000000' })
  await keepSurveys(many, 19)
  await keepSurvey(many, overfullSurvey('overfull'))
  const [fresh = 0, asked = 0] = askableDeals(full.portal)
  const [waiting = 0] = askableDeals(unhandled.portal)
  // what was asked about may be gone from the CRM
  const history = answersIn(full.portal)
    .filter(({ flag, comment, dealId }) => flag === null && comment && full.portal.state.items.get(2)?.has(dealId)).at(-1)?.dealId ?? 0
  const deal = full.portal.state.items.get(2)?.get(history)
  ;[contact, company] = [Number(deal?.fields.CONTACT_ID), Number(deal?.fields.COMPANY_ID)]
  deals = { history, fresh, asked, waiting }
  const administrator = portalOver(doorOf(full.portal), { origin: full.portalUrl })
  await writeSetting(administrator, 'access', { report: 'chosen', users: [3, 5], departments: [{ id: 1, name: 'Отдел продаж', deep: true }] } satisfies Access)
  for (const entityTypeId of [2, 4]) {
    const { fields } = await administrator.call<{ fields: Record<string, { title: string }> }>('crm.item.fields', { entityTypeId })
    fieldWords.push(...Object.values(fields).flatMap(({ title }) => title.toLowerCase().match(/\p{L}+/gu) ?? []))
  }
  const held = [{ entityTypeId: 3, id: 29, optedOut: true, notBefore: null }, { entityTypeId: 4, id: 11, optedOut: false, notBefore: '2099-03-01' }] as const
  for (const client of held) await saveConsent(administrator, storeOf(full.portal), client)
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

const SETTINGS = [360, 900, 1280]
const REPORT = [360, 900, 1280]
const TAB = [600, 1280]

const ADMINISTRATOR = 1
const MANAGER = 2

/** One of the settings' pages by its address. `then`: what a person does there before the look at it */
const settings = (
  scene: () => Scene, userId: number, path: string, ready: string, then: (frame: Frame, lang: Lang) => Promise<void> = async () => {}
): Open => async lang => {
  const { page } = await scene().visit(userId, inSlider('/marketplace/app/'), { lang })
  const frame = await frameOf(page.locator('.app-frame.full > iframe'))
  await frame.getByRole('navigation', { name: text(lang, 'settings.nav.label') }).waitFor()
  await frame.evaluate(hash => { location.hash = hash }, `#${path}`)
  await frame.getByText(shown(lang, ready)).first().waitFor()
  await then(frame, lang)
  return { page, frame }
}

async function unfoldAll(frame: Frame): Promise<void> {
  for (const fold of await frame.locator('summary').all()) await fold.click()
}

/** The last 30 days stand at the end of the editor; they are read when they come into view. */
async function watched(frame: Frame, lang: Lang): Promise<void> {
  full.expectRefusal(/leads nowhere/)
  await frame.getByText(text(lang, 'surveyPage.watch.title')).scrollIntoViewIfNeeded()
  await frame.getByText(text(lang, 'surveyPage.watch.counted')).waitFor()
}

/** Publishing is refused, with the list of what is missing; the texts are shown in Arabic. */
async function refused(frame: Frame, lang: Lang): Promise<void> {
  await frame.getByRole('button', { name: text(lang, 'survey.publish.label'), exact: true }).click()
  await frame.getByText(shown(lang, 'survey.publish.problems')).waitFor()
  await frame.locator('[data-lang="ar"]').click()
  for (const fold of await frame.locator('[data-fold]').all()) await fold.click()
}

async function deleting(frame: Frame, lang: Lang): Promise<void> {
  await frame.getByText(shown(lang, 'surveys.counted')).waitFor()
  await frame.locator('[data-delete]').first().click()
  await frame.locator('[data-delete]').last().click()
}

async function importing(frame: Frame, lang: Lang): Promise<void> {
  await frame.getByRole('radio', { name: text(lang, 'gallery.file.name') }).check()
  await frame.locator('input[type=file]').setInputFiles({ name: 'survey.json', mimeType: 'application/json', buffer: Buffer.from(foreignFile()) })
  await frame.locator('[data-list=mend]').waitFor()
}

/** A person whose answers are no other screen's. */
const erasable = (lang: Lang): number => {
  const dealOf = (dealId: number) => full.portal.state.items.get(2)?.get(dealId)
  const deals = answersIn(full.portal).filter(({ flag }) => flag === null).flatMap(({ dealId }) => dealOf(dealId) ?? [])
  // the portal refuses the timeline of a deal that is gone
  const ofGone = new Set(invitationsIn(full.portal).filter(({ dealId }) => !dealOf(dealId)).map(({ contactId }) => contactId))
  return [...new Set(deals.map(({ fields }) => Number(fields.CONTACT_ID)))].filter(id => id !== contact && !ofGone.has(id))[lang === 'ru' ? 0 : 1] ?? 0
}

async function erased(frame: Frame, lang: Lang): Promise<void> {
  const { NAME, LAST_NAME } = full.portal.state.items.get(3)?.get(erasable(lang))?.fields ?? {}
  await frame.getByLabel(text(lang, 'doNotAsk.erasure.label')).fill(`${String(NAME)} ${String(LAST_NAME)}`)
  await frame.getByRole('button', { name: text(lang, 'doNotAsk.erasure.delete') }).click()
  await frame.getByText(text(lang, 'doNotAsk.erasure.checked')).waitFor()
}

const tab = (card: 'deal' | 'contact' | 'company', id: () => number, ready: string, scene = (): Scene => full): Open => async lang => {
  const { page } = await scene().visit(card === 'company' ? 1 : 3, inSlider(`/crm/${card}/details/${id()}/`), { lang })
  const inner = await openTab(page)
  await inner.getByText(shown(lang, ready)).first().waitFor()
  return { page, frame: await frameOf(page.locator('[role=tabpanel]:not([hidden]) .app-frame.tab > iframe')) }
}

/** An answer that a colleague writes down: nothing is said yet, and that is complained about. */
const byHand: Open = async lang => {
  const { page, frame } = await tab('deal', () => deals.asked, 'answer.empty.asked')(lang)
  await frame.getByRole('button', { name: text(lang, 'answer.byHand'), exact: true }).click()
  await frame.getByText(shown(lang, 'byHand.open.title')).waitFor()
  await frame.getByRole('button', { name: text(lang, 'byHand.save'), exact: true }).click()
  await frame.getByText(text(lang, 'byHand.missing')).waitFor()
  return { page, frame }
}

const request = (id: () => number, ready: string): Open => async lang => {
  const { page } = await full.visit(3, inSlider(`/crm/deal/details/${id()}/`), { lang })
  const app = await pressInToolbar(page)
  await app.getByText(shown(lang, ready)).first().waitFor()
  const outer = await frameOf(page.locator('.slider iframe'))
  return { page, frame: await frameOf(outer.locator('.app-frame.full > iframe')) }
}

/** The report, drawn. `then`: what a person does there before the look at it */
const report = (scene: () => Scene, then: (frame: Frame, lang: Lang) => Promise<void> = async () => {}): Open => async lang => {
  const { page } = await scene().visit(ADMINISTRATOR, inSlider('/marketplace/placement/LEFT_MENU/0/'), { lang })
  const frame = await frameOf(page.locator('.app-frame.full > iframe'))
  await frame.locator('[data-figure=shares] [data-value]').first().waitFor()
  await then(frame, lang)
  return { page, frame }
}

const PAST_ANSWERS = 'Date,Score,Customer,Comment\n2025-05-01,9,Anna,\n2025-05-02,2,Boris,\n2025-02-31,7,,\n'

const SCREENS: Record<string, Screen> = {
  'installation': {
    widths: SETTINGS,
    open: async lang => {
      const { page } = await bare.visit(ADMINISTRATOR, inSlider('/marketplace/app/'), { lang })
      const frame = await frameOf(page.locator('.app-frame.full > iframe'))
      await frame.getByText(text(lang, 'settings.install.made.title')).waitFor()
      await unfoldAll(frame)
      return { page, frame }
    }
  },
  'installation, repair': { widths: SETTINGS, open: settings(() => full, ADMINISTRATOR, '/installation', 'settings.install.advanced') },
  'overview': { widths: SETTINGS, open: settings(() => full, ADMINISTRATOR, '/', 'settings.overview.store.well') },
  'overview of a manager': { widths: SETTINGS, open: settings(() => full, MANAGER, '/', 'settings.overview.readOnly') },
  'surveys': { widths: SETTINGS, open: settings(() => many, ADMINISTRATOR, '/surveys', 'survey.status.active', deleting) },
  'surveys of a manager': { widths: SETTINGS, open: settings(() => full, MANAGER, '/surveys', 'survey.status.active') },
  'new survey': {
    widths: SETTINGS,
    open: settings(() => many, ADMINISTRATOR, '/surveys/new', 'gallery.title', frame => frame.frameLocator('aside iframe').locator('form').first().waitFor())
  },
  'new survey from a file': { widths: SETTINGS, writes: true, open: settings(() => many, ADMINISTRATOR, '/surveys/new', 'gallery.title', importing) },
  'survey editor': {
    widths: SETTINGS, writes: true, open: lang => settings(() => full, ADMINISTRATOR, `/surveys/${surveysIn(full.portal)[0]?.id}`, 'survey.publish.label', watched)(lang)
  },
  'survey editor, overfull': { widths: SETTINGS, writes: true, open: settings(() => many, ADMINISTRATOR, '/surveys/overfull', 'survey.publish.label', refused) },
  'survey editor of a manager': {
    widths: SETTINGS, writes: true, open: lang => settings(() => full, MANAGER, `/surveys/${surveysIn(full.portal)[0]?.id}`, 'survey.readOnly')(lang)
  },
  'try it': { widths: SETTINGS, open: settings(() => empty, ADMINISTRATOR, '/try', 'settings.try.row.arrived.open') },
  'try a survey': {
    widths: SETTINGS, open: lang => settings(() => full, ADMINISTRATOR, `/try/${surveysIn(full.portal)[0]?.id}`, 'surveyPage.trial.mail')(lang)
  },
  'duty': { widths: SETTINGS, open: settings(() => full, ADMINISTRATOR, '/duty', 'settings.duty.nowTitle') },
  'duty of a manager': { widths: SETTINGS, open: settings(() => full, MANAGER, '/duty', 'settings.duty.readOnly') },
  'automation in trouble': {
    widths: SETTINGS,
    open: settings(() => engine, ADMINISTRATOR, '/automation', 'automation.list.where', async (frame, lang) => {
      await frame.getByRole('button', { name: text(lang, 'automation.action.overwrite'), exact: true }).click()
      await frame.getByRole('button', { name: text(lang, 'automation.remove.button'), exact: true }).click()
    })
  },
  'automation by the duty person': { widths: SETTINGS, open: settings(() => empty, ADMINISTRATOR, '/automation', 'automation.action.startMeans') },
  'automation without processes': { widths: SETTINGS, open: settings(() => plain, ADMINISTRATOR, '/automation', 'errors.planWithoutProcesses.what') },
  'automation of a manager': { widths: SETTINGS, open: settings(() => engine, MANAGER, '/automation', 'automation.readOnly') },
  'overview with processes': { widths: SETTINGS, open: settings(() => engine, ADMINISTRATOR, '/', 'automation.overview.missing') },
  'duty with processes': { widths: SETTINGS, open: settings(() => engine, ADMINISTRATOR, '/duty', 'automation.dutyNote') },
  'access': { widths: SETTINGS, open: settings(() => full, ADMINISTRATOR, '/access', 'access.list', unfoldAll) },
  'access of a manager': { widths: SETTINGS, open: settings(() => full, MANAGER, '/access', 'access.readOnly') },
  'do not ask': {
    widths: SETTINGS,
    open: settings(() => full, ADMINISTRATOR, '/do-not-ask', 'doNotAsk.never', async (frame, lang) => {
      await frame.getByRole('button', { name: shown(lang, 'doNotAsk.changeNamed') }).first().click()
      await frame.getByRole('radio', { name: text(lang, 'doNotAsk.choice.until') }).check()
      await frame.getByLabel(text(lang, 'doNotAsk.day'), { exact: true }).fill('')
      await frame.getByRole('button', { name: text(lang, 'ui.save') }).click()
      await frame.getByText(text(lang, 'doNotAsk.dayMissing')).waitFor()
    })
  },
  'do not ask, nobody': { widths: SETTINGS, open: settings(() => empty, ADMINISTRATOR, '/do-not-ask', 'doNotAsk.empty') },
  'do not ask of a manager': { widths: SETTINGS, open: settings(() => full, MANAGER, '/do-not-ask', 'doNotAsk.part') },
  'erasure': {
    widths: SETTINGS,
    open: lang => settings(() => full, ADMINISTRATOR, `/do-not-ask/contact/${erasable(lang)}`, 'doNotAsk.erasure.confirmTitle', unfoldAll)(lang)
  },
  'erasure, done': {
    widths: SETTINGS,
    open: lang => settings(() => full, ADMINISTRATOR, `/do-not-ask/contact/${erasable(lang)}`, 'doNotAsk.erasure.confirmTitle', erased)(lang)
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
  'request': { widths: [400, 1280], open: request(() => deals.fresh, 'invitation.request.atOnce') },
  'request, asked already': { widths: [400, 1280], open: request(() => deals.asked, 'invitation.refusal.alreadyInvited') },
  'tab of a deal': { widths: TAB, open: tab('deal', () => deals.history, 'answer.history') },
  'tab of a deal, empty': { widths: TAB, open: tab('deal', () => deals.fresh, 'answer.empty.deal') },
  'tab of a deal, asked': { widths: TAB, open: tab('deal', () => deals.asked, 'answer.empty.asked') },
  'tab of a deal, by hand': { widths: TAB, open: byHand },
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
  'report': { widths: REPORT, open: report(() => full) },
  'report with four answers': { widths: REPORT, open: report(() => few) },
  'report, records behind a number': {
    widths: REPORT,
    open: report(() => full, async frame => {
      await frame.locator('[data-figure=shares] [data-part="low.n"]').first().click()
      await frame.locator('[data-answer]').first().waitFor()
    })
  },
  'report, comments with a search and the tags': {
    widths: REPORT,
    open: report(() => full, async (frame, lang) => {
      const comments = frame.locator('[data-figure=comments]')
      await comments.getByRole('searchbox').fill('не')
      await comments.locator('mark').first().waitFor()
      await comments.getByRole('button', { name: text(lang, 'figure.tags.manage') }).click()
    })
  },
  'report, why this number': {
    widths: REPORT,
    open: report(() => full, async (frame, lang) => {
      await frame.locator('[data-figure=headline]').getByRole('button', { name: text(lang, 'figure.why.title') }).click()
    })
  },
  'report, import': {
    widths: REPORT,
    open: report(() => full, async (frame, lang) => {
      await frame.getByRole('button', { name: text(lang, 'import.open'), exact: true }).click()
      await frame.locator('[data-panel=import] input[type=file]').setInputFiles({ name: 'answers.csv', mimeType: 'text/csv', buffer: Buffer.from(PAST_ANSWERS) })
      await frame.locator('[data-panel=import] table').first().waitFor()
    })
  },
  'report before the first answer': {
    widths: REPORT,
    open: async lang => {
      const { page } = await empty.visit(ADMINISTRATOR, inSlider('/marketplace/placement/LEFT_MENU/0/'), { lang })
      const frame = await frameOf(page.locator('.app-frame.full > iframe'))
      await frame.getByText(text(lang, 'report.empty.title')).waitFor()
      return { page, frame }
    }
  }
}

/** Frames of other processes learn of a theme later than the page. */
const isIn = (theme: 'light' | 'dark'): boolean => matchMedia(`(prefers-color-scheme: ${theme})`).matches
  && !document.documentElement.classList.contains(theme === 'dark' ? 'light' : 'dark')

/** Gives the frame this width; what the portal shows around it takes less room in narrower windows. */
async function narrow(page: Page, frame: Frame, width: number): Promise<void> {
  const owner = await frame.frameElement()
  await expect.poll(async () => {
    const found = (await owner.boundingBox())?.width ?? 0
    if (found !== width) await page.setViewportSize({ width: (page.viewportSize()?.width ?? 0) + width - found, height: 900 })
    return frame.evaluate(() => innerWidth)
  }).toBe(width)
}

/** What is wrong with a screen in every theme and width, with pictures. @param fitted the portal gives the frame its height */
async function inspect(
  name: string, lang: Lang, { page, frame }: { page: Page; frame: Frame }, widths: readonly number[], data: ReadonlySet<string>, fitted: boolean
): Promise<string[]> {
  const found: string[] = []
  await stopTransitions(frame)
  found.push(...(await strangeWords(frame, lang, data)).map(line => `${lang}: ${line}`))
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 })
    if (fitted && width !== 1280) await narrow(page, frame, width)
    if (fitted) await expect.poll(() => scrolls(frame), { message: `${name}, ${lang}, ${width}: a scroll bar inside the frame`, timeout: 5_000 }).toBe(false)
    found.push(...(await overflow(frame)).map(line => `${lang} ${width}: ${line}`))
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme })
      await frame.waitForFunction(isIn, theme)
      // the dark differs in its colours only
      found.push(...(await violations(frame, theme === 'dark' ? 'color-contrast' : undefined)).map(line => `${lang} ${width} ${theme}: axe ${line}`))
      await page.screenshot({ path: `${PICTURES}${name.replace(/\W+/g, '-')}-${lang}-${width}-${theme}.png`, fullPage: true })
    }
  }
  return found
}

describe('in the portal', () => {
  test.each(Object.entries(SCREENS).flatMap(([name, screen]) => LANGS.map(lang => [name, lang, screen] as const)))('%s, %s', async (name, lang, { widths, open, writes }) => {
    const opened = await open(lang)
    const words = new Set([...dataWords(full.portal), ...dataWords(many.portal), ...dataWords(few.portal), ...fieldWords, ...PAST_ANSWERS.toLowerCase().match(/[a-z]+/g) ?? []])
    const found = await inspect(name, lang, opened, widths, words, true)
    expect(found.filter(line => !(writes && EMPTY_PLACEHOLDER.test(line)))).toEqual([])
  })
})

/** What the button hands to the printer, taken out of the frame: a browser prints whole pages only. */
async function paperOf(frame: Frame, lang: Lang): Promise<string> {
  await frame.evaluate(() => {
    window.print = () => {
      const copy = document.documentElement.cloneNode(true) as HTMLElement
      const charts = [...document.querySelectorAll('canvas')]
      for (const [index, canvas] of [...copy.querySelectorAll('canvas')].entries()) canvas.dataset.drawn = charts[index]?.toDataURL() ?? ''
      for (const script of copy.querySelectorAll('script')) script.remove()
      const base = document.createElement('base')
      base.href = location.href
      copy.querySelector('head')?.prepend(base)
      document.documentElement.dataset.paper = `<!doctype html>${copy.outerHTML}`
    }
  })
  await frame.getByRole('button', { name: text(lang, 'report.print'), exact: true }).click()
  await frame.waitForFunction(() => document.documentElement.dataset.paper)
  return frame.evaluate(() => document.documentElement.dataset.paper ?? '')
}

/** The copy of a canvas is empty. @returns 0 … 1: what part of them is dark; letters and lines are little, the band of a dark screen is half */
async function drawAgain(): Promise<number> {
  let [dark, all] = [0, 0]
  for (const canvas of document.querySelectorAll('canvas')) {
    const picture = new Image()
    picture.src = canvas.dataset.drawn ?? ''
    await picture.decode()
    const context = canvas.getContext('2d')!
    context.drawImage(picture, 0, 0)
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    for (let at = 0; at < data.length; at += 4) if (data[at + 3]! > 200 && data[at]! + data[at + 1]! + data[at + 2]! < 250) dark++
    all += data.length / 4
  }
  return dark / all
}

describe('on paper', () => {
  // A4 without the margins, in CSS pixels
  const PAPER = { width: 703, height: 1000 }

  test.each(THEMES.flatMap(theme => LANGS.map(lang => [theme, lang] as const)))('the report from a %s screen, %s', async (theme, lang) => {
    const { page, context } = await full.visit(ADMINISTRATOR, inSlider('/marketplace/placement/LEFT_MENU/0/'), { lang, theme })
    const screen = await frameOf(page.locator('.app-frame.full > iframe'))
    await screen.locator('canvas').first().waitFor()
    await screen.locator('[data-figure=shares] [data-value]').first().waitFor()
    await screen.locator('[data-figure=comments] li').first().waitFor()
    const html = await paperOf(screen, lang)
    expect(await screen.evaluate(() => document.documentElement.classList.contains('dark'))).toBe(theme === 'dark')
    const paper = await context.newPage()
    await paper.goto(`${full.appUrl}/portals.json`)
    await paper.setContent(html, { waitUntil: 'load' })
    expect(await paper.evaluate(drawAgain), 'share of dark ink in the charts').toBeLessThan(0.1)
    await paper.emulateMedia({ media: 'print', colorScheme: theme })
    await paper.setViewportSize(PAPER)
    const sheet = paper.mainFrame()
    expect(await overflow(sheet)).toEqual([])
    expect(await sheet.locator('canvas').evaluateAll(list => list.filter(one => one.getBoundingClientRect().right > one.closest('section')!.getBoundingClientRect().right))).toEqual([])
    expect(await sheet.evaluate(() => document.documentElement.classList.contains('dark'))).toBe(false)
    expect(await sheet.locator('main button:visible', { hasText: text(lang, 'report.print') }).count()).toBe(0)
    await paper.pdf({ path: `${PICTURES}report-on-paper-${lang}-${theme}.pdf`, preferCSSPageSize: true, printBackground: true })
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
