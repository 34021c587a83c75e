import { useI18n } from 'vue-i18n'
import type { Group } from '@/survey/model/survey'
import type { Interval } from '@/survey/model/score/interval'
import type { Measure } from '@/report/model/measure'
import { useScoreText } from '@/report/ui/score-text'
import { useSigned } from '@/report/ui/signed'

/** Ends and grid of the axis on which a measure is drawn, in the unit of its score. */
export const AXES: Readonly<Record<Measure, { min: number, max: number, grid: number }>> = {
  nps: { min: -100, max: 100, grid: 25 },
  csat: { min: 0, max: 100, grid: 20 },
  ces: { min: 0, max: 100, grid: 20 },
  stars: { min: 1, max: 5, grid: 1 },
  coefficient: { min: 0, max: 100, grid: 20 }
}

/** Promoters belong to the NPS only, and effort is not satisfaction. */
const WORDS = { nps: 'nps', ces: 'ces', csat: 'satisfaction', stars: 'satisfaction', coefficient: 'satisfaction' } as const

/** Scores, differences, intervals and groups of a measure in words. */
export function useScoreWords() {
  const { t, n } = useI18n()
  const rounded = useScoreText()
  /** A mean of stars moves in hundredths. All of one kind have as many digits, so that they line up. */
  const digits = (count: number) => ({ key: 'decimal', minimumFractionDigits: count, maximumFractionDigits: count })
  const score = (measure: Measure, value: number): string =>
    measure === 'stars' ? n(value, digits(2)) : measure === 'coefficient' ? n(value, digits(1)) : rounded(measure, value)
  const signed = useSigned()
  const difference = (measure: Measure, value: number): string => {
    switch (measure) {
      case 'nps': return t('figure.unit.points', { n: signed(value) })
      case 'csat':
      case 'ces': return t('figure.unit.percentagePoints', { n: signed(value) })
      case 'stars':
      case 'coefficient': return n(value, { ...digits(measure === 'stars' ? 2 : 1), signDisplay: 'exceptZero' }).replace('-', '−')
    }
  }
  return {
    title: (measure: Measure): string => t(`figure.measure.${measure}`),
    score,
    /** on an axis */
    tick: rounded,
    difference,
    interval: (measure: Measure, { from, to }: Interval): string => t('ui.nps.interval', { from: score(measure, from), to: score(measure, to) }),
    /** of a difference */
    range: (measure: Measure, { from, to }: Interval): string => t('ui.nps.interval', { from: difference(measure, from), to: difference(measure, to) }),
    group: (measure: Measure, group: Group): string => t(`figure.group.${WORDS[measure]}.${group}`),
    answers: (count: number): string => t('ui.nps.answers', { n: n(count, 'integer') }, count)
  }
}
