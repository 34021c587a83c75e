import { parseJson } from '@/survey/model/parse-json'

/**
 * What has been done with an answer: effect key → id in the portal, true where there is none, or the code of the reason why it is not done,
 * now and later. Kept with the answer, so that a person sees it and no second run does anything again.
 */
export type Ledger = Record<string, number | true | string>

/** @returns an empty ledger for an empty or damaged text: then everything is looked up by key before it is done again. */
export function readLedger(text: string | null): Ledger {
  if (!text) return {}
  const parsed = parseJson(text)
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) return {}
  return Object.fromEntries(Object.entries(parsed).filter((entry): entry is [string, Ledger[string]] => ['number', 'string'].includes(typeof entry[1]) || entry[1] === true))
}

/** Ids of the tasks that were given for an answer, whichever version of the app wrote the ledger. */
export function taskIdsIn(ledger: Ledger): number[] {
  return Object.entries(ledger).flatMap(([key, done]) => key.startsWith('task:') && typeof done === 'number' ? [done] : [])
}

/** How many mails went to the client after the answer, as far as anybody knows: the portal has accepted them. */
export function mailsIn(ledger: Ledger): number {
  return Object.entries(ledger).filter(([key, done]) => key.startsWith('mail:') && typeof done !== 'string').length
}

/** What was not done, with the reason. */
export function refusedIn(ledger: Ledger): { key: string, reason: string }[] {
  return Object.entries(ledger).flatMap(([key, done]) => typeof done === 'string' ? [{ key, reason: done }] : [])
}

/** Earlier versions gave one task at most and called it so. */
const ONLY_TASK = 'task:main'

/** A ledger of an earlier version under the keys of today: its one task was the first that the plan asked for. */
export function withTodaysKeys(ledger: Ledger, taskKeys: readonly string[]): Ledger {
  const { [ONLY_TASK]: only, ...others } = ledger
  const [first] = taskKeys
  return only === undefined || first === undefined ? ledger : { [first]: only, ...others }
}
