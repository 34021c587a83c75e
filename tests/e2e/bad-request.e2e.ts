import type { FrameLocator } from 'playwright-core'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Fault, Item } from '../../demo/state'
import { answer } from './answering'
import { appOf, openTab, pressInToolbar } from './places'
import { askableDeals, invitationsIn, mailsOf, storeOf, type KeptInvitation } from './records'
import { useStage, type Scene, type Visitor } from './stage'
import { shown, text } from './words'

/** Everything that can be wrong with a request for feedback and on its way: a clear sentence, one invitation, one mail, another try works. */

const stage = useStage()
let scene: Scene
let deals: number[]
beforeAll(async () => {
  scene = await stage.open({ installed: true })
  deals = askableDeals(scene.portal)
})

afterEach(() => {
  scene.portal.faults.length = 0
  Object.assign(scene.portal.switches, { latency: 0, mailFails: false })
})

/** The service manager, who may read everything. */
const MANAGER = 3
/** The sales manager, who sees only what is his. */
const OWN_ONLY = 2

const SEND = text('ru', 'invitation.request.send')
const record = (type: number, id: number): Item => {
  const item = scene.portal.state.items.get(type)?.get(id)
  if (!item) throw new Error(`no record ${type} ${id}`)
  return item
}
const contactOf = (dealId: number): Item => record(3, Number(record(2, dealId).fields.CONTACT_ID))
const nextDeal = (): number => {
  const deal = deals.shift()
  if (deal === undefined) throw new Error('everybody was asked')
  return deal
}
const invitationsTo = (dealId: number): KeptInvitation[] => invitationsIn(scene.portal).filter(invitation => invitation.dealId === dealId)
/** Invitations that were written twice carry one token. */
const tokensOf = (dealId: number): Set<string> => new Set(invitationsTo(dealId).map(({ token }) => token))
const mailsAbout = (dealId: number): number => [...tokensOf(dealId)].flatMap(token => mailsOf(scene.portal, token)).length

/** The request of a deal, ready to be sent. */
async function readyToSend(dealId: number, userId = MANAGER): Promise<Visitor & { app: FrameLocator }> {
  const request = await openRequest(dealId, userId)
  await request.app.getByRole('button', { name: SEND, exact: true }).waitFor()
  return request
}

async function openRequest(dealId: number, userId = MANAGER): Promise<Visitor & { app: FrameLocator }> {
  const visitor = await scene.visit(userId, `/crm/deal/details/${dealId}/`)
  return { ...visitor, app: await pressInToolbar(visitor.page) }
}

const send = (app: FrameLocator): Promise<void> => app.getByRole('button', { name: SEND, exact: true }).click()
const sent = (app: FrameLocator): Promise<void> => app.getByText(shown('ru', 'invitation.result.sent')).waitFor()
const errorOf = (app: FrameLocator, code: string) => app.getByRole('alert').filter({ hasText: text('ru', `errors.${code}.what`) })

describe('before anything is sent', () => {
  test('no e-mail: the sentence leads to the contact, and with an address it goes on', async () => {
    const dealId = [...scene.portal.state.items.get(2)?.values() ?? []].find(deal =>
      deal.fields.ASSIGNED_BY_ID === MANAGER && contactOf(deal.id).fm.every(entry => entry.typeId !== 'EMAIL'))?.id ?? 0
    const { app, page } = await openRequest(dealId)
    await app.getByText(shown('ru', 'invitation.refusal.noEmail')).waitFor()
    expect(await app.getByRole('button', { name: SEND, exact: true }).count()).toBe(0)
    await app.getByRole('button', { name: text('ru', 'invitation.openContact') }).click()
    await page.locator('.slider').nth(1).waitFor()
    await page.frameLocator('.slider iframe >> nth=1').getByRole('heading', { level: 1, name: String(contactOf(dealId).fields.LAST_NAME) }).waitFor()
    // a colleague writes the address into the card
    contactOf(dealId).fm.push({ id: 9001, typeId: 'EMAIL', valueType: 'WORK', value: 'found@example.com' })
    await page.locator('.slider-close').nth(1).click()
    await send(app)
    await sent(app)
    expect(mailsAbout(dealId)).toBe(1)
  })

  test('an address that cannot be one', async () => {
    const dealId = nextDeal()
    for (const entry of contactOf(dealId).fm) if (entry.typeId === 'EMAIL') entry.value = 'ivan(at)example'
    const { app } = await openRequest(dealId)
    await app.getByText(shown('ru', 'invitation.refusal.invalidEmail')).waitFor()
    await app.getByText('ivan(at)example').waitFor()
    expect(invitationsTo(dealId)).toEqual([])
  })

  test('a deal without a client', async () => {
    const dealId = nextDeal()
    record(2, dealId).fields.CONTACT_ID = null
    record(2, dealId).fields.COMPANY_ID = null
    scene.expectRefusal(/leads nowhere/)
    const { app } = await openRequest(dealId)
    await app.getByText(shown('ru', 'invitation.refusal.noClient')).waitFor()
    expect(invitationsTo(dealId)).toEqual([])
  })

  test('a client who asked not to be asked', async () => {
    const dealId = nextDeal()
    const contact = contactOf(dealId)
    const optOut = scene.portal.state.userFields.find(field => field.entityId === 'CRM_CONTACT' && field.fieldName.endsWith('FB_OPT_OUT'))
    contact.fields[optOut?.fieldName ?? ''] = 1
    const { app } = await openRequest(dealId)
    await app.getByText(shown('ru', 'invitation.refusal.optedOut')).waitFor()
    expect(invitationsTo(dealId)).toEqual([])
  })

  test('the survey is paused', async () => {
    const dealId = nextDeal()
    const items = scene.portal.state.storages.flatMap(storage => storage.items).filter(item => item.properties.JSON?.includes('"status":"active"'))
    for (const item of items) item.properties.JSON = item.properties.JSON?.replace('"status":"active"', '"status":"paused"') ?? ''
    const { app } = await openRequest(dealId)
    await app.getByText(shown('ru', 'invitation.refusal.noActiveSurvey')).waitFor()
    await app.getByText(text('ru', 'invitation.refusal.surveyTodo')).waitFor()
    for (const item of items) item.properties.JSON = item.properties.JSON?.replace('"status":"paused"', '"status":"active"') ?? ''
    deals.push(dealId)
  })

  test('a deal that is gone, and one that the role does not show: the same sentence', async () => {
    const hidden = [...scene.portal.state.items.get(2)?.values() ?? []].find(deal => deal.fields.ASSIGNED_BY_ID === MANAGER)?.id
    for (const dealId of [99_999, hidden]) {
      scene.expectRefusal(/crm\.(deal|item)\..* by 2/)
      scene.expectRefusal(/leads nowhere/)
      const { page } = await scene.visit(OWN_ONLY, `/marketplace/placement/CRM_DEAL_DETAIL_TOOLBAR/0/?options[ID]=${dealId}`)
      await appOf(page).getByText(shown('ru', 'invitation.refusal.dealMissing')).waitFor()
      expect(await appOf(page).getByRole('button', { name: SEND, exact: true }).count()).toBe(0)
    }
  })

  test('a client whom the role does not show', async () => {
    const dealId = [...scene.portal.state.items.get(2)?.values() ?? []].find(deal =>
      deal.fields.ASSIGNED_BY_ID === OWN_ONLY && contactOf(deal.id).fields.ASSIGNED_BY_ID !== OWN_ONLY)?.id ?? 0
    scene.expectRefusal(/ by 2/)
    const { app } = await openRequest(dealId, OWN_ONLY)
    await app.getByText(shown('ru', 'invitation.refusal.noRight')).waitFor()
    expect(invitationsTo(dealId)).toEqual([])
  })
})

describe('the mail', () => {
  test('no mailbox to send from: said; with a mailbox the next try goes out', async () => {
    const dealId = nextDeal()
    const boxes = scene.portal.state.mailboxes.splice(0)
    const person = scene.portal.state.users.find(({ id }) => id === MANAGER)
    const address = person?.email ?? ''
    if (person) person.email = ''
    const { app } = await openRequest(dealId)
    await send(app)
    const error = errorOf(app, 'noMailbox')
    await error.waitFor()
    await error.getByText(text('ru', 'errors.noMailbox.todo')).waitFor()
    expect(mailsAbout(dealId)).toBe(0)
    scene.portal.state.mailboxes.push(...boxes)
    if (person) person.email = address
    await error.getByRole('button', { name: text('ru', 'ui.retry') }).click()
    await sent(app)
    expect(mailsAbout(dealId)).toBe(1)
    expect(invitationsTo(dealId).filter(({ state }) => state === 'sent')).toHaveLength(1)
  })

  test('the portal fails after it has made the activity: nobody believes the mail went, the next try goes out', async () => {
    const dealId = nextDeal()
    scene.portal.switches.mailFails = true
    const { app } = await openRequest(dealId)
    await send(app)
    const error = errorOf(app, 'mailFailed')
    await error.waitFor()
    const activities = (): number => scene.portal.state.activities.filter(activity => activity.ownerId === dealId && activity.fields.ORIGINATOR_ID === 'feedback').length
    expect(activities()).toBe(0)
    scene.portal.switches.mailFails = false
    await error.getByRole('button', { name: text('ru', 'ui.retry') }).click()
    await sent(app)
    expect([mailsAbout(dealId), activities()]).toEqual([1, 1])
    expect(invitationsTo(dealId).map(({ state }) => state).sort()).toEqual(['failed', 'sent'])
  })

  const FAULTS: [name: string, fault: Fault, trouble: RegExp | null][] = [
    // the browser itself sends such a request once more, see installation.e2e.ts
    ['the reply is lost once after the mail went', { kind: 'reply-lost', method: 'crm.activity.add' }, null],
    ['the reply is lost for good after the mail went', { kind: 'reply-lost', method: 'crm.activity.add', times: 10 }, /ERR_EMPTY_RESPONSE/],
    ['the request is executed twice', { kind: 'executed-twice', method: 'crm.activity.add' }, null],
    ['the reply to the invitation is lost', { kind: 'reply-lost', method: 'crm.item.add', times: 10 }, /ERR_EMPTY_RESPONSE/],
    ['the portal is busy once', { kind: '503', method: 'crm.activity.add' }, /status of 503/],
    ['the session has to be renewed', { kind: '401', method: 'crm.activity.add' }, /status of 401/],
    ['half of the batch fails behind the mail', { kind: 'method-error', method: 'crm.item.update', error: 'INTERNAL_SERVER_ERROR' }, null]
  ]

  test.each(FAULTS)('%s: one invitation, one mail, and the screen says sent', async (_name, fault, trouble) => {
    const dealId = nextDeal()
    const { app, expectTrouble } = await readyToSend(dealId)
    if (trouble) expectTrouble(trouble)
    scene.portal.faults.push({ ...fault })
    await send(app)
    await sent(app)
    scene.portal.faults.length = 0
    expect(invitationsTo(dealId).filter(({ state }) => state !== 'cancelled')).toMatchObject([{ state: 'sent' }])
    expect(mailsAbout(dealId)).toBe(1)
  })

  test('nothing gets through: nothing was sent, said so; another try asks once', async () => {
    const dealId = nextDeal()
    const { app, expectTrouble } = await readyToSend(dealId)
    expectTrouble(/ERR_EMPTY_RESPONSE/)
    for (const method of ['crm.item.add', 'crm.item.list']) scene.portal.faults.push({ kind: 'lost-before', method, times: 100 })
    await send(app)
    await app.getByRole('alert').waitFor()
    expect(mailsAbout(dealId)).toBe(0)
    scene.portal.faults.length = 0
    await app.getByRole('alert').getByRole('button').first().click()
    await sent(app)
    expect(invitationsTo(dealId)).toHaveLength(1)
    expect(mailsAbout(dealId)).toBe(1)
  })

  test('the page is closed while the mail is on its way: whoever comes back finishes it, without a second mail', async () => {
    const dealId = nextDeal()
    const first = await readyToSend(dealId)
    first.expectTrouble(/ERR_EMPTY_RESPONSE/)
    scene.portal.faults.push({ kind: 'lost-before', method: 'crm.activity.add', times: 100 })
    const broken = first.page.waitForEvent('requestfailed')
    await send(first.app)
    await broken
    await first.leave()
    expect(invitationsTo(dealId)).toMatchObject([{ state: 'sending' }])
    scene.portal.faults.length = 0
    // a minute later it counts as broken off
    const [invitation] = invitationsTo(dealId)
    const kept = record(storeOf(scene.portal).entityTypeId, invitation?.id ?? 0)
    kept.fields.CREATED_TIME = new Date(scene.portal.now().getTime() - 120_000).toISOString()
    const { app } = await openRequest(dealId)
    await app.getByText(shown('ru', 'invitation.unfinished')).waitFor()
    await app.getByRole('button', { name: text('ru', 'invitation.resume') }).click()
    await sent(app)
    expect(invitationsTo(dealId)).toMatchObject([{ state: 'sent' }])
    expect(mailsAbout(dealId)).toBe(1)
  })
})

describe('several at once', () => {
  test('a double click sends once', async () => {
    const dealId = nextDeal()
    const { app } = await openRequest(dealId)
    await app.getByRole('button', { name: SEND, exact: true }).dblclick()
    await sent(app)
    expect(invitationsTo(dealId)).toMatchObject([{ state: 'sent' }])
    expect(mailsAbout(dealId)).toBe(1)
  })

  test('two colleagues in the same second: one mail, and the other is told who was first', async () => {
    const dealId = nextDeal()
    const [one, two] = [await readyToSend(dealId, 3), await readyToSend(dealId, 5)]
    scene.portal.switches.latency = 200
    await Promise.all([send(one.app), send(two.app)])
    const lost = new RegExp(`${shown('ru', 'invitation.result.lost').source}|${shown('ru', 'invitation.result.lostTo').source}`, 'u')
    await Promise.all([one, two].map(({ app }) => app.getByText(lost).or(app.getByText(shown('ru', 'invitation.result.sent'))).first().waitFor()))
    scene.portal.switches.latency = 0
    expect(invitationsTo(dealId).map(({ state }) => state).sort()).toEqual(['cancelled', 'sent'])
    expect(mailsAbout(dealId)).toBe(1)
    const told = await Promise.all([one, two].map(({ app }) => app.getByText(lost).count()))
    expect(told.sort()).toEqual([0, 1])
  })

  test('asked already: the open invitation is shown and can be cancelled; its link then counts no more; again only with a reason', async () => {
    const dealId = nextDeal()
    const first = await openRequest(dealId)
    await send(first.app)
    await sent(first.app)
    const [{ token = '' } = {}] = invitationsTo(dealId)
    const html = mailsOf(scene.portal, token)[0]?.html ?? ''
    const link = /href="([^"]*,9,ru)"/.exec(html)?.[1] ?? ''

    const { app } = await openRequest(dealId)
    await app.getByText(shown('ru', 'invitation.refusal.alreadyInvited')).waitFor()
    expect(await app.getByRole('button', { name: SEND, exact: true }).count()).toBe(0)
    await app.getByRole('button', { name: text('ru', 'invitation.cancel') }).click()
    await app.getByRole('button', { name: text('ru', 'invitation.cancelConfirm') }).click()
    await app.getByText(shown('ru', 'invitation.result.cancelled')).waitFor()
    expect(invitationsTo(dealId)).toMatchObject([{ state: 'cancelled' }])

    const customer = await scene.customer(link)
    await answer(customer.page, { comment: 'Уже отменено' })

    await app.getByRole('button', { name: text('ru', 'invitation.refusal.sendAnywayAsk') }).click()
    const anyway = app.getByRole('button', { name: text('ru', 'invitation.refusal.sendAnyway'), exact: true })
    expect(await anyway.isDisabled()).toBe(true)
    await app.getByRole('textbox').fill('Клиент попросил сам')
    await anyway.click()
    await sent(app)
    expect(invitationsTo(dealId)).toMatchObject([{ state: 'cancelled' }, { state: 'sent', why: 'Клиент попросил сам' }])
  })
})

describe('words that want to act', () => {
  test('$result, BB code and HTML in the names of client and deal arrive as words', async () => {
    const dealId = nextDeal()
    contactOf(dealId).fields.NAME = '$result[0][id] [URL=https://evil.example.com]Иван[/URL]'
    record(2, dealId).fields.TITLE = '<b onmouseover="x()">=HYPERLINK("https://evil.example.com")</b>'
    const { app, page } = await openRequest(dealId)
    await send(app)
    await sent(app)
    const [mail] = mailsOf(scene.portal, invitationsTo(dealId)[0]?.token ?? '')
    expect(mail?.html).toContain('Иван')
    expect(mail?.html).not.toMatch(/<b onmouseover|href="https:\/\/evil/)
    await page.locator('.slider-close').click()
    await page.reload()
    await page.locator('.timeline .comment', { hasText: 'Иван' }).waitFor()
    expect(await page.locator('a[href*="evil.example.com"]').count()).toBe(0)
  })
})

test('half of what the tab asks for fails: said what is missing, the rest is there, another try completes it', async () => {
  const dealId = nextDeal()
  const { page } = await scene.visit(MANAGER, `/crm/deal/details/${dealId}/`)
  for (const nth of [2, 3]) scene.portal.faults.push({ kind: 'method-error', method: 'crm.item.list', nth, error: 'INTERNAL_SERVER_ERROR' })
  const tab = await openTab(page)
  await tab.getByText(text('ru', 'answer.missing.title')).waitFor()
  scene.portal.faults.length = 0
  await tab.getByRole('button', { name: text('ru', 'ui.retry') }).click()
  await tab.getByText(text('ru', 'answer.empty.deal')).waitFor()
  expect(await tab.getByText(text('ru', 'answer.missing.title')).count()).toBe(0)
})

test('opening the tab of a deal costs one batch and nothing else', async () => {
  const { page } = await scene.visit(MANAGER, `/crm/deal/details/${nextDeal()}/`)
  scene.portal.requests.length = 0
  const tab = await openTab(page)
  await tab.getByText(text('ru', 'answer.empty.deal')).waitFor()
  expect(scene.portal.requests.map(({ method, status }) => `${method} ${status}`)).toEqual(['batch 200'])
})
