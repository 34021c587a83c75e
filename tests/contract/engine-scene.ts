import { fillForm } from '../../demo/forms/fill'
import { workflowMethods } from '../../demo/rest/methods/workflow'
import type { DemoPortal } from '../../demo/state'
import { ADMINISTRATOR, demoPortal, doorOf, install, portalOver } from '../in-process'
import { NOW, recordsIn } from './scene'
import { handleNewAnswers } from '@/answer/handling'
import { loadEngineInput } from '@/invitation/engine-input'
import type { Plan } from '@/plan/model/plan'
import { putInCharge, type Control } from '@/plan/control'
import { uploadTemplates, type EngineInput } from '@/plan/templates-store'
import type { Portal } from '@/portal/client'
import { addItem, dealLink, toWire, updateItem } from '@/portal/items'
import { formFieldName, type RecordStore } from '@/portal/record-store'
import { saveForm } from '@/survey/form'
import { groupOf, scaleValues } from '@/survey/model/scale'
import { headlineQuestion, isMetric, METRIC_FIELDS, type Group, type SurveyContent } from '@/survey/model/survey'
import type { Survey } from '@/survey/model/survey'
import { publish } from '@/survey/model/publish'
import { addSurvey } from '@/survey/store'

const FORM_TEXTS = { button: 'Отправить', success: 'Спасибо', failure: 'Не получилось', comment: 'Комментарий', answers: 'Ответы' }

type Published = Survey & { published: NonNullable<Survey['published']> }

/** A portal with several surveys, whose answers are handled by its own processes or by the app of the duty person. */
export interface EngineScene {
  demo: DemoPortal
  portal: Portal
  store: RecordStore
  surveys: Published[]
  control: Control | null
  engineInput: EngineInput
  /** moves the portal's clock */
  advance: (milliseconds: number) => void
}

export async function openEngineScene(contents: readonly { id: string, content: SurveyContent, plan: Plan }[], inCharge: 'engine' | 'duty'): Promise<EngineScene> {
  let now = NOW.getTime()
  const keepIn = recordsIn()
  const demo = demoPortal({ smartProcesses: keepIn === 'smartProcess' }, () => new Date(now))
  demo.register(workflowMethods)
  const fresh = portalOver(doorOf(demo))
  const { store } = await install(fresh, { keepIn })
  const portal = portalOver(doorOf(demo), { appOptions: demo.state.app.options, isInstalled: true })
  const surveys: Published[] = []
  for (const { id, content, plan } of contents) {
    const draft: Survey = { v: 4, id, status: 'draft', draft: content, published: null, form: null, plan }
    const published = publish(draft, NOW.toISOString(), ADMINISTRATOR) as Published
    const form = await saveForm(portal, { survey: published, store }, FORM_TEXTS, [ADMINISTRATOR])
    const survey: Published = { ...published, status: 'active', form }
    await addSurvey(portal, survey)
    surveys.push(survey)
  }
  demo.state.app.installed = true
  const engineInput = await loadEngineInput(portal, { store, base: 'https://app.example/feedback/', dutyId: ADMINISTRATOR })
  // In both, so that ids are the same.
  const control = await uploadTemplates(portal, engineInput)
  await putInCharge(portal, store, inCharge)
  return { demo, portal, store, surveys, control, engineInput, advance: milliseconds => { demo.workflows.advance(milliseconds, to => { now = to }) } }
}

export interface Sent { id: number, token: string }

/** An invitation as the request screen leaves it behind, sent an hour ago. */
export async function invite(scene: EngineScene, survey: Survey, dealId: number, by: 'engine' | 'duty', changes: Parameters<typeof toWire>[1] = {}): Promise<Sent> {
  const { portal, store, demo } = scene
  const deal = demo.state.items.get(2)!.get(dealId)!.fields
  // a number of its own, the same in every scene that did the same before
  const token = `t${demo.state.items.get(store.entityTypeId)?.size ?? 0}x`.padEnd(32, '0')
  const { method, params } = addItem(store.entityTypeId, {
    title: 'x', categoryId: store.invitationCategoryId, stageId: store.invitationStages.open, assignedById: 3, ...dealLink(store, dealId),
    ...(deal.CONTACT_ID ? { contactId: Number(deal.CONTACT_ID) } : {}), ...(deal.COMPANY_ID ? { companyId: Number(deal.COMPANY_ID) } : {}),
    ...toWire(store, {
      FB_TOKEN: token, FB_BY: by, FB_SURVEY: survey.id, FB_VERSION: 1, FB_CHANNEL: 'email', FB_STATE: 'sent', FB_ASKED_BY: 3, FB_LANG: 'ru',
      FB_SENT_AT: '2026-03-02T08:00:00Z', FB_EXPIRES_AT: '2026-04-01T08:00:00Z', ...changes
    })
  })
  const { item } = await portal.call<{ item: { id: number } }>(method, params)
  return { id: Number(item.id), token }
}

/** A registered link of a place, made by the duty person: nobody in particular is asked. */
export async function share(scene: EngineScene, survey: Survey, by: 'engine' | 'duty', changes: Parameters<typeof toWire>[1] = {}): Promise<Sent> {
  const { portal, store, demo } = scene
  const token = `q${demo.state.items.get(store.entityTypeId)?.size ?? 0}x`.padEnd(32, '0')
  const { method, params } = addItem(store.entityTypeId, {
    title: 'Офис', categoryId: store.invitationCategoryId, stageId: store.invitationStages.open, assignedById: ADMINISTRATOR,
    ...toWire(store, {
      FB_TOKEN: token, FB_BY: by, FB_SURVEY: survey.id, FB_VERSION: 1, FB_CHANNEL: 'qr', FB_STATE: 'sent', FB_FLAG: 'shared',
      FB_SENT_AT: '2026-03-02T08:00:00Z', FB_EXPIRES_AT: '2046-04-01T08:00:00Z', ...changes
    })
  })
  const { item } = await portal.call<{ item: { id: number } }>(method, params)
  return { id: Number(item.id), token }
}

export async function change(scene: EngineScene, id: number, values: Parameters<typeof toWire>[1]): Promise<void> {
  const { method, params } = updateItem(scene.store.entityTypeId, id, toWire(scene.store, values))
  await scene.portal.call(method, params)
}

export interface Posted {
  token: string
  inv: string
  sid: string
  /** values by code of field */
  values: Record<string, string>
  answers: Record<string, unknown>
}

/** What a customer of this group says: something to every question, with signs that are hard to take apart. */
export function saidBy(content: SurveyContent, group: Group): Pick<Posted, 'values' | 'answers'> {
  const headline = headlineQuestion(content)
  const values: Record<string, string> = content.followUp.asked ? { FB_COMMENT: 'Первая строка\nвторая "в кавычках" 👍' } : {}
  const answers: Record<string, unknown> = {}
  for (const question of content.questions) {
    if (isMetric(question.type)) {
      const scale = { ...question, type: question.type }
      const value = scaleValues(scale).find(one => question.id !== headline?.id || groupOf(scale, one) === group) ?? 0
      values[METRIC_FIELDS[question.type]] = String(value)
      answers[question.id] = value
    } else {
      answers[question.id] = {
        yesno: 'no', choice: question.options?.at(-1)?.id, choices: question.options?.slice(0, 2).map(({ id }) => id),
        short: 'к"а\\вычки', long: `первая\nвторая "${question.id}":"yes" \\n 👍🏽`
      }[question.type]
    }
  }
  return { values, answers }
}

/** A customer sends the form; the portal works in the background. @returns id of the answer */
export async function post(scene: EngineScene, survey: Survey, posted: Posted): Promise<number> {
  const { demo, store } = scene
  const codes: Record<string, string> = { FB_ANSWERS: JSON.stringify(posted.answers), ...posted.values }
  const outcome = fillForm(demo, {
    id: String(survey.form!.id), sec: survey.form!.sec,
    values: JSON.stringify(Object.fromEntries(Object.entries(codes).map(([code, value]) => [formFieldName(store, code as 'FB_NPS'), [value]]))),
    properties: JSON.stringify({ token: posted.token, inv: posted.inv, sid: posted.sid, ver: '1', lang: 'ru' })
  })
  if (outcome.kind !== 'filled') throw new Error('the form was refused')
  // the portal starts its processes behind the request
  await new Promise(resolve => { setImmediate(resolve) })
  demo.workflows.settle()
  return Math.max(...demo.state.items.get(store.entityTypeId)!.keys())
}

export async function handleByDuty({ portal, store }: EngineScene): Promise<void> {
  // nobody else is there whom one would have to wait for
  const { failed } = await handleNewAnswers(portal, store, () => NOW, () => Promise.resolve())
  if (failed.length > 0) throw failed[0]!.error
}
