import type { Problem } from './check'
import type { Snapshot, SurveyContent } from './survey'

export interface CrmField {
  /** as in crm.item.* */
  name: string
  title: string
}

/** What of the portal's CRM a survey may name. */
export interface CrmChoices {
  /** of deals, in the portal's order */
  pipelines: { id: number, name: string, /** in their order */ stages: { id: string, name: string }[] }[]
  /** that an answer can take a copy of, by title */
  fields: Record<Snapshot['card'], CrmField[]>
}

/** Fields, pipelines and stages that a survey names and the portal no longer has; they forbid publishing as the problems of `checkContent` do. */
export function checkCrm({ snapshots, pipelines, asking }: Pick<SurveyContent, 'snapshots' | 'pipelines' | 'asking'>, choices: CrmChoices): Problem[] {
  return [
    ...snapshots.flatMap(({ card, field, title }, index): Problem[] => choices.fields[card].some(({ name }) => name === field)
      ? []
      : [{ field: `snapshots.${index}`, code: 'fieldGone', params: { name: title || field } }]),
    ...pipelines.flatMap((id, index): Problem[] => choices.pipelines.some(pipeline => pipeline.id === id)
      ? []
      : [{ field: `pipelines.${index}`, code: 'pipelineGone', params: { id } }]),
    ...asking.stages.flatMap((id, index): Problem[] => choices.pipelines.some(({ stages }) => stages.some(stage => stage.id === id))
      ? []
      : [{ field: `asking.stages.${index}`, code: 'stageGone', params: { id } }])
  ]
}
