import { fileURLToPath } from 'node:url'
import type { Frame } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { doorOf, portalOver } from '../in-process'
import { askWithoutScreens } from './installed'
import { dataWords, frameOf, overflow, stopTransitions, strangeWords, violations } from './look'
import { appOf, pressInToolbar, sliderOf } from './places'
import { askableDeals, invitationsIn } from './records'
import { useStage, type Lang, type Scene, type Visitor, type VisitOptions } from './stage'
import { shown, text } from './words'
import type { Survey } from '@/survey/model/survey'

/**
 * The due list, as the duty person of a portal without processes works with it: one screen, one press. The portal's clock is moved, the browser's
 * stays: what is due is the portal's to say. The tests build on each other.
 */

const stage = useStage()
const PICTURES = fileURLToPath(new URL('../output/screens/', import.meta.url))
const say = (key: string): string => text('ru', key)
const ADMINISTRATOR = 1
const STAGE = 'EXECUTING'
const DAY = 86_400_000

let scene: Scene
let deals: number[]
beforeAll(async () => {
  scene = await stage.open({ installed: true })
  const { state } = scene.portal
  const item = state.storages.find(({ entity }) => entity === 'surveys')!.items[0]!
  const survey = JSON.parse(String(item.properties.JSON)) as Survey
  survey.published!.content.expiresAfterDays = 14
  survey.published!.content.asking = { stages: [STAGE], sms: {}, chat: {}, script: {}, reminders: [{ afterDays: 3, channel: 'email', subject: {}, text: {} }] }
  item.properties.JSON = JSON.stringify(survey)
  state.stageHistory.length = 0
  const portal = portalOver(doorOf(scene.portal), { origin: scene.portalUrl })
  const people = new Set<unknown>()
  deals = askableDeals(scene.portal).filter(id => {
    const { fields } = state.items.get(2)!.get(id)!
    if (fields.CATEGORY_ID !== 0 || people.has(fields.CONTACT_ID)) return false
    people.add(fields.CONTACT_ID)
    return true
  }).slice(0, 4)
  for (const id of deals) for (const stageId of ['NEW', STAGE]) await portal.call('crm.item.update', { entityTypeId: 2, id, fields: { stageId } })
  // somebody who moved on before anybody asked
  await portal.call('crm.item.update', { entityTypeId: 2, id: deals[3], fields: { stageId: 'NEW' } })
})

async function openDue(ready: string | RegExp, options: VisitOptions = {}, at = scene): Promise<Visitor & { frame: Frame }> {
  const visitor = await at.visit(ADMINISTRATOR, '/marketplace/app/', options)
  const frame = await frameOf(visitor.page.locator('.app-frame.full > iframe'))
  await frame.getByRole('navigation', { name: text(options.lang ?? 'ru', 'settings.nav.label') }).waitFor()
  await frame.evaluate(() => { location.hash = '#/due' })
  await frame.getByText(ready).first().waitFor()
  return { ...visitor, frame }
}

/** Without the trial of the installation. */
const asked = (): ReturnType<typeof invitationsIn> => invitationsIn(scene.portal).filter(({ dealId }) => deals.includes(dealId))
const mails = (): string[] => scene.portal.state.outbox.map(({ originId }) => String(originId)).filter(origin => /^\w+\/\d$/.test(origin))
const sum = (kind: string, n: number): RegExp => new RegExp(say(`due.sum.${kind}`).split(' | ')[0]!.replace('{n}', String(n)), 'i')

async function finish(frame: Frame, button: string): Promise<void> {
  await frame.getByRole('button', { name: say(button), exact: true }).click()
  await frame.getByText(say('due.finished'), { exact: false }).first().waitFor()
}

async function expectFine(frame: Frame, lang: Lang): Promise<void> {
  expect(await overflow(frame)).toEqual([])
  expect(await violations(frame)).toEqual([])
  expect(await strangeWords(frame, lang, dataWords(scene.portal))).toEqual([])
}

describe('the due list', () => {
  test('in both languages, themes and all widths', async () => {
    for (const [lang, width, theme] of [['ru', 1280, 'light'], ['en', 900, 'dark'], ['ru', 360, 'dark'], ['en', 360, 'light']] as const) {
      const { page, frame, leave } = await openDue(shown(lang, 'due.ask'), { lang, width, theme })
      await stopTransitions(frame)
      await frame.locator('summary').click()
      await frame.getByText(text(lang, 'due.why.movedOn')).waitFor()
      await expectFine(frame, lang)
      await page.screenshot({ path: `${PICTURES}due-${lang}-${width}-${theme}.png`, fullPage: true })
      await leave()
    }
  })

  test('one press asks everybody whose deal has come to the stage', async () => {
    const { page, frame } = await openDue(sum('ask', 3))
    await finish(frame, 'due.send')
    expect(mails()).toHaveLength(3)
    expect(asked().map(({ state, dealId }) => `${state} ${dealId}`).sort()).toEqual(deals.slice(0, 3).map(id => `sent ${id}`).sort())
    await expectFine(frame, 'ru')
    await page.screenshot({ path: `${PICTURES}due-done-ru-1280-light.png`, fullPage: true })
    await frame.getByRole('button', { name: say('due.refresh') }).click()
    await frame.getByText(say('due.empty')).waitFor()
  })

  test('three days later the same press reminds, once', async () => {
    scene.portal.advance(3.1 * DAY)
    const { frame } = await openDue(sum('remind', 3))
    await finish(frame, 'due.send')
    expect(mails().filter(origin => origin.endsWith('/2'))).toHaveLength(3)
    await frame.getByRole('button', { name: say('due.refresh') }).click()
    await frame.getByText(say('due.empty')).waitFor()
    expect(mails()).toHaveLength(6)
  })

  test('and closes what has expired', async () => {
    scene.portal.advance(14 * DAY)
    const { frame } = await openDue(sum('expire', 3))
    await finish(frame, 'due.close')
    expect(asked().map(({ state }) => state)).toEqual(['expired', 'expired', 'expired'])
    expect(mails()).toHaveLength(6)
  })
})

test('with the processes in charge there is nothing to press', async () => {
  const engine = await stage.open({ installed: true, inCharge: 'engine' })
  const { frame } = await openDue(say('due.engine'), {}, engine)
  expect(await frame.getByRole('button', { name: say('due.send') }).count()).toBe(0)
})

test('an invitation went to a wrong address: corrected, and sent anew from the deal', async () => {
  const own = await stage.open({ installed: true })
  const [deal] = askableDeals(own.portal)
  const first = await askWithoutScreens(own.demo, deal!)
  const contact = own.portal.state.items.get(3)!.get(invitationsIn(own.portal).find(({ id }) => id === first.id)!.contactId)!
  contact.fm.find(({ typeId }) => typeId === 'EMAIL')!.value = 'right@example.com'
  for (const [lang, width, theme] of [['en', 360, 'dark'], ['ru', 1280, 'light']] as const) {
    const { page, leave } = await own.visit(ADMINISTRATOR, `/crm/deal/details/${deal}/`, { lang, width, theme })
    const app = await pressInToolbar(page)
    await app.getByRole('button', { name: text(lang, 'invitation.resend.open') }).click()
    await app.getByText('right@example.com').first().waitFor({ state: 'attached' })
    const frame = await frameOf(sliderOf(page).locator('.app-frame.full > iframe'))
    await stopTransitions(frame)
    expect(await overflow(frame)).toEqual([])
    expect(await violations(frame)).toEqual([])
    expect(await strangeWords(frame, lang, dataWords(own.portal))).toEqual([])
    await page.screenshot({ path: `${PICTURES}resend-${lang}-${width}-${theme}.png` })
    if (lang === 'en') {
      await leave()
      continue
    }
    await app.getByRole('button', { name: say('invitation.resend.send') }).click()
    await app.getByText(shown('ru', 'invitation.result.sent')).waitFor()
  }
  expect(own.portal.state.outbox.filter(({ to }) => to === 'right@example.com')).toHaveLength(1)
  const states = invitationsIn(own.portal).filter(({ dealId }) => dealId === deal).map(({ state, why }) => `${state} ${why}`.trim())
  expect(states).toEqual(['cancelled resent', 'sent instead'])
  const overview = await own.visit(ADMINISTRATOR, '/marketplace/app/')
  const app = appOf(overview.page)
  await app.getByRole('navigation', { name: say('settings.nav.label') }).getByRole('link', { name: say('settings.nav.overview') }).click()
  await app.getByRole('link', { name: say('due.card.open') }).waitFor()
  await overview.page.screenshot({ path: `${PICTURES}due-card-ru-1280-light.png`, fullPage: true })
})
