import { describe, expect, it } from 'vitest'
import { nextId } from '../../demo/rest/records'
import { openEngineScene, type EngineScene } from './engine-scene'
import { addClients, EVERYBODY, going, OFFSET, outcome, sender } from './many-scene'
import { sendTools } from './scene'
import { dueNow, type Sending } from '@/invitation/many-days'
import { findOpenCampaigns, loadWaiting, stopMany, takeOverMany } from '@/invitation/many-open'
import { patientPortal } from '@/invitation/many-portal'
import { LAST_DAY, loadLeads, loadPeople } from '@/invitation/many-segment'
import { sendMany } from '@/invitation/many-sending'
import { createMany } from '@/invitation/many-writing'
import { bookedDays, dayCounts, dryRun, type DryRun } from '@/invitation/model/many'
import { portalDay } from '@/invitation/model/portal-day'
import type { SendTools } from '@/invitation/sending'
import { putInCharge } from '@/plan/control'
import { planFromTemplate } from '@/plan/model/template-plans'
import { askedByHand, type SurveyContent } from '@/survey/model/survey'
import { contentFromTemplate } from '@/survey/model/templates'

/** Many at once where the portal's processes are in charge: the page writes, they send, each invitation on its day and by its channel. */

const MINUTE = 60_000
const DAY = 1440 * MINUTE

async function openScene(clients: number, more: Partial<SurveyContent> = {}): Promise<EngineScene> {
  const content = { ...contentFromTemplate('support', { lang: 'ru', langs: ['ru', 'en'], company: 'Ромашка' }), ...more }
  const scene = await openEngineScene([{ id: 's1', content, plan: planFromTemplate('support', 'ru') }], 'engine')
  scene.demo.state.items.get(2)!.clear()
  scene.demo.state.outbox.length = 0
  addClients(scene, clients)
  return scene
}

const toolsOf = (scene: EngineScene): SendTools => ({
  ...sendTools(7), now: () => scene.demo.now(), offset: () => OFFSET,
  wait: milliseconds => {
    scene.advance(milliseconds)
    return Promise.resolve()
  }
})
const portalOf = (scene: EngineScene) => patientPortal(scene.portal, toolsOf(scene), going)
const sendingOf = ({ demo, surveys }: EngineScene): Sending => ({ surveys, sender, today: portalDay(demo.now(), OFFSET), offset: OFFSET })

async function look(scene: EngineScene, reasons: ReadonlyMap<string, string> = new Map()): Promise<{ run: DryRun, newest: number }> {
  const { demo, store, surveys } = scene
  const [portal, sending] = [portalOf(scene), sendingOf(scene)]
  const { leads } = await loadLeads(portal, store, EVERYBODY)
  const { used, newest, ...people } = await loadPeople(portal, store, leads, sending)
  const planned = (await findOpenCampaigns(portal, store)).flatMap(({ invitations }) => invitations)
  return {
    newest,
    run: dryRun({
      ...people, ...sending, surveys, surveyId: null, portalLang: 'ru', now: demo.now(), perDay: 10_000, lastDay: LAST_DAY, byProcesses: true, reasons,
      booked: bookedDays(used, planned, sending)
    })
  }
}

async function ask(scene: EngineScene, id = 'aaaaaaaa', reasons: ReadonlyMap<string, string> = new Map()): Promise<number> {
  const { run, newest } = await look(scene, reasons)
  const { handed } = await createMany(portalOf(scene), scene.store, { id, by: 'engine', newest, today: sendingOf(scene).today }, run.asked.map(
    ({ candidate: { person, deal }, survey, channel, address, lang, day, perDay, reason }) => ({
      channel, day, perDay,
      order: { survey, deal, recipient: person, email: address, lang, sender, known: new Set<number>(), overrideReason: reason, test: false, by: 'engine' as const }
    })), toolsOf(scene), going)
  return handed
}

const mails = ({ demo }: EngineScene): number => demo.state.outbox.length
const everybodyOnce = (scene: EngineScene, count: number): void => {
  expect([mails(scene), new Set(scene.demo.state.outbox.map(({ to }) => to)).size]).toEqual([count, count])
}

describe('many, sent by the portal\'s processes', () => {
  it('each day sends what the mailbox may, with the app closed, and nobody is asked twice', async () => {
    const scene = await openScene(12, { mailsPerDay: 5 })
    expect(dayCounts((await look(scene)).run.asked).map(({ count }) => count)).toEqual([5, 5, 2])
    expect(await ask(scene)).toBe(12)
    expect(mails(scene)).toBe(0)
    scene.advance(5 * MINUTE)
    expect(mails(scene)).toBe(5)
    // another press finds nobody, and the mailbox taken
    expect((await look(scene)).run.asked).toEqual([])
    addClients(scene, 4, 50)
    expect(dayCounts((await look(scene)).run.asked)).toEqual([{ day: '2026-03-04', count: 3 }, { day: '2026-03-05', count: 1 }])
    scene.advance(DAY - 10 * MINUTE)
    expect(mails(scene)).toBe(5)
    scene.advance(10 * MINUTE)
    expect(mails(scene)).toBe(10)
    scene.advance(DAY)
    everybodyOnce(scene, 12)
  })

  it('who has no address but a number gets a text message, where the survey has words for one', async () => {
    const scene = await openScene(2, { asking: { ...askedByHand(), sms: { ru: '{client}, оцените нас: {link}' } } })
    const byPhone = [...scene.demo.state.items.get(3)!.values()].at(-1)!
    byPhone.fm = [{ id: nextId(scene.demo.state, 'fm'), typeId: 'PHONE', valueType: 'WORK', value: '+77010000001' }]
    expect((await look(scene)).run.asked.map(({ channel }) => channel).sort()).toEqual(['email', 'sms'])
    await ask(scene)
    scene.advance(5 * MINUTE)
    expect([mails(scene), scene.demo.state.sms.length]).toEqual([1, 1])
    expect([...outcomeOf(scene).values()].map(states => states.join())).toEqual(['sent', 'sent'])
  })

  it('who was asked lately is asked with a reason in writing, by processes, too', async () => {
    const scene = await openScene(2)
    const contact = [...scene.demo.state.items.get(3)!.values()].at(-1)!
    contact.fields.UF_CRM_CONTACT_FB_NOT_BEFORE = '2027-01-01'
    expect((await look(scene)).run.asked).toHaveLength(1)
    await ask(scene, 'aaaaaaaa', new Map([[`contact ${contact.id}`, 'He asked for it']]))
    scene.advance(5 * MINUTE)
    everybodyOnce(scene, 2)
  })

  it('who says meanwhile that they want no questions gets none on their day', async () => {
    const scene = await openScene(3, { mailsPerDay: 1 })
    const last = (await look(scene)).run.asked.at(-1)!.candidate.person
    await ask(scene)
    scene.advance(5 * MINUTE)
    scene.demo.state.items.get(3)!.get(last.id)!.fields.UF_CRM_CONTACT_FB_OPT_OUT = true
    scene.advance(5 * DAY)
    everybodyOnce(scene, 2)
    expect([...outcomeOf(scene).values()].flat().filter(state => state !== 'sent')).not.toContain('to_send')
  })

  it('what waits for its day can be stopped; what has left stays', async () => {
    const scene = await openScene(9, { mailsPerDay: 4 })
    await ask(scene)
    scene.advance(5 * MINUTE)
    const [campaign] = await findOpenCampaigns(portalOf(scene), scene.store)
    expect([campaign!.by, campaign!.invitations.length]).toEqual(['engine', 5])
    expect(await stopMany(portalOf(scene), scene.store, campaign!, toolsOf(scene))).toBe(5)
    scene.advance(5 * DAY)
    everybodyOnce(scene, 4)
    expect(await findOpenCampaigns(portalOf(scene), scene.store)).toEqual([])
  })

  it('what processes that are not in charge any more leave behind the app takes over, and sends once', async () => {
    const scene = await openScene(9, { mailsPerDay: 4 })
    await ask(scene)
    scene.advance(5 * MINUTE)
    await putInCharge(scene.portal, scene.store, 'duty')
    const [portal, tools] = [portalOf(scene), toolsOf(scene)]
    for (let day = 0; day < 3; day++) {
      scene.advance(DAY)
      for (const campaign of await findOpenCampaigns(portal, scene.store)) {
        const { id, invitations } = campaign.by === 'engine' ? await takeOverMany(portal, scene.store, campaign, tools) : campaign
        const planned = invitations.map(one => ({ ...one, day: one.campaign.day, perDay: one.campaign.perDay }))
        const due = await dueNow(portal, scene.store, planned, sendingOf(scene))
        const { waiting } = await loadWaiting(portal, scene.store, due, scene.surveys, sender, tools)
        expect(await sendMany(portal, scene.store, id, waiting, tools, going)).toMatchObject({ error: null })
      }
    }
    await putInCharge(scene.portal, scene.store, 'engine')
    scene.advance(5 * DAY)
    everybodyOnce(scene, 9)
  })

  it('of two who ask the same people in the same moment the first one\'s invitations are sent', async () => {
    const scene = await openScene(6)
    const handed = await Promise.all([ask(scene, 'aaaaaaaa'), ask(scene, 'bbbbbbbb')])
    expect(handed[0] + handed[1]).toBeLessThanOrEqual(12)
    scene.advance(10 * MINUTE)
    everybodyOnce(scene, 6)
  })
})

const outcomeOf = (scene: EngineScene): Map<string, string[]> => outcome(scene).states
