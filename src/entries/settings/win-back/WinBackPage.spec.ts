import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { WinBackRow } from '@/answer/model/win-back'
import { giveWinBackTasks, loadWinBack, type WinBackOrder } from '@/answer/win-back'
import { PortalError } from '@/portal/errors'
import { publish } from '@/survey/model/publish'
import { draftSurvey } from '@/survey/model/new-survey'
import type { Survey } from '@/survey/model/survey'
import { contentFromTemplate } from '@/survey/model/templates'
import { fakePortal, storedSurveys, STORE, SURVEY } from '../../../../tests/fake-portal'
import { mountInPortal, silentFrame } from '../../../../tests/mount'
import { winBackMessages } from './messages'
import WinBackPage from './WinBackPage.vue'

vi.mock('@/answer/win-back', async original => ({ ...await original<typeof import('@/answer/win-back')>(), loadWinBack: vi.fn(), giveWinBackTasks: vi.fn() }))
vi.mock('@/portal/settings-store', async original => ({ ...await original<typeof import('@/portal/settings-store')>(), requireStore: () => STORE }))

const NOW = new Date('2026-03-02T09:00:00Z')
const row = (change: Partial<WinBackRow> = {}): WinBackRow => ({
  key: 'C_6', contactId: 6, companyId: null, deal: { id: 5, title: 'Kitchen' }, answerId: 31, responsibleId: 7, at: '2026-03-01T09:00:00Z', name: 'Anna Petrova',
  phone: '+7 (701) 555-44-33', email: 'anna@example.com', optedOut: false, said: { answerId: 31, group: 'low', score: '3/10', comment: 'Too [B]slow[/B]' }, task: null, ...change
})
const listed = (rows: WinBackRow[]) => ({ rows, more: false, hidden: 0 })

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  vi.mocked(loadWinBack).mockReset()
  vi.mocked(giveWinBackTasks).mockReset()
})
afterEach(() => { vi.useRealTimers() })

interface Opened {
  active?: boolean
  users?: () => unknown
  surveys?: Survey[]
  isAdmin?: boolean
  info?: () => unknown
}

async function open(rows: WinBackRow[], { active = true, users, surveys = [], isAdmin = true, info }: Opened = {}) {
  vi.mocked(loadWinBack).mockResolvedValue(listed(rows))
  const portal = fakePortal({
    'user.current': { ID: '9', NAME: 'Olga', LAST_NAME: 'Kim' }, 'user.get': users ?? [{ ID: '7', NAME: 'Ivan', LAST_NAME: 'Orlov', ACTIVE: active }],
    'app.option.get': {}, 'profile': { ID: '9', TIME_ZONE: 'Asia/Almaty' }, 'entity.item.get': storedSurveys(...surveys), 'app.info': info ?? { CODE: 'feedback' }
  }, { isAdmin })
  const frame = silentFrame()
  const view = await mountInPortal(WinBackPage, { portal, frame, messages: [winBackMessages] })
  await view.findAll('form')[0]!.trigger('submit')
  await flushPromises()
  await flushPromises()
  return { view, frame }
}
const give = async (view: VueWrapper): Promise<void> => {
  await view.findAll('form')[1]!.trigger('submit')
  await flushPromises()
}
const ordered = (): readonly WinBackOrder[] => vi.mocked(giveWinBackTasks).mock.calls[0]![2]

it('looks at the last quarter, and shows whom to call and why', async () => {
  const { view, frame } = await open([row(), row({ key: 'C_8', name: 'Boris', phone: '', said: null, optedOut: true })])
  expect(vi.mocked(loadWinBack).mock.calls[0]![2]).toEqual({ who: 'critics', from: '2025-12-02', to: '2026-03-02', responsible: null })
  for (const part of ['2 clients', 'Anna Petrova', '3/10', 'Too [B]slow[/B]', 'Kitchen', 'Ivan Orlov', 'no phone', 'wants no mail', 'Has never answered']) expect(view.text()).toContain(part)
  expect(view.find('a[href="tel:+77015554433"]').text()).toBe('+7 (701) 555-44-33')
  await view.findAll('button').find(button => button.text() === 'Anna Petrova')!.trigger('click')
  expect(frame.openPath).toHaveBeenCalledWith('/crm/contact/details/6/')
})

it('gives tasks to those who look after them, with words that do nothing, and reads the list again', async () => {
  const { view } = await open([row()])
  await view.find('textarea').setValue('10 % [URL]off[/URL]')
  vi.mocked(giveWinBackTasks).mockImplementation((_portal, _store, orders, _deadline, _tools, told) => {
    for (const { row: { key } } of orders) told(key, 'given')
    return Promise.resolve()
  })
  vi.mocked(loadWinBack).mockResolvedValue(listed([row({ task: { id: 12, isDone: false, responsibleId: 7, createdAt: '2026-03-02T09:00:00Z' } })]))
  await give(view)
  expect(ordered()).toEqual([expect.objectContaining({
    title: 'Win back: Anna Petrova', responsibleId: 7,
    description: expect.stringMatching(/^Phone: \+7 .*\nE-mail: anna@example.com\nScore: 3\/10\nSaid: Too ［B］slow［\/B］\nDeal: Kitchen\nWhat to offer: 10 % ［URL］off［\/URL］\n\[URL=/)
  })])
  expect(vi.mocked(giveWinBackTasks).mock.calls[0]![3]).toBe('2026-03-04T09:00:00.000Z')
  expect(view.text()).toContain('1 task given')
  expect(view.text()).toContain('Task in work: Ivan Orlov')
  expect(view.find('li input').attributes('disabled')).toBeDefined()
})

it('chooses who never had a task; a finished one may be followed by another', async () => {
  const done = { id: 12, isDone: true, responsibleId: 7, createdAt: '2026-02-20T09:00:00Z' }
  const { view } = await open([row({ task: done }), row({ key: 'C_8', name: 'Boris' }), row({ key: 'C_9', name: 'Clara', task: { ...done, isDone: false } })])
  const boxes = view.findAll<HTMLInputElement>('li input')
  expect(boxes.map(({ element }) => [element.checked, element.disabled])).toEqual([[false, false], [true, false], [false, true]])
  expect(view.text()).toContain('is done')
  await boxes[0]!.trigger('change')
  await give(view)
  expect(ordered().map(({ row: { key } }) => key)).toEqual(['C_6', 'C_8'])
})

it('who has left gets no task: it is mine', async () => {
  const { view } = await open([row()], { active: false })
  await give(view)
  expect(ordered()[0]!.responsibleId).toBe(9)
})

it('gives nobody a task before it is known who still works here', async () => {
  let arrive = (_: unknown): void => undefined
  const { view } = await open([row()], { users: () => new Promise(resolve => { arrive = resolve }) })
  await give(view)
  expect(giveWinBackTasks).not.toHaveBeenCalled()
  arrive([{ ID: '7', NAME: 'Ivan', LAST_NAME: 'Orlov', ACTIVE: true }])
  await flushPromises()
  expect(ordered()[0]!.responsibleId).toBe(7)
})

it('says what went wrong, and what to do when nobody fits', async () => {
  const { view } = await open([])
  expect(view.text()).toContain('Nobody fits')
  vi.mocked(loadWinBack).mockRejectedValue(new PortalError('noRight'))
  await view.findAll('form')[0]!.trigger('submit')
  await flushPromises()
  expect(view.find('[role="alert"], [role="status"]').exists()).toBe(true)
  expect(view.text()).not.toContain('Nobody fits')
})

describe('the mail', () => {
  const draft = draftSurvey('w1', { ...contentFromTemplate('winback', { lang: 'en', langs: ['en'], company: 'Alatau' }), name: 'Come back' }, null)
  const active: Survey = { ...publish(draft, '2026-01-01T00:00:00Z', 1), status: 'active', form: SURVEY.form }
  const opener = (view: VueWrapper) => view.findAll('button').find(button => button.text() === 'Choose who gets it')

  it.each(['critics', 'lost'] as const)('goes to %s by Ask many, which opens with the survey that is meant', async who => {
    const { view, frame } = await open([], { surveys: [SURVEY, active] })
    expect(view.text()).toContain('“Come back”')
    await view.find('select').setValue(who)
    await opener(view)!.trigger('click')
    await flushPromises()
    expect(frame.openPath).toHaveBeenCalledWith(`/marketplace/view/feedback/?params[many]=${who}&params[survey]=w1`)
  })

  it.each<[string, Survey[]]>([['no survey of its own', [SURVEY]], ['a draft', [draft]], ['a paused one', [{ ...active, status: 'paused' }]]])('needs a survey: %s', async (_, surveys) => {
    const { view } = await open([], { surveys })
    expect(opener(view)).toBeUndefined()
    expect(view.find('a[href="#/surveys/new"]').exists()).toBe(true)
    expect((await open([], { surveys, isAdmin: false })).view.find('a[href="#/surveys/new"]').exists()).toBe(false)
  })

  it('says why it could not be opened', async () => {
    const { view, frame } = await open([], { surveys: [active], info: () => new PortalError('noRight') })
    await opener(view)!.trigger('click')
    await flushPromises()
    expect(frame.openPath).not.toHaveBeenCalled()
    expect(view.find('section [role="alert"], section [role="status"]').exists()).toBe(true)
  })
})
