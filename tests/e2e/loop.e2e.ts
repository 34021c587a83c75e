import type { FrameLocator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Task } from '../../demo/state'
import { answer, fillIn, send } from './answering'
import { appInSlider, openFromMenu, openTab, pressInToolbar } from './places'
import { answersIn, askableDeals, commentsOf, invitationsIn, mailsOf, nativeIn, publishedIn, storeOf, tasksOf, type KeptAnswer } from './records'
import { useStage, type Lang, type Scene } from './stage'
import { shown, text } from './words'

/**
 * From the button in a deal to the figure in the report, with everybody's own browser: the manager asks, the customer answers, the duty
 * person's background frame or a process of the portal handles it, the manager and the head see it. The tests of one story build on each other.
 */

const stage = useStage()

/** A chain of list pages in one batch runs past the last record: the portal refuses the command behind it, by design. */
const END_OF_LIST = /crm\.item\.list .*leads nowhere/

interface Story {
  lang: Lang
  manager: number
  head: number
  score: number
  group: 'high' | 'low'
  comment: string
  /** how the manager asks */
  ask: (page: Page) => Promise<FrameLocator>
}

const STORIES: Record<string, Story> = {
  'in Russian, from the toolbar, an unhappy client': {
    lang: 'ru', manager: 2, head: 4, score: 3, group: 'low', comment: 'Долго ждали: обещали за неделю, вышло за месяц.', ask: pressInToolbar
  },
  'in English, from the tab, a happy client': {
    lang: 'en', manager: 3, head: 5, score: 10, group: 'high', comment: 'Fast, friendly, tidy. Thank you!',
    ask: async page => {
      const tab = await openTab(page)
      await tab.getByRole('button', { name: text('en', 'answer.request') }).click()
      return tab
    }
  }
}

const TOLD = Object.entries(STORIES).flatMap(([name, story]) => (['duty', 'engine'] as const).map(by => [name, by, story] as const))

describe.each(TOLD)('%s, done by: %s', (_name, by, { lang, manager, head, score, group, comment, ask }) => {
  const say = (key: string): string => text(lang, key)
  let scene: Scene
  let dealId: number
  let link: string
  let answered: KeptAnswer

  beforeAll(async () => {
    scene = await stage.open({ installed: true, answers: 400, inCharge: by })
    const deal = askableDeals(scene.portal, manager)[0]
    if (deal === undefined) throw new Error('nobody to ask')
    dealId = deal
  })

  const recordOf = (entityTypeId: number, id: unknown): Record<string, unknown> => scene.portal.state.items.get(entityTypeId)?.get(Number(id))?.fields ?? {}
  const deal = (): Record<string, unknown> => recordOf(2, dealId)
  const path = (): string => `/crm/deal/details/${dealId}/`

  test('the manager asks with one button; one mail leaves, the timeline tells', async () => {
    const { page } = await scene.visit(manager, path(), { lang })
    const app = await ask(page)
    await app.getByRole('button', { name: say('invitation.request.send'), exact: true }).click()
    await app.getByText(shown(lang, by === 'engine' ? 'invitation.result.handed' : 'invitation.result.sent')).waitFor()
    if (by === 'engine') {
      expect(invitationsIn(scene.portal).at(-1)).toMatchObject({ state: 'to_send', dealId })
      expect(scene.portal.state.outbox).toEqual([])
      scene.portal.advance(2 * 60_000)
    }

    const invitation = invitationsIn(scene.portal).at(-1)
    expect(invitation).toMatchObject({ state: 'sent', dealId, contactId: Number(deal().CONTACT_ID) })
    const { token } = invitation!
    // the portal gives its own mails no key
    const [mail, ...others] = by === 'engine' ? scene.portal.state.outbox.filter(({ html }) => html.includes(token)) : mailsOf(scene.portal, token)
    expect(others).toEqual([])
    await page.goto(scene.portalUrl + path())
    await page.locator('.timeline .comment', { hasText: lang === 'ru' || by === 'engine' ? 'Запрошен отзыв' : 'Feedback requested' }).waitFor()

    // the mail as the customer's mail program shows it
    if (by === 'engine') {
      // a mail of the processes stands in the invitation, not in the deal
      await page.goto(`${scene.portalUrl}/outbox/${mail!.id}/`)
    } else {
      const entry = page.locator('.timeline li', { hasText: mail?.to ?? '' })
      await entry.waitFor()
      await entry.getByRole('link').first().click()
    }
    const button = page.frameLocator('iframe.mail').getByRole('link', { name: String(score), exact: true })
    const opened = page.waitForEvent('popup')
    await button.click()
    link = (await opened).url()
    expect(link).toMatch(new RegExp(`^${scene.appUrl}/survey\\.html#.*,${score},${lang}$`))
    await expect.poll(() => page.context().pages().at(-1)?.locator('.point input:checked').inputValue()).toBe(String(score))
    expect(answersIn(scene.portal).filter(kept => kept.token === invitation?.token), 'pressing a score is not an answer').toEqual([])
  })

  test('the customer answers on the phone: score chosen, a question for this group, thanks', async () => {
    const { page, context } = await scene.customer(link, { lang })
    expect(await page.locator('.point input:checked').inputValue()).toBe(String(score))
    await fillIn(page, { lang })
    const survey = publishedIn(scene.portal)
    await page.getByRole('heading', { name: survey.followUp.text[group][lang] ?? '' }).waitFor()
    await page.getByRole('textbox').fill(comment)
    await send(page, lang)
    await page.getByText(say('page.received')).waitFor()
    await page.getByRole('heading', { name: survey.thankYou.text[group][lang] ?? '' }).waitFor()
    expect(await context.cookies()).toEqual([])
    const kept = answersIn(scene.portal).at(-1)
    // processes handle it within the filling-in
    expect(kept).toMatchObject({ posted: String(score), comment, stage: by === 'engine' ? group : 'new' })
    answered = kept as KeptAnswer
  })

  test(by === 'engine' ? 'nobody opens anything, and everything happens once' : 'the duty person opens the portal, and everything happens once', async () => {
    if (by === 'duty') await scene.visit(1, '/')
    await expect.poll(() => answersIn(scene.portal).find(({ id }) => id === answered.id)?.stage, { timeout: 20_000 }).toBe(group)
    expect(answersIn(scene.portal).find(({ id }) => id === answered.id)).toMatchObject({ flag: null, value: score, score: score * 10, dealId })
    for (const [type, id] of [[2, dealId], [3, Number(deal().CONTACT_ID)], [4, Number(deal().COMPANY_ID)]] as const) {
      expect(nativeIn(scene.portal, type, id, 'FB_LAST_SCORE'), `record type ${type}`).toBe(score * 10)
    }
    const tasks = tasksOf(scene.portal, answered.id)
    expect(tasks).toHaveLength(1)
    const [task] = tasks as [Task]
    expect(task.fields).toMatchObject({ RESPONSIBLE_ID: manager, CREATED_BY: head })
    expect(task.fields.DESCRIPTION).toContain(comment)
    expect(task.fields.UF_CRM_TASK).toContain(`D_${dealId}`)
    const hours = (Date.parse(String(task.fields.DEADLINE)) - scene.portal.now().getTime()) / 3_600_000
    expect(Math.round(hours)).toBe(group === 'low' ? 24 : 72)
    expect(commentsOf(scene.portal, dealId, answered.id)).toHaveLength(1)
    // notices of processes have no tag
    const noticesTo = (user: number) => scene.portal.state.notifications.filter(({ userId, tag, message }) => by === 'engine'
      ? userId === user && message.includes(`params%5Banswer%5D=${answered.id}]`)
      : tag === `fb-answer-${answered.id}-${user}`)
    expect(noticesTo(manager)).toHaveLength(1)
    expect(noticesTo(head)).toHaveLength(group === 'low' ? 1 : 0)
  })

  test('the manager: bell, answer behind the notification, task, timeline', async () => {
    const { page } = await scene.visit(manager, path(), { lang })
    await page.locator('.timeline .comment', { hasText: comment }).waitFor()
    await page.locator('a.bell').click()
    await page.locator('.timeline li.new').getByRole('link').first().click()
    const app = appInSlider(page)
    await app.getByRole('heading', { level: 1, name: `${score}/10` }).waitFor()
    await app.getByText(comment).waitFor()
    await app.getByText(say(`ui.group.${group === 'low' ? 'detractor' : 'promoter'}`)).first().waitFor()
    await page.locator('.slider-close').click()

    await page.goto(`${scene.portalUrl}/tasks/`)
    await page.getByRole('link', { name: String(tasksOf(scene.portal, answered.id)[0]?.fields.TITLE) }).click()
    await page.locator('.comment', { hasText: comment }).waitFor()
    await page.locator('main dd', { hasText: scene.portal.state.users.find(({ id }) => id === head)?.lastName ?? '' }).first().waitFor()
    expect(await page.locator('main li').count()).toBeGreaterThanOrEqual(3)
  })

  test.each([['deal', 2], ['contact', 3], ['company', 4]] as const)('the tab of the %s shows score, group and words', async (card, type) => {
    const id = { deal: dealId, contact: Number(deal().CONTACT_ID), company: Number(deal().COMPANY_ID) }[card]
    expect(recordOf(type, id).ASSIGNED_BY_ID).toBe(manager)
    const { page } = await scene.visit(manager, `/crm/${card}/details/${id}/`, { lang })
    const tab = await openTab(page)
    await tab.getByRole('heading', { name: say(`answer.title.${card}`) }).waitFor()
    const summary = tab.locator('.surface').first()
    await summary.getByText(comment).waitFor()
    await summary.getByText(`${score}`, { exact: true }).first().waitFor()
    await summary.getByText(say(`ui.group.${group === 'low' ? 'detractor' : 'promoter'}`)).first().waitFor()
  })

  test('the report counts it: n and NPS as anybody would compute them', async () => {
    const { page } = await scene.visit(1, '/', { lang })
    scene.expectRefusal(END_OF_LIST)
    const report = await openFromMenu(page, 'LEFT_MENU')
    const card = report.getByRole('region', { name: 'NPS' })
    await card.waitFor()
    const zone = 5 * 3_600_000
    const local = new Date(scene.portal.now().getTime() + zone)
    const from = Date.UTC(local.getUTCFullYear(), local.getUTCMonth() - 11, 1) - zone
    const store = storeOf(scene.portal)
    const values = answersIn(scene.portal)
      .filter(({ id, flag, posted, channel }) => flag === null && /^\d+$/.test(posted) && !['link', 'qr', 'embed'].includes(channel ?? '')
        && Date.parse(String(recordOf(store.entityTypeId, id).CREATED_TIME)) >= from)
      .map(({ posted }) => Number(posted))
    const nps = Math.round((values.filter(value => value >= 9).length - values.filter(value => value <= 6).length) / values.length * 100)
    const words = await card.innerText()
    expect(words).toContain(`${nps < 0 ? '−' : '+'}${Math.abs(nps)}`)
    expect(words).toContain(new Intl.NumberFormat(lang).format(values.length))
    await report.getByText(comment).first().waitFor()
  })

  test('the head signs in and sees the answer and the report', async () => {
    const { page } = await scene.visit(head, '/', { lang })
    scene.expectRefusal(END_OF_LIST)
    const report = await openFromMenu(page, 'CRM_ANALYTICS_MENU')
    await report.getByRole('region', { name: 'NPS' }).waitFor()
    await report.getByText(comment).first().waitFor()
  })
})

test('the closing "try it" of the installation: an answer on the phone, and the page shows what happens', async () => {
  const scene = await stage.open({ installed: true })
  const { page } = await scene.visit(1, '/marketplace/app/')
  const app = page.frameLocator('.app-frame.full > iframe')
  const link = app.getByRole('link', { name: text('ru', 'settings.try.openHere') })
  const customer = await scene.customer(await link.getAttribute('href') ?? '')
  await answer(customer.page, { score: 2, comment: 'Проверяю' })
  await app.locator('[data-row=task][data-state=done]').waitFor()
  await app.locator('[data-row=notified][data-state=done]').waitFor()
  expect(answersIn(scene.portal)).toMatchObject([{ flag: 'test', value: 2 }])
  await app.locator('[data-row=task]').getByRole('button').click()
  await page.frameLocator('.slider iframe').locator('.comment', { hasText: 'Проверяю' }).waitFor()
})
