import { enableAutoUnmount, flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CALL_BACK_FILL } from '@/survey/model/fill-kind'
import type { Definition } from '@/survey/model/survey'
import { config, definition, fakeDevice, FIELD, FILLED, FORM_ERROR, fragment, NOT_FILLED, NPS, offline, TOKEN, type FakeDevice } from '@/survey/page/survey.fixture'
import SurveyPage from '@/survey/page/SurveyPage.vue'
import { TEXT_LANGS } from '@/survey/page/texts'
import texts from './texts.json'

enableAutoUnmount(afterEach)
beforeEach(() => {
  vi.stubGlobal('matchMedia', () => Object.assign(new EventTarget(), { matches: true }))
  vi.stubGlobal('scrollTo', () => undefined)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const own = texts.en
const offers = (callBack: Definition['thankYou']['callBack'], more: Record<string, unknown> = {}) =>
  config(definition([NPS], { thankYou: { ...definition().thankYou, callBack } }), more)

async function open(device: FakeDevice, more = ',2'): Promise<VueWrapper> {
  const page = mount(SurveyPage, { props: { fragment: fragment(more), device }, attachTo: document.body })
  await flushPromises()
  return page
}

/** Answers 2 of 10 and sees the thank-you. */
async function thanked(device: FakeDevice, more?: string): Promise<VueWrapper> {
  const page = await open(device, more)
  await page.find('form').trigger('submit')
  await flushPromises()
  expect(page.text()).toContain('Your answers have arrived.')
  return page
}

const asked = (page: VueWrapper) => vi.waitFor(() => {
  const form = page.find('form')
  expect(form.text()).toContain(own.call)
  return form
})
const write = (page: VueWrapper, phone: string) => page.find('[aria-labelledby="title-phone"].text-box').setValue(phone)
const wishes = (device: FakeDevice) => device.fills.filter(({ values }) => values!.includes('callBack')).map(({ values, properties, consents }) => ({
  values: JSON.parse(values!) as Record<string, string[]>,
  properties: JSON.parse(properties!) as Record<string, string>,
  consents: JSON.parse(consents!) as object
}))

describe('call me back', () => {
  it('is offered to the groups of the survey, and to nobody else', async () => {
    await asked(await thanked(fakeDevice({ get: offers(['low']) })))
    const page = await thanked(fakeDevice({ get: offers(['low']) }), ',10')
    await vi.dynamicImportSettled()
    expect(page.find('form').exists()).toBe(false)
  })

  it('posts phone and time with the token of the answer, as a fill of its own, and says so', async () => {
    const device = fakeDevice({ get: offers(['low']) })
    const page = await thanked(device)
    await asked(page)
    const input = page.find('[aria-labelledby="title-phone"].text-box').element as HTMLInputElement
    expect([input.type, input.autocomplete]).toEqual(['tel', 'tel'])
    await write(page, '8 (701) 555-44-33 доб. 2')
    await page.find('input[value="evening"]').setValue(true)
    await page.find('[aria-labelledby="title-words"].text-box').setValue('after six ')
    await page.find('form').trigger('submit')
    await flushPromises()
    expect(wishes(device)).toEqual([{
      values: { [`${FIELD}FB_ANSWERS`]: [CALL_BACK_FILL], [`${FIELD}FB_COMMENT`]: ['8 (701) 555-44-33 доб. 2, in the evening, after six'] },
      properties: { token: TOKEN, inv: '345', sid: expect.stringMatching(/^[a-z0-9]{32}$/), ver: '3', lang: 'en' }, consents: {}
    }])
    expect(wishes(device)[0]!.properties.sid).not.toBe((JSON.parse(device.fills[0]!.properties!) as { sid: string }).sid)
    expect(page.text()).toContain(own.done)
    expect(page.text()).toContain('8 (701) 555-44-33 доб. 2, in the evening, after six')
    expect(page.find('form').exists()).toBe(false)
  })

  it.each(['', '12', 'call me'])('"%s" is no number: says so, puts the focus there, and posts nothing', async phone => {
    const device = fakeDevice({ get: offers(['low']) })
    const page = await thanked(device)
    await asked(page)
    await write(page, phone)
    await page.find('form').trigger('submit')
    await flushPromises()
    expect(page.find('[role="alert"]').text()).toBe(own.missing)
    expect(document.activeElement).toBe(page.find('[aria-labelledby="title-phone"].text-box').element)
    expect(wishes(device)).toEqual([])
    await write(page, '٧٠١ ٥٥٥ ٤٤')
    expect(page.find('[role="alert"]').exists()).toBe(false)
  })

  it('wants the consents of the form, ticked as they were', async () => {
    const agreements = [{ name: 'AGREEMENT_3', label: 'I agree', required: true, content: { text: 'All of it' } }]
    const device = fakeDevice({ get: offers(['low'], { agreements }) })
    const page = await open(device)
    await page.find('#AGREEMENT_3').setValue(true)
    await page.find('form').trigger('submit')
    await flushPromises()
    await asked(page)
    expect(page.find<HTMLInputElement>('#AGREEMENT_3').element.checked).toBe(true)
    await page.find('#AGREEMENT_3').setValue(false)
    await write(page, '+77015554433')
    await page.find('form').trigger('submit')
    expect(wishes(device)).toEqual([])
    await page.find('#AGREEMENT_3').setValue(true)
    await page.find('form').trigger('submit')
    await flushPromises()
    expect(wishes(device).map(({ consents }) => consents)).toEqual([{ AGREEMENT_3: 'Y' }])
  })

  it('without a connection is kept and sent again, the very same', async () => {
    const device = fakeDevice({ get: offers(['low']) })
    const page = await thanked(device)
    await asked(page)
    await write(page, '+77015554433')
    device.answers.fill = offline
    await page.find('form').trigger('submit')
    await flushPromises()
    expect(page.text()).toContain(own.unsentText)
    device.answers.fill = FILLED
    window.dispatchEvent(new Event('online'))
    await flushPromises()
    expect(page.text()).toContain(own.done)
    expect(wishes(device)).toHaveLength(2)
    expect(wishes(device)[1]).toEqual(wishes(device)[0])
  })

  it('is taken up when the link is opened again, and then no more', async () => {
    const device = fakeDevice({ get: offers(['low']) })
    const page = await thanked(device)
    await asked(page)
    await write(page, '+77015554433')
    device.answers.fill = offline
    await page.find('form').trigger('submit')
    await flushPromises()
    page.unmount()
    device.answers.fill = FILLED
    const again = await open(device)
    await vi.waitFor(() => expect(again.text()).toContain(own.done))
    expect(wishes(device)).toHaveLength(2)
    again.unmount()
    const third = await open(device)
    await vi.dynamicImportSettled()
    await flushPromises()
    expect(third.text()).not.toContain(own.done)
    expect(wishes(device)).toHaveLength(2)
  })

  it.each<[string, Partial<FakeDevice['answers']>]>([
    ['refused', { fill: NOT_FILLED }], ['a form that was paused meanwhile', { get: FORM_ERROR }]
  ])('%s: says so, and a press sends it', async (_, answers) => {
    const device = fakeDevice({ get: offers(['low']) })
    const page = await thanked(device)
    await asked(page)
    await write(page, '+77015554433')
    Object.assign(device.answers, answers)
    await page.find('form').trigger('submit')
    await flushPromises()
    expect(page.text()).toContain('The survey is closed at the moment')
    Object.assign(device.answers, { get: offers(['low']), fill: FILLED })
    await page.findAll('button').find(button => button.text() === 'Try again')!.trigger('click')
    await flushPromises()
    expect(page.text()).toContain(own.done)
  })

  it('posts once however often it is pressed', async () => {
    let arrive = (): void => undefined
    const device = fakeDevice({ get: offers(['low']) })
    const page = await thanked(device)
    await asked(page)
    await write(page, '+77015554433')
    device.answers.fill = () => new Promise(resolve => { arrive = () => resolve(FILLED) })
    await page.find('form').trigger('submit')
    await page.find('form').trigger('submit')
    await flushPromises()
    await page.find('form').trigger('submit')
    arrive()
    await flushPromises()
    expect(wishes(device)).toHaveLength(1)
  })
})

it.each(TEXT_LANGS.map(lang => [lang]))('%s: every text', lang => {
  const words: Record<string, string> = (texts as Record<string, Record<string, string>>)[lang]!
  expect(Object.keys(words)).toEqual(Object.keys(texts.en))
  expect(Object.values(words).every(text => text.trim() !== '')).toBe(true)
})
