import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Item } from '../../demo/state'
import { noReply, type Request } from '../in-process'
import { dealsWithAddress, NOW, openScene, orderFor, recordsOf, sendTools, type Scene } from './scene'
import { ErasureStopped, eraseHere, loadErasure, runErasure, type ErasurePlan, type ErasureSubject } from '@/answer/erasure'
import { handleNewAnswers } from '@/answer/handling'
import { sendInvitation } from '@/invitation/sending'
import { COMPANY, CONTACT } from '@/portal/fields'
import { taskLinkOf, userFieldName } from '@/portal/record-store'

/** The words of two people who answered; nobody else uses them. */
const WORDS = { erased: 'Kestrelwort', stays: 'Marlinquist' }

interface Written {
  scene: Scene
  subject: ErasureSubject
  other: ErasureSubject
  deals: { erased: number, stays: number }
}

/** Two people asked and answered in deals of their own; the second answer of the first one is still unhandled. */
async function writtenScene(): Promise<Written> {
  const scene = await openScene()
  const deals = dealsWithAddress(scene.demo, scene.store)
  const contactOf = (dealId: number): number => Number(scene.demo.state.items.get(2)!.get(dealId)!.fields.CONTACT_ID)
  const companyOf = (dealId: number): number => Number(scene.demo.state.items.get(2)!.get(dealId)!.fields.COMPANY_ID)
  const first = deals.find(id => companyOf(id) > 0)!
  const second = deals.find(id => contactOf(id) !== contactOf(first))!
  let seed = 1
  const ask = async (dealId: number, word: string, sid: string, nps: string): Promise<void> => {
    const order = { ...orderFor(scene, dealId), companyId: companyOf(dealId), known: new Set<number>() }
    const sent = await sendInvitation(scene.as(1), scene.store, order, sendTools(seed++))
    if (sent.state !== 'sent') throw new Error(sent.state)
    const said = { nps, comment: `${word} was slow`, answers: JSON.stringify({ nps, more: word }) }
    scene.answer({ token: sent.token, inv: String(sent.invitationId), sid, ...said })
  }
  await ask(second, WORDS.stays, 'b'.repeat(20), '2')
  await ask(first, WORDS.erased, 'a'.repeat(20), '3')
  await handleNewAnswers(scene.as(1), scene.store, () => NOW)
  const records = [...recordsOf(scene).values()]
  const token = String(records.find(item => Number(item.fields.CONTACT_ID) === contactOf(first))!.fields[userFieldName(scene.store, 'FB_TOKEN')])
  scene.answer({ token, inv: '0', sid: 'd'.repeat(20), nps: '4', comment: `${WORDS.erased} again`, answers: '{}' })
  return {
    scene, deals: { erased: first, stays: second },
    subject: { entityTypeId: CONTACT, id: contactOf(first) }, other: { entityTypeId: CONTACT, id: contactOf(second) }
  }
}

/** Collections of the portal's whole state that contain a text, links and names apart. */
function holding({ demo }: Scene, text: string): string[] {
  const contains = (value: unknown): boolean => JSON.stringify(value, (_key, part: unknown) => part instanceof Map ? [...part.entries()] : part).includes(text)
  return Object.entries(demo.snapshot()).filter(([, value]) => contains(value)).map(([name]) => name).sort()
}

/** Everything that could be somebody else's, for comparison. */
function others({ scene, other, deals }: Written): unknown {
  const { state } = scene.demo
  const own = [...recordsOf(scene).values()].filter(item => Number(item.fields.CONTACT_ID) === other.id)
  const ids = own.map(({ id }) => `/details/${id}/`)
  const mentions = (text: unknown): boolean => ids.some(id => String(text).includes(id))
  return structuredClone({
    records: own.map(({ id, fields }: Item) => ({ id, fields })),
    contact: state.items.get(3)!.get(other.id)!.fields,
    deal: state.items.get(2)!.get(deals.stays)!.fields,
    comments: state.comments.filter(({ entityType, entityId }) => entityType === 'deal' && entityId === deals.stays),
    tasks: state.tasks.filter(({ fields }) => JSON.stringify(fields).includes(WORDS.stays)),
    notifications: state.notifications.filter(({ message }) => message.includes(WORDS.stays) || mentions(message)),
    activities: state.activities.filter(({ ownerTypeId, ownerId }) =>
      (ownerTypeId === scene.store.entityTypeId && own.some(({ id }) => ownerId === id)) || ownerId === deals.stays)
  })
}

const kinds = ({ parts }: ErasurePlan): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { kind } of parts) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

async function erase({ scene, subject }: Written, wrap?: (door: Request) => Request): Promise<void> {
  const portal = scene.as(1, wrap)
  const plan = await loadErasure(portal, scene.store, subject)
  await runErasure(portal, scene.store, plan, () => {})
}

/** The client waits before it repeats; nobody waits here. */
beforeEach(() => {
  vi.stubGlobal('setTimeout', (run: () => void) => {
    queueMicrotask(run)
    return 0
  })
})
afterEach(() => vi.unstubAllGlobals())

/** What was announced as staying: the form's own results, and mails that have left. */
const ANNOUNCED = ['formResults']

describe('erasing everything about a contact', () => {
  it('lists what goes and what stays, and changes nothing by looking', async () => {
    const written = await writtenScene()
    const { scene, subject } = written
    const before = JSON.stringify(scene.demo.snapshot().tasks) + JSON.stringify(scene.demo.snapshot().comments)
    const plan = await loadErasure(scene.as(1), scene.store, subject)
    expect(kinds(plan)).toEqual({ task: 1, comment: 2, activity: 3, notification: 2, lastScore: 3, answer: 2, invitation: 1 })
    // comments are shown as they read in the portal
    for (const { kind, title } of plan.parts) if (kind === 'comment') expect(title).not.toMatch(/\[\/?(?:URL|B)\b/)
    expect(plan.stays.map(({ why }) => why)).toEqual(['formResults', 'sentMails', 'copies', 'doNotAsk'])
    expect(JSON.stringify(scene.demo.snapshot().tasks) + JSON.stringify(scene.demo.snapshot().comments)).toBe(before)
    expect(scene.demo.contractLog).toEqual([])
  })

  it('leaves the words of the person nowhere but where it was announced, and nothing of another person changes', async () => {
    const written = await writtenScene()
    const { scene } = written
    expect(holding(scene, WORDS.erased)).toEqual(['activities', 'comments', 'formResults', 'items', 'tasks'])
    const [before, words] = [others(written), holding(scene, WORDS.stays)]
    await erase(written)
    expect(holding(scene, WORDS.erased)).toEqual(ANNOUNCED)
    expect(others(written)).toEqual(before)
    expect(holding(scene, WORDS.stays)).toEqual(words)
    const contact = scene.demo.state.items.get(3)!.get(written.subject.id)!
    expect([contact.fields.UF_CRM_CONTACT_FB_LAST_SCORE, contact.fields.UF_CRM_CONTACT_FB_LAST_AT].map(value => value ?? '')).toEqual(['', ''])
    // so that nobody asks again at once
    expect(contact.fields.UF_CRM_CONTACT_FB_NOT_BEFORE).not.toBe('')
    expect((await loadErasure(scene.as(1), scene.store, written.subject)).parts).toEqual([])
    expect(scene.demo.contractLog).toEqual([])
  })

  it.each(['lost before', 'reply lost', '503', 'executed twice'] as const)('comes to the same end with %s at every request', async fault => {
    let struck = true
    for (let nth = 1; struck; nth++) {
      struck = false
      const written = await writtenScene()
      const before = others(written)
      let count = 0
      const wrap = (door: Request): Request => async (method, params) => {
        if (++count !== nth) return door(method, params)
        struck = true
        if (fault === '503') return { status: 503, body: { error: 'QUERY_LIMIT_EXCEEDED', error_description: 'Too many requests' } }
        if (fault !== 'lost before') await door(method, params)
        if (fault === 'executed twice') return door(method, params)
        throw noReply()
      }
      await erase(written, wrap).catch(async (error: unknown) => {
        if (!(error instanceof ErasureStopped)) throw error
        expect(error.done + error.left).toBeGreaterThan(0)
        await erase(written)
      })
      expect(holding(written.scene, WORDS.erased), `request ${nth}`).toEqual(ANNOUNCED)
      expect(others(written), `request ${nth}`).toEqual(before)
      expect(written.scene.demo.contractLog).toEqual([])
    }
  }, 120_000)

  it('is not fooled by a filter that the portal does not understand', async () => {
    const written = await writtenScene()
    const before = others(written)
    const blind = (door: Request): Request => (method, params) => door(method, method !== 'batch' ? params : {
      ...params, cmd: Object.fromEntries(Object.entries(params.cmd as Record<string, string>).map(([name, command]) =>
        [name, command.replace(/&?filter%5B(%3D|%40|%25)?(contactId|companyId|parentId2|ORIGIN_ID|PROVIDER_ID|OWNER_ID|OWNER_TYPE_ID|UF_CRM_TASK|ufCrm\w+)%5D(%5B\d*%5D)?=[^&]*/gi, '')]))
    })
    await erase(written, blind)
    expect(others(written)).toEqual(before)
    expect(holding(written.scene, WORDS.erased)).toEqual(ANNOUNCED)
  })

  it('stops where the portal refuses, and says what is done and what is left', async () => {
    const written = await writtenScene()
    const refuse = (door: Request): Request => (method, params) => door(method, method !== 'batch' ? params : {
      ...params, cmd: Object.fromEntries(Object.entries(params.cmd as Record<string, string>).map(([name, command]) =>
        [name, command.startsWith('tasks.task.delete') ? 'tasks.task.delete?taskId=999999' : command]))
    })
    const failure = await erase(written, refuse).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ErasureStopped)
    expect(failure).toMatchObject({ left: 4, done: 10 })
    expect(holding(written.scene, WORDS.erased)).toContain('items')
  })

  it('leaves a task and a comment that are about somebody else too', async () => {
    const written = await writtenScene()
    const { scene, subject } = written
    const { state } = scene.demo
    const task = state.tasks.find(({ fields }) => JSON.stringify(fields).includes(WORDS.erased))!
    const foreign = [...recordsOf(scene).values()].find(item => Number(item.fields.CONTACT_ID) === written.other.id)!
    task.fields.UF_CRM_TASK = [...task.fields.UF_CRM_TASK as string[], taskLinkOf(scene.store, foreign.id)]
    const plan = await loadErasure(scene.as(1), scene.store, subject)
    expect(kinds(plan).task).toBeUndefined()
    expect(plan.stays.find(({ why }) => why === 'ofSeveral')?.paths).toEqual([`/company/personal/user/${String(task.fields.RESPONSIBLE_ID)}/tasks/task/view/${task.id}/`])
  })
})

it('a company is erased without the words of its people', async () => {
  const written = await writtenScene()
  const { scene } = written
  const company = Number(scene.demo.state.items.get(2)!.get(written.deals.erased)!.fields.COMPANY_ID)
  for (const item of recordsOf(scene).values()) if (Number(item.fields.CONTACT_ID) > 0) item.fields.COMPANY_ID = company
  const plan = await loadErasure(scene.as(1), scene.store, { entityTypeId: COMPANY, id: company })
  expect(plan.parts).toEqual([])
  expect(plan.stays.map(({ why }) => why)).toContain('peopleOfCompany')
})

describe('traces in this browser', () => {
  it('go with the links', () => {
    const kept = new Map([['feedback-answer:p:1:tok1', 'x'], ['feedback-answer:p:2:tok2', 'y'], ['other', 'z']])
    const storage = {
      get length() { return kept.size }, key: (index: number) => [...kept.keys()][index] ?? null, removeItem: (key: string) => { kept.delete(key) }
    }
    expect(eraseHere(['tok1'], () => storage as unknown as Storage)).toBe(1)
    expect([...kept.keys()]).toEqual(['feedback-answer:p:2:tok2', 'other'])
  })

  it('are no error where storage is forbidden', () => {
    expect(eraseHere(['tok1'], () => { throw new DOMException('no', 'SecurityError') })).toBe(0)
  })
})
