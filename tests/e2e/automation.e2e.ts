import type { Frame, FrameLocator, Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { TEMPLATE_KEYS } from '@/plan/compile/input'
import { readControl } from '@/plan/control'
import { doorOf, portalOver } from '../in-process'
import { frameOf } from './look'
import { surveysIn } from './made-surveys'
import { appOf, sliderOf } from './places'
import { storeOf } from './records'
import { useStage, type Scene, type Visitor } from './stage'
import { shown, text } from './words'

/**
 * Who does the work: the portal's processes or the duty person, from the settings, as an administrator goes about it.
 * The tests of one story build on each other.
 */

const stage = useStage()
const say = (key: string): string => text('ru', key)
const ADMINISTRATOR = 1
const MANAGER = 2

async function open(scene: Scene, path: string, ready: string | RegExp, userId = ADMINISTRATOR): Promise<Visitor & { frame: Frame }> {
  const visitor = await scene.visit(userId, '/marketplace/app/')
  const frame = await frameOf(visitor.page.locator('.app-frame.full > iframe'))
  await frame.getByRole('navigation', { name: say('settings.nav.label') }).waitFor()
  await frame.evaluate(hash => { location.hash = hash }, `#${path}`)
  await frame.getByText(ready).first().waitFor()
  return { ...visitor, frame }
}
const openAutomation = (scene: Scene): Promise<Visitor & { frame: Frame }> => open(scene, '/automation', shown('ru', 'automation.lead'))
const press = (frame: Frame, key: string): Promise<void> => frame.getByRole('button', { name: say(key), exact: true }).click()
const seen = (frame: Frame, key: string): Promise<void> => frame.getByText(shown('ru', key)).first().waitFor()

const versions = ({ portal }: Scene): Record<string, string> => Object.fromEntries(portal.state.workflowTemplates.map(({ name }) => name.split(' · ') as [string, string]))
async function inCharge({ portal, portalUrl }: Scene): Promise<string | undefined> {
  return (await readControl(portalOver(doorOf(portal), { origin: portalUrl }), storeOf(portal)))?.inCharge
}
const stateOf = (frame: Frame, key: string): Promise<string | null> => frame.locator(`[data-process=${key}]`).getAttribute('data-state')
const states = (frame: Frame): Promise<(string | null)[]> => Promise.all(TEMPLATE_KEYS.map(key => stateOf(frame, key)))
/** The choice of the installation. */
const way = (app: FrameLocator, who: 'engine' | 'duty'): Locator => app.locator(`input[name=inCharge][value=${who}]`)
const ALL_CURRENT = TEMPLATE_KEYS.map(() => 'current')

/** Changes a process as people do, in the portal's designer. */
async function edit(page: Page, frame: Frame, key: string): Promise<void> {
  await frame.getByRole('button', { name: say('automation.list.openNamed').replace('{name}', say(`automation.process.${key}.name`)) }).click()
  const designer = sliderOf(page)
  await designer.locator('textarea[name=description]').fill('Отредактировано человеком')
  await designer.getByRole('button', { name: 'Сохранить' }).click()
  await designer.getByText('Отредактировано человеком').waitFor()
  await page.locator('.slider-close').click()
}

describe('a portal with processes', () => {
  let scene: Scene
  beforeAll(async () => { scene = await stage.open() })

  test('the installation puts them in charge without being asked', async () => {
    const { page } = await scene.visit(ADMINISTRATOR, '/marketplace/app/')
    const app = appOf(page)
    await app.getByLabel(say('settings.install.company.label')).fill('Алатау')
    expect(await way(app, 'engine').isChecked()).toBe(true)
    await app.getByRole('button', { name: say('settings.install.install'), exact: true }).click()
    await app.getByRole('navigation', { name: say('settings.nav.label') }).waitFor()
    expect(await inCharge(scene)).toBe('engine')
    const { frame } = await openAutomation(scene)
    await seen(frame, 'automation.means.engine')
    expect(await states(frame)).toEqual(ALL_CURRENT)
  })

  test('somebody edits one in the designer: seen, kept by every upload, undone only after a question', async () => {
    scene.portal.advance(60_000)
    const { page, frame } = await openAutomation(scene)
    await edit(page, frame, 'handle')
    const again = await openAutomation(scene)
    await expect.poll(() => stateOf(again.frame, 'handle')).toBe('edited')
    await press(again.frame, 'automation.action.overwrite')
    const question = again.frame.getByRole('group', { name: shown('ru', 'automation.overwriteQuestion') })
    await question.getByText(say('automation.process.handle.name'), { exact: false }).waitFor()
    expect(scene.portal.state.workflowTemplates.some(({ description }) => description === 'Отредактировано человеком')).toBe(true)
    await question.getByRole('button', { name: say('automation.action.overwriteConfirm') }).click()
    await seen(again.frame, 'automation.work.ready.repair')
    await expect.poll(() => states(again.frame)).toEqual(ALL_CURRENT)
    expect(scene.portal.state.workflowTemplates.some(({ description }) => description === 'Отредактировано человеком')).toBe(false)
  })

  test('a survey on pause: the processes learn it at once', async () => {
    const before = versions(scene)
    const { frame } = await open(scene, `/surveys/${surveysIn(scene.portal)[0]?.id}`, shown('ru', 'survey.list.version'))
    await press(frame, 'survey.pause.label')
    await frame.getByRole('group', { name: say('survey.pause.question') }).getByRole('button', { name: say('survey.pause.label') }).click()
    await seen(frame, 'automation.work.ready.renew')
    expect(versions(scene)).not.toEqual(before)
    await press(frame, 'survey.resume')
    await expect.poll(() => versions(scene)).toEqual(before)
  })

  test('they cannot be reached while a survey goes on pause: said, the pause holds, and it is made good', async () => {
    const before = versions(scene)
    const { frame, expectTrouble } = await open(scene, `/surveys/${surveysIn(scene.portal)[0]?.id}`, shown('ru', 'survey.list.version'))
    expectTrouble(/status of 400.*template\.update/)
    scene.portal.faults.push({ kind: 'method-error', method: 'bizproc.workflow.template.update', times: 10 })
    await press(frame, 'survey.pause.label')
    await frame.getByRole('group', { name: say('survey.pause.question') }).getByRole('button', { name: say('survey.pause.label') }).click()
    await seen(frame, 'automation.work.renewFailed')
    expect(surveysIn(scene.portal)[0]?.status).toBe('paused')
    expect(versions(scene)).toEqual(before)
    // the overview knows, too
    const other = await open(scene, '/', shown('ru', 'automation.overview.outdated'))
    await other.leave()
    scene.portal.faults.length = 0
    await press(frame, 'automation.action.repair')
    await seen(frame, 'automation.work.ready.renew')
    expect(versions(scene)).not.toEqual(before)
  })

  test('another duty person owns what nobody else does: the processes are told', async () => {
    const before = versions(scene)
    const { page, frame } = await open(scene, '/duty', shown('ru', 'automation.dutyNote'))
    await frame.getByRole('button', { name: `${say('ui.edit')}: ${say('settings.duty.person')}` }).click()
    await page.locator('dialog').getByLabel('Анна Соколова', { exact: true }).check()
    await page.locator('dialog').getByRole('button', { name: 'OK' }).click()
    await seen(frame, 'automation.work.ready.renew')
    expect(versions(scene)).not.toEqual(before)
  })

  test('one is gone: the overview says so and repairs it', async () => {
    const { workflowTemplates } = scene.portal.state
    workflowTemplates.splice(workflowTemplates.findIndex(({ name }) => name.startsWith('Обратная связь: отправка')), 1)
    const { frame } = await open(scene, '/', shown('ru', 'automation.overview.missing'))
    await press(frame, 'automation.action.repair')
    await seen(frame, 'automation.work.ready.repair')
    await seen(frame, 'automation.overview.engine')
    expect(workflowTemplates).toHaveLength(TEMPLATE_KEYS.length)
  })

  test('over to the duty person and back', async () => {
    const { frame } = await openAutomation(scene)
    await press(frame, 'automation.action.handOver')
    await seen(frame, 'automation.work.ready.handOver')
    await seen(frame, 'automation.means.dutyIdle')
    expect(await inCharge(scene)).toBe('duty')
    await press(frame, 'automation.action.start')
    await seen(frame, 'automation.work.ready.start')
    await seen(frame, 'automation.means.engine')
    expect(await inCharge(scene)).toBe('engine')
    expect(scene.portal.state.workflowTemplates).toHaveLength(TEMPLATE_KEYS.length)
  })

  test('a manager reads who works and is offered nothing', async () => {
    const { frame } = await open(scene, '/automation', shown('ru', 'automation.readOnly'), MANAGER)
    await seen(frame, 'automation.means.engine')
    expect(await frame.getByRole('main').getByRole('button').count()).toBe(0)
  })

  test('the plan loses its processes: said, and the duty person takes over', async () => {
    scene.portal.switches.workflows = false
    const { frame } = await openAutomation(scene)
    await seen(frame, 'automation.means.refused')
    await seen(frame, 'errors.planWithoutProcesses.todo')
    await press(frame, 'automation.action.handOver')
    await seen(frame, 'automation.work.ready.handOver')
    expect(await inCharge(scene)).toBe('duty')
    scene.portal.switches.workflows = true
  })

  test('they are removed before the app is', async () => {
    const { frame } = await openAutomation(scene)
    await press(frame, 'automation.remove.button')
    await frame.getByRole('group', { name: say('automation.remove.question') }).getByRole('button', { name: say('automation.remove.confirm') }).click()
    await seen(frame, 'automation.work.ready.remove')
    expect(scene.portal.state.workflowTemplates).toEqual([])
    expect(await inCharge(scene)).toBe('duty')
    expect(await frame.locator('[data-process]').count()).toBe(0)
  })
})

describe('a plan without processes', () => {
  let scene: Scene
  beforeAll(async () => { scene = await stage.open({ switches: { workflows: false } }) })

  test('the installation names the duty person and says why', async () => {
    const { page } = await scene.visit(ADMINISTRATOR, '/marketplace/app/')
    const app = appOf(page)
    await app.getByLabel(say('settings.install.company.label')).fill('Алатау')
    expect(await way(app, 'duty').isChecked()).toBe(true)
    expect(await way(app, 'engine').isDisabled()).toBe(true)
    await app.getByText(say('errors.planWithoutProcesses.what'), { exact: false }).waitFor()
    await app.getByRole('button', { name: say('settings.install.install'), exact: true }).click()
    await app.getByRole('navigation', { name: say('settings.nav.label') }).waitFor()
    expect(await inCharge(scene)).toBeUndefined()
  })

  test('the settings say it, and offer nothing that cannot be done', async () => {
    const { frame } = await openAutomation(scene)
    await seen(frame, 'errors.planWithoutProcesses.what')
    expect(await frame.getByRole('button', { name: say('automation.action.start') }).count()).toBe(0)
    const overview = await open(scene, '/', shown('ru', 'automation.overview.duty'))
    expect(await overview.frame.locator('section', { hasText: say('automation.overview.duty') }).last().getAttribute('data-mark')).toBe('done')
  })
})
