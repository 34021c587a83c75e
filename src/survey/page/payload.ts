import { acceptAnswer, type Answers } from '@/survey/model/answers'
import { askedNow, COMMENT_ID } from '@/survey/model/asked'
import type { InvitationLink } from '@/survey/model/invitation-link'
import type { Sheet } from './sheet'

/** Exactly what is posted; kept with the draft, so that a repeated post is the same post. */
export interface Payload {
  values: Record<string, string[]>
  properties: Record<string, string>
  consents: Record<string, 'Y'>
}

/**
 * @param sid id of this filling-in: the same after a lost reply, so that two records of one answer can be told
 * @param consents names of the agreements that were ticked
 */
export function payloadOf(sheet: Sheet, answers: Answers, consents: readonly string[], link: InvitationLink, sid: string, lang: string): Payload {
  const values: Payload['values'] = {}
  const all: Answers = {}
  for (const question of askedNow(sheet, answers)) {
    const answer = acceptAnswer(question, answers[question.id])
    if (answer === null) continue
    const field = sheet.fields[question.id]
    if (field) values[field] = Array.isArray(answer) ? answer : [sheet.answersField || question.type !== 'yesno' ? String(answer) : yesOrNo(answer)]
    if (question.id !== COMMENT_ID) all[question.id] = answer
  }
  if (sheet.answersField) values[sheet.answersField] = [JSON.stringify(all)]
  return {
    values,
    properties: propertiesOf(sheet, link, sid, lang),
    consents: Object.fromEntries(consents.map(name => [name, 'Y']))
  }
}

/** What the presets of the form put into the record. */
export function propertiesOf(sheet: Pick<Sheet, 'version'>, link: InvitationLink, sid: string, lang: string): Record<string, string> {
  return { token: link.token, inv: link.invitationId, sid, ver: sheet.version ? String(sheet.version) : '', lang }
}

/** A boolean field of the portal. */
function yesOrNo(answer: string | number): string {
  return answer === 'yes' ? 'Y' : 'N'
}

/**
 * Multipart without any header of ours: the browser then sends it without asking first, and nothing on the portal would answer such a question.
 * The trace stays empty: the portal would read the address of the page, and with it the token, out of it. A signature is never posted.
 */
export function postBody(link: Pick<InvitationLink, 'formId' | 'sec'>, payload: Payload, timeZoneOffset: number): FormData {
  const body = new FormData()
  body.set('id', String(link.formId))
  body.set('sec', link.sec)
  body.set('values', JSON.stringify(payload.values))
  body.set('properties', JSON.stringify(payload.properties))
  body.set('consents', JSON.stringify(payload.consents))
  body.set('trace', '{}')
  body.set('lang', payload.properties.lang ?? '')
  body.set('timeZoneOffset', String(timeZoneOffset))
  return body
}
