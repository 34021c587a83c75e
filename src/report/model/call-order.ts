import type { ReportAnswer } from './records'

/**
 * Whom to call first: who waits longest. Cases of nobody that one could call – an answer through a link that anybody may use – stand last.
 * @param newestFirst open cases
 */
export function callOrder(newestFirst: readonly ReportAnswer[]): ReportAnswer[] {
  const waiting = [...newestFirst].reverse()
  const isSomebody = ({ contactId, companyId }: ReportAnswer): boolean => contactId !== null || companyId !== null
  return [...waiting.filter(isSomebody), ...waiting.filter(one => !isSomebody(one))]
}
