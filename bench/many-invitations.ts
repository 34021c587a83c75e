import { randomBytes } from 'node:crypto'
import { createRecord, nextId } from '../demo/rest/records'
import type { Demo } from '../demo/start'
import { loadAsking, loadLeads, loadPeople } from '@/invitation/many-segment'
import { createMany, sendMany } from '@/invitation/many-sending'
import { dayOf } from '@/invitation/model/campaign'
import { dryRun } from '@/invitation/model/many'
import type { Portal } from '@/portal/client'
import type { RecordStore } from '@/portal/record-store'
import { ADMINISTRATOR } from './scene'

/** Deals of new clients with an address each. */
export function addClients({ portal }: Demo, count: number): void {
  for (let index = 0; index < count; index++) {
    const contact = createRecord(portal, 3, { NAME: 'Client', LAST_NAME: String(index), ASSIGNED_BY_ID: ADMINISTRATOR }, ADMINISTRATOR)
    contact.fm.push({ id: nextId(portal.state, 'fm'), typeId: 'EMAIL', valueType: 'WORK', value: `client${index}@example.com` })
    createRecord(portal, 2, { TITLE: `Deal ${index}`, CONTACT_ID: contact.id, CATEGORY_ID: 0, ASSIGNED_BY_ID: ADMINISTRATOR }, ADMINISTRATOR)
  }
}

/** Dry run, writing and sending, as the page does it in one go. @throws Error when not everybody got a mail */
export async function askNewest(demo: Demo, store: RecordStore, portal: Portal, count: number): Promise<void> {
  const tools = {
    now: () => demo.portal.now(), randomBytes: (length: number) => randomBytes(length), base: `${demo.appUrl}/`, timelineText: () => '',
    wait: (milliseconds: number) => new Promise<void>(resolve => setTimeout(resolve, milliseconds))
  }
  const steer = { paused: () => false, told: () => undefined }
  const { surveys, sender } = await loadAsking(portal, store)
  const { leads } = await loadLeads(portal, store, { pipeline: 0, stage: '', responsible: ADMINISTRATOR, companyId: null, from: '', to: '', who: 'all' })
  const today = dayOf(tools.now())
  const people = await loadPeople(portal, store, leads.slice(0, count), { senderId: sender.id, since: `${today}T00:00:00` })
  const { asked } = dryRun({ ...people, surveys, surveyId: null, portalLang: 'ru', now: tools.now(), today, perDay: count, sentToday: 0, lastDay: 0 })
  const id = randomBytes(4).toString('hex')
  const { waiting } = await createMany(portal, store, { id, perDay: count, by: 'duty', newest: people.newest }, asked.map(
    ({ candidate: { person, deal, company }, survey, email, lang, day }) => ({
      day, order: {
        survey, deal, recipient: person, companyId: company?.id ?? null, email, lang, sender, known: new Set<number>(), overrideReason: '', test: false, by: 'duty' as const
      }
    })), tools, steer)
  const { sent, error } = await sendMany(portal, store, id, waiting, tools, steer, true)
  if (sent !== count) throw new Error(`${sent} of ${count} were sent`, { cause: error })
}
