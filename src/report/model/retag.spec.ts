import { expect, it } from 'vitest'
import { tablesOf, type AnswerTable } from './answer-table'
import { answerFixture } from './records.fixture'
import { taggingAnew, type Retagging } from './retag'

function withTags(table: AnswerTable, tagsOf: Retagging): AnswerTable {
  const work = taggingAnew(table, tagsOf)
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

const answers = [[71], [], [72, 71], [73]].map((tags, index) => answerFixture({ id: index + 1, createdAt: `2026-03-0${index + 1}T10:00:00Z`, nps: index, tags }))

it.each<[string, Retagging, number[][]]>([
  ['one answer', ({ id, tags }) => id === 2 ? [74] : tags, [[73], [72, 71], [74], [71]]],
  ['a merge', ({ tags }) => tags.includes(71) ? [...new Set(tags.map(tag => tag === 71 ? 72 : tag))] : tags, [[73], [72], [], [72]]],
  ['nothing', ({ tags }) => tags, [[73], [72, 71], [], [71]]]
])('%s: the table is the one of the changed answers', (_, change, wanted) => {
  const { answers: table } = tablesOf(answers, [])
  const changed = withTags(table, change)
  const anew = tablesOf(answers.map(answer => ({ ...answer, tags: change(answer) })), []).answers
  expect(changed.records.map(({ tags }) => tags)).toEqual(wanted)
  expect(changed).toEqual(anew)
  // what was drawn before still stands on the old one
  expect(table.records.map(({ tags }) => tags)).toEqual([[73], [72, 71], [], [71]])
})

it('gives the page its turn among many', () => {
  const { answers: table } = tablesOf(Array.from({ length: 12_000 }, (_, index) => answerFixture({ id: index, tags: [71] })), [])
  expect([...taggingAnew(table, () => [72])]).toHaveLength(4)
})
