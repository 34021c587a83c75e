import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseLink } from '@/survey/model/invitation-link'
import type { Device } from '@/survey/page/portal-form'
import { fillIn, TEXT_LANGS } from '@/survey/page/texts'
import SurveyPage from '@/survey/page/SurveyPage.vue'
import { openOptOut } from './opt-out-place'
import texts from './texts.json'

const token = 'abcdefghijklmnopqrstuvwxyz012345'
const fragment = `#acme.bitrix24.com,12,a1b2c3,345,${token},1700000000,stop,ru`
const answersField = 'DYNAMIC_1038_UF_CRM_5_FB_ANSWERS'
const config = { result: { config: { data: { title: 'Ромашка', language: 'ru', fields: [{ name: answersField, type: 'text' }] } } } }

/** What the portal is asked, in order; `fill` decides what comes of a post. */
function open(change: { portals?: string[], fill?: () => Response } = {}) {
  const asked: { url: string, body: FormData | null }[] = []
  const device: Device = {
    storage: null, now: () => 1_800_000_000_000, newId: () => 's'.repeat(32), timeZoneOffset: 0, languages: ['en'],
    fetch: (input, init) => {
      const url = String(input)
      asked.push({ url, body: init?.body instanceof FormData ? init.body : null })
      if (url === 'portals.json') return Promise.resolve(Response.json(change.portals ?? ['https://acme.bitrix24.com']))
      if (url.endsWith('.get')) return Promise.resolve(Response.json(config))
      return Promise.resolve(change.fill?.() ?? Response.json({ result: { resultId: 5 } }))
    }
  }
  const pages: VueWrapper[] = []
  openOptOut(parseLink(fragment)!, device, (using, place) => pages.push(mount(SurveyPage, { props: { fragment, device: using, place } })))
  const page = pages[0]!
  return { page, posts: () => asked.filter(({ url }) => url.endsWith('.fill')) }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the page that stops mails', () => {
  it('asks first, long after the invitation expired, and tells nobody that it was opened', async () => {
    const { page, posts } = open()
    await flushPromises()
    await vi.waitFor(() => expect(page.text()).toContain(texts.ru.question))
    expect(page.text()).toContain(fillIn(texts.ru.explanation, { company: 'Ромашка' }))
    expect(posts()).toEqual([])
  })

  it('posts the wish with token and invitation, and no score', async () => {
    const { page, posts } = open()
    await vi.waitFor(() => expect(page.find('button').exists()).toBe(true))
    await page.find('button').trigger('click')
    await vi.waitFor(() => expect(page.text()).toContain(texts.ru.doneText))
    expect(posts()).toHaveLength(1)
    const body = posts()[0]!.body!
    expect(JSON.parse(String(body.get('values')))).toEqual({ [answersField]: ['{"@":"optOut"}'] })
    expect(JSON.parse(String(body.get('properties')))).toEqual({ token, inv: '345', sid: 's'.repeat(32), ver: '', lang: 'ru' })
    expect(page.find('button').exists()).toBe(false)
  })

  it('says when the wish did not arrive, and sends the same once more', async () => {
    let works = false
    const { page, posts } = open({ fill: () => works ? Response.json({ result: { resultId: 6 } }) : new Response('', { status: 500 }) })
    await vi.waitFor(() => expect(page.find('button').exists()).toBe(true))
    await page.find('button').trigger('click')
    await vi.waitFor(() => expect(page.text()).toContain(texts.ru.retryText))
    works = true
    await page.find('button').trigger('click')
    await vi.waitFor(() => expect(page.text()).toContain(texts.ru.doneText))
    expect(new Set(posts().map(({ body }) => body!.get('properties'))).size).toBe(1)
  })

  it('has nothing to press where the portal is none that is known', async () => {
    const { page } = open({ portals: ['https://other.bitrix24.com'] })
    await vi.waitFor(() => expect(page.find('.message').exists()).toBe(true))
    expect(page.find('button').exists()).toBe(false)
  })
})

it.each(TEXT_LANGS.map(lang => [lang]))('%s: every text, and the company in it', lang => {
  const own: Record<string, string> = (texts as Record<string, Record<string, string>>)[lang]!
  expect(Object.keys(own)).toEqual(Object.keys(texts.en))
  expect(Object.values(own).every(text => text.trim() !== '')).toBe(true)
  expect(own.explanation).toContain('{company}')
})
