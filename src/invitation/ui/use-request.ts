import { useQuery } from '@pinia/colada'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ChatPlace } from '@/invitation/model/chat'
import { isOpen, isUnfinished, sentBy, type Invitation } from '@/invitation/model/invitation'
import { isEmail } from '@/survey/model/email-address'
import { checkRequest, defaultSurvey, emailOf, isAskable, languageFor, type Recipient, type RequestVerdict } from '@/invitation/model/request'
import type { Order, SendResult } from '@/invitation/sending'
import { loadContactNames, loadRecipient, loadRequest, saveSendAtOnce } from '@/invitation/store'
import { clockOf } from '@/portal/clock'
import { PortalError } from '@/portal/errors'
import { quoteCustomer } from '@/portal/hostile-text'
import { requireStore } from '@/portal/settings-store'
import type { Lang, Survey } from '@/survey/model/survey'
import { useTimeZone } from '@/ui/i18n'
import { useFrame, usePortal } from '@/ui/portal'
import { aloneAtDeal, browserTools, pause } from './send-tools'
import { useChannel, type ChannelChoice } from './use-channel'

/** What became of the last thing that a person did here. */
export type RequestOutcome =
  | { state: 'sent', invitationId: number, confirmed: boolean, name: string, email: string, /** it was written there */ chat: string | null, /** nothing was sent */ link: boolean, atOnce: boolean }
  /** the portal's processes send it */
  | { state: 'handed', invitationId: number, name: string, email: string }
  | { state: 'lost', winner: number, ofCompany: boolean }
  | { state: 'cancelled' }
  /** the portal's processes had begun to send it */
  | { state: 'cancelledLate' }
  /** another window of this browser is sending for the same deal */
  | { state: 'elsewhere' }
  /** `sending`: it was a mail that failed, not a cancellation */
  | { state: 'failed', error: unknown, sending: boolean, again: () => Promise<void> }

/** What sends is needed after the first screen only; `useRequest` fetches it while the person is reading. */
const loadSending = () => import('@/invitation/sending')

export interface RequestChoice extends ChannelChoice {
  /** null = the deal's own client */
  contactId: number | null
  surveyId: string | null
  lang: Lang | null
  email: string | null
}

/** Everything that the request screen knows and does. `changed` is told after each change in the portal. */
export function useRequest(dealId: number, changed: () => void) {
  const portal = usePortal()
  const frame = useFrame()
  const i18n = useI18n()
  const { t } = i18n

  // kept for this opening only: what forbids a request today may have come in a minute ago
  const query = useQuery({ key: ['request', dealId], query: () => loadRequest(portal, requireStore(portal), dealId), gcTime: 0, staleTime: 0 })
  const view = computed(() => query.data.value)
  watch(() => view.value?.zone, zone => useTimeZone(i18n, zone ?? ''), { immediate: true, flush: 'sync' })
  const choice = reactive<RequestChoice>({ contactId: null, surveyId: null, lang: null, email: null, channel: null, chatId: null })

  const chosen = useQuery({
    key: () => ['request', dealId, 'contact', choice.contactId ?? 0],
    enabled: () => choice.contactId !== null,
    query: () => loadRecipient(portal, requireStore(portal), choice.contactId ?? 0),
    gcTime: 0, staleTime: 0
  })
  const isChanging = ref(false)
  const contacts = useQuery({
    key: ['request', dealId, 'contacts'],
    enabled: () => isChanging.value && view.value !== undefined,
    query: () => loadContactNames(portal, view.value?.otherContactIds ?? [])
  })

  const surveys = computed(() => (view.value?.surveys ?? []).filter(isAskable))
  const survey = computed<Survey | null>(() => surveys.value.find(({ id }) => id === choice.surveyId)
    ?? defaultSurvey(surveys.value, view.value?.deal.seen ? view.value.deal.value.pipeline : null))
  const content = computed(() => survey.value?.published?.content ?? null)
  const recipientSeen = computed(() => choice.contactId === null ? view.value?.recipient : chosen.data.value?.recipient)
  const recipient = computed<Recipient | null>(() => recipientSeen.value?.seen ? recipientSeen.value.value : null)
  const invitations = computed(() => choice.contactId === null ? view.value?.invitations : chosen.data.value?.invitations)
  const addresses = computed(() => recipient.value?.emails.filter(isEmail) ?? [])
  const email = computed(() => addresses.value.find(address => address === choice.email) ?? (recipient.value && emailOf(recipient.value)))
  const { chats, chat, strangeChat, isChatHidden, channels, channel } = useChannel(
    choice, recipient, email, () => view.value?.chats, () => choice.contactId === null ? undefined : chosen.data.value?.chats)
  const lang = computed<Lang>(() => {
    if (!content.value) return ''
    const deal = view.value?.deal.seen ? view.value.deal.value.lang ?? null : null
    return languageFor(content.value.langs, [choice.lang, recipient.value?.lang ?? null, deal, portal.context.lang], content.value.defaultLang)
  })

  /**
   * Whoever sends from the same mailbox uses up its day, and an address may be that of a colleague or stand in another card: asked behind the first
   * reply, which tells which mailbox, which address and which day it is.
   */
  const mailing = computed(() => view.value?.deal.seen && survey.value && recipient.value && email.value && channel.value === 'email'
    ? { survey: survey.value, surveys: view.value.surveys, sender: view.value.sender, recipient: recipient.value, email: email.value }
    : null)
  const use = useQuery({
    key: () => ['request', dealId, 'again', mailing.value ? `${mailing.value.survey.id} ${mailing.value.recipient.kind} ${mailing.value.recipient.id} ${mailing.value.email}` : ''],
    enabled: () => mailing.value !== null,
    query: async () => {
      const { lookAgain } = await import('@/invitation/second-look')
      return mailing.value ? lookAgain(portal, requireStore(portal), mailing.value) : {}
    },
    gcTime: 0, staleTime: 0
  })

  const now = shallowRef(clockOf(portal).now())
  watch([view, chosen.data], () => { now.value = clockOf(portal).now() }, { flush: 'sync' })
  const verdict = computed<RequestVerdict | null>(() => view.value && recipientSeen.value && invitations.value
    ? checkRequest({
        deal: view.value.deal, recipient: recipientSeen.value, company: view.value.company, invitations: invitations.value, ofCompany: view.value.ofCompany,
        survey: survey.value, now: now.value, channel: channel.value, offset: clockOf(portal).offset, mayExceed: portal.context.isAdmin,
        // until it is counted nothing is said; the sending counts once more
        ...use.data.value ?? (use.status.value === 'error' ? { mailbox: { seen: false as const }, owners: { seen: false as const } } : {})
      })
    : null)

  const busy = ref(false)
  const outcome = shallowRef<RequestOutcome | null>(null)
  /** an invitation of this person whose sending was begun here and broke off: it is taken up, never written again */
  const brokenOff = computed<Invitation | null>(() => {
    if (outcome.value?.state !== 'failed' || !outcome.value.sending || !invitations.value?.seen) return null
    return invitations.value.value.find(invitation =>
      ['to_send', 'sending'].includes(invitation.state) && isOpen(invitation, now.value) && invitation.askedBy === view.value?.sender.id) ?? null
  })

  function orderFor(overrideReason: string, place: ChatPlace | null): Order | null {
    const link = channel.value === 'link'
    if (!view.value?.deal.seen || !survey.value || !recipient.value || !(email.value || place || link)) return null
    const { kind, id, name } = recipient.value
    const { ofCompany, company } = view.value
    const seen = [...invitations.value?.seen ? invitations.value.value : [], ...ofCompany.seen ? ofCompany.value : []]
    return {
      survey: survey.value, deal: view.value.deal.value, recipient: { kind, id, name }, companyId: view.value.companyId,
      email: place || link ? '' : email.value ?? '',
      ...place ? { chat: { id: place.id, card: place.card } } : link ? { chat: null, link } : {}, lang: lang.value,
      sender: view.value.sender, known: new Set(seen.map(invitation => invitation.id)), overrideReason, test: false,
      surveys: view.value.surveys, notBefore: { person: recipient.value.notBefore, company: company?.notBefore ?? null },
      by: view.value.inCharge
    }
  }

  async function refetchAll(): Promise<void> {
    await Promise.all([query.refetch(), ...(choice.contactId === null ? [] : [chosen.refetch()])])
    if (mailing.value) await use.refetch()
  }

  const tools = (order: Order) => browserTools(portal, link => t('invitation.timeline', {
    client: quoteCustomer(order.recipient.name, 200), survey: quoteCustomer(order.survey.published?.content.name ?? '', 200), link: portal.context.origin + link
  }))

  /** One thing at a time, and its end is always looked up. */
  async function doing(run: () => Promise<RequestOutcome | null>, sending: boolean, again: () => Promise<void>): Promise<void> {
    if (busy.value) return
    busy.value = true
    try {
      const done = await aloneAtDeal(portal, dealId, async () => ({ outcome: await run() }))
      outcome.value = done === null ? { state: 'elsewhere' } : done.outcome
    } catch (error) {
      outcome.value = { state: 'failed', error: navigator.onLine || error instanceof PortalError ? error : new PortalError('offline'), sending, again }
    }
    await refetchAll()
    busy.value = false
    changed()
    await frame.reloadData()
  }

  const titleOf = (chatId: number): string => chats.value.find(({ id }) => id === chatId)?.title ?? ''

  function told({ recipient: { name }, email, chat: place, link }: Order, result: SendResult, atOnce: boolean): RequestOutcome {
    switch (result.state) {
      case 'lost': return result
      case 'handed': return { state: 'handed', invitationId: result.invitationId, name, email }
      case 'sent': return { state: 'sent', invitationId: result.invitationId, confirmed: result.confirmed, name, email, chat: place ? titleOf(place.id) : null, link: link ?? false, atOnce }
    }
  }

  function send(overrideReason = '', atOnce = false): Promise<void> {
    return doing(async () => {
      const order = orderFor(overrideReason, chat.value)
      const { sendInvitation } = await loadSending()
      return order && told(order, await sendInvitation(portal, requireStore(portal), order, tools(order)), atOnce)
    }, true, () => brokenOff.value ? resume(brokenOff.value) : send(overrideReason))
  }

  function resume(invitation: Invitation): Promise<void> {
    return doing(async () => {
      const current = orderFor(invitation.why, invitation.chat ?? null)
      if (!current) return null
      // as it was begun, whatever is chosen now
      const order = { ...current, survey: surveys.value.find(({ id }) => id === invitation.survey) ?? current.survey, lang: invitation.lang || current.lang }
      // written, although its reply was lost: the portal's processes have their minute
      if (sentBy(invitation) === 'engine' && !isUnfinished(invitation, clockOf(portal).now())) {
        return { state: 'handed', invitationId: invitation.id, name: order.recipient.name, email: order.email }
      }
      const { resumeInvitation } = await loadSending()
      return told(order, await resumeInvitation(portal, requireStore(portal), order, invitation, tools(order)), false)
    }, true, () => resume(invitation))
  }

  function cancel(invitation: Invitation): Promise<void> {
    return doing(async () => {
      const { cancelInvitation } = await loadSending()
      return { state: await cancelInvitation(portal, requireStore(portal), invitation, pause) ? 'cancelled' : 'cancelledLate' }
    }, false, () => cancel(invitation))
  }

  /** to the person's other address, or the corrected one: the old invitation ends, and this is no second asking that would need a reason */
  function resend(invitation: Invitation, address: string): Promise<void> {
    return doing(async () => {
      const current = orderFor('', null)
      if (!current) return null
      const same = surveys.value.find(({ id }) => id === invitation.survey)
      const order = { ...current, survey: same ?? current.survey, lang: invitation.lang || current.lang, email: address }
      const { resendInvitation } = await import('@/invitation/resending')
      return told(order, await resendInvitation(portal, requireStore(portal), order, invitation, tools(order)), false)
    }, true, () => brokenOff.value ? resume(brokenOff.value) : resend(invitation, address))
  }

  const sendAtOnce = computed(() => view.value?.sendAtOnce === true)
  async function setSendAtOnce(wanted: boolean): Promise<void> {
    await saveSendAtOnce(portal, wanted)
    await query.refetch()
  }

  // Once per opening, on fresh facts, and only when nothing speaks against it and everything could be checked.
  const isRefused = (): boolean => verdict.value !== null && verdict.value.refusal !== null
  const isCounted = (): boolean => mailing.value === null || isRefused() || (use.asyncStatus.value === 'idle' && use.status.value !== 'pending')
  const opening = watch(() => query.asyncStatus.value === 'idle' && query.status.value === 'success' && isCounted(), fresh => {
    if (!fresh) return
    opening.stop()
    if (sendAtOnce.value && verdict.value?.refusal === null && verdict.value.unchecked.length === 0) void send('', true)
    else void loadSending().catch(() => undefined) // asked for again when it is needed
  })

  return {
    query, view, choice, chosen, contacts, isChanging, surveys, survey, content, recipient, invitations, addresses, email,
    chats, chat, strangeChat, isChatHidden, channels, channel, lang, now, verdict,
    busy, outcome, brokenOff, sendAtOnce, setSendAtOnce, send, resume, cancel, resend,
    refresh: async () => {
      outcome.value = null
      await refetchAll()
    }
  }
}

export type RequestScreen = ReturnType<typeof useRequest>
