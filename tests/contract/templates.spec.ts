import { describe, expect, it } from 'vitest'
import { change, handleByDuty, invite, openEngineScene, post, saidBy, type EngineScene } from './engine-scene'
import { dealsWithAddress } from './scene'
import { TEMPLATE_KEYS } from '@/plan/compile/input'
import { planFromTemplate } from '@/plan/model/template-plans'
import { putInCharge, readControl } from '@/plan/control'
import { inspectTemplates, removeTemplates, uploadTemplates } from '@/plan/templates-store'
import type { PortalError } from '@/portal/errors'
import { userFieldName, type RecordStore } from '@/portal/record-store'
import type { DemoPortal } from '../../demo/state'
import { ADMINISTRATOR, doorOf, portalOver } from '../in-process'
import { contentFromTemplate } from '@/survey/model/templates'

const SURVEY = {
  id: 'complaint', content: contentFromTemplate('complaint', { lang: 'ru', langs: ['ru'], company: 'Ромашка' }), plan: planFromTemplate('complaint', 'ru')
}
const open = (by: 'engine' | 'duty' = 'engine'): Promise<EngineScene> => openEngineScene([SURVEY], by)

const names = ({ state }: DemoPortal): string[] => state.workflowTemplates.map(({ id, name }) => `${id} ${name}`)
const states = async ({ portal, engineInput }: EngineScene): Promise<string[]> => (await inspectTemplates(portal, engineInput)).map(({ state }) => state)
const fieldOf = (demo: DemoPortal, store: RecordStore, id: number, field: Parameters<typeof userFieldName>[1]): unknown =>
  demo.state.items.get(store.entityTypeId)!.get(id)!.fields[userFieldName(store, field)]

describe('the processes of a portal', () => {
  it('are uploaded once; a second run changes nothing', async () => {
    const scene = await open()
    const before = names(scene.demo)
    expect(before).toHaveLength(TEMPLATE_KEYS.length)
    expect(await states(scene)).toEqual(TEMPLATE_KEYS.map(() => 'current'))
    const again = await uploadTemplates(scene.portal, scene.engineInput)
    expect(names(scene.demo)).toEqual(before)
    expect(again).toEqual({ ...scene.control, inCharge: 'engine' })
  })

  it('are updated in place when a plan has changed, those that do not know it excepted', async () => {
    const scene = await open()
    const before = names(scene.demo)
    const input = { ...scene.engineInput, surveys: scene.engineInput.surveys.map(survey => ({ ...survey, plan: { ...survey.plan, fallbackOwner: 3 } })) }
    expect((await inspectTemplates(scene.portal, input)).filter(({ state }) => state === 'outdated').map(({ key }) => key)).toEqual(['handle'])
    await uploadTemplates(scene.portal, input)
    expect(names(scene.demo).filter(name => !before.includes(name))).toHaveLength(1)
    expect(scene.demo.state.workflowTemplates.map(({ id }) => id)).toEqual(before.map(name => Number(name.split(' ')[0])))
  })

  it('show that a person has changed one in the designer; a repair undoes it', async () => {
    const scene = await open()
    const edited = scene.demo.state.workflowTemplates.find(({ id }) => id === scene.control!.templates.handle)!
    const tree = structuredClone(edited.tree)
    Object.assign(edited, { modified: '2026-03-02T15:00:00+05:00', tree: [] })
    expect((await inspectTemplates(scene.portal, scene.engineInput)).filter(({ state }) => state !== 'current')).toMatchObject([{ key: 'handle', state: 'edited', isBehind: false, id: edited.id }])
    // a plan that changes meanwhile does not undo it either
    const changed = { ...scene.engineInput, surveys: scene.engineInput.surveys.map(survey => ({ ...survey, plan: { ...survey.plan, fallbackOwner: 3 } })) }
    await uploadTemplates(scene.portal, changed)
    expect((await inspectTemplates(scene.portal, changed)).find(({ key }) => key === 'handle')).toMatchObject({ state: 'edited', isBehind: true })
    await uploadTemplates(scene.portal, scene.engineInput)
    expect(scene.demo.state.workflowTemplates.find(({ id }) => id === edited.id)!.tree).toEqual([])
    await uploadTemplates(scene.portal, scene.engineInput, { overwriteEdits: true })
    expect(scene.demo.state.workflowTemplates.find(({ id }) => id === edited.id)!.tree).toEqual(tree)
    expect(await states(scene)).toEqual(TEMPLATE_KEYS.map(() => 'current'))
  })

  it('are found again when the reply to an upload was lost', async () => {
    const scene = await open()
    await removeTemplates(scene.portal, scene.store)
    let isLost = false
    const portal = portalOver(async (method, params) => {
      const reply = await doorOf(scene.demo)(method, params)
      if (method !== 'bizproc.workflow.template.add' || isLost) return reply
      isLost = true
      throw Object.assign(new Error('Network Error'), { code: 'NETWORK_ERROR', status: 0 })
    }, { appOptions: scene.demo.state.app.options, isInstalled: true })
    await expect(uploadTemplates(portal, scene.engineInput)).rejects.toMatchObject({ executed: 'unknown' })
    await uploadTemplates(portal, scene.engineInput)
    expect(names(scene.demo)).toHaveLength(TEMPLATE_KEYS.length)
    expect(await states(scene)).toEqual(TEMPLATE_KEYS.map(() => 'current'))
  })

  it('are taken out, and the duty person is in charge', async () => {
    const scene = await open()
    expect(await removeTemplates(scene.portal, scene.store)).toEqual({ removed: TEMPLATE_KEYS.toReversed(), kept: [] })
    expect(scene.demo.state.workflowTemplates).toEqual([])
    expect(await readControl(scene.portal, scene.store)).toMatchObject({ inCharge: 'duty', templates: {} })
    expect(await states(scene)).toEqual(TEMPLATE_KEYS.map(() => 'missing'))
  })

  it('stay while some of them run, and that is said', async () => {
    const scene = await open()
    await invite(scene, scene.surveys[0]!, dealsWithAddress(scene.demo, scene.store)[0]!, 'engine', { FB_STATE: 'to_send' })
    await new Promise(resolve => { setImmediate(resolve) })
    scene.demo.workflows.settle()
    const { kept } = await removeTemplates(scene.portal, scene.store)
    expect(kept.map(({ key }) => key)).toEqual(['send'])
    scene.advance(60 * 60_000)
    expect((await removeTemplates(scene.portal, scene.store)).removed).toEqual(['send'])
    expect(scene.demo.state.activities).toEqual([])
  })

  it('go at once when what runs is ended', async () => {
    const scene = await open()
    const clientOf = (deal: number): unknown => scene.demo.state.items.get(2)!.get(deal)!.fields.CONTACT_ID
    const deals = [...new Map(dealsWithAddress(scene.demo, scene.store).map(deal => [clientOf(deal), deal])).values()]
    for (const deal of deals.slice(0, 3)) await invite(scene, scene.surveys[0]!, deal, 'engine', { FB_STATE: 'to_send' })
    await new Promise(resolve => { setImmediate(resolve) })
    scene.advance(5 * 60_000)
    expect(scene.demo.state.activities).toHaveLength(3)
    expect((await removeTemplates(scene.portal, scene.store, { endRunning: true })).kept).toEqual([])
    expect(scene.demo.state.workflowTemplates).toEqual([])
    expect(scene.demo.state.workflows.filter(({ status }) => status === 'running')).toEqual([])
  })

  it.each([
    ['a portal without processes on its plan', { workflows: false }, ADMINISTRATOR, 'planWithoutProcesses'],
    ['anybody but an administrator', {}, 3, 'notAdministrator']
  ])('are refused for %s before anything is made', async (_, switches, user, code) => {
    const scene = await open('duty')
    await removeTemplates(scene.portal, scene.store)
    Object.assign(scene.demo.switches, switches)
    const before = scene.demo.state.items.get(scene.store.entityTypeId)!.size
    const portal = portalOver(doorOf(scene.demo, user), { appOptions: scene.demo.state.app.options, isInstalled: true })
    const error = await uploadTemplates(portal, scene.engineInput).then(() => null, (reason: PortalError) => reason)
    expect(error?.code).toBe(code)
    expect(scene.demo.state.items.get(scene.store.entityTypeId)!.size).toBe(before)
  })
})

describe('who is in charge', () => {
  it('decides, and nobody does anything twice', async () => {
    const scene = await open()
    const { demo, portal, store, surveys } = scene
    const [first, second] = dealsWithAddress(demo)
    const said = saidBy(SURVEY.content, 'low')
    const ofEngine = await invite(scene, surveys[0]!, first!, 'engine')
    const ofDuty = await invite(scene, surveys[0]!, second!, 'duty')
    const answered = await post(scene, surveys[0]!, { token: ofEngine.token, inv: String(ofEngine.id), sid: 'a', ...said })
    const left = await post(scene, surveys[0]!, { token: ofDuty.token, inv: String(ofDuty.id), sid: 'b', ...said })
    expect(fieldOf(demo, store, answered, 'FB_BY')).toBe('engine')
    expect(fieldOf(demo, store, left, 'FB_BY')).toBeFalsy()
    const tasks = demo.state.tasks.length
    await handleByDuty(scene)
    expect(fieldOf(demo, store, left, 'FB_BY')).toBe('duty')
    expect(demo.state.tasks).toHaveLength(tasks + 1)

    await putInCharge(portal, store, 'duty')
    await change(scene, ofDuty.id, { FB_BY: 'engine' })
    const third = await invite(scene, surveys[0]!, first!, 'engine')
    const waiting = await post(scene, surveys[0]!, { token: third.token, inv: String(third.id), sid: 'c', ...said })
    expect(fieldOf(demo, store, waiting, 'FB_BY')).toBeFalsy()
    await handleByDuty(scene)
    expect(fieldOf(demo, store, waiting, 'FB_BY')).toBe('duty')
  })

  it('is nobody of an earlier installation: its processes find no control record', async () => {
    const scene = await open()
    const { demo, store, surveys, control } = scene
    const invitation = await invite(scene, surveys[0]!, dealsWithAddress(demo)[0]!, 'engine')
    await change(scene, control!.id, { FB_WHY: 'next' })
    const answer = await post(scene, surveys[0]!, { token: invitation.token, inv: String(invitation.id), sid: 'a', ...saidBy(SURVEY.content, 'low') })
    expect(fieldOf(demo, store, answer, 'FB_BY')).toBeFalsy()
    expect(demo.state.tasks).toEqual([])
  })
})
