import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { COMPANY, CONTACT, DEAL } from '@/portal/fields'
import { dealLink, idOf, readFields, toWire, wireName } from '@/portal/items'
import { listNewestFirst, PAGE } from '@/portal/paging'
import { listOf, mapOf } from '@/portal/php-array'
import { companyDeals, type RecordStore } from '@/portal/record-store'
import { coefficient, groupOf, rescale } from '@/survey/model/scale'
import { METRIC_FIELDS, type Metric, type Question } from '@/survey/model/survey'
import { digitsOf, type ImportAnswer } from './model/import/dry-run'
import { createTag } from './store-tags'
import { loadTags } from './store'

/*
 * Answers of another time and another system. The portal takes 20 a call and starts no robots for them (api-reference/crm/universal/import/index).
 *
 * The time of an answer stands in FB_SENT_AT: `createdTime` may be set only by an administrator and never to a moment before the newest record that
 * exists (same page), so that it would fail for everybody who has a single answer already. Each record carries the key of its row (FB_SUBMISSION)
 * and the run that made it (FB_BY): the same row is never imported twice, and a run can be taken back as a whole.
 */

/** Most records of a call (crm.item.batchImport, MAX_IMPORT_BATCH_SIZE_EXCEEDED). */
const IMPORT_LIMIT = 20

/** Rows whose clients are looked up together. */
const WINDOW = 5 * IMPORT_LIMIT

/** How often a call is repeated whose reply did not come. */
const ATTEMPTS = 3

/** After a lost reply the call may still be at work: milliseconds until we look what it made. */
const SETTLE = 5_000

const RUN = /^import\.([a-z0-9]{1,16})$/

/** One import: everything that it makes says so. */
export interface ImportRun {
  /** a–z0-9, at most 16 */
  id: string
  survey: string
  version: number
  question: Pick<Question, 'id' | 'points' | 'easyIs'> & { type: Metric }
}

/** A record that some import made. */
export interface ImportedRecord {
  id: number
  key: string
  run: string
  survey: string
  /** ISO 8601: when it was imported */
  importedAt: string
}

export interface ImportProgress {
  done: number
  of: number
}

export interface ImportResult {
  made: number
  /** rows that the portal refused, in its own words */
  failed: { line: number, words: string }[]
  /** tags that did not exist and could not be made */
  tagsLeftOut: string[]
  /** e-mails and companies that nobody has in this CRM: the answer stands without a client */
  unknownClients: number
}

export interface ImportTools {
  signal?: AbortSignal
  onProgress?: (progress: ImportProgress) => void
  wait: (milliseconds: number) => Promise<void>
}

/** Every record that an import made and the viewer may see, newest first. @throws PortalError */
export async function loadImported(portal: Portal, store: RecordStore, signal?: AbortSignal, afterId = 0): Promise<ImportedRecord[]> {
  const imported = toWire(store, { FB_FLAG: 'import' })
  const fields = ['FB_SUBMISSION', 'FB_BY', 'FB_SURVEY'] as const
  const query = {
    entityTypeId: store.entityTypeId, select: ['createdTime', ...fields.map(field => wireName(store, field))],
    filter: {
      '=categoryId': store.answerCategoryId, ...Object.fromEntries(Object.entries(imported).map(([name, value]) => [`=${name}`, value])),
      ...(afterId > 0 ? { '>id': afterId } : {})
    }
  }
  const records: ImportedRecord[] = []
  for await (const batch of listNewestFirst(portal, query, Infinity)) {
    signal?.throwIfAborted()
    for (const row of batch) {
      const { FB_SUBMISSION, FB_BY, FB_SURVEY } = readFields(store, row, fields)
      const run = RUN.exec(FB_BY ?? '')?.[1] ?? ''
      records.push({ id: row.id, key: FB_SUBMISSION ?? '', run, survey: FB_SURVEY ?? '', importedAt: String(row.createdTime ?? '') })
    }
  }
  return records
}

/**
 * Writes answers, the oldest first. Rows that are there already are left out, so that whoever was stopped – by a person, a network, a closed window –
 * begins again with the same rows and ends in the same portal.
 * @param answers not yet imported ones of `planImport`
 * @throws PortalError of the call that failed ('noRight': the person may not import); the signal's reason. What was written stays, and is found by
 * `loadImported`.
 */
export async function runImport(
  portal: Portal, store: RecordStore, run: ImportRun, answers: readonly ImportAnswer[], { signal, onProgress, wait }: ImportTools
): Promise<ImportResult> {
  const before = await newestId(portal, store)
  const result: ImportResult = { made: 0, failed: [], tagsLeftOut: [], unknownClients: 0 }
  const clients = new ClientBook(portal, store, signal)
  const tags = new TagBook(portal, store)
  const ordered = [...answers].sort((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : a.line - b.line)
  onProgress?.({ done: 0, of: ordered.length })
  for (let from = 0; from < ordered.length; from += WINDOW) {
    const some = ordered.slice(from, from + WINDOW)
    signal?.throwIfAborted()
    await clients.learn(some)
    await tags.learn(some)
    for (let at = 0; at < some.length; at += IMPORT_LIMIT) {
      signal?.throwIfAborted()
      const page = some.slice(at, at + IMPORT_LIMIT)
      await writePage(page)
      onProgress?.({ done: from + at + page.length, of: ordered.length })
    }
  }
  await removeDoubles(portal, store, run)
  return { ...result, tagsLeftOut: [...tags.leftOut], unknownClients: clients.unknown }

  async function writePage(page: readonly ImportAnswer[]): Promise<void> {
    let missing = page
    for (let attempt = 1; missing.length > 0; attempt++) {
      try {
        const data = missing.map(answer => fieldsOf(store, run, answer, clients, tags))
        const { items } = mapOf(await portal.call('crm.item.batchImport', { entityTypeId: store.entityTypeId, data }))
        const said = listOf(items).map(mapOf)
        // of some rows it says nothing: they are looked for as after a lost reply
        if (said.length < data.length) throw new PortalError('unreadable', { method: 'crm.item.batchImport', executed: 'unknown' })
        said.forEach((item, index) => {
          const line = missing[index]?.line ?? 0
          if (Number(mapOf(item.item).id) > 0) result.made++
          else result.failed.push({ line, words: String(item.error_description ?? item.error ?? '') })
        })
        return
      } catch (error) {
        if (!(error instanceof PortalError) || error.executed !== 'unknown' || attempt === ATTEMPTS) throw error
        // what the call made without being able to say so
        await wait(SETTLE)
        const there = new Set((await loadImported(portal, store, signal, before)).map(({ key }) => key))
        const rest = missing.filter(({ key }) => !there.has(key))
        result.made += missing.length - rest.length
        missing = rest
      }
    }
  }
}

/** A call that was executed twice, or later than anybody waited, has left the same row twice: the later one goes, if it is of this run. */
async function removeDoubles(portal: Portal, store: RecordStore, run: ImportRun): Promise<void> {
  const oldestFirst = (await loadImported(portal, store)).reverse()
  const seen = new Set<string>()
  const doubles = oldestFirst.filter(({ key }) => seen.has(key) || !seen.add(key)).filter(record => record.run === run.id && record.key !== '')
  await deleteAll(portal, store, doubles.map(({ id }) => id), {})
}

/**
 * Takes a run back: deletes the records that it made, and nothing else. Stopped or failed, it goes on where it ended when it is called again.
 * @returns how many were deleted
 * @throws PortalError 'noRight' for those who may not delete
 */
export async function undoImport(portal: Portal, store: RecordStore, run: string, tools: Pick<ImportTools, 'signal' | 'onProgress'>): Promise<number> {
  if (run === '') return 0
  const ids = (await loadImported(portal, store, tools.signal)).filter(record => record.run === run).map(({ id }) => id)
  await deleteAll(portal, store, ids, tools)
  return ids.length
}

async function deleteAll(
  portal: Portal, store: RecordStore, ids: readonly number[], { signal, onProgress }: Pick<ImportTools, 'signal' | 'onProgress'>
): Promise<void> {
  for (let from = 0; from < ids.length; from += BATCH_LIMIT) {
    signal?.throwIfAborted()
    const some = ids.slice(from, from + BATCH_LIMIT)
    const outcomes = await portal.batch<Record<string, unknown>>(Object.fromEntries(some.map((id): [string, Command] =>
      [`d${id}`, { method: 'crm.item.delete', params: { entityTypeId: store.entityTypeId, id } }])))
    for (const outcome of Object.values(outcomes)) if (!outcome.ok && outcome.error.code !== 'notFound') throw outcome.error
    onProgress?.({ done: from + some.length, of: ids.length })
  }
}

/** Whatever an import makes has a higher id. */
async function newestId(portal: Portal, store: RecordStore): Promise<number> {
  for await (const [newest] of listNewestFirst(portal, { entityTypeId: store.entityTypeId, select: ['id'] }, 1)) return newest?.id ?? 0
  return 0
}

function fieldsOf(
  store: RecordStore, { id, survey, version, question }: ImportRun, answer: ImportAnswer, clients: ClientBook, tags: TagBook
): Record<string, unknown> {
  const { dealId, contactId, companyId, ownerId } = clients.of(answer)
  const tagIds = tags.of(answer)
  return {
    title: [String(answer.value), answer.name || answer.email || answer.phone || answer.company].filter(part => part !== '').join(' · '),
    categoryId: store.answerCategoryId, stageId: store.answerStages.set_aside,
    ...(contactId === null ? {} : { contactId }), ...(companyId === null ? {} : { companyId }), ...(dealId === null ? {} : dealLink(store, dealId)),
    ...(ownerId === null ? {} : { assignedById: ownerId }),
    ...toWire(store, {
      FB_SUBMISSION: answer.key, FB_BY: `import.${id}`, FB_SURVEY: survey, FB_VERSION: version, FB_CHANNEL: 'import', FB_FLAG: 'import',
      [METRIC_FIELDS[question.type]]: String(answer.value), FB_VALUE: answer.value, FB_SCORE: rescale(question, answer.value),
      FB_COEFFICIENT: coefficient([{ scale: question, value: answer.value }]), FB_GROUP: groupOf(question, answer.value),
      FB_ANSWERS: JSON.stringify({ [question.id]: answer.value }), FB_SENT_AT: answer.at,
      ...(answer.comment === '' ? {} : { FB_COMMENT: answer.comment }), ...(answer.lang === '' ? {} : { FB_LANG: answer.lang }),
      ...(answer.dealId === null ? {} : { FB_DEAL: answer.dealId })
    }),
    ...(tagIds.length === 0 ? {} : { [wireName(store, 'FB_TAGS')]: tagIds })
  }
}

interface Client { dealId: number | null, contactId: number | null, companyId: number | null, ownerId: number | null }
interface Card { contactId: number | null, companyId: number | null, ownerId: number | null }

/**
 * Who the rows are about: the deal's client where there is a deal, else the contact with the e-mail, else the one with the phone, else the company of
 * that name.
 */
class ClientBook {
  unknown = 0
  readonly #deals = new Map<number, Card | null>()
  readonly #emails = new Map<string, number | null>()
  /** by digits */
  readonly #phones = new Map<string, number | null>()
  readonly #contacts = new Map<number, Card>()
  readonly #companies = new Map<string, number | null>()

  constructor(readonly portal: Portal, readonly store: RecordStore, readonly signal: AbortSignal | undefined) {}

  async learn(answers: readonly ImportAnswer[]): Promise<void> {
    const fresh = <K>(known: ReadonlyMap<K, unknown>, values: readonly (K | null)[]): K[] =>
      [...new Set(values)].filter((value): value is K => value !== null && value !== '' && !known.has(value))
    const deals = fresh(this.#deals, answers.map(answer => answer.dealId))
    const emails = fresh(this.#emails, answers.map(answer => answer.email.toLowerCase()))
    const companies = fresh(this.#companies, answers.map(answer => plain(answer.company)))
    const titles = [...new Set(answers.map(answer => answer.company).filter(title => companies.includes(plain(title))))]
    for (const id of deals) this.#deals.set(id, null)
    for (const email of emails) this.#emails.set(email, null)
    for (const title of companies) this.#companies.set(title, null)
    await this.#ask([
      ...pages(deals).map(ids => list(DEAL, { ...companyDeals(this.store), '@id': ids }, ['contactId', 'companyId', 'assignedById'], rows => {
        for (const row of rows) this.#deals.set(Number(row.id), cardOf(row))
      })),
      // one by one: the reply does not say which of several values a contact has
      ...emails.map((email): Asked => ({
        command: { method: 'crm.duplicate.findbycomm', params: { type: 'EMAIL', values: [email], entity_type: 'CONTACT' } },
        read: found => { this.#emails.set(email, firstContact(found)) }
      })),
      ...pages(titles).map(some => list(COMPANY, { '@title': some }, ['title'], rows => {
        for (const row of [...rows].reverse()) this.#companies.set(plain(String(row.title)), Number(row.id))
      }))
    ])
    // who is known by his address need not be looked for by his number
    const unknown = answers.filter(({ email, phone }) => digitsOf(phone) !== '' && !this.#emails.get(email.toLowerCase()))
    const phones = fresh(this.#phones, unknown.map(({ phone }) => digitsOf(phone)))
    for (const digits of phones) this.#phones.set(digits, null)
    await this.#ask(phones.map((digits): Asked => ({
      // as people write it, and as machines do: nobody promises that the portal takes one for the other
      command: { method: 'crm.duplicate.findbycomm', params: {
        type: 'PHONE', entity_type: 'CONTACT', values: [...new Set([...unknown.map(({ phone }) => phone).filter(phone => digitsOf(phone) === digits), `+${digits}`, digits])].slice(0, MOST_VALUES)
      } },
      read: found => { this.#phones.set(digits, firstContact(found)) }
    })))
    const found = [...emails.map(email => this.#emails.get(email)), ...phones.map(digits => this.#phones.get(digits))]
    const contacts = [...new Set(found.flatMap(id => id ?? []))].filter(id => !this.#contacts.has(id))
    await this.#ask(pages(contacts).map(ids => list(CONTACT, { '@id': ids }, ['companyId', 'assignedById'], rows => {
      for (const row of rows) this.#contacts.set(Number(row.id), { ...cardOf(row), contactId: Number(row.id) })
    })))
    this.unknown += answers.filter(answer => {
      const { contactId, companyId } = this.of(answer)
      return contactId === null && companyId === null
    }).length
  }

  /** After `learn`. A deal that is gone, or may not be seen, is no link. */
  of({ dealId, email, phone, company }: ImportAnswer): Client {
    const deal = dealId === null ? null : this.#deals.get(dealId) ?? null
    const contact = this.#contacts.get(this.#emails.get(email.toLowerCase()) ?? this.#phones.get(digitsOf(phone)) ?? 0)
    return {
      dealId: deal === null ? null : dealId, contactId: deal?.contactId ?? contact?.contactId ?? null,
      companyId: deal?.companyId ?? contact?.companyId ?? this.#companies.get(plain(company)) ?? null, ownerId: deal?.ownerId ?? contact?.ownerId ?? null
    }
  }

  /** What the person may not see is left out; any other failure ends the import. */
  async #ask(asked: readonly Asked[]): Promise<void> {
    for (let from = 0; from < asked.length; from += BATCH_LIMIT) {
      this.signal?.throwIfAborted()
      const some = asked.slice(from, from + BATCH_LIMIT)
      const outcomes = await this.portal.batch<Record<string, unknown>>(Object.fromEntries(some.map(({ command }, index) => [`c${index}`, command])))
      for (const [index, { read }] of some.entries()) {
        const outcome = outcomes[`c${index}`]
        if (outcome?.ok) read(outcome.result)
        else if (outcome && outcome.error.code !== 'noRight') throw outcome.error
      }
    }
  }
}

/** Most values of crm.duplicate.findbycomm. */
const MOST_VALUES = 20

const firstContact = (found: unknown): number | null => listOf(mapOf(found).CONTACT).map(Number).sort((a, b) => a - b)[0] ?? null

interface Asked { command: Command, read: (result: unknown) => void }

function list(entityTypeId: number, filter: Record<string, unknown>, select: string[], read: (rows: Record<string, unknown>[]) => void): Asked {
  return {
    command: { method: 'crm.item.list', params: { entityTypeId, filter, select: ['id', ...select], order: { id: 'ASC' }, start: -1 } },
    read: result => { read(listOf(mapOf(result).items).map(mapOf)) }
  }
}

const pages = <T>(values: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(values.length / PAGE) }, (_, index) => values.slice(index * PAGE, (index + 1) * PAGE))

const plain = (title: string): string => title.trim().toLowerCase()

const cardOf = (row: Record<string, unknown>): Card => ({ contactId: idOf(row.contactId), companyId: idOf(row.companyId), ownerId: idOf(row.assignedById) })

/** Tags by their words; new ones are made where the person may. */
class TagBook {
  readonly leftOut = new Set<string>()
  #known: Map<string, number> | null = null
  #mayMake = true

  constructor(readonly portal: Portal, readonly store: RecordStore) {}

  async learn(answers: readonly ImportAnswer[]): Promise<void> {
    const words = [...new Set(answers.flatMap(({ tags }) => tags))]
    if (words.length === 0) return
    this.#known ??= new Map([...await loadTags(this.portal, this.store)].map(([id, label]) => [plain(label), id]))
    for (const word of words) {
      if (this.#known.has(plain(word))) continue
      const id = await this.#make(word)
      if (id === null) this.leftOut.add(word)
      else this.#known.set(plain(word), id)
    }
  }

  async #make(word: string): Promise<number | null> {
    if (!this.#mayMake) return null
    try {
      return await createTag(this.portal, this.store, word)
    } catch (error) {
      if (!(error instanceof PortalError) || error.code !== 'noRight') throw error
      this.#mayMake = false
      return null
    }
  }

  of({ tags }: ImportAnswer): number[] {
    return [...new Set(tags.flatMap(word => this.#known?.get(plain(word)) ?? []))]
  }
}
