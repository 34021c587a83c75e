import { useQuery } from '@pinia/colada'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { loadChatClient } from '@/invitation/chat-client'
import { chatWords } from '@/invitation/chat-words'
import type { Invitation } from '@/invitation/model/invitation'
import { addDays, checkRequest, defaultSurvey, isAskable, languageFor, type RequestVerdict } from '@/invitation/model/request'
import { cancelInvitation, resumeInvitation, sendInvitation, type Order, type SendResult } from '@/invitation/sending'
import { browserTools, pause } from '@/invitation/ui/send-tools'
import { clockOf } from '@/portal/clock'
import { PortalError } from '@/portal/errors'
import { quoteCustomer } from '@/portal/hostile-text'
import { requireStore } from '@/portal/settings-store'
import type { Lang } from '@/survey/model/survey'
import { useTimeZone } from '@/ui/i18n'
import { useFrame, usePortal } from '@/ui/portal'

type WidgetOutcome =
  /** `isTyped: false` = the messenger did not say that it took the words */
  | { state: 'given', invitationId: number, words: string, isTyped: boolean }
  | { state: 'lost', winner: number, ofCompany: boolean }
  | { state: 'cancelled' }
  | { state: 'failed', error: unknown, again: () => Promise<void> }

/** An operator asks whom he is chatting with: the invitation is written, its words go into his input, and he presses Enter himself. */
export function useChatWidget(dialogId: string) {
  const portal = usePortal()
  const frame = useFrame()
  const i18n = useI18n()
  const { t } = i18n

  const query = useQuery({ key: ['chat', dialogId], query: () => loadChatClient(portal, requireStore(portal), dialogId), gcTime: 0, staleTime: 0 })
  const view = computed(() => query.data.value?.state === 'found' ? query.data.value.view : undefined)
  watch(() => view.value?.zone, zone => useTimeZone(i18n, zone ?? ''), { immediate: true, flush: 'sync' })
  const choice = reactive<{ surveyId: string | null, lang: Lang | null }>({ surveyId: null, lang: null })
  const surveys = computed(() => (view.value?.surveys ?? []).filter(isAskable))
  const survey = computed(() => surveys.value.find(({ id }) => id === choice.surveyId) ?? defaultSurvey(surveys.value, view.value?.deal?.pipeline ?? null))
  const content = computed(() => survey.value?.published?.content ?? null)
  const recipient = computed(() => view.value?.recipient.seen ? view.value.recipient.value : null)
  const lang = computed<Lang>(() => {
    if (!content.value) return ''
    const wanted = [choice.lang, recipient.value?.lang ?? null, view.value?.deal?.lang ?? null, portal.context.lang]
    return languageFor(content.value.langs, wanted, content.value.defaultLang)
  })

  const now = shallowRef(clockOf(portal).now())
  watch(view, () => { now.value = clockOf(portal).now() }, { flush: 'sync' })
  const verdict = computed<RequestVerdict | null>(() => view.value
    ? checkRequest({
        deal: { seen: true, value: { id: 0, title: '', pipeline: 0, ...view.value.deal, record: null } }, recipient: view.value.recipient, company: view.value.company,
        invitations: view.value.invitations, ofCompany: view.value.ofCompany, survey: survey.value, now: now.value, offset: clockOf(portal).offset, channel: 'chat'
      })
    : null)

  function orderFor(overrideReason: string): Order | null {
    if (!view.value || !survey.value || !recipient.value) return null
    const { deal, companyId, company, invitations, ofCompany, sender, inCharge } = view.value
    const { kind, id, name, notBefore } = recipient.value
    const seen = [invitations, ofCompany].flatMap(list => list.seen ? list.value : [])
    return {
      survey: survey.value, deal, recipient: { kind, id, name }, companyId, email: '', chat: null, lang: lang.value, sender,
      known: new Set(seen.map(invitation => invitation.id)), surveys: view.value.surveys, notBefore: { person: notBefore, company: company?.notBefore ?? null },
      overrideReason, test: false, by: inCharge
    }
  }

  /** What the words are made of; null while nobody can be asked. */
  const message = computed(() => orderFor(''))

  const tools = (order: Order, at: Date) => ({
    ...browserTools(portal, link => t('invitation.timeline', {
      client: quoteCustomer(order.recipient.name, 200), survey: quoteCustomer(order.survey.published?.content.name ?? '', 200), link: portal.context.origin + link
    })),
    // the link is made of the moment that stands in the invitation
    now: () => at
  })

  const busy = ref(false)
  const outcome = shallowRef<WidgetOutcome | null>(null)
  async function doing(run: () => Promise<WidgetOutcome | null>, again: () => Promise<void>): Promise<void> {
    if (busy.value) return
    busy.value = true
    try {
      outcome.value = await run()
    } catch (error) {
      outcome.value = { state: 'failed', error: navigator.onLine || error instanceof PortalError ? error : new PortalError('offline'), again }
    }
    await query.refetch()
    busy.value = false
  }

  async function give(order: Order, result: SendResult, expires: string): Promise<WidgetOutcome> {
    if (result.state === 'lost') return result
    const { invitationId, token } = result
    const words = chatWords(portal, order, { id: invitationId, token, expires }, browserTools(portal, () => '').base)
    return { state: 'given', invitationId, words, isTyped: await frame.typeInChat(words) }
  }

  function insert(overrideReason = ''): Promise<void> {
    return doing(async () => {
      const order = orderFor(overrideReason)
      const at = clockOf(portal).now()
      const expires = addDays(at.toISOString(), content.value?.expiresAfterDays ?? 0)
      return order && give(order, await sendInvitation(portal, requireStore(portal), order, tools(order, at)), expires)
    }, () => {
      const begun = view.value?.invitations.seen ? view.value.invitations.value.find(one => one.state === 'sending' && one.channel === 'chat' && !one.chat) : undefined
      return begun ? insertAgain(begun) : insert(overrideReason)
    })
  }

  /** the words of an invitation that is there, without another one; what broke off is brought to its end first */
  function insertAgain(invitation: Invitation): Promise<void> {
    return doing(async () => {
      const current = orderFor(invitation.why)
      if (!current) return null
      const same = surveys.value.find(({ id }) => id === invitation.survey)
      const order = { ...current, survey: same ?? current.survey, lang: invitation.lang || current.lang }
      const expires = invitation.expiresAt ?? addDays(invitation.createdAt, order.survey.published?.content.expiresAfterDays ?? 0)
      const result: SendResult = invitation.state === 'sent'
        ? { state: 'sent', invitationId: invitation.id, token: invitation.token, confirmed: true }
        : await resumeInvitation(portal, requireStore(portal), order, invitation, tools(order, clockOf(portal).now()))
      return give(order, result, expires)
    }, () => insertAgain(invitation))
  }

  function cancel(invitation: Invitation): Promise<void> {
    return doing(async () => {
      await cancelInvitation(portal, requireStore(portal), invitation, pause)
      return { state: 'cancelled' }
    }, () => cancel(invitation))
  }

  return {
    query, view, choice, surveys, survey, content, recipient, lang, now, verdict, message, busy, outcome,
    send: insert, resume: insertAgain, cancel,
    refresh: async () => {
      outcome.value = null
      await query.refetch()
    }
  }
}
