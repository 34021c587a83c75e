import { isRecord, phpArray } from './handler'

/** Results of the commands that ran before, as a batch keeps them: result, error, total, next, time. */
export type BatchResults = Record<string, Record<string, unknown>>

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '))
  } catch {
    return text
  }
}

/**
 * Reads a query text as PHP's parse_str does: `a[b][]=1&a[b][]=2&c=3` → { a: { b: [1, 2] }, c: 3 }, all values texts.
 * Objects with the keys 0…n-1 become arrays.
 */
export function parseQuery(query: string): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const part of query.split('&')) {
    if (!part) continue
    const at = part.indexOf('=')
    const name = decode(at < 0 ? part : part.slice(0, at))
    const bracket = name.indexOf('[')
    const head = (bracket < 0 ? name : name.slice(0, bracket)).replace(/[ .]/g, '_')
    if (!head) continue
    const path = [head, ...(bracket < 0 ? [] : [...name.slice(bracket).matchAll(/\[([^\]]*)\]/g)].map(match => match[1] ?? ''))]
    let node = root
    path.forEach((raw, index) => {
      const key = raw === '' ? String(1 + Math.max(-1, ...Object.keys(node).filter(name => /^\d+$/.test(name)).map(Number))) : raw
      if (index === path.length - 1) node[key] = at < 0 ? '' : decode(part.slice(at + 1))
      else {
        if (!isRecord(node[key])) node[key] = {}
        node = node[key] as Record<string, unknown>
      }
    })
  }
  return Object.fromEntries(Object.entries(root).map(([key, value]) => [key, listed(value)]))
}

function listed(value: unknown): unknown {
  return isRecord(value) ? phpArray(Object.entries(value).map(([key, item]): [string, unknown] => [key, listed(item)])) : value
}

/**
 * Puts results of earlier commands into the parameters of the next one (page: settings/how-to-call-rest-api/batch.md).
 * References may stand anywhere in any text, also in keys and in a customer's words. A path that leads nowhere
 * stops at the last level that exists: a missing index passes the whole list.
 * @param astray told every reference that leads nowhere
 */
export function substitute(value: unknown, results: BatchResults, astray: (reference: string) => void = () => {}): unknown {
  if (typeof value === 'string') return substituteText(value, results, astray)
  if (Array.isArray(value)) return value.map(item => substitute(item, results, astray))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [scalarText(substituteText(key, results, astray)), substitute(item, results, astray)]))
}

function substituteText(text: string, results: BatchResults, astray: (reference: string) => void): unknown {
  const matches = [...text.matchAll(/\$(result|error|total|next|time)((?:\[[^\]]*\])+)/g)]
  let value: unknown = text
  for (const match of matches) {
    let found: unknown = results[match[1] ?? ''] ?? {}
    for (const [, key = ''] of (match[2] ?? '').matchAll(/\[([^\]]+)\]/g)) {
      const next = Array.isArray(found) ? found[Number(key)] : isRecord(found) ? found[key] : undefined
      if (next === undefined || next === null) {
        astray(match[0])
        break
      }
      found = next
    }
    if (match[0] === text) {
      // no company, no contact: the id of nothing
      if (found === 0 || found === '') astray(match[0])
      return found
    }
    value = String(value).split(match[0]).join(scalarText(found))
  }
  return value
}

const scalarText = (value: unknown): string => typeof value === 'object' && value !== null ? 'Array' : value === true ? '1'
  : value === false || value === null || value === undefined ? '' : String(value)
