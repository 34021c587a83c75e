import { describe, expect, it } from 'vitest'
import { checkCrm, type CrmChoices } from './check-crm'
import { askedByHand, type Snapshot } from './survey'

const choices: CrmChoices = {
  pipelines: [
    { id: 0, name: 'General', stages: [{ id: 'WON', name: 'Won' }] },
    { id: 4, name: 'Repairs', stages: [{ id: 'C4:DONE', name: 'Done' }] }
  ],
  fields: { deal: [{ name: 'opportunity', title: 'Sum' }], company: [{ name: 'industry', title: 'Industry' }] }
}
const sum: Snapshot = { card: 'deal', field: 'opportunity', title: 'Sum' }
const asking = (...stages: string[]) => ({ ...askedByHand(), stages })
const region: Snapshot = { card: 'company', field: 'ufCrmRegion', title: 'Region' }

describe('what a survey names in the CRM', () => {
  it('is fine while the portal has it', () => {
    expect(checkCrm({ snapshots: [sum, { card: 'company', field: 'industry', title: 'Industry' }], pipelines: [4, 0], asking: asking('WON', 'C4:DONE') }, choices)).toEqual([])
  })

  it('is a problem each when the portal has it no more, by the name it had', () => {
    expect(checkCrm({ snapshots: [sum, region, { ...region, title: '' }], pipelines: [0, 9], asking: asking('C4:DONE', 'DONE') }, choices)).toEqual([
      { field: 'snapshots.1', code: 'fieldGone', params: { name: 'Region' } },
      { field: 'snapshots.2', code: 'fieldGone', params: { name: 'ufCrmRegion' } },
      { field: 'pipelines.1', code: 'pipelineGone', params: { id: 9 } },
      { field: 'asking.stages.1', code: 'stageGone', params: { id: 'DONE' } }
    ])
  })

  it('belongs to one card: the same name on the other is another field', () => {
    expect(checkCrm({ snapshots: [{ ...sum, card: 'company' }], pipelines: [], asking: asking() }, choices)).toHaveLength(1)
  })
})
