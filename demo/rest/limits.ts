const RATE = 2
const BUCKET = 50
const OPERATING_LIMIT = 480
const WINDOW = 600

/**
 * The portal's two brakes (page: settings/performance/limits.md): a leaky bucket of requests, and the operating time of
 * each method over ten minutes. Times are milliseconds of the portal's clock.
 */
export class Limits {
  private level = 0
  private last = 0
  private readonly baskets = new Map<string, Map<number, number>>()

  /** Counts one HTTP request; false when the bucket overflows. */
  admit(now: number): boolean {
    this.level = Math.max(0, this.level - (now - this.last) / 1000 * RATE)
    this.last = now
    if (this.level + 1 > BUCKET) return false
    this.level++
    return true
  }

  charge(method: string, seconds: number, now: number): void {
    const baskets = this.baskets.get(method) ?? new Map<number, number>()
    const minute = Math.floor(now / 60_000)
    baskets.set(minute, (baskets.get(minute) ?? 0) + seconds)
    this.baskets.set(method, baskets)
  }

  /** Seconds of the last ten minutes, and the Unix second at which the oldest basket leaves. */
  operating(method: string, now: number): { operating: number; resetAt: number; exceeded: boolean } {
    const baskets = this.baskets.get(method) ?? new Map<number, number>()
    const oldest = Math.floor(now / 60_000) - WINDOW / 60 + 1
    for (const minute of baskets.keys()) if (minute < oldest) baskets.delete(minute)
    const operating = [...baskets.values()].reduce((sum, seconds) => sum + seconds, 0)
    const first = Math.min(Math.floor(now / 60_000), ...baskets.keys())
    return { operating: Math.round(operating * 1e6) / 1e6, resetAt: first * 60 + WINDOW, exceeded: operating >= OPERATING_LIMIT }
  }
}
