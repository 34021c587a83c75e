import { BATCH_LIMIT } from '@/portal/batch-command'
import type { Command, Outcome, Portal } from '@/portal/client'

/** Result of a command of a batch. @throws PortalError when the command failed */
export function resultOf<T>(outcome: Outcome<T> | undefined): T {
  if (!outcome) throw new TypeError('no such command in the batch')
  if (!outcome.ok) throw outcome.error
  return outcome.result
}

/**
 * Runs writes in order, up to 50 in a request, and stops at the first that fails: what stands behind it may build on it.
 * Nothing to do is no request.
 * @throws PortalError of that first failure; what ran before it stays done, and a repeated step finds it
 */
export async function runInOrder(portal: Portal, commands: readonly Command[]): Promise<unknown[]> {
  const results: unknown[] = []
  for (let from = 0; from < commands.length; from += BATCH_LIMIT) {
    const part = Object.fromEntries(commands.slice(from, from + BATCH_LIMIT).map((command, index) => [`c${index}`, command]))
    results.push(...Object.values(await portal.batch<Record<string, unknown>>(part, { halt: true })).map(resultOf))
  }
  return results
}

/**
 * Runs reads under their own names, up to 50 in a request. A refused read is an outcome.
 * @throws PortalError when a request as a whole failed
 */
export async function readAll<T>(portal: Portal, commands: Record<string, Command>): Promise<Record<string, Outcome<T>>> {
  const entries = Object.entries(commands)
  const outcomes: Record<string, Outcome<T>> = {}
  for (let from = 0; from < entries.length; from += BATCH_LIMIT) {
    Object.assign(outcomes, await portal.batch<Record<string, T>>(Object.fromEntries(entries.slice(from, from + BATCH_LIMIT))))
  }
  return outcomes
}
