import { describe, expect, it } from 'vitest'
import { conditionHolds } from './condition'
import type { PlanFacts } from './facts'
import type { Condition } from './plan'

const base: Pick<PlanFacts, 'group' | 'value' | 'channel'> & { deal: NonNullable<PlanFacts['deal']> } = {
  group: 'low', value: 3, channel: 'email',
  deal: { id: 5, title: 'Kitchen', stage: 'C2:WON', pipeline: 2, sum: { amount: 900, currency: 'KZT' }, responsibleId: 11 }
}

describe('conditionHolds', () => {
  const { deal } = base
  it.each<[Condition, Partial<PlanFacts>, boolean]>([
    [{}, { group: null, value: null, channel: null, deal: null }, true],
    [{ groups: ['low'] }, {}, true],
    [{ groups: ['high', 'middle'] }, {}, false],
    [{ groups: ['low'] }, { group: null }, false],
    [{ groups: [] }, {}, false],
    [{ value: { from: 3, to: 3 } }, {}, true],
    [{ value: { from: 4, to: 10 } }, {}, false],
    [{ value: { from: 0, to: 2 } }, {}, false],
    [{ value: { from: 0, to: 10 } }, { value: null }, false],
    [{ value: { from: 0, to: 10 } }, { value: 0 }, true],
    [{ channels: ['email'] }, {}, true],
    [{ channels: ['sms'] }, {}, false],
    [{ channels: ['email'] }, { channel: null }, false],
    [{ pipelines: [2] }, {}, true],
    [{ pipelines: [0] }, { deal: { ...deal, pipeline: 0 } }, true],
    [{ pipelines: [3] }, {}, false],
    [{ pipelines: [2] }, { deal: null }, false],
    [{ sumFrom: 900 }, {}, true],
    [{ sumFrom: 901 }, {}, false],
    [{ sumFrom: 0 }, { deal: null }, false],
    [{ sumFrom: 0 }, { deal: { ...deal, sum: null } }, false],
    [{ groups: ['low'], sumFrom: 901 }, {}, false]
  ])('%o with %o: %s', (when, change, holds) => {
    expect(conditionHolds(when, { ...base, ...change })).toBe(holds)
  })
})
