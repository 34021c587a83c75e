import type { Definition, Question } from '@/survey/model/survey'
import { encodeDefinition } from '@/survey/model/definition'
import type { Device } from './portal-form'

/** What the specs of the page share: a survey, the form that carries it, and a browser that can be told to fail. */
export const TOKEN = 'abcdefghijklmnopqrstuvwxyz012345'
export const NOW = Date.UTC(2026, 10, 20, 9)
export const FIELD = 'DYNAMIC_177_UF_CRM_5_'
export const PORTAL = 'https://acme.bitrix24.com'

export function fragment(more = '', expires = NOW / 1000 + 86_400, portal = 'acme.bitrix24.com'): string {
  return `#${portal},12,a1b2c3,345,${TOKEN},${expires}${more}`
}

export const NPS: Question = {
  id: 'nps', type: 'nps', required: true, text: { en: 'Would you recommend us?', ru: 'Порекомендуете нас?' }, low: { en: 'Never' }, high: { en: 'Surely' }
}

const byGroup = (name: string) => ({ high: { en: `${name} high`, ru: `${name} высокая` }, middle: { en: `${name} middle` }, low: { en: `${name} low` } })

export function definition(questions: Question[] = [NPS], more: Partial<Definition> = {}): Definition {
  return {
    v: 1, survey: 's1', version: 3, company: 'Acme', langs: ['en', 'ru'], defaultLang: 'en', questions,
    followUp: { asked: true, text: byGroup('Why') },
    thankYou: { text: byGroup('Thanks'), link: { high: 'https://reviews.example.com/acme', middle: '', low: 'javascript:alert(1)' }, callBack: [] },
    ...more
  }
}

export function field(code: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { id: FIELD + code, name: FIELD + code, label: code, type: 'string', required: false, multiple: false, visible: true, items: [], hint: '', ...more }
}

export function config(carried: Definition | string = definition(), data: Record<string, unknown> = {}): unknown {
  const hint = typeof carried === 'string' ? carried : encodeDefinition(carried)
  const fields = [...['FB_NPS', 'FB_CSAT', 'FB_CES', 'FB_STARS', 'FB_COMMENT'].map(code => field(code)), field('FB_ANSWERS', { hint })]
  const captcha = { service: 'google', recaptcha: { use: false }, yandexCaptcha: { use: false } }
  return { result: { config: { id: 12, sec: 'a1b2c3', lang: 'en', data: { language: 'en', title: 'Form', useSign: false, fields, agreements: [], captcha, ...data } } } }
}

/** Refused by the portal: a form that is switched off, an unknown one, a wrong code. */
export const FORM_ERROR = { error: true, error_description: 'Form with id=`12` is disabled.', result: [] }
export const FILLED = { result: { resultId: 77, pay: false, message: 'ok', gid: null, redirect: [], refill: [] } }
export const NOT_FILLED = { result: { resultId: null, pay: false, message: 'sorry', gid: null, redirect: [], refill: [] } }

export class MemoryStorage implements Storage {
  readonly kept = new Map<string, string>()
  get length(): number { return this.kept.size }
  key(index: number): string | null { return [...this.kept.keys()][index] ?? null }
  getItem(key: string): string | null { return this.kept.get(key) ?? null }
  setItem(key: string, value: string): void { this.kept.set(key, value) }
  removeItem(key: string): void { this.kept.delete(key) }
  clear(): void { this.kept.clear() }
}

export interface FakeDevice extends Device {
  /** every request, in order */
  requests: { url: string, init: RequestInit }[]
  /** bodies of the posts of answers */
  fills: Record<string, string>[]
  /** what is answered next; a function may throw or wait */
  answers: { list: unknown, get: unknown, fill: unknown }
  time: number
}

/** `answers` may hold a value, a Response, or a function that gives either (or throws, or waits). */
export function fakeDevice(answers: Partial<FakeDevice['answers']> = {}): FakeDevice {
  let ids = 0
  const device: FakeDevice = {
    requests: [],
    fills: [],
    answers: { list: [PORTAL], get: config(), fill: FILLED, ...answers },
    time: NOW,
    storage: new MemoryStorage(),
    now: () => device.time,
    newId: () => String(ids += 1).padStart(32, '0'),
    timeZoneOffset: -300,
    languages: ['en-US', 'en'],
    fetch: async (input, init = {}) => {
      const url = String(input)
      device.requests.push({ url, init })
      const kind = url.endsWith('portals.json') ? 'list' : url.endsWith('crm.site.form.get') ? 'get' : 'fill'
      if (kind === 'fill' && init.body instanceof FormData) device.fills.push(Object.fromEntries([...init.body].map(([name, value]) => [name, String(value)])))
      const answer = device.answers[kind]
      const given: unknown = typeof answer === 'function' ? await answer() : answer
      return given instanceof Response ? given : Response.json(given)
    }
  }
  return device
}

/** As a browser without network. */
export function offline(): never {
  throw new TypeError('Failed to fetch')
}
