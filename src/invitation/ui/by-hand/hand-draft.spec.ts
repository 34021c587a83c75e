import { beforeEach, describe, expect, it } from 'vitest'
import { handDrafts, type HandDraft } from './hand-draft'

const NOW = Date.parse('2026-03-02T09:00:00Z')
const draft: HandDraft = {
  v: 1, savedAt: NOW, token: 'a'.repeat(32), key: 'b'.repeat(24), person: 'contact:3', way: 'phone', at: null, survey: null, lang: null, open: null, openToken: null,
  answers: { nps: 3, many: ['a'], more: 'x' }, begun: false
}
const open = (name = 'm:1:2:5', now = NOW) => handDrafts(() => localStorage, name, () => now)
beforeEach(() => { localStorage.clear() })

describe('a draft on the device', () => {
  it('outlives a reload, until it is dropped or a week old', () => {
    open().save(draft)
    expect(open().read()).toEqual(draft)
    expect(open('m:1:2:5', NOW + 8 * 86_400_000).read()).toBeNull()
    open().drop()
    expect(open().read()).toBeNull()
  })

  it('is one person\'s, about one card', () => {
    open().save(draft)
    expect(open('m:2:2:5').read()).toBeNull()
    expect(open('m:1:2:6').read()).toBeNull()
  })

  it.each(['', '{', '{"v":1}', JSON.stringify({ ...draft, v: 2 }), JSON.stringify({ ...draft, token: 'x' }), JSON.stringify({ ...draft, at: 'noon' }), JSON.stringify({ ...draft, answers: { nps: null } })])('is none when somebody else wrote %s', text => {
    localStorage.setItem('feedback-by-hand:m:1:2:5', text)
    expect(open().read()).toBeNull()
  })

  it('is none where storage is forbidden', () => {
    const drafts = handDrafts(() => { throw new DOMException('no', 'SecurityError') }, 'x', () => NOW)
    drafts.save(draft)
    expect(drafts.read()).toBeNull()
  })
})
