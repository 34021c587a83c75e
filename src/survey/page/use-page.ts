import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { acceptAnswer, type Answers } from '@/survey/model/answers'
import { COMMENT_ID, groupNow } from '@/survey/model/asked'
import { parseLink, type InvitationLink } from '@/survey/model/invitation-link'
import { isOnScale } from '@/survey/model/scale'
import { headlineQuestion, type Lang, type Question } from '@/survey/model/survey'
import { openDrafts, type Draft } from './draft'
import type { FormConfig } from './form-config'
import { chooseLang } from './languages'
import { payloadOf, propertiesOf, type Payload } from './payload'
import { openForm, ownPageUrl, postAnswers, type Device } from './portal-form'
import { sheetOf, type Sheet } from './sheet'
import { ENGLISH, loadTexts, TEXT_LANGS } from './texts'

/**
 * What the page shows: `check` = captcha on the portal's own page; `lost` = pressed Send, nothing came back, kept and tried again;
 * `refused` = the portal answered and took nothing.
 */
export type Phase =
  | 'loading' | 'wrong' | 'unknown' | 'expired' | 'answered' | 'paused' | 'unreachable' | 'check'
  | 'filling' | 'sending' | 'lost' | 'refused' | 'thanks'

/** Pauses between attempts to send; the last one repeats while the page is open. */
export const RETRY_AFTER_MS = [5_000, 15_000, 60_000]

/** Everything the page knows and does; what it looks like is in the components. Call inside a component or an effect scope. */
export function usePage(fragment: string, device: Device) {
  const link = parseLink(fragment)
  const drafts = openDrafts(device.storage, device.now)

  const phase = ref<Phase>('loading')
  const config = shallowRef<FormConfig | null>(null)
  const sheet = shallowRef<Sheet | null>(null)
  const answers = ref<Answers>({})
  const consents = ref<string[]>([])
  const checkUrl = ref('')
  const lang = ref<Lang>(chooseLang({ langs: [...TEXT_LANGS], defaultLang: 'en' }, link?.lang ?? null, device.languages))
  const texts = shallowRef(ENGLISH)
  const group = computed(() => sheet.value ? groupNow(sheet.value, answers.value) ?? 'middle' : 'middle')

  /** of the wish to be called back, among the drafts */
  const wishKey = `${link?.token}.call`
  let origin = ''
  let draft: Draft = { sid: device.newId(), answers: {}, consents: null, linkScore: null, payload: null }
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function setLang(next: Lang): Promise<void> {
    lang.value = next
    const loaded = await loadTexts(next)
    if (lang.value === next) texts.value = loaded
  }

  /** Nothing leaves the device here but the question for the form: a mail scanner that opens the link leaves no answer. */
  async function start(): Promise<void> {
    await setLang(lang.value)
    drafts.tidy()
    if (!link) {
      phase.value = 'wrong'
      return
    }
    const kept = drafts.read(link.token)
    if (kept.sentAt !== null) {
      phase.value = 'answered'
      return
    }
    draft = kept.draft ?? draft
    if (link.expires * 1000 < device.now() && !draft.payload) phase.value = 'expired'
    else await load(link)
  }

  async function load(of: InvitationLink): Promise<void> {
    phase.value = 'loading'
    const opened = await openForm(of, device)
    if (opened.kind === 'unknownPortal') phase.value = 'unknown'
    else if (opened.kind === 'paused') phase.value = draft.payload ? 'refused' : 'paused'
    else if (opened.kind === 'unreachable') {
      if (draft.payload) waitAndRetry()
      else phase.value = 'unreachable'
    } else {
      origin = opened.origin
      config.value = opened.config
      const shown = sheetOf(opened.config)
      await setLang(chooseLang(shown, of.lang, device.languages))
      sheet.value = shown
      if (opened.config.captcha) {
        checkUrl.value = ownPageUrl(origin, of, propertiesOf(shown, of, draft.sid, lang.value))
        phase.value = 'check'
      } else {
        fillFromDraft(shown, opened.config, of.score)
        if (draft.payload) await deliver()
        else phase.value = 'filling'
      }
    }
  }

  /** What was chosen before, as far as it still fits, and the score that was pressed in the mail. */
  function fillFromDraft(shown: Sheet, form: FormConfig, score: number | null): void {
    const comment: Question = { id: COMMENT_ID, type: 'long', text: {}, required: false }
    const kept = [...shown.questions, comment].filter(question => acceptAnswer(question, draft.answers[question.id]) !== null)
    answers.value = Object.fromEntries(kept.map(({ id }) => [id, draft.answers[id]!]))
    const headline = headlineQuestion(shown)
    if (headline && isOnScale(headline, score) && (score !== draft.linkScore || answers.value[headline.id] === undefined)) answers.value[headline.id] = score
    draft.linkScore = score
    const names = form.agreements.map(({ name }) => name)
    consents.value = (draft.consents ?? form.agreements.filter(({ checked }) => checked).map(({ name }) => name)).filter(name => names.includes(name))
  }

  watch([answers, consents], () => {
    if (!link || phase.value !== 'filling') return
    draft = { ...draft, answers: { ...answers.value }, consents: [...consents.value] }
    drafts.save(link.token, draft)
  }, { deep: true })

  /** Send. A second press while the first is on its way does nothing. */
  async function send(): Promise<void> {
    if (link && sheet.value && phase.value === 'filling') await post(payloadOf(sheet.value, answers.value, consents.value, link, draft.sid, lang.value))
  }

  /** Sends this and nothing else, until it has arrived. */
  async function post(payload: Payload): Promise<void> {
    if (!link) return
    phase.value = 'sending'
    draft = { ...draft, answers: { ...answers.value }, payload }
    drafts.save(link.token, draft)
    await deliver()
  }

  async function deliver(): Promise<void> {
    if (!link || !draft.payload) return
    if (drafts.read(link.token).sentAt !== null) {
      // Another tab was faster with the same draft.
      phase.value = 'answered'
      return
    }
    phase.value = 'sending'
    const posted = await postAnswers(origin, link, draft.payload, device)
    if (posted === 'received') {
      drafts.markSent(link.token, draft)
      phase.value = 'thanks'
    } else if (posted === 'refused') {
      phase.value = 'refused'
    } else {
      waitAndRetry()
    }
  }

  /** May ask to be called back, or has asked and it has not arrived. */
  function wantsCall(): boolean {
    if (phase.value === 'thanks') return link?.kind !== 'stop' && sheet.value?.thankYou?.callBack.includes(group.value) === true
    const { draft: wish, sentAt } = drafts.read(wishKey)
    return phase.value === 'answered' && wish !== null && sentAt === null
  }

  function waitAndRetry(): void {
    phase.value = 'lost'
    timer = setTimeout(retry, RETRY_AFTER_MS[Math.min(failures, RETRY_AFTER_MS.length - 1)])
    failures += 1
  }

  /** The button of whatever did not work; also "answer anyway". */
  async function retry(): Promise<void> {
    clearTimeout(timer)
    const unsent = phase.value === 'lost' || phase.value === 'refused'
    if (unsent && origin) await deliver()
    else if (link && (unsent || ['unreachable', 'expired', 'paused'].includes(phase.value))) await load(link)
  }

  const onOnline = (): void => {
    if (phase.value === 'lost' || phase.value === 'unreachable') void retry()
  }
  addEventListener('online', onOnline)
  onScopeDispose(() => {
    removeEventListener('online', onOnline)
    clearTimeout(timer)
  })

  return {
    phase, config, sheet, answers, consents, checkUrl, lang, texts, group, keepsDrafts: device.storage !== null, link, drafts, wishKey,
    start, send, post, retry, setLang, wantsCall
  }
}
