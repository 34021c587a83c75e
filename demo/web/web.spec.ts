// @vitest-environment node
import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { get } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { activity, templateOf, uploaded } from '../engine/spec-template'
import type { Demo } from '../start'
import { startDemo } from '../start'
import type { Fault } from '../state'
import type { FrameData } from './frame'
import { bbCode, html } from './html'

const folder = mkdtempSync(join(tmpdir(), 'demo-app-'))
const PAGE = `<!doctype html><title>App</title>${'x'.repeat(2000)}`
let demo: Demo

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'))
  for (const name of ['index.html', 'tab.html', 'assets/app-1.js']) writeFileSync(join(folder, name), name.endsWith('.js') ? 'export {}' : PAGE)
  demo = await startDemo({ port: 0, appFolder: folder, answers: 0, hangFor: 30, businessProcesses: true })
})
afterAll(() => demo.close())

const admin = (): number => demo.portal.state.users.find(user => user.admin)?.id ?? 0
const manager = (): number => demo.portal.state.users.find(user => user.role === 'own')?.id ?? 0
const auth = (): string => demo.portal.issueToken(admin()).AUTH_ID
const rest = (method: string, params: object = {}): Promise<Response> =>
  fetch(`${demo.portalUrl}/rest/${method}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ auth: auth(), ...params }) })
const visit = async (path: string, userId = admin()): Promise<string> =>
  await (await fetch(demo.portalUrl + path, { headers: { cookie: `demo_user_${new URL(demo.portalUrl).port}=${userId}` } })).text()

describe('the app\'s host', () => {
  it.each(['GET', 'POST', 'HEAD'])('answers %s for a page', async method => {
    for (const path of ['/', '/index.html', '/tab.html?DOMAIN=x&APP_SID=1']) {
      const reply = await fetch(demo.appUrl + path, { method, ...(method === 'POST' ? { body: new URLSearchParams({ AUTH_ID: 'x' }) } : {}) })
      expect([reply.status, reply.headers.get('content-type'), reply.headers.get('x-frame-options')]).toEqual([200, 'text/html; charset=utf-8', null])
      expect(await reply.text()).toBe(method === 'HEAD' ? '' : PAGE)
    }
  })

  it('sends brotli to those who take it, caches hashed files for ever, and lists the portal', async () => {
    const packed = await new Promise<{ encoding: string | undefined; body: Buffer }>((resolve, reject) => {
      get(`${demo.appUrl}/tab.html`, { headers: { 'accept-encoding': 'br' } }, reply => {
        const chunks: Buffer[] = []
        reply.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve({ encoding: reply.headers['content-encoding'], body: Buffer.concat(chunks) }))
      }).on('error', reject)
    })
    expect(packed.encoding).toBe('br')
    expect(brotliDecompressSync(packed.body).toString()).toBe(PAGE)
    expect((await fetch(`${demo.appUrl}/assets/app-1.js`)).headers.get('cache-control')).toContain('immutable')
    expect(await (await fetch(`${demo.appUrl}/portals.json`)).json()).toEqual([demo.portalUrl])
  })

  it.each(['/nothing.html', '/../package.json', '/%2e%2e/package.json'])('has no %s', async path => {
    expect((await fetch(demo.appUrl + path)).status).toBe(404)
  })
})

describe('the wire', () => {
  beforeEach(() => { demo.portal.requests.length = 0 })

  it('answers a preflight, and reads JSON, form and query alike', async () => {
    const preflight = await fetch(`${demo.portalUrl}/rest/user.current?bx24_request_id=1`, { method: 'OPTIONS' })
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([200, '*'])
    const token = auth()
    const replies = [
      await rest('user.current'), await rest('user.current.json'),
      await fetch(`${demo.portalUrl}/rest/user.current`, { method: 'POST', body: new URLSearchParams({ auth: token }) }),
      await fetch(`${demo.portalUrl}/rest/user.current?auth=${token}`),
      await fetch(`${demo.portalUrl}/rest/${admin()}/${demo.portal.webhookSecret}/user.current`)
    ]
    for (const reply of replies) expect(await reply.json()).toMatchObject({ result: { ID: String(admin()) } })
    expect(demo.portal.requests).toHaveLength(replies.length)
  })

  it.each([[{ auth: 'nonsense' }, 'NO_AUTH_FOUND'], [{ auth: '' }, 'NO_AUTH_FOUND']])('%j is refused', async (params, error) => {
    const reply = await rest('user.current', params)
    expect([reply.status, await reply.json()]).toMatchObject([401, { error }])
  })

  it('an old token has expired', async () => {
    const token = auth()
    demo.portal.setNow(new Date(demo.portal.now().getTime() + 4_000_000))
    const reply = await rest('user.current', { auth: token })
    demo.portal.setNow(null)
    expect([reply.status, await reply.json()]).toMatchObject([401, { error: 'expired_token' }])
  })

  /** executed how often, and what the caller sees */
  const faults: [Fault['kind'], number, number | 'lost'][] = [
    ['lost-before', 0, 'lost'], ['reply-lost', 1, 'lost'], ['timeout', 1, 'lost'], ['503', 0, 503], ['401', 0, 401], ['executed-twice', 2, 200], ['method-error', 0, 400]
  ]
  const add = { entityTypeId: 2, fields: { title: 'Fault' } }
  const deals = (): number => demo.portal.state.items.get(2)?.size ?? 0

  it.each(faults)('%s: executed %i times, the caller sees %s, and only once', async (kind, executed, seen) => {
    demo.portal.faults.push({ kind, method: 'crm.item.add', nth: 2 })
    expect((await rest('crm.item.add', add)).status).toBe(200)
    const before = deals()
    const reply = await rest('crm.item.add', add).then(answer => answer.status, () => 'lost')
    expect([deals() - before, reply]).toEqual([executed, seen])
    expect(demo.portal.faults).toEqual([])
    expect((await rest('crm.item.add', add)).status).toBe(200)
    expect(deals() - before).toBe(executed + 1)
  })

  it('a fault of a member hits the batch, and a member\'s error only the member', async () => {
    const cmd = { one: 'user.current', two: 'crm.item.add?entityTypeId=2&fields[title]=A' }
    demo.portal.faults.push({ kind: 'lost-before', method: 'crm.item.add' }, { kind: 'method-error', method: 'crm.item.add', error: 'SOME' })
    await expect(rest('batch', { cmd })).rejects.toThrow()
    const { result } = await (await rest('batch', { cmd })).json() as { result: Record<string, object> }
    expect([Object.keys(result.result ?? {}), result.result_error]).toMatchObject([['one'], { two: { error: 'SOME' } }])
    expect(demo.portal.requests.at(-1)?.members).toEqual(['user.current', 'crm.item.add'])
  })
})

describe('frames', () => {
  const frames = (page: string): FrameData[] => [...page.matchAll(/data-frame="([^"]+)"/g)]
    .map(match => JSON.parse((match[1] ?? '').replaceAll('&quot;', '"').replaceAll('&#39;', '\'').replaceAll('&amp;', '&')) as FrameData)
  const bind = (placement: string, userId: number | null = null): void => {
    demo.portal.state.placements.push({ placement, handler: `${demo.appUrl}/tab.html`, title: `App ${placement}`, langAll: {}, options: {}, userId })
  }
  const dealOf = (userId: number): number =>
    [...demo.portal.state.items.get(2)?.values() ?? []].find(item => Number(item.fields.ASSIGNED_BY_ID) === userId)?.id ?? 0

  it('opens the installer to administrators only, and no place before the end of the installation', async () => {
    bind('CRM_DEAL_DETAIL_TAB')
    bind('LEFT_MENU')
    bind('PAGE_BACKGROUND_WORKER', admin())
    const [main] = frames(await visit('/marketplace/app/?params[x]=1'))
    const host = new URL(demo.portalUrl).host
    expect(main?.name).toBe(`${host}|0|${main?.sid}`)
    expect(main?.init).toMatchObject({
      DOMAIN: host, PROTOCOL: 0, PLACEMENT: 'DEFAULT', PLACEMENT_OPTIONS: { x: '1' }, INSTALL: true, FIRST_RUN: true, IS_ADMIN: true, APP_OPTIONS: {}, USER_OPTIONS: {},
      AUTH_ID: expect.any(String) as string, MEMBER_ID: expect.stringMatching(/^[0-9a-f]{32}$/) as string
    })
    expect(main?.body).toMatchObject({ PLACEMENT: 'DEFAULT', AUTH_ID: main?.init.AUTH_ID, member_id: main?.init.MEMBER_ID })
    expect(Object.fromEntries(new URL(main?.action ?? '').searchParams)).toEqual({ DOMAIN: host, PROTOCOL: '0', LANG: main?.init.LANG, APP_SID: main?.sid })
    expect(frames(await visit('/marketplace/app/', manager()))).toEqual([])
    expect(frames(await visit(`/crm/deal/details/${dealOf(admin()) || 1}/`))).toEqual([])
  })

  it('shows the places afterwards, with the worker for its own person', async () => {
    const cookie = `demo_user_${new URL(demo.portalUrl).port}=${admin()}`
    await fetch(`${demo.portalUrl}/demo/install-finish/`, { method: 'POST', headers: { cookie } })
    expect(demo.portal.state.app.installed).toBe(true)
    const id = dealOf(manager())
    expect(frames(await visit(`/crm/deal/details/${id}/`)).map(frame => [frame.init.PLACEMENT, (frame.init.PLACEMENT_OPTIONS as { ID: string }).ID]))
      .toEqual([['CRM_DEAL_DETAIL_TAB', String(id)], ['PAGE_BACKGROUND_WORKER', 'PAGE_BACKGROUND_WORKER']])
    const [own] = frames(await visit(`/crm/deal/details/${id}/`, manager()))
    expect(own?.init).toMatchObject({ INSTALL: false, IS_ADMIN: false, PLACEMENT_OPTIONS: { URI: `/crm/deal/details/${id}/` } })
    expect(frames(await visit('/', manager()))).toEqual([])
    expect(await visit('/')).toContain('/marketplace/placement/LEFT_MENU/0/')
  })

  it('installation is finished by an administrator only, and a foreign page may change nothing', async () => {
    demo.portal.state.app.installed = false
    const cookie = `demo_user_${new URL(demo.portalUrl).port}`
    await fetch(`${demo.portalUrl}/demo/install-finish/`, { method: 'POST', headers: { cookie: `${cookie}=${manager()}` } })
    const foreign = await fetch(`${demo.portalUrl}/demo/install-finish/`, { method: 'POST', headers: { cookie: `${cookie}=${admin()}`, origin: demo.appUrl } })
    expect([foreign.status, demo.portal.state.app.installed]).toEqual([403, false])
    demo.portal.state.app.installed = true
  })

  it('a record that may not be read shows nothing but that', async () => {
    const item = [...demo.portal.state.items.get(2)?.values() ?? []].find(other => Number(other.fields.ASSIGNED_BY_ID) !== manager())
    const page = await visit(`/crm/deal/details/${item?.id}/`, manager())
    expect(page).not.toContain(String(item?.fields.TITLE))
    expect(frames(page)).toEqual([])
  })

  it('a broken rule and a refusal stand apart', async () => {
    const { contractLog } = demo.portal
    const before = contractLog.length
    const line = { at: '2026-03-01T10:00:00+05:00', method: 'crm.item.list', userId: 1, params: {} }
    contractLog.push({ ...line, kind: 'rule', problem: 'unknown parameter extra' }, { ...line, kind: 'refusal', problem: 'page3 leads nowhere' })
    const [broken = '', refused = ''] = (await visit('/inspector/?lang=en')).split('Refused, as the documentation says')
    contractLog.splice(before)
    expect([broken.includes('unknown parameter extra'), broken.includes('page3 leads nowhere'), refused.includes('page3 leads nowhere')]).toEqual([true, false, true])
  })

  it('processes are seen with their log, and their clock moves when told', async () => {
    const { portal } = demo
    await uploaded(portal, templateOf([activity('DelayActivity', { TimeoutDuration: '90', TimeoutDurationType: 'm' }), activity('LogActivity', { Text: '<b>{=Document:ID}' })]), { auto: '1', name: 'T & 1' })
    const { result: { item } } = await (await rest('crm.item.add', { entityTypeId: 2, fields: { title: 'Watched' } })).json() as { result: { item: { id: number } } }
    const seen = (): Promise<string> => visit('/inspector/processes/?lang=en')
    expect(await seen()).toContain('T &amp; 1')
    expect(await seen()).toMatch(/running[\s\S]*DelayActivity/)
    const forward = async (body: Record<string, string>): Promise<string> => {
      await fetch(`${demo.portalUrl}/inspector/clock/`, { method: 'POST', body: new URLSearchParams(body), redirect: 'manual' })
      return seen()
    }
    expect(await forward({ minutes: '30' })).not.toContain(`&lt;b&gt;${item.id}`)
    const before = portal.now().getTime()
    expect(await forward({ to: 'hour', minutes: '0' })).toContain(`&lt;b&gt;${item.id}`)
    await forward({ to: 'day', minutes: '0' })
    expect(portal.now().getTime() - before).toBeGreaterThanOrEqual(25 * 3_600_000)
    await rest('crm.item.add', { entityTypeId: 2, fields: { title: 'Watched too' } })
    expect((await forward({ to: 'next', minutes: '0' })).match(/&lt;b&gt;\d+/g)).toHaveLength(2)
    portal.state.workflowTemplates = []
  })

  it('a link to one answer carries its parameters', async () => {
    bind('REST_APP_URI')
    const [frame] = frames(await visit(`/marketplace/view/${demo.portal.state.app.code}/?params[answer]=77`))
    expect(frame?.init).toMatchObject({ PLACEMENT: 'REST_APP_URI', PLACEMENT_OPTIONS: { answer: '77' } })
  })
})

describe('markup', () => {
  it('escapes whatever is put in, Html excepted', () => {
    expect(html`<p title="${'"\''}">${'<b>'}${[html`<i>${1}</i>`, '&']}${false}${null}</p>`.text).toBe('<p title="&quot;&#39;">&lt;b&gt;<i>1</i>&amp;</p>')
  })

  it.each([
    ['[B]x[/B]\ny', '<b>x</b><br>y'],
    ['[URL=https://a.example/?x=1&y=2]t[/URL]', '<a href="https://a.example/?x=1&amp;y=2" target="_blank" rel="noopener">t</a>'],
    ['[URL=/marketplace/view/app/?params[answer]=7]t[/URL]', '<a href="/marketplace/view/app/?params[answer]=7" data-slider>t</a>'],
    ['[URL=javascript:alert(1)]t[/URL]', 't'],
    ['[USER=5]Ann[/USER]', '<a href="/company/personal/user/5/" class="user">Ann</a>'],
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;']
  ])('BB code %j', (text, markup) => { expect(bbCode(text).text).toBe(markup) })
})
