import { beforeEach, describe, expect, it, vi } from 'vitest'
import { PortalError } from '@/portal/errors'
import { runInstallation, type Installed } from '@/portal/installation/installation'
import { checkForm, saveForm, verifyForm } from '@/survey/form'
import type { Survey } from '@/survey/model/survey'
import { memoryPortal, type MemoryPortal } from '@/survey/ui/memory-portal.fixture'
import { readPlan } from '@/plan/model/plan'
import { checkContent } from '@/survey/model/check'
import { TEMPLATE_LANGS } from '@/survey/model/template'
import { settleAutomation } from '../automation/automation'
import { newFirstSurvey, runAll, type PartReport, type RunResult } from './run'

vi.mock('@/portal/installation/installation', () => ({ runInstallation: vi.fn() }))
vi.mock('../automation/automation', () => ({ settleAutomation: vi.fn() }))
vi.mock('@/survey/form', async original => ({
  ...await original<typeof import('@/survey/form')>(), saveForm: vi.fn(), checkForm: vi.fn(), verifyForm: vi.fn()
}))

const installed = { rights: { userId: 7 }, store: { entityTypeId: 1038 }, duty: { person: 9, deputy: null }, base: 'https://app/' } as Installed
const well = { code: null, problems: [], unseen: [] }
const choices = { keepIn: 'smartProcess' as const, everyone: true, duty: null, appBase: 'https://app/', linkBase: null, generation: 'g', inCharge: 'engine' as const }
const first = { company: ' Acme ', langs: ['ru', 'en'], lang: 'ru' }
const tools = {
  now: () => new Date('2026-03-01T10:00:00Z'), newNonce: () => ({ token: 't', submission: 's' }),
  formTexts: async () => ({ comment: '', answers: '', button: '', success: '', failure: '' })
}

let portal: MemoryPortal
let reports: PartReport[]

const kept = (): Survey => JSON.parse(portal.items.surveys[0]!.PROPERTY_VALUES.JSON) as Survey
const said = (): string[] => reports.map(({ part, state }) => `${part} ${state}`)
const run = (): Promise<RunResult> => {
  reports = []
  return runAll(portal, choices, first, tools, report => reports.push(report))
}

beforeEach(() => {
  portal = memoryPortal()
  vi.mocked(runInstallation).mockReset().mockImplementation(async (_portal, _choices, report) => {
    for (const step of ['rights', 'store', 'fields', 'stages', 'addresses', 'storages', 'widgets', 'duty', 'finish'] as const) {
      report({ step, state: 'running' })
      report({ step, state: 'done' })
    }
    return installed
  })
  vi.mocked(settleAutomation).mockReset().mockResolvedValue(null)
  vi.mocked(saveForm).mockReset().mockResolvedValue({ id: 5, sec: 'abc', made: 'api', verifiedAt: null })
  vi.mocked(checkForm).mockReset().mockResolvedValue(well)
  vi.mocked(verifyForm).mockReset().mockResolvedValue(well)
})

describe('a first run', () => {
  it('publishes the template in the words of who installs, with plan and verified form', async () => {
    expect((await run()).state).toBe('complete')
    expect(kept()).toMatchObject({
      id: 'afterdeal', status: 'active', draft: { name: 'После сделки', company: 'Acme', langs: ['ru', 'en'], defaultLang: 'ru' },
      published: { version: 1, by: 7 }, form: { id: 5, verifiedAt: '2026-03-01T10:00:00.000Z' }
    })
    expect(JSON.stringify(readPlan(kept().plan))).toContain('Позвонить клиенту')
    expect(vi.mocked(saveForm).mock.calls[0]?.[3]).toEqual([9])
  })

  it('says each line once as begun and once as done, a line of two steps only when both are', async () => {
    await run()
    const parts = ['rights', 'store', 'fields', 'stages', 'storages', 'widgets', 'duty', 'survey', 'form', 'check', 'automation']
    expect(said().filter(line => line.endsWith('done'))).toEqual(parts.map(part => `${part} done`))
    expect(said().indexOf('duty done')).toBeGreaterThan(said().lastIndexOf('duty running'))
  })
})

it.each(TEMPLATE_LANGS)('the survey is complete in %s and in all languages together', lang => {
  for (const langs of [[lang], [...TEMPLATE_LANGS]]) {
    const { draft, plan } = newFirstSurvey({ company: 'Acme', langs, lang })
    expect([draft.langs, draft.defaultLang]).toEqual([langs, lang])
    expect(checkContent(draft)).toEqual([])
    expect(readPlan(plan)?.rules).toHaveLength(3)
  }
})

describe('a run that breaks off', () => {
  it('names the line and is thrown', async () => {
    vi.mocked(saveForm).mockRejectedValueOnce(new PortalError('timeout'))
    await expect(run()).rejects.toMatchObject({ code: 'timeout' })
    expect(reports.at(-1)).toMatchObject({ part: 'form', state: 'failed', error: { code: 'timeout' } })
  })

  it.each(['entity.item.add', 'entity.item.update'])('at any %s ends, repeated, in the same portal', async method => {
    await run()
    const clean = JSON.stringify(portal.items)
    for (let nth = 1; nth <= 3; nth++) {
      for (const moment of ['before', 'after'] as const) {
        const whole = memoryPortal()
        let calls = 0
        portal = {
          ...whole,
          call: async <T>(name: string, params?: Record<string, unknown>): Promise<T> => {
            const hit = name === method && ++calls === nth
            if (hit && moment === 'before') throw new PortalError('unreachable')
            const result = await whole.call<T>(name, params)
            if (hit) throw new PortalError('replyLost', { executed: 'unknown' })
            return result
          }
        }
        await run().catch(() => undefined)
        await run()
        expect(JSON.stringify(portal.items), `${method} ${nth} ${moment}`).toBe(clean)
      }
    }
  })
})

describe('a second run', () => {
  it('writes nothing', async () => {
    await run()
    portal.log.length = 0
    vi.mocked(saveForm).mockClear()
    vi.mocked(verifyForm).mockClear()
    expect((await run()).state).toBe('complete')
    expect(portal.log.filter(line => !line.startsWith('entity.item.get'))).toEqual([])
    expect([saveForm, verifyForm].map(method => vi.mocked(method).mock.calls.length)).toEqual([0, 0])
  })

  it('brings a form that people changed back to what is published', async () => {
    await run()
    vi.mocked(saveForm).mockClear()
    vi.mocked(checkForm).mockResolvedValueOnce({ code: 'formMismatch', problems: [{ what: 'presetMissing', field: 'FB_TOKEN' }], unseen: [] })
    expect((await run()).state).toBe('complete')
    expect(saveForm).toHaveBeenCalledOnce()
  })

  it('does not write over a survey that it cannot read', async () => {
    await run()
    portal.items.surveys[0]!.PROPERTY_VALUES.JSON = '{"v":99}'
    await expect(run()).rejects.toMatchObject({ code: 'surveyNewer' })
    expect(portal.items.surveys[0]!.PROPERTY_VALUES.JSON).toBe('{"v":99}')
  })
})

describe('who does the work', () => {
  it('is settled last, for what the processes send leads to the form', async () => {
    await run()
    expect(settleAutomation).toHaveBeenCalledExactlyOnceWith(portal, { store: installed.store, base: 'https://app/', dutyId: 9 }, 'engine')
    expect(said().slice(-2)).toEqual(['automation running', 'automation done'])
  })

  it('is the duty person where the portal refuses, and the installation is whole', async () => {
    vi.mocked(settleAutomation).mockResolvedValueOnce(new PortalError('planWithoutProcesses'))
    expect((await run()).state).toBe('complete')
    expect(reports.at(-1)).toMatchObject({ part: 'automation', state: 'care', error: { code: 'planWithoutProcesses' } })
  })

  it('is not settled by what another try may get over', async () => {
    vi.mocked(settleAutomation).mockRejectedValueOnce(new PortalError('timeout'))
    await expect(run()).rejects.toMatchObject({ code: 'timeout' })
    expect(reports.at(-1)).toMatchObject({ part: 'automation', state: 'failed' })
  })
})

describe('by hand', () => {
  it('everything else is done when the app may make no form', async () => {
    vi.mocked(saveForm).mockRejectedValue(new PortalError('formNotMade'))
    expect(await run()).toMatchObject({ state: 'byHand', survey: { published: { version: 1 } } })
    expect(said().slice(-2)).toEqual(['form running', 'form failed'])
  })

  it('a form that was made by hand is tested, never changed, and what is wrong is told', async () => {
    await run()
    const hand: Survey = { ...kept(), form: { id: 8, sec: 'xyz', made: 'hand', verifiedAt: null } }
    portal.items.surveys[0]!.PROPERTY_VALUES.JSON = JSON.stringify(hand)
    vi.mocked(saveForm).mockClear()
    vi.mocked(verifyForm).mockResolvedValueOnce({ code: 'formMismatch', problems: [{ what: 'presetMissing', field: 'FB_TOKEN' }], unseen: [] })
    expect(await run()).toMatchObject({ state: 'mismatch', check: { problems: [{ what: 'presetMissing' }] } })
    expect(said().at(-1)).toBe('check failed')
    expect(kept().form?.verifiedAt).toBeNull()
    expect((await run()).state).toBe('complete')
    expect(kept().form).toMatchObject({ id: 8, made: 'hand', verifiedAt: '2026-03-01T10:00:00.000Z' })
    expect(saveForm).not.toHaveBeenCalled()
  })
})
