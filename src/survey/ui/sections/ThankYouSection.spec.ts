import type { VueWrapper } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { reactive } from 'vue'
import type { SurveyContent } from '@/survey/model/survey'
import { afterDeal } from '@/survey/model/templates/after-deal'
import { surveyMessages } from '@/survey/ui/messages'
import ThankYouSection from '@/survey/ui/sections/ThankYouSection.vue'
import { mountInPortal } from '../../../../tests/mount'

let content: SurveyContent

async function open(disabled = false): Promise<VueWrapper> {
  content = reactive({ ...structuredClone(afterDeal), company: 'Acme', langs: ['en'], defaultLang: 'en' })
  content.thankYou = { ...content.thankYou, callBack: ['low'] }
  return mountInPortal(ThankYouSection, { messages: [surveyMessages], props: { content, problems: [], disabled } })
}

describe('calling back', () => {
  it('is offered to the groups that are ticked, in their order', async () => {
    const section = await open()
    const box = (group: string) => section.get(`#field-thankYou-callBack-${group}`)
    expect((box('low').element as HTMLInputElement).checked).toBe(true)
    await box('high').setValue(true)
    expect(content.thankYou.callBack).toEqual(['high', 'low'])
    await box('low').setValue(false)
    await box('high').setValue(false)
    expect(content.thankYou.callBack).toEqual([])
    expect(section.text()).toContain('the responsible person gets a task')
  })

  it('is only read by who may not change it', async () => {
    for (const box of (await open(true)).findAll('input[type=checkbox]')) expect(box.attributes('disabled')).toBeDefined()
  })
})
