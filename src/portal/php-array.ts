/**
 * PHP has one array where JSON has two: an empty map arrives as `[]`, a list with gaps as an object.
 * These two read a reply as what the documentation says it is.
 */

/** A list, whatever shape it arrived in; [] for anything that is not an array or a map. */
export function listOf<T = unknown>(value: unknown): T[] {
  if (Array.isArray(value)) return value as T[]
  return isMap(value) ? Object.values(value) as T[] : []
}

/** A map, whatever shape it arrived in; {} for anything that is not a map. List positions become keys. */
export function mapOf<T = unknown>(value: unknown): Record<string, T> {
  if (Array.isArray(value)) return Object.fromEntries(value.map((item: T, index) => [String(index), item]))
  return isMap(value) ? value as Record<string, T> : {}
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
