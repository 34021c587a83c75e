import { expect, it } from 'vitest'
import { openScene, recordsOf, valueOf } from './scene'
import { aggregate } from '@/report/model/aggregate'
import { tablesOf } from '@/report/model/answer-table'
import { drillAnswers, drillInvitations } from '@/report/model/drill'
import { DEFAULT_FILTER } from '@/report/model/filter'
import { resolvePeriod } from '@/report/model/period'
import { loadComments, loadNames } from '@/report/store'
import { createReportLoader } from '@/report/store-loader'

/** The report over a portal's records, wherever they are kept: nothing of the company's own is taken for an answer, and every answer leads to its deal. */

it('reads the app\'s records and no others, and leads from a number to its deals', async () => {
  const scene = await openScene()
  const { demo, store } = scene
  demo.seedAnswers(120)
  const portal = scene.as(1)
  const now = demo.now()
  const { answers, invitations, complete, verified } = await createReportLoader({ portal, store, surveys: [scene.survey], disk: null, now: () => now })
    .load({ answers: null, invitations: null }, {})
  const kept = [...recordsOf(scene).values()]
  const inPipeline = (category: number): number[] =>
    kept.filter(({ fields }) => fields.CATEGORY_ID === category && !String(fields.STAGE_ID).endsWith(':NEW')).map(({ id }) => id).sort((a, b) => a - b)
  expect([complete, verified]).toEqual([true, true])
  expect(answers.map(({ id }) => id).sort((a, b) => a - b)).toEqual(inPipeline(store.answerCategoryId))

  const filter = { ...DEFAULT_FILTER, period: { preset: 'all' as const } }
  const view = { filter, period: resolvePeriod(filter.period, now, 'Asia/Almaty', 'none'), departments: new Map<number, number[]>(), now: now.getTime() }
  const tables = tablesOf(answers, invitations)
  const { headline, response } = aggregate(tables.answers, tables.invitations, view)
  const counted = drillAnswers(tables.answers, view, { kind: 'answers', of: 'counted' })
  expect(headline.n).toBeGreaterThan(50)
  expect(counted).toHaveLength(headline.n)
  expect(drillInvitations(tables.invitations, view, { kind: 'invitations' })).toHaveLength(response.sent)

  const company = [...demo.state.items.get(2)!.values()].filter(({ id }) => store.entityTypeId !== 2 || !recordsOf(scene).has(id))
  const { deals } = await loadNames(portal, counted)
  for (const { id, dealId } of counted) {
    expect(dealId, `deal of answer ${id}`).toBe(Number(valueOf(scene, recordsOf(scene).get(id)!, 'FB_DEAL')))
  }
  const titles = new Map(company.map(({ id, fields }) => [id, String(fields.TITLE)]))
  const there = counted.flatMap(({ dealId }) => dealId !== null && titles.has(dealId) ? [dealId] : [])
  expect(new Set(there).size).toBeGreaterThan(20)
  expect([...deals].filter(([id, title]) => titles.get(id) !== title)).toEqual([])
  expect(there.filter(id => !deals.has(id))).toEqual([])

  const said = counted.filter(({ hasComment }) => hasComment)
  const comments = await loadComments(portal, store, said.map(({ id }) => id))
  expect(said.map(({ id }) => comments.get(id))).toEqual(said.map(({ id }) => valueOf(scene, recordsOf(scene).get(id)!, 'FB_COMMENT')))
  expect(demo.contractLog.filter(({ kind }) => kind === 'rule')).toEqual([])
})
