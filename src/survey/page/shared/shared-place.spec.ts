import { enableAutoUnmount, flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PlaceKind } from '@/survey/model/invitation-link'
import { config, definition, fakeDevice, fragment, MemoryStorage, NPS, offline, type FakeDevice } from '@/survey/page/survey.fixture'
import SurveyPage from '@/survey/page/SurveyPage.vue'
import { TEXT_LANGS } from '@/survey/page/texts'
import { LEFT_MS, openPlace, THANKS_MS } from './shared-place'
import texts from './texts.json'

enableAutoUnmount(afterEach)
beforeEach(() => {
  vi.stubGlobal('matchMedia', () => Object.assign(new EventTarget(), { matches: true }))
  vi.stubGlobal('scrollTo', () => undefined)
})
afterEach(() => {
  document.adoptedStyleSheets = []
  vi.unstubAllGlobals()
})

/** The page at a place, and a clock that is only what it is told. */
async function put(kind: PlaceKind, device: FakeDevice = fakeDevice()) {
  const opened: VueWrapper[] = []
  const waiting = new Map<() => void, number>()
  openPlace(kind, '345', device, {
    page: document,
    open: (using, place) => {
      const page = mount(SurveyPage, { props: { fragment: fragment(`,${kind}`), device: using, place }, attachTo: document.body })
      opened.push(page)
      return () => page.unmount()
    },
    later: (action, milliseconds) => {
      waiting.set(action, milliseconds)
      return () => waiting.delete(action)
    }
  })
  await flushPromises()
  const now = (): VueWrapper => opened.at(-1)!
  return {
    opened, waiting, device, now,
    pick: (score: number) => now().find(`input[value="${score}"]`).setValue(true),
    press: async (label: string) => {
      const button = now().findAll('button').find(one => one.text() === label)
      if (!button) throw new Error(`no button "${label}" in ${now().text()}`)
      await (button.attributes('type') === 'submit' ? now().find('form').trigger('submit') : button.trigger('click'))
      await flushPromises()
    },
    /** nothing happens for so long */
    pass: async (milliseconds: number) => {
      for (const [action, after] of [...waiting]) if (after <= milliseconds) action()
      await flushPromises()
    }
  }
}
const sidOf = (device: FakeDevice, index: number): string => JSON.parse(device.fills[index]!.properties!).sid

describe('a kiosk', () => {
  it('thanks, and begins anew for the next: nothing of the one before is there, on the page or on the device', async () => {
    const { opened, pick, press, pass, now, device } = await put('kiosk')
    await pick(3)
    await now().find('textarea').setValue('Cold coffee')
    await press('Send')
    expect(now().text()).toContain('Thanks low')
    await pass(THANKS_MS)
    expect(opened).toHaveLength(2)
    expect(now().find('input:checked').exists()).toBe(false)
    expect(now().text()).toContain('Would you recommend us?')
    await pick(9)
    await press('Send')
    expect(device.fills).toHaveLength(2)
    expect(sidOf(device, 0)).not.toBe(sidOf(device, 1))
    expect(device.storage).toHaveLength(0)
  })

  it('leads nowhere else, and the next need not wait', async () => {
    const { opened, pick, press, now } = await put('kiosk')
    await pick(10)
    await press('Send')
    expect(now().find('a').exists()).toBe(false)
    await press(texts.en.next)
    expect(opened).toHaveLength(2)
  })

  it('begins anew a minute after the last touch; one that nobody has touched stands still', async () => {
    const { opened, waiting, pick, pass, now } = await put('kiosk')
    expect(waiting.size).toBe(0)
    await pick(4)
    await pass(LEFT_MS - 1)
    expect(opened).toHaveLength(1)
    await pass(LEFT_MS)
    expect(opened).toHaveLength(2)
    expect(now().find('input:checked').exists()).toBe(false)
    expect(waiting.size).toBe(0)
  })

  it('does not leave an answer behind that has not arrived yet', async () => {
    const { opened, waiting, device, pick, press, pass, now } = await put('kiosk', fakeDevice({ fill: offline }))
    await pick(4)
    await press('Send')
    expect(now().text()).toContain('Not sent yet')
    document.dispatchEvent(new Event('pointerdown'))
    expect(waiting.size).toBe(0)
    device.answers.fill = { result: { resultId: 7 } }
    await press('Try again')
    await pass(THANKS_MS)
    expect(opened).toHaveLength(2)
  })

  it('waits for a wish to be called back that has not arrived, and shows nobody the number', async () => {
    const thankYou = { ...definition().thankYou, callBack: ['low' as const] }
    const { opened, waiting, device, pick, press, pass, now } = await put('kiosk', fakeDevice({ get: config(definition([NPS], { thankYou })) }))
    await pick(2)
    await press('Send')
    const phone = () => now().find<HTMLInputElement>('input[type="tel"]')
    await vi.waitFor(() => expect(phone().exists()).toBe(true))
    expect(phone().element.autocomplete).toBe('off')
    await phone().setValue('+7 701 555 44 33')
    device.answers.fill = offline
    await press('Call me back')
    document.dispatchEvent(new Event('pointerdown'))
    expect(waiting.size).toBe(0)
    device.answers.fill = { result: { resultId: 7 } }
    await press('Try again')
    expect(device.fills).toHaveLength(3)
    expect(now().text()).toContain('We will call you back')
    expect(now().html()).not.toContain('555')
    await pass(THANKS_MS)
    expect(opened).toHaveLength(2)
    expect(now().text()).toContain('Would you recommend us?')
  })

  it('looks again by itself where there is no connection', async () => {
    const { opened, device, pass, now } = await put('kiosk', fakeDevice({ list: offline }))
    expect(now().text()).toContain('No connection')
    device.answers.list = ['https://acme.bitrix24.com']
    await pass(LEFT_MS)
    expect(opened).toHaveLength(2)
    expect(now().text()).toContain('Would you recommend us?')
  })

  it('is big, and a frame is plain', async () => {
    await put('kiosk')
    expect(document.adoptedStyleSheets).toHaveLength(1)
    await put('embed')
    expect(document.adoptedStyleSheets).toHaveLength(2)
    await put('shared')
    expect(document.adoptedStyleSheets).toHaveLength(2)
  })
})

describe.each(['shared', 'embed'] as const)('a %s link', kind => {
  it('is answered once by a device, and again by whoever says so', async () => {
    const device = fakeDevice()
    const first = await put(kind, device)
    await first.pick(9)
    await first.press('Send')
    expect(first.waiting.size).toBe(0)
    expect(first.now().find('a').exists(), 'the group\'s link').toBe(true)
    const again = await put(kind, device)
    expect(again.now().text()).toContain('You have already answered')
    await again.press(texts.en.again)
    expect(again.now().find('input:checked').exists()).toBe(false)
    await again.pick(2)
    await again.press('Send')
    expect(device.fills).toHaveLength(2)
    expect(sidOf(device, 0)).not.toBe(sidOf(device, 1))
    expect((await put(kind, device)).now().text()).toContain('You have already answered')
  })

  it('keeps a draft where the device keeps anything, and works where it does not', async () => {
    const device = fakeDevice()
    await (await put(kind, device)).pick(6)
    expect((await put(kind, device)).now().find<HTMLInputElement>('input:checked').element.value).toBe('6')
    const throwing = Object.assign(new MemoryStorage(), { getItem: (): string => { throw new DOMException('denied', 'SecurityError') } })
    for (const storage of [null, throwing]) {
      const other = await put(kind, { ...fakeDevice(), storage } as FakeDevice)
      await other.pick(7)
      await other.press('Send')
      expect(other.now().text()).toContain('Thanks middle')
    }
  })
})

describe('a link that was closed', () => {
  it.each(['shared', 'embed', 'kiosk'] as const)('%s: says so kindly and asks nothing', async kind => {
    const { now, device } = await put(kind, fakeDevice({ get: config(definition([NPS], { closed: [12, 345] })) }))
    expect(now().text()).toContain(texts.en.closedTitle)
    expect(now().text()).toContain(texts.en.closedText)
    expect(now().find('button').exists()).toBe(false)
    expect(device.fills).toEqual([])
  })

  it('is not another one', async () => {
    const { now } = await put('shared', fakeDevice({ get: config(definition([NPS], { closed: [34, 5, 3450] })) }))
    expect(now().text()).toContain('Would you recommend us?')
  })

  it('asks again on a kiosk when it was opened again', async () => {
    const { now, device, pass } = await put('kiosk', fakeDevice({ get: config(definition([NPS], { closed: [345] })) }))
    device.answers.get = config()
    await pass(LEFT_MS)
    expect(now().text()).toContain('Would you recommend us?')
  })
})

it.each(TEXT_LANGS.map(lang => [lang]))('%s: every text', lang => {
  const own: Record<string, string> = (texts as Record<string, Record<string, string>>)[lang]!
  expect(Object.keys(own)).toEqual(Object.keys(texts.en))
  expect(Object.values(own).every(text => text.trim() !== '')).toBe(true)
})
