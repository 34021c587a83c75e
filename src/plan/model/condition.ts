import type { PlanFacts } from './facts'
import type { Condition } from './plan'

/** An invalid answer has no group: conditions on groups cannot hold for it, an empty one does. */
export function conditionHolds(when: Condition, facts: Pick<PlanFacts, 'group' | 'value' | 'channel' | 'deal'>): boolean {
  if (when.groups && !(facts.group && when.groups.includes(facts.group))) return false
  if (when.value && !(facts.value !== null && facts.value >= when.value.from && facts.value <= when.value.to)) return false
  if (when.channels && !(facts.channel && when.channels.includes(facts.channel))) return false
  if (when.pipelines && !(facts.deal && when.pipelines.includes(facts.deal.pipeline))) return false
  if (when.sumFrom !== undefined && !(facts.deal?.sum && facts.deal.sum.amount >= when.sumFrom)) return false
  return true
}
