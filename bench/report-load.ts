import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { ApiVersion, B24Hook, ParamsFactory } from '@bitrix24/b24jssdk'
import type { Browser } from 'playwright-core'
import { build } from 'vite'
import { createReportLoader } from '@/report/store-loader'
import { withLongestTask, type LongestTask } from './longest-task'
import { portalAt, type CountedPortal } from './counted-portal'
import type { PortalFacts } from './portal-process'
import type { Visit } from './report-page'
import { measureReportScreen, type ReportScreen } from './report-screen'

export interface ReportLoad {
  answers: number
  /** milliseconds that the portal takes for each request, besides its work */
  latency: number
  cold: TracedVisit
  warm: TracedVisit
  /** the whole page in the portal's frame */
  screen: ReportScreen
  /** every record of the portal, without what is on disk */
  everything: Reading
  /** the same by the SDK's own list helper, at `latency` and, for comparison, at none */
  sdk: Reading | null
  sdkAtOnce: Reading
}

export interface TracedVisit extends Visit { longest: LongestTask }

interface Reading { rows: number; requests: number; milliseconds: number }

/**
 * The report in a browser, the whole page and its data path alone, against a portal in a process of its own. Needs the built app.
 * @param early told what is known before the SDK reads, which takes minutes for many records
 * @param withSdk whether the SDK's way is measured at this latency too: it takes minutes for many records
 */
export async function measureReportLoad(
  browser: Browser, answers: number, latency: number, withSdk: boolean, early: (part: Omit<ReportLoad, 'sdkAtOnce'>) => void = () => undefined
): Promise<ReportLoad> {
  const child = fork(fileURLToPath(new URL('portal-process.ts', import.meta.url)), [String(answers), String(latency)], { execArgv: process.execArgv })
  try {
    const [facts] = await once(child, 'message') as [PortalFacts]
    const later = (): void => { child.send('later') }
    const screen = await measureReportScreen(browser, facts, later)
    later()
    const context = await browser.newContext()
    try {
      const script = await bundle()
      const visit = async (): Promise<TracedVisit> => {
        const page = await context.newPage()
        // same origin as the portal, so that nothing but the data path is measured; a site of its own, so that storage is like anywhere
        await page.route('**/bench-page', route => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>bench</title>' }))
        await page.goto(`${facts.portalUrl}/bench-page`)
        await page.addScriptTag({ content: script })
        const { result, longest } = await withLongestTask(browser, () => page.evaluate(async given =>
          await (globalThis as unknown as { visitReport: (facts: PortalFacts) => Promise<Visit> }).visitReport(given), facts))
        await page.close()
        return { ...result, longest }
      }
      const cold = await visit()
      const warm = await visit()
      const everything = await readEverything(facts)
      const sdk = withSdk ? await readBySdk(facts) : null
      early({ answers, latency, cold, warm, screen, everything, sdk })
      child.send(0)
      return { answers, latency, cold, warm, screen, everything, sdk, sdkAtOnce: await readBySdk(facts) }
    } finally {
      await context.close()
    }
  } finally {
    await end(child)
  }
}

const portalOf = ({ portalUrl, auth }: PortalFacts): CountedPortal => portalAt(portalUrl, auth, {}, true)

async function bundle(): Promise<string> {
  const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
  const built = await build({
    configFile: false, logLevel: 'error', resolve: { alias: { '@': at('../src') } },
    build: { write: false, target: 'es2022', lib: { entry: at('report-page.ts'), formats: ['iife'], name: 'bench' } }
  })
  if (!Array.isArray(built) || !built[0]) throw new Error('nothing was built')
  return built[0].output[0].code
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.disconnect()
  await once(child, 'exit')
}

async function readEverything(facts: PortalFacts): Promise<Reading> {
  return await timed(portalOf(facts), async portal => {
    const loader = createReportLoader({ portal, store: facts.store, surveys: [], disk: null, now: () => new Date(facts.now) })
    const { answers, invitations } = await loader.load({ answers: null, invitations: null })
    return answers.length + invitations.length
  })
}

async function timed(portal: CountedPortal, work: (portal: CountedPortal) => Promise<number>): Promise<Reading> {
  const begun = performance.now()
  const rows = await work(portal)
  return { rows, requests: portal.traffic.requests, milliseconds: performance.now() - begun }
}

async function readBySdk(facts: PortalFacts): Promise<Reading> {
  const begun = performance.now()
  const { rows, requests } = await readLikeSdk(facts)
  return { rows, requests, milliseconds: performance.now() - begun }
}

/**
 * The same records by the SDK's own list helper (`actions.v2.fetchList`): pages of 50, each begins behind the last id of the page before and is asked
 * for when that one has come. Without the SDK's brake, which from the fiftieth call on lets two a second pass.
 */
async function readLikeSdk({ portalUrl, webhook, store }: PortalFacts): Promise<{ rows: number; requests: number }> {
  const { host } = new URL(portalUrl)
  const restrictionParams = { ...ParamsFactory.getDefault(), rateLimit: { burstLimit: 1e6, drainRate: 1e6, adaptiveEnabled: false } }
  const sdk = new B24Hook({ b24Url: `https://${host}`, userId: webhook.userId, secret: webhook.secret }, { restrictionParams })
  sdk.offClientSideWarning()
  let requests = 0
  // a webhook of the SDK is always https; the demo portal speaks plain HTTP
  const http = sdk.getHttpClient(ApiVersion.v2)
  http.ajaxClient.interceptors.request.use(config => {
    requests++
    const plain = (address: string | undefined): string | undefined => address?.replace(/^https:/, 'http:')
    return Object.assign(config, { url: plain(config.url), baseURL: plain(config.baseURL) })
  })
  let rows = 0
  for (const categoryId of [store.answerCategoryId, store.invitationCategoryId]) {
    const pages = sdk.actions.v2.fetchList.make<{ id: number }>({
      method: 'crm.item.list', idKey: 'id', customKeyForResult: 'items',
      params: { entityTypeId: store.entityTypeId, filter: { '=categoryId': categoryId }, select: ['id', 'createdTime', 'ufCrm*'] }
    })
    for await (const page of pages) rows += page.length
  }
  return { rows, requests }
}
