/** Numbers that others published, each with its source in the file; two kinds are wrong there and must not come out of ours. */
import { describe, expect, it } from 'vitest'
import { groupOf } from '@/survey/model/scale'
import { npsChange, npsInterval } from '@/survey/model/score/adjusted-wald'
import { groupCounts, histogramOf, type GroupCounts } from '@/survey/model/score/groups'
import { displayNps, npsOf } from '@/survey/model/score/nps'
import { percentages } from './shares'
import vectors from '@/survey/model/score/vectors/nps-vectors.json'
import { shareOf } from './wilson'

type Vector = typeof vectors.nps[number]

const countsOf = ({ promoters, passives, detractors }: Vector): GroupCounts => ({ promoters, passives, detractors })
const fromTriple = ([promoters, passives, detractors]: number[]): GroupCounts => ({ promoters: promoters!, passives: passives!, detractors: detractors! })

/** What the source prints, on the scale −100 … 100, with the number of decimals it prints there. */
function stated(vector: Vector): { nps: number, decimals: number } {
  const text = String(vector.sourceStates)
  const decimals = text.split('.')[1]?.length ?? 0
  return vector.scale === '-1..1' ? { nps: Number(text) * 100, decimals: Math.max(0, decimals - 2) } : { nps: Number(text), decimals }
}

/** Sources whose number is wrong: they count skipped answers, or print a 0 where nobody answered. */
const isWrong = (vector: Vector): boolean => 'negative' in vector || vector.n === 0

it('has all of them', () => {
  expect([vectors.nps.length, vectors.twoSample.length, vectors.csat.length, vectors.wrongPublished.length]).toEqual([31, 1, 4, 2])
  expect(vectors.nps.filter(isWrong).map(({ id }) => id)).toEqual(['v10d', 'v14'])
})

describe.each(vectors.nps)('$id, $source', (vector) => {
  const result = npsOf(countsOf(vector))

  it('gives the exact score and n', () => {
    expect(result.n).toBe(vector.n)
    if (vector.npsExact === null) expect(result.nps).toBeNull()
    else expect(result.nps).toBeCloseTo(vector.npsExact, 10)
  })

  it('gives the adjusted Wald interval', () => {
    const interval = npsInterval(countsOf(vector))
    if (vector.adjustedWald95 === null) return expect(interval).toBeNull()
    expect(interval!.from).toBeCloseTo(vector.adjustedWald95[0]!, 5)
    expect(interval!.to).toBeCloseTo(vector.adjustedWald95[1]!, 5)
  })

  it('agrees with the source, unless the source is wrong', () => {
    const { nps, decimals } = stated(vector)
    if (isWrong(vector)) return expect(result.nps === null || Math.abs(result.nps - nps) > 1).toBe(true)
    expect(Math.abs(result.nps! - nps)).toBeLessThanOrEqual(0.5 * 10 ** -decimals)
  })

  it('counts scores and histogram to the same groups', () => {
    if (vector.scores) expect(groupCounts(histogramOf(vector.scores))).toEqual(countsOf(vector))
    if (vector.histogram) expect(groupCounts(vector.histogram)).toEqual(countsOf(vector))
  })

  it('pools parts by their counts', () => {
    const pooled = (vector.parts ?? [[vector.promoters, vector.passives, vector.detractors]])
      .reduce((sum, part) => sum.map((count, index) => count + part[index]!), [0, 0, 0])
    expect(fromTriple(pooled)).toEqual(countsOf(vector))
  })

  it('gives the shares of the source, adding up to 100', () => {
    if (vector.shares) expect(percentages([vector.promoters, vector.passives, vector.detractors], 2)).toEqual(vector.shares)
  })

  it('gives the spread of the source', () => {
    const { promoters, detractors, n } = vector
    if (vector.varianceOfTicket) {
      const variance = (promoters + detractors) / n - ((promoters - detractors) / n) ** 2
      expect(variance).toBeCloseTo(vector.varianceOfTicket, 10)
      const { from, to } = npsInterval(countsOf(vector))!
      expect((to - from) / 2 / 1.959963984540054).toBeCloseTo(vector.sePoints!, 1)
    }
  })

  it('gives the response rate of the source', () => {
    if (vector.sent) expect(shareOf(vector.n, vector.sent).share).toBe(vector.responseRate! / 100)
  })
})

it('averaging the parts of v07 instead of pooling them would be wrong', () => {
  const parts = vectors.nps.find(({ id }) => id === 'v07')!.parts!
  const mean = parts.reduce((sum, part) => sum + npsOf(fromTriple(part)).nps!, 0) / parts.length
  expect(Math.abs(mean - -30)).toBeGreaterThan(1)
})

describe.each(vectors.twoSample)('$id, $source', ({ latest, oldest }) => {
  it('is a real fall also with the adjusted test', () => {
    const change = npsChange(fromTriple(latest), fromTriple(oldest))!
    expect(change.verdict).toBe('down')
    expect(change.difference).toBeCloseTo(-14.74, 2)
    expect(change.z).toBeCloseTo(-6.022, 3)
    expect(change.p).toBeLessThan(0.01)
    expect(change.interval.from).toBeCloseTo(-19.46, 2)
    expect(change.interval.to).toBeCloseTo(-9.91, 2)
  })
})

describe('shares and rates', () => {
  const [delighted, chatwoot, rate, stars] = vectors.csat

  it(`c01, ${delighted!.source}: 4 and 5 of 5`, () => {
    const counts = Object.entries(delighted!.counts!)
    const satisfied = counts.filter(([value]) => groupOf({ type: 'csat' }, Number(value)) === 'high').reduce((sum, [, count]) => sum + count, 0)
    const { share, interval } = shareOf(satisfied, counts.reduce((sum, [, count]) => sum + count, 0))
    expect(100 * share!).toBeCloseTo(Number(delighted!.csat), 2)
    expect(Math.round(100 * share!)).toBe(delighted!.rounded)
    expect(interval!.from).toBeCloseTo(0.5987, 4)
    expect(interval!.to).toBeCloseTo(0.7712, 4)
  })

  it(`c02, ${chatwoot!.source}`, () => {
    expect((100 * shareOf(chatwoot!.satisfied!, chatwoot!.total!).share!).toFixed(2)).toBe(chatwoot!.csat)
  })

  it(`c03, ${rate!.source}`, () => {
    expect((100 * shareOf(rate!.answered!, rate!.sent!).share!).toFixed(2)).toBe(rate!.responseRate)
  })

  it(`c04, ${stars!.source}`, () => {
    expect(percentages(Object.values(stars!.counts!), 2)!.map(percent => percent.toFixed(2))).toEqual(stars!.shares)
  })
})

describe('published examples that are wrong', () => {
  it(`${vectors.wrongPublished[0]!.source}: ${vectors.wrongPublished[0]!.why}; it prints +20`, () => {
    const { n, nps } = npsOf({ promoters: 60, passives: 10, detractors: 40 })
    expect(n).toBe(110)
    expect(displayNps(nps)).toBe(18)
    const shown = percentages([60, 10, 40])!
    expect(shown).not.toEqual([60, 10, 40])
    expect(shown.reduce((sum, percent) => sum + percent)).toBe(100)
  })

  it(`${vectors.wrongPublished[1]!.source}: ${vectors.wrongPublished[1]!.why}`, () => {
    // the page's counts are not kept; the smallest that give its 6.865
    const { nps } = npsOf({ promoters: 1373, passives: 18_627, detractors: 0 })
    expect(nps).toBeCloseTo(6.865, 10)
    expect(nps).not.toBeCloseTo(6.89, 2)
    expect(displayNps(nps)).toBe(7)
  })
})
