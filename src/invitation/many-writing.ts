import { invitationFields, settling, type Order, type SendTools, type Target } from '@/invitation/sending'
import { INVITATION_FIELDS, readInvitation } from '@/invitation/store'
import { attemptBatch, isFinal, LOOKS, PAUSE, replyLost, writeAgain, type ManySteer } from '@/invitation/many-portal'
import { addTickets, type Tickets } from '@/invitation/many-tickets'
import { campaignKey, CHUNK, daysBetween, groupBy, markText, partsOf } from '@/invitation/model/campaign'
import { winnerOver, type Invitation } from '@/invitation/model/invitation'
import { askedKey } from '@/invitation/model/many'
import { addDays } from '@/invitation/model/request'
import { newToken } from '@/invitation/model/token'
import { ENGINE } from '@/plan/compile/input'
import type { InCharge } from '@/plan/control'
import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Portal } from '@/portal/client'
import type { PortalError } from '@/portal/errors'
import { addItem, selectOf, toWire } from '@/portal/items'
import type { RecordStore } from '@/portal/record-store'
import { listNewestFirst } from '@/portal/paging'

export interface Ask {
  order: Order
  channel: 'email' | 'sms'
  /** yyyy-mm-dd */
  day: string
  /** mails that may leave its mailbox on that day */
  perDay: number
}

/** What all invitations of one press have in common. */
export interface Campaign {
  /** eight of a–z0–9 */
  id: string
  by: InCharge
  /** id of the newest invitation that the dry run saw; people asked since then by others are theirs */
  newest: number
  /** yyyy-mm-dd by the portal's clock */
  today: string
}

/** An invitation that is written and waits for its mail. */
export interface Waiting extends Target {
  order: Order
  /** id of its survey */
  survey: string
  /** yyyy-mm-dd */
  day: string
  perDay: number
  /** version that the invitation names; another one is published now */
  version: number
}

/** A campaign that is written and that nobody has begun to send. */
export interface Begun extends Tickets {
  /** nobody has written an invitation since the dry run, so that what it counted still holds */
  alone: boolean
}

export interface Created {
  waiting: Waiting[]
  /** null where there is nothing to send from here */
  begun: Begun | null
  /** left to the portal's processes */
  handed: number
  /** somebody else asked the same person in the same moment */
  lost: number
  refused: { order: Order, error: PortalError }[]
  /** paused before these were written: a new dry run finds them again */
  unwritten: number
}

interface Draft extends Ask {
  token: string
  expires: string
}

/**
 * Writes all invitations of a campaign, fifty a request, and the tickets for their mails. Nothing is sent by it, unless the portal's processes are in
 * charge: they send what they find.
 * @throws PortalError when the portal cannot be reached for long; what was written stands in the portal and can be gone on with
 */
export async function createMany(
  portal: Portal, store: RecordStore, campaign: Campaign, asks: readonly Ask[], tools: SendTools, steer: ManySteer
): Promise<Created> {
  const drafts = asks.map((ask): Draft => ({
    ...ask, token: newToken(tools.randomBytes),
    expires: addDays(tools.now().toISOString(), daysBetween(campaign.today, ask.day) + ask.order.survey.published!.content.expiresAfterDays)
  }))
  const refused: Created['refused'] = []
  let unwritten = 0
  for (const [part, group] of partsOf(drafts, BATCH_LIMIT).entries()) {
    if (steer.paused()) {
      unwritten += group.length
      continue
    }
    refused.push(...await write(portal, store, campaign, group, tools))
    steer.told({ step: 'writing', done: Math.min((part + 1) * BATCH_LIMIT, drafts.length), of: drafts.length })
  }
  const { waiting, lost, first, alone } = await readBack(portal, store, campaign, drafts, tools)
  const outcome = { lost, refused, unwritten }
  if (campaign.by === ENGINE) return { waiting: [], begun: null, handed: waiting.length, ...outcome }
  if (first === null || waiting.length === 0) return { waiting, begun: null, handed: 0, ...outcome }
  const holder = { entityTypeId: store.entityTypeId, id: first }
  // days do not share tickets: what waits for its day then goes at once
  const groups = [...groupBy(waiting, ({ day }) => day).values()].flatMap(ofDay => partsOf(ofDay.map(({ id }) => id), CHUNK))
  return { waiting, begun: { holder, alone, tickets: await addTickets(portal, holder, groups, false, tools) }, handed: 0, ...outcome }
}

/** @returns those that the portal refused for good */
async function write(portal: Portal, store: RecordStore, campaign: Campaign, group: readonly Draft[], { wait }: SendTools): Promise<Created['refused']> {
  const refused: Created['refused'] = []
  let left = group
  for (let attempt = 1; ; attempt++) {
    const adds = left.map((draft): [string, Command] => [`i${draft.token}`, addItem(store.entityTypeId, fieldsOf(store, campaign, draft))])
    const outcomes = await attemptBatch(portal, Object.fromEntries(adds))
    left = left.filter(({ order, token }) => {
      const outcome = outcomes?.[`i${token}`]
      if (!outcome || outcome.ok) return !outcome
      if (isFinal(outcome.error)) refused.push({ order, error: outcome.error })
      return !isFinal(outcome.error)
    })
    if (left.length === 0) return refused
    if (attempt === LOOKS) throw replyLost()
    await wait(PAUSE)
    const written = new Set((await newerThan(portal, store, campaign.newest)).map(({ token }) => token))
    left = left.filter(({ token }) => !written.has(token))
  }
}

function fieldsOf(store: RecordStore, { id, by, today }: Campaign, { order, channel, day, perDay, token, expires }: Draft): Record<string, unknown> {
  return {
    ...invitationFields(store, order, { token, by, state: 'to_send', why: order.overrideReason, expires }),
    ...toWire(store, { FB_CHANNEL: channel, FB_SUBMISSION: campaignKey(id), FB_LEDGER: markText({ id, perDay, day, days: daysBetween(today, day) }) })
  }
}

async function newerThan(portal: Portal, store: RecordStore, newest: number): Promise<Invitation[]> {
  const rows: Invitation[] = []
  for await (const page of listNewestFirst(portal, {
    entityTypeId: store.entityTypeId, select: selectOf(store, INVITATION_FIELDS), filter: { '=categoryId': store.invitationCategoryId, '>id': newest }
  }, Infinity)) rows.push(...page.map(row => readInvitation(store, row)))
  return rows
}

const NONE: ReadonlySet<number> = new Set()

/**
 * Doubles of a request that was executed twice, and invitations of people whom somebody else asked a moment before, are withdrawn.
 * @returns with `first`, the lowest id of the campaign, whatever became of it; null when nothing was written
 */
async function readBack(
  portal: Portal, store: RecordStore, { newest }: Campaign, drafts: readonly Draft[], tools: SendTools
): Promise<{ waiting: Waiting[], lost: number, first: number | null, alone: boolean }> {
  const mine = new Set(drafts.map(({ token }) => token))
  const all = (await newerThan(portal, store, newest)).sort((a, b) => a.id - b.id)
  const rows = all.filter(({ state }) => ['to_send', 'sending', 'sent'].includes(state))
  const byToken = groupBy(rows, ({ token }) => token)
  const others = rows.filter(({ token, test }) => !mine.has(token) && !test)
  const rivals = groupBy(others, askedKey)
  const ofCompany = groupBy(others, ({ companyId }) => companyId)
  const waiting: Waiting[] = []
  const withdrawn: Record<string, Command> = {}
  const withdraw = (id: number, winner: number): void => { withdrawn[`w${id}`] = settling(store, id, 'cancelled', `duplicate of ${winner}`) }
  let lost = 0
  for (const { order, day, perDay, token, expires } of drafts) {
    const [own, ...doubles] = byToken.get(token) ?? []
    if (!own) continue
    for (const { id } of doubles) withdraw(id, own.id)
    const pauses = order.survey.published!.content.companyDays > 0 && order.overrideReason === '' && own.companyId !== null
    const winner = winnerOver(own.id, [...rivals.get(askedKey(own)) ?? [], ...pauses ? ofCompany.get(own.companyId) ?? [] : []], NONE)
    if (winner === null) waiting.push({ id: own.id, token, expires, order, survey: own.survey, day, perDay, version: own.version })
    else {
      withdraw(own.id, winner)
      lost++
    }
  }
  await writeAgain(portal, withdrawn, tools)
  return { waiting, lost, first: all.find(({ token }) => mine.has(token))?.id ?? null, alone: others.length === 0 }
}
