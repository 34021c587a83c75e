import { describe, expect, it } from 'vitest'
import { LOGO_LIMIT } from '@/survey/model/definition'
import { logoFrom, type Encoder } from '@/survey/ui/sections/logo-file'

const picture = (type: string, size = 100_000): File => new File(['x'.repeat(size)], 'logo', { type })
const address = (type: string, length: number): string => `data:${type};base64,`.padEnd(length, 'A')
/** so many characters a px of the edge, by type */
const weighing = (weights: Record<string, number>): Encoder => (edge, type) =>
  type in weights ? address(type, Math.round(edge * weights[type]!)) : address('image/png', edge * 1000)

describe('a logo', () => {
  it.each<[string, Record<string, number>, string]>([
    ['stays a PNG in full size when that fits', { 'image/png': 20, 'image/webp': 10 }, address('image/png', 5760)],
    ['becomes WebP before it becomes smaller', { 'image/png': 100, 'image/webp': 25 }, address('image/webp', 7200)],
    ['becomes smaller until it fits', { 'image/png': 80, 'image/webp': 90 }, address('image/png', 7680)],
    ['loses its transparency last', { 'image/png': 900, 'image/webp': 800, 'image/jpeg': 28 }, address('image/jpeg', 8064)],
    ['fits where the browser knows no WebP', { 'image/png': 100 }, address('image/png', 7200)]
  ])('%s', async (_, weights, logo) => {
    expect(await logoFrom(picture('image/png'), weighing(weights))).toEqual({ logo })
    expect(logo.length).toBeLessThanOrEqual(LOGO_LIMIT)
  })

  it('that is a small vector picture stays one', async () => {
    const { logo } = await logoFrom(new File(['<svg/>'], 'logo.svg', { type: 'image/svg+xml' }), null) as { logo: string }
    expect(atob(logo.replace('data:image/svg+xml;base64,', ''))).toBe('<svg/>')
  })

  it.each<[string, File, Encoder | null, string]>([
    ['cannot be read', picture('text/plain', 10), null, 'unreadable'],
    ['fits in no size', picture('image/png'), weighing({ 'image/png': 900, 'image/webp': 900, 'image/jpeg': 900 }), 'cannotFit'],
    ['is a heavy vector picture that cannot be drawn', picture('image/svg+xml'), null, 'unreadable']
  ])('says when it %s', async (_, file, encode, failure) => expect(await logoFrom(file, encode)).toEqual({ failure }))
})
