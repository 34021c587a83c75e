import { createRecord, nextId } from '../../demo/rest/records'
import { ADMINISTRATOR, type Request } from '../in-process'
import { NOW, openScene, recordsOf, type Scene, sendTools, valueOf } from './scene'
import { dueAlone, dueNow, type Sending } from '@/invitation/many-days'
import { findOpenCampaigns, loadWaiting, type OpenCampaign } from '@/invitation/many-open'
import { patientPortal, type ManySteer } from '@/invitation/many-portal'
import { LAST_DAY, loadLeads, loadPeople, type Lead } from '@/invitation/many-segment'
import { sendMany, type ManyReport } from '@/invitation/many-sending'
import { createMany, type Ask, type Created } from '@/invitation/many-writing'
import { bookedDays, dryRun, type DryRun, type Segment } from '@/invitation/model/many'
import { portalDay } from '@/invitation/model/portal-day'
import type { SendTools } from '@/invitation/sending'
import type { InCharge } from '@/plan/control'
import type { Portal } from '@/portal/client'
import type { Survey } from '@/survey/model/survey'

export const EVERYBODY: Segment = { pipeline: null, stage: '', responsible: null, companyId: null, from: '', to: '', who: 'all', people: 'main' }

/** A scene with a clock: whoever waits lets the time pass. */
export interface ManyScene extends Scene {
  clock: { now: number }
}

/** Only the clients of the test have an address. */
export async function manyScene(clients: number, change: (survey: Survey) => void = () => {}): Promise<ManyScene> {
  const clock = { now: NOW.getTime() }
  const scene = await openScene(() => new Date(clock.now))
  for (const type of [3, 4]) for (const item of scene.demo.state.items.get(type)!.values()) item.fm = item.fm.filter(({ typeId }) => typeId !== 'EMAIL')
  scene.survey.published!.content.mailsPerDay = 10_000
  change(scene.survey)
  addClients(scene, clients)
  return { ...scene, clock }
}

/** Minutes that the demo portal's clock is ahead of UTC. */
export const OFFSET = 300

export const manyTools = ({ clock }: ManyScene, seed = 1): SendTools => ({
  ...sendTools(seed), now: () => new Date(clock.now), offset: () => OFFSET,
  wait: milliseconds => {
    clock.now += milliseconds
    return Promise.resolve()
  }
})

/** As the page uses it. */
export const patient = (scene: ManyScene, wrap: (door: Request) => Request = door => door, steer = going): Portal =>
  patientPortal(scene.as(ADMINISTRATOR, wrap), manyTools(scene), steer)

/** Clients with an address and a deal each, in a pipeline stage of their own. @returns ids of the deals */
export function addClients({ demo }: Pick<Scene, 'demo'>, count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, index) => {
    const contact = createRecord(demo, 3, { NAME: 'Client', LAST_NAME: String(from + index), ASSIGNED_BY_ID: ADMINISTRATOR }, ADMINISTRATOR)
    contact.fm.push({ id: nextId(demo.state, 'fm'), typeId: 'EMAIL', valueType: 'WORK', value: `client${from + index}@example.com` })
    return createRecord(demo, 2, { TITLE: `Deal ${from + index}`, CONTACT_ID: contact.id, ASSIGNED_BY_ID: ADMINISTRATOR, CATEGORY_ID: 0 }, ADMINISTRATOR).id
  })
}

export const sender = { id: ADMINISTRATOR, name: 'Timur', email: 't.akhmetov@alatau.example.kz' }

export const sendingOf = (scene: ManyScene): Sending =>
  ({ surveys: [scene.survey], sender, today: portalDay(new Date(scene.clock.now), OFFSET), offset: OFFSET })

interface Looking {
  segment?: Segment
  leads?: Lead[]
  perDay?: number
  by?: InCharge
  reasons?: ReadonlyMap<string, string>
}

export interface Looked { run: DryRun, newest: number, today: string }

/** Reads the segment and says who would be asked, as the page does. */
export async function look(
  scene: ManyScene, portal: Portal, { segment = EVERYBODY, leads, perDay = 10_000, by = 'duty', reasons = new Map() }: Looking = {}
): Promise<Looked> {
  const sending = sendingOf(scene)
  const found = leads ?? (await loadLeads(portal, scene.store, segment)).leads
  const { used, newest, ...facts } = await loadPeople(portal, scene.store, found, sending)
  // what the page has read when it was opened
  const planned = (await findOpenCampaigns(patient(scene), scene.store)).flatMap(({ invitations }) => invitations)
  const run = dryRun({
    ...facts, ...sending, surveyId: null, portalLang: 'ru', now: new Date(scene.clock.now), perDay, lastDay: LAST_DAY, byProcesses: by === 'engine',
    booked: bookedDays(used, planned, sending), reasons
  })
  return { run, newest, today: sending.today }
}

export const asksOf = (run: DryRun, by: InCharge = 'duty'): Ask[] => run.asked.map(
  ({ candidate: { person, deal, company }, survey, address, lang, channel, day, perDay, reason }) => ({
    channel, day, perDay,
    order: {
      survey, deal, recipient: { kind: person.kind, id: person.id, name: person.name }, companyId: company?.id ?? null, email: address, lang, sender,
      notBefore: { person: person.notBefore, company: company?.notBefore ?? null }, known: new Set<number>(), overrideReason: reason, test: false, by
    }
  }))

export const going: ManySteer = { paused: () => false, told: () => {} }

/** The invitations of a dry run. */
export function create(
  scene: ManyScene, portal: Portal, id: string, { run, newest, today }: Looked, { by = 'duty' as InCharge, tools = manyTools(scene), steer = going } = {}
): Promise<Created> {
  return createMany(portal, scene.store, { id, by, newest, today }, asksOf(run, by), tools, steer)
}

/** What may leave of it now. */
export async function sendDue(
  scene: ManyScene, portal: Portal, id: string, { waiting, begun }: Created, tools = manyTools(scene), steer = going
): Promise<ManyReport> {
  const sending = sendingOf(scene)
  return sendMany(portal, scene.store, id, begun?.alone ? dueAlone(waiting, sending) : await dueNow(portal, scene.store, waiting, sending), tools, steer, begun)
}

/** A dry run, then everything that it says, in one go. */
export async function askMany(scene: ManyScene, portal: Portal, id: string, looking: Looking = {}): Promise<ManyReport> {
  return sendDue(scene, portal, id, await create(scene, portal, id, await look(scene, portal, looking)))
}

/** One campaign is gone on with, as the page does it. */
export async function resume(
  scene: ManyScene, portal: Portal, { id, invitations }: OpenCampaign, tools = manyTools(scene), steer = going
): Promise<ManyReport> {
  const due = await dueNow(portal, scene.store, invitations.map(one => ({ ...one, day: one.campaign.day, perDay: one.campaign.perDay })), sendingOf(scene))
  const { waiting } = await loadWaiting(portal, scene.store, due, [scene.survey], sender, tools)
  return sendMany(portal, scene.store, id, waiting, tools, steer)
}

/** Somebody opens the page again and goes on with all that waits. */
export async function goOn(scene: ManyScene, portal: Portal, tools = manyTools(scene), steer = going): Promise<void> {
  for (const campaign of await findOpenCampaigns(portal, scene.store)) {
    const { error } = await resume(scene, portal, campaign, tools, steer)
    if (error) throw error
  }
}

/** Mails and states of invitations, by token. */
export function outcome(scene: Pick<Scene, 'demo' | 'store'>): { mails: Map<string, number>, states: Map<string, string[]> } {
  const mails = new Map<string, number>()
  for (const { originId } of scene.demo.state.outbox) {
    // mails of processes carry no key
    const token = originId?.split('/')[0] ?? ''
    mails.set(token, (mails.get(token) ?? 0) + 1)
  }
  const states = new Map<string, string[]>()
  const nameOf = new Map(Object.entries(scene.store.enums.FB_STATE!).map(([name, id]) => [id, name]))
  for (const item of recordsOf(scene).values()) {
    const token = String(valueOf(scene, item, 'FB_TOKEN') ?? '')
    if (token !== '') states.set(token, [...states.get(token) ?? [], nameOf.get(Number(valueOf(scene, item, 'FB_STATE'))) ?? ''])
  }
  return { mails, states }
}
