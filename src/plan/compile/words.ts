import { neutraliseBbCode } from '@/portal/hostile-text'
import { fillText, type PlanTexts } from '@/plan/model/texts'
import { harmless, variable } from './expression'

/** Our own words and an administrator's, as part of a property. */
export const own = (text: string): string => harmless(neutraliseBbCode(text))

/** Values of the placeholders while a process runs; the same names as in `wordsOf` of the plan. */
const RUNNING_WORDS: Record<string, string> = {
  client: variable('CLIENT_SAFE'), score: variable('SCORE_TEXT'), group: variable('GROUP_TEXT'), grade: variable('GRADE'), wish: variable('WISH'), deal: variable('DEAL_SAFE')
}

/**
 * A text of the plan with references where the plan puts values. The sentence about the deal brings its own blank along, because there may be none.
 */
export function runningText(text: string, words: { survey: string, link?: string }): string {
  const folded = harmless(text).replaceAll(/ ?\{inDeal\}/g, '{inDeal}')
  return fillText(folded, { ...RUNNING_WORDS, inDeal: variable('IN_DEAL'), ...words, survey: own(words.survey) })
}

/** " Deal “X”." */
export function inDealText(texts: PlanTexts): string {
  return ` ${fillText(harmless(texts.inDeal), { deal: variable('DEAL_SAFE') })}`
}
