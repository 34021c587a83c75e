import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { reactive } from 'vue'
import { PortalError } from '@/portal/errors'
import { checkContent } from '@/survey/model/check'
import type { Asking, SurveyContent } from '@/survey/model/survey'
import { afterDeal } from '@/survey/model/templates/after-deal'
import { memoryPortal } from '@/survey/ui/memory-portal.fixture'
import { surveyMessages } from '@/survey/ui/messages'
import WhenSection from '@/survey/ui/sections/WhenSection.vue'
import { mountInPortal } from '../../../../tests/mount'

const STAGES: Record<string, { STATUS_ID: string, NAME: string }[]> = {
  DEAL_STAGE: [{ STATUS_ID: 'NEW', NAME: 'New' }, { STATUS_ID: 'WON', NAME: 'Won' }],
  DEAL_STAGE_4: [{ STATUS_ID: 'C4:DONE', NAME: 'Repaired' }]
}

let content: SurveyContent
let fails: boolean
beforeEach(() => { fails = false })

async function open(asking: Partial<Asking> = {}, disabled = false, expiresAfterDays = 30): Promise<VueWrapper> {
  content = reactive({ ...structuredClone(afterDeal), company: 'Acme', langs: ['en'], defaultLang: 'en', expiresAfterDays })
  content.asking = { ...content.asking, ...asking }
  const portal = memoryPortal({
    'crm.category.list': () => {
      if (fails) throw new PortalError('unreachable')
      return { categories: [{ id: 0, name: 'General' }, { id: 4, name: 'Repairs' }] }
    },
    'crm.item.fields': () => ({ fields: {} }),
    'crm.status.list': ({ filter }) => STAGES[(filter as { ENTITY_ID: string }).ENTITY_ID]
  })
  const section = await mountInPortal(WhenSection, {
    portal, messages: [surveyMessages], props: { content, disabled, problems: checkContent(content) }, slots: { charge: 'WHO IS IN CHARGE' }
  })
  await flushPromises()
  return section
}
const press = (section: VueWrapper, name: string): Promise<void> =>
  section.findAll('button').find(button => (button.attributes('aria-label') ?? button.text()) === name)!.trigger('click')

describe('stages', () => {
  it('of all pipelines can be ticked; then it is said what it costs', async () => {
    const section = await open()
    expect(section.text()).toContain('WHO IS IN CHARGE')
    expect(section.findAll('fieldset label').map(label => label.text())).toEqual(['New', 'Won', 'Repaired'])
    expect(section.text()).toContain('None is ticked')
    expect(section.text()).not.toContain('What it costs')
    const boxes = section.findAll('input[type=checkbox]')
    await boxes[1]!.setValue(true)
    await boxes[2]!.setValue(true)
    expect(content.asking.stages).toEqual(['WON', 'C4:DONE'])
    expect(section.text()).toContain('Repairs: 1 chosen')
    expect(section.text()).toContain('What it costs')
    await boxes[1]!.setValue(false)
    expect(content.asking.stages).toEqual(['C4:DONE'])
  })

  it('that were deleted stay ticked until somebody unticks them', async () => {
    const section = await open({ stages: ['WON', 'C9:OLD'] })
    expect(section.text()).toContain('Stage C9:OLD')
    expect(section.text()).toContain('deleted in the portal')
    await section.get('#field-asking-stages-1').setValue(false)
    expect(content.asking.stages).toEqual(['WON'])
  })

  it('that could not be loaded do not look deleted', async () => {
    fails = true
    const section = await open({ stages: ['WON'] })
    expect(section.text()).not.toContain('deleted')
    fails = false
    await press(section, 'Try again')
    await flushPromises()
    expect((section.get('#field-asking-stages-0').element as HTMLInputElement).checked).toBe(true)
  })
})

describe('reminders', () => {
  it('are added up to three, each later than the one before and before the end', async () => {
    const section = await open()
    expect(section.text()).toContain('one invitation, one message')
    for (let n = 0; n < 3; n++) await press(section, 'Add a reminder')
    expect(content.asking.reminders.map(({ afterDays }) => afterDays)).toEqual([3, 10, 17])
    expect(checkContent(content)).toEqual([])
    expect(section.findAll('button').map(button => button.text())).not.toContain('Add a reminder')
    expect(document.activeElement?.id).toBe('field-asking-reminders-2-afterDays')
  })

  it('have a subject only as mails', async () => {
    const section = await open()
    await press(section, 'Add a reminder')
    expect(section.find('#field-asking-reminders-0-subject-en').exists()).toBe(true)
    await section.findAll('input[type=radio]')[1]!.setValue()
    expect(content.asking.reminders[0]!.channel).toBe('sms')
    expect(section.find('#field-asking-reminders-0-subject-en').exists()).toBe(false)
    await section.get('#field-asking-reminders-0-text-en').setValue('Still waiting')
    expect(content.asking.reminders[0]!.text).toEqual({ en: 'Still waiting' })
  })

  it('go, and the focus stays near', async () => {
    const section = await open({ reminders: [3, 7].map(afterDays => ({ afterDays, channel: 'email', subject: {}, text: {} })) })
    await press(section, 'Remove reminder 1')
    await flushPromises()
    expect(content.asking.reminders.map(({ afterDays }) => afterDays)).toEqual([7])
    expect(document.activeElement?.textContent).toContain('Add a reminder')
  })

  it('that come too late are said at their days', async () => {
    const section = await open({ reminders: [{ afterDays: 30, channel: 'sms', subject: {}, text: {} }] })
    expect(section.text()).toContain('The link works for 30 days')
  })
})

describe('pauses and the mailbox', () => {
  it.each([['companyDays', 14, 730], ['mailsPerDay', 40, 2000]] as const)('%s takes whole numbers', async (field, value, most) => {
    const section = await open()
    await section.get(`#field-${field}`).setValue(String(value))
    expect(content[field]).toBe(value)
    await section.get(`#field-${field}`).setValue(String(most + 1))
    await section.setProps({ problems: checkContent(content) })
    expect(section.text()).toContain(`to ${most} is needed`)
    await section.get(`#field-${field}`).setValue('')
    expect(content[field]).toBeNaN()
  })

  it('are said to hold for processes as far as they can count', async () => {
    expect((await open()).text()).toContain('they cannot count mails')
  })
})

it('is only read by who may not change it', async () => {
  const section = await open({ stages: ['WON'], reminders: [{ afterDays: 3, channel: 'email', subject: {}, text: {} }] }, true)
  expect(section.findAll('button')).toEqual([])
  for (const box of section.findAll('input, textarea')) expect(box.attributes('disabled')).toBeDefined()
})
