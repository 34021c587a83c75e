import type { Frame, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Access } from '@/portal/access'
import { saveConsent } from '@/invitation/consent'
import { settleAutomation } from '@/entries/settings/automation/automation'
import { testInvitation } from '@/entries/settings/try-it/test-invitation'
import { writeSetting } from '@/portal/settings-store'
import { doorOf, portalOver } from '../in-process'
import { frameOf } from './look'
import { surveysIn } from './made-surveys'
import { answersIn, askableDeals, invitationsIn, storeOf } from './records'
import { useStage, type Scene } from './stage'
import { shown, text } from './words'

/** The settings without a mouse: Tab comes to everything that can be used, shows where it is, and goes on; what disappears does not take the focus along. */

const stage = useStage()
const say = (key: string): string => text('ru', key)

let scene: Scene
beforeAll(async () => {
  scene = await stage.open({ installed: true, answers: 40 })
  const portal = portalOver(doorOf(scene.portal), { origin: scene.portalUrl })
  await writeSetting(portal, 'access', { report: 'chosen', users: [3, 5], departments: [] } satisfies Access)
  await writeSetting(portal, 'duty', { person: 1, deputy: 3 })
  const place = { store: storeOf(scene.portal), base: `${scene.appUrl}/`, dutyId: 1 }
  // there, and not at work: then the page has all of its buttons
  for (const who of ['engine', 'duty'] as const) await settleAutomation(portal, place, who)
  // without it the first page would be the one where it is tried
  const [survey] = surveysIn(scene.portal)
  const order = { me: { id: 1, name: 'Айгерим' }, lang: 'ru', title: 'Проба', now: scene.portal.now(), randomBytes: (length: number) => new Uint8Array(length).fill(7) }
  await testInvitation(portal, storeOf(scene.portal), { ...order, survey: survey! })
  for (const id of [29, 30]) await saveConsent(portal, storeOf(scene.portal), { entityTypeId: 3, id, optedOut: true, notBefore: null })
})

async function open(path: string, ready: string): Promise<{ page: Page, frame: Frame }> {
  const { page } = await scene.visit(1, '/marketplace/app/?IFRAME=Y&IFRAME_TYPE=SIDE_SLIDER')
  const frame = await frameOf(page.locator('.app-frame.full > iframe'))
  await frame.getByRole('navigation', { name: say('settings.nav.label') }).waitFor()
  await frame.evaluate(hash => { location.hash = hash }, `#${path}`)
  await frame.getByText(shown('ru', ready)).first().waitFor()
  return { page, frame }
}

/** Numbers everything that the keyboard should come to; of a group of radio buttons it comes to one. @returns how many there are */
const numberControls = (frame: Frame): Promise<number> => frame.evaluate(() => {
  const usable = [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter(element =>
    !element.matches(':disabled, [inert] *, [aria-hidden="true"] *') && element.checkVisibility({ visibilityProperty: true }))
  const stops = usable.filter(element => {
    if (!(element instanceof HTMLInputElement) || element.type !== 'radio') return true
    const group = usable.filter(other => other instanceof HTMLInputElement && other.type === 'radio' && other.name === element.name && other.form === element.form)
    return element.checked || (element === group[0] && !group.some(other => (other as HTMLInputElement).checked))
  })
  stops.forEach((element, number) => { element.dataset.stop = String(number) })
  return stops.length
})

/** Where the focus is: the number of the control; null = outside of the frame or in a frame within it. And whether it can be seen. */
const focused = (frame: Frame): Promise<{ stop: number | null, seen: boolean, what: string }> => frame.evaluate(() => {
  const element = document.activeElement
  if (!(element instanceof HTMLElement) || element === document.body || element instanceof HTMLIFrameElement || !document.hasFocus()) return { stop: null, seen: true, what: '' }
  // a hidden file input is shown by its label
  const shownBy = [element, element.closest('label'), element.parentElement].filter(one => one !== null)
  const seen = shownBy.some(one => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one)
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || /(?:^|\s)[1-9]\d*(?:\.\d+)?px(?:\s|$)/.test(boxShadow)
  })
  return { stop: element.dataset.stop === undefined ? null : Number(element.dataset.stop), seen, what: element.outerHTML.slice(0, 160) }
})

/** Nobody with a deal that is gone: the portal refuses its timeline. */
const clientWhoAnswered = (): number => {
  const isGone = (dealId: number): boolean => !scene.portal.state.items.get(2)?.has(dealId)
  const ofGone = new Set(invitationsIn(scene.portal).filter(({ dealId }) => isGone(dealId)).map(({ contactId }) => contactId))
  return answersIn(scene.portal).map(({ dealId }) => Number(scene.portal.state.items.get(2)?.get(dealId)?.fields.CONTACT_ID))
    .find(id => id > 0 && !ofGone.has(id)) ?? 0
}

const PAGES: [string, () => string, string][] = [
  ['overview', () => '/', 'settings.overview.store.well'],
  ['surveys', () => '/surveys', 'surveys.counted'],
  ['new survey', () => '/surveys/new', 'gallery.title'],
  ['survey editor', () => `/surveys/${surveysIn(scene.portal)[0]?.id}`, 'survey.crm.fields.none'],
  ['try it', () => '/try', 'settings.try.row.arrived.open'],
  ['automation', () => '/automation', 'automation.remove.what'],
  ['access', () => '/access', 'access.list'],
  ['do not ask', () => '/do-not-ask', 'doNotAsk.never'],
  ['erasure', () => `/do-not-ask/contact/${clientWhoAnswered()}`, 'doNotAsk.erasure.confirmTitle'],
  ['duty', () => '/duty', 'settings.duty.nowTitle'],
  ['repair', () => '/installation', 'settings.install.advanced']
]

test.each(PAGES)('Tab walks all of: %s', async (_, path, ready) => {
  const { page, frame } = await open(path(), ready)
  const count = await numberControls(frame)
  expect(count).toBeGreaterThan(5)
  await frame.locator('[data-stop="0"]').focus()
  await page.keyboard.press('Shift+Tab')
  const order: number[] = []
  const unseen: string[] = []
  // frames within the page take steps of their own; a trap would never come to the end
  for (let step = 0; step < count + 60 && order.at(-1) !== count - 1; step++) {
    await page.keyboard.press('Tab')
    const { stop, seen, what } = await focused(frame)
    if (stop === null) continue
    order.push(stop)
    if (!seen) unseen.push(what)
  }
  expect(unseen, 'focus that cannot be seen').toEqual([])
  const missed = Array.from({ length: count }, (_, stop) => stop).filter(stop => !order.includes(stop))
  expect(await Promise.all(missed.map(stop => frame.locator(`[data-stop="${stop}"]`).evaluate(element => element.outerHTML.slice(0, 160)))), 'never reached').toEqual([])
  expect([...order].sort((a, b) => a - b), 'in the order of the page').toEqual(order)
})

/** What has the focus, in words. */
const focusIs = (frame: Frame): Promise<string> => frame.evaluate(() => {
  const element = document.activeElement
  return element === null || element === document.body ? 'nothing' : element.getAttribute('aria-label') ?? element.textContent?.trim() ?? element.tagName
})

describe('the focus stays where the work is', () => {
  test('access: whoever removes a person goes on with the next one, and with the last one to the button that adds', async () => {
    const { page, frame } = await open('/access', 'access.list')
    const remove = (name: string): string => say('access.removeNamed').replace('{name}', name)
    await frame.getByRole('button', { name: remove('Анна Соколова') }).press('Enter')
    await expect.poll(() => focusIs(frame)).toBe(remove('Emily Carter'))
    await page.keyboard.press('Enter')
    await expect.poll(() => focusIs(frame)).toBe(say('access.add'))
    await page.keyboard.press('Enter')
    // the portal's dialogue stands in front; afterwards the work goes on here
    await page.locator('dialog').getByLabel('Анна Соколова', { exact: true }).press('Space')
    await page.locator('dialog').getByRole('button', { name: 'OK' }).press('Enter')
    await frame.getByRole('button', { name: remove('Анна Соколова') }).waitFor()
    await expect.poll(() => focusIs(frame)).toBe(say('access.add'))
  })

  test('do not ask: into the form, and back to the row that it was about', async () => {
    const { page, frame } = await open('/do-not-ask', 'doNotAsk.never')
    const change = frame.getByRole('button', { name: shown('ru', 'doNotAsk.changeNamed') }).first()
    const name = await change.getAttribute('aria-label') ?? ''
    await change.press('Enter')
    await expect.poll(() => frame.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe('never')
    await frame.getByRole('button', { name: say('ui.cancel') }).press('Enter')
    await expect.poll(() => focusIs(frame)).toBe(name)
    await page.keyboard.press('Enter')
    await frame.getByRole('radio', { name: say('doNotAsk.choice.any') }).press('Space')
    await page.keyboard.press('Enter')
    await frame.getByText(shown('ru', 'doNotAsk.saved')).waitFor()
    await expect.poll(() => focusIs(frame)).toBe(name)
  })

  test('do not ask: who is added is asked about at once, and stays in focus when the row appears', async () => {
    const contact = scene.portal.state.items.get(3)?.get(Number(scene.portal.state.items.get(2)?.get(askableDeals(scene.portal)[0] ?? 0)?.fields.CONTACT_ID))
    const name = `${String(contact?.fields.NAME)} ${String(contact?.fields.LAST_NAME)}`
    const { page, frame } = await open('/do-not-ask', 'doNotAsk.never')
    await frame.getByRole('button', { name: say('doNotAsk.add') }).press('Enter')
    await page.locator('dialog').getByLabel(name, { exact: true }).press('Space')
    await page.locator('dialog').getByRole('button', { name: 'OK' }).press('Enter')
    await expect.poll(() => frame.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe('never')
    await page.keyboard.press('Enter')
    await frame.getByText(shown('ru', 'doNotAsk.saved')).waitFor()
    await expect.poll(() => focusIs(frame)).toBe(say('doNotAsk.changeNamed').replace('{name}', name))
  })

  test('duty: without a deputy there is nothing to remove', async () => {
    const { page, frame } = await open('/duty', 'settings.duty.nowTitle')
    await frame.getByRole('button', { name: say('settings.duty.remove') }).press('Enter')
    await frame.getByText(say('settings.duty.saved')).waitFor()
    const change = `${say('ui.edit')}: ${say('settings.duty.deputy')}`
    await expect.poll(() => focusIs(frame)).toBe(change)
    await page.keyboard.press('Enter')
    await page.locator('dialog').getByLabel('Анна Соколова', { exact: true }).press('Space')
    await page.locator('dialog').getByRole('button', { name: 'OK' }).press('Enter')
    await frame.getByRole('button', { name: say('settings.duty.remove') }).waitFor()
    await expect.poll(() => focusIs(frame)).toBe(change)
  })
})
