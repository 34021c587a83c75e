import { fillForm } from '../demo/forms/fill'
import { startDemo, type Demo } from '../demo/start'
import { handleNewAnswers } from '@/answer/handling'
import { loadTab } from '@/answer/store'
import { formFieldName, type RecordStore } from '@/portal/record-store'
import { addClients, askNewest } from './many-invitations'
import type { CountedPortal } from './counted-portal'
import { ask, dealsToAsk } from './places'
import { ADMINISTRATOR, installIn, MANAGER, openScene, portalOf } from './scene'
import { timeOf } from './statistics'

/** What a piece of work costs at a portal that takes its time for every request. */
export interface Job {
  job: string
  requests: number
  /** methods called, those inside batches one by one */
  commands: number
  milliseconds: number
}

/** Time that the demo portal takes for every request, in milliseconds. */
export const LATENCY = 100

/** Invitations of one campaign. */
const MANY = 1_000

export async function measureJobs(): Promise<Job[]> {
  const fresh = await startDemo({ port: 0, answers: 0, switches: { latency: LATENCY } })
  const { demo, store } = await openScene(0, { switches: { latency: LATENCY } })
  try {
    const [first, ...deals] = dealsToAsk(demo)
    if (first === undefined || deals.length < 20) throw new Error('the seed has too few deals')
    const jobs = [
      await job('installation', portalOf(fresh, ADMINISTRATOR), portal => installIn(fresh, portal)),
      await job('request: look and send', portalOf(demo, MANAGER), portal => ask(demo, store, first, { portal })),
      await job('tab opened', portalOf(demo, MANAGER), portal => loadTab(portal, store, { entityTypeId: 2, id: first }))
    ]
    for (const count of [1, 20]) {
      await answered(demo, store, deals.splice(0, count))
      jobs.push(await job(`handling of ${count}`, portalOf(demo, ADMINISTRATOR), async portal => {
        const { handled } = await handleNewAnswers(portal, store, () => demo.portal.now())
        if (handled.length !== count) throw new Error(`${handled.length} of ${count} answers were handled`)
      }))
    }
    for (const limits of [false, true]) {
      // two requests a second behind a bucket of fifty, and the operating time of methods; what is refused is repeated, and counted twice
      demo.portal.switches.limits = limits
      addClients(demo, MANY)
      const name = `dry run and ${MANY} invitations${limits ? ', the portal’s limits on' : ''}`
      jobs.push(await job(name, portalOf(demo, ADMINISTRATOR), portal => askNewest(demo, store, portal, MANY)))
    }
    return jobs
  } finally {
    await Promise.all([fresh.close(), demo.close()])
  }
}

async function job(name: string, portal: CountedPortal, work: (portal: CountedPortal) => Promise<unknown>): Promise<Job> {
  const milliseconds = await timeOf(() => work(portal))
  return { job: name, ...portal.traffic, milliseconds }
}

/** Clients are asked and answer, without the delay. */
async function answered(demo: Demo, store: RecordStore, deals: readonly number[]): Promise<void> {
  const { switches, state } = demo.portal
  switches.latency = 0
  const form = state.forms.at(-1)
  if (!form) throw new Error('the installation left no form')
  for (const deal of deals) {
    const { id, token } = await ask(demo, store, deal)
    const outcome = fillForm(demo.portal, {
      id: String(form.id), sec: form.sec,
      values: JSON.stringify({ [formFieldName(store, 'FB_NPS')]: ['4'], [formFieldName(store, 'FB_COMMENT')]: ['Долго ждали'], [formFieldName(store, 'FB_ANSWERS')]: ['{"nps":4}'] }),
      properties: JSON.stringify({ token, inv: String(id), sid: token, ver: '1', lang: 'ru' })
    })
    if (outcome.kind !== 'filled') throw new Error('the form refused an answer')
  }
  switches.latency = LATENCY
}
