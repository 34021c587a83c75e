import type { Effect } from './effects'
import type { PlanFacts } from './facts'

/** Somebody whom an effect reaches. */
export interface Reached {
  kind: 'employee' | 'client'
  id: number
  name: string
}

/** An effect with the people in it by name. Its words and its why stand in the effect itself. */
export interface SimulatedEffect {
  effect: Effect
  reaches: Reached[]
  /** task: in whose name */
  onBehalfOf: Reached | null
  /** task: who watches */
  watches: Reached[]
}

/** What `decide` said, for people to read. Facts are those it was decided with. */
export function simulate(effects: readonly Effect[], facts: PlanFacts): SimulatedEffect[] {
  const employee = (id: number): Reached => ({ kind: 'employee', id, name: nameOf(id, facts) })
  return effects.map(effect => ({
    effect,
    reaches: reachedBy(effect, employee),
    onBehalfOf: effect.kind === 'task' && effect.creatorId !== effect.responsibleId ? employee(effect.creatorId) : null,
    watches: effect.kind === 'task' ? effect.auditors.map(employee) : []
  }))
}

function reachedBy(effect: Effect, employee: (id: number) => Reached): Reached[] {
  switch (effect.kind) {
    case 'fields': return [employee(effect.fields.ownerId)]
    case 'notify':
    case 'responsible': return [employee(effect.userId)]
    case 'task': return [employee(effect.responsibleId)]
    case 'mail': return [{ kind: 'client', id: effect.to.id, name: effect.to.name }]
    default: return []
  }
}

/** @returns `#7` for somebody whose name was not asked for */
function nameOf(id: number, facts: PlanFacts): string {
  const owners = [facts.askedBy, facts.responsible, facts.fallback, facts.duty]
  const everybody = [...owners, ...owners.map(owner => owner && facts.supervisorOf(owner.id)), facts.personOf(id)]
  return everybody.find(person => person?.id === id)?.name || `#${id}`
}
