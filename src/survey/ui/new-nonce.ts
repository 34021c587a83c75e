import type { Nonce } from '@/survey/form'

/** Random texts of 32 characters for one test submission of a form, see `verifyForm`. */
export function newNonce(): Nonce {
  const random = (): string => crypto.randomUUID().replaceAll('-', '')
  return { token: random(), submission: random() }
}
