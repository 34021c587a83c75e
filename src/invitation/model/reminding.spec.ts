import { describe, expect, it } from 'vitest'
import type { Reminder, Survey } from '@/survey/model/survey'
import { SURVEY } from '../../../tests/fake-portal'
import type { Invitation } from './invitation'
import { checkReminder, withReminder, type OpenFacts } from './reminding'
import type { Recipient } from './request'

const NOW = new Date('2026-03-10T09:00:00Z')
const invitation: OpenFacts['invitation'] = {
  id: 7, token: 'a'.repeat(32), state: 'sent', why: '', survey: 's1', version: 1, channel: 'email', lang: 'en', askedBy: 1, createdAt: '2026-03-01T09:00:00Z',
  sentAt: '2026-03-01T09:00:00Z', expiresAt: '2026-04-01T09:00:00Z', reminders: 0, dealId: 2, contactId: 3, companyId: null, by: 'duty', answered: false,
  test: false, updatedAt: '2026-03-01T09:00:00Z'
}
const anna: Recipient = { kind: 'contact', id: 3, name: 'Anna', emails: ['anna@example.com'], lang: null, notBefore: '2099-01-01', optedOut: false }
const firm: Recipient = { ...anna, kind: 'company', id: 4, name: 'Firm', optedOut: true }
const facts: OpenFacts = { invitation, isAnswered: false, person: { seen: true, value: anna }, company: null, survey: SURVEY }
const with_ = (changes: Partial<Invitation> & { updatedAt?: string }): Partial<OpenFacts> => ({ invitation: { ...invitation, ...changes } })
const who = (changes: Partial<Recipient>): Partial<OpenFacts> => ({ person: { seen: true, value: { ...anna, ...changes } } })

describe('who may be reminded by hand', () => {
  it('is whoever has not answered, whatever the pause before another asking', () => {
    expect(checkReminder(facts, NOW)).toBeNull()
    expect(checkReminder({ ...facts, ...with_({ reminders: 2, updatedAt: '2026-03-09T08:59:00Z' }) }, NOW)).toBeNull()
  })

  it.each<[string, Partial<OpenFacts>, string]>([
    ['has answered, handled or not', { isAnswered: true }, 'answered'], ['has answered', with_({ answered: true }), 'answered'],
    ['has no open invitation', with_({ state: 'cancelled' }), 'closed'], ['nothing was sent to yet', with_({ state: 'to_send' }), 'closed'],
    ['has a link that works no longer', with_({ expiresAt: '2026-03-10T09:00:00Z' }), 'expired'],
    ['would be asked by a survey that is gone', { survey: null }, 'noActiveSurvey'],
    ['would be asked by a paused survey', { survey: { ...SURVEY, status: 'paused' } }, 'noActiveSurvey'],
    ['may not be seen', { person: { seen: false } }, 'noRight'], ['is nobody', { person: { seen: true, value: null } }, 'noClient'],
    ['wants no mail', who({ optedOut: true }), 'optedOut'], ['is at a company that wants none', { company: firm }, 'optedOut'],
    ['has no address', who({ emails: [] }), 'noEmail'], ['has none that can be one', who({ emails: ['anna at home'] }), 'invalidEmail'],
    ['was reminded three times', with_({ reminders: 3 }), 'enough'],
    ['was reminded less than a day ago', with_({ reminders: 1, updatedAt: '2026-03-09T09:01:00Z' }), 'tooSoon']
  ])('is nobody who %s', (_, changes, code) => {
    expect(checkReminder({ ...facts, ...changes }, NOW)).toMatchObject({ code })
  })
})

it('a reminder has the survey\'s own words where there is a mail for it, else the usual ones', () => {
  const mail: Reminder = { afterDays: 3, channel: 'email', subject: { en: 'Again' }, text: {} }
  const published = SURVEY.published!
  const survey: Survey = { ...SURVEY, published: { ...published, content: { ...published.content, asking: { ...published.content.asking, reminders: [mail, { ...mail, channel: 'sms' }] } } } }
  const subjects = withReminder(survey, 3).published!.content.asking.reminders.map(({ channel, subject }) => `${channel} ${subject.en ?? ''}`.trim())
  expect(subjects).toEqual(['email Again', 'email', 'email'])
})
