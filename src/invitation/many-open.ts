import { settling, type Order, type SendTools } from '@/invitation/sending'
import { INVITATION_FIELDS, readInvitation } from '@/invitation/store'
import { LOOKS, PAUSE, writeAgain } from '@/invitation/many-portal'
import { candidateOf, inBatches, loadCards, resultOf } from '@/invitation/many-segment'
import { holderOf, liveTickets } from '@/invitation/many-tickets'
import { look } from '@/invitation/many-sending'
import type { Waiting } from '@/invitation/many-writing'
import { groupBy, partsOf, type CampaignMark } from '@/invitation/model/campaign'
import type { Invitation } from '@/invitation/model/invitation'
import { latestDay, portalDay } from '@/invitation/model/portal-day'
import { addDays, emailOf, isAskable } from '@/invitation/model/request'
import { ENGINE } from '@/plan/compile/input'
import { DUTY, SETTLING_MS, type InCharge } from '@/plan/control'
import { MANY_START } from '@/plan/model/many-mark'
import type { Command, Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { DEAL } from '@/portal/fields'
import { selectOf, toWire, updateItem, wireName } from '@/portal/items'
import { listNewestFirst, PAGE } from '@/portal/paging'
import { listOf, mapOf } from '@/portal/php-array'
import { removeMark } from '@/portal/ticket'
import type { RecordStore } from '@/portal/record-store'
import type { Survey } from '@/survey/model/survey'

/** What was begun with many and has not ended: found again, gone on with, stopped. */

/** A campaign with invitations that still wait for their mail. */
export interface OpenCampaign {
  id: string
  /** who sends the rest */
  by: InCharge
  /** whose it is */
  askedBy: number | null
  invitations: (Invitation & { campaign: CampaignMark })[]
}

/**
 * What was begun with many and has not left, of everybody whose invitations the caller may see; oldest campaign first. One request for 2,500.
 * @throws PortalError
 */
export async function findOpenCampaigns(portal: Portal, store: RecordStore): Promise<OpenCampaign[]> {
  const found: OpenCampaign['invitations'] = []
  const query = {
    entityTypeId: store.entityTypeId, select: selectOf(store, INVITATION_FIELDS),
    filter: {
      '=categoryId': store.invitationCategoryId, [`=${wireName(store, 'FB_STATE')}`]: store.enums.FB_STATE?.to_send ?? 0,
      [`%=${wireName(store, 'FB_LEDGER')}`]: `${MANY_START}%`
    }
  }
  for await (const rows of listNewestFirst(portal, query, Infinity)) {
    for (const invitation of rows.map(row => readInvitation(store, row))) {
      const { campaign, state } = invitation
      if (campaign && state === 'to_send') found.push({ ...invitation, campaign })
    }
  }
  // after a switch half of a campaign may be the one's and half the other's
  return [...groupBy(found.reverse(), ({ campaign, by }) => `${campaign.id} ${by}`).values()]
    .map(invitations => ({ id: invitations[0]!.campaign.id, by: invitations[0]!.by, askedBy: invitations[0]!.askedBy, invitations }))
}

/**
 * Everything that mails of a campaign need, read anew. Who said meanwhile that they want no questions, who was asked by phone since and rests, who has no
 * address any more and whose card the sender may not see is skipped in the portal and not sent to, as the portal's processes do.
 * @throws PortalError 'surveyStopped' when one of the surveys is paused or gone: nothing is skipped because of it
 */
export async function loadWaiting(
  portal: Portal, store: RecordStore, invitations: OpenCampaign['invitations'], surveys: readonly Survey[], sender: Order['sender'], tools: SendTools
): Promise<{ waiting: Waiting[], skipped: number }> {
  const cards = await loadCards(portal, store, {
    contacts: invitations.map(({ contactId }) => contactId), companies: invitations.map(({ companyId }) => companyId)
  })
  const deals = await dealTitles(portal, invitations.flatMap(({ dealId }) => dealId ?? []))
  const firstOf = await firstsOf(portal, store, invitations)
  const waiting: Waiting[] = []
  const ended: Record<string, Command> = {}
  const today = portalDay(tools.now(), tools.offset?.() ?? 0)
  /** day before which nobody is to ask them, when they rest */
  const restOf = ({ contactId, companyId, why }: Invitation): string | null => {
    const day = why === '' ? latestDay([candidateOf(store, { contactId, companyId, deal: null }, cards).person?.notBefore]) : null
    return day !== null && day > today ? day : null
  }
  const mailed = await mailedOf(portal, store, invitations.filter(one => restOf(one) !== null))
  for (const invitation of invitations) {
    const { id, token, contactId, companyId, dealId, survey: surveyId, lang, expiresAt, campaign: { day, perDay }, version } = invitation
    const first = firstOf.get(token)
    if (first !== undefined && first < id) {
      ended[`s${id}`] = settling(store, id, 'cancelled', `duplicate of ${first}`)
      continue
    }
    const survey = surveys.find(one => one.id === surveyId)
    if (!survey || !isAskable(survey)) throw new PortalError('surveyStopped', { detail: surveyId })
    const { person, company } = candidateOf(store, { contactId, companyId, deal: null }, cards)
    const email = person && emailOf(person)
    const rest = mailed.has(token) ? null : restOf(invitation)
    const why = person === null ? 'noRight' : person.optedOut || company?.optedOut ? 'optedOut' : email === null ? 'noEmail'
      : rest === null ? null : `askedRecently from ${rest}`
    if (why !== null || person === null || email === null) {
      ended[`s${id}`] = settling(store, id, 'skipped', why ?? '')
      continue
    }
    waiting.push({
      id, token, survey: surveyId, day, perDay, version,
      expires: expiresAt ?? addDays(tools.now().toISOString(), survey.published!.content.expiresAfterDays),
      order: {
        survey, sender, email, lang: survey.published!.content.langs.find(one => one === lang) ?? survey.published!.content.defaultLang,
        recipient: { kind: person.kind, id: person.id, name: person.name }, companyId: contactId === null ? null : companyId,
        deal: dealId === null ? null : { id: dealId, title: deals.get(dealId) ?? '' },
        notBefore: { person: person.notBefore, company: company?.notBefore ?? null }, known: new Set(), overrideReason: '', test: false, by: DUTY
      }
    })
  }
  await writeAgain(portal, ended, tools)
  return { waiting, skipped: Object.keys(ended).length }
}

/** A date on a card may also come from the very mail whose end nobody wrote down. */
async function mailedOf(portal: Portal, store: RecordStore, invitations: readonly Invitation[]): Promise<Set<string>> {
  const mailed = new Set<string>()
  for (const group of partsOf(invitations, PAGE)) for (const token of (await look(portal, store, group)).mailed) mailed.add(token)
  return mailed
}

/**
 * Lowest id of each token: the page was closed before the doubles of a request that was executed twice were withdrawn. The first may have been
 * sent already.
 */
async function firstsOf(portal: Portal, store: RecordStore, invitations: readonly Invitation[]): Promise<Map<string, number>> {
  const parts = partsOf(invitations.map(({ token }) => token), TOKENS)
  const found = await inBatches(portal, Object.fromEntries(parts.map((tokens, part): [string, Command] => [`f${part}`, {
    method: 'crm.item.list',
    params: {
      entityTypeId: store.entityTypeId, select: selectOf(store, ['FB_TOKEN', 'FB_STATE']), order: { id: 'ASC' }, start: -1,
      filter: { '=categoryId': store.invitationCategoryId, [`@${wireName(store, 'FB_TOKEN')}`]: tokens }
    }
  }])))
  const firsts = new Map<string, number>()
  for (const row of Object.values(found).flatMap(outcome => listOf(mapOf(resultOf(outcome)).items))) {
    const { id, token, state } = readInvitation(store, row)
    if (['to_send', 'sending', 'sent'].includes(state)) firsts.set(token, Math.min(id, firsts.get(token) ?? id))
  }
  return firsts
}

/** Tokens of one list: each may be there more than once, and a page has fifty rows. */
const TOKENS = 10

async function dealTitles(portal: Portal, ids: readonly number[]): Promise<Map<number, string>> {
  const found = await inBatches(portal, Object.fromEntries(partsOf([...new Set(ids)], PAGE).map((group, part): [string, Command] => [`d${part}`, {
    method: 'crm.item.list', params: { entityTypeId: DEAL, filter: { '@id': group }, select: ['id', 'title'], order: { id: 'ASC' }, start: -1 }
  }])))
  return new Map(Object.values(found).flatMap(outcome => listOf(mapOf(resultOf(outcome)).items)).map(mapOf).map(({ id, title }) => [Number(id), String(title ?? '')]))
}

/**
 * What was left to the portal's processes becomes the app's: marked first, and looked at again when a process that had read it before the mark must have
 * begun (`plan/control.ts`).
 * @returns what no process has in hand
 * @throws PortalError
 */
export async function takeOverMany(portal: Portal, store: RecordStore, campaign: OpenCampaign, tools: SendTools): Promise<OpenCampaign> {
  const { invitations } = campaign
  await writeAgain(portal, Object.fromEntries(invitations.map((one): [string, Command] => [`b${one.id}`, updateItem(store.entityTypeId, one.id, toWire(store, { FB_BY: DUTY }))])), tools)
  await tools.wait(SETTLING_MS)
  const idle: OpenCampaign['invitations'] = []
  const begun: Record<string, Command> = {}
  for (const group of partsOf(invitations, PAGE)) {
    const { states } = await look(portal, store, group)
    for (const one of group) {
      if (states.get(one.id) === 'to_send') idle.push({ ...one, by: DUTY })
      else begun[`b${one.id}`] = updateItem(store.entityTypeId, one.id, toWire(store, { FB_BY: ENGINE }))
    }
  }
  await writeAgain(portal, begun, tools)
  return { ...campaign, by: DUTY, invitations: idle }
}

/**
 * Ends a campaign. Of the app's, its tickets go first, so that no delivery can begin, then what has not left. What a process has just begun to send writes
 * over its cancellation: it is cancelled again, and not counted.
 * @returns how many will never be sent
 * @throws PortalError
 */
export async function stopMany(portal: Portal, store: RecordStore, { id: campaignId, by, invitations }: OpenCampaign, tools: SendTools): Promise<number> {
  const cancel = (some: readonly { id: number }[]): Promise<void> =>
    writeAgain(portal, Object.fromEntries(some.map(({ id }): [string, Command] => [`w${id}`, settling(store, id, 'cancelled', '')])), tools)
  if (by === DUTY) {
    const holder = await holderOf(portal, store, campaignId)
    const live = await liveTickets(portal, holder)
    await writeAgain(portal, Object.fromEntries(live.map(({ id }): [string, Command] => [`t${id}`, removeMark(holder, id)])), tools)
    await tools.wait(PAUSE)
  }
  const stopped = new Set<number>()
  for (const group of partsOf(invitations, PAGE)) {
    const { states, mailed } = await look(portal, store, group)
    const idle = group.filter(({ id, token }) => states.get(id) === 'to_send' && !mailed.has(token))
    await cancel(idle)
    for (const { id } of idle) stopped.add(id)
  }
  for (let attempt = 1; by === ENGINE && attempt <= LOOKS && stopped.size > 0; attempt++) {
    await tools.wait(SETTLING_MS)
    const begun: { id: number }[] = []
    for (const group of partsOf(invitations.filter(({ id }) => stopped.has(id)), PAGE)) {
      const { states } = await look(portal, store, group)
      begun.push(...group.filter(({ id }) => states.get(id) !== 'cancelled'))
    }
    if (begun.length === 0) break
    await cancel(begun)
    for (const { id } of begun) stopped.delete(id)
  }
  return stopped.size
}
