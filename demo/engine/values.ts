import { isoOf, momentOf } from '../clock'

/** What the portal knows of a field, parameter, variable, constant or result. */
export interface Property { type: string; multiple: boolean; options?: Record<string, string> }

export const TEXT: Property = { type: 'string', multiple: false }

/** Something that this engine does not know. The portal might; here the import or the run fails, so that nobody relies on a guess. */
export class NotServed extends Error {}

/** A date inside a process. As text it looks as the portal of the demo shows dates (DD.MM.YYYY HH:MI:SS, its own time zone). */
export class Moment {
  constructor(readonly time: number, readonly withTime = true) {}

  toString(): string {
    const [, year, month, day, clock] = /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(this.iso()) ?? []
    return `${day}.${month}.${year}${this.withTime ? ` ${clock}` : ''}`
  }

  iso(): string { return isoOf(new Date(this.time)) }

  /** The day alone, at midnight of the portal. */
  day(): Moment { return new Moment(momentOf(this.iso().slice(0, 10))?.getTime() ?? this.time, false) }
}

/** Reads a date: a moment, seconds since 1970, DD.MM.YYYY[ HH:MI[:SS]], or ISO. null for anything else. */
export function toMoment(value: unknown, withTime = true): Moment | null {
  const one = single(value)
  if (one instanceof Moment) return withTime || !one.withTime ? one : one.day()
  const text = toText(one).trim()
  if (/^\d{5,}$/.test(text)) return new Moment(Number(text) * 1000, withTime)
  const [, day, month, year, clock] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\s+(\d{1,2}:\d{2}(?::\d{2})?))?$/.exec(text) ?? []
  const iso = year ? `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}${clock ? `T${clock.padStart(5, '0')}` : ''}` : text
  const date = momentOf(iso)
  return date ? new Moment(date.getTime(), withTime) : null
}

export const isList = (value: unknown): value is unknown[] => Array.isArray(value)

const isBag = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Moment)

/** All single values inside nested arrays. */
export const flat = (value: unknown): unknown[] =>
  isList(value) ? value.flatMap(flat) : isBag(value) ? Object.values(value).flatMap(flat) : [value]

/** The first of several values. */
export const single = (value: unknown): unknown => isList(value) ? single(value[0]) : isBag(value) ? single(Object.values(value)[0]) : value

/** PHP's (string); several values with commas between. */
export function toText(value: unknown): string {
  if (value === null || value === undefined || value === false) return ''
  if (value === true) return '1'
  if (isList(value) || isBag(value)) return flat(value).map(toText).join(', ')
  return String(value)
}

/** Nothing in it: null, '', false, or an array of such (0 and '0' are values). */
export const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === '' || value === false
  || ((isList(value) || isBag(value)) && flat(value).every(isEmpty))

/** PHP's empty(): '0' and 0 count as nothing too. */
export const isFalsy = (value: unknown): boolean => !value || value === '0' || ((isList(value) || isBag(value)) && !flat(value).length)

export const toBool = (value: unknown): boolean => !isFalsy(value) && value !== 'false' && toText(value).toUpperCase() !== 'N'

/** PHP's (float) of a text: its leading number, else 0. */
export function toNumber(value: unknown): number {
  if (typeof value === 'boolean') return value ? 1 : 0
  const number = Number.parseFloat(toText(single(value)).trim())
  return Number.isFinite(number) ? number : 0
}

export const toInt = (value: unknown): number => Math.trunc(toNumber(value))

const NUMERIC = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/
const isNumeric = (value: unknown): boolean => typeof value === 'number' || (typeof value === 'string' && NUMERIC.test(value))
const order = (a: string | number | boolean, b: string | number | boolean): number => a > b ? 1 : a < b ? -1 : 0

/** PHP 8's <=>: an empty value is less than any number, equal to 0, and equal to ''. */
export function compareLoosely(a: unknown, b: unknown): number {
  if (a instanceof Moment || b instanceof Moment) return order(toMoment(a)?.time ?? 0, toMoment(b)?.time ?? 0)
  if (typeof a === 'boolean' || typeof b === 'boolean') return order(!isFalsy(a), !isFalsy(b))
  if (a === null || a === undefined) return typeof b === 'string' ? order('', b) : order(false, !isFalsy(b))
  if (b === null || b === undefined) return typeof a === 'string' ? order(a, '') : order(!isFalsy(a), false)
  if (typeof a === 'object' || typeof b === 'object') return order(typeof a === 'object' ? 1 : 0, typeof b === 'object' ? 1 : 0) || order(toText(a), toText(b))
  return isNumeric(a) && isNumeric(b) ? order(Number(a), Number(b)) : order(String(a), String(b))
}

/** How two values of a type compare; yes/no and dates read their texts first. */
export function compareAs(type: string, a: unknown, b: unknown): number {
  if (type === 'bool') return order(toBool(a), toBool(b))
  if (type === 'datetime') return order(toMoment(a)?.time ?? 0, toMoment(b)?.time ?? 0)
  if (type === 'date') return order(toMoment(a)?.day().time ?? 0, toMoment(b)?.day().time ?? 0)
  return compareLoosely(a, b)
}

const USER = /^(user_|group_)|^\d+$/

/** A value of one type as a value of another; null when the portal knows no way, then the value stays as it is. */
function convertOne(from: Property, value: unknown, to: string): unknown {
  const text = toText(value)
  const shown = from.options?.[text] ?? text
  const isText = to === 'string' || to === 'text'
  switch (from.type) {
    case 'bool':
      return to === 'int' || to === 'double' ? (toBool(value) ? 1 : 0) : isText || to === 'bool' ? (toBool(value) ? 'Y' : 'N') : null
    case 'date': case 'datetime':
      if (to === 'date' || to === 'datetime') return toMoment(value, to === 'datetime') ?? value
      return isText ? text : to === 'int' || to === 'double' ? Math.floor((toMoment(value)?.time ?? 0) / 1000) : null
    case 'user':
      return to === 'int' || to === 'double' ? toInt(text.replace(/^user_/, '')) : isText || to === 'user' ? text : null
  }
  switch (to) {
    case 'bool': return /^(y|yes|true|1)$/i.test(text) ? 'Y' : 'N'
    case 'int': return toInt(text.replaceAll(' ', ''))
    case 'double': return toNumber(text.replaceAll(' ', '').replace(',', '.'))
    case 'string': case 'text': return from.type === 'select' ? shown : text
    case 'select': return text
    case 'user': return USER.test(text.trim()) ? text.trim() : null
    case 'date': case 'datetime': return text ? toMoment(text, to === 'datetime') : text
    default: return null
  }
}

/** Types that a reference may be converted to by naming them (`{=Document:X > int}`). */
export const TYPES = new Set(['string', 'text', 'int', 'double', 'bool', 'date', 'datetime', 'user', 'select'])

export function convert(from: Property, value: unknown, to: string): unknown {
  if (!TYPES.has(to)) return value
  if (from.multiple || isList(value)) return (isList(value) ? value : [value]).map(one => convertOne(from, one, to) ?? one)
  return convertOne(from, value, to) ?? value
}
