import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { onDuty } from '@/answer/duty'
import { loadInvitationMessages } from '@/invitation/ui/messages'
import { PortalError } from '@/portal/errors'
import type { PortalContext } from '@/portal/client'
import { CALL_BACK_FILL } from '@/survey/model/fill-kind'
import { answerItem, fakePortal, invitationItem, newAnswerItem, STORE, storedSurveys, SURVEY, type Replies } from '../../../tests/fake-portal'
import { mountInPortal, silentFrame } from '../../../tests/mount'
import FeedbackTab from './FeedbackTab.vue'
import { loadAnswerMessages } from './messages'

vi.mock('@/answer/duty', () => ({ onDuty: vi.fn() }))

const NOW = new Date('2026-03-02T09:00:00Z')
const DENIED = new PortalError('noRight')
const USERS = [{ ID: '7', NAME: 'Ivan', LAST_NAME: 'Orlov' }, { ID: '9', NAME: 'Olga', LAST_NAME: 'Kim' }]

const replies = (changes: Replies = {}): Replies => ({
  answers: { items: [] }, invitations: { items: [] }, unhandled: { items: [] }, surveys: storedSurveys(SURVEY), users: USERS, me: { ID: '9' },
  card: { item: { id: 2, contactId: 3 } }, clientAnswers: { items: [] }, clientInvitations: { items: [] }, contacts: { items: [] },
  answer: ({ id }: Record<string, unknown>) => ({ item: answerItem(Number(id)) }), tasks: { tasks: [] },
  ...changes
})

async function open(changes: Replies = {}, context: Partial<PortalContext> = {}) {
  const portal = fakePortal(replies(changes), context)
  const frame = silentFrame()
  const view = await mountInPortal(FeedbackTab, { portal, frame, messages: [loadAnswerMessages, loadInvitationMessages], lang: context.lang ?? 'en' })
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
async function unfold(view: VueWrapper, index = 0): Promise<void> {
  const entry = view.findAll<HTMLDetailsElement>('details.group')[index]!
  entry.element.open = true
  await entry.trigger('toggle')
  await settled()
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  vi.mocked(onDuty).mockReset().mockResolvedValue({ handled: [50], failed: [], taken: [], left: [], more: false, inCharge: null })
})
afterEach(() => { vi.useRealTimers() })

const contactCard: Partial<PortalContext> = { placement: 'CRM_CONTACT_DETAIL_TAB', options: { ID: '3' } }
const companyCard: Partial<PortalContext> = { placement: 'CRM_COMPANY_DETAIL_TAB', options: { ID: '4' } }

describe('a deal', () => {
  it('shows score, group, n and the words of the latest answer, after one batch', async () => {
    const { view, portal } = await open({
      answers: { items: [answerItem(31, { FB_COMMENT: 'All in time' }), answerItem(30, { createdTime: '2026-01-01T12:00:00Z', FB_NPS: '3', FB_VALUE: 3, FB_GROUP: 'low' })] }
    })
    expect(portal.requests).toEqual(['batch answers invitations unhandled surveys users me card clientAnswers clientInvitations'])
    for (const part of ['9 of 10', 'Promoter', '2 answers: 1 promoter, 1 detractor', 'All in time']) expect(view.text()).toContain(part)
  })

  it.each([['Pacific/Kiritimati', 'Mar 2, 2026'], ['Pacific/Pago_Pago', 'Mar 1, 2026']])('shows days as they are in %s, where the person is', async (zone, day) => {
    const { view } = await open({ answers: { items: [answerItem(31)] }, me: { ID: '9', TIME_ZONE: zone } })
    expect(view.text()).toContain(day)
  })

  it('says what to do when there is nothing, in the language of the portal', async () => {
    const english = (await open()).view
    expect(english.text()).toContain('No answer about this deal yet')
    expect(button(english, 'Request feedback')).toBeDefined()
    expect((await open({}, { lang: 'ru' })).view.text()).toContain('По этой сделке ответов пока нет')
  })

  it('asks for names of people beyond the first page by one more call', async () => {
    const users = vi.fn(() => [{ ID: '99', NAME: 'Zoya', LAST_NAME: 'Last', ACTIVE: true }])
    const { view, portal } = await open({ answers: { items: [answerItem(31, { FB_ASKED_BY: 99 })] }, 'user.get': users, users: USERS })
    expect(portal.requests).toHaveLength(2)
    expect(users).toHaveBeenCalledWith(expect.objectContaining({ FILTER: { '@ID': [99] } }))
    await unfold(view)
    expect(view.text()).toContain('asked by Zoya Last')
  })

  it('shows this deal first, then the same client\'s others with the way to them', async () => {
    const { view, frame } = await open({
      answers: { items: [answerItem(31)] }, clientAnswers: { items: [answerItem(32, { parentId2: 8, FB_NPS: '3', FB_VALUE: 3, FB_GROUP: 'low' }), answerItem(31)] }
    })
    expect(view.findAll('h2').map(heading => heading.text())).toEqual(['History', 'The same client’s other deals'])
    expect(view.findAll('details.group')).toHaveLength(2)
    // the other deal's answer is not this deal's score
    expect(view.text()).toContain('1 answer')
    await unfold(view, 1)
    await press(view, 'Open the deal')
    expect(frame.openPath).toHaveBeenCalledWith('/crm/deal/details/8/')
  })

  it('leaves out what a filter that was not understood has found', async () => {
    const foreign = { parentId2: 77, contactId: 78 }
    const { view } = await open({ answers: { items: [answerItem(31, foreign)] }, invitations: { items: [invitationItem(11, foreign)] } })
    expect(view.text()).toContain('No answer about this deal yet')
    expect(view.find('ul').exists()).toBe(false)
  })
})

describe('an answer', () => {
  it('unfolded: the questions as asked, who asked, the task', async () => {
    const item = answerItem(31, { FB_COMMENT: 'Fine', FB_LEDGER: '{"task:main":123,"mail:a.1":7}' })
    const { view, frame } = await open({ answers: { items: [item] }, answer: { item }, tasks: { tasks: [{ id: '123', title: 'Call', status: '2' }] } })
    await unfold(view)
    for (const part of ['How likely are you to recommend us', '9 / 10', 'What did you like most?', 'asked by Ivan Orlov', '1 mail to the client after the answer']) expect(view.text()).toContain(part)
    await press(view, 'Call')
    expect(frame.openPath).toHaveBeenCalledWith('/company/personal/user/9/tasks/task/view/123/')
  })

  it('that is a wish to be called back: phone and time, and unfolded its task, nothing to be said about it', async () => {
    const item = answerItem(31, {
      stageId: 'A:set_aside', FB_FLAG: 'callback', FB_NPS: '', FB_VALUE: null, FB_GROUP: null, FB_ANSWERS: CALL_BACK_FILL, FB_COMMENT: '+7 701 555 44 33, in the evening',
      FB_LEDGER: '{"task:callBack":123}'
    })
    const { view, frame } = await open({ answers: { items: [item] }, answer: { item }, tasks: { tasks: [{ id: '123', title: 'Call back', status: '2' }] } })
    for (const part of ['asks to be called back', '+7 701 555 44 33, in the evening']) expect(view.text()).toContain(part)
    for (const part of ['Set aside', 'no score']) expect(view.text().toLowerCase()).not.toContain(part.toLowerCase())
    await unfold(view)
    expect(button(view, 'Closed')).toBeUndefined()
    expect(view.text()).not.toContain('How likely are you')
    await press(view, 'Call back')
    expect(frame.openPath).toHaveBeenCalledWith('/company/personal/user/9/tasks/task/view/123/')
  })

  it('that is no case unfolded: the way to its task, and nothing is asked about it', async () => {
    const { view, frame, portal } = await open({ answers: { items: [answerItem(31, { stageId: 'A:set_aside', FB_FLAG: 'test', FB_LEDGER: '{"task:main":123}' })] } })
    await unfold(view)
    expect(portal.requests).toHaveLength(1)
    expect(button(view, 'Closed')).toBeUndefined()
    await press(view, 'Open the task')
    expect(frame.openPath).toHaveBeenCalledWith('/company/personal/user/9/tasks/task/view/123/')
  })

  it('is a case until a person says what became of it', async () => {
    const { view } = await open({ answers: { items: [answerItem(31)] } })
    await unfold(view)
    for (const word of ['Questions remain', 'Closed', 'Could not reach']) expect(button(view, word), word).toBeDefined()
  })

  it('unfolded: what was copied from the deal stands under the names of its version, what was empty does not', async () => {
    const snapshots = [{ card: 'deal', field: 'sourceId', title: 'Source' }, { card: 'deal', field: 'title', title: 'Name' }, { card: 'company', field: 'industry', title: 'Industry' }] as const
    const survey = { ...SURVEY, published: { ...SURVEY.published!, content: { ...SURVEY.published!.content, snapshots: [...snapshots] } } }
    const { view } = await open({ answers: { items: [answerItem(31, { FB_SNAP1: 'Web site', FB_SNAP3: '<b>IT</b>' })] }, surveys: storedSurveys(survey) })
    await unfold(view)
    expect(view.get('dl[aria-label]').text()).toBe('Source: Web siteIndustry: <b>IT</b>')
  })

  it('of an older version: its texts are asked for when it is unfolded, not before', async () => {
    const older = { ...SURVEY.published!.content, questions: [{ ...SURVEY.published!.content.questions[0]!, text: { en: 'The old question?' } }] }
    const next = { ...SURVEY, published: { ...SURVEY.published!, version: 2 } }
    const { view, portal } = await open({
      answers: { items: [answerItem(31)] }, surveys: storedSurveys(next),
      'entity.item.get': [{ ID: 1, NAME: 's1.1', TIMESTAMP_X: '', PROPERTY_VALUES: { JSON: JSON.stringify(older) } }]
    })
    expect(portal.requests).toHaveLength(1)
    await unfold(view)
    // beside what became of it
    expect(portal.requests).toHaveLength(3)
    expect(view.text()).toContain('The old question?')
  })

  it.each([['test', 'test'], ['repeat', 'answered again'], ['late', 'after the deadline'], ['unmatched', 'no invitation found'], ['invalid', 'no valid score']])(
    'flagged as %s says so in words and is no score of the deal', async (flag, words) => {
      const { view } = await open({ answers: { items: [answerItem(31, { FB_FLAG: flag })] } })
      expect(view.text()).toContain(words)
      expect(view.text()).toContain('No answer about this deal yet')
    })

  it('is text, whatever the customer wrote', async () => {
    const { view } = await open({ answers: { items: [answerItem(31, { FB_COMMENT: '<img src=x onerror=alert(1)> [URL=https://evil.example]x[/URL]' })] } })
    await unfold(view)
    expect(view.find('img').exists()).toBe(false)
    expect(view.find('a').exists()).toBe(false)
    expect(view.text()).toContain('<img src=x onerror=alert(1)> [URL=https://evil.example]x[/URL]')
  })
})

describe('an answer that nobody has handled', () => {
  const invitation = invitationItem(11)
  const posted = { invitations: { items: [invitation] }, unhandled: { items: [newAnswerItem(50, { FB_TOKEN: invitation.FB_TOKEN, FB_INVITATION: '11', FB_COMMENT: 'Just now' })] } }

  it('is shown and counted through the same rules, marked, and nothing is written', async () => {
    const { view, portal } = await open(posted)
    for (const part of ['9 of 10', 'Promoter', 'Just now', 'Not handled yet', '1 answer is not handled yet']) expect(view.text()).toContain(part)
    expect(portal.requests).toHaveLength(1)
    // it answers the invitation, so that is not open any more
    expect(view.text()).not.toContain('Invitation sent')
  })

  it('of somebody else is not shown here', async () => {
    const { view } = await open({ ...posted, invitations: { items: [] } })
    expect(view.text()).toContain('No answer about this deal yet')
    expect(view.text()).not.toContain('not handled yet')
  })

  it.each<[string, Partial<PortalContext>, Replies, boolean]>([
    ['an administrator', { isAdmin: true }, {}, true],
    ['the duty person', { isAdmin: false }, { me: { ID: '7' } }, true],
    ['anybody else', { isAdmin: false }, { me: { ID: '9' } }, false]
  ])('can be processed by %s: %#', async (_who, context, changes, may) => {
    const { view } = await open({ ...posted, ...changes }, context)
    expect(button(view, 'Process now') !== undefined).toBe(may)
  })

  it('processed now: once, at once, and the card is read again', async () => {
    const { view, portal } = await open(posted)
    const process = button(view, 'Process now')!
    await Promise.all([process.trigger('click'), process.trigger('click')])
    await settled()
    expect(onDuty).toHaveBeenCalledOnce()
    expect(vi.mocked(onDuty).mock.calls[0]![2]).toEqual({ force: true })
    expect(portal.requests).toHaveLength(2)
  })

  it('what could not be processed is said, with a retry', async () => {
    vi.mocked(onDuty).mockResolvedValue({ handled: [], failed: [{ id: 50, error: new PortalError('surveyUnreadable') }], taken: [], left: [], more: false, inCharge: null })
    const { view } = await open(posted)
    await press(view, 'Process now')
    expect(view.get('[role=alert]').text()).toContain('The saved survey is damaged')
    await press(view, 'Try again')
    expect(onDuty).toHaveBeenCalledTimes(2)
  })
})

describe('invitations', () => {
  it('an open one: sent when, by whom, until when; its link and its end', async () => {
    const { view } = await open({ invitations: { items: [invitationItem(11, { FB_ASKED_BY: 9 })] } })
    for (const part of ['Invitation sent Mar 1, 2026', 'asked by Olga Kim', 'can be answered until Mar 31, 2026']) expect(view.text()).toContain(part)
    expect(button(view, 'Copy link')).toBeDefined()
    expect(button(view, 'Cancel invitation')).toBeDefined()
  })

  it('the link is copied; where that is forbidden it appears, selected', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValueOnce().mockRejectedValueOnce(new DOMException('no', 'NotAllowedError'))
    const item = invitationItem(11)
    const { view } = await open({ invitations: { items: [item] } })
    await press(view, 'Copy link')
    const link = `https://app.example/survey.html#portal.example,5,abc,11,${String(item.FB_TOKEN)},1774951320,,en`
    expect(write).toHaveBeenCalledWith(link)
    expect(view.text()).toContain('Copied')
    await press(view, 'Copy link')
    expect(view.get<HTMLInputElement>('input[readonly]').element.value).toBe(link)
  })

  it('cancelled after a question; the card is read again', async () => {
    const update = vi.fn(() => ({ item: {} }))
    const { view, portal, frame } = await open({ invitations: { items: [invitationItem(11)] }, 'crm.item.update': update })
    await press(view, 'Cancel invitation')
    expect(update).not.toHaveBeenCalled()
    await press(view, 'Cancel it')
    expect(update).toHaveBeenCalledOnce()
    expect(portal.requests.filter(request => request.startsWith('batch'))).toHaveLength(2)
    expect(frame.reloadData).toHaveBeenCalledOnce()
  })

  it('cancelled when the portal had sent it already: said', async () => {
    const waiting = invitationItem(11, { FB_STATE: 'to_send', FB_BY: 'engine', FB_SENT_AT: null, createdTime: new Date().toISOString() })
    const { view } = await open({ invitations: { items: [waiting] }, before: { item: invitationItem(11, { FB_BY: 'engine' }) }, settled: { item: {} } })
    expect(view.text()).toContain('The portal sends the mail in about a minute')
    await press(view, 'Cancel invitation')
    await press(view, 'Cancel it')
    expect(view.text()).toContain('The portal had already sent the mail.')
  })

  it.each<[string, Record<string, unknown>, string, string]>([
    ['no number', { FB_STATE: 'failed', FB_WHY: 'noPhone', FB_BY: 'engine' }, 'Not sent', 'The client’s card has no phone number'],
    ['failed', { FB_STATE: 'failed', FB_WHY: 'noMailbox' }, 'Not sent', 'There is no mailbox to send from'],
    ['lost to a colleague', { FB_STATE: 'cancelled', FB_WHY: 'duplicate of 7' }, 'Cancelled', 'A colleague had asked in the same moment'],
    ['expired', { FB_EXPIRES_AT: '2026-03-02T08:00:00Z', FB_WHY: 'second <b>deal</b>' }, 'Expired without an answer', 'Reason: second <b>deal</b>']
  ])('%s: state and reason stand in the history', async (_what, fields, state, reason) => {
    const { view } = await open({ invitations: { items: [invitationItem(11, fields)] } })
    expect(view.get('ul').text()).toContain(state)
    expect(view.get('ul').text()).toContain(reason)
    expect(button(view, 'Copy link')).toBeUndefined()
  })
})

describe('contact and company', () => {
  it('a contact says from where feedback is requested', async () => {
    const { view, portal } = await open({}, contactCard)
    expect(view.text()).toContain('open a deal of this client')
    expect(button(view, 'Request feedback')).toBeUndefined()
    expect(portal.requests).toEqual(['batch answers invitations unhandled surveys users me'])
  })

  it('a company counts people, names them, and has an NPS from five of them on', async () => {
    const people = [1, 2, 3, 4, 5].map(id => ({ id, name: `Person ${id}`, lastName: '' }))
    const answers = people.map(({ id }) => answerItem(30 + id, { contactId: id, companyId: 4, parentId2: 20 + id }))
    const { view, portal } = await open({ answers: { items: answers }, contacts: { items: people } }, companyCard)
    expect(view.text()).toContain('5 people in the last 12 months: 5 promoters')
    expect(view.text()).toContain('+100')
    expect(view.text()).toContain('Few answers')
    expect(view.text()).toContain('the latest answer of each contact within 12 months, so that nobody counts twice')
    expect(view.text()).toContain('from 5 people on')
    expect(view.text()).toContain('Person 3')
    expect(portal.requests).toHaveLength(1)
    const four = await open({ answers: { items: answers.slice(1) }, contacts: { items: people } }, companyCard)
    expect(four.view.text()).not.toContain('+100')
    expect(four.view.text()).not.toContain('from 5 people on')
  })
})

describe('what people do here', () => {
  it('an answer that a colleague entered says who it was, and how', async () => {
    const item = answerItem(31, { FB_SUBMISSION: 'phone.7.1772442000.abc', FB_CHANNEL: STORE.enums.FB_CHANNEL!.phone })
    const { view } = await open({ answers: { items: [item] }, answer: { item } })
    expect(view.text()).toContain('entered by Ivan Orlov by phone')
    await unfold(view)
    expect(view.text()).toMatch(/Entered by Ivan Orlov, by phone, Mar 2, 2026/i)
    // he has asked, of course
    expect(view.text()).not.toContain('asked by Ivan Orlov')
  })

  it.each<[string, Partial<PortalContext>]>([['deal', {}], ['contact', contactCard], ['company', companyCard]])('an answer can be entered by hand on the card of a %s', async (_, context) => {
    const { view } = await open({}, context)
    expect(button(view, 'Enter by hand')).toBeDefined()
  })

  it('an open invitation: a reminder is refused with its reason, before anything is sent', async () => {
    const item = invitationItem(11, { FB_REMINDERS: 3 })
    const { view, portal } = await open({
      invitations: { items: [item] }, item: { item }, control: { items: [] }, contact: { item: { id: 3, name: 'Anna', fm: [{ typeId: 'EMAIL', value: 'anna@example.com' }] } },
      deal: { item: { id: 2, title: 'Pump' } }, others: { items: [item] }, me: { ID: '9', EMAIL: 'o@example.com' }
    })
    expect(view.text()).toContain('reminded 3 times')
    await press(view, 'Remind now')
    expect(view.text()).toContain('The client was reminded 3 times already')
    expect(button(view, 'Send the reminder')).toBeUndefined()
    expect(portal.requests).toHaveLength(2)
  })
})

describe('what cannot be read', () => {
  it('everything: an error with a retry, never an empty card', async () => {
    const { view } = await open({ answers: DENIED, invitations: DENIED })
    expect(view.get('[role=alert]').text()).toContain('You do not have the right')
    expect(view.text()).not.toContain('No answer about this deal yet')
  })

  it.each([['answers', 'Answers:'], ['unhandled', 'Answers not handled yet:'], ['surveys', 'Texts of the questions:'], ['card', 'The client’s other deals:']])(
    '%s: the part is named', async (part, words) => {
      const { view } = await open({ [part]: DENIED })
      expect(view.text()).toContain('There may be more than you see')
      expect(view.text()).toContain(words)
      if (part === 'answers') expect(view.text()).not.toContain('No answer about this deal yet')
    })

  it('a full page of records says that there are older ones', async () => {
    const { view } = await open({ answers: { items: Array.from({ length: 50 }, (_, index) => answerItem(100 + index)) } })
    expect(view.text()).toContain('50 answers among the newest records')
    expect(view.text()).toContain('there are older ones')
    expect(view.findAll('details.group')).toHaveLength(10)
    await press(view, 'Show 40 more')
    expect(view.findAll('details.group')).toHaveLength(50)
  })
})

describe('the link of a notification', () => {
  const page: Partial<PortalContext> = { placement: 'REST_APP_URI', options: { answer: '31' } }

  it('opens the one answer in full, after one batch', async () => {
    const { view, portal, frame } = await open({
      answer: { item: answerItem(31, { FB_COMMENT: 'Fine', title: '9/10 · Anna Petrova · Kitchen' }) }, sameToken: { items: [] }, 'user.get': [{ ...USERS[0], ACTIVE: true }]
    }, page)
    expect(portal.requests[0]).toBe('batch answer invitations sameToken surveys me')
    expect(view.get('h1').text()).toBe('9/10 · Anna Petrova · Kitchen')
    for (const part of ['9 of 10', 'How likely are you to recommend us', 'Fine']) expect(view.text()).toContain(part)
    await press(view, 'Open the contact')
    expect(frame.openPath).toHaveBeenCalledWith('/crm/contact/details/3/')
  })

  it('judges one that nobody has handled', async () => {
    const invitation = invitationItem(11)
    const { view } = await open({
      answer: { item: newAnswerItem(31, { FB_TOKEN: invitation.FB_TOKEN, FB_INVITATION: '11' }) }, invitations: { items: [invitation] }, sameToken: { items: [] }, 'user.get': []
    }, page)
    expect(view.text()).toContain('Promoter')
    expect(view.text()).toContain('Not handled yet')
    expect(view.get('h1').text()).toBe('Answer')
  })

  it('says when it is gone', async () => {
    const { view } = await open({ answer: new PortalError('notFound'), sameToken: { items: [] } }, page)
    expect(view.get('[role=alert]').text()).toContain('The record no longer exists')
  })
})
