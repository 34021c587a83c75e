import type { Why } from '@/plan/model/effects'
import type { Plan, Rule, RuleEffect } from '@/plan/model/plan'
import type { Reached, SimulatedEffect } from '@/plan/model/simulate'
import { reasonKey } from '@/plan/ui/effects/reason-key'
import { plainText } from './plain-text'

/** What a message needs besides its key. */
export interface Speech {
  t: (key: string, values?: Record<string, unknown>) => string
  has: (key: string) => boolean
  /** a moment for people to read */
  moment: (iso: string) => string
  /** a condition and what a rule does, as the plan says them */
  condition: (when: Rule['when']) => string
  effect: (effect: RuleEffect) => string
  plan: Plan
}

/** One effect as it is shown. */
export interface EffectLines {
  key: string
  isImpossible: boolean
  what: string
  /** label and text, in their order */
  details: [label: string, text: string][]
  checklist: string[]
  why: string
}

/** A simulated effect in words. */
export function effectLines(simulated: SimulatedEffect, speech: Speech): EffectLines {
  const { effect } = simulated
  return {
    key: effect.key,
    isImpossible: effect.kind === 'impossible',
    what: whatHappens(simulated, speech),
    details: details(simulated, speech),
    checklist: effect.kind === 'task' ? effect.checklist : [],
    why: because(effect.why, speech)
  }
}

const names = (people: readonly Reached[]): string => people.map(({ name }) => name).join(', ')
const CARD = { 2: 'deal', 3: 'contact', 4: 'company' } as const

function whatHappens({ effect, reaches }: SimulatedEffect, speech: Speech): string {
  const { t, has } = speech
  const who = names(reaches)
  switch (effect.kind) {
    case 'lastScore': return t(`simulation.is.${CARD[effect.entityTypeId]}`, { score: effect.score })
    case 'setField': return speech.effect(effect)
    case 'dealStage': return t('simulation.is.dealStage', { stage: effect.name })
    case 'handOver': return t(`simulation.is.handOver.${effect.stage}`)
    case 'impossible': return t('simulation.is.impossible', {
      what: t('effects.one', { what: t(`effects.kind.${effect.wanted}`), why: t(reasonKey(effect.reason, has)) })
    })
    default: return t(`simulation.is.${effect.kind}`, { who })
  }
}

function details({ effect, onBehalfOf, watches }: SimulatedEffect, { t, moment }: Speech): EffectLines['details'] {
  const detail = (key: string, text: string): EffectLines['details'] => text === '' ? [] : [[t(`simulation.${key}`), text]]
  switch (effect.kind) {
    case 'fields': return effect.fields.snapshots.filter(({ text }) => text !== '').map(({ title, text }) => [title, text])
    case 'comment':
    case 'notify': return detail('text', plainText(effect.text))
    case 'task': return [
      ...detail('taskTitle', effect.title),
      ...detail('deadline', moment(effect.deadline)),
      ...detail('creator', onBehalfOf?.name ?? ''),
      ...detail('watches', names(watches)),
      ...detail('description', plainText(effect.description))
    ]
    case 'mail': return [
      ...detail('from', address(effect.from)),
      ...detail('to', address(effect.to)),
      ...detail('subject', effect.subject),
      ...detail('text', effect.body)
    ]
    default: return []
  }
}

const address = ({ name, email }: { name: string, email: string }): string => [name, email && `<${email}>`].filter(Boolean).join(' ')

/** The beginning of a sentence, further inside another. */
const inside = (sentence: string): string => sentence.charAt(0).toLocaleLowerCase() + sentence.slice(1)

/** "Rule 2: when the score is low; it goes to the owner; who asked has left". */
function because({ rule, owner, recipient, creator }: Why, { t, plan, condition }: Speech): string {
  const at = plan.rules.findIndex(({ id }) => id === rule)
  return [
    at < 0 ? t('simulation.because.every') : t('simulation.because.rule', { n: at + 1, condition: inside(condition(plan.rules[at]!.when)) }),
    ...recipient ? [recipient.instead ? t(`simulation.because.instead.${recipient.instead}`) : t(`simulation.because.as.${recipient.as}`)] : [],
    ...owner ? [...owner.dismissed.map(who => t(`simulation.because.left.${who}`)), t(`simulation.because.owner.${owner.from}`)] : [],
    ...creator ? [t(`simulation.because.creator.${creator.as}`), ...creator.instead ? [t(`simulation.because.creatorInstead.${creator.instead}`)] : []] : []
  ].join('; ')
}

