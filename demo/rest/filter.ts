import { momentOf } from '../clock'
import { flagOf, intOf, isRecord, listOf, recordOf, RestError } from './handler'

/** How a filter compares one column. */
export type Kind = 'number' | 'moment' | 'text' | 'boolean' | 'flag'

export interface Column<T> { kind: Kind; value(row: T): unknown }

/** Finds a column by the name used in filter or order; undefined = not allowed there. */
export type ColumnFinder<T> = (name: string) => Column<T> | undefined

const OPERATOR = /^(!=%|!%=|>=|<=|!@|=%|%=|!%|!=|!><|><|>|<|@|%|!|=|\?)?(.+)$/

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '' || value === false
  || (Array.isArray(value) && value.length === 0)

function comparable(kind: Kind, value: unknown): number | string | null {
  if (kind === 'boolean') return flagOf(value) ? 1 : 0
  // a yes/no user field is a number in the database: "Y" reads as 0 (page: crm-item-list.md)
  if (kind === 'flag') return intOf(value)
  if (isEmpty(value)) return null
  if (kind === 'number') return Number.parseFloat(String(value)) || 0
  if (kind === 'moment') return momentOf(value)?.getTime() ?? Number.NaN
  return String(value).toLocaleLowerCase()
}

const like = (pattern: string): RegExp => new RegExp(`^${pattern.split('%').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[\\s\\S]*')}$`, 'i')

function matches(kind: Kind, operator: string, stored: unknown, wanted: unknown): boolean {
  if (operator.startsWith('!')) return !matches(kind, operator.slice(1) || '=', stored, wanted)
  if (operator === '@' || (operator === '=' && (Array.isArray(wanted)
    || isRecord(wanted)))) return listOf(wanted).some(item => matches(kind, '=', stored, item))
  const value = kind === 'flag' ? (flagOf(stored) ? 1 : 0) : comparable(kind, stored)
  const text = isEmpty(stored) ? '' : String(stored)
  if (operator === '%' || operator === '?') return like(`%${String(wanted ?? '')}%`).test(text)
  if (operator === '%=' || operator === '=%') return like(String(wanted ?? '')).test(text)
  if (operator === '><') {
    const [from, to] = listOf(wanted)
    return matches(kind, '>=', stored, from) && matches(kind, '<=', stored, to)
  }
  const sought = comparable(kind, wanted)
  if (operator === '=') return value === sought || (sought === null && value === 0 && kind === 'number')
  if (value === null || sought === null) return false
  if (operator === '>') return value > sought
  if (operator === '>=') return value >= sought
  return operator === '<' ? value < sought : value <= sought
}

/**
 * Builds the test of a filter with prefixes and nested groups (`logic: 'OR'`), as crm.item.list describes it.
 * @throws RestError INVALID_ARG_VALUE for a field that may not be filtered or a value that is no date
 */
export function filterOf<T>(filter: unknown, find: ColumnFinder<T>,
  options: { operators?: RegExp; log?: (problem: string) => void } = {}): (row: T) => boolean {
  const entries = Object.entries(recordOf(filter))
  const any = entries.some(([key, value]) => key.toLowerCase() === 'logic' && String(value).toUpperCase() === 'OR')
  const tests = entries.filter(([key]) => key.toLowerCase() !== 'logic').map(([key, wanted]): (row: T) => boolean => {
    if (/^\d+$/.test(key)) return filterOf(wanted, find, options)
    const [, operator = '=', name = key] = OPERATOR.exec(key) ?? []
    const column = find(name)
    if (!column) throw new RestError('INVALID_ARG_VALUE', `Invalid filter: field '${name}' is not allowed in filter`, 400, {}, 'rule')
    const values = listOf(wanted)
    if (column.kind === 'moment' && values.some(value => !isEmpty(value) && !momentOf(value))) {
      throw new RestError('INVALID_ARG_VALUE', `Invalid filter: field '${name}' has invalid value`, 400, {}, 'rule')
    }
    if (column.kind === 'number' && !operator.includes('%')) {
      // the whole list of an earlier batch command in place of one id
      if (values.some(value => typeof value === 'object' && value !== null)) {
        throw new RestError('INVALID_ARG_VALUE', `Invalid filter: field '${name}' has invalid value`, 400, {}, 'rule')
      }
      if (values.some(value => !isEmpty(value) && !/^-?\d+(\.\d+)?$/.test(String(value)))) options.log?.(`filter.${key}: ${JSON.stringify(wanted)} is no number`)
    }
    if (column.kind === 'flag' && values.some(value => /^[YN]$/i.test(String(value)))) options.log?.(`filter.${key}: send 1 or 0, "${String(wanted)}" reads as 0`)
    if ((operator === '@' || operator === '!@') && !Array.isArray(wanted) && !isRecord(wanted)) options.log?.(`filter.${key}: an array is expected`)
    return row => {
      const stored = column.value(row)
      if (!Array.isArray(stored)) return matches(column.kind, operator, stored, wanted)
      if (operator.startsWith('!')) return stored.every(item => matches(column.kind, operator, item, wanted))
      return stored.length ? stored.some(item => matches(column.kind, operator, item, wanted)) : matches(column.kind, operator, null, wanted)
    }
  })
  return row => any && tests.length ? tests.some(test => test(row)) : tests.every(test => test(row))
}

/**
 * Builds the comparison of an order { field: 'ASC' | 'DESC' }; ties and an empty order end in ascending ids.
 * @throws RestError INVALID_ARG_VALUE
 */
export function orderOf<T>(order: unknown, find: ColumnFinder<T>, id: (row: T) => number): (a: T, b: T) => number {
  const keys = Object.entries(recordOf(order)).map(([name, raw]) => {
    const column = find(name)
    if (!column) throw new RestError('INVALID_ARG_VALUE', `Invalid order: field '${name}' is not allowed in order`, 400, {}, 'rule')
    const direction = String(raw).toUpperCase()
    if (direction !== 'ASC' && direction !== 'DESC') {
      throw new RestError('INVALID_ARG_VALUE', `Invalid order: allowed sort directions are ASC, DESC. But got '${String(raw)}' for field '${name}'`, 400, {}, 'rule')
    }
    return { column, sign: direction === 'ASC' ? 1 : -1 }
  })
  return (a, b) => {
    for (const { column, sign } of keys) {
      const left = comparable(column.kind, column.value(a)) ?? ''
      const right = comparable(column.kind, column.value(b)) ?? ''
      if (left !== right) return (left < right ? -1 : 1) * sign
    }
    return id(a) - id(b)
  }
}

export const PAGE = 50

/** One page of 50 rows. `start` −1 switches counting off: total 0, no next (page: settings/performance/huge-data.md). */
export function pageOf<T>(rows: T[], start: unknown): { rows: T[]; total: number; next?: number } {
  const from = intOf(start)
  if (from < 0) return { rows: rows.slice(0, PAGE), total: 0 }
  const next = from + PAGE
  return { rows: rows.slice(from, next), total: rows.length, ...(next < rows.length ? { next } : {}) }
}
