import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Component } from 'vue'
import { answerFixture, invitationFixture } from '@/report/model/records.fixture'
import type { ReportAnswer } from '@/report/model/records'
import { fakePortal } from '@/report/portal.fixture'
import BreakdownFigure from '@/report/ui/figures/BreakdownFigure.vue'
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
import { mountInPortal } from '../../../../tests/mount'

/** The policy for few answers, figure by figure: what is said of 0, 1, 4, 5, 29 and 30. */

// there is no canvas here
vi.mock('vue-chartjs', () => ({ Line: { name: 'Line', props: ['data', 'options'], template: '<div data-chart />' } }))

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] })
  document.documentElement.style.setProperty('--ui-color-accent-main-primary', 'blue')
  return () => vi.useRealTimers()
})

const SCORES = [10, 3, 9, 7, 10]

/** All on one day, so that a point of the trend and a row of the breakdown are all of them; every one has everything that a figure counts. */
const answers = (count: number): ReportAnswer[] => Array.from({ length: count }, (_, index) => {
  const nps = SCORES[index % 5]!
  const group = nps >= 9 ? 'high' : nps >= 7 ? 'middle' : 'low'
  return answerFixture({
    id: index + 1, createdAt: day(1), nps, group, state: group === 'low' ? 'closed' : group, ownerId: 7, tags: [71], dealId: index + 1, invitationId: index + 1,
    sum: { amount: 100, currency: 'KZT' }, sentAt: day(1.2), doneAt: day(0.5)
  })
})
/** Thirty without the tag: what a driver is compared with is not what is missing. */
const untagged = Array.from({ length: 30 }, (_, index) => answerFixture({ id: 1_000 + index, createdAt: day(1), nps: 10, ownerId: 8 }))

async function show(component: Component, props: object): Promise<VueWrapper> {
  const view = await mountInPortal(component, { props, portal: fakePortal(), messages: [reportMessages] })
  await flushPromises()
  return view
}

/** What is shown from five answers on, and how it says that they are few. */
const FIGURES: [name: string, component: Component, extra: object, score: string, few: string][] = [
  ['headline', HeadlineFigure, {}, 'score', 'Few answers'],
  ['response rate', ResponseFigure, {}, 'rate', 'Few invitations'],
  ['time to answer', TimesFigure, { of: 'answer' }, 'median', 'Few cases'],
  ['breakdown', BreakdownFigure, {}, 'score', 'Few answers'],
  ['drivers', DriversFigure, {}, 'with', 'Few answers']
]

const LEVELS = [[0, 'nothing'], [1, 'the answers'], [4, 'the answers'], [5, 'a score of few'], [29, 'a score of few'], [30, 'a score']] as const
const isColoured = (view: VueWrapper): boolean => /accent-(extra-grass|main-alert)/.test(view.html())

describe.each(LEVELS)('%i answers', (count, level) => {
  const invitations = answers(count).map(({ id }) => invitationFixture({ id, sentAt: day(1.2), ownerId: 7 }))
  const props = figureProps(answers(count), { step: 'month' }, invitations)
  const withOthers = figureProps([...answers(count), ...untagged])

  it.each(FIGURES)(`the %s: ${level}`, async (name, component, extra, score, few) => {
    const view = await show(component, { ...name === 'drivers' ? withOthers : props, ...extra })
    const said = !view.find('[data-value]').exists() ? 'nothing'
      : !view.find(`[data-part=${score}]`).exists() ? 'the answers' : view.text().includes(few) ? 'a score of few' : 'a score'
    expect(said).toBe(level)
  })

  it(`the trend: ${level === 'the answers' ? 'nothing, and what to do' : level}`, async () => {
    const view = await show(TrendFigure, props)
    if (count < 5) {
      expect(view.find('[data-chart], [data-value]').exists()).toBe(false)
      expect(view.text()).toMatch(count === 0 ? /Nobody answered/ : /No step has the five answers/)
      return
    }
    // a point of few is hollow
    const { datasets } = view.getComponent({ name: 'Line' }).props('data') as { datasets: { pointBackgroundColor?: unknown }[] }
    const fill = datasets.map(({ pointBackgroundColor }) => pointBackgroundColor).find(Array.isArray)?.at(-1)
    const line = datasets.find(({ pointBackgroundColor }) => Array.isArray(pointBackgroundColor)) as { borderColor?: unknown } | undefined
    expect(fill === line?.borderColor).toBe(level === 'a score')
  })

  it('shares, histogram and sums count from the first answer, percentages come with five, colours with thirty', async () => {
    const [shares, bars, sums] = [await show(ShareFigure, props), await show(HistogramFigure, props), await show(SumsFigure, props)]
    expect([shares, bars, sums].map(view => view.find('[data-value]').exists())).toEqual([count > 0, count > 0, count > 0])
    expect(shares.find('[data-part="high.percent"]').exists()).toBe(count >= 5)
    expect([shares, bars, sums].map(isColoured)).toEqual([count >= 30, count >= 30, count >= 30])
    expect(isColoured(await show(DriversFigure, withOthers)), 'drivers').toBe(count >= 30)
  })

  it(`the breakdown ranks from ten on: ${count >= 10}`, async () => {
    expect((await show(BreakdownFigure, props)).find('[data-part=rank]').exists()).toBe(count >= 10)
  })
})
