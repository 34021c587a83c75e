import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { PortalError } from '@/portal/errors'
import type { RecordStore } from '@/portal/record-store'
import type { ReportAnswer, ReportInvitation } from '@/report/model/records'
import { answerFixture, invitationFixture } from '@/report/model/records.fixture'
import { loadReportStart } from '@/report/store'
import { createReportLoader, type ReportLoader } from '@/report/store-loader'
import { afterDeal } from '@/survey/model/templates/after-deal'
import type { Metric, Survey } from '@/survey/model/survey'
import { memoryPortal } from '@/survey/ui/memory-portal.fixture'
import { mountInPortal } from '../../../../tests/mount'
import { surveyPageMessages } from './messages'
import SurveyWatch from './SurveyWatch.vue'

vi.mock('@/report/store', async original => ({ ...await original<object>(), loadReportStart: vi.fn() }))
vi.mock('@/report/store-loader', () => ({ createReportLoader: vi.fn() }))
const load = vi.fn<ReportLoader['load']>()

const NOW = new Date('2026-03-20T08:00:00Z')
const survey: Survey = {
  v: 4, id: 'afterdeal', status: 'active', draft: afterDeal, published: { version: 1, at: '2026-01-01T10:00:00Z', by: 1, content: afterDeal, plan: null },
  form: { id: 5, sec: 'abc', made: 'api', verifiedAt: null }, plan: null
}
const answer = (id: number, nps: number | null, more: Partial<ReportAnswer> = {}): ReportAnswer =>
  answerFixture({ id, createdAt: '2026-03-10T08:00:00Z', survey: 'afterdeal', contactId: id, nps, invitationId: id, ...more })
const invitation = (id: number, more: Partial<ReportInvitation> = {}): ReportInvitation =>
  invitationFixture({ id, sentAt: '2026-03-09T08:00:00Z', survey: 'afterdeal', ...more })

function records(answers: ReportAnswer[], invitations: ReportInvitation[]): void {
  load.mockResolvedValue({ answers, invitations, loadedAt: NOW.toISOString(), complete: true, verified: true })
}

async function open(change: Partial<Survey> = {}): Promise<VueWrapper> {
  const watch = await mountInPortal(SurveyWatch, {
    portal: memoryPortal(), messages: [surveyPageMessages], props: { survey: { ...survey, ...change }, store: {} as RecordStore }
  })
  await flushPromises()
  return watch
}

const figures = (watch: VueWrapper): string[] => watch.findAll('dl > div').map(box => box.text().replace(/\s+/g, ' '))

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] })
  // as in a browser that does not tell what is on the screen: everything is
  Reflect.deleteProperty(window, 'IntersectionObserver')
  vi.mocked(loadReportStart).mockReset().mockResolvedValue({ zone: 'Asia/Almaty', surveys: [survey] } as unknown as Awaited<ReturnType<typeof loadReportStart>>)
  load.mockReset()
  vi.mocked(createReportLoader).mockReturnValue({
    load, expire: () => {}, retag: () => {}, settled: () => Promise.resolve(), part: () => Promise.resolve(null)
  })
  return () => { vi.useRealTimers() }
})

describe('the last 30 days of a survey', () => {
  it('count this survey only, without tests', async () => {
    records(
      [...[10, 9, 10, 9, 0, 7].map((nps, index) => answer(index + 1, nps)), answer(7, 10, { flag: 'test' }), answer(8, 0, { survey: 'other' })],
      [...[1, 2, 3, 4, 5, 6, 20, 21].map(id => invitation(id)), invitation(8, { survey: 'other' }), invitation(30, { test: true })]
    )
    const [sent, answers, rate, nps] = figures(await open())
    expect(sent).toBe('Invitations sent8')
    expect(answers).toContain('Answers received6')
    expect(answers).toContain('and 1 more that does not count')
    expect(rate).toContain('75%')
    expect(rate).toContain('6 of 8 answered')
    expect(nps).toContain('+50')
    expect(nps).toContain('6 answers')
  })

  it('read no further back than thirty days', async () => {
    records([], [])
    await open()
    expect(load.mock.calls[0]?.[0]).toEqual({ answers: '2026-02-18T19:00:00.000Z', invitations: '2026-02-18T19:00:00.000Z' })
  })

  it('say no score where there are too few answers, and no rate where nobody was asked', async () => {
    records([answer(1, 10), answer(2, 0)], [])
    const [, , rate, nps] = figures(await open())
    expect(rate).toContain('Nobody was asked')
    expect(nps).toContain('2 answers')
    expect(nps).toContain('Too few')
    expect(nps).not.toMatch(/[+−-]?\b0\b/)
  })

  it.each<[Metric, Partial<ReportAnswer>[], RegExp]>([
    ['csat', [4, 5, 4, 5, 3].map(csat => ({ csat })), /CSAT: share of 4 and 5\s*80%.*from \d+% to \d+%.*5 answers/],
    ['ces', [4, 5, 4, 5, 3].map(ces => ({ ces, effortScale: '5high' as const })), /CES: share of “easy”\s*80%.*5 answers/],
    ['stars', [4, 5, 4, 5, 3].map(stars => ({ stars })), /Stars on average\s*4\.2.*from \d\.?\d? to \d\.?\d?.*5 answers/],
    ['ces', [{ ces: 5, effortScale: '5high' }, { ces: 5, effortScale: '7high' }], /has changed its scale/]
  ])('have the score of the main question: %s', async (type, given, text) => {
    records(given.map((one, index) => answer(index + 1, null, one)), [])
    const content = { ...afterDeal, questions: [{ ...afterDeal.questions[0]!, type }] }
    expect(figures(await open({ published: { ...survey.published!, content } }))[3]).toMatch(text)
  })

  it('have no score where nothing is scored', async () => {
    records([answer(1, null)], [])
    const content = { ...afterDeal, questions: [] }
    expect(figures(await open({ published: { ...survey.published!, content } }))[3]).toContain('no question with a score')
  })

  it('that could not be loaded are an error with a retry, never a zero', async () => {
    records([], [])
    load.mockRejectedValueOnce(new PortalError('unreachable'))
    const watch = await open()
    expect(figures(watch)).toEqual([])
    expect(watch.text()).not.toMatch(/\b0\b/)
    await watch.findAll('button').find(button => button.text() === 'Try again')!.trigger('click')
    await flushPromises()
    expect(figures(watch)[0]).toBe('Invitations sent0')
  })

  it('are not asked for before anything was published', async () => {
    const watch = await open({ published: null, status: 'draft' })
    expect(watch.text()).toContain('has not been published')
    expect(load).not.toHaveBeenCalled()
  })
})
