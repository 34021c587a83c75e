import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Component } from 'vue'
import type { Portal } from '@/portal/client'
import { drillAnswers } from '@/report/model/drill'
import { answerFixture, invitationFixture } from '@/report/model/records.fixture'
import type { ReportAnswer } from '@/report/model/records'
import { fakePortal } from '@/report/portal.fixture'
import BreakdownFigure from '@/report/ui/figures/BreakdownFigure.vue'
import CallFigure from '@/report/ui/figures/CallFigure.vue'
import DriversFigure from '@/report/ui/figures/DriversFigure.vue'
import { day, figureProps, NOW } from '@/report/ui/figures/figure.fixture'
import HeadlineFigure from '@/report/ui/figures/HeadlineFigure.vue'
import HistogramFigure from '@/report/ui/figures/HistogramFigure.vue'
import ResponseFigure from '@/report/ui/figures/ResponseFigure.vue'
import ShareFigure from '@/report/ui/figures/ShareFigure.vue'
import SumsFigure from '@/report/ui/figures/SumsFigure.vue'
import TimesFigure from '@/report/ui/figures/TimesFigure.vue'
import TrendFigure from '@/report/ui/figures/TrendFigure.vue'
import '@/report/ui/figures/TrendLine.vue'
import { reportMessages } from '@/report/ui/messages'
import { mountInPortal, silentFrame } from '../../../../tests/mount'

// there is no canvas here: what it would draw is kept as it is handed over
vi.mock('vue-chartjs', () => ({ Line: { name: 'Line', props: ['data', 'options'], template: '<div data-chart />' } }))

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] })
  return () => vi.useRealTimers()
})

const SCORES = [10, 9, 10, 9, 10, 9, 8, 7, 3, 0]

/** Six promoters, two passives, two detractors of ten; one answer every three days. */
const some = (count: number, change: (index: number) => Partial<ReportAnswer> = () => ({})): ReportAnswer[] => Array.from({ length: count }, (_, index) => {
  const nps = SCORES[index % 10]!
  const group = nps >= 9 ? 'high' : nps >= 7 ? 'middle' : 'low'
  return answerFixture({ id: index + 1, createdAt: day(index * 3 + 1), nps, group, state: group, ...change(index) })
})

async function show(component: Component, props: object, lang = 'en', portal: Portal = fakePortal(), frame = silentFrame()): Promise<VueWrapper> {
  const view = await mountInPortal(component, { props, lang, messages: [reportMessages], portal, frame })
  await flushPromises()
  return view
}

const text = (view: VueWrapper): string => view.text().replaceAll(/\s+/g, ' ')
const value = (view: VueWrapper, part: string): number => Number(view.get(`[data-part="${part}"]`).attributes('data-value'))
const press = (view: VueWrapper, part: string) => view.get(`button[data-part="${part}"]`).trigger('click')
const pressText = async (view: VueWrapper, label: string): Promise<void> => {
  const button = view.findAll('button').find(one => one.text() === label)
  if (!button) throw new Error(`no button "${label}" among ${view.findAll('button').map(one => one.text()).join(' | ')}`)
  await button.trigger('click')
  await flushPromises()
}

describe('small samples', () => {
  it.each([
    [0, 'Nobody answered', [], []],
    [4, 'Too few for a score', ['n'], ['score', 'interval']],
    [5, 'Few answers', ['n', 'score', 'interval'], []],
    [29, 'Few answers', ['n', 'score', 'interval'], []],
    [30, 'from', ['n', 'score', 'interval'], []]
  ])('%i answers: the headline says "%s"', async (count, words, there, missing) => {
    const view = await show(HeadlineFigure, figureProps(some(count)))
    expect(text(view)).toContain(words)
    if (count === 30) expect(text(view)).not.toContain('Few answers')
    for (const part of there) expect(view.find(`[data-part="${part}"]`).exists(), part).toBe(true)
    for (const part of missing) expect(view.find(`[data-part="${part}"]`).exists(), part).toBe(false)
    if (count === 0) expect(view.find('[data-value]').exists()).toBe(false)
  })

  it.each([[4, false, 'base'], [29, true, 'base'], [30, true, 'grass']])('%i answers: the bar shows percentages %s, in %s', async (count, percent, colour) => {
    const view = await show(ShareFigure, figureProps(some(count)))
    expect(view.find('[data-part="high.percent"]').exists()).toBe(percent)
    expect(view.get('.rounded-full button').classes().join(' ')).toContain(colour)
  })
})

describe('headline', () => {
  it.each([
    ['nps', '+40', 40], ['csat', '80%', 80], ['stars', '4.20', 4.2], ['coefficient', '75.0', 75], ['ces', '80%', 80]
  ] as const)('%s is %s', async (measure, shown, unrounded) => {
    const five = [5, 5, 5, 5, 5, 5, 4, 4, 3, 1]
    const rows = some(60, index => ({
      csat: five[index % 10]!, stars: five[index % 10]!, coefficient: SCORES[index % 10]! * 10, ces: 6 - five[index % 10]!, effortScale: '5low' as const
    }))
    const view = await show(HeadlineFigure, figureProps(rows, { measure, period: { preset: 'all' } }))
    expect(view.get('[data-part=score]').text()).toBe(shown)
    expect(value(view, 'score')).toBeCloseTo(unrounded, 6)
    expect(text(view)).toContain('60 answers')
  })

  it('says whether it changed, against what, and opens both', async () => {
    const rows = [...some(60, () => ({ nps: 10, group: 'high' })), ...some(60, index => ({ id: 1000 + index, createdAt: day(400 + index), nps: 0, group: 'low' }))]
    const props = figureProps(rows)
    const view = await show(HeadlineFigure, props)
    expect(view.get('[data-verdict]').attributes('data-verdict')).toBe('up')
    expect(text(view)).toMatch(/Risen ?\+200 pts/)
    expect(value(view, 'previous')).toBe(-100)
    await press(view, 'n')
    await press(view, 'previousN')
    expect(props.drill.mock.calls.map(([drill]) => drill)).toEqual([{ kind: 'answers', of: 'counted' }, { kind: 'answers', of: 'before' }])
    expect(text(await show(HeadlineFigure, props, 'ru'))).toMatch(/Рост ?\+200 п\./)
  })

  it('is not there under a filter by group, and hints where the filter looks at what follows the score', async () => {
    const view = await show(HeadlineFigure, figureProps(some(60), { groups: ['high'] }))
    expect(view.attributes('data-undefined')).toBe('groups')
    expect(text(view)).toContain('no such number under a filter by group')
    expect(view.find('[data-value]').exists()).toBe(false)
    expect(text(await show(HeadlineFigure, figureProps(some(60, () => ({ hasComment: true })), { comment: 'with' })))).toContain('Only answers chosen by comment')
  })

  it('names what it leaves out, and opens it', async () => {
    const rows = some(40, index => index < 3 ? { flag: 'repeat' } : index < 5 ? { channel: 'qr', contactId: null, companyId: null } : index === 5 ? { nps: null } : {})
    const props = figureProps(rows)
    const view = await show(HeadlineFigure, props)
    expect(view.find('dl').exists()).toBe(false)
    await pressText(view, 'Why this number?')
    expect(text(view)).toContain('Share of promoters (9–10) minus share of detractors (0–6)')
    expect(text(view)).toMatch(/answered again – ?3/)
    expect([value(view, 'outside.shared'), value(view, 'outside.unscored')]).toEqual([2, 1])
    await press(view, 'outside.repeat')
    expect(props.drill).toHaveBeenCalledWith({ kind: 'answers', of: 'flagged', flag: 'repeat' }, 'answered again')
    await view.get('dl').trigger('keydown', { key: 'Escape' })
    expect(view.find('dl').exists()).toBe(false)
  })

  it('adds no shares of different effort scales', async () => {
    const view = await show(HeadlineFigure, figureProps(some(20, index => ({ ces: 3, effortScale: index % 2 ? '5low' : '7high' })), { measure: 'ces' }))
    expect(text(view)).toContain('different effort scales')
    expect(value(view, 'n')).toBe(20)
    expect(view.find('[data-part=score]').exists()).toBe(false)
  })
})

describe('shares and histogram', () => {
  it('percentages add up to 100 and open their group', async () => {
    const props = figureProps(some(30).slice(0, 27))
    const view = await show(ShareFigure, props)
    expect(['high', 'middle', 'low'].reduce((sum, group) => sum + value(view, `${group}.percent`), 0)).toBe(100)
    await press(view, 'low.n')
    expect(props.drill).toHaveBeenCalledWith({ kind: 'answers', of: 'counted', group: 'low' }, 'Detractors')
  })

  it('draws every value, opens one, and says the same as a table', async () => {
    const props = figureProps(some(60))
    const view = await show(HistogramFigure, props)
    expect(Array.from({ length: 11 }, (_, bar) => value(view, String(bar)))).toEqual([6, 0, 0, 6, 0, 0, 0, 6, 6, 18, 18])
    expect(view.find('button[data-part="1"]').exists()).toBe(false)
    await press(view, '10')
    expect(props.drill).toHaveBeenCalledWith({ kind: 'answers', of: 'counted', bar: 10 }, 'Score 10')
    await pressText(view, 'As a table')
    expect(view.findAll('tbody tr').map(row => row.text().replaceAll(/\s+/g, ' ').trim()).at(-1)).toMatch(/10 ?Promoters ?18 ?30%/)
  })
})

describe('trend', () => {
  it('is a line with a band, gaps and hollow points, and a table of the same', async () => {
    const props = figureProps(some(60))
    const view = await show(TrendFigure, props)
    const chart = view.getComponent({ name: 'Line' })
    expect(chart.attributes('aria-label')).toContain('NPS over time')
    const sets = (chart.props('data') as { datasets: { data: number[] }[] }).datasets
    expect(sets[0]!.data).toEqual(props.figures.trend.map(point => point.n < 5 ? NaN : point.value))
    expect(sets[0]!.data.filter(Number.isFinite).length).toBeGreaterThan(3)
    await pressText(view, 'As a table')
    const row = view.get('[data-row="2026-03"]')
    expect(Number(row.get('[data-part=n]').attributes('data-value'))).toBe(props.figures.trend.at(-1)!.n)
    await row.get('button').trigger('click')
    expect(props.drill).toHaveBeenCalledWith(
      { kind: 'answers', of: 'counted', span: { from: props.figures.trend.at(-1)!.from, to: props.figures.trend.at(-1)!.to } }, 'Mar 2026'
    )
  })

  it('opens the point that was pressed, and takes another step', async () => {
    const props = figureProps(some(60))
    const view = await show(TrendFigure, props)
    const { onClick } = view.getComponent({ name: 'Line' }).props('options') as { onClick: (event: unknown, elements: { index: number }[]) => void }
    onClick({}, [{ index: props.figures.trend.length - 1 }])
    expect(props.drill).toHaveBeenCalledOnce()
    onClick({}, [])
    expect(props.drill).toHaveBeenCalledOnce()
    await view.get('select').setValue('week')
    expect(props.change).toHaveBeenCalledWith({ step: 'week' })
  })
})

it('the response rate names its denominator', async () => {
  const invitations = Array.from({ length: 40 }, (_, index) => invitationFixture({ id: index, sentAt: day(index) }))
  const props = figureProps(some(10, index => ({ invitationId: index })), {}, invitations)
  const view = await show(ResponseFigure, props)
  expect([value(view, 'rate'), value(view, 'sent'), value(view, 'answered'), value(view, 'silent')]).toEqual([0.25, 40, 10, 30])
  await press(view, 'silent')
  expect(props.drill).toHaveBeenCalledWith({ kind: 'invitations', answered: false }, 'not answered so far')
  expect(text(await show(ResponseFigure, figureProps(some(10), { comment: 'with' }, invitations)))).toContain('no denominator')
  expect((await show(ResponseFigure, figureProps(some(10)))).find('[data-value]').exists()).toBe(false)
})

describe('breakdown', () => {
  const rows = some(60, index => ({ ownerId: index < 40 ? 1 : index < 52 ? 2 : index < 57 ? 3 : null, nps: index < 40 ? 10 : 0 }))

  it('ranks from ten answers on, shows a score from five on', async () => {
    const view = await show(BreakdownFigure, figureProps(rows))
    const rank = (row: string) => view.get(`[data-row="${row}"]`).find('[data-part=rank]').exists()
    const score = (row: string) => view.get(`[data-row="${row}"]`).find('[data-part=score]').exists()
    expect([rank('1'), rank('2'), rank('3'), score('3'), score('null')]).toEqual([true, true, false, true, false])
    expect(view.get('[data-row="1"] [data-part=rest]').attributes('data-verdict')).toBe('up')
    expect(view.get('[data-row=null]').text()).toContain('no responsible')
  })

  it('is ordered by what is pressed; rows without a place stand last', async () => {
    const view = await show(BreakdownFigure, figureProps(rows))
    const order = () => view.findAll('tbody tr').map(row => row.attributes('data-row'))
    expect(order()).toEqual(['1', '2', '3', 'null'])
    await pressText(view, 'Score')
    expect(order().at(0)).toBe('1')
    expect(order().at(-1)).toBe('null')
    await pressText(view, 'Score')
    expect([order().at(0) !== '1', order().at(-1)]).toEqual([true, 'null'])
    await pressText(view, 'By responsible')
    expect(view.get('th[aria-sort=ascending]').text()).toContain('By responsible')
  })

  it('opens a row and changes the dimension; snapshot fields nobody fills are not offered', async () => {
    const props = figureProps(rows)
    const view = await show(BreakdownFigure, props)
    await view.get('[data-row="2"] button').trigger('click')
    expect(props.drill).toHaveBeenCalledWith({ kind: 'answers', of: 'counted', by: { dimension: 'responsible', value: 2 } }, 'By responsible: responsible 2')
    expect(view.findAll('option').map(option => option.attributes('value'))).not.toContain('snapshot1')
    await view.get('select').setValue('company')
    expect(props.change).toHaveBeenCalledWith({ by: 'company' })
  })

  it('by department counts an answer in each it belongs to, and opens it', async () => {
    const departments = new Map([[1, [10, 1]], [2, [20, 1]]])
    const props = figureProps(rows, { by: 'department' }, [], departments)
    const view = await show(BreakdownFigure, props)
    const of = (row: string) => Number(view.get(`[data-row="${row}"] [data-part=n]`).attributes('data-value'))
    expect([of('1'), of('10'), of('20'), of('null')]).toEqual([52, 40, 12, 8])
    for (const [value, count] of [[1, 52], [10, 40], [null, 8]] as const) {
      const found = drillAnswers(props.tables.answers, { filter: props.filter, period: props.period, departments }, { kind: 'answers', of: 'counted', by: { dimension: 'department', value } })
      expect(found).toHaveLength(count)
    }
  })

  it('shows the first rows of thousands', async () => {
    const view = await show(BreakdownFigure, figureProps(some(90, index => ({ companyId: index })), { by: 'company' }))
    expect(view.findAll('tbody tr')).toHaveLength(10)
    await pressText(view, 'Show more')
    expect(view.findAll('tbody tr')).toHaveLength(60)
  })
})

it('drivers compare with and without a tag', async () => {
  const props = figureProps(some(60, index => ({ tags: index % 10 >= 8 ? [71] : index < 3 ? [72] : [] })))
  const view = await show(DriversFigure, props)
  const price = view.get('[data-row="71"]')
  expect(price.text()).toContain('Price')
  expect(price.get('[data-verdict]').attributes('data-verdict')).toBe('down')
  expect(Number(price.get('[data-part=impact]').attributes('data-value'))).toBeCloseTo(40 - 75, 6)
  await price.get('[data-part=withoutN]').trigger('click')
  expect(props.drill).toHaveBeenCalledWith({ kind: 'answers', of: 'counted', tag: { id: 71, with: false } }, 'Without the tag “Price”')
  // three answers carry it: no score, no impact
  expect(view.get('[data-row="72"]').find('[data-part=impact]').exists()).toBe(false)
  expect(text(await show(DriversFigure, figureProps(some(60))))).toContain('No answer of this selection has a tag')
  expect(text(await show(DriversFigure, figureProps(some(60, () => ({ tags: [71] })), { tags: [71] })))).toContain('nothing is left to compare with')
})

describe('times', () => {
  const HOUR = 3_600_000
  it('the median to the answer', async () => {
    const rows = some(31, index => ({ sentAt: new Date(Date.parse(day(index * 3 + 1)) - (index + 1) * HOUR).toISOString() }))
    const view = await show(TimesFigure, { ...figureProps(rows), of: 'answer' })
    expect(value(view, 'median')).toBe(16 * HOUR)
    expect(text(view)).toContain('16 hours')
  })

  it.each([[4, 'до 4 дн.'], [1, 'до 24 ч']])('says the ends of an interval in Russian as they are said (%i days)', async (days, words) => {
    const rows = some(31, index => ({ sentAt: new Date(Date.parse(day(index * 3 + 1)) - days * 24 * HOUR).toISOString() }))
    expect(text(await show(TimesFigure, { ...figureProps(rows), of: 'answer' }, 'ru')).replaceAll('\u00a0', ' ')).toContain(words)
  })

  it('counts open cases as running, and opens them', async () => {
    const low = (index: number) => ({ nps: 0, group: 'low', state: index < 2 ? 'work' : 'closed', doneAt: index < 2 ? null : new Date(Date.parse(day(index * 3 + 1)) + 5 * HOUR).toISOString() }) as const
    const props = figureProps(some(8, low))
    const view = await show(TimesFigure, { ...props, of: 'close' })
    expect([value(view, 'median'), value(view, 'open'), value(view, 'closed')]).toEqual([5 * HOUR, 2, 6])
    expect(text(view)).toContain('Few cases')
    await press(view, 'open')
    expect(props.drill).toHaveBeenCalledWith({ kind: 'answers', of: 'listed', times: 'open' }, 'Cases still open')
    expect(text(await show(TimesFigure, { ...figureProps(some(8, index => ({ ...low(0), id: index + 1 }))), of: 'close' }))).toContain('nobody can know yet')
  })

  it('says nothing where there is nothing', async () => {
    expect((await show(TimesFigure, { ...figureProps(some(8, () => ({ nps: 10, group: 'high' }))), of: 'close' })).find('[data-value]').exists()).toBe(false)
  })
})

it('sums never add currencies, and a strange currency is written as it is', async () => {
  const rows = some(20, index => ({ dealId: index, sum: { amount: 1000, currency: index < 10 ? 'KZT' : index < 19 ? 'EUR' : 'B.LL' } }))
  const props = figureProps(rows)
  const view = await show(SumsFigure, props)
  const of = (currency: string, group: string, part: string) => Number(view.get(`[data-row="${currency}"] [data-group=${group}] [data-part=${part}]`).attributes('data-value'))
  expect([of('KZT', 'high', 'deals'), of('KZT', 'high', 'amount'), of('EUR', 'low', 'deals')]).toEqual([6, 6000, 1])
  expect(text(view)).toContain('1,000 B.LL')
  await view.get('[data-row=KZT] [data-group=high] button').trigger('click')
  expect(props.drill).toHaveBeenCalledWith({ kind: 'answers', of: 'counted', group: 'high', currency: 'KZT' }, 'Deals: Promoters, KZT')
})

describe('who to call now', () => {
  const portal = (): Portal => {
    const fake = fakePortal({ rows: [] })
    return {
      ...fake,
      call: vi.fn(async (_method: string, { filter }: { filter: { '@id': number[] } }) => ({
        items: filter['@id'].map(id => ({ id, fm: id === 11 ? [{ typeId: 'EMAIL', value: 'a@b' }, { typeId: 'PHONE', value: '+7 (701) 555-11' }] : [] }))
      })) as never
    }
  }
  const rows = some(50, index => ({ contactId: index + 3, ownerId: index === 48 ? null : 7, hasComment: index === 48, comment: index === 48 ? 'Never again <b>' : '' }))

  it('the longest wait first, with the way to each', async () => {
    const props = figureProps(rows)
    const view = await show(CallFigure, props, 'en', portal())
    expect(value(view, 'n')).toBe(10)
    expect(view.findAll('li').map(row => row.attributes('data-row'))).toEqual(['50', '49', '40'])
    expect(text(view)).toContain('waiting for 148 days')
    expect(text(view)).toContain('Never again <b>')
    expect(text(view)).toContain('Nobody is responsible')
    await pressText(view, 'Open the answer')
    expect(props.openAnswer).toHaveBeenCalledWith(50)
    await press(view, 'n')
    expect(props.drill).toHaveBeenCalledWith({ kind: 'answers', of: 'listed', times: 'open' }, 'Who to call now')
  })

  it('reads phone numbers of the rows that are seen, and no others', async () => {
    const one = portal()
    const view = await show(CallFigure, figureProps(rows), 'en', one)
    expect(one.call).toHaveBeenCalledExactlyOnceWith('crm.item.list', expect.objectContaining({ filter: { '@id': [52, 51, 42] } }))
    expect(view.find('a').exists()).toBe(false)
    await pressText(view, 'Show more')
    expect(view.get('a').attributes('href')).toBe('tel:+770155511')
  })

  it('nobody waits', async () => {
    expect(text(await show(CallFigure, figureProps(some(8, () => ({ nps: 10, group: 'high' }))), 'ru', portal()))).toContain('Звонка никто не ждёт')
  })
})
