import type { Caller, DemoPortal, User } from '../state'

export type Params = Record<string, unknown>

/** What a method gives back; the dispatcher adds `time`. */
export interface Answer { result: unknown; total?: number; next?: number }

/** One call of one method, after auth, scope, context and contract were checked. */
export interface Call {
  portal: DemoPortal
  caller: Caller
  /** the person behind the token or webhook */
  user: User
  method: string
  params: Params
  /** writes a line into the contract log; the call goes on */
  log(problem: string, kind?: 'rule' | 'refusal'): void
}

/** Each handler names its documentation page, or the number of the observed fact, in a comment. */
export type MethodHandler = (call: Call) => Answer

export type MethodTable = Record<string, MethodHandler>

/** An error as it goes over the wire. `code` may be empty: a part of the portal sends none. */
export class RestError extends Error {
  constructor(
    readonly code: string | number,
    readonly description: string,
    readonly status = 400,
    readonly extra: Record<string, unknown> = {},
    /** 'refusal': well formed, but the caller's role does not allow it */
    readonly kind: 'rule' | 'refusal' | 'other' = 'other'
  ) {
    super(`${code}: ${description}`)
    this.name = 'RestError'
  }
}

/** A refusal of record rights; every part of the portal words it in its own way. */
export const refused = (code: string, description: string, status = 400): RestError => new RestError(code, description, status, {}, 'refusal')

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** An object parameter; PHP does not tell an empty object from an empty array. */
export function recordOf(value: unknown): Record<string, unknown> {
  if (isRecord(value)) return value
  return Array.isArray(value) ? Object.fromEntries(value.map((item, index) => [String(index), item])) : {}
}

/** An array parameter: JSON arrays, and objects with numeric keys as PHP makes them from `a[0]=`. A scalar becomes one element. */
export function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  if (isRecord(value)) return Object.values(value)
  return value === undefined || value === null || value === '' ? [] : [value]
}

/** PHP's (int): the leading number of a text, else 0. */
export function intOf(value: unknown): number {
  if (typeof value === 'boolean') return value ? 1 : 0
  const number = typeof value === 'number' ? value : Number.parseInt(String(value ?? ''), 10)
  return Number.isFinite(number) ? Math.trunc(number) : 0
}

export const textOf = (value: unknown): string => value === undefined || value === null || value === false ? '' : value === true ? '1' : String(value)

/** A Y/N flag of the CRM: only "Y", true and 1 mean yes. */
export const flagOf = (value: unknown): boolean => value === 'Y' || value === 'y' || value === true || value === 1 || value === '1' || value === 'true'

/** PHP makes one kind of array: keys 0…n-1 in order go over the wire as a list, everything else as an object, nothing as []. */
export function phpArray<T>(entries: [string, T][]): T[] | Record<string, T> {
  return entries.every(([key], index) => key === String(index)) ? entries.map(([, value]) => value) : Object.fromEntries(entries)
}
