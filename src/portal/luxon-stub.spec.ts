// @vitest-environment node
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DateTime } from './luxon-stub'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const INIT = {
  PROTOCOL: '1', LANG: 'en', MEMBER_ID: 'm', AUTH_ID: 'a', REFRESH_ID: 'r', AUTH_EXPIRES: '3600', IS_ADMIN: true, PLACEMENT: 'X_DETAIL_TAB', FIRST_RUN: true
}

let folder = ''
let code = ''

/** The frame as it is shipped: bundled with the stub in luxon's place. */
beforeAll(async () => {
  const output = await build({
    configFile: false, logLevel: 'error', root: at('.'),
    resolve: { alias: [{ find: /^luxon$/, replacement: at('./luxon-stub.ts') }] },
    build: { write: false, minify: false, lib: { entry: at('./frame.ts'), formats: ['es'] } }
  })
  const [bundle] = Array.isArray(output) ? output : [output]
  code = bundle && 'output' in bundle ? bundle.output.map(file => file.type === 'chunk' ? file.code : '').join('\n') : ''
  folder = await mkdtemp(join(tmpdir(), 'frame-'))
  await writeFile(join(folder, 'frame.mjs'), code)
}, 60_000)

afterAll(async () => {
  vi.unstubAllGlobals()
  await rm(folder, { recursive: true, force: true })
})

it('throws a clear error for whoever reaches it', () => {
  expect(() => (DateTime as { now(): unknown }).now()).toThrow('luxon is left out of the build, but DateTime.now was used')
})

describe('the bundled frame', () => {
  it('contains the stub and no luxon', () => {
    expect(code).toContain('luxon is left out of the build')
    expect(code).not.toContain('Invalid DateTime')
  })

  it('starts, calls, runs batches, renews its token and fails without ever reaching luxon', async () => {
    const listeners: ((event: unknown) => void)[] = []
    const replies: [number, object][] = [
      [200, { result: 1, time: {} }],
      [401, { error: 'expired_token' }], [200, { result: 2, time: {} }],
      [200, { result: { result: { a: 3 }, result_error: { b: { error: 'ACCESS_DENIED' } } }, time: { operating: 1, operating_reset_at: 2 } }],
      [403, { error: 'insufficient_scope' }],
      [200, { error: 'ERROR_CORE', error_description: 'x' }],
      [500, { error: 'INTERNAL_SERVER_ERROR' }]
    ]
    const parent = {
      postMessage: (message: string) => {
        const data = `${message.split(':').at(-2)}:${JSON.stringify(message.startsWith('refreshAuth') ? { AUTH_ID: 'b', REFRESH_ID: 'r', AUTH_EXPIRES: '60' } : INIT)}`
        for (const listener of listeners) listener({ origin: 'https://acme.test', data })
      }
    }
    vi.stubGlobal('parent', parent)
    vi.stubGlobal('document', { documentElement: { scrollHeight: 10, offsetHeight: 10 } })
    vi.stubGlobal('window', {
      name: 'acme.test|1|sid', parent, document, setTimeout, location: { href: 'https://app.test/tab.html' }, addEventListener: (_name: string, listener: (event: unknown) => void) => listeners.push(listener)
    })
    vi.stubGlobal('fetch', async () => {
      const [status, body] = replies.shift() ?? [200, { result: null }]
      return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
    })
    const { openFrame } = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'frame.mjs')).href) as typeof import('./frame')
    const portal = await openFrame()
    const detail = async (promise: Promise<unknown>) => promise.catch((error: { code: unknown }) => error.code)

    expect(await portal.call('crm.item.add', { fields: { at: '2026-05-04T09:53:51+03:00' } })).toBe(1)
    expect(await portal.call('crm.item.add')).toBe(2)
    const { a, b } = await portal.batch<{ a: number, b: number }>({ a: { method: 'x.add' }, b: { method: 'x.add' } })
    expect([a, b.ok]).toEqual([{ ok: true, result: 3 }, false])
    expect(await detail(portal.call('x.add'))).toBe('noRight')
    expect(await detail(portal.call('x.add'))).toBe('badRequest')
    expect(await detail(portal.call('x.add'))).toBe('portalFailed')
    await Promise.all([portal.frame.fitWindow(), portal.frame.setTitle('x'), portal.frame.openPath('/crm/'), portal.frame.selectUser(), portal.frame.reloadData()])
    expect(replies).toEqual([])
  })
})
