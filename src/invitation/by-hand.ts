import type { HandAnswer } from '@/invitation/model/by-hand'
import { handSubmission, type HandWay } from '@/invitation/model/hand-mark'
import type { Invitation } from '@/invitation/model/invitation'
import { dayAfterPause, latestDay } from '@/invitation/model/portal-day'
import { addDays, type Recipient } from '@/invitation/model/request'
import { settling, type SendTools } from '@/invitation/sending'
import { dealLang, invitationList, readInvitation, readRecipient } from '@/invitation/store'
import { controlCommand, inChargeFrom, type InCharge } from '@/plan/control'
import { ref, type ResultReference } from '@/portal/batch-command'
import type { Command, Outcome, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { COMPANY, CONTACT, DEAL, type NativeType } from '@/portal/fields'
import { addItem, dealLink, fromWire, getItem, selectOf, toWire, toWireNative, updateItem, wireName } from '@/portal/items'
import { listOf, mapOf } from '@/portal/php-array'
import { isOwnPipeline, type RecordStore } from '@/portal/record-store'
import { cutText, oneLine } from '@/survey/model/cut-text'
import type { Lang, Survey } from '@/survey/model/survey'
import { readable, surveysCommand, surveysFromWire } from '@/survey/store'

/** Looks after a lost reply, and the pause before each in milliseconds: a slow portal may still be working. */
const LOOKS = 3
const PAUSE = 1500

/** The card from which somebody writes down an answer. */
export interface HandSubject {
  entityTypeId: NativeType
  id: number
}

/** Somebody who may have answered. */
export type HandPerson = Pick<Recipient, 'kind' | 'id'> & { name: string }

export interface HandView {
  /** null on the cards of clients */
  deal: { id: number, title: string, pipeline: number, lang: Lang | null } | null
  /** who may have answered, the likeliest first; [] = the deal has no client, or none that the caller may see */
  people: HandPerson[]
  /** company of these people as far as the caller may read it */
  companyId: number | null
  surveys: Survey[]
  /** who enters it */
  me: { id: number, name: string }
  /** his time zone, '' when the portal did not say */
  zone: string
  inCharge: InCharge
}

/** Everything that entering needs but the questions' own answers. @throws PortalError */
export async function loadHandView(portal: Portal, store: RecordStore, { entityTypeId, id }: HandSubject): Promise<HandView> {
  const [isDeal, isContact] = [entityTypeId === DEAL, entityTypeId === CONTACT]
  const linked = (name: string): number | ResultReference => entityTypeId === COMPANY && name === 'companyId' ? id : ref('card', 'item', name)
  const seen = await portal.batch<{
    card: { item: unknown }, surveys: unknown, me: unknown, profile: unknown, control: unknown
    company?: { item: unknown }, ofDeal?: unknown, ofCompany?: unknown
  }>({
    card: getItem(entityTypeId, id),
    surveys: surveysCommand(),
    me: { method: 'user.current' },
    profile: { method: 'profile' },
    control: controlCommand(store),
    ...(entityTypeId === COMPANY ? {} : { company: { method: 'crm.item.get', params: { entityTypeId: COMPANY, id: linked('companyId') } } }),
    ...(isDeal ? { ofDeal: { method: 'crm.deal.contact.items.get', params: { id } } } : {}),
    ...(isContact ? {} : { ofCompany: { method: 'crm.company.contact.items.get', params: { id: linked('companyId') } } })
  })
  if (!seen.card.ok) throw seen.card.error
  if (!seen.surveys.ok) throw seen.surveys.error
  if (!seen.me.ok) throw seen.me.error
  const card = mapOf(mapOf(seen.card.result).item)
  if (isDeal && isOwnPipeline(store, Number(card.categoryId ?? 0))) throw new PortalError('dealMissing')
  const companyId = entityTypeId === COMPANY ? id : Number(card.companyId) || null
  const company = entityTypeId === COMPANY ? card : companyId !== null && (seen.company as Outcome<{ item: unknown }> | undefined)?.ok
    ? mapOf((seen.company as { result: { item: unknown } }).result.item) : null
  const contacts = isContact ? [id] : contactIds(Number(card.contactId), seen.ofDeal, companyId === null ? undefined : seen.ofCompany)
  const names = await contactNames(portal, contacts)
  const me = mapOf(seen.me.result)
  return {
    deal: isDeal ? { id, title: String(card.title ?? ''), pipeline: Number(card.categoryId ?? 0), lang: dealLang(store, card) } : null,
    people: [
      ...contacts.flatMap((contact): HandPerson[] => names.has(contact) ? [{ kind: 'contact', id: contact, name: names.get(contact)! }] : []),
      ...company && companyId !== null && !isContact ? [{ kind: 'company' as const, id: companyId, name: String(company.title ?? '') }] : []
    ],
    companyId: company === null ? null : companyId,
    surveys: readable(surveysFromWire(seen.surveys.result)),
    me: { id: Number(me.ID), name: [me.NAME, me.LAST_NAME].filter(Boolean).join(' ') },
    zone: seen.profile.ok ? String(mapOf(seen.profile.result).TIME_ZONE ?? '') : '',
    inCharge: inChargeFrom(portal, store, seen.control)
  }
}

/** The main one first, then the deal's, then the company's. */
function contactIds(main: number, ...lists: (Outcome<unknown> | undefined)[]): number[] {
  const rows = lists.flatMap(list => list?.ok ? listOf(list.result).map(mapOf) : []).map(row => Number(row.CONTACT_ID))
  return [...new Set([main, ...rows])].filter(id => id > 0).slice(0, 50)
}

/** Contacts that may not be seen are missing: a record that names one would be refused. */
async function contactNames(portal: Portal, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const { items } = await portal.call<{ items: unknown }>('crm.item.list', {
    entityTypeId: CONTACT, filter: { '@id': [...ids] }, select: ['id', 'name', 'lastName'], order: { id: 'ASC' }, start: -1
  })
  return new Map(listOf(items).map(mapOf).map(row => [Number(row.id), [row.name, row.lastName].filter(Boolean).join(' ') || `#${String(row.id)}`]))
}

/** A person with the invitations that the caller may see, newest first. @throws PortalError when the card cannot be read */
export async function loadHandPerson(
  portal: Portal, store: RecordStore, { kind, id }: Pick<HandPerson, 'kind' | 'id'>
): Promise<{ person: Recipient, invitations: Invitation[] }> {
  const { card, invitations } = await portal.batch<{ card: { item: unknown }, invitations: { items: unknown } }>({
    card: getItem(kind === 'contact' ? CONTACT : COMPANY, id),
    invitations: invitationList(store, { [kind === 'contact' ? '=contactId' : '=companyId']: id })
  })
  if (!card.ok) throw card.error
  const isOfPerson = (one: Invitation): boolean => kind === 'contact' ? one.contactId === id : one.contactId === null && one.companyId === id
  return {
    person: readRecipient(store, card.result.item, kind),
    invitations: invitations.ok ? listOf(invitations.result.items).map(item => readInvitation(store, item)).filter(isOfPerson) : []
  }
}

/** What somebody said, and everything about it. */
export interface HandOrder {
  survey: Survey
  /** null: about the relationship as a whole */
  deal: { id: number, title: string } | null
  person: HandPerson
  companyId: number | null
  lang: Lang
  way: HandWay
  /** when it was said, ISO 8601 */
  at: string
  /** who enters it */
  userId: number
  /** day before which the card said that nobody is to be asked: a later one is not made earlier */
  notBefore: string | null
  by: InCharge
  answer: HandAnswer
  /** the invitation that this answers; null = a new one is written with it */
  open: Pick<Invitation, 'id' | 'token'> | null
  /** of the new invitation; without a meaning when there is an open one */
  token: string
  /** of this filling-in, a–z0–9: as long as it stays the same, the answer is entered once */
  key: string
}

export type HandTools = Pick<SendTools, 'now' | 'offset' | 'wait'>

/**
 * Writes down what a person said: an invitation over the channel `phone` and its answer in the first stage, in one request; or the answer to the
 * invitation that is open. It is handled like any other, by whoever is in charge. May be repeated with the same order, by hand or after a reload,
 * as often as one likes: what is there already is looked up first, and what a repeated request wrote twice is taken away again.
 * @returns id of the answer
 * @throws PortalError 'noRight' when the caller may not add records: nothing is left behind; 'alreadyInvited' when the open invitation has been
 * answered meanwhile, 'notFound' when it is closed
 */
export async function enterByHand(portal: Portal, store: RecordStore, order: HandOrder, tools: HandTools): Promise<number> {
  /** of a writing whose end nobody has seen yet */
  let failure: PortalError | null = null
  for (let attempt = 0; ; attempt++) {
    const seen = await look(portal, store, order).catch((error: unknown) => {
      if (failure === null || !(error instanceof PortalError)) throw error
      return null
    })
    const kept = seen?.answers[0]
    if (seen && kept) {
      await tidy(portal, store, seen)
      return kept.id
    }
    if (failure !== null && attempt >= LOOKS) throw failure
    try {
      if (seen) {
        if (order.open) checkOpen(seen)
        await write(portal, store, order, seen.invitations[0] ?? null, tools)
        // what came back may be the second of two: looked at at once
        failure = new PortalError('replyLost', { executed: 'unknown', retryable: true })
        continue
      }
    } catch (error) {
      if (!(error instanceof PortalError) || error.executed === 'no') throw error
      failure = error
    }
    await tools.wait(PAUSE)
  }
}

interface Entered { id: number, invitationId: number }

interface Seen {
  /** those with the token, the first one first */
  invitations: Invitation[]
  /** of this filling-in, the first one first */
  answers: Entered[]
  /** somebody else's with the same token: the customer's own */
  others: number
}

async function look(portal: Portal, store: RecordStore, { open, token, key }: HandOrder): Promise<Seen> {
  const wanted = open?.token ?? token
  const { invitations, answers } = await portal.batch<{ invitations: { items: unknown }, answers: { items: unknown } }>({
    invitations: invitationList(store, { [`=${wireName(store, 'FB_TOKEN')}`]: wanted }),
    answers: { method: 'crm.item.list', params: {
      entityTypeId: store.entityTypeId, select: selectOf(store, ['FB_TOKEN', 'FB_INVITATION', 'FB_SUBMISSION']), order: { id: 'ASC' }, start: -1,
      filter: { '=categoryId': store.answerCategoryId, [`=${wireName(store, 'FB_TOKEN')}`]: wanted }
    } }
  })
  if (!invitations.ok) throw invitations.error
  if (!answers.ok) throw answers.error
  // A filter that the portal does not understand finds anything: compare again.
  const rows = listOf(answers.result.items).map(item => fromWire(store, item)).filter(({ values }) => values.FB_TOKEN === wanted)
  const own = rows.filter(({ values }) => values.FB_SUBMISSION?.endsWith(`.${key}`))
  return {
    invitations: listOf(invitations.result.items).map(item => readInvitation(store, item)).filter(one => one.token === wanted).sort((a, b) => a.id - b.id),
    answers: own.map(({ id, values }) => ({ id, invitationId: Number(values.FB_INVITATION) })).sort((a, b) => a.id - b.id),
    others: rows.length - own.length
  }
}

/** The customer may have answered, or a colleague have closed it, since the card was opened. */
function checkOpen({ invitations, others }: Seen): void {
  const [open] = invitations
  if (others > 0 || open?.answered) throw new PortalError('alreadyInvited', { detail: `answered: ${open?.id ?? ''}` })
  if (open?.state !== 'sent') throw new PortalError('notFound', { detail: `invitation: ${open?.state ?? ''}` })
}

/** @param written the open invitation, or what an earlier try has left: an invitation without its answer */
async function write(portal: Portal, store: RecordStore, order: HandOrder, written: Invitation | null, tools: HandTools): Promise<void> {
  const isNew = written === null
  const done = await portal.batch<{ invitation: unknown, answer: unknown, person?: unknown }>({
    invitation: isNew
      ? addItem(store.entityTypeId, invitationFields(store, order, tools.now()))
      // the answer came by phone, whichever way was asked
      : updateItem(store.entityTypeId, written.id, {
          ...order.open ? {} : { stageId: store.invitationStages.open },
          ...toWire(store, { FB_CHANNEL: 'phone', ...order.open ? {} : { FB_STATE: 'sent', FB_WHY: '' } })
        }),
    answer: addItem(store.entityTypeId, answerFields(store, order, written?.id ?? ref('invitation', 'item', 'id'))),
    // Behind the answer: who may not change the client's card has entered it all the same.
    ...(isNew ? { person: notBeforeCommand(store, order, tools) } : {})
  }, { halt: true })
  if (!done.invitation.ok) throw done.invitation.error
  if (done.answer.ok) return
  if (done.answer.error.executed === 'no') {
    // Nothing waits for an answer that the portal does not take, and what was asked by mail stays so.
    const { method, params } = order.open
      ? updateItem(store.entityTypeId, order.open.id, toWire(store, { FB_CHANNEL: written?.channel ?? null }))
      : settling(store, written?.id ?? Number(mapOf(mapOf(done.invitation.result).item).id), 'cancelled', done.answer.error.code)
    await portal.call(method, params)
  }
  throw done.answer.error
}

const titleOf = ({ person, deal }: HandOrder): string => cutText(oneLine([person.name, ...deal ? [deal.title] : []].join(' · ')), 250)

function invitationFields(store: RecordStore, order: HandOrder, now: Date): Record<string, unknown> {
  const { deal, person, companyId, survey, lang, by, userId, at, token } = order
  const { version, content } = survey.published!
  return {
    title: titleOf(order), categoryId: store.invitationCategoryId, stageId: store.invitationStages.open, assignedById: userId,
    ...(deal ? dealLink(store, deal.id) : {}),
    ...(person.kind === 'contact' ? { contactId: person.id, ...(companyId ? { companyId } : {}) } : { companyId: person.id }),
    ...toWire(store, {
      FB_TOKEN: token, FB_BY: by, FB_SURVEY: survey.id, FB_VERSION: version, FB_CHANNEL: 'phone', FB_STATE: 'sent', FB_WHY: '', FB_ASKED_BY: userId,
      FB_SENT_AT: at, FB_EXPIRES_AT: addDays(now.toISOString(), content.expiresAfterDays), FB_LANG: lang
    })
  }
}

/** As the form writes it: whose it is and what it is worth says the handling. */
function answerFields(store: RecordStore, order: HandOrder, invitationId: number | ResultReference): Record<string, unknown> {
  const { survey, lang, userId, open, token, answer } = order
  return {
    title: titleOf(order), categoryId: store.answerCategoryId, stageId: store.answerStages.new, assignedById: userId,
    ...toWire(store, {
      FB_TOKEN: open?.token ?? token, FB_SUBMISSION: handSubmission(order, order.key),
      FB_SURVEY: survey.id, FB_VERSION: survey.published!.version, FB_LANG: lang,
      ...answer.scores, ...(answer.comment === '' ? {} : { FB_COMMENT: answer.comment }), FB_ANSWERS: answer.answersJson
    }),
    [wireName(store, 'FB_INVITATION')]: typeof invitationId === 'number' ? String(invitationId) : invitationId
  }
}

/** Whoever was asked on the phone is not asked by mail a day later. */
function notBeforeCommand(store: RecordStore, { person, at, survey, notBefore }: HandOrder, { offset }: HandTools): Command {
  const type = person.kind === 'contact' ? CONTACT : COMPANY
  const day = latestDay([dayAfterPause(at, survey.published!.content.notBeforeDays, offset?.() ?? 0), notBefore])
  return updateItem(type, person.id, toWireNative(store, type, { FB_NOT_BEFORE: day }))
}

/**
 * A request that ran twice wrote everything twice. The first answer stays with the invitation that it names; a second one counts nowhere, but who
 * looks at the card would wonder. Where the role forbids to delete it, it stands there as a repeated one.
 */
async function tidy(portal: Portal, store: RecordStore, { invitations, answers: [kept, ...doubles] }: Seen): Promise<void> {
  const commands = Object.fromEntries([
    ...doubles.map(({ id }): [string, Command] => [`a${id}`, { method: 'crm.item.delete', params: { entityTypeId: store.entityTypeId, id } }]),
    ...invitations.filter(({ id, state }) => id !== kept?.invitationId && state === 'sent')
      .map(({ id }): [string, Command] => [`i${id}`, settling(store, id, 'cancelled', `duplicate of ${kept?.invitationId}`)])
  ])
  if (Object.keys(commands).length === 0) return
  await portal.batch<Record<string, unknown>>(commands).catch((error: unknown) => {
    // the answer is there, and what is left over says of itself that it is a second one
    if (!(error instanceof PortalError)) throw error
  })
}
