import type { OwnerSource, PersonMissing, Why } from './effects'
import type { Person, PlanFacts } from './facts'
import type { FirstOwner, Recipient } from './plan'

/** Whose the answer is, and why his. */
export interface Owner {
  person: Person
  why: NonNullable<Why['owner']>
}

/**
 * The first of these who is still active: who asked and the deal's responsible, in the order of the plan → the plan's fallback → who handles.
 * @param first as the plan says; absent = who asked
 */
export function ownerOf(facts: Pick<PlanFacts, 'askedBy' | 'responsible' | 'fallback' | 'duty'>, first: FirstOwner = 'asker'): Owner {
  const asked: [OwnerSource, Person | null] = ['asked', facts.askedBy]
  const responsible: [OwnerSource, Person | null] = ['responsible', facts.responsible]
  const candidates = [...first === 'asker' ? [asked, responsible] : [responsible, asked], ['fallback', facts.fallback] satisfies typeof asked]
  const dismissed: OwnerSource[] = []
  for (const [from, person] of candidates) {
    if (person?.active) return { person, why: { from, dismissed } }
    if (person) dismissed.push(from)
  }
  return { person: facts.duty, why: { from: 'duty', dismissed } }
}

/** A person, or why there is none. */
export type Found = { person: Person } | { missing: PersonMissing }

/** Somebody above the owner who still works here. */
export function supervisorOf(owner: Person, facts: Pick<PlanFacts, 'supervisorOf'>): Found {
  const supervisor = facts.supervisorOf(owner.id)
  if (supervisor === null || supervisor.id === owner.id) return { missing: 'noSupervisor' }
  return supervisor.active ? { person: supervisor } : { missing: 'dismissed' }
}

/** Whom a rule means. */
export function recipientOf(recipient: Recipient, owner: Person, facts: Pick<PlanFacts, 'supervisorOf' | 'personOf'>): Found {
  if (recipient === 'owner') return { person: owner }
  if (recipient === 'supervisor') return supervisorOf(owner, facts)
  const person = facts.personOf(recipient.user)
  if (person === null) return { missing: 'unknownUser' }
  return person.active ? { person } : { missing: 'dismissed' }
}

export const nameOfRecipient = (recipient: Recipient): 'owner' | 'supervisor' | 'user' => typeof recipient === 'object' ? 'user' : recipient
