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
    const part = numbered(commands.slice(from, from + BATCH_LIMIT))
    results.push(...Object.values(await portal.batch<Record<string, unknown>>(part, { halt: true })).map(resultOf))
  }
  return results
}

/** Names for commands that need none. */
export function numbered(commands: readonly Command[]): Record<string, Command> {
  return Object.fromEntries(commands.map((command, index) => [`c${index}`, command]))
}

/**
 * Runs commands that do not build on each other under their own names, up to 50 in a request; a refused one is an outcome. Nothing to do
 * is no request.
 * @throws PortalError when a request as a whole failed
 */
export async function runAll<T>(portal: Portal, commands: Record<string, Command>): Promise<Record<string, Outcome<T>>> {
  const entries = Object.entries(commands)
  const outcomes: Record<string, Outcome<T>> = {}
  for (let from = 0; from < entries.length; from += BATCH_LIMIT) {
    Object.assign(outcomes, await portal.batch<Record<string, T>>(Object.fromEntries(entries.slice(from, from + BATCH_LIMIT))))
  }
  return outcomes
}
