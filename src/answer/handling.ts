import { readAnswer, answerList } from '@/answer/store'
import type { Answer, Ledger } from '@/answer/model/answer'
import { judge, type Verdict } from '@/answer/model/judge'
import { saidLines } from '@/answer/model/said'
import type { Invitation } from '@/invitation/model/invitation'
import { invitationList, readInvitation } from '@/invitation/store'
import { runEffects, type EffectAddresses } from '@/plan/interpret/run-effects'
import { decide, type Person, type PlanFacts } from '@/plan/model/decide'
import { readPlan } from '@/plan/model/plan'
import { planTexts } from '@/plan/model/texts'
import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { COMPANY, CONTACT, DEAL } from '@/portal/fields'
import { neutraliseBbCode } from '@/portal/hostile-text'
import { getItem } from '@/portal/items'
import { createPeople, type People } from '@/portal/people'
import { cardPath, type RecordStore } from '@/portal/record-store'
import { scaleRange } from '@/survey/model/scale'
import { headlineQuestion, type Survey, type SurveyContent } from '@/survey/model/survey'
import { readable, surveysCommand, surveysFromWire, versionContent } from '@/survey/store'
import { TOKEN_PATTERN } from '@/survey/model/invitation-link'

export interface HandlingTools {
  now: () => Date
  people: People
  /** application code, for links that open an answer */
  appCode: string
  /** user id of who handles */
  handlerId: number
  surveys: Survey[]
  /** content of an older version; null when it is gone */
  contentOf: (surveyId: string, version: number) => Promise<SurveyContent | null>
}

export interface HandlingReport {
  handled: number[]
  /** stayed unhandled, to be tried again */
  failed: { id: number, error: PortalError }[]
  /** there were more than one page of new answers */
  more: boolean
}

/**
 * Handles every answer that still stands in the first stage, oldest first. Must run in one place at a time (Web Lock of the duty person);
 * what another run began is found by its keys and not repeated.
 * @throws PortalError when the list itself cannot be read
 */
export async function handleNewAnswers(portal: Portal, store: RecordStore, now: () => Date): Promise<HandlingReport> {
  const { method, params } = answerList(store, { '=stageId': store.answerStages.new }, 'ASC')
  const { items } = await portal.call<{ items: unknown[] }>(method, params)
  const report: HandlingReport = { handled: [], failed: [], more: items.length === 50 }
  if (items.length === 0) return report
  const tools = await handlingTools(portal, now)
  for (const item of items) {
    const { id } = readAnswer(store, item)
    try {
      await handleAnswer(portal, store, id, tools)
      report.handled.push(id)
    } catch (error) {
      if (!(error instanceof PortalError)) throw error
      report.failed.push({ id, error })
    }
  }
  return report
}

/** What every answer of a run needs, in one batch. @throws PortalError */
async function handlingTools(portal: Portal, now: () => Date): Promise<HandlingTools> {
  const { app, me, surveys } = await portal.batch<{ app: { CODE: string }, me: { ID: string }, surveys: unknown }>({
    app: { method: 'app.info' },
    me: { method: 'user.current' },
    surveys: surveysCommand()
  })
  if (!app.ok) throw app.error
  if (!me.ok) throw me.error
  if (!surveys.ok) throw surveys.error
  return {
    now,
    people: createPeople(portal),
    appCode: app.result.CODE,
    handlerId: Number(me.result.ID),
    surveys: readable(surveysFromWire(surveys.result)),
    contentOf: (surveyId, version) => versionContent(portal, surveyId, version)
  }
}

/** Handles one answer. Does nothing when somebody has moved it on meanwhile. */
export async function handleAnswer(portal: Portal, store: RecordStore, answerId: number, tools: HandlingTools): Promise<void> {
  const seen = await look(portal, store, answerId)
  if (seen.answer.state !== 'new') return
  const survey = tools.surveys.find(candidate => candidate.id === seen.answer.survey) ?? null
  const content = await contentFor(seen.answer, survey, tools)
  if (survey === null || content === null) throw new PortalError('surveyUnreadable', { detail: `${seen.answer.survey} ${seen.answer.version}` })
  const plan = readPlan(survey.plan)
  if (plan === null) throw new PortalError('surveyUnreadable', { detail: survey.id })

  const verdict = judge(seen.answer, seen.invitation, seen.earlier, content)
  const people = await peopleFor(seen, plan.fallbackOwner, tools)
  const facts = factsFor(portal, store, seen, verdict, content, people, tools)
  const effects = decide(verdict.double ? { ...plan, rules: [] } : plan, facts, planTexts(portal.context.lang))
  await runEffects(portal, store, { answerId, path: cardPath(store.entityTypeId, answerId), ledger: seen.answer.ledger } satisfies EffectAddresses, effects)
}

interface Found {
  answer: Answer
  invitation: Invitation | null
  earlier: Answer[]
  deal: PlanFacts['deal']
  contact: PlanFacts['contact']
  company: PlanFacts['company']
}

type Item = Record<string, unknown>

/** Everything the plan looks at, each request with what the one before has told: a reference to an invitation that is not there would ask for nothing. */
async function look(portal: Portal, store: RecordStore, id: number): Promise<Found> {
  const { item } = await portal.call<{ item: unknown }>('crm.item.get', { entityTypeId: store.entityTypeId, id })
  const answer = readAnswer(store, item)
  const nothing = { answer, invitation: null, earlier: [], deal: null, contact: null, company: null }
  if (!TOKEN_PATTERN.test(answer.token) || !/^\d{1,12}$/.test(answer.invitationId)) return nothing

  type Rows = { items: unknown[] }
  const found = await portal.batch<{ invitation: Rows, earlier: Rows }>({
    invitation: invitationList(store, { '=id': Number(answer.invitationId), [`=${store.names.FB_TOKEN}`]: answer.token }),
    earlier: answerList(store, { [`=${store.names.FB_TOKEN}`]: answer.token, '<id': id })
  })
  if (!found.invitation.ok) throw found.invitation.error
  if (!found.earlier.ok) throw found.earlier.error
  // A filter that the portal did not understand finds anything: compare again (trap 8).
  const invitation = found.invitation.result.items.map(candidate => readInvitation(store, candidate))
    .find(candidate => candidate.token === answer.token && candidate.id === Number(answer.invitationId)) ?? null
  if (invitation === null) return nothing
  const earlier = found.earlier.result.items.map(candidate => readAnswer(store, candidate)).filter(other => other.token === answer.token && other.id < id)
  const { deal, contact, company } = await recordsOf(portal, invitation)
  return {
    answer,
    invitation,
    earlier,
    deal: deal && {
      id: Number(deal.id),
      title: String(deal.title ?? ''),
      stage: String(deal.stageId ?? ''),
      pipeline: Number(deal.categoryId ?? 0),
      sum: deal.opportunity === null || deal.opportunity === undefined ? null : { amount: Number(deal.opportunity), currency: String(deal.currencyId ?? '') },
      responsibleId: Number(deal.assignedById ?? 0)
    },
    contact: contact && { id: Number(contact.id), name: [contact.name, contact.lastName].filter(Boolean).join(' ') },
    company: company && { id: Number(company.id), name: String(company.title ?? '') }
  }
}

/** Deal, contact and company that the invitation names, in one request; null where it names none or the record has been deleted since. */
async function recordsOf(portal: Portal, invitation: Invitation): Promise<Record<'deal' | 'contact' | 'company', Item | null>> {
  const named = ([['deal', DEAL, invitation.dealId], ['contact', CONTACT, invitation.contactId], ['company', COMPANY, invitation.companyId]] as const)
    .flatMap(([name, entityTypeId, id]) => id === null ? [] : [{ name, id, command: getItem(entityTypeId, id) }])
  const records: Record<'deal' | 'contact' | 'company', Item | null> = { deal: null, contact: null, company: null }
  if (named.length === 0) return records
  const outcomes = await portal.batch<Record<string, { item: Item }>>(Object.fromEntries(named.map(({ name, command }) => [name, command])))
  for (const { name, id } of named) {
    const outcome = outcomes[name]
    if (outcome?.ok && Number(outcome.result.item.id) === id) records[name] = outcome.result.item
    // any other failure stops the handling
    else if (outcome?.ok === false && outcome.error.code !== 'notFound') throw outcome.error
  }
  return records
}

async function contentFor(answer: Answer, survey: Survey | null, tools: HandlingTools): Promise<SurveyContent | null> {
  if (survey === null || survey.published === null) return null
  const known = answer.version === survey.published.version || answer.version < 1
  return known ? survey.published.content : await tools.contentOf(survey.id, answer.version) ?? survey.published.content
}

interface Involved {
  askedBy: Person | null
  responsible: Person | null
  fallback: Person | null
  duty: Person
  supervisors: Map<number, Person | null>
}

async function peopleFor(seen: Found, fallbackOwner: number | null, tools: HandlingTools): Promise<Involved> {
  const ids = [seen.invitation?.askedBy, seen.deal?.responsibleId, fallbackOwner, tools.handlerId].filter((id): id is number => typeof id === 'number' && id > 0)
  const persons = await tools.people.byIds(ids)
  const supervisors = await tools.people.supervisorsOf(ids)
  const person = (id: number | null | undefined): Person | null => (id ? persons.get(id) ?? null : null)
  return {
    askedBy: person(seen.invitation?.askedBy),
    responsible: person(seen.deal?.responsibleId),
    fallback: person(fallbackOwner),
    duty: person(tools.handlerId) ?? { id: tools.handlerId, name: '', active: true },
    supervisors
  }
}

function factsFor(
  portal: Portal, store: RecordStore, seen: Found, verdict: Verdict, content: SurveyContent, people: Involved, tools: HandlingTools
): PlanFacts {
  const { answer, invitation } = seen
  const texts = planTexts(portal.context.lang)
  const headline = headlineQuestion(content)
  const words = { yes: texts.yes, no: texts.no, comment: texts.commentHeading, other: texts.otherHeading }
  return {
    answerId: answer.id,
    answeredAt: answer.createdAt,
    now: tools.now(),
    flag: verdict.flag,
    group: verdict.group,
    value: verdict.value,
    metric: headline?.type ?? null,
    scaleMax: headline ? scaleRange(headline).max : 0,
    score: verdict.score,
    coefficient: verdict.coefficient,
    said: saidLines({ ...answer, group: verdict.group }, content, portal.context.lang, words).filter(line => line.said !== ''),
    surveyName: content.name,
    channel: invitation?.channel ?? null,
    invitation: invitation && { id: invitation.id, sentAt: invitation.sentAt },
    deal: seen.deal,
    contact: seen.contact,
    company: seen.company,
    askedBy: people.askedBy,
    responsible: people.responsible,
    fallback: people.fallback,
    duty: people.duty,
    supervisorOf: id => people.supervisors.get(id) ?? null,
    mayCreateFor: (creatorId, responsibleId) => portal.context.isAdmin || creatorId === tools.handlerId || responsibleId === tools.handlerId,
    handlerId: tools.handlerId,
    answerLink: `/marketplace/view/${tools.appCode}/?params[answer]=${answer.id}`,
    cardLink: cardPath(store.entityTypeId, answer.id),
    neutral: neutraliseBbCode
  }
}

/** Exported for the screens: what an unprocessed answer will become, through the same rules and without writing. */
export function preview(answer: Answer, invitation: Invitation | null, earlier: readonly Answer[], content: SurveyContent): Verdict {
  return judge(answer, invitation, earlier, content)
}

export type { Ledger }
