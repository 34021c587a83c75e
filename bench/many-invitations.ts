import { randomBytes } from 'node:crypto'
import { createRecord, nextId } from '../demo/rest/records'
import type { Demo } from '../demo/start'
import { dueAlone } from '@/invitation/many-days'
import { patientPortal } from '@/invitation/many-portal'
import { loadAsking, loadLeads, loadPeople } from '@/invitation/many-segment'
import { sendMany } from '@/invitation/many-sending'
import { createMany } from '@/invitation/many-writing'
import { bookedDays, dryRun } from '@/invitation/model/many'
import { portalDay } from '@/invitation/model/portal-day'
import { newToken } from '@/invitation/model/token'
import type { Portal } from '@/portal/client'
import { clockOf } from '@/portal/clock'
import type { RecordStore } from '@/portal/record-store'
import type { Survey } from '@/survey/model/survey'
import { ADMINISTRATOR } from './scene'

/** Deals of new clients with an address each. */
export function addClients({ portal }: Demo, count: number): void {
  for (let index = 0; index < count; index++) {
    const contact = createRecord(portal, 3, { NAME: 'Client', LAST_NAME: String(index), ASSIGNED_BY_ID: ADMINISTRATOR }, ADMINISTRATOR)
    contact.fm.push({ id: nextId(portal.state, 'fm'), typeId: 'EMAIL', valueType: 'WORK', value: `client${index}@example.com` })
    createRecord(portal, 2, { TITLE: `Deal ${index}`, CONTACT_ID: contact.id, CATEGORY_ID: 0, ASSIGNED_BY_ID: ADMINISTRATOR }, ADMINISTRATOR)
  }
}

/** What several campaigns of a day send. */
const MOST_A_DAY = 50_000

/** Dry run, writing and sending, as the page does it in one go. @throws Error when not everybody got a mail */
export async function askNewest(demo: Demo, store: RecordStore, portal: Portal, count: number): Promise<void> {
  const { now, offset } = { now: clockOf(portal).now, offset: () => clockOf(portal).offset }
  const tools = {
    now, offset, randomBytes: (length: number) => randomBytes(length), base: `${demo.appUrl}/`, timelineText: () => '',
    wait: (milliseconds: number) => new Promise<void>(resolve => setTimeout(resolve, milliseconds))
  }
  const steer = { paused: () => false, told: () => undefined }
  const patient = patientPortal(portal, tools, steer)
  const { surveys: found, sender } = await loadAsking(patient, store)
  // all of it on one day
  const surveys = found.map(survey => withLimit(survey, MOST_A_DAY))
  const { leads } = await loadLeads(patient, store, {
    pipeline: 0, stage: '', responsible: ADMINISTRATOR, companyId: null, from: '', to: '', who: 'all', people: 'main'
  })
  const today = portalDay(now(), offset())
  const { used, newest, ...people } = await loadPeople(patient, store, leads.slice(0, count), { surveys, sender, today, offset: offset() })
  const { asked } = dryRun({
    ...people, surveys, sender, surveyId: null, portalLang: 'ru', now: now(), offset: offset(), today, perDay: MOST_A_DAY, lastDay: 0, byProcesses: false,
    booked: bookedDays(used, [], { surveys, sender, today })
  })
  const id = newToken(tools.randomBytes).slice(0, 8)
  const { waiting, begun } = await createMany(patient, store, { id, by: 'duty', newest, today }, asked.map(
    ({ candidate: { person, deal, company }, survey, channel, address, lang, day, perDay }) => ({
      channel, day, perDay, order: {
        survey, deal, recipient: person, companyId: company?.id ?? null, email: address, lang, sender, known: new Set<number>(), overrideReason: '', test: false,
        by: 'duty' as const
      }
    })), tools, steer)
  const { sent, error } = await sendMany(patient, store, id, dueAlone(waiting, { today, offset: offset() }), tools, steer, begun)
  if (sent !== count) throw new Error(`${sent} of ${count} were sent`, { cause: error })
}

function withLimit(survey: Survey, mailsPerDay: number): Survey {
  const { published } = survey
  return published ? { ...survey, published: { ...published, content: { ...published.content, mailsPerDay } } } : survey
}
