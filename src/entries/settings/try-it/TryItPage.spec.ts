import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ref } from 'vue'
import type { Answer } from '@/answer/model/answer'
import type { Invitation } from '@/invitation/model/invitation'
import { afterDeal } from '@/survey/model/templates/after-deal'
import type { Survey } from '@/survey/model/survey'
import { addSurvey } from '@/survey/store'
import { memoryPortal, type MemoryPortal } from '@/survey/ui/memory-portal.fixture'
import { surveyMessages } from '@/survey/ui/messages'
import { mountInPortal } from '../../../../tests/mount'
import { settingsMessages } from '../messages'
import { surveyPageMessages } from '../survey-page/messages'
import { testInvitation } from './test-invitation'
import TryItPage from './TryItPage.vue'
import { useWatching } from './use-watching'

vi.mock('./test-invitation', () => ({ testInvitation: vi.fn(), linkOf: (_: unknown, { id }: Survey) => `https://app.example/survey.html#${id}` }))
vi.mock('./use-watching', () => ({ useWatching: vi.fn() }))
vi.mock('vue-router', () => ({ RouterLink: { template: '<a><slot /></a>' } }))
vi.mock('@/portal/settings-store', () => ({ parseSettings: () => ({ store: { entityTypeId: 1038 }, duty: null, base: 'https://app.example/' }) }))

const first: Survey = {
  v: 4, id: 'first', status: 'active', draft: afterDeal, published: { version: 1, at: '2026-03-01T10:00:00Z', by: 1, content: { ...afterDeal, name: 'First' } },
  form: { id: 5, sec: 'abc', made: 'api', verifiedAt: null }, plan: null
}
const second: Survey = { ...first, id: 'second', status: 'paused', published: { ...first.published!, content: { ...afterDeal, name: 'Second' } } }
const draft: Survey = { ...first, id: 'draft', status: 'draft', published: null, form: null }

let portal: MemoryPortal

async function open(id?: string, answer: Partial<Answer> | null = null): Promise<VueWrapper> {
  const handled = answer !== null && answer.state !== 'new'
  vi.mocked(useWatching).mockReturnValue({
    answer: ref(answer as Answer | null), handled: ref(handled), failure: ref(), asleep: ref(false), watchOn: () => undefined
  } as unknown as ReturnType<typeof useWatching>)
  const page = await mountInPortal(TryItPage, {
    portal, messages: [settingsMessages, surveyMessages, surveyPageMessages], props: id === undefined ? {} : { id }
  })
  await vi.waitFor(() => {
    if (page.find('[role=alert]').exists() || page.find('img').exists()) return
    throw new Error('still preparing')
  })
  await flushPromises()
  return page
}

const states = (page: VueWrapper): Record<string, string | undefined> =>
  Object.fromEntries(page.findAll('[data-row]').map(row => [row.attributes('data-row'), row.attributes('data-state')]))

beforeEach(async () => {
  portal = memoryPortal({ 'app.option.get': () => ({}), 'profile': () => ({ ID: '7' }), 'user.current': () => ({ ID: '7', NAME: 'Olga', LAST_NAME: 'Kim', EMAIL: 'olga@acme.example' }) })
  for (const survey of [first, second, draft]) await addSurvey(portal, survey)
  vi.mocked(testInvitation).mockReset().mockResolvedValue({ id: 90, token: 't' } as Invitation)
})

describe('a trial', () => {
  it('takes the survey of its address, also a paused one', async () => {
    const page = await open('second')
    expect(vi.mocked(testInvitation).mock.calls[0]?.[2].survey.id).toBe('second')
    expect(page.text()).toContain('Second')
    expect(page.text()).toContain('everybody it names gets notifications and tasks, not only you')
    expect(page.text()).toContain('survey.html#second')
  })

  it('without one takes the first active survey', async () => {
    await open()
    expect(vi.mocked(testInvitation).mock.calls[0]?.[2].survey.id).toBe('first')
  })

  it('of a survey that nobody can answer says so and makes nothing', async () => {
    const page = await open('draft')
    expect(page.get('[role=alert]').text()).not.toBe('')
    expect(testInvitation).not.toHaveBeenCalled()
  })

  it('can go to the person by mail as long as nobody has answered', async () => {
    expect((await open('first')).text()).toContain('olga@acme.example')
    expect((await open('first', { id: 5, state: 'new', value: 9, ledger: {} })).text()).not.toContain('Send me a test mail')
  })

  it.each<[string, Partial<Answer>, Record<string, string>]>([
    ['nothing yet', { id: 5, state: 'new', value: 3, ledger: {} }, { arrived: 'done', handled: 'running', notified: 'running', task: 'running' }],
    ['done', { id: 5, state: 'low', value: 3, ledger: { 'notify:1:7': 4, 'task:1': 12 } }, { handled: 'done', notified: 'done', task: 'done' }],
    ['not done', { id: 5, state: 'low', value: 3, ledger: { 'notify:1:7': 'noRight', 'task:1': 'noRight' } }, { notified: 'failed', task: 'failed' }],
    ['nothing asked by the plan', { id: 5, state: 'high', value: 10, ledger: { fields: true } }, { handled: 'done', notified: 'skipped', task: 'skipped' }]
  ])('says what became of the answer: %s', async (_, answer, expected) => {
    expect(states(await open('first', answer))).toMatchObject(expected)
  })
})
