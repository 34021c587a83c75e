import { describe, expect, it } from 'vitest'
import { fakePortal } from '../../../../tests/fake-portal'
import { mountInPortal } from '../../../../tests/mount'
import type { Score } from '@/report/model/measure'
import type { Metric } from '@/survey/model/survey'
import FigureRow from './FigureRow.vue'
import type { SurveyFigures } from './figures'
import { surveysMessages } from './messages'

const score = (metric: Metric | null, change: Partial<Score> = {}): Score => ({
  measure: metric ?? 'nps', n: 352, value: 40.4, interval: null, sample: 'normal', groups: { high: 200, middle: 94, low: 58 }, mixed: false, ...change
})
const row = async (metric: Metric | null, { score: figure, ...change }: Partial<Omit<SurveyFigures, 'score'>> & { score?: Partial<Score> } = {}, lang = 'en') =>
  await mountInPortal(FigureRow, {
    portal: fakePortal({}), messages: [surveysMessages], lang,
    props: { figures: { sent: 400, answered: 356, score: score(metric, figure), outside: { late: 3, unscored: 1 }, ...change }, metric }
  })

describe('the score', () => {
  it.each<[Metric | null, Partial<Score>, string]>([
    ['nps', {}, 'NPS+40 352 answers'], ['csat', {}, 'CSAT40% 352 answers'], ['ces', {}, 'CES40% 352 answers'], ['stars', { value: 4.26 }, 'Stars4.3 352 answers'],
    ['csat', { n: 6, sample: 'few' }, 'CSAT40% 6 answers, few answers'], ['nps', { n: 4, sample: 'list' }, 'NPS– 4 answers, few answers'],
    ['ces', { value: null, mixed: true }, 'CES– 352 answers, on different scales'], ['stars', { n: 0, value: null, sample: 'none' }, 'Stars– no answers'],
    [null, {}, 'Score– not asked for']
  ])('of a survey with the headline %s %o: %s', async (metric, change, text) => {
    expect((await row(metric, { score: change })).get('[data-figure=score]').text().replace(/\s+/g, ' ')).toBe(text)
  })
})

describe('more answered than the score counts', () => {
  const LINE = 'Answered, but not in the score'
  it('is explained', async () => {
    expect((await row('nps')).text()).toContain(`${LINE}: after the invitation had closed – 3, without a score – 1.`)
    expect((await row('nps', {}, 'ru')).text()).toContain('Ответили, но в расчёт не входят: после срока – 3, без оценки – 1.')
  })

  it.each<[string, Metric | null, Partial<Omit<SurveyFigures, 'score'>>]>([
    ['as many', 'nps', { answered: 352 }], ['no reason known', 'nps', { outside: { late: 0, unscored: 0 } }], ['nothing scored', null, {}]
  ])('is nothing to explain: %s', async (_, metric, change) => {
    expect((await row(metric, change)).text()).not.toContain(LINE)
  })
})
