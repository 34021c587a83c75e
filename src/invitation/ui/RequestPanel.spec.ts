import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cancelInvitation, resumeInvitation, sendInvitation } from '@/invitation/sending'
import { hearTime } from '@/portal/clock'
import { PortalError } from '@/portal/errors'
import { fakePortal, invitationItem, STORE, storedSurveys, SURVEY, type FakePortal, type Replies } from '../../../tests/fake-portal'
import { mountInPortal, silentFrame } from '../../../tests/mount'
import { loadInvitationMessages } from './messages'
import RequestPanel from './RequestPanel.vue'

vi.mock('@/invitation/sending', () => ({ sendInvitation: vi.fn(), resumeInvitation: vi.fn(), cancelInvitation: vi.fn() }))

const NOW = new Date('2026-03-02T09:00:00Z')
const DENIED = new PortalError('noRight')
const anna = { id: 3, name: 'Anna', lastName: 'Petrova', fm: [{ typeId: 'EMAIL', value: 'anna@example.com' }] }

const counted = (total: number): unknown => ({ items: [], total })
const replies = (changes: Replies = {}): Replies => ({
  deal: { item: { id: 2, title: 'Kitchen', categoryId: 0, contactId: 3, companyId: 4 } },
  contact: { item: anna }, company: { item: { id: 4, title: 'Alatau' } },
  ofDeal: [{ CONTACT_ID: 3 }, { CONTACT_ID: 8 }], ofCompany: [], byContact: { items: [] }, byCompany: { items: [] }, byDeal: { items: [] },
  dealChats: [], contactChats: [], companyChats: [], chats: [],
  staff: [], cards: { CONTACT: [3] },
  mails: counted(0), tests: counted(0), spread: counted(0), spreadToday: counted(0),
  surveys: storedSurveys(SURVEY), me: { ID: '7', NAME: 'Ivan', LAST_NAME: 'Orlov', EMAIL: 'ivan@example.com' }, profile: { ID: '7', TIME_ZONE: '' }, atOnce: null, control: { items: [] },
  'user.get': [{ ID: '9', NAME: 'Olga', LAST_NAME: 'Kim', ACTIVE: true }],
  'user.option.set': true,
  'crm.item.list': { items: [{ id: 8, name: 'Boris', lastName: 'Lee' }] },
  ...changes
})

async function open(changes: Replies = {}, options: { isAdmin?: boolean, lang?: string, portal?: FakePortal } = {}) {
  const portal = options.portal ?? fakePortal(replies(changes), { isAdmin: options.isAdmin ?? true })
  const frame = silentFrame()
  const view = await mountInPortal(RequestPanel, { portal, frame, props: { dealId: 2 }, messages: [loadInvitationMessages], lang: options.lang ?? 'en' })
  await settled()
  return { view, portal, frame }
}

/** Until nothing is under way any more: a reply may load a part lazily, and that part may ask again. */
const settled = async (): Promise<void> => {
  for (let round = 0; round < 3; round++) {
    await flushPromises()
    await vi.dynamicImportSettled()
  }
  await flushPromises()
}
const button = (view: VueWrapper, label: string) => view.findAll('button').find(candidate => candidate.text() === label)
async function press(view: VueWrapper, label: string): Promise<void> {
  const found = button(view, label)
  if (!found) throw new Error(`no button "${label}" in: ${view.text()}`)
  await found.trigger('click')
  await settled()
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  vi.mocked(sendInvitation).mockReset().mockResolvedValue({ state: 'sent', invitationId: 11, token: 't', confirmed: true })
  vi.mocked(resumeInvitation).mockReset().mockResolvedValue({ state: 'sent', invitationId: 11, token: 't', confirmed: false })
  vi.mocked(cancelInvitation).mockReset().mockResolvedValue(true)
})
afterEach(() => { vi.useRealTimers() })

describe('before sending', () => {
  it('says who, where to, what, in which language and from whom, after one request; the second one counts the mails of today', async () => {
    const { view, portal } = await open()
    for (const part of ['Anna Petrova', 'anna@example.com', 'After the deal', 'English', 'Ivan Orlov, ivan@example.com']) expect(view.text()).toContain(part)
    expect(portal.requests).toHaveLength(2)
    expect(portal.requests[1]).toBe('batch mails tests spread spreadToday staff cards')
    expect(sendInvitation).not.toHaveBeenCalled()
  })

  it('names the mailbox of the portal where the address is not known', async () => {
    const { view } = await open({ me: { ID: '7', NAME: 'Ivan', LAST_NAME: 'Orlov' } })
    expect(view.text()).toContain('Ivan Orlov, your mailbox in the portal')
  })

  it('proposes the survey of the deal\'s pipeline, and another active one can be chosen', async () => {
    const of = (id: string, name: string, pipelines: number[], from = ''): typeof SURVEY => {
      const { published } = SURVEY
      const content = { ...published!.content, name, pipelines, mail: { ...published!.content.mail, from } }
      return { ...SURVEY, id, published: { ...published!, content } }
    }
    const { view } = await open({
      deal: { item: { id: 2, title: 'Kitchen', categoryId: 4, contactId: 3, companyId: 4 } },
      surveys: storedSurveys(of('free', 'For everybody', []), of('own', 'Of this pipeline', [4], 'Care <care@acme.example>'))
    })
    expect(view.text()).toContain('Of this pipeline')
    expect(view.text()).toContain('Care, care@acme.example')
    expect(view.text()).not.toContain('Ivan Orlov')
    await press(view, 'Change or preview')
    await view.findAll('select').find(select => select.text().includes('For everybody'))!.setValue('free')
    await press(view, 'Send')
    expect(vi.mocked(sendInvitation).mock.calls[0]![2]).toMatchObject({ survey: { id: 'free' } })
  })

  it('speaks Russian to a Russian portal', async () => {
    const { view } = await open({}, { lang: 'ru' })
    expect(view.text()).toContain('Отправить')
    expect(view.text()).toContain('В следующий раз отправлять сразу')
  })

  it('shows names of clients as text', async () => {
    const { view } = await open({ contact: { item: { ...anna, name: '<img src=x onerror=alert(1)>' } } })
    expect(view.find('img').exists()).toBe(false)
    expect(view.text()).toContain('<img src=x onerror=alert(1)>')
  })

  it('tells who does not see everything what the date in the card says', async () => {
    expect((await open({}, { isAdmin: false })).view.text()).toContain('Invitations of colleagues may be hidden from you')
    expect((await open()).view.text()).not.toContain('hidden from you')
  })

  it('says what could not be checked, and still lets the person decide', async () => {
    const { view } = await open({ byContact: DENIED })
    expect(view.text()).toContain('Earlier invitations could not be checked')
    expect(button(view, 'Send')).toBeDefined()
  })

  it('an error of the portal is an error with a retry', async () => {
    const { view } = await open({ me: new PortalError('unreachable') })
    expect(view.get('[role=alert]').text()).toContain('The portal cannot be reached')
    expect(button(view, 'Try again')).toBeDefined()
  })
})

describe('sending', () => {
  it('a double click sends once, and the sentence says to whom', async () => {
    const { view, frame } = await open()
    const send = button(view, 'Send')!
    await Promise.all([send.trigger('click'), send.trigger('click')])
    await settled()
    expect(sendInvitation).toHaveBeenCalledOnce()
    expect(vi.mocked(sendInvitation).mock.calls[0]![2]).toMatchObject({
      deal: { id: 2, title: 'Kitchen' }, recipient: { kind: 'contact', id: 3 }, companyId: 4, email: 'anna@example.com', overrideReason: '', test: false
    })
    expect(view.text()).toContain('Sent to Anna Petrova, anna@example.com.')
    expect(button(view, 'Send')).toBeUndefined()
    expect(view.emitted('changed')).toHaveLength(1)
    expect(frame.reloadData).toHaveBeenCalledOnce()
  })

  it.each<[string, Replies]>([['instead of a mail', {}], ['where there is no address', { contact: { item: { ...anna, fm: [] } } }]])(
    'a personal link is made %s, and stands there as a link and as a code', async (_, changes) => {
      let made: unknown[] = []
      const { view } = await open({ ...changes, byContact: () => ({ items: made }) })
      await press(view, 'Personal link instead')
      expect(view.text()).toContain('Nothing is sent')
      expect(view.text()).not.toContain('anna@example.com')
      made = [{ ...invitationItem(11), FB_CHANNEL: STORE.enums.FB_CHANNEL!.link }]
      await press(view, 'Make the link')
      expect(vi.mocked(sendInvitation).mock.calls[0]![2]).toMatchObject({ recipient: { kind: 'contact', id: 3 }, email: '', chat: null, link: true })
      expect(view.text()).toContain('The link for Anna Petrova is ready')
      await press(view, 'Show QR code')
      expect(view.find('img[alt="QR code of the personal link"]').exists()).toBe(true)
    })

  it('a personal link is not made for whoever must not be asked', async () => {
    expect(button((await open({ contact: { item: { ...anna, FB_OPT_OUT: 'Y' } } })).view, 'Personal link instead')).toBeUndefined()
  })

  it('writes a timeline entry in which the client\'s name carries no BB code', async () => {
    const { view } = await open({ contact: { item: { ...anna, name: '[URL=https://evil.example]' } } })
    await press(view, 'Send')
    const tools = vi.mocked(sendInvitation).mock.calls[0]![3]
    expect(tools.timelineText('/crm/type/1038/details/11/')).toBe(
      'Feedback requested from ［URL=https://evil.example］ Petrova. Survey: After the deal. [URL=https://portal.example/crm/type/1038/details/11/]Open the invitation[/URL]')
    expect(tools.base).toBe('https://app.example/')
  })

  it('a lost reply is told apart', async () => {
    vi.mocked(sendInvitation).mockResolvedValue({ state: 'sent', invitationId: 11, token: 't', confirmed: false })
    const { view } = await open()
    await press(view, 'Send')
    expect(view.text()).toContain('The reply of the portal was lost on the way')
  })

  it('who was faster is named', async () => {
    let written: unknown[] = []
    const { view } = await open({ byContact: () => ({ items: written }) })
    vi.mocked(sendInvitation).mockImplementation(async () => {
      written = [invitationItem(10, { FB_ASKED_BY: 9, createdTime: '2026-03-02T08:59:59Z' })]
      return { state: 'lost', winner: 10, ofCompany: false }
    })
    await press(view, 'Send')
    expect(view.text()).toContain('Olga Kim asked the same client at')
  })

  it('a failure is said in the words of the catalogue and can be tried again', async () => {
    vi.mocked(sendInvitation).mockRejectedValueOnce(new PortalError('noMailbox'))
    const { view } = await open()
    await press(view, 'Send')
    expect(view.get('[role=alert]').text()).toContain('There is no mailbox to send from')
    await press(view, 'Try again')
    expect(sendInvitation).toHaveBeenCalledTimes(2)
    expect(view.text()).toContain('Sent to Anna Petrova')
  })

  it('a sending that broke off is taken up, not begun anew', async () => {
    let written: unknown[] = []
    const { view } = await open({ byContact: () => ({ items: written }) })
    vi.mocked(sendInvitation).mockImplementation(async () => {
      written = [invitationItem(11, { FB_STATE: 'sending', FB_SENT_AT: null, createdTime: '2026-03-02T08:59:59Z' })]
      throw new PortalError('mailUnconfirmed', { retryable: true })
    })
    await press(view, 'Send')
    await press(view, 'Check and finish')
    expect(sendInvitation).toHaveBeenCalledOnce()
    expect(resumeInvitation).toHaveBeenCalledOnce()
    expect(vi.mocked(resumeInvitation).mock.calls[0]![3]).toMatchObject({ id: 11 })
  })

  it('another window at the same deal: nothing is sent from here', async () => {
    const taken = { request: (_name: string, _how: unknown, run: (lock: null) => unknown) => run(null) }
    const locks = vi.spyOn(navigator, 'locks', 'get').mockReturnValue(taken as unknown as LockManager)
    const { view } = await open()
    await press(view, 'Send')
    locks.mockRestore()
    expect(sendInvitation).not.toHaveBeenCalled()
    expect(view.text()).toContain('being requested in another window')
  })
})

describe('send at once', () => {
  it('sends on opening, once, and says so', async () => {
    const { view } = await open({ atOnce: 'Y' })
    expect(sendInvitation).toHaveBeenCalledOnce()
    expect(view.text()).toContain('Sent at once to Anna Petrova')
  })

  it.each<[string, Replies]>([
    ['something refuses', { byContact: { items: [invitationItem(10)] } }],
    ['something could not be checked', { byContact: DENIED }],
    ['the client may not be seen', { contact: DENIED }]
  ])('waits for the person when %s', async (_what, changes) => {
    await open({ atOnce: 'Y', ...changes })
    expect(sendInvitation).not.toHaveBeenCalled()
  })

  it('is remembered for the person', async () => {
    const set = vi.fn(() => true)
    const { view } = await open({ 'user.option.set': set })
    await view.get('input[type=checkbox]').trigger('change')
    await settled()
    expect(set).toHaveBeenCalledWith({ options: { sendAtOnce: 'Y' } })
  })
})

describe('refusals', () => {
  const item = (changes: Record<string, unknown>) => ({ contact: { item: { ...anna, ...changes } } })
  it.each<[string, Replies, string, string | null]>([
    ['no e-mail', item({ fm: [] }), 'Anna Petrova has no e-mail address.', 'Open the contact'],
    ['a wrong address', item({ fm: [{ typeId: 'EMAIL', value: 'anna(at)example' }] }), 'cannot be right: anna(at)example', 'Open the contact'],
    ['opted out', item({ FB_OPT_OUT: 'Y' }), 'Anna Petrova is marked “Never ask”.', 'Open the contact'],
    ['no client', { deal: { item: { id: 2, title: 'Kitchen', contactId: null, companyId: null } } }, 'there is nobody to ask', 'Open the deal'],
    ['no deal', { deal: new PortalError('notFound') }, 'The deal no longer exists', null],
    ['a hidden client', { contact: DENIED }, 'You may not see the client of this deal', 'Ask somebody else'],
    ['no active survey', { surveys: storedSurveys({ ...SURVEY, status: 'paused' }) }, 'There is no active survey', 'Open the settings'],
    ['asked lately', item({ FB_NOT_BEFORE: '2026-05-30' }), 'You can ask again from May 30, 2026', 'Send anyway…'],
    ['invited already', { byContact: { items: [invitationItem(10)] } }, 'This client has an open invitation', 'Cancel invitation']
  ])('%s: a sentence with a button, and no Send', async (_what, changes, sentence, label) => {
    const { view } = await open(changes)
    expect(view.text()).toContain(sentence)
    expect(button(view, 'Send')).toBeUndefined()
    if (label !== null) expect(button(view, label)).toBeDefined()
  })

  it('tells who can change it', async () => {
    const { view } = await open({ surveys: storedSurveys() }, { isAdmin: false })
    expect(view.text()).toContain('An administrator of the portal can publish and activate one')
    expect(button(view, 'Open the settings')).toBeUndefined()
  })

  it('what was put right in the card counts when it is closed', async () => {
    let fm: unknown[] = []
    const { view, frame } = await open({ contact: () => ({ item: { ...anna, fm } }) })
    vi.mocked(frame.openPath).mockImplementation(async () => { fm = anna.fm })
    await press(view, 'Open the contact')
    expect(frame.openPath).toHaveBeenCalledWith('/crm/contact/details/3/')
    expect(button(view, 'Send')).toBeDefined()
  })

  it('asked lately: who, when, until when; sending anyway needs a reason', async () => {
    const last = invitationItem(10, { stageId: 'I:answered', FB_ASKED_BY: 9, FB_SENT_AT: '2026-02-18T10:00:00Z' })
    const { view } = await open({ byContact: { items: [last] } })
    expect(view.text()).toContain('asked on Feb 18, 2026 by Olga Kim')
    await press(view, 'Send anyway…')
    const form = view.get('form')
    await form.get('textarea').setValue('  abc ')
    await form.trigger('submit')
    expect(button(view, 'Send anyway')!.attributes('disabled')).toBeDefined()
    expect(sendInvitation).not.toHaveBeenCalled()
    await form.get('textarea').setValue(' second deal ')
    await form.trigger('submit')
    await settled()
    expect(vi.mocked(sendInvitation).mock.calls[0]![2]).toMatchObject({ overrideReason: 'second deal' })
  })

  const withContent = (changes: object): Replies => {
    const { published } = SURVEY
    return { surveys: storedSurveys({ ...SURVEY, published: { ...published!, content: { ...published!.content, ...changes } } }) }
  }
  const colleague = invitationItem(10, { contactId: 9, companyId: 4, FB_ASKED_BY: 9, FB_SENT_AT: '2026-02-28T10:00:00Z', stageId: 'I:answered' })

  it.each<[string, Replies, string]>([
    ['somebody of the company', { byCompany: { items: [colleague] } }, 'Somebody of the company Alatau was asked on Feb 28, 2026 by Olga Kim. You can ask its people again from Mar 30, 2026.'],
    ['the company’s card', { company: { item: { id: 4, title: 'Alatau', FB_NOT_BEFORE: '2026-04-01T00:00:00+05:00' } } }, 'The company Alatau was asked recently. You can ask its people again from Apr 1, 2026.']
  ])('%s was asked lately: who, when, from when; a reason overrides it', async (_what, changes, sentence) => {
    const { view } = await open({ ...withContent({ companyDays: 30 }), ...changes })
    expect(view.text()).toContain(sentence)
    await press(view, 'Send anyway…')
    await view.get('form textarea').setValue('other matter')
    await view.get('form').trigger('submit')
    await settled()
    expect(vi.mocked(sendInvitation).mock.calls[0]![2]).toMatchObject({ overrideReason: 'other matter', notBefore: { person: null } })
  })

  it('nobody asks after the company where the survey has no pause for it', async () => {
    const { view } = await open({ ...withContent({ companyDays: 0 }), byCompany: { items: [colleague] } })
    expect(button(view, 'Send')).toBeDefined()
  })

  it.each([[true, 'Send anyway…'], [false, undefined]])('a mailbox that sent its mails of today: from tomorrow; administrator: %s', async (isAdmin, label) => {
    const counts = { mails: counted(24), tests: counted(1), spread: counted(5), spreadToday: counted(2) }
    const { view } = await open({ ...withContent({ mailsPerDay: 20 }), ...counts }, { isAdmin })
    expect(view.text()).toContain('The mailbox ivan@example.com has sent its 20 mails of today. You can ask again from Mar 3, 2026.')
    expect(button(view, 'Send')).toBeUndefined()
    expect(button(view, 'Send anyway…')?.text()).toBe(label)
    expect(view.text().includes('An administrator may send more')).toBe(!isAdmin)
  })

  it('a reason overrides the mailbox’s day along with the pause, and both are said', async () => {
    const { view } = await open({ ...withContent({ mailsPerDay: 1 }), mails: counted(1), ...item({ FB_NOT_BEFORE: '2026-05-30' }) })
    expect(view.text()).toContain('You can ask again from May 30, 2026')
    expect(view.text()).toContain('has sent its 1 mail of today')
  })

  it.each<[string, Replies]>([
    ['could not be counted', { mails: DENIED }], ['came without a count', { mails: { items: [] } }]
  ])('mails of today that %s are said to be, and nothing is sent at once', async (_what, changes) => {
    const { view } = await open({ atOnce: 'Y', ...changes })
    expect(view.text()).toContain('How many mails have left this mailbox today could not be counted.')
    expect(sendInvitation).not.toHaveBeenCalled()
    expect(button(view, 'Send')).toBeDefined()
  })

  it('the portal’s clock decides, not this computer’s', async () => {
    const portal = fakePortal(replies(item({ FB_NOT_BEFORE: '2026-03-03' })))
    hearTime(portal, { date_finish: '2026-03-03T00:30:00+05:00' }, NOW.getTime())
    const { view } = await open({}, { portal })
    expect(button(view, 'Send')).toBeDefined()
    const slow = fakePortal(replies(item({ FB_NOT_BEFORE: '2026-03-02' })))
    hearTime(slow, { date_finish: '2026-03-01T23:30:00+05:00' }, NOW.getTime())
    expect((await open({}, { portal: slow })).view.text()).toContain('You can ask again from Mar 2, 2026')
  })

  it.each<[string, Replies, RegExp]>([
    ['the person’s date', item({ FB_NOT_BEFORE: '2026-05-30' }), /30 мая 2026/],
    ['the person’s last invitation', { byContact: { items: [invitationItem(10, { stageId: 'I:answered' })] } }, /спрашивали.*2026/],
    ['the company’s date', { company: { item: { id: 4, title: 'Alatau', FB_NOT_BEFORE: '2026-04-01' } } }, /Компанию Alatau.*1 апр\. 2026/],
    ['a colleague', { ...withContent({ companyDays: 30 }), byCompany: { items: [colleague] } }, /из компании Alatau.*Olga Kim.*30 мар\. 2026/],
    ['the mailbox', { ...withContent({ mailsPerDay: 21 }), mails: counted(21) }, /уже ушло 21 письмо.*3 мар\. 2026/]
  ])('says from when in Russian, too: %s', async (_what, changes, sentence) => {
    expect((await open(changes, { lang: 'ru' })).view.text()).toMatch(sentence)
  })

  it('an employee’s address is no customer’s; a reason overrides it', async () => {
    const { view } = await open({ staff: [{ ID: '9' }] })
    expect(view.text()).toContain('The address anna@example.com is that of somebody who works here')
    expect(button(view, 'Send')).toBeUndefined()
    expect(button(view, 'Send anyway…')).toBeDefined()
  })

  const twin = (card: object, ...asked: unknown[]): Replies =>
    ({ cards: { CONTACT: [3, 12] }, twins: { items: [{ ...anna, id: 12, name: 'Anna M.', ...card }] }, asked: { items: asked } })
  const toTwin = (changes: object) => invitationItem(10, { contactId: 12, FB_ASKED_BY: 9, ...changes })

  it.each<[string, Replies, string, boolean]>([
    ['was asked', twin({}, toTwin({ stageId: 'I:answered', FB_SENT_AT: '2026-02-28T10:00:00Z' })), 'Anna M. Petrova has the same address and was asked on Feb 28, 2026 by Olga Kim.', true],
    ['is not to be asked before a day', twin({ FB_NOT_BEFORE: '2026-05-30' }), 'Anna M. Petrova has the same address and was asked recently. You can ask again from May 30, 2026.', true],
    ['wants no questions', twin({ FB_OPT_OUT: 'Y' }), 'Anna M. Petrova is marked “Never ask”.', false],
    ['has an open invitation', twin({}, toTwin({})), 'This client has an open invitation', false]
  ])('one address on two contacts: the other one %s', async (_what, changes, sentence, overridable) => {
    const { view } = await open(changes)
    expect(view.text()).toContain(sentence)
    expect(button(view, 'Send')).toBeUndefined()
    expect(button(view, 'Send anyway…') !== undefined).toBe(overridable)
  })

  it('one address on two contacts: nothing speaks against it', async () => {
    expect(button((await open(twin({}))).view, 'Send')).toBeDefined()
  })

  it.each([['staff', {}], ['cards', {}], ['twins', twin({})]])('whose address it is could not be checked (%s): that is said, and nothing is sent at once', async (name, more) => {
    const { view } = await open({ atOnce: 'Y', ...more, [name]: DENIED })
    expect(view.text()).toContain('Whether this address also stands in another card')
    expect(sendInvitation).not.toHaveBeenCalled()
  })

  it('a colleague of the same company who was asked first wins', async () => {
    vi.mocked(sendInvitation).mockResolvedValue({ state: 'lost', winner: 10, ofCompany: true })
    const { view } = await open()
    await press(view, 'Send')
    expect(view.text()).toContain('asked somebody else of the same company')
  })

  it('an open invitation can be cancelled, after a question', async () => {
    const { view } = await open({ byContact: { items: [invitationItem(10)] } })
    await press(view, 'Cancel invitation')
    await press(view, 'Keep it')
    await press(view, 'Cancel invitation')
    expect(cancelInvitation).not.toHaveBeenCalled()
    await press(view, 'Cancel it')
    expect(vi.mocked(cancelInvitation).mock.calls[0]![2]).toMatchObject({ id: 10, by: 'duty' })
    expect(view.text()).toContain('The invitation is cancelled')
  })

  it('an invitation that went to a wrong address is sent anew to the one that is chosen', async () => {
    const fm = [...anna.fm, { typeId: 'EMAIL', value: 'right@example.com' }]
    const { view, portal } = await open({
      contact: { item: { ...anna, fm } }, byContact: { items: [invitationItem(10)] }, item: { item: invitationItem(10) }, answers: { items: [] }, 'crm.item.update': { item: {} }
    })
    await press(view, 'Send to another address…')
    await view.get('select').setValue('right@example.com')
    await view.get('form').trigger('submit')
    await settled()
    expect(portal.requests).toContain('crm.item.update')
    expect(vi.mocked(sendInvitation).mock.calls[0]![2]).toMatchObject({ email: 'right@example.com', overrideReason: '', recipient: { id: 3 } })
    expect([...vi.mocked(sendInvitation).mock.calls[0]![2].known]).toContain(10)
  })

  it('a cancellation that failed is tried again as a cancellation', async () => {
    vi.mocked(cancelInvitation).mockRejectedValueOnce(new PortalError('unreachable'))
    const { view } = await open({ byContact: { items: [invitationItem(10)] } })
    await press(view, 'Cancel invitation')
    await press(view, 'Cancel it')
    await press(view, 'Try again')
    expect(cancelInvitation).toHaveBeenCalledTimes(2)
    expect(sendInvitation).not.toHaveBeenCalled()
  })

  it('a sending that nobody finished is checked and finished', async () => {
    const { view } = await open({ byContact: { items: [invitationItem(10, { FB_STATE: 'sending', FB_SENT_AT: null })] } })
    expect(view.text()).toContain('did not come to its end')
    await press(view, 'Check and finish')
    expect(vi.mocked(resumeInvitation).mock.calls[0]![3]).toMatchObject({ id: 10 })
  })

  it('invitations of other people about this deal refuse nothing and are mentioned', async () => {
    const { view } = await open({ byDeal: { items: [invitationItem(10, { contactId: 8 })] } })
    expect(view.text()).toContain('1 other request has already been sent about this deal')
    expect(button(view, 'Send')).toBeDefined()
  })
})

describe('while the portal sends by itself', () => {
  const control = { items: [{ id: 1, FB_SURVEY: '_control', FB_WHY: STORE.generation, FB_BY: 'engine' }] }
  const waiting = (createdTime: string, state = 'to_send') =>
    ({ control, byContact: { items: [invitationItem(10, { FB_STATE: state, FB_BY: 'engine', FB_SENT_AT: null, createdTime })] } })

  it('says so before and after; the invitation can be cancelled at once', async () => {
    const { view, portal } = await open({ control })
    expect(portal.requests).toHaveLength(2)
    expect(view.text()).toContain('The portal sends the mail, in about a minute')
    vi.mocked(sendInvitation).mockResolvedValue({ state: 'handed', invitationId: 10, token: 't' })
    Object.assign(portal, { batch: fakePortal(replies(waiting('2026-03-02T09:00:00Z'))).batch })
    await press(view, 'Send')
    expect(vi.mocked(sendInvitation).mock.calls[0]![2]).toMatchObject({ by: 'engine' })
    expect(view.text()).toContain('Noted for Anna Petrova, anna@example.com.')
    expect(button(view, 'Send')).toBeUndefined()
    await press(view, 'Cancel invitation')
    vi.mocked(cancelInvitation).mockResolvedValue(false)
    await press(view, 'Cancel it')
    expect(view.text()).toContain('The portal had already sent the mail.')
  })

  it.each<[string, string, Replies, 'engine' | 'duty']>([
    ['of this installation, without a right to see the record', STORE.generation, {}, 'engine'],
    ['of an earlier one', 'before', {}, 'duty'],
    ['of this one, but the record says otherwise', STORE.generation, { control: { items: [{ ...control.items[0], FB_BY: 'duty' }] } }, 'duty']
  ])('the frame says that processes are in charge: %s', async (_what, engine, changes, by) => {
    const { view } = await open({}, { portal: fakePortal(replies(changes), { appOptions: { ...fakePortal({}).context.appOptions, engine } }) })
    await press(view, 'Send')
    expect(vi.mocked(sendInvitation).mock.calls[0]![2]).toMatchObject({ by })
  })

  it('an invitation that waits for the portal is left to it for a while, then it can be sent from here', async () => {
    const early = await open(waiting('2026-03-02T08:56:00Z'))
    expect(early.view.text()).toContain('The portal sends the mail in about a minute')
    expect(button(early.view, 'Send now')).toBeUndefined()
    const { view } = await open(waiting('2026-03-02T08:50:00Z'))
    expect(view.text()).toContain('The portal’s processes stand still.')
    await press(view, 'Send now')
    expect(vi.mocked(resumeInvitation).mock.calls[0]![3]).toMatchObject({ id: 10, by: 'engine', state: 'to_send' })
  })

  it('what the portal began and did not finish is never sent from here', async () => {
    const { view } = await open(waiting('2026-03-02T08:50:00Z', 'sending'))
    expect(view.text()).toContain('Whether the mail went out is not known')
    expect(button(view, 'Send now')).toBeUndefined()
    expect(button(view, 'Check and finish')).toBeUndefined()
    expect(button(view, 'Cancel invitation')).toBeDefined()
  })

  it('a request whose end got lost is found where it waits, and not sent at once', async () => {
    const { view, portal } = await open({ control })
    vi.mocked(sendInvitation).mockRejectedValue(new PortalError('replyLost', { executed: 'unknown' }))
    Object.assign(portal, { batch: fakePortal(replies(waiting('2026-03-02T08:59:59Z'))).batch })
    await press(view, 'Send')
    await press(view, 'Check and finish')
    expect(view.text()).toContain('Noted for Anna Petrova')
    expect(resumeInvitation).not.toHaveBeenCalled()
  })
})

describe('change', () => {
  it('another contact is checked on its own', async () => {
    const { view, portal } = await open({ invitations: { items: [] } })
    await press(view, 'Change or preview')
    const contact = vi.fn(() => ({ item: { id: 8, name: 'Boris', lastName: 'Lee', fm: [] } }))
    Object.assign(portal, { batch: fakePortal({ contact, invitations: { items: [] }, chats: [] }).batch })
    await view.findAll('select')[0]!.setValue(8)
    await settled()
    expect(contact).toHaveBeenCalledOnce()
    expect(view.text()).toContain('Boris Lee has no e-mail address.')
  })

  it('the mail is shown without scripts, in the chosen language', async () => {
    const { view } = await open()
    await press(view, 'Change or preview')
    await view.findAll('select').at(-1)!.setValue('ru')
    await press(view, 'Show the mail')
    const frame = view.get('iframe')
    expect(frame.attributes('sandbox')).not.toContain('allow-scripts')
    expect(frame.attributes('srcdoc')).toContain('Здравствуйте, Anna Petrova')
    expect(view.text()).toContain('Как мы справились?')
  })
})
