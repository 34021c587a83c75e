import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isRecord } from '../../demo/rest/handler'
import { noReply, type Request } from '../in-process'
import {
  addClients, askMany, create, going, goOn, look, manyScene, manyTools, outcome, patient, resume, sendDue, sendingOf, type ManyScene
} from './many-scene'
import { recordsIn, recordsOf, valueOf } from './scene'
import { dueNow } from '@/invitation/many-days'
import { findOpenCampaigns, stopMany } from '@/invitation/many-open'
import { loadClients } from '@/invitation/many-segment'
import { sendMany } from '@/invitation/many-sending'
import type { Created } from '@/invitation/many-writing'
import { dayCounts } from '@/invitation/model/many'
import { portalDay } from '@/invitation/model/portal-day'
import { cancelInvitation, resumeInvitation, type SendTools } from '@/invitation/sending'
import { clockOf } from '@/portal/clock'
import { PortalError } from '@/portal/errors'
import { userFieldName } from '@/portal/record-store'

class PageClosed extends Error {}

const FAULTS = ['lost before', 'reply lost', '503', 'executed twice', 'killed before', 'killed after', 'killed within'] as const
type Fault = typeof FAULTS[number]

function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** How the steps are called between which the portal dies. */
const STEPS: Record<string, string> = {
  'crm.item.add': 'invitation', 'crm.timeline.comment.add': 'ticket', 'crm.timeline.comment.delete': 'ticket taken', 'crm.activity.add': 'mail',
  'crm.item.update': 'written down'
}
const stepOf = (command: string): string => STEPS[command.split('?')[0]!] ?? 'look'

/** Where a request can break off: after how many commands, and between which two steps. */
function breaksOf(commands: readonly [string, unknown][]): Map<string, number[]> {
  const steps = ['begin', ...commands.map(([, command]) => stepOf(String(command))), 'end']
  const breaks = new Map<string, number[]>()
  for (const [done, step] of steps.slice(0, -1).entries()) {
    const between = `${step} | ${steps[done + 1]}`
    breaks.set(between, [...breaks.get(between) ?? [], done])
  }
  return breaks
}

const isWriting = (commands: readonly [string, unknown][]): boolean => commands.some(([, command]) => stepOf(String(command)) !== 'look')

/** A door of one opening of the page: after a kill nothing happens in it any more. */
function faultyDoor(
  pick: (isWriting: boolean) => Fault | null, random: () => number, counts: Record<string, number>, steps: Record<string, number>
): (door: Request) => Request {
  let closed = false
  return door => async (method, params) => {
    if (closed) throw new PageClosed()
    const commands = Object.entries(isRecord(params.cmd) ? params.cmd : {})
    const fault = pick(isWriting(commands))
    if (fault !== null) counts[fault] = (counts[fault] ?? 0) + 1
    switch (fault) {
      case null: return door(method, params)
      case 'lost before': throw noReply()
      case 'reply lost': await door(method, params); throw noReply()
      case '503': return { status: 503, body: { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' } }
      case 'executed twice': await door(method, params); return door(method, params)
      case 'killed before': closed = true; throw new PageClosed()
      case 'killed after': closed = true; await door(method, params); throw new PageClosed()
      // the portal itself dies between two commands of a request
      case 'killed within': {
        const breaks = [...breaksOf(commands)]
        const [between, places] = breaks[Math.floor(random() * breaks.length)]!
        const done = places[Math.floor(random() * places.length)]!
        steps[between] = (steps[between] ?? 0) + 1
        if (done > 0) await door(method, { ...params, cmd: Object.fromEntries(commands.slice(0, done)) })
        throw noReply()
      }
    }
  }
}

/** The client waits before it repeats; nobody waits here. */
beforeEach(() => {
  vi.stubGlobal('setTimeout', (run: () => void) => {
    queueMicrotask(run)
    return 0
  })
})
afterEach(() => vi.unstubAllGlobals())

/** On deals the same in smaller numbers: what differs is where records are kept. */
const SIZE = recordsIn() === 'deals' ? { people: 400, times: 10 } : { people: 2_000, times: 50 }

/** Between these the portal dies at least once. */
const NAMED = ['invitation | invitation', 'ticket | ticket', 'begin | ticket taken', 'ticket taken | mail', 'mail | written down', 'written down | mail']
/** A request that writes has many places to die at. */
const WITHIN: readonly Fault[] = ['killed within', 'killed within', 'killed within']

const addresses = ({ demo }: ManyScene): number => new Set(demo.state.outbox.map(({ to }) => to)).size
const sentOnce = (scene: ManyScene, count: number): void => { expect([scene.demo.state.outbox.length, addresses(scene)]).toEqual([count, count]) }
const asking = async (scene: ManyScene, id: string): Promise<Created> =>
  create(scene, patient(scene), id, await look(scene, patient(scene)), { tools: manyTools(scene, id.charCodeAt(0)) })
const send = (scene: ManyScene, id: string, { waiting, begun }: Created, steer = going, tools = manyTools(scene)) =>
  sendMany(patient(scene), scene.store, id, waiting, tools, steer, begun)
const sendAgain = (scene: ManyScene, id: string, { waiting }: Created, steer = going) =>
  sendMany(patient(scene), scene.store, id, waiting, manyTools(scene), steer)
const ticketsOf = ({ demo }: ManyScene): string[] => demo.state.comments.map(({ comment }) => comment).filter(comment => comment.startsWith('✉'))
const whyOf = (scene: ManyScene, id: number): unknown => valueOf(scene, recordsOf(scene).get(id)!, 'FB_WHY')

describe('asking many', () => {
  it('sends one mail to each of a thousand with at most ninety requests', async () => {
    const scene = await manyScene(0)
    scene.demo.state.items.get(2)!.clear()
    addClients(scene, 1_000)
    let requests = 0
    const portal = patient(scene, door => (method, params) => {
      requests++
      return door(method, params)
    })
    const report = await askMany(scene, portal, 'aaaaaaaa')
    expect(report).toMatchObject({ sent: 1_000, failed: [], left: 0, error: null })
    const { mails, states } = outcome(scene)
    expect(mails.size).toBe(1_000)
    expect([...mails.values()].every(count => count === 1)).toBe(true)
    expect([...states.values()].every(all => all.join() === 'sent')).toBe(true)
    expect(ticketsOf(scene)).toEqual([])
    console.log(`requests for 1,000 invitations, from the dry run to the last mail: ${requests}`)
    expect(requests).toBeLessThanOrEqual(90)
    // past the end of a chain of pages
    expect(scene.demo.contractLog.filter(({ problem }) => !problem.includes('leads nowhere'))).toEqual([])
    const again = await look(scene, patient(scene))
    expect(again.run.asked).toEqual([])
    expect(again.run.notAsked.filter(({ refusal: { code } }) => code === 'alreadyInvited')).toHaveLength(1_000)
  }, 60_000)

  it(`sends exactly one mail for each of ${SIZE.people} invitations, whatever happens to any request`, async () => {
    const random = randomFrom(20260302)
    const counts: Record<string, number> = {}
    const steps: Record<string, number> = {}
    let tokens = 0
    let openings = 0
    const scene = await manyScene(0)
    const isOver = (): boolean => tokens >= SIZE.people && FAULTS.every(fault => (counts[fault] ?? 0) >= SIZE.times) && NAMED.every(between => steps[between])
    for (let campaign = 0; !isOver(); campaign++) {
      const deals = addClients(scene, 40, campaign * 40)
      const leads = deals.map(id => {
        const { fields } = scene.demo.state.items.get(2)!.get(id)!
        return { contactId: Number(fields.CONTACT_ID), companyId: null, deal: { id, title: String(fields.TITLE), pipeline: 0 } }
      })
      const pick = (isWrite: boolean): Fault | null => {
        if (random() > (isWrite ? 0.5 : 0.12)) return null
        const kinds = isWrite ? [...FAULTS, ...WITHIN] : FAULTS
        return kinds[Math.floor(random() * kinds.length)]!
      }
      for (let opening = 0; ; opening++) {
        openings++
        // the portal grants so much time in ten minutes
        scene.clock.now += 3 * 60_000
        const portal = patient(scene, faultyDoor(opening > 12 ? () => null : pick, random, counts, steps))
        const tools = manyTools(scene, campaign * 1_009 + opening * 31 + 7)
        try {
          await goOn(scene, portal, tools)
          const looked = await look(scene, portal, { leads })
          if (looked.run.asked.length === 0 && opening > 0) {
            if ((await findOpenCampaigns(portal, scene.store)).length === 0) break
            continue
          }
          const id = `c${String(campaign).padStart(4, '0')}${String(opening).padStart(3, '0')}`
          const { error } = await sendDue(scene, portal, id, await create(scene, portal, id, looked, { tools }), tools)
          if (error) throw error
        } catch (error) {
          if ((!(error instanceof PageClosed) && !(error instanceof PortalError)) || opening > 20) throw error
        }
        if (opening > 20) throw new Error('no end of it')
      }
      tokens += 40
    }
    const { mails, states } = outcome(scene)
    for (const [token, all] of states) {
      expect(all.filter(state => state === 'sent').length, token).toBeLessThanOrEqual(1)
      expect(mails.get(token) ?? 0, `${token}: ${all.join()}`).toBe(all.includes('sent') ? 1 : 0)
    }
    expect([...states.values()].filter(all => all.includes('sent'))).toHaveLength(tokens)
    sentOnce(scene, tokens)
    console.log([
      `asking many, records are ${recordsIn()}: ${tokens} people, page opened ${openings} times, faults ${JSON.stringify(counts)}`,
      `the portal died between: ${JSON.stringify(steps)}`, `mails ${scene.demo.state.outbox.length}, one for each token`
    ].join('\n'))
    for (const fault of FAULTS) expect(counts[fault], fault).toBeGreaterThanOrEqual(SIZE.times)
    for (const between of NAMED) expect(steps[between] ?? 0, between).toBeGreaterThan(0)
  }, 120_000)

  it('two windows at the same campaign, and one mail for each', async () => {
    const scene = await manyScene(60)
    await send(scene, 'bbbbbbbb', await asking(scene, 'bbbbbbbb'), { ...going, paused: stopAfter(2) })
    await Promise.all([goOn(scene, patient(scene)), goOn(scene, patient(scene)), goOn(scene, patient(scene))])
    sentOnce(scene, 60)
    expect(await findOpenCampaigns(patient(scene), scene.store)).toEqual([])
  })

  it('a delivery whose reply was lost is still at work while two other devices go on: nothing is sent beside it', async () => {
    const scene = await manyScene(16)
    const created = await asking(scene, 'bbbbbbbb')
    const began = scene.clock.now
    // the portal has sent three mails when the line breaks; it sends the others a minute and a half later
    let rest: (() => Promise<unknown>) | null = null
    const breaking = (door: Request): Request => async (method, params) => {
      const commands = Object.entries(isRecord(params.cmd) ? params.cmd : {})
      if (rest !== null || !commands.some(([name]) => name === 'ticket')) return door(method, params)
      await door(method, { ...params, cmd: Object.fromEntries(commands.slice(0, 7)) })
      rest = () => door(method, { ...params, cmd: Object.fromEntries(commands.slice(7)) })
      throw noReply()
    }
    let portalGoesOn = false
    const tools = (whileWaiting: () => Promise<void>): SendTools => ({
      ...manyTools(scene),
      wait: async milliseconds => {
        scene.clock.now += milliseconds / 2
        await whileWaiting()
        scene.clock.now += milliseconds / 2
        if (rest && !portalGoesOn && scene.clock.now - began > 90_000) {
          portalGoesOn = true
          await rest()
        }
      }
    })
    // the second device comes while the first one waits, the third one while the second does
    let devices = 1
    const next = async (): Promise<void> => {
      if (rest === null || devices === 3 || scene.clock.now - began < 10_000) return
      devices++
      await goOn(scene, patient(scene), tools(next))
    }
    const report = await sendMany(patient(scene, breaking), scene.store, 'bbbbbbbb', created.waiting, tools(next), going, created.begun)
    expect([report.error, report.left, devices, portalGoesOn]).toEqual([null, 0, 3, true])
    sentOnce(scene, 16)
    expect(ticketsOf(scene)).toEqual([])
  })

  it('a device that comes within two minutes waits with the ticket of another one, which went away', async () => {
    const scene = await manyScene(16)
    await asking(scene, 'bbbbbbbb')
    const [campaign] = await findOpenCampaigns(patient(scene), scene.store)
    const holder = scene.demo.state.comments.find(({ comment }) => comment.startsWith('✉'))!
    holder.comment = holder.comment.replace('✉ ', '✉ … ')
    scene.clock.now += 40_000
    const waits: number[] = []
    const tools = manyTools(scene)
    await resume(scene, patient(scene), campaign!, { ...tools, wait: milliseconds => { waits.push(milliseconds); return tools.wait(milliseconds) } })
    expect(waits).toEqual([80_000])
    sentOnce(scene, 16)
  })

  it('two managers ask the same people in the same moment: the first invitation counts', async () => {
    const scene = await manyScene(30)
    const both = await Promise.all([asking(scene, 'cccccccc'), asking(scene, 'dddddddd')])
    expect(both[0].waiting.length + both[1].waiting.length).toBe(30)
    expect(both[0].lost + both[1].lost).toBe(30)
    await Promise.all(['cccccccc', 'dddddddd'].map((id, index) => send(scene, id, both[index]!)))
    sentOnce(scene, 30)
  })

  it('two managers share a mailbox in the same moment: together they send what it may', async () => {
    const scene = await manyScene(40, survey => { survey.published!.content.mailsPerDay = 25 })
    const { run, ...looked } = await look(scene, patient(scene))
    const halves = [run.asked.slice(0, 20), run.asked.slice(20)].map(asked =>
      ({ ...looked, run: { ...run, asked: asked.map(one => ({ ...one, day: looked.today })) } }))
    await Promise.all(halves.map(async (half, index) => {
      const [id, portal] = [index === 0 ? 'cccccccc' : 'dddddddd', patient(scene)]
      await sendDue(scene, portal, id, await create(scene, portal, id, half, { tools: manyTools(scene, index + 1) }))
    }))
    expect(scene.demo.state.outbox.length).toBeLessThanOrEqual(25)
    scene.clock.now += 24 * 3_600_000
    await goOn(scene, patient(scene))
    sentOnce(scene, 40)
  })

  it('tickets are found again where somebody else was first with the first of a campaign', async () => {
    const scene = await manyScene(40)
    const looked = await look(scene, patient(scene))
    await create(scene, patient(scene), 'hhhhhhhh', { ...looked, run: { ...looked.run, asked: looked.run.asked.slice(0, 1) } })
    const created = await create(scene, patient(scene), 'gggggggg', looked, { tools: manyTools(scene, 2) })
    expect([created.waiting.length, created.lost]).toEqual([39, 1])
    await send(scene, 'gggggggg', created, { ...going, paused: stopAfter(2) })
    const steps: string[] = []
    const report = await sendAgain(scene, 'gggggggg', created, { ...going, told: ({ step }) => steps.push(step) })
    expect(report).toMatchObject({ sent: 39, left: 0, error: null })
    // nobody had to wait until a delivery that was lost must have ended
    expect(steps).not.toContain('settling')
    sentOnce(scene, 39)
  })

  it('pausing while invitations are written says how many are not', async () => {
    const scene = await manyScene(120)
    const created = await create(scene, patient(scene), 'bbbbbbbb', await look(scene, patient(scene)), { steer: { ...going, paused: stopAfter(1) } })
    expect([created.waiting.length, created.unwritten]).toEqual([50, 70])
    await send(scene, 'bbbbbbbb', created)
    await askMany(scene, patient(scene), 'cccccccc')
    sentOnce(scene, 120)
  })

  it('an employee\'s address gets no mail, one address on two contacts gets one', async () => {
    const scene = await manyScene(4)
    const [first, second, third] = [...scene.demo.state.items.get(3)!.values()].slice(-4)
    first!.fm[0]!.value = scene.demo.state.users[1]!.email.toUpperCase()
    second!.fm[0]!.value = third!.fm[0]!.value
    const { run } = await look(scene, patient(scene))
    expect(run.notAsked.map(({ refusal: { code } }) => code).filter(code => code !== 'noEmail').sort()).toEqual(['employeeAddress', 'sharedAddress'])
    await askMany(scene, patient(scene), 'aaaaaaaa')
    sentOnce(scene, 2)
  })

  it(`waits for as long as the portal wants it, says so, and sends all of ${SIZE.people}`, async () => {
    const scene = await manyScene(SIZE.people)
    scene.demo.switches.limits = true
    const steps: string[] = []
    let refused = 0
    const steer = { ...going, told: ({ step }: { step: string }) => { steps.push(step) } }
    const portal = patient(scene, door => async (method, params) => {
      const reply = await door(method, params)
      if (reply.status === 503 || reply.status === 429) refused++
      return reply
    }, steer)
    for (let request = 0; request < 60; request++) await portal.call('server.time')
    expect((await askMany(scene, portal, 'aaaaaaaa')).error).toBeNull()
    expect(refused).toBeGreaterThan(0)
    expect(steps).toContain('waiting')
    sentOnce(scene, SIZE.people)
  }, 60_000)

  it('a computer whose clock is a day ahead plans from the portal\'s day on', async () => {
    const scene = await manyScene(5, survey => { survey.published!.content.mailsPerDay = 2 })
    vi.useFakeTimers({ now: scene.clock.now + 24 * 3_600_000, toFake: ['Date'] })
    try {
      const portal = scene.as(1)
      await portal.call('server.time')
      expect(portalDay(clockOf(portal).now(), clockOf(portal).offset)).toBe('2026-03-02')
    } finally {
      vi.useRealTimers()
    }
    const { run } = await look(scene, patient(scene))
    expect(dayCounts(run.asked)).toEqual([{ day: '2026-03-02', count: 2 }, { day: '2026-03-03', count: 2 }, { day: '2026-03-04', count: 1 }])
  })

  it('spread over days: each day sends its own, at once, by the day of the portal', async () => {
    const scene = await manyScene(70, survey => { survey.published!.content.mailsPerDay = 30 })
    const created = await asking(scene, 'bbbbbbbb')
    expect((await sendDue(scene, patient(scene), 'bbbbbbbb', created)).sent).toBe(30)
    const [rest] = await findOpenCampaigns(patient(scene), scene.store)
    expect(await dueNow(patient(scene), scene.store, rest!.invitations.map(one => ({ ...one, ...one.campaign, id: one.id })), sendingOf(scene))).toEqual([])
    // the first one, which carries the tickets, is reminded of meanwhile
    const first = [...recordsOf(scene).values()].find(item => valueOf(scene, item, 'FB_SUBMISSION') === 'many.bbbbbbbb')!
    first.fields[userFieldName(scene.store, 'FB_LEDGER')] = '✉2026-03-02:1'
    // 23:59 there, then 00:01
    scene.clock.now = Date.parse('2026-03-02T18:59:00Z')
    await goOn(scene, patient(scene))
    expect(scene.demo.state.outbox).toHaveLength(30)
    scene.clock.now = Date.parse('2026-03-02T19:01:00Z')
    const steps: string[] = []
    await goOn(scene, patient(scene), manyTools(scene), { ...going, told: ({ step }) => steps.push(step) })
    expect(scene.demo.state.outbox).toHaveLength(60)
    expect(steps).not.toContain('settling')
    // another press is planned behind what is planned already
    addClients(scene, 25, 500)
    const { run } = await look(scene, patient(scene))
    expect(dayCounts(run.asked)).toEqual([{ day: '2026-03-04', count: 20 }, { day: '2026-03-05', count: 5 }])
    scene.clock.now = Date.parse('2026-03-04T06:00:00Z')
    await goOn(scene, patient(scene))
    sentOnce(scene, 70)
  })

  it('who was asked before the time is over is asked with the reason, and the card keeps the later date', async () => {
    const scene = await manyScene(2)
    const contact = [...scene.demo.state.items.get(3)!.values()].at(-1)!
    contact.fields.UF_CRM_CONTACT_FB_NOT_BEFORE = '2027-01-01'
    const without = await look(scene, patient(scene))
    expect(without.run.notAsked.filter(({ overridable }) => overridable).map(({ refusal: { code } }) => code)).toEqual(['askedRecently'])
    const looked = await look(scene, patient(scene), { reasons: new Map([[`contact ${contact.id}`, 'He asked for it']]) })
    const created = await create(scene, patient(scene), 'bbbbbbbb', looked)
    await send(scene, 'bbbbbbbb', created)
    sentOnce(scene, 2)
    expect(created.waiting.map(({ id }) => whyOf(scene, id)).filter(Boolean)).toEqual(['He asked for it'])
    expect(String(contact.fields.UF_CRM_CONTACT_FB_NOT_BEFORE)).toContain('2027-01-01')
  })

  it('all contacts of a deal, or its main one', async () => {
    const scene = await manyScene(1)
    const [deal] = [...scene.demo.state.items.get(2)!.values()].slice(-1)
    addClients(scene, 1, 50)
    const second = [...scene.demo.state.items.get(3)!.values()].at(-1)!
    deal!.fields.CONTACT_IDS = [deal!.fields.CONTACT_ID, second.id]
    const asked = async (people: 'main' | 'all') => (await look(scene, patient(scene), {
      segment: { pipeline: null, stage: '', responsible: null, companyId: null, from: '', to: '', who: 'all', people }
    })).run.asked.filter(({ candidate }) => candidate.deal?.id === deal!.id).map(({ candidate: { person } }) => person.id)
    expect(await asked('main')).toEqual([deal!.fields.CONTACT_ID])
    // the second one is asked about the newer deal, which comes first
    scene.demo.state.items.get(2)!.delete([...scene.demo.state.items.get(2)!.keys()].at(-1)!)
    expect(await asked('all')).toEqual([deal!.fields.CONTACT_ID, second.id])
  })

  it('a row of the list offers the contacts of the deal, those of its company and the company', async () => {
    const scene = await manyScene(1)
    const [contact, deal] = [...[3, 2].map(type => [...scene.demo.state.items.get(type)!.values()].at(-1)!)]
    const company = [...scene.demo.state.items.get(4)!.values()].find(({ fields }) => (fields.CONTACT_IDS as number[] | undefined)?.length)!
    deal!.fields.COMPANY_ID = company.id
    const leads = await loadClients(scene.as(1), scene.store, 2, deal!.id)
    expect(leads.map(({ contactId }) => contactId)).toEqual([contact!.id, ...company.fields.CONTACT_IDS as number[], null])
    expect(leads.every(({ companyId, deal: about }) => companyId === company.id && about?.id === deal!.id)).toBe(true)
  })

  it('a contact\'s card offers the others of the company, too', async () => {
    const scene = await manyScene(0)
    const contact = [...scene.demo.state.items.get(3)!.values()].find(({ fields }) => Number(fields.COMPANY_ID) > 0)!
    const company = Number(contact.fields.COMPANY_ID)
    const people = (await loadClients(scene.as(1), scene.store, 4, company)).flatMap(({ contactId }) => contactId ?? [])
    const leads = await loadClients(scene.as(1), scene.store, 3, contact.id)
    expect(leads[0]).toMatchObject({ contactId: contact.id, companyId: company })
    expect(new Set(leads.flatMap(({ contactId }) => contactId ?? []))).toEqual(new Set(people))
  })

  it('people of a company who cannot be read now are no company without people', async () => {
    const scene = await manyScene(1)
    const id = [...scene.demo.state.items.get(3)!.values()].map(({ fields }) => Number(fields.COMPANY_ID)).find(company => company > 0)!
    expect((await loadClients(scene.as(1), scene.store, 4, id)).some(({ contactId }) => contactId !== null)).toBe(true)
    const broken = scene.as(1, door => (method, params) =>
      door(method, JSON.parse(JSON.stringify(params).replace('crm.company.contact.items.get', 'crm.company.contact.items.unreadable')) as typeof params))
    await expect(loadClients(broken, scene.store, 4, id)).rejects.toMatchObject({ code: 'methodMissing' })
  })

  it('the mailbox is taken away between two deliveries: it stops, says so, and goes on when there is one again', async () => {
    const scene = await manyScene(40)
    const report = await send(scene, 'eeeeeeee', await asking(scene, 'eeeeeeee'), { ...going, told: () => { scene.demo.switches.mailFails = true } })
    expect(report).toMatchObject({ sent: 16, left: 24, failed: [], error: { code: 'mailFailed' } })
    scene.demo.switches.mailFails = false
    await goOn(scene, patient(scene))
    sentOnce(scene, 40)
  })

  it('what was stopped is not sent, by nobody; who cancels one takes that one out', async () => {
    const scene = await manyScene(40)
    const created = await asking(scene, 'ffffffff')
    await cancelInvitation(scene.as(1), scene.store, { id: created.waiting.at(-1)!.id, by: 'duty', state: 'to_send' }, () => Promise.resolve())
    await send(scene, 'ffffffff', created, { ...going, paused: stopAfter(2) })
    const [campaign] = await findOpenCampaigns(patient(scene), scene.store)
    const before = scene.demo.state.outbox.length
    expect(before).toBeGreaterThan(0)
    expect(await stopMany(patient(scene), scene.store, campaign!, manyTools(scene))).toBe(39 - before)
    const late = await sendAgain(scene, 'ffffffff', created)
    expect([late.sent, scene.demo.state.outbox.length]).toEqual([before, before])
  })

  it('one of many is not sent by itself as well', async () => {
    const scene = await manyScene(1)
    const { waiting: [one] } = await asking(scene, 'gggggggg')
    const [campaign] = await findOpenCampaigns(patient(scene), scene.store)
    await expect(resumeInvitation(scene.as(1), scene.store, one!.order, campaign!.invitations[0]!, manyTools(scene))).rejects.toMatchObject({ code: 'alreadyInvited' })
    expect(scene.demo.state.outbox).toHaveLength(0)
  })

  it('who wants no questions meanwhile, has no address any more or cannot be seen is skipped, each with its reason', async () => {
    const scene = await manyScene(4)
    const { waiting } = await asking(scene, 'hhhhhhhh')
    const contacts = scene.demo.state.items.get(3)!
    const cardOf = (index: number) => contacts.get(waiting[index]!.order.recipient.id)!
    cardOf(0).fields.UF_CRM_CONTACT_FB_OPT_OUT = true
    cardOf(1).fm = []
    contacts.delete(waiting[2]!.order.recipient.id)
    await goOn(scene, patient(scene))
    sentOnce(scene, 1)
    expect(waiting.map(({ token }) => outcome(scene).states.get(token)?.join())).toEqual(['skipped', 'skipped', 'skipped', 'sent'])
    expect(waiting.slice(0, 3).map(({ id }) => whyOf(scene, id))).toEqual(['optedOut', 'noEmail', 'noRight'])
  })

  it('who was asked by phone while the mail waits for its day gets none, unless there is a reason', async () => {
    const scene = await manyScene(2)
    const { waiting } = await asking(scene, 'iiiiiiii')
    const cardOf = (index: number) => scene.demo.state.items.get(3)!.get(waiting[index]!.order.recipient.id)!
    for (const index of [0, 1]) cardOf(index).fields.UF_CRM_CONTACT_FB_NOT_BEFORE = '2026-06-01'
    recordsOf(scene).get(waiting[1]!.id)!.fields[userFieldName(scene.store, 'FB_WHY')] = 'another contract'
    await goOn(scene, patient(scene))
    sentOnce(scene, 1)
    expect(waiting.map(({ token }) => outcome(scene).states.get(token)?.join())).toEqual(['skipped', 'sent'])
    expect(whyOf(scene, waiting[0]!.id)).toBe('askedRecently from 2026-06-01')
  })
})

/** Paused after so many questions. */
function stopAfter(questions: number): () => boolean {
  let asked = 0
  return () => ++asked > questions
}
