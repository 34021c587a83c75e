import { randomBytes } from 'node:crypto'
import { startDemo, type Demo, type DemoOptions } from '../demo/start'
import { runAll } from '@/entries/settings/installation/run'
import type { Portal, PortalContext } from '@/portal/client'
import type { RecordStore } from '@/portal/record-store'
import { parseSettings } from '@/portal/settings-store'
import { portalAt, type CountedPortal } from './counted-portal'

/** Sees everything and is not on duty, so that no hidden frame shares the network with the one that is measured. */
export const MANAGER = 3
export const ADMINISTRATOR = 1
const ON_DUTY = 5

/** The app's own client over real HTTP; every request waits for its reply as in the browser, without the browser's preflight. */
export function portalOf(demo: Demo, userId: number, context: Partial<PortalContext> = {}): CountedPortal {
  const { options: appOptions, installed: isInstalled } = demo.portal.state.app
  return portalAt(demo.portalUrl, demo.portal.issueToken(userId).AUTH_ID, { isAdmin: userId === ADMINISTRATOR, appOptions, isInstalled, ...context })
}

/** The whole installation: record store, widgets, first survey with its form, test submission. */
export async function installIn(demo: Demo, portal: Portal): Promise<void> {
  const base = `${demo.appUrl}/`
  const id = (length: number): string => randomBytes(length).toString('hex').slice(0, length)
  const result = await runAll(
    portal,
    { keepIn: 'smartProcess', everyone: true, duty: { person: ON_DUTY, deputy: null }, appBase: base, linkBase: base, generation: 'bench', inCharge: 'duty' },
    { company: 'Alatau', langs: ['ru', 'en'], lang: 'ru' },
    {
      now: () => demo.portal.now(),
      newNonce: () => ({ token: id(32), submission: id(32) }),
      formTexts: async () => ({ comment: 'Комментарий', answers: 'Ответы', button: 'Отправить', success: 'Спасибо', failure: 'Не получилось' })
    },
    () => undefined
  )
  if (result.state !== 'complete') throw new Error(`the installation ended as ${result.state}`)
  demo.portal.state.app.installed = true
}

/** A portal with the app installed and answers of twenty-six months. */
export async function openScene(answers: number, options: DemoOptions = {}): Promise<{ demo: Demo; store: RecordStore }> {
  const demo = await startDemo({ port: 0, answers: 0, ...options })
  const latency = demo.portal.switches.latency
  demo.portal.switches.latency = 0
  await installIn(demo, portalOf(demo, ADMINISTRATOR))
  if (answers > 0) demo.portal.seedAnswers(answers)
  demo.portal.switches.latency = latency
  return { demo, store: storeOf(demo) }
}

export function storeOf(demo: Demo): RecordStore {
  const { store } = parseSettings(demo.portal.state.app.options)
  if (store === null) throw new Error('the portal has no record store')
  return store
}
