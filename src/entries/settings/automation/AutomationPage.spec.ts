import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { defineComponent, getCurrentInstance, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { TEMPLATE_KEYS, type TemplateKey } from '@/plan/compile/input'
import { removeTemplates, uploadTemplates } from '@/plan/templates-store'
import { PortalError } from '@/portal/errors'
import { fakePortal, STORE } from '../../../../tests/fake-portal'
import { mountInPortal, silentFrame } from '../../../../tests/mount'
import { settingsMessages } from '../messages'
import { letPortalWork, loadAutomation, putDutyInCharge, type Automation } from './automation'
import AutomationPage from './AutomationPage.vue'
import { automationMessages } from './messages'

vi.mock('./automation', async original => ({
  ...await original<typeof import('./automation')>(), loadAutomation: vi.fn(), letPortalWork: vi.fn(), putDutyInCharge: vi.fn()
}))
vi.mock('@/plan/templates-store', () => ({ uploadTemplates: vi.fn(), removeTemplates: vi.fn() }))
vi.mock('@/invitation/engine-input', () => ({ loadEngineInput: vi.fn(async () => 'input') }))

const findings = (states: Partial<Record<TemplateKey, Automation['findings'][number]['state']>> = {}): Automation['findings'] => TEMPLATE_KEYS.map((key, index) => {
  const state = states[key] ?? 'current'
  const id = state === 'missing' ? null : index + 40
  return { key, state, isBehind: state === 'outdated', id, name: id === null ? '' : `Portal ${key} · 00`, modified: id === null ? '' : '2026-03-01T10:00:00Z' }
})
const ENGINE: Automation = { inCharge: 'engine', findings: findings(), running: { send: 3, handle: 1 }, refusal: null }
const DUTY: Automation = { inCharge: 'duty', findings: [], running: {}, refusal: null }
const frame = silentFrame()

async function open(found: Automation | PortalError, { isAdmin = true, engine = 'duty' } = {}): Promise<VueWrapper> {
  if (found instanceof PortalError) vi.mocked(loadAutomation).mockRejectedValue(found)
  else vi.mocked(loadAutomation).mockResolvedValue(found)
  const portal = fakePortal({
    'app.option.get': { store: JSON.stringify(STORE), duty: '{"person":7,"deputy":null}', base: 'https://app/', installed: 'g', engine },
    'profile': { ID: '7' }, 'user.get': [{ ID: '7', NAME: 'Anna', LAST_NAME: 'Berg', ACTIVE: true }]
  }, { isAdmin, placement: 'DEFAULT' })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: AutomationPage }] })
  const page = defineComponent({
    setup() {
      getCurrentInstance()?.appContext.app.use(router)
      return () => h(AutomationPage)
    }
  })
  const wrapper = await mountInPortal(page, { portal, frame, messages: [settingsMessages, automationMessages] })
  for (let turn = 0; turn < 5; turn++) await flushPromises()
  return wrapper
}

const button = (wrapper: VueWrapper, label: string) => wrapper.findAll('button').find(one => one.text() === label || one.attributes('aria-label') === label)
const press = async (wrapper: VueWrapper, label: string): Promise<void> => {
  await button(wrapper, label)!.trigger('click')
  await flushPromises()
}
const ACTIONS = ['Let the portal do the work', 'Hand over to the duty person', 'Repair', 'Undo the changes', 'Remove the processes']
const offered = (wrapper: VueWrapper): string[] => ACTIONS.filter(label => button(wrapper, label))

beforeEach(() => {
  for (const mock of [loadAutomation, letPortalWork, putDutyInCharge, uploadTemplates, removeTemplates]) vi.mocked(mock).mockReset()
})

describe('what an administrator may do', () => {
  it.each<[string, Automation, string, string[]]>([
    ['the duty person works', DUTY, 'Anna Berg does the work', ['Let the portal do the work']],
    ['the duty person works beside idle processes', { ...ENGINE, inCharge: 'duty' }, 'do nothing at the moment', ['Let the portal do the work', 'Remove the processes']],
    ['the portal works', ENGINE, 'around the clock', ['Hand over to the duty person', 'Remove the processes']],
    ['one is gone', { ...ENGINE, findings: findings({ send: 'missing' }) }, 'may be left standing', ['Hand over to the duty person', 'Repair', 'Remove the processes']],
    ['one is old', { ...ENGINE, findings: findings({ handle: 'outdated' }) }, 'older than the surveys', ['Hand over to the duty person', 'Repair', 'Remove the processes']],
    ['one is edited', { ...ENGINE, findings: findings({ handle: 'edited' }) }, 'changed in the designer, Mar 1', ['Hand over to the duty person', 'Undo the changes', 'Remove the processes']],
    ['one is edited, another old', { ...ENGINE, findings: findings({ handle: 'edited', send: 'outdated' }) }, 'older than', ACTIONS.slice(1)],
    ['no engine on this plan', { ...DUTY, refusal: new PortalError('planWithoutProcesses') }, 'has no business processes', []],
    ['no permission for it', { ...DUTY, refusal: new PortalError('processesNotAllowed') }, '(bizproc)', []],
    ['the plan has lost them', { ...ENGINE, findings: [], refusal: new PortalError('planWithoutProcesses') }, 'does not let the processes work', ['Hand over to the duty person']]
  ])('%s', async (_, found, says, actions) => {
    const wrapper = await open(found)
    expect(wrapper.text()).toContain(says)
    expect(offered(wrapper)).toEqual(actions)
  })

  it('reads that it could not be loaded, with a retry', async () => {
    const wrapper = await open(new PortalError('timeout'))
    expect(offered(wrapper)).toEqual([])
    expect(button(wrapper, 'Try again')).toBeDefined()
  })
})

it('each process: what it does, how many run, and the way into the designer', async () => {
  const wrapper = await open(ENGINE)
  expect(wrapper.get('[data-process=send]').text()).toContain('3 running')
  expect(wrapper.get('[data-process=collect]').text()).toContain('nothing running')
  for (const [name, path] of [['Send', `DYNAMIC_${STORE.entityTypeId}/edit/43`], ['On a contact', 'CONTACT/edit/41'], ['Collect feedback', 'DEAL/edit/45']]) {
    await press(wrapper, `Open in the designer: ${name}`)
    expect(frame.openPath).toHaveBeenLastCalledWith(`/crm/configs/bp/CRM_${path}/`)
  }
})

describe('an action', () => {
  it('starts with its progress, once, and says how it ended', async () => {
    const wrapper = await open(DUTY)
    let finish = (): void => {}
    vi.mocked(letPortalWork).mockImplementation((_portal, _place, report) => {
      report('deal', false)
      return new Promise(resolve => { finish = resolve })
    })
    await press(wrapper, 'Let the portal do the work')
    expect(wrapper.get('[role=status]').text()).toContain('1 of 6 processes')
    expect(wrapper.get('[data-process=contact]').text()).toContain('is being uploaded')
    await press(wrapper, 'Let the portal do the work')
    expect(letPortalWork).toHaveBeenCalledOnce()
    vi.mocked(loadAutomation).mockResolvedValue(ENGINE)
    finish()
    for (let turn = 0; turn < 5; turn++) await flushPromises()
    expect(wrapper.text()).toContain('The portal does the work now.')
    expect(offered(wrapper)).toContain('Hand over to the duty person')
  })

  it('that failed says why and goes on with the same', async () => {
    const wrapper = await open(DUTY)
    vi.mocked(letPortalWork).mockRejectedValueOnce(new PortalError('processRefused', { detail: 'A1: no such activity' }))
    await press(wrapper, 'Let the portal do the work')
    expect(wrapper.get('[role=alert]').text()).toContain('refused one of the processes')
    expect(wrapper.get('[role=alert]').text()).toContain('no such activity')
    await press(wrapper, 'Try again')
    expect(letPortalWork).toHaveBeenCalledTimes(2)
    expect(wrapper.find('[role=alert]').exists()).toBe(false)
  })

  it('repairs without touching what a person has edited, and names it', async () => {
    const wrapper = await open({ ...ENGINE, findings: findings({ handle: 'edited', send: 'outdated' }) })
    vi.mocked(uploadTemplates).mockImplementation(async (_portal, _input, options) => {
      for (const key of TEMPLATE_KEYS) options?.report?.(key, key === 'handle')
      return { id: 1, inCharge: 'engine', templates: {}, modified: {} }
    })
    await press(wrapper, 'Repair')
    expect(vi.mocked(uploadTemplates).mock.calls[0]?.[2]).toMatchObject({ overwriteEdits: false })
    expect(wrapper.text()).toContain('Left as somebody changed it in the designer: Handle an answer.')
  })

  it('overwrites only after a question that names what will be lost', async () => {
    const wrapper = await open({ ...ENGINE, findings: findings({ handle: 'edited' }) })
    await press(wrapper, 'Undo the changes')
    expect(wrapper.get('[role=group]').text()).toContain('will be lost: Handle an answer.')
    expect(uploadTemplates).not.toHaveBeenCalled()
    await press(wrapper, 'Write anew')
    expect(vi.mocked(uploadTemplates).mock.calls[0]?.[2]).toMatchObject({ overwriteEdits: true })
  })

  it.each([[false, 'Remove all processes from the portal?'], [true, 'Remove all processes and end what is running?']])('removes; ending what runs: %s', async (ending, question) => {
    const wrapper = await open(ENGINE)
    vi.mocked(removeTemplates).mockResolvedValue({ removed: ['handle'], kept: ending ? [] : [{ key: 'send', error: new PortalError('processesInUse') }] })
    expect(wrapper.text()).toContain('Running now: 4.')
    if (ending) await wrapper.get('input[type=checkbox]').setValue()
    await press(wrapper, 'Remove the processes')
    expect(wrapper.get('[role=group]').text()).toContain(question)
    await press(wrapper, 'Remove')
    expect(removeTemplates).toHaveBeenCalledExactlyOnceWith(expect.anything(), STORE, { endRunning: ending })
    expect(wrapper.text()).toContain(ending ? 'The processes are removed.' : 'Still there, because something runs on them: Send.')
  })

  it('hands over', async () => {
    const wrapper = await open(ENGINE)
    await press(wrapper, 'Hand over to the duty person')
    expect(putDutyInCharge).toHaveBeenCalledOnce()
    expect(wrapper.text()).toContain('The duty person does the work now.')
  })
})

describe('everybody else', () => {
  it.each([[STORE.generation, 'The portal does the work'], ['another generation', 'Anna Berg does the work'], ['duty', 'Anna Berg does the work']])('reads who works: %s', async (engine, says) => {
    const wrapper = await open(ENGINE, { isAdmin: false, engine })
    expect(wrapper.text()).toContain(says)
    expect(wrapper.findAll('button')).toEqual([])
    expect(loadAutomation).not.toHaveBeenCalled()
  })
})
