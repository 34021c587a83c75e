import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDemo, type Demo } from '../../demo/start'
import { ADMINISTRATOR, CHOICES, doorOf, portalOver, type Request } from '../in-process'
import { exampleInput, exampleSurvey } from '../compile-example'
import { dealsWithAddress, NOW, orderFor, sendTools, type Scene } from './scene'
import { methodsInSource } from './served-scan'
import { settleCase } from '@/answer/case'
import { lookAtCases } from '@/answer/case-look'
import { loadErasure, runErasure } from '@/answer/erasure'
import { handleNewAnswers } from '@/answer/handling'
import { loadAnswer, loadTab } from '@/answer/store'
import { runAll } from '@/entries/settings/installation/run'
import { cancelInvitation, sendInvitation } from '@/invitation/sending'
import { listDoNotAsk } from '@/invitation/consent'
import { loadDue } from '@/invitation/due-list'
import { loadContactNames, loadRecipient, loadRequest, saveSendAtOnce } from '@/invitation/store'
import { removeTemplates, uploadTemplates } from '@/plan/templates-store'
import type { Portal } from '@/portal/client'
import { addItem, toWire } from '@/portal/items'
import { runInstallation } from '@/portal/installation/installation'
import { CONTACT } from '@/portal/fields'
import { readSettings } from '@/portal/settings-store'
import { loadNames, loadReportStart } from '@/report/store'
import { createReportLoader } from '@/report/store-loader'
import { runImport, undoImport } from '@/report/store-import'
import { connectForm } from '@/survey/form'
import { submitPublicForm } from '@/portal/public-form'
import { formFieldName } from '@/portal/record-store'
import { duplicateOf } from '@/survey/model/new-survey'
import { addSurvey, deleteSurvey, loadSurveys, saveSurvey } from '@/survey/store'

/** The demo portal serves what the app calls, no more and no less. */

let demo: Demo
/** methods of every request, members of batches included */
const called = new Set<string>()

function recording(door: Request): Request {
  return async (method, params) => {
    called.add(method)
    if (method === 'batch') for (const command of Object.values(params.cmd as Record<string, string>)) called.add(command.split('?')[0]!)
    return await door(method, params)
  }
}

const as = (userId: number): Portal => portalOver(recording(doorOf(demo.portal, userId)), { origin: demo.portalUrl, isAdmin: userId === ADMINISTRATOR })
const MANAGER = 3

beforeAll(async () => { demo = await startDemo({ port: 0, appPort: 0, answers: 0, now: () => NOW }) })
afterAll(async () => { await demo.close() })

const served = (): string[] => demo.portal.methods()

/** Damage that an installation repairs, so that its rarer calls are made too. */
function damage(): void {
  const { state } = demo.portal
  const [type] = state.types
  const group = state.userFields.find(({ entityId, fieldName }) => entityId === `CRM_${type!.id}` && fieldName.endsWith('_FB_GROUP'))!
  group.enum.pop()
  group.editFormLabel = {}
  type!.fields.linkedUserFields = {}
  state.placements.pop()
  for (const category of state.categories) if (category.entityTypeId === type!.entityTypeId) category.isDefault = !category.isDefault
}

describe('served and called', () => {
  it('are the same methods: those that the code of the app names', () => {
    const inSource = methodsInSource()
    expect(served().filter(method => !inSource.has(method)), 'served, but nothing calls it').toEqual([])
    expect([...inSource].filter(([method]) => !served().includes(method)), 'called, but not served').toEqual([])
  })

  it('are the same methods: those that the app\'s ways through the portal call', async () => {
    const portal = as(ADMINISTRATOR)
    const tools = {
      now: () => NOW, newNonce: () => ({ token: 'a'.repeat(32), submission: 'b'.repeat(32) }),
      formTexts: () => Promise.resolve({ comment: 'c', answers: 'a', button: 'b', success: 's', failure: 'f' })
    }
    const first = { company: 'Demo', langs: ['en'], lang: 'en' }
    const { survey } = await runAll(portal, { ...CHOICES, inCharge: 'duty' }, first, tools, () => {})
    damage()
    const { store } = await runInstallation(portal, { ...CHOICES, appBase: 'https://moved.example/feedback/' }, () => {})
    await readSettings(portal)
    survey.published!.content.asking.stages = ['WON']
    const [stored] = await loadSurveys(portal)
    await saveSurvey(portal, stored!, survey)
    await loadDue(portal, store)
    const form = survey.form!
    await connectForm(portal, String(form.id))

    const scene = { demo: demo.portal, store, survey } as Pick<Scene, 'demo' | 'store' | 'survey'> as Scene
    const manager = as(MANAGER)
    const [dealId, other] = dealsWithAddress(demo.portal) as [number, number]
    await loadRequest(manager, store, dealId)
    await saveSendAtOnce(manager, true)
    const order = orderFor(scene, dealId, MANAGER)
    await loadRecipient(manager, store, order.recipient.id)
    await loadContactNames(manager, [order.recipient.id])
    demo.portal.switches.mailFails = true
    await sendInvitation(manager, store, order, sendTools(1)).catch(() => null)
    demo.portal.switches.mailFails = false
    const sent = await sendInvitation(manager, store, order, sendTools(2))
    const cancelled = await sendInvitation(manager, store, orderFor(scene, other, MANAGER), sendTools(3))
    if (sent.state !== 'sent' || cancelled.state !== 'sent') throw new Error('not sent')
    await cancelInvitation(manager, store, { id: cancelled.invitationId, by: 'duty', state: 'sent' }, sendTools(3).wait)
    await submitPublicForm(demo.portalUrl, {
      ...form, values: { [formFieldName(store, 'FB_NPS')]: ['3'], [formFieldName(store, 'FB_ANSWERS')]: ['{"nps":"3"}'] },
      properties: { token: sent.token, inv: String(sent.invitationId), sid: 'c'.repeat(20), ver: '1', lang: 'en' }
    })
    const { handled: [answerId] } = await handleNewAnswers(portal, store, () => NOW)
    const company = Number(demo.portal.state.items.get(2)!.get(dealId)!.fields.COMPANY_ID)
    for (const [entityTypeId, id] of [[2, dealId], [3, order.recipient.id], [4, company]] as const) await loadTab(manager, store, { entityTypeId, id })
    await loadAnswer(manager, store, answerId!)
    await settleCase(manager, store, answerId!, { kind: 'questionsRemain', stage: null, deadline: '2026-03-09T09:00:00Z' })
    await settleCase(manager, store, answerId!, { kind: 'closed', cause: 'c', askAgain: true, at: NOW.toISOString() })
    await lookAtCases(portal, store, '2026-03-01T00:00:00Z', NOW)
    await loadReportStart(manager, store, 'Asia/Almaty')
    const loader = createReportLoader({ portal: manager, store, surveys: [survey], disk: null, now: () => NOW })
    const { answers } = await loader.load({ answers: null, invitations: null })
    await loadNames(manager, answers)
    const past = { line: 2, key: 'import.1', at: '2026-01-01T10:00:00Z', value: 9, comment: '', email: 'a@example.net', phone: '', name: '', company: 'A', dealId, lang: '', tags: ['price'] }
    const run = { id: 'run', survey: survey.id, version: 1, question: { id: 'nps', type: 'nps' as const } }
    await runImport(portal, store, run, [past], { wait: () => Promise.resolve() })
    await undoImport(portal, store, run.id, {})
    await listDoNotAsk(manager, store, '2026-03-02')
    const erasure = await loadErasure(portal, store, { entityTypeId: CONTACT, id: order.recipient.id })
    await runErasure(portal, store, erasure, () => {})
    await addSurvey(portal, duplicateOf(survey, 'copy', 'Copy'))
    await deleteSurvey(portal, (await loadSurveys(portal)).find(stored => stored.survey?.id === 'copy')!)

    const { facts, surveys } = exampleInput([exampleSurvey('afterdeal')])
    await uploadTemplates(portal, { store, surveys, facts })
    await uploadTemplates(portal, { store, surveys, facts: { ...facts, appCode: 'local.2', lang: 'en' } })
    // one of them waits, and has to be ended
    const waiting = addItem(store.entityTypeId, {
      title: 'x', categoryId: store.invitationCategoryId, stageId: store.invitationStages.open, ...toWire(store, { FB_STATE: 'to_send', FB_BY: 'engine' })
    })
    await portal.call(waiting.method, waiting.params)
    await new Promise(resolve => { setImmediate(resolve) })
    await removeTemplates(portal, store, { endRunning: true })

    expect([...called].filter(method => !served().includes(method)), 'called, but not served').toEqual([])
    expect(served().filter(method => !called.has(method)), 'served, but none of these ways calls it').toEqual([])
    expect(demo.portal.contractLog.filter(({ kind }) => kind === 'rule')).toEqual([])
  })
})
