import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayAfterPause, dayStart, latestDay, portalDay } from './portal-day'

describe('days of the portal', () => {
  it.each([
    ['2026-03-01T23:30:00Z', 0, '2026-03-01'], ['2026-03-01T23:30:00Z', 60, '2026-03-02'], ['2026-03-02T00:30:00Z', -60, '2026-03-01'],
    ['2026-03-02T02:00:00+05:00', 300, '2026-03-02'], ['2026-03-01T21:00:00Z', 180, '2026-03-02']
  ])('%s at %d minutes is %s', (moment, offset, day) => {
    expect([portalDay(moment, offset), portalDay(new Date(moment), offset)]).toEqual([day, day])
  })

  it.each([
    // Europe goes to summer time on 29 March 2026, back on 25 October: a pause across it ends with the day, not an hour off
    ['2026-03-28T22:59:00Z', 1, '2026-03-29'], ['2026-03-01T08:00:00Z', 30, '2026-03-31'], ['2026-10-24T22:30:00Z', 1, '2026-10-26'],
    ['2026-10-01T23:59:59Z', 90, '2026-12-31'], ['2028-02-28T12:00:00Z', 1, '2028-02-29'], ['2026-11-22T10:00:00Z', 0, '2026-11-22']
  ])('asked at %s in Berlin’s winter or summer, pause of %d → %s', (askedAt, days, until) => {
    const offset = askedAt.startsWith('2026-10') ? 120 : 60
    expect(dayAfterPause(askedAt, days, offset)).toBe(until)
  })

  it('begins where it begins', () => {
    fc.assert(fc.property(fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }), fc.integer({ min: -720, max: 840 }), (moment, offset) => {
      const day = portalDay(moment, offset)
      const start = dayStart(day, offset)
      expect(Date.parse(start)).toBeLessThanOrEqual(moment.getTime())
      expect(moment.getTime() - Date.parse(start)).toBeLessThan(86_400_000)
      expect(portalDay(start, offset)).toBe(day)
    }))
  })

  it.each([
    [[], null], [[null, undefined, 'soon', ''], null], [['2026-12-01T00:00:00+05:00', null, '2026-11-30'], '2026-12-01'], [['2026-11-30', '2026-12-01'], '2026-12-01']
  ] as const)('of %o the latest is %s', (days, latest) => {
    expect(latestDay(days)).toBe(latest)
  })
})
