import { answerGroup, type ReportAnswer } from '@/report/model/records'

const ENDED: ReadonlySet<string> = new Set(['closed', 'no_contact', 'set_aside'])

/** A valid low answer whose case nobody has finished: somebody should call. */
export function isOpenCase(answer: ReportAnswer): boolean {
  return answer.flag === null && answerGroup(answer) === 'low' && !ENDED.has(answer.state)
}
