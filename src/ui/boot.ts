import { PiniaColada } from '@pinia/colada'
import { createPinia } from 'pinia'
import { createApp, h, type App, type Component } from 'vue'
import { localeContextInjectionKey } from '@bitrix24/b24ui-nuxt/composables/useLocale'
import { PortalError } from '@/portal/errors'
import { openFrame, type Frame } from '@/ui/frame-placeholder'
import type { Portal } from '@/portal/client'
import AppShell from '@/ui/AppShell.vue'
import ErrorView from '@/ui/ErrorView.vue'
import { englishI18n, localeOf, markLanguage, openI18n, type AppI18n, type MessageLoader } from '@/ui/i18n'
import { frameKey, portalKey } from '@/ui/portal'

/** How long the portal and the files of the page may take before the start counts as failed. */
const START_TIMEOUT_MS = 15_000

export interface BootOptions {
  /** The page, as a chunk of its own: `() => import('@/answer/ui/FeedbackTab.vue')`. */
  root: () => Promise<{ default: Component }>
  /** Messages of every noun whose components the page shows. */
  messages?: readonly MessageLoader[]
  /** False for the page that installs the app. */
  needsInstallation?: boolean
}

/** The language the portal wrote into the address of the page; known before the portal is asked. */
const addressLanguage = (): string => new URLSearchParams(location.search).get('LANG') ?? 'en'

/** Errors of the catalogue as they are; a file that could not be fetched while there is no network is `offline`. */
function startError(error: unknown): unknown {
  return error instanceof PortalError || navigator.onLine ? error : new PortalError('offline', { retryable: true })
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new PortalError('portalSilent', { retryable: true })), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

interface Start { page: Component, i18n: AppI18n, portal: Portal, frame: Frame }

async function start(options: BootOptions): Promise<Start> {
  const loaders = options.messages ?? []
  const expected = addressLanguage()
  // page, texts and portal do not wait for each other
  const [{ default: page }, i18n, { portal, frame }] = await Promise.all([
    options.root(), openI18n(expected, loaders), openFrame({ timeoutMs: START_TIMEOUT_MS })
  ])
  if (!portal.context.isInstalled && options.needsInstallation !== false) throw new PortalError('notInstalled')
  const { lang } = portal.context
  return { page, portal, frame, i18n: localeOf(lang) === localeOf(expected) ? i18n : await openI18n(lang, loaders) }
}

function mountPage({ page, i18n, portal, frame }: Start): App {
  return createApp({ render: () => h(AppShell, { page, fit: (height: number) => frame.resize(height) }) })
    .use(createPinia())
    .use(PiniaColada)
    .use(i18n)
    .provide(portalKey, portal)
    .provide(frameKey, frame)
}

/**
 * Starts an entry: opens the portal and loads page and messages at the same time, then mounts the page into `#app`
 * in place of the skeleton that stands in the HTML. A start that fails ends in one error view with *Try again*.
 * @returns when the page or the error view is on the screen; never rejects.
 */
export async function bootApp(options: BootOptions): Promise<void> {
  const host = document.getElementById('app')
  if (!host) throw new Error('The page has no element #app')
  let app: App
  let i18n: AppI18n
  try {
    const started = await within(START_TIMEOUT_MS, start(options))
    i18n = started.i18n
    app = mountPage(started)
  } catch (caught) {
    const error = startError(caught)
    i18n = await openI18n(addressLanguage(), []).catch(englishI18n)
    const retry = (): void => {
      app.unmount()
      void bootApp(options)
    }
    app = createApp({ render: () => h('main', { class: 'p-4' }, h(ErrorView, { error, onRetry: retry })) }).use(i18n)
  }
  markLanguage(document.documentElement, i18n.global.locale.value)
  app.provide(localeContextInjectionKey, undefined)
  app.mount(host)
}
