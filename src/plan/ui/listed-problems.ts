import type { PlanProblem } from '@/plan/model/check-plan'
import type { ListedProblem } from '@/survey/ui/problem-text'
import { planElementId } from './element-id'
import type { PlanWords } from './use-plan-words'

/** Problems as a list shows them. The same placeholder twice in a task is one thing to mend. */
export function listedProblems(problems: readonly PlanProblem[], words: PlanWords): ListedProblem[] {
  const listed = problems.map(problem => ({ id: planElementId(problem), place: words.place(problem), text: words.problem(problem) }))
  return [...new Map(listed.map(one => [`${one.id} ${one.text}`, one])).values()]
}
