import { shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { checkPlan } from '@/plan/model/check-plan'
import { readPlan } from '@/plan/model/plan'
import { loadPlanChoices, peopleIn, worldOf, type PlanChoices } from '@/plan/store'
import { createPeople, type Person } from '@/portal/people'
import type { SurveyContent } from '@/survey/model/survey'
import type { ListedProblem } from '@/survey/ui/problem-text'
import { usePortal } from '@/ui/portal'
import { PLAN_SECTION } from './element-id'
import { listedProblems } from './listed-problems'
import { usePlanWords } from './use-plan-words'

/**
 * Checks a plan against the portal of this moment: somebody may have deleted a stage since the editor was opened.
 * @returns a function that rejects with a PortalError when the portal cannot be asked
 */
export function usePlanCheck(): (content: SurveyContent, stored: unknown) => Promise<ListedProblem[]> {
  const { t } = useI18n()
  const portal = usePortal()
  const seen = shallowRef<{ choices: PlanChoices, people: Map<number, Person> }>()
  const words = usePlanWords(() => seen.value?.choices, id => seen.value?.people.get(id)?.name, () => ({ defaultLang: '', questions: [] }))

  return async (content, stored) => {
    const plan = readPlan(stored)
    if (plan === null) return [{ id: PLAN_SECTION, place: t('plan.title'), text: t(stored === null ? 'plan.missing' : 'plan.unreadable') }]
    const [choices, people] = await Promise.all([loadPlanChoices(portal), createPeople(portal).byIds(peopleIn(plan))])
    seen.value = { choices, people }
    return listedProblems(checkPlan(plan, content.langs, worldOf(choices, id => people.get(id)?.active === true)), words)
  }
}
