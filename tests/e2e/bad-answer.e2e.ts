import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { answer, fillIn, send } from './answering'
import { askWithoutScreens } from './installed'
import { openFromMenu } from './places'
import { answersIn, askableDeals, commentsOf, invitationsIn, storeOf, tasksOf, type KeptAnswer } from './records'
import { useStage, type Scene } from './stage'
import { shown, text } from './words'
import optOut from '@/survey/page/opt-out/texts.json'
import { formFieldName } from '@/portal/record-store'

/** Everything that can be wrong with an answer and on its way; the duty person's browser handles what arrives. */

const stage = useStage()
let scene: Scene
let deals: number[]
beforeAll(async () => {
  scene = await stage.open({ installed: true })
  deals = askableDeals(scene.portal)
})

const nextDeal = (): number => {
  const deal = deals.shift()
  if (deal === undefined) throw new Error('everybody was asked')
  return deal
}

const answersWith = (token: string): KeptAnswer[] => answersIn(scene.portal).filter(kept => kept.token === token)

/** The administrator, who is on duty, opens any page of the portal: its background frame handles what has come in. */
async function handle(): Promise<void> {
  const duty = await scene.visit(1, '/')
  await expect.poll(() => answersIn(scene.portal).filter(({ stage }) => stage === 'new'), { timeout: 20_000 }).toEqual([])
  await duty.leave()
}

/** A form post as anybody can make it, past the page. @returns the result id */
async function post(values: Record<string, string[]>, properties: Record<string, string>): Promise<number | null> {
  const [form] = scene.portal.state.forms
  if (!form) throw new Error('no form')
  const body = new FormData()
  for (const [name, value] of Object.entries({ id: String(form.id), sec: form.sec, values: JSON.stringify(values), properties: JSON.stringify(properties), trace: '{}' })) body.set(name, value)
  const reply = await fetch(`${scene.portalUrl}/bitrix/services/main/ajax.php?action=crm.site.form.fill`, { method: 'POST', body })
  const { result } = await reply.json() as { result: { resultId?: number | null } }
  return result.resultId ?? null
}

const field = (name: 'FB_NPS' | 'FB_COMMENT' | 'FB_ANSWERS'): string => formFieldName(storeOf(scene.portal), name)

describe('the link', () => {
  const WRONG = { 'cut off': (link: string) => link.slice(0, link.indexOf(',') + 8), 'without anything': (link: string) => link.split('#')[0] ?? '' }

  test.each(Object.entries(WRONG))('%s: a kind page that asks nothing', async (_name, spoil) => {
    const { link } = await askWithoutScreens(scene.demo, nextDeal())
    const before = answersIn(scene.portal).length
    const { page } = await scene.customer(spoil(link(9)))
    await page.getByRole('heading', { name: text('ru', 'page.wrongTitle') }).waitFor()
    await page.getByText(text('ru', 'page.wrongText')).waitFor()
    expect(answersIn(scene.portal)).toHaveLength(before)
  })

  test('to a portal that is not on the list: nothing is asked of that portal', async () => {
    const { link } = await askWithoutScreens(scene.demo, nextDeal())
    // a foreign address would fail the test by itself
    const { page } = await scene.customer(link(9).replace(new URL(scene.portalUrl).host, 'evil.example.com'))
    await page.getByRole('heading', { name: text('ru', 'page.unknownTitle') }).waitFor()
  })

  test('expired: said kindly, answered anyway, flagged as late', async () => {
    const invitation = await askWithoutScreens(scene.demo, nextDeal())
    const parts = invitation.link(3).split(',')
    parts[5] = '1700000000'
    const { page } = await scene.customer(parts.join(','))
    await page.getByRole('heading', { name: text('ru', 'page.expiredTitle') }).waitFor()
    await page.getByRole('button', { name: text('ru', 'page.expiredButton') }).click()
    await answer(page, { comment: 'Поздно, но всё же' })
    // the link is only a hint; what counts is the date that the portal keeps
    const expires = scene.portal.state.items.get(storeOf(scene.portal).entityTypeId)?.get(invitation.id)
    if (expires) expires.fields[`UF_CRM_${storeOf(scene.portal).typeId}_FB_EXPIRES_AT`] = new Date(Date.now() - 86_400_000).toISOString()
    await handle()
    const [kept] = answersWith(invitation.token)
    expect(kept).toMatchObject({ flag: 'late', stage: 'set_aside', comment: 'Поздно, но всё же' })
    expect(tasksOf(scene.portal, kept?.id ?? 0)).toEqual([])
  })

  test('used: the same device says so, another device may answer and is flagged as a repeat', async () => {
    const invitation = await askWithoutScreens(scene.demo, nextDeal())
    const phone = await scene.customer(invitation.link(9))
    await answer(phone.page, { comment: 'Первый раз' })
    await phone.page.reload()
    await phone.page.getByRole('heading', { name: text('ru', 'page.answeredTitle') }).waitFor()
    const other = await scene.customer(invitation.link(2))
    await answer(other.page, { comment: 'Второй раз' })
    await handle()
    const kept = answersWith(invitation.token)
    expect(kept.map(({ flag, value }) => [flag, value])).toEqual([[null, 9], ['repeat', 2]])
    expect(tasksOf(scene.portal, kept[0]?.id ?? 0)).toHaveLength(1)
    expect(tasksOf(scene.portal, kept[1]?.id ?? 0)).toEqual([])
  })

  test('with a token nobody knows: thanked for, kept, set aside without a task', async () => {
    const { link, token } = await askWithoutScreens(scene.demo, nextDeal())
    const unknown = 'z'.repeat(32)
    const { page } = await scene.customer(link(1).replace(token, unknown))
    await answer(page, { comment: 'Кто я?' })
    const notices = scene.portal.state.notifications.length
    await handle()
    expect(answersWith(unknown)).toMatchObject([{ flag: 'unmatched', stage: 'set_aside' }])
    expect(answersWith(token)).toEqual([])
    expect(scene.portal.state.notifications).toHaveLength(notices)
  })
})

describe('the score', () => {
  test.each(['11', '-1', '9 maybe', ''])('%j in a post past the page: kept as it came, flagged, no number', async nps => {
    const { id, token } = await askWithoutScreens(scene.demo, nextDeal())
    const sent = { [field('FB_COMMENT')]: ['слова есть'], ...(nps === '' ? {} : { [field('FB_NPS')]: [nps] }) }
    expect(await post(sent, { token, inv: String(id), sid: `sid${id}`, ver: '1', lang: 'ru' })).not.toBeNull()
    await handle()
    const [kept] = answersWith(token)
    expect(kept).toMatchObject({ flag: 'invalid', posted: nps, value: null, score: null, comment: 'слова есть' })
    expect(tasksOf(scene.portal, kept?.id ?? 0)).toEqual([])
  })

  test('missing on the page: asked for, nothing sent, then sent', async () => {
    const { link, token } = await askWithoutScreens(scene.demo, nextDeal())
    const { page } = await scene.customer(link())
    await page.getByRole('button', { name: text('ru', 'page.next') }).click()
    await page.getByText(text('ru', 'page.answerThis')).waitFor()
    await answer(page, { score: 10, comment: 'Теперь с оценкой' })
    await handle()
    expect(answersWith(token)).toMatchObject([{ flag: null, value: 10 }])
  })
})

describe('the comment', () => {
  test('HTML, BB code, formulas and batch references stay what they are: text', async () => {
    const hostile = '<img src=x onerror="alert(1)"><script>alert(2)</script> $result[0][id] [URL=https://evil.example.com]нажми[/URL] =HYPERLINK("https://evil.example.com")'
    const deal = nextDeal()
    const { link, token } = await askWithoutScreens(scene.demo, deal)
    const customer = await scene.customer(link(2))
    await answer(customer.page, { comment: hostile })
    await handle()
    const [kept] = answersWith(token)
    expect(kept).toMatchObject({ flag: null, comment: hostile })
    const [comment] = commentsOf(scene.portal, deal, kept?.id ?? 0)
    const [task] = tasksOf(scene.portal, kept?.id ?? 0)
    for (const written of [comment?.comment, task?.fields.DESCRIPTION]) {
      expect(written).toContain('нажми')
      expect(written).not.toMatch(/\[URL=https:\/\/evil/)
    }
    // in the card of the deal: no picture of theirs, no link of theirs, the words are there
    const manager = await scene.visit(3, `/crm/deal/details/${deal}/`)
    await manager.page.locator('.timeline .comment', { hasText: 'нажми' }).waitFor()
    await manager.page.locator('.timeline .comment', { hasText: '$' }).first().waitFor()
    expect(await manager.page.locator('a[href*="evil.example.com"], img[src="x"]').count()).toBe(0)
  })

  test('a formula in a comment is a word in the file of the report', async () => {
    const deal = nextDeal()
    const { link, token } = await askWithoutScreens(scene.demo, deal)
    const customer = await scene.customer(link(9))
    await answer(customer.page, { comment: '=HYPERLINK("https://evil.example.com";"Сюда")' })
    await handle()
    expect(answersWith(token)).toHaveLength(1)
    scene.expectRefusal(/leads nowhere/)
    const { page } = await scene.visit(1, '/')
    const report = await openFromMenu(page, 'LEFT_MENU')
    await report.getByText('=HYPERLINK').first().waitFor()
    expect(await report.locator('a[href*="evil.example.com"]').count()).toBe(0)
    const download = page.waitForEvent('download')
    await report.getByRole('button', { name: text('ru', 'report.list.csv') }).click()
    const file = await readFile(await (await download).path(), 'utf8')
    expect(file).toContain('HYPERLINK')
    expect(file).not.toMatch(/(^|[;,"\n\t])=HYPERLINK/)
  })

  test('20,000 characters in a post past the page: kept whole, shortened where it is quoted', async () => {
    const deal = nextDeal()
    const long = 'Очень длинно. '.repeat(1430).slice(0, 20_000)
    const { id, token } = await askWithoutScreens(scene.demo, deal)
    await post({ [field('FB_NPS')]: ['4'], [field('FB_COMMENT')]: [long] }, { token, inv: String(id), sid: 'long', ver: '1', lang: 'ru' })
    await handle()
    const [kept] = answersWith(token)
    expect(kept?.comment).toHaveLength(20_000)
    expect(kept).toMatchObject({ flag: null, value: 4, stage: 'low' })
    expect(commentsOf(scene.portal, deal, kept?.id ?? 0)[0]?.comment.length).toBeLessThan(12_000)
    expect(tasksOf(scene.portal, kept?.id ?? 0)).toHaveLength(1)
  })

  test('20,000 characters typed on the page: the limit is said, what fits is sent', async () => {
    const { link, token } = await askWithoutScreens(scene.demo, nextDeal())
    const { page } = await scene.customer(link(8))
    await fillIn(page, { comment: 'х'.repeat(20_000) })
    await page.getByText(shown('ru', 'page.textCut')).waitFor()
    await send(page)
    await page.getByText(text('ru', 'page.received')).waitFor()
    await handle()
    const [kept] = answersWith(token)
    expect(kept?.comment).toMatch(/^х{1000,19999}$/)
    expect(kept).toMatchObject({ flag: null, value: 8 })
  })
})

describe('sending', () => {
  test('the form is paused: nothing is lost, the same answer goes through afterwards', async () => {
    const { link, token } = await askWithoutScreens(scene.demo, nextDeal())
    const [form] = scene.portal.state.forms
    if (!form) throw new Error('no form')
    form.active = false
    const early = await scene.customer(link(7))
    await early.page.getByRole('heading', { name: text('ru', 'page.pausedTitle') }).waitFor()
    form.active = true
    await early.page.getByRole('button', { name: text('ru', 'page.tryAgain') }).click()
    await fillIn(early.page, { comment: 'Успею' })
    form.active = false
    await send(early.page)
    await early.page.getByRole('heading', { name: text('ru', 'page.refusedTitle') }).waitFor()
    expect(answersWith(token)).toEqual([])
    form.active = true
    await early.page.getByRole('button', { name: text('ru', 'page.tryAgain') }).click()
    await early.page.getByText(text('ru', 'page.received')).waitFor()
    await handle()
    expect(answersWith(token)).toMatchObject([{ flag: null, value: 7, comment: 'Успею' }])
  })

  test('no connection: kept on the device, sent when the person tries again', async () => {
    const { link, token } = await askWithoutScreens(scene.demo, nextDeal())
    const customer = await scene.customer(link(10))
    await fillIn(customer.page, { comment: 'Из тоннеля' })
    customer.expectTrouble(/ERR_INTERNET_DISCONNECTED/)
    await customer.context.setOffline(true)
    await send(customer.page)
    await customer.page.getByRole('heading', { name: text('ru', 'page.notSentTitle') }).waitFor()
    await customer.context.setOffline(false)
    await customer.page.getByText(text('ru', 'page.received')).waitFor()
    await handle()
    expect(answersWith(token)).toMatchObject([{ flag: null, value: 10, comment: 'Из тоннеля' }])
  })

  test('pressed twice, and the same filling-in posted twice: one answer counts, one task', async () => {
    const { id, link, token } = await askWithoutScreens(scene.demo, nextDeal())
    const { page } = await scene.customer(link(6))
    await fillIn(page, { comment: 'Дважды' })
    await page.getByRole('button', { name: text('ru', 'page.send'), exact: true }).dblclick()
    await page.getByText(text('ru', 'page.received')).waitFor()
    expect(answersWith(token)).toHaveLength(1)

    const twin = { [field('FB_NPS')]: ['6'], [field('FB_COMMENT')]: ['Дважды'] }
    const [first] = answersWith(token)
    const sid = String(scene.portal.state.items.get(storeOf(scene.portal).entityTypeId)?.get(first?.id ?? 0)?.fields[`UF_CRM_${storeOf(scene.portal).typeId}_FB_SUBMISSION`])
    await post(twin, { token, inv: String(id), sid, ver: '1', lang: 'ru' })
    await handle()
    const kept = answersWith(token)
    expect(kept.map(({ flag }) => flag)).toEqual([null, 'repeat'])
    expect(kept.flatMap(({ id: answerId }) => tasksOf(scene.portal, answerId))).toHaveLength(1)
    expect(commentsOf(scene.portal, kept[0]?.dealId ?? 0, kept[0]?.id ?? 0)).toHaveLength(1)
    expect(commentsOf(scene.portal, kept[0]?.dealId ?? 0, kept[1]?.id ?? 0)).toEqual([])
  })

  test('a mail scanner opens every link, GET and HEAD, in a browser too: no answer', async () => {
    const { link, token } = await askWithoutScreens(scene.demo, nextDeal())
    const mail = scene.portal.state.outbox.find(one => one.originId === `${token}/1`)
    const links = [...new Set([...mail?.html.matchAll(/href="([^"]+)"/g) ?? []].map(([, href = '']) => href.replaceAll('&amp;', '&')))].reverse()
    expect(links).toHaveLength(13)
    for (const [index, href] of links.entries()) {
      expect((await fetch(href, { method: index % 2 ? 'GET' : 'HEAD' })).status).toBe(200)
      expect((await fetch(href, { method: index % 2 ? 'HEAD' : 'GET' })).status).toBe(200)
    }
    // some scanners run the scripts of the page as well
    const [stop = '', plain = '', ...scores] = links
    const scanner = await scene.customer(stop)
    await scanner.page.getByRole('button', { name: optOut.ru.confirm }).waitFor()
    for (const href of [plain, ...scores.slice(0, 2)]) {
      await scanner.page.goto('about:blank')
      await scanner.page.goto(href)
      await scanner.page.getByRole('button', { name: text('ru', 'page.next') }).waitFor()
    }
    expect(answersWith(token)).toEqual([])
    expect(invitationsIn(scene.portal).find(invitation => invitation.token === token)).toMatchObject({ state: 'sent' })

    const customer = await scene.customer(link(9))
    await answer(customer.page, { comment: 'Это уже я' })
    await handle()
    expect(answersWith(token)).toMatchObject([{ flag: null, value: 9 }])
  })
})
