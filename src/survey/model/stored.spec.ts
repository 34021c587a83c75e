import { describe, expect, it } from 'vitest'
import { publish } from './publish'
import { readSurvey, writeSurvey } from './stored'
import { askedByHand, type Survey } from './survey'
import { afterDeal } from './templates/after-deal'

const draft: Survey = { v: 4, id: 'a1', status: 'draft', draft: afterDeal, published: null, form: null, plan: null }
const full: Survey = {
  ...publish({ ...draft, draft: { ...afterDeal, thankYou: { ...afterDeal.thankYou, callBack: [] }, logo: 'data:image/png;base64,AA', questions: [
    ...afterDeal.questions,
    { id: 'c', type: 'choice', text: { en: 'Which?' }, required: false, options: [{ id: 'x', text: { en: 'X' } }] },
    { id: 'e', type: 'ces', text: { en: 'Easy?' }, required: true, points: 7, easyIs: 'low' }
  ] } }, '2026-11-22T05:00:00.000Z', 7),
  form: { id: 3, sec: 'abc', made: 'hand', verifiedAt: null },
  plan: { v: 1, anything: ['goes'] }
}
const unfinished: Survey = { ...draft, draft: { ...afterDeal, name: '', langs: [], questions: [], mail: { ...afterDeal.mail, subject: {}, body: {} } } }

describe('stored survey', () => {
  it.each<[string, Survey]>([['draft', draft], ['everything', full], ['unfinished draft', unfinished]])('comes back as it was written: %s', (_, survey) => {
    expect(readSurvey(writeSurvey(survey))).toEqual({ ok: true, survey })
  })

  it('of the first version gets what that did not know, in draft and published content', () => {
    const { snapshots, pipelines, asking, companyDays, mailsPerDay, ...draft } = full.draft
    const { mail: { scoreButtons, from, ...mail }, thankYou: { callBack, ...thankYou }, ...rest } = draft
    const content = { ...rest, mail, thankYou }
    const first = { ...full, v: 1, draft: content, published: { ...full.published, content } }
    expect(readSurvey(JSON.stringify(first))).toEqual({ ok: true, survey: full })
    expect([snapshots, pipelines, scoreButtons, from, callBack, companyDays, mailsPerDay, asking]).toEqual([[], [], true, '', [], 0, 100, { stages: [], sms: {}, chat: {}, script: {}, reminders: [] }])
  })

  it('of the second version is asked by hand only', () => {
    const { asking, ...content } = full.draft
    const second = { ...full, v: 2, draft: content, published: { ...full.published, content } }
    expect(readSurvey(JSON.stringify(second))).toEqual({ ok: true, survey: full })
    expect(asking).toEqual(askedByHand())
  })

  it('of the third version keeps its stages and text message', () => {
    const { chat, script, ...asking } = { ...full.draft.asking, stages: ['WON'], sms: { en: '{link}' } }
    const third = readSurvey(JSON.stringify({ ...draft, v: 3, draft: { ...full.draft, asking } }))
    expect(third).toEqual({ ok: true, survey: { ...draft, draft: { ...full.draft, asking: { ...asking, chat, script } } } })
  })

  it('without a plan is a survey too', () => {
    expect(readSurvey(writeSurvey({ ...draft, plan: undefined }))).toEqual({ ok: true, survey: draft })
  })

  it.each<[string, string, 'newer' | 'broken']>([
    ['a later version', JSON.stringify({ ...draft, v: 5 }), 'newer'],
    ['a later version of another shape', '{"v":5,"surveys":[]}', 'newer'],
    ['no version', JSON.stringify({ ...draft, v: undefined }), 'broken'],
    ['an impossible version', JSON.stringify({ ...draft, v: 0 }), 'broken'],
    ['a version that is none', JSON.stringify({ ...draft, v: '3' }), 'broken'],
    ['no JSON', writeSurvey(draft).slice(0, 100), 'broken'],
    ['nothing', '', 'broken'],
    ['null', 'null', 'broken'],
    ['no id', JSON.stringify({ ...draft, id: '' }), 'broken'],
    ['an unknown status', JSON.stringify({ ...draft, status: 'gone' }), 'broken'],
    ['no draft', JSON.stringify({ ...draft, draft: null }), 'broken'],
    ['an unknown question', JSON.stringify({ ...draft, draft: { ...afterDeal, questions: [{ ...afterDeal.questions[0], type: 'file' }] } }), 'broken'],
    ['a fourth reminder', JSON.stringify({ ...draft, draft: { ...afterDeal, asking: { ...afterDeal.asking, reminders: Array(4).fill(
      { afterDays: 1, channel: 'sms', subject: {}, text: {} }
    ) } } }), 'broken'],
    ['a version 0 published', JSON.stringify({ ...full, published: { ...full.published, version: 0 } }), 'broken']
  ])('%s', (_, json, reason) => {
    expect(readSurvey(json)).toEqual({ ok: false, reason })
  })
})
