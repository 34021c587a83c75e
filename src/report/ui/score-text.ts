import { useI18n } from 'vue-i18n'
import type { Measure } from '@/report/model/measure'
import { useSigned } from '@/report/ui/signed'

/** A score in its own unit: NPS with its sign, CSAT and CES as a share, a mean with one decimal. */
export function useScoreText(): (measure: Measure, value: number) => string {
  const { n } = useI18n()
  const signed = useSigned()
  return (measure, value) => {
    switch (measure) {
      case 'nps': return signed(value)
      case 'csat':
      case 'ces': return n(value / 100, 'share')
      case 'stars':
      case 'coefficient': return n(value, 'decimal')
    }
  }
}
