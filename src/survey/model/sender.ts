import { isEmail } from './email-address'

const NAMED = /^([^<>]*)<([^<>]*)>$/

interface SenderAddress {
  /** '' when only an address was written */
  name: string
  email: string
}

/** Reads `Name <address>` or an address, as `MailTexts.from` keeps it. @returns null for anything else, also for '' */
export function readSender(text: string): SenderAddress | null {
  const [, name = '', inBrackets] = NAMED.exec(text.trim()) ?? []
  const email = (inBrackets ?? text).trim()
  return isEmail(email) ? { name: name.trim().replace(/^"(.*)"$/, '$1'), email } : null
}
