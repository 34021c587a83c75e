import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { PortalError, type ErrorCode } from '@/portal/errors'
import { aggregate } from '@/report/model/aggregate'
import { tablesOf } from '@/report/model/answer-table'
import { DEFAULT_FILTER } from '@/report/model/filter'
import { resolvePeriod } from '@/report/model/period'
import { answerRow, fakePortal, invitationRow, store, type FakeOptions, type FakePortal, type Row } from '@/report/portal.fixture'
import { createReportLoader } from '@/report/store-loader'
import { tagAnswer } from '@/report/store-tags'
import { reportMessages } from '@/report/ui/messages'
import ReportPage from '@/report/ui/ReportPage.vue'
import WaitingNotice from '@/report/ui/WaitingNotice.vue'
import '@/report/ui/answers-file'
import { surveyMessages } from '@/survey/ui/messages'
import { mountInPortal, silentFrame } from '../../../tests/mount'

// read when somebody looks that far down; it has a specification of its own
vi.mock('@/invitation/due-list', () => ({ loadDue: () => new Promise(() => undefined) }))
vi.mock('@/report/store-tags', () => ({ tagAnswer: vi.fn() }))

// there is no canvas here
vi.mock('vue-chartjs', () => ({ Line: { name: 'Line', props: ['data', 'options'], template: '<div data-chart />' } }))

const NOW = new Date('2026-03-31T12:00:00Z')
const day = (back: number): string => new Date(NOW.getTime() - back * 86_400_000).toISOString()

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] })
  history.replaceState(null, '', '/report.html')
  return () => vi.useRealTimers()
})

/** Sixty answers, one every five days: six promoters, two passives and two detractors of ten. */
const sixty = (): Row[] => Array.from({ length: 60 }, (_, index) =>
  answerRow({ id: index + 1, at: day((60 - index) * 5), score: [10, 9, 10, 9, 10, 9, 8, 7, 3, 0][index % 10]!, comment: index % 3 === 0 ? `Comment ${index}` : '' }))

/** Reading and counting let the page breathe now and then; each breath is a turn of its own. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise(resolve => setTimeout(resolve))
    await flushPromises()
  }
}

interface Shown {
  view: VueWrapper
  portal: FakePortal
  frame: ReturnType<typeof silentFrame>
}

interface Opening extends FakeOptions {
  lang?: string
  access?: string
  /** what a link to the report carries */
  linked?: string
}

async function open({ lang = 'en', access = '', linked, ...options }: Opening = {}): Promise<Shown> {
  const portal = fakePortal(options)
  portal.context.appOptions.access = access
  if (linked !== undefined) portal.context.options.report = linked
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
const has = (view: VueWrapper, label: string): boolean => view.findAll('button').some(one => one.text() === label)

async function press(view: VueWrapper, label: string): Promise<void> {
  await button(view, label).trigger('click')
  await settle()
}

async function choose(view: VueWrapper, label: string, value: string): Promise<void> {
  await view.get(`select[aria-label="${label}"]`).setValue(value)
  await settle()
}

async function tick(view: VueWrapper, label: string): Promise<void> {
  const found = view.findAllComponents({ name: 'Checkbox' }).find(one => one.text() === label)
  if (!found) throw new Error(`no checkbox "${label}" among ${view.findAllComponents({ name: 'Checkbox' }).map(one => one.text()).join(' | ')}`)
  found.vm.$emit('update:modelValue', found.props('modelValue') !== true)
  await settle()
}

const chips = (view: VueWrapper): string[] => view.findAll('li[data-part]').map(one => one.text())

/** The number of a figure; null when it is not on the page. */
const number = (view: VueWrapper, figure: string, part: string): number | null => {
  const found = view.find(`[data-figure=${figure}] [data-part="${part}"]`)
  return found.exists() ? Number(found.attributes('data-value')) : null
}
const drill = async (view: VueWrapper, figure: string, part: string): Promise<void> => {
  await view.get(`[data-figure=${figure}] button[data-part="${part}"]`).trigger('click')
  await settle()
}
const records = (view: VueWrapper) => view.findAll('[data-figure=records] tbody tr')

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
    expect(has(view, 'Check the survey')).toBe(false)
  })

  it.each([['profile', 'noRight'], ['crm.item.list:21', 'limitReached'], ['crm.item.list:22', 'unreachable']] as const)(
    'a failure of %s is an error with a retry, never a zero', async (place, code) => {
      const failing = new Map<string, ErrorCode>([[place, code]])
      const { view } = await open({ rows: sixty(), failing })
      expect(view.get('[role=alert]').text()).toContain('Try again')
      expect(view.find('[data-value]').exists()).toBe(false)
      failing.clear()
      await press(view, 'Try again')
      expect(number(view, 'headline', 'n')).toBe(60)
      expect(view.find('[role=alert]').exists()).toBe(false)
    })
})

describe('one state', () => {
  it('makes all figures the ones of the aggregation', async () => {
    const rows = [...sixty(), ...Array.from({ length: 80 }, (_, index) => invitationRow(1000 + index, day(index)))]
    const { view } = await open({ rows })
    const loader = createReportLoader({ portal: fakePortal({ rows }), store, surveys: [], disk: null, now: () => NOW })
    const loaded = await loader.load({ answers: null, invitations: null })
    const { answers, invitations } = tablesOf(loaded.answers, loaded.invitations)
    const period = resolvePeriod(DEFAULT_FILTER.period, NOW, 'Asia/Almaty')
    const report = aggregate(answers, invitations, { filter: DEFAULT_FILTER, period, departments: new Map(), now: NOW.getTime() })
    expect([number(view, 'headline', 'score'), number(view, 'headline', 'n')]).toEqual([report.headline.value, 60])
    expect([number(view, 'response', 'sent'), number(view, 'response', 'answered')]).toEqual([report.response.sent, report.response.answered])
    expect(view.text()).toContain('midnight in Asia/Almaty')
    expect(view.text()).toContain('compared with the portal: complete')
  })

  it('is in the address, and the address is the state', async () => {
    const { view } = await open({ rows: sixty() })
    expect(location.hash).toBe('')
    await choose(view, 'Period', 'last30Days')
    await choose(view, 'Compared with', 'yearAgo')
    expect(location.hash).toBe('#period=last30Days&comparison=yearAgo')
    expect(number(view, 'headline', 'n')).toBe(5)
    view.unmount()
    const again = await open({ rows: sixty() })
    expect(number(again.view, 'headline', 'n')).toBe(5)
    location.hash = '#groups=low&period=all'
    await settle()
    expect(chips(again.view)).toEqual(['Group: Detractor'])
    expect(number(again.view, 'shares', 'low.n')).toBe(12)
  })

  it('of a link counts until something else is chosen, even if that is the default', async () => {
    const linked = 'period=last30Days&groups=low&colour=blue'
    const first = await open({ rows: sixty(), linked })
    expect(chips(first.view)).toEqual(['Group: Detractor'])
    expect(first.view.text()).toContain('A part of the link is not understood and was left out: colour=blue')
    await choose(first.view, 'Period', 'last12Months')
    await first.view.get('button[aria-label="Remove the filter “Group”"]').trigger('click')
    await settle()
    first.view.unmount()
    const again = await open({ rows: sixty(), linked })
    expect(number(again.view, 'headline', 'n')).toBe(60)
  })

  it('can be passed on as a link of the portal', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValueOnce().mockRejectedValueOnce(new DOMException('no', 'NotAllowedError'))
    const { view } = await open({ rows: sixty() })
    await press(view, 'Copy link')
    expect(write).toHaveBeenLastCalledWith('https://portal.example/marketplace/view/local.app/?params[report]=period%3Dlast12Months')
    expect(view.text()).toContain('Copied')
    await choose(view, 'Period', 'all')
    await press(view, 'Copy link')
    expect((view.get('input[readonly]').element as HTMLInputElement).value).toBe('https://portal.example/marketplace/view/local.app/?params[report]=period%3Dall')
  })

  it('a shorter period reads nothing again, a longer one does', async () => {
    const { view, portal } = await open({ rows: sixty() })
    const reads = () => portal.requests.flat().filter(({ params }) => (params?.select as string[] | undefined)?.includes('uf_FB_NPS')).length
    const before = reads()
    await choose(view, 'Period', 'last30Days')
    expect(reads()).toBe(before)
    await choose(view, 'Period', 'all')
    expect(reads()).toBeGreaterThan(before)
  })

  it('begins with a measure that the answers carry', async () => {
    const rows = sixty().map(row => ({ ...row, uf_FB_NPS: '', uf_FB_CSAT: '5' }))
    const { view } = await open({ rows })
    expect(number(view, 'headline', 'score')).toBe(100)
    expect(location.hash).toBe('#measure=csat')
    expect(view.text()).not.toContain('Promoter')
    expect(view.find('select[aria-label=Score]').exists()).toBe(false)
  })
})

describe('conditions', () => {
  const mixed = (): Row[] => [
    ...sixty(),
    ...Array.from({ length: 7 }, (_, index) => answerRow({ id: 100 + index, at: day(2), score: 1, survey: 'visit', more: { companyId: 9, uf_FB_STAGE: 'C5:WON', uf_FB_LANG: 'ru' } }))
  ]
  const surveys = [{ id: 'after-deal', name: 'After a deal' }, { id: 'visit', name: 'Visit' }]

  it.each([
    ['Survey', 'Visit', '#surveys=visit'], ['Channel', 'E-mail', '#channels=email'], ['Pipeline', 'Service', '#pipelines=5'], ['Served by', 'Timur Manager 7', '#responsible=7'],
    ['Company', 'Acme', '#companies=4'], ['Group', 'Detractor', '#groups=low'], ['Language', 'Russian', '#languages=ru'], ['Comment', 'without a comment', '#comment=without'],
    ['Case', 'in work', '#states=work'], ['Counted answers', 'after the deadline', '#flags=none,late'], ['Tags', 'Price', '#tags=71']
  ])('%s can be set to %s', async (part, value, hash) => {
    const { view } = await open({ rows: mixed(), surveys, fields: { uf_FB_TAGS: { items: [{ ID: '71', VALUE: 'Price' }] } } })
    await press(view, 'Add filter')
    await press(view, part)
    await tick(view, value)
    expect(location.hash).toBe(hash)
    expect(chips(view)).toHaveLength(1)
    expect(chips(view)[0]).toMatch(new RegExp(`^${part}: `))
    await tick(view, value)
    expect(chips(view)).toEqual([])
    expect(location.hash).toBe('')
  })

  it('a department counts with all below it, and its people are asked for once', async () => {
    const structure = {
      people: [{ ID: '7', UF_DEPARTMENT: [2] }, { ID: '8', UF_DEPARTMENT: [3] }], departments: [{ ID: '1', NAME: 'Company' }, { ID: '2', NAME: 'Sales', PARENT: '1' }, { ID: '3', NAME: 'Service', PARENT: '1' }]
    }
    const { view } = await open({ rows: mixed(), structure, linked: 'departments=2' })
    expect(chips(view)).toEqual(['Department: Sales'])
    expect(number(view, 'headline', 'n')).toBe(67)
    await press(view, 'Department: Sales')
    await tick(view, 'Sales')
    await press(view, 'Other filters')
    await press(view, 'Department')
    await tick(view, 'Service')
    expect(view.text()).toContain('No answer of this period matches the filters.')
  })

  it('that match nothing can be taken away at once', async () => {
    const { view } = await open({ rows: sixty(), linked: 'groups=low&comment=with&languages=kk' })
    expect(view.text()).toContain('No answer of this period matches the filters.')
    expect(view.find('[data-figure=headline]').exists()).toBe(false)
    await press(view, 'Clear filters')
    expect(number(view, 'headline', 'n')).toBe(60)
  })

  it('a period without answers offers a longer one', async () => {
    const { view } = await open({ rows: [answerRow({ id: 1, at: day(200), score: 9 })], linked: 'period=last7Days' })
    expect(view.text()).toContain('Nobody answered in this period.')
    await press(view, 'Show all time')
    expect(number(view, 'headline', 'n')).toBe(1)
  })

  it('are saved under names, for this person', async () => {
    const { view } = await open({ rows: sixty(), linked: 'groups=low' })
    await press(view, 'Views')
    expect(view.text()).toContain('Save the filters of the moment under a name')
    await press(view, 'Save this view')
    await view.get('form').trigger('submit')
    await settle()
    expect(view.text()).toContain('Give the view a name.')
    await view.get('form input').setValue('Unhappy ones')
    await view.get('form').trigger('submit')
    await settle()
    await view.get('button[aria-label="Remove the filter “Group”"]').trigger('click')
    await settle()
    expect(chips(view)).toEqual([])
    await press(view, 'Unhappy ones')
    expect(chips(view)).toEqual(['Group: Detractor'])
    await view.get('button[aria-label="Delete the view “Unhappy ones”"]').trigger('click')
    await settle()
    expect(has(view, 'Unhappy ones')).toBe(false)
  })

  it.each(['Close', 'Escape'])('their panel is put away with %s, and the focus is where it came from', async way => {
    const { view } = await open({ rows: sixty() })
    await press(view, 'Views')
    if (way === 'Close') await press(view, 'Close')
    else await view.get('section[aria-labelledby=views-title] input').trigger('keydown', { key: 'Escape' })
    expect(view.text()).not.toContain('Saved views')
    expect(document.activeElement?.textContent?.trim()).toBe('Views')
  })
})

describe('behind a number', () => {
  it('stand its records, 25 on a page, with the ways to answer, client and deal', async () => {
    const { view, frame } = await open({ rows: sixty() })
    await drill(view, 'headline', 'n')
    expect(records(view)).toHaveLength(25)
    expect(number(view, 'records', 'count')).toBe(60)
    const first = records(view)[0]!
    expect(first.text()).toContain('Mar 26, 2026')
    expect(first.text()).toContain('Anna Petrova 3')
    expect(first.text()).toContain('Acme')
    expect(first.text()).toContain('nobody called yet')
    expect(view.text()).toContain('1–25 of 60')
    await press(view, 'Next')
    expect(view.text()).toContain('26–50 of 60')
    await records(view)[0]!.get('td button').trigger('click')
    expect(frame.openPath).toHaveBeenLastCalledWith('/marketplace/view/local.app/?params[answer]=35')
    await records(view)[0]!.findAll('button').find(one => one.text() === 'Deal 5')!.trigger('click')
    expect(frame.openPath).toHaveBeenLastCalledWith('/crm/deal/details/5/')
  })

  it('are exactly those it counts, and the way back leads to it', async () => {
    const { view } = await open({ rows: sixty() })
    const from = view.get('[data-figure=shares] button[data-part="low.n"]')
    ;(from.element as HTMLElement).focus()
    await drill(view, 'shares', 'low.n')
    expect(records(view)).toHaveLength(12)
    expect(document.activeElement?.id).toBe('records-title')
    await press(view, 'Back to the report')
    expect(document.activeElement).toBe(from.element)
    expect(view.find('[data-figure=records]').exists()).toBe(false)
  })

  it('of cases that wait for a call stand in the order of "who to call now", with the numbers to dial', async () => {
    const { view } = await open({ rows: sixty() })
    const first = view.findAll('[data-figure=calls] li').map(row => row.attributes('data-row'))
    await drill(view, 'calls', 'n')
    expect(records(view).map(row => row.attributes('data-answer')).slice(0, first.length)).toEqual(first)
    expect(records(view)[0]!.get('a').attributes('href')).toBe('tel:+77015550011')
    await press(view, 'Back to the report')
    await drill(view, 'headline', 'n')
    expect(records(view)[0]!.find('a').exists(), 'nobody is to be called').toBe(false)
  })

  it('stand invitations where it counts invitations', async () => {
    const { view, frame } = await open({ rows: [...sixty(), invitationRow(900, day(3)), invitationRow(901, day(2))] })
    await drill(view, 'response', 'sent')
    expect(records(view)).toHaveLength(2)
    expect(records(view)[0]!.text()).toContain('not answered yet')
    await records(view)[0]!.get('button').trigger('click')
    expect(frame.openPath).toHaveBeenLastCalledWith('/crm/type/1038/details/901/')
  })

  it('opens the card of the record where the portal refuses links to the app', async () => {
    const { view, frame } = await open({ rows: sixty() })
    await drill(view, 'headline', 'n')
    vi.mocked(frame.openPath).mockRejectedValueOnce(new PortalError('unexpected'))
    await records(view)[0]!.get('td button').trigger('click')
    await settle()
    expect(frame.openPath).toHaveBeenLastCalledWith('/crm/type/1038/details/60/')
  })

  it.each([[true, 'deleted'], [false, 'not visible to you']])('a record without a name (administrator: %s) is said to be %s; comments are text', async (isAdmin, words) => {
    const { view } = await open({ rows: [answerRow({ id: 1, at: day(1), score: 9, comment: '<b>x</b> [URL=y]z[/URL]' })], hidden: [3], isAdmin })
    await press(view, 'All answers: 1')
    expect(records(view)[0]!.text()).toContain(words)
    expect(records(view)[0]!.text()).toContain('<b>x</b> [URL=y]z[/URL]')
    expect(records(view)[0]!.findAll('button').map(one => one.text())).not.toContain(words)
  })

  it('are saved as a file, these and no others', async () => {
    const files: Blob[] = []
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: (file: Blob) => { files.push(file); return 'blob:x' }, revokeObjectURL: () => undefined }))
    const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
    const { view } = await open({ rows: sixty() })
    await drill(view, 'shares', 'low.n')
    await view.findAll('[data-figure=records] button').find(one => one.text() === 'CSV')!.trigger('click')
    await vi.waitFor(() => { expect(files).toHaveLength(1) })
    expect((clicked.mock.contexts[0] as HTMLAnchorElement).download).toBe('feedback_2025-04-01_2026-03-31.csv')
    const lines = (await files[0]!.text()).trim().split('\r\n')
    expect(lines).toHaveLength(13)
    expect(lines[1]).toContain('"Detractor","Anna Petrova 3","Acme"')
    clicked.mockRestore()
    vi.unstubAllGlobals()
  })
})

describe('reading', () => {
  /** One answer an hour: two requests for the first 2,500, and so on. */
  const hourly = (count: number): Row[] => Array.from({ length: count }, (_, index) => answerRow({ id: index + 1, at: day((count - index) / 24), score: 9 }))

  it('can be stopped; what is there stands as a part, and goes on', async () => {
    let release: (() => void) | undefined
    let request = 0
    const { view } = await open({ rows: hourly(6000), before: () => ++request === 4 ? new Promise<void>(resolve => { release = resolve }) : undefined })
    await vi.waitFor(() => { expect(view.text()).toContain('5,000 records read') })
    expect(view.find('[data-value]').exists()).toBe(false)
    await press(view, 'Stop')
    release?.()
    await vi.waitFor(() => { expect(number(view, 'headline', 'n')).toBeGreaterThan(4000) })
    expect(view.text()).toContain('A part only: answers since')
    expect(view.text()).not.toContain('compared with the portal')
    await press(view, 'Go on')
    await vi.waitFor(() => { expect(number(view, 'headline', 'n')).toBe(6000) })
    expect(view.text()).not.toContain('A part only')
  })

  it('that fails half-way keeps what is there, names it as a part and can be repeated', async () => {
    const failing = new Map<string, ErrorCode>()
    let request = 0
    const { view } = await open({ rows: hourly(6000), failing, before: () => { if (++request === 4) failing.set('crm.item.list', 'offline') } })
    await vi.waitFor(() => { expect(number(view, 'headline', 'n')).toBe(4999) })
    expect(view.text()).toContain('A part only: answers since')
    expect(view.get('[role=alert]').text()).toContain('There is no internet connection')
    expect(number(view, 'headline', 'previousN')).toBeNull()
    failing.clear()
    await press(view, 'Try again')
    await vi.waitFor(() => { expect(number(view, 'headline', 'n')).toBe(6000) })
    expect(view.find('[role=alert]').exists()).toBe(false)
  })

  it('shows the period before what it is compared with', async () => {
    let release: (() => void) | undefined
    let request = 0
    const earlier = Array.from({ length: 9 }, (_, index) => answerRow({ id: index + 1, at: day(370), score: 2 }))
    const rows = [...earlier, ...hourly(2000).map(row => ({ ...row, id: row.id + 9 }))]
    const { view } = await open({ rows, linked: 'period=last30Days&comparison=yearAgo', before: () => ++request === 3 ? new Promise<void>(resolve => { release = resolve }) : undefined })
    await vi.waitFor(() => { expect(number(view, 'headline', 'n')).toBeGreaterThan(690) })
    expect(view.text()).toContain('is still being read')
    expect(number(view, 'headline', 'previousN')).toBeNull()
    release?.()
    await vi.waitFor(() => { expect(number(view, 'headline', 'previousN')).toBe(9) })
    expect(view.text()).not.toContain('is still being read')
  })

  it('that fails on a refresh leaves the figures', async () => {
    const failing = new Map<string, ErrorCode>()
    const { view } = await open({ rows: sixty(), failing })
    failing.set('crm.item.list', 'unreachable')
    await press(view, 'Refresh')
    expect(view.findAll('[role=alert]').length).toBeGreaterThan(0)
    expect(number(view, 'headline', 'n')).toBe(60)
  })

  it('names that cannot be read are numbers, and an error', async () => {
    const failing = new Map<string, ErrorCode>([['user.get', 'portalFailed']])
    const { view } = await open({ rows: sixty(), failing })
    expect(view.get('[data-figure=breakdown]').text()).toContain('#7')
    failing.clear()
    await press(view, 'Try again')
    expect(view.get('[data-figure=breakdown]').text()).toContain('Timur Manager 7')
  })
})

it('speaks Russian with its own numbers', async () => {
  const { view } = await open({ rows: sixty(), lang: 'ru' })
  expect(view.get('[data-figure=headline]').text()).toContain('60 ответов')
  expect(view.text()).toContain('с предыдущим периодом')
  expect(view.text()).not.toMatch(/\b(report|ui|figure)\.\w/)
})

describe('the access list of the settings', () => {
  const listing = (...users: number[]): string => JSON.stringify({ report: 'chosen', users, departments: [] })

  it('shows a sentence in place of figures to a person who is not on it, and reads no records', async () => {
    const { view, portal } = await open({ rows: sixty(), isAdmin: false, access: listing(7) })
    expect(view.text()).toContain('This report is not for everybody')
    expect(view.text()).not.toMatch(/\d/)
    expect(portal.requests).toHaveLength(1)
  })

  it.each([
    ['a person on it', false, listing(1)], ['an administrator who is not', true, listing(7)], ['everybody, where it cannot be read', false, '{"report":'],
    ['everybody, where there is none', false, '']
  ])('shows the report to %s, without a further request', async (_who, isAdmin, access) => {
    const { view, portal } = await open({ rows: sixty(), isAdmin, access })
    const { portal: without } = await open({ rows: sixty(), isAdmin })
    expect(number(view, 'headline', 'n')).toBe(60)
    expect(portal.requests).toHaveLength(without.requests.length)
  })
})

it('hides the answers about somebody\'s own work where the administrator wants it so, and says it', async () => {
  const access = JSON.stringify({ report: 'everyone', users: [], departments: [], own: 'hidden' })
  const rows = sixty().map((row, index) => index < 20 ? { ...row, assignedById: 1 } : row)
  const { view } = await open({ rows, isAdmin: false, access })
  expect(number(view, 'headline', 'n')).toBe(40)
  expect(view.text()).toContain('Answers about your own work are not shown to you.')
  view.unmount()
  const administrator = await open({ rows, access })
  expect(number(administrator.view, 'headline', 'n')).toBe(60)
})

it('a tag put on a comment counts at once in every figure, and after the next reading as well', async () => {
  vi.mocked(tagAnswer).mockResolvedValue([71])
  const { view, portal } = await open({ rows: sixty(), fields: { uf_FB_TAGS: { items: [{ ID: '71', VALUE: 'Price' }] } } })
  expect(view.get('[data-figure=drivers]').text()).toContain('No answer of this selection has a tag')
  const requests = portal.requests.length
  await view.get('[data-figure=comments] button[aria-label^="Add a tag"]').trigger('click')
  await settle()
  await view.get('[data-figure=comments] form input').setValue('Price')
  await view.get('[data-figure=comments] form').trigger('submit')
  await settle()
  expect(number(view, 'drivers', 'withN')).toBe(1)
  expect(portal.requests).toHaveLength(requests)
  await choose(view, 'Period', 'last30Days')
  await choose(view, 'Period', 'all')
  expect(number(view, 'drivers', 'withN')).toBe(1)
})

describe('while answers wait', () => {
  const closed = answerRow({ id: 1, at: day(3), score: 2, stage: 'closed' })
  const fresh = { ...answerRow({ id: 2, at: day(1), score: 1, stage: 'new' }) }

  it.each([
    [true, { person: 9, deputy: null }, true], [false, { person: 1, deputy: null }, true],
    [false, { person: 9, deputy: 1 }, true], [false, { person: 9, deputy: null }, false]
  ])('they are named (administrator: %s, duty: %j): button %s', async (isAdmin, duty, may) => {
    const { view } = await open({ rows: [...sixty(), answerRow({ id: 99, at: day(0), score: 0, stage: 'new' })], isAdmin, duty })
    expect(view.text()).toContain('1 answer is not handled yet.')
    expect(number(view, 'headline', 'n')).toBe(60)
    expect(has(view, 'Process now')).toBe(may)
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
    expect(number(view, 'headline', 'n')).toBe(2)
  })
})
