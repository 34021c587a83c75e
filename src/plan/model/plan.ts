import * as v from 'valibot'
import type { Group } from '@/survey/model/survey'

/**
 * What happens with an answer: rules, each a condition and its effects. Conditions use only what a business process
 * of the portal can see too, so that the same plan can be interpreted by the app and compiled into the engine.
 */
export interface Plan {
  v: 1
  /** whose the answer is when neither who asked nor the deal's responsible is active any more; null = the duty person */
  fallbackOwner: number | null
  rules: Rule[]
}

export interface Rule {
  id: string
  when: Condition
  effects: RuleEffect[]
}

/** All given parts must hold; an empty condition always holds. */
export interface Condition {
  groups?: Group[]
  /** 0–10 and the like: the accepted value of the headline question, both ends included */
  value?: { from: number, to: number }
  channels?: string[]
  pipelines?: number[]
  /** sum of the source deal, in its own currency */
  sumFrom?: number
}

export type Recipient = 'owner' | 'supervisor' | { user: number }

export type RuleEffect =
  | { kind: 'comment' }
  | { kind: 'notify', whom: Recipient[] }
  | { kind: 'task', title: string, checklist: string[], deadlineHours: number }

/** A year. */
const MAX_DEADLINE_HOURS = 8760

const recipient = v.union([v.picklist(['owner', 'supervisor']), v.object({ user: v.number() })])

const planSchema = v.object({
  v: v.literal(1),
  fallbackOwner: v.nullable(v.number()),
  rules: v.array(v.object({
    id: v.string(),
    when: v.object({
      groups: v.optional(v.array(v.picklist(['high', 'middle', 'low']))),
      value: v.optional(v.object({ from: v.number(), to: v.number() })),
      channels: v.optional(v.array(v.string())),
      pipelines: v.optional(v.array(v.number())),
      sumFrom: v.optional(v.number())
    }),
    effects: v.array(v.variant('kind', [
      v.object({ kind: v.literal('comment') }),
      v.object({ kind: v.literal('notify'), whom: v.array(recipient) }),
      v.object({ kind: v.literal('task'), title: v.string(), checklist: v.array(v.string()), deadlineHours: v.pipe(v.number(), v.minValue(1), v.maxValue(MAX_DEADLINE_HOURS)) })
    ]))
  }))
})

/**
 * Reads the plan that a survey carries.
 * @returns null when it is damaged or newer than this version knows: the caller must stop, not guess.
 */
export function readPlan(stored: unknown): Plan | null {
  const parsed = v.safeParse(planSchema, stored)
  return parsed.success ? parsed.output : null
}

/** Everybody gets a comment and a notice; critics a task within a day, the undecided within three. Titles and checklists come from the template. */
export function standardPlan(words: { low: { title: string, checklist: string[] }, other: { title: string, checklist: string[] } }): Plan {
  return {
    v: 1,
    fallbackOwner: null,
    rules: [
      { id: 'always', when: {}, effects: [{ kind: 'comment' }, { kind: 'notify', whom: ['owner'] }] },
      { id: 'critics', when: { groups: ['low'] }, effects: [{ kind: 'notify', whom: ['supervisor'] }, { kind: 'task', ...words.low, deadlineHours: 24 }] },
      { id: 'others', when: { groups: ['middle', 'high'] }, effects: [{ kind: 'task', ...words.other, deadlineHours: 72 }] }
    ]
  }
}
