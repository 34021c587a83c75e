import { useI18n } from 'vue-i18n'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * A duration in milliseconds as people say it: "3 days", "2.5 hours", "12 minutes"; a tenth is said only below ten.
 * Within a sentence units are shortened: a whole word would have to be bent ("от 3 дней").
 */
export function useDuration(): (milliseconds: number, place?: 'alone' | 'inSentence') => string {
  const { locale } = useI18n()
  return (milliseconds, place = 'alone') => {
    const [unit, size] = milliseconds >= 2 * DAY ? ['day', DAY] as const : milliseconds >= HOUR ? ['hour', HOUR] as const : ['minute', MINUTE] as const
    const value = milliseconds / size
    const unitDisplay = place === 'alone' ? 'long' : 'short'
    return new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)
  }
}
