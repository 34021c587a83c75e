import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { embedScripts } from '../../demo/forms/form-fields'
import { saveForm as saveInEditor } from '../../demo/forms/methods'
import { startDemo, type Demo } from '../../demo/start'
import type { CrmForm } from '../../demo/state'
import type { Portal } from '@/portal/client'
import { runInstallation } from '@/portal/installation/installation'
import { formFieldName, userFieldName, type RecordStore } from '@/portal/record-store'
import { checkForm, connectForm, formOptions, presetsOf, saveForm, verifyForm, type FormTarget, type PublishedSurvey } from '@/survey/form'
import { formRecipe } from '@/survey/form-recipe'
import { decodeDefinition } from '@/survey/model/definition'
import { afterDeal } from '@/survey/model/templates/after-deal'
import { doorOf, portalOver } from '../in-process'

const TEXTS = { comment: 'Комментарий', answers: 'Ответы', button: 'Отправить', success: 'Спасибо!', failure: 'Не получилось' }
const NONCE = { token: 'a'.repeat(32), submission: 'b'.repeat(32) }

let demo: Demo
let portal: Portal
let store: RecordStore
let target: FormTarget

const published = (version: number): PublishedSurvey => ({
  v: 4, id: 'nps1', status: 'active', draft: afterDeal, form: null, plan: null, published: { version, at: '2026-03-01T10:00:00Z', by: 1, content: afterDeal }
})

const formOf = (id: number): CrmForm => demo.portal.state.forms.find(form => form.id === id)!
const answers = (): number => demo.portal.state.items.get(store.entityTypeId)?.size ?? 0
const save = (of = target): ReturnType<typeof saveForm> => saveForm(portal, of, TEXTS, [1])
const verify = (address: { id: number, sec: string }): ReturnType<typeof verifyForm> => verifyForm(portal, target, address, NONCE)

interface EditedForm extends Record<string, unknown> {
  presetFields: { fieldName: string, value: string }[]
  data: { fields: { name: string, hint: string }[] }
  document: Record<string, unknown>
}

/** The form as a person makes it in the portal's editor, with the given faults. */
function madeByHand(change: (options: EditedForm) => void = () => {}): CrmForm {
  const options = formOptions(target, TEXTS, [1]) as EditedForm
  change(options)
  const { form } = saveInEditor(demo.portal, options, 1)
  form!.active = true
  return form!
}

beforeAll(async () => {
  demo = await startDemo({ port: 0, answers: 0 })
  portal = portalOver(doorOf(demo.portal), { origin: demo.portalUrl })
  const { store: made } = await runInstallation(portal, { keepIn: 'smartProcess', everyone: true, duty: null, appBase: 'https://app.example/', linkBase: null, generation: 'g' }, () => {})
  store = made
})

afterAll(async () => { await demo.close() })

beforeEach(() => {
  demo.portal.state.forms = []
  demo.portal.contractLog.length = 0
  Object.assign(demo.portal.switches, { undocumented: true, formWritesNothing: false })
  target = { survey: published(1), store }
})

describe('a form that the app makes', () => {
  it('takes answers into Answers with all presets, and leaves no test record', async () => {
    const link = await save()
    expect(link).toEqual({ id: expect.any(Number), sec: formOf(link.id).sec, made: 'api', verifiedAt: null })
    const hint = (formOf(link.id).options as { data: { fields: { name: string, hint: string }[] } }).data.fields
      .find(({ name }) => name === formFieldName(store, 'FB_ANSWERS'))!.hint
    expect(decodeDefinition(hint)).toMatchObject({ survey: 'nps1', version: 1 })
    expect(await verify(link)).toEqual({ code: null, problems: [], unseen: ['duplicateControl'] })
    expect(await checkForm(portal, target, link)).toEqual({ code: null, problems: [], unseen: [] })
    expect(answers()).toBe(0)
    expect(demo.portal.contractLog).toEqual([])
  })

  it('is the same form for the next version; what the administrator set there stays', async () => {
    const link = await save()
    const form = formOf(link.id)
    form.name = 'Наш опрос'
    Object.assign(form.options, { name: 'Наш опрос', responsible: { users: [5], checkWorkTime: false }, agreements: { use: true } })
    form.options.presetFields = [...form.options.presetFields as unknown[], { entityName: `DYNAMIC_${store.entityTypeId}`, fieldName: 'SOURCE_DESCRIPTION', value: 'own' }]
    target = { store, survey: { ...published(2), form: link } }
    expect(await save()).toEqual(link)
    expect(demo.portal.state.forms).toHaveLength(1)
    expect(formOf(link.id)).toMatchObject({ name: 'Наш опрос', options: { responsible: { users: [5] } } })
    expect((formOf(link.id).options.presetFields as { value: string }[]).map(({ value }) => value)).toEqual(['own', ...presetsOf(target.survey).map(([, value]) => value)])
    expect(await verify(link)).toMatchObject({ code: null })
  })

  it('is found again after a crash before its connection was saved, also when not yet active', async () => {
    const { id } = await save()
    formOf(id).active = false
    expect(await save()).toMatchObject({ id })
    expect(demo.portal.state.forms).toHaveLength(1)
    expect(formOf(id).active).toBe(true)
  })

  it('is made anew when somebody deleted it', async () => {
    const link = await save()
    demo.portal.state.forms = []
    target = { store, survey: { ...published(2), form: link } }
    expect((await save()).id).not.toBe(link.id)
  })

  it.each([
    ['the methods are missing', () => { demo.portal.switches.undocumented = false }, () => portal],
    ['the person may not change forms', () => {}, () => portalOver(doorOf(demo.portal, 3), { origin: demo.portalUrl })]
  ])('is not made where %s: then by hand', async (_name, arrange, as) => {
    arrange()
    await expect(saveForm(as(), target, TEXTS, [1])).rejects.toMatchObject({ code: 'formNotMade' })
    expect(demo.portal.state.forms).toEqual([])
  })
})

describe('a form made by hand', () => {
  beforeEach(() => { demo.portal.switches.undocumented = false })

  it('is connected by its embed code and verified without any undocumented method', async () => {
    const form = madeByHand()
    const link = await connectForm(portal, embedScripts(demo.portal, form).inline.text)
    expect(link).toEqual({ id: form.id, sec: form.sec, made: 'hand', verifiedAt: null })
    expect(await checkForm(portal, target, link!)).toEqual({ code: null, problems: [], unseen: ['presets', 'pipeline', 'duplicateControl'] })
    expect(await verify(link!)).toMatchObject({ code: null, problems: [] })
    expect(answers()).toBe(0)
    expect(demo.portal.contractLog).toEqual([])
  })

  it('needs the code where the portal does not tell it', async () => {
    const form = madeByHand()
    expect(await connectForm(portal, String(form.id))).toBeNull()
    demo.portal.switches.undocumented = true
    expect(await connectForm(portal, String(form.id))).toMatchObject({ id: form.id, sec: form.sec })
    expect(await connectForm(portal, 'https://site.example/crm_form_abcde/')).toBeNull()
  })

  it('follows a recipe whose texts are exactly what the app would save', () => {
    const options = formOptions(target, TEXTS, [1]) as EditedForm
    const recipe = new Map(formRecipe(target, { type: 'Обратная связь', pipeline: 'Ответы' }, 'ru').map(({ step, texts }) => [step, texts]))
    expect([...recipe.keys()]).toEqual(['open', 'target', 'pipeline', 'duplicates', 'fields', 'definition', 'presets', 'publish', 'connect'])
    expect(recipe.get('presets')!.map(({ field, text }) => [userFieldName(store, field!), text])).toEqual(options.presetFields.map(({ fieldName, value }) => [fieldName, value]))
    expect(recipe.get('definition')![0]!.text).toBe(options.data.fields.at(-1)!.hint)
    expect(recipe.get('fields')!.map(({ label }) => label)).toEqual(['Отзыв: рекомендация (NPS)', 'Отзыв: комментарий', 'Отзыв: все ответы'])
  })

  it.each<[string, (options: EditedForm) => void, unknown[]]>([
    ['no comment', ({ data }) => { data.fields.splice(1, 1) }, [{ what: 'fieldMissing', field: 'FB_COMMENT' }]],
    ['no definition', ({ data }) => { data.fields[2]!.hint = 'Напишите нам' }, [{ what: 'definitionMissing', field: 'FB_ANSWERS' }]],
    ['an older definition', ({ data }) => { data.fields[2]!.hint = data.fields[2]!.hint.replace('"version":1', '"version":9') },
      [{ what: 'definitionOther', field: 'FB_ANSWERS', expected: '1', found: '9' }]],
    ['a closed link that is open', ({ data }) => { data.fields[2]!.hint = data.fields[2]!.hint.replace(/}$/, ',"closed":[7]}') },
      [{ what: 'definitionOther', field: 'FB_ANSWERS', expected: '1', found: '1' }]],
    ['neither comment nor token', ({ data, presetFields }) => { data.fields.splice(1, 1); presetFields.shift() },
      [{ what: 'fieldMissing', field: 'FB_COMMENT' }, { what: 'presetMissing', field: 'FB_TOKEN', expected: '%token%', found: '' }]],
    ['no token preset', ({ presetFields }) => { presetFields.shift() }, [{ what: 'presetMissing', field: 'FB_TOKEN', expected: '%token%', found: '' }]],
    ['a preset with a typing mistake', ({ presetFields }) => { presetFields[1]!.value = '%invitation%' },
      [{ what: 'presetMissing', field: 'FB_INVITATION', expected: '%inv%', found: '' }]],
    ['another survey\'s id', ({ presetFields }) => { presetFields[5]!.value = 'other' }, [{ what: 'presetWrong', field: 'FB_SURVEY', expected: 'nps1', found: 'other' }]],
    ['the other pipeline', ({ document }) => { document.dynamic = { category: store.invitationCategoryId } },
      [{ what: 'wrongPipeline', field: '', expected: expect.any(String), found: expect.any(String) }]]
  ])('with %s is found out by the test submission', async (_name, change, problems) => {
    const form = madeByHand(change)
    expect(await verify(form)).toMatchObject({ code: 'formMismatch', problems })
    expect(answers()).toBe(0)
  })

  it('is read completely where the portal allows it', async () => {
    const form = madeByHand(({ presetFields, document }) => {
      presetFields[0]!.value = '%tocken%'
      presetFields.pop()
      document.duplicateMode = 'MERGE'
    })
    demo.portal.switches.undocumented = true
    const { code, problems, unseen } = await checkForm(portal, target, form)
    expect({ code, unseen }).toEqual({ code: 'formMismatch', unseen: [] })
    expect(problems.map(({ what, field }) => `${what} ${field}`)).toEqual(['duplicateControl ', 'presetWrong FB_TOKEN', 'presetMissing FB_SURVEY'])
  })

  it('without a pipeline is right, because Answers is the default one', async () => {
    const form = madeByHand(({ document }) => { document.dynamic = {} })
    expect(await verify(form)).toMatchObject({ code: null })
    demo.portal.switches.undocumented = true
    expect(await checkForm(portal, target, form)).toMatchObject({ code: null })
  })

  it.each<[string, (form: CrmForm) => void, string, string[]]>([
    ['switched off', form => { form.active = false }, 'formNotConnected', []],
    ['with another code', form => { form.sec = 'zzzzzz' }, 'formNotConnected', []],
    ['behind a captcha', form => { (form.options.data as { captcha: unknown }).captcha = { service: 'google', recaptcha: { use: true } } }, 'formMismatch', ['captcha']],
    ['with a client\'s field', form => { (form.options.data as EditedForm['data']).fields.push({ name: 'CONTACT_NAME', hint: '' }) }, 'formMismatch', ['clientField']],
    ['in a portal that keeps nothing', () => { demo.portal.switches.formWritesNothing = true }, 'formMismatch', ['nothingWritten']]
  ])('%s', async (_name, arrange, code, problems) => {
    const form = madeByHand()
    const address = { id: form.id, sec: form.sec }
    arrange(form)
    const check = await verify(address)
    expect({ code: check.code, problems: check.problems.map(({ what }) => what) }).toEqual({ code, problems })
    expect(answers()).toBe(0)
  })

  it('switched off is told apart where the portal lists its forms', async () => {
    const form = madeByHand()
    form.active = false
    demo.portal.switches.undocumented = true
    expect(await checkForm(portal, target, form)).toMatchObject({ code: 'formNotActive', problems: [{ what: 'notActive', field: '' }] })
  })

  it('unreachable is an error of the connection, not of the form', async () => {
    const nowhere = { ...portal, context: { ...portal.context, origin: 'http://localhost:9' } }
    await expect(verifyForm(nowhere, target, { id: 1, sec: 'abc' }, NONCE)).rejects.toMatchObject({ code: 'unreachable', executed: 'no' })
  })
})
