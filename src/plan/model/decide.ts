import { cutText, oneLine } from '@/survey/model/cut-text'
import type { Channel, Group, Metric } from '@/survey/model/survey'
import type { AnswerFields, AnswerFlag, Effect } from './effects'
import type { Condition, Plan, Recipient } from './plan'
import { fillText, type PlanTexts } from './texts'

/** A person as far as the plan needs it. */
export interface Person {
  id: number
  name: string
  active: boolean
}

/** One question with what the customer said, already in words. */
export interface SaidLine {
  question: string
  said: string
}

/** Everything that the plan looks at. Collected by the caller; nothing here is asked from the portal. */
export interface PlanFacts {
  answerId: number
  /** ISO 8601 */
  answeredAt: string
  now: Date
  flag: AnswerFlag | null
  group: Group | null
  /** type of the headline question; null when the survey has none. Promoters exist only for NPS. */
  metric: Metric | null
  /** accepted value of the headline question and the highest value of its scale */
  value: number | null
  scaleMax: number
  score: number | null
  coefficient: number | null
  said: SaidLine[]
  surveyName: string
  channel: Channel | null
  invitation: { id: number, sentAt: string | null } | null
  deal: { id: number, title: string, stage: string, pipeline: number, sum: { amount: number, currency: string } | null, responsibleId: number } | null
  contact: { id: number, name: string } | null
  company: { id: number, name: string } | null
  askedBy: Person | null
  responsible: Person | null
  fallback: Person | null
  /** who handles: owner of last resort */
  duty: Person
  /** supervisor of a user id, null when there is none or he is the head himself */
  supervisorOf: (userId: number) => Person | null
  /** may the handler create a task in this person's name? (TRAPS 9: an administrator, or the responsible himself) */
  mayCreateFor: (creatorId: number, responsibleId: number) => boolean
  /** the handler, creator when the supervisor's name is not allowed */
  handlerId: number
  /** link targets inside the portal */
  answerLink: string
  cardLink: string
  /** texts of customers made harmless for BB code */
  neutral: (text: string) => string
}

/**
 * Turns an answer into the ordered list of what has to happen. Fields first, hand-over last.
 *
 * - no flag: everything the rules say, last scores on the native cards
 * - test: the same, but no native scores
 * - late, invalid: comment and notice (a human wrote something), no task, no scores
 * - repeat: comment only
 * - unmatched: kept and set aside in silence; one daily line tells about them, not one notice each
 */
export function decide(plan: Plan, facts: PlanFacts, texts: PlanTexts): Effect[] {
  const owner = ownerOf(facts)
  const effects: Effect[] = [{ kind: 'fields', key: 'fields', fields: fieldsOf(facts, owner, texts) }]
  const kinds = KINDS_BY_FLAG[facts.flag ?? 'none']

  if (kinds.includes('lastScore')) effects.push(...lastScores(facts))
  if (kinds.includes('answeredInvitation') && facts.invitation) {
    effects.push({ kind: 'answeredInvitation', key: 'invitation', invitationId: facts.invitation.id })
  }
  for (const effect of ruleEffects(plan, facts)) {
    if (!kinds.includes(effect.kind)) continue
    if (effect.kind === 'comment') effects.push(...commentEffect(facts, texts))
    if (effect.kind === 'notify') effects.push(...notifyEffects(effect.whom, facts, owner, texts))
    if (effect.kind === 'task') effects.push(taskEffect(effect, facts, owner, texts))
  }
  effects.push({ kind: 'handOver', key: 'handOver', stage: facts.flag === null && facts.group ? facts.group : 'set_aside' })
  return unique(effects)
}

const KINDS_BY_FLAG: Record<AnswerFlag | 'none', Effect['kind'][]> = {
  none: ['comment', 'lastScore', 'answeredInvitation', 'notify', 'task'],
  test: ['comment', 'answeredInvitation', 'notify', 'task'],
  late: ['comment', 'notify'],
  invalid: ['comment', 'notify', 'answeredInvitation'],
  repeat: ['comment'],
  unmatched: [],
  import: []
}

/** Who asked, if still active → the deal's responsible → the survey's fallback → who handles. */
export function ownerOf(facts: Pick<PlanFacts, 'askedBy' | 'responsible' | 'fallback' | 'duty'>): Person {
  return [facts.askedBy, facts.responsible, facts.fallback].find((person): person is Person => person?.active === true) ?? facts.duty
}

export function conditionHolds(when: Condition, facts: Pick<PlanFacts, 'group' | 'value' | 'channel' | 'deal'>): boolean {
  if (when.groups && !(facts.group && when.groups.includes(facts.group))) return false
  if (when.value && !(facts.value !== null && facts.value >= when.value.from && facts.value <= when.value.to)) return false
  if (when.channels && !(facts.channel && when.channels.includes(facts.channel))) return false
  if (when.pipelines && !(facts.deal && when.pipelines.includes(facts.deal.pipeline))) return false
  if (when.sumFrom !== undefined && !(facts.deal?.sum && facts.deal.sum.amount >= when.sumFrom)) return false
  return true
}

/** An invalid answer has no group: rules on groups cannot hold for it, the unconditional ones can. */
function ruleEffects(plan: Plan, facts: PlanFacts): Plan['rules'][number]['effects'] {
  return plan.rules.filter(rule => conditionHolds(rule.when, facts)).flatMap(rule => rule.effects)
}

function fieldsOf(facts: PlanFacts, owner: Person, texts: PlanTexts): AnswerFields {
  return {
    title: titleOf(facts, texts),
    flag: facts.flag,
    group: facts.group,
    value: facts.value,
    score: facts.score,
    coefficient: facts.coefficient,
    channel: facts.channel,
    dealId: facts.deal?.id ?? null,
    contactId: facts.contact?.id ?? null,
    companyId: facts.company?.id ?? null,
    stage: facts.deal?.stage ?? null,
    sum: facts.deal?.sum ?? null,
    askedBy: facts.askedBy?.id ?? null,
    sentAt: facts.invitation?.sentAt ?? null,
    ownerId: owner.id
  }
}

/** "9/10 · Anna Petrova · Kitchen, Abay street" */
function titleOf(facts: PlanFacts, texts: PlanTexts): string {
  return cutText(oneLine([scoreOf(facts, texts), facts.contact?.name || facts.company?.name, facts.deal?.title].filter(Boolean).join(' · ')), TITLE_LIMIT)
}

/** Titles of records and tasks have 255 characters in the portal. */
const TITLE_LIMIT = 250

/**
 * Characters of the customer's words in a comment or a task: at six bytes a character, the worst that escaping makes of one,
 * they stay below the 64 KB of a text column. The answer itself keeps everything.
 */
const SAID_LIMIT = 10_000

function lastScores(facts: PlanFacts): Effect[] {
  const { score, group, answeredAt } = facts
  if (score === null || group === null) return []
  const targets = [[2, facts.deal], [3, facts.contact], [4, facts.company]] as const
  return targets.flatMap(([entityTypeId, target]) =>
    target ? [{ kind: 'lastScore' as const, key: `lastScore:${entityTypeId}` as const, entityTypeId, id: target.id, score, group, at: answeredAt }] : [])
}

function commentEffect(facts: PlanFacts, texts: PlanTexts): Effect[] {
  if (!facts.deal) return []
  const head = fillText(texts.comment, wordsOf(facts, texts))
  return [{ kind: 'comment', key: 'comment', dealId: facts.deal.id, text: [head, saidText(facts, texts), cardLink(facts, texts)].filter(Boolean).join('\n') }]
}

function notifyEffects(whom: Recipient[], facts: PlanFacts, owner: Person, texts: PlanTexts): Effect[] {
  const people = whom.map(recipient => recipientId(recipient, facts, owner)).filter((id): id is number => id !== null)
  const text = fillText(texts.notice, { ...wordsOf(facts, texts), link: inUrlTag(facts.answerLink) })
  return people.map(userId => ({ kind: 'notify', key: `notify:${userId}`, userId, text }))
}

function recipientId(recipient: Recipient, facts: PlanFacts, owner: Person): number | null {
  if (recipient === 'owner') return owner.id
  if (recipient === 'supervisor') return supervisorOf(owner, facts)?.id ?? null
  return recipient.user
}

/** Somebody else who still works here, or nobody. */
function supervisorOf(owner: Person, facts: PlanFacts): Person | null {
  const supervisor = facts.supervisorOf(owner.id)
  return supervisor?.active && supervisor.id !== owner.id ? supervisor : null
}

function taskEffect(spec: { title: string, checklist: string[], deadlineHours: number }, facts: PlanFacts, owner: Person, texts: PlanTexts): Effect {
  const supervisor = supervisorOf(owner, facts)
  const wanted = supervisor?.id ?? owner.id
  const allowed = facts.mayCreateFor(wanted, owner.id)
  const words = wordsOf(facts, texts)
  const title = fillText(spec.title, words) || fillText(texts.taskLead, words)
  return {
    kind: 'task',
    key: 'task:main',
    responsibleId: owner.id,
    creatorId: allowed ? wanted : facts.handlerId,
    auditors: !allowed && supervisor && supervisor.id !== facts.handlerId ? [supervisor.id] : [],
    title: cutText(oneLine(facts.flag ? `${title} ${texts.flags[facts.flag]}` : title), TITLE_LIMIT),
    description: [fillText(texts.taskLead, words), saidText(facts, texts), cardLink(facts, texts)].filter(Boolean).join('\n\n'),
    checklist: spec.checklist.map(item => fillText(item, words)).filter(item => item !== ''),
    deadline: new Date(facts.now.getTime() + spec.deadlineHours * 3_600_000).toISOString(),
    dealId: facts.deal?.id ?? null,
    contactId: facts.contact?.id ?? null,
    companyId: facts.company?.id ?? null
  }
}

/** Names and titles come from people outside: harmless in BB code before they are put into a text. */
function wordsOf(facts: PlanFacts, texts: PlanTexts): Record<string, string> {
  const group = facts.group ? (facts.metric === 'nps' ? texts.npsGroups : texts.groups)[facts.group] : ''
  const flag = facts.flag ? texts.flags[facts.flag] : ''
  const score = scoreOf(facts, texts)
  const deal = facts.neutral(facts.deal?.title ?? '')
  return {
    client: facts.neutral(facts.contact?.name || facts.company?.name || texts.unknownClient),
    score,
    group,
    flag,
    grade: [[score, group].filter(Boolean).join(' – '), flag].filter(Boolean).join(' '),
    survey: facts.neutral(facts.surveyName),
    deal,
    inDeal: deal ? fillText(texts.inDeal, { deal }) : ''
  }
}

/** "9/10" */
function scoreOf(facts: PlanFacts, texts: PlanTexts): string {
  return facts.value === null ? texts.noScore : `${facts.value}/${facts.scaleMax}`
}

/** What was said, question by question; unanswered questions are left out. */
function saidText(facts: PlanFacts, texts: PlanTexts): string {
  const text = facts.said.filter(line => line.said.trim() !== '').map(line => `${facts.neutral(line.question)}\n— ${facts.neutral(line.said)}`).join('\n')
  return text.length > SAID_LIMIT ? `${cutText(text, SAID_LIMIT)}\n${texts.cut}` : text
}

function cardLink(facts: PlanFacts, texts: PlanTexts): string {
  return `[URL=${inUrlTag(facts.cardLink)}]${texts.openCard}[/URL]`
}

/** A bracket in an address (`?params[answer]=7`) would end the tag. */
function inUrlTag(address: string): string {
  return address.replaceAll('[', '%5B').replaceAll(']', '%5D')
}

/** Two rules may ask for the same thing; the first one wins. */
function unique(effects: Effect[]): Effect[] {
  return effects.filter((effect, index) => effects.findIndex(other => other.key === effect.key) === index)
}
