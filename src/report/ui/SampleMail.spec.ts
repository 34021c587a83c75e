import { flushPromises } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import { fakePortal } from '@/report/portal.fixture'
import { reportMessages } from '@/report/ui/messages'
import SampleMail from '@/report/ui/SampleMail.vue'
import { afterDeal } from '@/survey/model/templates/after-deal'
import type { Survey } from '@/survey/model/survey'
import { mountInPortal } from '../../../tests/mount'

const survey: Survey = {
  v: 4, id: 'after-deal', status: 'active', draft: afterDeal, published: { version: 1, at: '2026-01-01T00:00:00Z', by: 1, content: afterDeal },
  form: { id: 3, sec: 'abcdef', made: 'api', verifiedAt: null }, plan: null
}

async function show(surveys: Survey[], lang: string) {
  const view = await mountInPortal(SampleMail, { portal: fakePortal(), lang, messages: [reportMessages], props: { surveys, now: new Date('2026-03-01T00:00:00Z') } })
  await vi.dynamicImportSettled()
  await flushPromises()
  return view
}

it.each([['en', 'Anna Petrova', 'The mail of'], ['ru', 'Анна Петрова', 'Письмо опроса']])('shows the mail of a live survey in %s, with an example client', async (lang, client, title) => {
  const view = await show([{ ...survey, status: 'paused' }, survey], lang)
  expect(view.text()).toContain(title)
  expect(view.get('iframe').attributes('srcdoc')).toContain(client)
  expect(view.text()).not.toMatch(/invitation\./)
})

it.each<[string, Survey[]]>([['no survey', []], ['none that is live', [{ ...survey, status: 'paused' }]], ['none with a form', [{ ...survey, form: null }]]])(
  'shows nothing with %s', async (_, surveys) => {
    expect((await show(surveys, 'en')).find('iframe').exists()).toBe(false)
  })
