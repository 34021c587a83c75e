import { enableAutoUnmount, flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Question } from '@/survey/model/survey'
import {
  config, definition, fakeDevice, FIELD, FORM_ERROR, fragment, NOT_FILLED, NPS, offline, type FakeDevice
} from './survey.fixture'
import SurveyPage from './SurveyPage.vue'

const REASON: Question = { id: 'why', type: 'choice', required: true, text: { en: 'Why us?' }, options: ['price', 'speed'].map(id => ({ id, text: { en: id } })) }

enableAutoUnmount(afterEach)
let wide = false

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => Object.assign(new EventTarget(), { matches: wide }))
  vi.stubGlobal('scrollTo', () => undefined)
})
afterEach(() => {
  wide = false
  vi.unstubAllGlobals()
})

async function open(device: FakeDevice = fakeDevice(), more = '') {
  const page = mount(SurveyPage, { props: { fragment: fragment(more), device }, attachTo: document.body })
  await flushPromises()
  return page
}

const titles = (page: VueWrapper): string[] => page.findAll('.question-title').map(title => title.text())
const press = async (page: VueWrapper, label: string): Promise<void> => {
  const button = page.findAll('button').find(one => one.text() === label)
  if (!button) throw new Error(`no button "${label}" in ${page.text()}`)
  if (button.attributes('type') === 'submit') await page.find('form').trigger('submit')
  else await button.trigger('click')
  await flushPromises()
}
const pick = (page: VueWrapper, name: string, value: string | number) => page.find(`input[name="${name}"][value="${value}"]`).setValue(true)
const given = (device: FakeDevice): unknown => JSON.parse(JSON.parse(device.fills[0]!.values!)[`${FIELD}FB_ANSWERS`][0])

describe('on a phone', () => {
  it('asks one question a screen, the open one in the words of the group, and thanks the group', async () => {
    const device = fakeDevice({ get: config(definition([NPS, REASON])) })
    const page = await open(device)
    expect(titles(page)).toEqual(['Would you recommend us?'])
    expect(page.find('.progress').text()).toBe('1 of 3')
    await pick(page, 'nps', 9)
    await press(page, 'Next')
    expect(titles(page)[0]).toMatch(/^Why high\s*optional$/)
    expect(document.activeElement?.textContent).toContain('Why high')
    await press(page, 'Back')
    await pick(page, 'nps', 3)
    await press(page, 'Next')
    expect(titles(page)[0]).toMatch(/^Why low/)
    await page.find('textarea').setValue('Too <b>slow</b>')
    await press(page, 'Next')
    expect(page.find('.progress').text()).toBe('3 of 3')
    await pick(page, 'why', 'speed')
    await press(page, 'Send')
    expect(given(device)).toEqual({ nps: 3, why: 'speed' })
    expect(page.text()).toContain('Thanks low')
    expect(page.text()).toContain('Your answers have arrived.')
    expect(page.find('a').exists(), 'javascript: is no link').toBe(false)
  })

  it('does not go on without a required answer, says so and puts the focus there', async () => {
    const page = await open()
    await press(page, 'Next')
    expect(page.find('[role="alert"]').text()).toBe('Please answer this question.')
    expect(page.find('[role="radiogroup"]').attributes()).toMatchObject({ 'aria-invalid': 'true', 'aria-describedby': page.find('[role="alert"]').attributes('id') })
    expect(document.activeElement).toBe(page.find('input[name="nps"][value="0"]').element)
    await pick(page, 'nps', 0)
    expect(page.find('[role="alert"]').exists()).toBe(false)
  })

  it('has the score of the link pre-selected, and shows nothing as sent before Send', async () => {
    const device = fakeDevice()
    const page = await open(device, ',10')
    expect(page.find<HTMLInputElement>('input:checked').element.value).toBe('10')
    await press(page, 'Next')
    expect(device.fills).toHaveLength(0)
    await press(page, 'Send')
    expect(device.fills).toHaveLength(1)
    expect(page.find('a').attributes()).toMatchObject({ href: 'https://reviews.example.com/acme', rel: 'noopener noreferrer', target: '_blank' })
    expect(page.find('a').text()).toBe('Continue to reviews.example.com')
  })

  it('posts once however often Send is pressed', async () => {
    let arrive = (): void => undefined
    const device = fakeDevice({ fill: () => new Promise(resolve => { arrive = () => resolve({ result: { resultId: 5 } }) }) })
    const page = await open(device, ',8')
    await press(page, 'Next')
    await press(page, 'Send')
    expect(page.find('button[type="submit"]').text()).toBe('Sending…')
    await page.find('form').trigger('submit')
    await page.find('form').trigger('submit')
    arrive()
    await flushPromises()
    expect(device.fills).toHaveLength(1)
    expect(page.text()).toContain('Thanks middle')
  })
})

describe('on a desktop', () => {
  beforeEach(() => {
    wide = true
  })

  it('asks all on one page and complains at every missing place, the first in focus', async () => {
    const device = fakeDevice({ get: config(definition([NPS, REASON])) })
    const page = await open(device)
    expect(titles(page)).toEqual(['Would you recommend us?', 'Why us?'])
    await press(page, 'Send')
    expect(page.findAll('[role="alert"]')).toHaveLength(2)
    await pick(page, 'nps', 7)
    expect(titles(page)[1]).toMatch(/^Why middle/)
    await press(page, 'Send')
    expect(document.activeElement).toBe(page.find('input[name="why"]').element)
    expect(device.fills).toHaveLength(0)
    await pick(page, 'why', 'price')
    await press(page, 'Send')
    expect(device.fills).toHaveLength(1)
  })

  it('does not send an empty answer, and lets a choice be taken back', async () => {
    const device = fakeDevice({ get: config(definition([{ ...NPS, required: false }])) })
    const page = await open(device)
    await pick(page, 'nps', 5)
    await press(page, 'Clear')
    expect(page.find('input:checked').exists()).toBe(false)
    await press(page, 'Send')
    expect(device.fills).toHaveLength(0)
    expect(page.find('[role="alert"]').text()).toBe('Please answer this question.')
  })

  it('holds several choices in their order', async () => {
    const device = fakeDevice({ get: config(definition([NPS, { ...REASON, type: 'choices', required: false }])) })
    const page = await open(device, ',9')
    for (const id of ['speed', 'price', 'speed', 'speed']) {
      const box = page.find(`input[value="${id}"]`)
      await box.setValue(!(box.element as HTMLInputElement).checked)
    }
    await press(page, 'Send')
    expect(given(device)).toEqual({ nps: 9, why: ['price', 'speed'] })
  })

  it('does not send without a required consent', async () => {
    const html = '<p>All of <b>it</b></p><script>alert(1)</script>'
    const agreements = [{ name: 'AGREEMENT_3', label: 'I agree', required: true, content: { html } }, { name: 'AGREEMENT_4', label: 'News', content: { url: 'javascript:alert(1)' } }]
    const device = fakeDevice({ get: config(definition(), { agreements }) })
    const page = await open(device, ',9')
    expect(page.find('.agreement-text').text()).toBe('All of it')
    expect(page.find('a').exists()).toBe(false)
    await press(page, 'Send')
    expect(device.fills).toHaveLength(0)
    expect(page.find('[role="alert"]').text()).toBe('Please tick this box to continue.')
    expect(document.activeElement?.id).toBe('AGREEMENT_3')
    await page.find('#AGREEMENT_3').setValue(true)
    await press(page, 'Send')
    expect(device.fills[0]!.consents).toBe('{"AGREEMENT_3":"Y"}')
  })

  it('cuts a pasted novel with a notice and counts down before', async () => {
    const page = await open(fakeDevice(), ',9')
    const box = page.find('textarea')
    await box.setValue('x'.repeat(3599))
    expect(page.find('.counter').exists()).toBe(false)
    await box.setValue('x'.repeat(3600))
    expect(page.find('.counter').text()).toBe('Characters left: 400')
    await box.setValue(`${'x'.repeat(3999)}😀${'y'.repeat(16_000)}`)
    expect(box.element.value).toBe('x'.repeat(3999))
    expect(page.find('.cut').text()).toBe('Only 4,000 characters fit here. The end of your text was cut off.')
    await box.setValue('short')
    expect(page.find('.cut').exists()).toBe(false)
  })

  it('shows what people wrote as text, never as markup', async () => {
    const evil = '<img src=x onerror=alert(1)>'
    const page = await open(fakeDevice({ get: config(definition([{ ...NPS, text: { en: evil } }], { company: evil })) }), ',9')
    expect(titles(page)[0]).toContain(evil)
    expect(page.find('h1').text()).toBe(evil)
    expect(page.find('img').exists()).toBe(false)
  })

  it('speaks the language that is chosen, in the direction it is read', async () => {
    const page = await open(fakeDevice({ get: config(definition([NPS], { langs: ['en', 'ru', 'ar'] })) }), ',9,ru')
    // a language is a chunk of its own
    await vi.waitFor(() => expect(titles(page)[0]).toBe('Порекомендуете нас?'))
    expect(document.documentElement.lang).toBe('ru')
    await page.find('select').setValue('ar')
    await vi.waitFor(() => expect(page.find('button[type="submit"]').text()).toBe('إرسال'))
    expect(document.documentElement.dir).toBe('rtl')
    expect(titles(page)[0], 'a missing text falls back').toBe('Would you recommend us?')
  })

  it('draws the form\'s own fields when the definition cannot be read', async () => {
    const fields = [{ name: `${FIELD}FB_NPS`, label: 'Recommend?', required: true }, { name: 'CITY', type: 'list', label: 'City', items: [{ value: '12', label: 'Almaty' }] }]
    const device = fakeDevice({ get: config('', { fields }) })
    const page = await open(device)
    await pick(page, 'f0', 4)
    await pick(page, 'f1', 12)
    await press(page, 'Send')
    expect(JSON.parse(device.fills[0]!.values!)).toEqual({ [`${FIELD}FB_NPS`]: ['4'], CITY: ['12'] })
    expect(page.text()).toContain('Thank you!')
  })
})

describe('what goes wrong ends on a page that says what to do', () => {
  it.each<[string, Partial<FakeDevice['answers']>, string, string | null]>([
    ['a portal that is not on the list', { list: [] }, 'We do not know this address', null],
    ['a paused form', { get: FORM_ERROR }, 'This survey is taking a break', 'Try again'],
    ['no network', { get: offline }, 'No connection', 'Try again'],
    ['a captcha', { get: config(definition(), { captcha: { use: true } }) }, 'One more step', 'Continue']
  ])('%s', async (_, answers, title, button) => {
    const page = await open(fakeDevice(answers))
    expect(page.find('.message-title').text()).toBe(title)
    expect(document.activeElement).toBe(page.find('.message-title').element)
    expect(page.find('.message .button').exists() ? page.find('.message .button').text() : null).toBe(button)
  })

  it.each<[unknown, string]>([[offline, 'Not sent yet'], [NOT_FILLED, 'The survey is closed at the moment']])('answers that did not arrive: %o', async (fill, title) => {
    const device = fakeDevice({ fill })
    const page = await open(device, ',2')
    await press(page, 'Next')
    await press(page, 'Send')
    expect(page.find('.message-title').text()).toBe(title)
    device.answers.fill = { result: { resultId: 1 } }
    await press(page, 'Try again')
    expect(page.find('.message-title').text()).toBe('Thanks low')
    expect(device.fills[1]).toEqual(device.fills[0])
  })
})
