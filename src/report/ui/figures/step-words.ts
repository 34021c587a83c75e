import type { Step, StepSpan } from '@/report/model/period'
import { useDates } from '@/report/ui/dates'

/** A day, a week or a month of the trend as words. */
export function useStepWords(zone: () => string): (step: Step, span: StepSpan) => string {
  const { day, days, month } = useDates(zone)
  return (step, span) => step === 'month' ? month(span.from) : step === 'week' ? days(span) : day(span.from)
}
