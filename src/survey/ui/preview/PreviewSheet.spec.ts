import { mount, type VueWrapper } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { emptyContent } from '@/survey/model/new-survey'
import type { SurveyContent } from '@/survey/model/survey'
import PreviewSheet from './PreviewSheet.vue'

const content: SurveyContent = {
  ...emptyContent({ lang: 'en', langs: ['en'], company: 'Acme' }),
  questions: [
    { id: 'q1', type: 'nps', text: { en: 'First?' }, required: true }, { id: 'q2', type: 'yesno', text: { en: 'Second?' }, required: false },
    { id: 'q3', type: 'short', text: { en: 'Third?' }, required: false }
  ]
}
type Sheet = VueWrapper & { vm: { show: (question: string) => Promise<void>, again: () => void } }
const sheet = (): Sheet => mount(PreviewSheet, { props: { content, lang: 'en', wide: false }, attachTo: document.body }) as unknown as Sheet
const asked = (page: Sheet): string[] => ['First?', 'Second?', 'Third?'].filter(words => page.text().includes(words))

it('turns to the question that is edited, takes no focus, and begins again at the first', async () => {
  const page = sheet()
  expect(asked(page)).toEqual(['First?'])
  const before = document.activeElement
  await page.vm.show('q3')
  await page.vm.$nextTick()
  expect(asked(page)).toEqual(['Third?'])
  expect(document.activeElement).toBe(before)
  await page.vm.show('gone')
  await page.vm.$nextTick()
  expect(asked(page)).toEqual(['Third?'])
  page.vm.again()
  await page.vm.$nextTick()
  expect(asked(page)).toEqual(['First?'])
  page.unmount()
})

it('comes back from the thank-you to a question', async () => {
  const page = sheet()
  await page.vm.show('q3')
  await page.vm.$nextTick()
  page.getComponent({ name: 'SurveyForm' }).vm.$emit('send')
  await page.vm.$nextTick()
  expect(asked(page)).toEqual([])
  await page.vm.show('q2')
  await page.vm.$nextTick()
  expect(asked(page)).toEqual(['Second?'])
  page.unmount()
})
