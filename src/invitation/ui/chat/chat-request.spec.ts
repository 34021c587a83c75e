import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { resumeInvitation, sendInvitation } from '@/invitation/sending'
import { loadInvitationMessages } from '@/invitation/ui/messages'
import RequestPanel from '@/invitation/ui/RequestPanel.vue'
import { PortalError } from '@/portal/errors'
import { fakePortal, storedSurveys, SURVEY, type Replies } from '../../../../tests/fake-portal'
import { mountInPortal, silentFrame } from '../../../../tests/mount'
import { loadChatMessages } from './messages'

vi.mock('@/invitation/sending', () => ({ sendInvitation: vi.fn(), resumeInvitation: vi.fn(), cancelInvitation: vi.fn() }))

const ADDRESS = [{ typeId: 'EMAIL', value: 'anna@example.com' }]
const denied = new PortalError('noRight')

const telegram = [{ CHAT_ID: '5', CONNECTOR_ID: 'telegrambot', CONNECTOR_TITLE: 'Telegram' }]
const dialog = (contact: number) => ({ entity_data_2: `LEAD|0|COMPANY|4|CONTACT|${contact}|DEAL|2` })
const newest = { messages: [{ id: 9, date: '2026-03-01T10:00:00+05:00', text: 'Hi' }] }
const withChat: Replies = { dealChats: telegram, dialog5: dialog(3), newest5: newest }

async function open(changes: Replies = {}, { fm = ADDRESS as unknown[], lang = 'en' } = {}): Promise<VueWrapper> {
  const portal = fakePortal({
    deal: { item: { id: 2, title: 'Kitchen', categoryId: 0, contactId: 3, companyId: 4 } },
    contact: { item: { id: 3, name: 'Anna', lastName: 'Petrova', fm } }, company: { item: { id: 4, title: 'Alatau' } },
    ofDeal: [], ofCompany: [], byContact: { items: [] }, byCompany: { items: [] }, byDeal: { items: [] }, dealChats: [], contactChats: [], companyChats: [],
    surveys: storedSurveys(SURVEY), me: { ID: '7', NAME: 'Ivan', LAST_NAME: 'Orlov', EMAIL: 'ivan@example.com' }, profile: { ID: '7', TIME_ZONE: '' },
    atOnce: null, control: { items: [] }, mails: [], tests: [], spread: { items: [] }, spreadToday: { items: [] },
    ...changes
  }, { isAdmin: true })
  const view = await mountInPortal(RequestPanel, {
    portal, frame: silentFrame(), props: { dealId: 2 }, messages: [loadInvitationMessages, loadChatMessages], lang
  })
  await settled()
  return view
}

const settled = async (): Promise<void> => {
  for (let round = 0; round < 4; round++) {
    await flushPromises()
    await vi.dynamicImportSettled()
  }
}

async function press(view: VueWrapper, label: string): Promise<void> {
  await view.findAll('button').find(button => button.text() === label)!.trigger('click')
  await settled()
}

const orderOf = (): unknown => vi.mocked(sendInvitation).mock.calls[0]?.[2]

beforeEach(() => {
  vi.mocked(sendInvitation).mockReset().mockResolvedValue({ state: 'sent', invitationId: 11, token: 't', confirmed: true })
  vi.mocked(resumeInvitation).mockReset()
})

describe('asking in a chat', () => {
  it('is a choice beside the mail, which stays the first', async () => {
    const view = await open(withChat)
    expect(view.findAll('option').map(option => option.text())).toEqual(['By e-mail, anna@example.com', 'In the chat “Telegram”'])
    expect(view.text()).not.toContain('What the client will read')
    await press(view, 'Send')
    expect(orderOf()).toMatchObject({ email: 'anna@example.com' })
    expect(orderOf()).not.toHaveProperty('chat')
  })

  it('shows which chat, when it was last used, and the words; sends them there', async () => {
    const view = await open(withChat)
    await view.get('select').setValue('chat')
    await settled()
    for (const part of ['Telegram, last message', 'What the client will read', 'Hello, Anna Petrova! How did we do?', 'survey.html#…']) expect(view.text()).toContain(part)
    expect(view.text()).not.toContain('ivan@example.com')
    await press(view, 'Send')
    expect(orderOf()).toMatchObject({ email: '', chat: { id: 5, card: { kind: 'deal', id: 2 } } })
    expect(view.text()).toContain('Written to Anna Petrova in the chat “Telegram”.')
  })

  it('without an address it takes the place of the refusal', async () => {
    const view = await open(withChat, { fm: [] })
    expect(view.text()).not.toContain('has no e-mail address')
    expect(view.find('option').exists()).toBe(false)
    await press(view, 'Send')
    expect(orderOf()).toMatchObject({ email: '', chat: { id: 5 } })
  })

  it('of several chats one is chosen', async () => {
    const view = await open({
      ...withChat, contactChats: [{ CHAT_ID: '6', CONNECTOR_ID: 'livechat', CONNECTOR_TITLE: 'Website' }], dialog6: dialog(3), newest6: { messages: [] }
    }, { fm: [] })
    expect(view.findAll('option').map(option => option.text())).toEqual([expect.stringMatching(/^Telegram, last message/), 'Website'])
    await view.get('select').setValue('6')
    await press(view, 'Send')
    expect(orderOf()).toMatchObject({ chat: { id: 6, card: { kind: 'contact', id: 3 } } })
  })

  it.each<[string, Replies, string]>([
    ['others are in it', { ...withChat, newest5: denied }, 'There is a chat with this client, “Telegram”, but you are not in it'],
    ['it may not be looked at', { dealChats: denied }, 'Whether there is a chat with this client could not be checked']
  ])('%s: said beside the refusal', async (_, changes, sentence) => {
    const view = await open(changes, { fm: [] })
    expect(view.text()).toContain('Anna Petrova has no e-mail address.')
    expect(view.text()).toContain(sentence)
  })

  it.each<[string, Replies]>([
    ['there is none', {}],
    ['the portal has no open lines', { dealChats: new PortalError('methodMissing'), contactChats: new PortalError('methodMissing') }],
    ['it is with somebody else of the deal', { ...withChat, dialog5: dialog(8) }]
  ])('%s: nothing of chats is said', async (_, changes) => {
    const view = await open(changes, { fm: [] })
    expect(view.text()).toContain('Anna Petrova has no e-mail address.')
    expect(view.text()).not.toContain('chat')
  })

  it('a chat that was closed meanwhile is said, and pressing again asks anew', async () => {
    const view = await open(withChat, { fm: [] })
    vi.mocked(sendInvitation).mockRejectedValueOnce(new PortalError('chatRefused'))
    await press(view, 'Send')
    expect(view.text()).toContain('The portal did not let the message into this chat')
    await press(view, 'Try again')
    expect(sendInvitation).toHaveBeenCalledTimes(2)
  })

  it('a lost reply is told apart, in the words of a chat', async () => {
    vi.mocked(sendInvitation).mockResolvedValue({ state: 'sent', invitationId: 11, token: 't', confirmed: false })
    const view = await open(withChat, { fm: [], lang: 'ru' })
    await press(view, 'Отправить')
    expect(view.text()).toContain('Сообщение отправлено: Anna Petrova, чат «Telegram».')
    expect(view.text()).toContain('Сообщение есть в чате, второго не было.')
  })
})
