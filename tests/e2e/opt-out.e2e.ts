import { beforeAll, describe, expect, test } from 'vitest'
import { askWithoutScreens } from './installed'
import { answersIn, askableDeals, commentsOf, invitationsIn, tasksOf } from './records'
import { useStage, type Scene } from './stage'
import { text } from './words'
import { fillIn } from '@/survey/page/texts'
import own from '@/survey/page/opt-out/texts.json'

/** A customer who wants no more mail: the link of the mail, on a phone. */

const stage = useStage()
let scene: Scene
let deals: number[]
beforeAll(async () => {
  scene = await stage.open({ installed: true })
  deals = askableDeals(scene.portal)
})

/** Asks a client; the link for no more mail as it stands in his mail. */
async function ask(dealId: number): Promise<{ id: number, token: string, stop: string, score: string }> {
  const { id, token, link } = await askWithoutScreens(scene.demo, dealId)
  const html = scene.portal.state.outbox.find(mail => mail.originId === `${token}/1`)?.html ?? ''
  const [, stop = ''] = /href="([^"]+,stop,[^"]*)"/.exec(html) ?? []
  return { id, token, stop: stop.replaceAll('&amp;', '&'), score: link(9) }
}

const contactOf = (dealId: number) => scene.portal.state.items.get(3)?.get(Number(scene.portal.state.items.get(2)?.get(dealId)?.fields.CONTACT_ID))
const isYes = (value: unknown): boolean => [true, 1, '1', 'Y'].some(yes => yes === value)

describe('no more mail', () => {
  test('opening says nothing; one press is heard, noted on the card and in the deal, and is no answer', async () => {
    const dealId = deals[0]!
    const asked = await ask(dealId)
    const before = answersIn(scene.portal).length

    // a scanner follows every link, more than once
    await (await scene.customer(asked.score)).leave()
    await (await scene.customer(asked.stop)).leave()
    const { page } = await scene.customer(asked.stop)
    await page.getByRole('heading', { name: own.ru.question }).waitFor()
    await page.getByText(fillIn(own.ru.explanation, { company: 'Alatau' })).waitFor()
    expect(answersIn(scene.portal)).toHaveLength(before)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)

    await page.getByRole('button', { name: own.ru.confirm }).click()
    await page.getByRole('heading', { name: own.ru.done }).waitFor()
    expect(answersIn(scene.portal)).toHaveLength(before + 1)

    const duty = await scene.visit(1, '/')
    await expect.poll(() => answersIn(scene.portal).filter(({ stage: at }) => at === 'new'), { timeout: 20_000 }).toEqual([])
    await duty.leave()
    const kept = answersIn(scene.portal).at(-1)!
    expect(kept).toMatchObject({ token: asked.token, flag: 'optout', stage: 'set_aside', value: null, score: null })
    expect(isYes(contactOf(dealId)?.fields.UF_CRM_CONTACT_FB_OPT_OUT)).toBe(true)
    expect(invitationsIn(scene.portal).find(({ id }) => id === asked.id)).toMatchObject({ state: 'cancelled', why: 'optedOut' })
    expect(tasksOf(scene.portal, kept.id)).toEqual([])
    expect(commentsOf(scene.portal, dealId, kept.id)).toHaveLength(1)
  })

  test('over a line that broke in between it says so, and another try asks', async () => {
    const asked = await ask(deals[2]!)
    const { page, expectTrouble } = await scene.customer('about:blank')
    expectTrouble(/kinds-/)
    await page.route('**/kinds-*.js', route => route.abort())
    await page.goto(asked.stop)
    await page.getByRole('heading', { name: text('ru', 'page.unreachableTitle') }).waitFor()
    await page.unroute('**/kinds-*.js')
    await page.getByRole('button', { name: text('ru', 'page.tryAgain') }).click()
    await page.getByRole('heading', { name: own.ru.question }).waitFor()
  })

  test('to a portal that is not on the list nothing is said', async () => {
    const asked = await ask(deals[1]!)
    const { page } = await scene.customer(asked.stop.replace(new URL(scene.portalUrl).host, 'evil.example.com'))
    await page.getByRole('heading', { name: text('ru', 'page.unknownTitle') }).waitFor()
    expect(await page.getByRole('button').count()).toBe(0)
  })
})
