import type { Card } from '@/plan/model/plan'
import { COMPANY, CONTACT, DEAL, type NativeField, type NativeType } from '@/portal/fields'
import type { RuleEffect } from '@/plan/model/plan'
import { isVar, type Condition } from './activity'
import { harmlessValue } from './expression'
import type { CompiledSurvey, PortalFacts } from './input'

/** Codes of our native fields, as the installation makes them (userfieldconfig.add). */
export function nativeCode(type: NativeType, field: NativeField): string {
  const entity = { [DEAL]: 'DEAL', [CONTACT]: 'CONTACT', [COMPANY]: 'COMPANY' }[type]
  return `UF_CRM_${entity}_${field}`
}

/** `OPT_OUT` as activities give a yes. */
export const WANTS_NO_MAIL: Condition = ['Y', '1', 'true'].map(yes => [isVar('OPT_OUT', yes)])

type FieldEffect = RuleEffect & { kind: 'setField' }

/** A field that a rule sets, with the mark by which a helper is told to do it. */
export interface CardSetting {
  card: Card
  /** `|survey.rule.effect|` */
  mark: string
  code: string
  value: string
}

/** @returns null when the portal has no such field any more */
export function settingOf(survey: CompiledSurvey, rule: number, effect: number, { card, field, value }: FieldEffect, facts: PortalFacts): CardSetting | null {
  const known = facts.cardFields[card][field]
  if (!known) return null
  const written = known.type === 'employee' || known.type === 'user' ? `user_${value}` : known.xmlIds?.[value] ?? value
  return { card, mark: `|${survey.id}.${rule}.${effect}|`, code: known.code, value: value === '' ? '' : harmlessValue(written) }
}

/** Everything that any plan sets on a card of this kind. */
export function settingsOn(card: Card, surveys: readonly CompiledSurvey[], facts: PortalFacts): CardSetting[] {
  return surveys.flatMap(survey => survey.plan.rules.flatMap((rule, index) => rule.effects.flatMap((effect, at) => {
    const setting = effect.kind === 'setField' && effect.card === card ? settingOf(survey, index, at, effect, facts) : null
    return setting ? [setting] : []
  })))
}
