import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { reactive } from 'vue'
import { PortalError } from '@/portal/errors'
import { afterDeal } from '@/survey/model/templates/after-deal'
import type { Snapshot, SurveyContent } from '@/survey/model/survey'
import { memoryPortal } from '@/survey/ui/memory-portal.fixture'
import { surveyMessages } from '@/survey/ui/messages'
import CrmSection from '@/survey/ui/sections/CrmSection.vue'
import { mountInPortal } from '../../../../tests/mount'

const field = (title: string, type = 'string', upperName = 'X') => ({ title, type, upperName })
const FIELDS: Record<number, Record<string, unknown>> = {
  2: {
    opportunity: field('Sum', 'double'), sourceId: field('Source', 'crm_status'), createdTime: field('Created', 'datetime'), stageId: field('Stage', 'crm_status'),
    ufCrmPhoto: field('Photo', 'file'), contactId: field('Contact', 'crm_contact'), ufCrmDealFbLastScore: field('Last score', 'double', 'UF_CRM_DEAL_FB_LAST_SCORE')
  },
  4: { industry: field('Industry', 'crm_status'), employees: field('Employees', 'crm_status') }
}

let content: SurveyContent
let fails: boolean

async function open(change: Partial<SurveyContent> = {}, disabled = false): Promise<VueWrapper> {
  content = reactive({ ...structuredClone(afterDeal), ...change })
  const portal = memoryPortal({
    'crm.category.list': () => {
      if (fails) throw new PortalError('unreachable')
      return { categories: [{ id: 0, name: 'General' }, { id: 4, name: 'Repairs' }] }
    },
    'crm.status.list': () => [],
    'crm.item.fields': ({ entityTypeId }) => ({ fields: FIELDS[Number(entityTypeId)] })
  })
  const section = await mountInPortal(CrmSection, {
    portal, messages: [surveyMessages], props: { content, disabled, others: [{ name: 'Repair survey', pipelines: [4] }] }
  })
  await flushPromises()
  return section
}

const sum: Snapshot = { card: 'deal', field: 'opportunity', title: 'Sum' }
const industry: Snapshot = { card: 'company', field: 'industry', title: 'Industry' }
const gone: Snapshot = { card: 'deal', field: 'ufCrmOld', title: 'Old field' }
const named = (section: VueWrapper, label: string) => section.get(`[aria-label="${label}"]`)
const offered = (section: VueWrapper): string[] => section.findAll('button[aria-label^="Add: "]').map(button => button.text())

beforeEach(() => { fails = false })

describe('fields of an answer', () => {
  it('offers what one line can hold, of deal and company, and nothing that is kept anyway', async () => {
    expect(offered(await open())).toEqual(['Created', 'Source', 'Sum', 'Employees', 'Industry'])
  })

  it('finds a field by a part of its name and adds it at the end', async () => {
    const section = await open({ snapshots: [sum] })
    await named(section, 'Find a field').setValue('indus')
    expect(offered(section)).toEqual(['Industry'])
    await named(section, 'Add: Industry').trigger('click')
    expect(content.snapshots).toEqual([sum, industry])
    expect(offered(section)).toEqual([])
    expect(section.text()).toContain('Nothing found')
  })

  it('changes their order and removes them by keyboard, and the focus stays with the row', async () => {
    const section = await open({ snapshots: [sum, industry] })
    await named(section, 'Up: Industry').trigger('click')
    await flushPromises()
    expect(content.snapshots).toEqual([industry, sum])
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Down: Industry')
    await named(section, 'Remove: Industry').trigger('click')
    await flushPromises()
    expect(content.snapshots).toEqual([sum])
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Remove: Sum')
  })

  it('has room for five', async () => {
    const section = await open({ snapshots: ['a', 'b', 'c', 'd', 'e'].map(name => ({ card: 'deal' as const, field: name, title: name })) })
    expect(offered(section)).toEqual([])
    expect(section.text()).toContain('Five fields are chosen')
  })

  it('marks one that the portal no longer has, by the name it had', async () => {
    const section = await open({ snapshots: [sum, gone] })
    expect(section.get('#field-snapshots-1').text()).toContain('Old field')
    expect(section.get('#field-snapshots-1').text()).toContain('deleted in the portal')
    expect(section.get('#field-snapshots-0').text()).not.toContain('deleted')
  })
})

describe('pipelines', () => {
  it('are ticked by name; who else claims one is said', async () => {
    const section = await open()
    expect(section.text()).toContain('proposed wherever no other one is chosen')
    expect(section.text()).toContain('“Repair survey” is proposed here already')
    await section.findAll('input[type=checkbox]')[1]!.setValue(true)
    expect(content.pipelines).toEqual([4])
    expect(section.text()).not.toContain('wherever no other one is chosen')
  })

  it('that were deleted stay ticked until somebody unticks them', async () => {
    const section = await open({ pipelines: [9, 0] })
    expect(section.text()).toContain('Pipeline no. 9')
    const lost = section.get('#field-pipelines-0')
    expect((lost.element as HTMLInputElement).checked).toBe(true)
    await lost.setValue(false)
    expect(content.pipelines).toEqual([0])
    expect(section.text()).not.toContain('Pipeline no. 9')
  })
})

it('that could not be loaded is an error with a retry, and nothing looks deleted', async () => {
  fails = true
  const section = await open({ snapshots: [sum], pipelines: [4] })
  expect(section.text()).not.toContain('deleted')
  fails = false
  await section.findAll('button').find(button => button.text() === 'Try again')!.trigger('click')
  await flushPromises()
  expect(section.text()).toContain('Repairs')
})

it('is only read by who may not change it', async () => {
  const section = await open({ snapshots: [sum], pipelines: [4] }, true)
  expect(section.findAll('button')).toEqual([])
  for (const box of section.findAll('input')) expect(box.attributes('disabled')).toBeDefined()
})
