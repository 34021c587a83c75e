import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { PortalError } from '@/portal/errors'
import { RECORD_FIELDS } from '@/portal/fields'
import { ANSWER_STAGES, INVITATION_STAGES } from '@/portal/record-store'
import { addSurvey } from '@/survey/store'
import { surveyMessages } from '@/survey/ui/messages'
import { memoryPortal } from '@/survey/ui/memory-portal.fixture'
import { mountInPortal, silentFrame } from '../../../../tests/mount'
import { automationMessages } from '../automation/messages'
import { settingsMessages } from '../messages'
import InstallationPage from './InstallationPage.vue'
import { newFirstSurvey, runAll, type RunResult } from './run'

vi.mock('./run', async original => ({ ...await original<typeof import('./run')>(), runAll: vi.fn() }))

const survey = newFirstSurvey({ company: 'Acme', langs: ['en'], lang: 'en' })
const result = (state: RunResult['state'], extra: object = {}): RunResult => ({
  state, installed: { store: { entityTypeId: 1038, typeId: 13, answerCategoryId: 1 } },
  survey: { ...survey, published: { version: 1, at: '2026-03-01T10:00:00Z', by: 7, content: survey.draft } }, ...extra
}) as unknown as RunResult

const named = <K extends string>(keys: readonly K[]): Record<string, string> => Object.fromEntries(keys.map(key => [key, `x${key}`]))
const native = { names: {}, enums: {} }
const savedStore = {
  version: 1, entityTypeId: 1038, typeId: 13, invitationCategoryId: 2, answerCategoryId: 1, generation: 'g',
  names: named(Object.keys(RECORD_FIELDS)), enums: {}, native: { 2: native, 3: native, 4: native },
  answerStages: named(ANSWER_STAGES), invitationStages: named(INVITATION_STAGES)
}
const frame = silentFrame()
const page = async (options: Record<string, string> = {}, isInstalled = false, items: unknown[] = [], hasSurvey = false, lang = 'en', more = {}): Promise<VueWrapper> => {
  const portal = memoryPortal({
    'user.current': () => ({ ID: '7', NAME: 'Anna', LAST_NAME: 'Berg', EMAIL: 'anna@acme.example' }),
    'user.get': () => [{ ID: '7', NAME: 'Anna', LAST_NAME: 'Berg', ACTIVE: true }],
    'crm.item.list': () => ({ items }), 'app.option.get': () => options,
    'crm.type.list': () => ({ types: [] }), 'userfieldconfig.list': () => ({ fields: [] }),
    'crm.type.get': () => ({ type: { title: 'Feedback' } }), 'crm.category.list': () => ({ categories: [{ id: 1, name: 'Answers' }] }),
    ...more
  }, { isInstalled, lang })
  if (hasSurvey) await addSurvey(portal, survey)
  const wrapper = await mountInPortal(InstallationPage, { portal, frame, messages: [settingsMessages, automationMessages, surveyMessages] })
  await flushPromises()
  return wrapper
}

async function install(wrapper: VueWrapper): Promise<void> {
  await wrapper.get('[name=company]').setValue('Acme')
  await wrapper.get('form').trigger('submit')
  await flushPromises()
}

const stateOf = (wrapper: VueWrapper, part: string): string | undefined => wrapper.get(`[data-part=${part}]`).attributes('data-state')

beforeEach(() => {
  vi.mocked(runAll).mockReset()
  vi.mocked(frame.installFinish).mockClear()
  vi.mocked(frame.selectUser).mockReset().mockResolvedValue(null)
})

describe('the questions', () => {
  it('have answers already: everybody, the portal\'s own company, the person\'s language, the app\'s address, me', async () => {
    const wrapper = await page({}, false, [{ id: 1, title: 'Northwind' }])
    vi.mocked(runAll).mockResolvedValue(result('complete'))
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    const [, choices, asked] = vi.mocked(runAll).mock.calls[0]!
    expect(choices).toMatchObject({ keepIn: 'smartProcess', everyone: true, duty: { person: 7, deputy: null }, linkBase: choices.appBase })
    expect(asked).toMatchObject({ company: 'Northwind', langs: ['en'], lang: 'en' })
  })

  it.each<[string, string[], string]>([
    ['ru', ['ru', 'en'], 'Russian'], ['kz', ['kz', 'en'], 'Kazakh'], ['la', ['la', 'en'], 'Spanish'], ['de', ['en'], 'English']
  ])('in a portal that speaks %s propose its language, of five', async (lang, langs, name) => {
    const wrapper = await page({}, false, [{ id: 1, title: 'Northwind' }], false, lang)
    const boxes = wrapper.findAll('label:has(input[type=checkbox])')
    expect(boxes).toHaveLength(5)
    vi.mocked(runAll).mockResolvedValue(result('complete'))
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(vi.mocked(runAll).mock.calls[0]?.[2]).toEqual({ company: 'Northwind', langs, lang: langs[0] })
    expect(boxes[0]!.text()).toContain(name)
  })

  it('without a company name nothing starts, and it says why', async () => {
    const wrapper = await page()
    await wrapper.get('form').trigger('submit')
    expect(runAll).not.toHaveBeenCalled()
    expect(wrapper.text()).toContain('customers have to know who is asking')
  })

  it('tell what each role may do then', async () => {
    const wrapper = await page()
    expect(wrapper.get('table').text()).toContain('Roles of your own')
    await wrapper.get('input[name=everyone][value=false]').setValue(true)
    expect(wrapper.get<HTMLDetailsElement>('fieldset details').element.open).toBe(true)
    expect(wrapper.get('table').text()).toContain('See answers of colleaguesNo')
    expect(wrapper.get('table').text()).not.toContain('Roles of your own')
  })

  it('name somebody else as duty person, and say what cannot be checked', async () => {
    vi.mocked(frame.selectUser).mockResolvedValue({ id: 9, name: 'Boris Klein' })
    vi.mocked(runAll).mockResolvedValue(result('complete'))
    const wrapper = await page()
    await wrapper.findAll('button').find(one => one.text() === 'Choose somebody else')!.trigger('click')
    await flushPromises()
    expect(wrapper.text()).toContain('The app can only check your own rights.')
    await install(wrapper)
    expect(vi.mocked(runAll).mock.calls[0]?.[1].duty).toEqual({ person: 9, deputy: null })
  })
})

describe('who is to do the work', () => {
  const chosen = (wrapper: VueWrapper): unknown => wrapper.get<HTMLInputElement>('[name=inCharge]:checked').element.value

  it('is the portal, if it has processes', async () => {
    const wrapper = await page({}, false, [], false, 'en', { 'app.info': () => ({ ID: 1 }), 'bizproc.workflow.template.list': () => [] })
    expect(chosen(wrapper)).toBe('engine')
    await wrapper.get('[name=inCharge][value=duty]').setValue()
    vi.mocked(runAll).mockResolvedValue(result('complete'))
    await install(wrapper)
    expect(vi.mocked(runAll).mock.calls[0]?.[1].inCharge).toBe('duty')
  })

  it('is the duty person where it has none, with the reason', async () => {
    const wrapper = await page()
    expect(chosen(wrapper)).toBe('duty')
    expect(wrapper.get('[name=inCharge][value=engine]').attributes('disabled')).toBeDefined()
    expect(wrapper.text()).toContain('The plan of this portal has no business processes.')
  })

  it('says in the list of steps when it came differently', async () => {
    const wrapper = await page()
    vi.mocked(runAll).mockImplementationOnce(async (_portal, _choices, _first, _tools, report) => {
      report({ part: 'automation', state: 'care', error: new PortalError('processRefused') })
      return result('complete')
    })
    await install(wrapper)
    expect(stateOf(wrapper, 'automation')).toBe('care')
    expect(wrapper.get('[data-part=automation]').text()).toContain('refused one of the processes')
  })
})

describe('where records are kept', () => {
  const noSmartProcesses = async (): Promise<VueWrapper> => {
    const wrapper = await page()
    vi.mocked(runAll).mockImplementationOnce(async (_portal, _choices, _first, _tools, report) => {
      report({ part: 'rights', state: 'done' })
      const error = new PortalError('planWithoutSmartProcesses')
      report({ part: 'store', state: 'failed', error })
      throw error
    })
    await install(wrapper)
    return wrapper
  }

  it('a smart process, without a word of warning; deals with all of them', async () => {
    const wrapper = await page()
    expect(wrapper.get<HTMLInputElement>('[name=keepIn]:checked').element.value).toBe('smartProcess')
    expect(wrapper.text()).not.toContain('By choosing this you accept')
    expect(wrapper.get('aside').text()).toContain('A smart process')
    await wrapper.get('[name=keepIn][value=deals]').setValue(true)
    expect(wrapper.text()).toContain('none of them is ever won')
    expect(wrapper.find('[name=everyone]').exists()).toBe(false)
    expect(wrapper.get('aside').text()).toContain('Two deal pipelines')
    vi.mocked(runAll).mockResolvedValue(result('complete'))
    await install(wrapper)
    expect(vi.mocked(runAll).mock.calls[0]?.[1]).toMatchObject({ keepIn: 'deals' })
  })

  it('a plan without smart processes asks once more, and goes on only when deals were chosen', async () => {
    const wrapper = await noSmartProcesses()
    expect(wrapper.get('[role=alert]').text()).toContain('Nothing was created')
    expect(wrapper.text()).toContain('By choosing this you accept')
    expect(wrapper.find('[name=keepIn]:checked').exists()).toBe(false)
    expect(wrapper.get<HTMLInputElement>('[name=keepIn][value=smartProcess]').element.disabled).toBe(true)
    expect(wrapper.get<HTMLInputElement>('[name=company]').element.value).toBe('Acme')
    await wrapper.get('form').trigger('submit')
    expect(runAll).toHaveBeenCalledTimes(1)
    expect(wrapper.text()).toContain('Choose one of the two to go on.')
    await wrapper.get('[name=keepIn][value=deals]').setValue(true)
    vi.mocked(runAll).mockResolvedValue(result('complete'))
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(vi.mocked(runAll).mock.calls[1]?.[1]).toMatchObject({ keepIn: 'deals' })
    expect(wrapper.text()).toContain('Two deal pipelines')
  })

  it('is not asked where an earlier installation has put records among deals', async () => {
    const wrapper = await page({}, false, [], false, 'en', { 'userfieldconfig.list': () => ({ fields: [{ id: '1' }] }) })
    expect(wrapper.find('[name=keepIn]').exists()).toBe(false)
    expect(wrapper.get('aside').text()).toContain('Two deal pipelines')
    vi.mocked(runAll).mockResolvedValue(result('complete'))
    await install(wrapper)
    expect(vi.mocked(runAll).mock.calls[0]?.[1]).toMatchObject({ keepIn: 'deals' })
  })
})

describe('coming back', () => {
  const store = JSON.stringify(savedStore)

  it('goes on with an installation that was broken off', async () => {
    const wrapper = await page({ store })
    expect(wrapper.get('[type=submit]').text()).toBe('Continue the installation')
    expect(wrapper.find('[name=everyone]').exists()).toBe(false)
    expect(wrapper.find('[name=company]').exists()).toBe(true)
  })

  it('repairs what was finished, and asks nothing that is decided', async () => {
    const wrapper = await page({ store, duty: '{"person":7,"deputy":9}', base: 'https://links.example/', installed: 'g' }, true, [], true)
    expect([wrapper.get('h2').text(), wrapper.get('[type=submit]').text()]).toEqual(['Repair', 'Repair'])
    expect(wrapper.find('[name=company]').exists()).toBe(false)
    vi.mocked(runAll).mockResolvedValue(result('complete'))
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(vi.mocked(runAll).mock.calls[0]?.[1]).toMatchObject({ duty: { person: 7, deputy: 9 }, linkBase: 'https://links.example/' })
    expect(wrapper.text()).toContain('The app is set up. Nothing else has to be done.')
  })
})

describe('the steps', () => {
  it('show what runs, what failed and why, and go on from there', async () => {
    const wrapper = await page()
    vi.mocked(runAll).mockImplementationOnce(async (_portal, _choices, _first, _tools, report) => {
      report({ part: 'rights', state: 'done' })
      report({ part: 'store', state: 'running' })
      const error = new PortalError('overloaded')
      report({ part: 'store', state: 'failed', error })
      throw error
    })
    await install(wrapper)
    expect([stateOf(wrapper, 'rights'), stateOf(wrapper, 'store'), stateOf(wrapper, 'fields')]).toEqual(['done', 'failed', 'waiting'])
    expect(wrapper.get('[role=alert]').text()).toContain('The portal is busy')
    expect(wrapper.text()).toContain('1 of 11 done')

    vi.mocked(runAll).mockImplementationOnce(async (_portal, _choices, _first, _tools, report) => {
      report({ part: 'rights', state: 'running' })
      expect(stateOf(wrapper, 'rights')).toBe('done')
      report({ part: 'store', state: 'done' })
      return result('complete')
    })
    await wrapper.findAll('button').find(one => one.text() === 'Try again')!.trigger('click')
    await flushPromises()
    expect(vi.mocked(runAll).mock.calls[1]?.slice(1, 3)).toEqual(vi.mocked(runAll).mock.calls[0]?.slice(1, 3))
    expect(stateOf(wrapper, 'store')).toBe('done')
    expect(frame.installFinish).toHaveBeenCalledOnce()
  })

  it('end the installation only when answers arrive', async () => {
    const wrapper = await page()
    vi.mocked(runAll).mockResolvedValue(result('byHand', { reason: new PortalError('formNotMade') }))
    await install(wrapper)
    expect(frame.installFinish).not.toHaveBeenCalled()
    const recipe = wrapper.get('section[aria-label="Make the form yourself"]')
    expect(recipe.text()).toContain('%token%')
    expect(recipe.text()).toContain('After a deal · afterdeal')
    await recipe.findAll('button').find(one => one.text() === 'Open CRM forms')!.trigger('click')
    expect(frame.openPath).toHaveBeenCalledWith('/crm/webform/')
    await recipe.get('textarea').setValue('https://acme.example/crm_form_abc/')
    await recipe.findAll('button').find(one => one.text() === 'Check the form')!.trigger('click')
    await flushPromises()
    expect(recipe.text()).toContain('This short link hides the number of the form.')
  })

  it('say what a test answer found wrong', async () => {
    const wrapper = await page()
    vi.mocked(runAll).mockResolvedValue(result('mismatch', { check: { code: 'formMismatch', problems: [{ what: 'wrongPipeline', field: '' }], unseen: [] } }))
    await install(wrapper)
    expect(wrapper.get('[data-problem=wrongPipeline]').text()).toContain('another pipeline')
  })
})
