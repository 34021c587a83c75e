import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { monthsOf, PERIOD_PRESETS, resolvePeriod, type PeriodChoice } from './period'

const at = (text: string): Date => new Date(text)

/** Wall clock of an instant, by Intl alone. */
function wall(instant: string, zone: string): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }
  return new Intl.DateTimeFormat('sv-SE', options).format(new Date(instant))
}

/** `first … last` as local days of both spans, for reading. */
function days(choice: PeriodChoice, now: string, zone = 'Europe/Moscow'): string[] {
  const { from, to, previous } = resolvePeriod(choice, at(now), zone)
  const span = (first: string | null, end: string): string => {
    if (first !== null) expect(wall(first, zone)).toMatch(/ 00:00:00$/)
    expect(wall(end, zone)).toMatch(/ 00:00:00$/)
    return `${first === null ? '' : wall(first, zone).slice(0, 10)} … ${wall(new Date(Date.parse(end) - 1).toISOString(), zone).slice(0, 10)}`
  }
  return [span(from, to), previous === null ? 'none' : span(previous.from, previous.to)]
}

describe('resolvePeriod', () => {
  const now = '2026-03-15T10:00:00Z'

  it.each<[PeriodChoice, string, string]>([
    [{ preset: 'last30Days' }, '2026-02-14 … 2026-03-15', '2026-01-15 … 2026-02-13'],
    [{ preset: 'thisMonth' }, '2026-03-01 … 2026-03-15', '2026-02-01 … 2026-02-15'],
    [{ preset: 'lastMonth' }, '2026-02-01 … 2026-02-28', '2026-01-01 … 2026-01-31'],
    [{ preset: 'thisQuarter' }, '2026-01-01 … 2026-03-15', '2025-10-01 … 2025-12-15'],
    [{ preset: 'last12Months' }, '2025-04-01 … 2026-03-15', '2024-04-01 … 2025-03-15'],
    [{ preset: 'all' }, ' … 2026-03-15', 'none'],
    [{ preset: 'custom', firstDay: '2026-03-01', lastDay: '2026-03-07' }, '2026-03-01 … 2026-03-07', '2026-02-22 … 2026-02-28'],
    [{ preset: 'custom', firstDay: '2026-03-07', lastDay: '2026-03-01' }, '2026-03-01 … 2026-03-07', '2026-02-22 … 2026-02-28'],
    [{ preset: 'custom', firstDay: '2026-03-01', lastDay: '2026-03-01' }, '2026-03-01 … 2026-03-01', '2026-02-28 … 2026-02-28'],
    [{ preset: 'custom', firstDay: '2026-03-13', lastDay: '2026-12-31' }, '2026-03-13 … 2026-03-15', '2026-03-10 … 2026-03-12']
  ])('%o', (choice, period, previous) => {
    expect(days(choice, now)).toEqual([period, previous])
  })

  it.each<[string, PeriodChoice, string, string, string]>([
    ['the month before is shorter', { preset: 'thisMonth' }, '2026-03-31T10:00:00Z', '2026-03-01 … 2026-03-31', '2026-02-01 … 2026-02-28'],
    ['the month before is longer', { preset: 'thisMonth' }, '2026-02-28T10:00:00Z', '2026-02-01 … 2026-02-28', '2026-01-01 … 2026-01-28'],
    ['first day of the year', { preset: 'thisMonth' }, '2026-01-01T10:00:00Z', '2026-01-01 … 2026-01-01', '2025-12-01 … 2025-12-01'],
    ['January looks back over the year', { preset: 'lastMonth' }, '2026-01-10T10:00:00Z', '2025-12-01 … 2025-12-31', '2025-11-01 … 2025-11-30'],
    ['a leap February', { preset: 'lastMonth' }, '2028-03-01T10:00:00Z', '2028-02-01 … 2028-02-29', '2028-01-01 … 2028-01-31'],
    ['leap day a year ago', { preset: 'last12Months' }, '2028-02-29T10:00:00Z', '2027-03-01 … 2028-02-29', '2026-03-01 … 2027-02-28'],
    ['the quarter before is shorter', { preset: 'thisQuarter' }, '2026-05-31T10:00:00Z', '2026-04-01 … 2026-05-31', '2026-01-01 … 2026-02-28']
  ])('%s', (_, choice, instant, period, previous) => {
    expect(days(choice, instant)).toEqual([period, previous])
  })

  it('takes the day of the zone, not of the machine nor of UTC', () => {
    const newYear = '2025-12-31T21:30:00Z'
    expect(days({ preset: 'thisMonth' }, newYear, 'Europe/Moscow')[0]).toBe('2026-01-01 … 2026-01-01')
    expect(days({ preset: 'thisMonth' }, newYear, 'Europe/Berlin')[0]).toBe('2025-12-01 … 2025-12-31')
    expect(resolvePeriod({ preset: 'thisMonth' }, at(newYear), 'Europe/Moscow').from).toBe('2025-12-31T21:00:00.000Z')
    expect(resolvePeriod({ preset: 'thisMonth' }, at('2026-03-15T10:00:00Z'), 'Asia/Kathmandu').from).toBe('2026-02-28T18:15:00.000Z')
  })

  it('gives days of 23 and 25 hours where the clocks change', () => {
    const day = (text: string): number => {
      const { from, to } = resolvePeriod({ preset: 'custom', firstDay: text, lastDay: text }, at('2027-01-01T00:00:00Z'), 'Europe/Berlin')
      return (Date.parse(to) - Date.parse(from!)) / 3_600_000
    }
    expect(['2026-03-28', '2026-03-29', '2026-03-30', '2026-10-24', '2026-10-25', '2026-10-26'].map(day)).toEqual([24, 23, 24, 24, 25, 24])
  })

  it('begins a day without midnight at its first instant', () => {
    const { from, to } = resolvePeriod({ preset: 'custom', firstDay: '2018-11-04', lastDay: '2018-11-04' }, at('2026-01-01T00:00:00Z'), 'America/Sao_Paulo')
    expect([from, to]).toEqual(['2018-11-04T03:00:00.000Z', '2018-11-05T02:00:00.000Z'])
  })

  it('begins a day with two midnights at the first', () => {
    const { from, to } = resolvePeriod({ preset: 'custom', firstDay: '2026-11-01', lastDay: '2026-11-01' }, at('2027-01-01T00:00:00Z'), 'America/Havana')
    expect([from, to]).toEqual(['2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'])
  })

  it('is empty, with nothing to compare, when it lies in the future', () => {
    const { from, to, previous } = resolvePeriod({ preset: 'custom', firstDay: '2026-04-01', lastDay: '2026-04-30' }, at(now), 'Europe/Moscow')
    expect(from).toBe(to)
    expect(previous).toBeNull()
  })

  it('refuses what is no date or no zone', () => {
    expect(() => resolvePeriod({ preset: 'custom', firstDay: '2026-02-30', lastDay: '2026-03-01' }, at(now), 'Europe/Moscow')).toThrow()
    expect(() => resolvePeriod({ preset: 'custom', firstDay: 'yesterday', lastDay: '2026-03-01' }, at(now), 'Europe/Moscow')).toThrow()
    expect(() => resolvePeriod({ preset: 'all' }, at(now), 'Europe/Atlantis')).toThrow(RangeError)
  })

  it('holds now, and never overlaps with the period before, on any day in any zone', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Almaty', 'Pacific/Auckland', 'Africa/Cairo', 'America/Havana', 'UTC')
    const moments = fc.date({ min: at('2000-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z'), noInvalidDate: true })
    fc.assert(fc.property(moments, zones, fc.constantFrom(...PERIOD_PRESETS), (moment, zone, preset) => {
      const { from, to, previous } = resolvePeriod({ preset }, moment, zone)
      const holdsNow = (from === null || Date.parse(from) <= moment.getTime()) && moment.getTime() < Date.parse(to)
      expect(holdsNow).toBe(preset !== 'lastMonth')
      expect(previous === null).toBe(preset === 'all')
      if (previous === null) return
      expect(Date.parse(previous.from)).toBeLessThan(Date.parse(previous.to))
      expect(Date.parse(previous.to)).toBeLessThanOrEqual(Date.parse(from!))
      if (preset === 'last30Days' || preset === 'lastMonth') expect(previous.to).toBe(from)
    }))
  })
})

describe('monthsOf', () => {
  it('cuts the first and the last month and leaves none out', () => {
    expect(monthsOf({ from: '2025-11-14T21:00:00.000Z', to: '2026-02-02T21:00:00.000Z' }, 'Europe/Moscow')).toEqual([
      { month: '2025-11', from: '2025-11-14T21:00:00.000Z', to: '2025-11-30T21:00:00.000Z' },
      { month: '2025-12', from: '2025-11-30T21:00:00.000Z', to: '2025-12-31T21:00:00.000Z' },
      { month: '2026-01', from: '2025-12-31T21:00:00.000Z', to: '2026-01-31T21:00:00.000Z' },
      { month: '2026-02', from: '2026-01-31T21:00:00.000Z', to: '2026-02-02T21:00:00.000Z' }
    ])
  })

  it('follows the clock changes', () => {
    const months = monthsOf({ from: '2026-02-28T23:00:00.000Z', to: '2026-11-30T23:00:00.000Z' }, 'Europe/Berlin')
    expect(months.map(({ from }) => from.slice(11, 13)).join(' ')).toBe('23 22 22 22 22 22 22 22 23')
    expect(months.map(({ month }) => month)).toEqual(['2026-03', '2026-04', '2026-05', '2026-06', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11'])
  })

  it('of an empty span are none', () => {
    expect(monthsOf({ from: '2026-03-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' }, 'UTC')).toEqual([])
  })

  it('of the last 12 months are twelve', () => {
    const { from, to } = resolvePeriod({ preset: 'last12Months' }, at('2026-03-15T10:00:00Z'), 'Asia/Almaty')
    expect(monthsOf({ from: from!, to }, 'Asia/Almaty').map(({ month }) => month)).toEqual([
      '2025-04', '2025-05', '2025-06', '2025-07', '2025-08', '2025-09', '2025-10', '2025-11', '2025-12', '2026-01', '2026-02', '2026-03'
    ])
  })
})
