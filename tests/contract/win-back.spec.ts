import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { noReply, type Request } from '../in-process'
import { EVERYBODY } from './many-scene'
import { dealsWithAddress, NOW, openScene, orderFor, sendTools, type Scene } from './scene'
import { handleNewAnswers } from '@/answer/handling'
import type { WinBackChoice, WinBackRow } from '@/answer/model/win-back'
import { giveWinBackTasks, loadWinBack, type WinBackOrder } from '@/answer/win-back'
import { loadLeads } from '@/invitation/many-segment'
import type { Segment } from '@/invitation/model/many'
import { sendInvitation } from '@/invitation/sending'
import { PortalError } from '@/portal/errors'
import { taskLinkOf } from '@/portal/record-store'

/** Critics and lost deals as a call list, and one task each. */

beforeEach(() => {
  vi.stubGlobal('setTimeout', (run: () => void) => {
    queueMicrotask(run)
    return 0
  })
})
afterEach(() => vi.unstubAllGlobals())

const MANAGER = 3
const CRITICS: WinBackChoice = { who: 'critics', from: '', to: '', responsible: null }
const LOST: WinBackChoice = { ...CRITICS, who: 'lost' }
const DEADLINE = '2026-03-04T09:00:00Z'

/** One client of each score, asked by the manager. */
async function answered(scene: Scene, ...scores: number[]): Promise<number[]> {
  const contacts: number[] = []
  const deals = dealsWithAddress(scene.demo, scene.store).filter((id, index, all) =>
    all.findIndex(other => contactOf(scene, other) === contactOf(scene, id)) === index)
  for (const [index, score] of scores.entries()) {
    const order = orderFor(scene, deals[index]!, MANAGER)
    const sent = await sendInvitation(scene.as(MANAGER), scene.store, order, sendTools(index + 1))
    if (sent.state !== 'sent') throw new Error(sent.state)
    scene.answer({ token: sent.token, inv: String(sent.invitationId), sid: `s${index}`, nps: String(score), comment: `Сказал ${score}` })
    contacts.push(order.recipient.id)
  }
  await handleNewAnswers(scene.as(1), scene.store, () => NOW)
  return contacts
}

const contactOf = ({ demo }: Scene, dealId: number): number => Number(demo.state.items.get(2)!.get(dealId)!.fields.CONTACT_ID)
const order = (row: WinBackRow): WinBackOrder =>
  ({ row, title: `Вернуть: ${row.name}`, description: row.said?.comment ?? '', responsibleId: row.responsibleId ?? 1 })
const tasksOf = ({ demo }: Scene, contactId: number) =>
  demo.state.tasks.filter(({ fields }) => fields.XML_ID === `fb-win-back/C_${contactId}` && (fields.UF_CRM_TASK as string[]).includes(`C_${contactId}`))
const left = ({ demo }: Scene): string[] => demo.state.comments.filter(({ comment }) => comment.startsWith('☎')).map(({ comment }) => comment)

/** @returns what became of each line */
async function give(scene: Scene, rows: readonly WinBackRow[], wrap?: (door: Request) => Request): Promise<Map<string, unknown>> {
  const told = new Map<string, unknown>()
  const wait = async (): Promise<void> => {}
  await giveWinBackTasks(scene.as(MANAGER, wrap), scene.store, rows.map(order), DEADLINE, { wait }, (key, outcome) => { told.set(key, outcome) })
  return told
}

describe('the call list', () => {
  it('has critics with phone, score, words, deal and owner, newest first; nobody who was content or has become so', async () => {
    const scene = await openScene()
    const [first, , third] = await answered(scene, 3, 9, 2)
    const { rows, more, hidden } = await loadWinBack(scene.as(MANAGER), scene.store, CRITICS)
    expect([more, hidden]).toEqual([false, 0])
    expect(rows.map(({ contactId, said }) => [contactId, said?.score, said?.comment])).toEqual([[third, '2/10', 'Сказал 2'], [first, '3/10', 'Сказал 3']])
    expect(rows[0]).toMatchObject({ key: `C_${third}`, responsibleId: MANAGER, task: null, optedOut: false, deal: { title: expect.stringMatching(/\S/) } })
    const phone = scene.demo.state.items.get(3)!.get(first!)!.fm.find(({ typeId }) => typeId === 'PHONE')?.value ?? ''
    expect(rows[1]!.phone).toBe(phone)
    scene.demo.state.items.get(3)!.get(first!)!.fields.UF_CRM_CONTACT_FB_LAST_GROUP = scene.store.native[3].enums.FB_LAST_GROUP!.high
    expect((await loadWinBack(scene.as(MANAGER), scene.store, CRITICS)).rows.map(({ contactId }) => contactId)).toEqual([third])
  })

  it('is of a period and of one owner', async () => {
    const scene = await openScene()
    await answered(scene, 3)
    const count = async (change: Partial<WinBackChoice>): Promise<number> =>
      (await loadWinBack(scene.as(1), scene.store, { ...CRITICS, ...change })).rows.length
    expect([await count({ from: '2026-03-02', to: '2026-03-02' }), await count({ from: '2026-03-03' }), await count({ to: '2026-03-01' })]).toEqual([1, 0, 0])
    expect([await count({ responsible: MANAGER }), await count({ responsible: 4 })]).toEqual([1, 0])
  })

  it('has clients of lost deals, each once, with what they said last', async () => {
    const scene = await openScene()
    const [contact] = await answered(scene, 9)
    const deals = [...scene.demo.state.items.get(2)!.values()].filter(({ fields }) => fields.CONTACT_ID && Number(fields.CATEGORY_ID) === 0)
    for (const deal of deals) if (deal.fields.STAGE_ID === 'LOSE') deal.fields.STAGE_ID = 'NEW'
    expect((await loadWinBack(scene.as(1), scene.store, LOST)).rows.filter(({ deal }) => deals.some(({ id }) => id === deal?.id))).toEqual([])
    for (const { id, fields } of deals) if (contactOf(scene, id) === contact) fields.STAGE_ID = 'LOSE'
    const { rows } = await loadWinBack(scene.as(1), scene.store, LOST)
    const own = rows.filter(({ contactId }) => contactId === contact)
    expect(own).toHaveLength(1)
    expect(own[0]).toMatchObject({ answerId: null, said: { group: 'high', score: '9/10' }, deal: { title: expect.stringMatching(/\S/) } })
  })

  it('means the same lost deals as asking many does, of one pipeline or stage where one is chosen', async () => {
    const scene = await openScene()
    const { rows } = await loadWinBack(scene.as(1), scene.store, LOST)
    const asked = async (change: Partial<Segment> = {}) =>
      (await loadLeads(scene.as(1), scene.store, { ...EVERYBODY, who: 'lost', ...change })).leads
    const leads = await asked()
    expect(rows.length).toBeGreaterThan(0)
    expect(new Set(leads.map(({ contactId }) => contactId))).toEqual(new Set(rows.map(({ contactId }) => contactId)))
    for (const { deal } of leads) expect(scene.demo.state.items.get(2)!.get(deal!.id)!.fields.STAGE_ID).toMatch(/LOSE$/)
    expect(await asked({ pipeline: 0, stage: 'LOSE' })).toEqual(leads.filter(({ deal }) => deal?.pipeline === 0))
    expect(await asked({ pipeline: 0, stage: 'WON' })).toEqual([])
  })
})

describe('tasks to win clients back', () => {
  it('are given once: who has one open gets no second, who had one may get another', async () => {
    const scene = await openScene()
    const [first] = await answered(scene, 3, 2)
    const { rows } = await loadWinBack(scene.as(MANAGER), scene.store, CRITICS)
    expect([...(await give(scene, rows)).values()]).toEqual(['given', 'given'])
    const [task] = tasksOf(scene, first!)
    expect(task!.fields).toMatchObject({ TITLE: expect.stringMatching(/^Вернуть: /), RESPONSIBLE_ID: MANAGER, CREATED_BY: MANAGER })
    const row = rows.find(({ contactId }) => contactId === first)!
    expect(task!.fields.UF_CRM_TASK).toEqual(expect.arrayContaining([`C_${first}`, `D_${row.deal!.id}`, taskLinkOf(scene.store, row.said!.answerId)]))
    expect([...(await give(scene, rows)).values()]).toEqual(['inHand', 'inHand'])
    const again = await loadWinBack(scene.as(MANAGER), scene.store, CRITICS)
    expect(again.rows.map(({ task: open }) => open?.isDone)).toEqual([false, false])
    task!.fields.STATUS = 5
    expect((await give(scene, [row])).get(row.key)).toBe('given')
    expect(tasksOf(scene, first!)).toHaveLength(2)
    expect(left(scene)).toEqual([])
    expect(scene.demo.contractLog.filter(({ kind }) => kind === 'rule')).toEqual([])
  })

  it('of two who press at once: one each', async () => {
    for (let turns = 0; turns < 8; turns++) {
      const scene = await openScene()
      const contacts = await answered(scene, 3, 2)
      const { rows } = await loadWinBack(scene.as(MANAGER), scene.store, CRITICS)
      await Promise.all([give(scene, rows, lagging(0)), give(scene, rows, lagging(turns))])
      expect(contacts.map(id => tasksOf(scene, id).length), `${turns} turns`).toEqual([1, 1])
      expect(left(scene), `${turns} turns`).toEqual([])
    }
  })

  it('what is refused is said, and holds nothing up', async () => {
    const scene = await openScene()
    const contacts = await answered(scene, 3, 2)
    const { rows } = await loadWinBack(scene.as(MANAGER), scene.store, CRITICS)
    scene.demo.faults.push({ kind: 'method-error', method: 'tasks.task.add', nth: 1, error: 'ERROR_CORE', description: 'No' })
    const told = await give(scene, rows)
    expect([...told.values()].filter(outcome => outcome === 'given')).toHaveLength(1)
    expect([...told.values()].filter(outcome => typeof outcome === 'object')).toHaveLength(1)
    expect(contacts.reduce((sum, id) => sum + tasksOf(scene, id).length, 0)).toBe(1)
  })

  it('are one each, wherever a request is lost, repeated or the page is closed', async () => {
    const injected: Record<string, number> = {}
    for (const kind of ['lost before', 'reply lost', 'executed twice', '503', 'closed after'] as const) {
      for (let nth = 1; nth <= 4; nth++) {
        const scene = await openScene()
        const contacts = await answered(scene, 3, 2)
        const { rows } = await loadWinBack(scene.as(MANAGER), scene.store, CRITICS)
        let count = 0
        await give(scene, rows, door => async (method, params) => {
          count++
          if (kind === 'closed after' && count > nth) throw noReply()
          if (count !== nth) return door(method, params)
          injected[kind] = (injected[kind] ?? 0) + 1
          if (kind === 'lost before') throw noReply()
          if (kind === '503') return { status: 503, body: { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' } }
          const reply = await door(method, params)
          if (kind === 'reply lost' || kind === 'closed after') throw noReply()
          return kind === 'executed twice' ? door(method, params) : reply
        }).catch((error: unknown) => {
          if (!(error instanceof PortalError)) throw error
        })
        await give(scene, rows)
        expect(contacts.map(id => tasksOf(scene, id).length), `${kind}, request ${nth}`).toEqual([1, 1])
        expect(left(scene), `${kind}, request ${nth}`).toEqual([])
      }
    }
    console.log(`faults injected while tasks were given: ${JSON.stringify(injected)}`)
  }, 120_000)
})

/** A door whose requests all take a turn of the event loop, the first one `turns` more: two of them interleave. */
const lagging = (turns: number) => (door: Request): Request => {
  let before = turns
  return async (method, params) => {
    for (; before >= 0; before--) await new Promise(resolve => setImmediate(resolve))
    before = 0
    return door(method, params)
  }
}
