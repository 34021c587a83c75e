import { useQuery } from '@pinia/colada'
import { computed, reactive, type ComputedRef } from 'vue'
import { checkPlan, type PlanProblem } from '@/plan/model/check-plan'
import type { Plan } from '@/plan/model/plan'
import { loadPlanChoices, peopleIn, worldOf, type PlanChoices } from '@/plan/store'
import type { Portal } from '@/portal/client'
import { createPeople } from '@/portal/people'
import type { Lang } from '@/survey/model/survey'
import { useFrame, usePortal } from '@/ui/portal'

/** Pipelines, stages and fields that a plan may name. */
const choicesQuery = (portal: Portal) => ({ key: ['plan', 'choices'], query: () => loadPlanChoices(portal) })

/** Everything of the portal that a plan names, for showing and checking it while it is edited. */
export function usePlanWorld(plan: () => Plan, langs: () => readonly Lang[]) {
  const portal = usePortal()
  const frame = useFrame()
  const choices = useQuery(choicesQuery(portal))
  const ids = computed(() => peopleIn(plan()))
  const people = useQuery(() => ({
    key: ['plan', 'people', ...ids.value],
    query: () => createPeople(portal).byIds(ids.value),
    enabled: ids.value.length > 0
  }))
  /** names that the portal's dialogue has told; a person who was just chosen works here */
  const chosen = reactive(new Map<number, string>())

  const nameOf = (id: number): string | undefined => people.data.value?.get(id)?.name ?? chosen.get(id)
  const isActive = (id: number): boolean => people.data.value === undefined || chosen.has(id) || people.data.value.get(id)?.active === true

  /** @returns null when the person closes the dialogue */
  async function choosePerson(): Promise<number | null> {
    const person = await frame.selectUser()
    if (person) chosen.set(person.id, person.name)
    return person?.id ?? null
  }

  // What is not known yet is not wrong: before publishing everything is asked again.
  const problems: ComputedRef<PlanProblem[]> = computed(() => {
    const known: PlanChoices | undefined = choices.data.value
    const world = known ? worldOf(known, isActive) : { isActive, stages: new Set<string>(), fields: {} }
    return checkPlan(plan(), langs(), world).filter(({ trouble }) => known !== undefined || (trouble !== 'fieldGone' && trouble !== 'stageGone'))
  })

  return { choices, people, nameOf, choosePerson, problems }
}
