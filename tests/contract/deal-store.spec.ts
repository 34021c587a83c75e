import { describe, expect, it, vi } from 'vitest'
import type { State } from '../../demo/state'
import { fillForm } from '../../demo/forms/fill'
import { ADMINISTRATOR, APP, demoPortal, doorOf, install, portalOver, type Request } from '../in-process'
import { dealsWithAddress, keepRecordsIn, openScene, orderFor, recordsOf, sendTools, valueOf, type Scene } from './scene'
import { handleNewAnswers } from '@/answer/handling'
import { newestDeals } from '@/answer/newest-deals'
import { loadTab } from '@/answer/store'
import { loadRequest } from '@/invitation/store'
import { sendInvitation } from '@/invitation/sending'
import { loadPlanChoices } from '@/plan/store'
import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { DEAL } from '@/portal/fields'
import { probeHandlingRights } from '@/portal/installation/duty'
import { inspectInstallation, madeKind } from '@/portal/installation/installation'
import { formFieldName, taskLinkOf, userFieldName, type RecordStore } from '@/portal/record-store'
import { createReportLoader } from '@/report/store-loader'
import { formOptions, saveForm, type PublishedSurvey } from '@/survey/form'
import { formRecipe } from '@/survey/form-recipe'
import { loadCrmChoices } from '@/survey/crm-choices'
import { readStoreNames } from '@/survey/store-names'

/** Portals without smart processes: two pipelines of deals keep invitations and answers. */
keepRecordsIn('deals')

const plain = () => demoPortal({ smartProcesses: false })
const onDeals = (portal: Portal) => install(portal, { keepIn: 'deals' })

/** What an installation leaves, by names: ids depend on what was made, and lost, before. */
function left({ categories, statuses, userFields, types, placements, app }: State): unknown {
  const { store } = app.options
  const { answerCategoryId, invitationCategoryId } = JSON.parse(store ?? '{}') as RecordStore
  return {
    types: types.length,
    pipelines: categories.filter(({ entityTypeId }) => entityTypeId === DEAL).map(({ name, sort, isDefault }) => `${name} ${sort} ${String(isDefault)}`).sort(),
    stages: [answerCategoryId, invitationCategoryId].map(id => statuses.filter(({ entityId }) => entityId === `DEAL_STAGE_${id}`)
      .map(({ statusId, name, sort, semantics }) => `${statusId.split(':')[1]} ${name} ${sort} ${semantics}`).sort()),
    fields: userFields.filter(({ fieldName }) => fieldName.includes('_FB_')).map(({ fieldName, userTypeId, enum: items }) =>
      `${fieldName} ${userTypeId} ${items.map(({ xmlId }) => xmlId).join()}`).sort(),
    placements: placements.map(({ placement, userId }) => `${placement} ${String(userId)}`).sort(),
    options: Object.keys(app.options).sort()
  }
}

function counted(request: Request): { request: Request, requests: string[], writes: string[] } {
  const [requests, writes]: [string[], string[]] = [[], []]
  return {
    requests, writes,
    request: async (method, params) => {
      requests.push(method)
      const methods = method === 'batch' ? Object.values(params.cmd as Record<string, string>).map(command => command.split('?')[0]!) : [method]
      writes.push(...methods.filter(name => /\.(add|update|delete|set|bind|unbind)$/.test(name)))
      return request(method, params)
    }
  }
}

/** The request is executed and its reply lost, or it is not executed at all. */
const broken = (nth: number, isExecuted: boolean, request: Request): Request => {
  let count = 0
  return async (method, params) => {
    if (++count !== nth) return request(method, params)
    if (isExecuted) await request(method, params)
    throw Object.assign(new Error('Network Error'), { code: 'NETWORK_ERROR', status: 0 })
  }
}

/** Runs so many commands, those of batches counted one by one, and loses every reply from there on. */
function upToCommand(last: number, request: Request): { request: Request, ran: () => number } {
  let ran = 0
  const lose = (): never => { throw Object.assign(new Error('timeout'), { code: 'REQUEST_TIMEOUT', status: 408 }) }
  return {
    ran: () => ran,
    request: async (method, params) => {
      const commands = method === 'batch' ? Object.entries(params.cmd as Record<string, string>) : [[method, '']]
      const some = Math.min(commands.length, last - ran)
      ran += some
      if (some <= 0) return lose()
      if (some === commands.length && ran < last) return request(method, params)
      await request(method, method === 'batch' ? { ...params, cmd: Object.fromEntries(commands.slice(0, some)) } : params)
      return lose()
    }
  }
}

describe('installation', () => {
  it('makes two pipelines behind the company\'s own, without a won stage of ours and without one wrong call', async () => {
    const demo = plain()
    const own = demo.state.categories.filter(({ entityTypeId }) => entityTypeId === DEAL).map(({ name }) => name)
    const { store } = await onDeals(portalOver(doorOf(demo)))
    expect(demo.contractLog).toEqual([])
    expect(demo.state.types).toEqual([])
    const pipelines = demo.state.categories.filter(({ entityTypeId }) => entityTypeId === DEAL)
    expect(pipelines.map(({ name }) => name)).toEqual([...own, 'Отзывы: ответы', 'Отзывы: приглашения'])
    expect(pipelines.find(({ isDefault }) => isDefault)?.name).toBe(own[0])
    expect(store).toMatchObject({ entityTypeId: 2, typeId: 0 })
    const stages = (category: number): string[] => demo.state.statuses.filter(({ entityId }) => entityId === `DEAL_STAGE_${category}`)
      .sort((a, b) => a.sort - b.sort).map(({ statusId, semantics }) => `${statusId.split(':')[1]} ${semantics}`)
    expect(stages(store.answerCategoryId)).toEqual(['NEW ', 'FB_LOW ', 'FB_MIDDLE ', 'FB_HIGH ', 'FB_WORK ', 'WON S', 'FB_CLOSED F', 'LOSE F', 'FB_SET_ASIDE F'])
    expect(stages(store.invitationCategoryId)).toEqual(['NEW ', 'WON S', 'FB_ANSWERED F', 'LOSE F'])
    for (const stage of [...Object.values(store.answerStages), ...Object.values(store.invitationStages)]) {
      expect(demo.state.statuses.find(({ statusId }) => statusId === stage)?.semantics, stage).not.toBe('S')
    }
    expect(new Set(Object.values(store.names)).size).toBe(Object.keys(store.names).length)
    expect(await inspectInstallation(portalOver(doorOf(demo)), APP)).toEqual([])
    expect(await probeHandlingRights(portalOver(doorOf(demo, 3)), store)).toBe('unknown')
  })

  it('writes nothing when it is run again, whatever is chosen then, and finds the records without its addresses', async () => {
    const demo = plain()
    const { store } = await onDeals(portalOver(doorOf(demo)))
    const before = left(demo.state)
    const door = counted(doorOf(demo))
    await install(portalOver(door.request), { keepIn: 'smartProcess', generation: 'second' })
    expect(door.writes).toEqual([])
    demo.state.app.options = {}
    for (const category of demo.state.categories) category.name = `Наши ${category.id}`
    for (const status of demo.state.statuses) status.name = `Стадия ${status.id}`
    const again = await install(portalOver(doorOf(demo)), { keepIn: 'smartProcess', generation: 'second' })
    expect(again.store).toEqual({ ...store, generation: 'second' })
    expect(Object.keys(before as object)).toEqual(Object.keys(left(demo.state) as object))
    expect(await madeKind(portalOver(doorOf(demo)))).toBe('deals')
  })

  it.each([['not executed', false], ['executed, its reply lost', true]])('broken off at any request, %s, and run again, leaves the same portal', async (_, isExecuted) => {
    vi.stubGlobal('setTimeout', (run: () => void) => { queueMicrotask(run) })
    const whole = plain()
    const door = counted(doorOf(whole))
    await onDeals(portalOver(door.request))
    for (let nth = 1; nth <= door.requests.length; nth++) {
      const demo = plain()
      await onDeals(portalOver(broken(nth, isExecuted, doorOf(demo)))).catch((error: unknown) => expect(error).toBeInstanceOf(PortalError))
      await onDeals(portalOver(doorOf(demo)))
      expect(left(demo.state), `request ${nth}`).toEqual(left(whole.state))
      expect(demo.contractLog, `request ${nth}`).toEqual([])
    }
    vi.unstubAllGlobals()
  })

  it('broken off after every single command, inside batches too, and run again, leaves the same portal', async () => {
    const whole = plain()
    const all = upToCommand(Infinity, doorOf(whole))
    await onDeals(portalOver(all.request))
    for (let last = 1; last < all.ran(); last++) {
      const demo = plain()
      await expect(onDeals(portalOver(upToCommand(last, doorOf(demo)).request)), `command ${last}`).rejects.toBeInstanceOf(PortalError)
      await onDeals(portalOver(doorOf(demo)))
      expect(left(demo.state), `command ${last}`).toEqual(left(whole.state))
    }
  })

  it('takes no pipeline of the company, whatever its name', async () => {
    const demo = plain()
    const portal = portalOver(doorOf(demo))
    const { category } = await portal.call<{ category: { id: number } }>('crm.category.add', { entityTypeId: DEAL, fields: { name: 'Отзывы: ответы' } })
    await portal.call('crm.item.add', { entityTypeId: DEAL, fields: { title: 'A person\'s deal', categoryId: category.id } })
    const { store } = await onDeals(portal)
    expect(store.answerCategoryId).not.toBe(Number(category.id))
    expect(demo.state.statuses.filter(({ entityId, statusId }) => entityId === `DEAL_STAGE_${category.id}` && statusId.includes('FB_'))).toEqual([])
  })

  it.each([2, 3])('says that the plan has no more than %i pipelines, and goes on when there are', async more => {
    const demo = plain()
    const own = demo.state.categories.filter(({ entityTypeId }) => entityTypeId === DEAL).length
    demo.switches.dealPipelines = own + more - 2
    await expect(onDeals(portalOver(doorOf(demo)))).rejects.toMatchObject({ code: 'pipelineLimit', detail: expect.stringContaining('limited') })
    expect(demo.state.userFields.filter(({ fieldName }) => fieldName.includes('_FB_'))).toEqual([])
    demo.switches.dealPipelines = null
    await onDeals(portalOver(doorOf(demo)))
    expect(demo.state.categories.filter(({ entityTypeId }) => entityTypeId === DEAL)).toHaveLength(own + 2)
  })

  it('stops before anything is made where a smart process was wanted', async () => {
    const demo = plain()
    const before = left(demo.state)
    await expect(install(portalOver(doorOf(demo)))).rejects.toMatchObject({ code: 'planWithoutSmartProcesses' })
    expect(left(demo.state)).toEqual(before)
    expect(await madeKind(portalOver(doorOf(demo)))).toBeNull()
  })

  it('repairs what is gone', async () => {
    const demo = plain()
    const { store } = await onDeals(portalOver(doorOf(demo)))
    const whole = left(demo.state)
    const { state } = demo
    state.statuses = state.statuses.filter(({ statusId }) => statusId !== store.answerStages.work)
    state.userFields = state.userFields.filter(({ fieldName }) => fieldName !== 'UF_CRM_DEAL_FB_CAUSE')
    state.categories = state.categories.filter(({ id, entityTypeId }) => entityTypeId !== DEAL || id !== store.invitationCategoryId)
    const findings = await inspectInstallation(portalOver(doorOf(demo)), APP)
    expect(findings.map(({ what }) => what)).toEqual(['pipelineMissing', 'addressesMissing'])
    await onDeals(portalOver(doorOf(demo)))
    expect(await inspectInstallation(portalOver(doorOf(demo)), APP)).toEqual([])
    expect(left(state)).toEqual(whole)
  })
})

describe('the form', () => {
  const texts = { button: 'Отправить', success: 'Спасибо', failure: 'Не получилось', comment: 'Комментарий', answers: 'Ответы' }
  const published = (scene: Scene): PublishedSurvey => scene.survey as PublishedSurvey

  it('makes deals in the pipeline of the answers', async () => {
    const scene = await openScene()
    const options = formOptions({ survey: published(scene), store: scene.store }, texts, [ADMINISTRATOR])
    expect(options).toMatchObject({ document: { scheme: 3, deal: { category: scene.store.answerCategoryId }, dynamic: { category: null } } })
    scene.answer({ token: 'x'.repeat(32), inv: '0', nps: '9' })
    const [answer] = recordsOf(scene).values()
    expect(answer?.fields).toMatchObject({ CATEGORY_ID: scene.store.answerCategoryId, STAGE_ID: scene.store.answerStages.new })
    expect(valueOf(scene, answer!, 'FB_NPS')).toBe('9')
    expect(scene.demo.contractLog.filter(({ kind }) => kind === 'rule')).toEqual([])
  })

  it('without a pipeline would write among the company\'s deals: that is found', async () => {
    const scene = await openScene()
    const form = scene.demo.state.forms[0]!
    const { document } = form.options as { document: { deal: { category: number | null } } }
    document.deal.category = null
    // saving puts it right again, and reading it back would have told
    await saveForm(scene.as(ADMINISTRATOR), { survey: published(scene), store: scene.store }, texts, [ADMINISTRATOR])
    expect(form.options).toMatchObject({ document: { deal: { category: scene.store.answerCategoryId } } })
    const ignoring = (door: Request): Request => async (method, params) => {
      const reply = await door(method, params)
      if (method === 'crm.form.save') (form.options as { document: { deal: { category: number | null } } }).document.deal.category = null
      return reply
    }
    await expect(saveForm(scene.as(ADMINISTRATOR, ignoring), { survey: published(scene), store: scene.store }, texts, [ADMINISTRATOR]))
      .rejects.toMatchObject({ code: 'formMismatch', detail: expect.stringContaining('wrongPipeline') })
  })

  it('by hand: a deal, and the pipeline by its name', async () => {
    const scene = await openScene()
    const names = await readStoreNames(scene.as(ADMINISTRATOR), scene.store)
    expect(names).toEqual({ type: 'Сделка', pipeline: 'Отзывы: ответы' })
    expect(formRecipe({ survey: published(scene) }, names, 'ru').find(({ step }) => step === 'target')?.texts).toMatchObject([{ text: 'Сделка' }])
    expect(formFieldName(scene.store, 'FB_NPS')).toBe('DEAL_UF_CRM_DEAL_FB_NPS')
  })
})

describe('our own deals', () => {
  async function answered(): Promise<{ scene: Scene, dealId: number, invitationId: number, answerId: number }> {
    const scene = await openScene()
    const dealId = dealsWithAddress(scene.demo, scene.store)[0]!
    const sent = await sendInvitation(scene.as(3), scene.store, orderFor(scene, dealId, 3), sendTools())
    if (sent.state !== 'sent') throw new Error(sent.state)
    scene.answer({ token: sent.token, inv: String(sent.invitationId), nps: '3' })
    const { handled } = await handleNewAnswers(scene.as(ADMINISTRATOR), scene.store, () => new Date('2026-03-02T09:00:00Z'))
    return { scene, dealId, invitationId: sent.invitationId, answerId: handled[0]! }
  }

  it('are none of the company\'s: no sum, never won, in no choice and no list', async () => {
    const { scene, dealId, answerId } = await answered()
    const { demo, store } = scene
    for (const { fields } of recordsOf(scene).values()) {
      expect(fields.OPPORTUNITY ?? 0).toBe(0)
      expect(fields.STAGE_SEMANTIC_ID).not.toBe('S')
    }
    const portal = scene.as(ADMINISTRATOR)
    const newest = await newestDeals(portal)
    expect(newest.length).toBeGreaterThan(0)
    expect(newest.filter(({ id }) => recordsOf(scene).has(id))).toEqual([])
    const own = [store.answerCategoryId, store.invitationCategoryId]
    expect((await loadPlanChoices(portal)).pipelines.filter(({ id }) => own.includes(id))).toEqual([])
    expect((await loadPlanChoices(portal)).fields.deal.filter(({ name }) => name === store.names.FB_TOKEN)).toEqual([])
    expect((await loadCrmChoices(portal)).pipelines.filter(({ id }) => own.includes(id))).toEqual([])
    expect((await loadCrmChoices(portal)).fields.deal.filter(({ name }) => name === store.names.FB_TOKEN)).toEqual([])
    const task = demo.state.tasks.find(({ fields }) => JSON.stringify(fields.UF_CRM_TASK).includes(`"${taskLinkOf(store, answerId)}"`))
    expect(task?.fields.UF_CRM_TASK).toEqual(expect.arrayContaining([`D_${answerId}`, `D_${dealId}`]))
    expect(demo.contractLog.filter(({ kind }) => kind === 'rule')).toEqual([])
  })

  it('have a tab that leads to the deal they are about, and nobody is asked about them', async () => {
    const { scene, dealId, invitationId, answerId } = await answered()
    const portal = scene.as(3)
    const record = async (id: number) => (await loadTab(portal, scene.store, { entityTypeId: DEAL, id })).record
    expect(await record(answerId)).toEqual({ kind: 'answer', dealId })
    expect(await record(invitationId)).toEqual({ kind: 'invitation', dealId })
    expect(await record(dealId)).toBeNull()
    expect((await loadTab(portal, scene.store, { entityTypeId: DEAL, id: dealId })).answers.map(({ id }) => id)).toEqual([answerId])
    expect((await loadRequest(portal, scene.store, answerId)).deal).toMatchObject({ value: { record: { dealId } } })
    expect((await loadRequest(portal, scene.store, dealId)).deal).toMatchObject({ value: { record: null } })
  })

  it('are read by the report, and the company\'s are not', async () => {
    const { scene, dealId, answerId } = await answered()
    const loader = createReportLoader({
      portal: scene.as(ADMINISTRATOR), store: scene.store, surveys: [scene.survey], disk: null, now: () => new Date('2026-03-02T10:00:00Z')
    })
    const { answers, invitations } = await loader.load({ answers: null, invitations: null })
    expect(answers.map(({ id, dealId: deal, nps, state }) => ({ id, deal, nps, state }))).toEqual([{ id: answerId, deal: dealId, nps: 3, state: 'low' }])
    expect(invitations).toHaveLength(1)
  })

  it('are the seeded ones as well: answers of a year, about deals of the company', async () => {
    const scene = await openScene()
    expect(scene.demo.seedAnswers(40)).toBeGreaterThan(30)
    const records = [...recordsOf(scene).values()]
    expect(records.length).toBeGreaterThan(60)
    for (const record of records) expect(recordsOf(scene).has(Number(valueOf(scene, record, 'FB_DEAL')))).toBe(false)
    expect(records.some(({ fields }) => fields.STAGE_SEMANTIC_ID === 'S')).toBe(false)
    expect(records.filter(({ fields }) => fields.STAGE_ID === scene.store.answerStages.closed).length).toBeGreaterThan(0)
  })

  it('a form that somebody filled in without our page is kept and set aside', async () => {
    const scene = await openScene()
    const form = scene.demo.state.forms[0]!
    fillForm(scene.demo, { id: String(form.id), sec: form.sec, values: JSON.stringify({ [formFieldName(scene.store, 'FB_NPS')]: ['10'] }), properties: '{}' })
    await handleNewAnswers(scene.as(ADMINISTRATOR), scene.store, () => new Date('2026-03-02T09:00:00Z'))
    const [answer] = recordsOf(scene).values()
    expect(answer?.fields).toMatchObject({ STAGE_ID: scene.store.answerStages.set_aside })
    expect(answer?.fields[userFieldName(scene.store, 'FB_FLAG')]).toBe(scene.store.enums.FB_FLAG!.unmatched)
  })
})
