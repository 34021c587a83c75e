import type { Component } from 'vue'
import { CALL_BACK_FILL } from '@/survey/model/fill-kind'
import type { InvitationLink } from '@/survey/model/invitation-link'
import type { Question } from '@/survey/model/survey'
import type { Payload } from '@/survey/page/payload'
import type { Message, Page, Place } from '@/survey/page/place'
import type { Device } from '@/survey/page/portal-form'
import allTexts from './texts.json'

type Texts = typeof allTexts.en
const TEXTS: Record<string, Texts> = allTexts

/** What this borrows of the page: it comes to those only who may ask for it, and what it imported would be a chunk that every customer loads. */
export interface Kit extends Pick<typeof import('vue'), 'createVNode' | 'ref' | 'nextTick' | 'onScopeDispose'>, Pick<typeof import('../portal-form'), 'openForm' | 'postAnswers'> {
  QuestionField: Component
  SurveyConsents: Component
  SurveyMessage: Component
}

/** Pauses between attempts to send; the last one repeats while the page is open. */
const RETRY_AFTER_MS = [5_000, 15_000, 60_000]

/** Fewer digits are no number, in whichever script; everything else that people write around them is left to who calls. */
const MIN_DIGITS = 5
const PHONE_LIMIT = 60
const OWN_LIMIT = 100
const TIMES = ['asap', 'morning', 'afternoon', 'evening'] as const

/**
 * Below the thank-you: phone, convenient time, the form's consents. The wish is a fill of its own with the token of the answer; it is kept on the
 * device until it has arrived, and taken up again when the link is opened once more. On a kiosk nothing is kept or shown that the next one could read,
 * and the place is told as of an answer, so that it waits for a wish that is on its way.
 */
export function callBack(kit: Kit, page: Page, device: Device, place?: Place): Component | undefined {
  const { link } = page
  return link ? { setup: () => wishPart(kit, page, link, device, place) } : undefined
}

function wishPart(kit: Kit, page: Page, link: NonNullable<Page['link']>, device: Device, place?: Place) {
  const { createVNode: h, ref, nextTick, onScopeDispose, openForm, postAnswers, ...parts } = kit
  const own = TEXTS[page.lang.value] ?? allTexts.en
  const key = page.wishKey
  const isKiosk = link.kind === 'kiosk'
  const phase = ref<'asking' | 'sending' | 'unsent' | 'refused' | 'done'>('asking')
  const phone = ref('')
  const time = ref<typeof TIMES[number]>('asap')
  const words = ref('')
  const consents = ref([...page.consents.value])
  const isComplaining = ref(false)
  let form: HTMLFormElement | null = null
  let draft = page.drafts.read(key).draft
  let origin = ''
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const hasPhone = (): boolean => (phone.value.match(/\p{Nd}/gu) ?? []).length >= MIN_DIGITS
  const agreements = page.config.value?.agreements ?? []
  const missing = (): string[] => agreements.filter(({ name, required }) => required && !consents.value.includes(name)).map(({ name }) => name)

  /** A second press while the first is on its way does nothing. */
  async function send(event: Event): Promise<void> {
    event.preventDefault()
    if (phase.value !== 'asking') return
    isComplaining.value = !hasPhone() || missing().length > 0
    if (isComplaining.value) {
      await nextTick()
      form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
      return
    }
    const payload = payloadOf(page, link, { text: said(own, phone.value, time.value, words.value), consents: consents.value, sid: device.newId() })
    if (!payload) return
    draft = { sid: payload.properties.sid ?? '', answers: {}, consents: null, linkScore: null, payload }
    page.drafts.save(key, draft)
    await deliver()
  }

  async function deliver(): Promise<void> {
    clearTimeout(timer)
    if (!draft?.payload) return
    // Another tab may have been faster with the same wish.
    if (page.drafts.read(key).sentAt !== null) {
      phase.value = 'done'
      return
    }
    phase.value = 'sending'
    place?.reached?.('sending')
    if (origin === '') {
      const opened = await openForm(link, device)
      if (opened.kind === 'form') origin = opened.origin
      else if (opened.kind === 'paused') return refuse()
    }
    const posted = origin === '' ? 'lost' : await postAnswers(origin, link, draft.payload, device)
    if (posted === 'refused') return refuse()
    if (posted === 'received') {
      page.drafts.markSent(key, draft)
      phase.value = 'done'
      place?.reached?.('thanks')
    } else {
      phase.value = 'unsent'
      place?.reached?.('lost')
      timer = setTimeout(deliver, RETRY_AFTER_MS[Math.min(failures, RETRY_AFTER_MS.length - 1)])
      failures += 1
    }
  }

  function refuse(): void {
    origin = ''
    phase.value = 'refused'
    place?.reached?.('refused')
  }

  const onOnline = (): void => {
    if (phase.value === 'unsent') void deliver()
  }
  addEventListener('online', onOnline)
  onScopeDispose(() => {
    removeEventListener('online', onOnline)
    clearTimeout(timer)
  })
  if (draft?.payload) void deliver()

  const field = (question: Question, value: string, answer: (value: string | null) => void, more: Record<string, unknown> = {}) =>
    h(parts.QuestionField, { question, value, limit: OWN_LIMIT, complaint: '', onAnswer: answer, ...more })
  const text = (words: string): Question['text'] => ({ [page.lang.value]: words })

  const asking = () => h('form', {
    'ref': (element: unknown) => { form = element instanceof HTMLFormElement ? element : null },
    'class': ['form', { all: matchMedia('(min-width: 720px)').matches }], 'novalidate': true, 'aria-busy': phase.value === 'sending', 'onSubmit': send
  }, [
    h('div', { class: 'card questions', inert: phase.value === 'sending' }, [
      field({ id: 'phone', type: 'short', text: text(own.phone), required: true }, phone.value, value => { phone.value = value ?? '' }, {
        limit: PHONE_LIMIT, complaint: isComplaining.value && !hasPhone() ? own.missing : '', onVnodeMounted: ({ el }: { el: unknown }) => dialled(el, isKiosk ? 'off' : 'tel')
      }),
      field({ id: 'time', type: 'choice', text: text(own.when), required: true, options: TIMES.map(id => ({ id, text: text(own[id]) })) }, time.value, value => {
        time.value = TIMES.find(one => one === value) ?? 'asap'
      }),
      field({ id: 'words', type: 'short', text: text(own.own), required: false }, words.value, value => { words.value = value ?? '' }),
      agreements.length > 0
        ? h(parts.SurveyConsents, {
            agreements, 'complained': isComplaining.value ? missing() : [],
            'modelValue': consents.value, 'onUpdate:modelValue': (ticked: string[]) => { consents.value = ticked }
          })
        : null
    ]),
    h('div', { class: 'actions' }, [
      h('button', { 'class': 'button primary', 'type': 'submit', 'aria-disabled': phase.value === 'sending' }, phase.value === 'sending' ? page.texts.value.sending : own.call)
    ])
  ])

  const message = (): Message | null => {
    const { tryAgain, refusedTitle } = page.texts.value
    switch (phase.value) {
      case 'done': return { tone: 'done', title: own.done, text: isKiosk ? '' : Object.values(draft?.payload?.values ?? {}).flat().find(value => value !== CALL_BACK_FILL) ?? '' }
      case 'unsent': return { tone: 'wait', title: own.unsent, text: own.unsentText, button: tryAgain }
      case 'refused': return { tone: 'stop', title: refusedTitle, text: own.unsent, button: tryAgain }
      default: return null
    }
  }

  return () => {
    const shown = message()
    // what was kept from another time is sent without asking anew
    const part = shown ? h(parts.SurveyMessage, { key: phase.value, ...shown, level: 2, onPress: deliver }) : phone.value === '' && phase.value === 'sending' ? null : asking()
    return h('section', { style: { marginBlock: '16px' } }, [part])
  }
}

/** A telephone's keyboard, and the number that the device knows: one that everybody uses would offer that of somebody else. */
function dialled(el: unknown, autocomplete: 'tel' | 'off'): void {
  const input = el instanceof HTMLElement ? el.querySelector('input') : null
  if (input) Object.assign(input, { type: 'tel', autocomplete })
}

/** Phone and time in one line, in the customer's words. */
function said(own: Texts, phone: string, time: typeof TIMES[number], words: string): string {
  const [first = '', ...rest] = own[time]
  return [phone, first.toLocaleLowerCase() + rest.join(''), words].map(part => part.trim()).filter(Boolean).join(', ')
}

/** @returns null when the form has no field that could carry the phone */
function payloadOf(
  { config, sheet, lang }: Page, { token, invitationId }: InvitationLink, wish: { text: string, consents: readonly string[], sid: string }
): Payload | null {
  const field = (code: string): string | undefined => config.value?.fields.find(({ name }) => name.endsWith(`_${code}`))?.name
  const [answers, comment] = [field('FB_ANSWERS'), field('FB_COMMENT')]
  return answers && comment
    ? {
        values: { [answers]: [CALL_BACK_FILL], [comment]: [wish.text] },
        properties: { token, inv: invitationId, sid: wish.sid, ver: String(sheet.value?.version ?? ''), lang: lang.value },
        consents: Object.fromEntries(wish.consents.map(name => [name, 'Y']))
      }
    : null
}
