/**
 * The text that PHP's `serialize()` writes, for arrays and scalars: what a template file of business processes consists of.
 * Lengths are bytes of UTF-8, keys are integers where PHP would make them so, order is kept. Objects are never written.
 * Source: php.net/serialize; php.net/language.types.array, "Key casts".
 */

export type PhpKey = number | string
export type PhpValue = string | number | boolean | null | PhpArray

/**
 * A list becomes 0…n−1, a map keeps the order of its keys. A plain object is for keys that are names: JavaScript itself would move keys that
 * look like integers to the front.
 */
export type PhpArray = readonly PhpValue[] | ReadonlyMap<PhpKey, PhpValue> | { readonly [key: string]: PhpValue }

/** What `unserialise` gives: every array is a map. */
export type PhpRead = string | number | boolean | null | Map<PhpKey, PhpRead>

const encoder = new TextEncoder()

/**
 * @throws RangeError for two keys that PHP takes for one, and for keys that are fractions
 * @returns text; a half of a surrogate pair, which has no bytes, has become U+FFFD
 */
export function serialise(value: PhpValue): string {
  const parts: string[] = []
  write(value, parts)
  return parts.join('')
}

function write(value: PhpValue, parts: string[]): void {
  if (value === null) parts.push('N;')
  else if (typeof value === 'boolean') parts.push(value ? 'b:1;' : 'b:0;')
  else if (typeof value === 'number') parts.push(numberText(value))
  else if (typeof value === 'string') parts.push(stringText(value))
  else writeArray(entriesOf(value), parts)
}

function writeArray(entries: readonly (readonly [PhpKey, PhpValue])[], parts: string[]): void {
  const seen = new Set<string>()
  parts.push(`a:${entries.length}:{`)
  for (const [key, item] of entries) {
    const text = keyText(key)
    if (seen.has(text)) throw new RangeError(`two items with the key ${text}`)
    seen.add(text)
    parts.push(text)
    write(item, parts)
  }
  parts.push('}')
}

function entriesOf(value: PhpArray): (readonly [PhpKey, PhpValue])[] {
  if (isList(value)) return value.map((item, index) => [index, item] as const)
  return isMap(value) ? [...value.entries()] : Object.entries(value)
}

const isList = (value: PhpArray): value is readonly PhpValue[] => Array.isArray(value)
const isMap = (value: PhpArray): value is ReadonlyMap<PhpKey, PhpValue> => value instanceof Map

function numberText(value: number): string {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return `i:${value};`
  if (Number.isNaN(value)) return 'd:NAN;'
  if (!Number.isFinite(value)) return value > 0 ? 'd:INF;' : 'd:-INF;'
  return `d:${Object.is(value, -0) ? '-0' : String(value)};`
}

function stringText(value: string): string {
  const text = wellFormed(value)
  return `s:${encoder.encode(text).length}:"${text}";`
}

function keyText(key: PhpKey): string {
  if (typeof key === 'number') {
    if (!Number.isSafeInteger(key)) throw new RangeError(`${key} is no key`)
    return `i:${key};`
  }
  return isIntegerKey(key) ? `i:${key};` : stringText(key)
}

/** "7" and "-7" are integers to PHP; "07", "-0", "7.0" and what does not fit into 64 bits are not. */
function isIntegerKey(key: string): boolean {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(key)) return false
  return BigInt.asIntN(64, BigInt(key)) === BigInt(key)
}

/** What has no bytes in UTF-8 becomes the sign for it, as an encoder does. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD')
}

/**
 * Reads what `serialise` writes. For tests and for looking at what was uploaded.
 * @throws SyntaxError when the text is anything else; `message` tells the byte at which it stops
 */
export function unserialise(text: string): PhpRead {
  const reader = new Reader(encoder.encode(text))
  const value = reader.value()
  reader.end()
  return value
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true })

class Reader {
  private at = 0

  constructor(private readonly bytes: Uint8Array) {}

  value(): PhpRead {
    const type = this.until(':;')
    switch (type) {
      case 'N;': return null
      case 'b:': return this.flag()
      case 'i:': return Number(this.matched(/^-?\d+;$/))
      case 'd:': return this.double()
      case 's:': return this.string()
      case 'a:': return this.array()
      default: return this.stop()
    }
  }

  end(): void {
    if (this.at !== this.bytes.length) this.stop()
  }

  private flag(): boolean {
    return this.matched(/^[01];$/) === '1'
  }

  private double(): number {
    const text = this.matched(/^(NAN|-?INF|-?[\d.]+([eE][+-]?\d+)?);$/)
    return text === 'NAN' ? NaN : text === 'INF' ? Infinity : text === '-INF' ? -Infinity : Number(text)
  }

  private string(): string {
    const length = Number(this.until(':').slice(0, -1))
    this.expect('"')
    if (!Number.isInteger(length) || this.at + length > this.bytes.length) this.stop()
    const text = decoder.decode(this.bytes.subarray(this.at, this.at + length))
    this.at += length
    this.expect('";')
    return text
  }

  private array(): Map<PhpKey, PhpRead> {
    const count = Number(this.until(':').slice(0, -1))
    this.expect('{')
    const map = new Map<PhpKey, PhpRead>()
    for (let index = 0; index < count; index++) {
      const key = this.key()
      map.set(key, this.value())
    }
    this.expect('}')
    return map
  }

  private key(): PhpKey {
    const type = this.until(':;')
    if (type === 's:') return this.string()
    if (type !== 'i:') return this.stop()
    const text = this.matched(/^-?\d+;$/)
    return Number.isSafeInteger(Number(text)) ? Number(text) : text
  }

  /** up to and with one of the signs */
  private until(signs: string): string {
    let end = this.at
    while (end < this.bytes.length && !signs.includes(String.fromCharCode(this.bytes[end]!))) end++
    const text = decoder.decode(this.bytes.subarray(this.at, end + 1))
    this.at = end + 1
    return text
  }

  /** without the semicolon */
  private matched(pattern: RegExp): string {
    const text = this.until(';')
    return pattern.test(text) ? text.slice(0, -1) : this.stop()
  }

  private expect(text: string): void {
    for (const sign of text) if (this.bytes[this.at++] !== sign.charCodeAt(0)) this.stop()
  }

  private stop(): never {
    throw new SyntaxError(`not what PHP serialises: byte ${this.at}`)
  }
}
