import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TOKEN_PATTERN } from '@/survey/model/invitation-link'
import { newToken } from './token'

describe('newToken', () => {
  it('is 32 characters a–z0–9, whatever the bytes', () => {
    fc.assert(fc.property(fc.infiniteStream(fc.integer({ min: 0, max: 255 })), stream => {
      let asked = 0
      // After a while only bytes that count, so that a stream of 255s comes to an end.
      const token = newToken(length => Uint8Array.from({ length }, () => (asked++ < 200 ? Number(stream.next().value) : asked % 252)))
      expect(token).toMatch(TOKEN_PATTERN)
    }))
  })

  it('makes every character equally likely: bytes from 252 on are thrown away', () => {
    const counts = new Map<string, number>()
    let next = 0
    // 32 × 256 bytes hold every value 32 times; 252 of them count, 7 values a character.
    const tokens = Array.from({ length: 252 }, () => newToken(() => Uint8Array.of(next++ % 256)))
    for (const character of tokens.join('')) counts.set(character, (counts.get(character) ?? 0) + 1)
    expect(counts.size).toBe(36)
    expect(new Set(counts.values())).toEqual(new Set([7 * 32]))
  })

  it('asks again when bytes were thrown away', () => {
    const rounds = [255, 0, 1]
    expect(newToken(length => new Uint8Array(length).fill(rounds.shift() ?? 2))).toBe('a'.repeat(32))
    expect(rounds).toEqual([1])
  })

  it('does not repeat itself', () => {
    expect(new Set(Array.from({ length: 2000 }, () => newToken(length => randomBytes(length)))).size).toBe(2000)
  })
})
