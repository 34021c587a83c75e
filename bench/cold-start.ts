import { readFileSync } from 'node:fs'
import type { Browser, CDPSession, Frame, Page } from 'playwright-core'
import type { Place } from './places'
import { throttle, type Profile } from './profiles'

/** Milliseconds since the frame began to load; null where there is none. */
export interface Moments {
  /** anything but white */
  paint: number | null
  /** the portal's first message to the frame */
  portal: number | null
  data: number
}

export interface ColdStart extends Moments {
  /** of the app's host: page, scripts, styles */
  requests: number
  /** in KB of 1000 bytes, headers included */
  kilobytes: number
  /** POSTs to the portal, and the OPTIONS that the browser sends ahead of them */
  posts: number
  preflights: number
}

/** What of an address belongs to the app's page itself, and what it asks of the portal. */
interface Origins { app: string; portal: string }

/** A function in the text of a script: tsx would put names into it that no browser knows. */
const WATCH = readFileSync(new URL('./watch-page.js', import.meta.url), 'utf8')

const QUIET_MS = 400
const PATIENCE_MS = 30_000

/** Opens a place in a fresh browser profile. @throws Error when its data does not appear within half a minute, twice */
export async function coldStart(browser: Browser, place: Place, profile: Profile, origins: Origins): Promise<ColdStart> {
  return attempt(browser, place, profile, origins).catch((error: unknown) => {
    process.stderr.write(`${place.name}, ${profile.name}: once more, because ${String(error).split('\n')[0]}\n`)
    return attempt(browser, place, profile, origins)
  })
}

async function attempt(browser: Browser, place: Place, profile: Profile, origins: Origins): Promise<ColdStart> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ru-RU', reducedMotion: 'reduce' })
  try {
    context.setDefaultTimeout(PATIENCE_MS)
    const { page: file, shown, figure = false, waiting = null } = place
    await context.addInitScript({ content: `${WATCH}\nwatchPage(${JSON.stringify({ page: file, shown, figure, waiting })})` })
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    const traffic = await countTraffic(session, origins)
    await throttle(session, profile)
    await page.goto(place.userId === null ? place.path : `${origins.portal}/login/?${new URLSearchParams({ user: String(place.userId), lang: 'ru', back: place.path })}`)
    if (place.press) await page.locator(place.press).first().click()
    const frame = await frameOf(page, origins.app + place.page)
    await frame.waitForFunction('typeof benchMoments.data === "number"', undefined, { polling: 50 }).catch((cause: unknown) => {
      throw new Error(`no ${shown} in ${file}`, { cause })
    })
    await traffic.quiet()
    const moments = await frame.evaluate<Moments>('({ ...benchMoments, paint: performance.getEntriesByName("first-paint")[0]?.startTime ?? null })')
    return { ...moments, ...traffic.counts() }
  } finally {
    await context.close()
  }
}

async function frameOf(page: Page, address: string): Promise<Frame> {
  const find = (): Frame | undefined => page.frames().find(frame => frame.url().startsWith(address))
  return find() ?? await page.waitForEvent('framenavigated', { predicate: frame => frame.url().startsWith(address) })
}

interface Traffic { counts(): Omit<ColdStart, keyof Moments>; quiet(): Promise<void> }

/** Counts on the wire, as the browser's own network panel does: playwright does not tell of preflights. */
async function countTraffic(session: CDPSession, { app, portal }: Origins): Promise<Traffic> {
  const open = new Set<string>()
  const files = new Map<string, number>()
  let [posts, preflights, last] = [0, 0, Date.now()]
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    const isPortal = request.url.startsWith(`${portal}/rest/`) || request.url.startsWith(`${portal}/bitrix/services/`)
    const isApp = request.url.startsWith(`${app}/`)
    if (!isPortal && !isApp) return
    last = Date.now()
    open.add(requestId)
    if (isApp) files.set(requestId, 0)
    else if (request.method === 'OPTIONS') preflights++
    else posts++
  })
  const end = (requestId: string): void => {
    if (open.delete(requestId)) last = Date.now()
  }
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (files.has(requestId)) files.set(requestId, encodedDataLength)
    end(requestId)
  })
  session.on('Network.loadingFailed', ({ requestId }) => end(requestId))
  await session.send('Network.enable')
  return {
    counts: () => ({ requests: files.size, kilobytes: [...files.values()].reduce((sum, bytes) => sum + bytes, 0) / 1000, posts, preflights }),
    async quiet() {
      while (open.size > 0 || Date.now() - last < QUIET_MS) await new Promise(resolve => { setTimeout(resolve, 50) })
    }
  }
}
