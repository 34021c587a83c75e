import { inflateSync } from 'node:zlib'

/**
 * What PHP's serialize() wrote. Arrays with the keys 0…n-1 in order are lists; every other array is an object with its keys in order. An empty
 * array is a list: PHP does not tell the two apart either.
 */
export type PhpValue = string | number | boolean | null | PhpValue[] | { [key: string]: PhpValue }

class BadData extends Error {}

const INTEGER_KEY = /^(0|-?[1-9]\d*)$/

/** Reads the bytes one value at a time; every length is counted in bytes (fact 59). Objects, references and enums are not served. */
class Reader {
  private at = 0

  constructor(private readonly bytes: Buffer) {}

  value(depth = 0): PhpValue {
    if (depth > 200) throw new BadData('too deep')
    const kind = this.text(1)
    if (kind === 'N') {
      this.expect(';')
      return null
    }
    this.expect(':')
    switch (kind) {
      case 'b': return this.until(';', /^[01]$/) === '1'
      case 'i': return Number(this.until(';', /^[+-]?\d+$/))
      case 'd': return Number(this.until(';', /^(NAN|-?INF|[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)$/).replace('INF', 'Infinity'))
      case 's': return this.string()
      case 'a': return this.array(depth)
      default: throw new BadData(`unknown kind ${kind}`)
    }
  }

  private string(): string {
    const length = Number(this.until(':', /^\d+$/))
    this.expect('"')
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.take(length))
    this.expect('";')
    return text
  }

  private array(depth: number): PhpValue {
    const count = Number(this.until(':', /^\d+$/))
    this.expect('{')
    const entries = new Map<string, PhpValue>()
    for (let index = 0; index < count; index++) {
      const key = this.value(depth + 1)
      if (typeof key === 'string' ? INTEGER_KEY.test(key) : typeof key !== 'number') throw new BadData(`a key that PHP never writes: ${String(key)}`)
      entries.set(String(key), this.value(depth + 1))
    }
    this.expect('}')
    return [...entries.keys()].every((key, index) => key === String(index)) ? [...entries.values()] : Object.fromEntries(entries)
  }

  private take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new BadData('ends too early')
    return this.bytes.subarray(this.at, this.at += length)
  }

  private text(length: number): string { return this.take(length).toString('latin1') }

  private expect(text: string): void {
    if (this.text(text.length) !== text) throw new BadData(`expected ${text} before byte ${this.at}`)
  }

  private until(end: string, pattern: RegExp): string {
    const stop = this.bytes.indexOf(end, this.at)
    const text = stop < 0 ? '' : this.text(stop - this.at)
    if (!pattern.test(text)) throw new BadData(`unreadable "${text}"`)
    this.at++
    return text
  }

  /** PHP reads the first value and lets the rest be; here the rest is a mistake of the writer. */
  end(): void {
    if (this.at !== this.bytes.length) throw new BadData('something follows the value')
  }
}

/** What looks like a serialised object anywhere in the text, user text included, makes the portal refuse the whole (fact 58). */
const looksLikeObject = (bytes: Buffer): boolean => /(^|;)[OC]:\+?\d+:/.test(bytes.toString('latin1'))

/** @returns the value, or what is wrong with the bytes */
export function unserialize(bytes: Buffer): { value: PhpValue } | { problem: string } {
  if (looksLikeObject(bytes)) return { problem: 'holds what looks like a serialised object' }
  try {
    const reader = new Reader(bytes)
    const value = reader.value()
    reader.end()
    return { value }
  } catch (error) {
    if (error instanceof BadData || error instanceof TypeError) return { problem: error.message }
    throw error
  }
}

const hasTemplate = (read: ReturnType<typeof unserialize>): boolean =>
  'value' in read && typeof read.value === 'object' && read.value !== null && 'TEMPLATE' in read.value

/** A .bpt file: the raw bytes are tried first, then the same as zlib data (fact 55). */
export function unpack(bytes: Buffer): { fields: { [key: string]: PhpValue } } | { problem: string } {
  const raw = unserialize(bytes)
  let read = raw
  // zlib data begins with 0x78 for every window that PHP and browsers use
  if (!hasTemplate(raw) && bytes[0] === 0x78) {
    try {
      read = unserialize(inflateSync(bytes))
    } catch (error) {
      return { problem: `neither serialised nor compressed: ${error instanceof Error ? error.message : String(error)}` }
    }
  }
  if ('problem' in read) return read
  return hasTemplate(read) ? { fields: read.value as { [key: string]: PhpValue } } : { problem: 'no TEMPLATE' }
}
