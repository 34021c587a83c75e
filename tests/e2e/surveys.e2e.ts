import { readFileSync } from 'node:fs'
import type { FrameLocator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { planFromTemplate } from '@/plan/model/template-plans'
import { contentFromTemplate } from '@/survey/model/templates'
import { foreignFile, keepSurveys, surveysIn } from './made-surveys'
import { appOf } from './places'
import { useStage, type Lang, type Scene } from './stage'
import { shown, text } from './words'

/** Surveys as a list, new ones, copies and files. */

const stage = useStage()

let scene: Scene
/** 20 surveys with answers */
let many: Scene

beforeAll(async () => {
  scene = await stage.open({ installed: true })
  many = await stage.open({ installed: true, answers: 400 })
  // three have come with the answers
  await keepSurveys(many, 16)
})

const SETTINGS = '/marketplace/app/?IFRAME=Y&IFRAME_TYPE=SIDE_SLIDER'

async function openSurveys(where: Scene): Promise<{ page: Page, app: FrameLocator, lang: Lang, expectTrouble: (pattern: RegExp) => void }> {
  const lang = 'ru'
  const { page, expectTrouble } = await where.visit(1, SETTINGS, { lang })
  const app = appOf(page)
  await app.getByRole('navigation').getByRole('link', { name: text(lang, 'settings.nav.surveys') }).click()
  await app.getByRole('heading', { level: 2, name: text(lang, 'settings.nav.surveys') }).waitFor()
  return { page, app, lang, expectTrouble }
}

async function toNew(app: FrameLocator, lang: Lang): Promise<void> {
  await app.getByRole('link', { name: text(lang, 'surveys.new') }).click()
  await app.getByText(text(lang, 'gallery.title')).waitFor()
}

async function importText(app: FrameLocator, name: string, content: string | Buffer, mimeType = 'application/json'): Promise<void> {
  await app.locator('input[type=file]').setInputFiles({ name, mimeType, buffer: Buffer.from(content) })
}

test('from a template to a draft in the editor: five languages, its plan, the portal\'s company; nothing is published', async () => {
  const before = surveysIn(scene.portal).length
  const { app, lang } = await openSurveys(scene)
  await toNew(app, lang)
  await app.getByRole('radio', { name: 'Претензия урегулирована' }).check()
  await app.frameLocator('aside iframe').getByText('Насколько вас устраивает решение по вашему обращению?').waitFor()
  for (const name of ['Английский', 'Казахский', 'Индонезийский', 'Испанский']) await app.getByRole('checkbox', { name }).check()
  expect(await app.getByLabel(text(lang, 'surveys.create.company')).inputValue()).toBe('Alatau')
  await app.getByRole('button', { name: text(lang, 'surveys.create.make') }).click()
  await app.getByRole('heading', { level: 2, name: 'Претензия урегулирована' }).waitFor()
  const made = surveysIn(scene.portal)
  expect(made).toHaveLength(before + 1)
  expect(made.at(-1)).toMatchObject({
    status: 'draft', published: null, form: null, id: expect.stringMatching(/^[a-z0-9]{10}$/),
    draft: contentFromTemplate('complaint', { lang: 'ru', langs: ['ru', 'en', 'kz', 'id', 'la'], company: 'Alatau' }), plan: planFromTemplate('complaint', 'ru')
  })
})

test('a lost reply and two administrators: no survey twice', async () => {
  const before = surveysIn(scene.portal).length
  const one = await openSurveys(scene)
  const other = await openSurveys(scene)
  await toNew(one.app, one.lang)
  await toNew(other.app, other.lang)
  scene.portal.faults.push({ kind: 'reply-lost', method: 'entity.item.add', times: 10 })
  one.expectTrouble(/ERR_EMPTY_RESPONSE/)
  await one.app.getByRole('button', { name: text('ru', 'surveys.create.make') }).click()
  await one.app.getByText(text('ru', 'errors.replyLost.what')).waitFor()
  scene.portal.faults.length = 0
  await one.app.getByRole('button', { name: text('ru', 'ui.retry') }).click()
  await one.app.getByText(text('ru', 'survey.list.unpublished')).first().waitFor()
  await other.app.getByRole('button', { name: text('ru', 'surveys.create.make') }).dblclick()
  await other.app.getByText(text('ru', 'survey.list.unpublished')).first().waitFor()
  const ids = surveysIn(scene.portal).map(({ id }) => id)
  expect(ids).toHaveLength(before + 2)
  expect(new Set(ids).size).toBe(ids.length)
})

test('a copy, a file of it, and back: the same content and plan; only drafts can be deleted', async () => {
  const { app, page, lang } = await openSurveys(scene)
  const about = (action: string, name: string): string => `${text(lang, `surveys.${action}`)}: ${name}`
  await app.getByRole('button', { name: about('duplicate', 'Претензия урегулирована') }).click()
  const copy = 'Претензия урегулирована (копия)'
  await app.getByRole('link', { name: copy }).waitFor()
  const [download] = await Promise.all([page.waitForEvent('download'), app.getByRole('button', { name: about('export', copy) }).click()])
  expect(download.suggestedFilename()).toBe(`${copy}.json`)
  const file = readFileSync(await download.path(), 'utf8')
  await toNew(app, lang)
  await app.getByRole('radio', { name: text(lang, 'gallery.file.name') }).check()
  await importText(app, 'survey.json', file)
  await app.getByText(text(lang, 'surveys.import.fine')).waitFor()
  await app.getByRole('button', { name: text(lang, 'surveys.import.make') }).click()
  await app.getByRole('heading', { level: 2, name: copy }).waitFor()
  const [first, second] = surveysIn(scene.portal).filter(({ draft }) => draft.name === copy)
  expect(second).toEqual({ ...first, id: second?.id })
  expect(second?.id).not.toBe(first?.id)

  await app.getByRole('link', { name: text(lang, 'settings.allSurveys') }).click()
  await app.getByRole('button', { name: about('delete', 'После сделки'), exact: true }).first().click()
  const count = surveysIn(scene.portal).length
  await app.getByRole('button', { name: about('delete', copy) }).first().click()
  await app.getByRole('button', { name: text(lang, 'surveys.deleteForGood') }).click()
  await app.getByText(text(lang, 'surveys.deleted').replace('{name}', copy)).waitFor()
  expect(surveysIn(scene.portal)).toHaveLength(count - 1)
})

describe('a file that is refused changes nothing', () => {
  const good = (change: object): string => JSON.stringify({
    app: 'feedback-for-bitrix24', format: 1, portal: 'x', content: contentFromTemplate('visit', { lang: 'ru', langs: ['ru'], company: 'A' }), plan: null, ...change
  })
  test.each<[string, string, string | Buffer, string, string]>([
    ['a picture', 'logo.png', Buffer.from([0x89, 0x50, 0x4e, 0x47]), 'image/png', 'surveys.import.refusal.image'],
    ['five megabytes', 'big.json', Buffer.alloc(5_000_000, 'x'), 'application/json', 'surveys.import.refusal.tooBig'],
    ['a picture called JSON', 'logo.json', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]), 'application/json', 'surveys.import.refusal.notText'],
    ['no JSON', 'x.json', '{"app":', 'application/json', 'surveys.import.refusal.notJson'],
    ['not ours', 'x.json', '{"name":"x"}', 'application/json', 'surveys.import.refusal.notOurs'],
    ['a newer one', 'x.json', good({ format: 1_000 }), 'application/json', 'surveys.import.refusal.newer'],
    ['a plan that nobody understands', 'x.json', good({ plan: { v: 1, fallbackOwner: null, rules: [{ id: 'a', when: {}, effects: [{ kind: 'fly' }] }] } }), 'application/json', 'surveys.import.refusal.shape']
  ])('%s', async (_, name, content, type, key) => {
    const before = JSON.stringify(surveysIn(scene.portal))
    const { app, lang } = await openSurveys(scene)
    await toNew(app, lang)
    await app.getByRole('radio', { name: text(lang, 'gallery.file.name') }).check()
    await importText(app, name, content, type)
    await app.getByText(text(lang, key)).waitFor()
    expect(await app.getByRole('button', { name: text(lang, 'surveys.import.make') }).isDisabled()).toBe(true)
    expect(JSON.stringify(surveysIn(scene.portal))).toBe(before)
  })
})

test('a file of another portal says what has to be chosen again, and becomes a draft', async () => {
  const { app, lang } = await openSurveys(scene)
  await toNew(app, lang)
  await app.getByRole('radio', { name: text(lang, 'gallery.file.name') }).check()
  await importText(app, 'survey.json', foreignFile())
  await app.locator('[data-list=again]').waitFor()
  expect(await app.locator('[data-list=again] li').count()).toBe(6)
  expect(await app.locator('[data-list=dropped] li').allInnerTexts()).toHaveLength(6)
  await app.locator('[data-list=mend]').getByText(text(lang, 'survey.problem.metricTwice')).waitFor()
  await app.getByRole('button', { name: text(lang, 'surveys.import.make') }).click()
  await app.getByText(text(lang, 'survey.list.unpublished')).first().waitFor()
  expect(JSON.stringify(surveysIn(scene.portal).at(-1)?.plan)).not.toMatch(/"user":[1-9]|"C4:WON"|"ufCrm_5"/)
})

test('20 surveys: active first, found by a word', async () => {
  const { app, lang } = await openSurveys(many)
  await app.getByText(shown(lang, 'surveys.counted')).waitFor()
  const states = await app.locator('main li [data-status]').evaluateAll(marks => marks.map(mark => mark.getAttribute('data-status')))
  expect(states).toHaveLength(20)
  expect(states.indexOf('draft')).toBeGreaterThan(states.lastIndexOf('active'))
  await app.getByRole('searchbox').fill('визит')
  expect(await app.locator('main li h3').count()).toBeGreaterThan(0)
  expect(await app.locator('main li h3').count()).toBeLessThan(5)
})

test('keyboard only: a draft from a template', async () => {
  const { app, page, lang } = await openSurveys(scene)
  const before = surveysIn(scene.portal).length
  await app.getByRole('link', { name: text(lang, 'surveys.new') }).focus()
  await page.keyboard.press('Enter')
  await app.getByText(text(lang, 'gallery.title')).waitFor()
  await app.getByRole('radio', { name: 'После сделки' }).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await app.getByText(text(lang, 'survey.list.unpublished')).first().waitFor()
  expect(surveysIn(scene.portal)).toHaveLength(before + 1)
  expect(surveysIn(scene.portal).at(-1)?.draft.questions[0]?.type).toBe('csat')
})
