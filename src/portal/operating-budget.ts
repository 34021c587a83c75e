import { PortalError } from './errors'

/**
 * Half of the seconds that a method may use within ten minutes, for the app as a whole in a portal
 * (documentation: settings/performance/limits; 420–480 s). Beyond it colleagues' screens would be refused.
 */
export const OPERATING_LIMIT_SECONDS = 240

/** From so many commands of one method in one request it is bulk work and has to leave the rest to others. */
const BULK = 10

interface Spent {
  seconds: number
  until: number
}

/**
 * Remembers what replies say about operating time. The SDK does not watch batches of named commands,
 * and where it does watch it waits in silence for up to ten minutes.
 */
export class OperatingBudget {
  readonly #spent = new Map<string, Spent>()

  /**
   * @param time `time` of a reply or of one command of a batch: `operating` in seconds, `operating_reset_at` and `finish` in unix seconds
   * @param now milliseconds; the portal's clock is only compared with itself
   */
  record(method: string, time: unknown, now: number): void {
    if (typeof time !== 'object' || time === null) return
    const { operating, operating_reset_at: resetAt, finish } = time as Record<string, unknown>
    if (typeof operating !== 'number') return
    const wait = typeof resetAt === 'number' && typeof finish === 'number' ? Math.max(0, resetAt - finish) : 0
    this.#spent.set(method, { seconds: operating, until: now + wait * 1000 })
  }

  /**
   * Refuses bulk work with a method that has used up our half. Single screens pass: the portal itself decides about them.
   * @throws PortalError 'limitReached', nothing was sent
   */
  check(methods: readonly string[], now: number): void {
    for (const [method, { seconds, until }] of this.#spent) {
      if (seconds < OPERATING_LIMIT_SECONDS || until <= now) continue
      if (methods.filter(name => name === method).length >= BULK) {
        const wait = Math.ceil((until - now) / 1000)
        throw new PortalError('limitReached', { method, retryable: true, detail: `operating ${Math.round(seconds)} s, free again in ${wait} s` })
      }
    }
  }
}
