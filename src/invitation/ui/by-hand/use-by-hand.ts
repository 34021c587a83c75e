import { useQuery } from '@pinia/colada'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { enterByHand, loadHandPerson, loadHandView, type HandOrder, type HandPerson, type HandSubject } from '@/invitation/by-hand'
import { askedOf, fromWallClock, handAnswer, scriptFor, toWallClock } from '@/invitation/model/by-hand'
import { isOpen, type Invitation } from '@/invitation/model/invitation'
import { defaultSurvey, isAskable, languageFor } from '@/invitation/model/request'
import { newToken } from '@/invitation/model/token'
import { pause } from '@/invitation/ui/send-tools'
import { clockOf } from '@/portal/clock'
import { PortalError } from '@/portal/errors'
import { requireStore } from '@/portal/settings-store'
import { acceptAnswer, type AnswerValue } from '@/survey/model/answers'
import { askedNow, textLimit, unanswered } from '@/survey/model/asked'
import type { Question } from '@/survey/model/survey'
import { localeOf, useTimeZone } from '@/ui/i18n'
import { useFrame, usePortal } from '@/ui/portal'
import { handDrafts, type HandDraft, type HandDrafts } from './hand-draft'
import { byHandMessages } from './messages'

/** Somebody who looked at his own watch has made no mistake. */
const AHEAD_MS = 10 * 60_000

/** What stands in place of a question's id where the time is wrong. */
const AT = 'at'

const personKey = ({ kind, id }: Pick<HandPerson, 'kind' | 'id'>): string => `${kind}:${id}`

/** Everything that entering by hand knows and does. `entered` is told the name of who answered when the answer is in the portal. */
export function useByHand(subject: HandSubject, entered: (name: string) => unknown) {
  const portal = usePortal()
  const frame = useFrame()
  const i18n = useI18n()
  const { t, locale, mergeLocaleMessage } = i18n

  const query = useQuery({
    key: ['byHand', subject.entityTypeId, subject.id],
    query: async () => {
      const [view, messages] = await Promise.all([loadHandView(portal, requireStore(portal), subject), byHandMessages(localeOf(locale.value))])
      mergeLocaleMessage(locale.value, messages)
      return view
    },
    gcTime: 0, staleTime: 0
  })
  const view = computed(() => query.data.value)
  watch(() => view.value?.zone, zone => useTimeZone(i18n, zone ?? ''), { immediate: true, flush: 'sync' })

  const clock = { now: () => clockOf(portal).now(), offset: () => clockOf(portal).offset }
  const { now } = clock
  const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
  const fresh = (): HandDraft => ({
    v: 1, savedAt: Date.now(), token: newToken(randomBytes), key: newToken(randomBytes), person: null, way: 'phone', at: null, survey: null, lang: null,
    open: null, openToken: null, answers: {}, begun: false
  })
  const draft = reactive<HandDraft>(fresh())
  /** ISO 8601; when the draft that was found on the device was begun */
  const restored = ref<string | null>(null)
  let drafts: HandDrafts | null = null
  watch(view, seen => {
    if (!seen || drafts) return
    drafts = handDrafts(() => localStorage, [portal.context.memberId, seen.me.id, subject.entityTypeId, subject.id].join(':'), () => Date.now())
    const kept = drafts.read()
    if (!kept) return
    Object.assign(draft, kept)
    restored.value = new Date(kept.savedAt).toISOString()
  }, { immediate: true })
  const isEmpty = computed(() => Object.keys(draft.answers).length === 0)
  watch(draft, () => { if (!isEmpty.value || draft.begun) drafts?.save({ ...draft, savedAt: Date.now() }) }, { deep: true })
  function discard(): void {
    drafts?.drop()
    Object.assign(draft, fresh())
    restored.value = null
    failure.value = null
    complained.value = []
  }

  const people = computed(() => view.value?.people ?? [])
  const person = computed<HandPerson | null>(() => people.value.find(one => personKey(one) === draft.person) ?? people.value[0] ?? null)
  const facts = useQuery({
    key: () => ['byHand', 'person', person.value ? personKey(person.value) : ''],
    enabled: () => person.value !== null,
    query: () => loadHandPerson(portal, requireStore(portal), person.value!),
    gcTime: 0, staleTime: 0
  })
  const isOptedOut = computed(() => facts.data.value?.person.optedOut === true)

  /** Of this person, and of a survey whose questions are known; those of this deal first. */
  const openOnes = computed<Invitation[]>(() => (facts.data.value?.invitations ?? [])
    .filter(one => one.state === 'sent' && !one.test && one.token !== '' && isOpen(one, now()) && publishedOf(one) !== undefined)
    .sort((a, b) => Number(b.dealId === view.value?.deal?.id) - Number(a.dealId === view.value?.deal?.id) || b.id - a.id))
  const publishedOf = ({ survey }: Pick<Invitation, 'survey'>) => view.value?.surveys.find(({ id, published }) => id === survey && published !== null)
  const open = computed(() => draft.open === 0 ? null : openOnes.value.find(({ id }) => id === draft.open) ?? openOnes.value[0] ?? null)

  const surveys = computed(() => (view.value?.surveys ?? []).filter(isAskable))
  const survey = computed(() => {
    if (draft.begun) return publishedOf({ survey: draft.survey ?? '' }) ?? null
    return (open.value && publishedOf(open.value)) ?? surveys.value.find(({ id }) => id === draft.survey)
      ?? defaultSurvey(surveys.value, view.value?.deal?.pipeline ?? null)
  })
  const content = computed(() => survey.value?.published?.content ?? null)
  const lang = computed(() => {
    if (!content.value) return ''
    const { langs, defaultLang } = content.value
    const { lang: ofPerson } = facts.data.value?.person ?? { lang: null }
    return languageFor(langs, [draft.lang, open.value?.lang ?? null, ofPerson, view.value?.deal?.lang ?? null, portal.context.lang], defaultLang)
  })
  const script = computed(() => content.value && scriptFor(content.value, lang.value, {
    client: person.value?.name ?? '', deal: view.value?.deal?.title ?? '', responsible: view.value?.me.name ?? '', company: content.value.company
  }))

  const asked = computed(() => content.value && askedOf(content.value))
  const questions = computed(() => asked.value ? askedNow(asked.value, draft.answers) : [])
  function answer({ id }: Question, value: AnswerValue | null): void {
    const next = { ...draft.answers }
    if (value === null) delete next[id]
    else next[id] = value
    draft.answers = next
  }

  const zone = computed(() => view.value?.zone ?? '')
  const opened = now()
  const at = computed({
    get: () => draft.at === '' ? '' : toWallClock(draft.at === null ? opened : new Date(draft.at), zone.value),
    // an empty field is complained about when somebody enters it
    set: text => { draft.at = fromWallClock(text, zone.value)?.toISOString() ?? '' }
  })
  const isTimeBad = computed(() => draft.at !== null && !(Date.parse(draft.at) <= now().getTime() + AHEAD_MS))

  /** Ids of questions that were entered without what they need; a message stands as long as it is still true. */
  const complained = ref<string[]>([])
  function complaint(question: Question): string {
    const value = draft.answers[question.id]
    const limit = asked.value ? textLimit(asked.value, question) : Infinity
    if (typeof value === 'string' && value.trim().length > limit) return t('byHand.tooLong', { n: limit })
    if (!complained.value.includes(question.id) || acceptAnswer(question, value) !== null) return ''
    return question.required ? t('byHand.missing') : t('byHand.nothing')
  }
  const timeComplaint = computed(() => complained.value.includes(AT) && isTimeBad.value ? t('byHand.atBad') : '')
  function check(): string[] {
    const missing = unanswered(questions.value, draft.answers).map(({ id }) => id)
    const [first] = questions.value
    const isNothing = questions.value.every(question => acceptAnswer(question, draft.answers[question.id]) === null)
    if (first && missing.length === 0 && isNothing) missing.push(first.id)
    const tooLong = questions.value.filter(question => complaint(question) !== '' && !missing.includes(question.id)).map(({ id }) => id)
    complained.value = [...isTimeBad.value ? [AT] : [], ...missing]
    return [...complained.value, ...tooLong]
  }

  const busy = ref(false)
  const failure = shallowRef<unknown>(null)

  function order(): HandOrder | null {
    if (!view.value || !survey.value || !asked.value || !person.value) return null
    const { deal, me, companyId, inCharge } = view.value
    const chosen = draft.begun ? draft.openToken === null ? null : { id: draft.open ?? 0, token: draft.openToken } : open.value
    return {
      survey: survey.value, deal: chosen && open.value?.dealId !== deal?.id ? null : deal, person: person.value, companyId, lang: lang.value,
      way: draft.way, at: draft.at ?? now().toISOString(), userId: me.id, notBefore: facts.data.value?.person.notBefore ?? null,
      by: inCharge, answer: handAnswer(asked.value, draft.answers),
      open: chosen && { id: chosen.id, token: chosen.token }, token: draft.token, key: draft.key
    }
  }

  /** @returns what is missing, by the ids of the questions; `at` = the time */
  async function enter(): Promise<string[]> {
    if (busy.value) return []
    const missing = draft.begun ? [] : check()
    const wanted = order()
    if (missing.length > 0 || !wanted) return missing
    // As it is now it is entered, however often: after a reload, too.
    Object.assign(draft, {
      begun: true, at: wanted.at, person: personKey(wanted.person), survey: wanted.survey.id, lang: wanted.lang,
      open: wanted.open?.id ?? 0, openToken: wanted.open?.token ?? null
    })
    busy.value = true
    failure.value = null
    try {
      await enterByHand(portal, requireStore(portal), wanted, { ...clock, wait: pause })
      drafts?.drop()
      drafts = null
      entered(wanted.person.name)
      await frame.reloadData()
    } catch (error) {
      const isCertain = error instanceof PortalError && error.executed === 'no'
      if (isCertain) Object.assign(draft, { begun: false, openToken: null })
      failure.value = navigator.onLine || error instanceof PortalError ? error : new PortalError('offline')
      if (isCertain && ['alreadyInvited', 'notFound'].includes(error.code)) await facts.refetch()
    }
    busy.value = false
    return []
  }

  return {
    query, view, draft, restored, discard, people, person, personKey, facts, isOptedOut, open, openOnes, surveys, survey, content, lang, script,
    questions, answer, at, complaint, timeComplaint, busy, failure, isEmpty, enter
  }
}
