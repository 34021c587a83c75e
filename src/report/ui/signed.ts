import { useI18n } from 'vue-i18n'
import { displayNps } from '@/survey/model/score/nps'

/** A score or a difference of scores in words: rounded only here, with its sign and a minus that cannot be taken for a dash. */
export function useSigned(): (points: number) => string {
  const { n } = useI18n()
  return points => n(displayNps(points) ?? 0, 'signed').replace('-', '−')
}
