import type { VueWrapper } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { nextTick, reactive } from 'vue'
import { checkContent } from '@/survey/model/check'
import { afterDeal } from '@/survey/model/templates/after-deal'
import type { SurveyContent } from '@/survey/model/survey'
import { surveyMessages } from '@/survey/ui/messages'
import ChannelsSection from '@/survey/ui/sections/ChannelsSection.vue'
import { mountInPortal, silentFrame } from '../../../../tests/mount'

let content: SurveyContent

async function open(from = '', disabled = false, frame = silentFrame()): Promise<VueWrapper> {
  content = reactive({ ...structuredClone(afterDeal), name: 'A', company: 'Acme', langs: ['en'], defaultLang: 'en' })
  content.mail = { ...content.mail, subject: { en: 'How was it?' }, from }
  return mountInPortal(ChannelsSection, { frame, messages: [surveyMessages], props: { content, problems: checkContent(content), disabled, sms: 'x'.repeat(161), chat: 'Hello Anna', script: '' } })
}

const way = (section: VueWrapper, id: string): string => section.get(`[data-way=${id}]`).text()

describe('words of a chat and of a conversation', () => {
  it.each(['chat', 'script'] as const)('%s are written in each language, and what is unknown is said', async kind => {
    const section = await open()
    await section.get(`#field-asking-${kind}-en`).setValue('Dear {client}')
    expect(content.asking[kind]).toEqual({ en: 'Dear {client}' })
    await section.get(`#field-asking-${kind}-en`).setValue('{url}')
    await section.setProps({ problems: checkContent(content) })
    expect(section.text()).toContain('The app does not know “url”.')
  })

  it('are shown with example names, where there are some', async () => {
    const section = await open()
    expect(section.get('[data-example=chat]').text()).toBe('With example names: Hello Anna')
    expect(section.find('[data-example=script]').exists()).toBe(false)
  })

  it('know a link in a chat only', async () => {
    const section = await open()
    const names = section.findAll('button').map(button => button.text()).filter(text => text === 'the link')
    expect(names).toHaveLength(2)
  })
})

describe('channels', () => {
  it('say how they work; none of these has a switch', async () => {
    const section = await open()
    for (const id of ['email', 'link', 'chat', 'phone']) expect(way(section, id)).toContain('works')
    expect(way(section, 'chat')).toContain('Where the client has an open dialogue')
    expect(section.findAll('[data-way=chat] :is(input, button)')).toEqual([])
  })

  it('lead to the place where a mailbox is connected', async () => {
    const frame = silentFrame()
    await (await open('', false, frame)).get('[data-way=email] button').trigger('click')
    expect(frame.openPath).toHaveBeenCalledWith('/mail/')
  })
})

describe('the mail', () => {
  it('takes a placeholder where the cursor stands', async () => {
    const section = await open()
    const subject = section.get<HTMLInputElement>('#field-mail-subject-en')
    subject.element.focus()
    subject.element.setSelectionRange(3, 3)
    await section.findAll('button').find(button => button.text().includes('deal'))!.trigger('click')
    await nextTick()
    expect(content.mail.subject.en).toBe('How{deal} was it?')
  })

  it('has score buttons unless somebody takes them out', async () => {
    const section = await open()
    await section.get('#field-mail-scoreButtons').setValue(false)
    expect(content.mail.scoreButtons).toBe(false)
  })
})

describe('the text message', () => {
  it('has a length and a price as soon as there are words', async () => {
    const section = await open()
    expect(section.find('[data-length]').exists()).toBe(false)
    await section.get('#field-asking-sms-en').setValue('Rate us')
    expect(content.asking.sms).toEqual({ en: 'Rate us' })
    expect(section.get('[data-length]').text()).toBe('161 characters, with the link about 2 messages')
  })

  it('takes the link where the cursor stands', async () => {
    const section = await open()
    const field = section.get<HTMLTextAreaElement>('#field-asking-sms-en')
    await field.setValue('Rate: now')
    field.element.focus()
    field.element.setSelectionRange(5, 5)
    await section.findAll('button').find(button => button.text() === 'the link')!.trigger('click')
    expect(content.asking.sms.en).toBe('Rate:{link} now')
  })
})

describe('the sender', () => {
  it('is who asks until a mailbox is given; going back forgets it', async () => {
    const section = await open()
    expect(section.find('#field-mail-from').exists()).toBe(false)
    const [asking, fixed] = section.findAll('input[type=radio]')
    await fixed!.setValue()
    await section.get('#field-mail-from').setValue('Care <care@acme.example>')
    expect(content.mail.from).toBe('Care <care@acme.example>')
    await asking!.setValue()
    expect(content.mail.from).toBe('')
    expect(section.find('#field-mail-from').exists()).toBe(false)
  })

  it('that is no address is said at the field', async () => {
    const section = await open('Care')
    expect(section.get('#field-mail-from').attributes('aria-invalid')).toBe('true')
    expect(section.text()).toContain('An address is needed')
    expect(section.text()).toContain('care@example.com')
  })
})
