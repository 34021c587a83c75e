import * as v from 'valibot'
import type { Group, Localized } from '@/survey/model/survey'

/**
 * What happens with an answer: rules, each a condition and its effects. Conditions use only what a business process
 * of the portal can see too, so that the same plan can be interpreted by the app and compiled into the engine.
 */
export interface Plan {
  v: 1
  /** whose the answer is in the first place, the other of the two comes second; absent = who asked, as in all plans from before it could be chosen */
  owner?: FirstOwner
  /** whose the answer is when neither who asked nor the deal's responsible is active any more; null = the duty person */
  fallbackOwner: number | null
  rules: Rule[]
  /** what a person's word about the case does; absent = `USUAL_OUTCOMES`, as in all plans from before it could be chosen */
  outcomes?: Outcomes
}

/**
 * An answer that counts is a case until somebody ends it: "questions remain" keeps it in work, "closed" and "could not reach" end it.
 * The case and its tasks end each other, whatever the plan says.
 */
export interface Outcomes {
  questionsRemain: {
    /** full STATUS_ID that is offered for the source deal; null = the deal stays where it is */
    stage: string | null
    /** how long the tasks of the case get from then on */
    deadlineHours: number
  }
}

export const USUAL_OUTCOMES: Outcomes = { questionsRemain: { stage: null, deadlineHours: 24 } }

export const FIRST_OWNERS = ['responsible', 'asker'] as const
export type FirstOwner = typeof FIRST_OWNERS[number]

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

/** Cards whose fields a rule may set. */
export const CARDS = ['deal', 'contact', 'company'] as const
export type Card = typeof CARDS[number]

/** `owner` is whose the answer is, `supervisor` the active head above him. */
export type RuleEffect =
  | { kind: 'comment' }
  | { kind: 'notify', whom: Recipient[] }
  | TaskRule
  /** `field`: name of a field as crm.item.fields gives it; `value`: as crm.item.update takes it, '' clears */
  | { kind: 'setField', card: Card, field: string, value: string }
  /** full STATUS_ID; happens only when the source deal's pipeline has this stage */
  | { kind: 'dealStage', stage: string }
  | MailRule
  /** the answer becomes this person's when everything else is done */
  | { kind: 'handOver', user: number }

export interface TaskRule {
  kind: 'task'
  title: string
  checklist: string[]
  deadlineHours: number
  /** absent = true: the owner's supervisor is the task's creator */
  onBehalfOfSupervisor?: boolean
  /** absent = the owner */
  responsible?: Recipient
}

/** A follow-up or an offer, sent to the client by the owner. Texts with `{client}`, `{responsible}`, `{company}` (the one that asks), `{score}`. */
export interface MailRule {
  kind: 'mail'
  subject: Localized
  body: Localized
}

export const MAIL_PLACEHOLDERS = ['client', 'responsible', 'company', 'score'] as const
export const TASK_PLACEHOLDERS = ['client', 'score', 'group', 'survey', 'deal'] as const

/** A year. */
export const MAX_DEADLINE_HOURS = 8760

/** Items of a checklist: one command each, in one batch with the task. */
export const MAX_CHECKLIST = 30

const recipient = v.union([v.picklist(['owner', 'supervisor']), v.object({ user: v.number() })])
const localized = v.record(v.string(), v.string())

const deadlineHours = v.pipe(v.number(), v.minValue(1), v.maxValue(MAX_DEADLINE_HOURS))
const stageId = v.pipe(v.string(), v.minLength(1))

const effectSchema = v.variant('kind', [
  v.object({ kind: v.literal('comment') }),
  v.object({ kind: v.literal('notify'), whom: v.array(recipient) }),
  v.object({
    kind: v.literal('task'),
    title: v.string(),
    checklist: v.array(v.string()),
    deadlineHours,
    onBehalfOfSupervisor: v.optional(v.boolean()),
    responsible: v.optional(recipient)
  }),
  v.object({ kind: v.literal('setField'), card: v.picklist(CARDS), field: v.pipe(v.string(), v.minLength(1)), value: v.string() }),
  v.object({ kind: v.literal('dealStage'), stage: stageId }),
  v.object({ kind: v.literal('mail'), subject: localized, body: localized }),
  v.object({ kind: v.literal('handOver'), user: v.number() })
])

export const planSchema = v.object({
  v: v.literal(1),
  owner: v.optional(v.picklist(FIRST_OWNERS)),
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
    effects: v.array(effectSchema)
  })),
  outcomes: v.optional(v.object({ questionsRemain: v.object({ stage: v.nullable(stageId), deadlineHours }) }))
})

/**
 * Reads the plan that a survey carries.
 * @returns null when it is damaged or newer than this version knows: the caller must stop, not guess.
 */
export function readPlan(stored: unknown): Plan | null {
  const parsed = v.safeParse(planSchema, stored)
  return parsed.success ? parsed.output : null
}

/** What the portal has to be asked before this plan can be decided. */
export interface PlanNeeds {
  /** people that the rules name */
  users: number[]
  /** cards whose list of fields is needed */
  cards: Card[]
  stages: boolean
  /** address of the owner */
  mail: boolean
}

export function needsOf(plan: Plan): PlanNeeds {
  const effects = plan.rules.flatMap(rule => rule.effects)
  const named = (recipient: Recipient): number[] => typeof recipient === 'object' ? [recipient.user] : []
  return {
    users: [...new Set(effects.flatMap(effect => effect.kind === 'notify' ? effect.whom.flatMap(named)
      : effect.kind === 'task' ? named(effect.responsible ?? 'owner')
        : effect.kind === 'handOver' ? [effect.user] : []))],
    cards: CARDS.filter(card => effects.some(effect => effect.kind === 'setField' && effect.card === card)),
    stages: effects.some(({ kind }) => kind === 'dealStage'),
    mail: effects.some(({ kind }) => kind === 'mail')
  }
}

/** How long whoever has to call back gets: as long as the most urgent task of the plan, a day at most. */
export function callBackHours(plan: Plan): number {
  return Math.min(24, ...plan.rules.flatMap(({ effects }) => effects.flatMap(effect => effect.kind === 'task' ? [effect.deadlineHours] : [])))
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
