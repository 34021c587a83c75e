import { useI18n } from 'vue-i18n'

/** Days as people read them. A day is yyyy-mm-dd and has no zone: it is the same day wherever it is read. */
export function useDayText(): (day: string) => string {
  const { d } = useI18n()
  return day => d(new Date(`${day.slice(0, 10)}T00:00:00Z`), { key: 'short', timeZone: 'UTC' })
}
