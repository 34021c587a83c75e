import { expect, it } from 'vitest'
import { callOrder } from './call-order'
import { answerFixture } from './records.fixture'

it('who waits longest is first, and whoever cannot be called is last', () => {
  const newestFirst = [{ id: 5, contactId: 1 }, { id: 4 }, { id: 3, companyId: 2 }, { id: 2, contactId: 1, companyId: 2 }, { id: 1 }].map(answerFixture)
  expect(callOrder(newestFirst).map(({ id }) => id)).toEqual([2, 3, 5, 1, 4])
  expect(newestFirst.map(({ id }) => id), 'what it got is as it was').toEqual([5, 4, 3, 2, 1])
  expect(callOrder([])).toEqual([])
})
