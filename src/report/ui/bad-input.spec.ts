import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PortalError, type ErrorCode } from '@/portal/errors'
import { answerRow, fakePortal, invitationRow, store, type FakeOptions, type FakePortal, type Row } from '@/report/portal.fixture'
import { reportMessages } from '@/report/ui/messages'
import ReportPage from '@/report/ui/ReportPage.vue'
import { surveyMessages } from '@/survey/ui/messages'
import { mountInPortal } from '../../../tests/mount'

/** What a portal and a browser may put before the report, and that it neither breaks nor says something wrong. Files have a specification of their own. */

// there is no canvas here
vi.mock('vue-chartjs', () => ({ Line: { name: 'Line', props: ['data', 'options'], template: '<div data-chart />' } }))
// read when somebody looks that far down; it has a specification of its own
vi.mock('@/invitation/due-list', () => ({ loadDue: () => new Promise(() => undefined) }))

// whole pages, and several of them in a test
vi.setConfig({ testTimeout: 30_000 })

const NOW = new Date('2026-03-31T12:00:00Z')
const DAY = 86_400_000
const day = (back: number): string => new Date(NOW.getTime() - back * DAY).toISOString()

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] })
  vi.stubGlobal('indexedDB', new IDBFactory())
  history.replaceState(null, '', '/report.html')
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** Reading, storing and drawing let the page breathe; each breath is a turn of its own. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 25; turn++) {
    await new Promise(resolve => setTimeout(resolve))
    await flushPromises()
  }
}

async function open({ linked, ...options }: FakeOptions & { linked?: string } = {}): Promise<{ view: VueWrapper, portal: FakePortal }> {
  const portal = fakePortal(options)
  if (linked !== undefined) portal.context.options.report = linked
  const view = await mountInPortal(ReportPage, { portal, messages: [surveyMessages, reportMessages] })
  await settle()
  return { view, portal }
}

const number = (view: VueWrapper, figure: string, part: string): number | null => {
  const found = view.find(`[data-figure=${figure}] [data-part="${part}"]`)
  return found.exists() ? Number(found.attributes('data-value')) : null
}
async function press(view: VueWrapper, label: string): Promise<void> {
  const found = view.findAll('button').find(one => one.text() === label)
  if (!found) throw new Error(`no button "${label}" among ${view.findAll('button').map(one => one.text()).join(' | ')}`)
  await found.trigger('click')
  await settle()
}
const rowsOf = (count: number, score: (index: number) => number | string = index => [10, 9, 8, 3][index % 4]!): Row[] =>
  Array.from({ length: count }, (_, index) => answerRow({ id: index + 1, at: day(count - index), score: score(index) }))

it('all are promoters: 100, and not certain of it', async () => {
  const { view } = await open({ rows: rowsOf(20, () => 10) })
  expect([number(view, 'headline', 'score'), number(view, 'headline', 'n'), number(view, 'shares', 'high.percent')]).toEqual([100, 20, 100])
  const interval = view.get('[data-figure=headline] [data-part=interval]').attributes()
  expect(Number(interval['data-value'])).toBeLessThan(90)
  expect(Number(interval['data-to'])).toBe(100)
  expect(view.get('[data-figure=calls]').text()).toContain('Nobody waits for a call')
})

it('two metrics in a survey: each is counted where it was given, and is a choice', async () => {
  const rows = rowsOf(12).map((row, index) => ({ ...row, uf_FB_CSAT: index % 2 === 0 ? '5' : '', ...index > 8 ? { uf_FB_NPS: '' } : {} }))
  const { view } = await open({ rows })
  expect(number(view, 'headline', 'n')).toBe(9)
  await view.get('select[aria-label="Score"]').setValue('csat')
  await settle()
  expect([number(view, 'headline', 'n'), number(view, 'headline', 'score')]).toEqual([6, 100])
  expect(view.get('[data-figure=headline] h2').text()).toContain('CSAT')
})

it('impossible scores are none: their answers are listed, and in no score', async () => {
  const posted = ['11', '-1', '7.5', '1e1', '0x5', ' ', 'отлично', '<b>9</b>', '٩', '9'.repeat(400)]
  const { view } = await open({ rows: [...rowsOf(5, () => 10), ...posted.map((score, index) => answerRow({ id: 90 + index, at: day(1), score }))] })
  expect([number(view, 'headline', 'n'), number(view, 'headline', 'score')]).toEqual([5, 100])
  expect(view.text()).toContain('All answers: 15')
})

it('deals were deleted: their answers count, and the way to them says so', async () => {
  const sums = { uf_FB_SUM: '100|KZT', uf_FB_STAGE: 'WON' }
  const rows = rowsOf(6, () => 10).map((row, index) => ({ ...row, ...sums, parentId2: 70 + index }))
  const portal = fakePortal({ rows })
  const { batch } = portal
  portal.batch = (async (commands: Parameters<typeof batch>[0], ...more: []) => {
    const outcomes = await batch(commands, ...more)
    // whoever asks for a deal gets none
    return Object.fromEntries(Object.entries(outcomes).map(([name, outcome]) =>
      [name, commands[name]?.params?.entityTypeId === 2 ? { ok: true, result: { items: [] } } : outcome]))
  }) as typeof batch
  const view = await mountInPortal(ReportPage, { portal, messages: [surveyMessages, reportMessages] })
  await settle()
  expect([number(view, 'headline', 'n'), number(view, 'sums', 'deals')]).toEqual([6, 6])
  await view.get('[data-figure=headline] button[data-part=n]').trigger('click')
  await settle()
  expect(view.get('[data-figure=records]').text()).toContain('record deleted')
})

it('employees were dismissed: their answers stay under their names, and in their department', async () => {
  const structure = {
    departments: [{ ID: '1', NAME: 'Company', PARENT: '' }, { ID: '2', NAME: 'Sales', PARENT: '1' }],
    people: [{ ID: '7', NAME: 'Olga', LAST_NAME: 'Gone', ACTIVE: false, UF_DEPARTMENT: [2] }, { ID: '8', NAME: 'Ivan', LAST_NAME: 'Here', ACTIVE: true, UF_DEPARTMENT: [1] }]
  }
  const rows = rowsOf(12).map((row, index) => ({ ...row, assignedById: index < 7 ? 7 : 8 }))
  const { view } = await open({ rows, structure })
  const breakdown = view.get('[data-figure=breakdown]')
  expect(breakdown.get('[data-row="7"]').text()).toContain('Olga Gone')
  expect(breakdown.get('[data-row="7"] [data-part=n]').attributes('data-value')).toBe('7')
  await breakdown.get('select').setValue('department')
  await settle()
  expect(view.findAll('[data-figure=breakdown] [data-row]').map(row => [row.get('th').text(), row.get('[data-part=n]').text()])).toEqual([['Company', '12'], ['Sales', '7']])
})

it('currencies are mixed: each has sums of its own, also what has none; a deal counts once, and what is no sum is left out', async () => {
  const sum = ['100|KZT', '2.5|USD', '100|KZT', 'much|KZT', '|', '7'][Symbol.iterator]()
  const rows = rowsOf(6, () => 10).map((row, index) => ({ ...row, uf_FB_SUM: sum.next().value ?? '', parentId2: index === 2 ? 50 : 50 + index }))
  const { view } = await open({ rows })
  const amounts = view.findAll('[data-figure=sums] [data-row]').map(row =>
    [row.attributes('data-row'), Number(row.get('[data-group=high] [data-part=amount]').attributes('data-value'))])
  expect(amounts).toEqual([['', 7], ['KZT', 100], ['USD', 2.5]])
})

describe('days', () => {
  // clocks in Berlin: forward on 29 March, back on 25 October
  it.each([
    ['over the change of the clocks', 'Europe/Berlin', '2026-03-29..2026-03-29', ['2026-03-28T23:00:00Z', '2026-03-29T21:59:59Z'], ['2026-03-28T22:59:59Z', '2026-03-29T22:00:00Z']],
    ['over the end of the year', 'Asia/Almaty', '2025-12-31..2026-01-01',
      ['2025-12-30T19:00:00Z', '2026-01-01T18:59:59Z'], ['2025-12-30T18:59:59Z', '2026-01-01T19:00:00Z']],
    ['of a portal half a world away', 'Pacific/Kiritimati', '2026-03-30..2026-03-30', ['2026-03-29T10:00:00Z', '2026-03-30T09:59:59Z'], ['2026-03-29T09:59:59Z', '2026-03-30T10:00:00Z']],
    ['of a portal behind', 'Pacific/Pago_Pago', '2026-03-30..2026-03-30', ['2026-03-30T11:00:00Z', '2026-03-31T10:59:59Z'], ['2026-03-30T10:59:59Z', '2026-03-31T11:00:00Z']]
  ])('%s begin and end at its midnight', async (_, zone, period, inside, outside) => {
    const rows = [...inside, ...outside].map((at, index) => answerRow({ id: index + 1, at, score: 9 }))
      .sort((a, b) => a.createdTime.localeCompare(b.createdTime))
    const { view } = await open({ rows, zone, linked: `period=${period}` })
    expect(number(view, 'headline', 'n')).toBe(inside.length)
    expect(view.text()).toContain(`midnight in ${zone}`)
  })
})

describe('storage of the browser', () => {
  const TROUBLES: [string, () => void][] = [
    ['is blocked', () => vi.stubGlobal('indexedDB', { open: () => { throw new DOMException('no', 'SecurityError') } })],
    ['is not there', () => vi.stubGlobal('indexedDB', undefined)],
    ['is full', () => { vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => { throw new DOMException('full', 'QuotaExceededError') }) }],
    ['was written by a newer version', () => { indexedDB.open('feedback-report', 99).onsuccess = event => (event.target as unknown as { result: IDBDatabase }).result.close() }]
  ]

  it.each(TROUBLES)('%s: the report is the same, the next time too', async (_, spoil) => {
    spoil()
    for (let visit = 0; visit < 2; visit++) {
      const { view } = await open({ rows: rowsOf(30) })
      expect([number(view, 'headline', 'n'), number(view, 'headline', 'score')]).toEqual([30, 30])
      expect(view.find('[role=alert]').exists()).toBe(false)
      view.unmount()
      await settle()
    }
  })
})

describe('between two loads', () => {
  it('an answer was changed, one deleted, one came: the figures are those of now', async () => {
    const rows = rowsOf(10, () => 10)
    const { view } = await open({ rows })
    expect([number(view, 'headline', 'n'), number(view, 'headline', 'score')]).toEqual([10, 100])
    const later = new Date(NOW.getTime() + 60_000).toISOString()
    rows[4] = { ...answerRow({ id: 5, at: String(rows[4]!.createdTime), score: 0 }), updatedTime: later }
    rows.splice(1, 1)
    rows.push(answerRow({ id: 11, at: later, score: 0 }))
    vi.setSystemTime(new Date(NOW.getTime() + 120_000))
    await press(view, 'Refresh')
    expect([number(view, 'headline', 'n'), number(view, 'headline', 'score')]).toEqual([10, 60])
  })

  it('the same over two visits, with what the browser has kept', async () => {
    const rows = rowsOf(10, () => 10)
    const first = await open({ rows })
    first.view.unmount()
    await settle()
    const later = new Date(NOW.getTime() + 60_000).toISOString()
    rows[4] = { ...answerRow({ id: 5, at: String(rows[4]!.createdTime), score: 0 }), updatedTime: later }
    rows.splice(1, 1)
    vi.setSystemTime(new Date(NOW.getTime() + 120_000))
    const { view } = await open({ rows })
    expect([number(view, 'headline', 'n'), number(view, 'headline', 'score')].map(value => Math.round(value ?? 0))).toEqual([9, 78])
    expect(view.text()).toContain('compared with the portal: complete')
  })
})

describe('the network is gone', () => {
  /** More than one request of records, and invitations beside them. */
  const rows = [...Array.from({ length: 2_600 }, (_, index) => answerRow({ id: index + 1, at: day(340 - index / 10), score: [10, 9, 8, 3][index % 4]! })),
    ...Array.from({ length: 30 }, (_, index) => invitationRow(5_000 + index, day(30 - index)))]

  it('at any request: no wrong number, said as it is, and whole once it is back', async () => {
    const whole = await open({ rows, linked: 'period=all' })
    const all = { n: number(whole.view, 'headline', 'n'), score: number(whole.view, 'headline', 'score') }
    expect(all.n).toBe(2_600)
    const requests = whole.portal.requests.length
    expect(requests).toBeGreaterThan(3)
    whole.view.unmount()
    for (let lost = 0; lost < requests; lost++) {
      vi.stubGlobal('indexedDB', undefined)
      let request = 0
      let isGone = true
      const { view } = await open({ rows, linked: 'period=all', before: () => {
        if (request++ >= lost && isGone) throw new PortalError('unreachable' satisfies ErrorCode)
      } })
      const said = view.text()
      expect(said, `request ${lost}`).toContain('The portal cannot be reached')
      const shown = number(view, 'headline', 'n')
      if (shown !== null && shown !== all.n) expect(said, `request ${lost}: a part is called one`).toContain('A part only')
      isGone = false
      for (let turn = 0; turn < 3 && view.find('[role=alert]').exists(); turn++) await press(view, 'Try again')
      expect(view.find('[role=alert]').exists(), `request ${lost}: nothing is left of it`).toBe(false)
      expect({ n: number(view, 'headline', 'n'), score: number(view, 'headline', 'score') }, `request ${lost}`).toEqual(all)
      view.unmount()
    }
  }, 60_000)
})

it('a list value that nobody knows is a flag: the answer is in no score, and can be asked for', async () => {
  const unknown = { ...answerRow({ id: 99, at: day(1), score: 0 }), uf_FB_FLAG: 4_711 }
  const { view } = await open({ rows: [...rowsOf(6, () => 10), unknown] })
  expect([number(view, 'headline', 'n'), number(view, 'headline', 'score')]).toEqual([6, 100])
  await view.findAll('[data-figure=headline] button').find(one => one.text() === 'Why this number?')!.trigger('click')
  expect(view.get('[data-figure=headline]').text()).toContain('another mark – 1')
  await view.get('[data-part="outside.other"]').trigger('click')
  await settle()
  expect(view.findAll('[data-answer]').map(row => row.attributes('data-answer'))).toEqual(['99'])
  expect(view.get('[data-answer="99"]').text()).toContain('another mark')
  expect(store.enums.FB_FLAG).not.toHaveProperty('other')
})
