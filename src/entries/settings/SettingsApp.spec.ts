import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { fakePortal, STORE, type FakePortal } from '../../../tests/fake-portal'
import { mountInPortal } from '../../../tests/mount'
import { accessMessages } from './access/messages'
import { automationMessages } from './automation/messages'
import { doNotAskMessages } from './do-not-ask/messages'
import { dueMessages } from './due/messages'
import { settingsMessages } from './messages'
import { sharedMessages } from './shared/messages'
import { winBackMessages } from './win-back/messages'
import SettingsApp from './SettingsApp.vue'

// the frame of the settings only: what stands in it has specs of its own
vi.mock('./installation/InstallationPage.vue', () => ({ __esModule: true, default: { template: '<p>Installation</p>' } }))
vi.mock('./overview/OverviewPage.vue', () => ({ default: { template: '<p>Overview page, {{ $d(new Date(\'2026-03-01T11:00:00Z\'), \'short\') }}</p>' } }))
for (const page of ['./SurveyPage.vue', './SurveysPage.vue', './DutyPage.vue', './try-it/TryItPage.vue']) vi.doMock(page, () => ({ default: { template: '<p />' } }))

const WHOLE = {
  store: JSON.stringify(STORE), duty: '{"person":7,"deputy":null}', base: 'https://app.example/', installed: 'g1',
  access: '{"report":"everyone","users":[],"departments":[]}'
}

beforeEach(() => { location.hash = '' })

async function open(options: unknown, { isAdmin = true } = {}): Promise<{ wrapper: VueWrapper, portal: FakePortal }> {
  const portal = fakePortal({ 'app.option.get': options, 'profile': { ID: '7', TIME_ZONE: 'Pacific/Kiritimati' } }, { isAdmin, placement: 'DEFAULT' })
  const wrapper = await mountInPortal(SettingsApp, {
    portal, messages: [settingsMessages, accessMessages, automationMessages, doNotAskMessages, dueMessages, sharedMessages, winBackMessages]
  })
  await settled()
  return { wrapper, portal }
}

/** The page asks, and may load a part of itself. */
async function settled(): Promise<void> {
  await flushPromises()
  await vi.dynamicImportSettled()
  await flushPromises()
}

const GARBAGE: unknown[] = ['{', '[]', 'null', '"x"', '42', '<script>', '{"version":1}', ' ']

it('shows times as they are where the person is, as the cards do', async () => {
  // 14 hours ahead: it is tomorrow there
  expect((await open(WHOLE)).wrapper.text()).toContain('Overview page, Mar 2, 2026')
})

describe('garbage in app.option', () => {
  it.each(GARBAGE.flatMap(value => ['store', 'duty', 'base'].map(key => [key, value] as const)))('%s = %s: said, repairable, nothing overwritten', async (key, value) => {
    const { wrapper, portal } = await open({ ...WHOLE, [key]: value })
    expect(wrapper.text()).toContain('These kept settings cannot be read')
    expect(wrapper.text()).toContain(key)
    expect(wrapper.text()).not.toContain('Installation')
    await wrapper.findAll('button').find(button => button.text() === 'Repair')!.trigger('click')
    await settled()
    expect(wrapper.text()).toContain('Installation')
    expect(portal.requests).toEqual(['batch options me'])
  })

  it.each([...GARBAGE, '{"report":"chosen"}'])('access = %s stops nothing', async value => {
    const { wrapper } = await open({ ...WHOLE, access: value })
    expect(wrapper.text()).toContain('Overview page')
  })

  it.each([[[]], [''], [null], [7], ['text']])('%j in place of all keys: a first start', async options => {
    const { wrapper } = await open(options)
    expect(wrapper.text()).toContain('Installation')
  })

  it('offers no repair to those who cannot', async () => {
    const { wrapper } = await open({ ...WHOLE, store: '{' }, { isAdmin: false })
    expect(wrapper.text()).toContain('These kept settings cannot be read')
    expect(wrapper.findAll('button').map(button => button.text())).not.toContain('Repair')
    expect(wrapper.text()).toContain('Only administrators can change settings.')
  })
})

it('leads to every page, and says where one is', async () => {
  const { wrapper } = await open(WHOLE)
  expect(wrapper.findAll('nav a').map(link => [link.text(), link.attributes('aria-current')])).toEqual([
    ['Overview', 'page'], ['Surveys', undefined], ['Shared links', undefined], ['Due', undefined], ['Win back', undefined],
    ['Automation', undefined], ['Access', undefined], ['Do not ask', undefined], ['Duty person', undefined]
  ])
})
