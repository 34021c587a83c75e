import { describe, expect, it } from 'vitest'
import { readAnswer } from '@/answer/store'
import { readInvitation } from '@/invitation/store'
import { answerItem, invitationItem, newAnswerItem, STORE, SURVEY } from '../../../tests/fake-portal'
import { readingOf } from './reading'

const content = SURVEY.published!.content
const invitation = readInvitation(STORE, invitationItem(11))
const posted = (fields: Record<string, unknown> = {}) =>
  readAnswer(STORE, newAnswerItem(50, { FB_TOKEN: invitation.token, FB_INVITATION: '11', ...fields }))

describe('an answer that was handled', () => {
  it('shows what was written to it', () => {
    expect(readingOf(readAnswer(STORE, answerItem(1, { FB_FLAG: 'late' })), content, [], []))
      .toMatchObject({ handled: true, value: 9, group: 'high', flag: 'late', metric: 'nps', max: 10 })
  })

  it('keeps its score when the texts of its version are missing', () => {
    expect(readingOf(readAnswer(STORE, answerItem(1)), null, [], [])).toMatchObject({ value: 9, metric: 'nps', max: 10, content: null })
  })
})

describe('an answer that nobody has handled', () => {
  it('is judged by the same rules', () => {
    expect(readingOf(posted(), content, [invitation], [])).toMatchObject({ handled: false, value: 9, group: 'high', flag: null, answer: { group: 'high' } })
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['of another invitation', { FB_INVITATION: '12' }, 'unmatched'],
    ['out of scale', { FB_NPS: '11' }, 'invalid'],
    ['after the end', { createdTime: '2026-04-05T00:00:00Z' }, 'late']
  ])('%s is flagged', (_what, fields, flag) => {
    expect(readingOf(posted(fields), content, [invitation], []).flag).toBe(flag)
  })

  it('is a repeat when an earlier answer has its token', () => {
    const earlier = readAnswer(STORE, answerItem(49, { FB_TOKEN: invitation.token }))
    expect(readingOf(posted(), content, [invitation], [earlier]).flag).toBe('repeat')
  })

  it('has no score before the texts of its version are there', () => {
    expect(readingOf(posted(), null, [invitation], [])).toMatchObject({ handled: false, value: null, group: null, flag: null })
  })
})

it.each([true, false])('reads the first long question as the comment where no open question is asked, handled or not (%s)', handled => {
  const long = { id: 'what', type: 'long' as const, text: {}, required: false }
  const complaint = { ...content, questions: [...content.questions, long], followUp: { ...content.followUp, asked: false } }
  const fields = { FB_ANSWERS: '{"what":"Late"}', FB_COMMENT: '' }
  const answer = handled ? readAnswer(STORE, answerItem(1, fields)) : posted(fields)
  expect(readingOf(answer, complaint, [invitation], [])).toMatchObject({ handled, answer: { comment: 'Late' } })
})

describe('an answer that a colleague entered', () => {
  const mark = { FB_SUBMISSION: 'person.7.1772442000.abc' }
  const byPhone = { ...invitation, channel: 'phone' as const }

  it('says who did it, when and how, before and after the handling', () => {
    const entered = { way: 'person', userId: 7, at: '2026-03-02T09:00:00.000Z' }
    expect(readingOf(posted(mark), content, [byPhone], [])).toMatchObject({ handled: false, entered })
    const handled = readAnswer(STORE, answerItem(1, { ...mark, FB_CHANNEL: STORE.enums.FB_CHANNEL!.phone }))
    expect(readingOf(handled, content, [], [])).toMatchObject({ handled: true, entered })
  })

  it('is none where a customer only says so', () => {
    expect(readingOf(posted(mark), content, [invitation], []).entered).toBeNull()
    expect(readingOf(readAnswer(STORE, answerItem(1, { ...mark, FB_CHANNEL: STORE.enums.FB_CHANNEL!.email })), content, [byPhone], []).entered).toBeNull()
  })
})
