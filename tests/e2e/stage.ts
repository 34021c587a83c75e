import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { startDemo, type Demo, type DemoOptions } from '../../demo/start'
import type { InCharge } from '@/plan/control'
import { openBrowser } from './browser'
import { installWithoutScreens } from './installed'

export type Lang = 'ru' | 'en'

/** Longest wait for something that is on its way, in milliseconds. A test waits for what it wants to see, never for time. */
const PATIENCE = 20_000
const OUTPUT = fileURLToPath(new URL('../output/', import.meta.url))
const APP_FOLDER = fileURLToPath(new URL('../../dist/', import.meta.url))

/** One person with a browser profile of their own. */
export interface Visitor {
  page: Page
  context: BrowserContext
  /** Says that the test makes the console speak or a request fail; whatever is not announced fails the test, and so does what never comes. */
  expectTrouble(pattern: RegExp): void
  /** closes the profile before the end of the test */
  leave(): Promise<void>
}

export interface VisitOptions {
  lang?: Lang
  width?: number
  height?: number
  theme?: 'light' | 'dark'
  browser?: BrowserContextOptions
}

/** A demo portal with the built app in it, and the people who visit it. */
export interface Scene extends Demo {
  demo: Demo
  /** somebody who is signed in to the portal; opens the path */
  visit(userId: number, path: string, options?: VisitOptions): Promise<Visitor>
  /** somebody outside: no cookies, a phone, no portal */
  customer(url: string, options?: VisitOptions): Promise<Visitor>
  /** Says that the portal will refuse something in this test by the CRM role of who asks. */
  expectRefusal(pattern: RegExp): void
}

export interface Stage {
  /** A portal of its own, closed at the end of the file. `installed`: as the administrator leaves it after the installation, who does the work included. */
  open(options?: DemoOptions & { installed?: boolean, inCharge?: InCharge }): Promise<Scene>
}

interface Watched { who: string; trouble: string[]; expected: { pattern: RegExp; seen: boolean }[]; context: BrowserContext }
interface Opened { demo: Demo; refusals: RegExp[]; checked: number }

/**
 * One browser for the file, a profile per person, and the rules for every test: a silent console, no failed request, no request to anybody
 * but portal and app, and no line in the portal's contract log.
 */
export function useStage(): Stage {
  let browser: Browser | undefined
  let watched: Watched[] = []
  const opened: Opened[] = []

  beforeAll(async () => {
    if (!existsSync(`${APP_FOLDER}survey.html`)) throw new Error('The app is not built: run "npm run build" before the end-to-end tests.')
    browser = await openBrowser()
  })

  afterEach(async ({ task }) => {
    const people = watched
    watched = []
    const failed = task.result?.state === 'fail'
    if (failed) await takePictures(people, task.name)
    await Promise.all(people.map(({ context }) => context.close()))
    const log = opened.flatMap(portal => newLines(portal))
    // a test that failed has said why; what it leaves half done would only add noise
    if (failed) return
    expect(people.flatMap(({ who, trouble }) => trouble.map(line => `${who}: ${line}`)), 'a browser that had something to say').toEqual([])
    expect(people.flatMap(({ expected }) => expected.filter(({ seen }) => !seen).map(({ pattern }) => String(pattern))), 'announced trouble that did not come').toEqual([])
    expect(log, 'contract log of the portal').toEqual([])
  })

  afterAll(async () => {
    await browser?.close()
    await Promise.all(opened.map(({ demo }) => demo.close()))
  })

  async function profile(who: string, demo: Demo, { width = 1280, height = 900, theme = 'light', browser: more = {} }: VisitOptions): Promise<Visitor> {
    if (!browser) throw new Error('the browser is opened before the first test')
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: 'reduce', timezoneId: 'Asia/Almaty', ...more })
    context.setDefaultTimeout(PATIENCE)
    const one: Watched = { who, trouble: [], expected: [], context }
    watched.push(one)
    watch(context, [demo.portalUrl, demo.appUrl], line => {
      const match = one.expected.find(({ pattern }) => pattern.test(line))
      if (match) match.seen = true
      else one.trouble.push(line)
    })
    return {
      page: await context.newPage(), context,
      expectTrouble: pattern => { one.expected.push({ pattern, seen: false }) },
      leave: () => context.close()
    }
  }

  return {
    async open({ installed = false, inCharge = 'duty', ...options } = {}) {
      const demo = await startDemo({ port: 0, hangFor: 1_000, answers: 0, ...options })
      const portal: Opened = { demo, refusals: [], checked: 0 }
      opened.push(portal)
      if (installed) await installWithoutScreens(demo, options.answers ?? 0, inCharge)
      return {
        ...demo, demo,
        async visit(userId, path, options = {}) {
          const visitor = await profile(`user ${userId}`, demo, options)
          const query = new URLSearchParams({ user: String(userId), lang: options.lang ?? 'ru', back: path })
          await visitor.page.goto(`${demo.portalUrl}/login/?${query}`)
          return visitor
        },
        async customer(url, options = {}) {
          const phone = { isMobile: true, hasTouch: true, locale: options.lang === 'en' ? 'en-GB' : 'ru-RU' }
          const visitor = await profile('customer', demo, { width: 360, height: 740, ...options, browser: { ...phone, ...options.browser } })
          await visitor.page.goto(url)
          return visitor
        },
        expectRefusal: pattern => { portal.refusals.push(pattern) }
      }
    }
  }
}

/** What nobody wants to see in any window of a profile, as lines. */
function watch(context: BrowserContext, own: readonly string[], report: (line: string) => void): void {
  context.on('console', message => {
    if (['error', 'warning'].includes(message.type())) report(`console.${message.type()}: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', ({ error }) => { const failure = error(); report(`uncaught: ${failure.stack ?? failure.message}`) })
  context.on('request', request => {
    const { protocol, origin } = new URL(request.url())
    if (/^https?:|^wss?:/.test(protocol) && !own.includes(origin)) report(`foreign request: ${request.url()}`)
  })
  context.on('requestfailed', request => {
    const why = request.failure()?.errorText ?? ''
    // a page that was left takes its running requests with it
    if (why !== 'net::ERR_ABORTED') report(`failed request: ${request.method()} ${request.url()} ${why}`)
  })
}

/** How every reading of records ends, see listNewestFirst: the page behind the last one is asked for and refused. */
const END_OF_CHAIN = /leads nowhere/
/** Whether there is a chat, and whether one takes part in it, is learned by asking. */
const NOT_IN_CHAT = /(imopenlines\.crm\.chat|im\.dialog\.messages)\.get .*ACCESS_/

/** Lines of the contract log since the last look that no test has announced. */
function newLines(portal: Opened): string[] {
  const lines = portal.demo.portal.contractLog.slice(portal.checked)
  portal.checked = portal.demo.portal.contractLog.length
  const refusals = portal.refusals.splice(0)
  return lines.map(line => `${line.kind} ${line.method} by ${line.userId}: ${line.problem} ${JSON.stringify(line.params)}`)
    .filter(text => !text.startsWith('refusal') || ![...refusals, END_OF_CHAIN, NOT_IN_CHAT].some(pattern => pattern.test(text)))
}

async function takePictures(people: readonly Watched[], name: string): Promise<void> {
  const file = name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80)
  for (const [number, { who, trouble, context }] of people.entries()) {
    if (trouble.length) process.stderr.write(`${who}:\n  ${trouble.slice(0, 4).join('\n  ')}\n`)
    for (const [index, page] of context.pages().entries()) {
      await page.screenshot({ path: `${OUTPUT}failed/${file}-${number}-${who}-${index}.png`, fullPage: true }).catch((error: unknown) => {
        process.stderr.write(`no picture of ${who}: ${String(error)}\n`)
      })
    }
  }
}
