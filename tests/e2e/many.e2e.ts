import type { Frame, FrameLocator } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { frameOf, overflow, violations } from './look'
import { appInSlider, appOf } from './places'
import { askableDeals, invitationsIn } from './records'
import { useStage, type Scene, type VisitOptions, type Visitor } from './stage'
import { shown } from './words'

/** Asking many: from the deal list, from a contact, a company and one row of the list. */

const stage = useStage()
let scene: Scene
beforeAll(async () => { scene = await stage.open({ installed: true }) })

/** The service manager, who may read everything. */
const MANAGER = 3

const IN_LIST = '/marketplace/placement/CRM_DEAL_LIST_TOOLBAR/0/'

async function openMany(options: VisitOptions = {}, path = IN_LIST): Promise<Visitor & { app: FrameLocator }> {
  const visitor = await scene.visit(MANAGER, path, options)
  return { ...visitor, app: appOf(visitor.page) }
}

const frameIn = (visitor: Visitor): Promise<Frame> => frameOf(visitor.page.locator('.app-frame.full > iframe'))
const button = (app: FrameLocator, name: RegExp) => app.getByRole('button', { name })
const mails = (): number => scene.portal.state.outbox.length

test('the deal list leads to a dry run, then to one mail for each who was named', async () => {
  const list = await scene.visit(MANAGER, '/crm/deal/')
  await list.page.locator('details.dropdown summary').click()
  await list.page.locator('details.dropdown').getByRole('link').click()
  const app = appInSlider(list.page)
  await button(app, /Показать, кого спросим/).click()
  await app.getByRole('heading', { name: /^Спросим: \d+/ }).waitFor()
  expect(mails()).toBe(0)
  const named = Number(/\d+/.exec(await app.getByRole('heading', { name: /^Спросим/ }).innerText())?.[0])
  expect(named).toBeGreaterThan(5)
  await button(app, /^Отправить \d+/).click()
  await app.getByText(/^Отправлено \d+ пис/).waitFor()
  expect(mails()).toBe(named)
  expect(new Set(scene.portal.state.outbox.map(({ to }) => to)).size).toBe(named)
  expect(invitationsIn(scene.portal).filter(({ state }) => state === 'sent')).toHaveLength(named)
  await button(app, /Показать, кого спросим/).click()
  await app.getByRole('heading', { name: /^Спросим: 0/ }).waitFor()
  await app.getByText(/Уже есть открытое приглашение/).first().waitFor()
})

test('a mailbox with a limit spreads over days; what is left stands on the page when it is opened again, and can be stopped', async () => {
  scene = await stage.open({ installed: true })
  const { app, leave } = await openMany()
  await app.getByLabel('Писем в день из одного ящика, не больше').fill('3')
  await button(app, /Показать, кого спросим/).click()
  await app.getByText(/Письма уйдут в несколько дней/).waitFor()
  await button(app, /^Отправить \d+/).click()
  await app.getByText(/^Отправлено 3 письма/).waitFor()
  expect(mails()).toBe(3)
  await leave()
  // by a link, as the settings have one
  const again = await openMany({}, `/marketplace/view/${scene.portal.state.app.code}/?params[many]=never`)
  await again.app.getByText('Не отправлено до конца').waitFor()
  await button(again.app, /Больше не отправлять/).click()
  await button(again.app, /Больше не отправлять/).click()
  await again.app.getByText(/^Отменено приглашений: \d+/).waitFor()
  expect(mails()).toBe(3)
  expect(invitationsIn(scene.portal).filter(({ state }) => state === 'to_send')).toHaveLength(0)
})

test('a company\'s people: one, or several at once', async () => {
  scene = await stage.open({ installed: true })
  const companies = [...scene.portal.state.items.get(4)!.values()].map(({ id }) => id)
  const people = (id: number): number => [...scene.portal.state.items.get(3)!.values()]
    .filter(({ fields, fm }) => fields.COMPANY_ID === id && fm.some(({ typeId }) => typeId === 'EMAIL')).length
  const company = companies.toSorted((a, b) => people(b) - people(a))[0]!
  const visitor = await scene.visit(MANAGER, `/crm/company/details/${company}/`)
  await visitor.page.locator('details.dropdown summary').click()
  await visitor.page.locator('details.dropdown').getByRole('link').click()
  const app = appInSlider(visitor.page)
  await app.getByRole('heading', { name: /^Спросим: \d+/ }).waitFor()
  const boxes = app.getByRole('checkbox')
  const count = await boxes.count()
  for (let index = 1; index < count; index++) await boxes.nth(index).check()
  await button(app, new RegExp(`^Отправить ${count}`)).click()
  await app.getByText(/^Отправлено/).waitFor()
  expect(mails()).toBe(count)
})

test('one row of the deal list asks the people of that deal; who was asked lately, with a reason in writing', async () => {
  scene = await stage.open({ installed: true })
  const [deal] = askableDeals(scene.portal)
  const contact = scene.portal.state.items.get(3)!.get(Number(scene.portal.state.items.get(2)!.get(deal!)!.fields.CONTACT_ID))!
  contact.fields.UF_CRM_CONTACT_FB_NOT_BEFORE = '2099-01-01'
  const visitor = await scene.visit(MANAGER, `/marketplace/placement/CRM_DEAL_LIST_MENU/0/?options[ID]=${deal}`)
  const app = appOf(visitor.page)
  const line = app.getByRole('listitem').filter({ hasText: 'Недавно спрашивали, снова можно с' })
  await line.getByRole('button', { name: /Всё равно спросить/ }).click()
  await line.getByLabel('Почему раньше срока').fill('Сам попросил написать ещё раз')
  await line.getByRole('button', { name: 'Спросить' }).click()
  await app.getByText('Спросим раньше срока: Сам попросил написать ещё раз').waitFor()
  for (const box of await app.getByRole('checkbox', { checked: true }).all()) {
    if (await box.getAttribute('aria-label') !== `${String(contact.fields.NAME)} ${String(contact.fields.LAST_NAME)}`) await box.uncheck()
  }
  await button(app, /^Отправить 1 приглашение/).click()
  await app.getByText(/^Отправлено 1 письмо/).waitFor()
  expect(mails()).toBe(1)
  expect(invitationsIn(scene.portal).at(-1)?.why).toBe('Сам попросил написать ещё раз')
})

test.each([
  ['ru', 1280, 'light'], ['ru', 360, 'dark'], ['en', 900, 'light'], ['en', 360, 'light'], ['ru', 900, 'dark']
] as const)('looks right: %s, %i px, %s', async (lang, width, theme) => {
  const visitor = await openMany({ lang, width, theme, height: 1400 })
  await visitor.app.getByRole('button', { name: lang === 'ru' ? 'Показать, кого спросим' : 'Show who will be asked' }).click()
  await visitor.app.getByText(shown(lang, 'many.notAsked')).waitFor()
  const frame = await frameIn(visitor)
  await visitor.page.screenshot({ path: `tests/output/many-${lang}-${width}-${theme}.png`, fullPage: true })
  expect(await overflow(frame)).toEqual([])
  expect(await violations(frame)).toEqual([])
})
