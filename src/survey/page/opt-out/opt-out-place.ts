import { OPT_OUT_FILL } from '@/survey/model/fill-kind'
import type { InvitationLink } from '@/survey/model/invitation-link'
import type { FormConfig } from '@/survey/page/form-config'
import type { Payload } from '@/survey/page/payload'
import type { Message, Place } from '@/survey/page/place'
import type { Device } from '@/survey/page/portal-form'
import allTexts from './texts.json'

const TEXTS: Record<string, typeof allTexts.en> = allTexts

/**
 * The page for whoever wants no more mail. Opening it says nothing to anybody, for scanners open every link; only the button posts. It asks however long
 * ago the invitation has expired, and keeps nothing on the device. The page's own words stand where there is no form.
 * @param open shows the page
 */
export function openOptOut(link: InvitationLink, device: Device, open: (device: Device, place: Place) => unknown): void {
  /** the same however often it is sent: a repeated post can be told */
  const sid = device.newId()
  open({ ...device, storage: null, now: () => 0 }, {
    words: (usual, { phase, lang, texts, sheet }): Message | null => {
      const own = TEXTS[lang.value] ?? allTexts.en
      const page = texts.value
      // Where a check against robots stands before the form, it takes nothing from here: then a reply to the mail is the way.
      const unsent = { tone: 'wait', title: own.retry, text: own.retryText, button: page.tryAgain } as const
      switch (phase.value) {
        case 'filling': return { tone: 'stop', title: own.question, text: own.explanation.replace('{company}', () => sheet.value?.company ?? ''), button: own.confirm }
        case 'sending': return { tone: 'wait', title: page.sending, text: '' }
        case 'thanks': return { tone: 'done', title: own.done, text: own.doneText }
        case 'check': return { ...unsent, button: undefined }
        case 'lost': case 'refused': return unsent
        case 'paused': case 'unreachable': return usual && { ...usual, text: own.retryText }
        default: return usual
      }
    },
    pressed: ({ phase, config, lang, post }) => {
      if (phase.value !== 'filling' || !config.value) return false
      const payload = optOutPayload(config.value, link, sid, lang.value)
      if (payload) void post(payload)
      else phase.value = 'check'
      return true
    }
  })
}

/**
 * What is posted: the wish, whose it is, and no consent to anything.
 * @returns null when the form has no field that could carry it
 */
function optOutPayload({ fields }: FormConfig, { token, invitationId }: InvitationLink, sid: string, lang: string): Payload | null {
  const field = fields.find(({ name }) => name.endsWith('_FB_ANSWERS'))
  return field ? { values: { [field.name]: [OPT_OUT_FILL] }, properties: { token, inv: invitationId, sid, ver: '', lang }, consents: {} } : null
}
