/** The portal's server time zone: dates go out with this offset, seconds precision, as the portal stores them. */
const OFFSET_HOURS = 5

/** ISO 8601 with the portal's offset, e.g. 2026-08-20T14:05:00+05:00. */
export function isoOf(date: Date): string {
  return `${new Date(date.getTime() + OFFSET_HOURS * 3_600_000).toISOString().slice(0, 19)}+0${OFFSET_HOURS}:00`
}

/** Midnight of a day in the portal's time zone, as date fields go over the wire. */
export const dayOf = (date: Date): string => `${isoOf(date).slice(0, 10)}T00:00:00+0${OFFSET_HOURS}:00`

/**
 * Reads a date as the portal does: with its offset when it has one, else in the portal's time zone.
 * null when the text is no date.
 */
export function momentOf(value: unknown): Date | null {
  const text = String(value ?? '').trim()
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/.exec(text)
  if (!match) return null
  const moment = new Date(`${match[1]}T${match[2] ?? '00:00'}${match[3] ?? ':00'}${match[4] ?? `+0${OFFSET_HOURS}:00`}`)
  return Number.isNaN(moment.getTime()) ? null : moment
}
