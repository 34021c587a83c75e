import { useQuery } from '@pinia/colada'
import { computed, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Answer } from '@/answer/model/answer'
import { loadCard } from '@/answer/card-ahead'
import { summariseCard } from '@/answer/model/card-summary'
import { readingOf, type Reading } from '@/answer/model/reading'
import type { TabSubject } from '@/answer/store'
import { isOpen, type Invitation } from '@/invitation/model/invitation'
import { CONTACT, DEAL } from '@/portal/fields'
import { parseSettings } from '@/portal/settings-store'
import type { SurveyContent } from '@/survey/model/survey'
import { readable, surveyKeys, versionContent, type StoredSurvey } from '@/survey/store'
import { useTimeZone } from '@/ui/i18n'
import { usePortal } from '@/ui/portal'

/** What an answer was given to. */
type Asked = Pick<Answer, 'survey' | 'version'>

/** Texts of the version that an answer names, when they came with the survey; null when they have to be asked for, or there is no such survey. */
export function contentAtHand(answer: Asked, surveys: readonly StoredSurvey[]): SurveyContent | null {
  const published = readable(surveys).find(({ id }) => id === answer.survey)?.published ?? null
  return published !== null && (answer.version < 1 || answer.version === published.version) ? published.content : null
}

/** Texts of an older version, asked for when they are needed and kept; those of the newest one where the old ones are gone. */
export function useVersion(answer: () => Asked, surveys: () => readonly StoredSurvey[], isWanted: () => boolean) {
  const portal = usePortal()
  const atHand = computed(() => contentAtHand(answer(), surveys()))
  const published = computed(() => readable(surveys()).find(({ id }) => id === answer().survey)?.published?.content ?? null)
  const query = useQuery({
    key: () => surveyKeys.version(answer().survey, answer().version),
    enabled: () => isWanted() && atHand.value === null && published.value !== null,
    query: () => versionContent(portal, answer().survey, answer().version),
    staleTime: Infinity
  })
  const content = computed(() => atHand.value ?? (query.status.value === 'success' ? query.data.value ?? published.value : null))
  return { content, isGone: computed(() => query.data.value === null), query }
}

export type HistoryRow =
  | { kind: 'answer', key: string, at: string, reading: Reading }
  | { kind: 'invitation', key: string, at: string, invitation: Invitation }

/** Everything that a card shows, from one batch. */
export function useCard(subject: TabSubject) {
  const portal = usePortal()
  const query = useQuery({
    key: ['card', subject.entityTypeId, subject.id],
    query: () => loadCard(portal, subject),
    staleTime: 0
  })
  const view = computed(() => query.data.value)
  const i18n = useI18n()
  watch(() => view.value?.zone, zone => useTimeZone(i18n, zone ?? ''), { immediate: true, flush: 'sync' })
  const now = shallowRef(new Date())
  watch(view, () => { now.value = new Date() })

  // Rare: somebody published while customers were still answering the version before, and nobody has handled that answer yet.
  const wanted = computed(() => [...new Map((view.value?.answers ?? [])
    .filter(answer => answer.state === 'new' && answer.survey !== '' && contentAtHand(answer, view.value?.surveys ?? []) === null)
    .map(({ survey, version }) => [`${survey}.${version}`, { survey, version }])).values()])
  const versions = useQuery({
    key: () => ['versions', ...wanted.value.map(({ survey, version }) => `${survey}.${version}`)],
    enabled: () => wanted.value.length > 0,
    query: async () => new Map(await Promise.all(wanted.value.map(async ({ survey, version }): Promise<[string, SurveyContent | null]> =>
      [`${survey}.${version}`, await versionContent(portal, survey, version)])))
  })

  const readings = computed(() => (view.value?.answers ?? []).map(answer => readingOf(
    answer,
    contentAtHand(answer, view.value?.surveys ?? []) ?? versions.data.value?.get(`${answer.survey}.${answer.version}`) ?? null,
    view.value?.invitations ?? [], view.value?.answers ?? []
  )))
  /** A handled answer names its deal; before that its invitation does. */
  const dealOf = ({ dealId, token }: Answer): number | null =>
    dealId ?? view.value?.invitations.find(invitation => token !== '' && invitation.token === token)?.dealId ?? null
  const isOwn = (dealId: number | null): boolean => subject.entityTypeId !== DEAL || dealId === subject.id

  const card: 'deal' | 'contact' | 'company' = subject.entityTypeId === DEAL ? 'deal' : subject.entityTypeId === CONTACT ? 'contact' : 'company'
  const own = computed(() => readings.value.filter(({ answer }) => isOwn(dealOf(answer))))
  const summary = computed(() => summariseCard(own.value, card, now.value))

  const answeredTokens = computed(() => new Set(readings.value.map(({ answer }) => answer.token)))
  const unanswered = computed(() => (view.value?.invitations ?? []).filter(({ answered, token }) => !answered && !answeredTokens.value.has(token)))
  const open = computed(() => unanswered.value.filter(invitation => isOwn(invitation.dealId) && isOpen(invitation, now.value)))

  const rows = (isWanted: (dealId: number | null) => boolean): HistoryRow[] => [
    ...readings.value.filter(({ answer }) => isWanted(dealOf(answer)))
      .map((reading): HistoryRow => ({ kind: 'answer', key: `a${reading.answer.id}`, at: reading.answer.createdAt, reading })),
    ...unanswered.value.filter(invitation => isWanted(invitation.dealId) && !open.value.includes(invitation))
      .map((invitation): HistoryRow => ({ kind: 'invitation', key: `i${invitation.id}`, at: invitation.sentAt ?? invitation.createdAt, invitation }))
  ].sort((a, b) => Date.parse(b.at) - Date.parse(a.at))

  const duty = computed(() => {
    const { duty } = parseSettings(portal.context.appOptions)
    return duty === null ? [] : [duty.person, ...duty.deputy === null ? [] : [duty.deputy]]
  })
  return {
    query, view, card, now, summary, open, dealOf,
    /** who answered or was asked, where the card does not say it */
    clientOf: (contactId: number | null): string | undefined => contactId === null ? undefined : view.value?.contacts.get(contactId),
    history: computed(() => rows(isOwn)),
    /** the same client's other deals; empty on the cards of clients */
    others: computed(() => subject.entityTypeId === DEAL ? rows(dealId => !isOwn(dealId)) : []),
    waiting: computed(() => readings.value.filter(({ handled }) => !handled).length),
    mayHandle: computed(() => portal.context.isAdmin || duty.value.includes(view.value?.viewerId ?? 0)),
    people: computed(() => [
      ...readings.value.flatMap(({ answer }) => [answer.askedBy, answer.ownerId]), ...readings.value.map(({ entered }) => entered?.userId ?? null),
      ...(view.value?.invitations ?? []).map(({ askedBy }) => askedBy)
    ])
  }
}
