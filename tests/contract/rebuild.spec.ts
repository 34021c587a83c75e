import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fillForm } from '../../demo/forms/fill'
import { startDemo, type Demo } from '../../demo/start'
import { readAnswer, answerList } from '@/answer/store'
import { saidLines } from '@/answer/model/said'
import { runAll, type RunResult } from '@/entries/settings/installation/run'
import { planFromTemplate } from '@/plan/model/template-plans'
import { readPlan } from '@/plan/model/plan'
import type { Portal } from '@/portal/client'
import { formFieldName, type RecordStore } from '@/portal/record-store'
import { updateForm } from '@/survey/connection'
import { checkForm, type PublishedSurvey } from '@/survey/form'
import { draftSurvey } from '@/survey/model/new-survey'
import type { Survey } from '@/survey/model/survey'
import { contentFromTemplate } from '@/survey/model/templates'
import { isRebuilt } from '@/survey/model/rebuilt'
import { addSurvey, loadSurveys, publishSurvey, readable, versionContent } from '@/survey/store'
import { CHOICES, doorOf, portalOver } from '../in-process'
import { recordsIn } from './scene'

const NOW = new Date('2026-03-02T09:00:00Z')
const FIRST = { company: 'Алатау', langs: ['ru', 'en'], lang: 'ru' }
const TEXTS = { comment: 'Комментарий', answers: 'Ответы', button: 'Отправить', success: 'Спасибо!', failure: 'Не получилось' }
const WORDS = { yes: 'да', no: 'нет', comment: 'Комментарий', other: 'Также' }

let demo: Demo
let portal: Portal
let store: RecordStore

let nonce = 0
const install = (): Promise<RunResult> => runAll(portal, { ...CHOICES, keepIn: recordsIn(), inCharge: 'duty' }, FIRST, {
  now: () => NOW, formTexts: async () => TEXTS, newNonce: () => ({ token: String(++nonce).padStart(32, 'a'), submission: String(nonce).padStart(20, 'b') })
}, () => {})

const surveys = async (): Promise<Survey[]> => readable(await loadSurveys(portal))

/** What the portal takes away with the app; records, fields and forms stay. */
function uninstall(): void {
  const { state } = demo.portal
  state.storages = []
  state.placements = []
  state.app.options = {}
  state.app.installed = false
}

async function publishAgain(id: string, change: (survey: Survey) => Survey): Promise<PublishedSurvey> {
  const stored = (await loadSurveys(portal)).find(({ survey }) => survey?.id === id)!
  const survey = await publishSurvey(portal, stored, change(stored.survey!), NOW.toISOString(), 1) as PublishedSurvey
  await updateForm(portal, { survey, store }, TEXTS, [1])
  return survey
}

beforeEach(async () => {
  demo = await startDemo({ port: 0, answers: 0, switches: { smartProcesses: recordsIn() === 'smartProcess' } })
  portal = portalOver(doorOf(demo.portal), { origin: demo.portalUrl })
  store = (await install()).installed.store
  await addSurvey(portal, draftSurvey('c1', {
    ...contentFromTemplate('complaint', FIRST), name: 'Жалоба · кухни', expiresAfterDays: 7, notBeforeDays: 3, pipelines: [1]
  }, planFromTemplate('complaint', 'ru')))
  await publishAgain('c1', survey => survey)
  await publishAgain('afterdeal', survey => ({ ...survey, draft: { ...survey.draft, company: 'Алатау Плюс' } }))
})
afterEach(() => demo.close())

function answer(survey: Survey): void {
  const { form, published } = survey
  const outcome = fillForm(demo.portal, {
    id: String(form!.id), sec: form!.sec, values: JSON.stringify({ [formFieldName(store, 'FB_NPS')]: ['9'], [formFieldName(store, 'FB_ANSWERS')]: ['{"nps":"9"}'] }),
    properties: JSON.stringify({ token: 'x'.repeat(32), inv: '1', sid: 's'.repeat(20), ver: String(published!.version), lang: 'ru' })
  })
  expect(outcome.kind).toBe('filled')
}

describe('after the app was removed and installed again', () => {
  it('the surveys are back with their ids, versions, texts and forms; nothing is made twice', async () => {
    const before = await surveys()
    const forms = demo.portal.state.forms.map(({ id, name, options }) => ({ id, name, options: structuredClone(options) }))
    answer(before[0]!)
    uninstall()
    const result = await install()
    expect(result.state).toBe('complete')

    const after = await surveys()
    expect(demo.portal.state.forms.map(({ id, name, options }) => ({ id, name, options }))).toEqual(forms)
    expect(after.map(({ id, status, published }) => [id, status, published!.version])).toEqual([['afterdeal', 'paused', 2], ['c1', 'paused', 1]])
    for (const [index, survey] of after.entries()) {
      const [old, now] = [before[index]!.published!.content, survey.published!.content]
      const shown = ({ company, langs, defaultLang, questions, followUp, thankYou, name }: typeof old): unknown =>
        ({ company, langs, defaultLang, questions, followUp, thankYou, name })
      expect(shown(now)).toEqual(shown(old))
      expect(survey.draft).toEqual(now)
      expect({ id: survey.form!.id, sec: survey.form!.sec, made: survey.form!.made })
        .toEqual({ id: before[index]!.form!.id, sec: before[index]!.form!.sec, made: 'api' })
      expect((await checkForm(portal, { survey: survey as PublishedSurvey, store }, survey.form!)).code).toBeNull()
      expect(await versionContent(portal, survey.id, survey.published!.version)).toEqual(now)
    }
    // what a form does not carry is the template's
    expect(after[1]!.published!.content).toMatchObject({
      mail: contentFromTemplate('complaint', FIRST).mail, expiresAfterDays: contentFromTemplate('complaint', FIRST).expiresAfterDays, pipelines: [], snapshots: []
    })
    expect(readPlan(after[1]!.plan)).toEqual(planFromTemplate('complaint', 'ru'))
    // older versions are gone
    expect(await versionContent(portal, 'afterdeal', 1)).toBeNull()

    // an answer that is still there shows the texts that it was given to
    const { method, params } = answerList(result.installed.store, {})
    const { items } = await portal.call<{ items: unknown[] }>(method, params)
    const lines = saidLines(readAnswer(result.installed.store, items[0]), after[0]!.published!.content, 'ru', WORDS)
    expect(lines[0]).toMatchObject({ question: 'Насколько вероятно, что вы порекомендуете нас друзьям или коллегам?', said: '9 / 10' })
  })

  it('says of each that somebody should look at mail and plan, until it is published again', async () => {
    expect((await surveys()).map(isRebuilt)).toEqual([false, false])
    uninstall()
    await install()
    expect((await surveys()).map(isRebuilt)).toEqual([true, true])
    expect((await publishAgain('afterdeal', survey => survey)).published.version).toBe(3)
    expect((await surveys()).map(isRebuilt)).toEqual([false, true])
  })

  it('a run that broke off is finished by the next one, and a finished one writes nothing', async () => {
    uninstall()
    await install()
    const { items } = demo.portal.state.storages.find(({ entity }) => entity === 'surveys')!
    items.pop()
    await install()
    expect((await surveys()).map(({ id }) => id)).toEqual(['afterdeal', 'c1'])
    const json = JSON.stringify(demo.portal.state.storages)
    await install()
    expect(JSON.stringify(demo.portal.state.storages)).toBe(json)
  })

  it('only the storage of surveys was lost: the version that is kept has everything', async () => {
    const before = await surveys()
    demo.portal.state.storages = demo.portal.state.storages.filter(({ entity }) => entity !== 'surveys')
    await install()
    expect((await surveys()).map(({ published }) => published!.content)).toEqual(before.map(({ published }) => published!.content))
    expect(await versionContent(portal, 'afterdeal', 1)).not.toBeNull()
  })

  it('a form that was renamed is found where answers are, a copy of a form is not a second survey, a foreign form is none', async () => {
    const { forms } = demo.portal.state
    answer((await surveys())[0]!)
    forms.find(({ name }) => name.endsWith('· c1'))!.name = 'Жалобы'
    forms.push({ ...structuredClone(forms[0]!), id: 900, sec: 'copied' }, { ...structuredClone(forms[0]!), id: 901, sec: 'strange', name: 'Заявка · site', options: {} })
    uninstall()
    await install()
    expect((await surveys()).map(({ id, form }) => [id, form!.id])).toEqual([['afterdeal', forms[0]!.id], ['c1', forms[1]!.id]])
  })

  it('where the portal shows no forms to the app, the first survey is made anew', async () => {
    uninstall()
    demo.portal.switches.undocumented = false
    expect((await install()).state).toBe('byHand')
    expect((await surveys()).map(({ id, published }) => [id, published!.version])).toEqual([['afterdeal', 1]])
  })
})

describe('a form that somebody has changed in the portal', () => {
  const targetOf = async (id: string): Promise<{ survey: PublishedSurvey, store: RecordStore }> =>
    ({ survey: (await surveys()).find(survey => survey.id === id) as PublishedSurvey, store })
  const check = async (id: string) => {
    const target = await targetOf(id)
    return checkForm(portal, target, target.survey.form!)
  }
  const hintOf = (index: number): { hint: string } =>
    (demo.portal.state.forms[index]!.options as { data: { fields: { name: string, hint: string }[] } }).data.fields
      .find(({ name }) => name === formFieldName(store, 'FB_ANSWERS'))!

  it.each<[string, (index: number) => void, string]>([
    ['an emptied definition', index => { hintOf(index).hint = '' }, 'definitionMissing'],
    ['a broken one', index => { hintOf(index).hint = hintOf(index).hint.slice(0, -20) }, 'definitionMissing'],
    ['another wording', index => { hintOf(index).hint = hintOf(index).hint.replace('Алатау', 'Алатау!') }, 'definitionOther'],
    ['an older version', index => { hintOf(index).hint = hintOf(index).hint.replace(/"version":\d+/, '"version":9') }, 'definitionOther'],
    ['a switched off form', index => { demo.portal.state.forms[index]!.active = false }, 'notActive'],
    ['a deleted form', index => { demo.portal.state.forms.splice(index, 1) }, '']
  ])('%s is seen, and repaired by the installation for every survey', async (_, change, what) => {
    for (const [index, id] of [[1, 'c1'], [0, 'afterdeal']] as const) {
      change(index)
      const found = await check(id)
      expect(found.code).not.toBeNull()
      expect(found.problems.map(problem => problem.what)).toEqual(what === '' ? [] : [what])
    }
    expect((await install()).state).toBe('complete')
    expect([(await check('afterdeal')).code, (await check('c1')).code]).toEqual([null, null])
    expect(demo.portal.state.forms).toHaveLength(2)
  })
})
