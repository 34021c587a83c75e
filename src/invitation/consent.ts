import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { COMPANY, CONTACT } from '@/portal/fields'
import { fromWireNative, getItem, nativeWireName, toWireNative, updateItem } from '@/portal/items'
import { listOf, mapOf } from '@/portal/php-array'
import type { RecordStore } from '@/portal/record-store'

export type ClientType = typeof CONTACT | typeof COMPANY

/** What a contact or company said about being asked; `notBefore` as yyyy-mm-dd, null when it may be asked any day. */
export interface Consent {
  entityTypeId: ClientType
  id: number
  name: string
  optedOut: boolean
  notBefore: string | null
}

/** Where the next page of each list begins; a list that ended is missing. */
export type ConsentCursor = Partial<Record<ConsentList, number>>

const LISTS = ['contactOut', 'contactLater', 'companyOut', 'companyLater'] as const
type ConsentList = typeof LISTS[number]

export interface ConsentPage {
  clients: Consent[]
  /** null = everything was read */
  next: ConsentCursor | null
  /** lists that could not be read; the others stand */
  failed: PortalError | null
}

/** First pages of all four lists. */
export const FIRST_PAGES: ConsentCursor = { contactOut: 0, contactLater: 0, companyOut: 0, companyLater: 0 }

/**
 * Contacts and companies that are not to be asked: opted out, or not before a day after `today`. One request for a page of each.
 * A list holds the caller's part only. Each client is compared again: a filter that the portal does not understand finds anybody.
 * @param today yyyy-mm-dd
 * @throws PortalError when none of the lists could be read
 */
export async function listDoNotAsk(portal: Portal, store: RecordStore, today: string, cursor: ConsentCursor = FIRST_PAGES): Promise<ConsentPage> {
  const wanted = LISTS.filter(list => cursor[list] !== undefined)
  const seen: Record<string, Outcome<{ items: unknown }>> = await portal.batch<Record<string, { items: unknown }>>(
    Object.fromEntries(wanted.map((list): [string, Command] => [list, listCommand(store, list, today, cursor[list] ?? 0)]))
  )
  const clients = new Map<string, Consent>()
  const next: ConsentCursor = {}
  const failures: PortalError[] = []
  for (const list of wanted) {
    const outcome = seen[list]
    if (!outcome?.ok) {
      failures.push(outcome?.error ?? new PortalError('unreadable'))
      continue
    }
    if (outcome.next !== undefined) next[list] = outcome.next
    for (const item of listOf(outcome.result.items)) {
      const client = readConsent(store, typeOf(list), item)
      if (isHeldBack(client, today)) clients.set(`${client.entityTypeId} ${client.id}`, client)
    }
  }
  if (failures.length === wanted.length && failures[0]) throw failures[0]
  return { clients: [...clients.values()], next: Object.keys(next).length > 0 ? next : null, failed: failures[0] ?? null }
}

/** Whether somebody is not to be asked today. */
export const isHeldBack = ({ optedOut, notBefore }: Pick<Consent, 'optedOut' | 'notBefore'>, today: string): boolean =>
  optedOut || (notBefore !== null && notBefore > today)

/** One contact or company. @throws PortalError 'noRight', 'notFound' */
export async function loadConsent(portal: Portal, store: RecordStore, entityTypeId: ClientType, id: number): Promise<Consent> {
  const { method, params } = getItem(entityTypeId, id)
  return readConsent(store, entityTypeId, mapOf(await portal.call(method, params)).item)
}

/**
 * Writes both fields and reads them back from the reply. Needs the right to change the contact or company.
 * @throws PortalError 'noRight'; 'portalFailed' when the portal keeps something else
 */
export async function saveConsent(portal: Portal, store: RecordStore, { entityTypeId, id, optedOut, notBefore }: Omit<Consent, 'name'>): Promise<Consent> {
  const { method, params } = updateItem(entityTypeId, id, toWireNative(store, entityTypeId, { FB_OPT_OUT: optedOut, FB_NOT_BEFORE: notBefore }))
  const kept = readConsent(store, entityTypeId, mapOf(await portal.call(method, params)).item)
  if (kept.optedOut !== optedOut || kept.notBefore !== notBefore) throw new PortalError('portalFailed', { method, detail: 'the fields were not kept' })
  return kept
}

const typeOf = (list: ConsentList): ClientType => list.startsWith('contact') ? CONTACT : COMPANY

function listCommand(store: RecordStore, list: ConsentList, today: string, start: number): Command {
  const type = typeOf(list)
  const [optOut, notBefore] = [nativeWireName(store, type, 'FB_OPT_OUT'), nativeWireName(store, type, 'FB_NOT_BEFORE')]
  return {
    method: 'crm.item.list',
    params: {
      entityTypeId: type,
      // a yes/no field is a number in the portal's database (crm.item.list)
      filter: list.endsWith('Out') ? { [`=${optOut}`]: 1 } : { [`>${notBefore}`]: today },
      select: ['id', ...(type === CONTACT ? ['name', 'lastName'] : ['title']), optOut, notBefore],
      order: { id: 'DESC' },
      start
    }
  }
}

function readConsent(store: RecordStore, entityTypeId: ClientType, item: unknown): Consent {
  const row = mapOf(item)
  const id = Number(row.id)
  const { FB_OPT_OUT, FB_NOT_BEFORE } = fromWireNative(store, entityTypeId, row)
  const name = entityTypeId === CONTACT ? [row.name, row.lastName].filter(Boolean).join(' ') : String(row.title ?? '')
  return { entityTypeId, id, name: name || `#${id}`, optedOut: FB_OPT_OUT, notBefore: FB_NOT_BEFORE?.slice(0, 10) ?? null }
}
