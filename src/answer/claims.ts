import { ENGINE } from '@/plan/compile/input'
import { controlCommand, controlFromWire, DUTY, SETTLING_MS, TAKEN, type Control, type InCharge } from '@/plan/control'
import type { Command, Portal } from '@/portal/client'
import { fromWire, selectOf, toWire, updateItem, type WireRecord } from '@/portal/items'
import type { RecordStore } from '@/portal/record-store'

/** An answer that the app handles, and what its FB_BY says then. */
export interface Turn {
  id: number
  by: typeof DUTY | typeof TAKEN
}

/** Who handles which of the answers in the first stage. */
export interface Turns {
  /** oldest first */
  mine: Turn[]
  /** left to the portal's processes: they may still be at it */
  left: number[]
  /** the list was full: there may be more */
  more: boolean
  /** null = the portal has no processes of this installation */
  inCharge: InCharge | null
}

/**
 * For so long, in milliseconds, nothing may happen to an answer of the processes before the app takes it over. They start within seconds of the
 * answer, but in the background of the portal, which some installations do once a minute and a busy one late; and they pause nowhere. Longer would
 * let a complaint wait for nobody: nothing but a template that was changed or removed, or a limit of the portal, holds them up for ten minutes.
 */
export const TAKE_OVER_AFTER_MS = 10 * 60_000

/**
 * Answers in the first stage that the app handles, and not the portal's processes. An invitation says by its FB_BY who handles its answer; an answer without
 * an invitation, and one that came over a shared link, is handled by whoever is in charge. What a process might start on is marked first (FB_BY of the
 * answer), so that one which wakes late leaves it alone, and looked at again after `SETTLING_MS`: a process that was faster has left its own mark. What a
 * process has marked and not finished, and what it never began, is taken over when it has stood still for `TAKE_OVER_AFTER_MS`; while the duty person is in
 * charge no process begins anything, and what none has marked is taken at once.
 * @param wait lets time pass, in milliseconds
 * @throws PortalError
 */
export async function answersToHandle(portal: Portal, store: RecordStore, now: Date, wait: (milliseconds: number) => Promise<void>): Promise<Turns> {
  const { fresh, found } = await portal.batch<{ fresh: Rows, found: unknown }>({
    fresh: recordList(store, { '=categoryId': store.answerCategoryId, '=stageId': store.answerStages.new }), found: controlCommand(store)
  })
  if (!fresh.ok) throw fresh.error
  if (!found.ok) throw found.error
  const answers = fresh.result.items.map(item => fromWire(store, item)).filter(({ stageId }) => stageId === store.answerStages.new)
  const control = controlFromWire(store, found.result)
  const turns: Turns = { mine: [], left: [], more: answers.length === 50, inCharge: control?.inCharge ?? null }
  if (answers.length === 0) return turns
  // without processes nobody else is there
  if (control === null) return { ...turns, mine: answers.map(({ id }) => ({ id, by: DUTY })) }

  const askers = await askersOf(portal, store, answers)
  const claims: Turn[] = []
  const marks: Record<string, Command> = {}
  for (const answer of answers) {
    const asker = askers.get(answer.id) ?? null
    const { id, values: { FB_BY } } = answer
    if (asker !== null && asker !== ENGINE) {
      turns.mine.push({ id, by: DUTY })
      continue
    }
    const own = FB_BY === DUTY || FB_BY === TAKEN ? FB_BY : null
    if (own === null && isTheirs(answer, asker, control) && now.getTime() - Date.parse(answer.updatedTime) < TAKE_OVER_AFTER_MS) {
      turns.left.push(id)
      continue
    }
    const by = own ?? (control.inCharge === ENGINE ? TAKEN : DUTY)
    if (own === null) marks[`a${id}`] = updateItem(store.entityTypeId, id, toWire(store, { FB_BY: by }))
    claims.push({ id, by })
  }
  if (Object.keys(marks).length > 0) await portal.batch<Record<string, unknown>>(marks)
  if (claims.length > 0) {
    await wait(SETTLING_MS)
    const kept = await marksOf(portal, store, claims)
    for (const claim of claims) {
      if (kept.get(claim.id) === claim.by) turns.mine.push(claim)
      else turns.left.push(claim.id)
    }
  }
  turns.mine.sort((a, b) => a.id - b.id)
  return turns
}

type Rows = { items: unknown[] }

/** A process has it in hand, or is still to begin. */
export function isTheirs({ values: { FB_BY } }: WireRecord, asker: string | null, { inCharge }: Control): boolean {
  return FB_BY === ENGINE || (inCharge === ENGINE && (asker === ENGINE || asker === null))
}

/** First fifty records that match, with what tells whose they are. */
export function recordList(store: RecordStore, filter: Record<string, unknown>, order: 'ASC' | 'DESC' = 'ASC'): Command {
  return {
    method: 'crm.item.list',
    params: {
      entityTypeId: store.entityTypeId, select: selectOf(store, ['FB_TOKEN', 'FB_INVITATION', 'FB_BY', 'FB_FLAG']), filter, order: { id: order }, start: -1
    }
  }
}

/**
 * Answer id → FB_BY of its invitation, which has both the posted id and the posted token; none of a shared link, which outlives who is in charge.
 * At most as many invitations as answers: one page.
 */
export async function askersOf(portal: Portal, store: RecordStore, answers: readonly WireRecord[]): Promise<Map<number, string>> {
  const ids = [...new Set(answers.map(({ values }) => values.FB_INVITATION ?? '').filter(id => /^\d{1,12}$/.test(id)).map(Number))]
  if (ids.length === 0) return new Map()
  const { method, params } = recordList(store, { '=categoryId': store.invitationCategoryId, '@id': ids })
  const { items } = await portal.call<Rows>(method, params)
  const invitations = new Map(items.map(item => fromWire(store, item)).filter(({ values }) => values.FB_FLAG !== 'shared').map(({ id, values }) => [`${id}/${values.FB_TOKEN}`, values.FB_BY ?? DUTY]))
  return new Map(answers.flatMap(({ id, values: { FB_INVITATION, FB_TOKEN } }): [number, string][] => {
    const by = FB_TOKEN === null ? undefined : invitations.get(`${Number(FB_INVITATION)}/${FB_TOKEN}`)
    return by === undefined ? [] : [[id, by]]
  }))
}

/** Answer id → its FB_BY now; only of those that still stand in the first stage. */
async function marksOf(portal: Portal, store: RecordStore, claims: readonly Turn[]): Promise<Map<number, string | null>> {
  const { method, params } = recordList(store, { '=categoryId': store.answerCategoryId, '@id': claims.map(({ id }) => id) })
  const { items } = await portal.call<Rows>(method, params)
  const fresh = items.map(item => fromWire(store, item)).filter(({ stageId }) => stageId === store.answerStages.new)
  return new Map(fresh.map(({ id, values }) => [id, values.FB_BY]))
}
