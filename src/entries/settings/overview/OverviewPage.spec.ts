import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, getCurrentInstance, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Invitation } from '@/invitation/model/invitation'
import { CONTROL, TEMPLATE_KEYS } from '@/plan/compile/input'
import { PortalError } from '@/portal/errors'
import { inspectInstallation } from '@/portal/installation/installation'
import { RECORD_FIELDS } from '@/portal/fields'
import { ANSWER_STAGES, INVITATION_STAGES, type RecordStore } from '@/portal/record-store'
import { loadStandstill, type Standstill } from '@/answer/standstill'
import { checkForm, verifyForm } from '@/survey/form'
import { memoryPortal, type MemoryPortal } from '@/survey/ui/memory-portal.fixture'
import { surveyMessages } from '@/survey/ui/messages'
import { mountInPortal } from '../../../../tests/mount'
import { newFirstSurvey } from '../installation/run'
import { loadAutomation, type Automation } from '../automation/automation'
import { automationMessages } from '../automation/messages'
import { dueMessages } from '../due/messages'
import { settingsMessages } from '../messages'
import { markOfMail, markOfWaiting } from './health'
import OverviewPage from './OverviewPage.vue'

vi.mock('@/portal/installation/installation', async original => ({
  ...await original<typeof import('@/portal/installation/installation')>(), inspectInstallation: vi.fn()
}))
vi.mock('@/answer/standstill', () => ({ loadStandstill: vi.fn(), TAKEN_DAYS: 7 }))
vi.mock('../automation/automation', async original => ({ ...await original<typeof import('../automation/automation')>(), loadAutomation: vi.fn() }))
vi.mock('@/survey/form', async original => ({ ...await original<typeof import('@/survey/form')>(), checkForm: vi.fn(), verifyForm: vi.fn() }))
const replace = vi.fn()
/** What the page does when somebody begins to leave it. */
const leaveGuards: (() => void)[] = []
vi.mock('vue-router', async original => ({
  ...await original<typeof import('vue-router')>(), useRouter: () => ({ replace }), onBeforeRouteLeave: (guard: () => void) => { leaveGuards.push(guard) }
}))

const named = <K extends string>(keys: readonly K[], prefix: string): Record<K, string> =>
  Object.fromEntries(keys.map(key => [key, prefix + key])) as Record<K, string>
const store: RecordStore = {
  version: 1, entityTypeId: 1038, typeId: 13, invitationCategoryId: 2, answerCategoryId: 1, generation: 'g',
  names: named(Object.keys(RECORD_FIELDS) as (keyof typeof RECORD_FIELDS)[], 'uf'), enums: { FB_FLAG: { test: 5 } },
  native: { 2: { names: {}, enums: {} }, 3: { names: {}, enums: {} }, 4: { names: {}, enums: {} } },
  answerStages: named(ANSWER_STAGES, 'A:'), invitationStages: named(INVITATION_STAGES, 'I:')
}
const draft = newFirstSurvey({ company: 'Acme', langs: ['en'], lang: 'en' })
const survey = {
  ...draft, status: 'active', published: { version: 1, at: '2026-03-01T10:00:00Z', by: 7, content: draft.draft },
  form: { id: 5, sec: 'abc', made: 'api', verifiedAt: '2026-03-01T10:05:00Z' }
}

type Filter = Record<string, unknown>
let lists: (filter: Filter) => unknown
let portal: MemoryPortal

async function overview(isAdmin = true, others: unknown[] = []): Promise<VueWrapper> {
  portal = memoryPortal({
    'app.option.get': () => ({ store: JSON.stringify(store), duty: '{"person":7,"deputy":null}', base: 'https://app/', installed: 'g' }),
    'user.current': () => ({ ID: '7', NAME: 'Anna', LAST_NAME: 'Berg' }),
    'user.get': () => [{ ID: '7', NAME: 'Anna', LAST_NAME: 'Berg', ACTIVE: true, UF_DEPARTMENT: [] }],
    'crm.item.list': params => ({ items: lists(params.filter as Filter) })
  }, { isAdmin })
  await portal.call('entity.item.add', { ENTITY: 'surveys', NAME: 'afterdeal', PROPERTY_VALUES: { JSON: JSON.stringify(survey) } })
  for (const other of others) await portal.call('entity.item.add', { ENTITY: 'surveys', NAME: 'other', PROPERTY_VALUES: { JSON: JSON.stringify(other) } })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: OverviewPage }] })
  const page = defineComponent({
    setup() {
      getCurrentInstance()?.appContext.app.use(router)
      return () => h(OverviewPage)
    }
  })
  const wrapper = await mountInPortal(page, { portal, messages: [settingsMessages, automationMessages, dueMessages, surveyMessages] })
  await settled(wrapper)
  return wrapper
}

/** The page asks in steps of its own: settings, then what depends on them. It is at rest when no card waits any more. */
async function settled(wrapper: VueWrapper): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    await flushPromises()
    if (!wrapper.find('section[data-mark="running"]').exists()) break
  }
  await flushPromises()
}

const card = (wrapper: VueWrapper, title: string) => wrapper.findAll('section[data-mark]').find(one => one.find('h3').text().startsWith(title))!
const mark = (wrapper: VueWrapper, title: string): string | undefined => card(wrapper, title).attributes('data-mark')

beforeEach(() => {
  lists = filter => filter['=ufFB_FLAG'] === 5 ? [{ id: 1, ufFB_FLAG: 5 }] : []
  vi.mocked(inspectInstallation).mockReset().mockResolvedValue([])
  vi.mocked(loadStandstill).mockReset().mockResolvedValue(null)
  vi.mocked(loadAutomation).mockReset().mockResolvedValue({ inCharge: 'duty', findings: [], running: {}, refusal: null })
  vi.mocked(checkForm).mockReset().mockResolvedValue({ code: null, problems: [], unseen: [] })
  replace.mockClear()
})

const CARDS = ['Survey', 'Form', 'Mail', 'Answers waiting', 'Automation', 'Duty person', 'Last invitation', 'Last answer', 'Place and fields', 'Tab, button']

it('says of each part that it works', async () => {
  const wrapper = await overview()
  expect(CARDS.map(title => mark(wrapper, title))).toEqual(CARDS.map(() => 'done'))
  expect(wrapper.get('header').text()).toContain('Everything works.')
  expect(card(wrapper, 'Survey').text()).toContain('“After a deal” is active.')
  expect(card(wrapper, 'Duty person').text()).toContain('Anna Berg handles new answers.')
  expect(replace).not.toHaveBeenCalled()
})

it('the control record of the processes is no invitation', async () => {
  lists = filter => filter['=categoryId'] === 2 ? [{ id: 3, ufFB_SURVEY: CONTROL, createdTime: '2026-03-01T10:00:00+00:00' }] : []
  const before = card(await overview(), 'Last invitation').text()
  lists = () => []
  expect(before).toBe(card(await overview(), 'Last invitation').text())
})

it.each([['draft', 'is a draft'], ['active', 'has no form yet'], ['paused', 'is paused']])('a survey without a form that is %s: %s', async (status, says) => {
  const other = { ...survey, id: 'other', status, form: null, published: status === 'draft' ? null : survey.published, draft: { ...survey.draft, name: 'Other' } }
  const text = card(await overview(true, [other]), 'Survey').text()
  expect(text).toMatch(new RegExp(`“Other”[^.]*${says}|${says}[^.]*“Other”`))
})

it.each([['active', 'Other'], ['paused', null]])('a survey that is %s and has no form: the check of forms says %s', async (status, says) => {
  const other = { ...survey, id: 'other', status, form: null, draft: { ...survey.draft, name: 'Other' } }
  const text = card(await overview(true, [other]), 'Form').text()
  if (says === null) expect(text).not.toContain('Other')
  else expect(text).toContain(says)
})

describe('a card that could not be loaded fails alone, and never shows nothing', () => {
  it('one command of a batch', async () => {
    lists = filter => {
      if (filter['=stageId'] === 'A:new') throw new PortalError('noRight')
      return filter['=ufFB_FLAG'] === 5 ? [{ id: 1, ufFB_FLAG: 5 }] : []
    }
    const wrapper = await overview()
    expect(mark(wrapper, 'Answers waiting')).toBe('failed')
    expect(card(wrapper, 'Answers waiting').text()).toContain('Could not be loaded. You do not have the right')
    expect(card(wrapper, 'Answers waiting').text()).not.toMatch(/\b0\b|No answer/)
    expect(CARDS.filter(title => mark(wrapper, title) === 'failed')).toEqual(['Answers waiting'])
    expect(wrapper.get('header').text()).toContain('1 thing needs your attention.')
    lists = () => []
    await card(wrapper, 'Answers waiting').get('button').trigger('click')
    await settled(wrapper)
    expect(mark(wrapper, 'Answers waiting')).toBe('done')
  })

  it('the inspection', async () => {
    vi.mocked(inspectInstallation).mockRejectedValue(new PortalError('timeout'))
    const wrapper = await overview()
    expect(CARDS.filter(title => mark(wrapper, title) === 'failed')).toEqual(['Place and fields', 'Tab, button'])
  })

  it('the form', async () => {
    vi.mocked(checkForm).mockRejectedValue(new PortalError('unreachable'))
    const wrapper = await overview()
    expect(CARDS.filter(title => mark(wrapper, title) === 'failed')).toEqual(['Form'])
  })
})

describe('what is wrong', () => {
  it('is named with its repair', async () => {
    vi.mocked(inspectInstallation).mockResolvedValue([
      { what: 'fieldMissing', name: 'FB_TOKEN' }, { what: 'widgetMissing', name: 'LEFT_MENU' }, { what: 'dutyNotBound', name: '7' }
    ])
    vi.mocked(checkForm).mockResolvedValue({ code: 'formMismatch', problems: [{ what: 'presetMissing', field: 'FB_TOKEN', expected: '%token%' }], unseen: [] })
    const wrapper = await overview()
    expect(CARDS.filter(title => mark(wrapper, title) === 'failed')).toEqual(['Form', 'Duty person', 'Place and fields', 'Tab, button'])
    expect(wrapper.get('header').text()).toContain('4 things need your attention.')
    expect(card(wrapper, 'Place and fields').text()).toContain('The field FB_TOKEN is missing.')
    expect(card(wrapper, 'Place and fields').get('a').text()).toBe('Repair')
    expect(card(wrapper, 'Form').text()).toContain('%token%')
  })

  it('is told to those who cannot repair it without offering it', async () => {
    const wrapper = await overview(false)
    expect(inspectInstallation).not.toHaveBeenCalled()
    expect(wrapper.text()).toContain('Only administrators can change settings.')
    expect(wrapper.get('header').text()).not.toContain('Everything works.')
    expect(card(wrapper, 'Answers waiting').text()).toContain('Answers that you may not see are not counted.')
    expect(wrapper.findAll('a').map(link => link.text())).not.toContain('Repair')
  })
})

describe('who does the work', () => {
  const findings = (...states: Automation['findings'][number]['state'][]): Automation['findings'] =>
    states.map((state, index) => ({ key: TEMPLATE_KEYS[index]!, state, isBehind: state === 'outdated', id: index + 1, name: 'x', modified: '2026-03-01T10:00:00Z' }))
  const CURRENT = ['current', 'current', 'current'] as const

  it.each<[string, Partial<Automation>, string, string, string[]]>([
    ['the portal', { inCharge: 'engine', findings: findings(...CURRENT), running: { send: 2 } }, 'done', 'Running at the moment: 2', []],
    ['the portal, with a process gone', { inCharge: 'engine', findings: findings('current', 'missing') }, 'failed', 'these processes are gone: On a contact', ['Repair']],
    ['the portal, by old rules', { inCharge: 'engine', findings: findings('outdated') }, 'care', 'older than the surveys or the settings: On a deal', ['Repair']],
    ['the portal, edited by somebody', { inCharge: 'engine', findings: findings('edited') }, 'care', 'changed these processes in the designer: On a deal', []],
    ['the portal, whose plan has no processes any more', { inCharge: 'engine', refusal: new PortalError('planWithoutProcesses') }, 'failed', 'has no business processes', ['Hand over to the duty person']],
    ['the duty person, while processes lie idle', { inCharge: 'duty', findings: findings(...CURRENT) }, 'care', 'there but idle', ['Let the portal do the work']],
    ['the duty person, because the app may not', { inCharge: 'duty', refusal: new PortalError('processesNotAllowed') }, 'done', 'no permission for business processes', []]
  ])('%s', async (_, found, expected, says, buttons) => {
    vi.mocked(loadAutomation).mockResolvedValue({ inCharge: 'duty', findings: [], running: {}, refusal: null, ...found })
    const wrapper = await overview()
    expect(mark(wrapper, 'Automation')).toBe(expected)
    expect(card(wrapper, 'Automation').text()).toContain(says)
    expect(card(wrapper, 'Automation').findAll('button').map(button => button.text())).toEqual(buttons)
    expect(card(wrapper, 'Duty person').text()).toContain(found.inCharge === 'engine' ? 'handles tests and what was asked before' : 'handles new answers')
  })

  it.each<[string, Partial<Standstill>, string, string]>([
    ['nothing', {}, 'done', 'No answer waits'],
    ['answers', { answers: [{ id: 4, at: '' }, { id: 5, at: '' }] }, 'failed', '2 answers should have been handled'],
    ['answers that the app took over', { taken: [{ id: 4, at: '' }] }, 'care', '1 answer was taken over within 7 days'],
    ['invitations', { invitations: [{ id: 4, dealId: 77, createdAt: '2026-03-01T10:00:00Z' } as Invitation] }, 'failed', 'should have been sent and was not']
  ])('%s that processes left standing', async (_, found, expected, says) => {
    vi.mocked(loadAutomation).mockResolvedValue({ inCharge: 'engine', findings: findings(...CURRENT), running: {}, refusal: null })
    vi.mocked(loadStandstill).mockResolvedValue({ answers: [], taken: [], invitations: [], ...found })
    const wrapper = await overview()
    expect(mark(wrapper, 'Left standing')).toBe(expected)
    expect(card(wrapper, 'Left standing').text()).toContain(says)
    expect(card(wrapper, 'Left standing').findAll('button').length).toBe(found.invitations?.length ?? 0)
  })

  it('a portal without processes has left nothing standing', async () => {
    expect((await overview()).text()).not.toContain('Left standing')
  })
})

it('leads to the trial when nobody has tried it', async () => {
  history.replaceState({ back: null }, '')
  lists = () => []
  await overview()
  expect(replace).toHaveBeenCalledWith('/try')
})

it('does not call back who is on the way to a page that is still loading', async () => {
  history.replaceState({ back: null }, '')
  lists = () => {
    for (const leave of leaveGuards) leave()
    return []
  }
  await overview()
  expect(replace).not.toHaveBeenCalled()
})

it('does not lead there again who came from it', async () => {
  history.replaceState({ back: '/try' }, '')
  lists = () => []
  await overview()
  expect(replace).not.toHaveBeenCalled()
})

describe('waiting answers', () => {
  const now = new Date('2026-03-01T12:00:00Z')
  it.each([
    [0, null, 'done'], [3, '2026-03-01T11:30:00Z', 'care'], [3, '2026-03-01T10:59:00Z', 'failed'], [1, null, 'care']
  ])('%i, the oldest of %s: %s', (count, oldest, expected) => expect(markOfWaiting({ count, oldest }, now)).toBe(expected))
})

it.each([
  [null, 'done'], [{ channel: 'email', state: 'sent' }, 'done'], [{ channel: 'email', state: 'failed' }, 'failed'], [{ channel: null, state: 'failed' }, 'failed'],
  [{ channel: 'sms', state: 'failed' }, 'done']
] as const)('the mail of %j: %s', (last, expected) => expect(markOfMail(last)).toBe(expected))

describe('the test answer', () => {
  const press = async (wrapper: VueWrapper): Promise<void> => {
    await card(wrapper, 'Form').findAll('button').find(button => button.text() === 'Send a test answer')!.trigger('click')
    await flushPromises()
  }

  it('says that it arrived, or what was wrong with it', async () => {
    vi.mocked(verifyForm).mockResolvedValueOnce({ code: null, problems: [], unseen: [] })
    const wrapper = await overview()
    expect(verifyForm).not.toHaveBeenCalled()
    await press(wrapper)
    expect(card(wrapper, 'Form').text()).toContain('“After a deal”: the test answer arrived and was deleted.')
    vi.mocked(verifyForm).mockResolvedValueOnce({ code: 'formMismatch', problems: [{ what: 'nothingWritten', field: '' }], unseen: [] })
    await press(wrapper)
    expect(card(wrapper, 'Form').text()).toContain('did not arrive')
    expect(card(wrapper, 'Form').text()).not.toContain('arrived and was deleted')
  })

  it('is not offered to those who may not delete it', async () => {
    expect(card(await overview(false), 'Form').text()).not.toContain('Send a test answer')
  })
})
