import { randomBytes } from 'node:crypto'
import type { Demo } from '../demo/start'
import { emailOf } from '@/invitation/model/request'
import { sendInvitation, type SendTools } from '@/invitation/sending'
import { loadRequest } from '@/invitation/store'
import type { Portal } from '@/portal/client'
import type { RecordStore } from '@/portal/record-store'
import { ADMINISTRATOR, MANAGER, portalOf } from './scene'

/** A screen of the app and how to get there. */
export interface Place {
  name: string
  /** who opens it; null = a customer, outside the portal */
  userId: number | null
  /** in the portal; of the answer page its whole address */
  path: string
  /** page of the app that is measured */
  page: string
  /** what has to be pressed first */
  press?: string
  /** only data shows this … */
  shown: string
  /** … with a figure in it … */
  figure?: boolean
  /** … and nothing of this is left */
  waiting?: string
}

/** The five screens, with records that have something to show. */
export async function placesOf(demo: Demo, store: RecordStore): Promise<Place[]> {
  const [asked, unasked] = [dealWithAnswers(demo, store), dealToAsk(demo)]
  // without any test invitation the settings lead to "try it" and not to the overview
  await ask(demo, store, asked, { test: true })
  return [
    {
      name: 'tab', userId: MANAGER, path: `/crm/deal/details/${asked}/`, page: '/tab.html', press: '[id^="tab-app-"]',
      shown: '[data-testid="card-summary"]'
    },
    {
      name: 'request', userId: MANAGER, path: `/marketplace/placement/CRM_DEAL_DETAIL_TOOLBAR/0/?options[ID]=${unasked}`, page: '/request.html',
      shown: 'main dl dd'
    },
    {
      name: 'report', userId: MANAGER, path: '/marketplace/placement/LEFT_MENU/0/', page: '/report.html',
      shown: '[data-figure=headline] [data-value]'
    },
    { name: 'settings', userId: ADMINISTRATOR, path: '/marketplace/app/', page: '/index.html', shown: '[data-mark]', waiting: '[data-mark="running"]' },
    { name: 'answer page', userId: null, path: await invitationLink(demo, store, unasked), page: '/survey.html', shown: '.scale .point' }
  ]
}

/** A deal with as many answers as usual among those that have any. */
function dealWithAnswers(demo: Demo, store: RecordStore): number {
  const counts = new Map<number, number>()
  for (const { fields } of demo.portal.state.items.get(store.entityTypeId)?.values() ?? []) {
    const deal = Number(fields.PARENT_ID_2)
    if (fields.CATEGORY_ID === store.answerCategoryId && deal > 0) counts.set(deal, (counts.get(deal) ?? 0) + 1)
  }
  const ordered = [...counts].sort(([, a], [, b]) => b - a)
  const usual = ordered[ordered.length >> 1]
  if (!usual) throw new Error('no deal has an answer')
  return usual[0]
}

/** Deals whose client has an address and was never asked. */
export function dealsToAsk(demo: Demo): number[] {
  const { items } = demo.portal.state
  const ours = [...items].filter(([entityTypeId]) => entityTypeId > 4).flatMap(([, records]) => [...records.values()])
  const askedContacts = new Set(ours.map(({ fields }) => Number(fields.CONTACT_ID)))
  return [...items.get(2)?.values() ?? []].filter(({ fields }) => {
    const contact = items.get(3)?.get(Number(fields.CONTACT_ID))
    return contact?.fm.some(({ typeId }) => typeId === 'EMAIL') === true && !askedContacts.has(contact.id)
  }).map(({ id }) => id)
}

function dealToAsk(demo: Demo): number {
  const [deal] = dealsToAsk(demo)
  if (deal === undefined) throw new Error('nobody is left to ask')
  return deal
}

export function sendToolsOf(demo: Demo): SendTools {
  return {
    now: () => demo.portal.now(), randomBytes: length => Uint8Array.from(randomBytes(length)), base: `${demo.appUrl}/`, timelineText: link => link,
    wait: milliseconds => new Promise(resolve => { setTimeout(resolve, milliseconds) })
  }
}

/** Asks the client of a deal by mail, as the request screen does. @returns token and id of the invitation */
export async function ask(
  demo: Demo, store: RecordStore, dealId: number, { portal = portalOf(demo, MANAGER), test = false }: { portal?: Portal; test?: boolean } = {}
): Promise<{ id: number; token: string }> {
  const { deal, recipient, surveys, sender, companyId, invitations } = await loadRequest(portal, store, dealId)
  const [survey] = surveys
  if (!deal.seen || !recipient.seen || !recipient.value || !survey) throw new Error(`nobody to ask in deal ${dealId}`)
  const sent = await sendInvitation(portal, store, {
    survey, deal: deal.value, recipient: recipient.value, companyId, email: emailOf(recipient.value) ?? '', lang: 'ru', sender,
    known: new Set(invitations.seen ? invitations.value.map(({ id }) => id) : []), overrideReason: '', test, by: 'duty'
  }, sendToolsOf(demo))
  if (sent.state !== 'sent') throw new Error(`the invitation was not sent: ${sent.state}`)
  return { id: sent.invitationId, token: sent.token }
}

/** The plain link in the mail of a fresh invitation; another client than the one whom the request screen shows. */
async function invitationLink(demo: Demo, store: RecordStore, exceptDeal: number): Promise<string> {
  const contactOf = (dealId: number): unknown => demo.portal.state.items.get(2)?.get(dealId)?.fields.CONTACT_ID
  const deal = dealsToAsk(demo).find(id => contactOf(id) !== contactOf(exceptDeal))
  if (deal === undefined) throw new Error('nobody is left to ask')
  await ask(demo, store, deal)
  const link = /href="([^"]+survey\.html[^"]*)"/.exec(demo.portal.state.outbox.at(-1)?.html ?? '')?.[1]
  if (!link) throw new Error('the mail has no link')
  return link.replaceAll('&amp;', '&')
}
