import { describe, expect, it } from 'vitest'
import type { Invitation } from '@/invitation/model/invitation'
import { CALL_BACK_FILL, OPT_OUT_FILL } from '@/survey/model/fill-kind'
import type { Question } from '@/survey/model/survey'
import type { Answer } from './answer'
import { judge, type Verdict } from './judge'

const token = 'a'.repeat(32)
const answer: Answer = {
  id: 77, title: '', state: 'new', createdAt: '2026-11-22T05:00:00+03:00', token, invitationId: '55', submission: 's1', survey: 'a1', version: 1, lang: 'en',
  posted: { nps: '9', csat: '', ces: '', stars: '' }, comment: '', answersJson: '', value: null, score: null, coefficient: null, group: null, flag: null,
  channel: null, askedBy: null, ownerId: 1, sentAt: null, dealId: null, contactId: null, companyId: null, stage: null, snapshots: [], cause: '', doneAt: null, askAgain: false, ledger: {}
}
const invitation: Invitation = {
  id: 55, token, state: 'sent', why: '', survey: 'a1', version: 1, channel: 'email', lang: 'en', askedBy: 10, createdAt: '2026-11-20T05:00:00+03:00',
  sentAt: '2026-11-20T05:00:00+03:00', expiresAt: '2026-12-20T05:00:00+03:00', reminders: 0,
  dealId: 5, contactId: 6, companyId: null, by: 'duty', answered: false, test: false
}
const question = (type: Question['type'], more: Partial<Question> = {}): Question => ({ id: type, type, text: {}, required: true, ...more })
const content = { questions: [question('nps')] }
const nothing = { value: null, score: null, group: null }

interface Change {
  answer?: Partial<Answer>
  invitation?: Partial<Invitation> | null
  earlier?: Partial<Answer>[]
  questions?: Question[]
}
const verdict = (change: Change = {}): Verdict =>
  judge({ ...answer, ...change.answer }, change.invitation === null ? null : { ...invitation, ...change.invitation },
    (change.earlier ?? []).map(other => ({ ...answer, id: 70, submission: 's0', ...other })), change.questions ? { questions: change.questions } : content)

describe('judge', () => {
  it('takes a good answer as it is', () => {
    expect(verdict()).toEqual({ flag: null, double: false, again: false, value: 9, score: 90, group: 'high', coefficient: 90 })
  })

  it.each<[string, Change, Verdict['flag']]>([
    ['no invitation', { invitation: null }, 'unmatched'],
    ['another invitation', { invitation: { id: 56 } }, 'unmatched'],
    ['another token', { invitation: { token: 'b'.repeat(32) } }, 'unmatched'],
    ['no token on both sides', { answer: { token: '' }, invitation: { token: '' } }, 'unmatched'],
    ['no invitation id', { answer: { invitationId: '' } }, 'unmatched'],
    ['answered before', { earlier: [{}] }, 'repeat'],
    ['somebody else answered before', { earlier: [{ token: 'b'.repeat(32) }] }, null],
    ['answered again later', { earlier: [{ id: 78 }] }, null],
    ['itself in the list', { earlier: [{ id: 77 }] }, null],
    ['cancelled', { invitation: { state: 'cancelled' } }, 'late'],
    ['a second too late', { answer: { createdAt: '2026-12-20T05:00:01+03:00' } }, 'late'],
    ['in the last second, in another zone', { answer: { createdAt: '2026-12-20T02:00:00Z' } }, null],
    ['in time, but marked as expired before it was handled', { invitation: { state: 'expired' } }, null],
    ['marked as expired, without a time', { invitation: { state: 'expired', expiresAt: null } }, 'late'],
    ['never expires', { invitation: { expiresAt: null }, answer: { createdAt: '2036-01-01T00:00:00Z' } }, null],
    ['mail said to have failed, yet it came', { invitation: { state: 'failed' } }, null],
    ['test', { invitation: { test: true } }, 'test'],
    ['repeat before late and invalid', { earlier: [{}], invitation: { state: 'cancelled' }, answer: { posted: { ...answer.posted, nps: '99' } } }, 'repeat'],
    ['no answer but the wish for no more mail', { answer: { answersJson: OPT_OUT_FILL } }, 'optout'],
    ['the wish, behind an answer and after the invitation was closed', { answer: { answersJson: OPT_OUT_FILL }, earlier: [{}], invitation: { state: 'cancelled' } }, 'optout'],
    ['the wish of nobody known', { answer: { answersJson: OPT_OUT_FILL }, invitation: null }, 'unmatched'],
    ['an answer behind the wish', { earlier: [{ answersJson: OPT_OUT_FILL }], invitation: { state: 'cancelled', why: 'optedOut' } }, null],
    ['over a shared link', { invitation: { shared: true } }, 'shared'],
    ['over a shared link that others have answered', { invitation: { shared: true }, earlier: [{}, { id: 71, submission: 's2' }] }, 'shared'],
    ['the same filling-in twice over a shared link', { invitation: { shared: true }, earlier: [{ submission: 's1' }] }, 'repeat'],
    ['over a shared link, from a page that tells no filling-ins apart', { invitation: { shared: true }, answer: { submission: '' }, earlier: [{ submission: '' }] }, 'shared'],
    ['over a shared link that was closed', { invitation: { shared: true, state: 'cancelled' } }, 'late'],
    ['a second too late, over a shared link', { invitation: { shared: true }, answer: { createdAt: '2026-12-20T05:00:01+03:00' } }, 'late'],
    ['without a valid score, over a shared link', { invitation: { shared: true }, answer: { posted: { ...answer.posted, nps: '99' } } }, 'invalid'],
    ['a wish over a shared link', { invitation: { shared: true }, answer: { answersJson: OPT_OUT_FILL } }, 'optout'],
    ['the wish to be called back, after everything was over', { answer: { answersJson: CALL_BACK_FILL }, earlier: [{}], invitation: { state: 'cancelled' } }, 'callback'],
    ['that of nobody known', { answer: { answersJson: CALL_BACK_FILL }, invitation: null }, 'unmatched'],
    ['an answer behind that wish', { earlier: [{ answersJson: CALL_BACK_FILL }] }, null],
    ['late before invalid', { invitation: { state: 'cancelled' }, answer: { posted: { ...answer.posted, nps: '99' } } }, 'late']
  ])('%s → flag', (_, change, flag) => {
    expect(verdict(change).flag).toBe(flag)
  })

  it.each(['11', '-1', '9 maybe', '', '8.5', '٩', ' 9', '09', '1e1'])('"%s" is no score: kept, flagged, not counted', nps => {
    expect(verdict({ answer: { posted: { ...answer.posted, nps } } })).toMatchObject({ flag: 'invalid', ...nothing, coefficient: null })
  })

  it('a score that did not have to be given may be missing, not be wrong', () => {
    const questions = [question('nps', { required: false })]
    expect(verdict({ questions, answer: { posted: { ...answer.posted, nps: '' } } })).toMatchObject({ flag: null, ...nothing })
    expect(verdict({ questions, answer: { posted: { ...answer.posted, nps: '11' } } })).toMatchObject({ flag: 'invalid', ...nothing })
  })

  it('without a scored question has neither score nor reproach', () => {
    expect(verdict({ questions: [question('long')] })).toEqual({ flag: null, double: false, again: false, ...nothing, coefficient: null })
  })

  it('takes the first scored question as headline and all for the coefficient', () => {
    const questions = [question('long'), question('csat'), question('nps'), question('ces', { points: 7, easyIs: 'low' })]
    const posted = { nps: '10', csat: '2', ces: '7', stars: '5' }
    expect(verdict({ questions, answer: { posted } })).toMatchObject({ flag: null, value: 2, score: 25, group: 'low' })
    expect(verdict({ questions, answer: { posted } }).coefficient).toBeCloseTo((25 + 100 + 0) / 3, 10)
  })

  it('keeps the coefficient of the other questions when the headline is invalid', () => {
    expect(verdict({ questions: [question('nps'), question('csat')], answer: { posted: { ...answer.posted, nps: 'x', csat: '5' } } }))
      .toMatchObject({ flag: 'invalid', ...nothing, coefficient: 100 })
  })

  it.each<[string, Partial<Answer>, Partial<Answer>[], boolean]>([
    ['the same filling-in', {}, [{ submission: 's1' }], true],
    ['another one', {}, [{ submission: 's2' }], false],
    ['no id of the filling-in', { submission: '' }, [{ submission: '' }], false],
    ['the same id with another token', {}, [{ submission: 's1', token: 'b'.repeat(32) }], false],
    ['the same id, but the first to arrive', {}, [{ submission: 's1', id: 78 }], false]
  ])('double: %s', (_, own, earlier, double) => {
    expect(verdict({ answer: own, earlier }).double).toBe(double)
  })

  const wish = { answersJson: CALL_BACK_FILL }
  it.each<[string, Change, Pick<Verdict, 'again' | 'double'>]>([
    ['once', {}, { again: false, double: false }],
    ['behind an answer, even one with the same id', { earlier: [{ submission: 's1' }] }, { again: false, double: false }],
    ['the same filling-in twice', { earlier: [{ ...wish, submission: 's1' }] }, { again: true, double: true }],
    ['over another device', { earlier: [wish] }, { again: true, double: false }],
    ['over another link', { earlier: [{ ...wish, token: 'b'.repeat(32) }] }, { again: false, double: false }],
    ['over a shared link, by somebody else', { earlier: [wish], invitation: { shared: true } }, { again: false, double: false }]
  ])('wants to be called back, %s', (_, change, expected) => {
    expect(verdict({ ...change, answer: wish })).toMatchObject({ flag: 'callback', ...expected })
  })
})
