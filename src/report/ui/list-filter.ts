import type { Group } from '@/survey/model/survey'
import { answerGroup, type ReportAnswer } from '@/report/model/records'
import { isOpenCase } from '@/report/ui/open-case'

export const LIST_VIEWS = ['all', 'high', 'middle', 'low', 'open'] as const

/** Which rows are listed. The figures do not know of it: they would only say what was chosen. */
export interface ListFilter {
  /** all, one group, or low answers whose case nobody has finished */
  view: 'open' | 'all' | Group
  withComment: boolean
  /** the flagged ones as well */
  flagged: boolean
}

/** @returns whether a row is in the list */
export function listed(answer: ReportAnswer, { view, withComment, flagged }: ListFilter): boolean {
  if (!flagged && answer.flag !== null) return false
  if (withComment && !answer.hasComment) return false
  if (view === 'open') return isOpenCase(answer)
  return view === 'all' || answerGroup(answer) === view
}
