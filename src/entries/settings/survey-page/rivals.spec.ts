import { describe, expect, it } from 'vitest'
import { publish } from '@/survey/model/publish'
import type { Survey, SurveyStatus } from '@/survey/model/survey'
import { afterDeal } from '@/survey/model/templates/after-deal'
import { rivalsOf } from './rivals'

const AT = '2026-11-22T05:00:00.000Z'

function survey(id: string, pipelines: number[], status: SurveyStatus = 'active'): Survey {
  const draft: Survey = { v: 4, id, status: 'draft', draft: { ...afterDeal, name: id, pipelines }, published: null, form: null, plan: null }
  return status === 'draft' ? draft : { ...publish(draft, AT, 1), status, form: { id: 5, sec: 's', made: 'api', verifiedAt: AT } }
}
const own = survey('own', [], 'draft')

describe('rivals', () => {
  it.each<[string, Survey[], number[], ReturnType<typeof rivalsOf>]>([
    ['the one made earlier stays', [survey('old', [4]), own], [4], [{ pipeline: 4, name: 'old', wins: true }]],
    ['one made later gives way', [own, survey('later', [4])], [4], [{ pipeline: 4, name: 'later', wins: false }]],
    ['each pipeline for itself', [survey('old', [3]), own, survey('later', [5])], [3, 4, 5], [
      { pipeline: 3, name: 'old', wins: true }, { pipeline: 5, name: 'later', wins: false }
    ]],
    ['of several the one that is proposed is named', [survey('first', [4]), survey('second', [4]), own], [4], [{ pipeline: 4, name: 'first', wins: true }]],
    ['one that claims nothing is none for a chosen pipeline', [survey('free', []), own], [4], []],
    ['where nothing is chosen: another that claims nothing', [survey('old', [3]), survey('free', []), own], [], [{ pipeline: null, name: 'free', wins: true }]],
    ['where nothing is chosen: none that claims a pipeline', [survey('old', [3]), own], [], []],
    ['a paused one and a draft claim nothing', [survey('paused', [4], 'paused'), survey('draft', [4], 'draft'), own], [4], []],
    ['the pipeline of all deals has the number 0', [survey('old', [0]), own], [0], [{ pipeline: 0, name: 'old', wins: true }]]
  ])('%s', (_, surveys, pipelines, expected) => {
    expect(rivalsOf(surveys, 'own', pipelines)).toEqual(expected)
  })
})
