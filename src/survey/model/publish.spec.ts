import { describe, expect, it } from 'vitest'
import { isChanged, pause, publish, resume, withDraft } from './publish'
import { livePlan, type Survey, type SurveyStatus } from './survey'
import { afterDeal } from './templates/after-deal'

const draft = (): Survey => ({ v: 4, id: 'a', status: 'draft', draft: structuredClone(afterDeal), published: null, form: null, plan: null })
const at = '2026-11-22T05:00:00.000Z'

describe('publish', () => {
  it('gives version 1 first and activates, then the next one', () => {
    const first = publish(draft(), at, 7)
    expect(first).toMatchObject({ status: 'active', published: { version: 1, at, by: 7, content: afterDeal } })
    expect(publish(first, at, 8).published).toMatchObject({ version: 2, by: 8 })
  })

  it('may begin on pause; later that says nothing', () => {
    const first = publish(draft(), at, 7, { paused: true })
    expect(first).toMatchObject({ status: 'paused', published: { version: 1, at, by: 7, content: afterDeal } })
    expect(publish(resume(first), at, 7, { paused: true }).status).toBe('active')
  })

  it('leaves a paused survey paused', () => {
    expect(publish(pause(publish(draft(), at, 7)), at, 7).status).toBe('paused')
  })

  it('never changes a version afterwards, nor the survey it was given', () => {
    const before = draft()
    const after = publish(before, at, 7)
    after.draft.questions[0]!.text.en = 'Changed'
    expect(after.published?.content.questions[0]!.text.en).toBe(afterDeal.questions[0]!.text.en)
    expect(before.published).toBeNull()
    expect(before.status).toBe('draft')
  })
})

describe('isChanged', () => {
  const live = (): Survey => publish(draft(), at, 7)

  it('is true before the first version and false right after one', () => {
    expect(isChanged(draft())).toBe(true)
    expect(isChanged(live())).toBe(false)
  })

  it.each<[string, (survey: Survey) => void, boolean]>([
    ['another text', survey => { survey.draft.questions[0]!.text.ru = 'Иначе' }, true],
    ['another order', survey => { survey.draft.langs.reverse() }, true],
    ['another number', survey => { survey.draft.notBeforeDays++ }, true],
    ['a switch', survey => { survey.draft.followUp.asked = false }, true],
    ['another plan', survey => { survey.plan = { v: 1, rules: [] } }, true],
    ['a text taken away', survey => { survey.draft.mail.subject.ru = '' }, true],
    ['keys in another order', survey => { survey.draft.mail.subject = { ru: afterDeal.mail.subject.ru!, en: afterDeal.mail.subject.en! } }, false],
    ['an empty text in a new language', survey => { survey.draft.mail.subject.de = '' }, false],
    ['a logo that was taken away again', survey => { survey.draft.logo = undefined }, false]
  ])('%s', (_, edit, changed) => {
    const survey = live()
    edit(survey)
    expect(isChanged(survey)).toBe(changed)
  })
})

describe('the plan by which answers are handled', () => {
  const one = { v: 1, rules: ['one'] }
  const other = { v: 1, rules: ['other'] }
  const live = (): Survey => publish({ ...draft(), plan: one }, at, 7)

  it('is the published one, whatever somebody is writing', () => {
    const edited = withDraft(live(), live().draft, other)
    expect(edited.plan).toEqual(other)
    expect(livePlan(edited)).toEqual(one)
    expect(livePlan(publish(edited, at, 7))).toEqual(other)
  })

  it('stays the same when a survey of an earlier version, which knew one plan only, is edited', () => {
    const { version, by, content } = live().published!
    const before: Survey = { ...live(), published: { version, at, by, content } }
    expect(livePlan(before)).toEqual(one)
    expect(isChanged(before)).toBe(false)
    expect(livePlan(withDraft(before, before.draft, other))).toEqual(one)
  })

  it('may be none', () => {
    const none = publish(draft(), at, 7)
    expect(livePlan(withDraft(none, none.draft, one))).toBeNull()
  })
})

describe('pause and resume', () => {
  it.each<[SurveyStatus, SurveyStatus, SurveyStatus]>([['draft', 'draft', 'draft'], ['active', 'paused', 'active'], ['paused', 'paused', 'active']])(
    '%s → %s, %s', (status, paused, resumed) => {
      const survey = { ...draft(), status }
      expect(pause(survey).status).toBe(paused)
      expect(resume(survey).status).toBe(resumed)
      expect(survey.status).toBe(status)
    })
})
