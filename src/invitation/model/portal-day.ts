import { dayAfter } from './campaign'

/**
 * Days as the portal's clock has them. A pause is a number of such days: who was asked on the 1st with a pause of 90 may be asked from the first
 * minute of the 90th day after it, whatever hour it was and wherever clocks are changed in between; a date on a card means the same for everybody.
 */

/** The day of a moment, yyyy-mm-dd. @param offset minutes that the portal's clock is ahead of UTC */
export function portalDay(moment: Date | string, offset: number): string {
  return new Date(new Date(moment).getTime() + offset * 60_000).toISOString().slice(0, 10)
}

/** The first moment of a day, ISO 8601. */
export function dayStart(day: string, offset: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - offset * 60_000).toISOString()
}

/** First day on which somebody who was asked then may be asked again. */
export function dayAfterPause(askedAt: string, days: number, offset: number): string {
  return dayAfter(portalDay(askedAt, offset), days)
}

/** The later of some days; null when there is none. What is no date counts as none. Dates of fields come with an hour. */
export function latestDay(days: readonly (string | null | undefined)[]): string | null {
  return days.flatMap(day => /^\d{4}-\d{2}-\d{2}/.exec(day ?? '') ?? []).sort().at(-1) ?? null
}
