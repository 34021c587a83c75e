import { describe, expect, it } from 'vitest'
import { answerRow, fakePortal, store } from './portal.fixture'
import { loadChosen, loadSaid } from './store-said'

const said = { 1: '{"why":["a","b"],"again":"yes"}', 2: '{"why":"a"}', 3: '{"why":""}', 4: 'no JSON', 5: '' }
const rows = Object.entries(said).map(([id, text]) => ({ ...answerRow({ id: Number(id), at: '2026-03-01T00:00:00Z', comment: `Comment ${id}` }), uf_FB_ANSWERS: text }))

describe('what was said', () => {
  it('in one question is a list, empty where it was not answered, cannot be read or may not be seen', async () => {
    const chosen = await loadChosen(fakePortal({ rows }), store, [1, 2, 3, 4, 5, 99], 'why')
    expect([...chosen]).toEqual([[1, ['a', 'b']], [2, ['a']], [3, []], [4, []], [5, []], [99, []]])
  })

  it('in full has the comment and every question; what may not be seen is missing', async () => {
    const portal = fakePortal({ rows })
    const full = await loadSaid(portal, store, [1, 4, 99])
    expect([...full]).toEqual([[1, { comment: 'Comment 1', answers: { why: ['a', 'b'], again: 'yes' } }], [4, { comment: 'Comment 4', answers: {} }]])
    expect(portal.requests).toHaveLength(1)
  })

  it('of thousands comes in several requests, and stops between them', async () => {
    const ids = Array.from({ length: 5_001 }, (_, index) => index + 1)
    const portal = fakePortal({ rows })
    await loadChosen(portal, store, ids, 'why')
    expect(portal.requests.map(({ length }) => length)).toEqual([50, 50, 1])
    const stop = new AbortController()
    const stopped = fakePortal({ rows, before: () => stop.abort() })
    await expect(loadChosen(stopped, store, ids, 'why', stop.signal)).rejects.toMatchObject({ name: 'AbortError' })
    expect(stopped.requests).toHaveLength(1)
  })

  it('fails with the portal: nothing is taken for unanswered', async () => {
    await expect(loadChosen(fakePortal({ rows, failing: new Map([['crm.item.list', 'limitReached']]) }), store, [1], 'why')).rejects.toMatchObject({ code: 'limitReached' })
  })
})
