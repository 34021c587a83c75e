import * as v from 'valibot'
import { faultsOf, isOwnField, lostKeys, type Fault } from '@/survey/model/exchange'
import { planSchema, type Plan, type Recipient, type RuleEffect } from './plan'

/** Something that a plan names and only its own portal knows; it has to be chosen again in any other. */
export interface LocalThing {
  kind: 'person' | 'stage' | 'field' | 'pipeline'
  /** id or name in the portal that the file comes from */
  about: string
  /** place in the plan, null = the fallback owner; `effect` null = the condition */
  rule: number | 'outcomes' | null
  effect: number | null
}

export type ReadPlanFile = { ok: true, plan: Plan | null, unknown: string[] } | { ok: false, faults: Fault[] }

/** The plan of a file; null where the survey had none. */
export function readPlanFile(stored: unknown): ReadPlanFile {
  if (stored === null || stored === undefined) return { ok: true, plan: null, unknown: [] }
  const parsed = v.safeParse(planSchema, stored)
  return parsed.success
    ? { ok: true, plan: parsed.output, unknown: lostKeys(stored, parsed.output, 'plan') }
    : { ok: false, faults: faultsOf(parsed.issues, 'plan') }
}

/** Nobody has this user id: the check before publishing asks for somebody else. */
const NOBODY = 0
/** Makes a name that no portal has: the check before publishing asks for another. */
const UNKNOWN = '?'

/** Stages of the first pipeline have the same names everywhere, those that people added have not. */
const isOwnStage = (stage: string): boolean => stage.includes(':') || stage.startsWith('UC_')
/** A card of the portal or a person: `assignedById` = 7. */
const isOwnValue = (field: string, value: string): boolean => /Ids?$/.test(field) && /^\d+$/.test(value)

/**
 * A plan of another portal, made one of this: whatever only that portal knows becomes something that nobody has, so that ids which happen
 * to exist here too never stand for a wrong person or stage, and publishing waits until an administrator has chosen.
 * A condition loses the pipelines that it names.
 */
export function settlePlan(plan: Plan): { plan: Plan, things: LocalThing[] } {
  const things: LocalThing[] = []
  const fallbackOwner = plan.fallbackOwner === null ? null : NOBODY
  if (plan.fallbackOwner !== null) things.push({ kind: 'person', about: String(plan.fallbackOwner), rule: null, effect: null })
  const rules = plan.rules.map((rule, at) => ({
    ...rule,
    when: keepPipelines(rule.when, at, pipeline => pipeline === 0, things),
    effects: rule.effects.map((effect, index) => movedEffect(effect, (kind, about) => things.push({ kind, about, rule: at, effect: index })))
  }))
  const stage = plan.outcomes?.questionsRemain.stage ?? null
  if (!plan.outcomes || stage === null || !isOwnStage(stage)) return { plan: { ...plan, fallbackOwner, rules }, things }
  things.push({ kind: 'stage', about: stage, rule: 'outcomes', effect: null })
  const outcomes = { ...plan.outcomes, questionsRemain: { ...plan.outcomes.questionsRemain, stage: UNKNOWN + stage } }
  return { plan: { ...plan, fallbackOwner, rules, outcomes }, things }
}

/** Pipelines that are gone from the portal that the plan was made in: the conditions lose them. */
export function withoutPipelines(plan: Plan, known: ReadonlySet<number>): { plan: Plan, things: LocalThing[] } {
  const things: LocalThing[] = []
  const rules = plan.rules.map((rule, at) => ({ ...rule, when: keepPipelines(rule.when, at, pipeline => known.has(pipeline), things) }))
  return { plan: { ...plan, rules }, things }
}

function keepPipelines(when: Plan['rules'][number]['when'], rule: number, isKept: (pipeline: number) => boolean, things: LocalThing[]): typeof when {
  if (!when.pipelines) return when
  for (const pipeline of when.pipelines) if (!isKept(pipeline)) things.push({ kind: 'pipeline', about: String(pipeline), rule, effect: null })
  return { ...when, pipelines: when.pipelines.filter(isKept) }
}

function movedEffect(effect: RuleEffect, note: (kind: LocalThing['kind'], about: string) => void): RuleEffect {
  const someone = (whom: Recipient): Recipient => {
    if (typeof whom !== 'object') return whom
    note('person', String(whom.user))
    return { user: NOBODY }
  }
  switch (effect.kind) {
    case 'notify': return { ...effect, whom: effect.whom.map(someone) }
    case 'task': return effect.responsible === undefined ? effect : { ...effect, responsible: someone(effect.responsible) }
    case 'handOver':
      note('person', String(effect.user))
      return { ...effect, user: NOBODY }
    case 'dealStage':
      if (!isOwnStage(effect.stage)) return effect
      note('stage', effect.stage)
      return { ...effect, stage: UNKNOWN + effect.stage }
    case 'setField':
      if (!isOwnField(effect.field) && !isOwnValue(effect.field, effect.value)) return effect
      note('field', effect.field)
      return { ...effect, field: UNKNOWN + effect.field }
    default: return effect
  }
}
