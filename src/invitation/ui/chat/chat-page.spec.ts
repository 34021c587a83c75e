import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { cancelInvitation, resumeInvitation, sendInvitation } from '@/invitation/sending'
import { loadInvitationMessages } from '@/invitation/ui/messages'
import { PortalError } from '@/portal/errors'
import { fakePortal, invitationItem, STORE, storedSurveys, SURVEY, type Replies } from '../../../../tests/fake-portal'
import { mountInPortal, silentFrame } from '../../../../tests/mount'
import ChatPage from './ChatPage.vue'
import { loadChatMessages } from './messages'

vi.mock('@/invitation/sending', () => ({ sendInvitation: vi.fn(), resumeInvitation: vi.fn(), cancelInvitation: vi.fn() }))

const dialog = (data = 'LEAD|0|COMPANY|4|CONTACT|3|DEAL|2') => ({ id: 5, entity_type: 'LINES', entity_data_2: data })
const asked = (fields: Record<string, unknown> = {}) =>
  ({ byContact: { items: [{ ...invitationItem(11, { FB_SENT_AT: new Date().toISOString(), FB_EXPIRES_AT: '2999-01-01T00:00:00Z', ...fields }), FB_CHANNEL: STORE.enums.FB_CHANNEL!.chat }] } })

async function open(changes: Replies = {}, { dialogId = 'chat5', lang = 'en', isTyped = true } = {}) {
  const replies: Replies = {
    'imopenlines.dialog.get': dialog(), deal: { item: { id: 2, title: 'Kitchen', categoryId: 0, contactId: 3, companyId: 4 } },
    contact: { item: { id: 3, name: 'Anna', lastName: 'Petrova', fm: [] } }, company: { item: { id: 4, title: 'Alatau' } },
    byContact: { items: [] }, byCompany: { items: [] }, surveys: storedSurveys(SURVEY), me: { ID: '7', NAME: 'Ivan', LAST_NAME: 'Orlov' },
    profile: { TIME_ZONE: '' }, control: { items: [] }, ...changes
  }
  const portal = fakePortal(replies, { placement: 'IM_TEXTAREA', options: { dialogId } })
  const frame = silentFrame()
  vi.mocked(frame.typeInChat).mockResolvedValue(isTyped)
  const view = await mountInPortal(ChatPage, { portal, frame, messages: [loadInvitationMessages, loadChatMessages], lang })
  await settled()
  return { view, frame, portal, replies }
}

const settled = async (): Promise<void> => {
  for (let round = 0; round < 4; round++) {
    await flushPromises()
    await vi.dynamicImportSettled()
  }
}

async function press(view: VueWrapper, label: string): Promise<void> {
  const found = view.findAll('button').find(button => button.text() === label)
  if (!found) throw new Error(`no button "${label}" in: ${view.text()}`)
  await found.trigger('click')
  await settled()
}

beforeEach(() => {
  vi.mocked(sendInvitation).mockReset().mockResolvedValue({ state: 'sent', invitationId: 11, token: 'b'.repeat(32), confirmed: true })
  vi.mocked(resumeInvitation).mockReset().mockResolvedValue({ state: 'sent', invitationId: 11, token: 'a'.repeat(32), confirmed: true })
  vi.mocked(cancelInvitation).mockReset().mockResolvedValue(true)
})

describe('beside the input of a chat', () => {
  it('says whom it is with, what about, and the words; after two requests', async () => {
    const { view, portal } = await open()
    for (const part of ['Anna Petrova', 'Kitchen', 'After the deal', 'Hello, Anna Petrova! How did we do?']) expect(view.text()).toContain(part)
    expect(portal.requests).toHaveLength(2)
  })

  it('writes the invitation and puts the words with its link into the input', async () => {
    const { view, frame } = await open()
    await press(view, 'Put the words into my input')
    expect(vi.mocked(sendInvitation).mock.calls[0]?.[2]).toMatchObject({ chat: null, email: '', deal: { id: 2 }, recipient: { id: 3 }, companyId: 4, by: 'duty' })
    expect(frame.typeInChat).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(new RegExp(`^Hello, Anna Petrova! .*,11,${'b'.repeat(32)},\\d+,,en$`)))
    expect(view.text()).toContain('Look at them and press Enter')
  })

  it('asks in the language that the deal says, where the client\'s card says none', async () => {
    const { view } = await open({ deal: { item: { id: 2, title: 'Kitchen', categoryId: 0, contactId: 3, companyId: 4, [STORE.native[2].names.FB_ASK_LANG!]: 'ru' } } })
    await press(view, 'Put the words into my input')
    expect(vi.mocked(sendInvitation).mock.calls[0]?.[2]).toMatchObject({ lang: 'ru' })
  })

  it('a messenger that does not take them: they can be copied', async () => {
    const { view } = await open({}, { isTyped: false })
    await press(view, 'Put the words into my input')
    expect(view.text()).toContain('Copy them into the input yourself')
    expect(view.findAll('button').map(button => button.text())).toContain('Copy')
  })

  it.each<[string, Replies, string, string?]>([
    ['no chat of an open line', {}, 'This is not a chat of an open line', '17'],
    ['a group chat', { 'imopenlines.dialog.get': { entity_type: 'CHAT' } }, 'This is not a chat of an open line'],
    ['no right to read it', { 'imopenlines.dialog.get': new PortalError('noRight') }, 'You may not read this chat'],
    ['no client', { 'imopenlines.dialog.get': dialog('LEAD|0|COMPANY|0|CONTACT|0|DEAL|0') }, 'This chat has no client in the CRM'],
    ['only a lead', { 'imopenlines.dialog.get': dialog('LEAD|7|COMPANY|0|CONTACT|0|DEAL|0') }, 'belongs to a lead only']
  ])('%s: said plainly, with nothing to press', async (_, changes, sentence, dialogId) => {
    const { view } = await open(changes, dialogId ? { dialogId } : {})
    expect(view.text()).toContain(sentence)
    expect(view.find('button').exists()).toBe(false)
  })

  it.each<[string, Replies, string]>([
    ['opted out', { contact: { item: { id: 3, name: 'Anna', lastName: 'Petrova', fm: [], FB_OPT_OUT: 'Y' } } }, 'Anna Petrova is marked “Never ask”.'],
    ['the client is hidden', { contact: new PortalError('noRight') }, 'You may not see the client'],
    ['no survey', { surveys: [] }, 'There is no active survey to send.']
  ])('%s: the rules of asking hold here, too', async (_, changes, sentence) => {
    const { view } = await open(changes)
    expect(view.text()).toContain(sentence)
    expect(view.text()).not.toContain('Put the words into my input')
  })

  it('who was asked in the chat already: the same words once more, and no other invitation', async () => {
    const { view, frame } = await open(asked())
    expect(view.text()).toContain('This client has an open invitation')
    expect(view.text()).not.toContain('Send to another address')
    await press(view, 'Put the words in once more')
    expect(sendInvitation).not.toHaveBeenCalled()
    expect(frame.typeInChat).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(`,11,${'11'.padStart(32, 'a')},`))
  })

  it('what broke off is brought to its end before its words are given', async () => {
    const { view, frame } = await open(asked({ FB_STATE: 'sending', FB_SENT_AT: null, createdTime: '2026-01-01T00:00:00Z' }))
    await press(view, 'Check and finish')
    expect(vi.mocked(resumeInvitation).mock.calls[0]?.[3]).toMatchObject({ id: 11 })
    expect(frame.typeInChat).toHaveBeenCalledOnce()
  })

  it('a failure is tried again; what is in the portal by then is taken up', async () => {
    const { view, replies } = await open()
    vi.mocked(sendInvitation).mockRejectedValueOnce(new PortalError('replyLost', { executed: 'unknown' }))
    Object.assign(replies, asked({ FB_STATE: 'sending', FB_SENT_AT: null }))
    await press(view, 'Put the words into my input')
    expect(view.text()).toContain('The connection broke')
    await press(view, 'Try again')
    expect(sendInvitation).toHaveBeenCalledTimes(1)
    expect(resumeInvitation).toHaveBeenCalledTimes(1)
    expect(view.text()).toContain('Look at them and press Enter')
  })

  it('a colleague was faster', async () => {
    vi.mocked(sendInvitation).mockResolvedValue({ state: 'lost', winner: 3, ofCompany: false })
    const { view, frame } = await open({}, { lang: 'ru' })
    await press(view, 'Вставить текст в поле ввода')
    expect(view.text()).toContain('клиента спросят один раз')
    expect(frame.typeInChat).not.toHaveBeenCalled()
  })
})
