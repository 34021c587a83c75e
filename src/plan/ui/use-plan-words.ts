import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { PlanProblem } from '@/plan/model/check-plan'
import { MAIL_PLACEHOLDERS, TASK_PLACEHOLDERS, type Card, type Condition, type Recipient, type RuleEffect } from '@/plan/model/plan'
import type { CardField, PlanChoices } from '@/plan/store'
import { groupRange } from '@/survey/model/group-range'
import { headlineQuestion, textIn, type Group, type SurveyContent } from '@/survey/model/survey'
import { languageName } from '@/survey/ui/language-name'

export interface PlanWords {
  /** "When the score is low and the deal's sum is at least 100 000" */
  condition(when: Condition): string
  /** "notify the owner and their supervisor" */
  effect(effect: RuleEffect): string
  /** "low (0–6)": what a low score is depends on the headline question; without one the word alone */
  group(group: Group): string
  recipient(recipient: Recipient): string
  person(id: number): string
  /** "the stage “Won” (pipeline “Sales”)", "24 hours" */
  stage(id: string): string
  duration(hours: number): string
  pipeline(id: number): string
  /** undefined for a field that is gone or not known yet */
  field(card: Card, name: string): CardField | undefined
  /** what is wrong, in a sentence */
  problem(problem: PlanProblem): string
  /** where: "Plan, rule 2, action 1" */
  place(problem: Pick<PlanProblem, 'rule' | 'effect'>): string
}

const PLACEHOLDERS: ReadonlySet<string> = new Set([...MAIL_PLACEHOLDERS, ...TASK_PLACEHOLDERS])

/**
 * A plan as sentences in the language of who looks.
 * @param choices undefined while they are loaded: ids stand for names then
 * @param nameOf undefined for somebody whose name is not known
 * @param content of the survey: its own language and what is scored
 */
export function usePlanWords(
  choices: () => PlanChoices | undefined, nameOf: (id: number) => string | undefined, content: () => Pick<SurveyContent, 'defaultLang' | 'questions'>
): PlanWords {
  const { t, n, locale } = useI18n()
  const list = (type: 'conjunction' | 'disjunction'): ComputedRef<Intl.ListFormat> => computed(() => new Intl.ListFormat(locale.value, { type }))
  const [and, or] = [list('conjunction'), list('disjunction')]
  const anyOf = (words: string[]): string => words.length > 0 ? or.value.format(words) : t('plan.condition.nothing')
  /** Quotation marks inside ours become the inner ones of the language: «в воронке „Ремонт“», “the ‘Repairs’ pipeline”. */
  function quoted(text: string): string {
    const words = named(text).trim() || t('plan.untitled')
    const [open, close] = t('plan.quoted', { text: '' })
    const [inOpen, inClose] = open === '«' ? ['„', '“'] : ['‘', '’']
    return t('plan.quoted', { text: words.replaceAll(open!, inOpen!).replaceAll(close!, inClose!) })
  }
  /** "Call [client's name]" */
  const named = (text: string): string => text.replace(/\{(\w+)\}/g, (all, name: string) => PLACEHOLDERS.has(name) ? `[${t(`plan.placeholder.${name}`)}]` : all)

  function group(one: Group): string {
    const headline = headlineQuestion(content())
    if (!headline) return t(`plan.group.${one}`)
    const { from, to } = groupRange(headline, one)
    return t('plan.groupOf', { group: t(`plan.group.${one}`), values: from === to ? String(from) : `${from}–${to}` })
  }

  const person = (id: number): string => nameOf(id) || t('plan.person', { id })
  const recipient = (whom: Recipient): string => typeof whom === 'object' ? person(whom.user) : t(`plan.recipient.${whom}`)
  /** in a list behind the owner, the supervisor is theirs */
  function whom(one: Recipient, at: number, all: readonly Recipient[]): string {
    if (typeof one === 'object') return t('plan.whom.user', { name: person(one.user) })
    return t(one === 'supervisor' && all[at - 1] === 'owner' ? 'plan.whom.theirSupervisor' : `plan.whom.${one}`)
  }
  const pipeline = (id: number): string => choices()?.pipelines.find(one => one.id === id)?.name || t('plan.condition.pipelineGone', { id })
  const field = (card: Card, name: string): CardField | undefined => choices()?.fields[card].find(one => one.name === name)

  function condition({ groups, value, channels, pipelines, sumFrom }: Condition): string {
    const parts = [
      ...groups ? [t('plan.condition.groups', { groups: anyOf(groups.map(group)) })] : [],
      ...value ? [value.from === value.to ? t('plan.condition.valueIs', { value: value.from }) : t('plan.condition.value', value)] : [],
      ...channels ? [t('plan.condition.channels', { channels: anyOf(channels.map(channel => t(`plan.channel.${channel}`))) })] : [],
      ...pipelines ? [t('plan.condition.pipelines', { pipelines: anyOf(pipelines.map(id => quoted(pipeline(id)))) })] : [],
      ...sumFrom === undefined ? [] : [t('plan.condition.sumFrom', { sum: n(sumFrom, 'decimal') })]
    ]
    return parts.length === 0 ? t('plan.condition.always') : t('plan.condition.when', { conditions: and.value.format(parts) })
  }

  function deadline(hours: number): string {
    const days = hours / 24
    return Number.isInteger(days) ? t('plan.days', { n: days }, days) : t('plan.hours', { n: hours }, hours)
  }

  function stageName(id: string): string {
    const found = choices()?.pipelines.find(({ stages }) => stages.some(stage => stage.id === id))
    const stage = found?.stages.find(one => one.id === id)
    return stage && found ? t('plan.do.stageOf', { stage: quoted(stage.name), pipeline: quoted(found.name) }) : t('plan.stage.gone', { id })
  }

  function valueName(card: Card, name: string, value: string): string {
    const of = field(card, name)
    const item = of?.items.find(({ id }) => id === value)?.value
    const flag = of?.type === 'boolean' ? { Y: t('plan.field.yes'), N: t('plan.field.no') }[value] : undefined
    return quoted(item ?? flag ?? value)
  }

  function effectWords(effect: RuleEffect): string {
    switch (effect.kind) {
      case 'comment': return t('plan.do.comment')
      case 'notify': return effect.whom.length > 0 ? t('plan.do.notify', { whom: and.value.format(effect.whom.map(whom)) }) : t('plan.do.notifyNobody')
      case 'task': return t('plan.do.task', {
        title: quoted(effect.title), who: recipient(effect.responsible ?? 'owner'), deadline: deadline(effect.deadlineHours),
        more: [
          ...effect.onBehalfOfSupervisor ?? true ? [t((effect.responsible ?? 'owner') === 'owner' ? 'plan.do.onBehalfOfTheirs' : 'plan.do.onBehalf')] : [],
          // a message has no blanks at its ends in the files, the joint has to keep its own
          ...effect.checklist.length > 0 ? [t('plan.do.checklist', { n: effect.checklist.length }, effect.checklist.length)] : []
        ].join('')
      })
      case 'mail': return t('plan.do.mail', { subject: quoted(textIn(effect.subject, locale.value, content().defaultLang)) })
      case 'setField': {
        const { card, field: name, value } = effect
        const title = quoted(field(card, name)?.title ?? name)
        return value === '' ? t(`plan.do.clear.${card}`, { field: title }) : t(`plan.do.setField.${card}`, { field: title, value: valueName(card, name, value) })
      }
      case 'dealStage': return t('plan.do.dealStage', { stage: stageName(effect.stage) })
      case 'handOver': return t('plan.do.handOver', { who: person(effect.user) })
    }
  }

  function problem({ trouble, about }: PlanProblem): string {
    const named = trouble === 'userGone' ? person(Number(about)) : trouble === 'textMissing' ? languageName(about, locale.value) : about
    return t(`plan.trouble.${trouble}`, { about: named })
  }

  function place({ rule, effect }: Pick<PlanProblem, 'rule' | 'effect'>): string {
    if (rule === null) return t('plan.placeOwner')
    if (rule === 'outcomes') return t('plan.placeOutcomes')
    return effect === null ? t('plan.place', { rule: rule + 1 }) : t('plan.placeEffect', { rule: rule + 1, effect: effect + 1 })
  }

  return { condition, effect: effectWords, stage: stageName, duration: deadline, group, recipient, person, pipeline, field, problem, place }
}
