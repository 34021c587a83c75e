import type { Answer } from '@/answer/model/answer'
import { readingOf } from '@/answer/model/reading'
import { distinctLeads, isInHand, taskMark, type LastSaid, type WinBackChoice, type WinBackLead, type WinBackRow, type WinBackTask } from '@/answer/model/win-back'
import { answerList, readAnswer } from '@/answer/store'
import { inBatches, loadCards, lostStages, resultOf } from '@/invitation/many-segment'
import { partsOf } from '@/invitation/model/campaign'
import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError, type ErrorCode } from '@/portal/errors'
import { COMPANY, CONTACT, DEAL } from '@/portal/fields'
import { fromWireNative } from '@/portal/items'
import { listNewestFirst, PAGE } from '@/portal/paging'
import { listOf, mapOf } from '@/portal/php-array'
import { companyDeals, taskLinkOf, type RecordStore } from '@/portal/record-store'
import { addMark, marksOf, removeMark, ticketIn, type CommentRow, type Holder } from '@/portal/ticket'
import type { Survey } from '@/survey/model/survey'
import { readable, surveysCommand, surveysFromWire } from '@/survey/store'

/** Most answers or deals that are looked through; what a person can call is less. */
export const MOST_LEADS = 500

export interface WinBackList {
  rows: WinBackRow[]
  /** there were more answers or deals than `MOST_LEADS` */
  more: boolean
  /** clients whose card the viewer may not see */
  hidden: number
}

/** Who is to be won back, newest first. @throws PortalError of the first part that failed */
export async function loadWinBack(portal: Portal, store: RecordStore, choice: WinBackChoice): Promise<WinBackList> {
  const surveys = readable(surveysFromWire(await portal.call(surveysCommand().method, surveysCommand().params)))
  const critics = choice.who === 'critics' ? await criticAnswers(portal, store, choice) : []
  const found = choice.who === 'critics' ? critics.map(leadOf) : await lostLeads(portal, store, choice)
  const leads = distinctLeads(found.slice(0, MOST_LEADS))
  const cards = await loadCards(portal, store, {
    contacts: leads.map(({ contactId }) => contactId), companies: leads.filter(({ contactId }) => contactId === null).map(({ companyId }) => companyId)
  })
  const cardOf = ({ contactId, companyId }: WinBackLead): Record<string, unknown> | undefined =>
    contactId === null ? cards.companies.get(companyId ?? 0) : cards.contacts.get(contactId)
  const details = await detailsOf(portal, store, leads, new Map(critics.map(answer => [answer.id, answer])))
  const rows = leads.flatMap((lead): WinBackRow[] => {
    const { contactId, companyId } = lead
    const card = cardOf(lead)
    if (!card) return []
    const native = fromWireNative(store, contactId === null ? COMPANY : CONTACT, card)
    // who has answered better since is won back
    if (choice.who === 'critics' && native.FB_LAST_GROUP !== null && native.FB_LAST_GROUP !== 'low') return []
    const name = contactId === null ? String(card.title ?? '') : [card.name, card.lastName].filter(Boolean).join(' ')
    const own = details.get(lead.key)
    const answer = own?.answer ?? null
    return [{
      ...lead, name: name || `#${contactId ?? companyId}`, phone: addressOf(card, 'PHONE'), email: addressOf(card, 'EMAIL'), optedOut: native.FB_OPT_OUT,
      said: answer && saidOf(answer, surveys), task: own?.task ?? null
    }]
  })
  return { rows: await withTitles(portal, rows), more: found.length > MOST_LEADS, hidden: leads.filter(lead => cardOf(lead) === undefined).length }
}

/** An answer knows its deal by number only. A deal that may not be seen is left out. */
async function withTitles(portal: Portal, rows: readonly WinBackRow[]): Promise<WinBackRow[]> {
  const ids = [...new Set(rows.flatMap(({ deal }) => deal?.title === '' ? [deal.id] : []))]
  const found = await inBatches(portal, Object.fromEntries(partsOf(ids, PAGE).map((group, part): [string, Command] => [`d${part}`, {
    method: 'crm.item.list', params: { entityTypeId: DEAL, select: ['id', 'title'], filter: { '@id': group }, order: { id: 'DESC' }, start: -1 }
  }])))
  const deals = Object.values(found).flatMap(outcome => listOf(mapOf(resultOf(outcome)).items)).map(mapOf)
    .map(({ id, title }) => ({ id: Number(id), title: String(title ?? '') }))
  return rows.map(row => row.deal?.title === '' ? { ...row, deal: deals.find(({ id }) => id === row.deal?.id) ?? null } : row)
}

/** Low answers that count. */
async function criticAnswers(portal: Portal, store: RecordStore, { from, to, responsible }: WinBackChoice): Promise<Answer[]> {
  const { params } = answerList(store, {
    [`=${store.names.FB_GROUP}`]: store.enums.FB_GROUP?.low ?? 0, ...days('createdTime', from, to), ...responsible === null ? {} : { '=assignedById': responsible }
  })
  const answers: Answer[] = []
  const query = { entityTypeId: store.entityTypeId, select: listOf(params?.select).map(String), filter: mapOf(params?.filter) }
  for await (const rows of listNewestFirst(portal, query, MOST_LEADS + 1)) {
    answers.push(...rows.map(row => readAnswer(store, row)))
  }
  return answers.filter(({ flag, group }) => flag === null && group === 'low')
}

const leadOf = ({ id, contactId, companyId, dealId, ownerId, createdAt }: Answer): WinBackLead => ({
  contactId, companyId, deal: dealId === null ? null : { id: dealId, title: '' }, answerId: id, responsibleId: ownerId, at: createdAt
})

/** Deals in stages that say that they were lost. */
async function lostLeads(portal: Portal, store: RecordStore, { from, to, responsible }: WinBackChoice): Promise<WinBackLead[]> {
  const stages = await lostStages(portal, store)
  if (stages.length === 0) return []
  const found: WinBackLead[] = []
  const filter = { ...companyDeals(store), '@stageId': stages, ...days('movedTime', from, to), ...responsible === null ? {} : { '=assignedById': responsible } }
  const select = ['id', 'title', 'stageId', 'contactId', 'companyId', 'assignedById', 'movedTime']
  for await (const rows of listNewestFirst(portal, { entityTypeId: DEAL, select, filter }, MOST_LEADS + 1)) {
    found.push(...rows.filter(({ stageId }) => stages.includes(String(stageId))).map((row): WinBackLead => ({
      contactId: Number(row.contactId) || null, companyId: Number(row.companyId) || null, deal: { id: row.id, title: String(row.title ?? '') }, answerId: null,
      responsibleId: Number(row.assignedById) || null, at: String(row.movedTime ?? '')
    })))
  }
  return found
}

const days = (field: string, from: string, to: string): Record<string, string> =>
  ({ ...from === '' ? {} : { [`>=${field}`]: `${from}T00:00:00` }, ...to === '' ? {} : { [`<=${field}`]: `${to}T23:59:59` } })

const addressOf = (card: Record<string, unknown>, type: 'PHONE' | 'EMAIL'): string =>
  listOf(card.fm).map(mapOf).filter(({ typeId }) => typeId === type).map(({ value }) => String(value ?? '').trim()).find(Boolean) ?? ''

type Lead = ReturnType<typeof distinctLeads>[number]

/** What each said last, and the newest task to win him back. @param known answers that have been read already */
async function detailsOf(
  portal: Portal, store: RecordStore, leads: readonly Lead[], known: ReadonlyMap<number, Answer>
): Promise<Map<string, { answer: Answer | null, task: WinBackTask | null }>> {
  const found = await inBatches(portal, Object.fromEntries(leads.flatMap((lead): [string, Command][] => [
    ...lead.answerId === null
      ? [[`a${lead.key}`, answerList(store, lead.contactId === null ? { '=companyId': lead.companyId } : { '=contactId': lead.contactId })] satisfies [string, Command]]
      : [],
    [`t${lead.key}`, tasksFor(lead)]
  ])))
  return new Map(leads.map(lead => {
    const answers = found[`a${lead.key}`]
    const own = answers?.ok ? listOf(mapOf(answers.result).items).map(item => readAnswer(store, item)) : []
    const counting = own.filter(({ flag, state, contactId, companyId }) =>
      flag === null && state !== 'new' && (lead.contactId === null ? companyId === lead.companyId : contactId === lead.contactId))
    return [lead.key, { answer: known.get(lead.answerId ?? 0) ?? counting[0] ?? null, task: taskIn(lead, found[`t${lead.key}`]) }]
  }))
}

const tasksFor = ({ key }: Pick<Lead, 'key'>): Command => ({
  method: 'tasks.task.list', params: { filter: { UF_CRM_TASK: key }, order: { ID: 'DESC' }, select: ['ID', 'XML_ID', 'STATUS', 'RESPONSIBLE_ID', 'CREATED_DATE'] }
})

const COMPLETED = '5'

/** @throws PortalError when it is not known whether there is one */
function taskIn({ key }: Pick<Lead, 'key'>, outcome: Outcome<unknown> | undefined): WinBackTask | null {
  const marked = listOf(mapOf(resultOf(outcome)).tasks).map(mapOf).filter(({ xmlId }) => xmlId === taskMark(key))
  const tasks = marked.map((row): WinBackTask => ({
    id: Number(row.id), isDone: String(row.status) === COMPLETED, responsibleId: Number(row.responsibleId) || null, createdAt: String(row.createdDate ?? '')
  }))
  return tasks.find(({ isDone }) => !isDone) ?? tasks[0] ?? null
}

function saidOf(answer: Answer, surveys: readonly Survey[]): LastSaid {
  const published = surveys.find(({ id }) => id === answer.survey)?.published
  const { value, max, answer: { comment } } = readingOf(answer, published?.version === answer.version ? published.content : null, [], [])
  return { answerId: answer.id, group: answer.group, score: value === null ? '' : max === null ? String(value) : `${value}/${max}`, comment }
}

/** What a task says; texts of customers are harmless for BB code. */
export interface WinBackOrder {
  row: WinBackRow
  title: string
  description: string
  responsibleId: number
}

/** What became of a line. */
type WinBackOutcome = 'given' | 'inHand' | { refused: ErrorCode }

/** Tasks of one batch: a look at each, a ticket and its holder's marks fit into one request. */
const PART = 40
/** How often a request without a reply is followed by another look, and what it gets to come to its end before, in milliseconds. */
const LOST = 3
const PAUSE = 15_000
/** Each gives or finds some; more means that others take all tickets away. */
const ROUNDS = 20
const TICKET = '☎ …'

/**
 * Gives every client of the list one task, unless somebody has one open already. Parts are the same for everybody who gives the same list; each has a
 * ticket on the answer or the deal of its first line (see `portal/ticket.ts`), and what is there is looked up before anything is given again.
 * @param deadline ISO 8601
 * @param tools.wait for so many milliseconds
 * @param told called once for each line
 * @throws PortalError for anything that may pass; what was given is found the next time
 */
export async function giveWinBackTasks(
  portal: Portal, store: RecordStore, orders: readonly WinBackOrder[], deadline: string, { wait }: { wait: (milliseconds: number) => Promise<void> },
  told: (key: string, outcome: WinBackOutcome) => void
): Promise<void> {
  for (const part of partsOf(orders, PART)) {
    const holder = holderOf(store, part[0]!.row)
    const closed = new Set<string>()
    const tell = (key: string, outcome: WinBackOutcome): void => {
      closed.add(key)
      told(key, outcome)
    }
    let given = new Set<string>()
    for (let round = 0, lost = 0; ; round++) {
      const open = part.filter(({ row }) => !closed.has(row.key))
      if (open.length === 0) break
      if (round >= ROUNDS) throw new PortalError('unexpected', { detail: 'tasks to win back do not come to an end' })
      try {
        const seen = await portal.batch<Record<string, unknown>>({
          ticket: addMark(holder, TICKET), own: marksOf(holder), ...Object.fromEntries(open.map(({ row }): [string, Command] => [`t${row.key}`, tasksFor(row)]))
        })
        const missing = open.filter(({ row }) => {
          const task = taskIn(row, seen[`t${row.key}`])
          if (isInHand({ task })) tell(row.key, given.has(row.key) ? 'given' : 'inHand')
          return !isInHand({ task })
        })
        const ticket = ticketIn(resultOf(seen.own) as CommentRow[], TICKET)
        if (missing.length === 0 || ticket === null) continue
        given = new Set([...given, ...missing.map(({ row }) => row.key)])
        const outcomes = await portal.batch<Record<string, unknown>>({
          ticket: removeMark(holder, ticket), ...Object.fromEntries(missing.map(order => [`n${order.row.key}`, taskCommand(store, order, deadline)]))
        }, { halt: true })
        if (outcomes.ticket?.ok === false && outcomes.ticket.error.code !== 'notFound') throw outcomes.ticket.error
        for (const { row: { key } } of missing) {
          const outcome = outcomes[`n${key}`]
          if (outcome?.ok) tell(key, 'given')
          else if (outcome && outcome.error.code !== 'notRun') {
            if (outcome.error.retryable || outcome.error.executed === 'unknown') throw outcome.error
            tell(key, { refused: outcome.error.code })
          }
        }
      } catch (error) {
        if (!(error instanceof PortalError) || error.executed !== 'unknown' || lost++ >= LOST) throw error
        await wait(PAUSE)
      }
    }
    await sweep(portal, holder)
  }
}

/** Signs that lookings left behind. What cannot be taken away now the next one takes. */
async function sweep(portal: Portal, holder: Holder): Promise<void> {
  const { method, params } = marksOf(holder)
  const rows = listOf<CommentRow>(await portal.call(method, params)).filter(({ COMMENT }) => COMMENT === TICKET).slice(0, BATCH_LIMIT)
  if (rows.length > 0) await portal.batch(Object.fromEntries(rows.map(({ ID }) => [`m${ID}`, removeMark(holder, Number(ID))])))
}

/** A line of critics has an answer, one of lost deals a deal. */
const holderOf = (store: RecordStore, { answerId, deal }: WinBackRow): Holder =>
  answerId === null ? { entityTypeId: DEAL, id: deal?.id ?? 0 } : { entityTypeId: store.entityTypeId, id: answerId }

function taskCommand(store: RecordStore, { row, title, description, responsibleId }: WinBackOrder, deadline: string): Command {
  const links = [
    row.key, ...row.contactId !== null && row.companyId !== null ? [`CO_${row.companyId}`] : [], ...row.deal ? [`D_${row.deal.id}`] : [],
    ...row.said ? [taskLinkOf(store, row.said.answerId)] : []
  ]
  return {
    method: 'tasks.task.add', params: { fields: {
      TITLE: title, DESCRIPTION: description, RESPONSIBLE_ID: responsibleId, DEADLINE: deadline, UF_CRM_TASK: [...new Set(links)], XML_ID: taskMark(row.key)
    } }
  }
}
