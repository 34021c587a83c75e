import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { noReply, type Request } from '../in-process'
import { dealsWithAddress, openScene, recordsOf, sendTools, valueOf, type Scene } from './scene'
import { loadDue, type DueView } from '@/invitation/due-list'
import { runDue, type DueOutcome } from '@/invitation/due-sending'
import { makeControl, putInCharge } from '@/plan/control'
import { COMPANY, CONTACT, DEAL } from '@/portal/fields'
import { toWireNative, updateItem } from '@/portal/items'
import type { Asking, Reminder } from '@/survey/model/survey'
import { loadSurveys, saveSurvey } from '@/survey/store'

/** What is due where the duty person does the work, from the stage of a deal to the last reminder, and what faults do to it. */

const STAGE = 'EXECUTING'
const DAY = 86_400_000
const REMINDERS: Reminder[] = [
  { afterDays: 3, channel: 'email', subject: { ru: 'Напоминаем' }, text: {} },
  { afterDays: 7, channel: 'email', subject: { ru: 'В последний раз' }, text: {} }
]

interface Due {
  scene: Scene
  /** deals of different people that have just come to the stage */
  deals: number[]
  advance: (days: number) => void
  now: () => Date
}

async function openDue(asking: Partial<Asking> = {}, count = 3): Promise<Due> {
  let at = Date.parse('2026-03-02T09:00:00Z')
  const now = (): Date => new Date(at)
  const scene = await openScene(now)
  const portal = scene.as(1)
  const [stored] = await loadSurveys(portal)
  const survey = stored!.survey!
  const published = survey.published!
  const content = { ...published.content, expiresAfterDays: 14, asking: { stages: [STAGE], sms: {}, chat: {}, script: {}, reminders: REMINDERS, ...asking } }
  await saveSurvey(portal, stored!, { ...survey, published: { ...published, content } })
  at += DAY
  const people = new Set<number>()
  const deals = dealsWithAddress(scene.demo, scene.store).filter(id => {
    const { fields } = scene.demo.state.items.get(DEAL)!.get(id)!
    if (Number(fields.CATEGORY_ID) !== 0 || people.has(Number(fields.CONTACT_ID))) return false
    people.add(Number(fields.CONTACT_ID))
    return true
  }).slice(0, count)
  // what the seed left in the stage is another story
  scene.demo.state.stageHistory.length = 0
  for (const id of deals) await move(scene, id, 'NEW')
  scene.demo.state.stageHistory.length = 0
  for (const id of deals) await move(scene, id, STAGE)
  at += 3_600_000
  return { scene, deals, now, advance: days => { at += days * DAY } }
}

async function move(scene: Scene, id: number, stageId: string): Promise<void> {
  await scene.as(1).call('crm.item.update', { entityTypeId: DEAL, id, fields: { stageId } })
}

const keys = ({ due }: DueView): string[] => due.map(({ kind, deal }) => `${kind} ${deal?.id}`)
const reasons = ({ leftOut }: DueView): string[] => leftOut.map(({ kind, refusal }) => `${kind} ${refusal.code}`)

interface Pressing { userId?: number, seed?: number, wrap?: (door: Request) => Request, view?: DueView, stopAfter?: number }

/** One press: the list anew, then what was shown of it. */
async function press({ scene, now }: Due, { userId = 1, seed = 1, wrap, view, stopAfter = Infinity }: Pressing = {}): Promise<Map<string, DueOutcome>> {
  const portal = scene.as(userId, wrap)
  const outcomes = new Map<string, DueOutcome>()
  const shown = view ?? await loadDue(portal, scene.store)
  await runDue(portal, scene.store, {
    view: view ? await loadDue(portal, scene.store) : shown, shown: new Set(shown.due.map(({ key }) => key)),
    report: (key, outcome) => { outcomes.set(key, outcome) }, goesOn: () => outcomes.size < stopAfter
  }, { ...sendTools(seed), now, timelineText: (one, link) => `${one.kind} ${link}` })
  return outcomes
}
const statesOf = (outcomes: Map<string, DueOutcome>): string[] => [...outcomes.values()].map(({ state }) => state)
const origins = ({ scene }: Due): string[] => scene.demo.state.outbox.map(({ originId }) => String(originId)).filter(origin => origin.includes('/'))
const records = ({ scene }: Due) => [...recordsOf(scene).values()].filter(item => valueOf(scene, item, 'FB_TOKEN'))

beforeEach(() => {
  vi.stubGlobal('setTimeout', (run: () => void) => {
    queueMicrotask(run)
    return 0
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('what is due', () => {
  it('asks once when a deal reaches the stage, reminds twice, closes; each mail has an origin of its own', async () => {
    const due = await openDue()
    const first = await loadDue(due.scene.as(1), due.scene.store)
    expect(keys(first).sort()).toEqual(due.deals.map(id => `ask ${id}`).sort())
    expect(statesOf(await press(due))).toEqual(['asked', 'asked', 'asked'])
    expect(keys(await loadDue(due.scene.as(1), due.scene.store))).toEqual([])
    const [record] = records(due)
    expect(valueOf(due.scene, record!, 'FB_STAGE')).toBe(STAGE)

    due.advance(3.1)
    expect(statesOf(await press(due))).toEqual(['reminded', 'reminded', 'reminded'])
    expect(statesOf(await press(due))).toEqual([])
    expect(due.scene.demo.state.outbox.at(-1)!.subject).toBe('Напоминаем')
    due.advance(4)
    expect(statesOf(await press(due))).toEqual(['reminded', 'reminded', 'reminded'])
    due.advance(7)
    expect(statesOf(await press(due))).toEqual(['expired', 'expired', 'expired'])
    expect(keys(await loadDue(due.scene.as(1), due.scene.store))).toEqual([])

    expect(origins(due)).toHaveLength(9)
    expect(new Set(origins(due)).size).toBe(9)
    for (const item of records(due)) {
      expect(Number(valueOf(due.scene, item, 'FB_REMINDERS'))).toBe(2)
      expect(item.fields.STAGE_ID).toBe(due.scene.store.invitationStages.stopped)
    }
    expect(due.scene.demo.contractLog.filter(({ kind }) => kind === 'rule')).toEqual([])
  })

  it('reads hundreds of deals with few requests', async () => {
    const due = await openDue({}, 12)
    let requests = 0
    const portal = due.scene.as(1, door => (method, params) => {
      requests++
      return door(method, params)
    })
    await loadDue(portal, due.scene.store)
    expect(requests).toBeLessThanOrEqual(8)
  })

  it('leaves out, with the reason, who must not be asked', async () => {
    const due = await openDue({}, 4)
    const { scene, deals } = due
    const portal = scene.as(1)
    const contactOf = (id: number): number => Number(scene.demo.state.items.get(DEAL)!.get(id)!.fields.CONTACT_ID)
    const set = async (type: typeof CONTACT | typeof COMPANY, id: number, values: Parameters<typeof toWireNative>[2]): Promise<void> => {
      const { method, params } = updateItem(type, id, toWireNative(scene.store, type, values))
      await portal.call(method, params)
    }
    await set(CONTACT, contactOf(deals[0]!), { FB_OPT_OUT: true })
    await set(CONTACT, contactOf(deals[1]!), { FB_NOT_BEFORE: '2026-06-01' })
    await move(scene, deals[2]!, 'NEW')
    const view = await loadDue(portal, scene.store)
    expect(keys(view)).toEqual([`ask ${deals[3]}`])
    expect(reasons(view).sort()).toEqual(['ask askedRecently', 'ask movedOn', 'ask optedOut'])
  })

  it('does not remind who answered, opted out, or whose deal is worked on again', async () => {
    const due = await openDue({}, 4)
    const { scene, deals } = due
    await press(due)
    const recordOf = (deal: number) => records(due).find(item => Number(valueOf(scene, item, 'FB_DEAL')) === deal)!
    const answered = recordOf(deals[0]!)
    scene.answer({ token: String(valueOf(scene, answered, 'FB_TOKEN')), inv: String(answered.id), nps: '9' })
    const contact = Number(scene.demo.state.items.get(DEAL)!.get(deals[1]!)!.fields.CONTACT_ID)
    const { method, params } = updateItem(CONTACT, contact, toWireNative(scene.store, CONTACT, { FB_OPT_OUT: true }))
    await scene.as(1).call(method, params)
    due.advance(1)
    await move(scene, deals[2]!, 'NEW')
    due.advance(2.5)
    const view = await loadDue(scene.as(1), scene.store)
    expect(keys(view)).toEqual([`remind ${deals[3]}`])
    expect(reasons(view).sort()).toEqual(['remind optedOut', 'remind reopened'])
  })

  it('an answer that comes between the list and the press stops the reminder', async () => {
    const due = await openDue({}, 1)
    await press(due)
    due.advance(4)
    const [record] = records(due)
    let answered = false
    const outcomes = await press(due, { wrap: door => async (method, params) => {
      // the ticket is written, the mail is not
      if (!answered && JSON.stringify(params).includes('crm.timeline.comment.add')) {
        answered = true
        due.scene.answer({ token: String(valueOf(due.scene, record!, 'FB_TOKEN')), inv: String(record!.id), nps: '9' })
      }
      return door(method, params)
    } })
    expect(statesOf(outcomes)).toEqual(['gone'])
    expect(origins(due)).toHaveLength(1)
  })

  it('two people press in the same moment: one mail each', async () => {
    const due = await openDue()
    const [first, second] = await Promise.all([press(due, { seed: 1 }), press(due, { userId: 3, seed: 2 })])
    expect([...statesOf(first), ...statesOf(second)].filter(state => state === 'asked')).toHaveLength(3)
    expect(origins(due)).toHaveLength(3)
    due.advance(4)
    const [again, other] = await Promise.all([press(due, { seed: 3 }), press(due, { userId: 3, seed: 4 })])
    expect([...statesOf(again), ...statesOf(other)].filter(state => state === 'reminded').length).toBeGreaterThanOrEqual(3)
    expect(new Set(origins(due)).size).toBe(origins(due).length)
    expect(origins(due)).toHaveLength(6)
  })

  it('an invitation that cannot be looked at is said to have failed, not to be done', async () => {
    const due = await openDue()
    await press(due)
    due.advance(15)
    const outcomes = await press(due, { wrap: door => (method, params) =>
      door(method, JSON.parse(JSON.stringify(params).replace('"i0":"crm.item.get?', '"i0":"crm.item.unreadable?')) as typeof params) })
    expect(statesOf(outcomes)).toEqual(['failed', 'expired', 'expired'])
  })

  it('a list that is an hour old: what was done meanwhile is not done again', async () => {
    const due = await openDue()
    const old = await loadDue(due.scene.as(3), due.scene.store)
    await press(due)
    expect(new Set(statesOf(await press(due, { userId: 3, view: old })))).toEqual(new Set(['gone']))
    expect(origins(due)).toHaveLength(3)
  })

  it('stops when told to, and goes on from there', async () => {
    const due = await openDue()
    expect(statesOf(await press(due, { stopAfter: 1 }))).toEqual(['asked'])
    expect(statesOf(await press(due, { seed: 9 }))).toEqual(['asked', 'asked'])
  })

  it('lists nothing while the processes are in charge', async () => {
    const due = await openDue()
    await makeControl(due.scene.as(1), due.scene.store)
    await putInCharge(due.scene.as(1), due.scene.store, 'engine')
    expect(await loadDue(due.scene.as(1), due.scene.store)).toMatchObject({ inCharge: 'engine', due: [], leftOut: [] })
  })

  it('a mail that the portal refuses is said, not counted, and tried again', async () => {
    const due = await openDue({}, 1)
    await press(due)
    due.advance(4)
    due.scene.demo.switches.mailFails = true
    expect(statesOf(await press(due))).toEqual(['failed'])
    due.scene.demo.switches.mailFails = false
    expect(statesOf(await press(due))).toEqual(['reminded'])
    expect(origins(due)).toHaveLength(2)
  })
})

class PageClosed extends Error {}
const FAULTS = ['lost before', 'reply lost', '503', 'executed twice', 'page closed before', 'page closed after'] as const

describe('faults', () => {
  it('one mail for each invitation and each reminder, whatever happens to any request', async () => {
    const struck: Record<string, number> = {}
    for (const fault of FAULTS) {
      for (let nth = 1; nth <= 24; nth++) {
        const due = await openDue({}, 1)
        let count = 0
        const wrap = (door: Request): Request => async (method, params) => {
          count++
          if (count > nth && fault.startsWith('page closed')) throw new PageClosed()
          if (count !== nth) return door(method, params)
          struck[fault] = (struck[fault] ?? 0) + 1
          if (fault === 'lost before') throw noReply()
          if (fault === '503') return { status: 503, body: { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' } }
          if (fault === 'page closed before') throw new PageClosed()
          await door(method, params)
          if (fault === 'executed twice') return door(method, params)
          throw fault === 'reply lost' ? noReply() : new PageClosed()
        }
        const pressOnce = (seed: number): Promise<unknown> => press(due, { seed, wrap }).catch(() => null)
        const calm = async (seed: number): Promise<void> => {
          await press(due, { seed })
          due.advance(0.01)
          await press(due, { seed: seed + 1 })
        }
        await pressOnce(nth * 7 + 1)
        due.advance(0.01)
        await calm(nth * 7 + 2)
        due.advance(3.5)
        await pressOnce(nth * 7 + 4)
        await calm(nth * 7 + 5)
        const sent = origins(due)
        expect(sent.map(origin => origin.slice(-2)).sort(), `${fault}, request ${nth}`).toEqual(['/1', '/2'])
        expect(new Set(sent.map(origin => origin.slice(0, -2))).size, `${fault}, request ${nth}`).toBe(1)
      }
    }
    console.log(`faults injected into the due list: ${JSON.stringify(struck)}`)
  }, 240_000)
})
