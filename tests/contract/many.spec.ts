import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isRecord } from '../../demo/rest/handler'
import { noReply, type Request } from '../in-process'
import { addClients, askMany, asksOf, going, goOn, look, sender } from './many-scene'
import { NOW, openScene, recordsOf, sendTools, valueOf, type Scene } from './scene'
import { loadClients } from '@/invitation/many-segment'
import { createMany, findOpenCampaigns, sendMany, stopMany } from '@/invitation/many-sending'
import { cancelInvitation, resumeInvitation } from '@/invitation/sending'
import type { InCharge } from '@/plan/control'
import { PortalError } from '@/portal/errors'

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

/** A door of one opening of the page: after a kill nothing happens in it any more. */
function faultyDoor(pick: () => Fault | null, random: () => number, counts: Record<string, number>): (door: Request) => Request {
  let closed = false
  return door => async (method, params) => {
    if (closed) throw new PageClosed()
    const fault = pick()
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
        const commands = Object.entries(isRecord(params.cmd) ? params.cmd : {})
        if (commands.length > 0) await door(method, { ...params, cmd: Object.fromEntries(commands.slice(0, Math.floor(random() * commands.length))) })
        throw noReply()
      }
    }
  }
}

/** Mails and invitations, by token. */
function outcome(scene: Scene): { mails: Map<string, number>, states: Map<string, string[]> } {
  const mails = new Map<string, number>()
  for (const { originId } of scene.demo.state.outbox) mails.set(originId!.split('/')[0]!, (mails.get(originId!.split('/')[0]!) ?? 0) + 1)
  const states = new Map<string, string[]>()
  const nameOf = new Map(Object.entries(scene.store.enums.FB_STATE!).map(([name, id]) => [id, name]))
  for (const item of recordsOf(scene).values()) {
    const token = String(valueOf(scene, item, 'FB_TOKEN') ?? '')
    if (token !== '') states.set(token, [...states.get(token) ?? [], nameOf.get(Number(valueOf(scene, item, 'FB_STATE'))) ?? ''])
  }
  return { mails, states }
}

async function sceneWith(clients: number, now = (): Date => NOW): Promise<Scene> {
  const scene = await openScene(now)
  // only the clients of the test have an address
  for (const item of scene.demo.state.items.get(3)!.values()) item.fm = item.fm.filter(({ typeId }) => typeId !== 'EMAIL')
  for (const item of scene.demo.state.items.get(4)!.values()) item.fm = item.fm.filter(({ typeId }) => typeId !== 'EMAIL')
  addClients(scene, clients)
  return scene
}

/** The client waits before it repeats; nobody waits here. */
beforeEach(() => {
  vi.stubGlobal('setTimeout', (run: () => void) => {
    queueMicrotask(run)
    return 0
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('asking many', () => {
  it('sends one mail to each of a thousand with at most ninety requests', async () => {
    const scene = await sceneWith(1_000)
    let requests = 0
    const portal = scene.as(1, door => (method, params) => {
      requests++
      return door(method, params)
    })
    const report = await askMany(scene, portal, 'aaaaaaaa')
    expect(report).toMatchObject({ sent: 1_000, failed: [], left: 0, error: null })
    const { mails, states } = outcome(scene)
    expect(mails.size).toBe(1_000)
    expect([...mails.values()].every(count => count === 1)).toBe(true)
    expect([...states.values()].every(all => all.join() === 'sent')).toBe(true)
    expect(scene.demo.state.comments.filter(({ comment }) => comment.startsWith('✉'))).toEqual([])
    console.log(`requests for 1,000 invitations, from the dry run to the last mail: ${requests}`)
    expect(requests).toBeLessThanOrEqual(90)
    // past the end of a chain of pages
    expect(scene.demo.contractLog.filter(({ problem }) => !problem.includes('leads nowhere'))).toEqual([])
    const again = await look(scene, scene.as(1))
    expect(again.run.asked).toEqual([])
    expect(again.run.notAsked.filter(({ refusal: { code } }) => code === 'alreadyInvited')).toHaveLength(1_000)
  }, 60_000)

  it('sends exactly one mail for each of 2,000 invitations, whatever happens to any request', async () => {
    const random = randomFrom(20260302)
    const counts: Record<string, number> = {}
    let tokens = 0
    let openings = 0
    // the portal grants so much time in ten minutes
    let minutes = 0
    const scene = await sceneWith(0, () => new Date(NOW.getTime() + minutes * 60_000))
    for (let campaign = 0; campaign < 50 || tokens < 2_000 || FAULTS.some(fault => (counts[fault] ?? 0) < 50); campaign++) {
      const deals = new Set(addClients(scene, 40, campaign * 40))
      const pick = (): Fault | null => random() < 0.25 ? FAULTS[Math.floor(random() * FAULTS.length)]! : null
      for (let opening = 0; ; opening++) {
        openings++
        minutes += 3
        const portal = scene.as(1, faultyDoor(opening > 12 ? () => null : pick, random, counts))
        const tools = sendTools(campaign * 1_009 + opening * 31 + 7)
        try {
          await goOn(scene, portal, { tools })
          const leads = [...deals].map(id => {
            const { fields } = scene.demo.state.items.get(2)!.get(id)!
            return { contactId: Number(fields.CONTACT_ID), companyId: null, deal: { id, title: String(fields.TITLE), pipeline: 0 } }
          })
          const { run, newest } = await look(scene, portal, { leads })
          if (run.asked.length === 0 && opening > 0) {
            const open = await findOpenCampaigns(portal, scene.store, sender.id)
            if (open.length === 0) break
            continue
          }
          const id = `c${String(campaign).padStart(4, '0')}${String(opening).padStart(3, '0')}`
          const { waiting } = await createMany(portal, scene.store, { id, perDay: 10_000, by: 'duty', newest }, asksOf(run), tools, going)
          const { error } = await sendMany(portal, scene.store, id, waiting, tools, going, true)
          if (error) throw error
        } catch (error) {
          if ((!(error instanceof PageClosed) && !(error instanceof PortalError)) || opening > 20) throw error
        }
        if (opening > 20) throw new Error('no end of it')
      }
      tokens += 40
    }
    const { mails, states } = outcome(scene)
    const sent = [...states].filter(([, all]) => all.includes('sent'))
    for (const [token, all] of states) {
      expect(all.filter(state => state === 'sent').length, token).toBeLessThanOrEqual(1)
      expect(mails.get(token) ?? 0, `${token}: ${all.join()}`).toBe(all.includes('sent') ? 1 : 0)
    }
    expect(sent).toHaveLength(tokens)
    expect(scene.demo.state.outbox).toHaveLength(tokens)
    expect(new Set(scene.demo.state.outbox.map(({ to }) => to)).size).toBe(tokens)
    console.log(`asking many: ${tokens} people, page opened ${openings} times, faults ${JSON.stringify(counts)}; mails ${scene.demo.state.outbox.length}, one for each token`)
    for (const fault of FAULTS) expect(counts[fault], fault).toBeGreaterThanOrEqual(50)
  }, 60_000)

  const asking = async (scene: Scene, id: string, by: InCharge = 'duty') => {
    const { run, newest } = await look(scene, scene.as(1))
    return createMany(scene.as(1), scene.store, { id, perDay: 10_000, by, newest }, asksOf(run, by), sendTools(id.charCodeAt(0)), going)
  }
  const addresses = (scene: Scene): number => new Set(scene.demo.state.outbox.map(({ to }) => to)).size

  it('two windows at the same campaign, and one mail for each', async () => {
    const scene = await sceneWith(60)
    const { waiting } = await asking(scene, 'bbbbbbbb')
    await sendMany(scene.as(1), scene.store, 'bbbbbbbb', waiting, sendTools(), { ...going, paused: stopAfter(2) }, true)
    await Promise.all([goOn(scene, scene.as(1)), goOn(scene, scene.as(1)), goOn(scene, scene.as(1))])
    expect([scene.demo.state.outbox.length, addresses(scene)]).toEqual([60, 60])
    expect(await findOpenCampaigns(scene.as(1), scene.store, sender.id)).toEqual([])
  })

  it('two managers ask the same people in the same moment: the first invitation counts', async () => {
    const scene = await sceneWith(30)
    const both = await Promise.all([asking(scene, 'cccccccc'), asking(scene, 'dddddddd')])
    expect(both[0].waiting.length + both[1].waiting.length).toBe(30)
    expect(both[0].lost + both[1].lost).toBe(30)
    await Promise.all(['cccccccc', 'dddddddd'].map((id, index) => sendMany(scene.as(1), scene.store, id, both[index]!.waiting, sendTools(), going, true)))
    expect([scene.demo.state.outbox.length, addresses(scene)]).toEqual([30, 30])
  })

  it('tickets are found again where somebody else was first with the first of a campaign', async () => {
    const scene = await sceneWith(40)
    const { run, newest } = await look(scene, scene.as(1))
    const [, { waiting, lost }] = [
      await createMany(scene.as(1), scene.store, { id: 'hhhhhhhh', perDay: 10_000, by: 'duty', newest }, asksOf(run).slice(0, 1), sendTools(1), going),
      await createMany(scene.as(1), scene.store, { id: 'gggggggg', perDay: 10_000, by: 'duty', newest }, asksOf(run), sendTools(2), going)
    ]
    expect([waiting.length, lost]).toEqual([39, 1])
    await sendMany(scene.as(1), scene.store, 'gggggggg', waiting, sendTools(), { ...going, paused: stopAfter(2) }, true)
    const steps: string[] = []
    const report = await sendMany(scene.as(1), scene.store, 'gggggggg', waiting, sendTools(), { ...going, told: ({ step }) => steps.push(step) })
    expect(report).toMatchObject({ sent: 39, left: 0, error: null })
    // nobody had to wait until a delivery that was lost must have ended
    expect(steps).not.toContain('settling')
    expect([scene.demo.state.outbox.length, addresses(scene)]).toEqual([39, 39])
  })

  it('people of a company who cannot be read now are no company without people', async () => {
    const scene = await sceneWith(1)
    const id = [...scene.demo.state.items.get(3)!.values()].map(({ fields }) => Number(fields.COMPANY_ID)).find(company => company > 0)!
    expect((await loadClients(scene.as(1), scene.store, 4, id)).some(({ contactId }) => contactId !== null)).toBe(true)
    const broken = scene.as(1, door => (method, params) =>
      door(method, JSON.parse(JSON.stringify(params).replace('crm.company.contact.items.get', 'crm.company.contact.items.unreadable')) as typeof params))
    await expect(loadClients(broken, scene.store, 4, id)).rejects.toMatchObject({ code: 'methodMissing' })
  })

  it('the mailbox is taken away between two deliveries: it stops, says so, and goes on when there is one again', async () => {
    const scene = await sceneWith(40)
    const { waiting } = await asking(scene, 'eeeeeeee')
    const report = await sendMany(scene.as(1), scene.store, 'eeeeeeee', waiting, sendTools(), {
      ...going, told: () => { scene.demo.switches.mailFails = true }
    }, true)
    expect(report).toMatchObject({ sent: 16, left: 24, failed: [], error: { code: 'mailFailed' } })
    scene.demo.switches.mailFails = false
    await goOn(scene, scene.as(1))
    expect([scene.demo.state.outbox.length, addresses(scene)]).toEqual([40, 40])
  })

  it('what was stopped is not sent, by nobody; who cancels one takes that one out', async () => {
    const scene = await sceneWith(40)
    const { waiting } = await asking(scene, 'ffffffff')
    await cancelInvitation(scene.as(1), scene.store, { id: waiting.at(-1)!.id, by: 'duty', state: 'to_send' }, () => Promise.resolve())
    await sendMany(scene.as(1), scene.store, 'ffffffff', waiting, sendTools(), { ...going, paused: stopAfter(2) }, true)
    const [campaign] = await findOpenCampaigns(scene.as(1), scene.store, sender.id)
    const before = scene.demo.state.outbox.length
    expect(before).toBeGreaterThan(0)
    expect(await stopMany(scene.as(1), scene.store, campaign!, sendTools(), going)).toBe(39 - before)
    const late = await sendMany(scene.as(1), scene.store, 'ffffffff', waiting, sendTools(), going)
    expect([late.sent, scene.demo.state.outbox.length]).toEqual([before, before])
  })

  it('one of many is not sent by itself as well', async () => {
    const scene = await sceneWith(1)
    const { waiting: [one] } = await asking(scene, 'gggggggg')
    const [campaign] = await findOpenCampaigns(scene.as(1), scene.store, sender.id)
    await expect(resumeInvitation(scene.as(1), scene.store, one!.order, campaign!.invitations[0]!, sendTools())).rejects.toMatchObject({ code: 'alreadyInvited' })
    expect(scene.demo.state.outbox).toHaveLength(0)
  })

  it('who wants no questions meanwhile is skipped', async () => {
    const scene = await sceneWith(3)
    const { waiting } = await asking(scene, 'hhhhhhhh')
    const contact = scene.demo.state.items.get(3)!.get(waiting[0]!.order.recipient.id)!
    contact.fields.UF_CRM_CONTACT_FB_OPT_OUT = true
    await goOn(scene, scene.as(1))
    expect(scene.demo.state.outbox).toHaveLength(2)
    expect(outcome(scene).states.get(waiting[0]!.token)).toEqual(['skipped'])
  })

  it('leaves what it writes to the processes where they are in charge', async () => {
    const scene = await sceneWith(20)
    const made = await asking(scene, 'iiiiiiii', 'engine')
    expect(made).toMatchObject({ handed: 20, waiting: [], refused: [] })
    expect(scene.demo.state.outbox).toHaveLength(0)
    expect(await findOpenCampaigns(scene.as(1), scene.store, sender.id)).toEqual([])
  })
})

/** Paused after so many questions. */
function stopAfter(questions: number): () => boolean {
  let asked = 0
  return () => ++asked > questions
}
