import { checkPlan, type PlanProblem } from '@/plan/model/check-plan'
import { readPlanFile, settlePlan, withoutPipelines, type LocalThing } from '@/plan/model/exchange'
import type { Plan } from '@/plan/model/plan'
import { loadPlanChoices, peopleIn, worldOf, type PlanChoices } from '@/plan/store'
import type { Portal } from '@/portal/client'
import { createPeople, type Person } from '@/portal/people'
import { checkContent, type Problem } from '@/survey/model/check'
import { readExchange, refusalOf, settleContent, type ContentNote, type Fault, type FileRefusal } from '@/survey/model/exchange'
import type { SurveyContent } from '@/survey/model/survey'

/** What a file is worth in this portal; nothing has been written. */
export type Examined =
  | { state: 'refused', refusal: FileRefusal }
  | { state: 'refused', refusal: 'shape', faults: Fault[] }
  | {
    state: 'ready'
    content: SurveyContent
    plan: Plan | null
    /** host of another portal that it comes from; null = this one */
    from: string | null
    notes: ContentNote[]
    /** has to be chosen again */
    things: LocalThing[]
    /** forbids publishing until an administrator has mended it */
    problems: Problem[]
    planProblems: PlanProblem[]
    choices: PlanChoices
    people: Map<number, Person>
  }

export const hostOf = (portal: Portal): string => new URL(portal.context.origin).host

/**
 * Checks a file completely: what it is, what is in it, what of it this portal knows.
 * @throws PortalError when the portal cannot be asked
 */
export async function examineFile(file: Pick<File, 'size' | 'type' | 'arrayBuffer'>, portal: Portal): Promise<Examined> {
  const unread = refusalOf(file)
  if (unread !== null) return { state: 'refused', refusal: unread }
  const text = utf8(await file.arrayBuffer())
  if (text === null) return { state: 'refused', refusal: 'notText' }
  const read = readExchange(text)
  if (!read.ok && read.refusal === 'shape') return { state: 'refused', refusal: 'shape', faults: [...read.faults] }
  if (!read.ok) return { state: 'refused', refusal: read.refusal }
  const planned = readPlanFile(read.file.plan)
  if (!planned.ok) return { state: 'refused', refusal: 'shape', faults: planned.faults }

  const here = hostOf(portal)
  const isHere = read.file.portal === here
  const choices = await loadPlanChoices(portal)
  const pipelines = new Set(choices.pipelines.map(({ id }) => id))
  const settled = planned.plan === null ? { plan: null, things: [] } : isHere ? withoutPipelines(planned.plan, pipelines) : settlePlan(planned.plan)
  const people = settled.plan === null ? new Map<number, Person>() : await createPeople(portal).byIds(peopleIn(settled.plan))
  const world = worldOf(choices, id => people.get(id)?.active === true)
  const { content, notes } = settleContent(read.file, { portal: here, pipelines, stages: world.stages, fields: world.fields })
  return {
    state: 'ready', content, plan: settled.plan, from: isHere ? null : read.file.portal, things: settled.things, choices, people,
    notes: [...notes, ...planned.unknown.map((path): ContentNote => ({ kind: 'unknownKey', path, about: path.split('.').at(-1) ?? path }))],
    problems: checkContent(content),
    // what has to be chosen again is said once, in words that tell why
    planProblems: settled.plan === null ? [] : checkPlan(settled.plan, content.langs, world)
      .filter(({ rule, effect, trouble }) => !trouble.endsWith('Gone') || !settled.things.some(thing => thing.rule === rule && thing.effect === effect))
  }
}

/** Exports are UTF-8. Another encoding would be read with holes that nobody sees. @returns null for anything else */
function utf8(bytes: ArrayBuffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}
