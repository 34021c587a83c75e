import { useI18n } from 'vue-i18n'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A duration in milliseconds as people say it: "3 days", "2.5 hours", "12 minutes"; a tenth is said only below ten. */
export function useDuration(): (milliseconds: number) => string {
  const { locale } = useI18n()
  return milliseconds => {
    const [unit, size] = milliseconds >= 2 * DAY ? ['day', DAY] as const : milliseconds >= HOUR ? ['hour', HOUR] as const : ['minute', MINUTE] as const
    const value = milliseconds / size
    return new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)
  }
}
