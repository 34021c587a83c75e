import { describe, expect, it } from 'vitest'
import { editorMessages } from '@/survey/ui/editor/messages'
import { surveyMessages } from '@/survey/ui/messages'
import { mountInPortal } from '../../../../tests/mount'
import EditorNav from './EditorNav.vue'

const nav = (missing: number) => mountInPortal(EditorNav, {
  messages: [surveyMessages, editorMessages],
  props: { sections: ['names', 'questions', 'plan'], current: 'questions', langs: ['en', 'ru'], missing: (lang: string) => lang === 'ru' ? missing : 0, lang: 'en', showsPreview: false }
})

describe('the strip above the texts', () => {
  it('marks the section in sight, and only that', async () => {
    const strip = await nav(0)
    expect(strip.findAll('nav a').map(link => [link.text(), link.attributes('aria-current')])).toEqual([
      ['Name', undefined], ['Questions', 'location'], ['Plan', undefined]
    ])
    await strip.setProps({ current: 'plan' })
    expect(strip.get('[aria-current]').text()).toBe('Plan')
  })

  it.each([[1, '1', '1 text is missing'], [12, '12', '12 texts are missing']])('says how many texts a language lacks: %i', async (count, shown, said) => {
    const language = (await nav(count)).get('[data-lang=ru]')
    expect(language.get('[aria-hidden]').text()).toBe(shown)
    expect(language.get('.sr-only').text()).toBe(said)
  })

  it('shows no number where nothing is missing', async () => {
    expect((await nav(0)).find('[data-lang] [aria-hidden]').exists()).toBe(false)
  })
})
