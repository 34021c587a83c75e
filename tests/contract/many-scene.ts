import { createRecord, nextId } from '../../demo/rest/records'
import { ADMINISTRATOR } from '../in-process'
import { NOW, type Scene, sendTools } from './scene'
import { loadLeads, loadPeople, type Lead } from '@/invitation/many-segment'
import { createMany, findOpenCampaigns, loadWaiting, sendMany, type Ask, type ManyReport, type ManySteer } from '@/invitation/many-sending'
import { dayOf, dueToday } from '@/invitation/model/campaign'
import { dryRun, type DryRun, type Segment } from '@/invitation/model/many'
import type { SendTools } from '@/invitation/sending'
import type { InCharge } from '@/plan/control'
import type { Portal } from '@/portal/client'

export const EVERYBODY: Segment = { pipeline: null, stage: '', responsible: null, companyId: null, from: '', to: '', who: 'all' }

/** Clients with an address and a deal each, in a pipeline stage of their own. @returns ids of the deals */
export function addClients({ demo }: Pick<Scene, 'demo'>, count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, index) => {
    const contact = createRecord(demo, 3, { NAME: 'Client', LAST_NAME: String(from + index), ASSIGNED_BY_ID: ADMINISTRATOR }, ADMINISTRATOR)
    contact.fm.push({ id: nextId(demo.state, 'fm'), typeId: 'EMAIL', valueType: 'WORK', value: `client${from + index}@example.com` })
    return createRecord(demo, 2, { TITLE: `Deal ${from + index}`, CONTACT_ID: contact.id, ASSIGNED_BY_ID: ADMINISTRATOR, CATEGORY_ID: 0 }, ADMINISTRATOR).id
  })
}

export const sender = { id: ADMINISTRATOR, name: 'Timur', email: 't.akhmetov@alatau.example.kz' }

/** Reads the segment and says who would be asked, as the page does. */
export async function look(
  scene: Scene, portal: Portal, { segment = EVERYBODY, leads, perDay = 10_000, now = NOW, lastDay = 13 }:
  { segment?: Segment, leads?: Lead[], perDay?: number, now?: Date, lastDay?: number } = {}
): Promise<{ run: DryRun, newest: number }> {
  const found = leads ?? (await loadLeads(portal, scene.store, segment)).leads
  const facts = await loadPeople(portal, scene.store, found, { senderId: sender.id, since: `${dayOf(now)}T00:00:00` })
  const run = dryRun({
    ...facts, surveys: [scene.survey], surveyId: null, portalLang: 'ru', now, today: dayOf(now), perDay, lastDay
  })
  return { run, newest: facts.newest }
}

export const asksOf = (run: DryRun, by: InCharge = 'duty'): Ask[] => run.asked.map(({ candidate: { person, deal, company }, survey, email, lang, day }) => ({
  day,
  order: {
    survey, deal, recipient: { kind: person.kind, id: person.id, name: person.name }, companyId: company?.id ?? null, email, lang, sender,
    known: new Set<number>(), overrideReason: '', test: false, by
  }
}))

export const going: ManySteer = { paused: () => false, told: () => {} }

/** A dry run, then everything that it says, in one go. */
export async function askMany(scene: Scene, portal: Portal, id: string, { perDay = 10_000 }: { perDay?: number } = {}): Promise<ManyReport> {
  const [tools, steer] = [sendTools(), going]
  const { run, newest } = await look(scene, portal, { perDay, now: tools.now() })
  const { waiting } = await createMany(portal, scene.store, { id, perDay, by: 'duty', newest }, asksOf(run), tools, steer)
  const today = dayOf(tools.now())
  return sendMany(portal, scene.store, id, waiting.filter(({ day }) => day === today), tools, steer, true)
}

/** Somebody opens the page again and goes on with all that waits. @returns how much was waiting */
export async function goOn(
  scene: Scene, portal: Portal, { tools = sendTools(), steer = going }: { tools?: SendTools, steer?: ManySteer } = {}
): Promise<number> {
  let count = 0
  for (const { id, invitations } of await findOpenCampaigns(portal, scene.store, sender.id)) {
    const { waiting } = await loadWaiting(portal, scene.store, invitations, [scene.survey], sender, tools, steer)
    const { sentToday } = await loadPeople(portal, scene.store, [], { senderId: sender.id, since: `${dayOf(tools.now())}T00:00:00` })
    const due = dueToday(waiting, dayOf(tools.now()), sentToday)
    count += due.length
    const { error } = await sendMany(portal, scene.store, id, due, tools, steer)
    if (error) throw error
  }
  return count
}
