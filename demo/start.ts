import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { ViteDevServer } from 'vite'
import { formMethods } from './forms/methods'
import { createPortal } from './portal'
import { processMethods, templateMethods } from './rest/methods/workflow'
import type { DemoPortal, Switches } from './state'
import { answerApp } from './web/app-server'
import { answerPortal } from './web/portal-server'

export interface DemoOptions {
  /** port of the portal, 8130 when not given, 0 for any free one */
  port?: number
  /** port of the app: the portal's plus one when not given */
  appPort?: number
  /** serve the app from its sources through Vite */
  dev?: boolean
  /** folder of the built app, dist/ when not given */
  appFolder?: string
  switches?: Partial<Switches>
  /** false: a portal without people and records */
  seed?: boolean
  now?: () => Date
  /** start, list and stop business processes over REST; off: the app calls none of that (tests/contract: what is served is called) */
  businessProcesses?: boolean
  /** answers put into the portal once the app reports the end of its installation; 400 when not given */
  answers?: number
  /** milliseconds after which a call is dropped that a `timeout` fault never answers */
  hangFor?: number
}

export interface Demo { portalUrl: string; appUrl: string; portal: DemoPortal; close(): Promise<void> }

type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>

async function listen(host: string, port: number, listener: Listener): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    listener(request, response).catch((error: unknown) => {
      console.error(error)
      if (response.headersSent) response.destroy()
      else response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end('Internal error')
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return { server, port: (server.address() as AddressInfo).port }
}

/** Starts the portal (http://localhost:…) and the app's host (http://127.0.0.1:…): two origins without any DNS. Rejects when a port is taken. */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const port = options.port ?? 8130
  const timers = new Map<NodeJS.Timeout, () => void>()
  const wait = (milliseconds: number): Promise<void> => milliseconds <= 0 ? Promise.resolve() : new Promise(resolve => {
    const timer = setTimeout(() => { timers.delete(timer); resolve() }, milliseconds)
    timers.set(timer, resolve)
  })

  let handlePortal: Listener = async (_request, response) => { response.writeHead(503).end() }
  let handleApp = handlePortal
  const front = await listen('localhost', port, (request, response) => handlePortal(request, response))
  const back = await listen('127.0.0.1', options.appPort ?? (port === 0 ? 0 : port + 1), (request, response) => handleApp(request, response)).catch((error: unknown) => {
    front.server.close()
    throw error
  })
  const portalUrl = `http://localhost:${front.port}`
  const appUrl = `http://127.0.0.1:${back.port}`

  const { switches, seed, now } = options
  const portal = createPortal({ origin: portalUrl, ...(switches ? { switches } : {}), ...(seed === undefined ? {} : { seed }), ...(now ? { now } : {}) })
  portal.register({ ...formMethods, ...templateMethods, ...(options.businessProcesses ? processMethods : {}) })
  portal.state.app.handler = `${appUrl}/index.html`
  const root = fileURLToPath(new URL('..', import.meta.url))
  const vite: ViteDevServer | null = options.dev
    ? await (await import('vite')).createServer({ root, appType: 'mpa', server: { middlewareMode: true, hmr: { server: back.server } } })
    : null
  const folder = options.appFolder ?? fileURLToPath(new URL('../dist', import.meta.url))

  handlePortal = (request, response) => answerPortal({
    portal, appUrl, wait, hangFor: options.hangFor ?? 40_000, onInstalled: () => { if (options.answers !== 0) portal.seedAnswers(options.answers ?? 400) }
  }, request, response)
  handleApp = (request, response) => answerApp(request, response, { folder, portalOrigin: portalUrl, ...(vite ? { middleware: vite.middlewares } : {}) })

  return {
    portalUrl, appUrl, portal,
    async close() {
      for (const [timer, resolve] of timers) { clearTimeout(timer); resolve() }
      await vite?.close()
      await Promise.all([front.server, back.server].map(server => new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      })))
    }
  }
}
