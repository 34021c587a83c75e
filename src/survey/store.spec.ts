import { beforeEach, describe, expect, it } from 'vitest'
import type { Portal } from '@/portal/client'
import { PortalError } from '@/portal/errors'
import { draftSurvey } from './model/new-survey'
import { publish } from './model/publish'
import type { Survey } from './model/survey'
import { afterDeal } from './model/templates/after-deal'
import { addSurvey, deleteSurvey, loadSurveys, saveSurvey, type StoredSurvey } from './store'
import { memoryPortal, type MemoryPortal } from './ui/memory-portal.fixture'

let portal: MemoryPortal
const survey = draftSurvey('a1', afterDeal, null)
const ids = (): string[] => portal.items.surveys.map(({ NAME }) => NAME)
const stored = async (id = 'a1'): Promise<StoredSurvey> => (await loadSurveys(portal)).find(one => one.survey?.id === id)!

beforeEach(() => { portal = memoryPortal() })

/** Every call reaches the portal; the first one of this method loses its reply, or is executed twice. */
function faulty(method: string, fault: 'lost' | 'twice'): Portal {
  let done = false
  return {
    ...portal,
    call: async <T>(name: string, params?: Record<string, unknown>): Promise<T> => {
      const result = await portal.call<T>(name, params)
      if (name !== method || done) return result
      done = true
      if (fault === 'lost') throw new PortalError('replyLost', { executed: 'unknown' })
      return portal.call<T>(name, params)
    }
  }
}

describe('a new survey', () => {
  it('is there once, however often it is asked for', async () => {
    const first = await addSurvey(portal, survey)
    expect(await addSurvey(portal, survey)).toBe(first)
    expect(ids()).toEqual(['a1'])
  })

  it('is there once after a lost reply', async () => {
    await expect(addSurvey(faulty('entity.item.add', 'lost'), survey)).rejects.toMatchObject({ code: 'replyLost' })
    await addSurvey(portal, survey)
    expect(ids()).toEqual(['a1'])
  })

  it('is there once when the request was executed twice', async () => {
    const id = await addSurvey(faulty('entity.item.add', 'twice'), survey)
    expect(portal.items.surveys.map(({ ID }) => Number(ID))).toEqual([id])
  })

  it('is there once when the request was executed several times and no reply came', async () => {
    portal.items.surveys.push(...[1, 2, 3].map(n => ({ ID: `9${n}`, NAME: 'a1', TIMESTAMP_X: '', PROPERTY_VALUES: { JSON: JSON.stringify(survey) } })))
    expect(await addSurvey(portal, survey)).toBe(91)
    expect(ids()).toEqual(['a1'])
  })

  it('of two administrators is two surveys', async () => {
    await Promise.all([addSurvey(portal, survey), addSurvey(portal, { ...survey, id: 'b2' })])
    expect(ids().sort()).toEqual(['a1', 'b2'])
  })

  it('does not write over one that somebody edited meanwhile', async () => {
    await addSurvey(portal, survey)
    await saveSurvey(portal, await stored(), { ...survey, plan: { v: 1 } })
    await addSurvey(portal, survey)
    expect((await stored()).survey?.plan).toEqual({ v: 1 })
  })

  it('too long to be stored is refused before anything is written', async () => {
    const long: Survey = { ...survey, draft: { ...afterDeal, name: 'x'.repeat(70_000) } }
    await expect(addSurvey(portal, long)).rejects.toMatchObject({ code: 'surveyTooLarge' })
    expect(ids()).toEqual([])
  })
})

describe('deleting', () => {
  it('takes away a draft, its doubles too, and nothing else', async () => {
    await addSurvey(portal, survey)
    await addSurvey(portal, { ...survey, id: 'b2' })
    portal.items.surveys.push({ ...portal.items.surveys[0]!, ID: '99' })
    await deleteSurvey(portal, await stored())
    expect(ids()).toEqual(['b2'])
  })

  it('again, or by two at once, is no error', async () => {
    await addSurvey(portal, survey)
    const before = await stored()
    await Promise.all([deleteSurvey(portal, before), deleteSurvey(portal, before)])
    await deleteSurvey(portal, before)
    expect(ids()).toEqual([])
  })

  it.each<[string, Survey]>([
    ['published', publish(survey, '2026-03-01T10:00:00Z', 7)], ['edited', { ...survey, plan: { v: 1 } }]
  ])('is refused when somebody has %s it since', async (_, now) => {
    await addSurvey(portal, survey)
    const before = await stored()
    await saveSurvey(portal, before, now)
    await expect(deleteSurvey(portal, before)).rejects.toMatchObject({ code: 'surveyChangedMeanwhile' })
    expect(ids()).toEqual(['a1'])
  })

  it('never takes a published one, nor one that cannot be read', async () => {
    await addSurvey(portal, publish(survey, '2026-03-01T10:00:00Z', 7))
    await expect(deleteSurvey(portal, await stored())).rejects.toMatchObject({ code: 'surveyChangedMeanwhile' })
    portal.items.surveys[0]!.PROPERTY_VALUES.JSON = '{}'
    await expect(deleteSurvey(portal, (await loadSurveys(portal))[0]!)).rejects.toBeInstanceOf(PortalError)
    expect(portal.log).not.toContain('entity.item.delete surveys')
  })
})
