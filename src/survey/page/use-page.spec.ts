import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { KEEP_SENT_MS } from './draft'
import {
  config, definition, fakeDevice, field, FIELD, FILLED, FORM_ERROR, fragment, NOT_FILLED, NOW, NPS, offline, TOKEN, type FakeDevice
} from './survey.fixture'
import { RETRY_AFTER_MS, usePage } from './use-page'

const scopes: EffectScope[] = []

async function open(device: FakeDevice, hash = fragment()) {
  const scope = effectScope()
  scopes.push(scope)
  const page = scope.run(() => usePage(hash, device))!
  await page.start()
  await flushPromises()
  return page
}

const close = (): void => scopes.splice(0).forEach(scope => scope.stop())
const sid = (device: FakeDevice, index: number): string => JSON.parse(device.fills[index]!.properties!).sid
const tick = (device: FakeDevice, ms: number): Promise<unknown> => {
  device.time += ms
  return vi.advanceTimersByTimeAsync(ms)
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  close()
  vi.useRealTimers()
})

describe('opening', () => {
  it('asks the list, then the portal, and posts nothing', async () => {
    const device = fakeDevice()
    const page = await open(device, fragment(',9,ru'))
    expect(page.phase.value).toBe('filling')
    expect(page.lang.value).toBe('ru')
    expect(page.texts.value.next).toBe('Далее')
    expect(page.answers.value).toEqual({ nps: 9 })
    expect(device.requests.map(({ url }) => url)).toEqual(['portals.json', 'https://acme.bitrix24.com/bitrix/services/main/ajax.php?action=crm.site.form.get'])
    const { init } = device.requests[1]!
    expect(init).toMatchObject({ method: 'POST', credentials: 'omit', referrerPolicy: 'no-referrer' })
    expect(init.headers).toBeUndefined()
    expect(init.body instanceof FormData && [...init.body]).toEqual([['id', '12'], ['sec', 'a1b2c3']])
    expect(device.fills).toEqual([])
  })

  it.each<[string, string, Partial<FakeDevice['answers']>, number]>([
    ['wrong', '#nonsense', {}, 0],
    ['wrong', `#acme.bitrix24.com,12,a1b2c3,345,${TOKEN.slice(1)},1`, {}, 0],
    ['expired', fragment('', NOW / 1000 - 1), {}, 0],
    ['unknown', fragment('', undefined, 'evil.example.com'), {}, 1],
    ['unknown', fragment(), { list: [] }, 1],
    ['unreachable', fragment(), { list: () => new Response('', { status: 404 }) }, 1],
    ['unreachable', fragment(), { list: offline }, 1],
    ['unreachable', fragment(), { get: offline }, 2],
    ['unreachable', fragment(), { get: () => new Response('<html>', { status: 200 }) }, 2],
    ['unreachable', fragment(), { get: () => Response.json({}, { status: 503 }) }, 2],
    ['paused', fragment(), { get: FORM_ERROR }, 2],
    ['paused', fragment(), { get: { result: { config: null } } }, 2],
    ['check', fragment(), { get: config(definition(), { captcha: { recaptcha: { use: true } } }) }, 2]
  ])('%s: %s', async (phase, hash, answers, requests) => {
    const device = fakeDevice(answers)
    const page = await open(device, hash)
    expect(page.phase.value).toBe(phase)
    expect(device.requests).toHaveLength(requests)
  })

  it.each(['11', '-1', '9%20maybe', '9.5', ''])('pre-selects nothing for the score "%s"', async score => {
    const page = await open(fakeDevice(), fragment(`,${score}`))
    expect(page.phase.value).toBe('filling')
    expect(page.answers.value).toEqual({})
  })

  it('hands a captcha over to the portal\'s own page', async () => {
    const device = fakeDevice({ get: config(definition(), { captcha: { recaptcha: { use: true } } }) })
    const page = await open(device)
    expect(page.checkUrl.value).toBe(`https://acme.bitrix24.com/pub/form/12/a1b2c3/?token=${TOKEN}&inv=345&sid=${'1'.padStart(32, '0')}&ver=3&lang=en`)
  })

  it('lets a late person answer', async () => {
    const device = fakeDevice()
    const page = await open(device, fragment(',3', NOW / 1000 - 1))
    await page.retry()
    expect(page.phase.value).toBe('filling')
    await page.send()
    expect(page.phase.value).toBe('thanks')
  })

  it('tries again when the connection is back', async () => {
    const device = fakeDevice({ get: offline })
    const page = await open(device)
    device.answers.get = config()
    dispatchEvent(new Event('online'))
    await flushPromises()
    expect(page.phase.value).toBe('filling')
  })
})

describe('the draft', () => {
  it('survives closing the page, with its id', async () => {
    const device = fakeDevice()
    const page = await open(device)
    page.answers.value = { nps: 4, _comment: 'slow' }
    page.consents.value = []
    await flushPromises()
    close()
    const again = await open(device)
    expect(again.answers.value).toEqual({ nps: 4, _comment: 'slow' })
    await again.send()
    expect(sid(device, 0)).toBe('1'.padStart(32, '0'))
  })

  it('keeps a change over a reload of the same link, and follows another score pressed in the mail', async () => {
    const device = fakeDevice()
    const first = await open(device, fragment(',9'))
    first.answers.value = { nps: 2 }
    await flushPromises()
    close()
    expect((await open(device, fragment(',9'))).answers.value).toEqual({ nps: 2 })
    close()
    expect((await open(device, fragment(',6'))).answers.value).toEqual({ nps: 6 })
  })

  it('drops what the newest version of the survey no longer takes', async () => {
    const choice = { id: 'c', type: 'choice' as const, required: false, text: { en: 'C' } }
    const withOptions = (...ids: string[]) => config(definition([NPS, { ...choice, options: ids.map(id => ({ id, text: { en: id } })) }]))
    const device = fakeDevice({ get: withOptions('a', 'b') })
    const page = await open(device)
    page.answers.value = { nps: 5, c: 'b' }
    await flushPromises()
    close()
    device.answers.get = withOptions('a')
    expect((await open(device)).answers.value).toEqual({ nps: 5 })
  })

  it('is not needed', async () => {
    const device = { ...fakeDevice(), storage: null }
    const page = await open(device)
    page.answers.value = { nps: 5 }
    await page.send()
    expect(page.phase.value).toBe('thanks')
    expect(page.keepsDrafts).toBe(false)
  })
})

describe('sending', () => {
  it('is done only when a result id came back', async () => {
    const device = fakeDevice()
    const page = await open(device)
    page.answers.value = { nps: 10 }
    await page.send()
    expect(page.phase.value).toBe('thanks')
    expect(page.group.value).toBe('high')
    expect(device.requests.at(-1)!.url).toBe('https://acme.bitrix24.com/bitrix/services/main/ajax.php?action=crm.site.form.fill')
    expect(device.requests.at(-1)!.init.headers).toBeUndefined()
    expect(JSON.parse(device.fills[0]!.values!)).toEqual({ [`${FIELD}FB_NPS`]: ['10'], [`${FIELD}FB_ANSWERS`]: ['{"nps":10}'] })
    expect(device.fills[0]).not.toHaveProperty('security_sign')
  })

  it('takes a double press as one', async () => {
    const device = fakeDevice()
    const page = await open(device)
    page.answers.value = { nps: 10 }
    await Promise.all([page.send(), page.send(), page.send()])
    expect(device.fills).toHaveLength(1)
  })

  it('asks nobody twice on this device, and forgets the answers after a week', async () => {
    const device = fakeDevice()
    const page = await open(device)
    page.answers.value = { nps: 10 }
    await page.send()
    close()
    expect((await open(device)).phase.value).toBe('answered')
    close()
    device.time += KEEP_SENT_MS + 1
    expect((await open(device)).phase.value).toBe('answered')
    expect(JSON.stringify([...Array(device.storage!.length).keys()].map(index => device.storage!.getItem(device.storage!.key(index)!)))).not.toContain('"nps":10')
  })

  it.each<[string, unknown]>([
    ['offline', offline], ['an error page', () => new Response('<html>')], ['503', () => Response.json(FILLED, { status: 503 })]
  ])('with %s keeps the answers and sends exactly the same again by itself', async (_, fill) => {
    const device = fakeDevice({ fill })
    const page = await open(device)
    page.answers.value = { nps: 3, _comment: 'x'.repeat(4000) }
    await page.send()
    expect(page.phase.value).toBe('lost')
    await tick(device, RETRY_AFTER_MS[0]!)
    expect(device.fills).toHaveLength(2)
    device.answers.fill = FILLED
    await tick(device, RETRY_AFTER_MS[1]! - 1)
    expect(page.phase.value).toBe('lost')
    await tick(device, 1)
    expect(page.phase.value).toBe('thanks')
    expect(device.fills).toHaveLength(3)
    expect(device.fills[1]).toEqual(device.fills[0])
    expect(device.fills[2]).toEqual(device.fills[0])
    await tick(device, 10 * RETRY_AFTER_MS.at(-1)!)
    expect(device.fills).toHaveLength(3)
  })

  it('goes on at once when the connection is back', async () => {
    const device = fakeDevice({ fill: offline })
    const page = await open(device)
    page.answers.value = { nps: 3 }
    await page.send()
    device.answers.fill = FILLED
    dispatchEvent(new Event('online'))
    await flushPromises()
    expect(page.phase.value).toBe('thanks')
    expect(device.fills).toHaveLength(2)
  })

  it('goes on after the page was closed, offline and in another version of the survey', async () => {
    const device = fakeDevice({ fill: offline })
    const page = await open(device)
    page.answers.value = { nps: 3 }
    await page.send()
    close()
    Object.assign(device.answers, { get: offline, fill: FILLED })
    const again = await open(device)
    expect(again.phase.value).toBe('lost')
    device.answers.get = config(definition([NPS], { version: 4 }))
    await again.retry()
    expect(again.phase.value).toBe('thanks')
    expect(device.fills).toHaveLength(2)
    expect(device.fills[1]).toEqual(device.fills[0])
  })

  it('refused by a form that was paused meanwhile, keeps the answers until it takes them', async () => {
    const device = fakeDevice({ fill: NOT_FILLED })
    const page = await open(device)
    page.answers.value = { nps: 3 }
    await page.send()
    expect(page.phase.value).toBe('refused')
    await tick(device, 10 * RETRY_AFTER_MS.at(-1)!)
    expect(device.fills).toHaveLength(1)
    close()
    device.answers.get = FORM_ERROR
    const again = await open(device)
    expect(again.phase.value).toBe('refused')
    Object.assign(device.answers, { get: config(), fill: FILLED })
    await again.retry()
    expect(again.phase.value).toBe('thanks')
    expect(sid(device, 1)).toBe(sid(device, 0))
  })

  it.each([FORM_ERROR, { result: [] }, {}, null, 'ok', { result: { resultId: 0 } }])('does not believe %o', async fill => {
    const page = await open(fakeDevice({ fill }))
    page.answers.value = { nps: 3 }
    await page.send()
    expect(page.phase.value).toBe('refused')
  })

  it('sends once from two tabs', async () => {
    const device = fakeDevice()
    const [one, two] = [await open(device), await open(device)]
    one.answers.value = { nps: 8 }
    await one.send()
    two.answers.value = { nps: 8 }
    await two.send()
    expect(two.phase.value).toBe('answered')
    expect(device.fills).toHaveLength(1)
  })

  it('posts the agreements that are ticked', async () => {
    const agreements = [{ name: 'AGREEMENT_3', label: 'a', required: true, checked: true }, { name: 'AGREEMENT_4', label: 'b', required: false, checked: false }]
    const device = fakeDevice({ get: config(definition(), { agreements, fields: [field('FB_NPS'), field('FB_ANSWERS', { hint: JSON.stringify(definition()) })] }) })
    const page = await open(device)
    expect(page.consents.value).toEqual(['AGREEMENT_3'])
    page.answers.value = { nps: 8 }
    await page.send()
    expect(device.fills[0]!.consents).toBe('{"AGREEMENT_3":"Y"}')
  })
})
