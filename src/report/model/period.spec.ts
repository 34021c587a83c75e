import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COMPARISONS, defaultStep, PERIOD_PRESETS, resolvePeriod, stepsOf, type Comparison, type PeriodChoice } from './period'

const at = (text: string): Date => new Date(text)

/** Wall clock of an instant, by Intl alone. */
function wall(instant: string, zone: string): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }
  return new Intl.DateTimeFormat('sv-SE', options).format(new Date(instant))
}

/** `first … last` as local days of both spans, for reading. */
function days(choice: PeriodChoice, now: string, zone = 'Europe/Moscow', comparison?: Comparison): string[] {
  const { from, to, previous } = resolvePeriod(choice, at(now), zone, comparison)
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
    [{ preset: 'last7Days' }, '2026-03-09 … 2026-03-15', '2026-03-02 … 2026-03-08'],
    [{ preset: 'last30Days' }, '2026-02-14 … 2026-03-15', '2026-01-15 … 2026-02-13'],
    [{ preset: 'thisMonth' }, '2026-03-01 … 2026-03-15', '2026-02-01 … 2026-02-15'],
    [{ preset: 'lastMonth' }, '2026-02-01 … 2026-02-28', '2026-01-01 … 2026-01-31'],
    [{ preset: 'thisQuarter' }, '2026-01-01 … 2026-03-15', '2025-10-01 … 2025-12-15'],
    [{ preset: 'lastQuarter' }, '2025-10-01 … 2025-12-31', '2025-07-01 … 2025-09-30'],
    [{ preset: 'thisYear' }, '2026-01-01 … 2026-03-15', '2025-01-01 … 2025-03-15'],
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

  it.each<[PeriodChoice, Comparison, string]>([
    [{ preset: 'last7Days' }, 'yearAgo', '2025-03-09 … 2025-03-15'], [{ preset: 'lastQuarter' }, 'yearAgo', '2024-10-01 … 2024-12-31'],
    [{ preset: 'custom', firstDay: '2024-02-29', lastDay: '2024-03-02' }, 'yearAgo', '2023-02-28 … 2023-03-02'],
    [{ preset: 'last12Months' }, 'none', 'none'], [{ preset: 'all' }, 'yearAgo', 'none']
  ])('%o compared with %s', (choice, comparison, previous) => {
    expect(days(choice, now, 'Europe/Moscow', comparison)[1]).toBe(previous)
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
    fc.assert(fc.property(moments, zones, fc.constantFrom(...PERIOD_PRESETS), fc.constantFrom(...COMPARISONS), (moment, zone, preset, comparison) => {
      const { from, to, previous } = resolvePeriod({ preset }, moment, zone, comparison)
      const holdsNow = (from === null || Date.parse(from) <= moment.getTime()) && moment.getTime() < Date.parse(to)
      expect(holdsNow).toBe(preset !== 'lastMonth' && preset !== 'lastQuarter')
      expect(previous === null).toBe(preset === 'all' || comparison === 'none')
      if (previous === null) return
      expect(Date.parse(previous.from)).toBeLessThan(Date.parse(previous.to))
      expect(Date.parse(previous.to)).toBeLessThanOrEqual(Date.parse(from!))
      if (comparison === 'previous' && ['last7Days', 'last30Days', 'lastMonth', 'lastQuarter'].includes(preset)) expect(previous.to).toBe(from)
    }))
  })
})

describe('stepsOf', () => {
  it('cuts the first and the last month and leaves none out', () => {
    expect(stepsOf({ from: '2025-11-14T21:00:00.000Z', to: '2026-02-02T21:00:00.000Z' }, 'Europe/Moscow', 'month')).toEqual([
      { key: '2025-11', from: '2025-11-14T21:00:00.000Z', to: '2025-11-30T21:00:00.000Z' },
      { key: '2025-12', from: '2025-11-30T21:00:00.000Z', to: '2025-12-31T21:00:00.000Z' },
      { key: '2026-01', from: '2025-12-31T21:00:00.000Z', to: '2026-01-31T21:00:00.000Z' },
      { key: '2026-02', from: '2026-01-31T21:00:00.000Z', to: '2026-02-02T21:00:00.000Z' }
    ])
  })

  it('follows the clock changes', () => {
    const months = stepsOf({ from: '2026-02-28T23:00:00.000Z', to: '2026-11-30T23:00:00.000Z' }, 'Europe/Berlin', 'month')
    expect(months.map(({ from }) => from.slice(11, 13)).join(' ')).toBe('23 22 22 22 22 22 22 22 23')
    expect(months.map(({ key }) => key)).toEqual(['2026-03', '2026-04', '2026-05', '2026-06', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11'])
  })

  it('of an empty span are none', () => {
    expect(stepsOf({ from: '2026-03-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' }, 'UTC', 'day')).toEqual([])
  })

  it('of the last 12 months are twelve', () => {
    const { from, to } = resolvePeriod({ preset: 'last12Months' }, at('2026-03-15T10:00:00Z'), 'Asia/Almaty')
    expect(stepsOf({ from: from!, to }, 'Asia/Almaty', 'month').map(({ key }) => key)).toEqual([
      '2025-04', '2025-05', '2025-06', '2025-07', '2025-08', '2025-09', '2025-10', '2025-11', '2025-12', '2026-01', '2026-02', '2026-03'
    ])
  })

  it('has weeks from Monday, over the end of the year', () => {
    const weeks = stepsOf({ from: '2025-12-26T00:00:00.000Z', to: '2026-01-07T00:00:00.000Z' }, 'UTC', 'week')
    expect(weeks).toEqual([
      { key: '2025-12-22', from: '2025-12-26T00:00:00.000Z', to: '2025-12-29T00:00:00.000Z' },
      { key: '2025-12-29', from: '2025-12-29T00:00:00.000Z', to: '2026-01-05T00:00:00.000Z' },
      { key: '2026-01-05', from: '2026-01-05T00:00:00.000Z', to: '2026-01-07T00:00:00.000Z' }
    ])
  })

  it('has days of 23 and 25 hours where the clocks change, and one whose midnight does not exist', () => {
    const hours = (from: string, to: string, zone: string) => stepsOf({ from, to }, zone, 'day').map(one => (Date.parse(one.to) - Date.parse(one.from)) / 3_600_000)
    expect(hours('2026-03-27T23:00:00.000Z', '2026-03-30T22:00:00.000Z', 'Europe/Berlin')).toEqual([24, 23, 24])
    expect(hours('2026-10-23T22:00:00.000Z', '2026-10-26T23:00:00.000Z', 'Europe/Berlin')).toEqual([24, 25, 24])
    expect(hours('2018-11-03T03:00:00.000Z', '2018-11-06T02:00:00.000Z', 'America/Sao_Paulo')).toEqual([24, 23, 24])
  })

  it('leaves no moment out and counts none twice, at any border of any zone', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Auckland', 'America/Havana', 'Pacific/Apia')
    const moment = fc.date({ min: at('2010-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z'), noInvalidDate: true })
    fc.assert(fc.property(moment, fc.integer({ min: 1, max: 400 }), zones, fc.constantFrom('day', 'week', 'month'), (start, length, zone, step) => {
      const span = { from: start.toISOString(), to: new Date(start.getTime() + length * 86_400_000).toISOString() }
      const steps = stepsOf(span, zone, step)
      expect([steps[0]!.from, steps.at(-1)!.to]).toEqual([span.from, span.to])
      steps.slice(1).forEach((one, index) => {
        expect(one.from).toBe(steps[index]!.to)
        const day = wall(one.from, zone).slice(0, 10)
        expect(one.key).toBe(step === 'month' ? day.slice(0, 7) : day)
        if (step === 'week') expect(new Date(`${day}T12:00:00Z`).getUTCDay()).toBe(1)
        if (step === 'month') expect(day.slice(8)).toBe('01')
      })
      expect(new Set(steps.map(({ key }) => key)).size).toBe(steps.length)
    }), { numRuns: 60 })
  })

  it.each([[7, 'day'], [31, 'day'], [92, 'week'], [183, 'week'], [184, 'month'], [366, 'month']])('of %i days are %ss', (count, step) => {
    expect(defaultStep({ from: '2026-01-01T00:00:00.000Z', to: new Date(Date.UTC(2026, 0, 1) + count * 86_400_000).toISOString() })).toBe(step)
  })
})
