import { describe, expect, it } from 'vitest'
import { CONDITIONS, conditionsOf, DEFAULT_FILTER, type Condition, type ReportFilter } from './filter'
import { FIGURES, meaningOf, type Figure } from './meaning'

/** A filter in which one condition is set. */
const SET: Record<Condition, Partial<ReportFilter>> = {
  surveys: { surveys: ['s'] }, channels: { channels: [null] }, pipelines: { pipelines: [0] }, responsible: { responsible: [1] }, departments: { departments: [1] },
  companies: { companies: [null] }, groups: { groups: ['low'] }, languages: { languages: [''] }, snapshots: { snapshots: [[], [], [], [], ['']] },
  comment: { comment: 'without' }, states: { states: ['work'] }, flags: { flags: ['late'] }, tags: { tags: [null] }
}

const filterWith = (...conditions: Condition[]): ReportFilter => Object.assign({}, DEFAULT_FILTER, ...conditions.map(one => SET[one]))

describe('conditionsOf', () => {
  it('knows none of the default, whatever the period and measure', () => {
    expect(conditionsOf({ ...DEFAULT_FILTER, period: { preset: 'all' }, comparison: 'none', measure: 'ces' })).toEqual([])
  })

  it.each(CONDITIONS)('knows %s', condition => {
    expect(conditionsOf(filterWith(condition))).toEqual([condition])
  })
})

describe('meaningOf', () => {
  it('of an open filter: every figure means what it says', () => {
    for (const figure of FIGURES) expect(meaningOf(figure, DEFAULT_FILTER)).toEqual({ undefinedBy: [], caution: [] })
  })

  it.each<[Figure, Condition[]]>([
    ['score', ['groups']], ['change', ['groups']], ['trend', ['groups']], ['breakdown', ['groups']], ['drivers', ['groups', 'tags']], ['distribution', []],
    ['response', ['pipelines', 'groups', 'snapshots', 'comment', 'states', 'flags', 'tags']], ['answerTime', []], ['closeTime', ['states']], ['sums', []]
  ])('there is no %s under %j, and under nothing else', (figure, expected) => {
    expect(CONDITIONS.filter(one => meaningOf(figure, filterWith(one)).undefinedBy.length > 0)).toEqual(expected)
    expect(meaningOf(figure, filterWith(...CONDITIONS)).undefinedBy).toEqual(expected)
  })

  it('warns where the answers were chosen by what came after the score', () => {
    expect(meaningOf('score', filterWith('comment', 'surveys', 'tags'))).toEqual({ undefinedBy: [], caution: ['comment', 'tags'] })
  })
})
