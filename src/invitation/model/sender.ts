import { oneLine } from '@/survey/model/cut-text'
import { readSender } from '@/survey/model/sender'
import type { SurveyContent } from '@/survey/model/survey'

export interface Mailbox {
  /** '' where only an address was given */
  name: string
  /** '' when the portal did not tell the address of who asks: it then takes his mailbox itself */
  email: string
}

/** The mailbox that the administrator chose for this survey, `Name <address>` or an address; null when whoever asks sends. */
export function fixedSender({ mail: { from } }: Pick<SurveyContent, 'mail'>): Mailbox | null {
  const chosen = oneLine(from)
  if (chosen === '') return null
  // a version of an earlier time may hold anything: sending refuses it by name
  return readSender(chosen) ?? { name: '', email: chosen }
}

/** Who an invitation of this survey comes from. */
export function senderOf(content: Pick<SurveyContent, 'mail'>, asking: Mailbox): Mailbox {
  return fixedSender(content) ?? { name: asking.name, email: asking.email }
}
