import { useI18n } from 'vue-i18n'
import { isSnapshot, type FilterPart, type PartValue } from '@/report/model/filter-part'
import type { Measure } from '@/report/model/measure'
import type { Labels } from '@/report/ui/figures/figure'

/** Words of promoters belong to the NPS only. */
const NPS_WORDS: Readonly<Record<string, string>> = { high: 'promoter', middle: 'passive', low: 'detractor' }

/** Conditions of the filter in words. */
export function usePartWords(labels: () => Labels, measure: () => Measure) {
  const { t } = useI18n()
  const named = (label: string | null | undefined, id: number): string => label === undefined ? '…' : label ?? t('report.none.hidden', { id })

  return {
    title: (part: FilterPart): string => isSnapshot(part) ? labels().snapshot(Number(part.slice(-1))) : t(`report.filter.part.${part}`),

    value(part: FilterPart, value: PartValue): string {
      if (value === null && part === 'tags') return t('report.none.tag')
      switch (part) {
        case 'surveys': return labels().value('survey', value)
        case 'channels': return labels().value('channel', value)
        case 'pipelines': return labels().value('pipeline', value)
        case 'responsible': return labels().value('responsible', value)
        case 'companies': return labels().value('company', value)
        case 'languages': return labels().value('language', value)
        case 'departments': return named(labels().department(Number(value)), Number(value))
        case 'tags': return named(labels().tag(Number(value)), Number(value))
        case 'groups': return t(`ui.group.${measure() === 'nps' ? NPS_WORDS[String(value)] : String(value)}`)
        case 'comment': return t(`report.filter.comment.${value}`)
        case 'states': return t(`report.state.${value}`)
        case 'flags': return value === 'none' ? t('report.filter.valid') : t(`ui.flag.${value}`)
        default: return labels().value(part, value)
      }
    }
  }
}
