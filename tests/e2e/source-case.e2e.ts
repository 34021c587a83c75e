import { fileURLToPath } from 'node:url'
import type { Frame, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Task } from '../../demo/state'
import { planFromTemplate } from '@/plan/model/template-plans'
import { userFieldName } from '@/portal/record-store'
import { draftSurvey } from '@/survey/model/new-survey'
import { contentFromTemplate } from '@/survey/model/templates'
import { doorOf, portalOver } from '../in-process'
import { frameOf, overflow, stopTransitions, violations } from './look'
import { keepSurvey, surveysIn } from './made-surveys'
import { openFromMenu, openTab } from './places'
import { answersIn, askableDeals, invitationsIn, nativeIn, storeOf, tasksOf } from './records'
import { useStage, type Lang, type Scene } from './stage'
import { text } from './words'

/**
 * The case that the processes are made for: a deal comes to a stage, the client gets a mail, answers five questions, and everything happens
 * while nobody has the app open. The tests of one story build on each other.
 */

const stage = useStage()
const ADMINISTRATOR = 1
const [MANAGER, HEAD] = [3, 5]
const STAGE = 'EXECUTING'
const MINUTE = 60_000
const DAY = 1440 * MINUTE
const PICTURES = fileURLToPath(new URL('../output/screens/', import.meta.url))
const say = (key: string): string => text('ru', key)
const WORDS = 'Отвечать быстрее: ждал решения две недели'

let scene: Scene
let dealId: number
let answerId: number
beforeAll(async () => {
  scene = await stage.open({ installed: true, inCharge: 'engine' })
  dealId = askableDeals(scene.portal, MANAGER).find(id => Number(scene.portal.state.items.get(2)!.get(id)!.fields.CATEGORY_ID) === 0)!
  const { asking, ...content } = contentFromTemplate('complaint', { lang: 'ru', langs: ['ru', 'en'], company: 'Alatau' })
  const sms = { ru: '{client}, оцените «{deal}»: {link}', en: '{client}, rate “{deal}”: {link}' }
  await keepSurvey(scene, draftSurvey('complaint', { ...content, asking: { ...asking, sms } }, planFromTemplate('complaint', 'ru')))
})

const deal = (): Record<string, unknown> => scene.portal.state.items.get(2)!.get(dealId)!.fields
const as = (userId: number) => portalOver(doorOf(scene.portal, userId), { origin: scene.portalUrl })
const kept = () => answersIn(scene.portal).find(({ id }) => id === answerId)!
const field = (name: 'FB_COEFFICIENT' | 'FB_BY'): unknown => {
  const store = storeOf(scene.portal)
  return scene.portal.state.items.get(store.entityTypeId)!.get(answerId)!.fields[userFieldName(store, name)]
}
const task = (): Task => tasksOf(scene.portal, answerId)[0]!
/** What the form and people start runs behind their request. */
const settle = async (): Promise<void> => {
  await new Promise(resolve => { setImmediate(resolve) })
  scene.portal.advance(0)
}

async function openEditor(lang: Lang, view: { width?: number, theme?: 'light' | 'dark' } = {}): Promise<{ page: Page, frame: Frame }> {
  const { page } = await scene.visit(ADMINISTRATOR, '/marketplace/app/?IFRAME=Y&IFRAME_TYPE=SIDE_SLIDER', { lang, ...view })
  const frame = await frameOf(page.locator('.app-frame.full > iframe'))
  await frame.getByRole('navigation', { name: text(lang, 'settings.nav.label') }).waitFor()
  await frame.evaluate(() => { location.hash = '#/surveys/complaint' })
  await frame.locator('#section-when input[type=checkbox]').first().waitFor({ state: 'attached' })
  return { page, frame }
}

describe('the editor', () => {
  test.each<[Lang, number, 'light' | 'dark']>([['ru', 1280, 'light'], ['en', 900, 'dark'], ['ru', 360, 'dark'], ['en', 360, 'light']])(
    'says when people are asked: %s, %d px, %s', async (lang, width, theme) => {
      const { frame } = await openEditor(lang, { width, theme })
      await stopTransitions(frame)
      const section = frame.locator('#section-when')
      for (const summary of await section.locator('summary').all()) await summary.click()
      await section.locator('input[type=checkbox]').nth(1).check()
      for (let n = 0; n < 2; n++) await section.getByRole('button', { name: text(lang, 'survey.asking.reminders.add') }).click()
      await section.getByRole('radio', { name: text(lang, 'survey.asking.reminders.sms') }).nth(1).check()
      await frame.locator('[id^=field-asking-sms-]').fill(lang === 'ru' ? '{client}, оцените «{deal}»: {link}' : '{client}, rate “{deal}”: {link}')
      await section.screenshot({ path: `${PICTURES}asking-when-${lang}-${width}-${theme}.png` })
      await frame.locator('#section-channels').screenshot({ path: `${PICTURES}asking-channels-${lang}-${width}-${theme}.png` })
      expect([...await violations(frame), ...await overflow(frame)]).toEqual([])
    }
  )
})

describe('nobody has the app open', () => {
  test('before that an administrator ticks the stage, sets a reminder and publishes; the processes follow', async () => {
    const { frame } = await openEditor('ru')
    const section = frame.locator('#section-when')
    const { name } = scene.portal.state.statuses.find(({ entityId, statusId }) => entityId === 'DEAL_STAGE' && statusId === STAGE)!
    for (const summary of await section.locator('summary').all()) await summary.click()
    await section.getByLabel(name, { exact: true }).first().check()
    await section.getByRole('button', { name: say('survey.asking.reminders.add') }).click()
    await section.getByText(say('survey.asking.stages.cost')).waitFor()
    const publish = frame.getByRole('button', { name: say('survey.publish.label'), exact: true })
    await publish.click()
    await frame.getByRole('group', { name: say('editor.first.question') }).getByRole('button', { name: say('survey.publish.label'), exact: true }).click()
    await frame.getByText(say('survey.published').replace('{version}', '1')).waitFor()
    const { published } = surveysIn(scene.portal).find(({ id }) => id === 'complaint')!
    expect(published?.content.asking).toMatchObject({ stages: [STAGE], reminders: [{ afterDays: 3, channel: 'email' }] })
    // with the form, without which there is nothing to send
    const onChanges = () => scene.portal.state.workflowTemplates.filter(({ entityTypeId, autoExecute }) => entityTypeId === 2 && autoExecute === 2)
    await expect.poll(onChanges, { timeout: 20_000 }).toHaveLength(1)
  })

  test('the deal comes to the stage, and the client has a mail in the name of who is responsible', async () => {
    await as(MANAGER).call('crm.item.update', { entityTypeId: 2, id: dealId, fields: { stageId: STAGE } })
    await settle()
    await as(MANAGER).call('crm.item.update', { entityTypeId: 2, id: dealId, fields: { opportunity: 125_000 } })
    await settle()
    expect(invitationsIn(scene.portal).filter(({ dealId: of }) => of === dealId)).toMatchObject([{ state: 'to_send' }])
    scene.portal.advance(2 * MINUTE)
    expect(invitationsIn(scene.portal).filter(({ dealId: of }) => of === dealId)).toMatchObject([{ state: 'sent', contactId: Number(deal().CONTACT_ID) }])
    const [mail, ...others] = scene.portal.state.outbox
    expect(others).toEqual([])
    expect(mail!.from).toContain(scene.portal.state.users.find(({ id }) => id === MANAGER)!.lastName)
  })

  test('three days later a reminder; then the client answers five questions', async () => {
    scene.portal.advance(3 * DAY)
    expect(scene.portal.state.outbox).toHaveLength(2)
    const { token } = invitationsIn(scene.portal).find(({ dealId: of }) => of === dealId)!
    const [link] = [...scene.portal.state.outbox[1]!.html.matchAll(/href="([^"]+survey\.html[^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'))
      .filter(href => !href.includes(',stop,')).slice(-1)
    expect(link).toContain(token)
    const { page, leave } = await scene.customer(link!, { lang: 'ru' })
    const point = (value: number): Promise<void> => page.locator('.point', { has: page.locator(`input[value="${value}"]`) }).click()
    const next = (): Promise<void> => page.getByRole('button', { name: say('page.next') }).click()
    for (const value of [2, 3, 4]) {
      await point(value)
      await next()
    }
    await page.getByRole('textbox').fill(WORDS)
    await next()
    await page.getByRole('textbox').fill('Больше замечаний нет')
    await page.getByRole('button', { name: say('page.send'), exact: true }).click()
    await page.getByText(say('page.received')).waitFor()
    await leave()
    await settle()
    answerId = answersIn(scene.portal).at(-1)!.id
  })

  test('the portal has done the rest: name, score, owner, notice, task from the supervisor', () => {
    const { fields } = scene.portal.state.items.get(storeOf(scene.portal).entityTypeId)!.get(answerId)!
    expect(kept()).toMatchObject({ stage: 'low', flag: null, dealId, value: 2 })
    // 2 of 5, three stars of five and 4 of 10
    expect(Number(field('FB_COEFFICIENT'))).toBeCloseTo((25 + 50 + 40) / 3, 1)
    expect(field('FB_BY')).toBe('engine')
    expect(fields.ASSIGNED_BY_ID).toBe(MANAGER)
    expect(fields.TITLE).toContain(String(deal().TITLE))
    expect(task().fields).toMatchObject({ RESPONSIBLE_ID: MANAGER, CREATED_BY: HEAD })
    expect(task().fields.DESCRIPTION).toContain(WORDS)
    expect(scene.portal.state.notifications.filter(({ userId, message }) => userId === MANAGER && message.includes('2/5'))).toHaveLength(1)
    expect(scene.portal.state.comments.some(({ entityType, entityId, comment }) => entityType === 'deal' && entityId === dealId && comment.includes(WORDS))).toBe(true)
    expect(nativeIn(scene.portal, 2, dealId, 'FB_LAST_SCORE')).toBe(25)
    scene.portal.advance(60 * DAY)
    expect(scene.portal.state.outbox, 'who has answered is not reminded').toHaveLength(2)
  })
})

describe('what becomes of it', () => {
  test('questions remain: its owner says so on the card of the deal', async () => {
    const { page } = await scene.visit(MANAGER, `/crm/deal/details/${dealId}/`)
    const tab = await openTab(page)
    await tab.locator('details.group').first().locator('summary').first().click()
    const panel = tab.getByRole('region', { name: say('case.title') })
    await panel.getByRole('button', { name: say('case.say.questionsRemain') }).click()
    await panel.getByRole('button', { name: say('case.form.save.questionsRemain') }).click()
    await panel.getByText(say('case.saved.questionsRemain')).waitFor()
    expect(kept().stage).toBe('work')
  })

  test('closed: the task is completed in the portal, and its processes close the case', async () => {
    await as(MANAGER).call('tasks.task.complete', { taskId: task().id })
    await settle()
    await expect.poll(() => kept().stage).toBe('closed')
  })

  test('the report shows it', async () => {
    const { page } = await scene.visit(ADMINISTRATOR, '/')
    // months have gone by in the portal: what the client said lies in the future of this browser
    await page.clock.setFixedTime(scene.portal.now())
    scene.expectRefusal(/leads nowhere/)
    const report = await openFromMenu(page, 'LEFT_MENU')
    await report.getByText(WORDS).first().waitFor()
  })
})

describe('a client without an address', () => {
  test('gets a text message when the deal comes to the stage, and answers from the phone', async () => {
    const { items, sms, outbox } = scene.portal.state
    const contactOf = (id: number) => items.get(3)!.get(Number(items.get(2)!.get(id)!.fields.CONTACT_ID))!
    const other = askableDeals(scene.portal).find(id =>
      Number(items.get(2)!.get(id)!.fields.CATEGORY_ID) === 0 && contactOf(id).id !== Number(deal().CONTACT_ID) && contactOf(id).fm.some(({ typeId }) => typeId === 'PHONE'))!
    const { fm } = contactOf(other)
    fm.splice(0, fm.length, ...fm.filter(({ typeId }) => typeId === 'PHONE'))
    await as(MANAGER).call('crm.item.update', { entityTypeId: 2, id: other, fields: { stageId: STAGE } })
    await settle()
    scene.portal.advance(2 * MINUTE)
    expect(sms.map(({ to }) => to)).toEqual([fm[0]!.value])
    expect(outbox).toHaveLength(2)
    const { token } = invitationsIn(scene.portal).find(({ dealId: of }) => of === other)!
    const [link = ''] = sms[0]!.text.match(/https?:\S+/) ?? []
    expect(link).toContain(token)

    const { page } = await scene.customer(link, { lang: 'ru' })
    for (const value of [5, 5, 9]) {
      await page.locator('.point', { has: page.locator(`input[value="${value}"]`) }).click()
      await page.getByRole('button', { name: say('page.next') }).click()
    }
    await page.getByRole('textbox').fill('Спасибо, всё решили')
    await page.getByRole('button', { name: say('page.next') }).click()
    await page.getByRole('button', { name: say('page.send'), exact: true }).click()
    await page.getByText(say('page.received')).waitFor()
    await settle()
    const answer = answersIn(scene.portal).at(-1)!
    expect(answer).toMatchObject({ token, flag: null, dealId: other, value: 5, stage: 'high' })
    const { fields } = items.get(storeOf(scene.portal).entityTypeId)!.get(answer.id)!
    const { enums } = storeOf(scene.portal)
    expect(Number(fields[userFieldName(storeOf(scene.portal), 'FB_CHANNEL')])).toBe(enums.FB_CHANNEL!.sms)
  })
})
