import { PiniaColada } from '@pinia/colada'
import { createPinia } from 'pinia'
import { createApp, h, shallowRef, type App, type Component } from 'vue'
import { localeContextInjectionKey } from '@bitrix24/b24ui-nuxt/composables/useLocale'
import { PortalError } from '@/portal/errors'
import { openFrame, type FramePortal } from '@/portal/frame'
import AppShell from '@/ui/AppShell.vue'
import ErrorView from '@/ui/ErrorView.vue'
import { englishI18n, loadKitWords, localeOf, markLanguage, openI18n, type AppI18n, type MessageLoader } from '@/ui/i18n'
import { frameKey, portalKey } from '@/ui/portal'

/** How long the whole start may take, in milliseconds; the portal's own greeting gives up earlier. */
const START_TIMEOUT = 20_000

export interface BootOptions {
  /** The page, as a chunk of its own: `() => import('@/answer/ui/FeedbackTab.vue')`. */
  root: () => Promise<{ default: Component }>
  /** Messages of every noun whose components the page shows. */
  messages?: readonly MessageLoader[]
  /** False for the page that installs the app. */
  needsInstallation?: boolean
}

type Words = readonly [i18n: AppI18n, kit: Awaited<ReturnType<typeof loadKitWords>>]

interface Start {
  page: Component
  words: Words
  portal: FramePortal
}

/** The language that the portal wrote into the address of the page: known before the portal was asked. */
const addressLanguage = (): string => new URLSearchParams(location.search).get('LANG') ?? 'en'

const loadWords = (lang: string, loaders: readonly MessageLoader[]): Promise<Words> => Promise.all([openI18n(lang, loaders), loadKitWords(lang)])

/** What the person is told: an error of the catalogue as it is, a file that did not come while there is no network as `offline`. */
const startError = (error: unknown): unknown => error instanceof PortalError || navigator.onLine ? error : new PortalError('offline', { retryable: true })

async function start({ root, messages = [], needsInstallation = true }: BootOptions): Promise<Start> {
  const expected = addressLanguage()
  // page, texts and portal do not wait for each other
  const [page, words, portal] = await Promise.all([root(), loadWords(expected, messages), openFrame()])
  const { isInstalled, lang } = portal.context
  if (needsInstallation && !isInstalled) throw new PortalError('notInstalled')
  return { page: page.default, portal, words: localeOf(lang) === localeOf(expected) ? words : await loadWords(lang, messages) }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new PortalError('unreachable', { retryable: true, detail: 'start' })), START_TIMEOUT)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

function show(root: Component, [i18n, kit]: Words, host: Element, prepare: (app: App) => void): App {
  const app = createApp(root).use(i18n).provide(localeContextInjectionKey, shallowRef(kit))
  prepare(app)
  markLanguage(document.documentElement, i18n.global.locale.value)
  app.mount(host)
  return app
}

/**
 * Starts an entry: greets the portal and loads page and texts at the same time, then puts the page into `#app` in place
 * of the skeleton that stands in the HTML. A start that fails ends in one error view with *Try again*.
 * @returns when the page or the error view is on the screen; never rejects
 */
export async function bootApp(options: BootOptions): Promise<void> {
  const host = document.querySelector('#app')
  if (!host) throw new Error('The page has no #app')
  try {
    const { page, words, portal } = await inTime(start(options))
    const fit = (): void => void portal.frame.fitWindow()
    show({ render: () => h(AppShell, { page, fit }) }, words, host, app => app
      .use(createPinia()).use(PiniaColada).provide(portalKey, portal).provide(frameKey, portal.frame))
  } catch (caught) {
    const error = startError(caught)
    const words = await loadWords(addressLanguage(), []).catch((): Words => [englishI18n(), undefined])
    const onRetry = (): void => {
      failed.unmount()
      void bootApp(options)
    }
    const heading = words[0].global.t('ui.title')
    const failed = show({ render: () => h('main', { class: 'p-4' }, [h('h1', { class: 'sr-only' }, heading), h(ErrorView, { error, onRetry })]) }, words, host, () => undefined)
  }
}
