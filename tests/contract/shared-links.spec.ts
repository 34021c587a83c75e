import { describe, expect, it } from 'vitest'
import { ADMINISTRATOR, APP, doorOf, install, portalOver } from '../in-process'
import { dealsWithAddress, NOW, openScene, orderFor, recordsOf, recordsIn, sendTools, valueOf, type Scene } from './scene'
import { loadErasure } from '@/answer/erasure'
import { handleNewAnswers } from '@/answer/handling'
import { loadStandstill } from '@/answer/standstill'
import { loadActivity } from '@/entries/settings/overview/health'
import { figuresOf, listPeriod } from '@/entries/settings/surveys/figures'
import { placeLink } from '@/entries/settings/shared/place-link'
import { loadDue } from '@/invitation/due-list'
import type { SharedKind, SharedLink } from '@/invitation/model/shared-link'
import { closeSharedLink, knowsShared, loadSharedFigures, loadSharedLinks, makeSharedLink, renameSharedLink } from '@/invitation/shared-links'
import { sendInvitation } from '@/invitation/sending'
import { loadRequest } from '@/invitation/store'
import { inspectInstallation } from '@/portal/installation/installation'
import { createReportLoader } from '@/report/store-loader'
import { aggregate } from '@/report/model/aggregate'
import { tablesOf } from '@/report/model/answer-table'
import { DEFAULT_FILTER } from '@/report/model/filter'
import { resolvePeriod } from '@/report/model/period'
import { tellClosedLinks } from '@/survey/connection'
import type { PublishedSurvey } from '@/survey/form'
import { parseLink } from '@/survey/model/invitation-link'
import { loadSurveys, readable } from '@/survey/store'

const TEXTS = { button: 'Отправить', success: 'Спасибо', failure: 'Не получилось', comment: 'Комментарий', answers: 'Ответы' }
const wait = (): Promise<void> => Promise.resolve()

const make = (scene: Scene, kind: SharedKind = 'qr', name = 'Офис'): Promise<SharedLink> => makeSharedLink(scene.as(ADMINISTRATOR), scene.store, {
  survey: { id: scene.survey.id, version: 1 }, kind, name, lang: '', me: ADMINISTRATOR, now: NOW, randomBytes: sendTools().randomBytes
})
const handle = (scene: Scene): ReturnType<typeof handleNewAnswers> => handleNewAnswers(scene.as(ADMINISTRATOR), scene.store, () => NOW, wait)
const newest = (scene: Scene): number => Math.max(...recordsOf(scene).keys())
/** @returns id of the answer */
function say(scene: Scene, { id, token }: SharedLink, sid: string, nps: string): number {
  if (scene.answer({ token, inv: String(id), sid, nps }) === null) throw new Error('the form was refused')
  return newest(scene)
}
const xmlId = (scene: Scene, id: number, field: 'FB_FLAG' | 'FB_CHANNEL'): string | undefined => {
  const kept = Number(valueOf(scene, recordsOf(scene).get(id)!, field))
  return Object.entries(scene.store.enums[field]!).find(([, own]) => own === kept)?.[0]
}
const surveyNow = async (scene: Scene): Promise<PublishedSurvey> => readable(await loadSurveys(scene.as(ADMINISTRATOR)))[0] as PublishedSurvey
async function tell(scene: Scene): Promise<void> {
  const portal = scene.as(ADMINISTRATOR)
  const closed = (await loadSharedLinks(portal, scene.store, scene.survey.id)).filter(link => link.closed).map(({ id }) => id)
  await tellClosedLinks(portal, { survey: await surveyNow(scene), store: scene.store }, closed, TEXTS, [ADMINISTRATOR])
}

describe('a shared link', () => {
  it.each<[SharedKind, string, string]>([['link', 'link', 'shared'], ['qr', 'qr', 'shared'], ['kiosk', 'link', 'kiosk'], ['embed', 'embed', 'embed']])(
    '%s: kept as an invitation of nobody, and found again with its address', async (kind, channel, opened) => {
      const scene = await openScene()
      const made = await make(scene, kind, '  Офис\nна Абая ')
      const portal = scene.as(ADMINISTRATOR)
      expect(await loadSharedLinks(portal, scene.store, scene.survey.id)).toEqual([made])
      expect(await loadSharedLinks(portal, scene.store, 'other')).toEqual([])
      expect(made).toMatchObject({ kind, name: 'Офис на Абая', closed: false })
      expect(xmlId(scene, made.id, 'FB_CHANNEL')).toBe(channel)
      const link = placeLink(portal, 'https://app.example/feedback/', scene.survey.form, made)
      expect(parseLink(new URL(link).hash)).toMatchObject({ kind: opened, invitationId: String(made.id), token: made.token, score: null })
      await renameSharedLink(portal, scene.store, made, 'Склад')
      expect(await loadSharedLinks(portal, scene.store, scene.survey.id)).toMatchObject([{ name: 'Склад' }])
    })

  it('is answered by one person after the other, each handled in full; the same filling-in once', async () => {
    const scene = await openScene()
    const made = await make(scene)
    const [first, second, again] = [say(scene, made, 'a'.repeat(32), '2'), say(scene, made, 'b'.repeat(32), '9'), say(scene, made, 'b'.repeat(32), '9')]
    expect(await handle(scene)).toMatchObject({ handled: [first, second, again], failed: [] })
    expect([first, second, again].map(id => xmlId(scene, id, 'FB_FLAG'))).toEqual(['shared', 'shared', 'repeat'])
    const stages = [first, second, again].map(id => recordsOf(scene).get(id)!.fields.STAGE_ID)
    expect(stages).toEqual([scene.store.answerStages.low, scene.store.answerStages.high, scene.store.answerStages.set_aside])
    expect(scene.demo.state.tasks).toHaveLength(2)
    expect(recordsOf(scene).get(made.id)!.fields.STAGE_ID).toBe(scene.store.invitationStages.open)
    expect(await loadSharedFigures(scene.as(ADMINISTRATOR), scene.store, [made])).toEqual(
      new Map([[made.id, { answers: 2, average: { value: 5.5, of: 2 }, lastAt: expect.any(String) }]]))
  })

  it('counts all answers, and averages the newest fifty', async () => {
    const scene = await openScene()
    const made = await make(scene)
    for (let index = 0; index < 53; index++) say(scene, made, String(index).padStart(32, '0'), index < 3 ? '0' : '10')
    while ((await handle(scene)).handled.length > 0) continue
    expect((await loadSharedFigures(scene.as(ADMINISTRATOR), scene.store, [made])).get(made.id)).toMatchObject({ answers: 53, average: { value: 10, of: 50 } })
    // the same filling-in as the very first, behind a page of others
    const late = say(scene, made, '0'.repeat(32), '0')
    await handle(scene)
    expect(xmlId(scene, late, 'FB_FLAG')).toBe('repeat')
  })
})

describe('a closed link', () => {
  it('is known to the form, and what comes over it all the same is late; opened again it counts', async () => {
    const scene = await openScene()
    const portal = scene.as(ADMINISTRATOR)
    const [made, other] = [await make(scene), await make(scene, 'kiosk')]
    await closeSharedLink(portal, scene.store, made, true)
    await tell(scene)
    const hint = (): string => JSON.stringify(scene.demo.state.forms)
    expect(hint()).toContain(`\\"closed\\":[${made.id}]`)
    expect((await surveyNow(scene)).form).toMatchObject({ closed: [made.id] })
    const late = say(scene, made, 'a'.repeat(32), '3')
    const fine = say(scene, other, 'b'.repeat(32), '3')
    await handle(scene)
    expect([late, fine].map(id => xmlId(scene, id, 'FB_FLAG'))).toEqual(['late', 'shared'])
    await closeSharedLink(portal, scene.store, made, false)
    await tell(scene)
    expect(hint()).not.toContain('\\"closed\\"')
    const again = say(scene, made, 'c'.repeat(32), '3')
    await handle(scene)
    expect(xmlId(scene, again, 'FB_FLAG')).toBe('shared')
  })
})

describe('nobody was asked with it', () => {
  it('is in no figure, list or check that is about people who were asked', async () => {
    const scene = await openScene()
    const portal = scene.as(ADMINISTRATOR)
    const made = await make(scene)
    say(scene, made, 'a'.repeat(32), '9')
    await handle(scene)
    const { store, survey } = scene

    const records = await createReportLoader({ portal, store, surveys: [survey], disk: null, now: () => NOW }).load({ answers: null, invitations: null })
    const tables = tablesOf(records.answers, records.invitations)
    const view = (flags: typeof DEFAULT_FILTER.flags) => ({
      filter: { ...DEFAULT_FILTER, flags }, period: resolvePeriod({ preset: 'last30Days' }, new Date(NOW.getTime() + 3_600_000), 'Asia/Almaty'),
      departments: new Map<number, number[]>(), now: NOW.getTime()
    })
    const usual = aggregate(tables.answers, tables.invitations, view(DEFAULT_FILTER.flags))
    expect(usual).toMatchObject({ headline: { n: 0 }, response: { sent: 0, answered: 0, rate: null }, outside: { shared: 0, flags: { shared: 1 } } })
    const chosen = aggregate(tables.answers, tables.invitations, view(['shared']))
    expect(chosen).toMatchObject({ headline: { n: 1 }, response: { sent: 0 } })
    expect(figuresOf(records, listPeriod(NOW, 'Asia/Almaty'), [survey], NOW).get(survey.id)).toMatchObject({ sent: 0, answered: 0, score: { n: 0 } })

    expect((await loadActivity(portal, store)).invitation).toEqual({ ok: true, result: null })
    expect((await loadDue(portal, store)).due).toEqual([])
    expect(await loadStandstill(portal, store, new Date(NOW.getTime() + 86_400_000))).toBeNull()
    const deal = [...scene.demo.state.items.get(2)!.values()].find(({ fields }) => Number(fields.CONTACT_ID) > 0)!
    const asked = await loadRequest(portal, store, deal.id)
    expect([asked.invitations, asked.othersOfDeal]).toEqual([{ seen: true, value: [] }, []])
    expect((await loadErasure(portal, store, { entityTypeId: 3, id: Number(deal.fields.CONTACT_ID) })).parts.filter(({ kind }) => kind === 'invitation')).toEqual([])
  })
})

describe('a portal that was set up before there were shared links', () => {
  it('makes none, says what to do, and does after the repair', async () => {
    const scene = await openScene()
    const flag = scene.demo.state.userFields.find(({ fieldName }) => fieldName.endsWith('_FB_FLAG'))!
    flag.enum = flag.enum.filter(({ xmlId: own }) => own !== 'shared' && own !== 'callback')
    const older = Object.fromEntries(Object.entries(scene.store.enums.FB_FLAG!).filter(([own]) => own !== 'shared' && own !== 'callback'))
    const store = { ...scene.store, enums: { ...scene.store.enums, FB_FLAG: older } }
    scene.demo.state.app.options.store = JSON.stringify(store)
    expect(knowsShared(store)).toBe(false)
    expect(await loadSharedLinks(scene.as(ADMINISTRATOR), store, scene.survey.id)).toEqual([])
    await expect(make({ ...scene, store })).rejects.toMatchObject({ code: 'storeIncomplete' })
    // what it knows it handles as before
    scene.answer({ token: 'z'.repeat(32), inv: '1', nps: '5' })
    expect((await handleNewAnswers(scene.as(ADMINISTRATOR), store, () => NOW, wait)).handled).toEqual([newest(scene)])

    expect(await inspectInstallation(scene.as(ADMINISTRATOR), APP)).toEqual(expect.arrayContaining([
      expect.objectContaining({ what: 'valueMissing', detail: 'shared' }), expect.objectContaining({ what: 'valueMissing', detail: 'callback' })
    ]))
    const repaired = await install(portalOver(doorOf(scene.demo), { appOptions: scene.demo.state.app.options }), { keepIn: recordsIn() })
    expect(knowsShared(repaired.store)).toBe(true)
    const made = await make({ ...scene, store: repaired.store })
    const answer = say(scene, made, 'a'.repeat(32), '9')
    await handleNewAnswers(scene.as(ADMINISTRATOR), repaired.store, () => NOW, wait)
    expect(xmlId({ ...scene, store: repaired.store }, answer, 'FB_FLAG')).toBe('shared')
  })
})

describe('a person\'s own link', () => {
  it.each(['duty', 'engine'] as const)('is made without sending anything, %s in charge; its answer counts like any other', async by => {
    const scene = await openScene()
    const deal = dealsWithAddress(scene.demo, scene.store)[0]!
    const before = scene.demo.state.outbox.length
    const made = await sendInvitation(scene.as(ADMINISTRATOR), scene.store, { ...orderFor(scene, deal), email: '', chat: null, link: true, by }, sendTools())
    expect(made).toMatchObject({ state: 'sent', confirmed: true })
    expect(scene.demo.state.outbox).toHaveLength(before)
    if (made.state !== 'sent') return
    expect(xmlId(scene, made.invitationId, 'FB_CHANNEL')).toBe('link')
    const asked = await loadRequest(scene.as(ADMINISTRATOR), scene.store, deal)
    expect(asked.invitations).toMatchObject({ seen: true, value: [{ id: made.invitationId, state: 'sent', channel: 'link' }] })
    scene.answer({ token: made.token, inv: String(made.invitationId), nps: '9' })
    await handle(scene)
    expect(xmlId(scene, newest(scene), 'FB_FLAG')).toBeUndefined()
    expect(recordsOf(scene).get(newest(scene))!.fields.STAGE_ID).toBe(scene.store.answerStages.high)
    expect(recordsOf(scene).get(made.invitationId)!.fields.STAGE_ID).toBe(scene.store.invitationStages.answered)
  })
})
