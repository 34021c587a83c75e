import { snapshotText, type SnapshotField, type SnapshotWords } from '@/answer/model/snapshot-text'
import type { Client } from '@/plan/model/facts'
import type { Command, Portal } from '@/portal/client'
import { COMPANY, DEAL } from '@/portal/fields'
import { listOf, mapOf } from '@/portal/php-array'
import { MAX_SNAPSHOTS, type Snapshot } from '@/survey/model/survey'

type Card = Snapshot['card']

/** Deal and company as crm.item.get gives them; a card that the answer does not have is missing. */
export type SnapshotCards = Partial<Record<Card, Readonly<Record<string, unknown>>>>

/** What goes to one of FB_SNAP1…5. */
export interface TakenSnapshot {
  title: string
  /** '' = empty, or the answer has no such card; null = the field is gone or cannot be said in words */
  text: string | null
}

export interface SnapshotOrder {
  snapshots: readonly Snapshot[]
  cards: SnapshotCards
  contact: Pick<Client, 'id' | 'name'> | null
  company: Pick<Client, 'id' | 'name'> | null
  words: Pick<SnapshotWords, 'yes' | 'no'>
}

/** Reads snapshots. Keeps what it learnt: make a new one for each run. */
export interface SnapshotReader {
  /** One batch at most; none without snapshots, or when everything is known. @throws PortalError for what may pass */
  take(order: SnapshotOrder): Promise<TakenSnapshot[]>
}

const TYPES: Record<Card, number> = { deal: DEAL, company: COMPANY }

/** Directories of the portal's own fields (crm.status.list, ENTITY_ID); a deal's stages hang on its pipeline. */
const DIRECTORIES: Record<Card, Record<string, string>> = {
  deal: { sourceId: 'SOURCE', typeId: 'DEAL_TYPE' },
  company: { typeId: 'COMPANY_TYPE', industry: 'INDUSTRY', employees: 'EMPLOYEES' }
}

function directoryOf({ card, field }: Pick<Snapshot, 'card' | 'field'>, item: Readonly<Record<string, unknown>>): string | null {
  if (card === 'deal' && field === 'stageId') return Number(item.categoryId) > 0 ? `DEAL_STAGE_${Number(item.categoryId)}` : 'DEAL_STAGE'
  return DIRECTORIES[card][field] ?? null
}

/** Sources: crm.item.fields, crm.status.list, user.get. */
export function createSnapshotReader(portal: Portal): SnapshotReader {
  const fields = new Map<Card, ReadonlyMap<string, SnapshotField>>()
  const directories = new Map<string, ReadonlyMap<string, string>>()
  const people = new Map<number, string | undefined>()

  async function learn(wanted: readonly Snapshot[], cards: SnapshotCards): Promise<void> {
    const named = [...new Set(wanted.map(({ card }) => card))].filter(card => !fields.has(card))
    const asked = [...new Set(wanted.flatMap(snapshot => directoryOf(snapshot, cards[snapshot.card] ?? {}) ?? []))].filter(name => !directories.has(name))
    const ids = [...new Set(wanted.flatMap(snapshot => possiblePeople(snapshot, cards[snapshot.card] ?? {})))].filter(id => !people.has(id))
    const commands: Record<string, Command> = {
      ...Object.fromEntries(named.map(card => [card, { method: 'crm.item.fields', params: { entityTypeId: TYPES[card] } }])),
      ...Object.fromEntries(asked.map((name, index) => [`d${index}`, { method: 'crm.status.list', params: { filter: { ENTITY_ID: name } } }])),
      ...(ids.length > 0 ? { people: { method: 'user.get', params: { FILTER: { '@ID': ids }, select: ['ID', 'NAME', 'LAST_NAME'] } } } : {})
    }
    if (Object.keys(commands).length === 0) return
    const seen = await portal.batch<Record<string, unknown>>(commands)
    const resultOf = (name: string): unknown => {
      const outcome = seen[name]
      if (outcome?.ok === false && outcome.error.retryable) throw outcome.error
      return outcome?.ok ? outcome.result : null
    }
    for (const card of named) fields.set(card, fieldsFromWire(resultOf(card)))
    asked.forEach((name, index) => directories.set(name, new Map(listOf(resultOf(`d${index}`)).map(mapOf).map(row => [String(row.STATUS_ID), String(row.NAME)]))))
    for (const id of ids) people.set(id, undefined)
    for (const row of listOf(ids.length > 0 ? resultOf('people') : null).map(mapOf)) {
      people.set(Number(row.ID), [row.NAME, row.LAST_NAME].filter(Boolean).join(' ') || undefined)
    }
  }

  return {
    async take({ snapshots, cards, contact, company, words }) {
      const wanted = snapshots.slice(0, MAX_SNAPSHOTS)
      await learn(wanted.filter(({ card }) => cards[card]), cards)
      return wanted.map(snapshot => {
        const { card, field: name, title } = snapshot
        const item = cards[card]
        if (!item) return { title, text: '' }
        const field = fields.get(card)?.get(name)
        const directory = directories.get(directoryOf(snapshot, item) ?? '')
        const text = field
          ? snapshotText(name, field, item, { ...words, contact, company, status: code => directory?.get(code), person: id => people.get(id) })
          : null
        return { title, text }
      })
    }
  }
}

/** Which fields name people is known only with the batch that has to ask for them: whole numbers may be ids of users, more are asked for than needed. */
function possiblePeople(snapshot: Snapshot, item: Readonly<Record<string, unknown>>): number[] {
  if (directoryOf(snapshot, item) !== null || ['opportunity', 'categoryId', 'companyId', 'contactId', 'contactIds'].includes(snapshot.field)) return []
  return [item[snapshot.field]].flat().map(Number).filter(id => Number.isInteger(id) && id > 0 && id < 1e9).slice(0, 20)
}

function fieldsFromWire(result: unknown): ReadonlyMap<string, SnapshotField> {
  return new Map(Object.entries(mapOf(mapOf(result).fields)).map(([name, value]) => {
    const { type, items } = mapOf(value)
    return [name, { type: String(type ?? ''), items: new Map(listOf(items).map(mapOf).map(({ ID, VALUE }) => [String(ID), String(VALUE)])) }]
  }))
}
