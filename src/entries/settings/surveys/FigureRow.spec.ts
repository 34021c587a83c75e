import { describe, expect, it } from 'vitest'
import { fakePortal } from '../../../../tests/fake-portal'
import { mountInPortal } from '../../../../tests/mount'
import type { Metric } from '@/survey/model/survey'
import FigureRow from './FigureRow.vue'
import type { SurveyFigures } from './figures'
import { surveysMessages } from './messages'

const figures = (change: Partial<SurveyFigures> = {}): SurveyFigures =>
  ({ sent: 400, answered: 356, nps: 40, n: 352, sample: 'normal', outside: { late: 3, unscored: 1 }, ...change })
const row = async (metric: Metric | null, change: Partial<SurveyFigures> = {}, lang = 'en') => await mountInPortal(FigureRow, {
  portal: fakePortal({}), messages: [surveysMessages], lang, props: { figures: figures(change), metric }
})

describe('the score', () => {
  it.each<[Metric | null, string]>([
    ['nps', 'NPS+40 352 answers'], ['csat', 'CSAT– not counted here yet'], ['ces', 'CES– not counted here yet'], ['stars', 'Stars– not counted here yet'],
    [null, 'Score– not asked for']
  ])('of a survey with the headline %s: %s', async (metric, text) => {
    expect((await row(metric)).get('[data-figure=score]').text().replace(/\s+/g, ' ')).toBe(text)
  })
})

describe('more answered than the score counts', () => {
  const LINE = 'Answered, but not in the NPS'
  it('is explained', async () => {
    expect((await row('nps')).text()).toContain(`${LINE}: after the invitation had closed – 3, without an NPS score – 1.`)
    expect((await row('nps', {}, 'ru')).text()).toContain('Ответили, но в NPS не входят: после срока – 3, без оценки NPS – 1.')
  })

  it.each<[string, Metric, Partial<SurveyFigures>]>([
    ['as many', 'nps', { answered: 352 }], ['no reason known', 'nps', { outside: { late: 0, unscored: 0 } }], ['another score', 'csat', {}]
  ])('is nothing to explain: %s', async (_, metric, change) => {
    expect((await row(metric, change)).text()).not.toContain(LINE)
  })
})
