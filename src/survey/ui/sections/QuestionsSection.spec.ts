import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { defineComponent, h, reactive } from 'vue'
import { checkContent } from '@/survey/model/check'
import { MAX_QUESTIONS } from '@/survey/model/definition'
import { afterDeal } from '@/survey/model/templates/after-deal'
import type { Question, QuestionType, SurveyContent } from '@/survey/model/survey'
import { editorMessages } from '@/survey/ui/editor/messages'
import { provideEditorView, type EditorView } from '@/survey/ui/editor/editor-view'
import { surveyMessages } from '@/survey/ui/messages'
import QuestionsSection from '@/survey/ui/sections/QuestionsSection.vue'
import { mountInPortal } from '../../../../tests/mount'

const question = (id: string, type: QuestionType, more: Partial<Question> = {}): Question =>
  ({ id, type, text: { en: `Question ${id}`, ru: `Вопрос ${id}` }, required: false, ...more })

let content: SurveyContent
let view: EditorView

async function show(questions: Question[], disabled = false): Promise<VueWrapper> {
  content = reactive({ ...structuredClone(afterDeal), company: 'Acme', questions })
  return mountInPortal(defineComponent({
    setup() {
      view = provideEditorView(() => content)
      return () => h(QuestionsSection, { content, problems: checkContent(content), disabled })
    }
  }), { messages: [surveyMessages, editorMessages] })
}

const order = (): string => content.questions.map(({ id }) => id).join()
const focused = (): HTMLElement => document.activeElement as HTMLElement
async function press(section: VueWrapper, selector: string): Promise<void> {
  await section.get(selector).trigger('click')
  await flushPromises()
}
const inCard = (id: string, selector: string): string => `[data-question="${id}"] ${selector}`

beforeEach(() => document.body.replaceChildren())

describe('adding', () => {
  it('offers every type with a line about it; a scored one that is there says so and does nothing', async () => {
    const section = await show([question('a', 'nps')])
    await press(section, '[data-add-question]')
    expect(section.findAll('[data-type]')).toHaveLength(9)
    const taken = section.get('[data-type=nps]')
    expect([taken.attributes('aria-disabled'), taken.text()]).toEqual(['true', expect.stringContaining('There already')])
    await taken.trigger('click')
    expect(order()).toBe('a')
    expect(focused().dataset.type).toBe('csat')
  })

  it('opens the new question and waits for its text; a scored one comes with usual words in the survey’s languages', async () => {
    const section = await show([question('a', 'nps')])
    await press(section, '[data-add-question]')
    await press(section, '[data-type=ces]')
    const added = content.questions[1]!
    expect(added).toMatchObject({ type: 'ces', points: 7, easyIs: 'high', required: true })
    expect(Object.keys(added.text).sort()).toEqual(['en', 'ru'])
    expect(focused().closest('[data-question]')?.getAttribute('data-question')).toBe(added.id)
    expect(focused().tagName).toBe('TEXTAREA')
  })

  it('is refused with the reason when the survey is full', async () => {
    const section = await show(Array.from({ length: MAX_QUESTIONS }, (_, index) => question(`q${index}`, 'short')))
    expect(section.get('[data-add-question]').attributes('disabled')).toBeDefined()
    expect(section.text()).toContain('10 questions are the most')
    expect(section.findAll('[aria-label^="Duplicate"]').every(button => button.attributes('disabled') !== undefined)).toBe(true)
  })

  it('gives the focus back when nothing is chosen', async () => {
    const section = await show([])
    expect(section.text()).toContain('No questions yet')
    await press(section, '[data-add-question]')
    await section.get('[data-type=nps]').trigger('keydown', { key: 'Escape' })
    await flushPromises()
    expect(focused().dataset.addQuestion).toBeDefined()
  })
})

describe('order', () => {
  it('changes by buttons that keep the focus; at the end the other one has it', async () => {
    const section = await show([question('a', 'nps'), question('b', 'csat'), question('c', 'long')])
    await press(section, inCard('c', '[data-move="-1"]'))
    expect([order(), focused().dataset.move]).toEqual(['a,c,b', '-1'])
    await press(section, inCard('c', '[data-move="-1"]'))
    expect([order(), focused().dataset.move]).toEqual(['c,a,b', '1'])
    expect(section.get('[role=status]').text()).toBe('“Question c” is now question 1 of 3.')
  })

  it('makes the first scored question the headline', async () => {
    const section = await show([question('a', 'nps'), question('b', 'csat')])
    const headline = (): string | undefined => section.findAll('[data-question]').find(card => card.text().includes('headline'))?.attributes('data-question')
    expect(headline()).toBe('a')
    await press(section, inCard('b', '[data-move="-1"]'))
    expect(headline()).toBe('b')
  })
})

describe('removing', () => {
  it('can be taken back at once, at the same place', async () => {
    const section = await show([question('a', 'nps'), question('b', 'long'), question('c', 'short')])
    await press(section, inCard('b', '[aria-label^="Remove"]'))
    expect([order(), focused().textContent]).toEqual(['a,c', 'Undo'])
    await press(section, '[data-undo-question]')
    expect(order()).toBe('a,b,c')
    expect(focused().closest('[data-question]')?.getAttribute('data-question')).toBe('b')
  })

  it('by another type too, where options would be lost', async () => {
    const options = [{ id: 'x', text: { en: 'X', ru: 'Х' } }, { id: 'y', text: { en: 'Y', ru: 'У' } }]
    const section = await show([question('a', 'nps'), question('b', 'choice', { options })])
    await press(section, inCard('b', '[data-fold]'))
    await press(section, '#field-questions-1-type')
    await press(section, inCard('b', '[data-type=long]'))
    expect(content.questions[1]).toMatchObject({ type: 'long', text: { en: 'Question b' } })
    await press(section, '[data-undo-question]')
    expect(content.questions[1]).toMatchObject({ id: 'b', options })
  })
})

describe('options', () => {
  const withOptions = (): Question[] => [question('a', 'choice', { options: [{ id: 'x', text: { en: 'X', ru: 'Х' } }, { id: 'y', text: { en: 'Y' } }] })]
  const texts = (lang: string): (string | undefined)[] => content.questions[0]!.options!.map(({ text }) => text[lang])

  it('Enter adds the next one and goes there; Backspace takes an empty one away', async () => {
    const section = await show(withOptions())
    await section.get('#field-questions-0-options-0-text-en').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(texts('en')).toEqual(['X', undefined, 'Y'])
    expect(focused().id).toBe('field-questions-0-options-1-text-en')
    await section.get('#field-questions-0-options-1-text-en').trigger('keydown', { key: 'Backspace' })
    await flushPromises()
    expect(texts('en')).toEqual(['X', 'Y'])
    expect(focused().id).toBe('field-questions-0-options-0-text-en')
  })

  it('a translation is written beside the original', async () => {
    const section = await show(withOptions())
    view.choose('ru')
    await flushPromises()
    expect(section.get('ol ol').text()).toContain('Y')
    await section.get('#field-questions-0-options-1-text-ru').setValue('У')
    expect([texts('ru'), texts('en')]).toEqual([['Х', 'У'], ['X', 'Y']])
  })

  it('one that had a text can be taken back', async () => {
    const section = await show(withOptions())
    await press(section, '[aria-label="Remove: X"]')
    expect(texts('en')).toEqual(['Y'])
    await press(section, '[data-undo]')
    expect(texts('en')).toEqual(['X', 'Y'])
  })
})

it('who may only read has nothing to press but what unfolds', async () => {
  const section = await show([question('a', 'nps'), question('b', 'choice', { options: [{ id: 'x', text: { en: 'X' } }] })], true)
  for (const head of section.findAll('[data-fold]')) await head.trigger('click')
  const left = section.findAll('button').filter(button => button.element.closest('fieldset')?.disabled !== true && button.attributes('disabled') === undefined)
  expect(left.every(button => button.attributes('data-fold') !== undefined || /old all/.test(button.text()))).toBe(true)
})
