import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { PortalError } from '@/portal/errors'
import type { RecordStore } from '@/portal/record-store'
import { checkForm, saveForm, verifyForm } from '@/survey/form'
import { afterDeal } from '@/survey/model/templates/after-deal'
import type { Survey } from '@/survey/model/survey'
import { addSurvey, loadSurveys, type StoredSurvey } from '@/survey/store'
import { memoryPortal, type MemoryPortal } from '@/survey/ui/memory-portal.fixture'
import { editorMessages } from '@/survey/ui/editor/messages'
import { surveyMessages } from '@/survey/ui/messages'
import SurveyEditor from '@/survey/ui/SurveyEditor.vue'
import { mountInPortal } from '../../../tests/mount'

vi.mock('@/survey/form', async original => ({
  ...await original<typeof import('@/survey/form')>(), saveForm: vi.fn(), checkForm: vi.fn(), verifyForm: vi.fn()
}))
// The preview lives in a frame of its own; it is looked at in a browser.
const { show } = vi.hoisted(() => ({ show: vi.fn(async () => undefined) }))
vi.mock('@/survey/ui/preview/SurveyPreview.vue', () => ({ default: { render: () => null, methods: { show } } }))
// Asks the portal for its fields and pipelines; it has specs of its own.
vi.mock('@/survey/ui/sections/CrmSection.vue', () => ({ default: { render: () => null } }))
vi.mock('@/survey/ui/sections/asking/StageList.vue', () => ({ default: { render: () => null } }))

const store: RecordStore = {
  version: 1, entityTypeId: 1038, typeId: 13, invitationCategoryId: 2, answerCategoryId: 1, generation: 'g',
  names: {} as RecordStore['names'], enums: {}, native: {} as RecordStore['native'], answerStages: {} as RecordStore['answerStages'],
  invitationStages: {} as RecordStore['invitationStages']
}
const content = { ...structuredClone(afterDeal), name: 'After a deal', company: 'Acme' }
const live: Survey = {
  v: 4, id: 'afterdeal', status: 'active', draft: content, published: { version: 1, at: '2026-03-01T10:00:00Z', by: 1, content: structuredClone(content), plan: null },
  form: { id: 5, sec: 'abc', made: 'api', verifiedAt: '2026-03-01T10:05:00Z' }, plan: null
}

const fresh: Survey = { ...live, status: 'draft', published: null, form: null }

/** the plan belongs to another noun; here it is anything */
const OLD_PLAN = { v: 1, rules: ['old'] }
const NEW_PLAN = { v: 1, rules: ['new'] }
const planned: Survey = { ...live, plan: OLD_PLAN, published: { ...live.published!, plan: OLD_PLAN } }

let portal: MemoryPortal

const kept = (): Survey => JSON.parse(portal.items.surveys[0]!.PROPERTY_VALUES.JSON) as Survey

async function edit(survey: Survey = live, isAdmin = true, more: object = {}): Promise<VueWrapper> {
  await addSurvey(portal, survey)
  const [stored] = await loadSurveys(portal)
  portal.log.length = 0
  return mountInPortal(SurveyEditor, {
    portal, messages: [surveyMessages, editorMessages],
    props: {
      stored: stored as StoredSurvey & { survey: Survey }, store, me: 7, responsible: [7], isAdmin, mail: () => ({ subject: 'Subject', html: '<p>Mail</p>' }), sms: () => 'Text', chat: () => 'Chat', script: () => 'Script', ...more
    },
    slots: { plan: ({ write, disabled }: { write: (plan: unknown) => void, disabled: boolean }) => disabled ? null : h('button', { onClick: () => write(NEW_PLAN) }, 'Write a plan') }
  })
}

const button = (editor: VueWrapper, label: string) => editor.findAll('button').find(one => one.text() === label)!
const field = (editor: VueWrapper, id: string) => editor.get<HTMLInputElement>(`#field-${id}`)

/** Shows the fields of a question, from 0. */
async function unfold(editor: VueWrapper, place: number): Promise<void> {
  const head = editor.findAll('[data-fold]')[place]!
  if (head.attributes('aria-expanded') === 'false') await head.trigger('click')
}
const write = (editor: VueWrapper, lang: string): Promise<void> => editor.get(`[data-lang=${lang}]`).trigger('click')

async function press(editor: VueWrapper, label: string): Promise<void> {
  await button(editor, label).trigger('click')
  await flushPromises()
}

/** Presses a button of the question that the first publication asks. */
async function answerFirst(editor: VueWrapper, label: string): Promise<void> {
  await editor.findAll('[aria-labelledby=publish-question] button').find(one => one.text() === label)!.trigger('click')
  await flushPromises()
}

beforeEach(() => {
  sessionStorage.clear()
  portal = memoryPortal()
  vi.mocked(saveForm).mockReset().mockResolvedValue({ id: 5, sec: 'abc', made: 'api', verifiedAt: null })
  vi.mocked(checkForm).mockReset().mockResolvedValue({ code: null, problems: [], unseen: [] })
  vi.mocked(verifyForm).mockReset().mockResolvedValue({ code: null, problems: [], unseen: [] })
})

describe('a draft', () => {
  it('has nothing to save or publish until something is changed', async () => {
    const editor = await edit()
    expect(editor.text()).toContain('no changes')
    expect(button(editor, 'Save draft').attributes('disabled')).toBeDefined()
    expect(button(editor, 'Publish').attributes('disabled')).toBeDefined()
    await field(editor, 'mail-subject-en').setValue('Tell us')
    expect(editor.text()).toContain('unsaved changes')
    expect(button(editor, 'Publish').attributes('disabled')).toBeUndefined()
  })

  it('is saved without touching what customers see', async () => {
    const editor = await edit()
    await field(editor, 'mail-subject-en').setValue('Tell us')
    await press(editor, 'Save draft')
    expect(kept().draft.mail.subject.en).toBe('Tell us')
    expect(kept().published).toEqual(live.published)
    expect(editor.text()).toContain('draft saved; customers still see the published version')
    expect(editor.emitted('written')).toHaveLength(1)
  })
})

describe('a reload of the frame', () => {
  async function reload(editor: VueWrapper, isAdmin = true): Promise<VueWrapper> {
    editor.unmount()
    portal.items.surveys.length = 0
    return edit(live, isAdmin)
  }

  it('brings back what was not saved, says so, and lets it go', async () => {
    const first = await edit()
    await field(first, 'mail-subject-en').setValue('Mine')
    const editor = await reload(first)
    expect(editor.text()).toContain('Your unsaved changes from before the reload are back.')
    expect(field(editor, 'mail-subject-en').element.value).toBe('Mine')
    await press(editor, 'Discard them')
    expect(editor.text()).not.toContain('are back')
    expect(editor.text()).toContain('no changes')
    expect((await reload(editor)).text()).not.toContain('are back')
  })

  it('brings nothing back to who may only read, nor to another person', async () => {
    const first = await edit()
    await field(first, 'mail-subject-en').setValue('Mine')
    expect((await reload(first, false)).text()).not.toContain('are back')
    expect((await edit(live, true, { me: 8 })).text()).not.toContain('are back')
  })
})

describe('a plan', () => {
  it('is saved with the draft, and answers are handled by the published one', async () => {
    const editor = await edit(planned)
    await press(editor, 'Write a plan')
    expect(editor.text()).toContain('unsaved changes')
    await press(editor, 'Save draft')
    expect([kept().plan, kept().published?.plan]).toEqual([NEW_PLAN, OLD_PLAN])
    expect(editor.text()).toContain('draft saved; customers still see')
    await press(editor, 'Publish')
    expect([kept().plan, kept().published?.plan]).toEqual([NEW_PLAN, NEW_PLAN])
    expect(editor.text()).toContain('Version 2 is published.')
  })

  it('is checked before publishing; what is wrong leads to its place', async () => {
    const planProblems = vi.fn(async () => [{ id: 'there', place: 'Plan, rule 1', text: 'The rule does nothing.' }])
    const editor = await edit(planned, true, { planProblems })
    await press(editor, 'Write a plan')
    await press(editor, 'Publish')
    expect(planProblems).toHaveBeenCalledWith(expect.objectContaining({ name: 'After a deal' }), NEW_PLAN)
    expect(editor.get('[role=alert]').text()).toMatch(/1 thing has.*Plan, rule 1: The rule does nothing\.$/s)
    expect(kept()).toEqual(planned)
    planProblems.mockResolvedValue([])
    await press(editor, 'Publish')
    expect(kept().published?.plan).toEqual(NEW_PLAN)
  })

  it('is not published unchecked', async () => {
    const editor = await edit(planned, true, { planProblems: () => Promise.reject(new PortalError('unreachable')) })
    await press(editor, 'Write a plan')
    await press(editor, 'Publish')
    expect(editor.get('[role=alert]').text()).toContain('The portal cannot be reached.')
    expect(kept()).toEqual(planned)
  })

  it('of somebody else is named among the differences', async () => {
    const editor = await edit(planned)
    portal.items.surveys[0]!.PROPERTY_VALUES.JSON = JSON.stringify({ ...planned, plan: { v: 1, rules: ['theirs'] } })
    await press(editor, 'Write a plan')
    await press(editor, 'Save draft')
    expect(editor.findAll('section li').map(line => line.text())).toContain('Plan')
    await press(editor, 'Take theirs')
    await press(editor, 'Write a plan')
    await press(editor, 'Save draft')
    expect(kept().plan).toEqual(NEW_PLAN)
  })
})

describe('publishing', () => {
  it('makes the next version, and the form follows', async () => {
    const editor = await edit()
    await unfold(editor, 0)
    await field(editor, 'questions-0-text-en').setValue('Would you recommend us?')
    await press(editor, 'Publish')
    expect(kept().published).toMatchObject({ version: 2, by: 7, content: { questions: [{ text: { en: 'Would you recommend us?' } }] } })
    expect(portal.items.versions.map(({ NAME }) => NAME)).toEqual(['afterdeal.2'])
    expect(vi.mocked(saveForm).mock.calls[0]?.[1].survey.published.version).toBe(2)
    expect(kept().form).toEqual(live.form)
    expect(verifyForm).not.toHaveBeenCalled()
    expect(editor.text()).toContain('Version 2 is published.')
  })

  it('lists what forbids it, each a link to its field, and writes nothing', async () => {
    const editor = await edit()
    await unfold(editor, 0)
    await write(editor, 'ru')
    await field(editor, 'questions-0-text-ru').setValue('')
    await editor.get('[data-fold]').trigger('click')
    await write(editor, 'en')
    await field(editor, 'thankYou-link-high').setValue('acme')
    await press(editor, 'Publish')
    const links = editor.findAll('[role=alert] a')
    expect(links.map(link => link.text())).toEqual(['Question 1, text (Russian)', 'Link after a high score (optional)'])
    await links[1]!.trigger('click')
    await flushPromises()
    expect(document.activeElement?.id).toBe('field-thankYou-link-high')
    // in a folded question and another language
    await links[0]!.trigger('click')
    await flushPromises()
    expect(document.activeElement?.id).toBe('field-questions-0-text-ru')
    // the answer page follows the question that has the focus
    expect(show).toHaveBeenLastCalledWith(live.draft.questions[0]?.id)
    expect(portal.log).toEqual([])
  })

  it('is refused when somebody wrote meanwhile; the texts stay and can go over it', async () => {
    const editor = await edit()
    await field(editor, 'mail-subject-en').setValue('Mine')
    const theirs: Survey = { ...live, draft: { ...live.draft, company: 'Acme Ltd' } }
    portal.items.surveys[0]!.PROPERTY_VALUES.JSON = JSON.stringify(theirs)
    await press(editor, 'Publish')
    expect(editor.text()).toContain('Somebody else published this survey meanwhile.')
    expect(kept()).toEqual(theirs)
    expect(field(editor, 'mail-subject-en').element.value).toBe('Mine')
    expect(editor.findAll('section li').map(line => line.text())).toEqual(expect.arrayContaining(['Company', 'Subject (English)']))
    await press(editor, 'Keep my texts')
    await press(editor, 'Publish')
    expect(kept().published).toMatchObject({ version: 2, content: { company: 'Acme', mail: { subject: { en: 'Mine' } } } })
  })

  it('tells what to paste when the form was made by hand, and checks it', async () => {
    const editor = await edit({ ...live, form: { ...live.form!, made: 'hand' } })
    await flushPromises()
    expect(editor.find('code').exists()).toBe(false)
    await field(editor, 'mail-subject-en').setValue('Tell us')
    const mismatch = { code: 'formMismatch' as const, problems: [{ what: 'definitionOther' as const, field: 'FB_ANSWERS', expected: '2', found: '1' }], unseen: [] }
    vi.mocked(checkForm).mockResolvedValue(mismatch)
    await press(editor, 'Publish')
    expect(saveForm).not.toHaveBeenCalled()
    expect(editor.get('code').text()).toContain('"version":2')
    await press(editor, 'Check the form')
    expect(editor.get('[data-problem=definitionOther]').text()).toContain('holds version 1 of the survey; it has to be version 2')
    vi.mocked(checkForm).mockResolvedValue({ code: null, problems: [], unseen: [] })
    await press(editor, 'Check the form')
    expect(editor.text()).toContain('The form fits the published version.')
    expect(editor.find('code').exists() && editor.text().includes('Paste the new texts')).toBe(false)
  })

  it('says on opening that somebody has changed the form, and puts it right', async () => {
    vi.mocked(checkForm).mockResolvedValueOnce({ code: 'formMismatch', problems: [{ what: 'definitionMissing', field: 'FB_ANSWERS' }], unseen: [] })
    const editor = await edit()
    await flushPromises()
    expect(editor.find('[data-problem=definitionMissing]').exists()).toBe(true)
    await press(editor, 'Update the form')
    expect(saveForm).toHaveBeenCalledOnce()
    expect(editor.find('[data-problem]').exists()).toBe(false)
    expect(editor.findAll('button').map(one => one.text())).not.toContain('Update the form')
  })

  it('shows how to make the form where the app may not', async () => {
    portal = memoryPortal({
      'crm.type.get': () => ({ type: { title: 'Feedback' } }), 'crm.category.list': () => ({ categories: [{ id: 1, name: 'Answers' }] })
    })
    vi.mocked(saveForm).mockRejectedValueOnce(new PortalError('formNotMade'))
    const editor = await edit(fresh)
    await press(editor, 'Publish')
    await answerFirst(editor, 'Publish')
    expect(kept()).toMatchObject({ status: 'active', published: { version: 1 }, form: null })
    expect(editor.text()).toContain('Make the form yourself')
    expect(editor.text()).toContain('%token%')
  })
})

describe('the first publication', () => {
  it('asks before anybody can send the survey; Escape is no', async () => {
    const editor = await edit(fresh)
    await press(editor, 'Publish')
    const question = editor.get('#publish-question').element.parentElement
    expect(document.activeElement).toBe(question)
    expect(question?.textContent).toContain('wherever no other survey is chosen')
    await editor.get('[aria-labelledby=publish-question]').trigger('keydown', { key: 'Escape' })
    await flushPromises()
    expect(editor.find('#publish-question').exists()).toBe(false)
    expect(document.activeElement?.textContent).toBe('Publish')
    expect(portal.log).toEqual([])
  })

  it('publishes at a word; later publications ask nothing', async () => {
    const editor = await edit({ ...fresh, form: live.form })
    await press(editor, 'Publish')
    await answerFirst(editor, 'Publish')
    expect(kept()).toMatchObject({ status: 'active', published: { version: 1 } })
    expect(editor.find('#publish-question').exists()).toBe(false)
    await field(editor, 'mail-subject-en').setValue('Tell us')
    await press(editor, 'Publish')
    expect(kept()).toMatchObject({ status: 'active', published: { version: 2 } })
    expect(editor.emitted('try')).toBeUndefined()
  })

  it('may begin on pause, is never active in between, and leads to the trial', async () => {
    const editor = await edit(fresh)
    const call = vi.spyOn(portal, 'call')
    await press(editor, 'Publish')
    await answerFirst(editor, 'Publish on pause and try it')
    expect(kept()).toMatchObject({ status: 'paused', published: { version: 1 } })
    const written = call.mock.calls.flatMap(([method, params]) => method === 'entity.item.update' ? [params?.PROPERTY_VALUES as { JSON: string }] : [])
    expect(written.map(({ JSON: json }) => (JSON.parse(json) as Survey).status)).not.toContain('active')
    expect(written.length).toBeGreaterThan(0)
    expect(editor.emitted('try')).toHaveLength(1)
    expect(editor.text()).toContain('Version 1 is published. The survey is paused')
  })

  it('on pause does not lead to a trial that would have no form', async () => {
    portal = memoryPortal({
      'crm.type.get': () => ({ type: { title: 'Feedback' } }), 'crm.category.list': () => ({ categories: [{ id: 1, name: 'Answers' }] })
    })
    vi.mocked(saveForm).mockRejectedValueOnce(new PortalError('formNotMade'))
    const editor = await edit(fresh)
    await press(editor, 'Publish')
    await answerFirst(editor, 'Publish on pause and try it')
    expect(kept().status).toBe('paused')
    expect(editor.emitted('try')).toBeUndefined()
    expect(editor.text()).toContain('Make the form yourself')
  })

  it('names the pipelines, and whoever is proposed there already', async () => {
    portal = memoryPortal({
      'crm.category.list': () => ({ categories: [{ id: 0, name: 'Sales' }, { id: 4, name: 'Repairs' }] }), 'crm.item.fields': () => ({ fields: {} }),
      'crm.status.list': () => []
    })
    const rivals = vi.fn(() => [{ pipeline: 4, name: 'Old one', wins: true }, { pipeline: 0, name: 'New one', wins: false }])
    const editor = await edit({ ...fresh, draft: { ...fresh.draft, pipelines: [0, 4] } }, true, { rivals })
    await press(editor, 'Publish')
    await flushPromises()
    expect(rivals).toHaveBeenCalledWith([0, 4])
    expect(editor.findAll('[aria-labelledby=publish-question] p').map(line => line.text())).toEqual([
      'Publish? From now on your colleagues can send this survey.',
      'It will be proposed in the pipeline “Sales”.',
      'In the pipeline “Repairs”, “Old one” is proposed already. It goes on being proposed, because it was made earlier. Colleagues can choose this one themselves.',
      'In the pipeline “Sales”, “New one” is proposed already. From now on this one is proposed instead, because it was made earlier.'
    ])
  })

  it('of a draft that was only saved says that nothing is published', async () => {
    const editor = await edit(fresh)
    await field(editor, 'mail-subject-en').setValue('Tell us')
    await press(editor, 'Save draft')
    expect(editor.text()).toContain('draft saved; the survey has not been published yet')
  })
})

describe('pausing', () => {
  it('asks, stops the survey and keeps what is being edited', async () => {
    const editor = await edit()
    await field(editor, 'mail-subject-en').setValue('Mine')
    await press(editor, 'Pause')
    await press(editor, 'Pause')
    expect(kept()).toMatchObject({ status: 'paused', draft: { mail: { subject: live.draft.mail.subject } } })
    expect(field(editor, 'mail-subject-en').element.value).toBe('Mine')
    await press(editor, 'Resume')
    expect(kept().status).toBe('active')
  })
})

it('is read-only for everybody but administrators, and says why', async () => {
  const editor = await edit(live, false)
  expect(editor.text()).toContain('Only administrators can change it.')
  await unfold(editor, 0)
  // what is left only shows: languages, the answer page, questions
  expect(editor.findAll('button:not([disabled]):not([data-fold]):not([data-lang])').map(one => one.text())).toEqual(['Preview'])
  for (const control of editor.findAll('input, textarea')) {
    expect(control.element.matches(':disabled') || control.element.closest('fieldset')?.disabled === true, control.html()).toBe(true)
  }
})
