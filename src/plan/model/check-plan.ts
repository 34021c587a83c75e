import type { Lang, Localized } from '@/survey/model/survey'
import { MAIL_PLACEHOLDERS, MAX_CHECKLIST, TASK_PLACEHOLDERS, needsOf, type Card, type Plan, type RuleEffect } from './plan'

export type PlanTrouble =
  | 'ruleTwice' | 'ruleEmpty' | 'neverHolds'
  | 'notifyNobody' | 'titleMissing' | 'checklistTooLong' | 'textMissing' | 'unknownPlaceholder'
  | 'userGone' | 'fieldGone' | 'stageGone'

/** Something to mend before publishing. */
export interface PlanProblem {
  trouble: PlanTrouble
  /** place of the rule in the plan, and of the effect in it; null = the fallback owner, the rule as a whole */
  rule: number | 'outcomes' | null
  effect: number | null
  /** language, placeholder, field, stage or user id that it is about; '' = none */
  about: string
}

/** What this portal still has of the things that a plan may name; ask for what `needsOf` says. */
export interface PlanWorld {
  isActive: (userId: number) => boolean
  /** stages of all deal pipelines */
  stages: ReadonlySet<string>
  fields: Partial<Record<Card, ReadonlySet<string>>>
}

/**
 * Everything that is wrong with a plan, in its order.
 * @param langs languages of the survey: a mail needs its words in each
 */
export function checkPlan(plan: Plan, langs: readonly Lang[], world: PlanWorld): PlanProblem[] {
  const fallback = plan.fallbackOwner !== null && !world.isActive(plan.fallbackOwner)
    ? [{ trouble: 'userGone' as const, rule: null, effect: null, about: String(plan.fallbackOwner) }]
    : []
  const stage = plan.outcomes?.questionsRemain.stage ?? null
  const outcomes = stage !== null && !world.stages.has(stage) ? [{ trouble: 'stageGone' as const, rule: 'outcomes' as const, effect: null, about: stage }] : []
  return [...fallback, ...plan.rules.flatMap((rule, at): PlanProblem[] => {
    const { groups, value, channels, pipelines } = rule.when
    const impossible = [groups, channels, pipelines].some(list => list?.length === 0) || (value !== undefined && value.from > value.to)
    const ofRule: PlanTrouble[] = [
      ...(plan.rules.findIndex(other => other.id === rule.id) < at ? ['ruleTwice' as const] : []),
      ...(rule.effects.length === 0 ? ['ruleEmpty' as const] : []),
      ...(impossible ? ['neverHolds' as const] : [])
    ]
    return [
      ...ofRule.map(trouble => ({ trouble, rule: at, effect: null, about: '' })),
      ...rule.effects.flatMap((effect, index) => checkEffect(effect, langs, world).map(([trouble, about]) => ({ trouble, rule: at, effect: index, about })))
    ]
  }), ...outcomes]
}

type Found = [trouble: PlanTrouble, about: string][]

function checkEffect(effect: RuleEffect, langs: readonly Lang[], world: PlanWorld): Found {
  const users = needsOf({ v: 1, fallbackOwner: null, rules: [{ id: '', when: {}, effects: [effect] }] }).users
  const gone: Found = users.filter(id => !world.isActive(id)).map(id => ['userGone', String(id)])
  switch (effect.kind) {
    case 'notify': return effect.whom.length === 0 ? [['notifyNobody', '']] : gone
    case 'task': return [
      ...(effect.title.trim() === '' ? [['titleMissing', ''] satisfies Found[number]] : []),
      ...(effect.checklist.length > MAX_CHECKLIST ? [['checklistTooLong', String(MAX_CHECKLIST)] satisfies Found[number]] : []),
      ...[effect.title, ...effect.checklist].flatMap(text => strangers(text, TASK_PLACEHOLDERS)),
      ...gone
    ]
    case 'mail': return [effect.subject, effect.body].flatMap(text => [...missing(text, langs), ...Object.values(text).flatMap(words => strangers(words, MAIL_PLACEHOLDERS))])
    case 'setField': return world.fields[effect.card]?.has(effect.field) ? [] : [['fieldGone', effect.field]]
    case 'dealStage': return world.stages.has(effect.stage) ? [] : [['stageGone', effect.stage]]
    case 'handOver': return gone
    case 'comment': return []
  }
}

const missing = (text: Localized, langs: readonly Lang[]): Found =>
  langs.filter(lang => (text[lang] ?? '').trim() === '').map(lang => ['textMissing', lang])

const strangers = (text: string, known: readonly string[]): Found =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).filter(name => !known.includes(name)).map(name => ['unknownPlaceholder', name])
