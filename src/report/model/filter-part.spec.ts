import { describe, expect, it } from 'vitest'
import { tablesOf } from './answer-table'
import { conditionsOf, DEFAULT_FILTER, type ReportFilter } from './filter'
import { choicesOf, columnOf, FILTER_PARTS, valuesOf, withoutConditions, withValues, type FilterPart, type PartValue } from './filter-part'
import { answerFixture as answer } from './records.fixture'

const SETS: [FilterPart, PartValue[]][] = [
  ['surveys', ['s1']], ['channels', ['qr', null]], ['pipelines', [0, null]], ['responsible', [7, null]], ['departments', [1]], ['companies', [4]],
  ['groups', ['low']], ['languages', ['', 'ru']], ['snapshot1', ['Almaty']], ['snapshot2', ['']], ['snapshot3', ['x']], ['snapshot4', ['x']], ['snapshot5', ['x', 'y']],
  ['comment', ['without']], ['states', ['work']], ['flags', ['none', 'late']], ['tags', [71, null]]
]

describe('parts of the filter', () => {
  it('are all of it', () => {
    expect(SETS.map(([part]) => part)).toEqual([...FILTER_PARTS])
    const everything = SETS.reduce<ReportFilter>((filter, [part, values]) => withValues(filter, part, values), DEFAULT_FILTER)
    expect(conditionsOf(everything)).toHaveLength(13)
    expect(withoutConditions({ ...everything, measure: 'csat', period: { preset: 'all' } })).toEqual({ ...DEFAULT_FILTER, measure: 'csat', period: { preset: 'all' } })
  })

  it.each(SETS)('%s can be set to %j and taken away', (part, values) => {
    expect(valuesOf(DEFAULT_FILTER, part)).toEqual([])
    const set = withValues(DEFAULT_FILTER, part, values)
    expect(valuesOf(set, part)).toEqual(values)
    expect(withValues(set, part, [])).toEqual(DEFAULT_FILTER)
  })

  it.each<[FilterPart, PartValue[], PartValue[]]>([
    ['comment', ['with', 'without'], ['without']], ['flags', ['none'], []], ['flags', [], []], ['groups', ['best', 'low'], ['low']], ['departments', [1, null, 'x'], [1]]
  ])('%s of %j is %j', (part, values, expected) => {
    expect(valuesOf(withValues(DEFAULT_FILTER, part, values), part)).toEqual(expected)
  })
})

it('choices are what occurs in the period, most answers first, and then the rest', () => {
  const answers = [
    answer({ id: 1, companyId: 4, createdAt: '2026-03-01T00:00:00Z' }), answer({ id: 2, companyId: 5, createdAt: '2026-03-02T00:00:00Z' }),
    answer({ id: 3, companyId: 5, createdAt: '2026-03-03T00:00:00Z' }), answer({ id: 4, companyId: null, createdAt: '2026-01-03T00:00:00Z' })
  ]
  const choices = choicesOf(tablesOf(answers, []).answers, columnOf('companies')!, { from: '2026-03-01T00:00:00Z', to: '2026-03-03T00:00:00.001Z' })
  expect(choices).toEqual([{ value: 5, count: 2 }, { value: 4, count: 1 }, { value: null, count: 0 }])
  expect([columnOf('snapshot3'), columnOf('tags')]).toEqual(['snapshot3', undefined])
})
