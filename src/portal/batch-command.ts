import type { Command, Params } from './client'

/** Most commands that the portal runs in one request (documentation: how-to-call-rest-api/batch). */
export const BATCH_LIMIT = 50

const MAX_DEPTH = 20

/** A value that the portal takes from the result of an earlier command of the same batch. Made by `ref`. */
export class ResultReference {
  constructor(readonly command: string, readonly path: readonly (string | number)[]) {}

  toString(): string {
    return `$result[${[this.command, ...this.path].join('][')}]`
  }
}

/**
 * Reference to a result of an earlier command of the same batch: `ref('deal', 'item', 'contactId')`.
 * Only this is substituted by the portal; the same text inside a plain string is not (see `renderCommands`).
 */
export function ref(command: string, ...path: (string | number)[]): ResultReference {
  return new ResultReference(command, path)
}

/**
 * Deep copy of parameters as plain data. The SDK copies parameters *after* the request: a reactive proxy or a function
 * inside them would be executed by the portal and then reported as failed.
 * `undefined` is dropped; proxies of plain objects and arrays come back as plain ones.
 *
 * @throws TypeError (a fault of the caller, before any request) for functions, class instances (Date, Map, Vue refs, …),
 * numbers that JSON does not know, circular data, and for references unless `references` allows them
 */
export function plainParams(params: Params, references = false): Params {
  return plainObject(params, '', 0, references)
}

function plainObject(source: object, path: string, depth: number, references: boolean): Params {
  const copy: Params = {}
  for (const [key, value] of Object.entries(source)) {
    if (value !== undefined) copy[key] = plainValue(value, path ? `${path}.${key}` : key, depth + 1, references)
  }
  return copy
}

function plainValue(value: unknown, path: string, depth: number, references: boolean): unknown {
  if (depth > MAX_DEPTH) throw new TypeError(`${path}: circular or too deep`)
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (Array.isArray(value)) return value.map((item, index) => plainValue(item, `${path}.${index}`, depth + 1, references))
  if (value instanceof ResultReference && references) return value
  if (typeof value === 'object' && isPlain(value)) return plainObject(value, path, depth, references)
  throw new TypeError(`${path}: only plain data may be sent to the portal`)
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * Renders named commands for the wire: `{ deal: 'crm.item.get?entityTypeId=2&id=1' }`.
 *
 * A batch carries text only, so these rules hold for parameters inside it:
 * - a boolean is refused: methods disagree about 'Y', 1 and 'true', and a wrong guess is silently the opposite. Write what the page says;
 * - `null` becomes an empty string, which clears a field;
 * - empty arrays and objects vanish, as they do in PHP. To clear a list send `['']`. Inside `filter` an empty array is refused,
 *   because a vanished condition finds everything;
 * - text that the portal would take for a reference (`$result[…]`, `$total[…]`, …) gets an invisible word joiner (U+2060) after the `$`
 *   and stays text. Only `ref()` is substituted.
 *
 * @throws TypeError, RangeError (a fault of the caller, before any request)
 */
export function renderCommands(commands: Record<string, Command>): Record<string, string> {
  const names = Object.keys(commands)
  if (names.length > BATCH_LIMIT) throw new RangeError(`a batch takes ${BATCH_LIMIT} commands, not ${names.length}`)
  const rendered: Record<string, string> = {}
  for (const [name, command] of Object.entries(commands)) {
    if (!/^[a-z]\w*$/i.test(name)) throw new TypeError(`${name}: a command's name starts with a letter and has no other signs`)
    if (!/^[\w.]+$/.test(command.method)) throw new TypeError(`${name}: ${command.method} is not the name of a method`)
    const pairs: string[] = []
    collectPairs(pairs, '', plainParams(command.params ?? {}, true), name, rendered)
    rendered[name] = `${command.method}?${pairs.join('&')}`
  }
  return rendered
}

function collectPairs(pairs: string[], key: string, value: unknown, at: string, earlier: Record<string, string>): void {
  if (typeof value === 'boolean') throw new TypeError(`${at}: ${key} is a boolean; send what the method documents ('Y', 1, 'true')`)
  if (value instanceof ResultReference) {
    if (!(value.command in earlier)) throw new TypeError(`${at}: ${key} refers to ${value.command}, which does not run before it`)
    pairs.push(pair(key, value.toString()))
  } else if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value) && value.length === 0 && /^filter\[/i.test(key)) {
      throw new TypeError(`${at}: ${key} is empty; an empty condition would vanish and find everything`)
    }
    for (const [name, item] of Object.entries(value)) collectPairs(pairs, key ? `${key}[${name}]` : name, item, at, earlier)
  } else {
    pairs.push(pair(key, typeof value === 'string' ? breakReferences(value) : String(value ?? '')))
  }
}

const pair = (key: string, value: string): string => `${encodeURIComponent(breakReferences(key))}=${encodeURIComponent(value)}`

/** The portal substitutes `$word[` anywhere inside a value; a word joiner behind the `$` is invisible and stops it. */
function breakReferences(text: string): string {
  return text.replace(/\$(?=\w+\[)/g, '$\u2060')
}
