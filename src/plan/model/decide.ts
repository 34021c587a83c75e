import { cutText, oneLine } from '@/survey/model/cut-text'
import { fillPlaceholders } from '@/survey/model/placeholders'
import { textIn } from '@/survey/model/survey'
import { conditionHolds } from './condition'
import { answerTitle, callBackTexts, commentText, noticeText, optOutText, taskDescription, TITLE_LIMIT, wordsOf } from './effect-words'
import type { AnswerFields, AnswerFlag, Effect, EffectOf, ImpossibleReason, Why } from './effects'
import type { Client, PlanFacts } from './facts'
import { nameOfRecipient, ownerOf, recipientOf, supervisorOf, type Owner } from './owner'
import { callBackHours, MAX_CHECKLIST, type MailRule, type Plan, type Recipient, type RuleEffect, type TaskRule } from './plan'
import { fillText, type PlanTexts } from './texts'

/**
 * Turns an answer into the ordered list of what has to happen, whatever cannot happen included. Fields first, the client's mail and the new
 * responsible late, hand-over last.
 *
 * - no flag: everything the rules say, last scores on the native cards
 * - test: what stays in the company – comment, notice, task –, no native scores, no change of cards, no mail
 * - late, invalid: comment and notice (a human wrote something), no task, no scores
 * - repeat: comment only
 * - optout: no answer at all – who was asked wants no more mail: noted on the card and in the deal, the invitation closed; nothing for a test
 * - shared: came over a registered link of a place, so nobody knows from whom: everything the rules say, as far as it needs no client and no deal;
 *   the link goes on being answered
 * - callback: no answer either – the owner gets a task, comment and notice, a test too; said once more, no second task; the same fill twice, nothing
 * - unmatched: kept and set aside in silence; one daily line tells about them, not one notice each
 */
export function decide(plan: Plan, facts: PlanFacts, texts: PlanTexts): Effect[] {
  const owner = ownerOf(facts, plan.owner)
  const always: Why = { rule: null }
  const effects: Effect[] = [{ kind: 'fields', key: 'fields', fields: fieldsOf(facts, owner, texts), why: { ...always, owner: owner.why } }]
  effects.push(...unreadableSnapshots(facts))
  if (facts.flag === null) effects.push(...lastScores(facts))
  if (facts.invitation && !facts.invitation.shared && ANSWERS_INVITATION.has(facts.flag)) {
    effects.push({ kind: 'answeredInvitation', key: 'invitation', invitationId: facts.invitation.id, why: always })
  }
  if (facts.flag === 'optout') effects.push(...optOutEffects(facts, texts))
  if (facts.callBack) effects.push(...callBackEffects({ facts, texts, owner }, facts.callBack.again, callBackHours(plan)))
  for (const rule of plan.rules) {
    if (!conditionHolds(rule.when, facts)) continue
    rule.effects.forEach((effect, index) => {
      effects.push(...ruleEffects(effect, { facts, texts, owner, rule: rule.id, at: `${rule.id}.${index}` }))
    })
  }
  effects.push({ kind: 'handOver', key: 'handOver', stage: HANDED_ON.has(facts.flag) && facts.group ? facts.group : 'set_aside', why: always })
  return unique(effects.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind)))
}

/** Cards are right before people are told; what leaves the company comes late, when everything that may fail has been tried. */
const ORDER: Effect['kind'][] = [
  'fields', 'lastScore', 'answeredInvitation', 'stopInvitation', 'setField', 'dealStage', 'comment', 'optOut', 'notify', 'task', 'mail', 'responsible',
  'impossible', 'handOver'
]

const ANSWERS_INVITATION: ReadonlySet<AnswerFlag | null> = new Set([null, 'test', 'invalid'])

/** Answers that somebody has to do something about. */
const HANDED_ON: ReadonlySet<AnswerFlag | null> = new Set([null, 'shared'])

const ALL: RuleEffect['kind'][] = ['setField', 'dealStage', 'comment', 'notify', 'task', 'mail', 'handOver']

/** What of a rule happens with an answer of this flag; the rest is noted as impossible, see `SILENT` for what is not even noted. */
export const ALLOWED: Record<AnswerFlag | 'none', ReadonlySet<RuleEffect['kind']>> = {
  none: new Set(ALL),
  test: new Set(['comment', 'notify', 'task', 'handOver']),
  late: new Set(['comment', 'notify', 'handOver']),
  invalid: new Set(['comment', 'notify', 'handOver']),
  repeat: new Set(['comment']),
  unmatched: new Set(),
  import: new Set(),
  optout: new Set(),
  callback: new Set(),
  shared: new Set(ALL)
}

/** Nobody is asked to do anything about these, so nothing is missing either. */
const SILENT: ReadonlySet<AnswerFlag | null> = new Set(['unmatched', 'import', 'optout', 'callback'])

/** Whose an answer is, in which words. */
interface Whose {
  facts: PlanFacts
  texts: PlanTexts
  owner: Owner
}

/** One effect of a rule whose condition holds. */
interface At extends Whose {
  rule: string
  /** `<rule>.<index>`: tells apart what a rule may ask for several times */
  at: string
}

function ruleEffects(effect: RuleEffect, at: At): Effect[] {
  const { facts } = at
  if (SILENT.has(facts.flag)) return []
  if (facts.flag !== null && !ALLOWED[facts.flag].has(effect.kind)) return [impossible(at, effect.kind, `${effect.kind}:${at.at}`, facts.flag)]
  switch (effect.kind) {
    case 'comment': return [commentEffect(at)]
    case 'notify': return effect.whom.map(recipient => notifyEffect(recipient, at))
    case 'task': return [taskEffect(effect, at)]
    case 'setField': return [fieldEffect(effect, at)]
    case 'dealStage': return [stageEffect(effect.stage, at)]
    case 'mail': return [mailEffect(effect, at)]
    case 'handOver': return [responsibleEffect(effect.user, at)]
  }
}

function impossible({ rule }: At, wanted: RuleEffect['kind'], key: string, reason: ImpossibleReason, why: Omit<Why, 'rule'> = {}): Effect {
  return { kind: 'impossible', key, wanted, reason, why: { rule, ...why } }
}

function fieldsOf(facts: PlanFacts, owner: Owner, texts: PlanTexts): AnswerFields {
  return {
    title: answerTitle(facts, texts),
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
    ownerId: owner.person.id,
    comment: facts.comment,
    snapshots: facts.snapshots.map(({ title, text }) => ({ title, text: text ?? '' }))
  }
}

function unreadableSnapshots(facts: PlanFacts): Effect[] {
  return facts.snapshots.flatMap(({ text }, index): Effect[] => text === null
    ? [{ kind: 'impossible', key: `snapshot:${index + 1}`, wanted: 'snapshot', reason: 'fieldUnreadable', why: { rule: null } }]
    : [])
}

function lastScores(facts: PlanFacts): Effect[] {
  const { score, group, answeredAt } = facts
  if (score === null || group === null) return []
  const targets = [[2, facts.deal], [3, facts.contact], [4, facts.company]] as const
  return targets.flatMap(([entityTypeId, target]): Effect[] => target
    ? [{ kind: 'lastScore', key: `lastScore:${entityTypeId}`, entityTypeId, id: target.id, score, group, at: answeredAt, why: { rule: null } }]
    : [])
}

function commentEffect(at: At): Effect {
  const { facts, texts, rule } = at
  if (!facts.deal) return impossible(at, 'comment', 'comment', 'noCard')
  return { kind: 'comment', key: 'comment', dealId: facts.deal.id, text: commentText(facts, texts), why: { rule } }
}

function notifyEffect(recipient: Recipient, at: At): Effect {
  const { facts, texts, owner, rule } = at
  const found = recipientOf(recipient, owner.person, facts)
  const as = nameOfRecipient(recipient)
  const why = as === 'user' ? {} : { owner: owner.why }
  if ('missing' in found) {
    return impossible(at, 'notify', `notify:${typeof recipient === 'object' ? recipient.user : recipient}`, found.missing, why)
  }
  const userId = found.person.id
  return { kind: 'notify', key: `notify:${userId}`, userId, text: noticeText(facts, texts), why: { rule, ...why, recipient: { as, instead: null } } }
}

function fieldEffect({ card, field, value }: RuleEffect & { kind: 'setField' }, at: At): Effect {
  const key = `setField:${card}.${field}` as const
  const target = at.facts[card]
  if (!target) return impossible(at, 'setField', key, 'noCard')
  if (!at.facts.writable[card]?.has(field)) return impossible(at, 'setField', key, 'fieldMissing')
  return { kind: 'setField', key, card, id: target.id, field, value, why: { rule: at.rule } }
}

function stageEffect(stage: string, at: At): Effect {
  const { facts: { deal, stages } } = at
  const no = (reason: ImpossibleReason): Effect => impossible(at, 'dealStage', `dealStage:${at.at}`, reason)
  if (!deal) return no('noCard')
  const known = stages.find(candidate => candidate.id === stage)
  if (!known) return no('stageMissing')
  if (deal.stage === stage) return no('stageAlready')
  return { kind: 'dealStage', key: 'dealStage', dealId: deal.id, stage, name: known.name, why: { rule: at.rule } }
}

function taskEffect(spec: TaskRule, at: At): Effect {
  const { facts, texts, owner, rule } = at
  const wanted = spec.responsible ?? 'owner'
  const found = recipientOf(wanted, owner.person, facts)
  const responsible = 'person' in found ? found.person : owner.person
  const words = wordsOf(facts, texts)
  const title = fillText(spec.title, words) || fillText(texts.taskLead, words)
  const { why, ...people } = creatorOf(spec.onBehalfOfSupervisor ?? true, responsible.id, at)
  return {
    kind: 'task',
    key: `task:${at.at}`,
    responsibleId: responsible.id,
    ...people,
    title: cutText(oneLine(facts.flag ? `${title} ${texts.flags[facts.flag]}` : title), TITLE_LIMIT),
    description: taskDescription(facts, texts),
    checklist: spec.checklist.map(item => cutText(oneLine(fillText(item, words)), TITLE_LIMIT)).filter(item => item !== '').slice(0, MAX_CHECKLIST),
    deadline: new Date(facts.now.getTime() + spec.deadlineHours * 3_600_000).toISOString(),
    dealId: facts.deal?.id ?? null,
    contactId: facts.contact?.id ?? null,
    companyId: facts.company?.id ?? null,
    why: { rule, owner: owner.why, recipient: { as: nameOfRecipient(wanted), instead: 'missing' in found ? found.missing : null }, creator: why }
  }
}

/** The owner's supervisor, else the owner himself; where the portal does not allow this name, who handles, and the supervisor watches. */
function creatorOf(onBehalf: boolean, responsibleId: number, { facts, owner }: Whose): Pick<EffectOf<'task'>, 'creatorId' | 'auditors'> & { why: NonNullable<Why['creator']> } {
  const found = onBehalf ? supervisorOf(owner.person, facts) : { person: owner.person }
  const wanted = 'person' in found ? found.person.id : owner.person.id
  const missing = 'missing' in found ? found.missing : null
  if (facts.mayCreateFor(wanted, responsibleId)) {
    return { creatorId: wanted, auditors: [], why: { as: onBehalf && missing === null ? 'supervisor' : 'owner', instead: missing } }
  }
  const watches = onBehalf && missing === null && wanted !== facts.handlerId
  return { creatorId: facts.handlerId, auditors: watches ? [wanted] : [], why: { as: 'handler', instead: missing ?? 'notAllowed' } }
}

/** The card last: where it says so already there is nothing left to do, whichever fill or person has said it. */
function optOutEffects(facts: PlanFacts, texts: PlanTexts): Effect[] {
  const { deal, invitation } = facts
  if (invitation === null || invitation.test || invitation.shared) return []
  const why: Why = { rule: null }
  const client = clientOf(facts)
  const effects: Effect[] = invitation.waiting ? [{ kind: 'stopInvitation', key: 'invitation', invitationId: invitation.id, why }] : []
  if (client === null || client.optedOut) return effects
  if (deal) effects.push({ kind: 'comment', key: 'comment', dealId: deal.id, text: optOutText(facts, texts), why })
  return [...effects, { kind: 'optOut', key: 'optOut', entityTypeId: client.entityTypeId, id: client.id, why }]
}

/**
 * Somebody wants to be called: whatever the rules say, it is the owner's task. Said over two devices, perhaps with two numbers, it stays one task,
 * and both are told.
 */
function callBackEffects(at: Whose, again: boolean, hours: number): Effect[] {
  const { facts, owner } = at
  const { comment, notice, title, description } = callBackTexts(facts, at.texts)
  const always: Why = { rule: null }
  const by = { owner: owner.why, recipient: { as: 'owner', instead: null } } as const
  const effects: Effect[] = facts.deal ? [{ kind: 'comment', key: 'comment', dealId: facts.deal.id, text: comment, why: always }] : []
  effects.push({ kind: 'notify', key: `notify:${owner.person.id}`, userId: owner.person.id, text: notice, why: { ...always, ...by } })
  if (again) return effects
  const { why, ...people } = creatorOf(true, owner.person.id, at)
  return [...effects, {
    kind: 'task', key: CALL_BACK_TASK, responsibleId: owner.person.id, ...people, title, description, checklist: [],
    deadline: new Date(facts.now.getTime() + hours * 3_600_000).toISOString(),
    dealId: facts.deal?.id ?? null, contactId: facts.contact?.id ?? null, companyId: facts.company?.id ?? null, why: { ...always, ...by, creator: why }
  }]
}

/** In the ledger; tasks of rules carry the rule and a number. */
export const CALL_BACK_TASK = 'task:callBack'

/** Subjects of mails. */
const SUBJECT_LIMIT = 200

function mailEffect(spec: MailRule, at: At): Effect {
  const { facts, owner, rule } = at
  const key = `mail:${at.at}` as const
  const why = { owner: owner.why }
  const no = (reason: ImpossibleReason): Effect => impossible(at, 'mail', key, reason, why)
  const client = clientOf(facts)
  if (client === null) return no('noCard')
  if (client.optedOut) return no('optedOut')
  if (client.email === '') return no('noAddress')
  const words = {
    client: client.name, responsible: owner.person.name, company: facts.asking, score: facts.value === null ? '' : `${facts.value}/${facts.scaleMax}`
  }
  const filled = (text: MailRule['subject']): string => fillPlaceholders(textIn(text, facts.lang, facts.defaultLang), words).trim()
  const body = filled(spec.body)
  const subject = cutText(oneLine(filled(spec.subject)), SUBJECT_LIMIT) || cutText(oneLine(facts.asking), SUBJECT_LIMIT)
  if (body === '' || subject === '') return no('noText')
  const { entityTypeId, id, name, email } = client
  return {
    kind: 'mail',
    key,
    owner: facts.deal ? { entityTypeId: 2, id: facts.deal.id } : { entityTypeId, id },
    to: { entityTypeId, id, name, email },
    from: { id: owner.person.id, name: owner.person.name, email: facts.emailOf(owner.person.id) },
    lang: facts.lang,
    subject,
    body,
    why: { rule, ...why }
  }
}

/** Who was asked: the person, or the company where no person was named. */
function clientOf(facts: PlanFacts): Client & { entityTypeId: 3 | 4 } | null {
  if (facts.contact) return { ...facts.contact, entityTypeId: 3 }
  return facts.company ? { ...facts.company, entityTypeId: 4 } : null
}

function responsibleEffect(user: number, at: At): Effect {
  const found = recipientOf({ user }, at.owner.person, at.facts)
  if ('missing' in found) return impossible(at, 'handOver', `responsible:${at.at}`, found.missing)
  return { kind: 'responsible', key: 'responsible', userId: user, why: { rule: at.rule, recipient: { as: 'user', instead: null } } }
}

/** Two rules may ask for the same thing; the first one wins. */
function unique(effects: Effect[]): Effect[] {
  const seen = new Set<string>()
  return effects.filter(({ key }) => !seen.has(key) && seen.add(key))
}
