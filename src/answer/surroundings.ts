import type { Answer } from '@/answer/model/answer'
import { commentOf } from '@/answer/model/comment'
import { judge, type Verdict } from '@/answer/model/judge'
import { saidLines } from '@/answer/model/said'
import type { SnapshotCards, SnapshotReader } from '@/answer/snapshots'
import { answerList, readAnswer } from '@/answer/store'
import { isWaiting, type Invitation } from '@/invitation/model/invitation'
import { invitationList, readInvitation } from '@/invitation/store'
import { decide } from '@/plan/model/decide'
import type { Effect } from '@/plan/model/effects'
import type { Client, Person, PlanFacts, SourceDeal } from '@/plan/model/facts'
import { ownerOf } from '@/plan/model/owner'
import { needsOf, type Plan } from '@/plan/model/plan'
import { planTexts } from '@/plan/model/texts'
import type { PlanDirectory } from '@/plan/store'
import { ref } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import { COMPANY, CONTACT, DEAL } from '@/portal/fields'
import { neutraliseBbCode } from '@/portal/hostile-text'
import { fromWireNative, getItem } from '@/portal/items'
import type { People } from '@/portal/people'
import { listOf, mapOf } from '@/portal/php-array'
import { cardPath, type RecordStore } from '@/portal/record-store'
import { TOKEN_PATTERN } from '@/survey/model/invitation-link'
import { scaleRange } from '@/survey/model/scale'
import { headlineQuestion, type SurveyContent } from '@/survey/model/survey'

/** What the handling and the simulation need beside the portal. */
export interface HandlingTools {
  now: () => Date
  people: People
  directory: PlanDirectory
  snapshots: SnapshotReader
  /** application code, for links that open an answer */
  appCode: string
  /** who handles, and whether the portal lets him give tasks in everybody's name (an administrator) */
  handler: { id: number, mayCreateForAnybody: boolean }
}

/** An answer with everything in the portal that belongs to it. */
export interface Surroundings {
  answer: Answer
  invitation: Invitation | null
  /** answers with the same token that came before */
  earlier: Answer[]
  deal: SourceDeal | null
  contact: Client | null
  company: Client | null
  /** deal and company as the portal sent them, for snapshots */
  cards: SnapshotCards
}

/**
 * Reads an answer and what it belongs to, each request with what the one before has told: a reference to an invitation that is not there
 * would ask for nothing. Without an invitation that has both the posted id and the posted token there is nothing around the answer.
 * @throws PortalError
 */
export async function surroundings(portal: Portal, store: RecordStore, id: number): Promise<Surroundings> {
  const { item } = await portal.call<{ item: unknown }>('crm.item.get', { entityTypeId: store.entityTypeId, id })
  const answer = readAnswer(store, item)
  const nothing = { answer, invitation: null, earlier: [], deal: null, contact: null, company: null, cards: {} }
  if (!TOKEN_PATTERN.test(answer.token) || !/^\d{1,12}$/.test(answer.invitationId)) return nothing

  type Rows = { items: unknown[] }
  const sameToken = { [`=${store.names.FB_TOKEN}`]: answer.token, '<id': id }
  const found = await portal.batch<{ invitation: Rows, earlier: Rows, same: Rows }>({
    invitation: invitationList(store, { '=id': Number(answer.invitationId), [`=${store.names.FB_TOKEN}`]: answer.token }),
    earlier: answerList(store, sameToken),
    // The same filling-in may stand behind more than a page of others that came over a shared link.
    same: answerList(store, { ...sameToken, [`=${store.names.FB_SUBMISSION}`]: answer.submission })
  })
  if (!found.invitation.ok) throw found.invitation.error
  if (!found.earlier.ok) throw found.earlier.error
  if (!found.same.ok) throw found.same.error
  // A filter that the portal did not understand finds anything: compare again.
  const invitation = found.invitation.result.items.map(candidate => readInvitation(store, candidate))
    .find(candidate => candidate.token === answer.token && candidate.id === Number(answer.invitationId)) ?? null
  if (invitation === null) return nothing
  const earlier = [...found.earlier.result.items, ...found.same.result.items].map(candidate => readAnswer(store, candidate))
    .filter(other => other.token === answer.token && other.id < id)
  return { answer, invitation, earlier, ...await cardsOf(portal, store, invitation) }
}

/**
 * Deal, contact and company by their ids, in one request; null where there is none or it has been deleted since. Who asked may not have been allowed
 * to read the company: an invitation without one takes the deal's, else the contact's, if whoever handles may read it.
 * @throws PortalError
 */
export async function cardsOf(
  portal: Portal, store: RecordStore, ids: Pick<Invitation, 'dealId' | 'contactId' | 'companyId'>
): Promise<Pick<Surroundings, 'deal' | 'contact' | 'company' | 'cards'>> {
  const companyOf = (card: 'deal' | 'contact'): Command => ({ method: 'crm.item.get', params: { entityTypeId: COMPANY, id: ref(card, 'item', 'companyId') } })
  const commands: Record<string, Command> = {
    ...(ids.dealId === null ? {} : { deal: getItem(DEAL, ids.dealId) }),
    ...(ids.contactId === null ? {} : { contact: getItem(CONTACT, ids.contactId) }),
    ...(ids.companyId === null ? {} : { company: getItem(COMPANY, ids.companyId) }),
    ...(ids.companyId === null && ids.dealId !== null ? { dealCompany: companyOf('deal') } : {}),
    ...(ids.companyId === null && ids.contactId !== null ? { contactCompany: companyOf('contact') } : {})
  }
  const seen = Object.keys(commands).length > 0 ? await portal.batch<Record<string, { item: unknown }>>(commands) : {}
  // A reference to nothing may find anything: compare again.
  const itemOf = (name: string, id: number | null): Record<string, unknown> | null => {
    const outcome = seen[name]
    if (id === null || !outcome?.ok) return null
    const item = mapOf(outcome.result.item)
    return Number(item.id) === id ? item : null
  }
  for (const name of ['deal', 'contact', 'company']) {
    const outcome = seen[name]
    // any other failure stops the handling
    if (outcome?.ok === false && outcome.error.code !== 'notFound') throw outcome.error
  }
  const [deal, contact] = [itemOf('deal', ids.dealId), itemOf('contact', ids.contactId)]
  const linked = (card: Record<string, unknown> | null): number | null => Number(card?.companyId) || null
  for (const [name, card] of [['dealCompany', deal], ['contactCompany', contact]] as const) {
    const outcome = seen[name]
    if (linked(card) !== null && outcome?.ok === false && outcome.error.retryable) throw outcome.error
  }
  const company = itemOf('company', ids.companyId) ?? itemOf('dealCompany', linked(deal)) ?? itemOf('contactCompany', linked(contact))
  return {
    deal: deal ? readDeal(deal) : null,
    contact: contact ? readClient(store, CONTACT, contact, [contact.name, contact.lastName].filter(Boolean).join(' ')) : null,
    company: company ? readClient(store, COMPANY, company, String(company.title ?? '')) : null,
    cards: { ...(deal ? { deal } : {}), ...(company ? { company } : {}) }
  }
}

function readDeal(deal: Record<string, unknown>): SourceDeal {
  return {
    id: Number(deal.id),
    title: String(deal.title ?? ''),
    stage: String(deal.stageId ?? ''),
    pipeline: Number(deal.categoryId ?? 0),
    sum: deal.opportunity === null || deal.opportunity === undefined ? null : { amount: Number(deal.opportunity), currency: String(deal.currencyId ?? '') },
    responsibleId: Number(deal.assignedById ?? 0)
  }
}

function readClient(store: RecordStore, type: typeof CONTACT | typeof COMPANY, item: Record<string, unknown>, name: string): Client {
  const [email = ''] = listOf(item.fm).map(mapOf).filter(row => row.typeId === 'EMAIL').map(row => String(row.value ?? '').trim()).filter(Boolean)
  return { id: Number(item.id), name, email, optedOut: fromWireNative(store, type, item).FB_OPT_OUT }
}

/** What an answer is worth and what has to happen with it. */
export interface Decision {
  verdict: Verdict
  effects: Effect[]
  facts: PlanFacts
}

/**
 * Asks the portal for what this plan looks at and decides. The handling makes the effects happen, the simulation shows them:
 * there is no other way from an answer to its effects.
 * @throws PortalError
 */
export async function effectsFor(
  portal: Portal, store: RecordStore, around: Surroundings, content: SurveyContent, plan: Plan, tools: HandlingTools
): Promise<Decision> {
  const verdict = judge(around.answer, around.invitation, around.earlier, content)
  // The same filling-in twice is kept in silence.
  const rules = verdict.double ? [] : plan.rules
  const facts = await factsFor(portal, store, around, verdict, content, { ...plan, rules }, tools)
  return { verdict, facts, effects: decide({ ...plan, rules }, facts, planTexts(portal.context.lang)) }
}

async function factsFor(
  portal: Portal, store: RecordStore, around: Surroundings, verdict: Verdict, content: SurveyContent, plan: Plan, tools: HandlingTools
): Promise<PlanFacts> {
  const { answer, invitation, deal, contact, company } = around
  const { handler, directory } = tools
  const texts = planTexts(portal.context.lang)
  const headline = headlineQuestion(content)
  const words = { yes: texts.yes, no: texts.no, comment: texts.commentHeading, other: texts.otherHeading }
  const needs = needsOf(plan)

  const owners = [invitation?.askedBy, deal?.responsibleId, plan.fallbackOwner, handler.id].filter((id): id is number => typeof id === 'number' && id > 0)
  const persons = await tools.people.byIds([...owners, ...needs.users])
  const supervisors = await tools.people.supervisorsOf(owners)
  const person = (id: number | null | undefined): Person | null => (id ? persons.get(id) ?? null : null)
  const candidates = {
    askedBy: person(invitation?.askedBy),
    responsible: person(deal?.responsibleId),
    fallback: person(plan.fallbackOwner),
    duty: person(handler.id) ?? { id: handler.id, name: '', active: true }
  }
  const owner = ownerOf(candidates, plan.owner).person
  const email = needs.mail ? await directory.emailOf(owner.id) : ''
  const snapshots = await tools.snapshots.take({ snapshots: content.snapshots, cards: around.cards, contact, company, words: texts })
  const comment = commentOf(answer, content)
  const writable = await Promise.all(needs.cards.map(async card => [card, new Set((await directory.cardFields(card)).map(({ name }) => name))] as const))

  return {
    answerId: answer.id,
    answeredAt: answer.createdAt,
    now: tools.now(),
    flag: verdict.flag,
    group: verdict.group,
    value: verdict.value,
    metric: headline?.type ?? null,
    comment: comment === answer.comment ? null : comment,
    snapshots,
    scaleMax: headline ? scaleRange(headline).max : 0,
    score: verdict.score,
    coefficient: verdict.coefficient,
    said: saidLines({ ...answer, group: verdict.group }, content, portal.context.lang, words).filter(line => line.said !== ''),
    surveyName: content.name,
    asking: content.company,
    lang: answer.lang || invitation?.lang || content.defaultLang,
    defaultLang: content.defaultLang,
    channel: invitation?.channel ?? null,
    callBack: verdict.flag === 'callback' && !verdict.double ? { wish: answer.comment, again: verdict.again } : null,
    invitation: invitation && {
      id: invitation.id, sentAt: invitation.sentAt, waiting: isWaiting(invitation), test: invitation.test, shared: invitation.shared ?? false
    },
    deal,
    contact,
    company,
    ...candidates,
    supervisorOf: id => supervisors.get(id) ?? null,
    personOf: person,
    emailOf: id => id === owner.id ? email : '',
    stages: needs.stages && deal ? await directory.dealStages(deal.pipeline) : [],
    writable: Object.fromEntries(writable),
    mayCreateFor: (creatorId, responsibleId) => handler.mayCreateForAnybody || creatorId === handler.id || responsibleId === handler.id,
    handlerId: handler.id,
    answerLink: `/marketplace/view/${tools.appCode}/?params[answer]=${answer.id}`,
    cardLink: cardPath(store.entityTypeId, answer.id),
    neutral: neutraliseBbCode
  }
}
