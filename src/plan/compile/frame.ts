import { engineTexts, type EngineTexts } from './engine-texts'
import { planTexts, type PlanTexts } from '@/plan/model/texts'
import { DEAL, type RecordField } from '@/portal/fields'
import { userFieldName } from '@/portal/record-store'
import { Activities, documentTypeOf, test, type Activity } from './activity'
import { ENGINE, type CompileInput, type TemplateIds } from './input'

/** What every part of a template needs while it is written. */
export interface Frame extends CompileInput {
  a: Activities
  ids: TemplateIds
  /** code of one of our fields on invitations and answers */
  field: (field: RecordField) => string
  texts: PlanTexts
  engine: EngineTexts
  /** records are deals: some activities work on smart processes only, and a few fields have other names */
  onDeals: boolean
}

export function openFrame(input: CompileInput, ids: TemplateIds): Frame {
  return {
    ...input, ids,
    a: new Activities(),
    field: field => userFieldName(input.store, field),
    texts: planTexts(input.facts.lang),
    engine: engineTexts(input.facts.lang),
    onDeals: input.store.entityTypeId === DEAL
  }
}

/**
 * Does `children` only while this installation is the current one and the engine is in charge: an earlier installation leaves its templates
 * behind, and running ones keep the copy that they started with. Both look for a record that names another generation, or another one in charge.
 */
export function whileCurrent({ a, store, facts, field }: Frame, children: Activity[]): Activity[] {
  const control = a.find('Control record', store.entityTypeId, [
    { field: 'ID', operator: '=', value: String(facts.controlId) },
    { field: field('FB_WHY'), operator: '=', value: store.generation },
    { field: field('FB_BY'), operator: '=', value: ENGINE }
  ], [{ field: 'ID', type: 'int' }])
  return [control, a.when('Current installation', [[test(control.Name, 'ID', '!empty')]], children)]
}

/** The moment at which a record was made. */
export const createdField = ({ onDeals }: Frame): string => onDeals ? 'DATE_CREATE' : 'CREATED_TIME'

/** A record of the store as processes name it, e.g. `DYNAMIC_1038_77`. */
export const documentId = ({ store }: Frame, id: string): string => `${documentTypeOf(store.entityTypeId)[2]}_${id}`
