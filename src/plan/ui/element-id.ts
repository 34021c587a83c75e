import type { PlanProblem } from '@/plan/model/check-plan'

/** Element that a problem of the plan belongs to. */
export function planElementId({ rule, effect }: Pick<PlanProblem, 'rule' | 'effect'>): string {
  if (rule === null) return 'plan-owner'
  if (rule === 'outcomes') return 'plan-outcomes'
  return effect === null ? `plan-rule-${rule}` : `plan-rule-${rule}-effect-${effect}`
}

/** The plan as a whole. */
export const PLAN_SECTION = 'plan'
