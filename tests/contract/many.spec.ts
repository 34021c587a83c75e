import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isRecord } from '../../demo/rest/handler'
import { noReply, type Request } from '../in-process'
import { addClients, askMany, asksOf, going, goOn, look, sender } from './many-scene'
import { NOW, openScene, recordsOf, sendTools, valueOf, type Scene } from './scene'
import { createMany, findOpenCampaigns, sendMany } from '@/invitation/many-sending'
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
})
