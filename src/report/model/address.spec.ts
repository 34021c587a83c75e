import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ANSWER_STATES } from '@/answer/model/answer'
import { ANSWER_FLAGS } from '@/plan/model/effects'
import { GROUPS } from '@/survey/model/survey'
import { formatAddress, parseAddress } from './address'
import { DIMENSIONS } from './answer-table'
import { DEFAULT_FILTER, type ReportFilter } from './filter'
import { MEASURES } from './measure'
import { COMPARISONS, PERIOD_PRESETS, STEPS } from './period'

const text = fc.oneof(fc.string({ maxLength: 12, unit: 'grapheme' }), fc.constantFrom('-', ',', ';', '..', '%', '&', '=', '#', 'Алматы — центр', '😀'))
const id = fc.integer({ min: 0, max: 10 ** 12 })
const some = <T>(one: fc.Arbitrary<T>) => fc.uniqueArray(one, { maxLength: 4 })
const day = fc.date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2040-01-01T00:00:00Z'), noInvalidDate: true }).map(date => date.toISOString().slice(0, 10))

const filters: fc.Arbitrary<ReportFilter> = fc.record({
  period: fc.oneof(
    fc.constantFrom(...PERIOD_PRESETS).map(preset => ({ preset })),
    fc.record({ preset: fc.constant('custom' as const), firstDay: day, lastDay: day })
  ),
  comparison: fc.constantFrom(...COMPARISONS), measure: fc.constantFrom(...MEASURES),
  surveys: some(text.filter(one => one !== '')), channels: some(fc.option(text.filter(one => one !== ''))),
  pipelines: some(fc.option(id)), responsible: some(fc.option(id)),
  departments: some(id), companies: some(fc.option(id)), groups: some(fc.constantFrom(...GROUPS)), languages: some(text),
  snapshots: fc.tuple(some(text), some(text), some(text), some(text), some(text)), comment: fc.constantFrom('any', 'with', 'without'),
  states: some(fc.constantFrom(...ANSWER_STATES)), flags: fc.uniqueArray(fc.constantFrom('none', ...ANSWER_FLAGS), { minLength: 1, maxLength: 4 }), tags: some(fc.option(id)),
  step: fc.constantFrom('auto', ...STEPS), by: fc.constantFrom(...DIMENSIONS), drivers: fc.constantFrom('', 'visit/why', 'a-b.c/again')
})

describe('address', () => {
  it('of the default is empty', () => {
    expect(formatAddress(DEFAULT_FILTER)).toBe('')
    expect(parseAddress('')).toEqual({ filter: DEFAULT_FILTER, unknown: [], refused: [] })
    expect(parseAddress('#')).toEqual({ filter: DEFAULT_FILTER, unknown: [], refused: [] })
  })

  it('can be read by a person', () => {
    const filter: ReportFilter = {
      ...DEFAULT_FILTER, period: { preset: 'custom', firstDay: '2026-03-01', lastDay: '2026-03-31' }, comparison: 'yearAgo', groups: ['low', 'middle'], pipelines: [0, null],
      snapshots: [[], ['Алматы'], [], [], ['']], flags: ['none', 'late']
    }
    expect(decodeURIComponent(formatAddress(filter)))
      .toBe('period=2026-03-01..2026-03-31&comparison=yearAgo&pipelines=0,-&groups=low,middle&snapshots=;Алматы;;;-&flags=none,late')
  })

  it('comes back as it was, whatever is in it', () => {
    fc.assert(fc.property(filters, filter => {
      const address = formatAddress(filter)
      expect(parseAddress(`#${address}`)).toEqual({ filter, unknown: [], refused: [] })
      // nothing that a browser or a mail program would change
      expect(address).toMatch(/^[\w.!~*'(),;=&%/-]*$/)
      expect(formatAddress(parseAddress(address).filter)).toBe(address)
    }), { numRuns: 400 })
  })

  it('keeps the keys that it does not know', () => {
    const strange = fc.record({ key: text.filter(one => !(one in DEFAULT_FILTER) && one !== ''), value: text })
    fc.assert(fc.property(filters, fc.array(strange, { maxLength: 3 }), (filter, unknown) => {
      expect(parseAddress(formatAddress(filter, unknown))).toEqual({ filter, unknown, refused: [] })
    }))
  })

  it.each<[string, Partial<ReportFilter>, [string, string][]]>([
    ['period=someday', {}, [['period', 'someday']]],
    ['period=2026-02-30..2026-03-01', {}, [['period', '2026-02-30..2026-03-01']]],
    ['measure=joy&groups=low,worst,low', { groups: ['low'] }, [['measure', 'joy'], ['groups', 'worst']]],
    ['pipelines=1,-3,x,007,', { pipelines: [1] }, [['pipelines', '-3'], ['pipelines', 'x'], ['pipelines', '007']]],
    ['flags=&states=gone', {}, [['states', 'gone']]],
    ['flags=wrong', {}, [['flags', 'wrong']]],
    ['surveys=%E0%A4%A', {}, [['surveys', '%E0%A4%A']]],
    ['snapshots=a;b;c;d;e;f', { snapshots: [['a'], ['b'], ['c'], ['d'], ['e']] }, [['snapshots', 'f']]],
    ['comment=with&comment=without', { comment: 'without' }, []]
  ])('%s is read as far as it means something, and the rest is named', (address, expected, refused) => {
    expect(parseAddress(address)).toEqual({ filter: { ...DEFAULT_FILTER, ...expected }, unknown: [], refused: refused.map(([key, value]) => ({ key, value })) })
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }), address => { expect(parseAddress(address).filter.flags.length).toBeGreaterThan(0) }))
  })
})
