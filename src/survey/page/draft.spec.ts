import { describe, expect, it } from 'vitest'
import { FORGET_MS, KEEP_SENT_MS, openDrafts, type Draft } from './draft'
import { MemoryStorage, NOW, TOKEN } from './survey.fixture'

const draft: Draft = {
  sid: '0'.repeat(32), answers: { nps: 9, many: ['a', 'b'], _comment: 'fine' }, consents: ['AGREEMENT_1'], linkScore: 9,
  payload: { values: { F: ['9'] }, properties: { token: TOKEN }, consents: { AGREEMENT_1: 'Y' } }
}
const nothing = { draft: null, sentAt: null }

function clocked() {
  const storage = new MemoryStorage()
  const clock = { now: NOW }
  return { storage, clock, drafts: openDrafts(storage, () => clock.now) }
}

describe('a draft', () => {
  it('is kept by token', () => {
    const { drafts } = clocked()
    drafts.save(TOKEN, draft)
    expect(drafts.read(TOKEN)).toEqual({ draft, sentAt: null })
    expect(drafts.read('another')).toEqual(nothing)
  })

  it('stays seven days after sending, then only the fact that it was sent', () => {
    const { drafts, clock, storage } = clocked()
    drafts.markSent(TOKEN, draft)
    clock.now += KEEP_SENT_MS
    drafts.tidy()
    expect(drafts.read(TOKEN)).toEqual({ draft, sentAt: NOW })
    clock.now += 1
    drafts.tidy()
    expect(drafts.read(TOKEN)).toEqual({ draft: null, sentAt: NOW })
    expect([...storage.kept.values()].join()).not.toContain('fine')
    clock.now = NOW + FORGET_MS + 1
    drafts.tidy()
    expect(storage.length).toBe(0)
  })

  it('is not thrown away before it was sent, and nobody else\'s things ever', () => {
    const { drafts, clock, storage } = clocked()
    drafts.save(TOKEN, draft)
    storage.setItem('theme', 'dark')
    clock.now += 30 * KEEP_SENT_MS
    drafts.tidy()
    expect(drafts.read(TOKEN).draft).toEqual(draft)
    expect(storage.getItem('theme')).toBe('dark')
  })

  it.each(['', 'null', '{', '[]', '{"v":2}', '{"v":1,"savedAt":0,"sentAt":null,"draft":{"sid":"x"}}'])('that is damaged is none: %s', text => {
    const { drafts, storage } = clocked()
    storage.setItem(`feedback-answer:${TOKEN}`, text)
    expect(drafts.read(TOKEN)).toEqual(nothing)
    drafts.tidy()
    expect(storage.length).toBe(0)
  })

  it('does without a storage, and with one that throws', () => {
    const forbidden = new Proxy(new MemoryStorage(), { get: () => { throw new DOMException('denied', 'SecurityError') } })
    for (const storage of [null, forbidden]) {
      const drafts = openDrafts(storage, () => NOW)
      drafts.save(TOKEN, draft)
      drafts.markSent(TOKEN, draft)
      drafts.tidy()
      expect(drafts.read(TOKEN)).toEqual(nothing)
    }
  })
})
