import { describe, expect, it } from 'vitest'
import type { Question } from '@/survey/model/survey'
import { afterDeal } from '@/survey/model/templates/after-deal'
import { askedOf, fromWallClock, handAnswer, scriptFor, toWallClock } from './by-hand'
import { handSubmission, readHandMark } from './hand-mark'
import texts from './mail-texts.json'
import scripts from './script-texts.json'

describe('who entered an answer', () => {
  it('stands in the key of the filling-in, to the second', () => {
    const mark = { way: 'person', userId: 12, at: '2026-03-02T09:05:07.900Z' } as const
    expect(readHandMark(handSubmission(mark, 'abc1'))).toEqual({ ...mark, at: '2026-03-02T09:05:07.000Z' })
  })

  it.each(['', 'a'.repeat(32), 'mail.7.1772442000.abc', 'phone.7.abc', 'phone..1772442000.a', 'phone.7.1772442000.<b>'])('is not read out of %s', text => {
    expect(readHandMark(text)).toBeNull()
  })
})

const questions: Question[] = [
  { id: 'nps', type: 'nps', text: {}, required: true },
  { id: 'many', type: 'choices', text: {}, required: false, options: ['a', 'b'].map(id => ({ id, text: {} })) },
  { id: 'more', type: 'long', text: {}, required: false }
]
const asked = { questions, followUp: { high: {}, middle: {}, low: {} } }

describe('the record of an answer', () => {
  it('holds what the form would have posted', () => {
    expect(handAnswer(asked, { nps: 3, many: ['b', 'a', 'x'], more: ' yes ', _comment: ' late ' })).toEqual({
      scores: { FB_NPS: '3' }, comment: 'late', answersJson: '{"nps":3,"many":["a","b"],"more":"yes"}'
    })
  })

  it.each([[{ nps: 11 }], [{ nps: '3' }], [{ many: [] }], [{ gone: 1 }]])('holds nothing of %j', answers => {
    expect(handAnswer(asked, answers)).toEqual({ scores: {}, comment: '', answersJson: '{}' })
  })

  it('has no comment where none is asked, or where its question is gone with the score', () => {
    expect(handAnswer(askedOf({ questions, followUp: { asked: false, text: asked.followUp } }), { nps: 3, _comment: 'x' }).comment).toBe('')
    expect(handAnswer(asked, { _comment: 'x' }).comment).toBe('')
  })
})

describe('the script', () => {
  const people = { client: 'Anna', deal: '', responsible: 'Ivan', company: 'Alatau' }

  it('is the survey\'s, else the usual one in the language of the customer', () => {
    const content = { ...afterDeal, asking: { ...afterDeal.asking, script: { ru: 'Алло, {client}!' } } }
    expect(scriptFor(content, 'ru', people)).toBe('Алло, Anna!')
    expect(scriptFor({ ...content, asking: { ...content.asking, script: {} } }, 'de', people)).toContain('Guten Tag, Anna! Hier ist Ivan, Alatau.')
    expect(scriptFor({ ...content, asking: { ...content.asking, script: {} } }, 'xx', people)).toContain('Hello, Anna!')
  })

  it('is there in every language of the mails, with all three names', () => {
    expect(Object.keys(scripts)).toEqual(Object.keys(texts))
    for (const words of Object.values(scripts)) for (const name of ['{client}', '{responsible}', '{company}']) expect(words).toContain(name)
  })
})

describe('the wall clock of a person', () => {
  it.each([
    ['2026-03-02T09:05:00Z', 'Asia/Almaty', '2026-03-02T14:05'], ['2026-03-02T09:05:00Z', 'America/New_York', '2026-03-02T04:05'],
    ['2026-03-29T01:30:00Z', 'Europe/Berlin', '2026-03-29T03:30'], ['2026-03-29T00:30:00Z', 'Europe/Berlin', '2026-03-29T01:30'],
    ['2026-12-31T20:00:00Z', 'Pacific/Kiritimati', '2027-01-01T10:00'], ['2026-03-02T09:05:00Z', '', '2026-03-02T14:05']
  ])('%s in %s is %s, and back', (at, zone, text) => {
    expect(toWallClock(new Date(at), zone)).toBe(text)
    expect(fromWallClock(text, zone)?.toISOString()).toBe(new Date(at).toISOString())
  })

  it('is no moment without a day', () => {
    expect(fromWallClock('', 'Asia/Almaty')).toBeNull()
  })
})
