import { OPT_OUT_FILL } from '@/survey/model/fill-kind'
import type { InvitationLink } from '@/survey/model/invitation-link'
import type { FormConfig } from '@/survey/page/form-config'
import type { Payload } from '@/survey/page/payload'
import type { Opened } from '@/survey/page/portal-form'
import type { Texts } from '@/survey/page/texts'
import allTexts from './texts.json'

/** `unsent`: pressed, and nothing came back that would prove it; `form`: known whose page it is, to be pressed. */
export type OptOutPhase = 'loading' | 'sending' | 'done' | 'unsent' | Opened['kind']

interface OptOutMessage { tone: 'done' | 'wait' | 'stop', title: string, text: string, button?: string }

const TEXTS: Record<string, typeof allTexts.en> = allTexts

/**
 * What the page says, with English where there are no words in this language. Loaded by those only who follow the link, and importing nothing of the
 * page: what two chunks share would become a third one, which every customer loads.
 * @param page texts of the answer page in the same language
 * @returns null while there is nothing to say yet
 */
export function optOutMessage(phase: OptOutPhase, lang: string, company: string, page: Texts): OptOutMessage | null {
  const own = TEXTS[lang] ?? allTexts.en
  switch (phase) {
    case 'form': return { tone: 'stop', title: own.question, text: own.explanation.replace('{company}', () => company), button: own.confirm }
    case 'done': return { tone: 'done', title: own.done, text: own.doneText }
    case 'unsent': return { tone: 'wait', title: own.retry, text: own.retryText, button: page.tryAgain }
    case 'paused': return { tone: 'wait', title: page.pausedTitle, text: own.retryText, button: page.tryAgain }
    case 'unreachable': return { tone: 'wait', title: page.unreachableTitle, text: own.retryText, button: page.tryAgain }
    case 'unknownPortal': return { tone: 'stop', title: page.unknownTitle, text: page.unknownText }
    default: return null
  }
}

/**
 * What is posted: the wish, whose it is, and no consent to anything.
 * @returns null when the form has no field that could carry it
 */
export function optOutPayload({ fields }: FormConfig, { token, invitationId }: InvitationLink, sid: string, lang: string): Payload | null {
  const field = fields.find(({ name }) => name.endsWith('_FB_ANSWERS'))
  return field ? { values: { [field.name]: [OPT_OUT_FILL] }, properties: { token, inv: invitationId, sid, ver: '', lang }, consents: {} } : null
}
