import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, getCurrentInstance, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { fakePortal, STORE } from '../../../../tests/fake-portal'
import { mountInPortal } from '../../../../tests/mount'
import { ErasureStopped, loadErasure, runErasure, type ErasurePart, type ErasurePlan } from '@/answer/erasure'
import { PortalError } from '@/portal/errors'
import { settingsMessages } from '../messages'
import ErasurePage from './ErasurePage.vue'
import { doNotAskMessages } from './messages'

vi.mock('@/answer/erasure', async original => ({ ...await original<typeof import('@/answer/erasure')>(), loadErasure: vi.fn(), runErasure: vi.fn() }))

const part = (kind: ErasurePart['kind'], id: number, path: string | null = `/x/${id}/`): ErasurePart =>
  ({ kind, key: `${kind} ${id}`, title: `${kind} title`, path, command: { method: 'crm.item.delete' } })
const plan = (...parts: ErasurePart[]): ErasurePlan => ({
  subject: { entityTypeId: 3, id: 12 }, name: 'Anna Petrova', parts, tokens: [],
  stays: [{ why: 'formResults', paths: ['/crm/webform/'] }, { why: 'doNotAsk', paths: ['/crm/contact/details/12/'] }]
})
const WHOLE = plan(part('task', 5), { ...part('answer', 7), title: '2026-03-01T10:00:00Z' }, part('answer', 8), part('notification', 9, null))

async function open(isAdmin = true): Promise<VueWrapper> {
  const portal = fakePortal({ 'app.option.get': { store: JSON.stringify(STORE) }, 'profile': { ID: '7' } }, { isAdmin, placement: 'DEFAULT' })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: ErasurePage }] })
  const page = defineComponent({
    setup() {
      getCurrentInstance()?.appContext.app.use(router)
      return () => h(ErasurePage, { kind: 'contact', id: '12' })
    }
  })
  const wrapper = await mountInPortal(page, { portal, messages: [settingsMessages, doNotAskMessages] })
  await flushPromises()
  await flushPromises()
  return wrapper
}

async function confirm(wrapper: VueWrapper, name: string): Promise<void> {
  await wrapper.get('form input').setValue(name)
  await wrapper.get('form').trigger('submit')
  await flushPromises()
  await flushPromises()
}

beforeEach(() => {
  vi.mocked(loadErasure).mockReset().mockResolvedValue(WHOLE)
  vi.mocked(runErasure).mockReset().mockResolvedValue()
})

it('lists what goes and what stays before anything happens', async () => {
  const wrapper = await open()
  expect(wrapper.text()).toContain('4 things will be deleted')
  expect(wrapper.text()).toContain('2 answers, with comments and history of their cards')
  expect(wrapper.text()).toContain('1 task')
  expect(wrapper.text()).toContain('Results of the CRM form.')
  expect(wrapper.text()).not.toContain('2026-03-01T')
  expect(wrapper.text()).toContain('Mar 1, 2026')
  expect(runErasure).not.toHaveBeenCalled()
})

it.each(['', 'Anna', 'Anna Petrov'])('deletes nothing without the name: "%s"', async name => {
  const wrapper = await open()
  await confirm(wrapper, name)
  expect(runErasure).not.toHaveBeenCalled()
  expect(wrapper.get('form').text()).toContain('This is not the name.')
})

it('deletes what was listed, looks again and says so', async () => {
  const wrapper = await open()
  vi.mocked(loadErasure).mockResolvedValue(plan())
  await confirm(wrapper, ' anna petrova ')
  expect(vi.mocked(runErasure).mock.calls[0]![2]).toEqual(WHOLE)
  expect(wrapper.get('[role=status]').text()).toContain('Done. 4 things were deleted. Looked again: nothing is left but what stays.')
  expect(wrapper.find('form').exists()).toBe(false)
})

it('afterwards everything that stays is still listed, what can be deleted by hand first, with its link and a tick', async () => {
  const wrapper = await open()
  vi.mocked(loadErasure).mockResolvedValue({ ...plan(), stays: [{ why: 'doNotAsk', paths: ['/crm/contact/details/12/'] }] })
  expect(wrapper.findAll('[data-stay] input')).toHaveLength(0)
  await confirm(wrapper, 'Anna Petrova')
  expect(wrapper.findAll('[data-stay]').map(row => row.attributes('data-stay'))).toEqual(['formResults', 'doNotAsk'])
  expect(wrapper.get('[data-stay=formResults] button').text()).toBe('Open the CRM forms')
  await wrapper.get('[data-stay=formResults] input').setValue(true)
  expect(wrapper.find('[data-stay=doNotAsk] input').exists()).toBe(false)
})

describe('when it stops', () => {
  it('says what is done and what is left, and goes on with one press', async () => {
    const wrapper = await open()
    const left = plan(part('answer', 8))
    vi.mocked(runErasure).mockRejectedValueOnce(new ErasureStopped(new PortalError('replyLost'), 3, 1))
    vi.mocked(loadErasure).mockResolvedValue(left)
    await confirm(wrapper, 'Anna Petrova')
    expect(wrapper.get('[role=status]').text()).toContain('Stopped: 3 deleted, 1 left.')
    expect(wrapper.text()).toContain('1 thing will be deleted')
    expect(wrapper.text()).not.toContain('Done.')
    vi.mocked(loadErasure).mockResolvedValue(plan())
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    await flushPromises()
    expect(vi.mocked(runErasure).mock.calls[1]![2]).toEqual(left)
    expect(wrapper.get('[role=status]').text()).toContain('Done.')
  })

  it('a list that cannot be read is an error, never "nothing there"', async () => {
    vi.mocked(loadErasure).mockRejectedValue(new PortalError('noRight'))
    const wrapper = await open()
    expect(wrapper.get('[role=alert]').text()).toContain('You do not have the right')
    expect(wrapper.text()).not.toContain('nothing to delete')
  })
})

it('is for administrators, with the reason', async () => {
  const wrapper = await open(false)
  expect(loadErasure).not.toHaveBeenCalled()
  expect(wrapper.text()).toContain('Only an administrator of the portal can erase')
})
