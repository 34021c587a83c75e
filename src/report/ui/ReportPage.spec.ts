import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { PortalError, type ErrorCode } from '@/portal/errors'
import { displayNps } from '@/survey/model/score/nps'
import { aggregate } from '@/report/model/aggregate'
import { resolvePeriod } from '@/report/model/period'
import { answerRow, fakePortal, invitationRow, store, type FakeOptions, type FakePortal, type Row } from '@/report/portal.fixture'
import { tablesOf } from '@/report/model/answer-table'
import { DEFAULT_FILTER } from '@/report/model/filter'
import { createReportLoader } from '@/report/store-loader'
import { reportMessages } from '@/report/ui/messages'
import ReportPage from '@/report/ui/ReportPage.vue'
import WaitingNotice from '@/report/ui/WaitingNotice.vue'
// loaded lazily by the page; here beforehand, so that they are there at the next tick
import '@/report/ui/SurveyFilter.vue'
import '@/report/ui/TrendChart.vue'
import '@/report/ui/answers-file'
import { surveyMessages } from '@/survey/ui/messages'
import { mountInPortal, silentFrame } from '../../../tests/mount'

// there is no canvas here: what it would draw is kept as it is handed over
vi.mock('vue-chartjs', () => ({ Line: { name: 'Line', props: ['data', 'options'], template: '<div data-chart />' } }))

const NOW = new Date('2026-03-31T12:00:00Z')
const day = (back: number): string => new Date(NOW.getTime() - back * 86_400_000).toISOString()

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] })
  return () => vi.useRealTimers()
})

/** Sixty answers, one every five days: six promoters, two passives and two detractors of ten. */
const sixty = (): Row[] => Array.from({ length: 60 }, (_, index) =>
  answerRow({ id: index + 1, at: day((60 - index) * 5), score: [10, 9, 10, 9, 10, 9, 8, 7, 3, 0][index % 10]!, comment: index % 3 === 0 ? `Comment ${index}` : '' }))

/** Reading lets the page breathe now and then; each breath is a turn of its own. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) {
    await new Promise(resolve => setTimeout(resolve))
    await flushPromises()
  }
}

interface Shown {
  view: VueWrapper
  portal: FakePortal
  frame: ReturnType<typeof silentFrame>
}

async function open(options: FakeOptions = {}, lang = 'en', access = ''): Promise<Shown> {
  const portal = fakePortal(options)
  portal.context.appOptions.access = access
  const frame = silentFrame()
  const view = await mountInPortal(ReportPage, { portal, frame, lang, messages: [surveyMessages, reportMessages] })
  await settle()
  return { view, portal, frame }
}

const button = (view: VueWrapper, label: string) => {
  const found = view.findAll('button').find(one => one.text() === label)
  if (!found) throw new Error(`no button "${label}" among ${view.findAll('button').map(one => one.text()).join(' | ')}`)
  return found
}

async function press(view: VueWrapper, label: string): Promise<void> {
  await button(view, label).trigger('click')
  await settle()
}

const section = (view: VueWrapper, title: string): string => {
  const found = view.findAll('section').find(one => one.find('h2').exists() && one.get('h2').text().startsWith(title))
  if (!found) throw new Error(`no section "${title}"`)
  return found.text().replaceAll(/\s+/g, ' ')
}

const listedRows = (view: VueWrapper) => view.findAll('section[aria-labelledby=list-title] tbody tr')

describe('before there is anything to show', () => {
  it('is a skeleton while it reads', async () => {
    const view = await mountInPortal(ReportPage, { portal: fakePortal({ before: () => new Promise(() => undefined) }), messages: [reportMessages] })
    expect(view.get('[role=status]').attributes('aria-label')).toBe('Loading…')
    expect(view.text()).not.toMatch(/\d/)
  })

  it('says what to do next, and leads administrators to the settings', async () => {
    const { view, frame } = await open({ rows: [invitationRow(1, day(3))] })
    expect(view.text()).toContain('The first answer will appear here')
    expect(view.text()).toContain('1 invitation is on its way')
    expect(view.find('table').exists()).toBe(false)
    await press(view, 'Check the survey')
    expect(frame.openApplication).toHaveBeenCalledWith({})
  })

  it('does not claim completeness to others', async () => {
    const { view } = await open({ isAdmin: false })
    expect(view.text()).toContain('there may be more')
    expect(view.findAll('button').map(one => one.text())).not.toContain('Check the survey')
  })

  it.each([['profile', 'noRight'], ['crm.item.list:21', 'limitReached'], ['crm.item.list:22', 'unreachable']] as const)(
    'a failure of %s is an error with a retry, never a zero', async (place, code) => {
      const failing = new Map<string, ErrorCode>([[place, code]])
      const { view } = await open({ rows: sixty(), failing })
      expect(view.get('[role=alert]').text()).toContain('Try again')
      expect(view.text()).not.toMatch(/answers|\+0/)
      failing.clear()
      await press(view, 'Try again')
      expect(section(view, 'NPS')).toContain('60 answers')
      expect(view.find('[role=alert]').exists()).toBe(false)
    })
})

describe('figures', () => {
  it('are the ones of the aggregation', async () => {
    const rows = [...sixty(), ...Array.from({ length: 80 }, (_, index) => invitationRow(1000 + index, day(index)))]
    const { view } = await open({ rows })
    const loader = createReportLoader({ portal: fakePortal({ rows }), store, surveys: [], disk: null, now: () => NOW })
    const records = await loader.load({ answers: null, invitations: null })
    const { answers, invitations } = tablesOf(records.answers, records.invitations)
    const period = resolvePeriod({ preset: 'last12Months' }, NOW, 'Asia/Almaty')
    const report = aggregate(answers, invitations, { filter: DEFAULT_FILTER, period, departments: new Map(), now: NOW.getTime(), step: 'month' })
    const { value: nps, interval, n } = report.headline
    const headline = section(view, 'NPS')
    expect(nps).toBe(40)
    expect(headline).toContain(`+${displayNps(nps)}`)
    expect(headline).toContain(`from +${displayNps(interval!.from)} to +${displayNps(interval!.to)}`)
    expect(headline).toContain(`${n} answers`)
    expect(headline).toMatch(/Promoters\s*60% · 36/)
    expect(headline).toMatch(/Detractors\s*20% · 12/)
    expect(section(view, 'Response rate')).toContain(`Invitations sent in this period: ${report.response.sent}, answered: ${report.response.answered}`)
    expect(section(view, 'Scores')).toContain('Score 0: 6 answers')
    const chart = view.getComponent({ name: 'Line' })
    expect(chart.attributes('aria-label')).toContain('NPS by month')
    const [score, upper, lower] = (chart.props('data') as { datasets: { data: number[] }[] }).datasets.map(({ data }) => data)
    expect(score).toEqual(report.trend.map(({ n: count, value }) => count < 5 ? NaN : value))
    expect([upper!.at(-1), lower!.at(-1)]).toEqual([report.trend.at(-1)!.interval!.to, report.trend.at(-1)!.interval!.from])
    expect(view.text()).toContain('midnight in Asia/Almaty')
  })

  it('all follow the period', async () => {
    const { view } = await open({ rows: sixty() })
    expect(section(view, 'NPS')).toContain('60 answers')
    await press(view, '30 days')
    expect(section(view, 'NPS')).toContain('5 answers')
    expect(section(view, 'NPS')).toContain('Few answers')
    expect(section(view, 'Scores')).toContain('5 answers')
    expect(view.text()).toContain('1–5 of 5')
  })

  it('all follow the survey', async () => {
    const rows = [...sixty(), ...Array.from({ length: 7 }, (_, index) => answerRow({ id: 100 + index, at: day(2), score: 1, survey: 'visit' }))]
    const { view } = await open({ rows, surveys: [{ id: 'after-deal', name: 'After a deal' }, { id: 'visit', name: 'Visit' }] })
    expect(section(view, 'NPS')).toContain('67 answers')
    view.findComponent({ name: 'Select' }).vm.$emit('update:modelValue', 'visit')
    await flushPromises()
    expect(section(view, 'NPS')).toContain('−100')
    expect(section(view, 'NPS')).toContain('7 answers')
    expect(view.text()).toContain('1–7 of 7')
  })

  it('a shorter period reads nothing again, a longer one does', async () => {
    const { view, portal } = await open({ rows: sixty() })
    const reads = () => portal.requests.flat().filter(({ params }) => (params?.select as string[] | undefined)?.includes('uf_FB_NPS')).length
    const before = reads()
    await press(view, '30 days')
    expect(reads()).toBe(before)
    await press(view, 'All time')
    expect(reads()).toBeGreaterThan(before)
  })

  it.each([
    [[10, 10, 10, 10, 10, 10, 10, 10, 10, 10], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 'NPS has risen', '+200 points'],
    [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [10, 10, 10, 10, 10, 10, 10, 10, 10, 10], 'NPS has fallen', '−200 points'],
    [[10, 10, 10, 0, 0, 0], [10, 10, 10, 0, 0], 'Cannot tell whether NPS has changed', '−20 points'],
    [[10, 10, 10, 10, 10], [10, 10], 'Nothing to compare with yet', '2 answers']
  ])('%j after %j: %s', async (later, earlier, verdict, detail) => {
    const rows = [
      ...earlier.map((score, index) => answerRow({ id: index + 1, at: day(45), score })),
      ...later.map((score, index) => answerRow({ id: index + 100, at: day(5), score }))
    ]
    const { view } = await open({ rows })
    await press(view, '30 days')
    expect(section(view, 'NPS')).toContain(verdict)
    expect(section(view, 'NPS')).toContain(detail)
  })

  it.each([[1, '1 answer'], [4, '4 answers']])('of %i: only the list, no score', async (count, text) => {
    const { view } = await open({ rows: sixty().slice(-count) })
    expect(section(view, 'NPS')).toContain(text)
    expect(section(view, 'NPS')).not.toMatch(/[+−]\d|%/)
    expect(view.find('[data-chart]').exists()).toBe(false)
    expect(listedRows(view)).toHaveLength(count)
  })

  it('by month stand in a table as well', async () => {
    const { view } = await open({ rows: sixty() })
    await press(view, 'As a table')
    const months = view.findAll('section[aria-labelledby=trend-title] tbody tr').map(row => row.findAll('th, td').map(cell => cell.text()))
    expect(months).toHaveLength(12)
    expect(months[0]).toEqual(['Apr 2025', '—', '', '0'])
    expect(months.at(-1)).toEqual(['Mar 2026', '0', expect.stringMatching(/^from .* to .*/), '6'])
    expect(button(view, 'As a chart').attributes('aria-pressed')).toBe('true')
  })
})

describe('what to do', () => {
  it('names detractors without a closed case and lists them', async () => {
    const rows = [...sixty(), answerRow({ id: 90, at: day(1), score: 1, stage: 'closed' }), answerRow({ id: 91, at: day(1), score: 2, stage: 'work', comment: 'Cold' })]
    const { view } = await open({ rows })
    expect(view.text()).toContain('13 detractors’ cases are still open')
    await press(view, 'Show them')
    expect(view.text()).toContain('1–13 of 13')
    expect(view.text()).toContain('Cold')
    expect(document.activeElement?.id).toBe('list-title')
    expect(section(view, 'NPS')).toContain('62 answers')
  })

  it('says when nobody waits', async () => {
    const rows = Array.from({ length: 6 }, (_, index) => answerRow({ id: index + 1, at: day(3), score: 0, stage: 'closed' }))
    expect((await open({ rows })).view.text()).toContain('Nobody waits for a call')
  })

  it.each([
    [true, { person: 9, deputy: null }, true], [false, { person: 1, deputy: null }, true],
    [false, { person: 9, deputy: 1 }, true], [false, { person: 9, deputy: null }, false]
  ])('unhandled answers (administrator: %s, duty: %j): button %s', async (isAdmin, duty, may) => {
    const { view } = await open({ rows: [...sixty(), answerRow({ id: 99, at: day(0), score: 0, stage: 'new' })], isAdmin, duty })
    expect(view.text()).toContain('1 answer is not handled yet.')
    expect(section(view, 'NPS')).toContain('60 answers')
    expect(view.findAll('button').some(one => one.text() === 'Process now')).toBe(may)
  })
})

describe('the list', () => {
  it('is newest first, 25 on a page, with names and links', async () => {
    const { view, portal, frame } = await open({ rows: sixty() })
    expect(listedRows(view)).toHaveLength(25)
    const first = listedRows(view)[0]!
    expect(first.text()).toContain('Mar 26, 2026')
    expect(first.text()).toContain('Anna Petrova 3')
    expect(first.text()).toContain('Acme')
    expect(first.text()).toContain('Timur Manager 7')
    expect(first.text()).toContain('nobody called yet')
    expect(portal.requests.filter(commands => commands.some(({ method }) => method === 'user.get'))).toHaveLength(1)
    await press(view, 'Next')
    expect(view.text()).toContain('26–50 of 60')
    await first.get('td button').trigger('click')
    expect(frame.openPath).toHaveBeenLastCalledWith(expect.stringMatching(/^\/marketplace\/view\/local\.app\/\?params\[answer\]=\d+$/))
    await view.findAll('section[aria-labelledby=list-title] tbody tr button').find(one => one.text() === 'Deal 5')!.trigger('click')
    expect(frame.openPath).toHaveBeenLastCalledWith('/crm/deal/details/5/')
  })

  it('opens the card of the record where the portal refuses links to the app', async () => {
    const { view, frame } = await open({ rows: sixty() })
    vi.mocked(frame.openPath).mockRejectedValueOnce(new PortalError('unexpected'))
    await listedRows(view)[0]!.get('td button').trigger('click')
    await flushPromises()
    expect(frame.openPath).toHaveBeenLastCalledWith('/crm/type/1038/details/60/')
  })

  it('says which names may not be seen, and shows comments as text', async () => {
    const { view } = await open({ rows: [answerRow({ id: 1, at: day(1), score: 9, comment: '<b>x</b> [URL=y]z[/URL]' })], hidden: [3] })
    expect(listedRows(view)[0]!.text()).toContain('not visible to you')
    expect(listedRows(view)[0]!.text()).toContain('<b>x</b> [URL=y]z[/URL]')
    expect(listedRows(view)[0]!.findAll('button').map(one => one.text())).not.toContain('not visible to you')
  })

  it('keeps flagged answers away until they are asked for; figures stay', async () => {
    const rows = [...sixty(), answerRow({ id: 99, at: day(1), score: 1, flag: 'repeat' })]
    const { view } = await open({ rows })
    expect(view.text()).toContain('1–25 of 60')
    view.findAllComponents({ name: 'Checkbox' })[1]!.vm.$emit('update:modelValue', true)
    await flushPromises()
    expect(view.text()).toContain('1–25 of 61')
    expect(listedRows(view)[0]!.text()).toContain('answered again')
    expect(section(view, 'NPS')).toContain('60 answers')
    expect(view.text()).toContain('answered again – 1')
  })

  it('downloads what is listed', async () => {
    const files: Blob[] = []
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: (file: Blob) => { files.push(file); return 'blob:x' }, revokeObjectURL: () => undefined }))
    const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
    const { view } = await open({ rows: sixty() })
    await press(view, 'Detractors')
    await press(view, 'Download CSV')
    expect((clicked.mock.contexts[0] as HTMLAnchorElement).download).toBe('feedback_2025-04-01_2026-03-31.csv')
    const lines = (await files[0]!.text()).trim().split('\r\n')
    expect(lines).toHaveLength(13)
    expect(lines[1]).toContain('"Detractor","Anna Petrova 3","Acme"')
    clicked.mockRestore()
    vi.unstubAllGlobals()
  })
})

it('stops long reading on demand and shows no half figures', async () => {
  let release: (() => void) | undefined
  const rows = Array.from({ length: 2600 }, (_, index) => answerRow({ id: index + 1, at: day((2600 - index) / 24), score: 9 }))
  let request = 0
  const { view } = await open({ rows, before: () => ++request === 3 ? new Promise<void>(resolve => { release = resolve }) : undefined })
  expect(view.text()).toContain('2,500 records read')
  await press(view, 'Stop')
  release?.()
  await flushPromises()
  expect(view.text()).toContain('Loading was stopped')
  expect(view.text()).not.toContain('answers')
  await press(view, 'Load')
  await vi.waitFor(() => { expect(section(view, 'NPS')).toContain('2,600 answers') })
})

it('speaks Russian with its own numbers', async () => {
  const { view } = await open({ rows: sixty() }, 'ru')
  expect(section(view, 'NPS')).toContain('60 ответов')
  expect(section(view, 'NPS')).toContain('Сравнивать пока не с чем')
  expect(view.text()).toContain('У 12 критиков обращения не закрыты')
  expect(view.text()).not.toMatch(/\b(report|ui)\.\w/)
})

describe('the access list of the settings', () => {
  const listing = (...users: number[]): string => JSON.stringify({ report: 'chosen', users, departments: [] })

  it('shows a sentence in place of figures to a person who is not on it, and reads no records', async () => {
    const { view, portal } = await open({ rows: sixty(), isAdmin: false }, 'en', listing(7))
    expect(view.text()).toContain('This report is not for everybody')
    expect(view.text()).not.toMatch(/\d/)
    expect(portal.requests).toHaveLength(1)
  })

  it.each([
    ['a person on it', false, listing(1)], ['an administrator who is not', true, listing(7)], ['everybody, where it cannot be read', false, '{"report":'],
    ['everybody, where there is none', false, '']
  ])('shows the report to %s, without a further request', async (_who, isAdmin, access) => {
    const { view, portal } = await open({ rows: sixty(), isAdmin }, 'en', access)
    const { portal: without } = await open({ rows: sixty(), isAdmin })
    expect(section(view, 'NPS')).not.toBe('')
    expect(portal.requests).toHaveLength(without.requests.length)
  })
})

describe('while answers wait', () => {
  const NONE = 'Nobody waits for a call'
  const closed = answerRow({ id: 1, at: day(3), score: 2, stage: 'closed' })
  const fresh = { ...answerRow({ id: 2, at: day(1), score: 1, stage: 'new' }) }

  it.each([[[closed], true], [[closed, fresh], false]])('does not say that work is finished: %#', async (rows, says) => {
    const { view } = await open({ rows })
    expect(view.text().includes(NONE)).toBe(says)
  })

  it('looks again, and reads the records when somebody else has handled them', async () => {
    const rows = [closed, fresh]
    const { view, portal } = await open({ rows })
    const look = async (): Promise<number> => {
      const before = portal.requests.length
      view.getComponent(WaitingNotice).vm.$emit('look')
      await settle()
      return portal.requests.length - before
    }
    expect(await look()).toBe(1)
    expect(view.text()).toContain('1 answer is not handled yet')
    rows[1] = answerRow({ id: 2, at: day(1), score: 1 })
    expect(await look()).toBeGreaterThan(1)
    expect(view.text()).not.toContain('not handled yet')
    expect(view.text()).toContain('1 detractor’s case is still open')
  })
})
