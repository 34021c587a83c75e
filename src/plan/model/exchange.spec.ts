import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TEMPLATE_IDS } from '@/survey/model/template'
import { checkPlan, type PlanWorld } from './check-plan'
import { readPlanFile, settlePlan, withoutPipelines } from './exchange'
import { readPlan, type Plan } from './plan'
import { planFromTemplate } from './template-plans'

const recipient = fc.oneof(fc.constantFrom('owner' as const, 'supervisor' as const), fc.record({ user: fc.nat(99) }))
const localized = fc.dictionary(fc.constantFrom('en', 'ru'), fc.string({ maxLength: 9 }))
const effect = fc.oneof(
  fc.constant({ kind: 'comment' as const }),
  fc.record({ kind: fc.constant('notify' as const), whom: fc.array(recipient, { maxLength: 3 }) }),
  fc.record({
    kind: fc.constant('task' as const), title: fc.string({ maxLength: 9 }), checklist: fc.array(fc.string({ maxLength: 9 }), { maxLength: 3 }),
    deadlineHours: fc.integer({ min: 1, max: 8760 }), onBehalfOfSupervisor: fc.boolean(), responsible: recipient
  }, { requiredKeys: ['kind', 'title', 'checklist', 'deadlineHours'] }),
  fc.record({ kind: fc.constant('setField' as const), card: fc.constantFrom('deal' as const, 'contact' as const, 'company' as const), field: fc.constantFrom('title', 'ufCrm_1', 'assignedById'), value: fc.constantFrom('', '7', 'VIP') }),
  fc.record({ kind: fc.constant('dealStage' as const), stage: fc.constantFrom('WON', 'C3:WON', 'UC_AB12') }),
  fc.record({ kind: fc.constant('mail' as const), subject: localized, body: localized }),
  fc.record({ kind: fc.constant('handOver' as const), user: fc.nat(99) })
)
const planArbitrary = fc.record({
  v: fc.constant(1 as const),
  owner: fc.constantFrom('asker' as const, 'responsible' as const),
  fallbackOwner: fc.option(fc.nat(99)),
  rules: fc.array(fc.record({
    id: fc.string({ maxLength: 5 }),
    when: fc.record({
      groups: fc.subarray(['high', 'middle', 'low'] as const), value: fc.record({ from: fc.integer({ min: 0, max: 10 }), to: fc.integer({ min: 0, max: 10 }) }),
      channels: fc.subarray(['email', 'link']), pipelines: fc.array(fc.nat(9), { maxLength: 3 }), sumFrom: fc.nat()
    }, { requiredKeys: [] }),
    effects: fc.array(effect, { maxLength: 4 })
  }), { maxLength: 3 }),
  outcomes: fc.record({
    questionsRemain: fc.record({ stage: fc.constantFrom(null, 'WON', 'C3:WON', 'UC_AB12'), deadlineHours: fc.integer({ min: 1, max: 8760 }) })
  })
}, { requiredKeys: ['v', 'fallbackOwner', 'rules'] }) as fc.Arbitrary<Plan>

const everywhere: PlanWorld = { isActive: id => id > 0, stages: new Set(['WON', 'C3:WON', 'UC_AB12']), fields: Object.fromEntries(['deal', 'contact', 'company'].map(card => [card, new Set(['title', 'ufCrm_1', 'assignedById'])])) }

describe('a plan in a file', () => {
  it('comes back as it was, whatever it is', () => {
    fc.assert(fc.property(planArbitrary, any => {
      const plan = JSON.parse(JSON.stringify(any)) as Plan
      expect(readPlanFile(JSON.parse(JSON.stringify(plan)))).toEqual({ ok: true, plan, unknown: [] })
      expect(withoutPipelines(plan, new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))).toEqual({ plan, things: [] })
    }), { numRuns: 300 })
  })

  it('may be missing', () => {
    expect(readPlanFile(null)).toEqual({ ok: true, plan: null, unknown: [] })
  })

  it.each<[string, unknown, string]>([
    ['a later version', { v: 2, fallbackOwner: null, rules: [] }, 'plan.v'],
    ['no rules', { v: 1, fallbackOwner: null }, 'plan.rules'],
    ['an unknown first owner', { v: 1, owner: 'boss', fallbackOwner: null, rules: [] }, 'plan.owner'],
    ['an unknown action', { v: 1, fallbackOwner: null, rules: [{ id: 'a', when: {}, effects: [{ kind: 'fly' }] }] }, 'plan.rules.0.effects.0.kind'],
    ['a text for a person', { v: 1, fallbackOwner: 'Ann', rules: [] }, 'plan.fallbackOwner'],
    ['an outcome without a deadline', { v: 1, fallbackOwner: null, rules: [], outcomes: { questionsRemain: { stage: null } } }, 'plan.outcomes.questionsRemain.deadlineHours'],
    ['a text', 'everything', 'plan']
  ])('%s is refused with its place', (_, stored, path) => {
    expect(readPlanFile(stored)).toMatchObject({ ok: false, faults: [{ path }] })
  })

  it('tells keys that it does not know', () => {
    expect(readPlanFile({ v: 1, fallbackOwner: null, rules: [{ id: 'a', when: { weather: 'sun' }, effects: [{ kind: 'comment', pinned: true }] }] }))
      .toMatchObject({ ok: true, unknown: ['plan.rules.0.when.weather', 'plan.rules.0.effects.0.pinned'] })
  })
})

describe('a plan of another portal', () => {
  it('never names a person, stage or field that this portal has by chance', () => {
    fc.assert(fc.property(planArbitrary, any => {
      const { plan, things } = settlePlan(any)
      expect(readPlan(JSON.parse(JSON.stringify(plan)))).not.toBeNull()
      const refused = checkPlan(plan, [], everywhere).filter(({ trouble }) => ['userGone', 'stageGone', 'fieldGone'].includes(trouble))
      const named = things.filter(({ kind }) => kind !== 'pipeline')
      for (const { rule, effect: at } of named) expect(refused.some(problem => problem.rule === rule && problem.effect === at)).toBe(true)
      expect(JSON.stringify(plan)).not.toMatch(/"(user|fallbackOwner)":[1-9]|"C3:WON"|"UC_AB12"|"ufCrm_1"/)
      const kinds = ({ rules }: Plan): string[][] => rules.map(({ effects }) => effects.map(({ kind }) => kind))
      expect(kinds(plan)).toEqual(kinds(any))
    }), { numRuns: 300 })
  })

  it('keeps what every portal has', () => {
    const plan: Plan = { v: 1, fallbackOwner: null, rules: [{ id: 'a', when: { pipelines: [0, 4] }, effects: [
      { kind: 'dealStage', stage: 'WON' }, { kind: 'setField', card: 'deal', field: 'sourceId', value: 'WEB' }, { kind: 'notify', whom: ['owner', { user: 5 }] },
      { kind: 'setField', card: 'deal', field: 'assignedById', value: '7' }
    ] }] }
    expect(settlePlan(plan)).toEqual({
      plan: { v: 1, fallbackOwner: null, rules: [{ id: 'a', when: { pipelines: [0] }, effects: [
        { kind: 'dealStage', stage: 'WON' }, { kind: 'setField', card: 'deal', field: 'sourceId', value: 'WEB' }, { kind: 'notify', whom: ['owner', { user: 0 }] },
        { kind: 'setField', card: 'deal', field: '?assignedById', value: '7' }
      ] }] },
      things: [
        { kind: 'pipeline', about: '4', rule: 0, effect: null }, { kind: 'person', about: '5', rule: 0, effect: 2 },
        { kind: 'field', about: 'assignedById', rule: 0, effect: 3 }
      ]
    })
  })

  it.each(TEMPLATE_IDS)('from the template %s needs nothing to be chosen', id => {
    expect(settlePlan(planFromTemplate(id, 'ru'))).toEqual({ plan: planFromTemplate(id, 'ru'), things: [] })
  })
})
