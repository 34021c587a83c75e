import type { FrameLocator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Fault } from '../../demo/state'
import { madeIn } from './records'
import { useStage, type Scene, type Visitor } from './stage'
import { shown, text } from './words'

/** From an empty portal, by clicking as the administrator does. */

const stage = useStage()

const COMPANY = 'Алатау'
const appOf = (page: Page): FrameLocator => page.frameLocator('.app-frame.full > iframe')

/** The app's main page of an administrator, ready to begin. */
async function openInstallation(scene: Scene): Promise<Visitor & { app: FrameLocator }> {
  const visitor = await scene.visit(1, '/marketplace/app/')
  const app = appOf(visitor.page)
  await app.getByLabel(text('ru', 'settings.install.company.label')).fill(COMPANY)
  return { ...visitor, app }
}

const pressInstall = (app: FrameLocator): Promise<void> => app.getByRole('button', { name: text('ru', 'settings.install.install'), exact: true }).click()

/** The settings are there: the installation is over and the portal has shown the app anew. */
const settingsShown = (app: FrameLocator): Promise<void> => app.getByRole('navigation', { name: text('ru', 'settings.nav.label') }).waitFor()

const errorText = (app: FrameLocator, code: string) => app.getByRole('alert').filter({ hasText: text('ru', `errors.${code}.what`) })

/** A fault inside a batch: the request itself goes well, the console has nothing to say. */
const NOTHING = /^$/

let clean: Record<string, string[]>

describe('the template path', () => {
  let scene: Scene
  beforeAll(async () => { scene = await stage.open() })

  test('installs with two clicks and a name, form and test submission included', async () => {
    const { page } = await scene.visit(1, '/')
    let clicks = 0
    const click = async (what: { click(): Promise<void> }): Promise<void> => { clicks++; await what.click() }
    await click(page.getByRole('link', { name: 'Установить приложение' }))
    const app = appOf(page)
    await app.getByLabel(text('ru', 'settings.install.company.label')).fill(COMPANY)
    await click(app.getByRole('button', { name: text('ru', 'settings.install.install'), exact: true }))
    await settingsShown(app)
    expect(clicks).toBe(2)
    expect(scene.portal.state.app.installed).toBe(true)
    clean = madeIn(scene.portal)
    expect(clean).toMatchObject({
      types: ['Обратная связь'], pipelines: ['Ответы', 'Приглашения'], answers: [], settings: expect.arrayContaining(['base', 'duty', 'installed', 'store'])
    })
    expect(clean.forms).toHaveLength(1)
    expect(clean.forms?.[0]).toMatch(/ active$/)
    expect(clean.widgets?.map(line => line.split(' ')[0])).toEqual([
      'CRM_ANALYTICS_MENU', 'CRM_COMPANY_DETAIL_TAB', 'CRM_COMPANY_DETAIL_TOOLBAR', 'CRM_CONTACT_DETAIL_TAB', 'CRM_CONTACT_DETAIL_TOOLBAR',
      'CRM_DEAL_DETAIL_TAB', 'CRM_DEAL_DETAIL_TOOLBAR', 'CRM_DEAL_LIST_MENU', 'CRM_DEAL_LIST_TOOLBAR', 'IM_TEXTAREA', 'LEFT_MENU', 'PAGE_BACKGROUND_WORKER', 'REST_APP_URI'
    ])
  })

  test('every step again: nothing is there twice', async () => {
    const { page } = await scene.visit(1, '/marketplace/app/')
    const app = appOf(page)
    await app.getByRole('navigation').getByRole('link', { name: text('ru', 'settings.nav.overview') }).click()
    await app.getByRole('link', { name: text('ru', 'settings.overview.repair') }).last().click()
    await app.getByRole('button', { name: text('ru', 'settings.install.repair'), exact: true }).click()
    await app.getByText(text('ru', 'settings.install.done')).waitFor()
    expect(madeIn(scene.portal)).toEqual(clean)
  })
})

test('without a name of the company it says what is missing and starts nothing', async () => {
  const scene = await stage.open()
  const { page } = await scene.visit(1, '/marketplace/app/')
  const app = appOf(page)
  await pressInstall(app)
  await app.getByText(text('ru', 'settings.install.company.missing')).waitFor()
  expect(scene.portal.state.types).toEqual([])
})

describe('broken off', () => {
  /** A browser sends a request once more, over every connection that it used before, when one is closed without an answer: "dropped" is many times. */
  const FAULTS: [name: string, fault: Fault, code: string, trouble: RegExp][] = [
    ['503 again and again', { kind: '503', method: 'userfieldconfig.add', times: 4 }, 'overloaded', /status of 503/],
    ['401, and the new token is refused too', { kind: '401', method: 'entity.add', times: 2 }, 'sessionExpired', /status of 401/],
    ['the connection dropped before the portal read it', { kind: 'lost-before', method: 'crm.category.add', times: 10 }, 'replyLost', /ERR_EMPTY_RESPONSE/],
    ['fields were made and the reply lost', { kind: 'reply-lost', method: 'userfieldconfig.add', times: 10 }, 'replyLost', /ERR_EMPTY_RESPONSE/],
    ['no answer at all while widgets are bound', { kind: 'timeout', method: 'placement.bind', times: 10 }, 'replyLost', /ERR_EMPTY_RESPONSE/],
    ['half of the commands of a batch fail', { kind: 'method-error', method: 'userfieldconfig.add', nth: 20, times: 20 }, 'portalFailed', NOTHING]
  ]

  test.each(FAULTS)('%s: said, repeated, the same portal', async (_name, fault, code, trouble) => {
    const scene = await stage.open()
    const { app, expectTrouble } = await openInstallation(scene)
    if (trouble !== NOTHING) expectTrouble(trouble)
    scene.portal.faults.push({ ...fault })
    await pressInstall(app)
    const error = errorText(app, code)
    await error.waitFor()
    await error.getByText(text('ru', `errors.${code}.todo`)).waitFor()
    expect(scene.portal.state.app.installed).toBe(false)
    scene.portal.faults.length = 0
    await error.getByRole('button', { name: text('ru', 'ui.retry') }).click()
    await settingsShown(app)
    expect(madeIn(scene.portal)).toEqual(clean)
  })

  test('the page closed half-way: whoever comes back continues', async () => {
    const scene = await stage.open()
    const first = await openInstallation(scene)
    first.expectTrouble(/ERR_EMPTY_RESPONSE/)
    scene.portal.faults.push({ kind: 'reply-lost', method: 'entity.add', times: 10 })
    await pressInstall(first.app)
    await errorText(first.app, 'replyLost').waitFor()
    await first.leave()
    scene.portal.faults.length = 0
    const again = await openInstallation(scene)
    await again.app.getByRole('button', { name: text('ru', 'settings.install.continue') }).click()
    await settingsShown(again.app)
    expect(madeIn(scene.portal)).toEqual(clean)
  })
})

describe('where something is missing', () => {
  test('a plan without smart processes is told in one sentence, and nothing is made', async () => {
    const scene = await stage.open({ switches: { smartProcesses: false } })
    const { app, expectTrouble } = await openInstallation(scene)
    expectTrouble(/status of 400/)
    await pressInstall(app)
    await app.getByText(text('ru', 'settings.install.keep.refused')).waitFor()
    expect(madeIn(scene.portal)).toMatchObject({ types: [], fields: [], widgets: [], forms: [] })
  })

  test('a manager before the installation reads whom to ask', async () => {
    const scene = await stage.open()
    const { page } = await scene.visit(2, '/marketplace/app/')
    await page.getByText('Попросите администратора портала завершить установку', { exact: false }).waitFor()
  })

  test('without the undocumented methods the form is made by hand, checked and taken', async () => {
    const scene = await stage.open({ switches: { undocumented: false } })
    const { app, page, expectTrouble } = await openInstallation(scene)
    // the app asks whether it may make the form
    expectTrouble(/status of 404.*crm\.(web)?form\./)
    await pressInstall(app)
    const byHand = app.getByRole('region', { name: text('ru', 'survey.form.byHand.title') })
    const recipe = await readRecipe(byHand)

    // with all but the hint and one preset: the check names exactly these
    const editor = await openEditor(page, byHand, recipe)
    await fillEditor(editor, { ...recipe, definition: '', presets: recipe.presets.slice(1) })
    await connect(page, byHand, await codeOf(editor))
    await app.getByText(shown('ru', 'survey.form.problems')).waitFor()
    const problems = (): Promise<(string | null)[]> => app.locator('[data-problem]').evaluateAll(nodes => nodes.map(node => node.getAttribute('data-problem')))
    expect(await problems()).toContain('definitionMissing')
    expect(scene.portal.state.app.installed).toBe(false)

    const [form] = scene.portal.state.forms
    const again = await openEditor(page, byHand, { ...recipe, open: String(form?.name) })
    await fillEditor(again, { ...recipe, presets: [recipe.presets[0] ?? ['', '']] }, recipe.presets.length - 1)
    await connect(page, byHand, await codeOf(again))
    await settingsShown(app)
    expect(scene.portal.state.app.installed).toBe(true)
    expect(madeIn(scene.portal)).toEqual(clean)
  })
})

type Region = ReturnType<FrameLocator['getByRole']>

/** The texts that the app gives to copy. */
interface Recipe { name: string; target: string; pipeline: string; fields: string[]; definition: string; presets: [label: string, value: string][] }

async function readRecipe(byHand: Region): Promise<Recipe> {
  await byHand.locator('ol > li').nth(8).waitFor()
  const texts = async (step: number): Promise<string[]> => byHand.locator('ol > li').nth(step).locator('code').allTextContents()
  const labels = await byHand.locator('ol > li').nth(6).locator('li > span:first-child').allTextContents()
  const values = await texts(6)
  const [[name = ''], [target = ''], [pipeline = ''], fields, [definition = '']] = await Promise.all([texts(0), texts(1), texts(2), texts(4), texts(5)])
  return { name, target, pipeline, fields, definition, presets: values.map((value, index) => [(labels[index] ?? '').replace(/ =\s*$/, '').trim(), value]) }
}

/** Opens the portal's form editor from the app, in a slider: a new form, or the one with this name. */
async function openEditor(page: Page, byHand: Region, { target, open = target }: Recipe & { open?: string }): Promise<FrameLocator> {
  await byHand.getByRole('button', { name: text('ru', 'survey.form.byHand.openForms') }).click()
  const editor = page.frameLocator('.slider iframe')
  await editor.getByRole('link', { name: open, exact: true }).click()
  return editor
}

/** Does what the recipe says. `from`: the first free row of presets */
async function fillEditor(editor: FrameLocator, recipe: Recipe, from = 0): Promise<void> {
  await editor.locator('input[name=name]').fill(recipe.name)
  await editor.locator('select[name=category]').selectOption({ label: recipe.pipeline })
  await editor.locator('select[name=duplicateMode]').selectOption('')
  await editor.locator('input[name=active]').check()
  for (const label of recipe.fields) {
    const row = editor.locator('li', { has: editor.locator('input[name="fields[]"]') }).filter({ hasText: label })
    await row.locator('input[name="fields[]"]').check()
    if (label === recipe.fields.at(-1)) await row.locator('textarea').fill(recipe.definition)
  }
  for (const [index, [label, value]] of recipe.presets.entries()) {
    const row = editor.locator('li.preset').nth(from + index)
    const option = await row.locator('option', { hasText: label }).first().getAttribute('value')
    await row.locator('select').selectOption(option)
    await row.locator('input').fill(value)
  }
  await editor.getByRole('button', { name: 'Сохранить' }).click()
}

/** The code for a site, from the editor. */
const codeOf = (editor: FrameLocator): Promise<string> => editor.getByLabel('Код для сайта').inputValue()

async function connect(page: Page, byHand: Region, code: string): Promise<void> {
  await page.locator('.slider-close').click()
  await byHand.getByLabel(text('ru', 'survey.form.byHand.paste')).fill(code)
  await byHand.getByRole('button', { name: text('ru', 'survey.form.byHand.check') }).click()
}
