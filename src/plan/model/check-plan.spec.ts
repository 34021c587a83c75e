import { expect, it } from 'vitest'
import { checkPlan, type PlanProblem, type PlanTrouble, type PlanWorld } from './check-plan'
import type { Condition, Plan, RuleEffect } from './plan'

const world: PlanWorld = { isActive: id => id < 100, stages: new Set(['WON']), fields: { deal: new Set(['ufCrm1']) } }
const plan = (effects: RuleEffect[], when: Condition = {}): Plan => ({ v: 1, fallbackOwner: null, rules: [{ id: 'a', when, effects }] })
const comment: RuleEffect = { kind: 'comment' }
const task: RuleEffect = { kind: 'task', title: 'Call {client}: {score}, {group}, {survey}, {deal}', checklist: ['{client}'], deadlineHours: 1 }
const mail: RuleEffect = { kind: 'mail', subject: { en: 'Thanks', ru: 'Спасибо' }, body: { en: '{client} {responsible} {company} {score}', ru: 'Да' } }

it.each<[string, Plan, [PlanTrouble, PlanProblem['rule'], number | null, string][]]>([
  ['nothing wrong', plan([comment, task, mail, { kind: 'notify', whom: ['owner', { user: 5 }] }, { kind: 'setField', card: 'deal', field: 'ufCrm1', value: '' },
    { kind: 'dealStage', stage: 'WON' }, { kind: 'handOver', user: 5 }]), []],
  ['fallback gone', { ...plan([comment]), fallbackOwner: 100 }, [['userGone', null, null, '100']]],
  ['a rule twice', { ...plan([]), rules: [...plan([comment]).rules, ...plan([comment]).rules] }, [['ruleTwice', 1, null, '']]],
  ['a rule without effects', plan([]), [['ruleEmpty', 0, null, '']]],
  ['no group', plan([comment], { groups: [] }), [['neverHolds', 0, null, '']]],
  ['values the wrong way round', plan([comment], { value: { from: 5, to: 4 } }), [['neverHolds', 0, null, '']]],
  ['a notice to nobody', plan([comment, { kind: 'notify', whom: [] }]), [['notifyNobody', 0, 1, '']]],
  ['people who left', plan([{ kind: 'notify', whom: [{ user: 100 }, { user: 101 }] }, { ...task, responsible: { user: 102 } } as RuleEffect, { kind: 'handOver', user: 103 }]),
    [['userGone', 0, 0, '100'], ['userGone', 0, 0, '101'], ['userGone', 0, 1, '102'], ['userGone', 0, 2, '103']]],
  ['a task without words', plan([{ kind: 'task', title: ' ', checklist: Array.from({ length: 31 }, () => 'x'), deadlineHours: 1 }]),
    [['titleMissing', 0, 0, ''], ['checklistTooLong', 0, 0, '30']]],
  ['placeholders of somewhere else', plan([{ kind: 'task', title: '{responsible}', checklist: ['{x}'], deadlineHours: 1 }, { kind: 'mail', subject: { en: '{deal}', ru: 'x' }, body: { en: 'x', ru: '{y}' } }]),
    [['unknownPlaceholder', 0, 0, 'responsible'], ['unknownPlaceholder', 0, 0, 'x'], ['unknownPlaceholder', 0, 1, 'deal'], ['unknownPlaceholder', 0, 1, 'y']]],
  ['a mail not translated', plan([{ kind: 'mail', subject: { en: 'x', ru: ' ' }, body: { ru: 'x' } }]), [['textMissing', 0, 0, 'ru'], ['textMissing', 0, 0, 'en']]],
  ['what the portal has no more', plan([{ kind: 'setField', card: 'deal', field: 'gone', value: '' }, { kind: 'setField', card: 'company', field: 'ufCrm1', value: '' }, { kind: 'dealStage', stage: 'X' }]),
    [['fieldGone', 0, 0, 'gone'], ['fieldGone', 0, 1, 'ufCrm1'], ['stageGone', 0, 2, 'X']]],
  ['a stage of the outcomes that is gone', { ...plan([{ kind: 'comment' }]), outcomes: { questionsRemain: { stage: 'X', deadlineHours: 1 } } }, [['stageGone', 'outcomes', null, 'X']]],
  ['outcomes that leave the deal alone', { ...plan([{ kind: 'comment' }]), outcomes: { questionsRemain: { stage: null, deadlineHours: 1 } } }, []]
])('%s', (_, checked, found) => {
  expect(checkPlan(checked, ['en', 'ru'], world).map(({ trouble, rule, effect, about }) => [trouble, rule, effect, about])).toEqual(found)
})
